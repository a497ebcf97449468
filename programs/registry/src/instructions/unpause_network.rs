use crate::{error::RegistryError, events::NetworkUnpaused, state::Network};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[writable]` network
#[derive(Accounts)]
pub struct UnpauseNetwork {
    pub authority: Signer,
    #[account(mut)]
    pub network: Account<Network>,
}

impl UnpauseNetwork {
    /// - the network's authority signs; the guardian cannot undo its own pause
    /// - the network is paused
    #[inline(always)]
    pub fn unpause_network(&mut self) -> Result<()> {
        self.network.require_authority(self.authority.address())?;
        require!(self.network.paused == 1, RegistryError::PauseUnchanged);
        self.network.paused = 0;
        emit!(NetworkUnpaused { network: *self.network.address() });
        Ok(())
    }
}
