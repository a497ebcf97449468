//! Rules of the wireless kinds.
//!
//! A **beacon** counts when no other of the epoch has its payload.
//!
//! A **witness** counts when, in this order:
//!
//! 1. a beacon of that payload counts (`BeaconUnknown`)
//! 2. the witness is not the sender (`WitnessIsSender`) and has not witnessed this beacon before
//!    (`WitnessRepeated`)
//! 3. the beacon carries a position and the witness's position is asserted on chain
//!    (`LocationUnknown`)
//! 4. the distance less the tolerance is within the limit (`TooFar`)
//! 5. the signal is not stronger than free space allows: RSSI ≤ EIRP + receiver gain + margin −
//!    loss, with the loss of the smallest possible distance and the frequency that the **sender**
//!    states, so that a witness cannot choose it (`SignalTooStrong`)

use crate::device::Address;
use crate::geometry::{distance_mm, free_space_loss_cdb};
use crate::input::{EpochInput, Proof};
use crate::judge::Found;
use crate::judgment::{Judgment, ONE};
use crate::policy::WirelessPolicy;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{Beacon, Body, Position, Witness};
use cairn_protocol::reason::Reason;
use std::collections::{HashMap, HashSet};

/// What the wireless rules carry from epoch to epoch.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct State {}

/// A beacon that counts.
struct Sent<'a> {
    sender: Address,
    beacon: &'a Beacon,
}

pub(crate) fn judge(input: &EpochInput<'_>, _state: &mut State, proofs: &[Proof<'_>]) -> Found {
    let mut sent: HashMap<Hash, Sent<'_>> = HashMap::new();
    let mut judgments = vec![Judgment::refused(Reason::KindUnsupported); proofs.len()];
    for (proof, judgment) in proofs.iter().zip(&mut judgments) {
        let Body::Beacon(beacon) = &proof.body else { continue };
        let payload = beacon.payload(&input.network, &proof.challenge, proof.key());
        *judgment = if sent.contains_key(&payload) {
            Judgment::refused(Reason::BeaconRepeated)
        } else {
            sent.insert(payload, Sent { sender: proof.device.address, beacon });
            Judgment::counts(ONE, Vec::new())
        };
    }
    let mut heard: HashSet<(Hash, Address)> = HashSet::new();
    for (proof, judgment) in proofs.iter().zip(&mut judgments) {
        let Body::Witness(witness) = &proof.body else { continue };
        let verdict = match sent.get(&witness.payload) {
            None => Err(Reason::BeaconUnknown),
            Some(sent) if sent.sender == proof.device.address => Err(Reason::WitnessIsSender),
            Some(_) if heard.contains(&(witness.payload, proof.device.address)) => {
                Err(Reason::WitnessRepeated)
            }
            Some(sent) => reception_possible(
                &input.policy.wireless,
                sent.beacon,
                proof.asserted_position(),
                witness,
            ),
        };
        *judgment = match verdict {
            Err(reason) => Judgment::refused(reason),
            Ok(()) => {
                heard.insert((witness.payload, proof.device.address));
                Judgment::counts(ONE, Vec::new())
            }
        };
    }
    for (proof, judgment) in proofs.iter().zip(&mut judgments) {
        if matches!(proof.body, Body::UsageReceipt(_)) {
            *judgment = Judgment::counts(ONE, Vec::new());
        }
    }
    Found { judgments, ..Found::default() }
}

/// Rules 3 to 5: whether a reception is physically possible.
fn reception_possible(
    policy: &WirelessPolicy,
    beacon: &Beacon,
    witness_position: Option<Position>,
    witness: &Witness,
) -> Result<(), Reason> {
    let (Some(from), Some(to)) = (beacon.position, witness_position) else {
        return Err(Reason::LocationUnknown);
    };
    let smallest_mm =
        distance_mm(&from, &to).saturating_sub(policy.position_tolerance_m.saturating_mul(1_000));
    if smallest_mm > policy.max_distance_m.saturating_mul(1_000) {
        return Err(Reason::TooFar);
    }
    let loss_cdb = free_space_loss_cdb(smallest_mm, beacon.frequency_hz);
    let strongest_cdbm = i64::from(beacon.eirp_cdbm)
        .saturating_add(policy.receiver_gain_cdb.into())
        .saturating_add(policy.signal_margin_cdb.into())
        .saturating_sub(loss_cdb);
    if i64::from(witness.rssi_cdbm) > strongest_cdbm {
        return Err(Reason::SignalTooStrong);
    }
    Ok(())
}
