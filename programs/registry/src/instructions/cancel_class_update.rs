use crate::{
    error::RegistryError,
    events::ClassUpdateCanceled,
    state::{DeviceClass, Network},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` class
#[derive(Accounts)]
pub struct CancelClassUpdate {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub class: Account<DeviceClass>,
}

impl CancelClassUpdate {
    /// - the network's authority signs, the class is the network's
    /// - a change is pending and not yet in force
    #[inline(always)]
    pub fn cancel_class_update(&mut self) -> Result<()> {
        self.network.require_authority(self.authority.address())?;
        let class = &mut *self.class;
        require!(class.network == *self.network.address(), RegistryError::WrongNetwork);
        let now = Clock::get()?.unix_timestamp;
        require!(
            class.pending_terms_at != 0 && now < class.pending_terms_at,
            RegistryError::NoUpdatePending
        );
        class.pending_terms_at = 0;
        emit!(ClassUpdateCanceled {
            network: class.network,
            index: class.index,
            canceled_terms: class.pending_terms,
        });
        Ok(())
    }
}
