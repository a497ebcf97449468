use crate::{
    error::RegistryError,
    events::MakerAdded,
    state::{MAKER_SEED, Maker, Network, VERSION},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` authority of the network, pays the rent
/// 1. `[writable]` network
/// 2. `[writable]` maker, created here
/// 3. `[]` system program
#[derive(Accounts)]
#[instruction(attesting_key: Address)]
pub struct AddMaker {
    #[account(mut)]
    pub authority: Signer,
    #[account(mut)]
    pub network: Account<Network>,
    #[account(
        init,
        payer = authority,
        seeds = [MAKER_SEED, network.address().as_ref(), attesting_key.as_ref()],
        bump
    )]
    pub maker: Account<Maker>,
    pub system_program: Program<System>,
}

impl AddMaker {
    /// - the network's authority signs
    /// - the key is not zero
    #[inline(always)]
    pub fn add_maker(&mut self, attesting_key: Address, quota: u32, bump: u8) -> Result<()> {
        self.network.require_authority(self.authority.address())?;
        require!(attesting_key != Address::default(), RegistryError::InvalidKey);
        let network = *self.network.address();
        *self.maker = Maker {
            network,
            attesting_key,
            rent_payer: *self.authority.address(),
            quota,
            onboarded: 0,
            live: 0,
            revoked: 0,
            version: VERSION,
            bump,
            reserved: [0; 17],
        };
        self.network.maker_count =
            self.network.maker_count.checked_add(1).ok_or(RegistryError::Overflow)?;
        emit!(MakerAdded { network, attesting_key, quota });
        Ok(())
    }
}
