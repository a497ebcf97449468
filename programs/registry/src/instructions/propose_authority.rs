use crate::{error::RegistryError, events::AuthorityProposed, state::Network};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[writable]` network
#[derive(Accounts)]
pub struct ProposeAuthority {
    pub authority: Signer,
    #[account(mut)]
    pub network: Account<Network>,
}

impl ProposeAuthority {
    /// - the network's authority signs
    /// - nobody else is proposed
    /// - the proposed one is somebody
    #[inline(always)]
    pub fn propose_authority(&mut self, new_authority: Address) -> Result<()> {
        self.network.require_authority(self.authority.address())?;
        require!(self.network.pending_authority_at == 0, RegistryError::UpdatePending);
        require!(new_authority != Address::default(), RegistryError::InvalidKey);
        let at = self.network.change_at(Clock::get()?.unix_timestamp)?;
        self.network.pending_authority = new_authority;
        self.network.pending_authority_at = at;
        emit!(AuthorityProposed {
            network: *self.network.address(),
            authority: self.network.authority,
            pending_authority: new_authority,
            pending_authority_at: at,
        });
        Ok(())
    }
}
