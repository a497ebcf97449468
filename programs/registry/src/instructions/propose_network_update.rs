use crate::{
    error::RegistryError,
    events::NetworkUpdateProposed,
    state::{Network, NetworkTerms},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[writable]` network
#[derive(Accounts)]
pub struct ProposeNetworkUpdate {
    pub authority: Signer,
    #[account(mut)]
    pub network: Account<Network>,
}

impl ProposeNetworkUpdate {
    /// - the network's authority signs
    /// - no other change is pending; one that is in force already counts as the terms
    /// - the delay is within its limit, the treasury is somebody's
    #[inline(always)]
    pub fn propose_network_update(&mut self, terms: &NetworkTerms) -> Result<()> {
        self.network.require_authority(self.authority.address())?;
        terms.validate()?;
        let now = Clock::get()?.unix_timestamp;
        require!(
            self.network.pending_terms_at == 0 || now >= self.network.pending_terms_at,
            RegistryError::UpdatePending
        );
        let old_terms = *self.network.terms_at(now);
        let effective_at = self.network.change_at(now)?;
        self.network.terms = old_terms;
        self.network.pending_terms = *terms;
        self.network.pending_terms_at = effective_at;
        emit!(NetworkUpdateProposed {
            network: *self.network.address(),
            old_terms,
            new_terms: *terms,
            effective_at,
        });
        Ok(())
    }
}
