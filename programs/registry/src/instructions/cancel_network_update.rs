use crate::{error::RegistryError, events::NetworkUpdateCanceled, state::Network};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[writable]` network
#[derive(Accounts)]
pub struct CancelNetworkUpdate {
    pub authority: Signer,
    #[account(mut)]
    pub network: Account<Network>,
}

impl CancelNetworkUpdate {
    /// - the network's authority signs
    /// - a change is pending and not yet in force
    #[inline(always)]
    pub fn cancel_network_update(&mut self) -> Result<()> {
        self.network.require_authority(self.authority.address())?;
        let now = Clock::get()?.unix_timestamp;
        require!(
            self.network.pending_terms_at != 0 && now < self.network.pending_terms_at,
            RegistryError::NoUpdatePending
        );
        self.network.pending_terms_at = 0;
        emit!(NetworkUpdateCanceled {
            network: *self.network.address(),
            canceled_terms: self.network.pending_terms,
        });
        Ok(())
    }
}
