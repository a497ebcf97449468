//! `cairn policy`: the parameters by which a network's proofs are judged and paid.

use crate::{failure::Failure, output::print, session::Session};
use anyhow::{Context, Result};
use cairn_epoch::{Change, Changes, Simulation, text};
use cairn_oracle::ledger::Ledger;
use cairn_protocol::proof::Envelope;
use cairn_store::{Documents, Log, LogOptions};
use cairn_verify::{Policies, Policy};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// `cairn policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Check policies; several are checked as a history, each from its from_epoch on
    Check(CheckArgs),
    /// Print every parameter with its meaning, range and default, as a policy (TOML)
    Defaults,
    /// Print the JSON schema of policies
    Schema,
    /// Run a changed policy over an oracle's stored epochs: who would have gained, who lost
    Simulate(SimulateArgs),
}

/// Flags of `cairn policy check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Files (TOML)
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
}

/// Flags of `cairn policy simulate`.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// The changed policy (TOML)
    #[arg(long)]
    pub policy: PathBuf,
    /// Data directory of an oracle that is not running, or a copy of it
    #[arg(long)]
    pub data_dir: PathBuf,
    /// First epoch; default: the first that is stored
    #[arg(long)]
    pub from: Option<u64>,
    /// Last epoch; default: the last that is stored
    #[arg(long)]
    pub through: Option<u64>,
    /// Devices and operators to print, at each end of the list
    #[arg(long, default_value_t = 10)]
    pub top: usize,
}

#[derive(Serialize)]
struct Checked {
    file: String,
    from_epoch: u64,
    hash: String,
}

/// Runs `cairn policy`.
///
/// # Errors
/// What is wrong with a policy, with its line; or `epochs_missing` and what the data directory says.
pub fn run(session: &Session, command: &PolicyCommand) -> Result<()> {
    match command {
        PolicyCommand::Check(args) => check(session, args),
        PolicyCommand::Defaults => {
            print!("{}", Policy::default_toml());
            Ok(())
        }
        PolicyCommand::Schema => {
            println!("{}", serde_json::to_string_pretty(&Policy::schema())?);
            Ok(())
        }
        PolicyCommand::Simulate(args) => simulate(session, args),
    }
}

fn read(path: &Path) -> Result<Policy> {
    let unreadable = |message: String| {
        Failure::new(
            "policy_invalid",
            format!("{}: {message}", path.display()),
            "`cairn policy defaults` prints every parameter with its meaning and range",
        )
    };
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    Ok(Policy::from_toml(&text).map_err(|error| unreadable(error.to_string()))?)
}

fn check(session: &Session, args: &CheckArgs) -> Result<()> {
    let policies = args.files.iter().map(|path| read(path)).collect::<Result<Vec<_>>>()?;
    if policies.len() > 1 {
        Policies::new(policies.clone()).map_err(|error| {
            Failure::new(
                "policies_invalid",
                error.to_string(),
                "give each policy the from_epoch that it holds from, the first one 0",
            )
        })?;
    }
    let checked: Vec<Checked> = args
        .files
        .iter()
        .zip(&policies)
        .map(|(path, policy)| Checked {
            file: path.display().to_string(),
            from_epoch: policy.from_epoch,
            hash: hex::encode(policy.hash()),
        })
        .collect();
    print(session.format, &checked, |checked| {
        checked
            .iter()
            .map(|it| {
                format!("{}: valid from epoch {} on, hash {}", it.file, it.from_epoch, it.hash)
            })
            .collect::<Vec<_>>()
            .join("\n")
    })
}

/// Who gains and loses, and which epochs that is not about.
#[derive(Debug, Serialize)]
struct Simulated {
    #[serde(flatten)]
    changes: Changes,
    /// Epochs in the range that this oracle did not compute itself.
    skipped: Vec<u64>,
}

fn simulate(session: &Session, args: &SimulateArgs) -> Result<()> {
    let policy = read(&args.policy)?;
    let log_dir = args.data_dir.join("log");
    let epochs_dir = args.data_dir.join("epochs");
    if !log_dir.is_dir() || !epochs_dir.is_dir() {
        return Err(Failure::new(
            "data_dir_invalid",
            format!("{} has no proofs and epochs of an oracle", args.data_dir.display()),
            "give the data_dir of the oracle's configuration, or a copy of it",
        )
        .into());
    }
    let (log, _) = Log::open(&log_dir, LogOptions::default(), |_| Ok(()))
        .context("opening the proofs; stop the oracle, or give a copy of its data directory")?;
    // The ledger's addresses matter for computing roots only.
    let ledger = Ledger::open([0; 32], [0; 32], Documents::open(&epochs_dir)?)?;
    let first = args.from.unwrap_or(0);
    let last = args.through.unwrap_or(u64::MAX);
    let stored: Vec<u64> = ledger.results().keys().copied().collect();
    let reader = ledger.reader();
    let missing = |message: String, hint: &str| Failure::new("epochs_missing", message, hint);
    let mut simulation: Option<Simulation> = None;
    let mut skipped = Vec::new();
    for epoch in stored.into_iter().filter(|epoch| (first..=last).contains(epoch)) {
        let earnings = reader.result(epoch)?.and_then(|result| result.earnings);
        let (Some(inputs), Some(earnings)) = (reader.inputs(epoch)?, earnings) else {
            skipped.push(epoch);
            continue;
        };
        let running = match simulation.take() {
            Some(running) => running,
            None => Simulation::new(ledger.state_before(epoch)?.ok_or_else(|| {
                missing(
                    format!("the state before epoch {epoch} is not stored any more"),
                    "begin later: oracles keep the states of their last 64 results",
                )
            })?),
        };
        let running = simulation.insert(running);
        let mut envelopes = Vec::new();
        log.accepted_in(epoch, |record| {
            envelopes.push(Envelope::decode(&record.envelope).map_err(|error| error.to_string())?);
            Ok(())
        })?;
        running.add(&inputs, envelopes, &earnings, &policy)?;
    }
    let changes = simulation
        .ok_or_else(|| {
            missing(
                "no epoch in that range was computed by this oracle".to_owned(),
                "choose other epochs, or the data of another oracle",
            )
        })?
        .changes();
    let simulated = Simulated { changes, skipped };
    print(session.format, &simulated, |simulated| render(simulated, args.top))
}

fn render(Simulated { changes, skipped }: &Simulated, top: usize) -> String {
    let mut lines = vec![format!(
        "{} epochs; unpaid {} → {} (smallest units)",
        changes.epochs, changes.unpaid_old, changes.unpaid_new
    )];
    if !skipped.is_empty() {
        let skipped: Vec<String> = skipped.iter().map(u64::to_string).collect();
        lines.push(format!(
            "left out, because this oracle took them from the chain: {}",
            skipped.join(", ")
        ));
    }
    for (what, list) in [("operators", &changes.operators), ("devices", &changes.devices)] {
        let line = |change: &Change| {
            let (old, new) = (change.old, change.new);
            format!("  {} {old} → {new} ({:+})", text::to_base58(&change.who), change.gain())
        };
        let gains = list.iter().filter(|change| change.gain() > 0).take(top).map(line);
        let mut losses: Vec<String> =
            list.iter().rev().filter(|change| change.gain() < 0).take(top).map(line).collect();
        losses.reverse();
        lines.push(format!("{what} that gain:"));
        lines.extend(gains);
        lines.push(format!("{what} that lose:"));
        lines.extend(losses);
    }
    lines.join("\n")
}
