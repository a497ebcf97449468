//! From an outcome to each device's points.

use crate::bootstrap::Bootstrap;
use crate::error::EpochError;
use crate::text;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::proof::Kind;
use cairn_verify::judgment::scaled;
use cairn_verify::receipt::is_receipt;
use cairn_verify::{Address, DeviceRecord, EpochInput, Factor, ONE, Outcome};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// What one device did of one kind.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
pub struct KindLine {
    /// The kind.
    #[serde(with = "text::kind")]
    #[borsh(serialize_with = "write_kind", deserialize_with = "read_kind")]
    pub kind: Kind,
    /// Proofs that count.
    pub accepted: u64,
    /// Proofs that were refused.
    pub refused: u64,
    /// Units of all that count, in millionths.
    #[serde(with = "text::millionths")]
    pub units: u64,
    /// Points for them, in millionths, before the device's factors: units × points per unit.
    #[serde(with = "text::millionths")]
    pub points: u64,
}

fn write_kind<W: borsh::io::Write>(kind: &Kind, to: &mut W) -> borsh::io::Result<()> {
    BorshSerialize::serialize(&(*kind as u8), to)
}

fn read_kind<R: borsh::io::Read>(from: &mut R) -> borsh::io::Result<Kind> {
    let code = u8::deserialize_reader(from)?;
    Kind::from_code(code).ok_or_else(|| borsh::io::ErrorKind::InvalidData.into())
}

/// A device before money.
#[derive(Debug)]
pub(crate) struct Scored<'a> {
    pub(crate) record: &'a DeviceRecord,
    pub(crate) kinds: Vec<KindLine>,
    /// All factors, in the order in which they apply.
    pub(crate) factors: Vec<Factor>,
    /// Points of other kinds than receipts, after all factors and the class's cap, in millionths.
    pub(crate) points: u64,
    /// Points of receipts, after the factors of quality, in millionths.
    pub(crate) usage_points: u64,
    /// Credits of receipts, in millionths, after the same factors, and no more than were spent.
    pub(crate) usage_credits: u64,
}

/// Each device of the outcome, ascending by address.
pub(crate) fn score<'a>(
    input: &EpochInput<'a>,
    outcome: &Outcome,
) -> Result<Vec<Scored<'a>>, EpochError> {
    let mut devices: HashMap<Address, Lines> = HashMap::new();
    for proof in &outcome.proofs {
        devices.entry(proof.device).or_default().add(input, proof);
    }
    for device in outcome.factors.keys() {
        devices.entry(*device).or_default();
    }
    for spending in &outcome.spendings {
        if let Some(lines) = devices.get_mut(&spending.device) {
            lines.spent = lines.spent.saturating_add(spending.credits);
        }
    }
    let records: HashMap<Address, &DeviceRecord> =
        input.registry.records().map(|record| (record.address, record)).collect();
    let scoring = &input.policy.scoring;
    let bootstrap =
        Bootstrap::new(&scoring.bootstrap, input.epoch, input.ends_at_s(), input.registry);
    let mut devices: Vec<(Address, Lines)> = devices.into_iter().collect();
    devices.sort_unstable_by_key(|(address, _)| *address);
    let mut scored = Vec::with_capacity(devices.len());
    for (address, lines) in devices {
        let record = *records
            .get(&address)
            .ok_or_else(|| EpochError::UnknownDevice { device: text::to_base58(&address) })?;
        let mut factors = outcome.factors.get(&address).cloned().unwrap_or_default();
        if !scoring.classes.is_empty() && scoring.class(record.class).is_none() {
            factors.push(Factor::new("class_budget", 0, [("class", record.class.into())]));
        }
        let apply = |amount: u64| factors.iter().fold(amount, |left, by| scaled(left, by.ppm));
        let quality = apply(lines.points);
        let usage_points = apply(lines.usage_points);
        let usage_credits = apply(lines.usage_credits).min(lines.spent.saturating_mul(ONE));
        let mut points = quality;
        if let Some(factor) = bootstrap.factor(record) {
            points = scaled(points, factor.ppm);
            factors.push(factor);
        }
        let cap = record.points_cap_at(input.ends_at_s());
        let most = cap.saturating_mul(ONE);
        if points > most {
            // As a factor it is rounded; what counts is the cap.
            let ppm = u128::from(most).saturating_mul(ONE.into()).checked_div(points.into());
            let ppm = ppm.and_then(|ppm| u64::try_from(ppm).ok()).unwrap_or(0);
            let inputs = [("points_millionths", points.into()), ("points_cap", cap.into())];
            factors.push(Factor::new("class_cap", ppm, inputs));
            points = most;
        }
        scored.push(Scored {
            record,
            kinds: lines.kinds.into_values().collect(),
            factors,
            points,
            usage_points,
            usage_credits,
        });
    }
    Ok(scored)
}

/// What is added up of one device.
#[derive(Debug, Default)]
struct Lines {
    kinds: BTreeMap<Kind, KindLine>,
    points: u64,
    usage_points: u64,
    usage_credits: u64,
    spent: u64,
}

impl Lines {
    fn add(&mut self, input: &EpochInput<'_>, proof: &cairn_verify::Judged) {
        let kind = proof.kind;
        let new = KindLine { kind, accepted: 0, refused: 0, units: 0, points: 0 };
        let line = self.kinds.entry(kind).or_insert(new);
        if !proof.judgment.reason.is_accepted() {
            line.refused = line.refused.saturating_add(1);
            return;
        }
        let units = proof.judgment.units;
        // What one device can prove in an epoch stays far below 64 bits of millionths; whoever
        // claims more gets no more.
        let points = units.saturating_mul(input.policy.points_per_unit(kind));
        line.accepted = line.accepted.saturating_add(1);
        line.units = line.units.saturating_add(units);
        line.points = line.points.saturating_add(points);
        if is_receipt(kind) {
            self.usage_points = self.usage_points.saturating_add(points);
            self.usage_credits = self.usage_credits.saturating_add(units);
        } else {
            self.points = self.points.saturating_add(points);
        }
    }
}
