use crate::{error::RegistryError, events::AuthorityCanceled, state::Network};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[writable]` network
#[derive(Accounts)]
pub struct CancelAuthority {
    pub authority: Signer,
    #[account(mut)]
    pub network: Account<Network>,
}

impl CancelAuthority {
    /// - the network's authority signs
    /// - somebody is proposed, and has not accepted
    #[inline(always)]
    pub fn cancel_authority(&mut self) -> Result<()> {
        let network = &mut self.network;
        network.require_authority(self.authority.address())?;
        require!(network.pending_authority_at != 0, RegistryError::NoUpdatePending);
        let pending_authority = network.pending_authority;
        network.pending_authority = Address::default();
        network.pending_authority_at = 0;
        emit!(AuthorityCanceled { network: *network.address(), pending_authority });
        Ok(())
    }
}
