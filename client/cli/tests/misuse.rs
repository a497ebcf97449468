//! What `cairn` says when it is used wrongly; no chain needed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::process::{Command, Output};

const WALLET: &str = "11111111111111111111111111111112";

/// Runs `cairn` in an empty home folder.
fn cairn(args: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_cairn"))
        .args(args)
        .env("HOME", home.path())
        .env_remove("CAIRN_NETWORK")
        .env_remove("CAIRN_ORACLES")
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts a failure with this code, as text and as JSON, and nothing on standard output.
fn assert_fails(args: &[&str], code: &str) {
    let text = cairn(args);
    assert_eq!(text.status.code(), Some(1), "{}", stderr(&text));
    assert!(stderr(&text).contains(&format!("error[{code}]: ")), "{}", stderr(&text));
    assert!(stderr(&text).contains("\nhint: "), "{}", stderr(&text));
    assert!(text.stdout.is_empty());

    let json = cairn(&[args, &["--output", "json"]].concat());
    let body: serde_json::Value =
        serde_json::from_str(stderr(&json).lines().last().unwrap()).unwrap();
    assert_eq!(body["error"]["code"], code, "{body}");
    assert!(!body["error"]["hint"].as_str().unwrap().is_empty());
}

#[test]
fn a_wrong_command_line_exits_with_2_and_says_what_is_wrong() {
    for args in [
        vec!["claims"],
        vec!["claim", "--network", "not-an-address", "--oracle", "http://127.0.0.1:1"],
        vec!["claim"],
        vec!["epoch", "show", "minus-one", "--oracle", "http://127.0.0.1:1"],
        vec!["epoch", "list", "--output", "yaml", "--oracle", "http://127.0.0.1:1"],
        vec!["network", "create", "--name", "x"],
        vec!["pool", "propose-update", "--network", WALLET],
        vec!["pool", "change-emission", "--network", WALLET, "--from-epoch", "-1"],
        vec!["license", "renew", "--license", WALLET, "--expires-at", "1", "--for-days", "1"],
        vec!["table", "close"],
        vec!["table", "close", "--all", "--table", WALLET],
        vec!["proposal", "vote", "--network", WALLET, "--proposal", WALLET, "--uphold", "maybe"],
        vec!["proposal", "challenge", "--network", WALLET, "--proposal", WALLET],
        vec!["bond", "open", "--network", WALLET, "--role", "maker"],
    ] {
        let output = cairn(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains("error: "), "{args:?}");
    }
}

#[test]
fn a_missing_keypair_is_named() {
    let create = [
        "--url",
        "http://127.0.0.1:1",
        "network",
        "create",
        "--name",
        "x",
        "--maker",
        &format!("{WALLET}:1"),
        "--oracle-key",
        WALLET,
        "--emission",
        "0:1",
    ];
    assert_fails(&create, "keypair_unreadable");
}

#[test]
fn an_unreachable_node_or_oracle_is_named() {
    let claim = [
        "--url",
        "http://127.0.0.1:1",
        "rewards",
        "show",
        "--network",
        WALLET,
        "--operator",
        WALLET,
        "--oracle",
        "http://127.0.0.1:1",
    ];
    assert_fails(&claim, "rpc_failed");
    assert_fails(&["epoch", "list", "--oracle", "http://127.0.0.1:1"], "oracle_unreachable");
}

#[test]
fn a_broken_configuration_or_recording_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.yml");
    std::fs::write(&config, "json_rpc_url: [").unwrap();
    let show = [
        "--config",
        config.to_str().unwrap(),
        "rewards",
        "show",
        "--network",
        WALLET,
        "--operator",
        WALLET,
        "--oracle",
        "http://127.0.0.1:1",
    ];
    assert_fails(&show, "config_invalid");
    std::fs::write(&config, "commitment: eventually").unwrap();
    assert_fails(&show, "config_invalid");

    let recording = folder.path().join("frames.ndjson");
    std::fs::write(&recording, "{\"not\": \"a frame\"}\n").unwrap();
    let replay = [
        "device",
        "replay",
        recording.to_str().unwrap(),
        "--network",
        WALLET,
        "--oracle",
        "http://127.0.0.1:1",
        "--seed",
        "x",
    ];
    assert_fails(&replay, "recording_unreadable");
}

#[test]
fn help_names_every_command() {
    let help = cairn(&["--help"]);
    assert!(help.status.success());
    let text = String::from_utf8_lossy(&help.stdout);
    let nouns = "network program class maker license device pool oracle proposal epoch rewards claim \
        claimant payees table stake-pool bond delegation penalty credits";
    for noun in nouns.split_whitespace() {
        assert!(text.lines().any(|line| line.trim().starts_with(noun)), "{noun}: {text}");
        assert!(cairn(&[noun, "--help"]).status.success(), "{noun}");
    }
}

#[test]
fn programs_are_named_and_confirmed_before_anything_is_sent() {
    assert_fails(&["program", "make-final", "rewardz", "--confirm", WALLET], "no_such_program");
    assert_fails(&["program", "make-final", "rewards", "--confirm", WALLET], "not_confirmed");
    assert_fails(&["program", "migrate", "--migrations", "/nowhere"], "invalid_migrations");
}
