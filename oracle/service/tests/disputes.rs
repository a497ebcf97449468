//! Wrong proposals, challenges, and the payments that anyone may send.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod support;

use cairn_oracle::chain::{Chain, Outcome, ProposalState, ProposalStatus, Sent, Tidy};
use cairn_protocol::proposal::ProposalContent;
use cairn_protocol::split::{Splits, share};
use cairn_sdk::api::{DisputeState, DisputeView, StatusView};
use std::time::Duration;
use support::*;

const CHALLENGER: [u8; 32] = [0xcc; 32];
/// Tokens of the challenger and of each oracle at the start.
const START: u64 = 10_000;
const BONDS: Bonds = Bonds { proposal: 1_000, challenge: 600, burn_bps: 1_000 };
const SPLITS: Splits =
    Splits { operators: 7_000, delegators: 1_500, oracles: 1_000, treasury: 500 };

/// Oracles of which `threshold` must agree, in a pool that asks for bonds and divides its emission.
fn net(oracles: u8, threshold: u8) -> Net {
    let net = Net::new(oracles, threshold);
    {
        let mut world = net.world.lock().unwrap();
        (world.bonds, world.splits) = (BONDS, SPLITS);
        let wallets = (0..oracles).map(oracle_key).chain([CHALLENGER]);
        world.tokens = wallets.map(|wallet| (wallet, START)).collect();
    }
    net
}

/// A content that gives somebody everything.
fn wrong(number: u8) -> ProposalContent {
    ProposalContent {
        root: [number; 32],
        root_sum: share(BUDGET, SPLITS.operators),
        leaf_count: 1,
        manifest_hash: [0xee; 32],
        penalties_root: [0; 32],
        penalties_sum: 0,
        usage_root: [0; 32],
        usage_sum: 0,
    }
}

async fn status(oracle: &Running) -> StatusView {
    serde_json::from_value(oracle.get("/v1/status").await.1).unwrap()
}

/// What an oracle says of a proposal, once it says anything.
async fn dispute(oracle: &Running, proposal: &ProposalState, state: DisputeState) -> DisputeView {
    let address = bs58::encode(proposal.address).into_string();
    let find = async || {
        let all = status(oracle).await.disputes;
        all.into_iter().find(|it| it.proposal == address && it.state == state)
    };
    eventually(&format!("{state:?}"), || async { find().await.is_some() }).await;
    find().await.unwrap()
}

fn proposal(net: &Net, epoch: u64, of: impl Fn(&ProposalState) -> bool) -> Option<ProposalState> {
    net.proposals(epoch).into_iter().find(of)
}

async fn wait_for(net: &Net, what: &str, of: impl Fn(&ProposalState) -> bool) -> ProposalState {
    eventually(what, || async { proposal(net, 0, &of).is_some() }).await;
    proposal(net, 0, of).unwrap()
}

fn challenge(net: &Net, of: &ProposalState) {
    net.world.lock().unwrap().challenge(of, CHALLENGER, net.now_ms() / 1_000);
}

/// How often an oracle sent what.
fn sent(net: &Net, oracle: Option<u8>, action: &str) -> usize {
    let world = net.world.lock().unwrap();
    let of = |key: &[u8; 32]| oracle.is_none_or(|index| *key == oracle_key(index));
    world.sent.iter().filter(|(key, what)| of(key) && *what == action).count()
}

/// Long enough for dozens of rounds.
async fn a_while() {
    tokio::time::sleep(Duration::from_millis(400)).await;
}

/// Moves the clock past the window of the epoch's right proposal, and waits for its root.
async fn finalize(net: &Net, epoch: u64) {
    let ready = |it: &ProposalState| it.finalizable_at_s.is_some() && it.open_challenge().is_none();
    eventually("quorum", || async {
        net.proposals(epoch).iter().any(|it| ready(it) && it.status == ProposalStatus::Open)
    })
    .await;
    let at = net.now_ms() / 1_000 - GENESIS_S;
    net.at_s(at + WINDOW_S);
    eventually("finalized", || async { net.active().is_some_and(|it| it.epoch == epoch) }).await;
}

/// Everything that was taken as a bond was given back or burned.
async fn bonds_are_back(net: &Net) {
    eventually("bonds are back", || async { net.world.lock().unwrap().bond_vault == 0 }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenged_wrong_proposal_is_upheld_and_the_right_one_finalized() {
    let net = net(3, 2);
    let dirs: Vec<_> = (0..2).map(|_| tempfile::tempdir().unwrap()).collect();
    let a = net.oracle(0, dirs[0].path(), &[]).await.ready().await;
    let b = net.oracle(1, dirs[1].path(), &[]).await.ready().await;
    let proofs = heard_by(1, net.now_ms(), &[1, 2, 4]);
    for oracle in [&a, &b] {
        assert_eq!(oracle.submit(&proofs).await, vec!["accepted"; 4]);
    }
    // The third oracle proposes at the first moment, and somebody with the second one's key attests.
    net.at_s(EPOCH_S + 1);
    assert_eq!(net.chain(2).propose(0, &wrong(1)).await, Ok(Sent::Done));
    let bad = proposal(&net, 0, |it| it.content == wrong(1)).unwrap();
    assert_eq!(net.chain(1).attest(&bad).await, Ok(Sent::Done));
    challenge(&net, &bad);
    // The others have not closed the epoch, so they cannot tell yet, and say so.
    let said = dispute(&a, &bad, DisputeState::Undecided).await;
    assert!(said.challenged && said.epoch == 0, "{said:?}");
    assert_eq!(said.detail, "this oracle computed no content for the epoch");

    net.close(0);
    let settled = wait_for(&net, "rejected", |it| {
        it.address == bad.address && it.status == ProposalStatus::Rejected
    })
    .await;
    let upheld = settled.challenge.clone().unwrap();
    assert_eq!(upheld.outcome, Some(Outcome::Upheld));
    assert_eq!(upheld.upheld_by.len(), 2);
    assert_eq!((settled.bond, upheld.bond), (0, 600 + 900));
    assert_eq!(net.world.lock().unwrap().burned, 100);
    assert_eq!((sent(&net, None, "uphold"), sent(&net, None, "dismiss")), (2, 0));
    assert_eq!(sent(&net, None, "resolve"), 1);
    // A vote does what a rejection would; nobody pays for both.
    assert_eq!(sent(&net, None, "reject"), 0);

    finalize(&net, 0).await;
    assert_eq!(net.active().unwrap().root.sum, share(BUDGET, SPLITS.operators));
    let right = proposal(&net, 0, ProposalState::is_finalized).unwrap();
    assert_ne!(right.content, wrong(1));
    // The challenger takes what it won, the proposer of the right content its bond.
    let tidy = Tidy { close_challenge: true, ..Tidy::default() };
    assert_eq!(net.chain(2).tidy(&settled, tidy).await, Ok(Sent::Done));
    assert_eq!(net.tokens(&CHALLENGER), START - 600 + 1_500);
    bonds_are_back(&net).await;
    // 1/7 of what operators earned, in equal parts to the two that attested the right content.
    let part = net.active().unwrap().root.sum * 1_000 / 7_000 / 2;
    for index in [0, 1] {
        eventually("paid", || async { net.tokens(&oracle_key(index)) == START + part }).await;
    }
    assert_eq!(net.tokens(&oracle_key(2)), START - 1_000, "the bond is lost, and nothing earned");
    eventually("dispute over", || async { status(&a).await.disputes.is_empty() }).await;
    let counts = status(&a).await.sent;
    assert_eq!((counts["vote_uphold"], counts["pay_oracle"]), (1, 1));
    a.stop().await;
    b.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfounded_challenge_is_dismissed_and_its_bond_is_the_proposers() {
    let net = net(3, 2);
    let dirs: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut oracles = Vec::new();
    for (index, dir) in (0..).zip(&dirs) {
        let oracle = net.oracle(index, dir.path(), &[]).await.ready().await;
        oracle.submit(&heard_by(1, net.now_ms(), &[1, 2])).await;
        oracles.push(oracle);
    }
    net.close(0);
    let right = wait_for(&net, "quorum", |it| it.finalizable_at_s.is_some()).await;
    challenge(&net, &right);
    let resolved = wait_for(&net, "resolved", |it| {
        it.challenge.as_ref().is_some_and(|challenge| challenge.outcome.is_some())
    })
    .await;
    let dismissed = resolved.challenge.clone().unwrap();
    assert_eq!((dismissed.outcome, dismissed.bond), (Some(Outcome::Dismissed), 0));
    assert_eq!((resolved.status, resolved.bond), (ProposalStatus::Open, 1_000 + 540));
    assert_eq!((sent(&net, None, "uphold"), sent(&net, None, "resolve")), (0, 1));
    finalize(&net, 0).await;
    assert_eq!(net.active().unwrap().root.hash, right.content.root);
    // Once it is over the proposer has its own bond and the challenger's without what was burned.
    bonds_are_back(&net).await;
    let paid = net.active().unwrap().root.sum * 1_000 / 7_000;
    let attesters = proposal(&net, 0, |_| true).unwrap().attested_by;
    let part = paid / attesters.len() as u64;
    let earned = if attesters.contains(&right.proposer) { part } else { 0 };
    let expected = START + 540 + earned;
    eventually("paid", || async { net.tokens(&right.proposer) == expected }).await;
    assert_eq!(net.tokens(&CHALLENGER), START - 600);
    assert_eq!(net.world.lock().unwrap().burned, 60);
    for oracle in oracles {
        oracle.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_proposals_are_rejected_by_those_that_are_sure_but_not_without_limit() {
    let net = net(3, 2);
    let dirs: Vec<_> = (0..2).map(|_| tempfile::tempdir().unwrap()).collect();
    let a = net.oracle(0, dirs[0].path(), &[]).await.ready().await;
    a.submit(&heard_by(1, net.now_ms(), &[1, 2])).await;
    net.world.lock().unwrap().tokens.insert(oracle_key(2), 30_000);
    net.at_s(EPOCH_S + 1);
    for number in 1..=20 {
        assert_eq!(net.chain(2).propose(0, &wrong(number)).await, Ok(Sent::Done));
    }
    net.close(0);
    let right = wait_for(&net, "the right one", |it| it.proposer == oracle_key(0)).await;
    // Alone it cannot be sure: the others may have proofs that it has not.
    let one = proposal(&net, 0, |it| it.content == wrong(1)).unwrap();
    let said = dispute(&a, &one, DisputeState::Undecided).await;
    assert!(!said.challenged);
    a_while().await;
    assert_eq!(sent(&net, None, "reject"), 0);

    // Before the second one comes up, or it would find the epoch closed.
    net.at_s(50);
    let b = net.oracle(1, dirs[1].path(), &[]).await.ready().await;
    b.submit(&heard_by(1, (GENESIS_S + 10) * 1_000, &[1, 2])).await;
    net.close(0);
    dispute(&a, &one, DisputeState::Wrong).await;
    eventually("rejections", || async { sent(&net, None, "reject") == 16 }).await;
    a_while().await;
    for index in [0, 1] {
        assert_eq!(sent(&net, Some(index), "reject"), 8, "of the 20");
    }
    // One that gets a quorum all the same, by stolen keys, is rejected although it is the ninth.
    let left = proposal(&net, 0, |it| it.proposer == oracle_key(2) && it.rejected_by.is_empty());
    let left = left.unwrap();
    assert_eq!(net.chain(1).attest(&left).await, Ok(Sent::Done));
    let rejected =
        |it: &ProposalState| it.address == left.address && it.status == ProposalStatus::Rejected;
    wait_for(&net, "rejected", rejected).await;
    finalize(&net, 0).await;
    assert_eq!(net.active().unwrap().root.hash, right.content.root);
    a.stop().await;
    b.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_oracle_that_missed_proofs_neither_votes_nor_rejects_nor_insists() {
    let net = net(3, 2);
    let dirs: Vec<_> = (0..2).map(|_| tempfile::tempdir().unwrap()).collect();
    let a = net.oracle(0, dirs[0].path(), &[]).await.ready().await;
    let at_once = |options: &mut cairn_oracle::Options| options.pace.close_after = Duration::ZERO;
    let c = net.oracle_with(2, dirs[1].path(), &[], at_once).await.ready().await;
    let proofs = heard_by(1, net.now_ms(), &[1, 2, 4]);
    a.submit(&proofs).await;
    c.submit(&proofs[..2]).await;
    net.close(0);
    let right = wait_for(&net, "A's", |it| it.proposer == oracle_key(0)).await;
    let own = wait_for(&net, "C's", |it| it.proposer == oracle_key(2)).await;
    // The second oracle has no process here: it attests and says no more.
    assert_eq!(net.chain(1).attest(&right).await, Ok(Sent::Done));
    challenge(&net, &right);
    eventually("A votes", || async { sent(&net, Some(0), "dismiss") == 1 }).await;
    let said = dispute(&c, &right, DisputeState::Undecided).await;
    assert!(said.detail.contains("may have missed proofs"), "{said:?}");
    a_while().await;
    let votes = proposal(&net, 0, |it| it.address == right.address).unwrap().challenge.unwrap();
    assert_eq!((votes.dismissed_by, votes.upheld_by), (vec![oracle_key(0)], vec![]));
    assert_eq!(sent(&net, Some(2), "reject"), 0);
    // A is sure, because a quorum signed its content; with the second oracle, C's is rejected.
    eventually("A rejects", || async { sent(&net, Some(0), "reject") == 1 }).await;
    assert_eq!(net.chain(1).reject(&own).await, Ok(Sent::Done));
    let said = dispute(&c, &own, DisputeState::Overruled).await;
    assert!(said.detail.contains("does not propose it again"), "{said:?}");
    // C takes its bond and rent back, and does not propose it again, however long it waits.
    eventually("closed", || async {
        proposal(&net, 0, |it| it.address == own.address).is_none()
            && net.tokens(&oracle_key(2)) == START
    })
    .await;
    net.at_s(EPOCH_S + 30);
    a_while().await;
    // Also after a restart.
    c.stop().await;
    let c = net.oracle(2, dirs[1].path(), &[]).await.ready().await;
    a_while().await;
    let proposed_by = net.world.lock().unwrap().proposed_by.clone();
    assert_eq!(proposed_by.iter().filter(|key| **key == oracle_key(2)).count(), 1);
    dispute(&c, &own, DisputeState::Overruled).await;
    a.stop().await;
    c.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_undecided_challenge_the_next_oracle_proposes_the_same_again_later() {
    let net = net(3, 2);
    let dirs: Vec<_> = (0..2).map(|_| tempfile::tempdir().unwrap()).collect();
    let paced = |options: &mut cairn_oracle::Options| options.pace.stagger_ms = 5_000;
    let a = net.oracle_with(0, dirs[0].path(), &[], paced).await.ready().await;
    let b = net.oracle_with(1, dirs[1].path(), &[], paced).await.ready().await;
    for oracle in [&a, &b] {
        oracle.submit(&heard_by(1, net.now_ms(), &[1, 2])).await;
    }
    net.close(0);
    let first = wait_for(&net, "quorum", |it| it.finalizable_at_s.is_some()).await;
    assert_eq!(first.proposer, oracle_key(0), "the first in line of epoch 0");
    {
        // Nobody reaches the chain while the oracles should vote.
        let mut world = net.world.lock().unwrap();
        world.challenge(&first, CHALLENGER, net.now_ms() / 1_000);
        world.offline = true;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let expired_at = EPOCH_S + GRACE_MS / 1_000 + RESOLUTION_S;
    net.at_s(expired_at);
    net.world.lock().unwrap().offline = false;
    let gone = wait_for(&net, "rejected", |it| it.status == ProposalStatus::Rejected).await;
    assert_eq!(gone.challenge.as_ref().unwrap().outcome, Some(Outcome::Expired));
    assert_eq!(sent(&net, None, "resolve"), 1);
    // Nothing happens before the pause is over, which begins when an oracle sees it.
    a_while().await;
    net.at_s(expired_at + REPROPOSE_MS / 1_000 - 1);
    a_while().await;
    assert_eq!(net.world.lock().unwrap().proposed_by, [oracle_key(0)]);
    // Then it is the next one's turn; the account of the first one is closed for it.
    net.at_s(expired_at + REPROPOSE_MS / 1_000);
    let again = wait_for(&net, "proposed again", |it| it.status == ProposalStatus::Open).await;
    assert_eq!((again.address, again.proposer), (first.address, oracle_key(1)));
    assert_eq!(net.world.lock().unwrap().proposed_by, [oracle_key(0), oracle_key(1)]);
    assert_eq!(net.tokens(&CHALLENGER), START, "nobody lost a bond");
    finalize(&net, 0).await;
    assert_eq!(net.active().unwrap().root.hash, first.content.root);
    bonds_are_back(&net).await;
    assert_eq!(net.world.lock().unwrap().burned, 0);
    a.stop().await;
    b.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_are_spread_and_each_arrives_once() {
    let net = net(3, 2);
    let dirs: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let paced = |options: &mut cairn_oracle::Options| options.pace.crank_stagger_ms = 60_000;
    let mut oracles = Vec::new();
    for (index, dir) in (0..).zip(&dirs) {
        let oracle = net.oracle_with(index, dir.path(), &[], paced).await.ready().await;
        oracle.submit(&heard_by(1, net.now_ms(), &[1, 2])).await;
        oracles.push(oracle);
    }
    finalize_after_close(&net, 0).await;
    let operators = net.active().unwrap().root.sum;
    let attesters = proposal(&net, 0, |_| true).unwrap().attested_by;
    let oracles_part = operators * 1_000 / 7_000;
    let each = oracles_part / attesters.len() as u64;
    let treasury = operators * 500 / 7_000 + oracles_part % attesters.len() as u64;
    eventually("delegators", || async { net.tokens(&DELEGATORS) == operators * 1_500 / 7_000 })
        .await;
    eventually("treasury", || async { net.tokens(&TREASURY) == treasury }).await;
    for key in &attesters {
        eventually("oracle", || async { net.tokens(key) >= START - 1_000 + each }).await;
    }
    bonds_are_back(&net).await;
    for index in 0..3 {
        let key = oracle_key(index);
        let part = if attesters.contains(&key) { each } else { 0 };
        assert_eq!(net.tokens(&key), START + part);
    }
    a_while().await;
    // Of epoch 0 the first in line pays delegators and the second the treasury, and nobody else.
    assert_eq!(sent(&net, Some(0), "pay_delegators"), 1);
    assert_eq!(sent(&net, Some(1), "pay_treasury"), 1);
    assert_eq!(sent(&net, None, "pay_delegators") + sent(&net, None, "pay_treasury"), 2);
    assert_eq!(sent(&net, None, "pay_oracle"), attesters.len());
    for oracle in oracles {
        oracle.stop().await;
    }
}

async fn finalize_after_close(net: &Net, epoch: u64) {
    net.close(epoch);
    finalize(net, epoch).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_in_line_pays_when_the_others_do_not_and_small_parts_wait() {
    let net = net(3, 2);
    // 300 an epoch to the treasury: worth a transaction after two.
    let splits = Splits { operators: 9_987, delegators: 10, oracles: 0, treasury: 3 };
    net.world.lock().unwrap().splits = splits;
    let dirs: Vec<_> = (0..1).map(|_| tempfile::tempdir().unwrap()).collect();
    let paced = |options: &mut cairn_oracle::Options| {
        options.pace.crank_stagger_ms = 60_000;
        options.pace.close_after = Duration::ZERO;
    };
    let c = net.oracle_with(2, dirs[0].path(), &[], paced).await.ready().await;
    for epoch in [0, 4] {
        net.at_s(epoch * EPOCH_S + 20);
        c.submit(&heard_by(epoch + 1, net.now_ms(), &[1, 2])).await;
        net.close(epoch);
        eventually("proposed", || async { !net.proposals(epoch).is_empty() }).await;
        let own = net.proposals(epoch).remove(0);
        assert_eq!(net.chain(0).attest(&own).await, Ok(Sent::Done));
        finalize(&net, epoch).await;
        if epoch == 0 {
            let (delegators, treasury) = (1_000, 300);
            {
                let world = net.world.lock().unwrap();
                assert_eq!((world.owed_delegators, world.owed_treasury), (delegators, treasury));
            }
            a_while().await;
            assert_eq!(net.tokens(&DELEGATORS), 0, "two others come first");
            let now = net.now_ms() / 1_000 - GENESIS_S;
            net.at_s(now + 119);
            a_while().await;
            assert_eq!(net.tokens(&DELEGATORS), 0);
            net.at_s(now + 120);
            eventually("delegators", || async { net.tokens(&DELEGATORS) == delegators }).await;
            assert_eq!(net.tokens(&TREASURY), 0, "not worth a transaction yet");
        }
    }
    // Of epoch 4 it is the second in line for delegators, and the first for the treasury.
    eventually("treasury", || async { net.tokens(&TREASURY) == 600 }).await;
    assert_eq!(sent(&net, None, "pay_treasury"), 1);
    // The superseded proposal is closed, the active one kept; both bonds are back.
    bonds_are_back(&net).await;
    eventually("closed", || async { net.proposals(0).is_empty() }).await;
    a_while().await;
    assert_eq!(net.proposals(4).len(), 1);
    assert_eq!(net.tokens(&oracle_key(2)), START);
    c.stop().await;
}
