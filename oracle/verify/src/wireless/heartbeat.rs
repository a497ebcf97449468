//! Heartbeats: a device was on air where it is asserted to stand.

use super::partners::ratio_ppm;
use super::seed;
use crate::device::Address;
use crate::geometry::distance_mm;
use crate::input::{EpochInput, Proof};
use crate::judgment::{Factor, Judgment, ONE};
use crate::standing::Standing;
use cairn_protocol::proof::{Body, Heartbeat};
use cairn_protocol::reason::Reason;
use std::collections::BTreeSet;

pub(super) fn judge(
    input: &EpochInput<'_>,
    standing: &Standing,
    proofs: &[Proof<'_>],
    judgments: &mut [Judgment],
) {
    let interval_s = u64::from(input.policy.wireless.heartbeat_seconds).max(1);
    let mut counted: BTreeSet<(Address, u64)> = BTreeSet::new();
    for (proof, judgment) in proofs.iter().zip(judgments) {
        let Body::Heartbeat(heartbeat) = &proof.body else { continue };
        let since_s = proof.captured_at_ms.saturating_sub(input.starts_at_ms) / 1_000;
        let interval = since_s.checked_div(interval_s).unwrap_or(0);
        let verdict = standing
            .entitled(&proof.device.address)
            .and_then(|()| is_at_its_place(input, proof, heartbeat))
            .and_then(|()| {
                let first = counted.insert((proof.device.address, interval));
                if first { Ok(()) } else { Err(Reason::HeartbeatTooOften) }
            });
        *judgment = match verdict {
            Err(reason) => Judgment::refused(reason),
            Ok(()) => Judgment::counts(ONE, on_air(heartbeat, interval_s).into_iter().collect()),
        };
    }
}

fn is_at_its_place(
    input: &EpochInput<'_>,
    proof: &Proof<'_>,
    heartbeat: &Heartbeat,
) -> Result<(), Reason> {
    let policy = &input.policy.wireless;
    if policy.heartbeat_max_seed_age_seconds > 0 {
        seed::is_fresh(input, proof, policy.heartbeat_max_seed_age_seconds)?;
    }
    let asserted = proof.asserted_position().ok_or(Reason::LocationUnknown)?;
    // Otherwise a radius of 65 km would be at home everywhere.
    if heartbeat.accuracy_m > policy.heartbeat_max_accuracy_m {
        return Err(Reason::FixTooRough);
    }
    let most_m = u64::from(heartbeat.accuracy_m)
        .saturating_add(policy.fix_tolerance_m)
        .saturating_add(policy.position_tolerance_m);
    if distance_mm(&asserted, &heartbeat.position) > most_m.saturating_mul(1_000) {
        return Err(Reason::NotAtLocation);
    }
    Ok(())
}

/// The part of the interval that it was on air, where that is not all.
fn on_air(heartbeat: &Heartbeat, interval_s: u64) -> Option<Factor> {
    let seconds = u64::from(heartbeat.on_air_seconds);
    (seconds < interval_s).then(|| {
        let inputs = [("on_air_seconds", seconds.into()), ("of_seconds", interval_s.into())];
        Factor::new("on_air", ratio_ppm(seconds, interval_s), inputs)
    })
}
