//! Products of matrices: commitment, challenge, answer, check.

use super::Step;
use super::context::Context;
use crate::device::Address;
use crate::input::Proof;
use crate::judgment::{Factor, Judgment};
use crate::policy::ComputePolicy;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::compute::field::dot;
use cairn_protocol::compute::product::{
    Challenge, Matrices, Scratch, depth, fold, image_hash, row_hash,
};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::DeviceKey;
use cairn_protocol::proof::compute::{Answer, JobResult, Row};
use cairn_protocol::reason::Reason;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A product that is committed to and not answered.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct Open {
    device: Address,
    /// What the matrices follow from, beside the device's key.
    seed: Hash,
    epoch: u64,
    side: u16,
    number: u16,
    /// Root of the tree over the product's rows.
    root: Hash,
    /// The challenge is the first seed whose window begins then or later.
    challenge_from_ms: u64,
    /// The challenge, once its window is among the seeds of an epoch.
    challenge: Option<Challenged>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Challenged {
    seed: Hash,
    /// The last moment to answer, unix milliseconds.
    due_ms: u64,
}

/// Millionths of a giga-operation that a product of a side counts for: side³ multiplications with
/// their additions, rounded down to a thousand.
const fn units(side: u16) -> u64 {
    let side = side as u64;
    // Below 2⁴⁸.
    side * side * side / 1_000
}

/// An answer whose product is to be checked.
struct Pending<'a> {
    at: usize,
    id: Hash,
    open: Open,
    challenge: Hash,
    key: &'a DeviceKey,
    image: &'a Hash,
    rows: &'a [Row],
}

/// The products of one epoch.
pub(super) struct Round<'a> {
    context: &'a Context<'a>,
    open: &'a mut BTreeMap<Hash, Open>,
    /// Jobs that were committed to in this epoch; those of other epochs have other matrices.
    jobs: HashSet<(Address, Hash, u16, u16)>,
    committed: HashMap<Address, u32>,
    answered: HashSet<Hash>,
    pending: Vec<Pending<'a>>,
}

impl<'a> Round<'a> {
    pub(super) fn new(context: &'a Context<'a>, open: &'a mut BTreeMap<Hash, Open>) -> Self {
        for product in open.values_mut() {
            product.find_challenge(context);
        }
        Self {
            context,
            open,
            jobs: HashSet::new(),
            committed: HashMap::new(),
            answered: HashSet::new(),
            pending: Vec::new(),
        }
    }

    /// A device fixed a product.
    pub(super) fn commit(
        &mut self,
        proof: &Proof<'_>,
        side: u16,
        number: u16,
        root: &Hash,
    ) -> Result<Step, Reason> {
        let policy = self.context.policy();
        let seed = self.context.seed_of(proof)?;
        if proof.captured_at_ms > seed.known_from_ms().saturating_add(policy.job_ms) {
            return Err(Reason::JobSeedOld);
        }
        if !(policy.min_side..=policy.max_side).contains(&side) {
            return Err(Reason::SideNotAllowed);
        }
        let device = proof.device.address;
        let job = (device, seed.seed, side, number);
        if self.jobs.contains(&job) {
            return Err(Reason::JobRepeated);
        }
        let committed = self.committed.entry(device).or_default();
        if *committed >= policy.products_per_epoch {
            return Err(Reason::JobLimit);
        }
        *committed = committed.saturating_add(1);
        self.jobs.insert(job);
        let mut open = Open {
            device,
            seed: seed.seed,
            epoch: self.context.input.epoch,
            side,
            number,
            root: *root,
            challenge_from_ms: self.context.settles_at_ms(proof.captured_at_ms),
            challenge: None,
        };
        open.find_challenge(self.context);
        self.open.insert(proof.id, open);
        let paid_later = Factor::new("paid_with_result", 0, []);
        Ok(Step::Judged(Judgment::counts(units(side), vec![paid_later])))
    }

    /// A device answered the challenge of a product.
    pub(super) fn answer(
        &mut self,
        at: usize,
        proof: &'a Proof<'_>,
        body: &'a JobResult,
    ) -> Result<Step, Reason> {
        let id = body.commitment;
        let open = self
            .open
            .get(&id)
            .filter(|open| open.device == proof.device.address)
            .ok_or(Reason::CommitmentUnknown)?;
        if self.answered.contains(&id) {
            return Err(Reason::ResultRepeated);
        }
        let Answer::MatrixProduct { image, rows } = &body.answer else {
            return Err(Reason::AnswerOtherKind);
        };
        let challenged = open
            .challenge
            .filter(|challenged| challenged.seed == proof.challenge)
            .ok_or(Reason::ChallengeWrong)?;
        if proof.captured_at_ms > challenged.due_ms {
            return Err(Reason::ResultLate);
        }
        self.answered.insert(id);
        self.pending.push(Pending {
            at,
            id,
            open: open.clone(),
            challenge: challenged.seed,
            key: proof.key(),
            image,
            rows,
        });
        Ok(Step::Later)
    }

    /// Checks the answers, and forgets what is answered or cannot be any more.
    pub(super) fn finish(self) -> Vec<(usize, Judgment)> {
        let input = self.context.input;
        self.open.retain(|id, open| {
            let open_still = match open.challenge {
                Some(challenged) => challenged.due_ms >= input.ends_at_ms,
                // Its window begins in a later epoch; but not if a whole one had none.
                None => open.challenge_from_ms >= input.starts_at_ms,
            };
            open_still && !self.answered.contains(id)
        });
        let policy = self.context.policy();
        self.pending
            .par_iter()
            .map_init(Scratch::default, |scratch, pending| {
                let judgment = match pending.check(policy, scratch) {
                    Ok(()) => Judgment::counts(units(pending.open.side), Vec::new()),
                    Err(reason) => Judgment::refused(reason),
                };
                (pending.at, judgment)
            })
            .collect()
    }
}

impl Open {
    fn find_challenge(&mut self, context: &Context<'_>) {
        if self.challenge.is_none() {
            self.challenge = context.first_seed_from(self.challenge_from_ms).map(|seed| {
                let due_ms = seed.known_from_ms().saturating_add(context.policy().answer_ms);
                Challenged { seed: seed.seed, due_ms }
            });
        }
    }
}

impl Pending<'_> {
    /// Cheap checks first. The whole takes `2·side²` multiplications and as many drawn elements,
    /// whatever a device sends.
    fn check(&self, policy: &ComputePolicy, scratch: &mut Scratch) -> Result<(), Reason> {
        let Open { seed, epoch, side, number, root, .. } = &self.open;
        let challenge = Challenge::new(&self.challenge, &self.id, *side, policy.spot_rows);
        let is_asked = |(row, asked): (&Row, &u16)| {
            row.index == *asked
                && row.elements.len() == usize::from(*side)
                && row.path.len() == depth(*side)
        };
        if self.rows.len() != challenge.rows.len()
            || !self.rows.iter().zip(&challenge.rows).all(is_asked)
        {
            return Err(Reason::RowsWrong);
        }
        let leads_to_root =
            |row: &Row| fold(&row_hash(&row.elements), row.index, &row.path) == *root;
        if !self.rows.iter().all(leads_to_root) {
            return Err(Reason::RowNotCommitted);
        }
        if !policy.check_image && self.rows.is_empty() {
            return Ok(());
        }
        let matrices = Matrices::new(seed, self.key, *epoch, *side, *number);
        let image = scratch.image(&matrices, &challenge.vector);
        if policy.check_image && image_hash(image) != *self.image {
            return Err(Reason::ImageWrong);
        }
        let is_right = |row: &Row| {
            image.get(usize::from(row.index)) == Some(&dot(&row.elements, &challenge.vector))
        };
        if !self.rows.iter().all(is_right) {
            return Err(Reason::RowWrong);
        }
        Ok(())
    }
}
