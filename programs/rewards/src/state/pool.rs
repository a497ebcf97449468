use super::{PoolTerms, Splits};
use crate::{error::RewardsError, version::Versioned};
use alloc::vec::Vec;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use cairn_protocol::{
    emission::{EmissionError, MAX_STEPS, Step, Table},
    split::{self, Parts, Period},
};

/// Seed of a pool's address: `["pool", network, mint]`.
pub const POOL_SEED: &[u8] = b"pool";
/// Seed of the address of a pool's vault: `["vault", pool]`.
pub const VAULT_SEED: &[u8] = b"vault";
/// Seed of the address of the token account with a pool's bonds: `["bond-vault", pool]`.
pub const BOND_VAULT_SEED: &[u8] = b"bond-vault";
/// Epochs whose burned tokens are told apart.
pub const BURN_EPOCHS: usize = 32;

/// [`Pool::mode`]: the vault is filled from outside.
pub const MODE_FUNDED: u8 = 0;
/// [`Pool::mode`]: the pool is the mint's authority and mints into the vault at finalization.
pub const MODE_MINT: u8 = 1;

/// One step of the emission table; see `cairn_protocol::emission`. 32 bytes.
#[derive(
    AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Pod, Zeroable, Debug, PartialEq, Eq,
)]
#[repr(C)]
pub struct EmissionStep {
    /// The first epoch that this step covers.
    pub first_epoch: u64,
    /// Tokens per epoch before the first decay, in the mint's smallest unit.
    pub per_epoch: u64,
    /// What is left of an epoch's tokens after a decay, in 10⁻⁹; at most 10⁹.
    pub keep_ppb: u32,
    /// Epochs between decays.
    pub every_epochs: u32,
    /// The number of decays; 0 for a constant emission.
    pub times: u32,
    /// Zeros.
    pub reserved: u32,
}

const _: () = assert!(size_of::<EmissionStep>() == 2 * 8 + 4 * 4);

impl From<EmissionStep> for Step {
    fn from(step: EmissionStep) -> Self {
        let EmissionStep { first_epoch, per_epoch, keep_ppb, every_epochs, times, .. } = step;
        Self { first_epoch, per_epoch, keep_ppb, every_epochs, times }
    }
}

impl From<Step> for EmissionStep {
    fn from(step: Step) -> Self {
        let Step { first_epoch, per_epoch, keep_ppb, every_epochs, times } = step;
        Self { first_epoch, per_epoch, keep_ppb, every_epochs, times, reserved: 0 }
    }
}

/// Tokens that customers burned in one epoch. 24 bytes.
#[derive(
    AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Pod, Zeroable, Debug, PartialEq, Eq,
)]
#[repr(C)]
pub struct EpochBurn {
    /// The epoch.
    pub epoch: u64,
    /// Tokens that were burned in it.
    pub burned: u64,
    /// How many of them may be minted again.
    pub remint: u64,
}

const _: () = assert!(size_of::<EpochBurn>() == 3 * 8);

/// A network's rewards in one mint. 8 + 3,840 bytes.
///
/// Its authority is the network's. What was ever promised is `root_sum` to operators and the
/// three parts' totals to the others; what was ever paid is `claimed_total` and the three paid
/// totals. All of them only grow.
#[account]
pub struct Pool {
    /// Network that it rewards.
    pub network: Address,
    /// Mint of the rewards.
    pub mint: Address,
    /// Token program of the mint.
    pub token_program: Address,
    /// Token account that pays; owned by this pool.
    pub vault: Address,
    /// Token account that holds bonds; owned by this pool.
    pub bond_vault: Address,
    /// Who gets the rent back when the pool closes.
    pub rent_payer: Address,
    /// Root hash of what every customer used, of the epoch of the active root.
    pub usage_root: [u8; 32],
    /// Root hash of the active root; zeros before the first.
    pub root: [u8; 32],
    /// Lifetime total of all operators in the active root; with the hash before it a Merkle node.
    pub root_sum: u64,
    /// Epoch that the active root closes.
    pub root_epoch: u64,
    /// Tokens that claims took out of the vault over the pool's life.
    pub claimed_total: u64,
    /// What still counted of the claims' outflow at `window_at`.
    pub window_outflow: u64,
    /// When `window_outflow` was counted, unix seconds.
    pub window_at: i64,
    /// Credits that all customers used up to the active root.
    pub usage_sum: u64,
    /// Tokens that delegators earned.
    pub delegators_total: u64,
    /// Tokens paid to delegators.
    pub delegators_paid: u64,
    /// Tokens that oracles earned.
    pub oracles_total: u64,
    /// Tokens paid to oracles.
    pub oracles_paid: u64,
    /// Tokens that the treasury earned as its part, besides its leaf in the root.
    pub treasury_total: u64,
    /// Tokens paid to the treasury.
    pub treasury_paid: u64,
    /// Start of epoch 0, unix seconds.
    pub genesis_at: i64,
    /// When proposals and finalizations end, unix seconds; 0 while the pool is not to be closed.
    pub close_at: i64,
    /// In force until `pending_terms_at`; read them by [`Pool::terms_at`].
    pub terms: PoolTerms,
    /// In force from `pending_terms_at` on.
    pub pending_terms: PoolTerms,
    /// When `pending_terms` come into force, unix seconds; 0 when there are none.
    pub pending_terms_at: i64,
    /// The division of the epochs before `pending_splits_epoch`; see [`Pool::splits_at`].
    pub splits: Splits,
    /// The division from `pending_splits_epoch` on.
    pub pending_splits: Splits,
    /// The first epoch of `pending_splits`; 0 when there are none.
    pub pending_splits_epoch: u64,
    /// The epochs before this one are summed up in `folded_emitted`.
    pub folded_epoch: u64,
    /// Tokens that the epochs before `folded_epoch` emitted together.
    pub folded_emitted: u64,
    /// Tokens that may be minted again because they were burned in epochs up to
    /// `remint_folded_epoch`, which the ring does not tell apart any more.
    pub remint_folded: u64,
    /// The last epoch in `remint_folded`.
    pub remint_folded_epoch: u64,
    /// Length of an epoch.
    pub epoch_seconds: u32,
    /// Leaves in the active root; 0 before the first.
    pub leaf_count: u32,
    /// Claimants that are not closed.
    pub claimant_count: u32,
    /// Proposals that are not closed.
    pub proposal_count: u32,
    /// 0 filled from outside ([`MODE_FUNDED`]), 1 minted at finalization ([`MODE_MINT`]).
    pub mode: u8,
    /// Decimals of the mint.
    pub decimals: u8,
    /// 1 when the mint belongs to Token-2022, whose transfers name it.
    pub names_mint: u8,
    /// 1 while the pool has an oracle set.
    pub has_oracle_set: u8,
    /// 1 while the pool has a credit market.
    pub has_credit_market: u8,
    /// Steps in use.
    pub step_count: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Bump of the vault's address.
    pub vault_bump: u8,
    /// Bump of the bond vault's address.
    pub bond_vault_bump: u8,
    /// Zeros.
    pub reserved: [u8; 246],
    /// Tokens burned for credits; the epoch's number modulo 32 is its place.
    pub burns: [EpochBurn; BURN_EPOCHS],
    /// The emission table; unused steps are zero.
    pub steps: [EmissionStep; MAX_STEPS],
    /// Claims that were paid since `claims_counted_since`.
    #[cfg(feature = "next-version")]
    pub claim_count: u64,
    /// When the counting began, unix seconds.
    #[cfg(feature = "next-version")]
    pub claims_counted_since: i64,
}

const _: () = assert!(
    size_of::<Pool>()
        == 8 * 32
            + 14 * 8
            + 2 * size_of::<PoolTerms>()
            + 8
            + 2 * size_of::<Splits>()
            + 5 * 8
            + 4 * 4
            + 10
            + 246
            + BURN_EPOCHS * size_of::<EpochBurn>()
            + MAX_STEPS * size_of::<EmissionStep>()
            + if cfg!(feature = "next-version") { 2 * 8 } else { 0 }
);

impl Versioned for Pool {
    const VERSION: u8 = if cfg!(feature = "next-version") { 2 } else { 1 };
    const VERSION_AT: usize = 8 + core::mem::offset_of!(Self, version);

    #[inline(always)]
    fn version(&self) -> u8 {
        self.version
    }
}

/// What a root may promise, see [`Pool::validate_root`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// Tokens that operators earn on top of the active root.
    pub operators: u64,
    /// Tokens that the others earn with it.
    pub parts: Parts,
}

impl Pool {
    /// The terms in force at `time`, unix seconds.
    pub fn terms_at(&self, time: i64) -> &PoolTerms {
        if self.pending_terms_at != 0 && time >= self.pending_terms_at {
            &self.pending_terms
        } else {
            &self.terms
        }
    }

    /// The division of `epoch`.
    pub fn splits_at(&self, epoch: u64) -> Splits {
        if self.pending_splits_epoch != 0 && epoch >= self.pending_splits_epoch {
            self.pending_splits
        } else {
            self.splits
        }
    }

    /// The steps in use.
    pub fn emission_steps(&self) -> Vec<Step> {
        self.steps.iter().take(usize::from(self.step_count)).map(|step| Step::from(*step)).collect()
    }

    /// Replaces the emission table.
    ///
    /// # Errors
    /// [`RewardsError::InvalidEmission`] for more than 64 steps.
    pub fn set_emission_steps(&mut self, steps: &[Step]) -> Result<()> {
        require!(steps.len() <= MAX_STEPS, RewardsError::InvalidEmission);
        self.step_count = u8::try_from(steps.len()).map_err(|_| RewardsError::InvalidEmission)?;
        let given = steps.iter().map(|step| EmissionStep::from(*step));
        let padding = core::iter::repeat(EmissionStep::zeroed());
        for (to, from) in self.steps.iter_mut().zip(given.chain(padding)) {
            *to = from;
        }
        Ok(())
    }

    /// Sums the epochs before `epoch` up in one number and drops the steps of no further use.
    ///
    /// # Errors
    /// [`RewardsError::Overflow`].
    pub fn fold_emission(&mut self, epoch: u64) -> Result<()> {
        let steps = self.emission_steps();
        let folded = self.table(&steps).fold(epoch).map_err(|_| RewardsError::Overflow)?;
        (self.folded_epoch, self.folded_emitted) = (folded.folded_epoch, folded.folded_emitted);
        if folded.steps.len() == steps.len() {
            return Ok(());
        }
        self.set_emission_steps(folded.steps)
    }

    fn table<'a>(&self, steps: &'a [Step]) -> Table<'a> {
        Table { folded_epoch: self.folded_epoch, folded_emitted: self.folded_emitted, steps }
    }

    /// Whether a root was ever finalized.
    #[inline(always)]
    pub fn has_root(&self) -> bool {
        self.leaf_count > 0
    }

    /// When `epoch` starts, unix seconds.
    ///
    /// # Errors
    /// [`RewardsError::Overflow`] beyond the range of the clock.
    pub fn epoch_start(&self, epoch: u64) -> Result<i64> {
        let start = epoch
            .checked_mul(u64::from(self.epoch_seconds))
            .and_then(|seconds| i64::try_from(seconds).ok())
            .and_then(|seconds| self.genesis_at.checked_add(seconds))
            .ok_or(RewardsError::Overflow)?;
        Ok(start)
    }

    /// When `epoch` ends, unix seconds.
    ///
    /// # Errors
    /// [`RewardsError::Overflow`] beyond the range of the clock.
    pub fn epoch_end(&self, epoch: u64) -> Result<i64> {
        self.epoch_start(epoch.checked_add(1).ok_or(RewardsError::Overflow)?)
    }

    /// The epoch that lasts at `now`; 0 before the first.
    pub fn epoch_at(&self, now: i64) -> u64 {
        u64::try_from(now.saturating_sub(self.genesis_at))
            .unwrap_or(0)
            .checked_div(u64::from(self.epoch_seconds))
            .unwrap_or(0)
    }

    /// Whether a change may begin with `epoch`: it is not past, does not last yet, and begins
    /// after the delay.
    ///
    /// # Errors
    /// [`RewardsError::TooSoon`].
    pub fn require_future(&self, epoch: u64, now: i64, change_at: i64) -> Result<()> {
        require!(
            epoch > self.epoch_at(now) && self.epoch_start(epoch)? >= change_at,
            RewardsError::TooSoon
        );
        Ok(())
    }

    /// Refuses once the pool's closing is in force.
    ///
    /// # Errors
    /// [`RewardsError::PoolClosing`].
    pub fn require_open(&self, now: i64) -> Result<()> {
        require!(!self.is_closing(now), RewardsError::PoolClosing);
        Ok(())
    }

    /// Whether the pool's closing is in force: its root is the last one, for good.
    pub fn is_closing(&self, now: i64) -> bool {
        self.close_at != 0 && now >= self.close_at
    }

    /// Whether operators were paid everything, and for good.
    pub fn is_settled(&self, now: i64) -> bool {
        self.is_closing(now) && self.claimed_total == self.root_sum
    }

    /// Tokens that the three parts were promised over the pool's life.
    fn parts_total(&self) -> Option<u64> {
        self.delegators_total.checked_add(self.oracles_total)?.checked_add(self.treasury_total)
    }

    /// Tokens that left the vault over the pool's life.
    ///
    /// # Errors
    /// [`RewardsError::Overflow`].
    pub fn paid_total(&self) -> Result<u64> {
        let paid = self
            .claimed_total
            .checked_add(self.delegators_paid)
            .and_then(|sum| sum.checked_add(self.oracles_paid))
            .and_then(|sum| sum.checked_add(self.treasury_paid))
            .ok_or(RewardsError::Overflow)?;
        Ok(paid)
    }

    /// Tokens that may be minted again because they were burned in epochs up to `epoch`; 0 where
    /// the vault is filled from outside. Burns that the ring does not tell apart any more count
    /// from the last of their epochs on.
    fn remint_through(&self, epoch: u64) -> Option<u64> {
        if self.mode != MODE_MINT {
            return Some(0);
        }
        let folded = if epoch >= self.remint_folded_epoch { self.remint_folded } else { 0 };
        self.burns
            .iter()
            .filter(|burn| burn.epoch <= epoch)
            .try_fold(folded, |sum, burn| sum.checked_add(burn.remint))
    }

    /// Books `burned` tokens of the epoch that lasts, of which up to `remint_cap` an epoch may be
    /// minted again.
    ///
    /// # Errors
    /// [`RewardsError::Overflow`].
    pub fn record_burn(&mut self, epoch: u64, burned: u64, remint_cap: u64) -> Result<()> {
        let place = usize::try_from(epoch.checked_rem(BURN_EPOCHS as u64).unwrap_or(0))
            .map_err(|_| RewardsError::Overflow)?;
        let entry = self.burns.get_mut(place).ok_or(RewardsError::Overflow)?;
        if entry.epoch != epoch {
            if entry.remint > 0 {
                self.remint_folded =
                    self.remint_folded.checked_add(entry.remint).ok_or(RewardsError::Overflow)?;
                self.remint_folded_epoch = self.remint_folded_epoch.max(entry.epoch);
            }
            *entry = EpochBurn { epoch, burned: 0, remint: 0 };
        }
        entry.burned = entry.burned.checked_add(burned).ok_or(RewardsError::Overflow)?;
        entry.remint = entry.remint.max(entry.burned.min(remint_cap));
        Ok(())
    }

    /// Tokens that may be promised up to `epoch` over the pool's life.
    fn allowed_through(&self, table: &Table<'_>, epoch: u64) -> Result<u64> {
        let emitted = match table.emitted_through(epoch) {
            Ok(emitted) => emitted,
            // No sum of tokens exceeds 64 bits, so what does is no bound; it must not be one that
            // stops every root from then on either.
            Err(EmissionError::Overflow) => u64::MAX,
            Err(_) => return Err(RewardsError::Overflow.into()),
        };
        let remint = self.remint_through(epoch).ok_or(RewardsError::Overflow)?;
        Ok(emitted.saturating_add(remint))
    }

    /// What the others earn when operators earn `operators` more with the root of `epoch`.
    fn parts(&self, table: &Table<'_>, operators: u64, epoch: u64) -> Result<Parts> {
        let change = self.pending_splits_epoch;
        let first = if self.has_root() { self.root_epoch.saturating_add(1) } else { 0 };
        let parts = if change > first && change <= epoch {
            // Epochs were skipped around a change of the division.
            let before = self.allowed_through(table, change.saturating_sub(1))?;
            let old = match first.checked_sub(1) {
                Some(last) => self.allowed_through(table, last)?,
                None => 0,
            };
            let all = self.allowed_through(table, epoch)?;
            split::parts(
                operators,
                &[
                    Period { emitted: before.saturating_sub(old), splits: self.splits.into() },
                    Period {
                        emitted: all.saturating_sub(before),
                        splits: self.pending_splits.into(),
                    },
                ],
            )
        } else {
            let splits = self.splits_at(epoch).into();
            split::parts(operators, &[Period { emitted: 0, splits }])
        };
        Ok(parts.ok_or(RewardsError::Overflow)?)
    }

    /// Every rule that bounds a root, at proposal and again at finalization:
    /// - no later and not the same epoch is finalized
    /// - neither the operators' nor the customers' sum fell
    /// - what operators and the others were ever promised, this root included, is within the
    ///   emission of all epochs to date and what was burned and may be minted again
    /// - where the vault is filled from outside, it is within what the vault holds and has paid
    ///
    /// Returns what the root promises.
    ///
    /// # Errors
    /// One [`RewardsError`] per rule.
    pub fn validate_root(
        &self,
        epoch: u64,
        root_sum: u64,
        usage_sum: u64,
        vault_amount: u64,
    ) -> Result<Promise> {
        require!(!self.has_root() || epoch > self.root_epoch, RewardsError::EpochFinalized);
        let operators = root_sum.checked_sub(self.root_sum).ok_or(RewardsError::SumBelowActive)?;
        require!(usage_sum >= self.usage_sum, RewardsError::UsageBelowActive);
        let steps = self.emission_steps();
        let table = self.table(&steps);
        let parts = self.parts(&table, operators, epoch)?;
        let promised = parts
            .total()
            .and_then(|parts| parts.checked_add(self.parts_total()?))
            .and_then(|parts| parts.checked_add(root_sum))
            .ok_or(RewardsError::Overflow)?;
        require!(promised <= self.allowed_through(&table, epoch)?, RewardsError::SumAboveEmission);
        if self.mode == MODE_FUNDED {
            let funded =
                vault_amount.checked_add(self.paid_total()?).ok_or(RewardsError::Overflow)?;
            require!(promised <= funded, RewardsError::SumAboveFunding);
        }
        Ok(Promise { operators, parts })
    }
}
