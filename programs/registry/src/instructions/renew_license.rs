use crate::{
    error::RegistryError,
    events::LicenseRenewed,
    state::{License, Network},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` licence issuer or authority of the network
/// 1. `[]` network
/// 2. `[writable]` licence
#[derive(Accounts)]
pub struct RenewLicense {
    pub issuer: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub license: Account<License>,
}

impl RenewLicense {
    /// - the network's licence issuer or authority signs, the licence is the network's
    /// - the licence was not revoked
    /// - the new expiry lies in the future and after the old one
    /// - one that has lapsed is valid again from now on, and not in between; the settlement period
    ///   after the one in which this happened last is over, so that oracles still find the times
    ///   of every epoch that they may be working on
    #[inline(always)]
    pub fn renew_license(&mut self, expires_at: i64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let issuer = *self.issuer.address();
        self.network.require_license_issuer(&issuer, now)?;
        let license = &mut *self.license;
        require!(license.network == *self.network.address(), RegistryError::WrongLicense);
        require!(license.revoked_at == 0, RegistryError::LicenseRevoked);
        let old_expires_at = license.expires_at;
        require!(expires_at > now && expires_at > old_expires_at, RegistryError::InvalidExpiry);
        if now >= old_expires_at {
            require!(
                license.previous_expires_at == 0
                    || self.network.is_settled(license.valid_since, now),
                RegistryError::LicenseSettling
            );
            license.previous_valid_since = license.valid_since;
            license.previous_expires_at = old_expires_at;
            license.valid_since = now;
        }
        license.expires_at = expires_at;
        license.issuer = issuer;
        emit!(LicenseRenewed {
            license: *self.license.address(),
            issuer,
            old_expires_at,
            new_expires_at: expires_at,
        });
        Ok(())
    }
}
