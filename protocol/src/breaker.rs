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
    // Never negative, and as an unsigned number right even beyond the range of an i64.
    let elapsed = if now > since { now.wrapping_sub(since).cast_unsigned() } else { 0 };
    if elapsed >= window {
        return 0;
    }
    let left = window.wrapping_sub(elapsed);
    // used × left / window with used = q × window + r is q × left + r × left / window exactly.
    // Nothing wraps: left ≤ window keeps q × left within `used`, r and left are below 2^32, and
    // the whole is at most `used` again. Saturating would cost 128-bit products on chain.
    let whole = used.checked_div(window).unwrap_or(0);
    let rest = used.checked_rem(window).unwrap_or(0);
    let part = rest.wrapping_mul(left).wrapping_add(window.wrapping_sub(1));
    let part = part.checked_div(window).unwrap_or(0);
    whole.wrapping_mul(left).wrapping_add(part)
}

/// Tokens that may flow out now under `limit`, when `used` still count.
pub fn room(limit: u64, used: u64) -> u64 {
    limit.saturating_sub(used)
}
