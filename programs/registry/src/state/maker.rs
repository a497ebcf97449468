use anchor_lang::prelude::*;

/// Seed of a maker's address: `["maker", network, attesting key]`.
pub const MAKER_SEED: &[u8] = b"maker";

/// A manufacturer that vouches for device keys. 8 + 128 bytes.
#[account]
pub struct Maker {
    /// Network that the maker builds for.
    pub network: Address,
    /// Ed25519 key that signs for each device.
    pub attesting_key: Address,
    /// Who paid for this account and gets it back.
    pub rent_payer: Address,
    /// Devices that it may vouch for, counted over its life.
    pub quota: u32,
    /// Devices that it vouched for.
    pub onboarded: u32,
    /// Devices that it vouched for and that did not retire.
    pub live: u32,
    /// 1 when it may vouch for no more; for good.
    pub revoked: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 17],
}

const _: () = assert!(size_of::<Maker>() == 3 * 32 + 3 * 4 + 3 + 17);
