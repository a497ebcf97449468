//! Rules of the compute kinds: work computed and checked.
//!
//! What a device fixes must be fixed before it can know what the chain's next seed makes of it. A
//! capture time is the device's own word, so commitments and benchmarks must *arrive* within
//! `compute.arrival_ms` of it (the gate refuses later ones, `CapturedTooLongAgo`), and the seed that
//! they answer to is the first whose window begins when that time is over; it is the only one.
//!
//! **Products of matrices**, a giga-operation being 10⁹ multiplications with their additions:
//!
//! A commitment counts when, in this order:
//!
//! 1. its challenge is a seed of the chain (`JobSeedUnknown`) whose window had begun
//!    (`JobSeedNotBegun`) and that was not known for too long (`JobSeedOld`)
//! 2. the matrices' side is allowed (`SideNotAllowed`)
//! 3. the device has not committed to this job before (`JobRepeated`), nor to as many as count in
//!    the epoch (`JobLimit`)
//!
//! A result counts when
//!
//! 1. it opens a commitment of its device that is open (`CommitmentUnknown`) and that it has not
//!    opened before (`ResultRepeated`), of the same kind of job (`AnswerOtherKind`)
//! 2. it answers the one seed that the commitment must answer (`ChallengeWrong`), in time
//!    (`ResultLate`)
//! 3. the rows are those that the seed asks for (`RowsWrong`) and lead to the committed root
//!    (`RowNotCommitted`)
//! 4. the image of the product is right (`ImageWrong`; Freivalds 1977), and so is each row
//!    (`RowWrong`); see [`cairn_protocol::compute::product`] for what each proves
//!
//! From 3 on the commitment is used up, so that a device makes an oracle check no more than it may
//! commit to.
//!
//! **Duplicated jobs** are posted (`PosterNotAllowed`, `PostingLimit`) before the seed that chooses
//! who computes them, so that nobody can look for a job that chooses his own devices. A commitment
//! to a result counts when the job is known (`JobUnknown`), it names the seed that chose
//! (`ChallengeWrong`), that chose the device (`NotChosen`), and it is in time (`CommitmentLate`) and
//! the device's first (`CommitmentRepeated`). A reveal counts when it opens the device's commitment
//! (`CommitmentUnknown`, `ResultRepeated`, `AnswerOtherKind`, `RevealMismatch`) inside the time for
//! it (`RevealEarly`, `RevealLate`), and a quorum revealed the same (`ResultInMinority`, `NoQuorum`).
//!
//! **Benchmarks**, in benchmark units for an hour, a unit being a rate of a million hashes a second:
//! one counts when its device gave no wrong one not long ago (`BenchmarkBarred`), it begins with a
//! seed of the chain (`JobSeedUnknown`, `JobSeedNotBegun`), has the form that the policy wants
//! (`CheckpointsWrong`), states a possible time (`ElapsedImpossible`) and rate (`RateImpossible`),
//! ends early enough in the epoch for a seed to choose what is checked (`BenchmarkTooLate`), was
//! made in the minute in which all are (`BenchmarkOutOfTime`), is the device's first of the hour
//! (`BenchmarkRepeated`), and what is hashed again is right (`StretchWrong`).
//!
//! Checks run on every core; verdicts do not depend on which is done first.

mod benchmarks;
mod context;
mod jobs;
mod products;

use crate::device::Address;
use crate::input::{EpochInput, Proof};
use crate::judge::Found;
use crate::judgment::Judgment;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::Body;
use cairn_protocol::proof::compute::Job;
use cairn_protocol::reason::Reason;
use context::Context;
use std::collections::BTreeMap;

/// What the compute rules carry from epoch to epoch: what may still be answered, and the devices
/// that gave a benchmark not long ago.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct State {
    /// Products that are committed to and not answered, by the commitment's id. At most
    /// `products_per_epoch` a device, until their deadline.
    products: BTreeMap<Hash, products::Open>,
    /// Jobs that are posted and not decided, by the posting's id. At most `posted_per_epoch`, until
    /// their results are revealed.
    jobs: BTreeMap<Hash, jobs::Job>,
    /// By device, until it could not matter any more.
    benchmarks: BTreeMap<Address, benchmarks::Record>,
}

/// What became of a proof when it was looked at in its turn.
enum Step {
    /// It is judged.
    Judged(Judgment),
    /// It is judged when all proofs have been looked at.
    Later,
}

pub(crate) fn judge(input: &EpochInput<'_>, state: &mut State, proofs: &[Proof<'_>]) -> Found {
    let context = Context::new(input);
    let mut judgments = vec![Judgment::refused(Reason::KindUnsupported); proofs.len()];
    let mut products = products::Round::new(&context, &mut state.products);
    let mut jobs = jobs::Round::new(&context, &mut state.jobs);
    let mut benchmarks = benchmarks::Round::new(&context, &mut state.benchmarks);
    for (at, (proof, judgment)) in proofs.iter().zip(&mut judgments).enumerate() {
        let step = match &proof.body {
            Body::JobCommitment(body) => match body.job {
                Job::MatrixProduct { side, number } => {
                    products.commit(proof, side, number, &body.commitment)
                }
                Job::Posted { class } => jobs.post(proof, class),
                Job::Duplicated { posted } => jobs.commit(proof, &posted, &body.commitment),
            },
            Body::JobResult(body) if jobs.knows(&body.commitment) => jobs.reveal(at, proof, body),
            Body::JobResult(body) => products.answer(at, proof, body),
            Body::Benchmark(body) => benchmarks.take(at, proof, body),
            _ => continue,
        };
        match step {
            Ok(Step::Judged(found)) => *judgment = found,
            Ok(Step::Later) => {}
            Err(reason) => *judgment = Judgment::refused(reason),
        }
    }
    let later = [products.finish(), jobs.finish(), benchmarks.finish()];
    for (at, found) in later.into_iter().flatten() {
        if let Some(judgment) = judgments.get_mut(at) {
            *judgment = found;
        }
    }
    Found { judgments, ..Found::default() }
}
