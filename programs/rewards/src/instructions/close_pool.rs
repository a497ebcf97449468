use crate::{
    checks, error::RewardsError, events::PoolClosed, network::Network, state::Pool, token,
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` pool, closed here
/// 3. `[writable]` the pool's vault, closed here
/// 4. `[writable]` the pool's bond vault, closed here
/// 5. `[writable]` the treasury's associated token account; need not exist when nothing is left
/// 6. `[]` the pool's mint
/// 7. `[writable]` who paid the rent, gets it
/// 8. `[]` the pool's token program
#[derive(Accounts)]
pub struct ClosePool {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut, close = rent_payer)]
    pub pool: Current<Pool>,
    #[account(mut, address = pool.vault @ RewardsError::WrongPool)]
    pub vault: UncheckedAccount,
    #[account(mut, address = pool.bond_vault @ RewardsError::WrongPool)]
    pub bond_vault: UncheckedAccount,
    /// Its address is the treasury's.
    #[account(mut)]
    pub destination: UncheckedAccount,
    #[account(address = pool.mint @ RewardsError::InvalidMint)]
    pub mint: UncheckedAccount,
    // May be the authority too: it gets lamports only.
    #[account(mut, unsafe(dup), address = pool.rent_payer @ RewardsError::InvalidKey)]
    pub rent_payer: UncheckedAccount,
    #[account(address = pool.token_program @ RewardsError::InvalidMint)]
    pub token_program: UncheckedAccount,
}

impl ClosePool {
    fn validate(&self, now: i64) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        let pool = &*self.pool;
        require!(pool.is_closing(now), RewardsError::PoolNotClosing);
        require!(
            pool.claimant_count == 0
                && pool.proposal_count == 0
                && pool.has_oracle_set == 0
                && pool.has_credit_market == 0,
            RewardsError::HasChildren
        );
        require!(
            pool.claimed_total == pool.root_sum
                && pool.delegators_paid == pool.delegators_total
                && pool.oracles_paid == pool.oracles_total
                && pool.treasury_paid == pool.treasury_total,
            RewardsError::NotSettled
        );
        checks::require_destination(pool, &pool.terms_at(now).treasury, &self.destination)
    }

    /// - the network's authority signs
    /// - the pool's closing is in force
    /// - claimants, proposals, oracle set and credit market are closed
    /// - everybody is paid; what is left goes to the treasury's associated token account
    ///
    /// Fees that Token-2022 withheld in the vaults must be harvested to the mint before: anyone may
    /// do that, in the same transaction.
    #[inline(always)]
    pub fn close_pool(&mut self) -> Result<()> {
        self.validate(Clock::get()?.unix_timestamp)?;
        let signer = token::PoolSigner::new(&self.pool);
        let decimals = self.pool.decimals;
        let program = *self.token_program.address();
        let mut left_over = 0u64;
        for vault in [&mut self.vault, &mut self.bond_vault] {
            let amount = token::amount(vault)?;
            left_over = left_over.checked_add(amount).ok_or(RewardsError::Overflow)?;
            let authority = token::Authority::Pool(self.pool.cpi_handle(), &signer);
            if amount > 0 {
                token::transfer(
                    &program,
                    vault.try_cpi_handle_mut()?.into(),
                    self.destination.try_cpi_handle_mut()?.into(),
                    &authority,
                    Some(token::Checked { mint: self.mint.cpi_handle(), decimals }),
                    amount,
                );
            }
            token::close(
                &program,
                vault.try_cpi_handle_mut()?.into(),
                self.rent_payer.try_cpi_handle_mut()?.into(),
                &authority,
            );
        }
        emit!(PoolClosed { pool: *self.pool.address(), left_over });
        Ok(())
    }
}
