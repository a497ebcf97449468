//! Judges an epoch of the storage kinds: commitments and answers in order, then what becomes of
//! each replica and device, then what that makes of answers and receipts.

use super::answer::{Challenges, Claim, Part};
use super::commitment::commit;
use super::retrieval::Retrievals;
use super::state::{Device, Fate, Health, Replica, Score, State};
use crate::device::Address;
use crate::input::{EpochInput, Proof};
use crate::judge::Found;
use crate::judgment::{Factor, Judgment, ONE};
use crate::policy::StoragePolicy;
use crate::reputation::Reputation;
use cairn_protocol::proof::{Body, StorageCommitment};
use cairn_protocol::reason::Reason;
use cairn_protocol::sealing::LEAF_BYTES;
use rayon::prelude::*;
use std::collections::BTreeMap;

const GIB: u128 = 1 << 30;

/// What an epoch made of one replica.
#[derive(Debug, Clone, Copy)]
struct Closed {
    score: Score,
    was: Health,
    paid: bool,
    answered_in_row: u32,
    leaf_count: u64,
}

/// By device and number.
type ByReplica = BTreeMap<(Address, u32), Closed>;

/// What an epoch made of one device.
#[derive(Debug, Default)]
struct Sums {
    due: u64,
    right: u64,
    ended: u64,
    leaves: u128,
    /// Leaves times the millionths of challenges that were missed.
    missed: u128,
}

pub(crate) fn judge(input: &EpochInput<'_>, state: &mut State, proofs: &[Proof<'_>]) -> Found {
    let policy = &input.policy.storage;
    for device in state.devices.values_mut() {
        device.replicas.retain(|_, replica| input.epoch <= replica.commitment.until_epoch);
    }
    let mut challenges = Challenges::new(input, state);
    let mut judgments = vec![Judgment::refused(Reason::KindUnsupported); proofs.len()];
    let mut right: Vec<Option<Part>> = vec![None; proofs.len()];
    let mut claims: Vec<(usize, Claim<'_>)> = Vec::new();
    for (at, (proof, judgment)) in proofs.iter().zip(&mut judgments).enumerate() {
        let address = proof.device.address;
        match &proof.body {
            Body::StorageCommitment(commitment) => {
                *judgment = committed(policy, input.epoch, state, proof, commitment);
            }
            Body::StorageAnswer(answer) => {
                let replica = replica(state, &address, answer.replica);
                match challenges.claim(policy, replica, proof, answer) {
                    Ok(claim) => claims.push((at, claim)),
                    Err(reason) => *judgment = Judgment::refused(reason),
                }
            }
            _ => {}
        }
    }

    // Hashing the leaves and seals takes nearly all the time, and no answer's depends on another's.
    let checked: Vec<Result<Part, Reason>> =
        claims.par_iter().map(|(_, claim)| claim.check(policy)).collect();
    for ((at, claim), checked) in claims.iter().zip(checked) {
        let Some(proof) = proofs.get(*at) else { continue };
        challenges.book(proof.device.address, claim, &checked);
        match checked {
            Ok(part) => {
                if let Some(place) = right.get_mut(*at) {
                    *place = Some(part);
                }
            }
            Err(reason) => {
                if let Some(judgment) = judgments.get_mut(*at) {
                    *judgment = Judgment::refused(reason);
                }
            }
        }
    }

    let (closed, factors) = close(input, state, &challenges);
    let served = proofs.iter().filter_map(|proof| match &proof.body {
        Body::RetrievalReceipt(body) => Some((proof.device.address, body.receipt.started_at_ms)),
        _ => None,
    });
    let mut retrievals = Retrievals::new(input, served);
    for ((proof, judgment), part) in proofs.iter().zip(&mut judgments).zip(right) {
        let address = proof.device.address;
        match (&proof.body, part) {
            (Body::StorageAnswer(answer), Some(part)) => {
                if let Some(closed) = closed.get(&(address, answer.replica)) {
                    *judgment = counted(policy, closed, part);
                }
            }
            (Body::RetrievalReceipt(body), _) => {
                let found = retrievals.judge(state, address, body);
                *judgment = found.unwrap_or_else(Judgment::refused);
            }
            _ => {}
        }
    }
    Found { judgments, factors }
}

fn replica<'a>(state: &'a State, device: &Address, number: u32) -> Option<&'a Replica> {
    state.devices.get(device)?.replicas.get(&number)
}

fn committed(
    policy: &StoragePolicy,
    epoch: u64,
    state: &mut State,
    proof: &Proof<'_>,
    commitment: &StorageCommitment,
) -> Judgment {
    let device = state.devices.entry(proof.device.address).or_insert_with(|| Device {
        key: *proof.key(),
        replicas: BTreeMap::new(),
        reputation: Reputation::default(),
    });
    match commit(policy, epoch, proof.key(), device, commitment) {
        Err(reason) => Judgment::refused(reason),
        // Its answers earn.
        Ok(()) => Judgment::counts(
            gib_millionths(commitment.leaf_count),
            vec![Factor::new(
                "earns_by_answers",
                0,
                [("first_epoch", epoch.saturating_add(1).into())],
            )],
        ),
    }
}

/// Moves every replica and reputation on, and gives the devices' factors.
fn close(
    input: &EpochInput<'_>,
    state: &mut State,
    challenges: &Challenges,
) -> (ByReplica, BTreeMap<Address, Vec<Factor>>) {
    let policy = &input.policy.storage;
    let mut closed = BTreeMap::new();
    let mut factors = BTreeMap::new();
    state.devices.retain(|address, device| {
        let mut sums = Sums::default();
        device.replicas.retain(|number, replica| {
            let score = challenges.score(*address, *number);
            let was = replica.health;
            let fate = replica.close(policy, &score);
            let leaf_count = replica.commitment.leaf_count;
            sums.add(&score, leaf_count);
            let (paid, stays) = match fate {
                Fate::Stays { paid } => (paid, true),
                Fate::Ends => (false, false),
            };
            sums.ended = sums.ended.saturating_add(u64::from(!stays));
            let answered_in_row = replica.answered_in_row;
            closed.insert(
                (*address, *number),
                Closed { score, was, paid, answered_in_row, leaf_count },
            );
            stays
        });
        let (good, bad) = sums.observation();
        device.reputation.observe(good, bad, policy.reputation_keep_ppm);
        factors.insert(*address, vec![sums.factor(policy, device)]);
        !device.replicas.is_empty() || !device.reputation.is_forgotten()
    });
    (closed, factors)
}

impl Sums {
    fn add(&mut self, score: &Score, leaf_count: u64) {
        self.due = self.due.saturating_add(score.due);
        self.right = self.right.saturating_add(score.right);
        if score.due > 0 {
            let leaves = u128::from(leaf_count);
            self.leaves = self.leaves.saturating_add(leaves);
            let missed = leaves.saturating_mul(score.missed_ppm().into());
            self.missed = self.missed.saturating_add(missed);
        }
    }

    /// The epoch's observation of the device, good and bad, in millionths; what is bad is rounded
    /// down.
    fn observation(&self) -> (u64, u64) {
        let bad = self.missed.checked_div(self.leaves).map(|bad| u64::try_from(bad).unwrap_or(ONE));
        bad.map_or((0, 0), |bad| (ONE.saturating_sub(bad), bad))
    }

    fn factor(&self, policy: &StoragePolicy, device: &Device) -> Factor {
        let reputation = &device.reputation;
        let ppm = reputation
            .factor_ppm(policy.reputation_prior_good_ppm, policy.reputation_prior_bad_ppm);
        let faulty = |replica: &&Replica| replica.health == Health::Faulty;
        let inputs = [
            ("good_ppm", i128::from(reputation.good())),
            ("bad_ppm", reputation.bad().into()),
            ("challenges", self.due.into()),
            ("answered_right", self.right.into()),
            ("replicas", device.replicas.len() as i128),
            ("replicas_faulty", device.replicas.values().filter(faulty).count() as i128),
            ("replicas_ended", self.ended.into()),
        ];
        Factor::new("storage_reputation", ppm, inputs)
    }
}

/// What a right answer counts for.
fn counted(policy: &StoragePolicy, closed: &Closed, part: Part) -> Judgment {
    let total = u128::from(gib_millionths(closed.leaf_count));
    let up_to = |number: u64| {
        total.saturating_mul(number.into()).checked_div(part.of.into()).unwrap_or(total)
    };
    // The parts of an epoch add up to the whole.
    let gross = up_to(part.number.saturating_add(1)).saturating_sub(up_to(part.number));
    let was = |health| i128::from(closed.was == health);
    let health = Factor::new(
        "replica_health",
        if closed.paid { ONE } else { 0 },
        [
            ("bytes", i128::from(closed.leaf_count).saturating_mul(LEAF_BYTES as i128)),
            ("challenges", closed.score.due.into()),
            ("answered_right", closed.score.right.into()),
            ("was_unproven", was(Health::Unproven)),
            ("was_faulty", was(Health::Faulty)),
            ("epochs_answered_in_row", closed.answered_in_row.into()),
            ("proving_epochs", policy.proving_epochs.into()),
            ("recovery_epochs", policy.recovery_epochs.into()),
        ],
    );
    Judgment::counts(u64::try_from(gross).unwrap_or(u64::MAX), vec![health])
}

/// Millionths of a GiB, rounded down.
fn gib_millionths(leaf_count: u64) -> u64 {
    let bytes = u128::from(leaf_count).saturating_mul(LEAF_BYTES as u128);
    u64::try_from(bytes.saturating_mul(ONE.into()).div_euclid(GIB)).unwrap_or(u64::MAX)
}
