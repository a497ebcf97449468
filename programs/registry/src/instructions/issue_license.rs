use crate::{
    error::RegistryError,
    events::LicenseIssued,
    state::{
        BAND_PLAN_BYTES, LICENSE_SEED, License, Network, REGION_BYTES, VERSION, is_padded_name,
        is_region,
    },
};
use anchor_lang::prelude::*;

/// Data of `issue_license`.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy)]
pub struct IssueLicenseParams {
    /// Wallet that may run devices.
    pub holder: Address,
    /// ISO 3166-1 alpha-2 such as `DE`, or ISO 3166-2 such as `US-CA`; upper case, zero-padded.
    pub region: [u8; REGION_BYTES],
    /// Name of a band plan such as `EU868`; UTF-8, zero-padded, not empty.
    pub band_plan: [u8; BAND_PLAN_BYTES],
    /// Valid until before here, unix seconds.
    pub expires_at: i64,
}

/// Accounts expected:
/// 0. `[writable, signer]` licence issuer or authority of the network, pays the rent
/// 1. `[writable]` network
/// 2. `[writable]` licence, created here
/// 3. `[]` system program
#[derive(Accounts)]
#[instruction(params: IssueLicenseParams)]
pub struct IssueLicense {
    #[account(mut)]
    pub issuer: Signer,
    #[account(mut)]
    pub network: Account<Network>,
    #[account(
        init,
        payer = issuer,
        seeds = [
            LICENSE_SEED,
            network.address().as_ref(),
            params.holder.as_ref(),
            params.region.as_ref(),
            params.band_plan.as_ref()
        ],
        bump
    )]
    pub license: Account<License>,
    pub system_program: Program<System>,
}

impl IssueLicense {
    /// - the network's licence issuer or authority signs
    /// - the holder is somebody, the region well-formed, the band plan readable text
    /// - the expiry lies in the future
    #[inline(always)]
    pub fn issue_license(&mut self, params: &IssueLicenseParams, bump: u8) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let issuer = *self.issuer.address();
        self.network.require_license_issuer(&issuer, now)?;
        let IssueLicenseParams { holder, region, band_plan, expires_at } = *params;
        require!(holder != Address::default(), RegistryError::InvalidKey);
        require!(is_region(&region), RegistryError::InvalidRegion);
        require!(is_padded_name(&band_plan), RegistryError::InvalidName);
        require!(expires_at > now, RegistryError::InvalidExpiry);
        let network = *self.network.address();
        *self.license = License {
            network,
            holder,
            issuer,
            rent_payer: issuer,
            valid_since: now,
            expires_at,
            previous_valid_since: 0,
            previous_expires_at: 0,
            revoked_at: 0,
            region,
            band_plan,
            version: VERSION,
            bump,
            reserved: [0; 40],
        };
        self.network.license_count =
            self.network.license_count.checked_add(1).ok_or(RegistryError::Overflow)?;
        emit!(LicenseIssued {
            network,
            license: *self.license.address(),
            holder,
            issuer,
            region,
            band_plan,
            expires_at,
        });
        Ok(())
    }
}
