//! Which witnesses of a beacon count, and for how much.
//!
//! At most so many count. They are not the first by time, because each witness states its time
//! itself, and whoever lies best would be first. Their order is that of a hash of the beacon's seed,
//! sender and witness: nobody knows it before the seed is known, and nobody can turn it afterwards.
//! What the sender mixes in is left out, because it could try until its friends come first.
//!
//! Units are those of HIP-15, with N the redundancy wanted, r the decay and w the witnesses:
//!
//! | | w ≤ N | w > N |
//! |---|---|---|
//! | each witness | 1 | (N − (1 − r^(w−N))) / w |
//! | the sender | w / N | 2 − r^(w−N) |
//!
//! so that a beacon gives w + w/N units, and never more than N + 1 in all.

use super::beacon::{Beacons, Sent};
use super::density::Scales;
use super::witness::Receptions;
use crate::device::Address;
use crate::input::{EpochInput, Proof};
use crate::judgment::{Factor, Judgment, ONE, scaled};
use crate::policy::WirelessPolicy;
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::reason::Reason;
use std::collections::BTreeMap;

const ORDER_DOMAIN: &[u8; 16] = b"cairn:witness:v1";

/// A proof that counts, with what it was given by whom.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    /// Index of its proof.
    pub(super) at: usize,
    /// The device that earns.
    pub(super) device: Address,
    /// Its operator.
    pub(super) operator: Address,
    /// The operators of the devices that it earns by: of the sender, or of each witness.
    pub(super) partners: Vec<Address>,
    /// Its factors so far.
    pub(super) factors: Vec<Factor>,
}

/// Chooses the witnesses of each beacon that count, refuses the others, and gives back the indexes
/// of the chosen ones, in their order.
pub(super) fn choose(
    input: &EpochInput<'_>,
    beacons: &Beacons<'_>,
    receptions: &Receptions,
    judgments: &mut [Judgment],
) -> BTreeMap<Hash, Vec<usize>> {
    let most = usize::try_from(input.policy.wireless.max_witnesses).unwrap_or(usize::MAX);
    let mut chosen = BTreeMap::new();
    for (payload, witnesses) in receptions {
        let Some(sent) = beacons.counting.get(payload) else { continue };
        let mut order: Vec<(Hash, usize)> =
            witnesses.iter().map(|(device, at)| (rank(sent, device), *at)).collect();
        order.sort_unstable();
        for (_, at) in order.iter().skip(most) {
            if let Some(judgment) = judgments.get_mut(*at) {
                *judgment = Judgment::refused(Reason::WitnessNotChosen);
            }
        }
        chosen.insert(*payload, order.into_iter().take(most).map(|(_, at)| at).collect());
    }
    chosen
}

fn rank(sent: &Sent<'_>, witness: &Address) -> Hash {
    sha256(&[ORDER_DOMAIN, &sent.proof.challenge, &sent.proof.device.address, witness])
}

/// Units of a beacon and its witnesses, before the cap on partners.
pub(super) fn units(
    input: &EpochInput<'_>,
    sent: &Sent<'_>,
    witnesses: &[usize],
    proofs: &[Proof<'_>],
    density: &Scales,
) -> Vec<Unit> {
    let policy = &input.policy.wireless;
    let count = witnesses.len() as u64;
    let inputs =
        [("witnesses", count.into()), ("redundancy", i128::from(policy.witness_redundancy))];
    let operator = |proof: &Proof<'_>| proof.device.operator_at(input.ends_at_s());
    let receivers: Vec<&Proof<'_>> = witnesses.iter().filter_map(|at| proofs.get(*at)).collect();
    let sender = sent.proof.device.address;
    let beacon = Unit {
        at: sent.at,
        device: sender,
        operator: operator(sent.proof),
        partners: receivers.iter().map(|proof| operator(proof)).collect(),
        factors: vec![Factor::new("witnesses", sender_ppm(policy, count), inputs)],
    };
    let each = witness_ppm(policy, count);
    let receptions = witnesses.iter().zip(&receivers).map(|(at, proof)| Unit {
        at: *at,
        device: proof.device.address,
        operator: operator(proof),
        partners: vec![operator(sent.proof)],
        factors: std::iter::once(Factor::new("redundancy", each, inputs))
            .chain(density.factor("sender_density", &sender))
            .collect(),
    });
    std::iter::once(beacon).chain(receptions).collect()
}

/// r^(w−N) in millionths, rounded down.
fn left_ppm(policy: &WirelessPolicy, over: u64) -> u64 {
    // At most as many steps as witnesses can count, 10,000; it is 0 long before.
    (0..over)
        .try_fold(ONE, |left, _| match scaled(left, policy.redundancy_decay_ppm.into()) {
            0 => None,
            less => Some(less),
        })
        .unwrap_or(0)
}

/// Millionths of a unit for the sender of a beacon with so many witnesses, rounded down.
fn sender_ppm(policy: &WirelessPolicy, witnesses: u64) -> u64 {
    let wanted = u64::from(policy.witness_redundancy);
    match witnesses.checked_sub(wanted) {
        None | Some(0) => witnesses.saturating_mul(ONE).checked_div(wanted).unwrap_or(0),
        Some(over) => ONE.saturating_mul(2).saturating_sub(left_ppm(policy, over)),
    }
}

/// Millionths of a unit for each of so many witnesses, rounded down.
fn witness_ppm(policy: &WirelessPolicy, witnesses: u64) -> u64 {
    let wanted = u64::from(policy.witness_redundancy);
    match witnesses.checked_sub(wanted) {
        None | Some(0) => ONE,
        Some(over) => wanted
            .saturating_mul(ONE)
            .saturating_sub(ONE.saturating_sub(left_ppm(policy, over)))
            .checked_div(witnesses)
            .unwrap_or(0),
    }
}
