//! What tracks are worth, by the fixes that [`motion`](super::motion) let pass.
//!
//! By minutes: a minute counts once per device, for the proof with its first passing fix. It counts in
//! full when the device got as far as `moving_m` from where the minute before left it (or, after a gap,
//! from the minute's first fix), and as parked else. Factors: `fixes` (minutes of which a fix passes, of
//! those that the proof touches), `repeated_minutes`, `movement`.
//!
//! By kilometres: the sum of straight ways, each at least `moving_m` long so that a receiver's noise adds
//! nothing, none over a gap. Factors: `fixes`, and `movement` where it is nothing.

use super::items::Items;
use super::motion::{Motion, Point};
use super::share;
use crate::geometry::distance_mm;
use crate::input::{EpochInput, Proof};
use crate::judgment::{Factor, Judgment, ONE, scaled};
use crate::policy::{TrackPolicy, TrackUnit};
use cairn_protocol::proof::Body;
use std::collections::{BTreeMap, BTreeSet};

const MINUTE_MS: u64 = 60_000;

/// What a proof is paid for.
#[derive(Debug, Clone, Copy, Default)]
struct Paid {
    moving: u64,
    parked: u64,
    way_mm: u64,
}

pub(super) fn judge(
    input: &EpochInput<'_>,
    motion: &mut Motion,
    proofs: &[(usize, &Proof<'_>)],
    path: &[Point],
) -> Vec<(usize, Judgment)> {
    let policy = &input.policy.sensor.track;
    let passing: Vec<&Point> =
        path.iter().filter(|point| point.is_fix && point.verdict.is_none()).collect();
    let paid = match policy.unit {
        TrackUnit::Minutes => minutes(policy, motion, &passing),
        TrackUnit::Kilometres => kilometres(policy, motion, &passing),
    };
    let mut by_proof: BTreeMap<usize, Vec<&Point>> = BTreeMap::new();
    for point in path {
        by_proof.entry(point.proof).or_default().push(point);
    }
    let mut judgments = Vec::new();
    for (own, (at, proof)) in proofs.iter().enumerate() {
        if !matches!(proof.body, Body::Track(_)) {
            continue;
        }
        let fixes = by_proof.remove(&own).unwrap_or_default();
        let items = Items::of(fixes.iter().map(|point| point.verdict));
        let paid = paid.get(&own).copied().unwrap_or_default();
        let (gross, factors) = match policy.unit {
            TrackUnit::Minutes => {
                let minute = |point: &&Point| point.place.at_ms / MINUTE_MS;
                let touched: BTreeSet<u64> = fixes.iter().map(minute).collect();
                let passed: BTreeSet<u64> =
                    fixes.iter().filter(|point| point.verdict.is_none()).map(minute).collect();
                by_minutes(policy, &items, touched.len() as u64, passed.len() as u64, paid)
            }
            TrackUnit::Kilometres => {
                let mut factors = vec![items.factor("fixes", 1, 1)];
                if paid.way_mm == 0 {
                    factors.push(Factor::new("movement", 0, [("metres", 0)]));
                }
                // A millionth of a kilometre is a millimetre.
                (paid.way_mm, factors)
            }
        };
        judgments.push((*at, items.judgment(gross, factors)));
    }
    judgments
}

fn by_minutes(
    policy: &TrackPolicy,
    items: &Items,
    touched: u64,
    passed: u64,
    paid: Paid,
) -> (u64, Vec<Factor>) {
    let mut factors = vec![items.factor("fixes", passed, touched)];
    let new = paid.moving + paid.parked;
    if new < passed {
        let inputs = [("minutes", passed.into()), ("new", new.into())];
        factors.push(Factor::new("repeated_minutes", share(new, passed), inputs));
    }
    if paid.parked > 0 {
        let worth = paid.moving * ONE + scaled(paid.parked * ONE, policy.parked_ppm);
        let inputs =
            [("moving_minutes", paid.moving.into()), ("parked_minutes", paid.parked.into())];
        factors.push(Factor::new("movement", share(worth, new * ONE), inputs));
    }
    (touched * ONE, factors)
}

/// Pays each minute once.
fn minutes(policy: &TrackPolicy, motion: &mut Motion, passing: &[&Point]) -> BTreeMap<usize, Paid> {
    let mut paid: BTreeMap<usize, Paid> = BTreeMap::new();
    for group in passing.chunk_by(|a, b| a.place.at_ms / MINUTE_MS == b.place.at_ms / MINUTE_MS) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let minute = first.place.at_ms / MINUTE_MS;
        let gap_ms = u64::from(policy.max_gap_s) * 1_000;
        let from = motion
            .anchor
            .filter(|(at_ms, _)| first.place.at_ms.saturating_sub(*at_ms) <= gap_ms)
            .map_or(first.place.position, |(_, position)| position);
        let moved = group.iter().any(|point| {
            distance_mm(&from, &point.place.position) >= u64::from(policy.moving_m) * 1_000
        });
        if motion.minute.is_none_or(|counted| minute > counted) {
            let own = paid.entry(first.proof).or_default();
            *(if moved { &mut own.moving } else { &mut own.parked }) += 1;
            motion.minute = Some(minute);
        }
        motion.anchor = Some((last.place.at_ms, last.place.position));
    }
    paid
}

/// Pays the way from anchor to anchor.
fn kilometres(
    policy: &TrackPolicy,
    motion: &mut Motion,
    passing: &[&Point],
) -> BTreeMap<usize, Paid> {
    let mut paid: BTreeMap<usize, Paid> = BTreeMap::new();
    for point in passing {
        let place = point.place;
        let gap_ms = u64::from(policy.max_gap_s) * 1_000;
        let from = motion.anchor.filter(|(at_ms, _)| place.at_ms.saturating_sub(*at_ms) <= gap_ms);
        let Some((_, position)) = from else {
            motion.anchor = Some((place.at_ms, place.position));
            continue;
        };
        let way_mm = distance_mm(&position, &place.position);
        if way_mm >= u64::from(policy.moving_m) * 1_000 {
            let own = paid.entry(point.proof).or_default();
            own.way_mm = own.way_mm.saturating_add(way_mm);
            motion.anchor = Some((place.at_ms, place.position));
        } else {
            // Still there: the gap is counted from the last fix.
            motion.anchor = Some((place.at_ms, position));
        }
    }
    paid
}
