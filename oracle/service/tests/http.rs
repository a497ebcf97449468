//! The HTTP API over real sockets: every reason code, every error, both encodings.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod support;

use cairn_protocol::proof::{Batch, DeviceKey, Envelope};
use cairn_protocol::reason::Reason;
use cairn_verify::wire::envelope_to_json;
use cairn_verify::{Category, DeviceRecord};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::*;

/// A proof for every reason, with the reason that it gets.
fn one_for_each_reason(now_ms: u64) -> Vec<(Reason, Vec<u8>)> {
    let epoch_start_ms = GENESIS_S * 1_000
        + now_ms.saturating_sub(GENESIS_S * 1_000) / (EPOCH_S * 1_000) * (EPOCH_S * 1_000);
    let base = |sequence| envelope(0, sequence, now_ms, &beacon(sequence));
    let changed = |sequence, change: &dyn Fn(&mut Envelope)| {
        let mut envelope = base(sequence);
        change(&mut envelope);
        sign(0, envelope)
    };
    let mut trailing = sign(0, base(10));
    trailing.push(0);
    let stranger = Envelope { device: DeviceKey::Ed25519([77; 32]), ..base(10) };
    let p256 = Envelope { device: DeviceKey::P256([2; 33]), ..base(10) };
    vec![
        (Reason::Malformed, trailing),
        (Reason::TooLarge, changed(10, &|e| e.body = vec![0; 20_000])),
        (Reason::VersionUnsupported, changed(10, &|e| e.version = 9)),
        (Reason::KindUnsupported, changed(10, &|e| e.kind = 99)),
        (Reason::SignatureMissing, base(10).encode()),
        (Reason::SignatureInvalid, sign(1, base(10))),
        (Reason::SignatureInvalid, sign(0, p256)),
        (Reason::DeviceUnknown, sign(0, stranger)),
        (Reason::KindNotOfClass, sign(21, envelope(21, 1, now_ms, &beacon(10)))),
        (Reason::CapturedInFuture, changed(10, &|e| e.captured_at_ms += 5_001)),
        (Reason::CapturedTooLongAgo, changed(10, &|e| e.captured_at_ms -= 150_001)),
        (Reason::EpochMismatch, changed(10, &|e| e.epoch += 1)),
        (
            Reason::EpochClosed,
            changed(10, &|e| {
                e.epoch -= 1;
                e.captured_at_ms = epoch_start_ms - 1;
            }),
        ),
        (Reason::BodyInvalid, changed(10, &|e| e.body.push(0))),
        (Reason::Accepted, sign(0, base(10))),
        (Reason::Duplicate, sign(0, base(10))),
        // What depends on other proofs is judged when the epoch is over.
        (Reason::Accepted, sign(0, base(9))),
        (Reason::Accepted, sign(1, envelope(1, 1, now_ms, &witness(99, now_ms)))),
    ]
}

/// A network whose clock stands where every reason can be had: in epoch 1, past epoch 0's grace.
fn net_for_every_reason() -> Net {
    let net = Net::new(1, 1);
    net.at_s(EPOCH_S + 20);
    let mut world = net.world.lock().unwrap();
    world.devices.extend([
        DeviceRecord { category: Category::Storage, ..record(21) },
        DeviceRecord { key: DeviceKey::P256([2; 33]), ..record(22) },
    ]);
    drop(world);
    net
}

async fn oracle(net: &Net) -> (tempfile::TempDir, Running) {
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await.ready().await;
    (dir, oracle)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reason_is_reached_in_one_batch() {
    let net = net_for_every_reason();
    let (_dir, oracle) = oracle(&net).await;
    let (expected, proofs): (Vec<_>, Vec<_>) =
        one_for_each_reason(net.now_ms()).into_iter().unzip();
    let expected: Vec<&str> = expected.iter().map(|reason| reason.name()).collect();
    assert_eq!(oracle.submit(&proofs).await, expected);
    let reached: BTreeSet<&str> = expected.into_iter().collect();
    // 200 and on are found when the epoch is over, and so are those that compare proofs.
    let at_close = [Reason::SequenceStale, Reason::SequenceConflict];
    let on_arrival = |reason: &Reason| reason.code() < 200 && !at_close.contains(reason);
    let all: BTreeSet<&str> = Reason::ALL
        .iter()
        .filter(|reason| on_arrival(reason))
        .map(|reason| reason.name())
        .collect();
    assert_eq!(reached, all);
    let (_, status) = oracle.get("/v1/status").await;
    assert_eq!(status["verdicts"]["accepted"], 3);
    assert_eq!(status["verdicts"]["duplicate"], 1);
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn json_and_borsh_get_the_same_verdicts() {
    let net = net_for_every_reason();
    let (_a, borsh_oracle) = oracle(&net).await;
    let (_b, json_oracle) = oracle(&net).await;
    let proofs: Vec<Vec<u8>> = one_for_each_reason(net.now_ms())
        .into_iter()
        .filter(|(reason, _)| !matches!(reason, Reason::Malformed))
        .map(|(_, proof)| proof)
        .collect();
    let as_json: Vec<Value> = proofs
        .iter()
        .map(|proof| envelope_to_json(&Envelope::decode(proof).unwrap()).unwrap())
        .collect();
    let body = serde_json::to_vec(&json!({ "proofs": as_json })).unwrap();
    let from_json = names(json_oracle.post("application/json; charset=utf-8", body).await);
    assert_eq!(borsh_oracle.submit(&proofs).await, from_json);
}

#[tokio::test(flavor = "multi_thread")]
async fn unreadable_json_proofs_do_not_spoil_their_neighbours() {
    let net = Net::new(1, 1);
    let (_dir, oracle) = oracle(&net).await;
    let good = envelope_to_json(
        &Envelope::decode(&sign(0, envelope(0, 1, net.now_ms(), &beacon(1)))).unwrap(),
    )
    .unwrap();
    let with = |pointer: &str, value: Value| {
        let mut proof = good.clone();
        *proof.pointer_mut(pointer).unwrap() = value;
        proof
    };
    let mut without = good.clone();
    without.as_object_mut().unwrap().remove("epoch");
    let proofs = json!({ "proofs": [
        17, null, "proof", {}, without,
        with("/device/key", json!("0OIl")),
        with("/device/scheme", json!("rsa")),
        with("/previous", json!("00")),
        with("/sequence", json!(-1)),
        with("/version", json!(256)),
        with("/kind", json!("selfie")),
        with("/body/entropy", json!("zz")),
        with("/body/eirp_cdbm", json!(1e300)),
        with("/signature", json!("")),
        good,
    ]});
    let verdicts =
        names(oracle.post("application/json", serde_json::to_vec(&proofs).unwrap()).await);
    let mut expected = vec!["malformed"; 10];
    expected.extend([
        "kind_unsupported",
        "body_invalid",
        "body_invalid",
        "signature_missing",
        "accepted",
    ]);
    assert_eq!(verdicts, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_request_is_a_4xx_with_a_code() {
    let net = Net::new(1, 1);
    let (_dir, oracle) = oracle(&net).await;
    let code = |(status, body): (u16, Value)| {
        for field in ["message", "hint"] {
            assert!(!body["error"][field].as_str().unwrap().is_empty(), "{body}");
        }
        (status, body["error"]["code"].as_str().unwrap().to_owned())
    };
    let octets = "application/octet-stream";
    let cases: Vec<(u16, &str, &str, Vec<u8>)> = vec![
        (413, "body_too_large", octets, vec![0; 1024 * 1024 + 1]),
        (413, "body_too_large", "application/json", vec![b' '; 2_000_000]),
        (415, "content_type_unsupported", "text/plain", Vec::new()),
        (400, "batch_malformed", octets, Vec::new()),
        (400, "batch_malformed", octets, vec![0xff; 100]),
        (400, "batch_malformed", octets, vec![1; 1024 * 1024]),
        (400, "batch_malformed", "application/json", b"{".to_vec()),
        (400, "batch_malformed", "application/json", b"[]".to_vec()),
        (400, "batch_malformed", "application/json", b"{\"proofs\":7}".to_vec()),
        (400, "batch_malformed", "application/json", b"{\"proof\":[]}".to_vec()),
        (400, "batch_malformed", "application/json", vec![b'['; 500_000]),
        (
            400,
            "batch_too_long",
            octets,
            borsh::to_vec(&Batch { proofs: vec![Vec::new(); 4_097] }).unwrap(),
        ),
    ];
    for (status, expected, content_type, body) in cases {
        let bytes = body.len();
        let answer = code(oracle.post(content_type, body).await);
        assert_eq!(answer, (status, expected.to_owned()), "{content_type} {bytes}");
    }
    // A body of unknown length is cut off as well.
    let chunks = futures_stream(2_000_000);
    let response = oracle
        .client
        .post(format!("{}/v1/proofs", oracle.url))
        .header("content-type", octets)
        .body(chunks)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 413);
    for (path, status, expected) in [
        ("/v1/nowhere", 404, "route_unknown"),
        ("/v1/epochs/x", 400, "epoch_invalid"),
        ("/v1/epochs/-1", 400, "epoch_invalid"),
        ("/v1/epochs/999", 404, "epoch_unknown"),
        ("/v1/epochs/0/leaves", 404, "epoch_has_no_root"),
        ("/v1/epochs/0/verdicts", 404, "epoch_not_computed"),
        ("/v1/epochs/x/verdicts", 400, "epoch_invalid"),
        ("/v1/epochs?limit=x", 400, "query_invalid"),
        ("/v1/epochs?colour=x", 400, "query_invalid"),
        ("/v1/operators/xyz/claim", 400, "wallet_invalid"),
        ("/v1/operators/11111111111111111111111111111111/claim", 404, "operator_unknown"),
        ("/v1/proofs", 405, "method_not_allowed"),
    ] {
        assert_eq!(code(oracle.get(path).await), (status, expected.to_owned()), "{path}");
    }
    assert_eq!(oracle.submit(&[]).await, Vec::<String>::new());
    assert_eq!(oracle.submit(&heard_by(1, net.now_ms(), &[1])).await, ["accepted", "accepted"]);
    oracle.stop().await;
}

fn futures_stream(bytes: usize) -> reqwest::Body {
    // Two boxed chunks without a total length.
    let (mut sender, body) = http_body_util::channel::Channel::<axum::body::Bytes>::new(4);
    tokio::spawn(async move {
        for _ in 0..bytes / 65_536 {
            if sender.send_data(vec![0; 65_536].into()).await.is_err() {
                return;
            }
        }
    });
    reqwest::Body::wrap(body)
}

#[tokio::test(flavor = "multi_thread")]
async fn not_ready_until_the_chain_was_read() {
    let net = Net::new(1, 1);
    net.world.lock().unwrap().offline = true;
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await;
    let live = oracle.client.get(format!("{}/livez", oracle.url)).send().await.unwrap();
    assert_eq!(live.status(), 200);
    let (status, body) = oracle.get("/readyz").await;
    assert_eq!((status, &body["missing"]), (503, &json!(["pool", "registry", "log"])));
    let (status, body) = oracle.post("application/octet-stream", vec![0; 4]).await;
    assert_eq!((status, &body["error"]["code"]), (503, &json!("not_ready")));
    net.world.lock().unwrap().offline = false;
    let oracle = oracle.ready().await;
    let (_, body) = oracle.get("/readyz").await;
    assert_eq!((&body["ready"], &body["devices"]), (&json!(true), &json!(10)));
    // Offline later: proofs are still taken.
    net.world.lock().unwrap().offline = true;
    assert_eq!(oracle.submit(&heard_by(1, net.now_ms(), &[])).await, ["accepted"]);
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_onboarded_later_is_known_soon() {
    let net = Net::new(1, 1);
    let (_dir, oracle) = oracle(&net).await;
    let proof = sign(30, envelope(30, 1, net.now_ms(), &beacon(1)));
    assert_eq!(oracle.submit(std::slice::from_ref(&proof)).await, ["device_unknown"]);
    net.world.lock().unwrap().devices.push(record(30));
    eventually("known", || async {
        oracle.submit(std::slice::from_ref(&proof)).await == ["accepted"]
    })
    .await;
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_its_budget_it_says_come_back() {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net
        .oracle_with(0, dir.path(), &[], |options| options.max_in_flight_bytes = 1_000)
        .await
        .ready()
        .await;
    let response = oracle
        .client
        .post(format!("{}/v1/proofs", oracle.url))
        .header("content-type", "application/octet-stream")
        .body(vec![0; 1_001])
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "1");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error"]["code"], "overloaded");
    assert_eq!(oracle.submit(&heard_by(1, net.now_ms(), &[])).await, ["accepted"]);
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_clients_at_once_are_each_answered() {
    let net = Net::new(1, 1);
    let (_dir, oracle) = oracle(&net).await;
    let now_ms = net.now_ms();
    assert_eq!(oracle.submit(&heard_by(1, now_ms, &[])).await, ["accepted"]);
    let mut tasks = Vec::new();
    for device in 1..10_u8 {
        let (client, url) = (oracle.client.clone(), oracle.url.clone());
        tasks.push(tokio::spawn(async move {
            let mut reasons = Vec::new();
            for sequence in 1..=20 {
                let proof = sign(device, envelope(device, sequence, now_ms, &witness(1, now_ms)));
                let body = borsh::to_vec(&Batch { proofs: vec![proof] }).unwrap();
                let response = client
                    .post(format!("{url}/v1/proofs"))
                    .header("content-type", "application/octet-stream")
                    .body(body)
                    .send()
                    .await
                    .unwrap();
                let status = response.status().as_u16();
                reasons.extend(names((status, response.json().await.unwrap())));
            }
            reasons
        }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap(), vec!["accepted"; 20]);
    }
    oracle.stop().await;
}

/// Arbitrary bytes under either content type get an answer, and the next good batch its verdict.
#[test]
fn arbitrary_bodies_never_break_it() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let net = Net::new(1, 1);
    let (_dir, oracle) = runtime.block_on(oracle(&net));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(200));
    let proofs = proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..8);
    let body = prop_oneof![
        (Just("application/octet-stream"), proptest::collection::vec(any::<u8>(), 0..600)),
        (
            Just("application/octet-stream"),
            proofs.prop_map(|proofs| borsh::to_vec(&Batch { proofs }).unwrap())
        ),
        (Just("application/json"), "\\{\"proofs\":\\[.{0,80}\\]\\}".prop_map(String::into_bytes)),
    ];
    runner
        .run(&body, |(content_type, body)| {
            let (status, _) = runtime.block_on(oracle.post(content_type, body));
            prop_assert!(matches!(status, 200 | 400), "{status}");
            Ok(())
        })
        .unwrap();
    let verdicts = runtime.block_on(oracle.submit(&heard_by(1, net.now_ms(), &[1])));
    assert_eq!(verdicts, ["accepted", "accepted"]);
    runtime.block_on(oracle.stop());
}
