use crate::{
    error::RegistryError,
    events::StatusSet,
    state::{Device, Network, STATUS_SUSPENDED},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` guardian or authority of the network
/// 1. `[]` network
/// 2. `[writable]` device
#[derive(Accounts)]
pub struct SuspendDevice {
    pub guardian: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub device: Account<Device>,
}

impl SuspendDevice {
    /// - the network's guardian or authority signs, the device is the network's
    /// - the device is not suspended
    ///
    /// A retiring device can be suspended too, and retires nevertheless.
    #[inline(always)]
    pub fn suspend_device(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.network.require_guardian(self.guardian.address(), now)?;
        self.device.require_network(&self.network)?;
        require!(!self.device.has_status(STATUS_SUSPENDED), RegistryError::StatusUnchanged);
        let old_status = self.device.status;
        let new_status = old_status | STATUS_SUSPENDED;
        self.device.record_status(new_status, now, self.network.settle_seconds);
        emit!(StatusSet { device: *self.device.address(), old_status, new_status });
        Ok(())
    }
}
