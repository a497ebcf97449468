//! A device's row: what the registry, the last closed epochs and the gate say about it.

use super::lookup::Lookup;
use crate::activity::Recently;
use crate::fleet::Member;
use crate::ledger::Line;
use cairn_epoch::text::to_base58;
use cairn_protocol::reason::Reason;
use cairn_sdk::api::{Attention, DeviceRow, DeviceStatus, RefusalCount, RefusalView};
use cairn_verify::{Address, Category, DeviceRecord};
use std::collections::BTreeMap;

/// Bits of a device's status in the registry.
const SUSPENDED: u8 = 1;
const RETIRING: u8 = 2;
/// How long before a licence ends its holder is told.
const LICENSE_NOTICE_S: i64 = 14 * 86_400;
/// Refusals below which a device's share of them is chance, and the share in percent from which on it
/// is not.
const FEW_REFUSALS: u64 = 5;
const MANY_REFUSALS_PERCENT: u64 = 10;

/// A device's lines of some epochs added up.
#[derive(Debug, Default)]
pub(super) struct Sums {
    share: u64,
    accepted: u64,
    refused: u64,
    reasons: BTreeMap<u16, u64>,
    factors: Option<(u64, u64)>,
    accepted_in: Option<u64>,
}

impl Sums {
    /// Adds the line of an epoch that is older than those before. Tokens count when they are the
    /// operator's.
    pub(super) fn add(&mut self, epoch: u64, line: &Line, operator: &Address) {
        if line.operator == *operator {
            self.share = self.share.saturating_add(line.share);
        }
        self.accepted = self.accepted.saturating_add(line.accepted);
        self.refused = self.refused.saturating_add(line.refused);
        if let Some((reason, count)) = line.top_refusal {
            let known = self.reasons.entry(reason).or_default();
            *known = known.saturating_add(count);
        }
        self.factors = self.factors.or(line.quality_ppm.zip(line.density_ppm));
        if line.accepted > 0 {
            self.accepted_in = self.accepted_in.max(Some(epoch));
        }
    }

    fn top_refusal(&self) -> Option<RefusalCount> {
        // Of equal counts the lower number.
        let counts = self.reasons.iter().rev();
        let (code, count) = counts.max_by_key(|(_, count)| **count)?;
        let reason = Reason::from_code(*code)?;
        Some(RefusalCount {
            code: reason.code(),
            reason: reason.name().to_owned(),
            hint: reason.hint().to_owned(),
            count: *count,
        })
    }
}

/// The rows of some devices, each with its sums for `operator`; those that the registry never had are
/// left out.
pub(super) fn rows<'a>(
    lookup: &Lookup<'a>,
    operator: Option<&Address>,
    devices: &[(&Member, &Sums)],
) -> Vec<DeviceRow> {
    let recently = lookup.state.activity.recently(devices.iter().map(|(member, _)| &member.key));
    let rows = devices.iter().zip(recently).filter_map(|((member, sums), recently)| {
        let record = lookup.roster.record(member)?;
        let operator = operator.unwrap_or(&member.operator);
        Some(Row { lookup, member, record, sums, recently }.view(operator))
    });
    rows.collect()
}

struct Row<'a, 'b> {
    lookup: &'a Lookup<'b>,
    member: &'a Member,
    record: &'a DeviceRecord,
    sums: &'a Sums,
    recently: Recently,
}

impl Row<'_, '_> {
    fn view(&self, operator: &Address) -> DeviceRow {
        let Self { member, record, sums, recently, .. } = *self;
        let license = self.license();
        DeviceRow {
            device: to_base58(&member.device),
            serial: self.lookup.roster.serial(&member.device),
            class: record.class,
            category: record.category.name().to_owned(),
            operator: to_base58(&member.operator),
            status: self.status(),
            cell: member.cell.map(|cell| format!("{cell:x}")),
            license: license.map(|(address, _)| to_base58(&address)),
            license_until_s: license.and_then(|(_, until_s)| until_s),
            last_proof_ms: recently.proof_ms,
            last_refusal: recently.refusal.map(|(reason, at_ms)| RefusalView {
                code: reason.code(),
                reason: reason.name().to_owned(),
                hint: reason.hint().to_owned(),
                at_ms,
            }),
            accepted: sums.accepted,
            refused: sums.refused,
            top_refusal: sums.top_refusal(),
            quality_ppm: sums.factors.map(|(quality, _)| quality),
            density_ppm: sums.factors.map(|(_, density)| density),
            share: sums.share,
            lifetime_total: self.lookup.lifetime_total(operator, &member.device),
            attention: self.attention(),
        }
    }

    fn now_s(&self) -> i64 {
        i64::try_from(self.lookup.now_ms / 1_000).unwrap_or(i64::MAX)
    }

    fn status(&self) -> DeviceStatus {
        let status = self.record.status.current;
        if status & SUSPENDED != 0 {
            DeviceStatus::Suspended
        } else if status & RETIRING != 0 || !self.member.on_chain {
            DeviceStatus::Retiring
        } else {
            DeviceStatus::Active
        }
    }

    /// Its licence, and when that ends if there is one at that address.
    fn license(&self) -> Option<(Address, Option<i64>)> {
        let address = self.record.license.at(self.now_s())?;
        let license = self.lookup.roster.registry().licenses().get(&address);
        let until_s = license.map(|license| match license.revoked_at_s {
            0 => license.expires_at_s,
            revoked_at_s => license.expires_at_s.min(revoked_at_s),
        });
        Some((address, until_s))
    }

    fn attention(&self) -> Vec<Attention> {
        let found = [
            self.offline(),
            self.refused(),
            self.under_bonded(),
            self.unlicensed(),
            self.not_active(),
            self.nowhere(),
        ];
        found.into_iter().flatten().collect()
    }

    fn offline(&self) -> Option<Attention> {
        let clock = &self.lookup.core.clock;
        let newest = self.lookup.progress.newest_epoch()?;
        let begun_ms = clock.starts_at_ms(newest);
        let joined_ms =
            u64::try_from(self.record.onboarded_at_s).unwrap_or(0).saturating_mul(1_000);
        let seen = self.sums.accepted_in == Some(newest)
            || self.recently.proof_ms.is_some_and(|at_ms| at_ms >= begun_ms);
        if self.status() != DeviceStatus::Active || joined_ms > begun_ms || seen {
            return None;
        }
        let now_ms = self.lookup.now_ms;
        let epoch = |at_ms| clock.epoch_at(at_ms).unwrap_or(0);
        let message = match (self.recently.proof_ms, self.sums.accepted_in) {
            (Some(at_ms), _) => format!(
                "no proof for {} s, {} epochs",
                now_ms.saturating_sub(at_ms) / 1_000,
                epoch(now_ms).saturating_sub(epoch(at_ms))
            ),
            (None, Some(last)) => format!("no proof since epoch {last}"),
            (None, None) => "no proof is known".to_owned(),
        };
        Some(attention("offline", message, "check power and network"))
    }

    fn refused(&self) -> Option<Attention> {
        let Sums { accepted, refused, .. } = *self.sums;
        let judged = accepted.saturating_add(refused);
        let many =
            u128::from(refused) * 100 > u128::from(judged) * u128::from(MANY_REFUSALS_PERCENT);
        if refused < FEW_REFUSALS || !many {
            return None;
        }
        let top = self.sums.top_refusal();
        let why =
            top.as_ref().map(|top| format!(", most often {}", top.reason)).unwrap_or_default();
        let hint =
            top.map_or_else(|| "ask why an epoch paid what it did".to_owned(), |top| top.hint);
        Some(attention("refused", format!("{refused} of {judged} proofs were refused{why}"), hint))
    }

    fn under_bonded(&self) -> Option<Attention> {
        let bond = self.record.class_terms.at(self.now_s()).bond;
        let class = self.record.class;
        self.member.unbonded.then(|| {
            attention(
                "under_bonded",
                format!(
                    "no bond covers it: class {class} asks for {bond} of the stake mint's smallest \
                     unit per device"
                ),
                format!("bond more for class {class}"),
            )
        })
    }

    fn unlicensed(&self) -> Option<Attention> {
        let now_s = self.now_s();
        if !self.record.class_terms.at(now_s).license_required {
            return None;
        }
        let class = self.record.class;
        let license = self.record.license.at(now_s);
        let license = license.and_then(|at| self.lookup.roster.registry().licenses().get(&at));
        let (Some(license), Some((_, Some(until_s)))) = (license, self.license()) else {
            return Some(attention(
                "license_missing",
                format!("class {class} asks for a licence, and it has none"),
                "have its holder attach a licence",
            ));
        };
        let left_s = until_s.saturating_sub(now_s);
        if !license.valid_at(now_s) {
            let hint = "have its holder renew the licence";
            return Some(attention("license_expired", "its licence is not valid", hint));
        }
        (left_s <= LICENSE_NOTICE_S).then(|| {
            let message = format!("its licence ends in {} h", left_s / 3_600);
            attention("license_expiring", message, "have its holder renew the licence")
        })
    }

    fn not_active(&self) -> Option<Attention> {
        match self.status() {
            DeviceStatus::Active => None,
            DeviceStatus::Suspended => Some(attention(
                "suspended",
                "the network's guardian suspended it: it earns nothing",
                "ask the network why",
            )),
            DeviceStatus::Retiring => Some(attention(
                "retiring",
                "its holder asked for its retirement: it earns nothing",
                "cancel the retirement to have it earn again",
            )),
        }
    }

    fn nowhere(&self) -> Option<Attention> {
        let category = self.record.category;
        // What moves says where it is with each proof: where that is allowed, they are accepted.
        let needs =
            matches!(category, Category::Wireless | Category::Sensor) && self.sums.accepted == 0;
        (needs && self.member.on_chain && self.member.cell.is_none()).then(|| {
            attention(
                "location_missing",
                format!(
                    "{} devices earn for where they stand, and it says nothing",
                    category.name()
                ),
                "assert its location",
            )
        })
    }
}

fn attention(code: &str, message: impl Into<String>, hint: impl Into<String>) -> Attention {
    Attention { code: code.to_owned(), message: message.into(), hint: hint.into() }
}
