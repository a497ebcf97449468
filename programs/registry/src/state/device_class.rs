use anchor_lang::prelude::*;

/// Seed of a class's address: `["class", network, index u16 LE]`.
pub const CLASS_SEED: &[u8] = b"class";
/// The highest category: 0 wireless, 1 storage, 2 compute, 3 sensor.
pub const MAX_CATEGORY: u8 = 3;

/// What devices of one sort have in common. 8 + 192 bytes.
#[account]
pub struct DeviceClass {
    /// Network that the class belongs to.
    pub network: Address,
    /// Link to a description of the class, shown by wallets as the NFT's URI; UTF-8, zero-padded.
    pub uri: [u8; 96],
    /// Stake that an operator needs per device of this class, in the stake mint's smallest unit.
    pub bond: u64,
    /// Number of the class within the network.
    pub index: u16,
    /// 0 wireless, 1 storage, 2 compute, 3 sensor.
    pub category: u8,
    /// How its devices sign: 0 Ed25519, 1 P-256.
    pub scheme: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 50],
}

const _: () = assert!(size_of::<DeviceClass>() == 32 + 96 + 8 + 2 + 4 + 50);
