//! What the staking program tells indexers; borsh after an 8-byte discriminator, in
//! `Program data` logs.

use crate::state::StakeTerms;
use anchor_lang::prelude::*;

/// A stake pool was created.
#[event]
pub struct StakePoolCreated {
    /// Address of the stake pool.
    pub stake_pool: Address,
    /// Network that it serves.
    pub network: Address,
    /// Pool of the rewards program that it belongs to.
    pub rewards_pool: Address,
    /// Mint of the stake.
    pub mint: Address,
    /// Terms in force.
    pub terms: StakeTerms,
    /// Length of a lock period.
    pub period_seconds: u32,
    /// The longest lock, in periods.
    pub max_lock_periods: u8,
}

/// A change of the terms was proposed.
#[event]
pub struct StakeUpdateProposed {
    /// Address of the stake pool.
    pub stake_pool: Address,
    /// Terms in force now.
    pub old_terms: StakeTerms,
    /// Terms in force later.
    pub new_terms: StakeTerms,
    /// From when on, unix seconds.
    pub effective_at: i64,
}

/// A proposed change of the terms was cancelled.
#[event]
pub struct StakeUpdateCancelled {
    /// Address of the stake pool.
    pub stake_pool: Address,
    /// Terms that stay in force.
    pub old_terms: StakeTerms,
    /// Terms that will not come into force.
    pub new_terms: StakeTerms,
}

/// A bond was opened.
#[event]
pub struct BondOpened {
    /// Address of the bond.
    pub bond: Address,
    /// Wallet that owns it.
    pub owner: Address,
    /// 0 operator, 1 oracle.
    pub role: u8,
    /// Device class that it backs; 0 for an oracle.
    pub class: u16,
}

/// Tokens were added to a bond.
#[event]
pub struct Bonded {
    /// Address of the bond.
    pub bond: Address,
    /// Tokens that arrived: less than were sent where the mint takes a fee.
    pub amount: u64,
    /// Tokens bonded before.
    pub old_amount: u64,
    /// Tokens bonded now.
    pub new_amount: u64,
}

/// Tokens began to leave a bond.
#[event]
pub struct UnbondRequested {
    /// Address of the bond.
    pub bond: Address,
    /// Address of the unbonding.
    pub unbonding: Address,
    /// Tokens that leave.
    pub amount: u64,
    /// Tokens bonded before.
    pub old_amount: u64,
    /// Tokens bonded now.
    pub new_amount: u64,
    /// When they may be withdrawn, unix seconds.
    pub withdrawable_at: i64,
}

/// Tokens were withdrawn.
#[event]
pub struct Withdrawn {
    /// Bond or delegation that they left.
    pub parent: Address,
    /// Address of the closed unbonding.
    pub unbonding: Address,
    /// Tokens that left at the request.
    pub old_amount: u64,
    /// Tokens paid out: less by what penalties took meanwhile.
    pub amount: u64,
}

/// A bond was closed.
#[event]
pub struct BondClosed {
    /// Address of the bond.
    pub bond: Address,
    /// Wallet that owned it.
    pub owner: Address,
}

/// A delegation target was opened.
#[event]
pub struct TargetOpened {
    /// Address of the target.
    pub target: Address,
    /// Operator, zero for the stake pool.
    pub operator: Address,
}

/// A delegation target was closed.
#[event]
pub struct TargetClosed {
    /// Address of the target.
    pub target: Address,
    /// Operator, zero for the stake pool.
    pub operator: Address,
    /// Tokens that rounding had left in it; the treasury gets them when the stake pool closes.
    pub dust: u64,
}

/// A lock period was opened.
#[event]
pub struct LockPeriodOpened {
    /// Address of the lock period.
    pub lock_period: Address,
    /// Its number.
    pub period: u32,
}

/// A period with locks began, and the running sums at its boundary were kept.
#[event]
pub struct PeriodReached {
    /// Address of the stake pool.
    pub stake_pool: Address,
    /// The period reached before.
    pub old_period: u32,
    /// The period reached now.
    pub new_period: u32,
    /// Tokens whose lock lost its extra weight.
    pub amount: u64,
}

/// A lock period was closed.
#[event]
pub struct LockPeriodClosed {
    /// Address of the lock period.
    pub lock_period: Address,
    /// Its number.
    pub period: u32,
}

/// Tokens were delegated.
#[event]
pub struct Delegated {
    /// Address of the delegation.
    pub delegation: Address,
    /// Wallet that owns it.
    pub owner: Address,
    /// Operator, zero for the stake pool.
    pub operator: Address,
    /// Tokens that arrived.
    pub amount: u64,
    /// Tokens delegated before.
    pub old_amount: u64,
    /// Tokens delegated now.
    pub new_amount: u64,
    /// Period that the lock's extra weight ends with; 0 without a lock.
    pub lock_end: u32,
}

/// A delegation's lock was extended.
#[event]
pub struct LockExtended {
    /// Address of the delegation.
    pub delegation: Address,
    /// Period that the lock ended with before; 0 without a lock.
    pub old_lock_end: u32,
    /// Period that it ends with now.
    pub new_lock_end: u32,
}

/// A delegation was brought up to date.
#[event]
pub struct DelegationSettled {
    /// Address of the delegation.
    pub delegation: Address,
    /// Rewards earned since the last settlement.
    pub earned: u64,
    /// Rewards owed in all.
    pub owed: u64,
    /// Tokens that penalties took since the last settlement.
    pub lost: u64,
    /// Tokens delegated now.
    pub amount: u64,
}

/// Rewards were paid to a delegation's owner.
#[event]
pub struct DelegationRewardsClaimed {
    /// Address of the delegation.
    pub delegation: Address,
    /// Wallet that owns it.
    pub owner: Address,
    /// Tokens paid.
    pub amount: u64,
}

/// Tokens began to leave a delegation.
#[event]
pub struct Undelegated {
    /// Address of the delegation.
    pub delegation: Address,
    /// Address of the unbonding.
    pub unbonding: Address,
    /// Tokens that leave.
    pub amount: u64,
    /// Tokens delegated before.
    pub old_amount: u64,
    /// Tokens delegated now.
    pub new_amount: u64,
    /// When they may be withdrawn, unix seconds.
    pub withdrawable_at: i64,
}

/// A delegation was closed.
#[event]
pub struct DelegationClosed {
    /// Address of the delegation.
    pub delegation: Address,
    /// Wallet that owned it.
    pub owner: Address,
}

/// New rewards were shared out.
#[event]
pub struct RewardsSynced {
    /// Address of the stake pool.
    pub stake_pool: Address,
    /// Tokens shared out among delegators.
    pub shared: u64,
    /// Tokens for the treasury, because next to nothing was delegated.
    pub for_treasury: u64,
}

/// The treasury was paid.
#[event]
pub struct StakeTreasuryPaid {
    /// Address of the stake pool.
    pub stake_pool: Address,
    /// Tokens of penalties.
    pub stake: u64,
    /// Tokens of rewards.
    pub rewards: u64,
}

/// An epoch's penalties were registered.
#[event]
pub struct PenaltiesRegistered {
    /// Address of the epoch's penalties.
    pub penalty_epoch: Address,
    /// Epoch of the rewards pool.
    pub epoch: u64,
    /// Finalized proposal that they are from.
    pub proposal: Address,
    /// Σ of all penalties.
    pub root_sum: u64,
    /// The most that they may take together.
    pub cap: u64,
    /// The last moment for announcements, unix seconds.
    pub expires_at: i64,
}

/// A penalty was announced.
#[event]
pub struct PenaltyAnnounced {
    /// Address of the penalty.
    pub penalty: Address,
    /// Bond that it is against.
    pub bond: Address,
    /// Stake to lose.
    pub amount: u64,
    /// Why, see `cairn_protocol::reason`.
    pub reason: u16,
    /// SHA-256 of the evidence.
    pub evidence_hash: [u8; 32],
    /// Wallet that found the fault; zero for none.
    pub challenger: Address,
    /// When the appeal window is over, unix seconds.
    pub executable_at: i64,
}

/// A penalty was vetoed.
#[event]
pub struct PenaltyVetoed {
    /// Address of the penalty.
    pub penalty: Address,
    /// Bond that it was against.
    pub bond: Address,
    /// Who vetoed it.
    pub by: Address,
}

/// A penalty was executed.
#[event]
pub struct PenaltyExecuted {
    /// Address of the penalty.
    pub penalty: Address,
    /// Bond that it is against.
    pub bond: Address,
    /// Tokens bonded before.
    pub old_amount: u64,
    /// Tokens bonded now.
    pub new_amount: u64,
    /// Tokens taken from the bond's unbondings.
    pub from_unbonding: u64,
    /// Tokens taken from the operator's delegators.
    pub from_delegators: u64,
    /// Tokens burned.
    pub burned: u64,
    /// Tokens for the treasury.
    pub for_treasury: u64,
    /// Tokens for the challenger.
    pub for_challenger: u64,
}

/// A penalty's challenger was paid.
#[event]
pub struct ChallengerPaid {
    /// Address of the penalty.
    pub penalty: Address,
    /// Wallet that was paid.
    pub challenger: Address,
    /// Tokens paid.
    pub amount: u64,
}

/// A penalty was closed.
#[event]
pub struct PenaltyClosed {
    /// Address of the penalty.
    pub penalty: Address,
}

/// An epoch's penalties were closed.
#[event]
pub struct PenaltyEpochClosed {
    /// Address of the epoch's penalties.
    pub penalty_epoch: Address,
    /// Epoch of the rewards pool.
    pub epoch: u64,
    /// Tokens that they took.
    pub executed: u64,
}

/// A stake pool was closed.
#[event]
pub struct StakePoolClosed {
    /// Address of the stake pool.
    pub stake_pool: Address,
    /// Tokens of the stake's mint that were left, for the treasury.
    pub stake: u64,
    /// Tokens of the rewards' mint that were left, for the treasury.
    pub rewards: u64,
}
