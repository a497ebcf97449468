//! Cairn's rewards: one root per epoch, one claim for a lifetime.
//!
//! A [`state::Pool`] holds the tokens that its emission table may pay. Oracles propose and attest
//! the root of a Merkle-sum tree over every operator's lifetime total; when enough have attested
//! the identical content and the challenge window is over, anyone finalizes it; anyone may then
//! send an operator's claim, and the tokens go where the operator said.
//!
//! What protects the vault, in order: a root's sum never exceeds the emission to date nor what
//! the vault was ever funded with; it never falls; a leaf is paid up to its lifetime total once.
#![cfg_attr(not(feature = "idl-build"), no_std)]

extern crate alloc;

#[cfg(target_arch = "bpf")]
use cairn_builtins as _;

use anchor_lang::prelude::*;

pub mod checks;
pub mod error;
pub mod events;
#[allow(unused_variables, reason = "derive(Accounts) binds every #[instruction] argument")]
pub mod instructions;
pub mod mint;
pub mod state;
pub mod token;

use instructions::*;

declare_id!("5BuTAvfpVnL8foub1gbCSRHhh3bZh4TikdUnx3f3BBCx");

#[program]
pub mod cairn_rewards {
    use super::*;

    /// Pays an operator what it earned up to the active root and was not paid yet, as far as the
    /// pool's limits allow. Anyone may send it.
    pub fn claim(
        ctx: &mut Context<Claim>,
        lifetime_total: u64,
        devices_root: [u8; 32],
        index: u32,
        proof: &[u8],
    ) -> Result<()> {
        let mut others = ctx.remaining_accounts()?;
        ctx.accounts.claim(lifetime_total, devices_root, index, proof, &mut others)
    }

    /// Creates a network's reward pool with its vault and emission table. Signed by the network's
    /// authority.
    pub fn create_pool(ctx: &mut Context<CreatePool>, params: CreatePoolParams) -> Result<()> {
        ctx.accounts.create_pool(&params, &ctx.bumps)
    }

    /// Names the pool's oracles and how many of them must agree. Signed by the network's authority.
    pub fn create_oracle_set(
        ctx: &mut Context<CreateOracleSet>,
        threshold: u8,
        oracles: alloc::vec::Vec<Address>,
    ) -> Result<()> {
        ctx.accounts.create_oracle_set(threshold, &oracles, ctx.bumps.oracle_set)
    }

    /// Proposes the root of an epoch; the proposer's attestation is included.
    pub fn propose(
        ctx: &mut Context<Propose>,
        epoch: u64,
        content_hash: [u8; 32],
        content: ProposalContent,
    ) -> Result<()> {
        ctx.accounts.propose(epoch, &content_hash, &content, ctx.bumps.proposal)
    }

    /// Attests a proposal: the oracle computed the identical content.
    pub fn attest(ctx: &mut Context<Attest>) -> Result<()> {
        ctx.accounts.attest()
    }

    /// Makes an attested proposal's root the pool's active root. Anyone may send it.
    pub fn finalize(ctx: &mut Context<Finalize>) -> Result<()> {
        ctx.accounts.finalize()
    }

    /// Opens an operator's claimant account. Anyone may pay for it; the tokens will go to the
    /// operator's associated token account.
    pub fn open_claimant(ctx: &mut Context<OpenClaimant>) -> Result<()> {
        ctx.accounts.open_claimant(ctx.bumps.claimant)
    }
}
