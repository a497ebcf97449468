//! Usage credits: what customers pay in, bought by burning tokens at a price that oracles report.
//!
//! A price is in credits × 10⁹ per smallest unit of the token. What one credit is worth is the
//! founder's to say; 0.00001 USD is a good choice. A token of 6 decimals that trades at 0.50 USD
//! is then worth 50,000 credits, so a smallest unit 0.05 of them, and its price is 50,000,000.

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

/// What `settled` still lacks of `lifetime` credits, as far as `available` covers it.
pub fn debit(lifetime: u64, settled: u64, available: u64) -> u64 {
    lifetime.saturating_sub(settled).min(available)
}
