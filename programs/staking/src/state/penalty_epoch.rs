use anchor_lang::prelude::*;

/// Seed of the address of an epoch's penalties: `["penalties", stake pool, epoch u64 LE]`.
pub const PENALTY_EPOCH_SEED: &[u8] = b"penalties";

/// The penalties that oracles finalized for one epoch. 8 + 208 bytes.
#[account]
pub struct PenaltyEpoch {
    /// Stake pool that they are for.
    pub stake_pool: Address,
    /// Finalized proposal that they are from.
    pub proposal: Address,
    /// Who paid for this account.
    pub rent_payer: Address,
    /// Root hash of the tree over the penalties.
    pub root: [u8; 32],
    /// Σ of all penalties in the tree.
    pub root_sum: u64,
    /// Epoch of the rewards pool.
    pub epoch: u64,
    /// When the proposal was finalized, unix seconds.
    pub finalized_at: i64,
    /// The last moment for announcements, unix seconds.
    pub expires_at: i64,
    /// The most that all penalties of this epoch take together.
    pub cap: u64,
    /// Tokens that they took.
    pub executed: u64,
    /// Penalties that are open.
    pub penalty_count: u32,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 26],
}

const _: () = assert!(size_of::<PenaltyEpoch>() == 4 * 32 + 6 * 8 + 4 + 2 + 26);
