//! Which epoch a moment belongs to.

use thiserror::Error;

/// Why an [`EpochClock`] cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClockError {
    /// An epoch must last.
    #[error("an epoch of 0 seconds has no end")]
    ZeroLength,
    /// The times do not fit 64 bits of milliseconds.
    #[error("the genesis time or epoch length is beyond 64 bits of milliseconds")]
    OutOfRange,
}

/// Divides time into epochs: epoch `e` is `[genesis + e·length, genesis + (e+1)·length)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochClock {
    genesis_ms: u64,
    length_ms: u64,
}

impl EpochClock {
    /// A clock for a pool's genesis (unix seconds) and epoch length.
    ///
    /// # Errors
    /// When the length is 0 or a time in milliseconds exceeds 64 bits.
    pub fn new(genesis_at_s: u64, epoch_seconds: u64) -> Result<Self, ClockError> {
        if epoch_seconds == 0 {
            return Err(ClockError::ZeroLength);
        }
        let genesis_ms = genesis_at_s.checked_mul(1_000).ok_or(ClockError::OutOfRange)?;
        let length_ms = epoch_seconds.checked_mul(1_000).ok_or(ClockError::OutOfRange)?;
        Ok(Self { genesis_ms, length_ms })
    }

    /// The epoch that `at_ms` (unix milliseconds) lies in; `None` before genesis.
    pub fn epoch_at(&self, at_ms: u64) -> Option<u64> {
        at_ms.checked_sub(self.genesis_ms)?.checked_div(self.length_ms)
    }

    /// When `epoch` begins, in unix milliseconds; the end of time for an absurd epoch.
    pub fn starts_at_ms(&self, epoch: u64) -> u64 {
        self.genesis_ms.saturating_add(epoch.saturating_mul(self.length_ms))
    }

    /// When `epoch` ends (exclusive), in unix milliseconds; the end of time for an absurd epoch.
    pub fn ends_at_ms(&self, epoch: u64) -> u64 {
        self.starts_at_ms(epoch.saturating_add(1))
    }

    /// The last epoch that has ended at least `grace_ms` before `now_ms`, if any.
    pub fn last_closed(&self, now_ms: u64, grace_ms: u64) -> Option<u64> {
        self.epoch_at(now_ms.checked_sub(grace_ms)?)?.checked_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_are_half_open() {
        let clock = EpochClock::new(100, 10).unwrap();
        assert_eq!(clock.epoch_at(99_999), None);
        assert_eq!(clock.epoch_at(100_000), Some(0));
        assert_eq!(clock.epoch_at(109_999), Some(0));
        assert_eq!(clock.epoch_at(110_000), Some(1));
        assert_eq!(clock.starts_at_ms(1), clock.ends_at_ms(0));
    }

    #[test]
    fn closes_exactly_at_end_plus_grace() {
        let clock = EpochClock::new(100, 10).unwrap();
        assert_eq!(clock.last_closed(112_999, 3_000), None);
        assert_eq!(clock.last_closed(113_000, 3_000), Some(0));
        assert_eq!(clock.last_closed(0, 3_000), None);
    }

    #[test]
    fn refuses_impossible_clocks() {
        assert_eq!(EpochClock::new(0, 0), Err(ClockError::ZeroLength));
        assert_eq!(EpochClock::new(u64::MAX, 1), Err(ClockError::OutOfRange));
        let clock = EpochClock::new(1, 1).unwrap();
        assert_eq!(clock.ends_at_ms(u64::MAX), u64::MAX);
    }
}
