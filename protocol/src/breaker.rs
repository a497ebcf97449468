//! A bound on how fast tokens may flow out: the decaying window.
//!
//! What flowed out counts in full at first and decays linearly to nothing over the window, anew
//! after every outflow: `used × (window − elapsed) / window`. A bug or a stolen key then costs at
//! most the limit per window, while honest use never meets it. (The scheme of Helium's circuit
//! breaker program, <https://github.com/helium/helium-program-library>, `programs/circuit-breaker`.)

/// What still counts of `used` tokens at `now`, after they were counted at `since` (unix seconds).
///
/// Rounded up, so that no sequence of small outflows gets out more than a large one. Everything
/// counts while the clock stands still or runs backwards; nothing when `window_seconds` is 0 or
/// over.
pub fn decayed(used: u64, since: i64, now: i64, window_seconds: u32) -> u64 {
    let window = u64::from(window_seconds);
    let elapsed = u64::try_from(now.saturating_sub(since)).unwrap_or(0);
    let Some(left) = window.checked_sub(elapsed) else { return 0 };
    // used × left / window with used = q × window + r is q × left + r × left / window exactly;
    // r and left are below 2^32, and left ≤ window keeps the rest within `used`.
    let (Some(whole), Some(rest)) = (used.checked_div(window), used.checked_rem(window)) else {
        return 0;
    };
    let part = rest.saturating_mul(left).div_ceil(window.max(1));
    whole.saturating_mul(left).saturating_add(part)
}

/// Tokens that may flow out now under `limit`, when `used` still count.
pub fn room(limit: u64, used: u64) -> u64 {
    limit.saturating_sub(used)
}
