//! A device that was moved earns less for a while.
//!
//! Where devices stand decides what they earn (density, under-served cells, who hears whom). Moving
//! one on paper costs a fee; earning nothing until it was heard at the new place for some time makes
//! it cost more than it brings. So does taking a location back: else the last epoch with one would be
//! free.
//!
//! The registry keeps the last change of a location alone, and oracles that read it at different times
//! see different ones: what was asserted after an epoch's end hides when it changed before. They agree
//! about what changed within the epoch, and about where the device stands when it ends. Therefore the
//! state remembers the places, and when each was taken.

use super::State;
use super::partners::ratio_ppm;
use crate::device::{Address, DeviceRecord};
use crate::geometry::distance_mm;
use crate::input::{EpochInput, Proof};
use crate::judgment::{Factor, ONE, scaled};
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::proof::Position;
use std::collections::BTreeMap;

/// Where a device that gave proofs is asserted to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Place {
    /// The place that later ones are compared with, so that many small corrections make a move.
    pub position: Position,
    /// When it was taken after another, or given up, unix seconds; 0 when it was the first.
    pub since_s: u64,
    /// How far the one before was, in metres.
    pub moved_m: u64,
    /// End of the last epoch with a proof of the device, unix seconds.
    pub seen_s: u64,
}

/// Notes where the devices of the epoch's proofs stand, and forgets the places of those that gave none
/// for longer than any rule looks back.
pub(super) fn remember(input: &EpochInput<'_>, state: &mut State, proofs: &[Proof<'_>]) {
    let ends_at_s = input.ends_at_s();
    let devices: BTreeMap<Address, &DeviceRecord> =
        proofs.iter().map(|proof| (proof.device.address, proof.device)).collect();
    for (address, device) in devices {
        let before = state.places.get(&address);
        if let Some(place) = place(input, device, before) {
            state.places.insert(address, Place { seen_s: ends_at_s, ..place });
        }
    }
    let policy = &input.policy.wireless;
    let kept_s = u64::from(policy.relocation_seconds.max(policy.reciprocity_seconds));
    state.places.retain(|_, place| place.seen_s.saturating_add(kept_s) >= ends_at_s);
}

/// The device's place at the epoch's end, given what was known of it. `None` for a device that never
/// had one.
fn place(input: &EpochInput<'_>, device: &DeviceRecord, known: Option<&Place>) -> Option<Place> {
    let policy = &input.policy.wireless;
    let starts_at_s = input.starts_at_ms / 1_000;
    let second = |time_s: u64| i64::try_from(time_s).unwrap_or(i64::MAX);
    let asserted = &device.position;
    let now = asserted.at(second(input.ends_at_s()));
    let changed_s = u64::try_from(asserted.since_s)
        .ok()
        .filter(|since_s| (starts_at_s.saturating_add(1)..=input.ends_at_s()).contains(since_s));
    // What changed in an epoch without a proof of the device counts from the first one with.
    let since_s = changed_s.unwrap_or(starts_at_s);
    let before = known.map(|known| known.position);
    let before = before.or_else(|| changed_s.and(asserted.at(second(starts_at_s))));
    let first = |position| Place { position, since_s: 0, moved_m: 0, seen_s: 0 };
    match (before, now) {
        (None, None) => None,
        (None, Some(now)) => {
            // Taking the location back and asserting another must not be a way around; the first
            // one soon after the device joined is no move.
            let joined_s = u64::try_from(device.onboarded_at_s).unwrap_or(0);
            let soon_s = joined_s.saturating_add(policy.relocation_seconds.into());
            let late = changed_s.is_some_and(|since_s| since_s > soon_s);
            Some(Place { since_s: if late { since_s } else { 0 }, ..first(now) })
        }
        // Given up in this epoch: what it earned by it is that of a device that moves.
        (Some(before), None) if changed_s.is_some() => Some(Place { since_s, ..first(before) }),
        (Some(before), None) => known.copied().or(Some(first(before))),
        (Some(before), Some(now)) => {
            let moved_mm = distance_mm(&before, &now);
            let most_m = policy.fix_tolerance_m.saturating_add(policy.position_tolerance_m);
            if moved_mm > most_m.saturating_mul(1_000) {
                return Some(Place { since_s, moved_m: moved_mm / 1_000, ..first(now) });
            }
            known.copied().or(Some(first(before)))
        }
    }
}

/// The factor `relocation` of a device whose asserted location changed shortly before the epoch ends.
pub(super) fn factor(input: &EpochInput<'_>, state: &State, device: &Address) -> Option<Factor> {
    let policy = &input.policy.wireless;
    let lasts_s = u64::from(policy.relocation_seconds);
    let place = state.places.get(device).filter(|place| place.since_s > 0)?;
    let age_s = input.ends_at_s().checked_sub(place.since_s)?;
    if age_s >= lasts_s {
        return None;
    }
    let least = u64::from(policy.relocation_ppm);
    let risen = scaled(ONE.saturating_sub(least), ratio_ppm(age_s, lasts_s));
    let inputs = [
        ("seconds_since", age_s.into()),
        ("lasts_seconds", lasts_s.into()),
        ("moved_m", place.moved_m.into()),
    ];
    Some(Factor::new("relocation", least.saturating_add(risen), inputs))
}
