//! The policy as a document: mistakes with their place, the schema and the default file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use cairn_protocol::proof::Kind;
use cairn_protocol::reason::Reason;
use cairn_verify::Policy;
use cairn_verify::policy::{Band, BootstrapPolicy, ClassPolicy, Idle};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

fn errors(text: &str) -> Vec<(Option<usize>, String)> {
    let located = Policy::from_toml(text).unwrap_err().0;
    located.into_iter().map(|error| (error.line, error.message)).collect()
}

#[test]
fn every_mistake_has_its_line_and_says_what_is_allowed() {
    let text = "from_epoch = 3\n\
                [ingest]\n\
                grace_ms = 1\n\
                \n\
                [usage]\n\
                max_reward_bps = 10000\n\
                [[scoring.classes]]\n\
                class = 1\n\
                weight = 5\n\
                [[scoring.classes]]\n\
                class = 1\n\
                weight = 0\n\
                uptime_parts = 9999\n";
    let expected = [
        (6, "policy field `usage.max_reward_bps` is 10000, which is outside 0 to 9999"),
        (12, "policy field `scoring.classes[1].weight` is 0, which is outside 1 to 1000000"),
        (13, "policy field `scoring.classes[1].uptime_parts` is 9999, which is outside 0 to 1440"),
        (11, "policy field `scoring.classes[1].class` is 1, which another entry has as well"),
    ];
    let expected: Vec<_> =
        expected.into_iter().map(|(line, text)| (Some(line), text.to_owned())).collect();
    assert_eq!(errors(text), expected);
    let shown = Policy::from_toml(text).unwrap_err().to_string();
    assert!(shown.starts_with("line 6: policy field `usage.max_reward_bps`"), "{shown}");
}

#[test]
fn unknown_fields_and_types_are_refused_with_their_line() {
    let one = |text: &str| errors(text).remove(0);
    let (line, message) = one("[usage]\n\nmax_reward = 1\n");
    assert_eq!(line, Some(3));
    assert!(message.contains("unknown field `max_reward`"), "{message}");
    assert!(message.contains("max_reward_bps"), "{message}");
    assert_eq!(one("[usages]\n").0, Some(1));
    assert_eq!(one("a = 1\n[usage]\nmax_reward_bps = \"much\"\n").0, Some(1));
    assert_eq!(one("[usage]\nmax_reward_bps = \"much\"\n").0, Some(2));
    assert_eq!(one("[usage]\nmax_reward_bps = 70000\n").0, Some(2));
    assert_eq!(one("[[scoring.classes]]\nclass = 1\n").0, Some(1));
    assert_eq!(one("[[scoring.classes]]\nclass = 1\nweight = 1\nidle = \"keep\"\n").0, Some(4));
    assert_eq!(one("[usage\n").0, Some(1));
    // A range that depends on another field, which the file does not name.
    let (line, message) = one("[scoring]\n[scoring.bootstrap]\nfull_through_epoch = 5\n");
    assert_eq!(line, Some(3));
    assert!(message.ends_with("outside 0 to 0"), "{message}");
}

#[test]
fn a_file_says_what_differs_from_the_defaults() {
    let text = "[scoring]\n\
                classes = [{ class = 2, weight = 1, idle = \"withhold\" }]\n\
                [scoring.bootstrap]\n\
                early_devices = 100\n\
                ends_at_epoch = 10\n";
    let policy = Policy::from_toml(text).unwrap();
    assert_eq!(policy.scoring.class(2).unwrap().idle, Idle::Withhold);
    assert_eq!(policy.scoring.class(1), None);
    assert_eq!(policy.scoring.bootstrap.early_devices, 100);
    assert_eq!(policy.usage, Policy::default().usage);
    assert_ne!(policy.hash(), Policy::default().hash());
    assert_eq!(Policy::from_toml("").unwrap(), Policy::default());
}

#[test]
fn the_multipliers_follow_their_schedule() {
    let policy =
        BootstrapPolicy { full_through_epoch: 10, ends_at_epoch: 20, ..BootstrapPolicy::default() };
    let at = |epoch| policy.schedule_ppm(epoch);
    assert_eq!([0, 9, 10].map(at), [1_000_000; 3]);
    assert_eq!([11, 15, 19].map(at), [900_000, 500_000, 100_000]);
    assert_eq!([20, 21, u64::MAX].map(at), [0; 3]);
    assert_eq!(BootstrapPolicy::default().schedule_ppm(0), 0);
}

/// Every field of a policy, with its path.
fn fields(value: &Value, path: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(inner) => {
            for (name, value) in inner {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                fields(value, &path, into);
            }
        }
        Value::Array(entries) if entries.iter().any(Value::is_object) => {
            into.push(path.to_owned());
            fields(&entries[0], &format!("{path}[0]"), into);
        }
        _ => into.push(path.to_owned()),
    }
}

#[test]
fn every_number_has_a_meaning_and_a_range() {
    let schema = Policy::schema();
    let mut paths = Vec::new();
    let mut policy = Policy::default();
    policy.wireless.bands.push(Band { from_hz: 0, to_hz: 0, max_eirp_cdbm: 0 });
    let class = ClassPolicy { class: 0, weight: 1, idle: Idle::Share, uptime_parts: Some(1) };
    policy.scoring.classes.push(class);
    policy.compute.poster_class = Some(1);
    fields(&serde_json::to_value(policy).unwrap(), "", &mut paths);
    let (mut bare, mut open) = (Vec::new(), Vec::new());
    for path in paths {
        let mut at = &schema;
        for step in path.split('.') {
            at = &at["properties"][step.trim_end_matches("[0]")];
            if step.ends_with("[0]") {
                at = &at["items"];
            }
            if let Some(reference) = at["$ref"].as_str().filter(|_| at["description"].is_null()) {
                at = schema.pointer(reference.trim_start_matches('#')).unwrap();
            }
            if !path.ends_with(step)
                && let Some(reference) = at["$ref"].as_str()
            {
                at = schema.pointer(reference.trim_start_matches('#')).unwrap();
            }
        }
        if at["description"].as_str().is_none_or(|text| text.len() < 20) {
            bare.push(path.clone());
        }
        // An epoch's number may be any.
        let integer = at["type"].to_string().contains("integer");
        if integer && path != "from_epoch" && !(at["minimum"].is_i64() && at["maximum"].is_u64()) {
            open.push(path);
        }
    }
    assert_eq!((bare, open), (vec![], vec![]), "without a meaning, without a range");
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn the_page_about_proofs_is_complete() {
    let page = std::fs::read_to_string(document("proofs.md")).unwrap();
    // Names stand in backticks, alone or with others: `a, b`, `a[]: b`, `section.a`.
    let named: BTreeSet<&str> = page
        .split('`')
        .skip(1)
        .step_by(2)
        .flat_map(|code| code.split(|letter: char| !letter.is_alphanumeric() && letter != '_'))
        .collect();
    let mut names: Vec<String> = Vec::new();
    fields(&serde_json::to_value(Policy::default()).unwrap(), "", &mut names);
    let last = |path: String| path.rsplit('.').next().unwrap_or_default().to_owned();
    let mut names: Vec<String> = names.into_iter().map(last).collect();
    names.extend(Reason::ALL.iter().map(|reason| reason.name().to_owned()));
    names.extend(Kind::ALL.iter().map(|kind| kind.name().to_owned()));
    names.retain(|name| !named.contains(name.as_str()));
    assert_eq!(names, [""; 0], "docs/proofs.md does not say what they are");
}

/// The policies in `docs/policies`, which founders begin with, by name.
fn example_policies() -> BTreeMap<String, String> {
    std::fs::read_dir(document("policies"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn the_example_policies_are_valid_and_the_guide_names_each() {
    let guide = std::fs::read_to_string(document("running-a-network.md")).unwrap();
    let examples = example_policies();
    assert!(!examples.is_empty(), "there are no example policies");
    for (name, text) in &examples {
        // Reading refuses unknown fields and what is out of its range.
        let policy = Policy::from_toml(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(policy.validate(), Ok(()), "{name}");
        assert_eq!(policy.from_epoch, 0, "{name} is not one to begin with");
        assert_ne!(policy, Policy::default(), "{name} changes nothing");
        assert!(guide.contains(&format!("policies/{name}")), "the guide does not name {name}");
    }
}

/// What the comments of the examples say about them.
#[test]
fn the_example_policies_do_what_they_say() {
    let examples = example_policies();
    let policy = |name: &str| Policy::from_toml(&examples[name]).unwrap();
    let points = |name: &str, kind| policy(name).points_per_unit(kind);
    assert_eq!(points("xnet.toml", Kind::Witness), 0);
    assert_ne!(points("xnet.toml", Kind::Heartbeat), 0);
    assert_eq!(points("hivemapper.toml", Kind::Track), 0);
    assert_ne!(points("hivemapper.toml", Kind::Coverage), 0);
    assert_ne!(points("dimo.toml", Kind::Track), 0);
    assert_ne!(points("akash.toml", Kind::Benchmark), 0);
    assert_eq!(policy("arweave.toml").usage.class_share_bps, 0);
    // A first visit is not cut off by what a cell may pay.
    let coverage = policy("hivemapper.toml").sensor.coverage;
    assert!(coverage.cell_capacity_ppm >= coverage.first_visit_ppm);
    let classes = policy("four-classes.toml").scoring.classes;
    assert_eq!(classes.iter().map(|class| class.weight).sum::<u32>(), 100);
    assert_eq!(classes[1].idle, Idle::Withhold);
    assert_eq!(policy("four-classes.toml").uptime_parts(2), 24);
}

fn document(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

#[test]
fn the_documents_are_current() {
    let schema = serde_json::to_string_pretty(&Policy::schema()).unwrap() + "\n";
    let defaults = Policy::default_toml();
    assert_eq!(Policy::from_toml(&defaults).unwrap(), Policy::default());
    assert!(defaults.lines().all(|line| line.chars().count() <= 110), "too long a line");
    for (name, expected) in [("policy.schema.json", schema), ("policy.default.toml", defaults)] {
        let path = document(name);
        if std::env::var_os("CAIRN_BLESS").is_some() {
            std::fs::write(&path, &expected).unwrap();
        }
        let current = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(current, expected, "{name} is out of date: run with CAIRN_BLESS=1");
    }
}
