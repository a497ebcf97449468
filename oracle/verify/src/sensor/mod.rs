//! Rules of the sensor kinds: readings of fixed sensors, tracks of moving devices, and cells that they
//! map.
//!
//! A proof carries many items (readings, fixes, observations), and the rules look at each: what is wrong
//! with one is no reason to lose the others. A proof counts when at least one of its items passes, for
//! what passes; the factor `readings`, `fixes` or `observations` says how many did, and how many failed
//! by which reason. A proof of which none passes is refused for what most of them fail by.
//!
//! - [`readings`]: chain, time, range, stagnation, spikes, agreement with neighbours; units are hours
//!   measured, less after a relocation, after a lost chain and in a crowded cell
//! - [`motion`]: time, accuracy, speed, acceleration and frozen positions of everything that a device
//!   says about where it was
//! - [`tracks`]: units are minutes or kilometres
//! - [`coverage`]: an observation lies on the device's own track and is new; units follow the cell's
//!   freshness
//!
//! Only devices that may earn (active, licensed, bonded) have a voice in what others get: as neighbours,
//! in a cell's capacity, and in its freshness.

pub mod coverage;
pub mod motion;
pub mod readings;
pub mod tracks;

mod items;
mod neighbours;

use crate::device::Address;
use crate::input::{EpochInput, Proof};
use crate::judge::Found;
use crate::judgment::{Judgment, ONE};
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::proof::Body;
use cairn_protocol::reason::Reason;
use std::collections::{BTreeMap, BTreeSet};

/// What the sensor rules carry from epoch to epoch. Everything in it is dropped when it is older than the
/// policy's memory.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct State {
    /// Where the readings of a device and quantity stand.
    pub series: BTreeMap<(Address, u16), readings::Series>,
    /// Where a device measures, as long as one of its series is kept.
    pub standings: BTreeMap<Address, readings::Standing>,
    /// Where a moving device stands.
    pub motions: BTreeMap<Address, motion::Motion>,
    /// When somebody last mapped a cell of H3, unix milliseconds.
    pub cells: BTreeMap<u64, u64>,
    /// Images given, by the first half of their hash, and when, unix milliseconds.
    pub contents: BTreeMap<[u8; 16], u64>,
}

pub(crate) fn judge(input: &EpochInput<'_>, state: &mut State, proofs: &[Proof<'_>]) -> Found {
    let mut judgments = vec![Judgment::refused(Reason::KindUnsupported); proofs.len()];
    if proofs.is_empty() {
        return Found { judgments, ..Found::default() };
    }
    forget(input, state);
    let earning = earning(input, proofs);
    let mut batches = Vec::new();
    let mut movements: BTreeMap<Address, Vec<usize>> = BTreeMap::new();
    for (at, proof) in proofs.iter().enumerate() {
        match &proof.body {
            Body::ReadingBatch(batch) => batches.push((at, proof, batch)),
            Body::Track(_) | Body::Coverage(_) => {
                movements.entry(proof.device.address).or_default().push(at);
            }
            _ => {}
        }
    }
    let mut verdicts =
        readings::judge(input, &mut state.series, &mut state.standings, &earning, &batches);
    let mut observed = Vec::new();
    for (device, own) in movements {
        let own: Vec<(usize, &Proof<'_>)> =
            own.into_iter().filter_map(|at| Some((at, proofs.get(at)?))).collect();
        let motion = state.motions.entry(device).or_default();
        let path = motion::follow(input, motion, &own);
        verdicts.extend(tracks::judge(input, motion, &own, &path));
        observed.extend(coverage::on_track(input, &own, &path));
    }
    verdicts.extend(coverage::judge(input, state, &earning, observed));
    for (at, judgment) in verdicts {
        if let Some(place) = judgments.get_mut(at) {
            *place = judgment;
        }
    }
    Found { judgments, ..Found::default() }
}

/// The devices among those of the proofs that may earn this epoch.
fn earning(input: &EpochInput<'_>, proofs: &[Proof<'_>]) -> BTreeSet<Address> {
    let ends_at_s = input.ends_at_s();
    let unbonded = input.registry.unbonded_at(ends_at_s);
    proofs
        .iter()
        .map(|proof| proof.device)
        .filter(|device| {
            device.active_at(ends_at_s)
                && input.registry.licensed_at(device, ends_at_s)
                && !unbonded.contains(&device.address)
        })
        .map(|device| device.address)
        .collect()
}

/// Drops what was older than the policy's memory when the epoch began. At the beginning, so that it does
/// not matter how many epochs without proofs came between.
fn forget(input: &EpochInput<'_>, state: &mut State) {
    let policy = &input.policy.sensor;
    let before = |seconds: u32| input.starts_at_ms.saturating_sub(u64::from(seconds) * 1_000);
    let oldest = before(policy.memory_s);
    state.series.retain(|_, series| series.last_at_ms >= oldest);
    let kept: BTreeSet<Address> = state.series.keys().map(|(device, _)| *device).collect();
    state.standings.retain(|device, _| kept.contains(device));
    state.motions.retain(|_, motion| motion.last.is_some_and(|last| last.at_ms >= oldest));
    state.cells.retain(|_, at_ms| *at_ms >= oldest);
    let oldest = before(policy.coverage.content_memory_s);
    state.contents.retain(|_, at_ms| *at_ms >= oldest);
}

/// `part` of `whole` in millionths, rounded up, so that whole items of many stay whole; one for none of
/// none.
fn share(part: u64, whole: u64) -> u64 {
    if part >= whole {
        return ONE;
    }
    let ppm = (u128::from(part) * u128::from(ONE)).div_ceil(u128::from(whole.max(1)));
    u64::try_from(ppm).unwrap_or(ONE)
}

/// A factor that starts at `start_ppm` and is one again after `epochs`, rounded up; `since` counts
/// epochs from 0. `None` when it is one.
fn recovering(start_ppm: u64, epochs: u32, since: u64) -> Option<u64> {
    let epochs = u64::from(epochs);
    if since >= epochs || start_ppm >= ONE {
        return None;
    }
    let gained = u128::from(ONE - start_ppm) * u128::from(since);
    let gained = u64::try_from(gained.div_ceil(u128::from(epochs))).unwrap_or(0);
    Some(start_ppm.saturating_add(gained))
}

/// Whether an item's time fits its proof and the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timing {
    Right,
    /// Before the epoch, or too long before the capture.
    Before,
    /// After the capture, or after the epoch.
    After,
}

/// Judges an item's time. `rounded_ms` is by how much times may be rounded down.
fn timing(input: &EpochInput<'_>, captured_at_ms: u64, at_ms: u64, rounded_ms: u32) -> Timing {
    let policy = &input.policy.sensor;
    let latest = at_ms.saturating_add(rounded_ms.into());
    if at_ms > captured_at_ms.saturating_add(policy.max_ahead_ms) || at_ms >= input.ends_at_ms {
        Timing::After
    } else if (at_ms < input.starts_at_ms && latest <= input.starts_at_ms)
        || captured_at_ms.saturating_sub(latest) > policy.max_delay_ms
    {
        Timing::Before
    } else {
        Timing::Right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_up() {
        assert_eq!(share(0, 3), 0);
        assert_eq!(share(1, 3), 333_334);
        assert_eq!(share(2, 3), 666_667);
        assert_eq!((share(3, 3), share(0, 0), share(u64::MAX, 1)), (ONE, ONE, ONE));
    }

    #[test]
    fn a_penalty_recovers_in_equal_steps() {
        let steps: Vec<_> = (0..5).map(|since| recovering(250_000, 3, since)).collect();
        assert_eq!(steps, [Some(250_000), Some(500_000), Some(750_000), None, None]);
        assert_eq!(recovering(0, 0, 0), None);
        assert_eq!(recovering(ONE, 3, 0), None);
    }
}
