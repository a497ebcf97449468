use crate::{
    error::RegistryError,
    events::ClassUpdateProposed,
    state::{ClassTerms, DeviceClass, Network},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` class
#[derive(Accounts)]
pub struct ProposeClassUpdate {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub class: Account<DeviceClass>,
}

impl ProposeClassUpdate {
    /// - the network's authority signs, the class is the network's
    /// - no other change is pending; one that is in force already counts as the terms
    /// - oracles still find the terms of every epoch that they may be working on: the settlement
    ///   period after the one of the change before the last is over
    /// - the flags are 0 or 1
    #[inline(always)]
    pub fn propose_class_update(&mut self, terms: &ClassTerms) -> Result<()> {
        self.network.require_authority(self.authority.address())?;
        require!(self.class.network == *self.network.address(), RegistryError::WrongNetwork);
        terms.validate()?;
        let now = Clock::get()?.unix_timestamp;
        let class = &mut *self.class;
        if class.pending_terms_at != 0 {
            require!(now >= class.pending_terms_at, RegistryError::UpdatePending);
            // To fold forgets the terms before `terms_since`.
            require!(
                class.previous_terms == class.terms
                    || self.network.is_settled(class.terms_since, now),
                RegistryError::TermsSettling
            );
            class.fold();
        }
        let effective_at = self.network.change_at(now)?;
        class.pending_terms = *terms;
        class.pending_terms_at = effective_at;
        emit!(ClassUpdateProposed {
            network: class.network,
            index: class.index,
            old_terms: class.terms,
            new_terms: *terms,
            effective_at,
        });
        Ok(())
    }
}
