//! Which reward epoch a time lies in.

/// The epochs of a pool: epoch `e` covers `[genesis + e · length, genesis + (e + 1) · length)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epochs {
    genesis_s: u64,
    epoch_seconds: u64,
}

/// An epoch lasts at least one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZeroEpochSeconds;

impl core::fmt::Display for ZeroEpochSeconds {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("epoch_seconds is 0; an epoch lasts at least one second")
    }
}

impl core::error::Error for ZeroEpochSeconds {}

impl Epochs {
    /// The epochs of a pool that began at `genesis_s` (unix seconds).
    ///
    /// # Errors
    /// [`ZeroEpochSeconds`].
    pub fn new(genesis_s: u64, epoch_seconds: u64) -> Result<Self, ZeroEpochSeconds> {
        if epoch_seconds == 0 {
            return Err(ZeroEpochSeconds);
        }
        Ok(Self { genesis_s, epoch_seconds })
    }

    /// When epoch 0 begins, in milliseconds since 1970.
    pub fn genesis_ms(&self) -> u64 {
        self.genesis_s.saturating_mul(1_000)
    }

    /// The epoch of a time in milliseconds since 1970; `None` before the genesis.
    pub fn epoch_of(&self, at_ms: u64) -> Option<u64> {
        // Whole seconds decide: both bounds of an epoch are whole seconds.
        (at_ms / 1_000).checked_sub(self.genesis_s)?.checked_div(self.epoch_seconds)
    }
}
