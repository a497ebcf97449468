use crate::{
    error::RewardsError,
    events::OracleSetCreated,
    state::{MAX_ORACLES, ORACLE_SET_SEED, OracleSet, Pool, VERSION},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` authority of the pool, pays the rent
/// 1. `[]` pool
/// 2. `[writable]` oracle set, created here
/// 3. `[]` system program
#[derive(Accounts)]
pub struct CreateOracleSet {
    #[account(mut, address = pool.authority @ RewardsError::NotAuthority)]
    pub authority: Signer,
    pub pool: Account<Pool>,
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
    /// - the pool's authority signs
    /// - 1 to 32 oracles, all different and none zero
    /// - the threshold is more than half of them and at most all
    #[inline(always)]
    pub fn create_oracle_set(
        &mut self,
        threshold: u8,
        oracles: &[Address],
        bump: u8,
    ) -> Result<()> {
        let count = u8::try_from(oracles.len()).map_err(|_| RewardsError::InvalidOracleSet)?;
        let distinct = oracles.iter().enumerate().all(|(at, oracle)| {
            *oracle != Address::default() && !oracles.iter().take(at).any(|other| other == oracle)
        });
        require!(
            oracles.len() <= MAX_ORACLES
                && distinct
                && threshold <= count
                && threshold > count >> 1,
            RewardsError::InvalidOracleSet
        );
        let pool = *self.pool.address();
        let account = &mut *self.oracle_set;
        account.pool = pool;
        for (to, from) in account.oracles.iter_mut().zip(oracles) {
            *to = *from;
        }
        account.count = count;
        account.threshold = threshold;
        account.version = VERSION;
        account.bump = bump;
        emit!(OracleSetCreated { pool, threshold, count });
        Ok(())
    }
}
