use crate::error::RegistryError;
use anchor_lang::prelude::*;

/// Seed of a network's address: `["network", creator, name]`.
pub const NETWORK_SEED: &[u8] = b"network";

/// A founder's deployment. 8 + 256 bytes.
#[account]
pub struct Network {
    /// Classes, makers and parameters change with this signature only.
    pub authority: Address,
    /// May pause the network.
    pub guardian: Address,
    /// Who created the network; part of its address.
    pub creator: Address,
    /// UTF-8, zero-padded; part of its address.
    pub name: [u8; 32],
    /// Devices onboarded so far.
    pub device_count: u64,
    /// Classes created so far; the next class gets this index.
    pub class_count: u16,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// 1 while onboarding is paused.
    pub paused: u8,
    /// Zeros.
    pub reserved: [u8; 115],
}

const _: () = assert!(size_of::<Network>() == 4 * 32 + 8 + 2 + 3 + 115);

impl Network {
    /// Refuses a signer other than the authority.
    ///
    /// # Errors
    /// [`RegistryError::NotAuthority`].
    pub fn require_authority(&self, signer: &Address) -> Result<()> {
        require!(self.authority == *signer, RegistryError::NotAuthority);
        Ok(())
    }
}

/// Whether `bytes` are non-empty UTF-8 without control characters, followed by zeros only.
pub fn is_padded_name(bytes: &[u8]) -> bool {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    let (text, padding) = bytes.split_at(end);
    !text.is_empty()
        && padding.iter().all(|b| *b == 0)
        && core::str::from_utf8(text).is_ok_and(|text| !text.chars().any(char::is_control))
}
