//! When a replica is challenged, and for what.
//!
//! An epoch has a number of challenges for each replica, at times that nobody can foresee: the
//! epoch is divided into as many slots, and within each slot every window's seed decides whether it
//! asks this replica, with the chance 1 / (windows left in the slot), until one does. So exactly
//! one window of each slot asks, each with the same chance, which is known when its seed is and not
//! before; a device cannot keep its data for the moments when it is asked, and the answers of all
//! devices spread over the epoch. Once it was asked it knows that it is not asked again in this slot;
//! every slot begins at the same time for all replicas, so that nothing can be put in their place.

use super::seal::Pass;
use crate::hash::{Hash, sha256};
use crate::proof::DeviceKey;
use alloc::vec::Vec;

const ASK_DOMAIN: &[u8; 16] = b"cairn:ask:v1\0\0\0\0";

/// Numbers drawn from a hash: 64 bits at a time from SHA-256(seed ‖ counter u32).
pub(super) struct Draws {
    seed: Hash,
    counter: u32,
    words: [u64; 4],
    taken: usize,
}

impl Draws {
    pub(super) const fn new(seed: Hash) -> Self {
        Self { seed, counter: 0, words: [0; 4], taken: 4 }
    }

    fn next(&mut self) -> u64 {
        if self.taken >= self.words.len() {
            let block = sha256(&[&self.seed, &self.counter.to_le_bytes()]);
            let (words, _) = block.as_chunks::<8>();
            for (word, bytes) in self.words.iter_mut().zip(words) {
                *word = u64::from_le_bytes(*bytes);
            }
            self.counter = self.counter.saturating_add(1);
            self.taken = 0;
        }
        let word = self.words.get(self.taken).copied().unwrap_or(0);
        self.taken = self.taken.saturating_add(1);
        word
    }

    /// A number from 0 to `below` − 1 (0 for 0): 64 random bits scaled to the range, which makes no
    /// number likelier than another by more than 2⁻⁶⁴. For 2³⁰ leaves that is a part of 2³⁴ of a
    /// leaf's share, which nobody can gain by; a loop that draws again until it is exactly even
    /// would cost a bound on its time.
    pub(super) fn below(&mut self, below: u64) -> u64 {
        scaled(self.next(), below)
    }
}

/// ⌊word × below / 2⁶⁴⌋.
const fn scaled(word: u64, below: u64) -> u64 {
    ((word as u128).wrapping_mul(below as u128) >> 64) as u64
}

/// When an epoch's challenges can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    first_ms: u64,
    window_ms: u64,
    windows: u64,
    slots: u64,
}

impl Schedule {
    /// The schedule of an epoch that begins at `starts_at_ms` and ends before `ends_at_ms`, with a
    /// seed per window of `window_ms`, answers within `deadline_ms` and `challenges` for each
    /// replica.
    ///
    /// The windows that count begin in the epoch, so early that the deadline is over before the
    /// epoch is, even if the seed's block comes a whole window late. When they are fewer than the
    /// challenges, there are only as many challenges.
    pub fn new(
        starts_at_ms: u64,
        ends_at_ms: u64,
        window_ms: u64,
        deadline_ms: u64,
        challenges: u32,
    ) -> Self {
        let first_ms = starts_at_ms.checked_next_multiple_of(window_ms);
        let windows = first_ms
            .zip(ends_at_ms.checked_sub(deadline_ms.saturating_add(window_ms)))
            .and_then(|(first, latest)| latest.checked_sub(first)?.checked_div(window_ms))
            .map_or(0, |last| last.saturating_add(1));
        let slots = windows.min(challenges.into());
        Self { first_ms: first_ms.unwrap_or(u64::MAX), window_ms, windows, slots }
    }

    /// How many challenges a replica gets in this epoch.
    pub const fn challenges(&self) -> u64 {
        self.slots
    }

    /// The slot of the window that begins at `from_ms`, and how many windows of the slot are left,
    /// this one included; `None` for a window that does not count.
    fn slot(&self, from_ms: u64) -> Option<(u64, u64)> {
        let since_ms = from_ms.checked_sub(self.first_ms)?;
        if since_ms.checked_rem(self.window_ms)? != 0 {
            return None;
        }
        let window = since_ms.checked_div(self.window_ms)?;
        if window >= self.windows {
            return None;
        }
        // Window w lies in slot ⌊w × slots / windows⌋.
        let (wide, windows) = (u128::from(window), u128::from(self.windows));
        let slot = wide.checked_mul(self.slots.into())?.checked_div(windows)?;
        let next = slot.checked_add(1)?.checked_mul(windows)?.div_ceil(self.slots.into());
        Some((u64::try_from(slot).ok()?, u64::try_from(next.checked_sub(wide)?).ok()?))
    }

    /// Which of `seeds`, given as (start of the window, seed) in order of time, ask a replica of a
    /// device. Later seeds change nothing about earlier ones, so a device calls it with those that
    /// it knows, and an oracle with all. A window whose seed is missing asks nobody.
    pub fn due(
        &self,
        seeds: impl IntoIterator<Item = (u64, Hash)>,
        device: &DeviceKey,
        replica: u32,
    ) -> Vec<Due> {
        let device = device.to_registry_bytes();
        let mut due: Vec<Due> = Vec::new();
        let mut asked = None;
        for (from_ms, seed) in seeds {
            let Some((slot, left)) = self.slot(from_ms) else { continue };
            if asked.is_some_and(|asked| slot <= asked) {
                continue;
            }
            let draw = sha256(&[ASK_DOMAIN, &seed, &device, &replica.to_le_bytes()]);
            let word = draw.first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes));
            if scaled(word, left) == 0 {
                asked = Some(slot);
                due.push(Due { slot, seed, draw });
            }
        }
        due
    }
}

/// A challenge of a replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Number of the challenge within the epoch, from 0; one of a slot whose seeds are missing is
    /// left out.
    pub slot: u64,
    /// The seed: what the answer's envelope names as its challenge.
    pub seed: Hash,
    draw: Hash,
}

/// What a challenge asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Sealed leaves to open, in this order. A leaf may be asked for twice: each is drawn from all,
    /// so that a device without a share α of them has all that are asked for with the chance
    /// (1 − α)^K.
    pub leaves: Vec<u64>,
    /// Which of them is the one whose seal is asked for.
    pub seal: usize,
    /// In which pass.
    pub pass: Pass,
}

impl Due {
    /// What the challenge asks for of a replica of `leaf_count` leaves, `count` of which are to be
    /// opened (at most 64).
    pub fn asked(&self, leaf_count: u64, count: u32) -> Asked {
        let mut draws = Draws::new(self.draw);
        let count = count.min(64);
        let leaves = (0..count).map(|_| draws.below(leaf_count)).collect();
        let seal = draws.below(count.into()) as usize;
        let pass = if draws.below(2) == 0 { Pass::Forward } else { Pass::Backward };
        Asked { leaves, seal, pass }
    }
}
