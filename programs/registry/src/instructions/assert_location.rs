use crate::{
    error::RegistryError,
    events::LocationAsserted,
    holder::require_holder,
    state::{Device, DeviceClass, Network, is_h3_cell},
};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenAccount;
use pinocchio_system::instructions::Transfer;

/// Accounts expected:
/// 0. `[writable, signer]` payer of the fee
/// 1. `[signer]` holder of the device's NFT
/// 2. `[]` token account of the holder with the NFT
/// 3. `[]` network
/// 4. `[]` class of the device
/// 5. `[writable]` device
/// 6. `[writable]` treasury of the network
/// 7. `[]` system program
#[derive(Accounts)]
pub struct AssertLocation {
    // May be the holder or the treasury too: it only signs and pays.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    pub holder: Signer,
    pub holder_token: InterfaceAccount<TokenAccount>,
    pub network: Account<Network>,
    pub class: Account<DeviceClass>,
    #[account(mut)]
    pub device: Account<Device>,
    /// Only receives; its address is in the network's terms.
    #[account(mut, unsafe(dup))]
    pub treasury: UncheckedAccount,
    pub system_program: Program<System>,
}

impl AssertLocation {
    fn validate(&self, location: u64, now: i64) -> Result<()> {
        let device = &*self.device;
        require_holder(device, &self.holder, &self.holder_token)?;
        device.require_network(&self.network)?;
        require!(
            self.class.network == device.network && self.class.index == device.class,
            RegistryError::WrongClass
        );
        require!(
            *self.treasury.address() == self.network.terms_at(now).treasury,
            RegistryError::WrongTreasury
        );
        require!(location == 0 || is_h3_cell(location), RegistryError::InvalidLocation);
        require!(location != device.location, RegistryError::LocationUnchanged);
        let cooldown = i64::from(self.class.terms_at(now).location_cooldown_seconds);
        require!(
            device.location_since == 0
                || (now.saturating_sub(device.location_since) >= cooldown
                    && self.network.is_settled(device.location_since, now)),
            RegistryError::LocationCooldown
        );
        Ok(())
    }

    /// - the holder of the one NFT signs, the device is of this network and class
    /// - the location is a cell of resolution 8 or finer, or none, and changes
    /// - the class's cooldown since the last location is over, and the settlement period after the
    ///   one of the last location too; neither for a device that joined without a location
    /// - the payer pays the class's fee to the network's treasury
    #[inline(always)]
    pub fn assert_location(&mut self, location: u64) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        self.validate(location, now)?;
        let fee = self.class.terms_at(now).location_fee_lamports;
        if fee > 0 {
            Transfer { from: self.payer.account(), to: self.treasury.account(), lamports: fee }
                .invoke()?;
        }
        let device = &mut *self.device;
        let old_location = device.location;
        device.previous_location = old_location;
        device.location = location;
        device.location_since = now;
        emit!(LocationAsserted {
            device: *self.device.address(),
            old_location,
            new_location: location,
        });
        Ok(())
    }
}
