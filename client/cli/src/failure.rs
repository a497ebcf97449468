//! Errors as the user sees them: a stable code, what was wrong, what to do.

use crate::output::Format;
use cairn_sdk::api::{ErrorBody, ErrorDetail};

/// A failure that names its own code and hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// Stable snake_case name; an oracle's own code where it said so.
    pub code: String,
    /// What was wrong, with which value.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

impl Failure {
    /// A failure from its parts.
    pub fn new(
        code: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { code: code.into(), message: message.into(), hint: hint.into() }
    }
}

/// The code, message and hint of any error that a command returns.
pub fn describe(error: &anyhow::Error) -> ErrorDetail {
    let message = format!("{error:#}");
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return ErrorDetail { code: failure.code.clone(), message, hint: failure.hint.clone() };
    }
    let (code, hint) = match error.downcast_ref::<cairn_sdk::Error>() {
        Some(cairn_sdk::Error::Program(refusal)) => (
            format!("{}_{}", refusal.program, snake_case(&refusal.name)),
            program_hint(&refusal.name),
        ),
        Some(cairn_sdk::Error::TooLarge { .. }) => (
            "transaction_too_large".into(),
            "do it in parts: fewer steps, keys or payees in one command",
        ),
        Some(cairn_sdk::Error::Transaction { .. }) => (
            "transaction_failed".into(),
            "read the program's log above; check that the payer has enough SOL",
        ),
        Some(cairn_sdk::Error::Rpc(_)) => {
            ("rpc_failed".into(), "check --url and that the node is up")
        }
        Some(cairn_sdk::Error::Expired(_)) => {
            ("transaction_expired".into(), "the network is busy: run the command again")
        }
        Some(cairn_sdk::Error::Missing { .. }) => {
            ("account_missing".into(), "check the address and --url")
        }
        Some(cairn_sdk::Error::WrongAccount { .. }) => {
            ("account_wrong".into(), "check the address")
        }
        Some(cairn_sdk::Error::Name(_)) => ("invalid_name".into(), "choose a shorter plain name"),
        _ => ("failed".into(), "see the message; `--help` explains each flag"),
    };
    ErrorDetail { code, message, hint: hint.into() }
}

/// What to do about a program's refusal, where its message does not say it.
fn program_hint(name: &str) -> &'static str {
    match name {
        "NotAuthority" | "NotCreator" => {
            "sign with the network's authority, named with --keypair; `cairn network show` names it"
        }
        "NotGuardian" => "sign with the guardian or the authority; `cairn network show` names them",
        "NotLicenseIssuer" => {
            "sign with the licence issuer or the authority; `cairn network show` names them"
        }
        "NotOracle" => "sign with an oracle's key; `cairn oracle show` names them",
        "NotOwner" | "NotCustomer" | "NotClaimantOwner" => "sign with its owner's --keypair",
        "UpdatePending" => "wait until it is in force, or take it back with the cancel command",
        "NoUpdatePending" => "nothing is pending: it is in force already, or was never proposed",
        "UpdateNotDue" | "TooSoon" => "the network's delay is not over; `cairn network show`",
        "NetworkPaused" => "wait until the authority has ended the pause",
        "StalePrice" => "wait until enough oracles have reported a price",
        "PeriodsBehind" => "run `cairn stake-pool sync` first, more than once if need be",
        "HasChildren" => "close the accounts that it counts first",
        _ => "the program refused; see its message, and docs/programs.md for its rules",
    }
}

/// The error as text or JSON, as the user asked for.
pub fn render(error: &anyhow::Error, format: Format) -> String {
    let detail = describe(error);
    match format {
        Format::Display => {
            format!("error[{}]: {}\nhint: {}", detail.code, detail.message, detail.hint)
        }
        Format::Json => {
            // Three strings: cannot fail.
            serde_json::to_string(&ErrorBody { error: detail }).unwrap_or_default()
        }
    }
}

fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for (at, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && at > 0 {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_refusal_has_a_code_made_of_program_and_name() {
        let text = cairn_sdk::ProgramErrorText::lookup(&cairn_sdk::address::REWARDS, 6004).unwrap();
        let error = anyhow::Error::new(cairn_sdk::Error::Program(text)).context("proposing");
        assert_eq!(describe(&error).code, "rewards_not_oracle");
        assert!(
            render(&error, Format::Json).starts_with(r#"{"error":{"code":"rewards_not_oracle""#)
        );
    }
}
