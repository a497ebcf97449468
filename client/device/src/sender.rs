//! Posting proofs to oracles, each at its time: every proof to every oracle, in order, none lost.
//!
//! Each oracle has a queue and a task of its own, so a slow or absent one holds up no other. A
//! post that fails for want of an answer (connection, timeout, 408, 425, 429, 5xx) is repeated
//! with growing pauses and nothing behind it moves until it is answered; an oracle that restarts
//! therefore continues where it stopped. A post that is refused as a whole (any other 4xx) would
//! be refused again: it ends that oracle's delivery and is reported with the server's own error
//! code and hint.
//!
//! When a post was taken in but its answer got lost, the oracle answers the repetition with
//! `duplicate` for what it accepted the first time. Such a proof counts as accepted.
//!
//! [`send`] takes proofs that are planned, [`stream`] those that are made meanwhile. Both return a
//! [`Report`]; while they run they tell a callback about every [`Event`].

mod deliver;
mod report;

pub use report::{Disagreement, OracleReport, Rejection, Report, Stop};

use crate::sender::deliver::Delivery;
use cairn_protocol::proof::{Envelope, Kind, MAX_BATCH_PROOFS};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// The longest body that an oracle takes.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// Proofs signed in one go, before other tasks get their turn.
const CHUNK: usize = 256;

/// Where and how to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderSettings {
    /// Base address of each oracle, such as `http://127.0.0.1:8080`.
    pub oracles: Vec<String>,
    /// The most proofs in one post, 1 to [`MAX_BATCH_PROOFS`].
    pub batch: usize,
    /// How long due proofs wait for company.
    pub linger: Duration,
    /// How long to wait for an answer.
    pub request_timeout: Duration,
    /// The pause before the first repetition; it doubles with each.
    pub retry_first: Duration,
    /// The longest pause between repetitions.
    pub retry_most: Duration,
    /// An oracle that gives no answer for this long is given up.
    pub give_up: Duration,
}

impl SenderSettings {
    /// Batches of 256, 50 ms of linger, 30 s for an answer, pauses of 50 ms to 2 s, 60 s until an
    /// oracle is given up.
    pub fn new(oracles: Vec<String>) -> Self {
        Self {
            oracles,
            batch: 256,
            linger: Duration::from_millis(50),
            request_timeout: Duration::from_secs(30),
            retry_first: Duration::from_millis(50),
            retry_most: Duration::from_secs(2),
            give_up: Duration::from_secs(60),
        }
    }
}

/// A proof to send, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Milliseconds since 1970; in the past means at once.
    pub send_at_ms: u64,
    /// The proof.
    pub envelope: Envelope,
}

#[cfg(feature = "replay")]
impl From<crate::replay::PlannedProof> for Outgoing {
    fn from(planned: crate::replay::PlannedProof) -> Self {
        Self { send_at_ms: planned.send_at_ms, envelope: planned.envelope }
    }
}

/// What happens while [`send`] or [`stream`] runs. `oracle` is an index into [`SenderSettings::oracles`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// This many more proofs became due and stand in every queue.
    Queued {
        /// How many.
        proofs: u64,
    },
    /// An oracle judged a batch.
    Answered {
        /// Which oracle.
        oracle: usize,
        /// How many proofs it judged.
        proofs: u64,
        /// How many of them it accepted.
        accepted: u64,
    },
    /// An oracle gave no answer; the same batch goes out again after a pause.
    Retrying {
        /// Which oracle.
        oracle: usize,
        /// The attempt that failed, from 1.
        attempt: u32,
        /// The pause.
        pause: Duration,
        /// What went wrong.
        error: String,
    },
    /// An oracle's delivery ended early.
    Stopped {
        /// Which oracle.
        oracle: usize,
        /// Why.
        stop: Stop,
    },
    /// An oracle judged everything.
    Finished {
        /// Which oracle.
        oracle: usize,
    },
}

/// Why nothing useful could be sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// No oracle was named.
    #[error("no oracle to send to; name at least one")]
    NoOracles,
    /// The batch size is out of range.
    #[error("a batch of {given} proofs is outside 1 to {MAX_BATCH_PROOFS}")]
    BatchSize {
        /// [`SenderSettings::batch`].
        given: usize,
    },
    /// An oracle's address is not one.
    #[error("`{url}` is not an oracle's address ({reason}); write it as http://host:port")]
    Address {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The HTTP client does not start.
    #[error("the HTTP client does not start: {0}")]
    Client(reqwest::Error),
    /// A task broke; a bug.
    #[error("the delivery to an oracle broke (a bug): {0}")]
    Task(tokio::task::JoinError),
    /// Every oracle's delivery ended early.
    #[error("every oracle stopped taking proofs: {}", report.stops().join("; "))]
    AllStopped {
        /// What was judged until then.
        report: Box<Report>,
    },
}

/// Sends every proof to every oracle at its time and collects their verdicts. Ends when each
/// oracle judged everything or was given up.
///
/// `proofs` must come in the order in which they are to be sent; they are taken as they become
/// due, so signing them may be left to the iterator.
///
/// # Errors
/// Settings that cannot work, and [`SendError::AllStopped`]. As long as one oracle judged
/// everything, the others' trouble is in the report: see [`OracleReport::stopped`].
pub async fn send<P>(
    settings: &SenderSettings,
    proofs: impl IntoIterator<Item = P>,
    mut progress: impl FnMut(&Event),
) -> Result<Report, SendError>
where
    P: Into<Outgoing>,
{
    let Opened { mut events, queues, tasks } = open(settings)?;
    let mut feed = Feed { proofs: proofs.into_iter(), next: None, queues, sent: Sent::default() };
    feed.advance();
    let mut wake = Instant::now();
    loop {
        tokio::select! {
            biased;
            event = events.recv() => match event {
                Some(event) => progress(&event),
                // Every task has ended.
                None => break,
            },
            () = tokio::time::sleep_until(wake), if feed.next.is_some() => {
                let before = feed.sent.proofs;
                feed.push_due(now_ms());
                let proofs = feed.sent.proofs - before;
                if proofs > 0 {
                    progress(&Event::Queued { proofs });
                }
                wake = feed.wake(now_ms(), settings.linger);
            }
        }
    }
    // Only when all oracles stopped early is anything left; it still counts, as unanswered.
    feed.count_rest();
    collect(feed.sent, tasks).await
}

/// Sends every proof to every oracle as soon as it is made, and collects their verdicts: what a
/// gateway or a device with a network of its own does all its life. Ends when the channel is closed
/// and each oracle judged everything or was given up. The channel has no bound, because a proof that
/// waits for an oracle must not be lost.
///
/// # Errors
/// As [`send`].
pub async fn stream(
    settings: &SenderSettings,
    mut proofs: mpsc::UnboundedReceiver<Envelope>,
    mut progress: impl FnMut(&Event),
) -> Result<Report, SendError> {
    let Opened { mut events, mut queues, tasks } = open(settings)?;
    let mut sent = Sent::default();
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Some(event) => progress(&event),
                // Every task has ended.
                None => break,
            },
            proof = proofs.recv(), if !queues.is_empty() => match proof {
                Some(proof) => {
                    sent.count(&proof);
                    push(&queues, &proof);
                    progress(&Event::Queued { proofs: 1 });
                }
                // Closed queues end the tasks once they are empty.
                None => queues.clear(),
            },
        }
    }
    // As above.
    while let Some(proof) = proofs.recv().await {
        sent.count(&proof);
    }
    collect(sent, tasks).await
}

/// Deliveries that run.
struct Opened {
    events: mpsc::UnboundedReceiver<Event>,
    queues: Vec<mpsc::UnboundedSender<deliver::Encoded>>,
    tasks: JoinSet<(usize, deliver::Delivered)>,
}

/// Starts one delivery for each oracle.
fn open(settings: &SenderSettings) -> Result<Opened, SendError> {
    let endpoints = endpoints(settings)?;
    let client = reqwest::Client::builder()
        .timeout(settings.request_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(SendError::Client)?;

    let (events_in, events) = mpsc::unbounded_channel();
    let mut queues = Vec::with_capacity(endpoints.len());
    let mut tasks = JoinSet::new();
    for (oracle, (url, endpoint)) in settings.oracles.iter().zip(endpoints).enumerate() {
        let (queue_in, queue) = mpsc::unbounded_channel();
        queues.push(queue_in);
        let delivery = Delivery {
            oracle,
            url: url.clone(),
            endpoint,
            client: client.clone(),
            settings: settings.clone(),
            events: events_in.clone(),
        };
        tasks.spawn(async move { (oracle, delivery.run(queue).await) });
    }
    Ok(Opened { events, queues, tasks })
}

/// Joins what the deliveries found.
async fn collect(
    sent: Sent,
    mut tasks: JoinSet<(usize, deliver::Delivered)>,
) -> Result<Report, SendError> {
    let mut deliveries = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        deliveries.push(ended.map_err(SendError::Task)?);
    }
    deliveries.sort_by_key(|(oracle, _)| *oracle);
    let deliveries = deliveries.into_iter().map(|(_, delivery)| delivery).collect();
    let report = Report::new(sent.proofs, sent.beacons, sent.witnesses, deliveries);
    if report.oracles.iter().all(|oracle| oracle.stopped.is_some()) {
        return Err(SendError::AllStopped { report: Box::new(report) });
    }
    Ok(report)
}

/// Puts a proof into every queue.
fn push(queues: &[mpsc::UnboundedSender<deliver::Encoded>], envelope: &Envelope) {
    let encoded = deliver::Encoded::from(envelope.encode());
    for queue in queues {
        // A queue is closed when its oracle stopped, which that oracle's report says and its count
        // of proofs behind covers.
        let _closed = queue.send(encoded.clone());
    }
}

/// Checks the settings and gives the address to post to at each oracle.
fn endpoints(settings: &SenderSettings) -> Result<Vec<reqwest::Url>, SendError> {
    if settings.oracles.is_empty() {
        return Err(SendError::NoOracles);
    }
    if !(1..=MAX_BATCH_PROOFS).contains(&settings.batch) {
        return Err(SendError::BatchSize { given: settings.batch });
    }
    let endpoint = |url: &String| {
        let wrong = |reason: String| SendError::Address { url: url.clone(), reason };
        let mut parsed = reqwest::Url::parse(url).map_err(|error| wrong(error.to_string()))?;
        if !["http", "https"].contains(&parsed.scheme()) {
            return Err(wrong(format!("scheme `{}`", parsed.scheme())));
        }
        parsed
            .path_segments_mut()
            .map_err(|()| wrong("it has no path".to_owned()))?
            .pop_if_empty()
            .extend(["v1", "proofs"]);
        Ok(parsed)
    };
    settings.oracles.iter().map(endpoint).collect()
}

/// How many proofs became due.
#[derive(Debug, Default)]
struct Sent {
    proofs: u64,
    beacons: u64,
    witnesses: u64,
}

/// Hands proofs to the queues as they become due.
struct Feed<I> {
    proofs: I,
    next: Option<Outgoing>,
    queues: Vec<mpsc::UnboundedSender<deliver::Encoded>>,
    sent: Sent,
}

impl<I, P> Feed<I>
where
    I: Iterator<Item = P>,
    P: Into<Outgoing>,
{
    /// Takes the next proof; at the end closes the queues.
    fn advance(&mut self) {
        self.next = self.proofs.next().map(Into::into);
        if self.next.is_none() {
            self.queues.clear();
        }
    }

    /// Queues what is due at `now_ms`, at most [`CHUNK`] proofs.
    fn push_due(&mut self, now_ms: u64) {
        for _ in 0..CHUNK {
            let Some(proof) = self.next.take_if(|proof| proof.send_at_ms <= now_ms) else { return };
            self.sent.count(&proof.envelope);
            push(&self.queues, &proof.envelope);
            self.advance();
        }
    }

    /// When to look again.
    fn wake(&self, now_ms: u64, linger: Duration) -> Instant {
        let due_ms = self.next.as_ref().map_or(now_ms, |proof| proof.send_at_ms);
        match due_ms.checked_sub(now_ms) {
            // More is due already: a chunk was full.
            None | Some(0) => Instant::now(),
            Some(ahead) => Instant::now() + Duration::from_millis(ahead).max(linger),
        }
    }

    fn count_rest(&mut self) {
        while let Some(proof) = self.next.take() {
            self.sent.count(&proof.envelope);
            self.advance();
        }
    }
}

impl Sent {
    fn count(&mut self, envelope: &Envelope) {
        self.proofs += 1;
        match Kind::from_code(envelope.kind) {
            Some(Kind::Beacon) => self.beacons += 1,
            Some(Kind::Witness) => self.witnesses += 1,
            // The report tells the replay's kinds apart; of others it knows the number alone.
            _ => {}
        }
    }
}

/// Milliseconds since 1970; 0 on a machine whose clock stands before that.
fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
