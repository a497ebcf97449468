use crate::{
    error::RegistryError,
    events::MakerRevoked,
    state::{Maker, Network},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` maker
#[derive(Accounts)]
pub struct RevokeMaker {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub maker: Account<Maker>,
}

impl RevokeMaker {
    /// - the network's authority signs, the maker is the network's
    /// - the maker is not revoked
    ///
    /// Its devices stay; the authority can suspend them one by one.
    #[inline(always)]
    pub fn revoke_maker(&mut self) -> Result<()> {
        self.network.require_authority(self.authority.address())?;
        let maker = &mut *self.maker;
        require!(maker.network == *self.network.address(), RegistryError::WrongNetwork);
        require!(maker.revoked == 0, RegistryError::MakerRevoked);
        maker.revoked = 1;
        emit!(MakerRevoked { network: maker.network, attesting_key: maker.attesting_key });
        Ok(())
    }
}
