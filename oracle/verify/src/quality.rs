//! The factors that devices of every category get from what was found about their proofs: `uptime`
//! and `reputation`.
//!
//! **Uptime** is the share of the policy's equal parts of the epoch in which the device captured a
//! proof that counts for something. Not a receipt: for a credit each, whoever pays itself could buy
//! them, and sign them for the hours in which the device was off. A device that joined within the epoch
//! gets it whole.
//!
//! **Reputation** is the share of good behaviour, see [`Reputation`]: a proof that counts for something
//! is one good observation (a mere commitment is none, or promises would wash away lies), a refusal that is a fault ([`Judgment::is_fault`]) as many bad ones as the policy says.
//! The share of faults that the policy tolerates is added back. The epoch's own observations count
//! at once. Only devices with a fault that is not forgotten are remembered (all of them when the
//! policy charges new ones with faults), so that good behaviour cannot be saved up to be spent on
//! fraud, and honest devices take no room.
//!
//! [`Judgment::is_fault`]: crate::judgment::Judgment::is_fault

use crate::device::{Address, DeviceRecord};
use crate::input::EpochInput;
use crate::judgment::{Factor, Judged, ONE};
use crate::policy::QualityPolicy;
use crate::receipt::is_receipt;
use crate::reputation::Reputation;
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Less than a thousandth of a fault is forgotten.
const FORGOTTEN: u64 = ONE / 1_000;

/// What is carried from epoch to epoch about devices.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct State {
    reputations: BTreeMap<Address, Reputation>,
}

impl State {
    /// A device's reputation, if one is remembered.
    pub fn reputation(&self, device: &Address) -> Option<&Reputation> {
        self.reputations.get(device)
    }
}

/// What an epoch showed of one device.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    accepted: u64,
    faults: u64,
    parts: BTreeSet<u64>,
}

/// What the epoch's proofs show of each device.
pub(crate) fn seen<'a>(
    input: &EpochInput<'_>,
    judged: impl Iterator<Item = (&'a Judged, &'a DeviceRecord)>,
) -> HashMap<Address, Seen> {
    let mut devices: HashMap<Address, Seen> = HashMap::new();
    for (proof, device) in judged {
        let seen = devices.entry(proof.device).or_default();
        if proof.judgment.units > 0 {
            seen.accepted = seen.accepted.saturating_add(1);
            if !is_receipt(proof.kind) {
                seen.parts.extend(part_of(input, device, proof.captured_at_ms));
            }
        } else if proof.judgment.is_fault() {
            seen.faults = seen.faults.saturating_add(1);
        }
    }
    devices
}

/// Which of the epoch's parts a moment lies in; `None` where uptime does not matter.
fn part_of(input: &EpochInput<'_>, device: &DeviceRecord, at_ms: u64) -> Option<u64> {
    let parts = input.policy.uptime_parts(device.class);
    let since = u128::from(at_ms.saturating_sub(input.starts_at_ms));
    let length = u128::from(input.ends_at_ms.saturating_sub(input.starts_at_ms));
    if parts == 0 {
        return None;
    }
    u64::try_from(since.saturating_mul(parts.into()).checked_div(length)?).ok()
}

/// Moves every reputation on by an epoch.
pub(crate) fn observe(policy: &QualityPolicy, state: &mut State, devices: &HashMap<Address, Seen>) {
    let weight = u64::from(policy.reputation_fault_weight);
    if weight == 0 {
        state.reputations.clear();
        return;
    }
    let remembered: BTreeSet<Address> =
        state.reputations.keys().chain(devices.keys()).copied().collect();
    for address in remembered {
        let seen = devices.get(&address);
        let count = |of: fn(&Seen) -> u64| seen.map_or(0, of).saturating_mul(ONE);
        let mut reputation = state.reputations.get(&address).copied().unwrap_or_default();
        reputation.observe(
            count(|seen| seen.accepted),
            count(|seen| seen.faults).saturating_mul(weight),
            policy.reputation_keep_ppm.into(),
        );
        let told = if policy.reputation_prior_bad > 0 { reputation.good() } else { 0 };
        if reputation.bad() >= FORGOTTEN || told >= FORGOTTEN {
            state.reputations.insert(address, reputation);
        } else {
            state.reputations.remove(&address);
        }
    }
}

/// The factors of a device, in the order in which they apply.
pub(crate) fn factors(
    input: &EpochInput<'_>,
    state: &State,
    device: &DeviceRecord,
    seen: Option<&Seen>,
) -> Vec<Factor> {
    let mut factors = Vec::new();
    let parts = input.policy.uptime_parts(device.class);
    let joined_ms = u64::try_from(device.onboarded_at_s).unwrap_or(0).saturating_mul(1_000);
    if parts > 0 {
        let with_proof = seen.map_or(0, |seen| seen.parts.len() as u64);
        let free = joined_ms >= input.starts_at_ms;
        let share = with_proof.saturating_mul(ONE).checked_div(parts.into()).unwrap_or(ONE);
        let inputs = [
            ("parts_with_proof", with_proof.into()),
            ("parts", parts.into()),
            ("joined_in_epoch", i128::from(free)),
        ];
        factors.push(Factor::new("uptime", if free { ONE } else { share.min(ONE) }, inputs));
    }
    let policy = &input.policy.quality;
    if policy.reputation_fault_weight > 0 {
        let prior = |proofs: u32| u64::from(proofs).saturating_mul(ONE);
        let reputation = state.reputation(&device.address).copied().unwrap_or_default();
        let share = reputation
            .factor_ppm(prior(policy.reputation_prior_good), prior(policy.reputation_prior_bad));
        let ppm = share.saturating_add(policy.reputation_tolerated_ppm.into()).min(ONE);
        let inputs = [
            ("good_millionths", reputation.good().into()),
            ("bad_millionths", reputation.bad().into()),
            ("good_share_ppm", share.into()),
            ("tolerated_ppm", policy.reputation_tolerated_ppm.into()),
        ];
        factors.push(Factor::new("reputation", ppm, inputs));
    }
    factors
}
