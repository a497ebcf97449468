use crate::{
    checks,
    error::RewardsError,
    events::Finalized,
    network::Network,
    state::{
        CHALLENGE_OPEN, MODE_MINT, OracleSet, Pool, Promise, Proposal, STATUS_FINALIZED,
        STATUS_REJECTED, bit_of,
    },
    token,
    version::Current,
};
use anchor_lang::prelude::*;
use cairn_protocol::split;

/// Accounts expected:
/// 0. `[]` network
/// 1. `[writable]` pool
/// 2. `[writable]` the pool's oracle set
/// 3. `[writable]` the pool's vault
/// 4. `[writable]` proposal
///
/// and, when the pool mints at finalization, else the program's address in their places:
/// 5. `[writable]` the pool's mint
/// 6. `[]` the pool's token program
#[derive(Accounts)]
pub struct Finalize {
    pub network: Account<Network>,
    #[account(mut)]
    pub pool: Current<Pool>,
    #[account(mut, constraint = oracle_set.pool == *pool.address() @ RewardsError::WrongPool)]
    pub oracle_set: Account<OracleSet>,
    /// Its address is the pool's; its amount is read.
    #[account(mut, address = pool.vault @ RewardsError::WrongPool)]
    pub vault: UncheckedAccount,
    #[account(mut, constraint = proposal.pool == *pool.address() @ RewardsError::WrongPool)]
    pub proposal: Account<Proposal>,
    #[account(mut, address = pool.mint @ RewardsError::InvalidMint)]
    pub mint: Option<UncheckedAccount>,
    #[account(address = pool.token_program @ RewardsError::InvalidMint)]
    pub token_program: Option<UncheckedAccount>,
}

impl Finalize {
    fn validate(&self, now: i64) -> Result<Promise> {
        let proposal = &*self.proposal;
        require!(proposal.status != STATUS_REJECTED, RewardsError::ProposalRejected);
        require!(proposal.is_open(), RewardsError::ProposalFinalized);
        checks::require_not_paused(&self.pool, &self.network)?;
        self.pool.require_open(now)?;
        require!(proposal.challenge != CHALLENGE_OPEN, RewardsError::ChallengeOpen);
        require!(proposal.generation == self.oracle_set.generation, RewardsError::StaleOracleSet);
        require!(
            proposal.quorum_at != 0 && self.oracle_set.is_quorum(proposal.attestations),
            RewardsError::NoQuorum
        );
        require!(now >= proposal.finalizable_at, RewardsError::ChallengeWindowOpen);
        let vault = token::amount(&self.vault)?;
        self.pool.validate_root(proposal.epoch, proposal.root_sum, proposal.usage_sum, vault)
    }

    /// - the network is not paused and the pool not closing
    /// - enough oracles of today's set attested, no challenge is open, its window is over
    /// - the root is still within every bound of [`Pool::validate_root`]
    ///
    /// Books what delegators, treasury and the attesting oracles earn, and mints it together with
    /// what operators earn where the pool mints.
    #[inline(always)]
    pub fn finalize(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let Promise { operators, mut parts } = self.validate(now)?;
        let minted = parts
            .total()
            .and_then(|parts| parts.checked_add(operators))
            .ok_or(RewardsError::Overflow)?;

        // The oracles' part in equal parts; what is left over is the treasury's.
        let attesters = self.proposal.attestations & self.oracle_set.active;
        let (each, rest) = split::equally(parts.oracles, attesters.count_ones());
        parts.oracles = parts.oracles.saturating_sub(rest);
        parts.treasury = parts.treasury.checked_add(rest).ok_or(RewardsError::Overflow)?;
        for (place, earned) in self.oracle_set.earned.iter_mut().enumerate() {
            if bit_of(place).is_some_and(|bit| attesters & bit != 0) {
                *earned = earned.checked_add(each).ok_or(RewardsError::Overflow)?;
            }
        }

        let old_root_sum = self.pool.root_sum;
        let add = |total: &mut u64, part: u64| -> Result<()> {
            *total = total.checked_add(part).ok_or(RewardsError::Overflow)?;
            Ok(())
        };
        let pool = &mut *self.pool;
        add(&mut pool.delegators_total, parts.delegators)?;
        add(&mut pool.oracles_total, parts.oracles)?;
        add(&mut pool.treasury_total, parts.treasury)?;
        pool.root = self.proposal.root;
        pool.root_sum = self.proposal.root_sum;
        pool.root_epoch = self.proposal.epoch;
        pool.leaf_count = self.proposal.leaf_count;
        pool.usage_root = self.proposal.usage_root;
        pool.usage_sum = self.proposal.usage_sum;
        self.proposal.status = STATUS_FINALIZED;
        self.proposal.finalized_at = now;
        let minted = if self.pool.mode == MODE_MINT { minted } else { 0 };
        if minted > 0 {
            self.mint(minted)?;
        }
        emit!(Finalized {
            pool: *self.pool.address(),
            proposal: *self.proposal.address(),
            epoch: self.proposal.epoch,
            root: self.proposal.root,
            old_root_sum,
            new_root_sum: self.proposal.root_sum,
            delegators: parts.delegators,
            oracles: parts.oracles,
            treasury: parts.treasury,
            minted
        });
        Ok(())
    }

    fn mint(&mut self, amount: u64) -> Result<()> {
        let signer = token::PoolSigner::new(&self.pool);
        let missing = RewardsError::MissingAccount;
        let (Some(mint), Some(program)) = (&mut self.mint, &self.token_program) else {
            return Err(missing.into());
        };
        token::mint_to(
            program.address(),
            mint.try_cpi_handle_mut()?.into(),
            self.vault.try_cpi_handle_mut()?.into(),
            &token::Authority::Pool(self.pool.cpi_handle(), &signer),
            amount,
        );
        Ok(())
    }
}
