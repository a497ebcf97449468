//! Witnesses: which receptions are believed.

use super::State;
use super::beacon::Beacons;
use super::reception::Reception;
use super::reciprocity;
use crate::device::Address;
use crate::input::{EpochInput, Proof};
use crate::judgment::Judgment;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{Body, Witness};
use cairn_protocol::reason::Reason;
use std::collections::{BTreeMap, HashSet};

/// Receptions that are believed: device and index of the proof, by the beacon's payload.
pub(super) type Receptions = BTreeMap<Hash, Vec<(Address, usize)>>;

/// Refuses what is wrong, and gives back the rest, whose judgments are still to come.
pub(super) fn judge(
    input: &EpochInput<'_>,
    state: &mut State,
    proofs: &[Proof<'_>],
    beacons: &Beacons<'_>,
    judgments: &mut [Judgment],
) -> Receptions {
    let mut seen: HashSet<(Hash, Address)> = HashSet::new();
    let mut possible: Vec<(usize, Hash)> = Vec::new();
    for (at, (proof, judgment)) in proofs.iter().zip(judgments.iter_mut()).enumerate() {
        let Body::Witness(witness) = &proof.body else { continue };
        match is_possible(input, beacons, &mut seen, proof, witness) {
            Ok(()) => possible.push((at, witness.payload)),
            Err(reason) => *judgment = Judgment::refused(reason),
        }
    }
    reciprocity::remember(input, state, proofs, beacons, &possible);
    let mut receptions = Receptions::new();
    for (at, payload) in possible {
        let (Some(proof), Some(judgment)) = (proofs.get(at), judgments.get_mut(at)) else {
            continue;
        };
        if reciprocity::is_heard(input, state, proof) {
            receptions.entry(payload).or_default().push((proof.device.address, at));
        } else {
            *judgment = Judgment::refused(Reason::NotReciprocal);
        }
    }
    receptions
}

fn is_possible(
    input: &EpochInput<'_>,
    beacons: &Beacons<'_>,
    seen: &mut HashSet<(Hash, Address)>,
    proof: &Proof<'_>,
    witness: &Witness,
) -> Result<(), Reason> {
    let device = proof.device.address;
    let Some(sent) = beacons.counting.get(&witness.payload) else {
        return Err(if beacons.refused.contains(&witness.payload) {
            Reason::BeaconRefused
        } else if beacons.before.contains(&witness.payload) {
            Reason::BeaconOtherEpoch
        } else {
            Reason::BeaconUnknown
        });
    };
    if sent.proof.device.address == device {
        return Err(Reason::WitnessIsSender);
    }
    if seen.contains(&(witness.payload, device)) {
        return Err(Reason::WitnessRepeated);
    }
    let reception = Reception {
        beacon: sent.beacon,
        sent_at_ms: sent.proof.captured_at_ms,
        from: sent.position,
        witness,
        received_at_ms: proof.captured_at_ms,
        to: proof.asserted_position(),
    };
    reception.is_possible(&input.policy.wireless)?;
    seen.insert((witness.payload, device));
    Ok(())
}
