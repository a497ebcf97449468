//! What the registry tells indexers; borsh after an 8-byte discriminator, in `Program data` logs.

use crate::state::{BAND_PLAN_BYTES, ClassTerms, NetworkTerms, REGION_BYTES};
use anchor_lang::prelude::*;
use cairn_protocol::onboarding::DEVICE_KEY_BYTES;

/// A network was created.
#[event]
pub struct NetworkCreated {
    /// Address of the network.
    pub network: Address,
    /// Who may change it.
    pub authority: Address,
    /// Mint that groups the devices' NFTs.
    pub group: Address,
    /// UTF-8, zero-padded.
    pub name: [u8; 32],
    /// Length of the settlement period.
    pub settle_seconds: u32,
    /// Terms in force from now on.
    pub terms: NetworkTerms,
}

/// Somebody was proposed as the network's authority.
#[event]
pub struct AuthorityProposed {
    /// Address of the network.
    pub network: Address,
    /// Who is the authority.
    pub authority: Address,
    /// Who may accept.
    pub pending_authority: Address,
    /// From when on, unix seconds.
    pub pending_authority_at: i64,
}

/// The network has another authority.
#[event]
pub struct AuthorityAccepted {
    /// Address of the network.
    pub network: Address,
    /// Who was the authority.
    pub old_authority: Address,
    /// Who is the authority from now on.
    pub new_authority: Address,
}

/// The proposed authority is not proposed any more.
#[event]
pub struct AuthorityCanceled {
    /// Address of the network.
    pub network: Address,
    /// Who was proposed.
    pub pending_authority: Address,
}

/// The network was paused.
#[event]
pub struct NetworkPaused {
    /// Address of the network.
    pub network: Address,
    /// Who paused it.
    pub signer: Address,
}

/// The network goes on.
#[event]
pub struct NetworkUnpaused {
    /// Address of the network.
    pub network: Address,
}

/// A change of the network's terms was proposed.
#[event]
pub struct NetworkUpdateProposed {
    /// Address of the network.
    pub network: Address,
    /// Terms until then.
    pub old_terms: NetworkTerms,
    /// Terms from then on.
    pub new_terms: NetworkTerms,
    /// When the new terms come into force, unix seconds.
    pub effective_at: i64,
}

/// The change of the network's terms will not come.
#[event]
pub struct NetworkUpdateCanceled {
    /// Address of the network.
    pub network: Address,
    /// Terms that will not come into force.
    pub canceled_terms: NetworkTerms,
}

/// A network was closed.
#[event]
pub struct NetworkClosed {
    /// Address of the network.
    pub network: Address,
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
    /// How its devices sign: 0 Ed25519, 1 P-256.
    pub scheme: u8,
    /// Terms in force from now on.
    pub terms: ClassTerms,
}

/// A change of a class's terms was proposed.
#[event]
pub struct ClassUpdateProposed {
    /// Address of the network.
    pub network: Address,
    /// Number of the class within the network.
    pub index: u16,
    /// Terms until then.
    pub old_terms: ClassTerms,
    /// Terms from then on.
    pub new_terms: ClassTerms,
    /// When the new terms come into force, unix seconds.
    pub effective_at: i64,
}

/// The change of a class's terms will not come.
#[event]
pub struct ClassUpdateCanceled {
    /// Address of the network.
    pub network: Address,
    /// Number of the class within the network.
    pub index: u16,
    /// Terms that will not come into force.
    pub canceled_terms: ClassTerms,
}

/// A device class was closed.
#[event]
pub struct ClassClosed {
    /// Address of the network.
    pub network: Address,
    /// Number of the class within the network.
    pub index: u16,
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

/// A maker may vouch for more devices, or fewer.
#[event]
pub struct MakerQuotaSet {
    /// Address of the network.
    pub network: Address,
    /// Key that signs for the maker's devices.
    pub attesting_key: Address,
    /// Quota before.
    pub old_quota: u32,
    /// Quota from now on.
    pub new_quota: u32,
}

/// A maker vouches for no device any more.
#[event]
pub struct MakerRevoked {
    /// Address of the network.
    pub network: Address,
    /// Key that signed for the maker's devices.
    pub attesting_key: Address,
}

/// A maker's account was closed.
#[event]
pub struct MakerClosed {
    /// Address of the network.
    pub network: Address,
    /// Key that signed for the maker's devices.
    pub attesting_key: Address,
}

/// A licence was issued.
#[event]
pub struct LicenseIssued {
    /// Address of the network.
    pub network: Address,
    /// Address of the licence.
    pub license: Address,
    /// Wallet that may run devices.
    pub holder: Address,
    /// Who issued it.
    pub issuer: Address,
    /// ISO 3166-1 alpha-2 or ISO 3166-2, zero-padded.
    pub region: [u8; REGION_BYTES],
    /// Name of a band plan, UTF-8, zero-padded.
    pub band_plan: [u8; BAND_PLAN_BYTES],
    /// Valid until before here, unix seconds.
    pub expires_at: i64,
}

/// A licence is valid for longer.
#[event]
pub struct LicenseRenewed {
    /// Address of the licence.
    pub license: Address,
    /// Who renewed it.
    pub issuer: Address,
    /// Expiry before, unix seconds.
    pub old_expires_at: i64,
    /// Expiry from now on, unix seconds.
    pub new_expires_at: i64,
}

/// A licence is not valid any more.
#[event]
pub struct LicenseRevoked {
    /// Address of the licence.
    pub license: Address,
    /// Who revoked it.
    pub signer: Address,
}

/// A licence's account was closed.
#[event]
pub struct LicenseClosed {
    /// Address of the licence.
    pub license: Address,
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
    /// `Maker` account that vouched for it.
    pub maker: Address,
    /// Who received the NFT and is the first operator.
    pub owner: Address,
    /// `License` account of the owner; zero for none.
    pub license: Address,
    /// H3 cell; 0 for none.
    pub location: u64,
    /// Number of the device's class.
    pub class: u16,
    /// How it signs: 0 Ed25519, 1 P-256.
    pub scheme: u8,
    /// Its public key; an Ed25519 key is followed by a zero.
    pub key: [u8; DEVICE_KEY_BYTES],
}

/// A device earns for another operator.
#[event]
pub struct OperatorSet {
    /// Address of the device's account.
    pub device: Address,
    /// Who was the operator.
    pub old_operator: Address,
    /// Who is the operator.
    pub new_operator: Address,
}

/// A device stands somewhere else.
#[event]
pub struct LocationAsserted {
    /// Address of the device's account.
    pub device: Address,
    /// H3 cell before; 0 for none.
    pub old_location: u64,
    /// H3 cell from now on; 0 for none.
    pub new_location: u64,
}

/// A device runs under another licence.
#[event]
pub struct LicenseSet {
    /// Address of the device's account.
    pub device: Address,
    /// `License` account before; zero for none.
    pub old_license: Address,
    /// `License` account from now on.
    pub new_license: Address,
}

/// A device was suspended or reinstated, or is retiring or not any more.
#[event]
pub struct StatusSet {
    /// Address of the device's account.
    pub device: Address,
    /// Status before: bit 0 suspended, bit 1 retiring.
    pub old_status: u8,
    /// Status from now on.
    pub new_status: u8,
}

/// A device left the network; its NFT is burned and its accounts are closed.
#[event]
pub struct DeviceRetired {
    /// Address of the network.
    pub network: Address,
    /// Address that the device's account had.
    pub device: Address,
    /// Who got the lamports.
    pub holder: Address,
}
