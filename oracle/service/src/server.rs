//! Starting and stopping: the order in which the parts come up, and the reverse.

use crate::Now;
use crate::activity::Activity;
use crate::api;
use crate::chain::{Chain, PoolState};
use crate::devices::Devices;
use crate::epochs::{Epochs, Pace};
use crate::error::{OracleError, blocking};
use crate::fleet::Fleet;
use crate::ingest::{Counters, Ingest, Start};
use crate::ledger::{Ledger, Summary};
use crate::live::{self, Live};
use crate::peers::Peers;
use crate::public::Public;
use crate::seeds::SeedBook;
use crate::state::{Core, State};
use cairn_app::App;
use cairn_epoch::text;
use cairn_protocol::proof::Envelope;
use cairn_protocol::reason::Reason;
use cairn_store::{Documents, Log, LogOptions};
use cairn_verify::{Address, EpochClock, Gate, Policies};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinHandle as Task;
use tokio::time::Instant;

/// How long open requests may take when the oracle stops.
const HTTP_STOP: Duration = Duration::from_secs(10);
/// How long a transaction in flight may take when the oracle stops.
const TASK_STOP: Duration = Duration::from_secs(20);
/// The longest pause between attempts to read the chain.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The same for the chain's seeds, which devices wait for.
const LONGEST_SEED_PAUSE: Duration = Duration::from_secs(5);
const IDENTITY: &str = "identity.json";

/// How an oracle runs.
#[derive(Clone)]
pub struct Options {
    /// Where the API listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Log, results and what else must survive.
    pub data_dir: PathBuf,
    /// The pool to work for.
    pub pool: Address,
    /// The network's limits.
    pub policies: Policies,
    /// Other oracles.
    pub peers: Vec<String>,
    /// Limits on an answer from a peer.
    pub peer_timeout: Duration,
    /// The most bytes of an answer from a peer.
    pub peer_most_bytes: usize,
    /// How closing and posting are paced.
    pub pace: Pace,
    /// Pause between reads of the registry.
    pub registry_poll: Duration,
    /// Bytes of requests being worked on.
    pub max_in_flight_bytes: usize,
    /// Batches that may wait for the gate.
    pub queue: usize,
    /// Listeners to changes at a time.
    pub max_listeners: usize,
    /// A log segment of this size is followed by a new one.
    pub segment_bytes: u64,
    /// The oracle's clock.
    pub now: Now,
    /// What browsers are told.
    pub public: Public,
    /// The operators' app.
    pub app: App,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("listen", &self.listen)
            .field("data_dir", &self.data_dir)
            .field("pool", &text::to_base58(&self.pool))
            .finish_non_exhaustive()
    }
}

/// A running oracle.
#[derive(Debug)]
pub struct Oracle {
    address: SocketAddr,
    state: Arc<State>,
    stop: watch::Sender<bool>,
    http: Task<std::io::Result<()>>,
    background: Task<()>,
    gate: Arc<Mutex<Option<JoinHandle<()>>>>,
    fatal: mpsc::UnboundedReceiver<OracleError>,
}

impl Oracle {
    /// Binds the API and begins to come up; `/readyz` tells when it is.
    ///
    /// # Errors
    /// When the address cannot be bound or the HTTP client not be set up.
    pub async fn start<C: Chain>(options: Options, chain: C) -> anyhow::Result<Self> {
        use anyhow::Context;
        let listener = TcpListener::bind(options.listen)
            .await
            .with_context(|| format!("cannot listen on {}", options.listen))?;
        let address = listener.local_addr().context("the listening socket has no address")?;
        let peers =
            Peers::new(options.peers.clone(), options.peer_timeout, options.peer_most_bytes)
                .context("cannot set up the HTTP client for peers")?;
        let budget = options.max_in_flight_bytes.min(Semaphore::MAX_PERMITS);
        let (stop, stopped) = watch::channel(false);
        let state = Arc::new(State {
            identity: chain.identity(),
            pool_address: options.pool,
            policies: options.policies.clone(),
            now: Arc::clone(&options.now),
            public: options.public.clone(),
            app: options.app,
            pool: watch::Sender::new(None),
            registry: watch::Sender::new(None),
            active: watch::Sender::new(None),
            behind: watch::Sender::new(None),
            disputes: watch::Sender::new(Vec::new()),
            sent: watch::Sender::new(BTreeMap::new()),
            counters: Arc::new(Counters::default()),
            activity: Arc::new(Activity::default()),
            budget: Arc::new(Semaphore::new(budget)),
            live: Live::new(options.max_listeners),
            stopped: stopped.clone(),
            core: OnceLock::new(),
        });
        let (fatal_sender, fatal) = mpsc::unbounded_channel();
        let gate = Arc::new(Mutex::new(None));
        let router = api::router(Arc::clone(&state));
        let mut http_stop = stopped.clone();
        let http = tokio::spawn(
            axum::serve(listener, router)
                .with_graceful_shutdown(async move {
                    // An error means that the sender is gone: stop as well.
                    let _ = http_stop.wait_for(|stop| *stop).await;
                })
                .into_future(),
        );
        let bring_up = BringUp {
            options,
            chain: Arc::new(chain),
            state: Arc::clone(&state),
            peers,
            fatal: fatal_sender,
            gate: Arc::clone(&gate),
        };
        let background = tokio::spawn(bring_up.run(stopped));
        Ok(Self { address, state, stop, http, background, gate, fatal })
    }

    /// Where the API listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// This oracle's key.
    pub fn identity(&self) -> Address {
        self.state.identity
    }

    /// Runs until `shutdown` completes or something fails for good, then stops in order: no new
    /// requests, answers to the open ones, the tasks, the gate, the log.
    ///
    /// # Errors
    /// What failed for good.
    pub async fn run_until(
        mut self,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), OracleError> {
        let failed = tokio::select! {
            () = shutdown => None,
            error = self.fatal.recv() => error,
            outcome = &mut self.http => Some(OracleError::Worker(format!("the API ended: {outcome:?}"))),
        };
        let stopped = self.stop_all().await;
        match failed {
            Some(error) => Err(error),
            None => stopped,
        }
    }

    async fn stop_all(mut self) -> Result<(), OracleError> {
        tracing::info!("stopping");
        self.stop.send_replace(true);
        if !self.http.is_finished()
            && tokio::time::timeout(HTTP_STOP, &mut self.http).await.is_err()
        {
            tracing::warn!("some requests did not end in time and are dropped");
            self.http.abort();
        }
        if tokio::time::timeout(TASK_STOP, &mut self.background).await.is_err() {
            tracing::warn!("a task did not end in time and is dropped; a restart resumes it");
            self.background.abort();
        }
        let Some(core) = self.state.core.get() else { return Ok(()) };
        core.ingest.stop().await;
        let gate = self.gate.lock().ok().and_then(|mut gate| gate.take());
        let log = Arc::clone(&core.log);
        blocking(move || {
            if gate.is_some_and(|gate| gate.join().is_err()) {
                return Err(OracleError::GateStopped);
            }
            Ok(log.close()?)
        })
        .await?;
        tracing::info!("stopped");
        Ok(())
    }
}

/// What the data directory belongs to.
#[derive(Serialize, Deserialize)]
struct Identity {
    network: String,
    pool: String,
}

struct BringUp<C> {
    options: Options,
    chain: Arc<C>,
    state: Arc<State>,
    peers: Peers,
    fatal: mpsc::UnboundedSender<OracleError>,
    gate: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl<C: Chain> BringUp<C> {
    async fn run(self, stop: watch::Receiver<bool>) {
        let fatal = self.fatal.clone();
        if let Err(error) = self.bring_up_and_serve(stop).await {
            tracing::error!(code = error.code(), %error, "the oracle cannot come up");
            // The receiver is gone only when the oracle is stopping already.
            let _ = fatal.send(error);
        }
    }

    async fn bring_up_and_serve(self, stop: watch::Receiver<bool>) -> Result<(), OracleError> {
        let chain = &self.chain;
        let Some(pool) = persist(stop.clone(), "read the pool", || chain.pool_state()).await else {
            return Ok(());
        };
        self.state.pool.send_replace(Some(Arc::new(pool.clone())));
        let clock = EpochClock::new(pool.genesis_at_s, pool.epoch_seconds)?;
        // The log first: its lock keeps a second process off the whole directory.
        let (log, mut gate) = self.replay(pool.network, clock).await?;
        let (ledger, devices) = self.open_documents(&pool).await?;
        if let Some(closed) = ledger.closed_through() {
            gate.close_through(closed);
        }
        let devices = Arc::new(devices);
        let read = persist(stop.clone(), "read the registry", || devices.refresh(&**chain));
        let Some(view) = read.await else { return Ok(log.close()?) };
        tracing::info!(devices = view.on_chain, slot = view.slot, "registry read");
        let (ingest, thread) = Ingest::start(Start {
            network: pool.network,
            gate,
            clock,
            log: Arc::clone(&log),
            now: Arc::clone(&self.state.now),
            counters: Arc::clone(&self.state.counters),
            activity: Arc::clone(&self.state.activity),
            fatal: self.fatal.clone(),
            budget: Arc::clone(&self.state.budget),
            queue: self.options.queue,
        })?;
        if let Ok(mut gate) = self.gate.lock() {
            *gate = Some(thread);
        }
        let seeds = SeedBook::new(pool.network, self.state.policies.clone(), clock);
        let (reader, ledger) = (ledger.reader(), Mutex::new(ledger));
        let explained = Mutex::default();
        let network = pool.network;
        let (fleet, maps) = (Fleet::default(), Mutex::default());
        let core =
            Core { network, clock, ingest, seeds, log, ledger, reader, explained, fleet, maps };
        if self.state.core.set(core).is_err() {
            return Err(OracleError::Worker("the oracle came up twice".to_owned()));
        }
        tracing::info!("ready");
        let epochs = Epochs {
            chain: Arc::clone(chain),
            state: Arc::clone(&self.state),
            devices: Arc::clone(&devices),
            peers: self.peers,
            pace: self.options.pace,
            fatal: self.fatal.clone(),
            since_ms: BTreeMap::new(),
            said: BTreeSet::new(),
            looked_at: BTreeSet::new(),
            crank_at: Instant::now(),
            complete_at: Instant::now(),
            compared: false,
        };
        let poll = self.options.registry_poll;
        tokio::join!(
            epochs.run(stop.clone()),
            watch_registry(&devices, &**chain, poll, stop.clone(), self.fatal),
            watch_seeds(&self.state, &**chain, self.options.pace.poll, stop.clone()),
            index_missing(&self.state, stop.clone()),
            live::publish(&self.state, stop)
        );
        Ok(())
    }

    /// Opens the log and gives the gate back what it had admitted.
    async fn replay(
        &self,
        network: Address,
        clock: EpochClock,
    ) -> Result<(Arc<Log>, Gate), OracleError> {
        let dir = self.options.data_dir.join("log");
        let options =
            LogOptions { segment_bytes: self.options.segment_bytes, ..LogOptions::default() };
        let (policies, now_ms) = (self.state.policies.clone(), (self.state.now)());
        let counters = Arc::clone(&self.state.counters);
        let activity = Arc::clone(&self.state.activity);
        blocking(move || {
            let mut gate = Gate::new(policies, clock);
            // So that nothing is kept of epochs that are over.
            gate.advance(now_ms);
            let (log, recovery) = Log::open(&dir, options, |record| {
                // A reason of another version stays what it was: a refusal that nobody can name.
                let Some(reason) = Reason::from_code(record.reason) else { return Ok(()) };
                counters.count(reason);
                let closed = gate.closed_through().is_some_and(|closed| record.epoch <= closed);
                if closed {
                    return Ok(());
                }
                let envelope =
                    Envelope::decode(&record.envelope).map_err(|error| error.to_string())?;
                let (at_ms, arrived) =
                    (record.received_at_ms, clock.epoch_at(record.received_at_ms));
                activity.restore(envelope.device, reason, at_ms, record.epoch, arrived);
                if reason.is_accepted() {
                    gate.restore(envelope.epoch, envelope.id(&network));
                }
                Ok(())
            })?;
            tracing::info!(
                records = recovery.records,
                segments = recovery.segments,
                cut_bytes = recovery.cut_bytes,
                "log replayed"
            );
            Ok((Arc::new(log), gate))
        })
        .await
    }

    async fn open_documents(&self, pool: &PoolState) -> Result<(Ledger, Devices), OracleError> {
        let dir = self.options.data_dir.clone();
        let (network, pool_address) = (pool.network, pool.address);
        let (registry, policies) = (self.state.registry.clone(), self.state.policies.clone());
        blocking(move || {
            let documents = Documents::open(&dir.join("state"))?;
            check_identity(&documents, &network, &pool_address)?;
            let ledger =
                Ledger::open(network, pool_address, Documents::open(&dir.join("epochs"))?)?;
            warn_of_other_policies(&ledger, &policies);
            let devices = Devices::open(network, documents, registry)?;
            Ok((ledger, devices))
        })
        .await
    }
}

/// Says when an epoch that is closed was judged by another policy than the one given for it now: a
/// policy file was changed in its place, or the program understands policies otherwise.
fn warn_of_other_policies(ledger: &Ledger, policies: &Policies) {
    let changed = |(epoch, summary): &(&u64, &Summary)| {
        summary.policy_hash.is_some_and(|hash| hash != policies.at(**epoch).hash())
    };
    if let Some((epoch, _)) = ledger.results().iter().rev().find(changed) {
        tracing::warn!(
            epoch,
            "it was judged by another policy than the one given for it now: keep the old policy's \
             file, and give the new policy in a file of its own with a later from_epoch, the same on \
             every oracle"
        );
    }
}

/// Keeps the registry fresh until `stop` turns true.
async fn watch_registry<C: Chain>(
    devices: &Devices,
    chain: &C,
    poll: Duration,
    mut stop: watch::Receiver<bool>,
    fatal: mpsc::UnboundedSender<OracleError>,
) {
    let mut pause = poll;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => return,
        }
        match devices.refresh(chain).await {
            Ok(_) => pause = poll,
            Err(error) if error.is_fatal() => {
                // The receiver is gone only when the oracle is stopping already.
                let _ = fatal.send(error);
                return;
            }
            Err(error) => {
                pause = pause.saturating_mul(2).min(LONGEST_PAUSE.max(poll));
                tracing::warn!(code = error.code(), %error, "cannot read the registry; will try again");
            }
        }
    }
}

/// Reads the chain's seeds as they come, until `stop` turns true, so that devices can ask for them.
async fn watch_seeds<C: Chain>(
    state: &State,
    chain: &C,
    poll: Duration,
    mut stop: watch::Receiver<bool>,
) {
    let mut pause = poll;
    loop {
        if let Some(core) = state.core.get() {
            let now_ms = (state.now)();
            let epoch = core.clock.epoch_at(now_ms).unwrap_or(0);
            match core.seeds.read(chain, epoch, now_ms).await {
                Ok(_) => pause = poll,
                Err(error) => {
                    pause = pause.saturating_mul(2).min(LONGEST_SEED_PAUSE.max(poll));
                    tracing::warn!(code = error.code(), %error, "cannot read seeds; will try again");
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => return,
        }
    }
}

/// Indexes the results that an earlier version of the oracle left without, so that nobody who asks
/// has to wait for it.
async fn index_missing(state: &Arc<State>, stop: watch::Receiver<bool>) {
    let results = state.with_ledger(|ledger| Ok(ledger.results().keys().copied().collect())).await;
    let results: Vec<u64> = match results {
        Ok(results) => results.unwrap_or_default(),
        Err(error) => {
            tracing::warn!(code = error.code(), %error, "cannot look for results without index");
            return;
        }
    };
    // The newest are asked for most.
    for epoch in results.into_iter().rev() {
        if *stop.borrow() {
            return;
        }
        if let Err(error) = state.with_reader(move |reader| reader.index(epoch)).await {
            tracing::warn!(epoch, code = error.code(), %error, "its paystubs cannot be indexed");
        }
    }
}

/// Tries until it works; `None` when the oracle is told to stop or the error is final.
async fn persist<T, E, F>(
    mut stop: watch::Receiver<bool>,
    what: &str,
    mut attempt: impl FnMut() -> F,
) -> Option<T>
where
    E: Into<OracleError>,
    F: Future<Output = Result<T, E>>,
{
    let mut pause = Duration::from_millis(250);
    loop {
        let outcome = tokio::select! {
            outcome = attempt() => outcome,
            _ = stop.wait_for(|stop| *stop) => return None,
        };
        match outcome.map_err(Into::into) {
            Ok(value) => return Some(value),
            Err(error) => {
                tracing::warn!(code = error.code(), %error, "cannot {what}; will try again");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.wait_for(|stop| *stop) => return None,
        }
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}

fn check_identity(
    documents: &Documents,
    network: &Address,
    pool: &Address,
) -> Result<(), OracleError> {
    let own = Identity { network: text::to_base58(network), pool: text::to_base58(pool) };
    let malformed = |message: String| OracleError::Document { name: IDENTITY.to_owned(), message };
    let Some(bytes) = documents.get(IDENTITY)? else {
        let bytes = serde_json::to_vec(&own).map_err(|error| malformed(error.to_string()))?;
        return Ok(documents.put(IDENTITY, &bytes)?);
    };
    let found: Identity =
        serde_json::from_slice(&bytes).map_err(|error| malformed(error.to_string()))?;
    for (what, found, expected) in
        [("network", found.network, own.network), ("pool", found.pool, own.pool)]
    {
        if found != expected {
            return Err(OracleError::WrongDataDirectory { what, found, expected });
        }
    }
    Ok(())
}
