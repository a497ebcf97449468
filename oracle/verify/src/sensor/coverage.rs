//! Mapped cells.
//!
//! An observation that [`motion`](super::motion) let pass
//!
//! 1. lies on the device's own track: the passing fixes before and after it, of which one at least is near
//!    in time, are near enough in place for the highest speed, and for the acceleration if both are near
//!    (`ObservationOffTrack`)
//! 2. shows something of its own: nobody was paid for its image before (`ContentRepeated`)
//!
//! Units: a cell that nobody mapped before counts `first_visit_ppm`; later visits in proportion to the
//! time since the last, up to one unit after `full_after_s`, rounded down. A visit resets that time, so
//! visiting more often earns no more: what a cell pays over time is fixed. One cell pays at most
//! `cell_capacity_ppm` per epoch; visits that get nothing leave it as it was. Visits count in order of
//! their time, then of capture, id and place in the proof. Those of devices that may not earn leave the
//! cell, and the images, as they were.

use super::State;
use super::items::Items;
use super::motion::{Place, Point, leads_past};
use crate::cells::cell_of;
use crate::device::Address;
use crate::input::{EpochInput, Proof};
use crate::judgment::{Factor, Judgment, ONE};
use crate::policy::CoveragePolicy;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::Body;
use cairn_protocol::reason::Reason;
use std::collections::{BTreeMap, BTreeSet};

/// An observation with what is known of it so far.
pub(super) struct Observed {
    /// Place of its proof.
    at: usize,
    index: usize,
    captured_at_ms: u64,
    id: Hash,
    device: Address,
    place: Place,
    content: Hash,
    verdict: Option<Reason>,
}

/// A device's observations, with the verdicts of its way and rule 1.
pub(super) fn on_track(
    input: &EpochInput<'_>,
    proofs: &[(usize, &Proof<'_>)],
    path: &[Point],
) -> Vec<Observed> {
    let fixes: Vec<Place> = path
        .iter()
        .filter(|point| point.is_fix && point.verdict.is_none())
        .map(|point| point.place)
        .collect();
    path.iter()
        .filter(|point| !point.is_fix)
        .filter_map(|point| {
            let (at, proof) = proofs.get(point.proof)?;
            let Body::Coverage(coverage) = &proof.body else { return None };
            let content = coverage.observations.get(point.index)?.content_hash;
            let off = point.verdict.is_none() && !is_near(input, &fixes, &point.place);
            let verdict = if off { Some(Reason::ObservationOffTrack) } else { point.verdict };
            Some(Observed {
                at: *at,
                index: point.index,
                captured_at_ms: proof.captured_at_ms,
                id: proof.id,
                device: proof.device.address,
                place: point.place,
                content,
                verdict,
            })
        })
        .collect()
}

/// Whether the fixes, in order of time, lead past an observation: by the last before it and the first
/// after it, as far as these are near in time. No others, or many fixes in one place would cost their
/// number for each observation.
fn is_near(input: &EpochInput<'_>, fixes: &[Place], seen: &Place) -> bool {
    let (motion, near_s) = (&input.policy.sensor.motion, input.policy.sensor.coverage.near_fix_s);
    let near_ms = u64::from(near_s) * 1_000;
    let next = fixes.partition_point(|fix| fix.at_ms <= seen.at_ms);
    let near = |fix: &&Place| fix.at_ms.abs_diff(seen.at_ms) <= near_ms;
    let before = next.checked_sub(1).and_then(|last| fixes.get(last)).filter(near);
    let after = fixes.get(next).filter(near);
    near_s == 0
        || ((before.is_some() || after.is_some()) && leads_past(motion, before, seen, after))
}

/// What a proof is paid for.
#[derive(Default)]
struct Paid {
    verdicts: Vec<Option<Reason>>,
    ppm: u64,
    first_visits: u64,
    over_capacity: u64,
}

pub(super) fn judge(
    input: &EpochInput<'_>,
    state: &mut State,
    earning: &BTreeSet<Address>,
    mut observed: Vec<Observed>,
) -> Vec<(usize, Judgment)> {
    let policy = &input.policy.sensor.coverage;
    observed
        .sort_unstable_by_key(|seen| (seen.place.at_ms, seen.captured_at_ms, seen.id, seen.index));
    let mut cells = Cells { policy, left: BTreeMap::new() };
    let mut paid: BTreeMap<usize, Paid> = BTreeMap::new();
    for seen in &observed {
        let own = paid.entry(seen.at).or_default();
        let repeated =
            policy.content_memory_s > 0 && state.contents.contains_key(&shortened(&seen.content));
        let verdict = seen.verdict.or(repeated.then_some(Reason::ContentRepeated));
        own.verdicts.push(verdict);
        if verdict.is_none() {
            let heard = earning.contains(&seen.device);
            let ppm = cells.visit(&mut state.cells, heard, &seen.place, own);
            // What got nothing is not remembered, or a parked device could fill the state.
            if heard && ppm > 0 && policy.content_memory_s > 0 {
                state.contents.insert(shortened(&seen.content), seen.place.at_ms);
            }
        }
    }
    paid.into_iter()
        .map(|(at, paid)| {
            let items = Items::of(paid.verdicts.iter().copied());
            let (all, passed) = (paid.verdicts.len() as u64, items.passed());
            let mut factors = vec![items.factor("observations", passed, all)];
            let fresh = u128::from(paid.ppm).div_ceil(u128::from(passed.max(1)));
            let inputs = [
                ("first_visits", paid.first_visits.into()),
                ("revisits", passed.saturating_sub(paid.first_visits).into()),
                ("over_capacity", paid.over_capacity.into()),
            ];
            let fresh = u64::try_from(fresh).unwrap_or(u64::MAX);
            factors.push(Factor::new("freshness", fresh, inputs));
            (at, items.judgment(all * ONE, factors))
        })
        .collect()
}

/// The key of an image. Half a hash suffices: nobody finds a second image of it.
fn shortened(content: &Hash) -> [u8; 16] {
    content.first_chunk().copied().unwrap_or_default()
}

/// What cells still pay this epoch.
struct Cells<'a> {
    policy: &'a CoveragePolicy,
    left: BTreeMap<u64, u64>,
}

impl Cells<'_> {
    /// What a visit gets, in millionths of a unit.
    fn visit(
        &mut self,
        last_visits: &mut BTreeMap<u64, u64>,
        heard: bool,
        place: &Place,
        paid: &mut Paid,
    ) -> u64 {
        let cell = cell_of(&place.position, self.policy.resolution);
        let last_ms = last_visits.get(&cell).copied();
        let fresh_ppm = match last_ms {
            None => self.policy.first_visit_ppm,
            Some(last_ms) => {
                let full_ms = u128::from(self.policy.full_after_s.max(1)) * 1_000;
                let since_ms = u128::from(place.at_ms.saturating_sub(last_ms)).min(full_ms);
                u64::try_from(since_ms * u128::from(ONE) / full_ms).unwrap_or(ONE)
            }
        };
        let left = self.left.entry(cell).or_insert(self.policy.cell_capacity_ppm);
        let ppm = fresh_ppm.min(*left);
        paid.ppm = paid.ppm.saturating_add(ppm);
        paid.first_visits += u64::from(last_ms.is_none());
        paid.over_capacity += u64::from(ppm < fresh_ppm);
        if heard && ppm > 0 {
            *left -= ppm;
            last_visits.insert(cell, last_ms.unwrap_or(0).max(place.at_ms));
        }
        ppm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However often a cell is visited, it pays one unit per `full_after_s`.
    #[test]
    fn visiting_more_often_pays_no_more() {
        let policy = CoveragePolicy { full_after_s: 1_000, ..CoveragePolicy::default() };
        for every_ms in [1_000, 10_000, 250_000, 1_000_000] {
            let mut visits = BTreeMap::new();
            let mut paid = Paid::default();
            for at_ms in (0..=10_000_000).step_by(every_ms) {
                let position = cairn_protocol::proof::Position { latitude_e7: 1, longitude_e7: 2 };
                let place = Place { at_ms: at_ms as u64, position, accuracy_m: 0 };
                Cells { policy: &policy, left: BTreeMap::new() }.visit(
                    &mut visits,
                    true,
                    &place,
                    &mut paid,
                );
            }
            assert_eq!(paid.ppm, 2 * ONE + 10 * ONE, "every {every_ms} ms");
        }
    }
}
