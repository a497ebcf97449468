//! Cairn's staking: what operators and oracles put at risk.
//!
//! A network has one [`state::StakePool`]. Its participants bond tokens for a role; to leave they
//! request an unbonding, which stays within reach of penalties until its cooldown is over, and
//! then withdraw. Oracles read the bonds; penalties and delegation build on the same accounts.
#![cfg_attr(not(feature = "idl-build"), no_std)]

extern crate alloc;

#[cfg(target_arch = "bpf")]
use cairn_builtins as _;

use anchor_lang::prelude::*;

pub mod error;
pub mod events;
#[allow(unused_variables, reason = "derive(Accounts) binds every #[instruction] argument")]
pub mod instructions;
pub mod state;

use instructions::*;

declare_id!("Eqb18oPfrkgApAnkiyu1wB8wDvWx4KpaAtErsS4CZvnE");

#[program]
pub mod cairn_staking {
    use super::*;

    /// Creates a network's stake pool with its vault. Signed by the network's authority.
    pub fn create_stake_pool(
        ctx: &mut Context<CreateStakePool>,
        cooldown_seconds: u32,
    ) -> Result<()> {
        ctx.accounts.create_stake_pool(cooldown_seconds, &ctx.bumps)
    }

    /// Opens an empty bond for `owner` in a role. Anyone may pay for it.
    pub fn open_bond(ctx: &mut Context<OpenBond>, role: u8, class: u16) -> Result<()> {
        ctx.accounts.open_bond(role, class, ctx.bumps.bond)
    }

    /// Adds tokens to a bond. Anyone may add to anyone's.
    pub fn bond(ctx: &mut Context<BondTokens>, amount: u64) -> Result<()> {
        ctx.accounts.bond(amount)
    }

    /// Takes tokens out of a bond and starts their cooldown. Signed by the bond's owner.
    pub fn request_unbond(ctx: &mut Context<RequestUnbond>, index: u64, amount: u64) -> Result<()> {
        ctx.accounts.request_unbond(index, amount, ctx.bumps.unbonding)
    }

    /// Pays out an unbonding whose cooldown is over and closes it. Signed by the bond's owner.
    pub fn withdraw(ctx: &mut Context<Withdraw>) -> Result<()> {
        ctx.accounts.withdraw()
    }
}
