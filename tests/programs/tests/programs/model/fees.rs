//! What a transfer costs where Token-2022 takes a fee: it stays in the account that the tokens go
//! to, out of its owner's reach, until somebody collects it.

/// All of something in basis points.
const ALL: u128 = 10_000;
/// Epochs of the chain that a new fee waits, so that nobody is surprised by it.
const NOTICE: u64 = 2;

/// A fee from an epoch of the chain on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fee {
    pub(super) from: u64,
    pub(super) bps: u16,
    /// Tokens that it never exceeds.
    pub(super) most: u64,
}

impl Fee {
    /// The part of `amount` before the maximum, rounded up.
    pub(super) fn uncapped(&self, amount: u64) -> u64 {
        u64::try_from((u128::from(amount) * u128::from(self.bps)).div_ceil(ALL)).unwrap()
    }

    /// The part of `amount` that does not arrive.
    pub(super) fn of(&self, amount: u64) -> u64 {
        self.uncapped(amount).min(self.most)
    }
}

/// The fees of a mint, as it keeps them: the last one, and the one before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fees {
    pub(super) older: Fee,
    pub(super) newer: Fee,
    /// Tokens that were harvested to the mint.
    pub(super) harvested: u64,
}

impl Fees {
    /// Of a new mint.
    pub(super) fn new(fee: Fee) -> Self {
        Self { older: fee, newer: fee, harvested: 0 }
    }

    /// The fee in force.
    pub(super) fn at(&self, epoch: u64) -> Fee {
        if epoch < self.newer.from { self.older } else { self.newer }
    }

    /// Decides on another fee; takes the place of one that is not in force yet.
    pub(super) fn change(&mut self, bps: u16, most: u64, epoch: u64) {
        self.older = self.at(epoch);
        self.newer = Fee { from: epoch + NOTICE, bps, most };
    }
}
