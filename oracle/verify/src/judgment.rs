//! What judging an epoch says about each proof and each device.

use crate::device::Address;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::Kind;
use cairn_protocol::reason::Reason;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A factor of one, and a whole unit: factors are in millionths, and so are units.
pub const ONE: u64 = 1_000_000;

/// ⌊amount × ppm / 1,000,000⌋, at most `u64::MAX`.
///
/// ```
/// assert_eq!(cairn_verify::judgment::scaled(7, 500_000), 3);
/// ```
pub fn scaled(amount: u64, ppm: u64) -> u64 {
    let product = u128::from(amount) * u128::from(ppm) / u128::from(ONE);
    u64::try_from(product).unwrap_or(u64::MAX)
}

/// Something that units or points are multiplied by, and what it was computed from.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
pub struct Factor {
    /// Name in JSON, CLI and app, such as `redundancy` or `reputation`.
    pub name: Cow<'static, str>,
    /// The factor in millionths; 0 takes everything.
    pub ppm: u64,
    /// What it was computed from, by name with the unit, such as (`rank`, 15).
    pub inputs: Vec<(Cow<'static, str>, i64)>,
}

impl Factor {
    /// A factor with its inputs; an input beyond 63 bits is cut.
    pub fn new<const N: usize>(
        name: &'static str,
        ppm: u64,
        inputs: [(&'static str, i128); N],
    ) -> Self {
        let cut = |value: i128| {
            i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
        };
        Self {
            name: Cow::Borrowed(name),
            ppm,
            inputs: inputs.map(|(name, value)| (Cow::Borrowed(name), cut(value))).into(),
        }
    }
}

/// Whether a proof counts, and for how much.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Judgment {
    /// `Accepted` when it counts.
    #[borsh(serialize_with = "write_reason", deserialize_with = "read_reason")]
    pub reason: Reason,
    /// Millionths of the kind's unit that it counts for, the factors applied; 0 when refused.
    pub units: u64,
    /// What it counts for before its factors.
    pub gross: u64,
    /// The factors, each applied to what the one before left, rounded down. Of a refusal, why it is
    /// doubtful whose fault it is, where it is.
    pub factors: Vec<Factor>,
}

impl Judgment {
    /// Refused.
    pub const fn refused(reason: Reason) -> Self {
        Self { reason, units: 0, gross: 0, factors: Vec::new() }
    }

    /// Refused, though it may be another's doing: no fault, whatever the reason.
    pub fn doubtful(reason: Reason, why: Factor) -> Self {
        Self { factors: vec![why], ..Self::refused(reason) }
    }

    /// Whether it tells against the device beyond the proof.
    pub const fn is_fault(&self) -> bool {
        self.reason.is_fault() && self.factors.is_empty()
    }

    /// Counts for `gross` millionths of a unit, times the factors.
    pub fn counts(gross: u64, factors: Vec<Factor>) -> Self {
        let units = factors.iter().fold(gross, |units, factor| scaled(units, factor.ppm));
        Self { reason: Reason::Accepted, units, gross, factors }
    }
}

fn write_reason<W: borsh::io::Write>(reason: &Reason, to: &mut W) -> borsh::io::Result<()> {
    BorshSerialize::serialize(&reason.code(), to)
}

fn read_reason<R: borsh::io::Read>(from: &mut R) -> borsh::io::Result<Reason> {
    let code = u16::deserialize_reader(from)?;
    Reason::from_code(code).ok_or_else(|| borsh::io::ErrorKind::InvalidData.into())
}

/// A proof that was judged.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Judged {
    /// The proof's id.
    pub id: Hash,
    /// Address of its device.
    pub device: Address,
    /// [`Kind`] by number.
    #[borsh(serialize_with = "write_kind", deserialize_with = "read_kind")]
    pub kind: Kind,
    /// When it was captured, unix milliseconds.
    pub captured_at_ms: u64,
    /// What came out.
    pub judgment: Judgment,
}

fn write_kind<W: borsh::io::Write>(kind: &Kind, to: &mut W) -> borsh::io::Result<()> {
    BorshSerialize::serialize(&(*kind as u8), to)
}

fn read_kind<R: borsh::io::Read>(from: &mut R) -> borsh::io::Result<Kind> {
    let code = u8::deserialize_reader(from)?;
    Kind::from_code(code).ok_or_else(|| borsh::io::ErrorKind::InvalidData.into())
}

/// Credits that a customer spent by an accepted receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Spending {
    /// The customer's wallet.
    pub customer: Address,
    /// Address of the device that served it.
    pub device: Address,
    /// Credits.
    pub credits: u64,
    /// The proof's id.
    pub proof: Hash,
}

/// All that judging an epoch found.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Outcome {
    /// Every proof, by capture time, sequence and id.
    pub proofs: Vec<Judged>,
    /// The factors of each device that gave a proof or should have, by its address, in the order
    /// in which they apply.
    pub factors: BTreeMap<Address, Vec<Factor>>,
    /// What customers spent, in the order of the proofs.
    pub spendings: Vec<Spending>,
}

/// Entries that are hashed at a time.
const CHUNK: usize = 1_024;

impl Outcome {
    /// Commits to every verdict and factor: SHA-256 of a domain, the numbers of proofs, devices with
    /// factors and spendings, and, for each of these lists, SHA-256 of every 1,024 entries in borsh.
    pub fn hash(&self) -> Hash {
        let counts = [self.proofs.len(), self.factors.len(), self.spendings.len()];
        let mut parts = vec![b"cairn:outcome:v1".to_vec()];
        parts.extend(counts.iter().map(|count| (*count as u64).to_le_bytes().to_vec()));
        parts.extend(self.proofs.chunks(CHUNK).map(|chunk| chunk_hash(chunk.iter())));
        let mut factors = self.factors.iter();
        for _ in 0..self.factors.len().div_ceil(CHUNK) {
            parts.push(chunk_hash(factors.by_ref().take(CHUNK)));
        }
        parts.extend(self.spendings.chunks(CHUNK).map(|chunk| chunk_hash(chunk.iter())));
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        sha256(&parts)
    }
}

fn chunk_hash(entries: impl Iterator<Item = impl BorshSerialize>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        // Writing to memory does not fail.
        let _ = BorshSerialize::serialize(&entry, &mut bytes);
    }
    sha256(&[&bytes]).to_vec()
}
