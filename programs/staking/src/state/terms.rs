use crate::error::StakingError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// The longest cooldown and appeal window: 90 days. Longer ones would keep stakers in for good.
pub const MAX_WAIT_SECONDS: u32 = 90 * 24 * 60 * 60;
/// The longest time that penalties may be announced for after their epoch was finalized: a year.
pub const MAX_EXPIRY_SECONDS: u32 = 365 * 24 * 60 * 60;
/// Basis points of the whole.
pub const BPS: u16 = 10_000;

/// What a network's authority may change in its stake pool, after the network's delay. 64 bytes.
#[derive(
    AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Pod, Zeroable, Debug, PartialEq, Eq,
)]
#[repr(C)]
pub struct StakeTerms {
    /// Wallet whose associated token accounts get the treasury's part of penalties and the
    /// rewards that arrive while nobody delegates.
    pub treasury: Address,
    /// Time between a request to unbond and withdrawal, at most [`MAX_WAIT_SECONDS`]; no shorter
    /// than an epoch of the rewards pool, so that joining for a moment to catch a reward never
    /// pays more than staying.
    pub cooldown_seconds: u32,
    /// Time between the announcement of a penalty and its execution, in which it may be vetoed; at
    /// most [`MAX_WAIT_SECONDS`].
    pub appeal_window_seconds: u32,
    /// Time after the finalization of an epoch in which its penalties may be announced, 1 to
    /// [`MAX_EXPIRY_SECONDS`].
    pub penalty_expiry_seconds: u32,
    /// The most that the penalties of one epoch take, in basis points of all stake.
    pub penalty_cap_bps: u16,
    /// Part of a penalty that is burned, in basis points.
    pub burn_bps: u16,
    /// Part of a penalty that the treasury gets, in basis points; it also gets what rounding
    /// leaves over, and the challenger's part where there is none.
    pub treasury_bps: u16,
    /// Part of a penalty that the challenger gets, in basis points. The three add up to 10,000.
    pub challenger_bps: u16,
    /// Zeros.
    pub reserved: [u8; 12],
}

const _: () = assert!(size_of::<StakeTerms>() == 32 + 3 * 4 + 4 * 2 + 12);

impl StakeTerms {
    /// Refuses terms outside their limits; `least_cooldown` is the rewards pool's epoch.
    ///
    /// # Errors
    /// [`StakingError::InvalidKey`], [`StakingError::InvalidTerms`].
    pub fn validate(&self, least_cooldown: u32) -> Result<()> {
        require!(self.treasury != Address::default(), StakingError::InvalidKey);
        let parts = u32::from(self.burn_bps)
            .saturating_add(u32::from(self.treasury_bps))
            .saturating_add(u32::from(self.challenger_bps));
        require!(
            (least_cooldown..=MAX_WAIT_SECONDS).contains(&self.cooldown_seconds)
                && self.appeal_window_seconds <= MAX_WAIT_SECONDS
                && (1..=MAX_EXPIRY_SECONDS).contains(&self.penalty_expiry_seconds)
                && self.penalty_cap_bps <= BPS
                && parts == u32::from(BPS)
                && self.reserved == [0; 12],
            StakingError::InvalidTerms
        );
        Ok(())
    }
}

/// `amount × bps / 10,000`, rounded down.
pub fn part_of(amount: u64, bps: u16) -> u64 {
    u128::from(amount)
        .saturating_mul(u128::from(bps))
        .checked_div(u128::from(BPS))
        .and_then(|part| u64::try_from(part).ok())
        .unwrap_or(0)
}
