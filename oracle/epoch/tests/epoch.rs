//! What must hold of every epoch's totals, roots, manifest and documents.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[allow(unreachable_pub, dead_code, reason = "shared by several tests, each of which uses a part")]
mod support;

use cairn_epoch::{Earnings, EpochError, EpochResult, LeavesDocument, Manifest, Totals, text};
use cairn_protocol::merkle::{Node, verify};
use cairn_protocol::proof::Kind;
use cairn_protocol::settlement::Settled;
use cairn_verify::{DeviceRecord, ONE, Registry};
use proptest::prelude::*;
use support::*;

/// Witnesses by device, and receipts by (device, customer, credits).
type Drawn = (Vec<(u8, u64)>, Vec<(u8, u8, u64)>);

fn drawn() -> impl Strategy<Value = Drawn> {
    (
        proptest::collection::vec((0u8..20, 1..5 * ONE), 0..40),
        proptest::collection::vec((0u8..20, 0u8..5, 1u64..10_000), 0..6),
    )
}

fn made((witnesses, receipts): &Drawn) -> Made {
    let made = witnesses
        .iter()
        .fold(Made::default(), |made, (number, units)| made.proof(*number, Kind::Witness, *units));
    receipts
        .iter()
        .fold(made, |made, (number, from, credits)| made.receipt(*number, *from, *credits))
}

fn at(epoch: u64, budget: u64) -> Setting {
    Setting { epoch, ..Setting::new(budget) }
}

fn first(budget: u64, made: &Made) -> EpochResult {
    at(0, budget).result(&Totals::default(), made)
}

proptest! {
    #[test]
    fn totals_never_fall_and_the_roots_are_their_sums(
        epochs in proptest::collection::vec((drawn(), 0u64..1_000_000), 1..6),
    ) {
        let mut previous = Totals::default();
        let (mut paid, mut used) = (0, 0);
        for (epoch, (drawn, budget)) in epochs.iter().enumerate() {
            let result = at(epoch as u64, *budget).result(&previous, &made(drawn));
            let earnings = result.earnings.as_ref().unwrap();
            paid += *budget - earnings.withheld;
            used += drawn.1.iter().map(|(_, _, credits)| credits).sum::<u64>();
            let mut sum = 0;
            for (operator, total) in result.totals.operators() {
                let now = total.lifetime_total().unwrap();
                sum += now;
                if let Some(before) = previous.operator(operator) {
                    prop_assert!(before.lifetime_total().unwrap() <= now);
                    for (device, tokens) in &before.devices {
                        prop_assert!(*tokens <= total.devices[device]);
                    }
                }
            }
            for (operator, _) in previous.operators() {
                prop_assert!(result.totals.operator(operator).is_some());
            }
            for (customer, credits) in previous.customers() {
                prop_assert!(credits <= result.totals.lifetime_spent(customer));
            }
            prop_assert_eq!((sum, sum), (result.root_sum, paid));
            prop_assert_eq!(result.usage_sum, used);
            previous = result.totals;
        }
    }

    #[test]
    fn every_leaf_device_and_customer_proves(drawn in drawn(), budget in 1u64..) {
        let result = first(budget, &made(&drawn));
        if let Some(tree) = result.totals.tree(&POOL).unwrap() {
            prop_assert_eq!(tree.root(), result.node());
            for (operator, total) in result.totals.operators() {
                let claim = tree.claim(operator).unwrap();
                prop_assert!(verify(&result.node(), &claim.leaf.node(), claim.index, &claim.proof));
                prop_assert_eq!(claim.leaf.lifetime_total, total.lifetime_total().unwrap());
                for device in total.devices.keys() {
                    let device = result.totals.device_proof(operator, device).unwrap().unwrap();
                    prop_assert_eq!(device.root.hash, claim.leaf.devices_root);
                    prop_assert!(verify(&device.root, &device.leaf.node(), device.index, &device.proof));
                }
            }
            prop_assert!(tree.claim(&[0; 32]).is_none());
        }
        let usage = result.totals.usage_tree(&POOL).unwrap();
        prop_assert_eq!(usage.is_some(), !drawn.1.is_empty());
        if let Some(usage) = usage {
            prop_assert_eq!(usage.root(), result.usage());
            for (customer, credits) in result.totals.customers() {
                let proof = usage.prove(customer).unwrap();
                prop_assert_eq!(proof.leaf.lifetime_spent, credits);
                prop_assert!(verify(&result.usage(), &proof.leaf.node(), proof.index, &proof.proof));
            }
            prop_assert!(usage.prove(&[0; 32]).is_none());
        }
    }

    #[test]
    fn documents_round_trip_and_rebuild(drawn in drawn(), budget: u64) {
        let result = first(budget, &made(&drawn));
        let stored = serde_json::to_string(&result).unwrap();
        prop_assert_eq!(&serde_json::from_str::<EpochResult>(&stored).unwrap(), &result);
        let earnings = result.earnings.as_ref().unwrap();
        let short = borsh::to_vec(earnings).unwrap();
        prop_assert_eq!(&borsh::from_slice::<Earnings>(&short).unwrap(), earnings);
        let served = serde_json::to_string(&result.leaves()).unwrap();
        let served: LeavesDocument = serde_json::from_str(&served).unwrap();
        let rebuilt = served.rebuild(&POOL, &result.node(), &result.usage()).unwrap();
        prop_assert_eq!(rebuilt, result.totals);
    }

    #[test]
    fn decimals_round_trip(value: u64) {
        prop_assert_eq!(text::from_decimal(&text::decimal(value)), Some(value));
    }
}

#[test]
fn decimals_are_read_strictly() {
    assert_eq!(text::decimal(1_500_000), "1.5");
    assert_eq!(text::decimal(7), "0.000007");
    for wrong in ["", ".", "1.", "-1", "+1", "1.0000001", "1e3", "18446744073710", "1.2.3", " 1"] {
        assert_eq!(text::from_decimal(wrong), None, "{wrong}");
    }
}

/// Any input that changes, changes the manifest's hash.
#[test]
fn the_manifest_commits_to_every_input() {
    let result = first(1_000, &Made::default().proof(0, Kind::Witness, ONE).receipt(1, 1, 9));
    let manifest = result.manifest.unwrap();
    assert_eq!(Some(manifest.hash()), result.manifest_hash);
    assert_eq!(result.content().unwrap().manifest_hash, manifest.hash());
    let json = serde_json::to_value(manifest).unwrap();
    let mut hashes = vec![manifest.hash()];
    let mut fields = vec![];
    for (name, value) in json.as_object().unwrap() {
        match value.as_object() {
            None => fields.push(format!("/{name}")),
            Some(inner) => fields.extend(inner.keys().map(|field| format!("/{name}/{field}"))),
        }
    }
    assert_eq!(fields.len(), 12 + 9);
    for field in fields {
        let mut other = json.clone();
        let value = other.pointer_mut(&field).unwrap();
        *value = match value.as_str() {
            None => (value.as_u64().unwrap() + 1).into(),
            Some(text) if text.len() == 64 => hex::encode([0xAB; 32]).into(),
            Some(text) if text.len() > 30 => text::to_base58(&[0xAB; 32]).into(),
            Some(text) => (text.parse::<u64>().unwrap() + 1).to_string().into(),
        };
        hashes.push(serde_json::from_value::<Manifest>(other).unwrap().hash());
    }
    let all = hashes.len();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), all);
}

#[test]
fn the_inputs_commit_to_proofs_verdicts_policy_and_registry() {
    let base = Made::default().proof(0, Kind::Witness, ONE).proof(1, Kind::Witness, ONE);
    let inputs = |setting: &Setting, made: &Made| setting.earnings(made).inputs;
    let setting = Setting::new(1_000);
    let before = inputs(&setting, &base);
    let more = inputs(&setting, &base.clone().proof(2, Kind::Witness, ONE));
    assert!(more.proofs_hash != before.proofs_hash && more.outcome_hash != before.outcome_hash);
    let factor = inputs(&setting, &base.clone().factor(0, "uptime", ONE));
    assert_eq!(factor.proofs_hash, before.proofs_hash);
    assert_ne!(factor.outcome_hash, before.outcome_hash);
    let mut other = setting.clone();
    other.policy.usage.class_share_bps += 1;
    assert_ne!(inputs(&other, &base).policy_hash, before.policy_hash);
    let mut other = setting.clone();
    other.registry = Registry::new((0..19).map(record));
    assert_ne!(inputs(&other, &base).registry_hash, before.registry_hash);
    let mut other = setting.clone();
    other.escrows.insert([1; 32], cairn_verify::Escrow { backing: 1 });
    assert_ne!(inputs(&other, &base).escrows_hash, before.escrows_hash);
    let mut other = setting;
    let seed = cairn_verify::Seed::new(&NETWORK, 0, 60_000, 1, 1, [1; 32]);
    other.seeds = cairn_verify::Seeds::new([seed]);
    assert_ne!(inputs(&other, &base).seeds_hash, before.seeds_hash);
}

#[test]
fn the_operator_at_the_end_of_the_epoch_earns() {
    // Epoch 0 ends at 100 s.
    for (since, expected) in [(99_i64, 1), (100, 2), (500, 2), (0, 1)] {
        let settled = Settled {
            current: operator(1),
            since,
            previous: operator(2),
            previous_since: 0,
            earlier: operator(2),
        };
        // A settlement period as long as the epoch.
        let record = DeviceRecord { operator: settled, settle_seconds: 100, ..record(0) };
        let mut setting = Setting::new(10);
        setting.registry = Registry::new([record]);
        let earnings = setting.earnings(&Made::default().proof(0, Kind::Witness, ONE));
        assert_eq!(earnings.paystubs[0].operator, operator(expected), "{since}");
    }
}

#[test]
fn a_device_that_changed_hands_has_a_leaf_under_each_operator() {
    let proof = Made::default().proof(0, Kind::Witness, ONE);
    let first = first(10, &proof);
    let mut sold = at(1, 20);
    sold.registry =
        Registry::new([DeviceRecord { operator: Settled::new(operator(1), 0), ..record(0) }]);
    let second = sold.result(&first.totals, &proof);
    let earned = |owner| {
        let proof = second.totals.device_proof(&operator(owner), &device(0));
        proof.unwrap().unwrap().leaf.lifetime_total
    };
    assert_eq!((earned(0), earned(1)), (10, 20));
}

#[test]
fn an_outcome_of_another_registry_is_refused() {
    let mut setting = Setting::new(10);
    setting.registry = Registry::new((1..20).map(record));
    let made = Made::default().proof(0, Kind::Witness, ONE);
    let error = setting.try_earnings(&made.outcome).unwrap_err();
    assert_eq!(error.code(), "epoch_unknown_device");
}

#[test]
fn a_treasury_with_devices_has_one_leaf() {
    let mut own = record(0);
    own.operator = Settled::new(TREASURY, 0);
    let mut setting = Setting::new(100);
    setting.registry = Registry::new([own, record(1), record(6)]);
    let made = [0, 1, 6]
        .into_iter()
        .fold(Made::default(), |made, number| made.proof(number, Kind::Witness, ONE));
    let result = setting.result(&Totals::default(), &made);
    let treasury = result.totals.operator(&TREASURY).unwrap();
    assert_eq!((treasury.direct, treasury.lifetime_total().unwrap()), (1, 34));
    assert_eq!(result.leaf_count, 2);
}

#[test]
fn nothing_earned_proposes_nothing() {
    let none = first(0, &Made::default().proof(0, Kind::Witness, ONE));
    assert_eq!((none.root, none.root_sum, none.leaf_count), ([0; 32], 0, 0));
    assert_eq!(none.content(), None);
    assert_eq!(
        none.leaves().rebuild(&POOL, &none.node(), &none.usage()).unwrap(),
        Totals::default()
    );
    let some = first(1_000, &Made::default().proof(0, Kind::Witness, ONE).receipt(1, 1, 70));
    let content = some.content().unwrap();
    assert_eq!((content.root_sum, content.usage_sum), (1_000, 70));
    assert_eq!((content.penalties_root, content.penalties_sum), ([0; 32], 0));
    let adopted = EpochResult::adopt(NETWORK, POOL, 0, some.totals.clone(), None).unwrap();
    assert_eq!((adopted.root, adopted.usage(), adopted.content()), (some.root, some.usage(), None));
}

#[test]
fn altered_leaves_are_refused() {
    let made = Made::default()
        .proof(0, Kind::Witness, ONE)
        .proof(1, Kind::Witness, ONE)
        .receipt(0, 1, 5)
        .receipt(0, 2, 6);
    let result = first(1_000, &made);
    let served = serde_json::to_value(result.leaves()).unwrap();
    let read = |value: serde_json::Value| serde_json::from_value::<LeavesDocument>(value);
    let rebuild = |value| read(value).unwrap().rebuild(&POOL, &result.node(), &result.usage());

    // More for one operator or customer: consistent in itself, but another root.
    let mut more = served.clone();
    more["operators"][0]["lifetime_total"] = "600".into();
    assert!(matches!(rebuild(more), Err(EpochError::Mismatch { what: "root", .. })));
    let mut more = served.clone();
    more["customers"][0]["lifetime_spent"] = "600".into();
    assert!(matches!(rebuild(more), Err(EpochError::Mismatch { what: "usage root", .. })));
    // One left out.
    for list in ["operators", "customers"] {
        let mut fewer = served.clone();
        fewer[list].as_array_mut().unwrap().pop();
        assert!(rebuild(fewer).is_err(), "{list}");
    }
    // The stated roots count for nothing.
    let mut lies = served.clone();
    lies["root"] = hex::encode([1; 32]).into();
    lies["usage_root"] = hex::encode([1; 32]).into();
    assert!(rebuild(lies).is_ok());
    let usage = result.usage();
    let other = Node { sum: result.root_sum + 1, ..result.node() };
    assert!(read(served.clone()).unwrap().rebuild(&POOL, &other, &usage).is_err());
    assert!(read(served.clone()).unwrap().rebuild(&[9; 32], &result.node(), &usage).is_err());
    // Inconsistent in themselves: these do not even read.
    for (path, value) in [
        ("/operators/0/lifetime_total", "1"),
        ("/operators/0/lifetime_total", "-1"),
        ("/operators/0/lifetime_total", "0"),
        ("/operators/0/devices/0/lifetime_total", "1"),
        ("/operators/0/operator", "not base58: 0OIl"),
        ("/customers/0/lifetime_spent", "0"),
        ("/customers/0/customer", "not base58: 0OIl"),
    ] {
        let mut broken = served.clone();
        *broken.pointer_mut(path).unwrap() = value.into();
        assert!(read(broken).is_err(), "{path} {value}");
    }
    for list in ["operators", "customers"] {
        let mut swapped = served.clone();
        swapped[list].as_array_mut().unwrap().swap(0, 1);
        assert!(read(swapped).is_err(), "{list}");
    }
}

#[test]
fn overflow_is_an_error() {
    let proof = Made::default().proof(0, Kind::Witness, ONE);
    let first = first(u64::MAX, &proof);
    let again = at(1, 1).earnings(&proof);
    let error = EpochResult::compute(NETWORK, POOL, &first.totals, again).unwrap_err();
    assert_eq!(error.code(), "epoch_overflow");
}

/// How long the documents are, per device.
#[test]
fn documents_are_short() {
    let devices = 20_u32;
    let made = (0..20).fold(Made::default(), |made, number| {
        ["uptime", "reputation", "active", "licence", "bond"].into_iter().fold(
            made.proof(number, Kind::Witness, 12_345_678).proof(number, Kind::Heartbeat, 24 * ONE),
            |made, name| made.factor(number, name, if name == "uptime" { 958_333 } else { ONE }),
        )
    });
    let earnings = at(0, 1_000_000_000).earnings(&made);
    let each = |bytes: usize| bytes / devices as usize;
    let json = each(serde_json::to_vec(&earnings.paystubs).unwrap().len());
    let short = each(borsh::to_vec(&earnings.paystubs).unwrap().len());
    let outcome = each(borsh::to_vec(&made.outcome).unwrap().len());
    println!(
        "bytes per device: paystub {json} in JSON, {short} in borsh; outcome {outcome} in borsh"
    );
    assert!(json < 640 && short < 240 && outcome < 480);
}

/// A fixed example, so that a change of any encoding shows. The Merkle root and the manifest hash
/// were computed by a separate implementation in Python from the documented preimages
/// (`tests/known_answer.py`), given the hashes of the inputs.
#[test]
fn known_answer() {
    let mut setting = at(3, 1_000);
    setting.terms.credit_price = Some(PRICE);
    let made = Made::default()
        .proof(0, Kind::Witness, ONE)
        .proof(1, Kind::Witness, ONE)
        .proof(7, Kind::Witness, ONE)
        .receipt(1, 3, 12);
    let mut earnings = setting.earnings(&made);
    let hash = |byte: u8| [byte; 32];
    earnings.inputs.policy_hash = hash(1);
    earnings.inputs.registry_hash = hash(2);
    earnings.inputs.seeds_hash = hash(3);
    earnings.inputs.escrows_hash = hash(4);
    earnings.inputs.state_before = hash(5);
    earnings.inputs.proofs_hash = hash(6);
    earnings.inputs.outcome_hash = hash(7);
    earnings.inputs.state_after = hash(8);
    let result = EpochResult::compute(NETWORK, POOL, &Totals::default(), earnings).unwrap();
    assert_eq!(
        (
            hex::encode(result.root),
            hex::encode(result.usage_root),
            hex::encode(result.manifest_hash.unwrap())
        ),
        (ROOT.to_owned(), USAGE_ROOT.to_owned(), MANIFEST_HASH.to_owned())
    );
}

const ROOT: &str = "ae29796e0aa8ce7c6a1a0eade3d5511374564ff9f1e160b4a0ff0b8b9286daad";
const USAGE_ROOT: &str = "c67e1d7965c1371aae72ef01d91b2e6690e4f8098281f6c28f8ff4864c174162";
const MANIFEST_HASH: &str = "3a9c77894a0ea6d9e04efe697911a3e75bb6b594649456cbeed6588584a46bbd";
