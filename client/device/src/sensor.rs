//! Measurements, tracks and mapped cells as proofs: what a sensor's firmware keeps between a reading and
//! its signature. `no_std`, and without a clock: times come with the items.
//!
//! [`ReadingLog`] chains the readings of each quantity, [`TrackLog`] and [`CoverageLog`] collect fixes and
//! observations. Each gives [`Unsigned`] proofs that lie in one epoch and hold no more items than a proof
//! may, in the order in which they must be signed.
//!
//! What to keep over a restart: [`ReadingLog::state`] next to
//! [`DeviceSigner::state`](crate::DeviceSigner::state) and the signed proofs that no oracle has
//! acknowledged yet, written in one step after [`ReadingLog::take`]. A chain whose last batch never
//! arrives is broken for good; [`ReadingLog::restart`] begins a new one, which costs the device units for
//! some epochs.
//!
//! ```
//! use cairn_device::sensor::ReadingLog;
//! use cairn_device::{DeviceSigner, Epochs};
//!
//! let mut device = DeviceSigner::derive(&[7; 32], "weather-1");
//! let mut log = ReadingLog::new(Epochs::new(1_795_350_000, 3_600)?);
//! log.add(1, 1_795_350_000_000, 2_150)?; // temperature, 21.50 °C
//! log.add(1, 1_795_350_300_000, 2_158)?;
//! let proofs = log.take();
//! assert_eq!(proofs.len(), 1);
//! let envelope = proofs[0].sign(&mut device, &[1; 32]);
//! assert_eq!((envelope.epoch, envelope.captured_at_ms), (0, 1_795_350_300_000));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::epochs::Epochs;
use crate::signer::DeviceSigner;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::sensor::{Fix, MAX_ITEMS, MAX_OBSERVATIONS, Observation, Reading};
use cairn_protocol::proof::{Body, Coverage, Envelope, ReadingBatch, Track};

/// Why an item is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogError {
    /// No epoch has begun at that time.
    BeforeGenesis {
        /// The item's time, unix milliseconds.
        at_ms: u64,
    },
    /// The clock was set back, or two readings of a quantity have one time: oracles would refuse it.
    NotInOrder {
        /// The item's time, unix milliseconds.
        at_ms: u64,
        /// That of the item before it.
        last_ms: u64,
    },
}

impl core::fmt::Display for LogError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::BeforeGenesis { at_ms } => {
                write!(f, "time {at_ms} ms lies before the first epoch; is the clock set?")
            }
            Self::NotInOrder { at_ms, last_ms } => {
                write!(f, "time {at_ms} ms does not follow {last_ms} ms; was the clock set back?")
            }
        }
    }
}

impl core::error::Error for LogError {}

/// A proof that is ready to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned {
    /// The epoch of its items.
    pub epoch: u64,
    /// The time of its last item, unix milliseconds, or that of the proof before if that is later:
    /// sequences rise with it.
    pub captured_at_ms: u64,
    /// What it says.
    pub body: Body,
}

impl Unsigned {
    /// Signs it as the device's next proof.
    pub fn sign(&self, signer: &mut DeviceSigner, network: &[u8; 32]) -> Envelope {
        signer.sign(network, self.epoch, self.captured_at_ms, &self.body)
    }
}

/// Where the chain of one quantity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chain {
    /// [`ReadingBatch::chain_after`] of the last batch taken, zeros before the first.
    pub head: Hash,
    /// Time of its last reading, unix milliseconds.
    pub last_ms: u64,
}

/// What a [`ReadingLog`] must not forget over a restart: the chain of each quantity.
pub type ReadingState = BTreeMap<u16, Chain>;

/// Collects readings and chains them.
#[derive(Debug, Clone)]
pub struct ReadingLog {
    epochs: Epochs,
    chains: ReadingState,
    waiting: BTreeMap<u16, Vec<Reading>>,
    captured_ms: u64,
}

impl ReadingLog {
    /// The log of a device that never measured.
    pub fn new(epochs: Epochs) -> Self {
        Self::with_state(epochs, ReadingState::new())
    }

    /// Continues from what [`ReadingLog::state`] gave before a restart.
    pub fn with_state(epochs: Epochs, state: ReadingState) -> Self {
        Self { epochs, chains: state, waiting: BTreeMap::new(), captured_ms: 0 }
    }

    /// What to keep over a restart. Readings that were not taken yet are not in it.
    pub fn state(&self) -> &ReadingState {
        &self.chains
    }

    /// Adds a reading, in the unit that the network's policy gives the quantity.
    ///
    /// # Errors
    /// See [`LogError`]; the reading is left out.
    pub fn add(&mut self, quantity: u16, at_ms: u64, value: i64) -> Result<(), LogError> {
        if self.epochs.epoch_of(at_ms).is_none() {
            return Err(LogError::BeforeGenesis { at_ms });
        }
        let waiting = self.waiting.entry(quantity).or_default();
        let taken = self.chains.get(&quantity).map(|chain| chain.last_ms);
        let last = waiting.last().map(|reading| reading.at_ms).or(taken);
        if let Some(last_ms) = last.filter(|last| at_ms <= *last) {
            return Err(LogError::NotInOrder { at_ms, last_ms });
        }
        waiting.push(Reading { at_ms, value });
        Ok(())
    }

    /// The time of the oldest reading that waits, unix milliseconds: sign before it is as old as the
    /// policy's `max_delay_ms`, and soon after its epoch ends.
    pub fn oldest_ms(&self) -> Option<u64> {
        self.waiting.values().filter_map(|waiting| waiting.first()).map(|first| first.at_ms).min()
    }

    /// Takes all readings that wait, as chained batches of one epoch each, in order of time.
    pub fn take(&mut self) -> Vec<Unsigned> {
        let mut proofs = Vec::new();
        for (quantity, readings) in core::mem::take(&mut self.waiting) {
            for (epoch, captured_at_ms, readings) in
                split(&self.epochs, readings, |reading| reading.at_ms, MAX_ITEMS)
            {
                let chain = self.chains.entry(quantity).or_default();
                let batch = ReadingBatch { quantity, chain_before: chain.head, readings };
                *chain = Chain { head: batch.chain_after(), last_ms: captured_at_ms };
                proofs.push(Unsigned { epoch, captured_at_ms, body: Body::ReadingBatch(batch) });
            }
        }
        proofs.sort_by_key(|proof| proof.captured_at_ms);
        in_order(&mut self.captured_ms, &mut proofs);
        proofs
    }

    /// Begins a new chain for a quantity, after oracles answered `reading_chain_broken`. Readings that
    /// were taken before must not be sent any more.
    pub fn restart(&mut self, quantity: u16) {
        if let Some(chain) = self.chains.get_mut(&quantity) {
            chain.head = [0; 32];
        }
    }
}

/// Something with a time, of which a proof holds many.
pub trait Item: Copy {
    /// The most in one proof.
    const MOST: usize;
    /// When, unix milliseconds.
    fn at_ms(&self) -> u64;
    /// The body of a proof with these items.
    fn body(items: Vec<Self>) -> Body;
}

impl Item for Fix {
    const MOST: usize = MAX_ITEMS;
    fn at_ms(&self) -> u64 {
        self.at_ms
    }
    fn body(fixes: Vec<Self>) -> Body {
        Body::Track(Track { fixes })
    }
}

impl Item for Observation {
    const MOST: usize = MAX_OBSERVATIONS;
    fn at_ms(&self) -> u64 {
        self.at_ms
    }
    fn body(observations: Vec<Self>) -> Body {
        Body::Coverage(Coverage { observations })
    }
}

/// Collects fixes.
pub type TrackLog = Log<Fix>;
/// Collects observations of cells. Send the track of the drive along with them.
pub type CoverageLog = Log<Observation>;

/// Collects items whose times do not fall.
#[derive(Debug, Clone)]
pub struct Log<T> {
    epochs: Epochs,
    waiting: Vec<T>,
    last_ms: u64,
    captured_ms: u64,
}

impl<T: Item> Log<T> {
    /// An empty log.
    pub fn new(epochs: Epochs) -> Self {
        Self { epochs, waiting: Vec::new(), last_ms: 0, captured_ms: 0 }
    }

    /// Adds an item.
    ///
    /// # Errors
    /// See [`LogError`]; the item is left out.
    pub fn add(&mut self, item: T) -> Result<(), LogError> {
        let (at_ms, last_ms) = (item.at_ms(), self.last_ms);
        if self.epochs.epoch_of(at_ms).is_none() {
            return Err(LogError::BeforeGenesis { at_ms });
        }
        if at_ms < last_ms {
            return Err(LogError::NotInOrder { at_ms, last_ms });
        }
        self.last_ms = at_ms;
        self.waiting.push(item);
        Ok(())
    }

    /// The time of the oldest item that waits, unix milliseconds.
    pub fn oldest_ms(&self) -> Option<u64> {
        self.waiting.first().map(Item::at_ms)
    }

    /// Takes all items that wait, as proofs of one epoch each, in order of time.
    pub fn take(&mut self) -> Vec<Unsigned> {
        let items = core::mem::take(&mut self.waiting);
        let mut proofs: Vec<Unsigned> = split(&self.epochs, items, T::at_ms, T::MOST)
            .into_iter()
            .map(|(epoch, captured_at_ms, items)| Unsigned {
                epoch,
                captured_at_ms,
                body: T::body(items),
            })
            .collect();
        in_order(&mut self.captured_ms, &mut proofs);
        proofs
    }
}

/// Moves capture times on until none is before the one before it: oracles want the sequence of a kind to
/// rise with the capture time, and put proofs of one time in order of their sequence. Never farther: what
/// several quantities measured in the last millisecond of an epoch must not be captured in the next.
fn in_order(last_ms: &mut u64, proofs: &mut [Unsigned]) {
    for proof in proofs {
        proof.captured_at_ms = proof.captured_at_ms.max(*last_ms);
        *last_ms = proof.captured_at_ms;
    }
}

/// Groups items in order of time by epoch, at most `most` in a group: epoch, last time, items.
fn split<T>(
    epochs: &Epochs,
    items: Vec<T>,
    at_ms: impl Fn(&T) -> u64,
    most: usize,
) -> Vec<(u64, u64, Vec<T>)> {
    let mut groups: Vec<(u64, u64, Vec<T>)> = Vec::new();
    for item in items {
        // `add` refused what lies in no epoch.
        let epoch = epochs.epoch_of(at_ms(&item)).unwrap_or(0);
        match groups.last_mut() {
            Some((of, last_ms, group)) if *of == epoch && group.len() < most => {
                *last_ms = at_ms(&item);
                group.push(item);
            }
            _ => groups.push((epoch, at_ms(&item), alloc::vec![item])),
        }
    }
    groups
}
