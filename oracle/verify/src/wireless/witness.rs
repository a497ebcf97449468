//! Witnesses: which receptions are believed.

use super::State;
use super::beacon::Beacons;
use super::reception::Reception;
use super::reciprocity;
use crate::device::Address;
use crate::input::{EpochInput, Proof};
use crate::judgment::{Factor, Judgment};
use crate::standing::Standing;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{Body, Witness};
use cairn_protocol::reason::Reason;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Receptions that are believed: device and index of the proof, by the beacon's payload.
pub(super) type Receptions = BTreeMap<Hash, Vec<(Address, usize)>>;

/// Which operators say that they received a beacon, and could or could not have, by what its sender
/// says of its place, power and bandwidth.
#[derive(Debug, Default)]
struct Dispute {
    could: BTreeSet<Address>,
    could_not: BTreeSet<Address>,
    /// Indexes of the receptions that are impossible.
    proofs: Vec<usize>,
}

impl Dispute {
    /// Why it may be the sender that is wrong: unless more operators besides its own could have
    /// received the beacon than could not. Otherwise a sender that states a wrong place or too little
    /// power would put the blame on all who tell the truth.
    fn doubt(&self, sender: &Address) -> Option<Factor> {
        let others = |operators: &BTreeSet<Address>| {
            operators.len().saturating_sub(usize::from(operators.contains(sender)))
        };
        let (could, could_not) = (others(&self.could), others(&self.could_not));
        (could <= could_not).then(|| {
            let inputs = [
                ("operators_that_could", could as i128),
                ("operators_that_could_not", could_not as i128),
            ];
            Factor::new("sender_in_doubt", 0, inputs)
        })
    }
}

/// Whether a reception is impossible only if the sender is right about its own place, power and
/// bandwidth.
const fn depends_on_sender(reason: Reason) -> bool {
    matches!(reason, Reason::TooFar | Reason::SignalTooStrong | Reason::NoiseTooLow)
}

/// Refuses what is wrong, and gives back the rest, whose judgments are still to come.
pub(super) fn judge(
    input: &EpochInput<'_>,
    standing: &Standing,
    state: &mut State,
    proofs: &[Proof<'_>],
    beacons: &Beacons<'_>,
    judgments: &mut [Judgment],
) -> Receptions {
    let ends_at_s = input.ends_at_s();
    let mut seen: HashSet<(Hash, Address)> = HashSet::new();
    let mut possible: Vec<(usize, Hash)> = Vec::new();
    let mut disputes: BTreeMap<Hash, Dispute> = BTreeMap::new();
    for (at, (proof, judgment)) in proofs.iter().zip(judgments.iter_mut()).enumerate() {
        let Body::Witness(witness) = &proof.body else { continue };
        let verdict = standing
            .entitled(&proof.device.address)
            .and_then(|()| is_possible(input, beacons, &mut seen, proof, witness));
        let operator = proof.device.operator_at(ends_at_s);
        match verdict {
            Ok(()) => {
                disputes.entry(witness.payload).or_default().could.insert(operator);
                possible.push((at, witness.payload));
            }
            Err(reason) => {
                if depends_on_sender(reason) {
                    let dispute = disputes.entry(witness.payload).or_default();
                    dispute.could_not.insert(operator);
                    dispute.proofs.push(at);
                }
                *judgment = Judgment::refused(reason);
            }
        }
    }
    for (payload, dispute) in &disputes {
        let Some(sent) = beacons.counting.get(payload) else { continue };
        let Some(doubt) = dispute.doubt(&sent.proof.device.operator_at(ends_at_s)) else {
            continue;
        };
        for at in &dispute.proofs {
            if let Some(judgment) = judgments.get_mut(*at) {
                *judgment = Judgment::doubtful(judgment.reason, doubt.clone());
            }
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
