use crate::{
    error::RegistryError,
    events::ClassCreated,
    state::{CLASS_SEED, ClassTerms, DeviceClass, MAX_CATEGORY, Network, VERSION, is_padded_name},
};
use anchor_lang::prelude::*;
use cairn_protocol::onboarding::SignatureScheme;

/// Data of `create_class`.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy)]
pub struct CreateClassParams {
    /// The network's `class_count`.
    pub index: u16,
    /// 0 wireless, 1 storage, 2 compute, 3 sensor.
    pub category: u8,
    /// 0 Ed25519, 1 P-256.
    pub scheme: u8,
    /// Link to a description; UTF-8, zero-padded, not empty.
    pub uri: [u8; 96],
    /// What the authority may change later.
    pub terms: ClassTerms,
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
        require!(params.scheme <= SignatureScheme::P256 as u8, RegistryError::UnsupportedScheme);
        require!(is_padded_name(&params.uri), RegistryError::InvalidName);
        params.terms.validate()
    }

    /// - the network's authority signs
    /// - classes are numbered without gaps, also when some were closed
    /// - category and scheme are known, the link is readable text
    #[inline(always)]
    pub fn create_class(&mut self, params: &CreateClassParams, bump: u8) -> Result<()> {
        self.validate(params)?;
        let CreateClassParams { index, category, scheme, terms, .. } = *params;
        let network = *self.network.address();
        let account = &mut *self.class;
        // Everything else is zero in a fresh account.
        account.network = network;
        account.rent_payer = *self.authority.address();
        account.uri = params.uri;
        account.terms = terms;
        account.previous_terms = terms;
        account.terms_since = Clock::get()?.unix_timestamp;
        account.index = index;
        account.category = category;
        account.scheme = scheme;
        account.version = VERSION;
        account.bump = bump;
        self.network.class_count = index.checked_add(1).ok_or(RegistryError::Overflow)?;
        self.network.live_class_count =
            self.network.live_class_count.checked_add(1).ok_or(RegistryError::Overflow)?;
        emit!(ClassCreated { network, index, category, scheme, terms });
        Ok(())
    }
}
