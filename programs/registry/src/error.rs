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
    #[msg("the precompiles with the two signatures must be the instructions before this one")]
    MissingSignatures,
    /// 6009
    #[msg("the maker did not sign for this device, class and serial")]
    MakerSignatureMismatch,
    /// 6010
    #[msg("the device did not sign for this network, owner and slot hash")]
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
    /// 6018
    #[msg("only the network's guardian or authority may do this")]
    NotGuardian,
    /// 6019
    #[msg("only the network's licence issuer or authority may do this")]
    NotLicenseIssuer,
    /// 6020
    #[msg("a delay is at most 30 days, and a settlement period at least a second")]
    InvalidDelay,
    /// 6021
    #[msg("a flag is neither 0 nor 1, or reserved bytes are not zero")]
    InvalidTerms,
    /// 6022
    #[msg("another change is pending; cancel it or wait until it is in force")]
    UpdatePending,
    /// 6023
    #[msg("no change is pending, or it is in force already")]
    NoUpdatePending,
    /// 6024
    #[msg("the delay is not over")]
    UpdateNotDue,
    /// 6025
    #[msg("only the proposed authority may accept")]
    NotPendingAuthority,
    /// 6026
    #[msg("the network is paused, or not paused, already")]
    PauseUnchanged,
    /// 6027
    #[msg("only a network whose authority is its creator can be closed")]
    NotCreator,
    /// 6028
    #[msg("the network still has devices, classes, makers or licences")]
    NetworkInUse,
    /// 6029
    #[msg("the terms changed too recently: oracles still need those before")]
    TermsSettling,
    /// 6030
    #[msg("the class still has devices")]
    ClassInUse,
    /// 6031
    #[msg("the class takes no more devices")]
    ClassClosed,
    /// 6032
    #[msg("revoke the maker first")]
    MakerNotRevoked,
    /// 6033
    #[msg("devices of this maker are still in the network")]
    MakerInUse,
    /// 6034
    #[msg("the region must be ISO 3166-1 alpha-2 or ISO 3166-2 in capital letters")]
    InvalidRegion,
    /// 6035
    #[msg("the expiry must lie in the future, and a renewal must be for longer")]
    InvalidExpiry,
    /// 6036
    #[msg("the licence was revoked")]
    LicenseRevoked,
    /// 6037
    #[msg("the licence changed or ended too recently: oracles still need it")]
    LicenseSettling,
    /// 6038
    #[msg("the licence is still in force")]
    LicenseInForce,
    /// 6039
    #[msg("the class requires a licence of the owner")]
    LicenseRequired,
    /// 6040
    #[msg("the licence belongs to another wallet or network")]
    WrongLicense,
    /// 6041
    #[msg("the licence is not valid now")]
    LicenseNotValid,
    /// 6042
    #[msg("the device has this licence already")]
    LicenseUnchanged,
    /// 6043
    #[msg("the device is at this location already")]
    LocationUnchanged,
    /// 6044
    #[msg("the location changed too recently")]
    LocationCooldown,
    /// 6045
    #[msg("the device has this status already")]
    StatusUnchanged,
    /// 6046
    #[msg("ask for the device's retirement first")]
    NotRetiring,
    /// 6047
    #[msg("oracles still need the device; retire it after the settlement period")]
    RetirementSettling,
    /// 6048
    #[msg("this is not the device's class")]
    WrongClass,
    /// 6049
    #[msg("this is not the device's maker")]
    WrongMaker,
    /// 6050
    #[msg("fees go to the network's treasury")]
    WrongTreasury,
}
