//! Cairn's staking: what operators, oracles and delegators put at risk, and what delegators earn.
//!
//! A network has one [`state::StakePool`]. Operators bond tokens per device class and oracles for
//! themselves; oracles read the bonds. Anyone may delegate to an operator, or to the stake pool as
//! a whole, for a share of the delegators' part of the rewards, more with a lock. To leave, stake
//! is asked back, waits for a cooldown within reach of penalties, and is withdrawn.
//!
//! Penalties come from the rewards program: a finalized epoch names their root. Each is announced
//! with a proof, may be vetoed in its appeal window, and is executed after it. Losses and rewards
//! reach delegators without a visit to any of them, see `cairn_protocol::{dilution, stake}`.
#![cfg_attr(not(feature = "idl-build"), no_std)]

extern crate alloc;

#[cfg(target_arch = "bpf")]
use cairn_builtins as _;

use alloc::vec::Vec;
use anchor_lang::prelude::*;

pub mod error;
pub mod events;
#[allow(unused_variables, reason = "derive(Accounts) binds every #[instruction] argument")]
pub mod instructions;
pub mod penalties;
pub mod rewards;
pub mod state;
pub mod token;

use instructions::*;
use state::StakeTerms;

declare_id!("Eqb18oPfrkgApAnkiyu1wB8wDvWx4KpaAtErsS4CZvnE");

#[program]
pub mod cairn_staking {
    use super::*;

    /// Creates a network's stake pool with its vaults. Signed by the network's authority.
    pub fn create_stake_pool(
        ctx: &mut Context<CreateStakePool>,
        params: CreateStakePoolParams,
    ) -> Result<()> {
        ctx.accounts.create_stake_pool(&params, &ctx.bumps)
    }

    /// Proposes other terms, in force after the network's delay. Signed by the network's
    /// authority.
    pub fn propose_stake_update(
        ctx: &mut Context<ProposeStakeUpdate>,
        terms: StakeTerms,
    ) -> Result<()> {
        ctx.accounts.propose_stake_update(&terms)
    }

    /// Takes back a proposed change that is not in force. Signed by the network's authority.
    pub fn cancel_stake_update(ctx: &mut Context<CancelStakeUpdate>) -> Result<()> {
        ctx.accounts.cancel_stake_update()
    }

    /// Closes a stake pool that nobody uses any more; what is left in its vaults is the
    /// treasury's. Signed by the network's authority.
    pub fn close_stake_pool(ctx: &mut Context<CloseStakePool>) -> Result<()> {
        ctx.accounts.close_stake_pool()
    }

    /// Opens an empty bond for `owner` in a role. Anyone may pay for it.
    pub fn open_bond(ctx: &mut Context<OpenBond>, role: u8, class: u16) -> Result<()> {
        ctx.accounts.open_bond(role, class, ctx.bumps.bond)
    }

    /// Adds tokens to a bond. Anyone may add to anyone's.
    pub fn add_to_bond(ctx: &mut Context<AddToBond>, amount: u64) -> Result<()> {
        ctx.accounts.add_to_bond(amount)
    }

    /// Takes tokens out of a bond and starts their cooldown. Signed by the bond's owner.
    pub fn request_unbond(ctx: &mut Context<RequestUnbond>, index: u64, amount: u64) -> Result<()> {
        ctx.accounts.request_unbond(index, amount, ctx.bumps.unbonding)
    }

    /// Pays out a bond's unbonding whose cooldown is over and closes it. Signed by the bond's
    /// owner.
    pub fn withdraw(ctx: &mut Context<Withdraw>) -> Result<()> {
        ctx.accounts.withdraw()
    }

    /// Closes an empty bond. Signed by its owner.
    pub fn close_bond(ctx: &mut Context<CloseBond>) -> Result<()> {
        ctx.accounts.close_bond()
    }

    /// Opens the target of an operator, or with the operator zero of the stake pool, so that
    /// stake can be delegated to it.
    pub fn open_target(ctx: &mut Context<OpenTarget>, operator: Address) -> Result<()> {
        ctx.accounts.open_target(&operator, ctx.bumps.target)
    }

    /// Closes a target that nobody delegates to.
    pub fn close_target(ctx: &mut Context<CloseTarget>) -> Result<()> {
        ctx.accounts.close_target()
    }

    /// Opens the account of a coming period, so that locks can end with it.
    pub fn open_lock_period(ctx: &mut Context<OpenLockPeriod>, period: u32) -> Result<()> {
        ctx.accounts.open_lock_period(period, ctx.bumps.lock_period)
    }

    /// Ends the extra weight of the locks that end with a period which has begun.
    pub fn reach_period(ctx: &mut Context<ReachPeriod>) -> Result<()> {
        ctx.accounts.reach_period()
    }

    /// Closes a lock period that no delegation needs any more.
    pub fn close_lock_period(ctx: &mut Context<CloseLockPeriod>) -> Result<()> {
        ctx.accounts.close_lock_period()
    }

    /// Delegates tokens to a target, locked for so many whole periods after the present one. They
    /// weigh once without a lock and up to four times with the longest. Signed by the owner.
    pub fn delegate(
        ctx: &mut Context<Delegate>,
        index: u16,
        amount: u64,
        lock_periods: u8,
    ) -> Result<()> {
        ctx.accounts.delegate(index, amount, lock_periods, ctx.bumps.delegation)
    }

    /// Adds tokens to a delegation. Anyone may add to anyone's.
    pub fn add_to_delegation(ctx: &mut Context<AddToDelegation>, amount: u64) -> Result<()> {
        ctx.accounts.add_to_delegation(amount)
    }

    /// Locks a delegation, or for longer. Signed by its owner.
    pub fn extend_lock(ctx: &mut Context<ExtendLock>, lock_periods: u8) -> Result<()> {
        ctx.accounts.extend_lock(lock_periods)
    }

    /// Brings a delegation up to date with its rewards and losses. Anyone may send it.
    pub fn settle_delegation(ctx: &mut Context<SettleDelegation>) -> Result<()> {
        ctx.accounts.settle_delegation()
    }

    /// Pays a delegation's rewards to its owner. Anyone may send it.
    pub fn claim_delegation_rewards(ctx: &mut Context<ClaimDelegationRewards>) -> Result<()> {
        ctx.accounts.claim_delegation_rewards()
    }

    /// Takes tokens out of a delegation whose lock is over and starts their cooldown. Signed by
    /// the delegation's owner.
    pub fn undelegate(ctx: &mut Context<Undelegate>, index: u64, amount: u64) -> Result<()> {
        ctx.accounts.undelegate(index, amount, ctx.bumps.unbonding)
    }

    /// Pays out a delegation's unbonding whose cooldown is over and closes it. Signed by the
    /// delegation's owner.
    pub fn withdraw_delegation(ctx: &mut Context<WithdrawDelegation>) -> Result<()> {
        ctx.accounts.withdraw_delegation()
    }

    /// Closes an empty delegation. Signed by its owner.
    pub fn close_delegation(ctx: &mut Context<CloseDelegation>) -> Result<()> {
        ctx.accounts.close_delegation()
    }

    /// Shares out the rewards that have arrived. Anyone may send it.
    pub fn sync_rewards(ctx: &mut Context<SyncRewards>) -> Result<()> {
        ctx.accounts.sync_rewards()
    }

    /// Pays the treasury its part of penalties, and the rewards that nobody could earn. Anyone may
    /// send it.
    pub fn pay_stake_treasury(ctx: &mut Context<PayStakeTreasury>) -> Result<()> {
        ctx.accounts.pay_stake_treasury()
    }

    /// Takes over the penalties of a finalized epoch. Anyone may send it.
    pub fn register_penalties(ctx: &mut Context<RegisterPenalties>, epoch: u64) -> Result<()> {
        ctx.accounts.register_penalties(epoch, ctx.bumps.penalty_epoch)
    }

    /// Announces a penalty with its proof, and opens its appeal window. Anyone may send it.
    pub fn announce_penalty(
        ctx: &mut Context<AnnouncePenalty>,
        index: u32,
        content: PenaltyContent,
        proof: Vec<u8>,
    ) -> Result<()> {
        ctx.accounts.announce_penalty(index, &content, &proof, ctx.bumps.penalty)
    }

    /// Stops a penalty in its appeal window. Signed by the network's guardian or authority.
    pub fn veto_penalty(ctx: &mut Context<VetoPenalty>) -> Result<()> {
        ctx.accounts.veto_penalty()
    }

    /// Executes a penalty whose appeal window is over. Anyone may send it.
    pub fn execute_penalty(ctx: &mut Context<ExecutePenalty>) -> Result<()> {
        ctx.accounts.execute_penalty()
    }

    /// Pays the challenger its part of an executed penalty. Anyone may send it.
    pub fn pay_challenger(ctx: &mut Context<PayChallenger>) -> Result<()> {
        ctx.accounts.pay_challenger()
    }

    /// Closes a penalty that is decided, once its epoch's penalties expired.
    pub fn close_penalty(ctx: &mut Context<ClosePenalty>) -> Result<()> {
        ctx.accounts.close_penalty()
    }

    /// Closes the penalties of an epoch, once they expired and none is open.
    pub fn close_penalty_epoch(ctx: &mut Context<ClosePenaltyEpoch>) -> Result<()> {
        ctx.accounts.close_penalty_epoch()
    }
}
