//! Usage credits: what customers pay in, bought by burning tokens at a price that oracles report.
//!
//! A price is in credits × 10⁹ per smallest unit of the token. What one credit is worth is the
//! founder's to say; 0.00001 USD is a good choice. A token of 6 decimals that trades at 0.50 USD
//! is then worth 50,000 credits, so a smallest unit 0.05 of them, and its price is 50,000,000.
//!
//! Who buys credits pays by what oracles say now. What an epoch's usage is worth is asked later, by
//! readers that look at different times: they take what was said before the settlement period of
//! the epoch's end began ([`price_at`]).

use crate::settlement::{Settled, period_start};

/// A price is in 10⁻⁹ credits.
pub const PRICE_SCALE: u64 = 1_000_000_000;

/// Credits for `tokens` smallest units at `price`: ⌊tokens × price / 10⁹⌋. `None` beyond 64 bits.
pub fn credits_for(tokens: u64, price: u64) -> Option<u64> {
    u128::from(tokens)
        .checked_mul(u128::from(price))?
        .checked_div(u128::from(PRICE_SCALE))
        .and_then(|credits| u64::try_from(credits).ok())
}

/// The fewest smallest units that buy `credits` at `price`: ⌈credits × 10⁹ / price⌉. `None`
/// beyond 64 bits, or when the price is 0.
pub fn tokens_for(credits: u64, price: u64) -> Option<u64> {
    if price == 0 {
        return None;
    }
    let scaled = u128::from(credits).checked_mul(u128::from(PRICE_SCALE))?;
    u64::try_from(scaled.div_ceil(u128::from(price))).ok()
}

/// The median, and of an even number the lower of the two in the middle: fewer credits, so in
/// doubt for the token's holders. Sorts `prices`. `None` when there are none.
///
/// As long as less than half of the prices are made up, the median lies between honest ones.
pub fn lower_median(prices: &mut [u64]) -> Option<u64> {
    prices.sort_unstable();
    prices.get(prices.len().saturating_sub(1) >> 1).copied()
}

/// What an oracle said that a smallest unit of the token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    /// Credits × 10⁹; 0 for nothing.
    pub price: u64,
    /// Until when it counts, unix seconds, inclusive. Fixed when it was said: later terms say how
    /// old a report may be from then on, and readers before and after their change must agree.
    pub fresh_until: i64,
}

/// The lower median of the reports that counted at the start of the settlement period of `time`:
/// the same for all who ask before the period after the next one begins, with the same
/// `threshold`. `None` when fewer than `threshold` of them counted.
pub fn price_at<const N: usize>(
    reports: &[Settled<Quote>; N],
    threshold: u8,
    time: i64,
    settle_seconds: u32,
) -> Option<u64> {
    let start = period_start(time, settle_seconds);
    let (mut prices, mut count) = ([0u64; N], 0usize);
    for report in reports {
        let quote = report.at(time, settle_seconds);
        let counts = quote.price > 0 && quote.fresh_until >= start;
        if let Some(price) = prices.get_mut(count)
            && counts
        {
            *price = quote.price;
            count = count.saturating_add(1);
        }
    }
    if count < usize::from(threshold) {
        return None;
    }
    lower_median(prices.get_mut(..count)?)
}

/// What `settled` still lacks of `lifetime` credits, as far as `available` covers it.
pub fn debit(lifetime: u64, settled: u64, available: u64) -> u64 {
    lifetime.saturating_sub(settled).min(available)
}
