use crate::{
    error::RegistryError,
    events::ClassCreated,
    state::{CLASS_SEED, ClassTerms, DeviceClass, MAX_CATEGORY, Network, VERSION, is_padded_name},
};
use anchor_lang::prelude::*;
use bytemuck::Zeroable;
use cairn_protocol::onboarding::SignatureScheme;

/// Data of `create_class`.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy)]
pub struct CreateClassParams {
    /// The network's `class_count`.
    pub index: u16,
    /// 0 wireless, 1 storage, 2 compute, 3 sensor.
    pub category: u8,
    /// 0 Ed25519. (1, P-256, is not verified by this version.)
    pub scheme: u8,
    /// Stake per device, in the stake mint's smallest unit.
    pub bond: u64,
    /// Link to a description; UTF-8, zero-padded, not empty.
    pub uri: [u8; 96],
}

/// Accounts expected:
/// 0. `[writable, signer]` authority of the network, pays the rent
/// 1. `[writable]` network
/// 2. `[writable]` class, created here
/// 3. `[]` system program
#[derive(Accounts)]
#[instruction(params: CreateClassParams)]
pub struct CreateClass {
    #[account(mut)]
    pub authority: Signer,
    #[account(mut)]
    pub network: Account<Network>,
    #[account(
        init,
        payer = authority,
        seeds = [CLASS_SEED, network.address().as_ref(), bytemuck::bytes_of(&params.index)],
        bump
    )]
    pub class: Account<DeviceClass>,
    pub system_program: Program<System>,
}

impl CreateClass {
    fn validate(&self, params: &CreateClassParams) -> Result<()> {
        self.network.require_authority(self.authority.address())?;
        require!(params.index == self.network.class_count, RegistryError::InvalidClassIndex);
        require!(params.category <= MAX_CATEGORY, RegistryError::InvalidCategory);
        require!(params.scheme == SignatureScheme::Ed25519 as u8, RegistryError::UnsupportedScheme);
        require!(is_padded_name(&params.uri), RegistryError::InvalidName);
        Ok(())
    }

    /// - the network's authority signs
    /// - classes are numbered without gaps
    /// - category and scheme are known, the link is readable text
    #[inline(always)]
    pub fn create_class(&mut self, params: CreateClassParams, bump: u8) -> Result<()> {
        self.validate(&params)?;
        let CreateClassParams { index, category, scheme, bond, uri } = params;
        let network = *self.network.address();
        let terms = ClassTerms { bond, ..ClassTerms::zeroed() };
        *self.class = DeviceClass {
            network,
            rent_payer: *self.authority.address(),
            uri,
            terms,
            previous_terms: terms,
            pending_terms: ClassTerms::zeroed(),
            terms_since: Clock::get()?.unix_timestamp,
            pending_terms_at: 0,
            device_count: 0,
            index,
            category,
            scheme,
            version: VERSION,
            bump,
            reserved: [0; 26],
        };
        self.network.class_count = index.checked_add(1).ok_or(RegistryError::Overflow)?;
        emit!(ClassCreated { network, index, category });
        Ok(())
    }
}
