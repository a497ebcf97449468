//! The rules of retrieval receipts.

use super::*;

/// Verdicts on the receipts alone.
fn receipts(outcome: &Outcome) -> Vec<(Reason, u64)> {
    outcome
        .proofs
        .iter()
        .filter(|judged| judged.kind == Kind::RetrievalReceipt)
        .map(|judged| (judged.judgment.reason, judged.judgment.gross))
        .collect()
}

#[test]
fn retrieval_counts_of_content_that_is_proven() {
    let judged = |needed: bool, fault: bool| {
        let mut world = world_with(|policy| policy.retrieval_needs_replica = needed);
        let mut keeper = world.keeper("keeper");
        let root = keeper.replicas[&1].manifest().content_root;
        let unproven = served(&mut keeper, 0, 1, root, |_| ());
        let unproven = receipts(&world.judge(0, [unproven]))[0];
        let mut proofs = vec![
            served(&mut keeper, 1, 2, root, |_| ()),
            served(&mut keeper, 1, 3, [6; 32], |_| ()),
        ];
        let answers = world.answers(&mut keeper, 1, 1);
        proofs.extend(answers.into_iter().skip(usize::from(fault)));
        let outcome = world.judge(1, proofs);
        let found = receipts(&outcome);
        [unproven, found[0], found[1]]
    };
    let counts = (Reason::Accepted, 100 * ONE);
    let (missing, not_proven) = ((Reason::ContentNotStored, 0), (Reason::ContentNotProven, 0));
    assert_eq!(judged(true, false), [not_proven, counts, missing]);
    assert_eq!(judged(true, true), [not_proven, not_proven, missing]);
    assert_eq!(judged(false, true), [counts; 3]);
}

#[test]
fn a_request_gets_at_most_the_whole_content() {
    let mut world = world();
    let mut keeper = world.keeper("keeper");
    let root = keeper.replicas[&1].manifest().content_root;
    let whole = LEAVES as u64 * 256;
    let mut proofs = [(1, 1, whole), (2, 1, whole + 1), (3, 2, whole * 2), (4, 2, whole * 2 + 1)]
        .map(|(id, requests, bytes)| {
            served(&mut keeper, 1, id, root, |receipt| {
                (receipt.packets, receipt.bytes) = (requests, bytes);
            })
        })
        .to_vec();
    proofs.extend(world.answers(&mut keeper, 1, 1));
    let outcome = world.judge(1, proofs);
    let reasons: Vec<Reason> = receipts(&outcome).iter().map(|(reason, _)| *reason).collect();
    let (right, large) = (Reason::Accepted, Reason::RetrievalTooLarge);
    assert_eq!(reasons, [right, large, right, large]);
}

#[test]
fn a_device_serves_no_more_than_its_link_carries() {
    let reasons = |rate: u64, started_ms_before: u64| {
        let mut world = world_with(|policy| {
            policy.retrieval_needs_replica = false;
        });
        world.policy.usage.max_bytes_per_second = rate;
        // The services last until the epoch's end, so that each alone is slow enough.
        world.policy.usage.clock_tolerance_ms = 240_000;
        let mut keeper = world.device("keeper");
        // 240 s at 1,000 bytes: 240,000.
        let proofs = [(1, 200_000), (2, 50_000), (3, 40_000), (4, 1)].map(|(id, bytes)| {
            served(&mut keeper, 1, id, [7; 32], |receipt| {
                receipt.bytes = bytes;
                receipt.started_at_ms = starts_at_ms(1) - started_ms_before;
                receipt.ended_at_ms = starts_at_ms(2);
            })
        });
        receipts(&world.judge(1, proofs)).iter().map(|(reason, _)| *reason).collect::<Vec<_>>()
    };
    let (right, much) = (Reason::Accepted, Reason::RetrievalTooMuch);
    assert_eq!(reasons(1_000, 0), [right, much, right, much]);
    assert_eq!(reasons(1_001, 0), [right, much, right, right]);
    // A service that began before the epoch had that time too.
    assert_eq!(reasons(1_000, 50_000), [right, right, right, much]);
}

#[test]
fn what_a_receipt_says_is_explained() {
    let mut world = world_with(|policy| policy.retrieval_needs_replica = false);
    let mut keeper = world.device("keeper");
    let proof = served(&mut keeper, 1, 1, [7; 32], |_| ());
    let outcome = world.judge(1, [proof]);
    let found = factor(&outcome.proofs[0].judgment.factors, "served");
    assert_eq!((input(found, "bytes"), input(found, "requests")), (CONTENT_BYTES as i64, 1));
    assert_eq!(input(found, "credits"), 100);
}
