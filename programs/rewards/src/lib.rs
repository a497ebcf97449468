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
#[cfg(all(feature = "own-entry", not(feature = "cpi"), target_os = "solana"))]
mod entry;
pub mod error;
pub mod events;
#[allow(unused_variables, reason = "derive(Accounts) binds every #[instruction] argument")]
pub mod instructions;
pub mod migration;
pub mod mint;
pub mod network;
pub mod state;
pub mod token;
pub mod version;

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
        // Only payees past the first have accounts of their own.
        let others = if ctx.accounts.claimant.len() > 1 {
            ctx.remaining_accounts()?
        } else {
            alloc::vec::Vec::new()
        };
        ctx.accounts.claim(lifetime_total, devices_root, index, proof, &others)
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

    /// Changes the emission of future epochs. Signed by the network's authority.
    pub fn change_emission(
        ctx: &mut Context<ChangeEmission>,
        from_epoch: u64,
        steps: alloc::vec::Vec<EmissionStep>,
    ) -> Result<()> {
        ctx.accounts.change_emission(from_epoch, &steps)
    }

    /// Proposes another division of the emission from a future epoch on. Signed by the network's
    /// authority.
    pub fn propose_splits(
        ctx: &mut Context<ProposeSplits>,
        splits: Splits,
        from_epoch: u64,
    ) -> Result<()> {
        ctx.accounts.propose_splits(splits, from_epoch)
    }

    /// Withdraws a pending division. Signed by the network's authority.
    pub fn cancel_splits(ctx: &mut Context<CancelSplits>) -> Result<()> {
        ctx.accounts.cancel_splits()
    }

    /// Proposes other terms, in force after the network's delay. Signed by the network's authority.
    pub fn propose_pool_update(
        ctx: &mut Context<ProposePoolUpdate>,
        terms: PoolTerms,
    ) -> Result<()> {
        ctx.accounts.propose_pool_update(terms)
    }

    /// Withdraws pending terms. Signed by the network's authority.
    pub fn cancel_pool_update(ctx: &mut Context<CancelPoolUpdate>) -> Result<()> {
        ctx.accounts.cancel_pool_update()
    }

    /// Proposes to add an oracle, remove one, or change the threshold. Signed by the network's
    /// authority.
    pub fn propose_oracle_change(
        ctx: &mut Context<ProposeOracleChange>,
        add: Option<Address>,
        remove: Option<Address>,
        threshold: u8,
    ) -> Result<()> {
        ctx.accounts.propose_oracle_change(add, remove, threshold)
    }

    /// Applies a pending change of the oracles after its delay. Anyone may send it.
    pub fn apply_oracle_change(ctx: &mut Context<ApplyOracleChange>) -> Result<()> {
        ctx.accounts.apply_oracle_change()
    }

    /// Withdraws a pending change of the oracles. Signed by the network's authority.
    pub fn cancel_oracle_change(ctx: &mut Context<CancelOracleChange>) -> Result<()> {
        ctx.accounts.cancel_oracle_change()
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

    /// Rejects a proposal: the oracle computed other content and will not attest this.
    pub fn reject_proposal(ctx: &mut Context<RejectProposal>) -> Result<()> {
        ctx.accounts.reject_proposal()
    }

    /// Challenges a proposal that has its quorum, with a bond. Anyone may.
    pub fn challenge(ctx: &mut Context<Challenge>, evidence_hash: [u8; 32]) -> Result<()> {
        ctx.accounts.challenge(evidence_hash, ctx.bumps.challenge)
    }

    /// Votes on a challenge as an oracle of today's set.
    pub fn vote_challenge(ctx: &mut Context<VoteChallenge>, uphold: bool) -> Result<()> {
        ctx.accounts.vote_challenge(uphold)
    }

    /// Resolves a challenge by its votes, or when its time is over. Anyone may send it.
    pub fn resolve_challenge(ctx: &mut Context<ResolveChallenge>) -> Result<()> {
        ctx.accounts.resolve_challenge()
    }

    /// Makes an attested proposal's root the pool's active root. Anyone may send it.
    pub fn finalize(ctx: &mut Context<Finalize>) -> Result<()> {
        ctx.accounts.finalize()
    }

    /// Gives a proposer its bond back when it is not at stake any more. Anyone may send it.
    pub fn return_bond(ctx: &mut Context<ReturnBond>) -> Result<()> {
        ctx.accounts.return_bond()
    }

    /// Closes a proposal that is not needed any more; the rent is the proposer's. Anyone may send it.
    pub fn close_proposal(ctx: &mut Context<CloseProposal>) -> Result<()> {
        ctx.accounts.close_proposal()
    }

    /// Closes a resolved challenge; what the challenger gets goes to it. Anyone may send it.
    pub fn close_challenge(ctx: &mut Context<CloseChallenge>) -> Result<()> {
        ctx.accounts.close_challenge()
    }

    /// Opens an operator's claimant account. Anyone may pay for it; the tokens will go to the
    /// operator's associated token account.
    pub fn open_claimant(ctx: &mut Context<OpenClaimant>) -> Result<()> {
        ctx.accounts.open_claimant(ctx.bumps.claimant)
    }

    /// Divides what an operator earns among up to 8 wallets. Signed by the operator.
    pub fn set_payees(
        ctx: &mut Context<SetPayees>,
        payees: alloc::vec::Vec<PayeeShare>,
    ) -> Result<()> {
        ctx.accounts.set_payees(&payees)
    }

    /// Closes a claimant that was never paid, or any when the pool is closing and everything is
    /// paid.
    pub fn close_claimant(ctx: &mut Context<CloseClaimant>) -> Result<()> {
        ctx.accounts.close_claimant()
    }

    /// Pays delegators what they are owed, to the account that the terms name. Anyone may send it.
    pub fn pay_delegators(ctx: &mut Context<PayDelegators>) -> Result<()> {
        ctx.accounts.pay_delegators()
    }

    /// Pays an oracle what it is owed. Anyone may send it.
    pub fn pay_oracle(ctx: &mut Context<PayOracle>, place: u8) -> Result<()> {
        ctx.accounts.pay_oracle(place)
    }

    /// Pays the treasury's part. Anyone may send it.
    pub fn pay_treasury(ctx: &mut Context<PayTreasury>) -> Result<()> {
        ctx.accounts.pay_treasury()
    }

    /// Requests the closing of a pool, in force after the network's delay. Signed by the network's
    /// authority.
    pub fn request_close(ctx: &mut Context<RequestClose>) -> Result<()> {
        ctx.accounts.request_close()
    }

    /// Withdraws the request before it is in force. Signed by the network's authority.
    pub fn cancel_close(ctx: &mut Context<CancelClose>) -> Result<()> {
        ctx.accounts.cancel_close()
    }

    /// Closes the oracle set of a pool that is closing. Signed by the network's authority.
    pub fn close_oracle_set(ctx: &mut Context<CloseOracleSet>) -> Result<()> {
        ctx.accounts.close_oracle_set()
    }

    /// Closes a pool and its vaults once everybody is paid. Signed by the network's authority.
    pub fn close_pool(ctx: &mut Context<ClosePool>) -> Result<()> {
        ctx.accounts.close_pool()
    }

    /// Creates a pool's market for usage credits. Signed by the network's authority.
    pub fn create_credit_market(
        ctx: &mut Context<CreateCreditMarket>,
        terms: CreditTerms,
    ) -> Result<()> {
        ctx.accounts.create_credit_market(terms, ctx.bumps.market)
    }

    /// Proposes other terms of a credit market, in force after the network's delay. Signed by the
    /// network's authority.
    pub fn propose_credit_update(
        ctx: &mut Context<ProposeCreditUpdate>,
        terms: CreditTerms,
    ) -> Result<()> {
        ctx.accounts.propose_credit_update(terms)
    }

    /// Withdraws pending terms of a credit market. Signed by the network's authority.
    pub fn cancel_credit_update(ctx: &mut Context<CancelCreditUpdate>) -> Result<()> {
        ctx.accounts.cancel_credit_update()
    }

    /// Reports what the token is worth, in credits × 10⁹ per smallest unit. Signed by an oracle.
    pub fn report_price(ctx: &mut Context<ReportPrice>, price: u64) -> Result<()> {
        ctx.accounts.report_price(price)
    }

    /// Opens a customer's credit account. Anyone may pay for it.
    pub fn open_credit_account(ctx: &mut Context<OpenCreditAccount>) -> Result<()> {
        ctx.accounts.open_credit_account(ctx.bumps.account)
    }

    /// Burns tokens for credits at the median of the oracles' prices.
    pub fn buy_credits(ctx: &mut Context<BuyCredits>, amount: u64, min_credits: u64) -> Result<()> {
        ctx.accounts.buy_credits(amount, min_credits)
    }

    /// Puts credits into escrow, where they back what the customer uses. Signed by the customer.
    pub fn escrow_credits(ctx: &mut Context<EscrowCredits>, amount: u64) -> Result<()> {
        ctx.accounts.escrow_credits(amount)
    }

    /// Asks for credits out of escrow, after a delay. Signed by the customer.
    pub fn request_escrow_withdrawal(
        ctx: &mut Context<RequestEscrowWithdrawal>,
        amount: u64,
    ) -> Result<()> {
        ctx.accounts.request_escrow_withdrawal(amount)
    }

    /// Takes credits out of escrow when the delay is over. Signed by the customer.
    pub fn withdraw_escrow(ctx: &mut Context<WithdrawEscrow>) -> Result<()> {
        ctx.accounts.withdraw_escrow()
    }

    /// Debits what a customer used up to the active root and was not debited yet, as far as escrow
    /// covers it. Anyone may send it.
    pub fn settle_usage(
        ctx: &mut Context<SettleUsage>,
        lifetime_spent: u64,
        index: u32,
        proof: &[u8],
    ) -> Result<()> {
        ctx.accounts.settle_usage(lifetime_spent, index, proof)
    }

    /// Closes a credit account that was never used, or any when the pool is closing.
    pub fn close_credit_account(ctx: &mut Context<CloseCreditAccount>) -> Result<()> {
        ctx.accounts.close_credit_account()
    }

    /// Closes a credit market without customers. Signed by the network's authority.
    pub fn close_credit_market(ctx: &mut Context<CloseCreditMarket>) -> Result<()> {
        ctx.accounts.close_credit_market()
    }

    /// Brings a pool of an older version to the current one; rent of what it grows by is the
    /// payer's. Anyone may send it.
    pub fn migrate_pool(ctx: &mut Context<MigratePool>) -> Result<()> {
        ctx.accounts.migrate_pool()
    }
}
