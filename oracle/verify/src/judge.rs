//! Judges an epoch when it is over: whatever order its proofs came in, and from nothing but them,
//! the [`EpochInput`] and the [`State`] before it.
//!
//! 1. Proofs are put in order of capture time, sequence and id; a copy counts once.
//! 2. A device's category must give the kind (`KindNotOfClass`); of two proofs of one device, kind
//!    and sequence the one captured first counts (`SequenceConflict`); a proof captured before
//!    another of the kind with a lower sequence is refused (`SequenceStale`).
//! 3. Receipts of customers must pass the rules of [`crate::receipt`].
//! 4. Each category applies its rules: [`wireless`], [`storage`], [`compute`], [`sensor`]. Receipts
//!    that still count are spent.
//! 5. Each device gets its factors: those of its category, then those of [`quality`] (`uptime`,
//!    `reputation`), then `active`, `licence`, `bond`, each one or zero.

use crate::device::{Address, Category, DeviceRecord};
use crate::input::{EpochInput, Proof};
use crate::judgment::{Factor, Judged, Judgment, ONE, Outcome};
use crate::receipt::Receipts;
use crate::standing::Standing;
use crate::state::State;
use crate::{compute, quality, receipt, sensor, storage, wireless};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{Envelope, Kind};
use cairn_protocol::reason::Reason;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What a category's rules found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// One per proof, in their order.
    pub(crate) judgments: Vec<Judgment>,
    /// The factors of devices, in the order in which they apply.
    pub(crate) factors: BTreeMap<Address, Vec<Factor>>,
}

/// Judges the proofs that were admitted for an epoch, and moves the state on.
///
/// Envelopes whose signature was not verified must not be given. Those of another epoch, of keys that the
/// registry does not have, or without a body of their kind are left out.
pub fn judge(
    input: &EpochInput<'_>,
    state: &mut State,
    envelopes: impl IntoIterator<Item = Envelope>,
) -> Outcome {
    let mut proofs = decoded(input, envelopes);
    // The sequence keeps proofs that a device captured in the same millisecond in its own order.
    proofs.sort_by_key(|proof| (proof.captured_at_ms, proof.sequence, proof.id));
    let common = common_rules(&proofs);

    let mut outcome = Outcome::default();
    let mut judgments: Vec<Option<Judgment>> =
        common.into_iter().map(|reason| reason.map(Judgment::refused)).collect();
    let standing = Standing::new(input.registry, input.ends_at_s());
    let signed =
        receipt::signed(input, &proofs, |at| judgments.get(at).is_some_and(Option::is_none));
    let mut receipts = Receipts::new(input, &mut state.receipts);
    for ((proof, judgment), signed) in proofs.iter().zip(&mut judgments).zip(signed) {
        if judgment.is_none()
            && let Err(reason) = receipts.admit(proof, signed)
        {
            *judgment = Some(Judgment::refused(reason));
        }
    }
    for category in Category::ALL {
        let mine: Vec<usize> = (0..proofs.len())
            .filter(|at| {
                judgments.get(*at).is_some_and(Option::is_none)
                    && proofs.get(*at).is_some_and(|proof| proof.device.category == category)
            })
            .collect();
        let chosen: Vec<Proof<'_>> =
            mine.iter().filter_map(|at| proofs.get(*at)).cloned().collect();
        let found = match category {
            Category::Wireless => wireless::judge(input, &standing, &mut state.wireless, &chosen),
            Category::Storage => storage::judge(input, &mut state.storage, &chosen),
            Category::Compute => compute::judge(input, &mut state.compute, &chosen),
            Category::Sensor => sensor::judge(input, &mut state.sensor, &chosen),
        };
        for (at, judgment) in mine.into_iter().zip(found.judgments) {
            if let Some(place) = judgments.get_mut(at) {
                *place = Some(judgment);
            }
        }
        for (device, factors) in found.factors {
            outcome.factors.entry(device).or_default().extend(factors);
        }
    }
    // Every category judges each of its proofs.
    let mut judgments: Vec<Judgment> = judgments
        .into_iter()
        .map(|judgment| judgment.unwrap_or(Judgment::refused(Reason::KindUnsupported)))
        .collect();
    outcome.spendings = receipts.settle(proofs.iter().zip(&mut judgments));
    outcome.proofs = proofs
        .iter()
        .zip(judgments)
        .map(|(proof, judgment)| Judged {
            id: proof.id,
            device: proof.device.address,
            kind: proof.kind,
            captured_at_ms: proof.captured_at_ms,
            judgment,
        })
        .collect();
    device_factors(input, &standing, &mut state.quality, &proofs, &mut outcome);
    outcome
}

fn decoded<'a>(
    input: &EpochInput<'a>,
    envelopes: impl IntoIterator<Item = Envelope>,
) -> Vec<Proof<'a>> {
    let mut ids = HashSet::new();
    envelopes
        .into_iter()
        .filter(|envelope| {
            let captured = input.starts_at_ms..input.ends_at_ms;
            envelope.epoch == input.epoch && captured.contains(&envelope.captured_at_ms)
        })
        .filter_map(|envelope| {
            let id = envelope.id(&input.network);
            let device = input.registry.get(&envelope.device)?;
            let body = envelope.decode_body().ok().flatten()?;
            ids.insert(id).then(|| Proof {
                id,
                device,
                kind: body.kind(),
                sequence: envelope.sequence,
                captured_at_ms: envelope.captured_at_ms,
                challenge: envelope.challenge,
                body,
            })
        })
        .collect()
}

/// The rules that hold for every kind.
fn common_rules(proofs: &[Proof<'_>]) -> Vec<Option<Reason>> {
    let mut reasons = vec![None; proofs.len()];
    let mut sequences: HashMap<(Address, Kind), BTreeMap<u64, usize>> = HashMap::new();
    for (at, (proof, reason)) in proofs.iter().zip(&mut reasons).enumerate() {
        if !proof.device.category.gives(proof.kind) {
            *reason = Some(Reason::KindNotOfClass);
            continue;
        }
        let own = sequences.entry((proof.device.address, proof.kind)).or_default();
        // Proofs are in order of capture time.
        if own.contains_key(&proof.sequence) {
            *reason = Some(Reason::SequenceConflict);
        } else if own.last_key_value().is_some_and(|(last, _)| *last > proof.sequence) {
            *reason = Some(Reason::SequenceStale);
        } else {
            own.insert(proof.sequence, at);
        }
    }
    reasons
}

/// Factors of devices of every category, after those of their own; what the chain says comes last.
fn device_factors(
    input: &EpochInput<'_>,
    standing: &Standing,
    state: &mut quality::State,
    proofs: &[Proof<'_>],
    outcome: &mut Outcome,
) {
    let ends_at_s = input.ends_at_s();
    let mut devices: BTreeMap<Address, &DeviceRecord> =
        proofs.iter().map(|proof| (proof.device.address, proof.device)).collect();
    // A category may also have said something about devices that gave no proof. Of those that left, not
    // every oracle has a record: none speaks of them.
    let silent: BTreeSet<&Address> =
        outcome.factors.keys().filter(|address| !devices.contains_key(*address)).collect();
    if !silent.is_empty() {
        let records = input
            .registry
            .records()
            .filter(|device| silent.contains(&device.address) && device.active_at(ends_at_s));
        let found: Vec<_> = records.map(|device| (device.address, device)).collect();
        devices.extend(found);
        outcome.factors.retain(|address, _| devices.contains_key(address));
    }
    let judged = outcome.proofs.iter().zip(proofs.iter().map(|proof| proof.device));
    let seen = quality::seen(input, judged);
    quality::observe(&input.policy.quality, state, &seen);
    for (address, device) in devices {
        let active = device.active_at(ends_at_s);
        let gate = |name, open: bool| Factor::new(name, if open { ONE } else { 0 }, []);
        let factors = outcome.factors.entry(address).or_default();
        factors.extend(quality::factors(input, state, device, seen.get(&address)));
        factors.extend([
            gate("active", active),
            // Of a device that left, the class's terms are as old as when it did, and not the same for
            // every oracle. That it is not active says enough.
            gate("licence", !active || input.registry.licensed_at(device, ends_at_s)),
            gate("bond", !standing.is_unbonded(&address)),
        ]);
    }
}

/// The proofs' ids in ascending order, behind a domain and their number: commits to exactly which
/// were judged.
pub fn proofs_hash(outcome: &Outcome) -> Hash {
    let mut ids: Vec<&Hash> = outcome.proofs.iter().map(|proof| &proof.id).collect();
    ids.sort_unstable();
    let count = (ids.len() as u64).to_le_bytes();
    let mut parts: Vec<&[u8]> = vec![b"cairn:proofs:v1\0", &count];
    parts.extend(ids.into_iter().map(|id| &id[..]));
    cairn_protocol::hash::sha256(&parts)
}
