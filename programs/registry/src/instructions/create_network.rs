use crate::{
    error::RegistryError,
    events::NetworkCreated,
    state::{NETWORK_SEED, Network, VERSION, is_padded_name},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` creator, pays the rent and becomes the authority
/// 1. `[writable]` network, created here
/// 2. `[]` system program
#[derive(Accounts)]
#[instruction(name: [u8; 32])]
pub struct CreateNetwork {
    #[account(mut)]
    pub creator: Signer,
    #[account(
        init,
        payer = creator,
        seeds = [NETWORK_SEED, creator.address().as_ref(), name.as_ref()],
        bump
    )]
    pub network: Account<Network>,
    pub system_program: Program<System>,
}

impl CreateNetwork {
    /// - the name is readable text
    #[inline(always)]
    pub fn create_network(&mut self, name: [u8; 32], guardian: Address, bump: u8) -> Result<()> {
        require!(is_padded_name(&name), RegistryError::InvalidName);
        let creator = *self.creator.address();
        *self.network = Network {
            authority: creator,
            guardian,
            creator,
            name,
            device_count: 0,
            class_count: 0,
            version: VERSION,
            bump,
            paused: 0,
            reserved: [0; 115],
        };
        emit!(NetworkCreated { network: *self.network.address(), authority: creator, name });
        Ok(())
    }
}
