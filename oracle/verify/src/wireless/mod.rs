//! Rules of the wireless kinds. Each rule's reason is in brackets; parameters are those of
//! [`WirelessPolicy`](crate::policy::WirelessPolicy).
//!
//! **All but receipts**: the device may earn when the epoch ends, as it is active, licensed and bonded
//! ([`crate::standing`]; `DeviceNotEntitled`). Otherwise helpers that cost no bond could be heard,
//! hear, and fill cells.
//!
//! **Beacon** ([`mod@beacon`]): its challenge is a seed of the chain, known when it was captured and
//! not for too long, so that it cannot be made in advance (`SeedUnknown`, `SeedNotYetKnown`,
//! `SeedTooOld`); the sender's place is known, and its fix does not contradict it (`LocationUnknown`,
//! `PositionContradicted`); frequency and power are within the plan (`FrequencyOutsidePlan`,
//! `PowerOverLimit`); no other beacon has its payload (`BeaconRepeated`); a mobile sender does not
//! jump (`SenderTooFast`); so many an epoch count (`BeaconOverLimit`). Its payload is made again
//! from network, seed, sender and entropy, so nobody else can send it as a beacon of theirs.
//!
//! **Witness**: it names the payload of a beacon that counts (`BeaconUnknown`, `BeaconOtherEpoch`,
//! `BeaconRefused`), of another device (`WitnessIsSender`), once (`WitnessRepeated`). Then physics
//! ([`mod@reception`]): time (`WitnessBeforeBeacon`, `WitnessTooLate`), frequency
//! (`FrequencyMismatch`), distance (`LocationUnknown`, `TooNear`, `CellsTooNear`, `TooFar`), strength
//! (`SignalTooStrong`), and noise (`SnrTooLow`, `SnrTooHigh`, `NoiseTooLow`). Then the device has to
//! be heard itself ([`mod@reciprocity`]; `NotReciprocal`). Of those left the first so many in an order
//! that nobody chooses count ([`mod@redundancy`]; `WitnessNotChosen`).
//!
//! **Units** of witnesses and beacons: by redundancy (factors `redundancy` and `witnesses`, HIP-15),
//! by the density of the sender's cells (`sender_density`, HIP-17), and at most a part from one
//! operator ([`mod@partners`]; `partner_cap`).
//!
//! **Heartbeat** ([`mod@heartbeat`]): fresh seed, fix at the asserted location (`FixTooRough`,
//! `NotAtLocation`), one an interval (`HeartbeatTooOften`); factor `on_air`.
//!
//! **Usage receipt** ([`mod@usage`]): what passed the rules of receipts has packets of a plausible
//! size (`PacketSizeImplausible`).
//!
//! What place, power and bandwidth make impossible is the witness's claim or the sender's: unless more
//! operators could have received the beacon than could not, the refusal is no fault of the witness
//! (`sender_in_doubt`).
//!
//! **Factors of devices**: `relocation` after it moved, and `density` of its own cells
//! ([`mod@density`]).

pub mod beacon;
pub mod density;
pub mod heartbeat;
pub mod partners;
pub mod reception;
pub mod reciprocity;
pub mod redundancy;
pub mod relocation;
mod seed;
pub mod usage;
mod witness;

use crate::device::Address;
use crate::input::{EpochInput, Proof};
use crate::judge::Found;
use crate::judgment::{Factor, Judgment, ONE};
use crate::standing::Standing;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{Body, Position};
use cairn_protocol::reason::Reason;
use std::collections::{BTreeMap, BTreeSet};

/// What the wireless rules carry from epoch to epoch. Its size is bounded by the devices that were
/// active within the last days.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct State {
    /// When a beacon of a device was last received by another, unix milliseconds, by the sender;
    /// kept for as long as reciprocity looks back.
    pub heard: BTreeMap<Address, u64>,
    /// The last beacon's time (unix milliseconds) and place of each mobile sender; kept for two
    /// days.
    pub fixes: BTreeMap<Address, (u64, Position)>,
    /// Where each device that gave proofs stands; kept for as long as the rules about moves look
    /// back, after its last proof.
    pub places: BTreeMap<Address, relocation::Place>,
    /// Payloads of beacons so shortly before the epoch's end that their witnesses may lie in the
    /// next.
    pub late: BTreeSet<Hash>,
}

pub(crate) fn judge(
    input: &EpochInput<'_>,
    standing: &Standing,
    state: &mut State,
    proofs: &[Proof<'_>],
) -> Found {
    let mut judgments = vec![Judgment::refused(Reason::KindUnsupported); proofs.len()];
    relocation::remember(input, state, proofs);
    let beacons = beacon::judge(input, standing, state, proofs, &mut judgments);
    heartbeat::judge(input, standing, proofs, &mut judgments);
    for (proof, judgment) in proofs.iter().zip(&mut judgments) {
        if let Body::UsageReceipt(usage) = &proof.body {
            *judgment = usage::judge(&input.policy.wireless, &usage.receipt);
        }
    }
    let receptions = witness::judge(input, standing, state, proofs, &beacons, &mut judgments);
    let chosen = redundancy::choose(input, &beacons, &receptions, &mut judgments);

    let active = active(input, standing, proofs, &beacons, &judgments, &chosen);
    let density = density::Scales::new(input, &active);
    let mut units = Vec::new();
    for (payload, sent) in &beacons.counting {
        let witnesses = chosen.get(payload).map_or(&[][..], Vec::as_slice);
        units.extend(redundancy::units(input, sent, witnesses, proofs, &density));
    }
    partners::cap(input, &mut units);
    for one in units {
        if let Some(judgment) = judgments.get_mut(one.at) {
            *judgment = Judgment::counts(ONE, one.factors);
        }
    }

    let mut factors: BTreeMap<Address, Vec<Factor>> = BTreeMap::new();
    let devices: BTreeSet<Address> = proofs.iter().map(|proof| proof.device.address).collect();
    for address in devices {
        let own: Vec<Factor> = relocation::factor(input, state, &address)
            .into_iter()
            .chain(density.factor("density", &address))
            .collect();
        if !own.is_empty() {
            factors.insert(address, own);
        }
    }
    Found { judgments, factors }
}

/// The devices that gave a proof that counts and may earn, with the place that the last such proof was
/// captured at; of beacons only such as were witnessed: silent devices shall not fill cells. Nor shall
/// what costs nothing and shows no place: receipts, and heartbeats where nobody earns by them. A place
/// that is given up or changed after the last proof was the proofs' all the same.
fn active(
    input: &EpochInput<'_>,
    standing: &Standing,
    proofs: &[Proof<'_>],
    beacons: &beacon::Beacons<'_>,
    judgments: &[Judgment],
    chosen: &BTreeMap<Hash, Vec<usize>>,
) -> BTreeMap<Address, Position> {
    let mut counting: BTreeSet<usize> = BTreeSet::new();
    for (payload, witnesses) in chosen.iter().filter(|(_, witnesses)| !witnesses.is_empty()) {
        counting.extend(beacons.counting.get(payload).map(|sent| sent.at));
        counting.extend(witnesses);
    }
    let counts = |(at, proof): (usize, &Proof<'_>)| match &proof.body {
        Body::Beacon(_) | Body::Witness(_) => counting.contains(&at),
        Body::Heartbeat(_) => {
            input.policy.wireless.points_per_heartbeat > 0
                && judgments.get(at).is_some_and(|judgment| judgment.reason.is_accepted())
        }
        _ => false,
    };
    proofs
        .iter()
        .enumerate()
        .filter(|(at, proof)| counts((*at, *proof)) && standing.stands(&proof.device.address))
        .filter_map(|(_, proof)| Some((proof.device.address, proof.asserted_position()?)))
        .collect()
}
