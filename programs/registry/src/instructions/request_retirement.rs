use crate::{
    error::RegistryError,
    events::StatusSet,
    holder::require_holder,
    state::{Device, Network, STATUS_RETIRING},
};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenAccount;

/// Accounts expected:
/// 0. `[signer]` holder of the device's NFT
/// 1. `[]` token account of the holder with the NFT
/// 2. `[]` network
/// 3. `[writable]` device
#[derive(Accounts)]
pub struct RequestRetirement {
    pub holder: Signer,
    pub holder_token: InterfaceAccount<TokenAccount>,
    pub network: Account<Network>,
    #[account(mut)]
    pub device: Account<Device>,
}

impl RequestRetirement {
    /// - the holder of the one NFT signs, the device is the network's
    /// - the device is not retiring
    ///
    /// From now on it earns nothing; `retire_device` takes it out once oracles do not need it any
    /// more for the epochs that it worked in.
    #[inline(always)]
    pub fn request_retirement(&mut self) -> Result<()> {
        require_holder(&self.device, &self.holder, &self.holder_token)?;
        self.device.require_network(&self.network)?;
        require!(!self.device.has_status(STATUS_RETIRING), RegistryError::StatusUnchanged);
        let now = Clock::get()?.unix_timestamp;
        let old_status = self.device.status;
        let new_status = old_status | STATUS_RETIRING;
        self.device.record_status(new_status, now, self.network.settle_seconds);
        self.device.retiring_since = now;
        emit!(StatusSet { device: *self.device.address(), old_status, new_status });
        Ok(())
    }
}
