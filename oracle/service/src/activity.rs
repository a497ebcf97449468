//! What the gate said lately: of each device its newest proof and refusal, and the current epoch's
//! counts.
//!
//! Only devices of the registry are told apart, by what they signed, so nobody else can fill the
//! memory. Batches come one at a time; readers hold it for a moment.

use cairn_protocol::proof::DeviceKey;
use cairn_protocol::reason::Reason;
use cairn_verify::{Address, Candidate};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;

/// Epochs that are counted: the current one and the next, for clocks at the border.
const COUNTED_EPOCHS: usize = 2;
/// Batches that a listener may be behind.
const BATCHES_BEHIND: usize = 64;

/// What a device sent last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recently {
    /// When its newest proof arrived that was taken, unix milliseconds.
    pub proof_ms: Option<u64>,
    /// Why its newest refused one was refused, and when it arrived.
    pub refusal: Option<(Reason, u64)>,
}

/// One verdict on what a device signed.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// The device's key.
    pub key: DeviceKey,
    /// Address of its account.
    pub device: Address,
    /// Who earns for it now.
    pub operator: Address,
    /// The epoch that the proof names.
    pub epoch: u64,
    /// The verdict.
    pub reason: Reason,
}

impl Seen {
    /// A verdict on a proof that a device signed.
    pub fn new(candidate: &Candidate, reason: Reason) -> Self {
        Self {
            key: candidate.envelope.device,
            device: candidate.device.address,
            operator: candidate.device.operator.current,
            epoch: candidate.envelope.epoch,
            reason,
        }
    }
}

/// The verdicts on a batch.
#[derive(Debug)]
pub struct Batch {
    /// When it arrived, unix milliseconds.
    pub at_ms: u64,
    /// Verdicts on what devices signed.
    pub seen: Vec<Seen>,
}

/// Verdicts of an epoch on arrival.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Proofs of the epoch that were taken.
    pub accepted: u64,
    /// Proofs that were refused while it lasted.
    pub refused: u64,
}

#[derive(Debug, Default)]
struct Table {
    devices: HashMap<DeviceKey, Recently>,
    counts: BTreeMap<u64, Counts>,
}

impl Table {
    fn note(&mut self, key: DeviceKey, reason: Reason, at_ms: u64) {
        let device = self.devices.entry(key).or_default();
        if reason.is_accepted() {
            device.proof_ms = device.proof_ms.max(Some(at_ms));
        } else if device.refusal.is_none_or(|(_, before)| before <= at_ms) {
            device.refusal = Some((reason, at_ms));
        }
    }

    fn count(&mut self, epoch: u64, add: Counts) {
        let counts = self.counts.entry(epoch).or_default();
        counts.accepted = counts.accepted.saturating_add(add.accepted);
        counts.refused = counts.refused.saturating_add(add.refused);
    }
}

/// What the gate said lately.
#[derive(Debug)]
pub struct Activity {
    table: Mutex<Table>,
    batches: broadcast::Sender<Arc<Batch>>,
}

impl Default for Activity {
    fn default() -> Self {
        Self { table: Mutex::default(), batches: broadcast::Sender::new(BATCHES_BEHIND) }
    }
}

impl Activity {
    fn table(&self) -> MutexGuard<'_, Table> {
        // Every change of it is complete in itself.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the verdicts on a batch; `refused` counts all of its refusals, also of what no device
    /// signed, in the current epoch of the oracle's clock.
    pub fn note(&self, batch: Batch, current: Option<u64>, refused: u64) {
        let mut table = self.table();
        for seen in &batch.seen {
            table.note(seen.key, seen.reason, batch.at_ms);
            if seen.reason.is_accepted() {
                table.count(seen.epoch, Counts { accepted: 1, refused: 0 });
            }
        }
        if let Some(current) = current {
            table.count(current, Counts { accepted: 0, refused });
            // Proofs of the epoch before may still come; nobody asks for its counts any more.
            table.counts = table.counts.split_off(&current);
            while table.counts.len() > COUNTED_EPOCHS {
                table.counts.pop_last();
            }
        }
        drop(table);
        // An error means that nobody listens.
        let _ = self.batches.send(Arc::new(batch));
    }

    /// Takes back what the log has of an epoch that is not closed: the verdict on a proof that names
    /// `epoch`, and arrived in epoch `arrived`.
    pub fn restore(
        &self,
        key: DeviceKey,
        reason: Reason,
        at_ms: u64,
        epoch: u64,
        arrived: Option<u64>,
    ) {
        let mut table = self.table();
        table.note(key, reason, at_ms);
        if reason.is_accepted() {
            table.count(epoch, Counts { accepted: 1, refused: 0 });
        } else if let Some(arrived) = arrived {
            table.count(arrived, Counts { accepted: 0, refused: 1 });
        }
    }

    /// What each of some devices sent last.
    pub fn recently<'a>(&self, keys: impl IntoIterator<Item = &'a DeviceKey>) -> Vec<Recently> {
        let table = self.table();
        let of = |key| table.devices.get(key).copied().unwrap_or_default();
        keys.into_iter().map(of).collect()
    }

    /// The verdicts of the current epoch, or the next.
    pub fn counts(&self, epoch: u64) -> Counts {
        self.table().counts.get(&epoch).copied().unwrap_or_default()
    }

    /// The batches from now on.
    pub fn listen(&self) -> broadcast::Receiver<Arc<Batch>> {
        self.batches.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_of_each_device_is_known_and_the_current_epoch_counted() {
        let activity = Activity::default();
        let key = |n| DeviceKey::Ed25519([n; 32]);
        let seen = |n, epoch, reason| Seen {
            key: key(n),
            device: [n; 32],
            operator: [9; 32],
            epoch,
            reason,
        };
        activity.restore(key(1), Reason::Accepted, 5, 3, Some(3));
        activity.restore(key(1), Reason::Duplicate, 6, 3, Some(3));
        let refused = seen(2, 3, Reason::CapturedInFuture);
        let accepted = seen(1, 3, Reason::Accepted);
        let mut batches = activity.listen();
        activity.note(Batch { at_ms: 10, seen: vec![refused, accepted] }, Some(3), 4);
        let [one, two, three]: [_; 3] =
            activity.recently(&[key(1), key(2), key(3)]).try_into().unwrap();
        let refusal = Some((Reason::Duplicate, 6));
        assert_eq!(one, Recently { proof_ms: Some(10), refusal });
        let refusal = Some((Reason::CapturedInFuture, 10));
        assert_eq!(two, Recently { proof_ms: None, refusal });
        assert_eq!(three, Recently::default());
        assert_eq!(activity.counts(3), Counts { accepted: 2, refused: 5 });
        assert_eq!(batches.try_recv().unwrap().seen.len(), 2);
        // The next epoch: what was before is forgotten, however many epochs proofs name.
        let later = (0..100).map(|epoch| seen(1, epoch, Reason::Accepted)).collect();
        activity.note(Batch { at_ms: 20, seen: later }, Some(4), 0);
        assert_eq!(activity.counts(3), Counts::default());
        assert_eq!(activity.counts(4), Counts { accepted: 1, refused: 0 });
        assert_eq!(activity.table().counts.len(), COUNTED_EPOCHS);
    }
}
