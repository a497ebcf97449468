use anchor_lang::prelude::*;

/// Seed of an unbonding's address: `["unbonding", bond, index u64 LE]`.
pub const UNBONDING_SEED: &[u8] = b"unbonding";

/// Tokens that leave a bond after a cooldown. 8 + 96 bytes.
#[account]
pub struct Unbonding {
    /// Bond that they leave.
    pub bond: Address,
    /// Tokens that leave.
    pub amount: u64,
    /// When they may be withdrawn, unix seconds.
    pub withdrawable_at: i64,
    /// Number of this unbonding within its bond.
    pub index: u64,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 38],
}

const _: () = assert!(size_of::<Unbonding>() == 32 + 3 * 8 + 2 + 38);
