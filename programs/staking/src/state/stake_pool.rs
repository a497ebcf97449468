use anchor_lang::prelude::*;

/// Seed of a stake pool's address: `["stake-pool", network]`.
pub const STAKE_POOL_SEED: &[u8] = b"stake-pool";
/// Seed of the address of a stake pool's vault: `["stake-vault", stake pool]`.
pub const STAKE_VAULT_SEED: &[u8] = b"stake-vault";

/// A network's stake. 8 + 256 bytes.
#[account]
pub struct StakePool {
    /// Network that it serves.
    pub network: Address,
    /// May change the stake pool.
    pub authority: Address,
    /// Mint of the stake.
    pub mint: Address,
    /// Token account that holds all stake; owned by this stake pool.
    pub vault: Address,
    /// Tokens in all bonds.
    pub bonded_total: u64,
    /// Tokens in all unbondings.
    pub unbonding_total: u64,
    /// Time between the request to unbond and withdrawal.
    pub cooldown_seconds: u32,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Bump of the vault's address.
    pub vault_bump: u8,
    /// Zeros.
    pub reserved: [u8; 105],
}

const _: () = assert!(size_of::<StakePool>() == 4 * 32 + 2 * 8 + 4 + 3 + 105);
