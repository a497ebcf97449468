//! Changes as they happen, over real WebSockets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod support;

use cairn_sdk::api::{EpochState, LiveMessage};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use std::time::Duration;
use support::*;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

struct Listener(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Listener {
    async fn connect(oracle: &Running, query: &str) -> Result<Self, Error> {
        let url = format!("{}/v1/live{query}", oracle.url.replace("http://", "ws://"));
        connect_async(url).await.map(|(socket, _)| Self(socket))
    }

    /// The next message, `None` when the oracle closed the connection.
    async fn next(&mut self) -> Option<LiveMessage> {
        let reading = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => {
                        return Some(serde_json::from_str(&text).unwrap());
                    }
                    Some(Ok(Message::Close(_))) | None => return None,
                    Some(Ok(_)) => {}
                    Some(Err(error)) => panic!("{error}"),
                }
            }
        };
        // The pings do not count.
        tokio::time::timeout(Duration::from_secs(20), reading).await.expect("none within 20 s")
    }

    /// Reads until some messages came, in whatever order; returns all that came.
    async fn until(&mut self, expected: &[LiveMessage]) -> Vec<LiveMessage> {
        let mut seen = Vec::new();
        while !expected.iter().all(|message| seen.contains(message)) {
            seen.push(self.next().await.expect("the connection ended"));
        }
        seen
    }
}

fn base58(address: &[u8; 32]) -> String {
    bs58::encode(address).into_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_learn_what_changes() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    let query = format!("?operator={}", base58(&operator(1)));
    let mut own = Listener::connect(&oracle, &query).await.unwrap();
    let mut all = Listener::connect(&oracle, "").await.unwrap();
    let hello = LiveMessage::Hello {
        identity: base58(&oracle_key(0)),
        current_epoch: Some(0),
        newest_epoch: None,
        finalized_epoch: None,
    };
    assert_eq!(own.next().await, Some(hello.clone()));
    assert_eq!(all.next().await, Some(hello));

    net.at_s(20);
    let at_ms = net.now_ms();
    oracle.submit(&heard_by(1, at_ms, &[1, 2])).await;
    let bad = sign(1, envelope(1, 9, at_ms + 20_000, &witness(1, at_ms)));
    oracle.submit(&[bad]).await;
    let refused = LiveMessage::Device {
        device: base58(&record(1).address),
        at_ms,
        accepted: false,
        code: 140,
        reason: "captured_in_future".to_owned(),
    };
    own.until(&[refused, LiveMessage::Proofs { epoch: 0, accepted: 3, refused: 1 }]).await;

    net.world.lock().unwrap().devices.push(record(30));
    while !matches!(all.next().await.unwrap(), LiveMessage::Registry { .. }) {}

    net.close(0);
    all.until(&[LiveMessage::Epoch { epoch: 0, state: EpochState::Proposed }]).await;
    eventually("quorum", || async {
        net.proposals(0).iter().any(|proposal| proposal.quorum_at_s.is_some())
    })
    .await;
    net.at_s(EPOCH_S + GRACE_MS / 1_000 + WINDOW_S);
    let finalized = LiveMessage::Epoch { epoch: 0, state: EpochState::Finalized };
    let root = LiveMessage::Root { epoch: 0, root_sum: BUDGET };
    let seen = all.until(&[finalized, root]).await;
    assert!(
        !seen.iter().any(|message| matches!(message, LiveMessage::Device { .. })),
        "devices are told of to who names their operator"
    );
    // What it says is not looked at.
    all.0.send(Message::text("hello?")).await.unwrap();
    let mut late = Listener::connect(&oracle, "").await.unwrap();
    let hello = late.next().await.unwrap();
    assert!(
        matches!(hello, LiveMessage::Hello { newest_epoch: Some(0), finalized_epoch: Some(0), .. }),
        "{hello:?}"
    );
    // Listeners do not keep it from stopping, and are told.
    oracle.stop().await;
    while own.next().await.is_some() {}
    while all.next().await.is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_have_a_limit_and_their_queries_are_checked() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    let refused = |error: Error| match error {
        Error::Http(response) => {
            let body: serde_json::Value =
                serde_json::from_slice(response.body().as_deref().unwrap_or(b"null")).unwrap();
            (response.status().as_u16(), body["error"]["code"].clone())
        }
        other => panic!("{other}"),
    };
    for (query, code) in [("?operator=x", "wallet_invalid"), ("?wallet=x", "query_invalid")] {
        let error = Listener::connect(&oracle, query).await.err().unwrap();
        assert_eq!(refused(error), (400, json!(code)), "{query}");
    }
    let (status, body) = oracle.get("/v1/live").await;
    assert_eq!((status, &body["error"]["code"]), (426, &json!("websocket_expected")));
    let mut listeners = Vec::new();
    for _ in 0..4 {
        listeners.push(Listener::connect(&oracle, "").await.unwrap());
    }
    let error = Listener::connect(&oracle, "").await.err().unwrap();
    assert_eq!(refused(error), (503, json!("too_many_connections")));
    // Who leaves makes room.
    let mut last = listeners.pop().unwrap();
    last.0.close(None).await.unwrap();
    eventually("room", || async { Listener::connect(&oracle, "").await.is_ok() }).await;
    oracle.stop().await;
}

/// Who never reads is dropped at last, and holds up neither proofs nor others.
#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_does_not_read_holds_up_nobody() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    let _asleep = Listener::connect(&oracle, "").await.unwrap();
    let mut awake = Listener::connect(&oracle, "").await.unwrap();
    net.at_s(20);
    assert_eq!(oracle.submit(&heard_by(1, net.now_ms(), &[1])).await, ["accepted"; 2]);
    awake.until(&[LiveMessage::Proofs { epoch: 0, accepted: 2, refused: 0 }]).await;
    oracle.stop().await;
}
