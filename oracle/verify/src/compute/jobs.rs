//! Jobs that several devices compute: posting, choice, commitment, reveal, quorum.

use super::Step;
use super::context::Context;
use crate::device::Address;
use crate::input::Proof;
use crate::judgment::{Factor, Judgment};
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::compute::duplicates::{Timetable, TimetableTerms, commitment, lot};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::compute::{Answer, JobResult};
use cairn_protocol::reason::Reason;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// Devices whose lots one thread draws before others take their part.
const LOTS_AT_ONCE: usize = 4_096;

/// A job that is posted and not decided.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct Job {
    class: u16,
    posted_ms: u64,
    /// The devices are chosen by the first seed whose window begins then or later.
    choice_from_ms: u64,
    choice: Option<Choice>,
    /// What the chosen devices committed to, by device.
    commitments: BTreeMap<Address, Committed>,
}

/// Who computes a job, and when.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Choice {
    seed: Hash,
    /// How many are chosen, and how many must agree: the policy's when the seed chose. Of those of a
    /// later policy the quorum may be no majority of the devices.
    duplicates: u16,
    quorum: u16,
    commit_until_ms: u64,
    reveal_from_ms: u64,
    reveal_until_ms: u64,
    /// In order of their lots; found out when somebody says to be one.
    devices: Option<Vec<Address>>,
}

#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Committed {
    /// Id of the proof.
    id: Hash,
    commitment: Hash,
}

/// A result that was revealed as it should be.
struct Revealed {
    at: usize,
    device: Address,
    result: Hash,
}

/// The jobs of one epoch.
pub(super) struct Round<'a> {
    context: &'a Context<'a>,
    jobs: &'a mut BTreeMap<Hash, Job>,
    posted: u32,
    posted_by: HashMap<Address, u32>,
    /// The job of each commitment.
    commitments: HashMap<Hash, Hash>,
    revealed: BTreeMap<Hash, Vec<Revealed>>,
}

impl<'a> Round<'a> {
    pub(super) fn new(context: &'a Context<'a>, jobs: &'a mut BTreeMap<Hash, Job>) -> Self {
        let mut commitments = HashMap::new();
        for (id, job) in jobs.iter_mut() {
            job.find_choice(context);
            commitments.extend(job.commitments.values().map(|committed| (committed.id, *id)));
        }
        Self {
            context,
            jobs,
            posted: 0,
            posted_by: HashMap::new(),
            commitments,
            revealed: BTreeMap::new(),
        }
    }

    /// Whether a commitment is one to a duplicated job's result.
    pub(super) fn knows(&self, commitment: &Hash) -> bool {
        self.commitments.contains_key(commitment)
    }

    /// A device posted a job.
    pub(super) fn post(&mut self, proof: &Proof<'_>, class: u16) -> Result<Step, Reason> {
        let policy = self.context.policy();
        if policy.poster_class != Some(proof.device.class) {
            return Err(Reason::PosterNotAllowed);
        }
        let own = self.posted_by.entry(proof.device.address).or_default();
        if self.posted >= policy.posted_per_epoch || *own >= policy.posted_per_device {
            return Err(Reason::PostingLimit);
        }
        *own = own.saturating_add(1);
        self.posted = self.posted.saturating_add(1);
        let mut job = Job {
            class,
            posted_ms: proof.captured_at_ms,
            choice_from_ms: self.context.settles_at_ms(proof.captured_at_ms),
            choice: None,
            commitments: BTreeMap::new(),
        };
        job.find_choice(self.context);
        self.jobs.insert(proof.id, job);
        Ok(Step::Judged(Judgment::counts(0, vec![Factor::new("posting_earns_nothing", 0, [])])))
    }

    /// A device committed to a result.
    pub(super) fn commit(
        &mut self,
        proof: &Proof<'_>,
        posted: &Hash,
        commitment: &Hash,
    ) -> Result<Step, Reason> {
        let policy = self.context.policy();
        let job = self.jobs.get_mut(posted).ok_or(Reason::JobUnknown)?;
        let (class, posted_ms) = (job.class, job.posted_ms);
        let choice = job
            .choice
            .as_mut()
            .filter(|choice| choice.seed == proof.challenge)
            .ok_or(Reason::ChallengeWrong)?;
        let (seed, duplicates) = (choice.seed, choice.duplicates);
        let devices = choice.devices.get_or_insert_with(|| {
            chosen(self.context, duplicates, &seed, posted, (class, posted_ms))
        });
        let device = proof.device.address;
        if !devices.contains(&device) {
            return Err(Reason::NotChosen);
        }
        if proof.captured_at_ms >= choice.commit_until_ms {
            return Err(Reason::CommitmentLate);
        }
        if job.commitments.contains_key(&device) {
            return Err(Reason::CommitmentRepeated);
        }
        job.commitments.insert(device, Committed { id: proof.id, commitment: *commitment });
        self.commitments.insert(proof.id, *posted);
        let paid_later = Factor::new("paid_with_result", 0, []);
        Ok(Step::Judged(Judgment::counts(policy.job_units, vec![paid_later])))
    }

    /// A device revealed its result.
    pub(super) fn reveal(
        &mut self,
        at: usize,
        proof: &Proof<'_>,
        body: &JobResult,
    ) -> Result<Step, Reason> {
        let device = proof.device.address;
        let id = self.commitments.get(&body.commitment).ok_or(Reason::CommitmentUnknown)?;
        let job = self.jobs.get(id).ok_or(Reason::CommitmentUnknown)?;
        let committed = job
            .commitments
            .get(&device)
            .filter(|committed| committed.id == body.commitment)
            .ok_or(Reason::CommitmentUnknown)?;
        let revealed = self.revealed.entry(*id).or_default();
        if revealed.iter().any(|revealed| revealed.device == device) {
            return Err(Reason::ResultRepeated);
        }
        let Answer::Duplicated { result, salt } = &body.answer else {
            return Err(Reason::AnswerOtherKind);
        };
        let choice = job
            .choice
            .as_ref()
            .filter(|choice| choice.seed == proof.challenge)
            .ok_or(Reason::ChallengeWrong)?;
        if proof.captured_at_ms < choice.reveal_from_ms {
            return Err(Reason::RevealEarly);
        }
        if proof.captured_at_ms >= choice.reveal_until_ms {
            return Err(Reason::RevealLate);
        }
        if commitment(proof.key(), salt, result) != committed.commitment {
            return Err(Reason::RevealMismatch);
        }
        revealed.push(Revealed { at, device, result: *result });
        Ok(Step::Later)
    }

    /// Decides the jobs whose results were revealed, and forgets what is over. Results of one job
    /// are revealed in one epoch.
    pub(super) fn finish(self) -> Vec<(usize, Judgment)> {
        let policy = self.context.policy();
        let mut judgments = Vec::new();
        for (id, revealed) in &self.revealed {
            let choice = self.jobs.get(id).and_then(|job| job.choice.as_ref());
            let quorum = choice.map_or(u16::MAX, |choice| choice.quorum);
            let mut counts: BTreeMap<&Hash, u16> = BTreeMap::new();
            for one in revealed {
                let count = counts.entry(&one.result).or_default();
                *count = count.saturating_add(1);
            }
            // A quorum is more than half of the devices chosen, so that there is one at most.
            let decided =
                counts.iter().find(|(_, count)| **count >= quorum).map(|(result, _)| *result);
            judgments.extend(revealed.iter().map(|one| {
                let judgment = match decided {
                    Some(result) if *result == one.result => {
                        Judgment::counts(policy.job_units, Vec::new())
                    }
                    Some(_) => Judgment::refused(Reason::ResultInMinority),
                    None => Judgment::refused(Reason::NoQuorum),
                };
                (one.at, judgment)
            }));
        }
        let input = self.context.input;
        self.jobs.retain(|_, job| match &job.choice {
            Some(choice) => choice.reveal_until_ms > input.ends_at_ms,
            None => job.choice_from_ms >= input.starts_at_ms,
        });
        judgments
    }
}

impl Job {
    fn find_choice(&mut self, context: &Context<'_>) {
        if self.choice.is_some() {
            return;
        }
        let Some(seed) = context.first_seed_from(self.choice_from_ms) else { return };
        let (input, policy) = (context.input, context.policy());
        let terms = TimetableTerms {
            commit_ms: policy.commit_ms,
            reveal_ms: policy.reveal_ms,
            arrival_ms: policy.arrival_ms,
            max_future_ms: input.policy.ingest.max_future_ms,
            epoch_starts_at_ms: input.starts_at_ms,
            epoch_ms: input.ends_at_ms.saturating_sub(input.starts_at_ms),
        };
        let times = Timetable::new(seed.known_from_ms(), &terms);
        self.choice = Some(Choice {
            seed: seed.seed,
            duplicates: policy.duplicates,
            quorum: policy.quorum,
            commit_until_ms: times.commit_until_ms,
            reveal_from_ms: times.reveal_from_ms,
            reveal_until_ms: times.reveal_until_ms,
            devices: None,
        });
    }
}

/// The devices with the lowest lots among the active ones of a class that had joined before the job
/// was posted: a device made afterwards could have been made until its lot is low.
///
/// One hash for each device of the class.
fn chosen(
    context: &Context<'_>,
    duplicates: u16,
    seed: &Hash,
    posted: &Hash,
    (class, posted_ms): (u16, u64),
) -> Vec<Address> {
    let count = usize::from(duplicates);
    let posted_s = i64::try_from(posted_ms / 1_000).unwrap_or(i64::MAX);
    let mut lowest: Vec<(Hash, Address)> = context
        .active_of(class)
        .par_chunks(LOTS_AT_ONCE)
        .flat_map_iter(|devices| {
            let mut lots: Vec<(Hash, Address)> = devices
                .iter()
                .filter(|device| device.onboarded_at_s < posted_s)
                .map(|device| (lot(seed, posted, &device.address), device.address))
                .collect();
            lots.sort_unstable();
            lots.truncate(count);
            lots
        })
        .collect();
    lowest.sort_unstable();
    lowest.truncate(count);
    lowest.into_iter().map(|(_, device)| device).collect()
}
