//! What every live device has: a clock, the chain's seeds, a key, and a way to the oracles.

use anyhow::{Context, Result};
use cairn_cli::oracle::Oracles;
use cairn_device::{DeviceSigner, Epochs};
use cairn_protocol::{
    hash::Hash,
    proof::{Body, Envelope},
};
use cairn_sdk::{account::Pool, api::SeedView};
use cairn_verify::Policy;
use solana_address::Address;
use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

/// How often an oracle is asked for new seeds.
const POLL: Duration = Duration::from_millis(250);

/// Epochs, and the time in which devices run. All times are unix milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// When epoch 0 begins.
    pub genesis_ms: u64,
    /// Length of an epoch.
    pub epoch_ms: u64,
    /// When devices begin: the start of an epoch.
    pub from_ms: u64,
    /// No proof is captured from here on.
    pub until_ms: u64,
}

impl Clock {
    /// The clock of `epochs` epochs of a pool, from the start of `first` on. Devices stop a second
    /// before the last one ends: what they captured later would be another epoch's.
    ///
    /// # Errors
    /// When the pool's genesis lies before 1970.
    pub fn new(pool: &Pool, first: u64, epochs: u64) -> Result<Self> {
        let genesis =
            u64::try_from(pool.genesis_at).context("the pool's genesis is before 1970")?;
        let (genesis_ms, epoch_ms) = (genesis * 1_000, u64::from(pool.epoch_seconds) * 1_000);
        let from_ms = genesis_ms + first * epoch_ms;
        let until_ms = (from_ms + epochs * epoch_ms).saturating_sub(1_000);
        Ok(Self { genesis_ms, epoch_ms, from_ms, until_ms })
    }

    /// Now.
    pub fn now_ms(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    /// The epoch of a time; 0 before the genesis.
    pub fn epoch_of(&self, at_ms: u64) -> u64 {
        at_ms.saturating_sub(self.genesis_ms).checked_div(self.epoch_ms).unwrap_or(0)
    }

    /// When an epoch begins.
    pub fn starts_at_ms(&self, epoch: u64) -> u64 {
        self.genesis_ms.saturating_add(epoch.saturating_mul(self.epoch_ms))
    }

    /// When it ends.
    pub fn ends_at_ms(&self, epoch: u64) -> u64 {
        self.starts_at_ms(epoch.saturating_add(1))
    }

    /// The same epochs for a device's logs.
    ///
    /// # Errors
    /// When an epoch has no length.
    pub fn epochs(&self) -> Result<Epochs> {
        Ok(Epochs::new(self.genesis_ms / 1_000, self.epoch_ms / 1_000)?)
    }

    /// Waits until a time.
    pub async fn sleep_until(&self, at_ms: u64) {
        tokio::time::sleep(Duration::from_millis(at_ms.saturating_sub(self.now_ms()))).await;
    }
}

/// The chain's seeds that are known, by the start of their window.
#[derive(Debug, Clone)]
pub struct Seeds(watch::Receiver<Vec<SeedView>>);

impl Seeds {
    /// All that are known now.
    pub fn known(&self) -> Vec<SeedView> {
        self.0.borrow().clone()
    }

    /// Waits for others; returns at `clock.until_ms` at the latest.
    pub async fn changed(&mut self, clock: &Clock) {
        let changed = async {
            if self.0.changed().await.is_err() {
                // Nobody asks any more: the run is over.
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = changed => {}
            () = clock.sleep_until(clock.until_ms) => {}
        }
    }

    /// Waits for a seed that `wanted` picks; `None` when devices have to stop before there is one.
    pub async fn wait(
        &mut self,
        clock: &Clock,
        mut wanted: impl FnMut(&[SeedView]) -> Option<SeedView>,
    ) -> Option<SeedView> {
        loop {
            let found = wanted(&self.0.borrow_and_update());
            if found.is_some() {
                return found;
            }
            if clock.now_ms() >= clock.until_ms {
                return None;
            }
            self.changed(clock).await;
        }
    }

    /// Waits for the seed of the first window that begins at a time or later. Every window gets one.
    pub async fn first_from(
        &mut self,
        clock: &Clock,
        at_ms: u64,
        window_ms: u64,
    ) -> Option<SeedView> {
        let from_ms = at_ms.div_ceil(window_ms).saturating_mul(window_ms);
        self.wait(clock, |seeds| seeds.iter().find(|seed| seed.from_ms == from_ms).cloned()).await
    }
}

/// Asks the oracles for seeds, for all devices of this process, until it is dropped.
#[derive(Debug)]
pub struct SeedFeed {
    seeds: watch::Receiver<Vec<SeedView>>,
    task: JoinHandle<()>,
}

impl SeedFeed {
    /// Starts asking.
    pub fn start(oracles: Oracles) -> Self {
        let (seeds_in, seeds) = watch::channel(Vec::new());
        let task = tokio::spawn(async move {
            loop {
                // An oracle that is down is asked again; until then older seeds do.
                if let Ok(list) = oracles.seeds().await {
                    let mut found = list.seeds;
                    found.sort_by_key(|seed| seed.from_ms);
                    seeds_in.send_if_modified(|known| {
                        let new = *known != found;
                        *known = found;
                        new
                    });
                }
                tokio::time::sleep(POLL).await;
            }
        });
        Self { seeds, task }
    }

    /// The seeds.
    pub fn seeds(&self) -> Seeds {
        Seeds(self.seeds.clone())
    }
}

impl Drop for SeedFeed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What connects a device with the network.
#[derive(Debug, Clone)]
pub struct Link {
    /// The network.
    pub network: Address,
    /// Its epochs.
    pub clock: Clock,
    /// Its policy, which a firmware has as numbers.
    pub policy: Arc<Policy>,
    /// The chain's seeds.
    pub seeds: Seeds,
    /// The gateway.
    pub outbox: mpsc::UnboundedSender<Envelope>,
}

/// A proof on its way.
#[derive(Debug, Clone, Copy)]
pub struct Signed {
    /// Its id.
    pub id: Hash,
    /// The epoch that it lies in.
    pub epoch: u64,
    /// When it was captured, unix milliseconds.
    pub captured_at_ms: u64,
}

/// A device that runs.
#[derive(Debug)]
pub struct Node {
    /// Its key.
    pub signer: DeviceSigner,
    /// Its network.
    pub link: Link,
}

impl Node {
    /// A device before its first proof.
    pub fn new(signer: DeviceSigner, link: Link) -> Self {
        Self { signer, link }
    }

    /// The network as proofs name it.
    pub fn network(&self) -> [u8; 32] {
        self.link.network.to_bytes()
    }

    /// How long a window of the chain's seeds is, in milliseconds.
    pub fn window_ms(&self) -> u64 {
        u64::from(self.link.policy.challenges.window_seconds).saturating_mul(1_000)
    }

    /// Signs a proof of this moment and sends it; `None` when it is time to stop.
    pub fn send(&mut self, challenge: Hash, body: &Body) -> Option<Signed> {
        let clock = self.link.clock;
        let captured_at_ms = clock.now_ms();
        if captured_at_ms >= clock.until_ms {
            return None;
        }
        let (network, epoch) = (self.network(), clock.epoch_of(captured_at_ms));
        let envelope = self.signer.answer(&network, epoch, captured_at_ms, challenge, body);
        let id = envelope.id(&network);
        self.post(envelope);
        Some(Signed { id, epoch, captured_at_ms })
    }

    /// Hands a signed proof to the gateway.
    pub fn post(&self, envelope: Envelope) {
        // A gateway that has ended says why in its own report.
        let _gone = self.link.outbox.send(envelope);
    }

    /// When what was captured at a time has certainly arrived, so that the next seed may ask about
    /// it, unix milliseconds.
    pub fn settles_at_ms(&self, captured_at_ms: u64) -> u64 {
        let policy = &self.link.policy;
        let (arrival_ms, future_ms) = (policy.compute.arrival_ms, policy.ingest.max_future_ms);
        cairn_protocol::compute::settles_at_ms(captured_at_ms, arrival_ms, future_ms)
    }
}
