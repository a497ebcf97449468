use crate::{
    error::RegistryError,
    events::NetworkCreated,
    state::{NETWORK_SEED, Network, NetworkTerms, VERSION, is_padded_name},
};
use anchor_lang::prelude::*;
use bytemuck::Zeroable;

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
            pending_authority: Address::default(),
            creator,
            name,
            symbol: *b"CAIRN\0\0\0",
            terms: NetworkTerms {
                guardian,
                license_issuer: creator,
                treasury: creator,
                ..NetworkTerms::zeroed()
            },
            pending_terms: NetworkTerms::zeroed(),
            pending_authority_at: 0,
            pending_terms_at: 0,
            device_count: 0,
            live_device_count: 0,
            maker_count: 0,
            license_count: 0,
            settle_seconds: 1,
            class_count: 0,
            live_class_count: 0,
            version: VERSION,
            bump,
            paused: 0,
            group_bump: 0,
            reserved: [0; 84],
        };
        emit!(NetworkCreated { network: *self.network.address(), authority: creator, name });
        Ok(())
    }
}
