//! What an epoch's root was computed from: the manifest, whose hash oracles attest.

use crate::text;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::merkle::Node;
use cairn_verify::{
    Address, EpochInput, Outcome, RULES_VERSION, Snapshot, escrows_hash, proofs_hash,
};
use serde::{Deserialize, Serialize};

const DOMAIN: &[u8; 16] = b"cairn:manifest:2";

/// What an epoch was judged by and what that gave, each as a hash.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
pub struct Inputs {
    /// Version of the rules, [`RULES_VERSION`].
    pub rules_version: u32,
    /// Of the policy, [`cairn_verify::Policy::hash`].
    #[serde(with = "text::hash")]
    pub policy_hash: Hash,
    /// Of the registry as the epoch was judged by it, [`Snapshot::hash`].
    #[serde(with = "text::hash")]
    pub registry_hash: Hash,
    /// Of the chain's seeds, [`cairn_verify::Seeds::hash`].
    #[serde(with = "text::hash")]
    pub seeds_hash: Hash,
    /// Of the customers' credits, [`escrows_hash`].
    #[serde(with = "text::hash")]
    pub escrows_hash: Hash,
    /// Of the state that earlier epochs left, [`cairn_verify::State::hash`].
    #[serde(with = "text::hash")]
    pub state_before: Hash,
    /// Of the proofs, [`proofs_hash`].
    #[serde(with = "text::hash")]
    pub proofs_hash: Hash,
    /// Of every verdict and factor, [`Outcome::hash`].
    #[serde(with = "text::hash")]
    pub outcome_hash: Hash,
    /// Of the state that this epoch left.
    #[serde(with = "text::hash")]
    pub state_after: Hash,
}

impl Inputs {
    /// The hashes of an epoch that was judged.
    pub fn new(
        input: &EpochInput<'_>,
        snapshot: &Snapshot,
        state_before: Hash,
        outcome: &Outcome,
        state_after: Hash,
    ) -> Self {
        Self {
            rules_version: RULES_VERSION,
            policy_hash: input.policy.hash(),
            registry_hash: snapshot.hash(),
            seeds_hash: input.seeds.hash(),
            escrows_hash: escrows_hash(input.escrows),
            state_before,
            proofs_hash: proofs_hash(outcome),
            outcome_hash: outcome.hash(),
            state_after,
        }
    }
}

/// Everything that an epoch's root was computed from. Its hash is SHA-256 of
/// `"cairn:manifest:2"` and the fields in order in borsh: addresses and hashes as their 32 bytes,
/// numbers in little endian, `credit_price` behind a byte that is 1 when there is one and else 0.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
pub struct Manifest {
    /// Address of the network.
    #[serde(with = "text::base58")]
    pub network: Address,
    /// Address of the pool.
    #[serde(with = "text::base58")]
    pub pool: Address,
    /// The epoch.
    pub epoch: u64,
    /// When it began, unix seconds.
    pub starts_at_s: u64,
    /// When it ended, unix seconds.
    pub ends_at_s: u64,
    /// Wallet that earns what rounding leaves over.
    #[serde(with = "text::base58")]
    pub treasury: Address,
    /// Tokens that the emission table gives its operators.
    #[serde(with = "text::amount")]
    pub budget: u64,
    /// Credits × 10⁹ per smallest unit of the token, if there is a price.
    pub credit_price: Option<u64>,
    /// Root hash through the epochs before, zeros when nobody had earned yet.
    #[serde(with = "text::hash")]
    pub previous_root: Hash,
    /// Tokens of all operators through the epochs before.
    #[serde(with = "text::amount")]
    pub previous_sum: u64,
    /// Root hash of what customers used through the epochs before, zeros when nobody had.
    #[serde(with = "text::hash")]
    pub previous_usage_root: Hash,
    /// Credits that all customers used through the epochs before.
    #[serde(with = "text::amount")]
    pub previous_usage_sum: u64,
    /// What the epoch was judged by.
    pub inputs: Inputs,
}

impl Manifest {
    /// What oracles attest.
    pub fn hash(&self) -> Hash {
        // Writing to memory does not fail.
        let bytes = borsh::to_vec(self).unwrap_or_default();
        sha256(&[DOMAIN, &bytes])
    }

    /// The totals that the epoch was added to.
    pub const fn previous(&self) -> Node {
        Node { hash: self.previous_root, sum: self.previous_sum }
    }
}
