//! What the registry tells indexers; borsh after an 8-byte discriminator, in `Program data` logs.

use anchor_lang::prelude::*;

/// A network was created.
#[event]
pub struct NetworkCreated {
    /// Address of the network.
    pub network: Address,
    /// Who may change it.
    pub authority: Address,
    /// UTF-8, zero-padded.
    pub name: [u8; 32],
}

/// A device class was created.
#[event]
pub struct ClassCreated {
    /// Address of the network.
    pub network: Address,
    /// Number of the class within the network.
    pub index: u16,
    /// 0 wireless, 1 storage, 2 compute, 3 sensor.
    pub category: u8,
}

/// A maker was added.
#[event]
pub struct MakerAdded {
    /// Address of the network.
    pub network: Address,
    /// Key that signs for the maker's devices.
    pub attesting_key: Address,
    /// Devices that it may vouch for.
    pub quota: u32,
}

/// A device joined.
#[event]
pub struct DeviceOnboarded {
    /// Address of the network.
    pub network: Address,
    /// Address of the device's account.
    pub device: Address,
    /// The NFT's mint.
    pub mint: Address,
    /// Who received the NFT and is the first operator.
    pub owner: Address,
    /// Number of the device's class.
    pub class: u16,
}

/// A device earns for another operator from now on.
#[event]
pub struct OperatorSet {
    /// Address of the device's account.
    pub device: Address,
    /// Who earned until now.
    pub old_operator: Address,
    /// Who earns from now on.
    pub new_operator: Address,
}
