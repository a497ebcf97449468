//! Sending to real HTTP servers that answer late, badly, or not at all.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use cairn_device::replay::{Fleet, FleetSettings, FrameReader, PlanSettings, Schedule, plan};
use cairn_device::sender::{
    Event, Outgoing, Report, SendError, SenderSettings, Stop, send, stream,
};
use cairn_device::{DeviceSigner, Epochs};
use cairn_protocol::proof::{Batch, Beacon, Body, DeviceKey, Envelope, Witness};
use cairn_protocol::reason::Reason;
use serde_json::json;
use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::net::{TcpListener, TcpStream};

const NETWORK: [u8; 32] = [4; 32];

/// What an oracle took in: every proof that it judged for the first time, in order.
#[derive(Default)]
struct Taken {
    judged: Vec<Envelope>,
    known: HashSet<[u8; 32]>,
    /// Device, kind and sequence of what was accepted.
    accepted: Vec<([u8; 32], u8, u64)>,
    bodies: Vec<usize>,
    posts: usize,
}

type Trouble = Box<dyn Fn(usize) -> Option<Response> + Send + Sync>;
type Judge = Box<dyn Fn(&Envelope) -> Reason + Send + Sync>;

/// A little oracle: judges and remembers proofs, unless `trouble` answers the n-th post before it.
struct Oracle {
    taken: Mutex<Taken>,
    trouble: Trouble,
    judge: Judge,
}

impl Oracle {
    async fn start(trouble: Trouble, judge: Judge) -> (Arc<Self>, SocketAddr) {
        let oracle = Arc::new(Self { taken: Mutex::default(), trouble, judge });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = axum::Router::new()
            .route("/v1/proofs", post(Self::proofs))
            .layer(DefaultBodyLimit::max(1024 * 1024))
            .with_state(oracle.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        (oracle, address)
    }

    async fn sound() -> (Arc<Self>, SocketAddr) {
        Self::start(Box::new(|_| None), Box::new(|_| Reason::Accepted)).await
    }

    async fn proofs(State(oracle): State<Arc<Self>>, headers: HeaderMap, body: Bytes) -> Response {
        assert_eq!(headers["content-type"], "application/octet-stream");
        let mut taken = oracle.taken.lock().unwrap();
        taken.posts += 1;
        if let Some(response) = (oracle.trouble)(taken.posts) {
            return response;
        }
        let batch: Batch = borsh::from_slice(&body).unwrap();
        taken.bodies.push(batch.proofs.len());
        let results: Vec<_> = batch
            .proofs
            .iter()
            .map(|proof| {
                let envelope = Envelope::decode(proof).unwrap();
                let DeviceKey::Ed25519(key) = envelope.device else { panic!("{envelope:?}") };
                let identity = (key, envelope.kind, envelope.sequence);
                let reason = if taken.accepted.contains(&identity) {
                    Reason::Duplicate
                } else {
                    (oracle.judge)(&envelope)
                };
                if reason.is_accepted() {
                    taken.accepted.push(identity);
                }
                if taken.known.insert(envelope.id(&NETWORK)) {
                    taken.judged.push(envelope);
                }
                json!({ "code": reason.code(), "reason": reason.name() })
            })
            .collect();
        Json(json!({ "results": results })).into_response()
    }

    fn judged(&self) -> Vec<Envelope> {
        self.taken.lock().unwrap().judged.clone()
    }
}

/// Stands between sender and oracle and loses every n-th answer after the oracle gave it.
async fn lossy(oracle: SocketAddr, every: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answers = Arc::new(AtomicUsize::new(0));
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let answers = answers.clone();
            tokio::spawn(async move {
                let server = TcpStream::connect(oracle).await.unwrap();
                let (mut from_client, mut to_client) = client.into_split();
                let (from_server, mut to_server) = server.into_split();
                let up = tokio::spawn(async move {
                    // Ends when either side closes; which one does not matter here.
                    let _ended = tokio::io::copy(&mut from_client, &mut to_server).await;
                });
                loop {
                    from_server.readable().await.unwrap();
                    let mut chunk = vec![0; 1 << 20];
                    match from_server.try_read(&mut chunk) {
                        Ok(0) => break,
                        Ok(read) => {
                            let count = answers.fetch_add(1, Ordering::Relaxed) + 1;
                            if count.is_multiple_of(every) {
                                break;
                            }
                            tokio::io::AsyncWriteExt::write_all(&mut to_client, &chunk[..read])
                                .await
                                .unwrap();
                        }
                        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                        Err(_) => break,
                    }
                }
                up.abort();
            });
        }
    });
    address
}

fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

fn settings(oracles: &[SocketAddr]) -> SenderSettings {
    SenderSettings {
        batch: 16,
        linger: Duration::from_millis(5),
        request_timeout: Duration::from_secs(5),
        retry_first: Duration::from_millis(5),
        retry_most: Duration::from_millis(40),
        give_up: Duration::from_secs(10),
        ..SenderSettings::new(oracles.iter().map(|oracle| format!("http://{oracle}/")).collect())
    }
}

/// Beacons and witnesses in turn by one device, all due.
fn proofs(count: usize) -> Vec<Outgoing> {
    let mut signer = DeviceSigner::derive(&[7; 32], "sender");
    (0..count as u64)
        .map(|at| {
            let mut payload = [0; 32];
            payload[..8].copy_from_slice(&at.to_le_bytes());
            let frequency_hz = 868_100_000;
            let body = if at.is_multiple_of(2) {
                Body::Beacon(Beacon {
                    entropy: payload,
                    position: None,
                    frequency_hz,
                    eirp_cdbm: 1_600,
                    bandwidth_hz: 125_000,
                    spreading_factor: 12,
                })
            } else {
                let (rssi_cdbm, snr_cdb) = (-10_000, 0);
                Body::Witness(Witness { payload, rssi_cdbm, snr_cdb, frequency_hz })
            };
            Outgoing { send_at_ms: 0, envelope: signer.sign(&NETWORK, 0, at, &body) }
        })
        .collect()
}

fn envelopes(proofs: &[Outgoing]) -> Vec<Envelope> {
    proofs.iter().map(|proof| proof.envelope.clone()).collect()
}

fn assert_adds_up(report: &Report) {
    assert_eq!(report.accepted + report.refused_in_all() + report.unanswered, report.submitted);
    for oracle in &report.oracles {
        assert_eq!(oracle.accepted + oracle.refused.values().sum::<u64>(), oracle.answered);
        assert_eq!(oracle.answered + oracle.behind, report.submitted);
    }
}

#[tokio::test]
async fn every_proof_reaches_every_oracle_in_order() {
    let (one, at_one) = Oracle::sound().await;
    let (two, at_two) = Oracle::sound().await;
    let proofs = proofs(1_000);
    let mut events = Vec::new();
    let settings = settings(&[at_one, at_two]);
    let report = send(&settings, proofs.clone(), |event| events.push(event.clone())).await.unwrap();
    assert_adds_up(&report);
    assert_eq!((report.submitted, report.accepted), (1_000, 1_000));
    assert_eq!((report.beacons, report.witnesses), (500, 500));
    for oracle in [one, two] {
        assert_eq!(oracle.judged(), envelopes(&proofs));
        assert!(oracle.taken.lock().unwrap().bodies.iter().all(|proofs| *proofs <= 16));
    }
    let mut queued = 0;
    let mut answered = [0, 0];
    for event in &events {
        match event {
            Event::Queued { proofs } => queued += proofs,
            Event::Answered { oracle, proofs, accepted } => {
                assert_eq!(proofs, accepted);
                answered[*oracle] += proofs;
            }
            Event::Finished { oracle } => assert_eq!(answered[*oracle], 1_000),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((queued, answered), (1_000, [1_000, 1_000]));
}

#[tokio::test]
async fn server_errors_and_lost_answers_lose_and_reorder_nothing() {
    let troubled = |post: usize| {
        let status = match post % 5 {
            1 => StatusCode::INTERNAL_SERVER_ERROR,
            2 => StatusCode::SERVICE_UNAVAILABLE,
            _ => return None,
        };
        Some(
            (status, Json(json!({"error":{"code":"busy","message":"m","hint":"h"}})))
                .into_response(),
        )
    };
    let (one, at_one) = Oracle::start(Box::new(troubled), Box::new(|_| Reason::Accepted)).await;
    let (two, at_two) = Oracle::sound().await;
    let behind_proxy = lossy(at_two, 3).await;
    let proofs = proofs(800);
    let mut retries = Vec::new();
    let report = send(&settings(&[at_one, behind_proxy]), proofs.clone(), |event| {
        if let Event::Retrying { oracle, error, .. } = event {
            retries.push((*oracle, error.clone()));
        }
    })
    .await
    .unwrap();
    assert_adds_up(&report);
    assert_eq!((report.accepted, report.unanswered), (800, 0));
    assert_eq!(report.disagreements, []);
    assert_eq!(one.judged(), envelopes(&proofs));
    assert_eq!(two.judged(), envelopes(&proofs));
    assert!(retries.contains(&(0, "503 busy: m (h)".to_owned())), "{retries:?}");
    let [errors, losses] = &report.oracles[..] else { panic!("two oracles") };
    assert_eq!(errors.recovered, 0, "what was not taken in is no duplicate");
    assert!(losses.recovered >= 16, "{losses:?}");
    assert_eq!(losses.accepted, 800);
    assert_eq!(losses.retries as usize, retries.iter().filter(|(oracle, _)| *oracle == 1).count());
}

#[tokio::test]
async fn an_oracle_that_restarts_continues_where_it_stopped() {
    let (oracle, address) = Oracle::sound().await;
    // A port that nobody listens on until later.
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    tokio::spawn(async move {
        for up in 0..3 {
            tokio::time::sleep(Duration::from_millis(150)).await;
            let listener = TcpListener::bind(port).await.unwrap();
            let until = tokio::time::Instant::now() + Duration::from_millis(100);
            let mut open = tokio::task::JoinSet::new();
            loop {
                let client = match tokio::time::timeout_at(until, listener.accept()).await {
                    Ok(client) => client.unwrap().0,
                    Err(_) if up == 2 => continue,
                    Err(_) => break,
                };
                open.spawn(async move {
                    let (mut client, mut server) =
                        (client, TcpStream::connect(address).await.unwrap());
                    let _ended = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                });
            }
            // Going out of scope, `open` cuts every connection, whatever is on it.
        }
    });
    let start = now_ms();
    let mut proofs = proofs(600);
    for (at, proof) in (0..).zip(&mut proofs) {
        proof.send_at_ms = start + at;
    }
    let patient = SenderSettings { batch: 8, ..settings(&[port]) };
    let report = send(&patient, proofs.clone(), |_| {}).await.unwrap();
    assert_adds_up(&report);
    assert_eq!(report.accepted, 600);
    assert!(report.oracles[0].retries >= 2, "{report:?}");
    assert_eq!(oracle.judged(), envelopes(&proofs));
}

#[tokio::test]
async fn an_absent_oracle_is_given_up_and_holds_up_no_other() {
    let (oracle, address) = Oracle::sound().await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let impatient =
        SenderSettings { give_up: Duration::from_millis(200), ..settings(&[nobody, address]) };
    let proofs = proofs(100);
    let mut events = Vec::new();
    let report =
        send(&impatient, proofs.clone(), |event| events.push(event.clone())).await.unwrap();
    assert_adds_up(&report);
    assert_eq!((report.submitted, report.accepted, report.unanswered), (100, 100, 0));
    assert_eq!((report.oracles[0].behind, report.oracles[1].behind), (100, 0));
    assert!(matches!(report.oracles[0].stopped, Some(Stop::GaveUp { .. })));
    assert_eq!(report.disagreements, []);
    assert_eq!(oracle.judged(), envelopes(&proofs));
    let stops = report.stops();
    assert!(
        stops.len() == 1 && stops[0].contains("behind by 100 proofs: no answer after"),
        "{stops:?}"
    );
    let stopped = events.iter().position(|event| matches!(event, Event::Stopped { oracle: 0, .. }));
    let finished = events.iter().position(|event| matches!(event, Event::Finished { oracle: 1 }));
    assert!(finished < stopped, "the other one ended long before");
}

#[tokio::test]
async fn a_refused_batch_ends_the_delivery_with_the_servers_words() {
    let refuse = |_| {
        let error = json!({"code":"body_too_large","message":"over 1 MiB","hint":"send less"});
        Some((StatusCode::PAYLOAD_TOO_LARGE, Json(json!({ "error": error }))).into_response())
    };
    let (_, strict) = Oracle::start(Box::new(refuse), Box::new(|_| Reason::Accepted)).await;
    let (_, sound) = Oracle::sound().await;
    let (_, foreign) = Oracle::start(
        Box::new(|_| Some((StatusCode::NOT_FOUND, "no such page").into_response())),
        Box::new(|_| Reason::Accepted),
    )
    .await;

    let report = send(&settings(&[sound, strict]), proofs(50), |_| {}).await.unwrap();
    assert_adds_up(&report);
    assert_eq!((report.accepted, report.oracles[1].behind), (50, 50));
    let Some(Stop::Rejected(rejection)) = &report.oracles[1].stopped else { panic!("{report:?}") };
    assert_eq!(rejection.to_string(), "413 body_too_large: over 1 MiB (send less)");
    let summary = serde_json::to_value(&report).unwrap();
    assert_eq!(summary["oracles"][1]["stopped"]["code"], "body_too_large");

    let error = send(&settings(&[strict, foreign]), proofs(50), |_| {}).await.unwrap_err();
    let said = error.to_string();
    assert!(said.contains("413 body_too_large: over 1 MiB (send less)"), "{said}");
    assert!(said.contains("404 unknown: no such page (check that"), "{said}");
    let SendError::AllStopped { report } = error else { panic!("{said}") };
    assert_adds_up(&report);
    assert_eq!((report.submitted, report.unanswered), (50, 50));
    assert_eq!((report.beacons, report.witnesses), (25, 25));
}

#[tokio::test]
async fn an_answer_that_fits_no_batch_ends_the_delivery() {
    for (answer, says) in [
        ("{}", "not a list of verdicts"),
        (r#"{"results":[]}"#, "0 verdicts for 3 proofs"),
        ("<html>", "not a list of verdicts"),
    ] {
        let trouble = move |_| Some((StatusCode::OK, answer).into_response());
        let (_, address) = Oracle::start(Box::new(trouble), Box::new(|_| Reason::Accepted)).await;
        let error = send(&settings(&[address]), proofs(3), |_| {}).await.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[tokio::test]
async fn a_slow_answer_is_asked_for_again() {
    let (oracle, address) = Oracle::sound().await;
    // Accepts the first connection and never answers; later ones go to the oracle.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let slow = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let silent = listener.accept().await.unwrap();
        loop {
            let mut client = listener.accept().await.unwrap().0;
            tokio::spawn(async move {
                let mut server = TcpStream::connect(address).await.unwrap();
                let _ended = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
            let _still_open = &silent;
        }
    });
    let hasty = SenderSettings { request_timeout: Duration::from_millis(200), ..settings(&[slow]) };
    let proofs = proofs(40);
    let report = send(&hasty, proofs.clone(), |_| {}).await.unwrap();
    assert_eq!((report.accepted, report.oracles[0].retries), (40, 1));
    assert_eq!(oracle.judged(), envelopes(&proofs));
}

#[tokio::test]
async fn disagreements_are_named_and_the_majority_counts() {
    let by_sequence = |refused: &'static [(u64, Reason)]| -> Judge {
        Box::new(move |envelope| {
            let found = refused.iter().find(|(sequence, _)| *sequence == envelope.sequence);
            found.map_or(Reason::Accepted, |(_, reason)| *reason)
        })
    };
    let mut addresses = Vec::new();
    for refused in [
        &[(1, Reason::TooFar), (2, Reason::TooFar), (4, Reason::EpochClosed)][..],
        &[(1, Reason::TooFar), (4, Reason::TooFar)],
        &[(1, Reason::TooFar)],
    ] {
        addresses.push(Oracle::start(Box::new(|_| None), by_sequence(refused)).await.1);
    }
    // Only beacons, so that sequences are 1 to 5.
    let proofs: Vec<_> = proofs(9).into_iter().step_by(2).collect();
    let report = send(&settings(&addresses), proofs.clone(), |_| {}).await.unwrap();
    assert_adds_up(&report);
    // 1: all refuse. 2: two of three accept. 4: three verdicts, so the refusal of lowest code.
    assert_eq!(report.accepted, 3);
    assert_eq!(
        report.refused,
        BTreeMap::from([("epoch_closed".to_owned(), 1), ("too_far".to_owned(), 1)])
    );
    let names: Vec<_> = report
        .disagreements
        .iter()
        .map(|one| {
            let verdicts = one.verdicts.iter().map(|name| name.clone().unwrap());
            (one.proof, verdicts.collect::<Vec<_>>().join(" "))
        })
        .collect();
    let expected = [(1, "too_far accepted accepted"), (3, "epoch_closed too_far accepted")];
    assert_eq!(names, expected.map(|(proof, names)| (proof, names.to_owned())));
    // Of two verdicts neither has a majority, and the refusal counts.
    let report = send(&settings(&addresses[1..]), proofs, |_| {}).await.unwrap();
    assert_eq!(report.submitted - report.accepted, report.refused_in_all());
}

#[tokio::test]
async fn a_refusal_whose_answer_got_lost_is_the_same_again() {
    let judge = || -> Judge {
        Box::new(|envelope| match envelope.sequence % 3 {
            0 => Reason::LocationUnknown,
            _ => Reason::Accepted,
        })
    };
    let (_, at_one) = Oracle::start(Box::new(|_| None), judge()).await;
    let (two, at_two) = Oracle::start(Box::new(|_| None), judge()).await;
    let behind_proxy = lossy(at_two, 3).await;
    let proofs = proofs(600);
    let settings = settings(&[at_one, behind_proxy]);
    let report = send(&settings, proofs.clone(), |_| {}).await.unwrap();
    assert_adds_up(&report);
    assert_eq!(report.accepted, 400);
    assert_eq!(report.refused, BTreeMap::from([("location_unknown".to_owned(), 200)]));
    assert_eq!(report.disagreements, []);
    assert!(report.oracles[1].recovered > 0, "{:?}", report.oracles[1]);
    assert_eq!(two.judged(), envelopes(&proofs));
}

#[tokio::test]
async fn proofs_wait_for_their_time() {
    let (oracle, address) = Oracle::sound().await;
    let start = now_ms() + 100;
    let mut proofs = proofs(3);
    for (at, proof) in (0..).zip(&mut proofs) {
        proof.send_at_ms = start + 150 * at;
    }
    let began = Instant::now();
    let report = send(&settings(&[address]), proofs, |_| {}).await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(390), "{:?}", began.elapsed());
    assert_eq!((report.accepted, report.oracles[0].batches), (3, 3));
    assert_eq!(oracle.taken.lock().unwrap().bodies, [1, 1, 1]);
}

#[tokio::test]
async fn batches_stay_below_a_mebibyte() {
    let (oracle, address) = Oracle::sound().await;
    let mut proofs = proofs(300);
    for proof in &mut proofs {
        proof.envelope.body = vec![7; 15_000];
    }
    let report = send(&SenderSettings { batch: 4096, ..settings(&[address]) }, proofs, |_| {})
        .await
        .unwrap();
    assert_eq!(report.accepted, 300);
    assert!(oracle.taken.lock().unwrap().bodies.iter().all(|proofs| *proofs <= 69));
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused() {
    let address = "127.0.0.1:9".parse().unwrap();
    let refused = async |settings: SenderSettings| {
        send(&settings, proofs(1), |_| {}).await.unwrap_err().to_string()
    };
    assert!(refused(settings(&[])).await.starts_with("no oracle to send to"));
    let zero = SenderSettings { batch: 0, ..settings(&[address]) };
    assert!(refused(zero).await.starts_with("a batch of 0 proofs is outside 1 to 4096"));
    for url in ["localhost", "ftp://localhost", "http://"] {
        let said = refused(SenderSettings { oracles: vec![url.to_owned()], ..settings(&[]) }).await;
        assert!(said.starts_with(&format!("`{url}` is not an oracle's address")), "{said}");
    }
}

#[tokio::test]
async fn nothing_to_send_is_a_report_of_nothing() {
    let (_, address) = Oracle::sound().await;
    let report = send(&settings(&[address]), Vec::<Outgoing>::new(), |_| {}).await.unwrap();
    assert_eq!((report.submitted, report.accepted, report.unanswered), (0, 0, 0));
}

#[tokio::test]
async fn a_replayed_recording_arrives_whole() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/lorawan-frames.ndjson.gz");
    let frames: Vec<_> =
        FrameReader::open(&path).unwrap().take(1_500).map(Result::unwrap).collect();
    let receptions: usize = frames.iter().map(|frame| frame.receptions.len()).sum();
    let mut fleet = Fleet::new(&frames, &FleetSettings::new([7; 32]));
    let start_ms = now_ms();
    let schedule = Schedule { start_ms, span_ms: 1_000 };
    let epochs = Epochs::new(start_ms / 1_000, 60).unwrap();
    let settings_of_plan = PlanSettings::new(NETWORK, schedule, epochs);
    let plan = plan(&frames, &mut fleet, &settings_of_plan, Box::new(|_| [9; 32])).unwrap();
    let (one, at_one) = Oracle::sound().await;
    let (two, at_two) = Oracle::sound().await;
    let at_two = lossy(at_two, 4).await;
    let report = send(&SenderSettings { batch: 256, ..settings(&[at_one, at_two]) }, plan, |_| {})
        .await
        .unwrap();
    assert_adds_up(&report);
    assert_eq!((report.beacons, report.witnesses), (1_500, receptions as u64));
    assert_eq!(report.accepted, report.submitted);
    assert_eq!(one.judged(), two.judged());
    assert_eq!(one.judged().len() as u64, report.submitted);
}

#[tokio::test]
async fn proofs_that_are_made_meanwhile_reach_every_oracle_in_order() {
    let (first, a) = Oracle::sound().await;
    // Absent for its first three posts: what was made meanwhile waits for it.
    let trouble: Trouble =
        Box::new(|post| (post <= 3).then(|| StatusCode::SERVICE_UNAVAILABLE.into_response()));
    let (second, b) = Oracle::start(trouble, Box::new(|_| Reason::Accepted)).await;
    let mut settings = SenderSettings::new(vec![format!("http://{a}"), format!("http://{b}")]);
    settings.linger = Duration::from_millis(5);
    let (proofs_in, proofs) = tokio::sync::mpsc::unbounded_channel();
    let made = tokio::spawn(async move {
        let mut device = DeviceSigner::derive(&[7; 32], "live");
        let body = Body::Witness(Witness {
            payload: [2; 32],
            rssi_cdbm: -10_900,
            snr_cdb: -2_000,
            frequency_hz: 867_900_000,
        });
        let mut made = Vec::new();
        for at in 0..20 {
            let proof = device.sign(&NETWORK, 0, at, &body);
            proofs_in.send(proof.clone()).unwrap();
            made.push(proof);
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        made
    });
    let report = stream(&settings, proofs, |_| ()).await.unwrap();
    let made = made.await.unwrap();
    assert_eq!((report.submitted, report.accepted, report.witnesses), (20, 20, 20));
    assert_eq!((first.judged(), second.judged()), (made.clone(), made));
    assert!(first.taken.lock().unwrap().posts > 1, "sent as they came");
}
