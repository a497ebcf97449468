use anchor_lang::prelude::*;

/// Seed of an oracle set's address: `["oracles", pool]`.
pub const ORACLE_SET_SEED: &[u8] = b"oracles";
/// The most oracles that a pool may have; attestations are bits of a `u32`.
pub const MAX_ORACLES: usize = 32;

/// Who attests a pool's roots. 8 + 1,088 bytes.
#[account]
pub struct OracleSet {
    /// Pool that they attest for.
    pub pool: Address,
    /// The oracles' keys; unused ones are zero.
    pub oracles: [Address; MAX_ORACLES],
    /// Oracles in use.
    pub count: u8,
    /// How many must attest the identical content; more than half.
    pub threshold: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 28],
}

const _: () = assert!(size_of::<OracleSet>() == 32 + 32 * MAX_ORACLES + 4 + 28);

impl OracleSet {
    /// The bit that stands for `oracle` in a proposal's attestations.
    pub fn bit(&self, oracle: &Address) -> Option<u32> {
        let index =
            self.oracles.iter().take(usize::from(self.count)).position(|known| known == oracle)?;
        1u32.checked_shl(u32::try_from(index).ok()?)
    }
}
