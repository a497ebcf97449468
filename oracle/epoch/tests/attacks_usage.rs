//! Fake traffic with self-payment: an operator buys credits, escrows them, and signs receipts to its
//! own device. With real signatures through the judge; what others earn by coverage is added by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[allow(unreachable_pub, dead_code, reason = "shared by several tests, each of which uses a part")]
mod support;

use cairn_device::DeviceSigner;
use cairn_epoch::{Earnings, Inputs, Terms};
use cairn_protocol::credits::credits_for;
use cairn_protocol::proof::{Body, Envelope, Kind, Receipt, UsageReceipt};
use cairn_verify::{
    Address, Category, DeviceRecord, EpochInput, Escrow, Judgment, ONE, Outcome, Policy, Registry,
    Seeds, Snapshot, State, judge,
};
use ed25519_dalek::{Signer, SigningKey};
use std::collections::BTreeMap;
use support::{NETWORK, PRICE, TREASURY, judged};

/// 1,000 tokens of 6 decimals an epoch.
const BUDGET: u64 = 1_000_000_000;
const HONEST: usize = 20;
const AT_MS: u64 = 1_700_000_050_000;

struct Side {
    burned: u64,
    earned: u64,
}

/// One epoch: 20 honest devices with coverage, of which 4 carry traffic that honest customers pay
/// for with `honest_burn` tokens in all; the attacker has one device and burns `attack_burn` tokens.
fn run(policy: &Policy, honest_burn: u64, attack_burn: u64) -> (Side, Side, u64) {
    run_bought(policy, honest_burn, attack_burn, PRICE)
}

/// The same, with the attacker's credits bought at another price than the epoch's.
fn run_bought(
    policy: &Policy,
    honest_burn: u64,
    attack_burn: u64,
    bought_at: u64,
) -> (Side, Side, u64) {
    let devices: Vec<DeviceSigner> =
        (0..=HONEST).map(|n| DeviceSigner::derive(&[3; 32], &format!("{n}"))).collect();
    let address = |at: usize| -> Address { support::device(u8::try_from(at).unwrap()) };
    let record = |(at, signer): (usize, &DeviceSigner)| {
        DeviceRecord::new(address(at), signer.key(), 0, Category::Wireless, [1; 32])
    };
    let registry = Registry::new(devices.iter().enumerate().map(record));
    let mut escrows: BTreeMap<Address, Escrow> = BTreeMap::new();
    let mut envelopes: Vec<Envelope> = Vec::new();
    let buys = [
        (1, 0, honest_burn / 4),
        (2, 1, honest_burn / 4),
        (3, 2, honest_burn / 4),
        (4, 3, honest_burn / 4),
        (9, HONEST, attack_burn),
    ];
    for (secret, device, burned) in buys.into_iter().filter(|(_, _, burned)| *burned > 0) {
        let customer = SigningKey::from_bytes(&[secret; 32]);
        let price = if device == HONEST { bought_at } else { PRICE };
        let credits = credits_for(burned, price).unwrap();
        let wallet = customer.verifying_key().to_bytes();
        escrows.insert(wallet, Escrow { backing: credits });
        let mut receipt = Receipt {
            id: [secret; 16],
            customer: wallet,
            credits,
            // Whatever the attacker claims: it is credits that count.
            bytes: 1_000_000_000,
            packets: 1_000_000,
            started_at_ms: AT_MS - 10_000,
            ended_at_ms: AT_MS,
            signature: [0; 64],
        };
        let mut signer = devices[device].clone();
        let message = receipt.signed_message(&NETWORK, Kind::UsageReceipt, &signer.key(), &[0; 32]);
        receipt.signature = customer.sign(&message).to_bytes();
        let body = Body::UsageReceipt(UsageReceipt { receipt });
        envelopes.push(signer.sign(&NETWORK, 0, AT_MS, &body));
    }
    let seeds = Seeds::default();
    let input = EpochInput {
        network: NETWORK,
        epoch: 0,
        starts_at_ms: 1_700_000_000_000,
        ends_at_ms: 1_700_000_100_000,
        registry: &registry,
        seeds: &seeds,
        escrows: &escrows,
        policy,
    };
    let mut outcome: Outcome = judge(&input, &mut State::default(), envelopes);
    assert!(outcome.proofs.iter().all(|proof| proof.judgment.reason.is_accepted()));
    for at in 0..HONEST {
        let counts = Judgment::counts(10 * ONE, Vec::new());
        outcome.proofs.push(judged(u8::try_from(at).unwrap(), 1, Kind::Witness, counts));
    }
    let snapshot = Snapshot::new(&input, &outcome);
    let inputs = Inputs::new(&input, &snapshot, [0; 32], &outcome, [0; 32]);
    let terms = Terms { treasury: TREASURY, budget: BUDGET, credit_price: Some(PRICE) };
    let earnings = Earnings::compute(&input, &terms, &outcome, inputs).unwrap();
    let tokens = |at: usize| earnings.paystub(&address(at)).map_or(0, |stub| stub.share);
    let usage = (0..HONEST)
        .filter_map(|at| earnings.paystub(&address(at)))
        .map(|stub| stub.usage_tokens)
        .sum();
    let honest = (0..HONEST).map(tokens).sum();
    (
        Side { burned: honest_burn, earned: honest },
        Side { burned: attack_burn, earned: tokens(HONEST) },
        usage,
    )
}

/// The rule off: as much as six times of what the credits are worth, which no policy that is valid
/// allows.
fn off() -> Policy {
    let mut policy = Policy::default();
    policy.usage.max_reward_bps = u16::MAX;
    policy
}

#[test]
fn fake_traffic_with_self_payment_costs_more_than_it_earns() {
    let on = Policy::default();
    let tokens = |amount: u64| amount / 1_000_000;
    for burned in [1, 10, 50, 100, 1_000, 100_000] {
        let burned = burned * 1_000_000;
        let (_, attack_off, _) = run(&off(), 10_000_000, burned);
        let (_, attack_on, _) = run(&on, 10_000_000, burned);
        println!(
            "fake traffic: burned {} tokens, earned off {}, on {}",
            tokens(attack_on.burned),
            tokens(attack_off.earned),
            tokens(attack_on.earned),
        );
        // By the default at least a fifth of what was burned is lost.
        assert!(attack_on.earned <= burned / 10 * 8);
        if burned <= 100_000_000 {
            assert!(attack_off.earned > burned, "with the rule off it pays");
        }
    }
    // What honest devices earn without an attacker is the whole budget either way.
    let (off_alone, _, _) = run(&off(), 10_000_000, 0);
    let (on_alone, _, _) = run(&on, 10_000_000, 0);
    let loss = (off_alone.earned - on_alone.earned.min(off_alone.earned)) * 1_000_000 / BUDGET;
    let (_, attack_off, _) = run(&off(), 10_000_000, 50_000_000);
    let (_, attack_on, _) = run(&on, 10_000_000, 50_000_000);
    println!(
        "attack fake_traffic_self_payment: off {}, on {}, honest {loss} (burned {})",
        attack_off.earned, attack_on.earned, attack_on.burned
    );
    assert!(loss < 10_000);
}

/// Credits are bought at today's price, and receipts are paid by that of the settlement period's start.
/// What a rise of the token in between brings to who pays itself: nothing up to a quarter.
#[test]
fn a_rise_of_the_token_within_the_period() {
    for (reward_bps, rise_percent, earns) in
        [(8_000, 0, 8), (8_000, 25, 10), (8_000, 50, 12), (8_000, 100, 16), (5_000, 100, 10)]
    {
        let mut policy = Policy::default();
        policy.usage.max_reward_bps = reward_bps;
        let bought_at = PRICE / 100 * (100 + rise_percent);
        let (_, attack, _) = run_bought(&policy, 10_000_000, 10_000_000, bought_at);
        println!(
            "self-payment after a rise of {rise_percent} %, max_reward {reward_bps}: burned 10, \
             earned {}",
            attack.earned / 1_000_000
        );
        assert_eq!(attack.earned, earns * 1_000_000);
        assert!(rise_percent > 25 || attack.earned <= attack.burned);
    }
    // Never more than the part of the budget that receipts have.
    let (_, attack, _) = run_bought(&Policy::default(), 10_000_000, u64::MAX / 1_000, PRICE * 2);
    assert!(attack.earned <= BUDGET / 10 * 3);
}

/// Whoever claims more bytes gets nothing more, and takes nothing from those who carry traffic.
#[test]
fn claimed_bytes_do_not_crowd_out_honest_receipts() {
    let on = Policy::default();
    let (_, _, alone) = run(&on, 100_000_000, 0);
    // One credit with as many bytes as the honest devices' claim.
    let (_, _, attacked) = run(&on, 100_000_000, 20);
    println!("attack claimed_bytes: honest receipts earn {alone} alone, {attacked} attacked");
    assert_eq!(alone, 80_000_000);
    assert!(alone - attacked <= alone / 1_000_000);
}
