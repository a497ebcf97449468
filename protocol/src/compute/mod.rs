//! What a device computes and an oracle checks: the same code on both sides.
//!
//! | module | for |
//! |---|---|
//! | [`field`] | arithmetic modulo 2⁶¹ − 1 |
//! | [`draws`] | numbers that follow from a hash, without bias |
//! | [`product`] | matrices to multiply, the commitment to a product, what is challenged of it |
//! | [`hashes`] | hashing in sequence, and which stretches are checked |
//! | [`duplicates`] | jobs that several devices compute: who is chosen, commit and reveal |

pub mod draws;
pub mod duplicates;
pub mod field;
pub mod hashes;
pub mod product;

/// When nobody can slip in a proof any more that says to be captured at `captured_at_ms`, unix
/// milliseconds: after the time in which it may arrive, and what a clock may be ahead. A seed that
/// begins then or later was known to nobody who made the proof. Without a limit of arrival (0)
/// there is nothing to wait for.
pub const fn settles_at_ms(captured_at_ms: u64, arrival_ms: u64, max_future_ms: u64) -> u64 {
    match arrival_ms {
        0 => captured_at_ms,
        _ => captured_at_ms.saturating_add(arrival_ms).saturating_add(max_future_ms),
    }
}
