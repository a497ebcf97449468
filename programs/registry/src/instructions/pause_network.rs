use crate::{error::RegistryError, events::NetworkPaused, state::Network};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` guardian or authority of the network
/// 1. `[writable]` network
#[derive(Accounts)]
pub struct PauseNetwork {
    pub guardian: Signer,
    #[account(mut)]
    pub network: Account<Network>,
}

impl PauseNetwork {
    /// - the network's guardian or authority signs
    /// - the network is not paused
    #[inline(always)]
    pub fn pause_network(&mut self) -> Result<()> {
        let signer = *self.guardian.address();
        self.network.require_guardian(&signer, Clock::get()?.unix_timestamp)?;
        require!(self.network.paused == 0, RegistryError::PauseUnchanged);
        self.network.paused = 1;
        emit!(NetworkPaused { network: *self.network.address(), signer });
        Ok(())
    }
}
