use crate::{error::RegistryError, events::AuthorityAccepted, state::Network};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` proposed authority
/// 1. `[writable]` network
#[derive(Accounts)]
pub struct AcceptAuthority {
    pub new_authority: Signer,
    #[account(mut)]
    pub network: Account<Network>,
}

impl AcceptAuthority {
    /// - the proposed authority signs
    /// - the delay is over
    #[inline(always)]
    pub fn accept_authority(&mut self) -> Result<()> {
        let network = &mut self.network;
        let new_authority = *self.new_authority.address();
        require!(
            network.pending_authority_at != 0 && network.pending_authority == new_authority,
            RegistryError::NotPendingAuthority
        );
        let now = Clock::get()?.unix_timestamp;
        require!(now >= network.pending_authority_at, RegistryError::UpdateNotDue);
        let old_authority = network.authority;
        network.authority = new_authority;
        network.pending_authority = Address::default();
        network.pending_authority_at = 0;
        emit!(AuthorityAccepted { network: *network.address(), old_authority, new_authority });
        Ok(())
    }
}
