//! What came of sending.

use crate::sender::deliver::Delivered;
use cairn_protocol::reason::Reason;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The result of [`send`](crate::sender::send). `accepted + Σ refused + unanswered = submitted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Proofs that were to be sent.
    pub submitted: u64,
    /// Beacons among them.
    pub beacons: u64,
    /// Witnesses among them: one for each reception of a replayed recording.
    pub witnesses: u64,
    /// Proofs that counted, by the verdict of the oracles that answered.
    pub accepted: u64,
    /// Proofs that did not, by the name of the reason.
    pub refused: BTreeMap<String, u64>,
    /// Proofs that no oracle judged.
    pub unanswered: u64,
    /// Proofs that oracles judged differently. The verdict that most gave counts, of equally
    /// frequent ones a refusal, of two such refusals that with the lower code.
    pub disagreements: Vec<Disagreement>,
    /// Each oracle's own counts, in the order of the settings.
    pub oracles: Vec<OracleReport>,
}

/// A proof that oracles judged differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// Its place among the proofs sent, from 0.
    pub proof: u64,
    /// Each oracle's verdict by name, `None` from one that did not answer.
    pub verdicts: Vec<Option<String>>,
}

/// What one oracle did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OracleReport {
    /// Its address.
    pub url: String,
    /// Proofs that it judged.
    pub answered: u64,
    /// Proofs that it accepted.
    pub accepted: u64,
    /// Proofs that it refused, by the name of the reason.
    pub refused: BTreeMap<String, u64>,
    /// Accepted proofs whose first answer was lost, so that the repetition said `duplicate`.
    pub recovered: u64,
    /// Posts that it answered.
    pub batches: u64,
    /// Posts that were repeated.
    pub retries: u64,
    /// Proofs that it never judged.
    pub behind: u64,
    /// Why its delivery ended early; `None` when it judged everything.
    pub stopped: Option<Stop>,
}

/// Why the delivery to an oracle ended early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stop {
    /// It refused a whole post.
    #[error("it refused a batch: {0}")]
    Rejected(Rejection),
    /// It gave no answer for too long.
    #[error("no answer after {attempts} attempts, last: {error}")]
    GaveUp {
        /// How often the batch was sent.
        attempts: u32,
        /// What went wrong last.
        error: String,
    },
    /// Its answer is not one of an oracle.
    #[error("not an oracle's answer: {message}")]
    BadAnswer {
        /// What is wrong with it.
        message: String,
    },
}

/// An oracle's error answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejection {
    /// The HTTP status.
    pub status: u16,
    /// The error's stable code.
    pub code: String,
    /// What was wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

impl std::fmt::Display for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, " ({})", self.hint) }
    }
}

impl Report {
    pub(super) fn new(
        submitted: u64,
        beacons: u64,
        witnesses: u64,
        deliveries: Vec<Delivered>,
    ) -> Self {
        let mut report = Self {
            submitted,
            beacons,
            witnesses,
            accepted: 0,
            refused: BTreeMap::new(),
            unanswered: 0,
            disagreements: Vec::new(),
            oracles: Vec::new(),
        };
        let judged = deliveries.iter().map(|delivered| delivered.verdicts.len()).max().unwrap_or(0);
        report.unanswered = submitted.saturating_sub(judged as u64);
        let mut given = Vec::with_capacity(deliveries.len());
        for proof in 0..judged {
            given.clear();
            given.extend(deliveries.iter().filter_map(|one| one.verdicts.get(proof).copied()));
            match decide(&given) {
                Some(code) if code == Reason::Accepted.code() => report.accepted += 1,
                Some(code) => {
                    let name = name(&deliveries, code);
                    *report.refused.entry(name).or_default() += 1;
                }
                None => report.unanswered += 1,
            }
            if disagree(&given) {
                let verdict = |one: &Delivered| {
                    let verdict = *one.verdicts.get(proof)?;
                    Some(name(std::slice::from_ref(one), verdict))
                };
                report.disagreements.push(Disagreement {
                    proof: proof as u64,
                    verdicts: deliveries.iter().map(verdict).collect(),
                });
            }
        }
        report.oracles =
            deliveries.into_iter().map(|one| OracleReport::new(submitted, one)).collect();
        report
    }

    /// Proofs refused for any reason.
    pub fn refused_in_all(&self) -> u64 {
        self.refused.values().sum()
    }

    /// A sentence about each oracle whose delivery ended early.
    pub fn stops(&self) -> Vec<String> {
        let sentence = |oracle: &OracleReport| {
            let stop = oracle.stopped.as_ref()?;
            Some(format!("{} is behind by {} proofs: {stop}", oracle.url, oracle.behind))
        };
        self.oracles.iter().filter_map(sentence).collect()
    }
}

impl OracleReport {
    fn new(submitted: u64, delivered: Delivered) -> Self {
        let mut accepted: u64 = 0;
        let mut refused = BTreeMap::new();
        for &verdict in &delivered.verdicts {
            if verdict == Reason::Accepted.code() {
                accepted += 1;
            } else {
                let name = name(std::slice::from_ref(&delivered), verdict);
                *refused.entry(name).or_default() += 1;
            }
        }
        let answered = delivered.verdicts.len() as u64;
        Self {
            url: delivered.url,
            answered,
            accepted,
            refused,
            recovered: delivered.recovered,
            batches: delivered.batches,
            retries: delivered.retries,
            behind: submitted.saturating_sub(answered),
            stopped: delivered.stopped,
        }
    }
}

/// The verdict that counts; see [`Report::disagreements`].
fn decide(given: &[u16]) -> Option<u16> {
    let votes = |code: u16| given.iter().filter(|other| **other == code).count();
    let is_refusal = |code: u16| code != Reason::Accepted.code();
    given.iter().copied().max_by_key(|code| (votes(*code), is_refusal(*code), Reverse(*code)))
}

/// Whether two oracles judged differently.
fn disagree(given: &[u16]) -> bool {
    given.iter().any(|code| Some(code) != given.first())
}

/// A code's name: this build's, or the one that a newer oracle gave with it.
fn name(deliveries: &[Delivered], code: u16) -> String {
    match Reason::from_code(code) {
        Some(reason) => reason.name().to_owned(),
        None => deliveries
            .iter()
            .find_map(|delivered| delivered.names.get(&code))
            .map_or_else(|| format!("code_{code}"), Clone::clone),
    }
}
