use crate::{
    error::RegistryError,
    events::LicenseClosed,
    state::{License, Network},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable]` network
/// 1. `[writable]` licence, closed here
/// 2. `[writable]` who paid for the licence, gets the rent
#[derive(Accounts)]
pub struct CloseLicense {
    #[account(mut)]
    pub network: Account<Network>,
    #[account(mut, close = rent_payer)]
    pub license: Account<License>,
    #[account(mut, address = license.rent_payer)]
    pub rent_payer: UncheckedAccount,
}

impl CloseLicense {
    /// - the licence is the network's
    /// - it has expired or was revoked
    /// - the settlement period after that is over, so that oracles do not look for it any more
    ///
    /// Anyone may send it.
    #[inline(always)]
    pub fn close_license(&mut self) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        require!(self.license.network == *self.network.address(), RegistryError::WrongLicense);
        let ended_at = self.license.ended_at();
        require!(now >= ended_at, RegistryError::LicenseInForce);
        require!(self.network.is_settled(ended_at, now), RegistryError::LicenseSettling);
        self.network.license_count =
            self.network.license_count.checked_sub(1).ok_or(RegistryError::Overflow)?;
        emit!(LicenseClosed { license: *self.license.address() });
        Ok(())
    }
}
