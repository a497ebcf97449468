use anchor_lang::prelude::*;

/// Seed of a bond's address: `["bond", stake pool, owner, [role], class u16 LE]`.
pub const BOND_SEED: &[u8] = b"bond";
/// [`Bond::role`] of an operator's bond for its devices of one class.
pub const ROLE_OPERATOR: u8 = 0;
/// [`Bond::role`] of an oracle's bond.
pub const ROLE_ORACLE: u8 = 1;

/// Tokens that an operator or oracle has at risk. 8 + 160 bytes.
#[account]
pub struct Bond {
    /// Stake pool that holds the tokens.
    pub stake_pool: Address,
    /// Wallet that may take them out.
    pub owner: Address,
    /// Tokens bonded; unbonding ones are not included.
    pub amount: u64,
    /// Tokens on their way out, still within reach of penalties.
    pub unbonding: u64,
    /// Unbondings requested so far; the next one gets this index.
    pub unbonding_count: u64,
    /// Device class that it backs; 0 for an oracle.
    pub class: u16,
    /// 0 operator, 1 oracle.
    pub role: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 67],
}

const _: () = assert!(size_of::<Bond>() == 2 * 32 + 3 * 8 + 2 + 3 + 67);
