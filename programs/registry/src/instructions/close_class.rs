use crate::{
    error::RegistryError,
    events::ClassClosed,
    state::{DeviceClass, Network},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[writable]` network
/// 2. `[writable]` class, closed here
/// 3. `[writable]` who paid for the class, gets the rent
#[derive(Accounts)]
pub struct CloseClass {
    pub authority: Signer,
    #[account(mut)]
    pub network: Account<Network>,
    #[account(mut, close = rent_payer)]
    pub class: Account<DeviceClass>,
    // May be the authority too: it only receives.
    #[account(mut, unsafe(dup), address = class.rent_payer)]
    pub rent_payer: UncheckedAccount,
}

impl CloseClass {
    /// - the network's authority signs, the class is the network's
    /// - no device is of this class
    #[inline(always)]
    pub fn close_class(&mut self) -> Result<()> {
        self.network.require_authority(self.authority.address())?;
        let network = *self.network.address();
        require!(self.class.network == network, RegistryError::WrongNetwork);
        require!(self.class.device_count == 0, RegistryError::ClassInUse);
        self.network.live_class_count =
            self.network.live_class_count.checked_sub(1).ok_or(RegistryError::Overflow)?;
        emit!(ClassClosed { network, index: self.class.index });
        Ok(())
    }
}
