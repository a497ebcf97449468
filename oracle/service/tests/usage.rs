//! What customers used: receipts, the proofs that oracles serve of them, and who settles them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod support;

use cairn_oracle::chain::CustomerCredits;
use cairn_protocol::merkle::verify;
use cairn_protocol::proof::{Body, Kind, Receipt, UsageReceipt};
use cairn_protocol::settlement::Settled;
use cairn_sdk::api::UsageView;
use ed25519_dalek::{Signer, SigningKey};
use std::time::Duration;
use support::*;

fn customer(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number + 100; 32])
}

fn wallet(number: u8) -> [u8; 32] {
    customer(number).verifying_key().to_bytes()
}

/// A minute's service of device 1 that ends at a time, for which a customer pays.
fn used(net: &Net, number: u8, id: u8, credits: u64, sequence: u64) -> Vec<u8> {
    let at_ms = net.now_ms();
    let mut receipt = Receipt {
        id: [id; 16],
        customer: wallet(number),
        credits,
        bytes: 1_000,
        packets: 10,
        started_at_ms: at_ms - 60_000,
        ended_at_ms: at_ms,
        signature: [0; 64],
    };
    let message = receipt.signed_message(&NETWORK, Kind::UsageReceipt, &key(1), &[0; 32]);
    receipt.signature = customer(number).sign(&message).to_bytes();
    let body = Body::UsageReceipt(UsageReceipt { receipt });
    sign(1, envelope(1, sequence, at_ms, &body))
}

async fn finalize(net: &Net, number: u64) {
    net.close(number);
    eventually("quorum", || async {
        net.proposals(number).iter().any(|proposal| proposal.quorum_at_s.is_some())
    })
    .await;
    net.at_s((number + 1) * EPOCH_S + GRACE_MS / 1_000 + WINDOW_S);
    eventually("finalized", || async { net.active().is_some_and(|active| active.epoch == number) })
        .await;
}

fn settled(net: &Net, number: u8) -> u64 {
    net.world.lock().unwrap().credits.customers[&wallet(number)].settled
}

fn path(wallet: &[u8; 32]) -> String {
    format!("/v1/customers/{}/usage", bs58::encode(wallet).into_string())
}

async fn usage(net: &Net, oracle: &Running, number: u8) -> UsageView {
    let active = net.active().unwrap();
    let path = path(&wallet(number));
    eventually("serves the usage of the active root", || async {
        oracle.get(&path).await.1["epoch"] == active.epoch
    })
    .await;
    let view: UsageView = serde_json::from_value(oracle.get(&path).await.1).unwrap();
    assert_eq!((view.usage_root, view.usage_sum), (active.usage.hash, active.usage.sum));
    assert!(verify(&active.usage, &view.leaf().node(), view.leaf_index, &view.proof_bytes()));
    view
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_is_served_with_its_proof_and_settled_by_one_oracle() {
    let net = Net::new(3, 2);
    for (number, backing, available) in [(1, 1_000, 700), (2, 200, 200)] {
        let credits = CustomerCredits { backing: Settled::new(backing, 0), settled: 0, available };
        net.world.lock().unwrap().credits.customers.insert(wallet(number), credits);
    }
    let dirs: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut oracles = Vec::new();
    for (index, dir) in (0..).zip(&dirs) {
        let oracle = net.oracle_with(index, dir.path(), &[], |options| {
            options.pace.crank_stagger_ms = 60_000;
            options.pace.settle_minimum = 150;
        });
        oracles.push(oracle.await.ready().await);
    }
    let (status, body) = oracles[0].get(&path(&wallet(1))).await;
    assert_eq!((status, &body["error"]["code"]), (404, &"customer_unknown".into()));

    net.at_s(70);
    let mut proofs = heard_by(1, net.now_ms(), &[1, 2]);
    proofs.extend([used(&net, 1, 1, 300, 1), used(&net, 2, 1, 100, 2)]);
    // Nothing backs this one.
    proofs.push(used(&net, 3, 1, 1, 3));
    for oracle in &oracles {
        assert_eq!(oracle.submit(&proofs).await, vec!["accepted"; 6]);
    }
    finalize(&net, 0).await;
    assert_eq!(net.active().unwrap().usage.sum, 400);
    for oracle in &oracles {
        assert_eq!(usage(&net, oracle, 1).await.lifetime_spent, 300);
        assert_eq!(usage(&net, oracle, 2).await.lifetime_spent, 100);
    }
    let (status, body) = oracles[0].get(&path(&wallet(3))).await;
    assert_eq!((status, &body["error"]["code"]), (404, &"customer_unknown".into()));
    let (status, body) = oracles[0].get("/v1/customers/x/usage").await;
    assert_eq!((status, &body["error"]["code"]), (400, &"wallet_invalid".into()));

    eventually("settled", || async { settled(&net, 1) == 300 }).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(settled(&net, 2), 0, "not worth a transaction yet");

    net.at_s(EPOCH_S + 70);
    let mut proofs = heard_by(2, net.now_ms(), &[1, 2]);
    // A receipt counts once; what is left of the backing is 700 and 100.
    proofs.extend([used(&net, 1, 1, 300, 4), used(&net, 1, 2, 600, 5), used(&net, 2, 2, 100, 6)]);
    proofs.push(used(&net, 2, 3, 1, 7));
    for oracle in &oracles {
        assert_eq!(oracle.submit(&proofs).await, vec!["accepted"; 7]);
    }
    finalize(&net, 1).await;
    assert_eq!(usage(&net, &oracles[1], 1).await.lifetime_spent, 900);
    assert_eq!(usage(&net, &oracles[1], 2).await.lifetime_spent, 200);
    // Of the 900, 200 are debited when there is something in escrow again.
    eventually("settled", || async { settled(&net, 1) == 700 && settled(&net, 2) == 200 }).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!((settled(&net, 1), settled(&net, 2)), (700, 200));
    // It is the third's turn after epoch 0 and the first's after epoch 1.
    let world = net.world.lock().unwrap().sent.clone();
    let by: Vec<_> = world.iter().filter(|(_, what)| *what == "settle_usage").collect();
    let turns = [oracle_key(2), oracle_key(0), oracle_key(0)];
    assert_eq!(by.iter().map(|(oracle, _)| *oracle).collect::<Vec<_>>(), turns);
    for oracle in oracles {
        oracle.stop().await;
    }
}
