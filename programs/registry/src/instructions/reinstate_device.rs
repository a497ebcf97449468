use crate::{
    error::RegistryError,
    events::StatusSet,
    state::{Device, Network, STATUS_SUSPENDED},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` device
#[derive(Accounts)]
pub struct ReinstateDevice {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub device: Account<Device>,
}

impl ReinstateDevice {
    /// - the network's authority signs, the device is the network's
    /// - the device is suspended
    #[inline(always)]
    pub fn reinstate_device(&mut self) -> Result<()> {
        self.network.require_authority(self.authority.address())?;
        self.device.require_network(&self.network)?;
        require!(self.device.has_status(STATUS_SUSPENDED), RegistryError::StatusUnchanged);
        let now = Clock::get()?.unix_timestamp;
        let old_status = self.device.status;
        let new_status = old_status & !STATUS_SUSPENDED;
        self.device.record_status(new_status, now, self.network.settle_seconds);
        emit!(StatusSet { device: *self.device.address(), old_status, new_status });
        Ok(())
    }
}
