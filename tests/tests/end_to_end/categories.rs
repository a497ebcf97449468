//! Devices of all four categories on one network: all earn, the honest ones lose nothing, and `cairn`
//! can say why each got what it did, and what another policy would have given.

use super::{ONE_AT_A_TIME, PER_EPOCH, Spec, spec};
use cairn_protocol::hash::Hash;
use cairn_scenarios::{
    chain::Chain,
    cli::Cli,
    oracles::live_policy,
    scenario::{Running, run},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

const EPOCHS: u64 = 3;
const GRACE: Duration = Duration::from_secs(10);
/// Names of all live devices, which are their operators' too, by category.
const LIVE: [(&str, &str, usize); 4] = [
    ("storage", "storage", 3),
    ("compute", "compute", 4),
    ("sensor", "station", 5),
    ("sensor", "vehicle", 4),
];

#[tokio::test(flavor = "multi_thread")]
async fn devices_of_all_categories_earn_and_every_share_is_explained() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let chain = Chain::surfnet().await.unwrap();
    let spec =
        Spec { live: true, epoch_seconds: 30, epochs: EPOCHS, grace: GRACE, ..spec(&folder) };
    let mut running = run(&chain, &spec).await.unwrap();
    all_earn(&running);
    customers_pay(&running);
    replicas_differ(&running.replicas);
    let cli = Cli::new(&chain.rpc_url, &chain.payer);
    let explanations = explanations(&cli, &running);
    no_item_is_refused(&explanations);
    no_device_is_held_back(&explanations);
    several_compute_a_job(&explanations);
    what_cannot_be_explained(&cli, &running);
    // Its log is read next.
    let data_dir = running.founded.oracles[0].data_dir();
    running.founded.oracles.clear();
    another_policy(&cli, &running, data_dir.to_str().unwrap());
}

fn all_earn(running: &Running) {
    let summary = &running.summary;
    assert_eq!(summary.imbalances(), Vec::<String>::new(), "{summary:#?}");
    assert_eq!(summary.root_sum, EPOCHS * PER_EPOCH);
    let names: Vec<_> = summary.categories.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(names, ["wireless", "storage", "compute", "sensor"]);
    for line in &summary.categories {
        assert!(line.earned > 0, "{line:#?}");
        // The recording has senders without a fix, and a hotspot at the South Pole.
        let honest = line.name == "wireless" || line.refused() * 100 < line.submitted;
        assert!(honest && line.accepted > 0, "{line:#?}");
    }
    let wireless = summary.categories[0].refused_by_reason.keys();
    let recorded = ["beacon_refused", "frequency_mismatch", "location_unknown", "too_far"];
    assert!(wireless.clone().all(|reason| recorded.contains(&reason.as_str())), "{wireless:?}");
    for (category, name, count) in LIVE {
        for place in 0..count {
            let name = format!("{name}-{place}");
            let earning = summary.earnings.iter().find(|one| one.name == name).unwrap();
            assert_eq!(earning.by_category.keys().collect::<Vec<_>>(), [category]);
            assert!(earning.earned > 0, "{earning:?}");
        }
    }
}

fn customers_pay(running: &Running) {
    let usage = running.summary.usage.as_ref().unwrap();
    assert!(usage.charged > 0 && usage.settled == usage.charged, "{usage:?}");
    assert_eq!(usage.receipts_accepted, usage.receipts, "{usage:?}");
}

/// Two devices keep one of the files: what each has sealed answers for it alone.
fn replicas_differ(replicas: &[(Hash, Hash)]) {
    let contents: BTreeSet<_> = replicas.iter().map(|(content, _)| content).collect();
    let sealed: BTreeSet<_> = replicas.iter().map(|(_, sealed)| sealed).collect();
    assert_eq!((replicas.len(), contents.len(), sealed.len()), (4, 3, 4));
}

/// What `cairn device explain` says of each live device and epoch, as JSON.
fn explanations(cli: &Cli, running: &Running) -> Vec<(String, Value)> {
    let (first, last) = running.epochs;
    let oracle = &running.founded.oracles[0].url;
    let mut all = Vec::new();
    for member in &running.founded.members {
        let device = member.address(&running.founded.network.network).to_string();
        let mut total = 0;
        for epoch in first..=last {
            let number = epoch.to_string();
            let args = ["device", "explain", "--device", &device, "--epoch", &number];
            let said = cli.ok(&[&args[..], &["--oracle", oracle]].concat());
            assert_eq!((&said["device"], &said["epoch"]), (&json!(device), &json!(epoch)));
            let share: u64 = said["share"].as_str().unwrap().parse().unwrap();
            total += share;
            if share == 0 {
                assert!(said["zero"].is_string(), "a zero without a reason: {said:#}");
            } else {
                assert_eq!(said["class_budget"]["class"], member.category as u16, "{said:#}");
            }
            // Also of an epoch in which a device that earned before was silent.
            if total > 0 {
                assert_eq!(said["path_verifies"], true, "{said:#}");
                assert_eq!(said["path"]["device_total"], total.to_string(), "{said:#}");
                assert_eq!(said["root_is_active"], epoch == last, "{said:#}");
            }
            if epoch == last {
                let text = cli.text(&[&args[..], &["--oracle", oracle]].concat());
                assert!(text.starts_with(&format!("device {device} in epoch {epoch}\n")), "{text}");
                let end = "checked here: the way leads to the root, which is active on chain\n";
                assert!(text.ends_with(end), "{text}");
            }
            all.push((member.name.clone(), said));
        }
        let earned = running.summary.earnings.iter().find(|one| one.name == member.name).unwrap();
        assert_eq!(total, earned.earned, "the shares of {} are what it earned", member.name);
    }
    all
}

/// A proof of sensors counts if one of its items does: so the items are looked at too.
fn no_item_is_refused(explanations: &[(String, Value)]) {
    let (mut items, mut passed) = (0, 0);
    let proofs = explanations.iter().flat_map(|(_, said)| said["proofs"].as_array().unwrap());
    for factor in proofs.flat_map(|proof| proof["factors"].as_array().unwrap()) {
        let inputs: Vec<(String, i64)> = serde_json::from_value(factor["inputs"].clone()).unwrap();
        let input = |name: &str| inputs.iter().find(|(of, _)| of == name).map(|(_, value)| *value);
        let name = factor["name"].as_str().unwrap();
        if ["readings", "fixes", "observations"].contains(&name) {
            items += input(name).unwrap();
            passed += input("passed").unwrap();
        }
    }
    assert!(items > 2_000, "{items}");
    assert!((items - passed) * 100 < items, "{passed} of {items} passed");
}

/// Nothing takes from honest devices as such: what is below one is reputation, standing or a penalty.
fn no_device_is_held_back(explanations: &[(String, Value)]) {
    for (name, said) in explanations {
        for factor in said["factors"].as_array().unwrap() {
            assert_eq!(factor["ppm"], 1_000_000, "{name}: {factor}");
        }
        let proofs = said["proofs"].as_array().unwrap().iter();
        for factor in proofs.flat_map(|proof| proof["factors"].as_array().unwrap()) {
            assert_ne!(factor["name"], "relocation", "{name}: {factor}");
            assert_ne!(factor["name"], "chain_restart", "{name}: {factor}");
        }
    }
}

/// The job that one device posted: three were chosen, and at least two found the same result.
fn several_compute_a_job(explanations: &[(String, Value)]) {
    let agreed = |said: &Value| {
        let proofs = said["proofs"].as_array().unwrap().iter();
        proofs.filter(|one| one["kind"] == "job_result" && one["units"] == "1").count()
    };
    let results: usize = explanations.iter().map(|(_, said)| agreed(said)).sum();
    assert_eq!(results, 3);
    let benchmarks = |said: &Value| said["proofs"].to_string().matches("\"benchmark\"").count();
    let benchmarks: usize = explanations.iter().map(|(_, said)| benchmarks(said)).sum();
    assert_eq!(benchmarks as u64, EPOCHS);
}

fn what_cannot_be_explained(cli: &Cli, running: &Running) {
    let oracle = &running.founded.oracles[0].url;
    let (_, last) = running.epochs;
    let device = running.founded.members[0].address(&running.founded.network.network).to_string();
    let explain = |device: &str, epoch: u64| {
        let number = epoch.to_string();
        let args = ["device", "explain", "--device", device, "--epoch", &number];
        cli.run_as("wallet", &[&args[..], &["--oracle", oracle]].concat())
    };
    let refused = explain(&device, last + 1_000_000).unwrap_err();
    assert_eq!(refused["error"]["code"], "epoch_not_computed", "{refused:#}");
    // An address that no device has: the epoch says nothing of it, and why.
    let nobody = explain(&running.founded.network.pool.to_string(), last).unwrap();
    assert_eq!((&nobody["share"], &nobody["path"]), (&json!("0"), &Value::Null), "{nobody:#}");
    assert!(nobody["zero"].is_string(), "{nobody:#}");
}

/// Twice the weight for storage: its operators gain what the others lose.
fn another_policy(cli: &Cli, running: &Running, data_dir: &str) {
    let text = live_policy(u64::try_from(GRACE.as_millis()).unwrap());
    let simulate = |name: &str, text: &str| {
        let file = cli.folder().join(name);
        std::fs::write(&file, text).unwrap();
        let file = file.to_str().unwrap().to_owned();
        ["policy", "simulate", "--policy", &file, "--data-dir", data_dir].map(str::to_owned)
    };
    let borrowed = |args: &[String]| args.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
    let run = |args: &[String]| cli.ok(&borrowed(args).split('\n').collect::<Vec<_>>());
    let same = run(&simulate("same.toml", &text));
    assert_eq!(same["unpaid_old"], same["unpaid_new"]);
    let changes = |said: &Value| -> Vec<(String, i128)> {
        let number = |value: &Value| -> i128 {
            value
                .as_str()
                .map_or_else(|| i128::from(value.as_u64().unwrap()), |text| text.parse().unwrap())
        };
        let operators = said["operators"].as_array().unwrap().iter();
        operators
            .map(|one| {
                (one["who"].as_str().unwrap().into(), number(&one["new"]) - number(&one["old"]))
            })
            .collect()
    };
    assert!(changes(&same).iter().all(|(_, gain)| *gain == 0), "{same:#}");

    let heavier = text.replace("class = 1 # storage\nweight = 20", "class = 1\nweight = 40");
    assert_ne!(heavier, text);
    let args = simulate("heavier.toml", &heavier);
    let said = run(&args);
    let earnings = &running.summary.earnings;
    let category = |wallet: &str| {
        let earning = earnings.iter().find(|one| one.operator == wallet);
        earning
            .and_then(|one| one.by_category.keys().next())
            .map(String::as_str)
            .unwrap_or_default()
    };
    let changed: Vec<_> = changes(&said).into_iter().filter(|(_, gain)| *gain != 0).collect();
    let (winners, losers): (Vec<_>, Vec<_>) = changed.iter().partition(|(_, gain)| *gain > 0);
    assert_eq!(winners.len(), 3, "{said:#}");
    assert!(winners.iter().all(|(who, _)| category(who) == "storage"), "{winners:?}");
    assert!(losers.len() > 10 && losers.iter().all(|(who, _)| category(who) != "storage"));
    let text = cli.text(&borrowed(&args).split('\n').collect::<Vec<_>>());
    assert!(text.contains("operators that gain:\n  ") && text.contains("(+"), "{text}");
    assert!(text.contains("devices that lose:\n  ") && text.contains("(-"), "{text}");

    let elsewhere = [&args[..5], &[cli.folder().to_str().unwrap().to_owned()]].concat();
    assert_eq!(
        cli.refusal(&borrowed(&elsewhere).split('\n').collect::<Vec<_>>()),
        "data_dir_invalid"
    );
    let none = [&args[..], &["--from".into(), "1000000".into()]].concat();
    assert_eq!(cli.refusal(&borrowed(&none).split('\n').collect::<Vec<_>>()), "epochs_missing");
}
