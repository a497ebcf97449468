//! Where a device was: everything that it says about that in an epoch, fixes and observations, in order
//! of time.
//!
//! Each point, in this order:
//!
//! 1. lies in the epoch, not before those of its kind in an earlier proof nor equal to one of them, not
//!    after the capture time and not too long before it (`FixBackdated`, `FixInFuture`; `ObservationBackdated`,
//!    `ObservationInFuture`)
//! 2. is not too rough by its receiver's own word (`FixInaccurate`)
//! 3. can be reached from the points before it (`FixTooFast`, `ObservationTooFast`). Not only from the
//!    last one: the way since *any* earlier point is at most highest speed × time since then, plus what
//!    times rounded down may hide (highest speed × time resolution) and both radii. So many fixes under
//!    one rounded time are fair, and no sequence of small jumps among them is faster than one large.
//!    Kept as one number, by how much the way so far exceeds what the speed explains.
//! 4. does not change its velocity faster than a vehicle can (`FixAcceleration`): by the speeds that the
//!    device states, and by three fixes in a row, as far as rounded times and the radii leave it open.
//!    Average speeds of adjacent stretches differ by at most acceleration × half their common time, and
//!    the fix in the middle lies at most acceleration × t₁ × t₂ / 2 from where even motion would have
//!    been, which sees turns. Stretches with a gap between fixes are left out.
//! 5. does not stand at exactly the same place while it claims to move, or for too long (`FixFrozen`): of
//!    such a run only the first fix counts. A gap ends a run, so that a parked vehicle may start where it
//!    stopped.
//!
//! A point that fails is left out: the next is compared with the last that passed, so that an outlier
//! costs itself only, and whoever is really elsewhere is believed once the time suffices.
//!
//! Distances are rounded down, allowances up.

use super::{Timing, timing};
use crate::geometry::distance_mm;
use crate::input::{EpochInput, Proof};
use crate::policy::MotionPolicy;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::proof::{Body, Position};
use cairn_protocol::reason::Reason;
use std::collections::BTreeMap;

/// Where a moving device stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Motion {
    /// The last point that passed.
    pub last: Option<Place>,
    /// By how much the way to it exceeds what the highest speed explains, in mm.
    pub excess_mm: u64,
    /// The last fix that passed.
    pub fix: Option<LastFix>,
    /// The fixes that have exactly the position of the last one.
    pub run: Option<Run>,
    /// The last minute that counted, by number since 1970.
    pub minute: Option<u64>,
    /// The last fix that counted, from which movement is measured.
    pub anchor: Option<(u64, Position)>,
}

/// A point of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Place {
    /// When, unix milliseconds.
    pub at_ms: u64,
    /// Where.
    pub position: Position,
    /// Radius that it may be off by, in metres.
    pub accuracy_m: u16,
}

/// A fix with the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct LastFix {
    /// The fix.
    pub place: Place,
    /// The speed that it states, in cm/s.
    pub speed_cm_s: Option<u16>,
    /// The fix before it, unless there was a gap.
    pub before: Option<Place>,
}

/// Fixes of exactly one position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Run {
    /// The position.
    pub position: Position,
    /// Time of the first, unix milliseconds.
    pub since_ms: u64,
    /// Time of the last, unix milliseconds.
    pub at_ms: u64,
    /// The speed that the last one states, in cm/s.
    pub speed_cm_s: Option<u16>,
    /// The highest speed that one of them states, in cm/s.
    pub top_cm_s: u16,
    /// How far they claim to have moved, in mm: the lower of two speeds times the time between them.
    pub claimed_mm: u64,
}

/// What a device says about where it was, and whether that can be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    /// Place of its proof among the device's.
    pub(super) proof: usize,
    /// Place within the proof.
    pub(super) index: usize,
    /// Whether it is a fix; else an observation.
    pub(super) is_fix: bool,
    pub(super) place: Place,
    speed_cm_s: Option<u16>,
    /// `None` when it passes.
    pub(super) verdict: Option<Reason>,
}

/// The points of all of a device's proofs of the epoch, in order of time, each judged.
pub(super) fn follow(
    input: &EpochInput<'_>,
    motion: &mut Motion,
    proofs: &[(usize, &Proof<'_>)],
) -> Vec<Point> {
    let policy = &input.policy.sensor.motion;
    let mut path = points(input, proofs);
    // Stable: of one time in the order of capture and of the proof.
    path.sort_by_key(|point| point.place.at_ms);
    for point in path.iter_mut().filter(|point| point.verdict.is_none()) {
        point.verdict = reach(policy, input.policy.sensor.track.max_gap_s, motion, point).err();
    }
    frozen(policy, input.policy.sensor.track.max_gap_s, motion, &mut path);
    path
}

/// All points with the verdicts of rules 1 and 2.
fn points(input: &EpochInput<'_>, proofs: &[(usize, &Proof<'_>)]) -> Vec<Point> {
    let motion = &input.policy.sensor.motion;
    let mut path = Vec::new();
    let (mut fixes, mut observations) = (Sent::default(), Sent::default());
    for (proof, (_, of)) in proofs.iter().enumerate() {
        let (fixes_until_ms, observations_until_ms) = (fixes.last_ms, observations.last_ms);
        let mut add = |index, is_fix, place: Place, speed_cm_s| {
            let (sent, until_ms) = match is_fix {
                true => (&mut fixes, fixes_until_ms),
                false => (&mut observations, observations_until_ms),
            };
            let time = timing(input, of.captured_at_ms, place.at_ms, motion.time_resolution_ms);
            let verdict = match time {
                Timing::After => Some((Reason::FixInFuture, Reason::ObservationInFuture)),
                Timing::Right if !sent.before(proof, until_ms, &place) => {
                    sent.add(proof, &place);
                    None
                }
                _ => Some((Reason::FixBackdated, Reason::ObservationBackdated)),
            };
            let verdict = verdict.map(|(fix, observed)| if is_fix { fix } else { observed });
            let rough = is_fix && place.accuracy_m > motion.max_accuracy_m;
            let verdict = verdict.or(rough.then_some(Reason::FixInaccurate));
            path.push(Point { proof, index, is_fix, place, speed_cm_s, verdict });
        };
        match &of.body {
            Body::Track(track) => {
                for (index, fix) in track.fixes.iter().enumerate() {
                    let (at_ms, position) = (fix.at_ms, fix.position);
                    let place = Place { at_ms, position, accuracy_m: fix.accuracy_m };
                    add(index, true, place, fix.speed_cm_s);
                }
            }
            Body::Coverage(coverage) => {
                let accuracy_m = input.policy.sensor.coverage.accuracy_m;
                for (index, seen) in coverage.observations.iter().enumerate() {
                    let (at_ms, position) = (seen.at_ms, seen.position);
                    let place = Place { at_ms, position, accuracy_m };
                    add(index, false, place, None);
                }
            }
            _ => {}
        }
    }
    path
}

/// What a device's proofs of one kind said so far: the last time, and the places of that time, each
/// with the proof that said it first.
#[derive(Debug, Default)]
struct Sent {
    last_ms: u64,
    places: BTreeMap<Position, usize>,
}

impl Sent {
    /// Whether a point of a proof lies before what earlier ones sent, which they did until `until_ms`, or
    /// is of that time and was sent itself: where times are rounded, several points of one time may be
    /// spread over two proofs.
    fn before(&self, proof: usize, until_ms: u64, place: &Place) -> bool {
        let earlier = || self.places.get(&place.position).is_some_and(|by| *by < proof);
        place.at_ms < until_ms || (place.at_ms == until_ms && earlier())
    }

    fn add(&mut self, proof: usize, place: &Place) {
        if place.at_ms > self.last_ms {
            self.last_ms = place.at_ms;
            self.places.clear();
        }
        self.places.entry(place.position).or_insert(proof);
    }
}

/// How far a device gets in a time, in mm, rounded up.
fn reach_mm(policy: &MotionPolicy, ms: u64) -> u64 {
    // cm/s · ms = 10 µm.
    u64::from(policy.max_speed_cm_s).saturating_mul(ms).div_ceil(100)
}

/// What rounded times and both radii leave open, in mm.
fn tolerance_mm(policy: &MotionPolicy, a: &Place, b: &Place) -> u64 {
    reach_mm(policy, policy.time_resolution_ms.into()).saturating_add(radii_mm(a, b))
}

fn radii_mm(a: &Place, b: &Place) -> u64 {
    (u64::from(a.accuracy_m) + u64::from(b.accuracy_m)) * 1_000
}

/// Rules 3 and 4; moves on to the point when it passes.
fn reach(
    policy: &MotionPolicy,
    max_gap_s: u32,
    motion: &mut Motion,
    point: &Point,
) -> Result<(), Reason> {
    let place = point.place;
    let too_fast = if point.is_fix { Reason::FixTooFast } else { Reason::ObservationTooFast };
    if point.speed_cm_s.is_some_and(|speed| u32::from(speed) > policy.max_speed_cm_s) {
        return Err(too_fast);
    }
    let mut excess_mm = 0;
    if let Some(last) = &motion.last {
        let way_mm = distance_mm(&last.position, &place.position);
        let explained_mm = reach_mm(policy, place.at_ms.saturating_sub(last.at_ms));
        excess_mm = motion.excess_mm.saturating_add(way_mm).saturating_sub(explained_mm);
        if excess_mm > tolerance_mm(policy, last, &place) {
            return Err(too_fast);
        }
    }
    if point.is_fix {
        let gap_ms = u64::from(max_gap_s) * 1_000;
        let last = motion.fix.filter(|fix| place.at_ms.saturating_sub(fix.place.at_ms) <= gap_ms);
        if last.is_some_and(|fix| jerks(policy, &fix, &place, point.speed_cm_s)) {
            return Err(Reason::FixAcceleration);
        }
        let before = last.map(|fix| fix.place);
        motion.fix = Some(LastFix { place, speed_cm_s: point.speed_cm_s, before });
    }
    motion.last = Some(place);
    motion.excess_mm = excess_mm;
    Ok(())
}

/// The way between two fixes.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    mm: u64,
    radii_mm: u64,
    ms: u64,
}

impl Stretch {
    fn new(from: &Place, to: &Place) -> Self {
        Self {
            mm: distance_mm(&from.position, &to.position),
            radii_mm: radii_mm(from, to),
            ms: to.at_ms.saturating_sub(from.at_ms),
        }
    }
}

/// Rule 4: whether the velocity changes faster than the policy allows.
fn jerks(policy: &MotionPolicy, last: &LastFix, place: &Place, speed_cm_s: Option<u16>) -> bool {
    let most_cm_s2 = u64::from(policy.max_acceleration_cm_s2);
    let rounded_ms = u64::from(policy.time_resolution_ms);
    let second = Stretch::new(&last.place, place);
    let stated = last.speed_cm_s.zip(speed_cm_s).is_some_and(|(before, after)| {
        u64::from(before.abs_diff(after)) * 1_000 > most_cm_s2 * (second.ms + rounded_ms)
    });
    let travelled = last.before.is_some_and(|before| {
        let first = Stretch::new(&before, &last.place);
        let half_ms = (first.ms + second.ms).div_ceil(2) + rounded_ms;
        faster(second, first, rounded_ms, most_cm_s2 * half_ms)
            || faster(first, second, rounded_ms, most_cm_s2 * half_ms)
            || bends(policy, first, second, &before, place)
    });
    stated || travelled
}

/// Whether the speed on `fast` certainly exceeds that on `slow` by more than `gain`, in 10⁻³ cm/s.
fn faster(fast: Stretch, slow: Stretch, rounded_ms: u64, gain: u64) -> bool {
    let (fast_mm, fast_ms) = (fast.mm.saturating_sub(fast.radii_mm), fast.ms + rounded_ms);
    let (slow_mm, slow_ms) = (slow.mm + slow.radii_mm, slow.ms.saturating_sub(rounded_ms));
    if slow_ms == 0 {
        return false;
    }
    let (fast_ms, slow_ms) = (i128::from(fast_ms), i128::from(slow_ms));
    // mm/ms = 10⁵ · 10⁻³ cm/s. Stretches are at most a day and half the globe long: below 2¹⁰⁰.
    let more = i128::from(fast_mm) * slow_ms - i128::from(slow_mm) * fast_ms;
    more * 100_000 > i128::from(gain) * fast_ms * slow_ms
}

/// Whether a device with fixes before and after, or one of them, can have been at a place between: as far
/// as its highest speed carries it from each, and its acceleration off the way between both.
pub(super) fn leads_past(
    policy: &MotionPolicy,
    before: Option<&Place>,
    seen: &Place,
    after: Option<&Place>,
) -> bool {
    let reached = |fix: &Place| {
        let reach = reach_mm(policy, fix.at_ms.abs_diff(seen.at_ms));
        let most = reach.saturating_add(tolerance_mm(policy, fix, seen));
        distance_mm(&fix.position, &seen.position) <= most
    };
    let bent = before.zip(after).is_some_and(|(before, after)| {
        let (first, second) = (Stretch::new(before, seen), Stretch::new(seen, after));
        bends(policy, first, second, before, after)
    });
    [before, after].into_iter().flatten().all(reached) && !bent
}

/// Whether the middle of three fixes lies farther from where even motion from the first to the last
/// would have been than the acceleration allows: by at most a · t₁ · t₂ / 2.
fn bends(policy: &MotionPolicy, first: Stretch, second: Stretch, from: &Place, to: &Place) -> bool {
    let whole = Stretch::new(from, to);
    let (t1, t2) = (i128::from(first.ms), i128::from(second.ms));
    let t = t1 + t2;
    if t == 0 {
        return false;
    }
    // Stewart's theorem, times t². Ways are below 2³⁴ mm, times below 2²⁸ ms: below 2¹²⁵.
    let squared = |way: Stretch| i128::from(way.mm) * i128::from(way.mm);
    let off = squared(first) * t2 * t + squared(second) * t1 * t - squared(whole) * t1 * t2;
    let off_mm = off.max(0).isqrt() / t;
    let rounded_ms = i128::from(policy.time_resolution_ms);
    // cm/s² · ms² = 10⁻⁵ mm; half of it.
    let bend = i128::from(policy.max_acceleration_cm_s2) * (t1 + rounded_ms) * (t2 + rounded_ms);
    let open_mm = reach_mm(policy, policy.time_resolution_ms.into())
        .saturating_add(first.radii_mm)
        .saturating_add(second.radii_mm);
    off_mm > bend / 200_000 + 1 + i128::from(open_mm)
}

/// Rule 5, over the fixes that passed the others.
fn frozen(policy: &MotionPolicy, max_gap_s: u32, motion: &mut Motion, path: &mut [Point]) {
    let mut of_run: Vec<usize> = Vec::new();
    let mut found: Vec<usize> = Vec::new();
    for (at, point) in path.iter().enumerate() {
        if !point.is_fix || point.verdict.is_some() {
            continue;
        }
        let place = point.place;
        match &mut motion.run {
            Some(run)
                if run.position == place.position
                    && place.at_ms.saturating_sub(run.at_ms) <= u64::from(max_gap_s) * 1_000 =>
            {
                let ms = place.at_ms.saturating_sub(run.at_ms);
                let both = run.speed_cm_s.zip(point.speed_cm_s);
                let speed = both.map_or(0, |(before, after)| before.min(after));
                // cm/s · ms = 10 µm; rounded down.
                let moved_mm = u64::from(speed).saturating_mul(ms) / 100;
                run.claimed_mm = run.claimed_mm.saturating_add(moved_mm);
                run.top_cm_s = run.top_cm_s.max(point.speed_cm_s.unwrap_or(0));
                (run.at_ms, run.speed_cm_s) = (place.at_ms, point.speed_cm_s);
            }
            run => {
                found.extend(refused(policy, run.as_ref(), &of_run));
                of_run.clear();
                *run = Some(Run {
                    position: place.position,
                    since_ms: place.at_ms,
                    at_ms: place.at_ms,
                    speed_cm_s: point.speed_cm_s,
                    top_cm_s: point.speed_cm_s.unwrap_or(0),
                    claimed_mm: 0,
                });
                // Its first fix counts whatever follows.
                continue;
            }
        }
        of_run.push(at);
    }
    found.extend(refused(policy, motion.run.as_ref(), &of_run));
    for at in found {
        if let Some(point) = path.get_mut(at) {
            point.verdict = Some(Reason::FixFrozen);
        }
    }
}

/// Those of a run that do not count.
fn refused(policy: &MotionPolicy, run: Option<&Run>, of_run: &[usize]) -> Vec<usize> {
    let rounded_ms = u64::from(policy.time_resolution_ms);
    let is_frozen = run.is_some_and(|run| {
        let stood_ms = run.at_ms.saturating_sub(run.since_ms).saturating_sub(rounded_ms);
        let open_mm = u64::from(run.top_cm_s).saturating_mul(rounded_ms).div_ceil(100);
        stood_ms > u64::from(policy.frozen_s) * 1_000
            || run.claimed_mm.saturating_sub(open_mm) > u64::from(policy.frozen_claim_m) * 1_000
    });
    if is_frozen { of_run.to_vec() } else { Vec::new() }
}
