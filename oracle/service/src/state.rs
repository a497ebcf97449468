//! What the tasks publish and the API reads.

use crate::Now;
use crate::activity::Activity;
use crate::api::Maps;
use crate::chain::{ActiveRoot, PoolState};
use crate::devices::RegistryView;
use crate::error::OracleError;
use crate::fleet::Fleet;
use crate::ingest::{Counters, Ingest};
use crate::ledger::{Ledger, Reader};
use crate::live::Live;
use crate::public::Public;
use crate::seeds::SeedBook;
use cairn_app::App;
use cairn_epoch::{EpochResult, TotalsTree, UsageTree};
use cairn_sdk::api::DisputeState;
use cairn_store::Log;
use cairn_verify::{Address, EpochClock, Outcome, Policies};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::{Semaphore, watch};

/// The active root with what it takes to claim against it, and to settle usage.
#[derive(Debug)]
pub struct ActiveClaims {
    /// The root.
    pub active: ActiveRoot,
    /// The tree over its operators.
    pub operators: TotalsTree,
    /// The tree over its customers; `None` while nobody used anything.
    pub customers: Option<UsageTree>,
}

/// A proposal that is challenged, or that says something else than this oracle computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// Its epoch.
    pub epoch: u64,
    /// Its address.
    pub proposal: Address,
    /// Oracle that proposed it.
    pub proposer: Address,
    /// Whether oracles are voting on a challenge.
    pub challenged: bool,
    /// What this oracle knows of it.
    pub state: DisputeState,
    /// The same in words.
    pub detail: &'static str,
}

/// What exists once the pool was read and the log replayed.
#[derive(Debug)]
pub struct Core {
    /// Network that proofs are signed for.
    pub network: Address,
    /// Divides time.
    pub clock: EpochClock,
    /// Takes batches.
    pub ingest: Ingest,
    /// Seeds of the chain that proofs answer.
    pub seeds: SeedBook,
    /// The proof log.
    pub log: Arc<Log>,
    /// Results of closed epochs. Its methods block on the disk: use it off the async threads.
    pub ledger: Mutex<Ledger>,
    /// Reads what the ledger wrote.
    pub reader: Reader,
    /// The epoch that was explained last.
    pub explained: Mutex<Option<Arc<Explained>>>,
    /// The devices as operators ask for them.
    pub fleet: Fleet,
    /// The maps that were asked for.
    pub maps: Mutex<Maps>,
}

/// What an epoch's explanations are made from. Who looks at one device looks at others too.
#[derive(Debug)]
pub struct Explained {
    /// The result.
    pub result: EpochResult,
    /// The verdicts.
    pub outcome: Outcome,
    /// The tree over its operators, when somebody has tokens.
    pub tree: Option<TotalsTree>,
}

impl Core {
    /// The ledger. Every method of it leaves it consistent, so a panic elsewhere while it was
    /// locked changes nothing.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything that the API and the tasks share.
pub struct State {
    /// This oracle's key.
    pub identity: Address,
    /// The pool that it works for.
    pub pool_address: Address,
    /// The network's policies.
    pub policies: Policies,
    /// The oracle's clock.
    pub now: Now,
    /// What browsers are told.
    pub public: Public,
    /// The operators' app.
    pub app: App,
    /// The pool as last read.
    pub pool: watch::Sender<Option<Arc<PoolState>>>,
    /// The registry as last read.
    pub registry: watch::Sender<Option<RegistryView>>,
    /// The active root, when this oracle has its leaves.
    pub active: watch::Sender<Option<Arc<ActiveClaims>>>,
    /// Epoch of the active root while this oracle does not have its leaves.
    pub behind: watch::Sender<Option<u64>>,
    /// Proposals in dispute.
    pub disputes: watch::Sender<Vec<Dispute>>,
    /// Transactions that changed the chain, by what they did, since the start.
    pub sent: watch::Sender<BTreeMap<&'static str, u64>>,
    /// Verdicts.
    pub counters: Arc<Counters>,
    /// What the gate said lately.
    pub activity: Arc<Activity>,
    /// Who listens to changes.
    pub live: Live,
    /// Turns true when the oracle stops.
    pub stopped: watch::Receiver<bool>,
    /// Bytes of requests that may be worked on at a time.
    pub budget: Arc<Semaphore>,
    /// Set once the log is replayed.
    pub core: OnceLock<Core>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("core", &self.core).finish_non_exhaustive()
    }
}

impl State {
    /// What is not ready yet, by name; empty when proofs are taken.
    pub fn missing(&self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if self.pool.borrow().is_none() {
            missing.push("pool");
        }
        if self.registry.borrow().is_none() {
            missing.push("registry");
        }
        if self.core.get().is_none() {
            missing.push("log");
        }
        missing
    }

    /// Runs `work` with what reads the ledger's documents off the async threads, without holding up
    /// the ledger; `None` before the log is replayed.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn with_reader<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Reader) -> Result<T, OracleError> + Send + 'static,
    ) -> Result<Option<T>, OracleError> {
        let Some(core) = self.core.get() else { return Ok(None) };
        let reader = core.reader.clone();
        crate::error::blocking(move || work(&reader)).await.map(Some)
    }

    /// Runs `work` with the ledger off the async threads; `None` before the log is replayed.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn with_ledger<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Ledger) -> Result<T, OracleError> + Send + 'static,
    ) -> Result<Option<T>, OracleError> {
        let state = Arc::clone(self);
        crate::error::blocking(move || {
            state.core.get().map(|core| work(&mut core.ledger())).transpose()
        })
        .await
    }
}
