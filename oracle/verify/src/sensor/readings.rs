//! Batches of readings.
//!
//! A batch, in this order:
//!
//! 1. is of a quantity in the policy's table (`QuantityUnknown`)
//! 2. continues the chain of the device's readings of that quantity (`ReadingChainBroken`). A device
//!    that lost its state begins a new chain with zeros and readings after its last; for some epochs
//!    it then earns less, by the factor `chain_restart`. Where nothing is known of the device, any
//!    beginning is taken. The chain moves on with every batch that continues it, whatever becomes of
//!    its readings.
//! 3. is of a device with an asserted location (`SensorUnplaced`)
//!
//! Each of its readings:
//!
//! 4. lies in the epoch, after the reading before it, not after the capture time and not too long before
//!    it (`ReadingBackdated`, `ReadingInFuture`)
//! 5. is in the quantity's range (`ReadingOutOfBounds`)
//! 6. is not one of too many in a row with the very same value (`ReadingStagnant`): of such a run only
//!    the first counts, because it was never a measurement. A run is followed over batches and epochs;
//!    what an earlier epoch paid stays paid.
//! 7. is no farther from the reading that passed a minute or more before than the quantity changes in the
//!    time between (`ReadingSpike`). So one outlier is left out, a real jump is believed after some
//!    minutes, and many readings within a minute explain no more than one.
//! 8. agrees with its neighbours (`ReadingContradicted`), see `neighbours.rs`
//!
//! Units: an hour is as many intervals of the quantity as fit in it; an interval counts once per device,
//! when a reading in it passes. Factors: `readings` (how much passed), `repeated_intervals` (intervals
//! that counted before), `weight` (of the quantity), `chain_restart`, `relocation` (not long ago it
//! measured at another location), `cell_capacity` (more sensors of the quantity in the cell, in the same
//! intervals, than it pays, which share what those would get).

use super::items::Items;
use super::neighbours::{self, Reported};
use super::{Timing, recovering, share, timing};
use crate::cells::cell_of;
use crate::device::Address;
use crate::input::{EpochInput, Proof};
use crate::judgment::{Factor, Judgment, ONE};
use crate::policy::Quantity;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::sensor::Reading;
use cairn_protocol::proof::{Position, ReadingBatch};
use cairn_protocol::reason::Reason;
use std::collections::{BTreeMap, BTreeSet};

/// Sensors by quantity, cell and interval.
type Crowds = BTreeMap<(u16, u64, u64), u64>;

/// Where the readings of a device and quantity stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Series {
    /// The chain's hash after the last batch that continued it.
    pub head: Hash,
    /// When the last reading was that lay in its epoch, unix milliseconds.
    pub last_at_ms: u64,
    /// Time and value of the reading that the next is compared with, unix milliseconds: the last that
    /// passed a minute or more after the one before it.
    pub passed: Option<(u64, i64)>,
    /// The value that the run of equal readings has, and how many they are.
    pub run: Option<(i64, u32)>,
    /// The last interval that counted, by number since 1970.
    pub interval: Option<u64>,
    /// The epoch in which the chain was begun anew.
    pub restarted: Option<u64>,
}

/// Where a device stands, as it was asserted when it last measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Standing {
    /// Where.
    pub position: Position,
    /// The epoch in which it first measured there, after it had measured elsewhere.
    pub moved: Option<u64>,
}

/// A batch that continues its chain.
struct Batch<'a> {
    /// Place of its proof.
    at: usize,
    proof: &'a Proof<'a>,
    batch: &'a ReadingBatch,
    quantity: &'a Quantity,
    position: Position,
    /// What became of each reading, `None` for one that passed.
    verdicts: Vec<Option<Reason>>,
    restarted: Option<u64>,
}

pub(super) fn judge(
    input: &EpochInput<'_>,
    known: &mut BTreeMap<(Address, u16), Series>,
    standings: &mut BTreeMap<Address, Standing>,
    earning: &BTreeSet<Address>,
    proofs: &[(usize, &Proof<'_>, &ReadingBatch)],
) -> Vec<(usize, Judgment)> {
    let mut judgments = Vec::new();
    let mut series: BTreeMap<(Address, u16), Vec<Batch<'_>>> = BTreeMap::new();
    for (at, proof, batch) in proofs {
        let Some(quantity) = input.policy.sensor.quantity(batch.quantity) else {
            judgments.push((*at, Judgment::refused(Reason::QuantityUnknown)));
            continue;
        };
        let place = (proof.device.address, batch.quantity);
        let (verdicts, restarted) =
            match continued(input, known.get(&place), proof, batch, quantity) {
                Ok(found) => found,
                Err(reason) => {
                    judgments.push((*at, Judgment::refused(reason)));
                    continue;
                }
            };
        let series_of = known.entry(place).or_default();
        series_of.head = batch.chain_after();
        series_of.restarted = restarted;
        let timely = batch.readings.iter().zip(&verdicts).rfind(|(_, verdict)| in_time(**verdict));
        series_of.last_at_ms = timely.map_or(series_of.last_at_ms, |(reading, _)| reading.at_ms);
        let Some(position) = proof.asserted_position() else {
            judgments.push((*at, Judgment::refused(Reason::SensorUnplaced)));
            continue;
        };
        stand(input, standings, proof.device.address, position);
        let found = Batch { at: *at, proof, batch, quantity, position, verdicts, restarted };
        series.entry(place).or_default().push(found);
    }
    for (place, batches) in &mut series {
        let own = known.entry(*place).or_default();
        stagnant(own, batches);
        spikes(own, batches);
    }
    contradicted(input, earning, &mut series);
    let crowds = crowds(input, earning, &series);
    for (place, batches) in &series {
        let own = known.entry(*place).or_default();
        for batch in batches {
            let standing = standings.get(&place.0);
            judgments.push((batch.at, worth(input, own, batch, standing, &crowds)));
        }
    }
    judgments
}

/// Remembers where a device measures. Not by when the registry says that it moved: of two moves the
/// registry tells the time of the second only, and an oracle that reads it between them would know more
/// than one that reads it later.
fn stand(
    input: &EpochInput<'_>,
    standings: &mut BTreeMap<Address, Standing>,
    device: Address,
    position: Position,
) {
    let standing = standings.entry(device).or_insert(Standing { position, moved: None });
    if standing.position != position {
        *standing = Standing { position, moved: Some(input.epoch) };
    }
}

/// Whether the time of a reading with this verdict was right.
fn in_time(verdict: Option<Reason>) -> bool {
    !matches!(verdict, Some(Reason::ReadingBackdated | Reason::ReadingInFuture))
}

/// Rules 2, 4 and 5: the verdicts on the readings of a batch that continues its chain, and when the
/// chain was begun anew.
fn continued(
    input: &EpochInput<'_>,
    known: Option<&Series>,
    proof: &Proof<'_>,
    batch: &ReadingBatch,
    quantity: &Quantity,
) -> Result<(Vec<Option<Reason>>, Option<u64>), Reason> {
    let last_at_ms = known.map(|series| series.last_at_ms);
    let restarted = match known {
        Some(series) if input.policy.sensor.readings.chained => {
            if batch.chain_before == series.head {
                series.restarted
            } else if batch.chain_before == [0; 32] {
                // Not for what the chain has already: the device's own first batch begins with zeros.
                if batch.readings.first().is_some_and(|first| first.at_ms <= series.last_at_ms) {
                    return Err(Reason::ReadingBackdated);
                }
                Some(input.epoch)
            } else {
                return Err(Reason::ReadingChainBroken);
            }
        }
        _ => None,
    };
    let verdicts = batch
        .readings
        .iter()
        .map(|reading| match timing(input, proof.captured_at_ms, reading.at_ms, 0) {
            Timing::After => Some(Reason::ReadingInFuture),
            Timing::Before => Some(Reason::ReadingBackdated),
            // A batch's times rise, so only what came before it matters.
            Timing::Right if last_at_ms.is_some_and(|last| reading.at_ms <= last) => {
                Some(Reason::ReadingBackdated)
            }
            Timing::Right if !(quantity.least..=quantity.most).contains(&reading.value) => {
                Some(Reason::ReadingOutOfBounds)
            }
            Timing::Right => None,
        })
        .collect();
    Ok((verdicts, restarted))
}

/// Rule 6, for all of an epoch's batches of one series.
fn stagnant(series: &mut Series, batches: &mut [Batch<'_>]) {
    let Some(max_equal) = batches.first().map(|batch| batch.quantity.max_equal) else { return };
    // For each reading in order how long its run had become with it.
    let mut run = series.run;
    let mut lengths: Vec<u32> = Vec::new();
    for batch in &*batches {
        for reading in passing(batch) {
            run = match run {
                Some((value, length)) if value == reading.value => {
                    Some((value, length.saturating_add(1)))
                }
                _ => Some((reading.value, 1)),
            };
            lengths.push(run.map_or(1, |(_, length)| length));
        }
    }
    series.run = run;
    if max_equal == 0 {
        return;
    }
    // From the end: how long the whole run becomes that each belongs to.
    let mut total = 0;
    let mut next = 0;
    let whole: Vec<u32> = lengths
        .iter()
        .rev()
        .map(|length| {
            if next != length.saturating_add(1) {
                total = *length;
            }
            next = *length;
            total
        })
        .collect();
    let mut found = whole.into_iter().rev().zip(lengths);
    for verdict in batches.iter_mut().flat_map(|batch| &mut batch.verdicts) {
        if verdict.is_none()
            && let Some((whole, length)) = found.next()
            && whole > max_equal
            && length > 1
        {
            *verdict = Some(Reason::ReadingStagnant);
        }
    }
}

/// Rule 7, for all of an epoch's batches of one series. What passes less than a minute after the reading
/// that it is compared with leaves that as it is: else many readings in quick succession, each of which
/// may differ by a minute's change, could claim any jump.
fn spikes(series: &mut Series, batches: &mut [Batch<'_>]) {
    for batch in batches {
        let step = batch.quantity.max_step_per_minute;
        for (reading, verdict) in batch.batch.readings.iter().zip(&mut batch.verdicts) {
            if verdict.is_some() {
                continue;
            }
            if let Some((at_ms, value)) = series.passed {
                let since_ms = reading.at_ms.saturating_sub(at_ms);
                let most = i128::from(step) * i128::from(since_ms.div_ceil(60_000).max(1));
                let change = (i128::from(reading.value) - i128::from(value)).abs();
                if step > 0 && change > most {
                    *verdict = Some(Reason::ReadingSpike);
                    continue;
                }
                if since_ms < 60_000 {
                    continue;
                }
            }
            series.passed = Some((reading.at_ms, reading.value));
        }
    }
}

/// Rule 8, for all batches of the epoch.
fn contradicted(
    input: &EpochInput<'_>,
    earning: &BTreeSet<Address>,
    series: &mut BTreeMap<(Address, u16), Vec<Batch<'_>>>,
) {
    let bucket_ms = u64::from(input.policy.sensor.readings.neighbour_bucket_s.max(1)) * 1_000;
    let mut reported = Vec::new();
    for batch in series.values().flatten() {
        let device = batch.proof.device;
        for reading in passing(batch) {
            reported.push(Reported {
                quantity: batch.batch.quantity,
                bucket: reading.at_ms / bucket_ms,
                device: device.address,
                operator: device.operator_at(input.ends_at_s()),
                position: batch.position,
                heard: earning.contains(&device.address),
                value: reading.value,
            });
        }
    }
    let outliers = neighbours::outliers(&input.policy.sensor, &reported);
    if outliers.is_empty() {
        return;
    }
    for ((device, quantity), batches) in series {
        for batch in batches {
            for (reading, verdict) in batch.batch.readings.iter().zip(&mut batch.verdicts) {
                let place = (*quantity, reading.at_ms / bucket_ms, *device);
                if verdict.is_none() && outliers.contains(&place) {
                    *verdict = Some(Reason::ReadingContradicted);
                }
            }
        }
    }
}

/// The readings of a batch that pass so far.
fn passing<'a>(batch: &'a Batch<'_>) -> impl Iterator<Item = &'a Reading> {
    let all = batch.batch.readings.iter().zip(&batch.verdicts);
    all.filter(|(_, verdict)| verdict.is_none()).map(|(reading, _)| reading)
}

/// How many sensors have a reading that passes, by quantity, cell and interval: who measures once is one
/// more sensor then, and not all day.
fn crowds(
    input: &EpochInput<'_>,
    earning: &BTreeSet<Address>,
    series: &BTreeMap<(Address, u16), Vec<Batch<'_>>>,
) -> Crowds {
    let mut crowds = Crowds::new();
    for ((device, quantity), batches) in series {
        if !earning.contains(device) {
            continue;
        }
        let mut present = BTreeSet::new();
        for batch in batches {
            let cell = shared_cell(input, batch);
            let intervals = passing(batch).map(|reading| batch.quantity.interval_of(reading.at_ms));
            present.extend(intervals.map(|interval| (*quantity, cell, interval)));
        }
        for place in present {
            let count = crowds.entry(place).or_default();
            *count = count.saturating_add(1);
        }
    }
    crowds
}

fn shared_cell(input: &EpochInput<'_>, batch: &Batch<'_>) -> u64 {
    cell_of(&batch.position, input.policy.sensor.readings.capacity_resolution)
}

/// What a batch counts for.
fn worth(
    input: &EpochInput<'_>,
    series: &mut Series,
    batch: &Batch<'_>,
    standing: Option<&Standing>,
    crowds: &Crowds,
) -> Judgment {
    let policy = &input.policy.sensor.readings;
    let interval_of = |reading: &Reading| batch.quantity.interval_of(reading.at_ms);
    let touched: BTreeSet<u64> = batch.batch.readings.iter().map(interval_of).collect();
    let passed: BTreeSet<u64> = passing(batch).map(interval_of).collect();
    let is_new = |interval: &&u64| series.interval.is_none_or(|last| **interval > last);
    let new: Vec<u64> = passed.iter().filter(is_new).copied().collect();
    series.interval = series.interval.max(passed.last().copied());

    let count = |set: &BTreeSet<u64>| set.len() as u64;
    let gross = count(&touched) * u64::from(batch.quantity.interval_s.max(1)) * ONE / 3_600;
    let items = Items::of(batch.verdicts.iter().copied());
    let mut factors = vec![items.factor("readings", count(&passed), count(&touched))];
    if new.len() < passed.len() {
        let inputs = [("intervals", count(&passed).into()), ("new", new.len() as i128)];
        let ppm = share(new.len() as u64, count(&passed));
        factors.push(Factor::new("repeated_intervals", ppm, inputs));
    }
    if batch.quantity.weight_ppm != ONE {
        let quantity = [("quantity", batch.quantity.number.into())];
        factors.push(Factor::new("weight", batch.quantity.weight_ppm, quantity));
    }
    let since = |epoch: u64| input.epoch.saturating_sub(epoch);
    let restarted = batch.restarted.map(since);
    factors.extend(restarted.and_then(|since| {
        let ppm = recovering(policy.restart_ppm, policy.restart_epochs, since)?;
        Some(Factor::new("chain_restart", ppm, [("epochs_since", since.into())]))
    }));
    let moved = standing.and_then(|standing| standing.moved).map(since);
    factors.extend(moved.and_then(|since| {
        let ppm = recovering(policy.relocation_ppm, policy.relocation_epochs, since)?;
        Some(Factor::new("relocation", ppm, [("epochs_since", since.into())]))
    }));
    factors.extend(crowded(input, batch, &new, crowds));
    items.judgment(gross, factors)
}

/// The factor of a batch in whose new intervals more sensors measured in the cell than it pays: what these
/// would get is shared. Rounded down, so that all of them together get no more.
fn crowded(
    input: &EpochInput<'_>,
    batch: &Batch<'_>,
    intervals: &[u64],
    crowds: &Crowds,
) -> Option<Factor> {
    let capacity = u64::from(input.policy.sensor.readings.capacity);
    if capacity == 0 {
        return None;
    }
    let (quantity, cell) = (batch.quantity.number, shared_cell(input, batch));
    let sensors = |at: &u64| crowds.get(&(quantity, cell, *at)).copied().unwrap_or(0);
    let most = intervals.iter().map(sensors).max().unwrap_or(0);
    if most <= capacity {
        return None;
    }
    let paid = intervals.iter().map(|at| (capacity * ONE).checked_div(sensors(at)));
    let paid: u64 = paid.map(|ppm| ppm.unwrap_or(ONE).min(ONE)).sum();
    let ppm = paid.checked_div(intervals.len() as u64).unwrap_or(0);
    let inputs = [("sensors", most.into()), ("capacity", capacity.into())];
    Some(Factor::new("cell_capacity", ppm, inputs))
}
