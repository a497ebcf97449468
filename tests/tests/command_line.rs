//! The `cairn` command against a chain, as a founder and an operator use it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use cairn_scenarios::{chain::Chain, cli::Cli};
use cairn_sdk::{
    account::{Device, Network, Pool},
    address,
};
use serde_json::Value;
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use std::path::Path;

fn address(value: &Value) -> Address {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_founder_creates_a_network_and_an_operator_onboards_a_device() {
    let chain = Chain::surfnet().await.unwrap();
    let cli = Cli::new(&chain.rpc_url, &chain.payer);
    let client = chain.client();
    let maker = cli.keypair("maker");
    cli.keypair("stranger");
    cli.keypair("device");
    let maker_flag = format!("{maker}:2");
    let oracles: Vec<String> = (0..3).map(|_| Keypair::new().pubkey().to_string()).collect();
    let create = |name: &'static str, emission: &'static str, threshold: &'static str| {
        let mut args = vec![
            "network",
            "create",
            "--name",
            name,
            "--emission",
            emission,
            "--fund",
            "1000",
            "--threshold",
            threshold,
            "--epoch-seconds",
            "60",
        ];
        args.extend(["--maker", &maker_flag]);
        for oracle in &oracles {
            args.extend(["--oracle-key", oracle]);
        }
        args
    };

    let network = cli.ok(&create("alpine", "0:12.5", "2"));
    let state: Network = client.get(&address(&network["network"])).await.unwrap();
    assert_eq!(address::unpadded(&state.name), "alpine");
    assert_eq!(state.authority, chain.payer.pubkey());
    let pool: Pool = client.get(&address(&network["pool"])).await.unwrap();
    assert_eq!((pool.epoch_seconds, pool.steps[0].per_epoch), (60, 12_500_000));
    let vault = address(&network["vault"]);
    assert_eq!(client.token_balance(&vault).await.unwrap().0, 1_000_000_000);

    assert_eq!(cli.refusal(&create("alpine", "0:12.5", "2")), "network_exists");
    assert_eq!(cli.refusal(&create("other", "1:12.5", "2")), "invalid_emission");
    assert_eq!(cli.refusal(&create("other", "0:0.0000001", "2")), "invalid_amount");
    assert_eq!(cli.refusal(&create("other", "0:1", "1")), "invalid_oracle_set");
    let long = "a name that is far longer than thirty-two bytes";
    assert_eq!(cli.refusal(&create(long, "0:1", "2")), "invalid_name");

    let id = network["network"].as_str().unwrap();
    let onboard = |maker: &'static str, device: &'static str, serial: &'static str| {
        let (maker, device) = (cli.file(maker), cli.file(device));
        cli_args(id, &maker, &device, serial)
    };
    let args = onboard("maker", "device", "SN-1");
    let onboarded = cli.ok(&borrowed(&args));
    let device: Device = client.get(&address(&onboarded["device"])).await.unwrap();
    assert_eq!(device.operator, chain.payer.pubkey());
    assert_ne!(device.location, 0);
    let nft = address::associated_token(
        &chain.payer.pubkey(),
        &device.mint,
        &address::TOKEN_2022_PROGRAM,
    );
    assert_eq!(client.token_balance(&nft).await.unwrap().0, 1);

    assert_eq!(cli.refusal(&borrowed(&onboard("maker", "device", "SN-1"))), "device_exists");
    // A key that is no maker of this network: its account does not exist.
    assert_eq!(
        cli.refusal(&borrowed(&onboard("stranger", "stranger", "SN-2"))),
        "transaction_failed"
    );
}

fn cli_args(network: &str, maker: &Path, device: &Path, serial: &str) -> Vec<String> {
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    [
        "device",
        "onboard",
        "--network",
        network,
        "--serial",
        serial,
        "--location",
        "45.1885,5.7245",
        "--maker-keypair",
        &text(maker),
        "--device-keypair",
        &text(device),
    ]
    .map(str::to_owned)
    .to_vec()
}

fn borrowed(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}

/// Policies are checked without any network.
#[test]
fn a_founder_checks_a_policy() {
    let cli = Cli::new("http://127.0.0.1:1", &Keypair::new());
    let write = |name: &str, text: &str| {
        let file = cli.folder().join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let good = write("good.toml", "[wireless]\nmax_witnesses = 5\n");
    let checked = cli.ok(&["policy", "check", &good]);
    assert_eq!(
        (&checked[0]["file"], &checked[0]["from_epoch"]),
        (&good.as_str().into(), &0.into())
    );
    let hash = checked[0]["hash"].as_str().unwrap();
    assert_eq!(hash.len(), 64);
    let text = cli.text(&["policy", "check", &good]);
    assert_eq!(text, format!("{good}: valid from epoch 0 on, hash {hash}\n"));

    // What is printed is a policy: that without any change.
    let defaults = write("defaults.toml", &cli.text(&["policy", "defaults"]));
    let empty = write("empty.toml", "");
    let both =
        [&defaults, &empty].map(|file| cli.ok(&["policy", "check", file])[0]["hash"].clone());
    assert_eq!(both[0], both[1]);
    assert_ne!(both[0], hash);
    let schema: Value = serde_json::from_str(&cli.text(&["policy", "schema"])).unwrap();
    let sections = schema["properties"].as_object().unwrap();
    for section in ["wireless", "storage", "compute", "sensor", "usage", "scoring"] {
        assert!(sections.contains_key(section), "{section}");
    }

    let wrong = |text: &str, named: &[&str]| {
        let file = write("wrong.toml", text);
        let error = cli.run_as("wallet", &["policy", "check", &file]).unwrap_err();
        assert_eq!(error["error"]["code"], "policy_invalid", "{error:#}");
        let message = error["error"]["message"].as_str().unwrap();
        for name in named {
            assert!(message.contains(name), "{name}: {message}");
        }
    };
    wrong("[storage]\nleafs_per_challenge = 4\n", &["wrong.toml", "line 2", "leafs_per_challenge"]);
    wrong(
        "[usage]\n\nmax_reward_bps = 10000\n",
        &["line 3", "`usage.max_reward_bps` is 10000", "outside 0 to 9999"],
    );
    wrong("[compute]\nmin_side = \"many\"\n", &["line 2"]);

    // A history: each from its epoch on.
    let later = write("later.toml", "from_epoch = 7\n");
    assert_eq!(cli.ok(&["policy", "check", &good, &later])[1]["from_epoch"], 7);
    assert_eq!(cli.refusal(&["policy", "check", &good, &empty]), "policies_invalid");
    let missing = cli.folder().join("missing.toml");
    assert_eq!(cli.refusal(&["policy", "check", missing.to_str().unwrap()]), "policy_invalid");
}
