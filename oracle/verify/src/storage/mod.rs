//! Rules of the storage kinds: content kept in sealed replicas, challenged and served.

use crate::input::{EpochInput, Proof};
use crate::judge::Found;
use crate::judgment::{Judgment, ONE};
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::proof::Body;
use cairn_protocol::reason::Reason;

/// What the storage rules carry from epoch to epoch.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct State {}

pub(crate) fn judge(_input: &EpochInput<'_>, _state: &mut State, proofs: &[Proof<'_>]) -> Found {
    let judgment = |proof: &Proof<'_>| match proof.body {
        Body::RetrievalReceipt(_) => Judgment::counts(ONE, Vec::new()),
        _ => Judgment::refused(Reason::KindUnsupported),
    };
    Found { judgments: proofs.iter().map(judgment).collect(), ..Found::default() }
}
