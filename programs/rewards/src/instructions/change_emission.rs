use crate::{
    checks,
    error::RewardsError,
    events::EmissionChanged,
    network::Network,
    state::{EmissionStep, Pool},
    version::Current,
};
use alloc::vec::Vec;
use anchor_lang::prelude::*;
use cairn_protocol::emission::{EmissionError, Step, spliced};

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` pool
#[derive(Accounts)]
pub struct ChangeEmission {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub pool: Current<Pool>,
}

impl ChangeEmission {
    /// - the network's authority signs
    /// - `from_epoch` is not past, does not last yet, and begins after the network's delay
    /// - the steps begin at `from_epoch`, and with those kept they are a valid table
    ///
    /// Never retroactive: every step before `from_epoch` is kept, every later one replaced. Steps
    /// that no root needs any more make room when the table is full.
    #[inline(always)]
    pub fn change_emission(&mut self, from_epoch: u64, steps: &[EmissionStep]) -> Result<()> {
        checks::require_authority(&self.pool, &self.network, self.authority.address())?;
        let now = Clock::get()?.unix_timestamp;
        self.pool.require_future(from_epoch, now, self.network.change_at(now)?)?;
        let old_step_count = self.pool.step_count;
        let new: Vec<Step> = steps.iter().map(|step| Step::from(*step)).collect();
        let mut table = spliced(&self.pool.emission_steps(), &new, from_epoch);
        if table == Err(EmissionError::TooManySteps) && self.pool.has_root() {
            let epoch = self.pool.root_epoch;
            self.pool.fold_emission(epoch)?;
            table = spliced(&self.pool.emission_steps(), &new, from_epoch);
        }
        let table = table.map_err(|_| RewardsError::InvalidEmission)?;
        self.pool.set_emission_steps(&table)?;
        emit!(EmissionChanged {
            pool: *self.pool.address(),
            from_epoch,
            old_step_count,
            new_step_count: self.pool.step_count,
            steps: steps.to_vec()
        });
        Ok(())
    }
}
