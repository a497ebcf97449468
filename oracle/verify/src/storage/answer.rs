//! The challenges of an epoch, and the rules of answers.

use super::state::{Replica, Score, State};
use crate::device::Address;
use crate::input::{EpochInput, Proof};
use crate::policy::StoragePolicy;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{DeviceKey, StorageAnswer, StorageCommitment};
use cairn_protocol::reason::Reason;
use cairn_protocol::sealing::{Due, Schedule, SealFault, tree, verify_seal};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// A challenge and what became of it.
#[derive(Debug)]
struct Challenge {
    due: Due,
    /// When its seed became known, unix milliseconds.
    known_ms: u64,
    /// Whether it was answered, and right.
    answered: Option<bool>,
}

/// The challenges of one replica.
#[derive(Debug)]
struct Challenged {
    challenges: Vec<Challenge>,
    unsealed: bool,
}

/// The challenges of an epoch, of every replica that was there when it began.
#[derive(Debug)]
pub(super) struct Challenges(BTreeMap<(Address, u32), Challenged>);

/// A right answer: which part of its replica's bytes it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Number of the challenge among those of the epoch, from 0.
    pub(super) number: u64,
    /// How many they are.
    pub(super) of: u64,
}

/// The first answer to a challenge, whose leaves are still to be checked.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    part: Part,
    due: Due,
    key: DeviceKey,
    commitment: StorageCommitment,
    answer: &'a StorageAnswer,
}

impl Claim<'_> {
    /// Rules 4 and 5. Depends on nothing but the claim, so that it can be done on any core.
    pub(super) fn check(&self, policy: &StoragePolicy) -> Result<Part, Reason> {
        let right = opened(policy, &self.due, &self.key, &self.commitment, self.answer);
        right.map(|()| self.part)
    }
}

impl Challenges {
    /// `state` has the replicas whose term is not over.
    pub(super) fn new(input: &EpochInput<'_>, state: &State) -> Self {
        let policy = &input.policy.storage;
        let window_ms = u64::from(input.policy.challenges.window_seconds).saturating_mul(1_000);
        let schedule = Schedule::new(
            input.starts_at_ms,
            input.ends_at_ms,
            window_ms,
            policy.answer_deadline_ms,
            policy.challenges_per_epoch,
        );
        let seeds: Vec<(u64, Hash)> =
            input.seeds.iter().map(|seed| (seed.from_ms, seed.seed)).collect();
        let known: HashMap<Hash, u64> = input
            .seeds
            .iter()
            .map(|seed| (seed.seed, seed.known_from_ms().max(seed.from_ms)))
            .collect();
        let challenged = |key: &DeviceKey, number: u32| {
            let due = schedule.due(seeds.iter().copied(), key, number);
            let challenges = due.into_iter().filter_map(|due| {
                let known_ms = *known.get(&due.seed)?;
                // The chain stood still: nobody could answer within the epoch.
                let answerable =
                    known_ms.saturating_add(policy.answer_deadline_ms) <= input.ends_at_ms;
                answerable.then_some(Challenge { due, known_ms, answered: None })
            });
            Challenged { challenges: challenges.collect(), unsealed: false }
        };
        let replicas: Vec<(Address, u32, &DeviceKey)> = state
            .devices
            .iter()
            .flat_map(|(address, device)| {
                device
                    .replicas
                    .iter()
                    .filter(|(_, replica)| replica.first_epoch <= input.epoch)
                    .map(|(number, _)| (*address, *number, &device.key))
            })
            .collect();
        let challenged = |(address, number, key): (Address, u32, &DeviceKey)| {
            ((address, number), challenged(key, number))
        };
        Self(replicas.into_par_iter().map(challenged).collect())
    }

    /// Rules 1 to 3 of an answer; whether it is right is to be booked. Answers must come in order
    /// of capture time and id.
    pub(super) fn claim<'a>(
        &mut self,
        policy: &StoragePolicy,
        replica: Option<&Replica>,
        proof: &Proof<'_>,
        answer: &'a StorageAnswer,
    ) -> Result<Claim<'a>, Reason> {
        let Some(replica) = replica else { return Err(Reason::ReplicaUnknown) };
        let challenged = self.0.get_mut(&(proof.device.address, answer.replica));
        let Some(challenged) = challenged else { return Err(Reason::ChallengeNotDue) };
        let of = challenged.challenges.len() as u64;
        let (number, challenge) = (0u64..)
            .zip(&mut challenged.challenges)
            .find(|(_, challenge)| challenge.due.seed == proof.challenge)
            .ok_or(Reason::ChallengeNotDue)?;
        if proof.captured_at_ms.saturating_add(policy.clock_tolerance_ms) < challenge.known_ms {
            return Err(Reason::AnswerEarly);
        }
        if proof.captured_at_ms > challenge.known_ms.saturating_add(policy.answer_deadline_ms) {
            return Err(Reason::AnswerLate);
        }
        if challenge.answered.is_some() {
            return Err(Reason::AnswerRepeated);
        }
        challenge.answered = Some(false);
        Ok(Claim {
            part: Part { number, of },
            due: challenge.due,
            key: *proof.key(),
            commitment: replica.commitment.clone(),
            answer,
        })
    }

    /// Books whether the answer to a challenge is right.
    pub(super) fn book(
        &mut self,
        device: Address,
        claim: &Claim<'_>,
        checked: &Result<Part, Reason>,
    ) {
        let Some(challenged) = self.0.get_mut(&(device, claim.answer.replica)) else { return };
        challenged.unsealed |= *checked == Err(Reason::SealWrong);
        let mut challenges = challenged.challenges.iter_mut();
        if let Some(challenge) = challenges.find(|one| one.due.slot == claim.due.slot) {
            challenge.answered = Some(checked.is_ok());
        }
    }

    /// What became of a replica's challenges.
    pub(super) fn score(&self, device: Address, replica: u32) -> Score {
        let Some(challenged) = self.0.get(&(device, replica)) else { return Score::default() };
        let right = challenged.challenges.iter().filter(|one| one.answered == Some(true)).count();
        Score {
            due: challenged.challenges.len() as u64,
            right: right as u64,
            unsealed: challenged.unsealed,
        }
    }
}

/// Rules 4 and 5: whether an answer shows what its challenge asks for.
fn opened(
    policy: &StoragePolicy,
    due: &Due,
    device: &DeviceKey,
    commitment: &StorageCommitment,
    answer: &StorageAnswer,
) -> Result<(), Reason> {
    let asked = due.asked(commitment.leaf_count, policy.leaves_per_challenge);
    if !answer.openings.iter().map(|opening| opening.index).eq(asked.leaves) {
        return Err(Reason::LeavesNotAsked);
    }
    let is_kept = |opening| tree::verify(&commitment.replica_root, commitment.leaf_count, opening);
    if !answer.openings.iter().all(is_kept) {
        return Err(Reason::OpeningWrong);
    }
    if due.slot >= policy.seals_per_epoch.into() {
        return Ok(());
    }
    let (Some(sealed), Some(shown)) = (answer.openings.get(asked.seal), &answer.seal) else {
        return Err(Reason::SealMissing);
    };
    verify_seal(device, commitment, asked.pass, sealed, shown).map_err(|fault| match fault {
        SealFault::Opening => Reason::SealOpeningWrong,
        SealFault::Seal => Reason::SealWrong,
    })
}
