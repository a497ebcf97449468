use crate::{
    checks,
    error::RewardsError,
    events::Proposed,
    network::Network,
    state::{
        CHALLENGE_NONE, OracleSet, PROPOSAL_SEED, Pool, Proposal, ProposalContent, STATUS_OPEN,
        VERSION,
    },
    token,
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` oracle, pays the rent and the bond
/// 1. `[]` network
/// 2. `[writable]` pool
/// 3. `[]` the pool's oracle set
/// 4. `[]` the pool's vault
/// 5. `[writable]` proposal, created here
/// 6. `[]` system program
///
/// and, when the pool's terms ask for a bond, else the program's address in their places:
/// 7. `[writable]` token account of the oracle that the bond is taken from
/// 8. `[writable]` the pool's bond vault
/// 9. `[]` the pool's mint
/// 10. `[]` the pool's token program
#[derive(Accounts)]
#[instruction(epoch: u64, content_hash: [u8; 32])]
pub struct Propose {
    #[account(mut)]
    pub oracle: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub pool: Current<Pool>,
    #[account(constraint = oracle_set.pool == *pool.address() @ RewardsError::WrongPool)]
    pub oracle_set: Account<OracleSet>,
    /// Its address is the pool's; its amount is read.
    #[account(address = pool.vault @ RewardsError::WrongPool)]
    pub vault: UncheckedAccount,
    #[account(
        init,
        payer = oracle,
        seeds = [
            PROPOSAL_SEED,
            pool.address().as_ref(),
            bytemuck::bytes_of(&epoch),
            content_hash.as_ref()
        ],
        bump
    )]
    pub proposal: Account<Proposal>,
    pub system_program: Program<System>,
    /// The token program checks that the oracle may move its tokens.
    #[account(mut)]
    pub bond_source: Option<UncheckedAccount>,
    #[account(mut, address = pool.bond_vault @ RewardsError::WrongPool)]
    pub bond_vault: Option<UncheckedAccount>,
    #[account(address = pool.mint @ RewardsError::InvalidMint)]
    pub mint: Option<UncheckedAccount>,
    #[account(address = pool.token_program @ RewardsError::InvalidMint)]
    pub token_program: Option<UncheckedAccount>,
}

impl Propose {
    fn validate(
        &self,
        epoch: u64,
        content_hash: &[u8; 32],
        content: &ProposalContent,
        now: i64,
    ) -> Result<u32> {
        let bit = self.oracle_set.bit(self.oracle.address())?;
        checks::require_not_paused(&self.pool, &self.network)?;
        self.pool.require_open(now)?;
        require!(content.hash() == *content_hash, RewardsError::ContentMismatch);
        require!(content.leaf_count > 0 && content.root_sum > 0, RewardsError::EmptyRoot);
        require!(content.is_consistent(), RewardsError::InconsistentContent);
        require!(now >= self.pool.epoch_end(epoch)?, RewardsError::EpochNotEnded);
        let vault = token::amount(&self.vault)?;
        self.pool.validate_root(epoch, content.root_sum, content.usage_sum, vault)?;
        Ok(bit)
    }

    /// - the signer is one of the pool's oracles
    /// - the network is not paused and the pool not closing
    /// - the content hashes to the content hash, has leaves and a sum; a root of zeros has no sum
    /// - the epoch has ended by the chain's clock
    /// - the root is within every bound of [`Pool::validate_root`]
    /// - the bond, if there is one, is paid; what arrives is credited
    #[inline(always)]
    pub fn propose(
        &mut self,
        epoch: u64,
        content_hash: &[u8; 32],
        content: &ProposalContent,
        bump: u8,
    ) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let bit = self.validate(epoch, content_hash, content, now)?;
        let bond = self.take_bond(now)?;

        let (pool, oracle) = (*self.pool.address(), *self.oracle.address());
        let is_quorum = self.oracle_set.is_quorum(bit);
        let window = i64::from(self.pool.terms_at(now).challenge_window_seconds);
        let finalizable_at = now.checked_add(window).ok_or(RewardsError::Overflow)?;
        *self.proposal = Proposal {
            pool,
            proposer: oracle,
            root: content.root,
            manifest_hash: content.manifest_hash,
            penalties_root: content.penalties_root,
            usage_root: content.usage_root,
            epoch,
            root_sum: content.root_sum,
            penalties_sum: content.penalties_sum,
            usage_sum: content.usage_sum,
            bond,
            proposed_at: now,
            quorum_at: if is_quorum { now } else { 0 },
            finalizable_at: if is_quorum { finalizable_at } else { 0 },
            finalized_at: 0,
            leaf_count: content.leaf_count,
            attestations: bit,
            rejections: 0,
            generation: self.oracle_set.generation,
            status: STATUS_OPEN,
            challenge: CHALLENGE_NONE,
            has_challenge: 0,
            version: VERSION,
            bump,
            reserved: [0; 83],
        };
        self.pool.proposal_count =
            self.pool.proposal_count.checked_add(1).ok_or(RewardsError::Overflow)?;
        emit!(Proposed {
            pool,
            proposal: *self.proposal.address(),
            epoch,
            oracle,
            root: content.root,
            root_sum: content.root_sum,
            bond
        });
        Ok(())
    }

    /// Moves the bond into the bond vault and returns what arrived.
    fn take_bond(&mut self, now: i64) -> Result<u64> {
        let bond = self.pool.terms_at(now).proposal_bond;
        if bond == 0 {
            return Ok(0);
        }
        let missing = RewardsError::MissingAccount;
        let (Some(source), Some(vault), Some(mint), Some(program)) =
            (&mut self.bond_source, &mut self.bond_vault, &self.mint, &self.token_program)
        else {
            return Err(missing.into());
        };
        let before = token::amount(vault)?;
        token::transfer(
            program.address(),
            source.try_cpi_handle_mut()?.into(),
            vault.try_cpi_handle_mut()?.into(),
            &token::Authority::Wallet(self.oracle.cpi_handle()),
            Some(token::Checked { mint: mint.cpi_handle(), decimals: self.pool.decimals }),
            bond,
        );
        Ok(token::amount(vault)?.saturating_sub(before))
    }
}
