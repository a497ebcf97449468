use crate::{
    error::RegistryError,
    events::MakerQuotaSet,
    state::{Maker, Network},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[signer]` authority of the network
/// 1. `[]` network
/// 2. `[writable]` maker
#[derive(Accounts)]
pub struct SetMakerQuota {
    pub authority: Signer,
    pub network: Account<Network>,
    #[account(mut)]
    pub maker: Account<Maker>,
}

impl SetMakerQuota {
    /// - the network's authority signs, the maker is the network's
    /// - the maker is not revoked
    ///
    /// A quota below what is used up stops the maker until it is raised.
    #[inline(always)]
    pub fn set_maker_quota(&mut self, quota: u32) -> Result<()> {
        self.network.require_authority(self.authority.address())?;
        let maker = &mut *self.maker;
        require!(maker.network == *self.network.address(), RegistryError::WrongNetwork);
        require!(maker.revoked == 0, RegistryError::MakerRevoked);
        let old_quota = maker.quota;
        maker.quota = quota;
        emit!(MakerQuotaSet {
            network: maker.network,
            attesting_key: maker.attesting_key,
            old_quota,
            new_quota: quota,
        });
        Ok(())
    }
}
