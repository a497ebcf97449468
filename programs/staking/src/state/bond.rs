use super::StoredDilution;
use anchor_lang::prelude::*;
use cairn_protocol::settlement::{Settled, period};

/// Seed of a bond's address: `["bond", stake pool, owner, [role], class u16 LE]`.
pub const BOND_SEED: &[u8] = b"bond";
/// [`Bond::role`] of an operator's bond for its devices of one class.
pub const ROLE_OPERATOR: u8 = 0;
/// [`Bond::role`] of an oracle's bond.
pub const ROLE_ORACLE: u8 = 1;

/// Tokens that an operator or oracle has at risk. 8 + 240 bytes.
///
/// Oracles read the amount of a past moment by `cairn_protocol::settlement`, with the stake pool's
/// `settle_seconds`.
#[account]
pub struct Bond {
    /// Stake pool that holds the tokens.
    pub stake_pool: Address,
    /// Wallet that may take them out.
    pub owner: Address,
    /// Who paid for this account.
    pub rent_payer: Address,
    /// Tokens bonded; unbonding ones are not included.
    pub amount: u64,
    /// When `amount` last changed, unix seconds.
    pub amount_since: i64,
    /// The amount before the settlement period of `amount_since`.
    pub previous_amount: u64,
    /// When it changed to `previous_amount`, unix seconds.
    pub previous_amount_since: i64,
    /// The amount before the settlement period of `previous_amount_since`.
    pub earlier_amount: u64,
    /// Tokens on their way out, within reach of penalties until they are withdrawn.
    pub unbonding: u64,
    /// Unbondings requested so far; the next one gets this index.
    pub unbonding_count: u64,
    /// What penalties took from `unbonding`.
    pub unbonding_dilution: StoredDilution,
    /// Unbondings that were not withdrawn yet.
    pub open_unbondings: u32,
    /// Penalties that are announced and neither executed nor vetoed.
    pub pending_penalties: u32,
    /// Device class that it backs; 0 for an oracle.
    pub class: u16,
    /// 0 operator, 1 oracle.
    pub role: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 59],
}

const _: () =
    assert!(size_of::<Bond>() == 3 * 32 + 7 * 8 + size_of::<StoredDilution>() + 2 * 4 + 2 + 3 + 59);

impl Bond {
    /// The amount with its history.
    pub fn settled(&self) -> Settled<u64> {
        Settled {
            current: self.amount,
            since: self.amount_since,
            previous: self.previous_amount,
            previous_since: self.previous_amount_since,
            earlier: self.earlier_amount,
        }
    }

    /// Whether no oracle asks any more for an amount other than none: there never was one, or the
    /// settlement period after the one of the last change is over.
    pub fn is_settled(&self, now: i64, settle_seconds: u32) -> bool {
        let never = self.amount == 0 && self.previous_amount == 0 && self.earlier_amount == 0;
        never
            || period(now, settle_seconds)
                >= period(self.amount_since, settle_seconds).saturating_add(2)
    }

    /// Changes the amount and keeps the history.
    #[inline(always)]
    pub fn set_amount(&mut self, amount: u64, now: i64, settle_seconds: u32) {
        let settled = self.settled().record(amount, now, settle_seconds);
        self.amount = settled.current;
        self.amount_since = settled.since;
        self.previous_amount = settled.previous;
        self.previous_amount_since = settled.previous_since;
        self.earlier_amount = settled.earlier;
    }
}
