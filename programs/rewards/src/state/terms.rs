use crate::error::RewardsError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use cairn_protocol::split::{self, ALL_BPS};

/// The longest of a pool's windows: a year. A longer one could lock a bond or a penalty's proof
/// in for good.
pub const MAX_WINDOW_SECONDS: u32 = 365 * 24 * 60 * 60;

/// How an epoch's emission is divided, in basis points that add up to 10,000; see
/// `cairn_protocol::split`. 8 bytes.
#[derive(
    AnchorSerialize,
    AnchorDeserialize,
    IdlType,
    Clone,
    Copy,
    Pod,
    Zeroable,
    Debug,
    Default,
    PartialEq,
    Eq,
)]
#[repr(C)]
pub struct Splits {
    /// To operators, through the root; at least 1.
    pub operators: u16,
    /// To those who delegate stake.
    pub delegators: u16,
    /// To the oracles that attested the epoch's root, in equal parts.
    pub oracles: u16,
    /// To the treasury.
    pub treasury: u16,
}

impl From<Splits> for split::Splits {
    fn from(splits: Splits) -> Self {
        let Splits { operators, delegators, oracles, treasury } = splits;
        Self { operators, delegators, oracles, treasury }
    }
}

impl Splits {
    /// The parts add up to 10,000 and operators get something.
    ///
    /// # Errors
    /// [`RewardsError::InvalidSplits`].
    pub fn validate(&self) -> Result<()> {
        require!(split::Splits::from(*self).is_valid(), RewardsError::InvalidSplits);
        Ok(())
    }
}

/// A bound on what flows out in a window; see `cairn_protocol::breaker`. 16 bytes.
#[derive(
    AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Pod, Zeroable, Debug, PartialEq, Eq,
)]
#[repr(C)]
pub struct Limit {
    /// The most tokens per window, in the mint's smallest unit; 0 for no such limit.
    pub max_amount: u64,
    /// Length of the window; at least 1 where there is a limit.
    pub window_seconds: u32,
    /// The most per window in basis points of the vault's balance, rounded up; 0 for no such
    /// limit. Zero in an operator's limit.
    pub max_bps: u16,
    /// Zeros.
    pub reserved: [u8; 2],
}

const _: () = assert!(size_of::<Limit>() == 8 + 4 + 2 + 2);

impl Limit {
    /// Whether it limits anything.
    #[inline(always)]
    pub fn is_on(&self) -> bool {
        self.max_amount != 0 || self.max_bps != 0
    }

    /// Tokens per window while the vault holds `balance`.
    #[inline(always)]
    pub fn tokens(&self, balance: u64) -> u64 {
        let by_amount = if self.max_amount == 0 { u64::MAX } else { self.max_amount };
        if self.max_bps == 0 {
            return by_amount;
        }
        by_amount.min(split::share_up(balance, self.max_bps))
    }

    fn is_valid(&self) -> bool {
        self.max_bps <= ALL_BPS
            && self.window_seconds <= MAX_WINDOW_SECONDS
            && (!self.is_on() || self.window_seconds > 0)
            && self.reserved == [0; 2]
    }
}

/// What a pool's authority may change, after the network's delay. 160 bytes.
#[derive(
    AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Pod, Zeroable, Debug, PartialEq, Eq,
)]
#[repr(C)]
pub struct PoolTerms {
    /// Wallet that earns the treasury's part and what rounding leaves over.
    pub treasury: Address,
    /// Token account that the delegators' part is paid to, such as a stake pool's reward vault;
    /// zero while there is none.
    pub delegator_vault: Address,
    /// What proposing costs until the proposal is finalized or rejected, in the mint's smallest
    /// unit; 0 for nothing.
    pub proposal_bond: u64,
    /// What challenging costs until the challenge is resolved; 0 for no challenges.
    pub challenge_bond: u64,
    /// Bounds what all claims take out of the vault.
    pub breaker: Limit,
    /// Bounds what one operator's claims take out of the vault.
    pub operator_cap: Limit,
    /// Time between an attested quorum and finalization, in which anyone may challenge.
    pub challenge_window_seconds: u32,
    /// Time that oracles have to vote on a challenge; at least 1 where there are challenges.
    pub resolution_window_seconds: u32,
    /// Time that a finalized proposal with penalties stays, so that they can be executed.
    pub retention_seconds: u32,
    /// Part of the loser's bond that is burned, in basis points; the rest is the winner's.
    pub challenge_burn_bps: u16,
    /// Zeros.
    pub reserved: [u8; 34],
}

const _: () = assert!(size_of::<PoolTerms>() == 2 * 32 + 2 * 8 + 2 * 16 + 3 * 4 + 2 + 34);

impl PoolTerms {
    /// Whether the terms can be in force: a treasury, windows of at most a year, parts of at most
    /// all, limits with a window, zeros in what is reserved.
    ///
    /// # Errors
    /// [`RewardsError::InvalidKey`] or [`RewardsError::InvalidTerms`].
    pub fn validate(&self) -> Result<()> {
        require!(self.treasury != Address::default(), RewardsError::InvalidKey);
        require!(
            self.breaker.is_valid()
                && self.operator_cap.is_valid()
                && self.operator_cap.max_bps == 0
                && self.challenge_window_seconds <= MAX_WINDOW_SECONDS
                && self.resolution_window_seconds <= MAX_WINDOW_SECONDS
                && self.retention_seconds <= MAX_WINDOW_SECONDS
                && self.challenge_burn_bps <= ALL_BPS
                && (self.challenge_bond == 0 || self.resolution_window_seconds > 0)
                && self.reserved == [0; 34],
            RewardsError::InvalidTerms
        );
        Ok(())
    }
}
