//! JSON of an oracle's HTTP API, for both sides of it.
//!
//! Addresses are base58, hashes lower-case hex, token amounts decimal strings in the mint's
//! smallest unit (a JavaScript number would lose some), times unix seconds in `_s` fields.

mod fleet;

pub use fleet::*;

use cairn_protocol::merkle::{Node, OperatorLeaf, UsageLeaf};
use serde::{Deserialize, Serialize};
use solana_address::Address;

/// Amounts as decimal strings.
pub mod amount_string {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// Writes `amount` as a string.
    ///
    /// # Errors
    /// The serializer's own.
    pub fn serialize<S: Serializer>(amount: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(amount)
    }

    /// Reads a string of digits.
    ///
    /// # Errors
    /// When it is no 64-bit number.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom(format!("`{text}` is not an amount")))
    }
}

/// Hashes as lower-case hex.
pub mod hash_hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// Writes 32 bytes as 64 hex digits.
    ///
    /// # Errors
    /// The serializer's own.
    pub fn serialize<S: Serializer>(hash: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&hex::encode(hash))
    }

    /// Reads 64 hex digits.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut hash = [0; 32];
        hex::decode_to_slice(&text, &mut hash)
            .map_err(|_| D::Error::custom(format!("`{text}` is not 32 bytes of hex")))?;
        Ok(hash)
    }
}

/// Addresses as base58.
pub mod address_base58 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use solana_address::Address;

    /// Writes an address.
    ///
    /// # Errors
    /// The serializer's own.
    pub fn serialize<S: Serializer>(address: &Address, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(address)
    }

    /// Reads an address.
    ///
    /// # Errors
    /// When it is no base58 of 32 bytes.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Address, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom(format!("`{text}` is not an address")))
    }
}

/// Body of every error answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// One error; the same code stands in CLI and app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// Stable snake_case name.
    pub code: String,
    /// What was wrong, with which value.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

/// One step of a proof, from the leaf up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofStep {
    /// Hash of the sibling.
    #[serde(with = "hash_hex")]
    pub hash: [u8; 32],
    /// Tokens below the sibling.
    #[serde(with = "amount_string")]
    pub sum: u64,
}

/// `GET /v1/operators/{wallet}/claim`: what it takes to claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimView {
    /// Pool that pays.
    #[serde(with = "address_base58")]
    pub pool: Address,
    /// Wallet of the operator.
    #[serde(with = "address_base58")]
    pub operator: Address,
    /// Epoch that the active root closes.
    pub epoch: u64,
    /// Everything earned up to the active root.
    #[serde(with = "amount_string")]
    pub lifetime_total: u64,
    /// Root hash of the tree over the operator's devices.
    #[serde(with = "hash_hex")]
    pub devices_root: [u8; 32],
    /// Place of the leaf in the tree.
    pub leaf_index: u32,
    /// Siblings from the leaf up.
    pub proof: Vec<ProofStep>,
    /// Hash of the active root.
    #[serde(with = "hash_hex")]
    pub root: [u8; 32],
    /// Sum of the active root.
    #[serde(with = "amount_string")]
    pub root_sum: u64,
}

impl ClaimView {
    /// The operator's leaf.
    pub fn leaf(&self) -> OperatorLeaf {
        OperatorLeaf {
            pool: self.pool.to_bytes(),
            operator: self.operator.to_bytes(),
            lifetime_total: self.lifetime_total,
            devices_root: self.devices_root,
        }
    }

    /// The proof as the program takes it.
    pub fn proof_bytes(&self) -> Vec<u8> {
        proof_bytes(&self.proof)
    }
}

/// `GET /v1/customers/{wallet}/usage`: what a customer's usage is settled with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageView {
    /// Pool whose devices were used.
    #[serde(with = "address_base58")]
    pub pool: Address,
    /// Wallet of the customer.
    #[serde(with = "address_base58")]
    pub customer: Address,
    /// Epoch that the active root closes.
    pub epoch: u64,
    /// Credits of all that was used up to the active root.
    #[serde(with = "amount_string")]
    pub lifetime_spent: u64,
    /// Place of the leaf in the tree.
    pub leaf_index: u32,
    /// Siblings from the leaf up.
    pub proof: Vec<ProofStep>,
    /// Hash of the active usage root.
    #[serde(with = "hash_hex")]
    pub usage_root: [u8; 32],
    /// Credits of all customers up to the active root.
    #[serde(with = "amount_string")]
    pub usage_sum: u64,
}

impl UsageView {
    /// The customer's leaf.
    pub fn leaf(&self) -> UsageLeaf {
        UsageLeaf {
            pool: self.pool.to_bytes(),
            customer: self.customer.to_bytes(),
            lifetime_spent: self.lifetime_spent,
        }
    }

    /// The proof as the program takes it.
    pub fn proof_bytes(&self) -> Vec<u8> {
        proof_bytes(&self.proof)
    }
}

/// A proof as the programs take it.
pub fn proof_bytes(steps: &[ProofStep]) -> Vec<u8> {
    let node = |step: &ProofStep| Node { hash: step.hash, sum: step.sum }.to_bytes();
    steps.iter().flat_map(node).collect()
}

/// Where an epoch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EpochState {
    /// Proofs are taken.
    Open,
    /// No more proofs are taken; the oracle has its result or is computing it.
    Closed,
    /// Its content is proposed on chain.
    Proposed,
    /// Its root is, or was, the active one.
    Finalized,
    /// Nothing was earned in it, or a later epoch was finalized first and has its earnings in its
    /// root.
    Skipped,
}

/// `GET /v1/epochs/{n}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochView {
    /// Number of the epoch.
    pub epoch: u64,
    /// Where it stands.
    pub state: EpochState,
    /// First second of the epoch.
    pub starts_at_s: i64,
    /// First second after it.
    pub ends_at_s: i64,
    /// Tokens of this epoch that are the operators'.
    #[serde(with = "amount_string")]
    pub budget: u64,
    /// Proofs that this oracle accepted for it.
    pub proofs_accepted: u64,
    /// Points of all devices; absent while the epoch is open.
    pub points: Option<u64>,
    /// What this oracle computed; absent until it did.
    pub result: Option<EpochContentView>,
    /// The proposal with that content, when there is one on chain.
    pub proposal: Option<String>,
    /// Keys of the oracles that attested it.
    pub attested_by: Vec<String>,
}

/// What an oracle computed for an epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochContentView {
    /// Root hash.
    #[serde(with = "hash_hex")]
    pub root: [u8; 32],
    /// Lifetime total of all operators.
    #[serde(with = "amount_string")]
    pub root_sum: u64,
    /// Leaves in the tree.
    pub leaf_count: u32,
    /// Commits to the inputs.
    #[serde(with = "hash_hex")]
    pub manifest_hash: [u8; 32],
}

/// `GET /v1/epochs`: newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochList {
    /// The epochs.
    pub epochs: Vec<EpochView>,
}

/// What became of an epoch's proofs of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindVerdicts {
    /// Name of the kind.
    pub kind: String,
    /// Proofs that count.
    pub accepted: u64,
    /// Proofs that do not, by the name of the reason.
    pub refused: std::collections::BTreeMap<String, u64>,
}

/// `GET /v1/epochs/{n}/verdicts`: what became of the proofs that this oracle took into an epoch, once
/// it judged them. Those that it refused on arrival are not among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictList {
    /// Number of the epoch.
    pub epoch: u64,
    /// Kinds of which there was a proof, by number.
    pub kinds: Vec<KindVerdicts>,
}

/// `GET /readyz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadyView {
    /// Whether the oracle takes proofs.
    pub ready: bool,
    /// Parts that are not ready yet.
    pub missing: Vec<String>,
    /// Devices that it knows.
    pub devices: u64,
    /// Records in its log.
    pub log_records: u64,
}

/// The verdict on one proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictView {
    /// Reason code; 0 is accepted.
    pub code: u16,
    /// Its name.
    pub reason: String,
    /// What the device's operator can do about a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Answer to `POST /v1/proofs`: one verdict per proof, in order, all on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchView {
    /// The verdicts.
    pub results: Vec<VerdictView>,
    /// How many were accepted.
    pub accepted: u64,
    /// How many were refused.
    pub refused: u64,
}

/// `GET /v1/config`: what a page needs to find its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigView {
    /// Version of the oracle.
    pub version: String,
    /// Network that it verifies for.
    pub network: String,
    /// Pool that it attests for.
    pub pool: String,
    /// Key that it signs proposals and attestations with.
    pub identity: String,
    /// RPC endpoint of the chain for pages; without one they ask their user.
    pub rpc_url: Option<String>,
    /// WebSocket endpoint of the same.
    pub ws_url: Option<String>,
    /// Base URLs of the pool's other oracles as browsers reach them.
    pub oracles: Vec<String>,
    /// Start of epoch 0, unix seconds.
    pub genesis_at_s: u64,
    /// Length of an epoch.
    pub epoch_seconds: u64,
}

/// `GET /v1/status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusView {
    /// Version of the oracle.
    pub version: String,
    /// Key that it signs proposals and attestations with.
    pub identity: String,
    /// Network that it verifies for; absent until read from the chain.
    pub network: Option<String>,
    /// Pool that it attests for.
    pub pool: String,
    /// Whether its key is in the pool's oracle set.
    pub in_oracle_set: bool,
    /// Devices on chain.
    pub devices: u64,
    /// Verdicts by reason, refusals that were not kept only since the start.
    pub verdicts: std::collections::BTreeMap<String, u64>,
    /// Records in the log.
    pub log_records: u64,
    /// Bytes of the log.
    pub log_bytes: u64,
    /// The epoch that now lies in; absent before genesis.
    pub current_epoch: Option<u64>,
    /// The last epoch that takes no more proofs.
    pub closed_through: Option<u64>,
    /// Epoch of the active root.
    pub finalized_epoch: Option<u64>,
    /// Sum of the active root.
    pub finalized_sum: Option<String>,
    /// Set while this oracle does not have the chain's root of that epoch: it neither proposes nor
    /// attests until it has.
    pub behind_at_epoch: Option<u64>,
    /// Transactions of this process that changed the chain, by what they did: `propose`, `attest`,
    /// `finalize`, `reject_proposal`, `vote_uphold`, `vote_dismiss`, `resolve_challenge`,
    /// `clear_proposal`, `take_back`, `pay_oracle`, `pay_delegators`, `pay_treasury`.
    #[serde(default)]
    pub sent: std::collections::BTreeMap<String, u64>,
    /// Proposals that are challenged, or that say something else than this oracle computed.
    #[serde(default)]
    pub disputes: Vec<DisputeView>,
}

/// What an oracle knows of a proposal in dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeState {
    /// It is what this oracle computed: votes against a challenge.
    Identical,
    /// It is wrong for certain: votes for a challenge, or rejects it.
    Wrong,
    /// This oracle cannot tell, because it may have missed proofs: does nothing.
    Undecided,
    /// It was this oracle's own content, and a quorum rejected it: not proposed again.
    Overruled,
}

/// A proposal in dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeView {
    /// Its epoch.
    pub epoch: u64,
    /// Its address.
    pub proposal: String,
    /// Oracle that proposed it.
    pub proposer: String,
    /// Whether oracles are voting on a challenge.
    pub challenged: bool,
    /// What this oracle knows of it.
    pub state: DisputeState,
    /// The same in words.
    pub detail: String,
}

/// Randomness of the chain that proofs answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedView {
    /// Start of its window, unix milliseconds.
    pub from_ms: u64,
    /// Slot of the first block that is not older.
    pub slot: u64,
    /// Time of that block, unix seconds.
    pub block_time_s: u64,
    /// Hash of that block, base58.
    pub blockhash: String,
    /// SHA-256 of `"cairn:seed:v1\0\0\0" ‖ network ‖ window ‖ blockhash`; what a proof names as its
    /// challenge.
    #[serde(with = "hash_hex")]
    pub seed: [u8; 32],
}

/// `GET /v1/seeds`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedList {
    /// The current epoch, whose proofs may answer these.
    pub epoch: u64,
    /// How often there is a new one.
    pub window_seconds: u32,
    /// Newest first.
    pub seeds: Vec<SeedView>,
}
