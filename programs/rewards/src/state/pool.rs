use crate::error::RewardsError;
use alloc::vec::Vec;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use cairn_protocol::emission::{self, MAX_STEPS, Step};

/// Seed of a pool's address: `["pool", network, mint]`.
pub const POOL_SEED: &[u8] = b"pool";
/// Seed of the address of a pool's vault: `["vault", pool]`.
pub const VAULT_SEED: &[u8] = b"vault";

/// One step of the emission table; see `cairn_protocol::emission`.
#[derive(
    AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Pod, Zeroable, Debug, PartialEq, Eq,
)]
#[repr(C)]
pub struct EmissionStep {
    /// The first epoch that this step covers.
    pub first_epoch: u64,
    /// Tokens per epoch, in the mint's smallest unit.
    pub per_epoch: u64,
}

/// A network's rewards in one mint. 8 + 1,472 bytes.
#[account]
pub struct Pool {
    /// Network that it rewards.
    pub network: Address,
    /// May change the pool.
    pub authority: Address,
    /// Mint of the rewards.
    pub mint: Address,
    /// Token account that pays; owned by this pool.
    pub vault: Address,
    /// Wallet that earns what rounding leaves over.
    pub treasury: Address,
    /// Root hash of the active root; zeros before the first.
    pub root: [u8; 32],
    /// Lifetime total of all operators in the active root.
    pub root_sum: u64,
    /// Epoch that the active root closes.
    pub root_epoch: u64,
    /// Tokens paid out over the pool's life.
    pub claimed_total: u64,
    /// Start of epoch 0, unix seconds.
    pub genesis_at: i64,
    /// Length of an epoch.
    pub epoch_seconds: u32,
    /// Time between an attested quorum and finalization.
    pub challenge_window_seconds: u32,
    /// Leaves in the active root; 0 before the first.
    pub leaf_count: u32,
    /// Steps in use.
    pub step_count: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Bump of the vault's address.
    pub vault_bump: u8,
    /// The emission table; unused steps are zero.
    pub steps: [EmissionStep; MAX_STEPS],
    /// Zeros.
    pub reserved: [u8; 208],
}

const _: () =
    assert!(size_of::<Pool>() == 5 * 32 + 32 + 3 * 8 + 8 + 3 * 4 + 4 + MAX_STEPS * 16 + 208);

impl Pool {
    /// The steps in use.
    pub fn emission_steps(&self) -> Vec<Step> {
        self.steps
            .iter()
            .take(usize::from(self.step_count))
            .map(|step| Step::constant(step.first_epoch, step.per_epoch))
            .collect()
    }

    /// Whether a root was ever finalized.
    pub fn has_root(&self) -> bool {
        self.leaf_count > 0
    }

    /// When `epoch` ends, unix seconds.
    ///
    /// # Errors
    /// [`RewardsError::Overflow`] beyond the range of the clock.
    pub fn epoch_end(&self, epoch: u64) -> Result<i64> {
        let end = epoch
            .checked_add(1)
            .and_then(|next| next.checked_mul(u64::from(self.epoch_seconds)))
            .and_then(|seconds| i64::try_from(seconds).ok())
            .and_then(|seconds| self.genesis_at.checked_add(seconds))
            .ok_or(RewardsError::Overflow)?;
        Ok(end)
    }

    /// Every rule that bounds a root, at proposal and again at finalization:
    /// - no later and not the same epoch is finalized
    /// - the sum did not fall
    /// - the sum is within the emission of all epochs to date
    /// - the sum is within what the vault holds and has paid
    ///
    /// # Errors
    /// One [`RewardsError`] per rule.
    pub fn validate_root(&self, epoch: u64, root_sum: u64, vault_amount: u64) -> Result<()> {
        require!(!self.has_root() || epoch > self.root_epoch, RewardsError::EpochFinalized);
        require!(root_sum >= self.root_sum, RewardsError::SumBelowActive);
        let emitted = emission::emitted_through(&self.emission_steps(), epoch)
            .map_err(|_| RewardsError::Overflow)?;
        require!(root_sum <= emitted, RewardsError::SumAboveEmission);
        let funded = vault_amount.checked_add(self.claimed_total).ok_or(RewardsError::Overflow)?;
        require!(root_sum <= funded, RewardsError::SumAboveFunding);
        Ok(())
    }
}
