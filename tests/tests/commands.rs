//! Every group of `cairn`'s commands through the binary against a chain: what it does, by balances
//! and accounts, and what it says when it is used wrongly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use cairn_protocol::merkle::{OperatorLeaf, PenaltyLeaf, SumTree, UsageLeaf};
use cairn_scenarios::{
    chain::Chain,
    cli::Cli,
    world::{Answers, Besides, FUND, PER_EPOCH, World, proof_steps},
};
use cairn_sdk::{
    account::{Device, Network, Pool, StakePool},
    address,
    amount::Tokens,
};
use serde_json::{Value, json};
use solana_address::Address;
use solana_signer::Signer;
use std::time::{Duration, Instant};

/// One whole token.
const TOKEN: u64 = 1_000_000;

/// A world with its network's address for `--network`, which every command takes from the
/// environment in real life.
struct Bench {
    world: World,
    cli: Cli,
    network: String,
}

impl Bench {
    async fn new() -> Self {
        let world = World::create(Chain::surfnet().await.unwrap()).await.unwrap();
        let cli = Cli::new(&world.chain.rpc_url, &world.chain.payer);
        for (name, oracle) in ["oracle-0", "oracle-1", "oracle-2"].iter().zip(&world.oracles) {
            cli.write(name, oracle);
        }
        let network = world.network.network.to_string();
        Self { world, cli, network }
    }

    /// A funded wallet called `name`.
    async fn wallet(&self, name: &str) -> Address {
        let wallet = self.cli.keypair(name);
        self.world.fund(&[wallet]).await.unwrap();
        wallet
    }

    /// Words and, after them, `--network`.
    fn args<'a>(&'a self, words: &'a str, flags: &[&'a str]) -> Vec<&'a str> {
        let mut args: Vec<_> = words.split(' ').collect();
        args.extend(["--network", &self.network]);
        args.extend(flags);
        args
    }

    #[track_caller]
    fn run(&self, words: &str, flags: &[&str]) -> Value {
        self.cli.ok(&self.args(words, flags))
    }

    #[track_caller]
    fn run_as(&self, wallet: &str, words: &str, flags: &[&str]) -> Value {
        self.cli.ok_as(wallet, &self.args(words, flags))
    }

    #[track_caller]
    fn refusal(&self, words: &str, flags: &[&str]) -> String {
        self.cli.refusal(&self.args(words, flags))
    }

    #[track_caller]
    fn refusal_as(&self, wallet: &str, words: &str, flags: &[&str]) -> String {
        self.cli.refusal_as(wallet, &self.args(words, flags))
    }

    /// Runs a command until it is no longer refused with `code`, which time heals.
    async fn when_due(&self, wallet: &str, code: &str, words: &str, flags: &[&str]) -> Value {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            match self.cli.run_as(wallet, &self.args(words, flags)) {
                Ok(done) => return done,
                Err(error) => assert_eq!(error["error"]["code"], code, "{error:#}"),
            }
            assert!(Instant::now() < deadline, "{words} stays refused with {code}");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    fn write_json(&self, name: &str, value: &Value) -> String {
        let path = self.cli.file(name);
        std::fs::write(&path, value.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// The event of this name, of a transaction's result.
#[track_caller]
fn event<'a>(done: &'a Value, name: &str) -> &'a Value {
    let events = done["events"].as_array().unwrap();
    events.iter().find(|event| event["event"] == name).unwrap_or_else(|| panic!("{done:#}"))
}

fn number(value: &Value) -> u64 {
    value.as_str().unwrap_or_else(|| panic!("{value}")).parse().unwrap()
}

fn text(address: impl ToString) -> String {
    address.to_string()
}

/// What a transaction's result says that an account gained: negative for a loss.
fn gained(done: &Value, account: &Address) -> i128 {
    let accounts = done["accounts"].as_array().unwrap();
    let change = accounts.iter().find(|change| change["address"] == account.to_string());
    change.map_or(0, |change| {
        i128::from(number(&change["after"])) - i128::from(number(&change["before"]))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_founder_governs_a_network() {
    let bench = Bench::new().await;
    let (heir, stranger) = (bench.wallet("heir").await, bench.wallet("stranger").await);
    let guardian = bench.wallet("guardian").await;
    let (heir, stranger, guardian) = (text(heir), text(stranger), text(guardian));

    // Terms: what is not named stays.
    let done = bench.run("network propose-update", &["--guardian", &guardian]);
    let proposed = event(&done, "network_update_proposed");
    assert_eq!(proposed["new_terms"]["guardian"], guardian);
    assert_eq!(proposed["new_terms"]["treasury"], proposed["old_terms"]["treasury"]);
    // The delay is none here, so there is nothing left to take back.
    assert_eq!(bench.refusal("network cancel-update", &[]), "registry_no_update_pending");
    let args = bench.args("network propose-update", &["--guardian", &heir]);
    assert_eq!(bench.cli.refusal_as("stranger", &args), "registry_not_authority");

    // A delay, which holds further changes back.
    bench.run("network propose-update", &["--change-delay-seconds", "3600"]);
    bench.run("network propose-update", &["--guardian", &stranger]);
    let again = bench.refusal("network propose-update", &["--guardian", &heir]);
    assert_eq!(again, "registry_update_pending");
    let done = bench.run("network cancel-update", &[]);
    assert_eq!(event(&done, "network_update_canceled")["canceled_terms"]["guardian"], stranger);
    bench.run("network propose-authority", &["--new-authority", &heir]);
    let early = bench.refusal_as("heir", "network accept-authority", &[]);
    assert_eq!(early, "registry_update_not_due");
    bench.run("network cancel-authority", &[]);
    let none = bench.refusal_as("heir", "network accept-authority", &[]);
    assert_eq!(none, "registry_not_pending_authority");

    // The same delay holds back what is proposed for pool and stake pool.
    for (propose, cancel) in [
        ("pool request-close", "pool cancel-close"),
        ("pool propose-update --retention-seconds 5", "pool cancel-update"),
        ("oracle propose-change --threshold 3", "oracle cancel-change"),
        ("stake-pool propose-update --appeal-window-seconds 5", "stake-pool cancel-update"),
    ] {
        bench.run(propose, &[]);
        bench.run(cancel, &[]);
        let none = bench.refusal(cancel, &[]);
        assert!(
            none.ends_with("_no_update_pending") || none == "rewards_pool_not_closing",
            "{none}"
        );
    }

    // Pause.
    assert_eq!(bench.refusal_as("stranger", "network pause", &[]), "registry_not_guardian");
    bench.run_as("guardian", "network pause", &[]);
    assert_eq!(bench.run("network show", &[])["paused"], true);
    assert_eq!(bench.refusal_as("guardian", "network unpause", &[]), "registry_not_authority");
    bench.run("network unpause", &[]);

    let shown = bench.run("network show", &[]);
    assert_eq!((&shown["name"], &shown["paused"]), (&json!("world"), &json!(false)));
    assert_eq!(shown["terms"]["guardian"], guardian);
    let show = bench.args("network show", &[]);
    let shown = bench.cli.text(&show);
    assert!(shown.contains("terms change delay seconds  3600 s"), "{shown}");
    assert_eq!(bench.refusal("network close", &[]), "registry_network_in_use");
}

#[tokio::test(flavor = "multi_thread")]
async fn authority_is_handed_over_and_an_emptied_network_closes() {
    let bench = Bench::new().await;
    let heir = text(bench.wallet("heir").await);
    bench.run("network propose-authority", &["--new-authority", &heir]);
    bench.run_as("heir", "network accept-authority", &[]);
    let (pool, class) = (["--class", "0"], "class close");
    assert_eq!(bench.refusal(class, &pool), "registry_not_authority");
    assert_eq!(bench.refusal_as("heir", "network close", &[]), "registry_not_creator");
    // Back to the creator, who alone may close; pools and stake pools stay without it.
    let creator = text(bench.world.chain.payer.pubkey());
    bench.run_as("heir", "network propose-authority", &["--new-authority", &creator]);
    bench.run("network accept-authority", &[]);
    bench.run("stake-pool close", &[]);
    bench.run("pool request-close", &[]);
    bench.run("pool close", &[]);
    // Another pool for the same mint, which mints what it pays, and stake in its tokens.
    let (mint, oracle) = (text(bench.world.keys.mint), text(bench.world.oracles[0].pubkey()));
    let parts = ["--operators", "80", "--delegators", "20"];
    let create = ["--mint", &mint, "--mints", "--emission", "0:5", "--oracle-key", &oracle];
    let low = [&create[..], &parts, &["--threshold", "2"]].concat();
    assert_eq!(bench.refusal("pool create", &low), "invalid_oracle_set");
    let created = bench.run("pool create", &[&create[..], &parts].concat());
    assert_eq!(created["pool"], text(bench.world.keys.pool));
    let shown = bench.run("pool show", &[]);
    assert_eq!((&shown["mode"], &shown["splits"]["delegators"]), (&json!(1), &json!(2_000)));
    let stake = ["--cooldown-seconds", "86400", "--period-seconds", "59", "--burn", "50"];
    assert_eq!(bench.refusal("stake-pool create", &stake), "staking_invalid_period");
    bench.run("stake-pool create", &["--cooldown-seconds", "86400", "--period-seconds", "60"]);
    assert_eq!(bench.run("stake-pool show", &[])["terms"]["burn_bps"], 5_000);
    bench.run("stake-pool close", &[]);
    bench.run("pool request-close", &[]);
    bench.run("pool close", &[]);

    bench.run(class, &pool);
    let closed = bench.run("network close", &[]);
    assert_eq!(event(&closed, "network_closed")["network"], bench.network);
    assert!(gained(&closed, &bench.world.chain.payer.pubkey()) > 0, "the rent is back");
    assert_eq!(bench.refusal("network show", &[]), "account_missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_joins_by_documents_though_its_key_and_its_makers_are_elsewhere() {
    let bench = Bench::new().await;
    bench.cli.keypair("device");
    let maker = text(bench.cli.keypair("maker"));
    let owner = bench.wallet("owner").await;
    bench.run("maker add", &["--maker-key", &maker, "--quota", "5"]);
    let file = |name: &str| text(bench.cli.file(name).display());
    let (maker_file, device_file) = (file("maker"), file("device"));

    // The factory.
    let by = ["--maker-keypair", maker_file.as_str(), "--serial", "GW-7"];
    let vouch = |rest: &[&str]| bench.run("maker vouch", &[&by[..], rest].concat());
    let certificate = vouch(&["--device-keypair", &device_file]);
    let hex_key = &certificate["device_key"].as_str().unwrap()[..64];
    assert_eq!(vouch(&["--device-key", hex_key]), certificate);
    let short = [&by[..], &["--device-key", "abcd"]].concat();
    assert_eq!(bench.refusal("maker vouch", &short), "invalid_key");
    let certificate_file = bench.write_json("certificate", &certificate);

    // The owner asks, the device answers.
    let request = bench.run_as("owner", "device request", &[]);
    assert_eq!(request["owner"], text(owner));
    let accept = |request: &Value, certificate: &str| {
        let request = bench.write_json("request", request);
        let args = ["device", "accept", "--request", &request, "--certificate", certificate];
        bench.cli.run_as("owner", &[&args[..], &["--device-keypair", &device_file]].concat())
    };
    let response = accept(&request, &certificate_file).unwrap();
    assert_eq!(response["document"], "cairn-onboarding-response/1");
    let code = |answer: Result<Value, Value>| answer.unwrap_err()["error"]["code"].clone();
    let mut other = request.clone();
    other["class"] = json!(1);
    assert_eq!(code(accept(&other, &certificate_file)), "document_other_class");
    other["network"] = json!(text(owner));
    assert_eq!(code(accept(&other, &certificate_file)), "document_other_network");
    assert_eq!(code(accept(&certificate, &certificate_file)), "document_invalid");
    let strange = vouch(&["--device-key", &"01".repeat(32)]);
    assert_eq!(
        code(accept(&request, &bench.write_json("strange", &strange))),
        "document_other_device"
    );

    // The owner joins; nobody else's wallet can be put in its place.
    let join = |response: &Value| {
        let response = bench.write_json("response", response);
        let args = ["device", "join", "--response", &response, "--location", "45.19,5.72"];
        bench.cli.run_as("owner", &args)
    };
    let mut stolen = response.clone();
    stolen["owner"] = json!(maker);
    assert_eq!(code(join(&stolen)), "signature_invalid");
    let mut renamed = response.clone();
    renamed["certificate"]["serial"] = json!("GW-8");
    assert_eq!(code(join(&renamed)), "signature_invalid");
    let joined = join(&response).unwrap();
    let device: Address = joined["device"].as_str().unwrap().parse().unwrap();
    let client = bench.world.chain.client();
    let state: Device = client.get(&device).await.unwrap();
    assert_eq!((state.operator, address::unpadded(&state.serial)), (owner, "GW-7".into()));
    assert_eq!(code(join(&response)), "device_exists");
}

#[tokio::test(flavor = "multi_thread")]
async fn classes_makers_and_licences_come_and_go() {
    let bench = Bench::new().await;
    let payer = bench.world.chain.payer.pubkey();
    let uri = "https://example.org/p256.json";
    let create = ["--category", "sensor", "--scheme", "p256", "--uri", uri, "--bond", "12.5"];
    let done = bench.run("class create", &create);
    let created = event(&done, "class_created");
    assert_eq!((&created["index"], &created["scheme"]), (&json!(1), &json!(1)));
    assert_eq!(created["terms"]["bond"], (12_500_000).to_string());
    let rent = -gained(&done, &payer) - i128::from(number(&done["fee"]));
    bench
        .when_due(
            "wallet",
            "registry_terms_settling",
            "class propose-update",
            &["--class", "1", "--closed", "true"],
        )
        .await;
    assert_eq!(bench.run("class list", &[]).as_array().unwrap().len(), 2);
    let shown = bench.run("class show", &["--class", "1"]);
    assert_eq!((&shown["uri"], &shown["pending_terms"]["closed"]), (&json!(uri), &json!(true)));
    let wrong =
        bench.refusal("class create", &["--category", "sensor", "--uri", uri, "--bond", "x"]);
    assert_eq!(wrong, "invalid_amount");
    assert_eq!(bench.refusal("class show", &["--class", "7"]), "account_missing");
    let cancel = bench.refusal("class cancel-update", &["--class", "1"]);
    assert_eq!(cancel, "registry_no_update_pending");
    let done = bench.run("class close", &["--class", "1"]);
    assert_eq!(gained(&done, &payer), rent - i128::from(number(&done["fee"])), "the rent is back");

    let key = text(bench.cli.keypair("maker"));
    let maker = ["--maker-key", key.as_str()];
    bench.run("maker add", &[&maker[..], &["--quota", "5"]].concat());
    let done = bench.run("maker set-quota", &[&maker[..], &["--quota", "9"]].concat());
    assert_eq!(event(&done, "maker_quota_set")["old_quota"], 5);
    assert_eq!(bench.run("maker show", &maker)["quota"], 9);
    assert_eq!(bench.refusal("maker close", &maker), "registry_maker_not_revoked");
    bench.run("maker revoke", &maker);
    assert_eq!(bench.run("maker list", &[])[0]["revoked"], true);
    bench.run("maker close", &maker);
    assert_eq!(bench.refusal("maker show", &maker), "account_missing");

    let holder = text(bench.cli.keypair("holder"));
    let issue = |region: &str| {
        let flags =
            ["--holder", &holder, "--region", region, "--band-plan", "EU868", "--for-days", "30"];
        bench.cli.run_as("wallet", &bench.args("license issue", &flags))
    };
    let done = issue("DE").unwrap();
    let license = event(&done, "license_issued")["license"].as_str().unwrap().to_owned();
    assert_eq!(issue("Germany").unwrap_err()["error"]["code"], "invalid_name");
    assert_eq!(issue("de").unwrap_err()["error"]["code"], "registry_invalid_region");
    let at = ["--license", license.as_str()];
    let cli = &bench.cli;
    let shown = cli.ok(&[&["license", "show"], &at[..]].concat());
    assert_eq!((&shown["region"], &shown["band_plan"]), (&json!("DE"), &json!("EU868")));
    let renew = [&["license", "renew"], &at[..], &["--for-days", "60"]].concat();
    let renewed = cli.ok(&renew);
    let renewed = event(&renewed, "license_renewed");
    let days = |field: &str| renewed[field].as_i64().unwrap() / 86_400;
    assert!((29..=31).contains(&(days("new_expires_at") - days("old_expires_at"))));
    bench.wallet("stranger").await;
    let revoke = [&["license", "revoke"], &at[..]].concat();
    assert_eq!(cli.refusal_as("stranger", &revoke), "registry_not_license_issuer");
    cli.ok(&revoke);
    assert_eq!(bench.run("license list", &[]).as_array().unwrap().len(), 1);
    let close = [&["license", "close"], &at[..]].concat();
    let deadline = Instant::now() + Duration::from_secs(30);
    while let Err(error) = cli.run_as("wallet", &close) {
        assert_eq!(error["error"]["code"], "registry_license_settling", "{error:#}");
        assert!(Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert_eq!(bench.run("license list", &[]).as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_lives_and_retires_and_its_rent_comes_back() {
    let bench = Bench::new().await;
    let cli = &bench.cli;
    let (owner, other) = (bench.wallet("owner").await, text(bench.wallet("other").await));
    let maker = cli.keypair("maker");
    cli.keypair("device");
    bench.run("maker add", &["--maker-key", &text(maker), "--quota", "1"]);
    let files = (text(cli.file("maker").display()), text(cli.file("device").display()));
    let before = bench.world.client.lamports(&owner).await.unwrap().0;
    let onboarded = bench.run_as(
        "owner",
        "device onboard",
        &["--serial", "SN-1", "--maker-keypair", &files.0, "--device-keypair", &files.1],
    );
    let onboarding_fee = 5_000 * 3;
    let paid = before - bench.world.client.lamports(&owner).await.unwrap().0;
    let device = onboarded["device"].as_str().unwrap().to_owned();
    let at = ["--device", device.as_str()];
    let run = |wallet: &str, verb: &str, flags: &[&str]| {
        cli.run_as(wallet, &[&["device", verb][..], &at, flags].concat())
    };
    let code = |refused: Result<Value, Value>| {
        refused.unwrap_err()["error"]["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(code(run("other", "set-operator", &["--operator", &other])), "not_holder");
    let done = run("owner", "set-operator", &["--operator", &other]).unwrap();
    assert_eq!(event(&done, "operator_set")["new_operator"], other);
    let listed = bench.run("device list", &["--operator", &other]);
    assert_eq!(listed[0]["serial"], "SN-1");
    let north = ["--location", "91,0"];
    assert_eq!(code(run("owner", "assert-location", &north)), "invalid_position");
    let done = run("owner", "assert-location", &["--location", "45.1885,5.7245"]).unwrap();
    let cell = event(&done, "location_asserted")["new_location"].as_str().unwrap().to_owned();
    assert!(cell.starts_with("8c"), "a cell of resolution 12: {cell}");
    assert_eq!(run("owner", "show", &[]).unwrap()["location"], cell);

    assert_eq!(code(run("owner", "suspend", &[])), "registry_not_guardian");
    run("wallet", "suspend", &[]).unwrap();
    assert_eq!(code(run("owner", "reinstate", &[])), "registry_not_authority");
    run("wallet", "reinstate", &[]).unwrap();

    assert_eq!(code(run("owner", "retire", &[])), "registry_not_retiring");
    run("owner", "request-retirement", &[]).unwrap();
    run("owner", "cancel-retirement", &[]).unwrap();
    run("owner", "request-retirement", &[]).unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    let retired = loop {
        match run("owner", "retire", &[]) {
            Ok(retired) => break retired,
            Err(error) => {
                assert_eq!(error["error"]["code"], "registry_retirement_settling", "{error:#}");
                assert!(Instant::now() < deadline);
            }
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    // The holder gets back what onboarding cost, to the last lamport.
    assert_eq!(number(&retired["rent_returned"]), paid - onboarding_fee);
    let device: Address = device.parse().unwrap();
    assert!(bench.world.client.find::<Device>(&device).await.unwrap().is_none());
    assert_eq!(code(run("owner", "show", &[])), "account_missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_is_governed_pays_its_parts_and_closes() {
    let bench = Bench::new().await;
    let (world, cli) = (&bench.world, &bench.cli);
    let treasury = bench.cli.keypair("treasury");
    let newcomer = text(bench.cli.keypair("newcomer"));

    let changes = [
        "--treasury",
        &text(treasury),
        "--proposal-bond",
        "0",
        "--breaker-window-seconds",
        "60",
        "--breaker-percent",
        "12.5",
        "--operator-window-seconds",
        "60",
        "--operator-amount",
        "250000.5",
    ];
    let done = bench.run("pool propose-update", &changes);
    let new = &event(&done, "pool_update_proposed")["new"];
    assert_eq!(
        (&new["breaker"]["max_bps"], &new["treasury"]),
        (&json!(1_250), &json!(text(treasury)))
    );
    assert_eq!(new["operator_cap"]["max_amount"], (250_000_500_000_u64).to_string());
    assert_eq!(new["challenge_window_seconds"], 1, "what was not named stays");
    for (flag, value, code) in [
        ("--proposal-bond", "0.0000001", "invalid_amount"),
        ("--proposal-bond", "-1", "invalid_amount"),
        ("--breaker-percent", "100.01", "invalid_amount"),
        ("--breaker-percent", "a third", "invalid_amount"),
    ] {
        let flag = format!("{flag}={value}");
        assert_eq!(bench.refusal("pool propose-update", &[&flag]), code, "{flag}");
    }
    assert_eq!(bench.refusal("pool cancel-update", &[]), "rewards_no_update_pending");

    // What epochs emit is fixed when they begin.
    let past = bench.refusal("pool change-emission", &["--from-epoch", "3", "--emission", "3:5"]);
    assert_eq!(past, "epoch_not_future");
    let done = bench
        .run("pool change-emission", &["--from-epoch", "100000", "--emission", "100000:5:50:10:3"]);
    assert_eq!(event(&done, "emission_changed")["new_step_count"], 2);
    let wrong = ["--from-epoch", "100000", "--emission", "100001:5"];
    assert_eq!(bench.refusal("pool change-emission", &wrong), "invalid_emission");
    assert_eq!(bench.run("pool show", &[])["steps"][1]["keep_ppb"], 500_000_000);

    let wrong = ["--from-epoch", "100000", "--operators", "60", "--oracles", "39"];
    assert_eq!(bench.refusal("pool propose-splits", &wrong), "rewards_invalid_splits");
    let right = ["--from-epoch", "100000", "--operators", "60", "--oracles", "40"];
    bench.run("pool propose-splits", &right);
    bench.run("pool cancel-splits", &[]);
    let soon = text({
        let pool: Pool = world.client.get(&world.keys.pool).await.unwrap();
        let now = world.client.chain_time().await.unwrap();
        (now - pool.genesis_at) / 2 + 2
    });
    let parts = ["--operators", "60", "--oracles", "30", "--treasury-part", "10"];
    bench.run("pool propose-splits", &[&["--from-epoch", &soon][..], &parts].concat());

    // Oracles.
    let none = bench.refusal("oracle pay", &["--oracle-key", &newcomer]);
    assert_eq!(none, "no_such_oracle");
    let low = bench.refusal("oracle propose-change", &["--add", &newcomer, "--threshold", "2"]);
    assert_eq!(low, "invalid_oracle_set");
    bench.run("oracle propose-change", &["--add", &newcomer]);
    bench.run("oracle cancel-change", &[]);
    bench.run("oracle propose-change", &["--add", &newcomer]);
    bench.run("oracle apply-change", &[]);
    let remove = bench.run("oracle propose-change", &["--remove", &newcomer]);
    assert_eq!(event(&remove, "oracle_change_proposed")["new_threshold"], 2);
    bench.run("oracle apply-change", &[]);
    assert_eq!(bench.run("oracle show", &[])["count"], 3);

    // An epoch under the old splits, and one under the new ones: of that, 600 for the operator,
    // 300 for two oracles, 100 for the treasury.
    let epoch: u64 = soon.parse().unwrap();
    let operator = bench.wallet("operator").await;
    let earned = |total| SumTree::build(vec![world.leaf(&operator, Tokens(total)).node()]).unwrap();
    let tree = earned(1_000);
    tokio::time::sleep(Duration::from_secs(6)).await;
    let older = world.finalize(epoch - 1, &earned(400), Besides::default()).await.unwrap();
    let proposal = text(world.finalize(epoch, &tree, Besides::default()).await.unwrap());
    assert_eq!(bench.refusal("proposal list", &["--epoch", "99999"]), "no_proposal");
    let listed = bench.run("proposal list", &["--epoch", &soon]);
    assert_eq!((&listed[0]["address"], &listed[0]["status"]), (&json!(proposal), &json!(1)));
    let done = bench.run("pool pay-treasury", &[]);
    assert_eq!(event(&done, "part_paid")["amount"], "100");
    assert_eq!(world.tokens(&treasury).await.unwrap(), Tokens(100));
    assert_eq!(bench.refusal("pool pay-treasury", &[]), "rewards_nothing_to_pay");
    assert_eq!(bench.refusal("pool pay-delegators", &[]), "no_delegator_vault");
    for oracle in &world.oracles[..2] {
        bench.run("oracle pay", &["--oracle-key", &text(oracle.pubkey())]);
        assert_eq!(world.tokens(&oracle.pubkey()).await.unwrap(), Tokens(150));
    }

    // Claimant and payees.
    let opened = bench.run("claimant open", &["--operator", &text(operator)]);
    assert_eq!(event(&opened, "claimant_opened")["operator"], text(operator));
    let half = format!("{treasury}:50");
    let wrong = bench.refusal_as("operator", "payees set", &["--payee", &half]);
    assert_eq!(wrong, "invalid_payees");
    let wrong = bench.refusal_as("operator", "payees set", &["--payee", "treasury:100"]);
    assert_eq!(wrong, "invalid_payee");
    let twice = bench.refusal_as("operator", "payees set", &["--payee", &half, "--payee", &half]);
    assert_eq!(twice, "invalid_payees");
    let other = format!("{newcomer}:50");
    let set = bench.run_as("operator", "payees set", &["--payee", &other, "--payee", &half]);
    let cost = -gained(&set, &operator) - i128::from(number(&set["fee"]));
    assert!(cost > 0, "the operator pays the payees' rent");
    let shown = bench.run("payees show", &["--operator", &text(operator)]);
    assert_eq!(shown["payees"][1], json!({"wallet": text(treasury), "bps": 5_000}));
    let cleared = bench.run_as("operator", "payees clear", &[]);
    assert_eq!(gained(&cleared, &operator), cost - i128::from(number(&cleared["fee"])));

    // The end: everybody is paid, children are closed, what is left is the treasury's.
    let answers = Answers::start().await.unwrap();
    let leaf: OperatorLeaf = world.leaf(&operator, Tokens(1_000));
    answers.set(epoch, &tree, &leaf, 0).unwrap();
    let claim = ["--operator", &text(operator), "--oracle", &answers.url].map(str::to_owned);
    let claim: Vec<_> = claim.iter().map(String::as_str).collect();
    assert_eq!(bench.run("claim", &claim)[0]["amount"], "1000");
    let early = bench.refusal("pool close", &[]);
    assert_eq!(early, "rewards_pool_not_closing");
    bench.run("pool request-close", &[]);
    assert_eq!(bench.refusal("pool cancel-close", &[]), "rewards_pool_closing", "no delay here");
    assert_eq!(bench.refusal("pool close", &[]), "rewards_has_children");
    bench.run("claimant close", &["--operator", &text(operator)]);
    bench.run("proposal close", &["--proposal", &text(older)]);
    bench.run("proposal close", &["--proposal", &proposal]);
    let closed = bench.run("pool close", &[]);
    assert_eq!(event(&closed, "pool_closed")["left_over"], (FUND.0 - 1_400).to_string());
    assert_eq!(world.tokens(&treasury).await.unwrap(), Tokens(FUND.0 - 1_400 + 100));
    assert_eq!(bench.refusal("pool show", &[]), "no_pool");
    assert!(cli.folder().is_dir());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_goes_through_the_command_line() {
    let bench = Bench::new().await;
    let world = &bench.world;
    let terms = [
        "--challenge-bond",
        "5",
        "--challenge-window-seconds",
        "600",
        "--resolution-window-seconds",
        "600",
        "--challenge-burn",
        "10",
    ];
    bench.run("pool propose-update", &terms);
    let challenger = bench.wallet("challenger").await;
    world.mint(&challenger, Tokens(5 * TOKEN)).await.unwrap();
    let operator = bench.cli.keypair("operator");
    let tree = SumTree::build(vec![world.leaf(&operator, Tokens(600)).node()]).unwrap();
    let content = cairn_protocol::proposal::ProposalContent {
        root: tree.root().hash,
        root_sum: tree.root().sum,
        leaf_count: 1,
        manifest_hash: [1; 32],
        penalties_root: [0; 32],
        penalties_sum: 0,
        usage_root: [0; 32],
        usage_sum: 0,
    };
    let [first, ..] = world.oracles.as_slice() else { panic!() };
    let keys = &world.keys;
    let propose = cairn_sdk::instruction::propose(&first.pubkey(), keys, 3, &content, None);
    world.client.send(&[propose], first, &[]).await.unwrap();
    let proposal = text(address::proposal(&keys.pool, 3, &content.hash()));
    let at = ["--proposal", proposal.as_str()];
    assert_eq!(bench.refusal("proposal attest", &at), "rewards_not_oracle");
    bench.run_as("oracle-1", "proposal attest", &at);
    assert_eq!(bench.refusal("proposal finalize", &at), "rewards_challenge_window_open");
    let evidence = bench.write_json("evidence", &json!({"why": "a device that does not exist"}));
    let flags = [&at[..], &["--evidence", &evidence]].concat();
    bench.run_as("challenger", "proposal challenge", &flags);
    assert_eq!(world.tokens(&challenger).await.unwrap(), Tokens(0));
    for oracle in ["oracle-0", "oracle-2"] {
        let vote = [&at[..], &["--uphold", "true"]].concat();
        bench.run_as(oracle, "proposal vote", &vote);
    }
    bench.run("proposal resolve", &at);
    assert_eq!(bench.run("proposal show", &at)["status"], 2);
    bench.run("proposal close-challenge", &at);
    assert_eq!(world.tokens(&challenger).await.unwrap(), Tokens(5 * TOKEN), "its bond is back");
    bench.run("proposal close", &at);
    assert_eq!(bench.refusal("proposal show", &at), "account_missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn stake_is_bonded_delegated_penalized_and_comes_back() {
    let bench = Bench::new().await;
    let world = &bench.world;
    let staker = bench.wallet("staker").await;
    world.mint(&staker, Tokens(1_000 * TOKEN)).await.unwrap();
    let terms = ["--appeal-window-seconds", "4", "--penalty-expiry-seconds", "20"];
    bench.run("stake-pool propose-update", &terms);
    assert_eq!(bench.refusal("stake-pool cancel-update", &[]), "staking_no_update_pending");
    let half = bench.refusal("stake-pool propose-update", &["--burn", "50.5"]);
    assert_eq!(half, "staking_invalid_terms");

    // Bond.
    bench.run_as("staker", "bond open", &[]);
    let done = bench.run_as("staker", "bond add", &["--amount", "300.5"]);
    assert_eq!(event(&done, "bonded")["new_amount"], (300_500_000).to_string());
    let much = bench.refusal_as("staker", "bond unbond", &["--amount", "301"]);
    assert_eq!(much, "staking_insufficient_bond");
    bench.run_as("staker", "bond unbond", &["--amount", "100"]);
    bench.when_due("staker", "nothing_to_withdraw", "bond withdraw", &[]).await;
    assert_eq!(world.tokens(&staker).await.unwrap(), Tokens(799_500_000));
    assert_eq!(bench.run_as("staker", "bond show", &[])["amount"], (200_500_000).to_string());
    assert_eq!(bench.refusal_as("staker", "bond close", &[]), "staking_bond_not_empty");

    // Delegation to the operator of that bond, with a lock, and one to the pool without.
    let operator = text(staker);
    let create = ["--operator", &operator, "--amount", "50", "--lock-periods", "4"];
    bench.run_as("staker", "delegation create", &create);
    let exists = bench.refusal_as("staker", "delegation create", &["--amount", "1"]);
    assert_eq!(exists, "delegation_exists");
    bench.run_as("staker", "delegation create", &["--index", "1", "--amount", "100"]);
    bench.run_as("staker", "delegation add", &["--index", "1", "--amount", "20"]);
    let extended = bench.run_as("staker", "delegation extend-lock", &["--lock-periods", "8"]);
    assert_eq!(event(&extended, "lock_extended")["new_lock_end"], 8);
    let locked = bench.refusal_as("staker", "delegation undelegate", &["--amount", "1"]);
    assert_eq!(locked, "staking_still_locked");
    assert_eq!(bench.run_as("staker", "delegation list", &[]).as_array().unwrap().len(), 2);

    // Rewards: with the same tokens as the stake; 50 locked weigh more than 120 that are not.
    let pool: StakePool = world.client.get(&world.network.stake_pool).await.unwrap();
    let payer = &world.chain.payer;
    let feed = cairn_sdk::instruction::mint_to(
        &world.keys.mint,
        &pool.reward_vault,
        &payer.pubkey(),
        Tokens(10 * TOKEN),
    );
    world.client.send(&[feed], payer, &[]).await.unwrap();
    let synced = bench.run("stake-pool sync", &[]);
    assert_eq!(event(&synced, "rewards_synced")["shared"], (10 * TOKEN).to_string());
    let paid: u64 = ["0", "1"]
        .map(|index| {
            let done = bench.run_as("staker", "delegation claim", &["--index", index]);
            number(&event(&done, "delegation_rewards_claimed")["amount"])
        })
        .iter()
        .sum();
    assert!((10 * TOKEN - 2..=10 * TOKEN).contains(&paid), "{paid}");
    bench.run_as("staker", "delegation undelegate", &["--index", "1", "--amount", "120"]);
    bench.when_due("staker", "nothing_to_withdraw", "delegation withdraw", &["--index", "1"]).await;
    bench.run_as("staker", "delegation close", &["--index", "1"]);
    bench.run("delegation close-target", &[]);
    let expected = 799_500_000 - 50 * TOKEN + paid;
    assert_eq!(world.tokens(&staker).await.unwrap(), Tokens(expected));

    // Two penalties of one epoch: one is vetoed, the other executed.
    let bond = address::bond(&world.network.stake_pool, &staker, 0, 0);
    let challenger = bench.cli.keypair("challenger");
    let penalty = |amount: u64| PenaltyLeaf {
        pool: world.keys.pool.to_bytes(),
        epoch: 3,
        target: bond.to_bytes(),
        amount,
        reason: 7,
        evidence_hash: [5; 32],
        challenger: challenger.to_bytes(),
    };
    let leaves = [penalty(10 * TOKEN), penalty(20 * TOKEN)];
    let penalties = SumTree::build(leaves.iter().map(PenaltyLeaf::node).collect()).unwrap();
    let tree = SumTree::build(vec![world.leaf(&staker, Tokens(1)).node()]).unwrap();
    let besides = Besides { penalties: Some(penalties.root()), usage: None };
    let proposal = text(world.finalize(3, &tree, besides).await.unwrap());
    bench.run("penalty register", &["--proposal", &proposal]);
    let file = |index: u32| {
        let leaf = &leaves[index as usize];
        let proof = proof_steps(&penalties.prove(index).unwrap());
        json!({
            "pool": text(world.keys.pool), "epoch": 3, "target": text(bond),
            "amount": leaf.amount.to_string(), "reason": leaf.reason,
            "evidence_hash": "05".repeat(32), "challenger": text(challenger),
            "index": index, "proof": proof,
        })
    };
    for index in [0, 1] {
        let leaf = bench.write_json(&format!("leaf-{index}"), &file(index));
        bench.run("penalty announce", &["--leaf", &leaf]);
    }
    let mut more = file(0);
    more["amount"] = (11 * TOKEN).to_string().into();
    more["index"] = 0.into();
    let leaf = bench.write_json("leaf-more", &more);
    let refused = bench.refusal("penalty announce", &["--leaf", &leaf]);
    assert!(
        ["transaction_failed", "staking_invalid_proof"].contains(&refused.as_str()),
        "{refused}"
    );
    assert_eq!(bench.refusal("penalty announce", &["--leaf", "/nowhere"]), "file_unreadable");
    let unknown = ["--epoch", "4", "--index", "0"];
    assert_eq!(bench.refusal("penalty show", &unknown), "account_missing");
    let (first, second) = (["--epoch", "3", "--index", "0"], ["--epoch", "3", "--index", "1"]);
    let by = bench.refusal_as("staker", "penalty veto", &first);
    assert_eq!(by, "staking_not_guardian");
    bench.run("penalty veto", &first);
    let done =
        bench.when_due("wallet", "staking_appeal_window_open", "penalty execute", &second).await;
    // Half is burned, three tenths are the treasury's, two the challenger's.
    let executed = event(&done, "penalty_executed");
    assert_eq!(executed["new_amount"], (180_500_000).to_string());
    assert_eq!(executed["burned"], (10 * TOKEN).to_string());
    bench.run("penalty pay-challenger", &second);
    assert_eq!(world.tokens(&challenger).await.unwrap(), Tokens(4 * TOKEN));
    let treasury_before = world.tokens(&payer.pubkey()).await.unwrap();
    bench.run("stake-pool pay-treasury", &[]);
    let treasury = world.tokens(&payer.pubkey()).await.unwrap();
    assert!(treasury.checked_sub(treasury_before).unwrap() >= Tokens(6 * TOKEN));
    assert_eq!(
        bench.run("penalty show-epoch", &["--epoch", "3"])["executed"],
        (20 * TOKEN).to_string()
    );
    for at in [&first, &second] {
        bench.when_due("wallet", "staking_penalties_open", "penalty close", at).await;
    }
    bench.run("penalty close-epoch", &["--epoch", "3"]);

    // What is left of the bond comes back, and its rent.
    bench.run_as("staker", "bond unbond", &["--amount", "180.5"]);
    bench.when_due("staker", "nothing_to_withdraw", "bond withdraw", &[]).await;
    let closed = bench.run_as("staker", "bond close", &[]);
    assert!(gained(&closed, &staker) > 0, "the rent is back");
    assert_eq!(world.tokens(&staker).await.unwrap(), Tokens(expected + 180_500_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_buy_use_and_withdraw_credits() {
    let bench = Bench::new().await;
    let world = &bench.world;
    let customer = bench.wallet("customer").await;
    world.mint(&customer, Tokens(10 * TOKEN)).await.unwrap();
    let terms = ["--escrow-delay-seconds", "1", "--max-report-age-seconds", "600"];
    bench.run("credits create-market", &terms);
    bench.run("credits propose-update", &["--remint-cap", "3.5"]);
    let none = bench.refusal("credits cancel-update", &[]);
    assert_eq!(none, "rewards_no_update_pending");

    // 2,000 credits a token: the lower of two reports counts.
    let by = bench.refusal("credits report-price", &["--price", "2000"]);
    assert_eq!(by, "rewards_not_oracle");
    bench.run_as("oracle-0", "credits report-price", &["--price", "2000"]);
    bench.run("credits open", &["--customer", &text(customer)]);
    let buy = ["--amount", "1.5", "--min-credits", "3000"];
    assert_eq!(bench.refusal_as("customer", "credits buy", &buy), "rewards_stale_price");
    bench.run_as("oracle-1", "credits report-price", &["--price", "2000.5"]);
    let shown = bench.run("credits show-market", &[]);
    assert_eq!(shown["credits_per_token"], json!(["2000", "2000.5"]));
    let greedy = ["--amount", "1.5", "--min-credits", "3001"];
    assert_eq!(bench.refusal_as("customer", "credits buy", &greedy), "rewards_too_few_credits");
    let done = bench.run_as("customer", "credits buy", &buy);
    let bought = event(&done, "credits_bought");
    assert_eq!((&bought["burned"], &bought["credits"]), (&json!("1500000"), &json!("3000")));
    assert_eq!(world.tokens(&customer).await.unwrap(), Tokens(8_500_000));

    let half = bench.refusal_as("customer", "credits escrow", &["--amount", "0.5"]);
    assert_eq!(half, "invalid_amount");
    bench.run_as("customer", "credits escrow", &["--amount", "1000"]);
    let leaf = UsageLeaf {
        pool: world.keys.pool.to_bytes(),
        customer: customer.to_bytes(),
        lifetime_spent: 400,
    };
    let usage = SumTree::build(vec![leaf.node()]).unwrap();
    let tree = SumTree::build(vec![world.leaf(&customer, Tokens(1)).node()]).unwrap();
    let besides = Besides { usage: Some(usage.root()), penalties: None };
    world.finalize(3, &tree, besides).await.unwrap();
    // As an oracle serves it.
    let file = json!({
        "pool": text(world.keys.pool), "customer": text(customer), "epoch": 3,
        "lifetime_spent": "400", "leaf_index": 0,
        "proof": proof_steps(&usage.prove(0).unwrap()),
        "usage_root": "00".repeat(32), "usage_sum": "400",
    });
    let file = bench.write_json("usage", &file);
    let done = bench.run("credits settle", &["--usage", &file]);
    assert_eq!(event(&done, "usage_settled")["amount"], "400");
    assert_eq!(bench.refusal("credits settle", &["--usage", &file]), "rewards_nothing_to_settle");
    bench.run_as("customer", "credits request-withdrawal", &["--amount", "600"]);
    bench.when_due("customer", "rewards_escrow_locked", "credits withdraw", &[]).await;
    let account = bench.run_as("customer", "credits show", &[]);
    assert_eq!((&account["balance"], &account["escrowed"]), (&json!("2600"), &json!("0")));
    assert_eq!(bench.refusal("credits close-market", &[]), "rewards_has_children");
    // One that was debited says that this usage was settled: it stays until the pool's end.
    let used = bench.refusal_as("customer", "credits close", &[]);
    assert_eq!(used, "rewards_credit_account_in_use");
    bench.run("pool request-close", &[]);
    let done = bench.run_as("customer", "credits close", &[]);
    assert_eq!(event(&done, "credit_account_closed")["lapsed"], "2600");
    bench.run("credits close-market", &[]);
    assert_eq!(bench.refusal("credits show-market", &[]), "account_missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_named() {
    let bench = Bench::new().await;
    let nobody = text(bench.cli.keypair("nobody"));
    let cli = &bench.cli;
    assert_eq!(cli.refusal_as("missing", &["table", "list"]), "keypair_unreadable");
    assert_eq!(cli.refusal(&["network", "show", "--network", &nobody]), "account_missing");
    assert_eq!(cli.refusal(&["pool", "show", "--network", &nobody]), "no_pool");
    let pool = text(bench.world.keys.pool);
    let elsewhere = ["pool", "show", "--network", &nobody, "--pool", &pool];
    assert_eq!(cli.refusal(&elsewhere), "wrong_network");
    // A pool is no network: the account is named.
    assert_eq!(cli.refusal(&["network", "show", "--network", &pool]), "account_wrong");
    assert_eq!(bench.refusal("claimant show", &["--operator", &nobody]), "account_missing");
    assert_eq!(bench.refusal("bond show", &["--owner", &nobody]), "account_missing");
    assert_eq!(cli.refusal(&["table", "close", "--table", &nobody]), "account_missing");
    assert_eq!(cli.ok(&["table", "list"]), json!([]));
    let state: Network = bench.world.client.get(&bench.world.network.network).await.unwrap();
    assert_eq!(state.live_class_count, 1);
    assert!(PER_EPOCH < FUND);
}
