//! One epoch from its inputs to its earnings, now or again later.

use crate::earnings::{Earnings, Terms};
use crate::error::EpochError;
use crate::manifest::Inputs;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::proof::Envelope;
use cairn_verify::{Address, EpochInput, Escrow, Outcome, Policy, Seeds, Snapshot, State, judge};
use std::collections::BTreeMap;

/// An epoch that was judged and paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The verdicts.
    pub outcome: Outcome,
    /// The registry as the epoch was judged by it.
    pub snapshot: Snapshot,
    /// The tokens.
    pub earnings: Earnings,
}

/// Judges the proofs that were admitted for an epoch, moves the state on, and turns the outcome into
/// tokens.
///
/// # Errors
/// See [`Earnings::compute`]; the state is then that of the epoch after all.
pub fn close(
    input: &EpochInput<'_>,
    terms: &Terms,
    state: &mut State,
    envelopes: impl IntoIterator<Item = Envelope>,
) -> Result<Closed, EpochError> {
    let before = state.hash();
    let outcome = judge(input, state, envelopes);
    let snapshot = Snapshot::new(input, &outcome);
    let inputs = Inputs::new(input, &snapshot, before, &outcome, state.hash());
    let earnings = Earnings::compute(input, terms, &outcome, inputs)?;
    Ok(Closed { outcome, snapshot, earnings })
}

/// What an oracle keeps of an epoch, besides its proofs and the policy, so that it can be judged
/// again: to verify its root, or to see what another policy would have paid.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct EpochInputs {
    /// Network that proofs are signed for.
    pub network: Address,
    /// The epoch.
    pub epoch: u64,
    /// When it began, unix milliseconds.
    pub starts_at_ms: u64,
    /// When it ended (exclusive), unix milliseconds.
    pub ends_at_ms: u64,
    /// The registry.
    pub snapshot: Snapshot,
    /// The chain's seeds.
    pub seeds: Seeds,
    /// The customers' credits.
    pub escrows: BTreeMap<Address, Escrow>,
    /// What it is paid by.
    pub terms: Terms,
}

impl EpochInputs {
    /// What to keep of an epoch that was closed.
    pub fn new(input: &EpochInput<'_>, terms: &Terms, closed: &Closed) -> Self {
        Self {
            network: input.network,
            epoch: input.epoch,
            starts_at_ms: input.starts_at_ms,
            ends_at_ms: input.ends_at_ms,
            snapshot: closed.snapshot.clone(),
            seeds: input.seeds.clone(),
            escrows: input.escrows.clone(),
            terms: *terms,
        }
    }

    /// Closes the epoch again, by a policy, on the state that earlier epochs left. With the policy,
    /// state and proofs of then it gives the same outcome and earnings.
    ///
    /// # Errors
    /// See [`close`].
    pub fn close(
        &self,
        policy: &Policy,
        state: &mut State,
        envelopes: impl IntoIterator<Item = Envelope>,
    ) -> Result<Closed, EpochError> {
        let registry = self.snapshot.registry();
        let input = EpochInput {
            network: self.network,
            epoch: self.epoch,
            starts_at_ms: self.starts_at_ms,
            ends_at_ms: self.ends_at_ms,
            registry: &registry,
            seeds: &self.seeds,
            escrows: &self.escrows,
            policy,
        };
        close(&input, &self.terms, state, envelopes)
    }
}
