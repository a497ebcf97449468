//! The rules of commitments.

use super::*;

fn commitment(rounds: u32, leaf_count: u64, replica: u32) -> StorageCommitment {
    StorageCommitment {
        replica,
        content_root: [replica as u8; 32],
        middle_root: [2; 32],
        replica_root: [3; 32],
        leaf_count,
        rounds,
        until_epoch: u64::MAX,
    }
}

fn commit_all(world: &mut World, commitments: &[StorageCommitment]) -> Vec<Reason> {
    let mut keeper = world.device("keeper");
    let envelopes: Vec<Envelope> = (1..)
        .zip(commitments)
        .map(|(at, body)| {
            keeper.sign(0, starts_at_ms(0) + at, &Body::StorageCommitment(body.clone()))
        })
        .collect();
    reasons(&world.judge(0, envelopes))
}

#[test]
fn rounds_are_within_the_policy_s() {
    let mut world = world_with(|policy| (policy.min_rounds, policy.max_rounds) = (10, 20));
    let bodies =
        [commitment(9, 5, 1), commitment(10, 5, 2), commitment(20, 5, 3), commitment(21, 5, 4)];
    let wrong = Reason::RoundsOutOfRange;
    assert_eq!(commit_all(&mut world, &bodies), [wrong, Reason::Accepted, Reason::Accepted, wrong]);
}

#[test]
fn sealing_must_take_longer_than_a_challenge() {
    // (20 + 10) s × 1,000 hashes a second × 2 = 60,000 hashes: 300 rounds of 100 leaves, twice.
    let change = |rate: u64, margin: u32, deadline_ms: u64, age_ms: u64| {
        move |policy: &mut StoragePolicy| {
            policy.sealing_hashes_per_second = rate;
            policy.sealing_margin = margin;
            policy.answer_deadline_ms = deadline_ms;
            policy.answer_max_age_ms = age_ms;
        }
    };
    let bodies = [commitment(299, 100, 1), commitment(300, 100, 2), commitment(300, 99, 3)];
    let (quick, right) = (Reason::SealTooQuick, Reason::Accepted);
    for (rate, margin, deadline_ms, age_ms, expected) in [
        (1_000, 2, 20_000, 10_000, [quick, right, quick]),
        (1_001, 2, 20_000, 10_000, [quick, quick, quick]),
        (1_000, 3, 20_000, 10_000, [quick, quick, quick]),
        (1_000, 2, 20_001, 10_000, [quick, quick, quick]),
        (1_000, 2, 20_000, 10_001, [quick, quick, quick]),
        (0, 2, 20_000, 10_000, [right, right, right]),
    ] {
        let mut world = world_with(change(rate, margin, deadline_ms, age_ms));
        assert_eq!(commit_all(&mut world, &bodies), expected, "{rate} {margin}");
    }
}

#[test]
fn replicas_are_limited() {
    let mut world = world_with(|policy| policy.max_replicas = 2);
    let bodies = [1, 2, 3].map(|number| commitment(1, 5, number));
    let (right, limit) = (Reason::Accepted, Reason::ReplicaLimit);
    assert_eq!(commit_all(&mut world, &bodies), [right, right, limit]);
    let mut world = world_with(|policy| policy.max_replicas = 3);
    assert_eq!(commit_all(&mut world, &bodies), [right; 3]);
}

#[test]
fn replicas_of_the_same_content_are_limited() {
    let same = |number| StorageCommitment { content_root: [7; 32], ..commitment(1, 5, number) };
    let bodies = [same(1), same(2), same(3), commitment(1, 5, 4)];
    let (right, limit) = (Reason::Accepted, Reason::ContentLimit);
    for (most, expected) in [(1, [right, limit, limit, right]), (2, [right, right, limit, right])] {
        let mut world = world_with(|policy| policy.replicas_per_content = most);
        assert_eq!(commit_all(&mut world, &bodies), expected);
    }
}

#[test]
fn a_number_is_taken_once() {
    let other = StorageCommitment { content_root: [8; 32], ..commitment(1, 5, 1) };
    let reasons = commit_all(&mut world(), &[commitment(1, 5, 1), other]);
    assert_eq!(reasons, [Reason::Accepted, Reason::ReplicaTaken]);
}
