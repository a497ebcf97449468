//! What the staking program refuses.

use anchor_lang::prelude::*;

/// Error codes; numbers are part of the interface and are never reused.
#[error_code]
pub enum StakingError {
    /// 6000
    #[msg("only the network's authority may do this")]
    NotAuthority,
    /// 6001
    #[msg("only the bond's owner may do this")]
    NotOwner,
    /// 6002
    #[msg("the role must be 0 (operator) or 1 (oracle), and an oracle's class 0")]
    InvalidRole,
    /// 6003
    #[msg("the amount must be above zero")]
    ZeroAmount,
    /// 6004
    #[msg("the bond holds less than this")]
    InsufficientBond,
    /// 6005
    #[msg("the cooldown is not over")]
    CooldownActive,
    /// 6006
    #[msg("unbondings are numbered in order; use the bond's unbonding_count")]
    InvalidUnbondingIndex,
    /// 6007
    #[msg("the account belongs to another stake pool")]
    WrongStakePool,
    /// 6008
    #[msg("a sum would overflow")]
    Overflow,
    /// 6009
    #[msg("the unbonding belongs to another bond")]
    WrongBond,
    /// 6010
    #[msg("the key is zero or otherwise unusable")]
    InvalidKey,
}
