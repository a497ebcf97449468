//! The way of a batch: checked in parallel, admitted in order by one thread, written with others in
//! one group, answered after the sync.
//!
//! Memory is bounded: a request takes its weight from a budget before its body is read and gives
//! it back with the answer; without budget or a place in the queue it is told to come back later.

use crate::Now;
use crate::activity::{Activity, Batch, Seen};
use crate::error::{OracleError, blocking};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::DeviceKey;
use cairn_protocol::reason::Reason;
use cairn_store::{Log, Record};
use cairn_verify::wire::Submitted;
use cairn_verify::{Address, Candidate, Checked, EpochClock, Gate, Registry, check};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// Refused proofs kept per device and epoch. Each is something that the device signed, so nobody
/// else can fill the disk, and the device itself not beyond this.
const KEPT_REFUSALS_PER_DEVICE: usize = 1_024;

/// Why a batch got no verdicts.
#[derive(Debug, Clone, Error)]
pub enum IngestError {
    /// No budget or place for it at the moment.
    #[error("too many proofs are being worked on")]
    Overloaded,
    /// The oracle is stopping.
    #[error("the oracle is stopping")]
    Stopping,
    /// The log could not be written; the oracle stops.
    #[error("the log cannot be written")]
    LogFailed,
    /// A worker died.
    #[error(transparent)]
    Oracle(#[from] OracleError),
}

/// Verdicts counted since the start; the accepted and kept ones of earlier runs included.
#[derive(Debug)]
pub struct Counters {
    by_reason: [AtomicU64; Reason::ALL.len()],
}

impl Default for Counters {
    fn default() -> Self {
        Self { by_reason: std::array::from_fn(|_| AtomicU64::new(0)) }
    }
}

impl Counters {
    /// Counts one verdict.
    pub fn count(&self, reason: Reason) {
        let at = Reason::ALL.iter().position(|known| *known == reason);
        if let Some(counter) = at.and_then(|at| self.by_reason.get(at)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Every reason with its count.
    pub fn counts(&self) -> impl Iterator<Item = (Reason, u64)> {
        Reason::ALL
            .into_iter()
            .zip(&self.by_reason)
            .map(|(reason, count)| (reason, count.load(Ordering::Relaxed)))
    }
}

enum Job {
    Batch {
        checked: Vec<Checked>,
        reply: oneshot::Sender<Result<Vec<Reason>, IngestError>>,
        /// Given back when the job is answered.
        permit: OwnedSemaphorePermit,
    },
    Close {
        epoch: u64,
        reply: oneshot::Sender<()>,
    },
    Stop,
}

/// What the gate's thread starts with.
pub struct Start {
    /// Address of the network that proofs are signed for.
    pub network: Address,
    /// The gate with what the log restored.
    pub gate: Gate,
    /// Divides time.
    pub clock: EpochClock,
    /// Where verdicts go.
    pub log: Arc<Log>,
    /// The oracle's clock.
    pub now: Now,
    /// Where verdicts are counted.
    pub counters: Arc<Counters>,
    /// Where they are noted by device.
    pub activity: Arc<Activity>,
    /// Told when the oracle must stop.
    pub fatal: mpsc::UnboundedSender<OracleError>,
    /// Bytes of requests being worked on.
    pub budget: Arc<Semaphore>,
    /// Batches that may wait for the gate.
    pub queue: usize,
}

/// The entrance to the gate's thread.
#[derive(Debug, Clone)]
pub struct Ingest {
    network: Address,
    queue: mpsc::Sender<Job>,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Batch { .. } => "Batch",
            Self::Close { .. } => "Close",
            Self::Stop => "Stop",
        })
    }
}

impl Ingest {
    /// Starts the gate's thread.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(start: Start) -> Result<(Self, JoinHandle<()>), OracleError> {
        let (queue, jobs) = mpsc::channel(start.queue.max(1));
        let network = start.network;
        let thread = std::thread::Builder::new()
            .name("cairn-gate".to_owned())
            .spawn(move || GateThread::new(start).run(jobs))
            .map_err(|error| OracleError::Worker(error.to_string()))?;
        Ok((Self { network, queue }, thread))
    }

    /// Admits a batch. Returns one verdict per proof, in order, after they are on disk.
    ///
    /// # Errors
    /// See [`IngestError`]; nothing is then acknowledged, though some may be stored.
    pub async fn submit(
        &self,
        proofs: Vec<Submitted>,
        registry: Arc<Registry>,
        permit: OwnedSemaphorePermit,
    ) -> Result<Vec<Reason>, IngestError> {
        let network = self.network;
        let (checked, permit) = blocking(move || {
            let checked = proofs
                .into_par_iter()
                .map(|proof| match proof {
                    Submitted::Proof(bytes) => check(&network, &registry, &bytes),
                    Submitted::Unreadable(reason) => Checked::Refused { reason, signed: None },
                })
                .collect();
            Ok((checked, permit))
        })
        .await?;
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Job::Batch { checked, reply, permit }).map_err(
            |error| match error {
                mpsc::error::TrySendError::Full(_) => IngestError::Overloaded,
                mpsc::error::TrySendError::Closed(_) => IngestError::Stopping,
            },
        )?;
        answer.await.unwrap_or(Err(IngestError::Stopping))
    }

    /// Closes `epoch` and all before it for ever, and waits until everything accepted is on disk.
    ///
    /// # Errors
    /// When the gate has stopped.
    pub async fn close(&self, epoch: u64) -> Result<(), OracleError> {
        let (reply, answer) = oneshot::channel();
        let job = Job::Close { epoch, reply };
        self.queue.send(job).await.map_err(|_| OracleError::GateStopped)?;
        answer.await.map_err(|_| OracleError::GateStopped)
    }

    /// Lets the gate's thread end after what is queued.
    pub async fn stop(&self) {
        // An error means that it has ended already.
        let _ = self.queue.send(Job::Stop).await;
    }
}

struct GateThread {
    start: Start,
    kept: KeptRefusals,
}

impl GateThread {
    fn new(start: Start) -> Self {
        Self { start, kept: KeptRefusals::default() }
    }

    fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let alarm = Alarm(self.start.fatal.clone());
        while let Some(job) = jobs.blocking_recv() {
            match job {
                Job::Batch { checked, reply, permit } => self.batch(checked, reply, permit),
                Job::Close { epoch, reply } => self.close(epoch, reply),
                Job::Stop => break,
            }
        }
        drop(alarm);
    }

    fn batch(
        &mut self,
        checked: Vec<Checked>,
        reply: oneshot::Sender<Result<Vec<Reason>, IngestError>>,
        permit: OwnedSemaphorePermit,
    ) {
        let now_ms = (self.start.now)();
        let current = self.start.clock.epoch_at(now_ms);
        self.kept.begin(current);
        let mut records = Vec::new();
        let mut seen = Vec::new();
        let mut verdicts = Vec::with_capacity(checked.len());
        for checked in checked {
            let (reason, signed) = match checked {
                Checked::Candidate(candidate) => {
                    (self.start.gate.admit(now_ms, &candidate), Some(candidate))
                }
                Checked::Refused { reason, signed } => (reason, signed),
            };
            seen.extend(signed.as_ref().map(|candidate| Seen::new(candidate, reason)));
            if let Some(candidate) = signed
                && (reason.is_accepted() || self.kept.keep(reason, &candidate))
            {
                records.push(Record {
                    received_at_ms: now_ms,
                    epoch: candidate.envelope.epoch,
                    reason: reason.code(),
                    envelope: candidate.envelope.encode(),
                });
            }
            verdicts.push(reason);
        }
        let (counters, fatal) = (Arc::clone(&self.start.counters), self.start.fatal.clone());
        let activity = Arc::clone(&self.start.activity);
        // Without records this is a barrier: a `duplicate` is answered when its first copy is
        // on disk.
        let submitted = self.start.log.submit(records, move |outcome| {
            let answer = match outcome {
                Ok(()) => {
                    verdicts.iter().for_each(|reason| counters.count(*reason));
                    let refused = verdicts.iter().filter(|reason| !reason.is_accepted()).count();
                    activity.note(Batch { at_ms: now_ms, seen }, current, refused as u64);
                    Ok(verdicts)
                }
                Err(error) => {
                    report(&fatal, error.into());
                    Err(IngestError::LogFailed)
                }
            };
            drop(permit);
            // The client may have gone; its proofs are stored all the same.
            let _ = reply.send(answer);
        });
        // The callback is gone then, and the client sees its channel close.
        if let Err(error) = submitted {
            report(&self.start.fatal, error.into());
        }
    }

    fn close(&mut self, epoch: u64, reply: oneshot::Sender<()>) {
        self.start.gate.close_through(epoch);
        let fatal = self.start.fatal.clone();
        let submitted = self.start.log.submit(Vec::new(), move |outcome| match outcome {
            // The epoch task may be stopping.
            Ok(()) => drop(reply.send(())),
            Err(error) => report(&fatal, error.into()),
        });
        if let Err(error) = submitted {
            report(&self.start.fatal, error.into());
        }
    }
}

fn report(fatal: &mpsc::UnboundedSender<OracleError>, error: OracleError) {
    tracing::error!(code = error.code(), %error, "the log cannot be written");
    // Nobody listens once the oracle is stopping.
    let _ = fatal.send(error);
}

/// Reports a gate that died: nothing can be accepted without it.
struct Alarm(mpsc::UnboundedSender<OracleError>);

impl Drop for Alarm {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = self.0.send(OracleError::GateStopped);
        }
    }
}

/// Which refused proofs were kept in the current epoch of the oracle's clock.
#[derive(Default)]
struct KeptRefusals {
    epoch: Option<u64>,
    ids: HashMap<DeviceKey, HashSet<Hash>>,
}

impl KeptRefusals {
    fn begin(&mut self, epoch: Option<u64>) {
        if self.epoch != epoch {
            self.epoch = epoch;
            self.ids.clear();
        }
    }

    /// Whether a refused proof goes into the log: once, and not when it is a copy of an accepted
    /// one.
    fn keep(&mut self, reason: Reason, candidate: &Candidate) -> bool {
        if reason == Reason::Duplicate {
            return false;
        }
        let ids = self.ids.entry(candidate.envelope.device).or_default();
        ids.len() < KEPT_REFUSALS_PER_DEVICE && ids.insert(candidate.id)
    }
}
