use super::{StakeTerms, part_of};
use crate::error::StakingError;
use anchor_lang::prelude::*;
use cairn_protocol::stake::{Accumulator, MAX_REWARD, Ring, Sums, Weights, period_of};

/// Seed of a stake pool's address: `["stake-pool", network]`.
pub const STAKE_POOL_SEED: &[u8] = b"stake-pool";
/// Seed of the address of a stake pool's vault: `["stake-vault", stake pool]`.
pub const STAKE_VAULT_SEED: &[u8] = b"stake-vault";
/// Seed of the address of a stake pool's reward vault: `["reward-vault", stake pool]`.
pub const REWARD_VAULT_SEED: &[u8] = b"reward-vault";
/// The shortest lock period.
pub const MIN_PERIOD_SECONDS: u32 = 60;

/// A network's stake. 8 + 792 bytes.
#[account]
pub struct StakePool {
    /// Network that it serves.
    pub network: Address,
    /// Pool of the rewards program whose finalized penalties it executes and whose delegators'
    /// part it shares out.
    pub rewards_pool: Address,
    /// Mint of the stake.
    pub mint: Address,
    /// Token program of that mint.
    pub token_program: Address,
    /// Token account that holds all stake; owned by this stake pool.
    pub vault: Address,
    /// Mint of the rewards.
    pub reward_mint: Address,
    /// Token program of that mint.
    pub reward_token_program: Address,
    /// Token account that delegators' rewards arrive at; owned by this stake pool.
    pub reward_vault: Address,
    /// Who paid for the stake pool and its vaults.
    pub rent_payer: Address,
    /// In force until `pending_terms_at`; read them by [`StakePool::terms_at`].
    pub terms: StakeTerms,
    /// In force from `pending_terms_at` on.
    pub pending_terms: StakeTerms,
    /// When `pending_terms` come into force, unix seconds; 0 when there are none.
    pub pending_terms_at: i64,
    /// When period 0 began, unix seconds.
    pub created_at: i64,
    /// Tokens in all bonds.
    pub bonded_total: u64,
    /// Tokens in all unbondings of bonds.
    pub unbonding_total: u64,
    /// Tokens in all delegations.
    pub delegated_total: u64,
    /// Tokens in all unbondings of delegations.
    pub undelegating_total: u64,
    /// Tokens that penalties gave to the treasury and that wait in the vault.
    pub treasury_stake_due: u64,
    /// Rewards that arrived while nobody delegated, and wait for the treasury in the reward vault.
    pub treasury_reward_due: u64,
    /// Tokens of penalties that wait in the vault for their challengers.
    pub challenger_due: u64,
    /// What of the reward vault's balance is accounted for; anything above it is new.
    pub reward_balance: u64,
    /// Rewards shared out among delegators so far.
    pub reward_total: u64,
    /// Σ amounts of delegations as they weigh, before losses that nobody settled yet.
    pub weighted: u64,
    /// The part of `weighted` with a lock whose last period has not begun.
    pub locked: u64,
    /// The lowest epoch whose penalties may be registered.
    pub penalties_from_epoch: u64,
    /// Bit `p mod 256` is set for each coming period p that ends a lock.
    pub lock_ring: [u64; 4],
    /// Σ amount × lock end over `locked`.
    pub locked_by_end: PodU128,
    /// Reward per weight, see `cairn_protocol::stake`.
    pub sum_a: PodU128,
    /// The same times the period of each reward.
    pub sum_b: PodU128,
    /// What the last division left over, in 2⁻⁶⁴ tokens.
    pub carry: PodU128,
    /// Length of the settlement period of bonds, the network's.
    pub settle_seconds: u32,
    /// Length of a lock period.
    pub period_seconds: u32,
    /// The shortest cooldown that terms may have: the rewards pool's epoch.
    pub least_cooldown_seconds: u32,
    /// The last period that was reached.
    pub period: u32,
    /// Bonds that are open.
    pub bond_count: u32,
    /// Delegation targets that are open.
    pub target_count: u32,
    /// Lock periods that are open.
    pub lock_period_count: u32,
    /// Epochs of penalties that are open.
    pub penalty_epoch_count: u32,
    /// The longest lock, in periods; 1 to 255.
    pub max_lock_periods: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Bump of the vault's address.
    pub vault_bump: u8,
    /// Bump of the reward vault's address.
    pub reward_vault_bump: u8,
    /// Zeros.
    pub reserved: [u8; 131],
}

const _: () = assert!(
    size_of::<StakePool>()
        == 9 * 32 + 2 * size_of::<StakeTerms>() + 2 * 8 + 12 * 8 + 4 * 8 + 4 * 16 + 8 * 4 + 5 + 131
);

impl StakePool {
    /// The terms in force at `time`, unix seconds.
    pub fn terms_at(&self, time: i64) -> &StakeTerms {
        if self.pending_terms_at != 0 && time >= self.pending_terms_at {
            &self.pending_terms
        } else {
            &self.terms
        }
    }

    /// All stake, of bonds and delegations, on its way out or not.
    ///
    /// # Errors
    /// [`StakingError::Overflow`].
    pub fn stake_total(&self) -> Result<u64> {
        Ok(self
            .bonded_total
            .checked_add(self.unbonding_total)
            .and_then(|sum| sum.checked_add(self.delegated_total))
            .and_then(|sum| sum.checked_add(self.undelegating_total))
            .ok_or(StakingError::Overflow)?)
    }

    /// The most that the penalties of an epoch may take, by the stake and the terms of `now`.
    ///
    /// # Errors
    /// [`StakingError::Overflow`].
    pub fn penalty_cap(&self, now: i64) -> Result<u64> {
        Ok(part_of(self.stake_total()?, self.terms_at(now).penalty_cap_bps))
    }

    /// The sums that the delegations' total weight is made of.
    pub fn weights(&self) -> Weights {
        Weights {
            locked_by_end: self.locked_by_end.get(),
            amount: self.weighted,
            locked: self.locked,
        }
    }

    /// Keeps `weights`.
    ///
    /// # Errors
    /// [`StakingError::Overflow`] for `None`.
    pub fn set_weights(&mut self, weights: Option<Weights>) -> Result<()> {
        let weights = weights.ok_or(StakingError::Overflow)?;
        self.locked_by_end = PodU128::from(weights.locked_by_end);
        self.weighted = weights.amount;
        self.locked = weights.locked;
        Ok(())
    }

    /// The running sums now.
    pub fn sums(&self) -> Sums {
        Sums { a: self.sum_a.get(), b: self.sum_b.get() }
    }

    /// The period of `now`, never before one that was reached.
    pub fn period_at(&self, now: i64) -> u32 {
        period_of(now, self.created_at, self.period_seconds).max(self.period)
    }

    /// Moves on to the period of `now`.
    ///
    /// # Errors
    /// [`StakingError::PeriodsBehind`] when a lock ended meanwhile: `reach_period` keeps the sums
    /// at its boundary first.
    pub fn advance(&mut self, now: i64) -> Result<()> {
        let period = self.period_at(now);
        require!(
            Ring(self.lock_ring).first_after(self.period, period).is_none(),
            StakingError::PeriodsBehind
        );
        self.period = period;
        Ok(())
    }

    /// Shares out what the reward vault holds beyond `reward_balance`, with the weights before
    /// whatever the caller changes; for the treasury when there is next to no weight. Returns
    /// (tokens shared out, tokens for the treasury).
    ///
    /// # Errors
    /// [`StakingError::PeriodsBehind`], [`StakingError::Overflow`].
    pub fn sync(&mut self, reward_vault_amount: u64, now: i64) -> Result<(u64, u64)> {
        self.advance(now)?;
        let fresh = reward_vault_amount.saturating_sub(self.reward_balance).min(MAX_REWARD);
        if fresh == 0 {
            return Ok((0, 0));
        }
        self.reward_balance =
            self.reward_balance.checked_add(fresh).ok_or(StakingError::Overflow)?;
        let accumulator = Accumulator { sums: self.sums(), carry: self.carry.get() };
        let weight = self.weights().total(self.max_lock_periods, self.period);
        match accumulator.distribute(fresh, weight, self.max_lock_periods, self.period) {
            Some(next) => {
                self.sum_a = PodU128::from(next.sums.a);
                self.sum_b = PodU128::from(next.sums.b);
                self.carry = PodU128::from(next.carry);
                // For readers only: it must never stop the rewards.
                self.reward_total = self.reward_total.saturating_add(fresh);
                Ok((fresh, 0))
            }
            None => {
                self.treasury_reward_due =
                    self.treasury_reward_due.checked_add(fresh).ok_or(StakingError::Overflow)?;
                Ok((0, fresh))
            }
        }
    }

    /// The period that a lock of `lock_periods` from `now` on ends with; the pool has advanced to
    /// `now`.
    ///
    /// # Errors
    /// [`StakingError::InvalidLock`] beyond the longest lock.
    pub fn lock_end(&self, lock_periods: u8) -> Result<u32> {
        require!(lock_periods <= self.max_lock_periods, StakingError::InvalidLock);
        Ok(self.period.checked_add(u32::from(lock_periods)).ok_or(StakingError::Overflow)?)
    }

    /// When stake that is asked back at `now` may be withdrawn.
    ///
    /// # Errors
    /// [`StakingError::Overflow`].
    pub fn withdrawable_at(&self, now: i64) -> Result<i64> {
        let cooldown = i64::from(self.terms_at(now).cooldown_seconds);
        Ok(now.checked_add(cooldown).ok_or(StakingError::Overflow)?)
    }
}

/// `total + amount`.
///
/// # Errors
/// [`StakingError::Overflow`].
#[inline(always)]
pub fn plus(total: u64, amount: u64) -> Result<u64> {
    Ok(total.checked_add(amount).ok_or(StakingError::Overflow)?)
}

/// `total − amount`.
///
/// # Errors
/// [`StakingError::Overflow`] when so much was never there.
#[inline(always)]
pub fn minus(total: u64, amount: u64) -> Result<u64> {
    Ok(total.checked_sub(amount).ok_or(StakingError::Overflow)?)
}

/// `count + 1`.
///
/// # Errors
/// [`StakingError::Overflow`].
#[inline(always)]
pub fn one_more(count: u32) -> Result<u32> {
    Ok(count.checked_add(1).ok_or(StakingError::Overflow)?)
}

/// `count − 1`.
///
/// # Errors
/// [`StakingError::Overflow`].
#[inline(always)]
pub fn one_less(count: u32) -> Result<u32> {
    Ok(count.checked_sub(1).ok_or(StakingError::Overflow)?)
}
