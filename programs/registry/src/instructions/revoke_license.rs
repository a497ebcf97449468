use crate::{
    error::RegistryError,
    events::LicenseRevoked,
    state::{License, Network},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` licence issuer or authority of the network
/// 1. `[]` network
/// 2. `[writable]` licence
#[derive(Accounts)]
pub struct RevokeLicense {
    pub issuer: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub license: Account<License>,
}

impl RevokeLicense {
    /// - the network's licence issuer or authority signs, the licence is the network's
    /// - the licence was not revoked
    #[inline(always)]
    pub fn revoke_license(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let signer = *self.issuer.address();
        self.network.require_license_issuer(&signer, now)?;
        let license = &mut *self.license;
        require!(license.network == *self.network.address(), RegistryError::WrongLicense);
        require!(license.revoked_at == 0, RegistryError::LicenseRevoked);
        license.revoked_at = now;
        emit!(LicenseRevoked { license: *self.license.address(), signer });
        Ok(())
    }
}
