use crate::{
    checks,
    error::RewardsError,
    events::OracleSetCreated,
    network::Network,
    state::{MAX_ORACLES, ORACLE_SET_SEED, OracleSet, Pool, VERSION, bit_of, is_threshold},
    version::Current,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` authority of the network, pays the rent
/// 1. `[]` network
/// 2. `[writable]` pool
/// 3. `[writable]` oracle set, created here
/// 4. `[]` system program
#[derive(Accounts)]
pub struct CreateOracleSet {
    #[account(mut)]
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub pool: Current<Pool>,
    #[account(
        init,
        payer = authority,
        seeds = [ORACLE_SET_SEED, pool.address().as_ref()],
        bump
    )]
    pub oracle_set: Account<OracleSet>,
    pub system_program: Program<System>,
}

impl CreateOracleSet {
    /// - the network's authority signs
    /// - the pool's closing is not in force
    /// - 1 to 32 oracles, all different and none zero
    /// - the threshold is more than half of them and at most all
    #[inline(always)]
    pub fn create_oracle_set(
        &mut self,
        threshold: u8,
        oracles: &[Address],
        bump: u8,
    ) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        self.pool.require_open(Clock::get()?.unix_timestamp)?;
        let count = u8::try_from(oracles.len()).map_err(|_| RewardsError::InvalidOracleSet)?;
        let distinct = oracles.iter().enumerate().all(|(at, oracle)| {
            *oracle != Address::default() && !oracles.iter().take(at).any(|other| other == oracle)
        });
        require!(
            oracles.len() <= MAX_ORACLES && distinct && is_threshold(threshold, count),
            RewardsError::InvalidOracleSet
        );
        let (pool, rent_payer) = (*self.pool.address(), *self.authority.address());
        let account = &mut *self.oracle_set;
        account.pool = pool;
        account.rent_payer = rent_payer;
        for (place, (to, from)) in account.oracles.iter_mut().zip(oracles).enumerate() {
            *to = *from;
            account.active |= bit_of(place).ok_or(RewardsError::InvalidOracleSet)?;
        }
        account.count = count;
        account.threshold = threshold;
        account.version = VERSION;
        account.bump = bump;
        self.pool.has_oracle_set = 1;
        emit!(OracleSetCreated { pool, threshold, count, oracles: oracles.to_vec() });
        Ok(())
    }
}
