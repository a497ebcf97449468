//! Stored epochs judged again, by the same policy and by another.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use cairn_device::DeviceSigner;
use cairn_epoch::{Closed, EpochInputs, Simulation, Terms, close};
use cairn_protocol::proof::{Body, Envelope, Kind, Receipt, UsageReceipt};
use cairn_verify::policy::BootstrapPolicy;
use cairn_verify::{
    Address, Category, DeviceRecord, EpochInput, Escrow, Policy, Registry, Seeds, State,
};
use ed25519_dalek::{Signer, SigningKey};
use std::collections::BTreeMap;

const NETWORK: Address = [9; 32];

struct Stored {
    inputs: EpochInputs,
    envelopes: Vec<Envelope>,
    closed: Closed,
}

fn address(device: usize) -> Address {
    [100 + u8::try_from(device).unwrap(); 32]
}

/// Three epochs of four devices with two operators, paid by customers; everything is stored.
fn stored(policy: &Policy) -> (Vec<Stored>, State) {
    let mut devices: Vec<DeviceSigner> =
        (0..4).map(|n| DeviceSigner::derive(&[1; 32], &format!("{n}"))).collect();
    let records = devices.iter().enumerate().map(|(at, signer)| DeviceRecord {
        onboarded_at_s: at as i64,
        ..DeviceRecord::new(
            address(at),
            signer.key(),
            0,
            Category::Wireless,
            [u8::try_from(at / 2).unwrap() + 1; 32],
        )
    });
    let registry = Registry::new(records);
    let customer = SigningKey::from_bytes(&[8; 32]);
    let wallet = customer.verifying_key().to_bytes();
    let escrows: BTreeMap<_, _> = [(wallet, Escrow { backing: 1_000_000 })].into();
    let seeds = Seeds::default();
    let mut state = State::default();
    let mut epochs = Vec::new();
    for epoch in 0..3_u64 {
        let at_ms = 1_700_000_000_000 + epoch * 60_000;
        let mut envelopes = Vec::new();
        for (at, device) in devices.iter_mut().enumerate() {
            let mut receipt = Receipt {
                id: [u8::try_from(at).unwrap() * 16 + epoch as u8; 16],
                customer: wallet,
                credits: 1_000 * (at as u64 + 1),
                bytes: 1,
                packets: 1,
                started_at_ms: at_ms,
                ended_at_ms: at_ms,
                signature: [0; 64],
            };
            let message =
                receipt.signed_message(&NETWORK, Kind::UsageReceipt, &device.key(), &[0; 32]);
            receipt.signature = customer.sign(&message).to_bytes();
            let body = Body::UsageReceipt(UsageReceipt { receipt });
            envelopes.push(device.sign(&NETWORK, epoch, at_ms, &body));
        }
        let input = EpochInput {
            network: NETWORK,
            epoch,
            starts_at_ms: at_ms,
            ends_at_ms: at_ms + 60_000,
            registry: &registry,
            seeds: &seeds,
            escrows: &escrows,
            policy,
        };
        let terms = Terms { treasury: [7; 32], budget: 1_000_000, credit_price: Some(50_000_000) };
        let closed = close(&input, &terms, &mut state, envelopes.clone()).unwrap();
        let inputs = EpochInputs::new(&input, &terms, &closed);
        epochs.push(Stored { inputs, envelopes, closed });
    }
    (epochs, state)
}

#[test]
fn a_stored_epoch_closes_again_to_the_same_result() {
    let policy = Policy::default();
    let (epochs, after) = stored(&policy);
    let mut state = State::default();
    for stored in epochs {
        let bytes = borsh::to_vec(&stored.inputs).unwrap();
        let inputs: EpochInputs = borsh::from_slice(&bytes).unwrap();
        assert_eq!(inputs, stored.inputs);
        let again = inputs.close(&policy, &mut state, stored.envelopes).unwrap();
        assert!(again == stored.closed, "closed otherwise");
        assert!(again.earnings.paystubs.iter().all(|stub| stub.share > 0));
    }
    assert_eq!(state.hash(), after.hash());
}

#[test]
fn the_same_policy_changes_nothing_and_another_shows_who_gains() {
    let policy = Policy::default();
    let (epochs, _) = stored(&policy);
    let run = |changed: &Policy| {
        let mut simulation = Simulation::new(State::default());
        for stored in &epochs {
            let envelopes = stored.envelopes.iter().cloned();
            simulation.add(&stored.inputs, envelopes, &stored.closed.earnings, changed).unwrap();
        }
        simulation.changes()
    };
    let same = run(&policy);
    assert_eq!(same.epochs, 3);
    assert!(same.devices.iter().chain(&same.operators).all(|change| change.gain() == 0));
    assert_eq!(same.unpaid_old, same.unpaid_new);

    // Receipts have a smaller part: those with more credits lose more.
    let mut changed = policy.clone();
    changed.usage.class_share_bps = 1_000;
    let changes = run(&changed);
    let gains: Vec<i128> = changes.devices.iter().map(cairn_epoch::Change::gain).collect();
    assert!(gains.is_sorted_by(|a, b| a >= b) && gains.iter().all(|gain| *gain < 0), "{gains:?}");
    assert_eq!(changes.devices[0].who, address(0));
    assert_eq!(changes.devices[3].who, address(3));
    assert_eq!(changes.operators.iter().map(|change| change.who[0]).collect::<Vec<_>>(), [1, 2]);
    // What all have together is the same.
    let total = |of: fn(&cairn_epoch::Change) -> u64| changes.operators.iter().map(of).sum::<u64>();
    assert_eq!(total(|change| change.old) + changes.unpaid_old, 3_000_000);
    assert_eq!(total(|change| change.new) + changes.unpaid_new, 3_000_000);
    let by_device: i128 = gains.iter().sum();
    assert_eq!(by_device, changes.operators.iter().map(cairn_epoch::Change::gain).sum::<i128>());

    // The state is the changed policy's: without receipts that count in the first epoch, as many
    // credits are left for the second.
    let mut changed = policy;
    changed.usage.max_bytes_per_second = 0;
    changed.scoring.bootstrap = BootstrapPolicy::default();
    let changes = run(&changed);
    assert!(changes.devices.iter().all(|change| change.new == 0));
    assert_eq!(changes.unpaid_new, 3_000_000);
}
