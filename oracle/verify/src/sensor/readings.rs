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
//! 7. is no farther from the last reading that passed than the quantity changes in the time between
//!    (`ReadingSpike`). So one outlier is left out, and a real jump is believed after some minutes.
//! 8. agrees with its neighbours (`ReadingContradicted`), see `neighbours.rs`
//!
//! Units: an hour is as many intervals of the quantity as fit in it; an interval counts once per device,
//! when a reading in it passes. Factors: `readings` (how much passed), `repeated_intervals` (intervals
//! that counted before), `weight` (of the quantity), `chain_restart`, `relocation` (location changed not
//! long ago), `cell_capacity` (more sensors of the quantity in the cell than it pays, which share what
//! those would get).

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

/// Where the readings of a device and quantity stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Series {
    /// The chain's hash after the last batch that continued it.
    pub head: Hash,
    /// When the last reading was that lay in its epoch, unix milliseconds.
    pub last_at_ms: u64,
    /// Time and value of the last reading that passed, unix milliseconds.
    pub passed: Option<(u64, i64)>,
    /// The value that the run of equal readings has, and how many they are.
    pub run: Option<(i64, u32)>,
    /// The last interval that counted, by number since 1970.
    pub interval: Option<u64>,
    /// The epoch in which the chain was begun anew.
    pub restarted: Option<u64>,
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
            judgments.push((batch.at, worth(input, own, batch, &crowds)));
        }
    }
    judgments
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

/// Rule 7, for all of an epoch's batches of one series.
fn spikes(series: &mut Series, batches: &mut [Batch<'_>]) {
    for batch in batches {
        let step = batch.quantity.max_step_per_minute;
        for (reading, verdict) in batch.batch.readings.iter().zip(&mut batch.verdicts) {
            if verdict.is_some() {
                continue;
            }
            if let Some((at_ms, value)) = series.passed
                && step > 0
            {
                let minutes = reading.at_ms.saturating_sub(at_ms).div_ceil(60_000).max(1);
                let most = i128::from(step).saturating_mul(minutes.into());
                if (i128::from(reading.value) - i128::from(value)).abs() > most {
                    *verdict = Some(Reason::ReadingSpike);
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

/// The sensors by quantity and cell that have a reading that passes.
fn crowds(
    input: &EpochInput<'_>,
    earning: &BTreeSet<Address>,
    series: &BTreeMap<(Address, u16), Vec<Batch<'_>>>,
) -> BTreeMap<(u16, u64), BTreeSet<Address>> {
    let mut crowds: BTreeMap<(u16, u64), BTreeSet<Address>> = BTreeMap::new();
    for ((device, quantity), batches) in series {
        for batch in batches.iter().filter(|_| earning.contains(device)) {
            if passing(batch).next().is_some() {
                crowds.entry((*quantity, shared_cell(input, batch))).or_default().insert(*device);
            }
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
    crowds: &BTreeMap<(u16, u64), BTreeSet<Address>>,
) -> Judgment {
    let policy = &input.policy.sensor.readings;
    let interval_s = u64::from(batch.quantity.interval_s.max(1));
    let interval_of = |at_ms: u64| at_ms / (interval_s * 1_000);
    let touched: BTreeSet<u64> =
        batch.batch.readings.iter().map(|reading| interval_of(reading.at_ms)).collect();
    let passed: BTreeSet<u64> = passing(batch).map(|reading| interval_of(reading.at_ms)).collect();
    let fresh = passed.iter().filter(|at| series.interval.is_none_or(|last| **at > last)).count();
    series.interval = series.interval.max(passed.last().copied());

    let count = |set: &BTreeSet<u64>| set.len() as u64;
    let gross = count(&touched) * interval_s * ONE / 3_600;
    let items = Items::of(batch.verdicts.iter().copied());
    let mut factors = vec![items.factor("readings", count(&passed), count(&touched))];
    if (fresh as u64) < count(&passed) {
        let inputs = [("intervals", count(&passed).into()), ("new", fresh as i128)];
        let ppm = share(fresh as u64, count(&passed));
        factors.push(Factor::new("repeated_intervals", ppm, inputs));
    }
    if batch.quantity.weight_ppm != ONE {
        let quantity = [("quantity", batch.quantity.number.into())];
        factors.push(Factor::new("weight", batch.quantity.weight_ppm, quantity));
    }
    let since = batch.restarted.map(|epoch| input.epoch.saturating_sub(epoch));
    factors.extend(since.and_then(|since| {
        let ppm = recovering(policy.restart_ppm, policy.restart_epochs, since)?;
        Some(Factor::new("chain_restart", ppm, [("epochs_since", since.into())]))
    }));
    factors.extend(relocation(input, batch));
    let crowd = crowds.get(&(batch.quantity.number, shared_cell(input, batch)));
    let (sensors, capacity) = (crowd.map_or(0, BTreeSet::len), u64::from(policy.capacity));
    if capacity > 0 && sensors as u64 > capacity {
        let inputs = [("sensors", sensors as i128), ("capacity", capacity.into())];
        // Down, so that all of them together get no more than those that the cell pays.
        factors.push(Factor::new("cell_capacity", capacity * ONE / sensors as u64, inputs));
    }
    items.judgment(gross, factors)
}

/// The factor of a device whose asserted location changed not long before the epoch's end.
fn relocation(input: &EpochInput<'_>, batch: &Batch<'_>) -> Option<Factor> {
    let policy = &input.policy.sensor.readings;
    let asserted = &batch.proof.device.position;
    // A first location is no relocation: one that was asserted later has none before it, and at
    // onboarding the registry writes the location as the one before it too.
    asserted.previous.filter(|before| Some(*before) != asserted.current)?;
    let since_ms = u64::try_from(asserted.since_s).ok().filter(|since| *since > 0)?;
    let since_ms = since_ms.saturating_mul(1_000);
    let age_ms = input.ends_at_ms.checked_sub(since_ms).filter(|age| *age > 0)?;
    let epoch_ms = input.ends_at_ms.saturating_sub(input.starts_at_ms).max(1);
    // 0 in the epoch of the change.
    let since = (age_ms - 1) / epoch_ms;
    let ppm = recovering(policy.relocation_ppm, policy.relocation_epochs, since)?;
    Some(Factor::new("relocation", ppm, [("epochs_since", since.into())]))
}
