use crate::{
    error::RegistryError,
    events::MakerClosed,
    state::{Maker, Network},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[writable]` network
/// 2. `[writable]` maker, closed here
/// 3. `[writable]` who paid for the maker, gets the rent
#[derive(Accounts)]
pub struct CloseMaker {
    pub authority: Signer,
    #[account(mut)]
    pub network: Account<Network>,
    #[account(mut, close = rent_payer)]
    pub maker: Account<Maker>,
    // May be the authority too: it only receives.
    #[account(mut, unsafe(dup), address = maker.rent_payer)]
    pub rent_payer: UncheckedAccount,
}

impl CloseMaker {
    /// - the network's authority signs, the maker is the network's
    /// - the maker is revoked
    /// - none of its devices is in the network
    #[inline(always)]
    pub fn close_maker(&mut self) -> Result<()> {
        self.network.require_authority(self.authority.address())?;
        let network = *self.network.address();
        require!(self.maker.network == network, RegistryError::WrongNetwork);
        require!(self.maker.revoked == 1, RegistryError::MakerNotRevoked);
        require!(self.maker.live == 0, RegistryError::MakerInUse);
        self.network.maker_count =
            self.network.maker_count.checked_sub(1).ok_or(RegistryError::Overflow)?;
        emit!(MakerClosed { network, attesting_key: self.maker.attesting_key });
        Ok(())
    }
}
