//! Tells listeners what changed: one task looks at what the others publish, and each listener has a
//! bounded queue of messages. Who does not read in time is dropped, and looks again when it comes back.

use crate::activity::{Batch, Counts, Seen};
use crate::api::state_of;
use crate::chain::ActiveRoot;
use crate::error::{OracleError, blocking};
use crate::state::{Core, State};
use axum::extract::ws::{Message, Utf8Bytes};
use cairn_epoch::text::to_base58;
use cairn_sdk::api::{EpochState, LiveMessage};
use cairn_verify::{Address, Registry};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, broadcast, watch};
use tokio::time::{MissedTickBehavior, interval};

/// Messages that a listener may be behind.
const MESSAGES_BEHIND: usize = 256;
/// Epochs before the newest whose state may still change.
const WATCHED_EPOCHS: u64 = 64;
/// How often proofs are counted.
const COUNT_PAUSE: Duration = Duration::from_secs(1);

/// The listeners' side of it.
#[derive(Debug)]
pub struct Live {
    messages: broadcast::Sender<Utf8Bytes>,
    /// One is taken by each listener.
    pub seats: Arc<Semaphore>,
}

impl Live {
    /// With room for so many listeners.
    pub fn new(most: usize) -> Self {
        let seats = Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)));
        Self { messages: broadcast::Sender::new(MESSAGES_BEHIND), seats }
    }

    /// The messages from now on.
    pub fn listen(&self) -> broadcast::Receiver<Utf8Bytes> {
        self.messages.subscribe()
    }

    fn tell(&self, message: &LiveMessage) {
        // An error means that nobody listens.
        let _ = self.messages.send(text(message));
    }
}

/// A message as it is sent.
pub fn text(message: &LiveMessage) -> Utf8Bytes {
    // Writing to memory does not fail.
    serde_json::to_string(message).unwrap_or_default().into()
}

// ---- publishing ----

/// Tells what changed until `stop` turns true.
pub async fn publish(state: &Arc<State>, mut stop: watch::Receiver<bool>) {
    let Some(core) = state.core.get() else { return };
    let mut progress = core.reader.watch();
    let mut active = state.active.subscribe();
    let mut registry = state.registry.subscribe();
    let mut tick = interval(COUNT_PAUSE);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut said = Said::default();
    loop {
        let mut counting = false;
        tokio::select! {
            _ = stop.changed() => return,
            _ = tick.tick() => counting = true,
            // The senders live as long as the state.
            _ = progress.changed() => said.stale = true,
            _ = active.changed() => said.stale = true,
            _ = registry.changed() => {}
        }
        if let Err(error) = said.look(state, core, counting).await {
            tracing::warn!(code = error.code(), %error, "cannot tell listeners what changed");
        }
    }
}

/// What listeners know.
#[derive(Default)]
struct Said {
    epochs: Option<BTreeMap<u64, EpochState>>,
    /// Whether the epochs may stand otherwise.
    stale: bool,
    current: Option<u64>,
    active: Option<ActiveRoot>,
    registry: Option<Arc<Registry>>,
    counts: Option<(u64, Counts)>,
}

impl Said {
    async fn look(
        &mut self,
        state: &Arc<State>,
        core: &Core,
        counting: bool,
    ) -> Result<(), OracleError> {
        let current = core.clock.epoch_at((state.now)());
        if self.stale || current != self.current {
            self.epochs(state, current).await?;
            self.current = current;
            self.stale = false;
        }
        let active = state.active.borrow().as_ref().map(|claims| claims.active);
        if let Some(active) = active.filter(|_| active != self.active) {
            let (epoch, root_sum) = (active.epoch, active.root.sum);
            state.live.tell(&LiveMessage::Root { epoch, root_sum });
        }
        self.active = active;
        let view = state.registry.borrow().clone();
        if let Some(view) = view {
            let same = |known: &Arc<Registry>| Arc::ptr_eq(known, &view.registry);
            if self.registry.as_ref().is_some_and(|known| !same(known)) {
                state.live.tell(&LiveMessage::Registry { slot: view.slot });
            }
            self.registry = Some(view.registry);
        }
        if let Some(epoch) = current.filter(|_| counting) {
            let counts = Some((epoch, state.activity.counts(epoch)));
            if let Some((epoch, Counts { accepted, refused })) =
                counts.filter(|_| counts != self.counts)
            {
                state.live.tell(&LiveMessage::Proofs { epoch, accepted, refused });
            }
            self.counts = counts;
        }
        Ok(())
    }

    async fn epochs(
        &mut self,
        state: &Arc<State>,
        current: Option<u64>,
    ) -> Result<(), OracleError> {
        let shared = Arc::clone(state);
        let now = blocking(move || {
            let Some(core) = shared.core.get() else { return Ok(BTreeMap::new()) };
            let newest = core.reader.progress().newest_epoch();
            let Some(last) = current.max(newest) else { return Ok(BTreeMap::new()) };
            let first = newest.unwrap_or(0).saturating_sub(WATCHED_EPOCHS);
            let served = shared.active.borrow().as_ref().map(|claims| claims.active);
            let ledger = core.ledger();
            let first = first.max(last.saturating_sub(2 * WATCHED_EPOCHS));
            Ok((first..=last).map(|epoch| (epoch, state_of(served, &ledger, epoch))).collect())
        })
        .await?;
        if let Some(known) = &self.epochs {
            for (epoch, stands) in &now {
                if known.get(epoch) != Some(stands) {
                    state.live.tell(&LiveMessage::Epoch { epoch: *epoch, state: *stands });
                }
            }
        }
        self.epochs = Some(now);
        Ok(())
    }
}

// ---- one listener ----

/// How a listener is served.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Pause between pings, which keep connections through proxies open.
    pub ping: Duration,
    /// Pause between the news of a device.
    pub devices: Duration,
    /// How long a message may take to be taken.
    pub patience: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            ping: Duration::from_secs(15),
            devices: Duration::from_secs(1),
            patience: Duration::from_secs(10),
        }
    }
}

/// What a listener is told.
#[derive(Debug)]
pub struct Feed {
    /// What everybody is.
    pub messages: broadcast::Receiver<Utf8Bytes>,
    /// Verdicts on the proofs of an operator's devices.
    pub devices: Option<(Address, broadcast::Receiver<Arc<Batch>>)>,
    /// Turns true when the oracle stops.
    pub stopped: watch::Receiver<bool>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The listener went.
    Gone,
    /// It did not read in time.
    Slow,
    /// The oracle is stopping.
    Stopped,
}

/// Sends a listener its messages until it goes, falls behind, or the oracle stops.
pub async fn serve<S, E>(mut socket: S, hello: Utf8Bytes, mut feed: Feed, pace: Pace) -> Ended
where
    S: Stream<Item = Result<Message, E>> + Sink<Message> + Unpin,
{
    let mut ping = interval(pace.ping);
    let mut flush = interval(pace.devices);
    for timer in [&mut ping, &mut flush] {
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick is at once.
        timer.reset();
    }
    // The newest of each device of one operator since the last time.
    let mut news: BTreeMap<Address, (u64, Seen)> = BTreeMap::new();
    let mut next = Ok(vec![Message::Text(hello)]);
    loop {
        let messages = match next {
            Ok(messages) => messages,
            Err(Ended::Stopped) => {
                // A courtesy: who does not take it finds the connection closed.
                let _ =
                    tokio::time::timeout(pace.patience, socket.send(Message::Close(None))).await;
                return Ended::Stopped;
            }
            Err(ended) => return ended,
        };
        for message in messages {
            match tokio::time::timeout(pace.patience, socket.send(message)).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return Ended::Gone,
                Err(_) => return Ended::Slow,
            }
        }
        next = tokio::select! {
            _ = feed.stopped.wait_for(|stopped| *stopped) => Err(Ended::Stopped),
            message = feed.messages.recv() => received(message).map(|it| vec![Message::Text(it)]),
            batch = next_batch(&mut feed.devices) => received(batch).map(|batch| {
                let of = feed.devices.as_ref().map(|(operator, _)| *operator);
                let own = batch.seen.iter().filter(|seen| Some(seen.operator) == of);
                news.extend(own.map(|seen| (seen.device, (batch.at_ms, *seen))));
                Vec::new()
            }),
            _ = flush.tick() => {
                Ok(std::mem::take(&mut news).into_values().map(device_message).collect())
            }
            _ = ping.tick() => Ok(vec![Message::Ping(Default::default())]),
            incoming = socket.next() => match incoming {
                None | Some(Err(_) | Ok(Message::Close(_))) => Err(Ended::Gone),
                // Listeners have nothing to say.
                Some(Ok(_)) => Ok(Vec::new()),
            },
        };
    }
}

fn received<T>(message: Result<T, broadcast::error::RecvError>) -> Result<T, Ended> {
    message.map_err(|error| match error {
        broadcast::error::RecvError::Lagged(_) => Ended::Slow,
        broadcast::error::RecvError::Closed => Ended::Stopped,
    })
}

async fn next_batch(
    devices: &mut Option<(Address, broadcast::Receiver<Arc<Batch>>)>,
) -> Result<Arc<Batch>, broadcast::error::RecvError> {
    match devices {
        Some((_, batches)) => batches.recv().await,
        None => std::future::pending().await,
    }
}

fn device_message((at_ms, seen): (u64, Seen)) -> Message {
    Message::Text(text(&LiveMessage::Device {
        device: to_base58(&seen.device),
        at_ms,
        accepted: seen.reason.is_accepted(),
        code: seen.reason.code(),
        reason: seen.reason.name().to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    const QUICK: Pace = Pace {
        ping: Duration::from_secs(60),
        devices: Duration::from_millis(20),
        patience: Duration::from_millis(50),
    };

    /// A listener that never says anything, and takes so many messages.
    struct Listener {
        takes: usize,
        taken: Arc<std::sync::Mutex<Vec<Message>>>,
    }

    impl Stream for Listener {
        type Item = Result<Message, Infallible>;

        fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Pending
        }
    }

    impl Sink<Message> for Listener {
        type Error = Infallible;

        fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            if self.taken.lock().unwrap().len() < self.takes {
                Poll::Ready(Ok(()))
            } else {
                Poll::Pending
            }
        }

        fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Infallible> {
            self.taken.lock().unwrap().push(message);
            Ok(())
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }
    }

    struct Oracle {
        messages: broadcast::Sender<Utf8Bytes>,
        batches: broadcast::Sender<Arc<Batch>>,
        stop: watch::Sender<bool>,
    }

    impl Oracle {
        fn new() -> Self {
            Self {
                messages: broadcast::Sender::new(4),
                batches: broadcast::Sender::new(4),
                stop: watch::Sender::new(false),
            }
        }

        fn feed(&self, operator: Option<Address>) -> Feed {
            Feed {
                messages: self.messages.subscribe(),
                devices: operator.map(|operator| (operator, self.batches.subscribe())),
                stopped: self.stop.subscribe(),
            }
        }
    }

    fn listener(takes: usize) -> (Listener, Arc<std::sync::Mutex<Vec<Message>>>) {
        let taken = Arc::default();
        (Listener { takes, taken: Arc::clone(&taken) }, taken)
    }

    #[tokio::test]
    async fn who_does_not_take_messages_is_dropped() {
        let oracle = Oracle::new();
        let feed = oracle.feed(None);
        oracle.messages.send("one".into()).unwrap();
        let (stuck, taken) = listener(1);
        assert_eq!(serve(stuck, "hello".into(), feed, QUICK).await, Ended::Slow);
        assert_eq!(*taken.lock().unwrap(), [Message::Text("hello".into())]);
    }

    #[tokio::test]
    async fn who_falls_behind_is_dropped() {
        let oracle = Oracle::new();
        for of_devices in [false, true] {
            let feed = oracle.feed(of_devices.then_some([1; 32]));
            for _ in 0..5 {
                if of_devices {
                    let batch = Batch { at_ms: 0, seen: Vec::new() };
                    oracle.batches.send(Arc::new(batch)).unwrap();
                } else {
                    oracle.messages.send("x".into()).unwrap();
                }
            }
            let (socket, _) = listener(usize::MAX);
            assert_eq!(serve(socket, "hello".into(), feed, QUICK).await, Ended::Slow);
        }
    }

    #[tokio::test]
    async fn the_newest_of_each_own_device_is_told_now_and_then() {
        use cairn_protocol::proof::DeviceKey;
        use cairn_protocol::reason::Reason;
        let oracle = Oracle::new();
        let feed = oracle.feed(Some([1; 32]));
        let (socket, taken) = listener(usize::MAX);
        let serving = tokio::spawn(serve(socket, "hello".into(), feed, QUICK));
        let seen = |operator, device, reason| Seen {
            key: DeviceKey::Ed25519([device; 32]),
            device: [device; 32],
            operator: [operator; 32],
            epoch: 0,
            reason,
        };
        let first = vec![seen(1, 5, Reason::Duplicate), seen(2, 6, Reason::Accepted)];
        oracle.batches.send(Arc::new(Batch { at_ms: 10, seen: first })).unwrap();
        let second = vec![seen(1, 5, Reason::Accepted)];
        oracle.batches.send(Arc::new(Batch { at_ms: 11, seen: second })).unwrap();
        while taken.lock().unwrap().len() < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        oracle.stop.send_replace(true);
        assert_eq!(serving.await.unwrap(), Ended::Stopped);
        let expected = device_message((11, seen(1, 5, Reason::Accepted)));
        let expected = [Message::Text("hello".into()), expected, Message::Close(None)];
        assert_eq!(*taken.lock().unwrap(), expected);
    }
}
