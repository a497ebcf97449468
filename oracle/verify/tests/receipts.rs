//! Every rule of customers' receipts, through the public surface, with real keys and signatures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "support/receipts.rs"]
#[allow(unreachable_pub, dead_code, reason = "shared by several tests, each of which uses a part")]
mod support;

use cairn_protocol::proof::{Body, Envelope, Receipt, UsageReceipt};
use cairn_protocol::reason::Reason;
use cairn_verify::{ONE, Outcome};
use proptest::prelude::*;
use support::*;

/// The middle of epoch 0.
const AT_MS: u64 = 1_700_000_000_000 + EPOCH_MS / 2;

fn reasons(outcome: &Outcome) -> Vec<Reason> {
    outcome.proofs.iter().map(|proof| proof.judgment.reason).collect()
}

/// The verdict on one receipt of customer 0, who has 1,000 credits, after a change that the
/// customer signs.
fn verdict(change: impl FnOnce(&mut World, &mut Receipt)) -> Reason {
    let mut world = World::new();
    world.escrow(0, 1_000);
    let key = world.key(0);
    let mut receipt = receipt(0, 1, 100, 0, &key, AT_MS);
    change(&mut world, &mut receipt);
    let receipt = signed(0, receipt, 0, &key);
    let proof = world.prove(0, 0, AT_MS, receipt);
    reasons(&world.judge(0, &[proof]))[0]
}

#[test]
fn a_receipt_counts_for_its_credits_and_spends_them() {
    for device in [0, 5] {
        let mut world = World::new();
        world.escrow(0, 1_000);
        let key = world.key(device);
        let proof = world.prove(device, 0, AT_MS, receipt(0, 1, 100, device, &key, AT_MS));
        let outcome = world.judge(0, &[proof]);
        assert_eq!(reasons(&outcome), [Reason::Accepted]);
        assert_eq!(outcome.proofs[0].judgment.units, 100 * ONE);
        let spending = outcome.spendings[0];
        assert_eq!(
            (spending.customer, spending.device, spending.credits, spending.proof),
            (wallet(0), address(device), 100, outcome.proofs[0].id)
        );
        assert_eq!(world.state.receipts.lifetime_spent(&wallet(0)), 100);
    }
}

#[test]
fn the_customers_signature_covers_every_field() {
    let changes: [fn(&mut Receipt); 9] = [
        |receipt| receipt.id[3] ^= 1,
        |receipt| receipt.customer = wallet(1),
        |receipt| receipt.credits -= 1,
        |receipt| receipt.bytes -= 1,
        |receipt| receipt.packets += 1,
        |receipt| receipt.started_at_ms -= 1,
        |receipt| receipt.ended_at_ms -= 1,
        |receipt| receipt.signature[0] ^= 1,
        |receipt| receipt.signature = [0; 64],
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let mut world = World::new();
        (0..2).for_each(|number| world.escrow(number, 1_000));
        let key = world.key(0);
        let mut receipt = receipt(0, 1, 100, 0, &key, AT_MS);
        change(&mut receipt);
        let proof = world.prove(0, 0, AT_MS, receipt);
        assert_eq!(reasons(&world.judge(0, &[proof])), [Reason::ReceiptSignatureInvalid], "{at}");
        assert_eq!(world.state.receipts.lifetime_spent(&wallet(0)), 0);
    }
    // Signed for another device, and for another kind.
    for signed_for in [1, 5] {
        let mut world = World::new();
        world.escrow(0, 1_000);
        let key = world.key(if signed_for == 5 { 0 } else { 1 });
        let receipt = receipt(0, 1, 100, signed_for, &key, AT_MS);
        let proof = world.prove(0, 0, AT_MS, receipt);
        assert_eq!(reasons(&world.judge(0, &[proof])), [Reason::ReceiptSignatureInvalid]);
    }
}

#[test]
fn times_and_bytes_must_fit_together() {
    assert_eq!(verdict(|_, _| ()), Reason::Accepted);
    // The end may lie after the capture by the tolerance.
    let later = |by_ms| {
        move |world: &mut World, receipt: &mut Receipt| {
            world.policy.usage.clock_tolerance_ms = 5_000;
            receipt.ended_at_ms = AT_MS + by_ms;
        }
    };
    assert_eq!(verdict(later(5_000)), Reason::Accepted);
    assert_eq!(verdict(later(5_001)), Reason::ReceiptTimesImpossible);
    let longer = |by_ms| {
        move |world: &mut World, receipt: &mut Receipt| {
            world.policy.usage.max_service_ms = 90_000;
            receipt.started_at_ms = receipt.ended_at_ms - 90_000 - by_ms;
        }
    };
    assert_eq!(verdict(longer(0)), Reason::Accepted);
    assert_eq!(verdict(longer(1)), Reason::ReceiptTimesImpossible);
    let older = |by_ms| {
        move |world: &mut World, receipt: &mut Receipt| {
            world.policy.usage.max_receipt_age_ms = 700_000;
            receipt.ended_at_ms = AT_MS - 700_000 - by_ms;
            receipt.started_at_ms = receipt.ended_at_ms;
        }
    };
    assert_eq!(verdict(older(0)), Reason::Accepted);
    assert_eq!(verdict(older(1)), Reason::ReceiptTooOld);
    // A minute and a second at 1,000 bytes a second.
    let bytes = |bytes| {
        move |world: &mut World, receipt: &mut Receipt| {
            world.policy.usage.max_bytes_per_second = 1_000;
            receipt.bytes = bytes;
        }
    };
    assert_eq!(verdict(bytes(61_000)), Reason::Accepted);
    assert_eq!(verdict(bytes(61_001)), Reason::ReceiptRateImpossible);
    assert_eq!(verdict(bytes(u64::MAX)), Reason::ReceiptRateImpossible);
}

#[test]
fn an_id_counts_once_per_customer_also_over_epochs() {
    let mut world = World::new();
    (0..2).for_each(|number| world.escrow(number, 1_000));
    let keys: Vec<_> = (0..10).map(|device| world.key(device)).collect();
    let make = |world: &mut World, number, device: usize, id, epoch: u64, at_ms| {
        let receipt = receipt(number, id, 10, device, &keys[device], at_ms);
        world.prove(device, epoch, at_ms, receipt)
    };
    let proofs = [
        make(&mut world, 0, 0, 1, 0, AT_MS),
        make(&mut world, 0, 1, 1, 0, AT_MS + 1),
        make(&mut world, 0, 5, 1, 0, AT_MS + 2),
        make(&mut world, 1, 0, 1, 0, AT_MS + 3),
        make(&mut world, 0, 0, 2, 0, AT_MS + 4),
    ];
    let expected = [
        Reason::Accepted,
        Reason::ReceiptRepeated,
        Reason::ReceiptRepeated,
        Reason::Accepted,
        Reason::Accepted,
    ];
    assert_eq!(reasons(&world.judge(0, &proofs)), expected);
    assert_eq!(world.state.receipts.lifetime_spent(&wallet(0)), 20);

    // The very same receipt again, in every epoch that it is young enough for, and after.
    world.policy.usage.max_receipt_age_ms = 2 * EPOCH_MS;
    for epoch in 1..6 {
        let again = receipt(0, 1, 10, 0, &keys[0], AT_MS);
        let at_ms = starts_at_ms(epoch) + 1;
        let proof = world.prove(0, epoch, at_ms, again);
        let expected = if epoch <= 2 { Reason::ReceiptRepeated } else { Reason::ReceiptTooOld };
        assert_eq!(reasons(&world.judge(epoch, &[proof])), [expected], "{epoch}");
    }
    // A policy that lets older receipts count does not bring back what was forgotten.
    world.policy.usage.max_receipt_age_ms = 100 * EPOCH_MS;
    let again = receipt(0, 1, 10, 0, &keys[0], AT_MS);
    let proof = world.prove(0, 6, starts_at_ms(6) + 1, again);
    assert_eq!(reasons(&world.judge(6, &[proof])), [Reason::ReceiptTooOld]);
    assert_eq!(world.state.receipts.lifetime_spent(&wallet(0)), 20);
}

#[test]
fn escrow_goes_to_the_receipts_captured_first() {
    let mut world = World::new();
    world.escrow(0, 100);
    let keys: Vec<_> = (0..10).map(|device| world.key(device)).collect();
    let mut proofs = Vec::new();
    for (at, credits) in [60, 50, 40, 1].into_iter().enumerate() {
        let device = [3, 1, 7, 2][at];
        let at_ms = AT_MS + at as u64;
        let receipt = receipt(0, at as u64, credits, device, &keys[device], at_ms);
        proofs.push(world.prove(device, 0, at_ms, receipt));
    }
    // 50 does not fit after 60; 40 does; then nothing is left.
    let expected =
        [Reason::Accepted, Reason::EscrowExhausted, Reason::Accepted, Reason::EscrowExhausted];
    proofs.reverse();
    assert_eq!(reasons(&world.judge(0, &proofs)), expected);
    // A customer without escrow.
    let stranger = receipt(9, 1, 1, 0, &keys[0], AT_MS);
    let proof = world.prove(0, 0, AT_MS, stranger);
    assert_eq!(reasons(&world.judge(0, &[proof])), [Reason::EscrowExhausted]);
}

#[test]
fn what_the_chain_has_not_settled_yet_is_spent_all_the_same() {
    let mut world = World::new();
    world.escrow(0, 100);
    let key = world.key(0);
    let spend = |world: &mut World, epoch: u64, credits| {
        let at_ms = starts_at_ms(epoch) + SERVICE_MS;
        let receipt = receipt(0, epoch * 1_000 + credits, credits, 0, &key, at_ms);
        let proof = world.prove(0, epoch, at_ms, receipt);
        reasons(&world.judge(epoch, &[proof]))[0]
    };
    assert_eq!(spend(&mut world, 0, 70), Reason::Accepted);
    assert_eq!(spend(&mut world, 1, 31), Reason::EscrowExhausted);
    assert_eq!(spend(&mut world, 1, 30), Reason::Accepted);
    assert_eq!(spend(&mut world, 2, 1), Reason::EscrowExhausted);
    // Escrowed more: that is there.
    world.escrow(0, 110);
    assert_eq!(spend(&mut world, 3, 11), Reason::EscrowExhausted);
    assert_eq!(spend(&mut world, 3, 10), Reason::Accepted);
    assert_eq!(world.state.receipts.lifetime_spent(&wallet(0)), 110);
    // Withdrawn below what is spent: nothing is left, and nothing goes wrong.
    world.escrow(0, 70);
    assert_eq!(spend(&mut world, 4, 1), Reason::EscrowExhausted);
}

#[test]
fn what_is_refused_otherwise_costs_the_customer_nothing() {
    let mut world = World::new();
    world.escrow(0, 100);
    let key = world.key(0);
    // The same sequence twice: the later proof is refused before its receipt is looked at.
    let first = receipt(0, 1, 10, 0, &key, AT_MS);
    let second = receipt(0, 2, 10, 0, &key, AT_MS);
    let mut twin = world.devices[0].clone();
    let one = world.prove(0, 0, AT_MS, first);
    let body = Body::UsageReceipt(UsageReceipt { receipt: second.clone() });
    let two = twin.sign(&NETWORK, 0, AT_MS + 1, &body);
    let outcome = world.judge(0, &[one, two]);
    assert_eq!(reasons(&outcome), [Reason::Accepted, Reason::SequenceConflict]);
    assert_eq!(world.state.receipts.lifetime_spent(&wallet(0)), 10);
    // Its receipt counts in a proof of its own.
    let proof = world.prove(0, 1, starts_at_ms(1), second);
    assert_eq!(reasons(&world.judge(1, &[proof])), [Reason::Accepted]);
}

type Drawn = (u8, u8, u64, u64, u64);

fn build(world: &mut World, drawn: &[Drawn]) -> Vec<Envelope> {
    drawn
        .iter()
        .map(|(number, device, id, credits, later_ms)| {
            let device = usize::from(*device);
            let at_ms = AT_MS + later_ms;
            let key = world.key(device);
            let receipt = receipt(*number, *id, *credits, device, &key, at_ms);
            world.prove(device, 0, at_ms, receipt)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever order proofs come in; nobody spends more than was escrowed, and what is spent is
    /// what the state says.
    #[test]
    fn order_does_not_matter_and_no_escrow_is_overdrawn(
        drawn in proptest::collection::vec((0u8..3, 0u8..10, 0u64..6, 1u64..60, 0u64..50), 0..24),
        seed: u64,
    ) {
        let mut world = World::new();
        (0..3).for_each(|number| world.escrow(number, 100));
        let envelopes = build(&mut world, &drawn);
        let mut shuffled = envelopes.clone();
        let count = shuffled.len().max(1);
        for at in 0..shuffled.len() {
            shuffled.swap(at, (seed as usize).wrapping_mul(at + 7) % count);
        }
        let outcome = world.judge(0, &envelopes);
        let state = std::mem::take(&mut world.state);
        prop_assert_eq!(&world.judge(0, &shuffled), &outcome);
        prop_assert_eq!(world.state.hash(), state.hash());
        for number in 0..3 {
            let spent: u64 = outcome.spendings.iter()
                .filter(|spending| spending.customer == wallet(number))
                .map(|spending| spending.credits)
                .sum();
            prop_assert!(spent <= 100);
            prop_assert_eq!(spent, state.receipts.lifetime_spent(&wallet(number)));
        }
        let ids: std::collections::BTreeSet<_> =
            outcome.spendings.iter().map(|spending| spending.proof).collect();
        prop_assert_eq!(ids.len(), outcome.spendings.len());
        prop_assert_eq!(
            outcome.spendings.len(),
            outcome.proofs.iter().filter(|proof| proof.judgment.reason.is_accepted()).count()
        );
    }

    /// Any bytes as a body: no panic, and judged or left out.
    #[test]
    fn arbitrary_bodies_never_panic(bodies in proptest::collection::vec(
        (0u8..40, proptest::collection::vec(any::<u8>(), 0..400)), 0..20)
    ) {
        let mut world = World::new();
        world.escrow(0, u64::MAX);
        let key = world.key(0);
        let template = world.prove(0, 0, AT_MS, receipt(0, 1, 1, 0, &key, AT_MS));
        let envelopes: Vec<Envelope> = bodies.into_iter().enumerate().map(|(at, (kind, body))| {
            Envelope { kind, body, sequence: at as u64, ..template.clone() }
        }).collect();
        world.judge(0, &envelopes);
    }
}
