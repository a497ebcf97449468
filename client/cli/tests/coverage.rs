//! No instruction of a program is out of reach of the `cairn` command without a reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::{collections::BTreeSet, fs, path::Path};

/// What no command sends by itself, and who does.
const ELSEWHERE: [(&str, &str); 1] =
    [("propose", "an epoch's content is an oracle's result: `cairn-oracle` proposes it")];

/// All Rust code in a folder and below.
fn code(folder: &Path) -> String {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| match path.extension() {
            Some(extension) if extension == "rs" => fs::read_to_string(&path).unwrap(),
            _ if path.is_dir() => code(&path),
            _ => String::new(),
        })
        .collect()
}

#[test]
fn every_instruction_has_a_command() {
    // Not where this was compiled: checkouts may share a target directory.
    let here = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let here = Path::new(&here);
    // Claims are built by the SDK, which packs them.
    let sources =
        code(&here.join("src")) + &fs::read_to_string(here.join("../sdk/src/claims.rs")).unwrap();
    let mut missing = BTreeSet::new();
    for program in ["registry", "rewards", "staking"] {
        let idl = fs::read(here.join(format!("../../idl/cairn_{program}.json"))).unwrap();
        let idl: serde_json::Value = serde_json::from_slice(&idl).unwrap();
        for instruction in idl["instructions"].as_array().unwrap() {
            let name = instruction["name"].as_str().unwrap();
            if !sources.contains(&format!("instruction::{name}(")) {
                missing.insert(name.to_owned());
            }
        }
    }
    let elsewhere = ELSEWHERE.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(missing, elsewhere);
}
