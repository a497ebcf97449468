use anchor_lang::prelude::*;

/// Seed of a claimant's address: `["claimant", pool, operator]`.
pub const CLAIMANT_SEED: &[u8] = b"claimant";

/// What one operator was paid by one pool. 8 + 160 bytes.
#[account]
pub struct Claimant {
    /// Pool that pays.
    pub pool: Address,
    /// Wallet of the operator.
    pub operator: Address,
    /// Token account that claims go to.
    pub destination: Address,
    /// Tokens paid over the operator's life.
    pub claimed_total: u64,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 54],
}

const _: () = assert!(size_of::<Claimant>() == 3 * 32 + 8 + 2 + 54);
