//! Proofs that answer a seed of the chain.

use crate::input::{EpochInput, Proof};
use cairn_protocol::reason::Reason;

/// Whether the proof's challenge is a seed that was known when the proof was captured, and for no
/// longer than `max_age_seconds`. The clock tolerance of the policy is given both ways.
pub(super) fn is_fresh(
    input: &EpochInput<'_>,
    proof: &Proof<'_>,
    max_age_seconds: u32,
) -> Result<(), Reason> {
    let seed = input.seeds.get(&proof.challenge).ok_or(Reason::SeedUnknown)?;
    let tolerance_ms = u64::from(input.policy.wireless.clock_tolerance_ms);
    let known_ms = seed.known_from_ms();
    if proof.captured_at_ms.saturating_add(tolerance_ms) < known_ms {
        return Err(Reason::SeedNotYetKnown);
    }
    let age_ms = proof.captured_at_ms.saturating_sub(known_ms);
    if age_ms > u64::from(max_age_seconds).saturating_mul(1_000).saturating_add(tolerance_ms) {
        return Err(Reason::SeedTooOld);
    }
    Ok(())
}
