//! What the staking program tells indexers; borsh after an 8-byte discriminator, in
//! `Program data` logs.

use anchor_lang::prelude::*;

/// A stake pool was created.
#[event]
pub struct StakePoolCreated {
    /// Address of the stake pool.
    pub stake_pool: Address,
    /// Network that it serves.
    pub network: Address,
    /// Mint of the stake.
    pub mint: Address,
    /// Time between the request to unbond and withdrawal.
    pub cooldown_seconds: u32,
}

/// A bond was opened.
#[event]
pub struct BondOpened {
    /// Address of the bond.
    pub bond: Address,
    /// Wallet that owns it.
    pub owner: Address,
    /// 0 operator, 1 oracle.
    pub role: u8,
    /// Device class that it backs; 0 for an oracle.
    pub class: u16,
}

/// Tokens were added to a bond.
#[event]
pub struct Bonded {
    /// Address of the bond.
    pub bond: Address,
    /// Tokens added.
    pub amount: u64,
    /// Tokens bonded before.
    pub old_amount: u64,
    /// Tokens bonded now.
    pub new_amount: u64,
}

/// Tokens began to leave a bond.
#[event]
pub struct UnbondRequested {
    /// Address of the bond.
    pub bond: Address,
    /// Address of the unbonding.
    pub unbonding: Address,
    /// Tokens that leave.
    pub amount: u64,
    /// When they may be withdrawn, unix seconds.
    pub withdrawable_at: i64,
}

/// Tokens were withdrawn.
#[event]
pub struct Withdrawn {
    /// Address of the bond.
    pub bond: Address,
    /// Address of the closed unbonding.
    pub unbonding: Address,
    /// Tokens paid out.
    pub amount: u64,
}
