//! Beacons: which count, and where they were sent.

use super::{State, seed};
use crate::device::Address;
use crate::geometry::distance_mm;
use crate::input::{EpochInput, Proof};
use crate::judgment::Judgment;
use crate::policy::WirelessPolicy;
use crate::standing::Standing;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{Beacon, Body, Position};
use cairn_protocol::reason::Reason;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How long the last fix of a mobile sender is kept, in milliseconds: two days, after which it may
/// be anywhere.
const FIX_KEPT_MS: u64 = 172_800_000;

/// A beacon that counts.
#[derive(Debug, Clone)]
pub(super) struct Sent<'a> {
    /// Index of its proof.
    pub(super) at: usize,
    pub(super) proof: &'a Proof<'a>,
    pub(super) beacon: &'a Beacon,
    /// Where it was sent.
    pub(super) position: Position,
}

/// What became of the beacons.
#[derive(Debug, Default)]
pub(super) struct Beacons<'a> {
    /// Those that count, by payload.
    pub(super) counting: BTreeMap<Hash, Sent<'a>>,
    /// Payloads of the others; also of a beacon that was repeated.
    pub(super) refused: BTreeSet<Hash>,
    /// Payloads of those right before the epoch before ended.
    pub(super) before: BTreeSet<Hash>,
}

pub(super) fn judge<'a>(
    input: &EpochInput<'_>,
    standing: &Standing,
    state: &mut State,
    proofs: &'a [Proof<'a>],
    judgments: &mut [Judgment],
) -> Beacons<'a> {
    let policy = &input.policy.wireless;
    let mut beacons = Beacons { before: std::mem::take(&mut state.late), ..Beacons::default() };
    let mut sent_by: HashMap<Address, u32> = HashMap::new();
    let late_ms =
        u64::from(policy.max_witness_lag_ms).saturating_add(policy.clock_tolerance_ms.into());
    for (at, (proof, judgment)) in proofs.iter().zip(judgments).enumerate() {
        let Body::Beacon(beacon) = &proof.body else { continue };
        let payload = beacon.payload(&input.network, &proof.challenge, proof.key());
        let sender = proof.device.address;
        let count = sent_by.entry(sender).or_default();
        let verdict = standing
            .entitled(&sender)
            .and_then(|()| seed::is_fresh(input, proof, policy.beacon_max_seed_age_seconds))
            .and_then(|()| place(policy, proof, beacon))
            .and_then(|position| is_in_plan(policy, beacon).map(|()| position))
            .and_then(|position| {
                if beacons.counting.contains_key(&payload) {
                    return Err(Reason::BeaconRepeated);
                }
                let mobile = proof.asserted_position().is_none();
                if mobile && jumps(policy, state, proof, &position) {
                    return Err(Reason::SenderTooFast);
                }
                if *count >= policy.beacons_per_epoch {
                    return Err(Reason::BeaconOverLimit);
                }
                if mobile {
                    state.fixes.insert(sender, (proof.captured_at_ms, position));
                }
                Ok(position)
            });
        match verdict {
            Ok(position) => {
                *count = count.saturating_add(1);
                if proof.captured_at_ms.saturating_add(late_ms) >= input.ends_at_ms {
                    state.late.insert(payload);
                }
                beacons.counting.insert(payload, Sent { at, proof, beacon, position });
            }
            Err(reason) => {
                *judgment = Judgment::refused(reason);
                beacons.refused.insert(payload);
            }
        }
    }
    let oldest_ms = input.ends_at_ms.saturating_sub(FIX_KEPT_MS);
    state.fixes.retain(|_, (at_ms, _)| *at_ms >= oldest_ms);
    beacons
}

/// Where the beacon was sent: the asserted location, which the beacon's own fix must not
/// contradict; of a mobile sender, if the policy allows any, its fix.
fn place(policy: &WirelessPolicy, proof: &Proof<'_>, beacon: &Beacon) -> Result<Position, Reason> {
    match (proof.asserted_position(), beacon.position) {
        (Some(asserted), Some(fix)) => {
            let most_m = policy.fix_tolerance_m.saturating_add(policy.position_tolerance_m);
            if distance_mm(&asserted, &fix) > most_m.saturating_mul(1_000) {
                return Err(Reason::PositionContradicted);
            }
            Ok(asserted)
        }
        (Some(asserted), None) => Ok(asserted),
        (None, Some(fix)) if policy.mobile_senders => Ok(fix),
        (None, _) => Err(Reason::LocationUnknown),
    }
}

fn is_in_plan(policy: &WirelessPolicy, beacon: &Beacon) -> Result<(), Reason> {
    let mut most_cdbm = policy.max_eirp_cdbm;
    if !policy.bands.is_empty() {
        // Of bands that overlap the one that allows most counts.
        let band = policy
            .bands
            .iter()
            .filter(|band| (band.from_hz..=band.to_hz).contains(&beacon.frequency_hz))
            .map(|band| band.max_eirp_cdbm)
            .max()
            .ok_or(Reason::FrequencyOutsidePlan)?;
        most_cdbm = most_cdbm.min(band);
    }
    if beacon.eirp_cdbm > most_cdbm { Err(Reason::PowerOverLimit) } else { Ok(()) }
}

/// Whether the sender would have moved faster than the policy allows since the last beacon of it
/// that counts. The time between is rounded up by the clock tolerance.
fn jumps(policy: &WirelessPolicy, state: &State, proof: &Proof<'_>, position: &Position) -> bool {
    let Some((last_ms, last)) = state.fixes.get(&proof.device.address) else { return false };
    let tolerance_mm = policy.position_tolerance_m.saturating_mul(1_000);
    let moved_mm = distance_mm(last, position).saturating_sub(tolerance_mm);
    let took_ms = proof
        .captured_at_ms
        .saturating_sub(*last_ms)
        .saturating_add(policy.clock_tolerance_ms.into());
    // Metres a second are millimetres a millisecond.
    moved_mm > took_ms.saturating_mul(policy.mobile_max_speed_m_per_s.into())
}
