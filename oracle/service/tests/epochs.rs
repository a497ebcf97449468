//! Epochs over several oracles: agreement, restarts, missed proofs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod support;

use cairn_oracle::OracleError;
use cairn_protocol::merkle::verify;
use cairn_protocol::proof::Body;
use cairn_sdk::api::{ClaimView, EpochList, EpochState, EpochView};
use cairn_verify::Policies;
use serde_json::json;
use std::path::Path;
use support::*;

async fn epoch(oracle: &Running, epoch: u64) -> EpochView {
    let (status, body) = oracle.get(&format!("/v1/epochs/{epoch}")).await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_value(body).unwrap()
}

async fn wait_for_state(oracle: &Running, number: u64, state: EpochState) -> EpochView {
    eventually(&format!("epoch {number} {state:?}"), || async {
        epoch(oracle, number).await.state == state
    })
    .await;
    epoch(oracle, number).await
}

/// Moves the clock past the epoch's grace and then its challenge window, and waits for the root.
async fn finalize(net: &Net, number: u64) {
    net.close(number);
    eventually("quorum", || async {
        let world = net.world.lock().unwrap();
        world.proposals.values().any(|p| p.epoch == number && p.quorum_at_s.is_some())
    })
    .await;
    net.at_s((number + 1) * EPOCH_S + GRACE_MS / 1_000 + WINDOW_S);
    eventually("finalized", || async { net.active().is_some_and(|active| active.epoch == number) })
        .await;
}

async fn claim(oracle: &Running, wallet: &[u8; 32]) -> ClaimView {
    let path = format!("/v1/operators/{}/claim", bs58::encode(wallet).into_string());
    eventually("claim", || async { oracle.get(&path).await.0 == 200 }).await;
    serde_json::from_value(oracle.get(&path).await.1).unwrap()
}

/// Every operator's claim leads to the root on chain, and together they are its sum.
async fn check_claims(net: &Net, oracle: &Running) {
    let active = net.active().unwrap();
    eventually("serves the active root", || async {
        oracle.get("/v1/status").await.1["behind_at_epoch"].is_null()
            && claim(oracle, &operator(1)).await.epoch == active.epoch
    })
    .await;
    let (_, leaves) = oracle.get(&format!("/v1/epochs/{}/leaves", active.epoch)).await;
    let mut sum = 0;
    for leaf in leaves["operators"].as_array().unwrap() {
        let mut wallet = [0; 32];
        bs58::decode(leaf["operator"].as_str().unwrap()).onto(&mut wallet).unwrap();
        let claim = claim(oracle, &wallet).await;
        assert_eq!((claim.root, claim.root_sum), (active.root.hash, active.root.sum));
        assert!(verify(&active.root, &claim.leaf().node(), claim.leaf_index, &claim.proof_bytes()));
        sum += claim.lifetime_total;
    }
    assert_eq!(sum, active.root.sum);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_oracles_finalize_epoch_after_epoch() {
    let net = Net::new(3, 2);
    let dirs: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut oracles = Vec::new();
    for (index, dir) in (0..).zip(&dirs) {
        oracles.push(net.oracle(index, dir.path(), &[]).await.ready().await);
    }
    for number in 0..3 {
        net.at_s(number * EPOCH_S + 20);
        let proofs = heard_by(number + 1, net.now_ms(), &[1, 2, 3, 4, 5, 6, 7]);
        for oracle in &oracles {
            assert_eq!(oracle.submit(&proofs).await, vec!["accepted"; 8]);
        }
        assert_eq!(epoch(&oracles[0], number).await.state, EpochState::Open);
        assert_eq!(epoch(&oracles[0], number).await.proofs_accepted, 8);
        finalize(&net, number).await;
        assert_eq!(net.active().unwrap().root.sum, (number + 1) * BUDGET);
        for oracle in &oracles {
            let view = wait_for_state(oracle, number, EpochState::Finalized).await;
            assert_eq!((view.points, view.budget), (Some(7_000_000), BUDGET));
            assert_eq!(view.result.unwrap().root, net.active().unwrap().root.hash);
            assert!(view.attested_by.len() >= 2);
            let (_, verdicts) = oracle.get(&format!("/v1/epochs/{number}/verdicts")).await;
            let kinds = [("beacon", 1), ("witness", 7)].map(|(kind, accepted)| {
                serde_json::json!({ "kind": kind, "accepted": accepted, "refused": {} })
            });
            assert_eq!(verdicts, serde_json::json!({ "epoch": number, "kinds": kinds }));
        }
    }
    for oracle in &oracles {
        check_claims(&net, oracle).await;
    }
    // One proposal per epoch, whoever made it: the content and so the address was the same.
    {
        let world = net.world.lock().unwrap();
        assert_eq!((world.proposals.len(), world.proposed_by.len()), (3, 3));
        assert_eq!(world.finalized_epochs, [0, 1, 2]);
    }
    let (_, list) = oracles[0].get("/v1/epochs?limit=2").await;
    let list: EpochList = serde_json::from_value(list).unwrap();
    assert_eq!(list.epochs.iter().map(|e| e.epoch).collect::<Vec<_>>(), [3, 2]);
    for oracle in oracles {
        oracle.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_epoch_without_proofs_is_skipped() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    net.at_s(2 * EPOCH_S + 20);
    oracle.submit(&heard_by(1, net.now_ms(), &[1])).await;
    finalize(&net, 2).await;
    for number in [0, 1] {
        wait_for_state(&oracle, number, EpochState::Skipped).await;
    }
    // A beacon that nobody heard earns nothing: its epoch is skipped although it has a proof.
    net.at_s(3 * EPOCH_S + 20);
    oracle.submit(&heard_by(2, net.now_ms(), &[])).await;
    net.close(3);
    let view = wait_for_state(&oracle, 3, EpochState::Skipped).await;
    assert_eq!((view.proofs_accepted, view.points), (1, Some(0)));
    assert_eq!(net.active().unwrap().root.sum, BUDGET);
    oracle.stop().await;
}

/// An impossible reception is remembered, and forgotten by epochs whether or not anybody sends.
#[tokio::test(flavor = "multi_thread")]
async fn epochs_without_proofs_move_the_state_on() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    // Epoch 0 has no proof and nothing to carry on: it has no result.
    net.at_s(EPOCH_S + 20);
    let at_ms = net.now_ms();
    let mut proofs = heard_by(1, at_ms, &[1]);
    let Body::Witness(mut too_clear) = witness(1, at_ms) else { unreachable!() };
    too_clear.snr_cdb = 5_000;
    proofs.push(sign(2, envelope(2, 1, at_ms, &Body::Witness(too_clear))));
    oracle.submit(&proofs).await;
    finalize(&net, 1).await;
    wait_for_state(&oracle, 1, EpochState::Finalized).await;
    oracle.stop().await;

    // It was down for two epochs in which nobody sent anything.
    net.at_s(4 * EPOCH_S + 20);
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    oracle.submit(&heard_by(2, net.now_ms(), &[1, 2])).await;
    finalize(&net, 4).await;
    wait_for_state(&oracle, 4, EpochState::Finalized).await;
    assert_eq!(net.world.lock().unwrap().finalized_epochs, [1, 4]);
    assert_eq!(net.world.lock().unwrap().proposed_by.len(), 2, "nothing to propose between");

    assert_eq!(oracle.get("/v1/epochs/0/manifest").await.0, 404);
    let mut before = serde_json::Value::Null;
    for number in 1..5 {
        let (status, manifest) = oracle.get(&format!("/v1/epochs/{number}/manifest")).await;
        assert_eq!(status, 200, "{manifest}");
        let inputs = &manifest["inputs"];
        assert!(number == 1 || inputs["state_before"] == before, "epoch {number}");
        assert_ne!(inputs["state_before"], inputs["state_after"], "epoch {number}");
        before = inputs["state_after"].clone();
    }
    for number in [2, 3] {
        let view = wait_for_state(&oracle, number, EpochState::Skipped).await;
        assert_eq!((view.proofs_accepted, view.points), (0, Some(0)));
    }
    // 1 × 0.9 × 0.9 × 0.9 of a fault is left.
    let device = bs58::encode(record(2).address).into_string();
    let (status, why) = oracle.get(&format!("/v1/devices/{device}/epochs/4")).await;
    assert_eq!(status, 200, "{why}");
    let factors = why["factors"].as_array().unwrap();
    let reputation = factors.iter().find(|factor| factor["name"] == "reputation").unwrap();
    let bad = reputation["inputs"].as_array().unwrap();
    assert!(bad.iter().any(|input| *input == json!(["bad_millionths", 729_000])), "{reputation}");
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_dead_oracle_of_three_changes_nothing() {
    let net = Net::new(3, 2);
    let dirs: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut oracles = Vec::new();
    for (index, dir) in (0..).zip(&dirs) {
        oracles.push(net.oracle(index, dir.path(), &[]).await.ready().await);
    }
    // The one whose turn it is to propose first never comes up again.
    oracles.remove(0).stop().await;
    net.at_s(20);
    for oracle in &oracles {
        oracle.submit(&heard_by(1, net.now_ms(), &[1, 2])).await;
    }
    finalize(&net, 0).await;
    assert_eq!(net.active().unwrap().root.sum, BUDGET);
    check_claims(&net, &oracles[0]).await;
    for oracle in oracles {
        oracle.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_everything_and_proposes_nothing_twice() {
    let net = Net::new(2, 2);
    let dir = tempfile::tempdir().unwrap();
    let first = net.oracle(0, dir.path(), &[]).await.ready().await;
    let proofs = heard_by(5, net.now_ms(), &[1, 2]);
    assert_eq!(first.submit(&proofs).await, vec!["accepted"; 3]);
    let mut refused = envelope(3, 1, net.now_ms(), &witness(99, net.now_ms()));
    refused.epoch += 1;
    let refused = sign(3, refused);
    assert_eq!(first.submit(std::slice::from_ref(&refused)).await, ["epoch_mismatch"]);
    let records = first.get("/readyz").await.1["log_records"].clone();
    assert_eq!(records, 4, "the signed refusal is kept");
    assert_eq!(first.submit(&[refused]).await, ["epoch_mismatch"], "but once");
    first.stop().await;

    let second = net.oracle(0, dir.path(), &[]).await.ready().await;
    assert_eq!(second.get("/readyz").await.1["log_records"], records);
    assert_eq!(second.submit(&proofs).await, vec!["duplicate"; 3]);
    let late = sign(3, envelope(3, 1, net.now_ms(), &witness(5, net.now_ms())));
    assert_eq!(second.submit(&[late]).await, ["accepted"]);
    net.close(0);
    let proposed = wait_for_state(&second, 0, EpochState::Proposed).await;
    second.stop().await;

    let third = net.oracle(0, dir.path(), &[]).await.ready().await;
    let again = epoch(&third, 0).await;
    assert_eq!(again.result, proposed.result);
    assert_eq!(again.proposal, proposed.proposal);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(net.world.lock().unwrap().proposed_by, [oracle_key(0)]);
    let closed =
        sign(4, envelope(4, 1, net.now_ms() - 20_000, &witness(5, GENESIS_S * 1_000 + 10_000)));
    assert_eq!(third.submit(&[closed]).await, ["epoch_closed"]);

    // The other oracle, with the same proofs, attests that very proposal.
    let other_dir = tempfile::tempdir().unwrap();
    net.at_s(50);
    let other = net.oracle(1, other_dir.path(), &[]).await.ready().await;
    other.submit(&proofs).await;
    let late = sign(
        3,
        envelope(3, 1, GENESIS_S * 1_000 + 10_000, &witness(5, GENESIS_S * 1_000 + 10_000)),
    );
    assert_eq!(other.submit(&[late]).await, ["accepted"]);
    finalize(&net, 0).await;
    assert_eq!(net.world.lock().unwrap().proposed_by.len(), 1);
    third.stop().await;
    other.stop().await;
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What a crash leaves behind: the files as they are while the oracle runs.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_moment_loses_no_acknowledged_proof() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    let mut acknowledged = Vec::new();
    for number in 1..=12 {
        let proofs = heard_by(number, net.now_ms(), &[1, 2, 3]);
        assert_eq!(oracle.submit(&proofs).await, vec!["accepted"; 4]);
        acknowledged.extend(proofs);
        if number % 4 == 0 {
            let crashed = tempfile::tempdir().unwrap();
            copy(dir.path(), crashed.path());
            let again = net.oracle(0, crashed.path(), &[]).await.ready().await;
            let verdicts = again.submit(&acknowledged).await;
            assert!(verdicts.iter().all(|verdict| verdict == "duplicate"), "{verdicts:?}");
            again.stop().await;
        }
    }
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_oracle_that_missed_proofs_adopts_the_chains_root_and_goes_on() {
    let net = Net::new(3, 2);
    let dirs: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let a = net.oracle(0, dirs[0].path(), &[]).await.ready().await;
    let b = net.oracle(1, dirs[1].path(), &[]).await.ready().await;
    // The first peer serves leaves that add up, but not to the chain's root.
    let liar = liar(&a.url).await;
    let peers = ["http://127.0.0.1:1".to_owned(), liar, a.url.clone()];
    let c = net.oracle(2, dirs[2].path(), &peers).await.ready().await;

    let proofs = heard_by(1, net.now_ms(), &[1, 2, 4]);
    a.submit(&proofs).await;
    b.submit(&proofs).await;
    // C gets only two of them: its own result differs.
    c.submit(&proofs[..2]).await;
    // All get epoch 1, and close it before epoch 0's window is over.
    net.close(0);
    eventually("quorum of 0", || async {
        net.world.lock().unwrap().proposals.values().any(|p| p.attested_by.len() == 2)
    })
    .await;
    eventually("the own proposal", || async {
        c.get("/v1/status").await.1["sent"]["propose"].as_u64().is_some()
    })
    .await;
    // Alone with it, and it may be rejected already: a quorum signed the other one.
    let own = epoch(&c, 0).await;
    let alone = bs58::encode(oracle_key(2)).into_string();
    assert!(own.attested_by.iter().all(|oracle| *oracle == alone), "{own:?}");
    assert_ne!(own.result.unwrap().root, epoch(&a, 0).await.result.unwrap().root);
    finalize(&net, 0).await;
    for oracle in [&a, &b, &c] {
        wait_for_state(oracle, 0, EpochState::Finalized).await;
        check_claims(&net, oracle).await;
    }
    // What it counted itself stays visible.
    assert_eq!(epoch(&c, 0).await.proofs_accepted, 2);

    net.at_s(EPOCH_S + 20);
    let proofs = heard_by(2, net.now_ms(), &[1, 2, 4]);
    for oracle in [&a, &b, &c] {
        assert_eq!(oracle.submit(&proofs).await, vec!["accepted"; 4]);
    }
    finalize(&net, 1).await;
    // Finalizing needs two; the third attests unless the root was active before its turn.
    let expected = net.active().unwrap().root.hash;
    for oracle in [a, b, c] {
        let view = wait_for_state(&oracle, 1, EpochState::Finalized).await;
        assert_eq!(view.result.unwrap().root, expected);
        oracle.stop().await;
    }
}

/// Serves another oracle's leaves with one total changed.
async fn liar(honest: &str) -> String {
    use axum::extract::Path;
    let honest = honest.to_owned();
    let router = axum::Router::new().route(
        "/v1/epochs/{n}/leaves",
        axum::routing::get(async move |Path(n): Path<u64>| {
            let url = format!("{honest}/v1/epochs/{n}/leaves");
            let mut leaves: serde_json::Value =
                reqwest::get(url).await.unwrap().json().await.unwrap();
            let total = &mut leaves["operators"][0]["lifetime_total"];
            let more = total.as_str().unwrap().parse::<u64>().unwrap() + 1;
            *total = json!(more.to_string());
            axum::Json(leaves)
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, router).await });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn later_results_are_computed_again_on_adopted_totals() {
    let net = Net::new(3, 2);
    let dirs: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let a = net.oracle(0, dirs[0].path(), &[]).await.ready().await;
    let b = net.oracle(1, dirs[1].path(), &[]).await.ready().await;
    // C cannot reach a peer at first.
    let c = net.oracle(2, dirs[2].path(), &[]).await.ready().await;
    let proofs = heard_by(1, net.now_ms(), &[1, 2, 4]);
    a.submit(&proofs).await;
    b.submit(&proofs).await;
    finalize(&net, 0).await;
    eventually("behind", || async { c.get("/v1/status").await.1["behind_at_epoch"] == 0 }).await;
    let wallet = bs58::encode(operator(1)).into_string();
    let (status, body) = c.get(&format!("/v1/operators/{wallet}/claim")).await;
    assert_eq!((status, &body["error"]["code"]), (503, &json!("behind")));

    // It closes epoch 1 on totals that are not the chain's, and says nothing on chain.
    net.at_s(EPOCH_S + 20);
    let proofs = heard_by(2, net.now_ms(), &[1, 2, 4]);
    for oracle in [&a, &b, &c] {
        assert_eq!(oracle.submit(&proofs).await, vec!["accepted"; 4]);
    }
    net.close(1);
    eventually("quorum of 1", || async {
        net.world
            .lock()
            .unwrap()
            .proposals
            .values()
            .any(|p| p.epoch == 1 && p.quorum_at_s.is_some())
    })
    .await;
    let alone = wait_for_state(&c, 1, EpochState::Closed).await;
    c.stop().await;
    assert!(
        net.world
            .lock()
            .unwrap()
            .proposals
            .values()
            .all(|p| !p.attested_by.contains(&oracle_key(2)))
    );

    // With a peer it adopts epoch 0, computes epoch 1 again and attests it.
    let c = net.oracle(2, dirs[2].path(), std::slice::from_ref(&a.url)).await.ready().await;
    eventually("attests 1", || async {
        let world = net.world.lock().unwrap();
        world.proposals.values().any(|p| p.epoch == 1 && p.attested_by.contains(&oracle_key(2)))
    })
    .await;
    let settled = epoch(&c, 1).await;
    assert_ne!(settled.result, alone.result);
    assert_eq!(settled.result, epoch(&a, 1).await.result);
    assert_eq!(net.world.lock().unwrap().proposals.len(), 2);
    for oracle in [a, b, c] {
        oracle.stop().await;
    }
}

async fn manifest(oracle: &Running, number: u64) -> serde_json::Value {
    oracle.get(&format!("/v1/epochs/{number}/manifest")).await.1["inputs"].clone()
}

/// Peers are asked again for a state that none of them could give.
#[tokio::test(flavor = "multi_thread")]
async fn a_missing_state_is_asked_for_until_a_peer_has_it() {
    let net = Net::new(3, 2);
    let dirs: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let a = net.oracle(0, dirs[0].path(), &[]).await.ready().await;
    let b = net.oracle(1, dirs[1].path(), &[]).await.ready().await;
    let proofs = heard_by(1, net.now_ms(), &[1, 2, 4]);
    for oracle in [&a, &b] {
        assert_eq!(oracle.submit(&proofs).await, vec!["accepted"; 4]);
    }
    finalize(&net, 0).await;
    let state = dirs[0].path().join(format!("epochs/{:020}.state", 0));
    let kept = std::fs::read(&state).unwrap();
    // Half of it is as good as nothing.
    std::fs::write(&state, &kept[..kept.len() / 2]).unwrap();
    let c = net.oracle(2, dirs[2].path(), std::slice::from_ref(&a.url)).await.ready().await;
    wait_for_state(&c, 0, EpochState::Finalized).await;
    check_claims(&net, &c).await;

    net.at_s(EPOCH_S + 20);
    let proofs = heard_by(2, net.now_ms(), &[1, 2, 4]);
    for oracle in [&a, &b, &c] {
        assert_eq!(oracle.submit(&proofs).await, vec!["accepted"; 4]);
    }
    // Not finalized yet: the own result is still worth something.
    net.close(1);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(epoch(&c, 1).await.state, EpochState::Open, "it waits for the state");
    std::fs::write(&state, &kept).unwrap();
    eventually("closed", || async { epoch(&c, 1).await.state != EpochState::Open }).await;
    eventually("a closed too", || async { !manifest(&a, 1).await.is_null() }).await;
    assert_eq!(manifest(&c, 1).await, manifest(&a, 1).await);
    for oracle in [a, b, c] {
        oracle.stop().await;
    }
}

/// A policy file that comes late still decides about what the chain has not settled.
#[tokio::test(flavor = "multi_thread")]
async fn pending_epochs_are_closed_again_by_the_policy_that_is_given_now() {
    let net = Net::new(2, 2);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    oracle.submit(&heard_by(1, net.now_ms(), &[1, 2])).await;
    net.close(0);
    eventually("closed", || async { epoch(&oracle, 0).await.points == Some(2_000_000) }).await;
    let before = manifest(&oracle, 0).await;
    oracle.stop().await;

    let mut policy = policies().at(0).as_ref().clone();
    policy.wireless.points_per_witness = 3;
    let changed = Policies::constant(policy);
    let given = changed.clone();
    let oracle =
        net.oracle_with(0, dir.path(), &[], |options| options.policies = given).await.ready().await;
    eventually("closed again", || async { epoch(&oracle, 0).await.points == Some(6_000_000) })
        .await;
    let after = manifest(&oracle, 0).await;
    assert_ne!(after["policy_hash"], before["policy_hash"]);
    assert_eq!(after["policy_hash"], hex::encode(changed.at(0).hash()));
    assert_eq!(after["proofs_hash"], before["proofs_hash"]);
    oracle.stop().await;
}

/// A node that keeps few blocks cannot tell an oracle the seeds of epochs that it slept through.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_chain_settled_is_not_waited_for() {
    let net = Net::new(3, 2);
    let dirs: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let a = net.oracle(0, dirs[0].path(), &[]).await.ready().await;
    let b = net.oracle(1, dirs[1].path(), &[]).await.ready().await;
    let peers = std::slice::from_ref(&a.url);
    let c = net.oracle(2, dirs[2].path(), peers).await.ready().await;
    let proofs = heard_by(1, net.now_ms(), &[1, 2, 4]);
    for oracle in [&a, &b, &c] {
        assert_eq!(oracle.submit(&proofs).await, vec!["accepted"; 4]);
    }
    c.stop().await;
    finalize(&net, 0).await;
    // Nobody sent anything in epoch 1, which moves the state on all the same.
    net.close(1);
    for oracle in [&a, &b] {
        wait_for_state(oracle, 1, EpochState::Skipped).await;
    }
    // Seeds of epoch 1 begin 20 s before it.
    net.world.lock().unwrap().blocks_from_s = GENESIS_S + EPOCH_S - 20;
    let c = net.oracle(2, dirs[2].path(), peers).await.ready().await;
    wait_for_state(&c, 0, EpochState::Finalized).await;
    let hash = |manifest: serde_json::Value| manifest["inputs"]["state_after"].clone();
    let of_a = hash(a.get("/v1/epochs/1/manifest").await.1);
    eventually("closes epoch 1 on the state that it took from a peer", || async {
        hash(c.get("/v1/epochs/1/manifest").await.1) == of_a
    })
    .await;
    net.at_s(2 * EPOCH_S + 20);
    let proofs = heard_by(2, net.now_ms(), &[1, 2, 4]);
    for oracle in [&a, &b, &c] {
        assert_eq!(oracle.submit(&proofs).await, vec!["accepted"; 4]);
    }
    finalize(&net, 2).await;
    for oracle in [&a, &b, &c] {
        let view = wait_for_state(oracle, 2, EpochState::Finalized).await;
        assert_eq!(view.result.unwrap().root, net.active().unwrap().root.hash);
        assert!(!view.attested_by.is_empty());
    }
    assert!(c.get("/v1/epochs/2/manifest").await.0 == 200, "its own result, not an adopted one");
    for oracle in [a, b, c] {
        oracle.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_oracle_that_was_down_adopts_epochs_it_never_saw() {
    let net = Net::new(3, 2);
    let dirs: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let a = net.oracle(0, dirs[0].path(), &[]).await.ready().await;
    let b = net.oracle(1, dirs[1].path(), &[]).await.ready().await;
    for number in 0..2 {
        net.at_s(number * EPOCH_S + 20);
        let proofs = heard_by(number + 1, net.now_ms(), &[1, 2, 4]);
        a.submit(&proofs).await;
        b.submit(&proofs).await;
        finalize(&net, number).await;
    }
    let c = net.oracle(2, dirs[2].path(), std::slice::from_ref(&b.url)).await.ready().await;
    check_claims(&net, &c).await;
    let view = epoch(&c, 1).await;
    assert_eq!(view.state, EpochState::Finalized);
    assert_eq!(view.result, epoch(&a, 1).await.result, "the manifest hash is the chain's");
    for oracle in [a, b, c] {
        oracle.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_content_is_not_attested() {
    let net = Net::new(3, 2);
    let dirs: Vec<_> = (0..2).map(|_| tempfile::tempdir().unwrap()).collect();
    let a = net.oracle(0, dirs[0].path(), &[]).await.ready().await;
    let b = net.oracle(1, dirs[1].path(), &[]).await.ready().await;
    a.submit(&heard_by(1, net.now_ms(), &[1])).await;
    b.submit(&heard_by(1, net.now_ms(), &[2])).await;
    net.close(0);
    for oracle in [&a, &b] {
        wait_for_state(oracle, 0, EpochState::Proposed).await;
    }
    net.at_s(EPOCH_S + 60);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    {
        let world = net.world.lock().unwrap();
        assert_eq!(world.proposals.len(), 2);
        assert!(world.proposals.values().all(|proposal| proposal.attested_by.len() == 1));
        assert_eq!(world.active, None);
    }
    a.stop().await;
    b.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_device_earns_for_its_last_epoch() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    oracle.submit(&heard_by(1, net.now_ms(), &[1])).await;
    for device in net.world.lock().unwrap().devices.iter_mut().filter(|d| d.key == key(1)) {
        // Its holder asks for retirement once the epoch is over.
        let ends_at = i64::try_from(GENESIS_S + EPOCH_S).unwrap();
        device.status = device.status.record(2, ends_at, device.settle_seconds);
    }
    // Also over a restart.
    oracle.stop().await;
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    finalize(&net, 0).await;
    assert_eq!(claim(&oracle, &operator(1)).await.lifetime_total, BUDGET);
    // What it gives later is taken, and earns nothing.
    net.at_s(EPOCH_S + 20);
    oracle.submit(&heard_by(2, net.now_ms(), &[1, 2])).await;
    finalize(&net, 1).await;
    wait_for_state(&oracle, 1, EpochState::Finalized).await;
    assert_eq!(claim(&oracle, &operator(1)).await.lifetime_total, BUDGET);
    assert_eq!(claim(&oracle, &operator(2)).await.lifetime_total, BUDGET);
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_directory_serves_one_process_and_one_pool() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    let second = net.oracle(0, dir.path(), &[]).await;
    let error = second.task.await.unwrap().unwrap_err();
    assert_eq!(error.code(), "store_locked");
    oracle.stop().await;
    let identity = dir.path().join("state/identity.json");
    let text = std::fs::read_to_string(&identity).unwrap();
    let pool = bs58::encode(POOL).into_string();
    std::fs::write(&identity, text.replace(&pool, "other")).unwrap();
    let third = net.oracle(0, dir.path(), &[]).await;
    let error = third.task.await.unwrap().unwrap_err();
    assert!(matches!(error, OracleError::WrongDataDirectory { what: "pool", .. }), "{error}");
}
