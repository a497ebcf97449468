//! A chain in memory that follows the rules of the programs, a clock that the test moves, and
//! oracles on real sockets and directories.
#![allow(dead_code, reason = "each test file uses its part")]

mod chain;

#[allow(unused_imports, reason = "each test file uses its part")]
pub(crate) use chain::{Bonds, DELEGATORS, MemoryChain, World};

use cairn_app::App;
use cairn_oracle::chain::{ActiveRoot, ProposalState};
use cairn_oracle::epochs::Pace;
use cairn_oracle::public::Public;
use cairn_oracle::{Now, Options, Oracle, OracleError};
use cairn_protocol::hash::sha256;
use cairn_protocol::proof::{Batch, Beacon, Body, DeviceKey, Envelope, Position, VERSION, Witness};
use cairn_sdk::api::BatchView;
use cairn_verify::{Address, Category, Changed, DeviceRecord, Policies, Policy, Seed};
use ed25519_dalek::{Signer, SigningKey};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

pub(crate) const NETWORK: Address = [9; 32];
pub(crate) const POOL: Address = [8; 32];
pub(crate) const TREASURY: Address = [7; 32];
pub(crate) const GENESIS_S: u64 = 1_700_000_000;
pub(crate) const EPOCH_S: u64 = 100;
pub(crate) const WINDOW_OF_SEEDS_S: u32 = 10;
pub(crate) const GRACE_MS: u64 = 10_000;
pub(crate) const WINDOW_S: u64 = 5;
pub(crate) const RESOLUTION_S: u64 = 40;
pub(crate) const REPROPOSE_MS: u64 = 10_000;
pub(crate) const CLOSE_AFTER_S: u64 = 1_000;
pub(crate) const PAY_MINIMUM: u64 = 500;
pub(crate) const BUDGET: u64 = 1_000_003;

pub(crate) const GRENOBLE: Position =
    Position { latitude_e7: 451_950_073, longitude_e7: 57_183_837 };
pub(crate) const NEAR: Position = Position { latitude_e7: 451_950_073, longitude_e7: 58_183_837 };

/// A network with a clock.
#[derive(Clone)]
pub(crate) struct Net {
    pub(crate) world: Arc<Mutex<World>>,
    pub(crate) clock_ms: Arc<AtomicU64>,
}

pub(crate) fn oracle_key(index: u8) -> Address {
    [0xa0 + index; 32]
}

pub(crate) fn signer(device: u8) -> SigningKey {
    SigningKey::from_bytes(&[device + 1; 32])
}

pub(crate) fn key(device: u8) -> DeviceKey {
    DeviceKey::Ed25519(signer(device).verifying_key().to_bytes())
}

pub(crate) fn operator(number: u8) -> Address {
    sha256(&[b"operator", &[number]])
}

/// Device 0 is the mobile sender; 1 to 9 stand near Grenoble, with operators 0 to 2.
pub(crate) fn record(device: u8) -> DeviceRecord {
    DeviceRecord {
        position: Changed::always((device > 0).then_some(NEAR)),
        ..DeviceRecord::new(
            sha256(&[b"device", &[device]]),
            key(device),
            0,
            Category::Wireless,
            operator(device % 3),
        )
    }
}

impl Net {
    /// `oracles` of which `threshold` must agree; the clock stands 10 s after genesis.
    pub(crate) fn new(oracles: u8, threshold: u8) -> Self {
        let world = World::new(oracles, threshold);
        Self {
            world: Arc::new(Mutex::new(world)),
            clock_ms: Arc::new(AtomicU64::new(GENESIS_S * 1_000 + 10_000)),
        }
    }

    pub(crate) fn now_ms(&self) -> u64 {
        self.clock_ms.load(Ordering::SeqCst)
    }

    /// Moves the clock to so many seconds after genesis.
    pub(crate) fn at_s(&self, seconds: u64) {
        self.clock_ms.store((GENESIS_S + seconds) * 1_000, Ordering::SeqCst);
    }

    /// Moves the clock past the end and grace of `epoch`.
    pub(crate) fn close(&self, epoch: u64) {
        self.at_s((epoch + 1) * EPOCH_S + GRACE_MS / 1_000);
    }

    /// Oracle `index`'s connection to the chain, to send what its process would not.
    pub(crate) fn chain(&self, index: u8) -> MemoryChain {
        MemoryChain { net: self.clone(), identity: oracle_key(index) }
    }

    /// The proposals of an epoch.
    pub(crate) fn proposals(&self, epoch: u64) -> Vec<ProposalState> {
        let world = self.world.lock().unwrap();
        world.proposals.values().filter(|it| it.epoch == epoch).cloned().collect()
    }

    /// Tokens of a wallet.
    pub(crate) fn tokens(&self, wallet: &Address) -> u64 {
        self.world.lock().unwrap().tokens.get(wallet).copied().unwrap_or(0)
    }

    pub(crate) fn active(&self) -> Option<ActiveRoot> {
        self.world.lock().unwrap().active
    }

    /// Starts oracle `index` on `dir`.
    pub(crate) async fn oracle(&self, index: u8, dir: &Path, peers: &[String]) -> Running {
        self.oracle_with(index, dir, peers, |_| {}).await
    }

    pub(crate) async fn oracle_with(
        &self,
        index: u8,
        dir: &Path,
        peers: &[String],
        change: impl FnOnce(&mut Options),
    ) -> Running {
        let clock = Arc::clone(&self.clock_ms);
        let now: Now = Arc::new(move || clock.load(Ordering::SeqCst));
        let mut options = Options {
            listen: ([127, 0, 0, 1], 0).into(),
            data_dir: dir.to_owned(),
            pool: POOL,
            policies: policies(),
            peers: peers.to_vec(),
            peer_timeout: Duration::from_secs(5),
            peer_most_bytes: 10_000_000,
            pace: Pace {
                poll: Duration::from_millis(20),
                stagger_ms: 0,
                repropose_ms: REPROPOSE_MS,
                crank: Duration::from_millis(20),
                crank_stagger_ms: 0,
                close_after: Duration::from_secs(CLOSE_AFTER_S),
                pay_minimum: PAY_MINIMUM,
                settle_minimum: 1,
            },
            registry_poll: Duration::from_millis(50),
            max_in_flight_bytes: 64 * 1024 * 1024,
            queue: 64,
            max_listeners: 4,
            segment_bytes: 4_096,
            now,
            public: Public::default(),
            app: App::new(&[]),
        };
        change(&mut options);
        let oracle = Oracle::start(options, self.chain(index)).await.unwrap();
        let url = format!("http://{}", oracle.address());
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(oracle.run_until(async {
            let _ = stopped.await;
        }));
        Running { url, stop: Some(stop), task, client: reqwest::Client::new() }
    }
}

/// A seed every ten seconds, and wireless rules that leave each reception a point: what the rules do
/// is tested where they are.
pub(crate) fn policies() -> Policies {
    let mut policy = Policy::default();
    policy.ingest.grace_ms = GRACE_MS;
    policy.ingest.max_age_ms = 150_000;
    policy.challenges.window_seconds = WINDOW_OF_SEEDS_S;
    policy.challenges.lookback_seconds = 20;
    let wireless = &mut policy.wireless;
    wireless.mobile_senders = true;
    wireless.beacons_per_epoch = 1_000;
    wireless.max_witnesses = 1_000;
    wireless.witness_redundancy = 1_000;
    wireless.reciprocity_seconds = 0;
    wireless.density.clear();
    wireless.partner_share_ppm = 1_000_000;
    wireless.points_per_beacon = 0;
    Policies::constant(policy)
}

/// The seed of a time.
pub(crate) fn seed_at(at_ms: u64) -> [u8; 32] {
    let window_ms = u64::from(WINDOW_OF_SEEDS_S) * 1_000;
    let from_ms = at_ms / window_ms * window_ms;
    let time_s = from_ms / 1_000;
    Seed::new(&NETWORK, from_ms, window_ms, time_s, time_s, block_hash(time_s)).seed
}

/// The hash of the block of a second.
pub(crate) fn block_hash(time_s: u64) -> [u8; 32] {
    sha256(&[b"block", &time_s.to_le_bytes()])
}

/// An oracle that listens.
pub(crate) struct Running {
    pub(crate) url: String,
    stop: Option<oneshot::Sender<()>>,
    pub(crate) task: tokio::task::JoinHandle<Result<(), OracleError>>,
    pub(crate) client: reqwest::Client,
}

impl Running {
    /// Stops it as SIGTERM does.
    pub(crate) async fn stop(mut self) {
        let _ = self.stop.take().unwrap().send(());
        self.task.await.unwrap().unwrap();
    }

    pub(crate) async fn ready(self) -> Self {
        eventually("ready", || async {
            self.client.get(format!("{}/readyz", self.url)).send().await.unwrap().status() == 200
        })
        .await;
        self
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, serde_json::Value) {
        let response = self.client.get(format!("{}{path}", self.url)).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub(crate) async fn post(&self, content_type: &str, body: Vec<u8>) -> (u16, serde_json::Value) {
        let response = self
            .client
            .post(format!("{}/v1/proofs", self.url))
            .header("content-type", content_type)
            .body(body)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// Posts a borsh batch and returns the reasons' names.
    pub(crate) async fn submit(&self, proofs: &[Vec<u8>]) -> Vec<String> {
        let body = borsh::to_vec(&Batch { proofs: proofs.to_vec() }).unwrap();
        names(self.post("application/octet-stream", body).await)
    }
}

pub(crate) fn names((status, body): (u16, serde_json::Value)) -> Vec<String> {
    assert_eq!(status, 200, "{body}");
    let view: BatchView = serde_json::from_value(body).unwrap();
    assert_eq!(view.accepted + view.refused, view.results.len() as u64);
    view.results.into_iter().map(|verdict| verdict.reason).collect()
}

/// Waits for a condition, at most 20 s.
pub(crate) async fn eventually<F: Future<Output = bool>>(
    what: &str,
    mut condition: impl FnMut() -> F,
) {
    let begun = Instant::now();
    while !condition().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "not within 20 s: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

// ---- proofs ----

pub(crate) fn envelope(device: u8, sequence: u64, at_ms: u64, body: &Body) -> Envelope {
    Envelope {
        version: VERSION,
        kind: body.kind() as u8,
        device: key(device),
        epoch: (at_ms / 1_000).saturating_sub(GENESIS_S) / EPOCH_S,
        sequence,
        previous: [0; 32],
        captured_at_ms: at_ms,
        challenge: match body {
            Body::Beacon(_) => seed_at(at_ms),
            _ => [0; 32],
        },
        body: body.encode(),
        signature: [0; 64],
    }
}

pub(crate) fn sign(device: u8, mut envelope: Envelope) -> Vec<u8> {
    envelope.signature = signer(device).sign(&envelope.signed_message(&NETWORK)).to_bytes();
    envelope.encode()
}

fn beacon_body(number: u64) -> Beacon {
    Beacon {
        entropy: sha256(&[b"entropy", &number.to_le_bytes()]),
        position: Some(GRENOBLE),
        frequency_hz: 868_100_000,
        eirp_cdbm: 1_600,
        bandwidth_hz: 125_000,
        spreading_factor: 12,
    }
}

pub(crate) fn beacon(number: u64) -> Body {
    Body::Beacon(beacon_body(number))
}

/// Of the beacon that device 0 sent at a time.
pub(crate) fn witness(number: u64, sent_at_ms: u64) -> Body {
    Body::Witness(Witness {
        payload: beacon_body(number).payload(&NETWORK, &seed_at(sent_at_ms), &key(0)),
        rssi_cdbm: -11_000,
        snr_cdb: -500,
        frequency_hz: 868_100_000,
    })
}

/// A beacon of device 0 and its witnesses, all with `number` as sequence.
pub(crate) fn heard_by(number: u64, at_ms: u64, witnesses: &[u8]) -> Vec<Vec<u8>> {
    let mut proofs = vec![sign(0, envelope(0, number, at_ms, &beacon(number)))];
    for device in witnesses {
        proofs.push(sign(*device, envelope(*device, number, at_ms, &witness(number, at_ms))));
    }
    proofs
}
