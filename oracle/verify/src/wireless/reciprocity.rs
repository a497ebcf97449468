//! Who hears must be heard: a witness counts only when a beacon of its own device was received by
//! another within the time before that the policy looks at, or later in the epoch. A device that
//! only claims to receive, of which anybody can run a thousand without a radio, earns nothing.
//!
//! That the pair was seen in both directions is the same as far as the witness goes: then the sender
//! is the one that received it. A reception makes the sender heard whether or not the witness counts
//! itself, as otherwise nobody could be the first.

use super::State;
use super::beacon::Beacons;
use crate::input::{EpochInput, Proof};
use cairn_protocol::hash::Hash;

/// Remembers who was heard, by the possible receptions of the epoch, and drops what is too old.
pub(super) fn remember(
    input: &EpochInput<'_>,
    state: &mut State,
    proofs: &[Proof<'_>],
    beacons: &Beacons<'_>,
    possible: &[(usize, Hash)],
) {
    let policy = &input.policy.wireless;
    let ends_at_s = input.ends_at_s();
    for (at, payload) in possible {
        let (Some(proof), Some(sent)) = (proofs.get(*at), beacons.counting.get(payload)) else {
            continue;
        };
        let sender = sent.proof.device;
        let same = proof.device.operator_at(ends_at_s) == sender.operator_at(ends_at_s);
        if same && policy.reciprocity_other_operator {
            continue;
        }
        let heard_at_ms = state.heard.entry(sender.address).or_default();
        *heard_at_ms = (*heard_at_ms).max(sent.proof.captured_at_ms);
    }
    let kept_ms = u64::from(policy.reciprocity_seconds).saturating_mul(1_000);
    let oldest_ms = input.starts_at_ms.saturating_sub(kept_ms);
    state.heard.retain(|_, heard_at_ms| *heard_at_ms >= oldest_ms);
}

/// Whether the device was heard recently enough before the proof, at the place where it stood then.
pub(super) fn is_heard(input: &EpochInput<'_>, state: &State, proof: &Proof<'_>) -> bool {
    let window_ms = u64::from(input.policy.wireless.reciprocity_seconds).saturating_mul(1_000);
    if window_ms == 0 {
        return true;
    }
    let Some(heard_at_ms) = state.heard.get(&proof.device.address) else { return false };
    // What was heard of it elsewhere shows nothing about this place.
    let moved_s = state.places.get(&proof.device.address).map_or(0, |place| place.since_s);
    let since_ms = moved_s.saturating_mul(1_000);
    let here = proof.captured_at_ms < since_ms || *heard_at_ms >= since_ms;
    here && heard_at_ms.saturating_add(window_ms) >= proof.captured_at_ms
}
