use super::{MAX_ORACLES, MAX_WINDOW_SECONDS, OracleSet};
use crate::error::RewardsError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use cairn_protocol::{
    credits::{self, Quote},
    settlement::Settled,
};

/// Seed of a credit market's address: `["credits", pool]`.
pub const CREDIT_MARKET_SEED: &[u8] = b"credits";
/// Seed of a customer's address: `["credit-account", market, customer]`.
pub const CREDIT_ACCOUNT_SEED: &[u8] = b"credit-account";

/// What the oracle in one place of the set says that the token is worth, with as much of what was
/// said in that place before as readers need to agree about an epoch's end. 96 bytes.
///
/// Only an oracle of the set can report, so that each of these was in the set when it was said.
/// Whether it still was when an epoch ended the set does not tell; it counts until it is old.
#[derive(
    AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Pod, Zeroable, Debug, PartialEq, Eq,
)]
#[repr(C)]
pub struct PriceReport {
    /// Who says it; zero where nothing was said yet.
    pub oracle: Address,
    /// Credits × 10⁹ per smallest unit of the token.
    pub price: u64,
    /// When, unix seconds.
    pub at: i64,
    /// Until when it counts for an epoch's end, unix seconds, by the terms in force at `at`.
    pub fresh_until: i64,
    /// The price before the settlement period of `at`; 0 for none.
    pub previous_price: u64,
    /// When it was reported, unix seconds.
    pub previous_at: i64,
    /// Until when it counts.
    pub previous_fresh_until: i64,
    /// The price before the settlement period of `previous_at`; 0 for none.
    pub earlier_price: u64,
    /// Until when it counts.
    pub earlier_fresh_until: i64,
}

const _: () = assert!(size_of::<PriceReport>() == 32 + 8 * 8);

impl PriceReport {
    /// What was said in this place, with its history.
    pub fn quotes(&self) -> Settled<Quote> {
        Settled {
            current: Quote { price: self.price, fresh_until: self.fresh_until },
            since: self.at,
            previous: Quote { price: self.previous_price, fresh_until: self.previous_fresh_until },
            previous_since: self.previous_at,
            earlier: Quote { price: self.earlier_price, fresh_until: self.earlier_fresh_until },
        }
    }

    /// Books what `oracle` says now. What another oracle said in this place before stays: it counts
    /// for the epochs that ended then.
    pub fn book(&mut self, oracle: Address, quote: Quote, now: i64, settle_seconds: u32) {
        let history = self.quotes().record(quote, now, settle_seconds);
        *self = Self {
            oracle,
            price: history.current.price,
            at: history.since,
            fresh_until: history.current.fresh_until,
            previous_price: history.previous.price,
            previous_at: history.previous_since,
            previous_fresh_until: history.previous.fresh_until,
            earlier_price: history.earlier.price,
            earlier_fresh_until: history.earlier.fresh_until,
        };
    }
}

/// What a credit market's authority may change, after the network's delay. 48 bytes.
#[derive(
    AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Pod, Zeroable, Debug, PartialEq, Eq,
)]
#[repr(C)]
pub struct CreditTerms {
    /// The most burned tokens of an epoch that may be minted again, in the mint's smallest unit;
    /// 0 for none. Of no effect where the vault is filled from outside.
    pub remint_cap: u64,
    /// How old a price report may be when credits are bought, and when the settlement period of an
    /// epoch's end began; for the latter the terms in force when it was reported say it.
    pub max_report_age_seconds: u32,
    /// Time between the request to withdraw escrow and the withdrawal; at least as long as
    /// an epoch takes to be settled, so that what was used can still be debited.
    pub escrow_delay_seconds: u32,
    /// Zeros.
    pub reserved: [u8; 32],
}

const _: () = assert!(size_of::<CreditTerms>() == 8 + 2 * 4 + 32);

impl CreditTerms {
    /// Whether the terms can be in force.
    ///
    /// # Errors
    /// [`RewardsError::InvalidTerms`].
    pub fn validate(&self) -> Result<()> {
        require!(
            (1..=MAX_WINDOW_SECONDS).contains(&self.max_report_age_seconds)
                && self.escrow_delay_seconds <= MAX_WINDOW_SECONDS
                && self.reserved == [0; 32],
            RewardsError::InvalidTerms
        );
        Ok(())
    }
}

/// Where customers buy credits of a pool's token. 8 + 3,360 bytes.
#[account]
pub struct CreditMarket {
    /// Pool whose token is burned.
    pub pool: Address,
    /// Who gets the rent back.
    pub rent_payer: Address,
    /// In force until `pending_terms_at`; read them by [`CreditMarket::terms_at`].
    pub terms: CreditTerms,
    /// In force from `pending_terms_at` on.
    pub pending_terms: CreditTerms,
    /// When `pending_terms` come into force, unix seconds; 0 when there are none.
    pub pending_terms_at: i64,
    /// Customers whose accounts are not closed.
    pub account_count: u64,
    /// Tokens burned over the market's life.
    pub burned_total: u64,
    /// Credits bought over the market's life.
    pub bought_total: u64,
    /// Credits debited over the market's life.
    pub settled_total: u64,
    /// Each oracle's reports, in the place that it has in the oracle set.
    pub reports: [PriceReport; MAX_ORACLES],
    /// Length of the network's settlement period.
    pub settle_seconds: u32,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 82],
}

const _: () = assert!(
    size_of::<CreditMarket>()
        == 2 * 32
            + 2 * size_of::<CreditTerms>()
            + 5 * 8
            + MAX_ORACLES * size_of::<PriceReport>()
            + 4
            + 2
            + 82
);

impl CreditMarket {
    /// The terms in force at `time`, unix seconds.
    pub fn terms_at(&self, time: i64) -> &CreditTerms {
        if self.pending_terms_at != 0 && time >= self.pending_terms_at {
            &self.pending_terms
        } else {
            &self.terms
        }
    }

    /// The median of what the pool's oracles said lately.
    ///
    /// # Errors
    /// [`RewardsError::StalePrice`] when fewer of them than the set's threshold did.
    pub fn price(&self, set: &OracleSet, now: i64) -> Result<u64> {
        let oldest = now.saturating_sub(i64::from(self.terms_at(now).max_report_age_seconds));
        let (mut prices, mut count) = ([0u64; MAX_ORACLES], 0usize);
        for (place, (report, oracle)) in self.reports.iter().zip(&set.oracles).enumerate() {
            let is_fresh = report.price > 0
                && report.at >= oldest
                && report.oracle == *oracle
                && set.is_active(place);
            if let Some(price) = prices.get_mut(count)
                && is_fresh
            {
                *price = report.price;
                count = count.saturating_add(1);
            }
        }
        require!(count >= usize::from(set.threshold), RewardsError::StalePrice);
        let fresh = prices.get_mut(..count).ok_or(RewardsError::StalePrice)?;
        Ok(credits::lower_median(fresh).ok_or(RewardsError::StalePrice)?)
    }
}

/// One customer's credits. 8 + 256 bytes.
#[account]
pub struct CreditAccount {
    /// Market that it belongs to.
    pub market: Address,
    /// Wallet of the customer.
    pub customer: Address,
    /// Who paid the rent, and gets it back.
    pub rent_payer: Address,
    /// Credits at the customer's disposal.
    pub balance: u64,
    /// Credits that back what the customer uses.
    pub escrowed: u64,
    /// Credits on their way out of escrow; they still back what was used.
    pub withdrawing: u64,
    /// When `withdrawing` may be withdrawn, unix seconds; 0 when there is nothing.
    pub withdraw_at: i64,
    /// Credits bought over the account's life.
    pub bought_total: u64,
    /// Credits debited over the account's life.
    pub settled_total: u64,
    /// Everything that ever backed usage and was not withdrawn: `escrowed`, `withdrawing` and
    /// `settled_total` together. What the customer's usage over its life may not exceed.
    pub backing: u64,
    /// When `backing` last changed, unix seconds.
    pub backing_since: i64,
    /// The backing before the settlement period of `backing_since`.
    pub previous_backing: u64,
    /// When it changed to `previous_backing`, unix seconds.
    pub previous_backing_since: i64,
    /// The backing before the settlement period of `previous_backing_since`.
    pub earlier_backing: u64,
    /// The market's.
    pub settle_seconds: u32,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 66],
}

const _: () = assert!(size_of::<CreditAccount>() == 3 * 32 + 11 * 8 + 4 + 2 + 66);

impl CreditAccount {
    /// The backing with its history.
    pub fn backings(&self) -> Settled<u64> {
        Settled {
            current: self.backing,
            since: self.backing_since,
            previous: self.previous_backing,
            previous_since: self.previous_backing_since,
            earlier: self.earlier_backing,
        }
    }

    /// Books what backs usage from now on; to be called whenever escrow grows or is withdrawn.
    ///
    /// # Errors
    /// [`RewardsError::Overflow`].
    pub fn book_backing(&mut self, now: i64) -> Result<()> {
        let backing = self
            .escrowed
            .checked_add(self.withdrawing)
            .and_then(|sum| sum.checked_add(self.settled_total))
            .ok_or(RewardsError::Overflow)?;
        let history = self.backings().record(backing, now, self.settle_seconds);
        self.backing = history.current;
        self.backing_since = history.since;
        self.previous_backing = history.previous;
        self.previous_backing_since = history.previous_since;
        self.earlier_backing = history.earlier;
        Ok(())
    }
}
