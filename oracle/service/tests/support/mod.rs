//! A chain in memory that follows the rules of the programs, a clock that the test moves, and
//! oracles on real sockets and directories.
#![allow(dead_code, reason = "each test file uses its part")]

use cairn_oracle::chain::{
    ActiveRoot, Chain, ChainError, PoolState, ProposalState, RegistrySnapshot, Sent,
};
use cairn_oracle::{Now, Options, Oracle, OracleError};
use cairn_protocol::emission::{Step, emitted_through};
use cairn_protocol::hash::sha256;
use cairn_protocol::merkle::Node;
use cairn_protocol::proof::{Batch, Beacon, Body, DeviceKey, Envelope, Position, VERSION, Witness};
use cairn_protocol::proposal::ProposalContent;
use cairn_sdk::api::BatchView;
use cairn_verify::{Address, Category, Changed, DeviceRecord, Policy};
use ed25519_dalek::{Signer, SigningKey};
use std::collections::BTreeMap;
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
pub(crate) const GRACE_MS: u64 = 10_000;
pub(crate) const WINDOW_S: u64 = 5;
pub(crate) const BUDGET: u64 = 1_000_003;

pub(crate) const GRENOBLE: Position =
    Position { latitude_e7: 451_950_073, longitude_e7: 57_183_837 };
pub(crate) const NEAR: Position = Position { latitude_e7: 451_950_073, longitude_e7: 58_183_837 };

/// What the programs keep.
pub(crate) struct World {
    pub(crate) devices: Vec<DeviceRecord>,
    pub(crate) oracles: Vec<Address>,
    pub(crate) threshold: u8,
    pub(crate) active: Option<ActiveRoot>,
    pub(crate) proposals: BTreeMap<(u64, Address), ProposalState>,
    /// Accepted `propose` instructions by oracle.
    pub(crate) proposed_by: Vec<Address>,
    pub(crate) finalized_epochs: Vec<u64>,
    pub(crate) offline: bool,
    pub(crate) slot: u64,
}

/// A network with a clock.
#[derive(Clone)]
pub(crate) struct Net {
    pub(crate) world: Arc<Mutex<World>>,
    pub(crate) clock_ms: Arc<AtomicU64>,
}

/// One oracle's connection to the world.
pub(crate) struct MemoryChain {
    net: Net,
    identity: Address,
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
        let world = World {
            devices: (0..10).map(record).collect(),
            oracles: (0..oracles).map(oracle_key).collect(),
            threshold,
            active: None,
            proposals: BTreeMap::new(),
            proposed_by: Vec::new(),
            finalized_epochs: Vec::new(),
            offline: false,
            slot: 1,
        };
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
            policy: policy(),
            peers: peers.to_vec(),
            peer_timeout: Duration::from_secs(5),
            peer_most_bytes: 10_000_000,
            poll: Duration::from_millis(20),
            registry_poll: Duration::from_millis(50),
            stagger_ms: 0,
            max_in_flight_bytes: 64 * 1024 * 1024,
            queue: 64,
            segment_bytes: 4_096,
            now,
        };
        change(&mut options);
        let chain = MemoryChain { net: self.clone(), identity: oracle_key(index) };
        let oracle = Oracle::start(options, chain).await.unwrap();
        let url = format!("http://{}", oracle.address());
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(oracle.run_until(async {
            let _ = stopped.await;
        }));
        Running { url, stop: Some(stop), task, client: reqwest::Client::new() }
    }
}

pub(crate) fn policy() -> Policy {
    Policy { grace_ms: GRACE_MS, max_age_ms: 150_000, ..Policy::default() }
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
        challenge: [0; 32],
        body: body.encode(),
        signature: [0; 64],
    }
}

pub(crate) fn sign(device: u8, mut envelope: Envelope) -> Vec<u8> {
    envelope.signature = signer(device).sign(&envelope.signed_message(&NETWORK)).to_bytes();
    envelope.encode()
}

pub(crate) fn payload(number: u64) -> [u8; 32] {
    sha256(&[b"payload", &number.to_le_bytes()])
}

pub(crate) fn beacon(number: u64) -> Body {
    Body::Beacon(Beacon {
        payload_hash: payload(number),
        position: Some(GRENOBLE),
        frequency_hz: 868_100_000,
        eirp_cdbm: 1_600,
        spreading_factor: 12,
    })
}

pub(crate) fn witness(number: u64) -> Body {
    Body::Witness(Witness {
        payload_hash: payload(number),
        rssi_cdbm: -11_000,
        snr_cdb: -500,
        frequency_hz: 868_100_000,
    })
}

/// A beacon of device 0 and its witnesses, all with `number` as sequence.
pub(crate) fn heard_by(number: u64, at_ms: u64, witnesses: &[u8]) -> Vec<Vec<u8>> {
    let mut proofs = vec![sign(0, envelope(0, number, at_ms, &beacon(number)))];
    for device in witnesses {
        proofs.push(sign(*device, envelope(*device, number, at_ms, &witness(number))));
    }
    proofs
}

// ---- the chain ----

fn refused(action: &'static str, message: &str) -> ChainError {
    ChainError::Refused { action, message: message.to_owned() }
}

impl MemoryChain {
    fn with<T>(
        &self,
        work: impl FnOnce(&mut World, u64) -> Result<T, ChainError>,
    ) -> Result<T, ChainError> {
        let mut world = self.net.world.lock().unwrap();
        if world.offline {
            return Err(ChainError::Unreachable("it is offline".to_owned()));
        }
        world.slot += 1;
        work(&mut world, self.net.now_ms() / 1_000)
    }
}

fn steps() -> Vec<Step> {
    vec![Step::constant(0, BUDGET)]
}

impl World {
    fn validate(&self, epoch: u64, sum: u64) -> Result<(), &'static str> {
        if self.active.is_some_and(|active| epoch <= active.epoch) {
            return Err("EpochFinalized");
        }
        if self.active.is_some_and(|active| sum < active.root.sum) {
            return Err("SumBelowActive");
        }
        if sum > emitted_through(&steps(), epoch).unwrap() {
            return Err("SumAboveEmission");
        }
        Ok(())
    }
}

impl Chain for MemoryChain {
    fn identity(&self) -> Address {
        self.identity
    }

    async fn pool_state(&self) -> Result<PoolState, ChainError> {
        self.with(|world, now_s| {
            Ok(PoolState {
                address: POOL,
                network: NETWORK,
                mint: [1; 32],
                treasury: TREASURY,
                next_treasury: None,
                genesis_at_s: GENESIS_S,
                epoch_seconds: EPOCH_S,
                steps: steps(),
                splits: cairn_protocol::split::Splits {
                    operators: 10_000,
                    delegators: 0,
                    oracles: 0,
                    treasury: 0,
                },
                next_splits: None,
                reminted: BTreeMap::new(),
                paused: false,
                challenge_window_s: WINDOW_S,
                active: world.active,
                oracles: world.oracles.clone(),
                threshold: world.threshold,
                chain_time_s: now_s,
            })
        })
    }

    async fn registry_snapshot(&self, network: &Address) -> Result<RegistrySnapshot, ChainError> {
        assert_eq!(*network, NETWORK);
        self.with(|world, now_s| {
            Ok(RegistrySnapshot {
                devices: world.devices.clone(),
                licenses: BTreeMap::new(),
                bonds: cairn_verify::Bonds::default(),
                slot: world.slot,
                chain_time_s: now_s,
            })
        })
    }

    async fn proposals(&self, epoch: u64) -> Result<Vec<ProposalState>, ChainError> {
        self.with(|world, _| {
            let range = (epoch, [0; 32])..=(epoch, [0xff; 32]);
            Ok(world.proposals.range(range).map(|(_, proposal)| proposal.clone()).collect())
        })
    }

    async fn propose(&self, epoch: u64, content: &ProposalContent) -> Result<Sent, ChainError> {
        self.with(|world, now_s| {
            let address = sha256(&[&POOL, &epoch.to_le_bytes(), &content.hash()]);
            if world.proposals.contains_key(&(epoch, address)) {
                return Ok(Sent::AlreadyDone);
            }
            let refuse = |name| Err(refused("propose", name));
            if !world.oracles.contains(&self.identity) {
                return refuse("NotOracle");
            }
            if content.leaf_count == 0 || content.root_sum == 0 {
                return refuse("EmptyRoot");
            }
            if now_s < GENESIS_S + (epoch + 1) * EPOCH_S {
                return refuse("EpochNotEnded");
            }
            world.validate(epoch, content.root_sum).map_err(|name| refused("propose", name))?;
            world.proposals.insert(
                (epoch, address),
                ProposalState {
                    address,
                    epoch,
                    content: *content,
                    proposer: self.identity,
                    attested_by: vec![self.identity],
                    quorum_at_s: (world.threshold <= 1).then_some(now_s),
                    finalized: false,
                },
            );
            world.proposed_by.push(self.identity);
            Ok(Sent::Done)
        })
    }

    async fn attest(&self, proposal: &ProposalState) -> Result<Sent, ChainError> {
        self.with(|world, now_s| {
            let (threshold, active) = (usize::from(world.threshold), world.active);
            let stored = world.proposals.get_mut(&(proposal.epoch, proposal.address)).unwrap();
            let late = active.is_some_and(|active| stored.epoch <= active.epoch);
            if stored.finalized || late || stored.attested_by.contains(&self.identity) {
                return Ok(Sent::AlreadyDone);
            }
            stored.attested_by.push(self.identity);
            if stored.quorum_at_s.is_none() && stored.attested_by.len() >= threshold {
                stored.quorum_at_s = Some(now_s);
            }
            Ok(Sent::Done)
        })
    }

    async fn finalize(&self, proposal: &ProposalState) -> Result<Sent, ChainError> {
        self.with(|world, now_s| {
            let stored = world.proposals[&(proposal.epoch, proposal.address)].clone();
            if stored.finalized || world.active.is_some_and(|a| stored.epoch <= a.epoch) {
                return Ok(Sent::AlreadyDone);
            }
            let Some(quorum_at_s) = stored.quorum_at_s else {
                return Err(refused("finalize", "NoQuorum"));
            };
            if now_s < quorum_at_s + WINDOW_S {
                return Err(refused("finalize", "ChallengeWindowOpen"));
            }
            world
                .validate(stored.epoch, stored.content.root_sum)
                .map_err(|name| refused("finalize", name))?;
            world.active = Some(ActiveRoot {
                epoch: stored.epoch,
                root: Node { hash: stored.content.root, sum: stored.content.root_sum },
            });
            world.finalized_epochs.push(stored.epoch);
            let key = (proposal.epoch, proposal.address);
            world.proposals.get_mut(&key).unwrap().finalized = true;
            Ok(Sent::Done)
        })
    }
}
