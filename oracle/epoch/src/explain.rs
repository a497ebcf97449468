//! Why a device got what it did in an epoch: a pure function of the stored documents.
//!
//! Every zero has a reason: a refused proof its code and hint, a proof that counts for nothing the
//! factor that took everything, a kind without points the policy, a share of nothing what it failed
//! at.

mod render;
mod zero;

use crate::budget::ClassBudget;
use crate::error::EpochError;
use crate::points::KindLine;
use crate::result::EpochResult;
use crate::text;
use crate::totals::TotalsTree;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::Kind;
use cairn_verify::{Address, Factor, Judged, ONE, Outcome};
use serde::{Deserialize, Serialize};

/// Why a device got what it did in an epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Address of the pool.
    #[serde(with = "text::base58")]
    pub pool: Address,
    /// The epoch.
    pub epoch: u64,
    /// When it began, unix seconds.
    pub starts_at_s: u64,
    /// When it ended, unix seconds.
    pub ends_at_s: u64,
    /// Address of the device's registry account.
    #[serde(with = "text::base58")]
    pub device: Address,
    /// Who earned for it, base58. Of a device that the epoch knows nothing of: for whom it earned most
    /// until then, absent when that is nothing.
    pub operator: Option<String>,
    /// Number of its class; absent when the epoch knows nothing of it.
    pub class: Option<u16>,
    /// Each proof, by capture time.
    pub proofs: Vec<ProofLine>,
    /// What it did, by kind, with the points before the device's factors.
    pub kinds: Vec<KindLine>,
    /// The device's factors in the order in which they apply, those of one included.
    pub factors: Vec<Factor>,
    /// Points other than for receipts, after all factors, in millionths.
    #[serde(with = "text::millionths")]
    pub points: u64,
    /// Points for receipts after the factors, in millionths.
    #[serde(with = "text::millionths")]
    pub usage_points: u64,
    /// The budget that it had a share of.
    pub class_budget: Option<ClassBudget>,
    /// Credits × 10⁹ per smallest unit of the token, if there was a price.
    pub credit_price: Option<u64>,
    /// Tokens for receipts; part of `share`.
    #[serde(with = "text::amount")]
    pub usage_tokens: u64,
    /// All tokens of the epoch.
    #[serde(with = "text::amount")]
    pub share: u64,
    /// Why the share is nothing, if it is.
    pub zero: Option<String>,
    /// Why a part of the share is nothing, receipts or other points, where the other is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero_part: Option<String>,
    /// Whether the chain finalized other totals than this oracle computed: then the path leads to
    /// the chain's, and the rest is what this oracle computed.
    pub adopted: bool,
    /// Commits to every input; absent when adopted.
    #[serde(with = "text::hash_option")]
    pub manifest_hash: Option<Hash>,
    /// The way from what the device ever earned for its operator to the root; absent when that is
    /// nothing.
    pub path: Option<LeafPath>,
}

/// One proof in an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofLine {
    /// SHA-256 of what was signed.
    #[serde(with = "text::hash")]
    pub id: Hash,
    /// Its kind.
    #[serde(with = "text::kind")]
    pub kind: Kind,
    /// When it was captured, unix milliseconds.
    pub captured_at_ms: u64,
    /// Number of the reason; 0 when it counts.
    pub code: u16,
    /// Name of the reason.
    pub reason: String,
    /// What the operator can do about it.
    pub hint: String,
    /// Units before its factors, in millionths.
    #[serde(with = "text::millionths")]
    pub gross: u64,
    /// Its factors, in the order in which they apply.
    pub factors: Vec<Factor>,
    /// Units that it counts for, in millionths.
    #[serde(with = "text::millionths")]
    pub units: u64,
    /// Why it counts for nothing, or earns no points, if so.
    pub zero: Option<String>,
}

/// The way from a device's leaf to the root on chain. Both proofs are siblings from the leaf up, 40
/// bytes each in hex; [`cairn_protocol::merkle`] says how they are folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeafPath {
    /// Tokens that the device ever earned for the operator: its leaf.
    #[serde(with = "text::amount")]
    pub device_total: u64,
    /// Index of its leaf among the operator's devices.
    pub device_index: u32,
    /// Siblings up to `devices_root`.
    pub device_proof: String,
    /// Root over the operator's devices, which stands in the operator's leaf.
    #[serde(with = "text::hash")]
    pub devices_root: Hash,
    /// Tokens that the operator ever earned: its leaf.
    #[serde(with = "text::amount")]
    pub operator_total: u64,
    /// Index of the operator's leaf.
    pub operator_index: u32,
    /// Siblings up to `root`.
    pub operator_proof: String,
    /// The root on chain.
    #[serde(with = "text::hash")]
    pub root: Hash,
    /// Sum of all leaves.
    #[serde(with = "text::amount")]
    pub root_sum: u64,
}

/// Explains a device's share of an epoch from the epoch's result and outcome. `tree` is that of the
/// result's totals if it is at hand; else it is built, which takes a fraction of a second for a
/// million devices.
///
/// # Errors
/// When the sums of the stored totals exceed 64 bits.
pub fn explain(
    result: &EpochResult,
    outcome: &Outcome,
    tree: Option<&TotalsTree>,
    device: &Address,
) -> Result<Explanation, EpochError> {
    let earnings = result.earnings.as_ref();
    let stub = earnings.and_then(|earnings| earnings.paystub(device));
    // Who gave no proof in this epoch has what it earned before.
    let operator =
        stub.map_or_else(|| result.totals.best_operator(device), |stub| Some(&stub.operator));
    let mut factors = outcome.factors.get(device).cloned().unwrap_or_default();
    if let Some(stub) = stub {
        // Those of scoring come after those of the outcome, and only there are left out at one.
        let of_outcome = factors.iter().filter(|factor| factor.ppm != ONE).count();
        factors.extend(stub.factors.iter().skip(of_outcome).cloned());
    }
    let mut explanation = Explanation {
        pool: result.pool,
        epoch: result.epoch,
        starts_at_s: earnings.map_or(0, |earnings| earnings.starts_at_s),
        ends_at_s: earnings.map_or(0, |earnings| earnings.ends_at_s),
        device: *device,
        operator: operator.map(text::to_base58),
        class: stub.map(|stub| stub.class),
        proofs: outcome
            .proofs
            .iter()
            .filter(|proof| proof.device == *device)
            .map(|proof| {
                let kinds = stub.map(|stub| &stub.kinds[..]).unwrap_or_default();
                ProofLine::new(proof, kinds.iter().find(|line| line.kind == proof.kind))
            })
            .collect(),
        kinds: stub.map(|stub| stub.kinds.clone()).unwrap_or_default(),
        factors,
        points: stub.map_or(0, |stub| stub.points),
        usage_points: stub.map_or(0, |stub| stub.usage_points),
        class_budget: stub
            .and_then(|stub| earnings.and_then(|earnings| earnings.class(stub.class)))
            .copied(),
        credit_price: earnings.and_then(|earnings| earnings.credit_price),
        usage_tokens: stub.map_or(0, |stub| stub.usage_tokens),
        share: stub.map_or(0, |stub| stub.share),
        zero: None,
        zero_part: None,
        adopted: result.adopted,
        manifest_hash: result.manifest_hash,
        path: None,
    };
    explanation.zero = zero::of_device(&explanation);
    explanation.zero_part = zero::of_part(&explanation);
    if let Some(operator) = operator {
        explanation.path = path(result, tree, operator, device)?;
    }
    Ok(explanation)
}

impl ProofLine {
    fn new(proof: &Judged, line: Option<&KindLine>) -> Self {
        let judgment = &proof.judgment;
        Self {
            id: proof.id,
            kind: proof.kind,
            captured_at_ms: proof.captured_at_ms,
            code: judgment.reason.code(),
            reason: judgment.reason.name().to_owned(),
            hint: judgment.reason.hint().to_owned(),
            gross: judgment.gross,
            factors: judgment.factors.clone(),
            units: judgment.units,
            zero: zero::of_proof(judgment).or_else(|| zero::of_kind(line?)),
        }
    }
}

fn path(
    result: &EpochResult,
    tree: Option<&TotalsTree>,
    operator: &Address,
    device: &Address,
) -> Result<Option<LeafPath>, EpochError> {
    let Some(leaf) = result.totals.device_proof(operator, device)? else { return Ok(None) };
    let built = if tree.is_none() { result.totals.tree(&result.pool)? } else { None };
    let Some(claim) = tree.or(built.as_ref()).and_then(|tree| tree.claim(operator)) else {
        return Ok(None);
    };
    Ok(Some(LeafPath {
        device_total: leaf.leaf.lifetime_total,
        device_index: leaf.index,
        device_proof: hex::encode(&leaf.proof),
        devices_root: leaf.root.hash,
        operator_total: claim.leaf.lifetime_total,
        operator_index: claim.index,
        operator_proof: hex::encode(&claim.proof),
        root: result.root,
        root_sum: result.root_sum,
    }))
}
