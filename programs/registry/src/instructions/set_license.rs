use crate::{
    error::RegistryError,
    events::LicenseSet,
    holder::require_holder,
    state::{Device, License, Network},
};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenAccount;

/// Accounts expected:
/// 0. `[signer]` holder of the device's NFT
/// 1. `[]` token account of the holder with the NFT
/// 2. `[]` network
/// 3. `[]` licence of the holder
/// 4. `[writable]` device
#[derive(Accounts)]
pub struct SetLicense {
    pub holder: Signer,
    pub holder_token: InterfaceAccount<TokenAccount>,
    pub network: Account<Network>,
    pub license: Account<License>,
    #[account(mut)]
    pub device: Account<Device>,
}

impl SetLicense {
    /// - the holder of the one NFT signs, the device is the network's
    /// - the licence is the holder's in this network, valid now, and another one than before
    /// - the settlement period after the one of the last change is over; not for the first change
    #[inline(always)]
    pub fn set_license(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        require_holder(&self.device, &self.holder, &self.holder_token)?;
        self.device.require_network(&self.network)?;
        self.license.require_valid(self.network.address(), self.holder.address(), now)?;
        let license = *self.license.address();
        let old_license = self.device.license;
        require!(license != old_license, RegistryError::LicenseUnchanged);
        require!(
            self.device.license_since == 0
                || self.network.is_settled(self.device.license_since, now),
            RegistryError::LicenseSettling
        );
        self.device.previous_license = old_license;
        self.device.license = license;
        self.device.license_since = now;
        emit!(LicenseSet { device: *self.device.address(), old_license, new_license: license });
        Ok(())
    }
}
