use super::StoredDilution;
use anchor_lang::prelude::*;

/// Seed of an unbonding's address: `["unbonding", bond or delegation, index u64 LE]`.
pub const UNBONDING_SEED: &[u8] = b"unbonding";

/// Tokens that leave a bond or a delegation after a cooldown. Penalties reach them until they are
/// withdrawn. 8 + 128 bytes.
#[account]
pub struct Unbonding {
    /// Bond or delegation that they leave.
    pub parent: Address,
    /// Who paid for this account.
    pub rent_payer: Address,
    /// Tokens that left, before any loss since.
    pub amount: u64,
    /// When they may be withdrawn, unix seconds.
    pub withdrawable_at: i64,
    /// Number of this unbonding within its parent.
    pub index: u64,
    /// What the pot had lost when they left.
    pub entry: StoredDilution,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 22],
}

const _: () =
    assert!(size_of::<Unbonding>() == 2 * 32 + 3 * 8 + size_of::<StoredDilution>() + 2 + 22);
