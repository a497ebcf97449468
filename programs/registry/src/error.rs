//! What the registry refuses.

use anchor_lang::prelude::*;

/// Error codes; numbers are part of the interface and are never reused.
#[error_code]
pub enum RegistryError {
    /// 6000
    #[msg("only the network's authority may do this")]
    NotAuthority,
    /// 6001
    #[msg("the network is paused")]
    NetworkPaused,
    /// 6002
    #[msg("the name must be UTF-8 without control characters, padded with zeros, and not empty")]
    InvalidName,
    /// 6003
    #[msg("the category must be 0 (wireless), 1 (storage), 2 (compute) or 3 (sensor)")]
    InvalidCategory,
    /// 6004
    #[msg("the signature scheme is not supported")]
    UnsupportedScheme,
    /// 6005
    #[msg("classes are numbered in order of creation; use the network's class_count")]
    InvalidClassIndex,
    /// 6006
    #[msg("the maker was revoked")]
    MakerRevoked,
    /// 6007
    #[msg("the maker's quota of devices is used up")]
    MakerQuotaExhausted,
    /// 6008
    #[msg("the instruction before this one must be the precompile with the two signatures")]
    MissingSignatures,
    /// 6009
    #[msg("the first signature must be the maker's over this device, class and serial")]
    MakerSignatureMismatch,
    /// 6010
    #[msg("the second signature must be the device's over this network, owner and slot hash")]
    DeviceSignatureMismatch,
    /// 6011
    #[msg("the slot is not among the recent slot hashes; sign a newer one")]
    SlotHashUnknown,
    /// 6012
    #[msg("the location is not an H3 cell of resolution 8 or finer")]
    InvalidLocation,
    /// 6013
    #[msg("only the holder of the device's NFT may do this")]
    NotHolder,
    /// 6014
    #[msg("the operator is this one already")]
    OperatorUnchanged,
    /// 6015
    #[msg("a counter would overflow")]
    Overflow,
    /// 6016
    #[msg("the account belongs to another network")]
    WrongNetwork,
    /// 6017
    #[msg("the key is zero or otherwise unusable")]
    InvalidKey,
}
