use crate::error::RewardsError;
use anchor_lang::prelude::*;

/// Seed of an oracle set's address: `["oracles", pool]`.
pub const ORACLE_SET_SEED: &[u8] = b"oracles";
/// The most oracles that a pool may have; attestations are bits of a `u32`.
pub const MAX_ORACLES: usize = 32;

/// Who attests a pool's roots. 8 + 1,472 bytes.
#[account]
pub struct OracleSet {
    /// Pool that they attest for.
    pub pool: Address,
    /// Who paid the rent, and gets it back.
    pub rent_payer: Address,
    /// An oracle to be added by the pending change; zero for none.
    pub pending_add: Address,
    /// An oracle to be removed by the pending change; zero for none.
    pub pending_remove: Address,
    /// The oracles' keys, each in a place of its own; zero where a place was never used. A removed
    /// oracle stays in its place while it is owed something: see `active`.
    pub oracles: [Address; MAX_ORACLES],
    /// Tokens that the oracle of a place earned and was not paid yet.
    pub earned: [u64; MAX_ORACLES],
    /// When the pending change may be applied, unix seconds; 0 when there is none.
    pub pending_at: i64,
    /// Raised by every change; a proposal's attestations count for one generation only.
    pub generation: u32,
    /// Bit i is set while the oracle in place i may attest.
    pub active: u32,
    /// Oracles that may attest.
    pub count: u8,
    /// How many must attest the identical content; more than half.
    pub threshold: u8,
    /// The threshold after the pending change.
    pub pending_threshold: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 43],
}

const _: () = assert!(
    size_of::<OracleSet>() == 4 * 32 + MAX_ORACLES * 32 + MAX_ORACLES * 8 + 8 + 2 * 4 + 5 + 43
);

/// Whether `threshold` of `count` oracles is more than half and at most all.
pub fn is_threshold(threshold: u8, count: u8) -> bool {
    count > 0 && usize::from(count) <= MAX_ORACLES && threshold <= count && threshold > count >> 1
}

impl OracleSet {
    /// The place of an oracle that may attest.
    pub fn place(&self, oracle: &Address) -> Option<usize> {
        self.oracles
            .iter()
            .position(|known| known == oracle)
            .filter(|place| self.is_active(*place) && *oracle != Address::default())
    }

    /// Whether the oracle in `place` may attest.
    pub fn is_active(&self, place: usize) -> bool {
        u32::try_from(place)
            .ok()
            .and_then(|place| self.active.checked_shr(place))
            .is_some_and(|bits| bits & 1 == 1)
    }

    /// The bit that stands for `oracle` in attestations, rejections and votes.
    ///
    /// # Errors
    /// [`RewardsError::NotOracle`].
    pub fn bit(&self, oracle: &Address) -> Result<u32> {
        let place = self.place(oracle).ok_or(RewardsError::NotOracle)?;
        Ok(bit_of(place).ok_or(RewardsError::NotOracle)?)
    }

    /// How many of the bits stand for oracles, and whether they are enough.
    pub fn is_quorum(&self, bits: u32) -> bool {
        (bits & self.active).count_ones() >= u32::from(self.threshold)
    }

    /// Tokens that oracles earned and were not paid yet; `None` beyond 64 bits.
    pub fn owed(&self) -> Option<u64> {
        self.earned.iter().try_fold(0u64, |sum, tokens| sum.checked_add(*tokens))
    }
}

/// The bit of a place.
pub fn bit_of(place: usize) -> Option<u32> {
    1u32.checked_shl(u32::try_from(place).ok()?)
}
