//! What the Rust clients say and the programs answer, for the TypeScript clients to agree with:
//! every instruction as the SDK builds it, one account of each kind and one event of each kind.
//! Committed as `app/tests/known-answers.json`; `CAIRN_BLESS=1` writes it anew.

use cairn_program_tests::cases;
use cairn_sdk::address::{REGISTRY, REWARDS, STAKING};
use serde_json::{Value, json};
use solana_address::Address;
use std::{collections::BTreeMap, path::PathBuf};

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../app/tests/known-answers.json")
}

fn program_name(id: &Address) -> Option<&'static str> {
    match *id {
        REGISTRY => Some("registry"),
        REWARDS => Some("rewards"),
        STAKING => Some("staking"),
        _ => None,
    }
}

/// One account or event: its program and bytes, by discriminator, so that each kind is kept once.
type Kinds = BTreeMap<(&'static str, String), Value>;

fn keep(kinds: &mut Kinds, program: &'static str, data: &[u8]) {
    let kind = hex::encode(&data[..8]);
    let value = json!({ "program": program, "data": hex::encode(data) });
    kinds.entry((program, kind)).or_insert(value);
}

/// The bytes of the events in the logs, with the program that logged each.
fn events(logs: &[String]) -> Vec<(&'static str, Vec<u8>)> {
    let mut stack = Vec::new();
    let mut found = Vec::new();
    for line in logs {
        let words: Vec<_> = line.split(' ').collect();
        match words.as_slice() {
            ["Program", "data:", data] => {
                let program = stack.last().copied().flatten();
                if let (Some(program), Ok(bytes)) = (program, base64_decode(data)) {
                    found.push((program, bytes));
                }
            }
            ["Program", id, "invoke", _] => {
                stack.push(id.parse().ok().as_ref().and_then(program_name));
            }
            ["Program", _, "success"] => {
                stack.pop();
            }
            _ => {}
        }
    }
    found
}

fn base64_decode(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text)
}

#[test]
fn known_answers_are_current() {
    let (mut instructions, mut accounts, mut logged) = (Vec::new(), Kinds::new(), Kinds::new());
    for (name, build) in cases::all() {
        let mut case = build();
        let tested = case.tested().clone();
        let metas: Vec<_> = tested
            .accounts
            .iter()
            .map(|meta| {
                json!({
                    "address": meta.pubkey.to_string(),
                    "signer": meta.is_signer,
                    "writable": meta.is_writable,
                })
            })
            .collect();
        instructions.push(json!({
            "name": name,
            "program": case.program,
            "instruction": case.instruction,
            "accounts": metas,
            "data": hex::encode(&tested.data),
        }));
        let sent = case.send();
        for (program, data) in events(&sent.logs) {
            keep(&mut logged, program, &data);
        }
        for meta in &tested.accounts {
            let Some(account) = case.chain.svm.get_account(&meta.pubkey) else { continue };
            if let Some(program) = program_name(&account.owner)
                && account.data.len() >= 8
            {
                keep(&mut accounts, program, &account.data);
            }
        }
    }
    let answers = json!({
        "instructions": instructions,
        "accounts": accounts.into_values().collect::<Vec<_>>(),
        "events": logged.into_values().collect::<Vec<_>>(),
    });
    let actual = serde_json::to_string_pretty(&answers).unwrap() + "\n";
    if std::env::var_os("CAIRN_BLESS").is_some() {
        std::fs::write(path(), &actual).unwrap();
    }
    let committed = std::fs::read_to_string(path()).unwrap_or_default();
    assert!(committed == actual, "{} is old: CAIRN_BLESS=1 writes it", path().display());
}
