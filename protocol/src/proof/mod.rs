//! Proofs: what a device signs, and how it is encoded.
//!
//! A proof travels as an [`Envelope`] in borsh (<https://borsh.io>): fixed-width little-endian
//! integers, `u32`-length byte strings. The body stays opaque bytes at that level, so that an
//! envelope of a kind that this build does not know still decodes, is refused by
//! [`Reason::KindUnsupported`](crate::reason::Reason::KindUnsupported) and is kept.
//!
//! The device signs [`Envelope::signed_message`]: a domain, the network's address and every field but the
//! signature, so that no proof counts in two networks. A proof's identity is (device, kind,
//! sequence), never its signature bytes.

use crate::hash::{Hash, sha256};
use crate::onboarding::{DEVICE_KEY_BYTES, SignatureScheme};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};

pub mod compute;
pub mod receipt;
pub mod sensor;
#[cfg(feature = "serde")]
mod serde_hex;
pub mod storage;
pub mod wireless;

pub use compute::{Benchmark, JobCommitment, JobResult};
pub use receipt::Receipt;
pub use sensor::{Coverage, ReadingBatch, Track};
pub use storage::{RetrievalReceipt, StorageAnswer, StorageCommitment};
pub use wireless::{Beacon, Heartbeat, UsageReceipt, Witness};

/// The only envelope version so far.
pub const VERSION: u8 = 1;
/// The largest encoded proof, envelope included.
pub const MAX_PROOF_BYTES: usize = 16 * 1024;
/// The most proofs in one batch.
pub const MAX_BATCH_PROOFS: usize = 4096;

const DOMAIN: &[u8; 16] = b"cairn:proof:v1\0\0";

/// A device's public key.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub enum DeviceKey {
    /// Ed25519 (RFC 8032).
    Ed25519([u8; 32]),
    /// A compressed P-256 point (SEC 1, section 2.3.3).
    P256([u8; 33]),
}

impl DeviceKey {
    /// The scheme of this key.
    pub fn scheme(&self) -> SignatureScheme {
        match self {
            Self::Ed25519(_) => SignatureScheme::Ed25519,
            Self::P256(_) => SignatureScheme::P256,
        }
    }

    /// The key as the registry stores it: 33 bytes, an Ed25519 key followed by a zero.
    pub fn to_registry_bytes(&self) -> [u8; DEVICE_KEY_BYTES] {
        match self {
            Self::Ed25519(key) => {
                let mut bytes = [0; DEVICE_KEY_BYTES];
                for (to, from) in bytes.iter_mut().zip(key) {
                    *to = *from;
                }
                bytes
            }
            Self::P256(key) => *key,
        }
    }

    /// The key that the registry stores as `scheme` and `bytes`; `None` for an unknown scheme or
    /// an Ed25519 key whose last byte is not zero.
    pub fn from_registry_bytes(scheme: u8, bytes: &[u8; DEVICE_KEY_BYTES]) -> Option<Self> {
        match scheme {
            0 => match bytes.split_last() {
                Some((0, key)) => Some(Self::Ed25519(key.try_into().ok()?)),
                _ => None,
            },
            1 => Some(Self::P256(*bytes)),
            _ => None,
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident($module:ident) = $code:literal, $text:literal;)*) => {
        /// What a proof is about; also the number in [`Envelope::kind`]. A number is never reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
        #[repr(u8)]
        pub enum Kind {
            $($(#[$doc])* $name = $code,)*
        }

        impl Kind {
            /// Every kind, by number.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The kind of a number.
            pub const fn from_code(code: u8) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// The name in JSON, CLI and app.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }

        /// A typed body.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
        pub enum Body {
            $(
                #[doc = concat!("See [`", stringify!($module), "::", stringify!($name), "`].")]
                $name($module::$name),
            )*
        }

        impl Body {
            /// The kind of this body.
            pub const fn kind(&self) -> Kind {
                match self {
                    $(Self::$name(_) => Kind::$name,)*
                }
            }

            /// Decodes a body of `kind`; every number is in the range that its field states.
            ///
            /// # Errors
            /// When the bytes are not exactly one body of the kind, or a number is out of range.
            pub fn decode(kind: Kind, bytes: &[u8]) -> Result<Self, borsh::io::Error> {
                let body = match kind {
                    $(Kind::$name => Self::$name(borsh::from_slice(bytes)?),)*
                };
                if body.is_in_range() { Ok(body) } else { Err(borsh::io::ErrorKind::InvalidData.into()) }
            }

            /// Whether every number is in the range that its field states.
            pub fn is_in_range(&self) -> bool {
                match self {
                    $(Self::$name(body) => body.is_in_range(),)*
                }
            }

            /// Borsh encoding for [`Envelope::body`].
            pub fn encode(&self) -> Vec<u8> {
                let encoded = match self {
                    $(Self::$name(body) => borsh::to_vec(body),)*
                };
                // Writing to memory fails only for a list over 4 GiB, which no device holds.
                encoded.unwrap_or_default()
            }
        }
    };
}

kinds! {
    /// A device sent a radio frame.
    Beacon(wireless) = 1, "beacon";
    /// A device received another's frame.
    Witness(wireless) = 2, "witness";
    /// A device was on air at its place.
    Heartbeat(wireless) = 3, "heartbeat";
    /// A customer's traffic went over a device.
    UsageReceipt(wireless) = 4, "usage_receipt";
    /// A device sealed a replica of some content.
    StorageCommitment(storage) = 10, "storage_commitment";
    /// A device opened the challenged leaves of its replica.
    StorageAnswer(storage) = 11, "storage_answer";
    /// A device served content to a customer.
    RetrievalReceipt(storage) = 12, "retrieval_receipt";
    /// A device fixed the result of a job before it is challenged.
    JobCommitment(compute) = 20, "job_commitment";
    /// A device opened what was challenged of the result.
    JobResult(compute) = 21, "job_result";
    /// A device hashed one after the other, to show how fast it is and that time passed.
    Benchmark(compute) = 22, "benchmark";
    /// A device measured quantities.
    ReadingBatch(sensor) = 30, "reading_batch";
    /// A device moved.
    Track(sensor) = 31, "track";
    /// A device mapped cells.
    Coverage(sensor) = 32, "coverage";
}

/// One signed statement by a device.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Envelope {
    /// [`VERSION`].
    pub version: u8,
    /// A [`Kind`].
    pub kind: u8,
    /// The device that signs.
    pub device: DeviceKey,
    /// The reward epoch that `captured_at_ms` lies in.
    pub epoch: u64,
    /// Rises with each proof of this device and kind, over its whole life; gaps are allowed.
    pub sequence: u64,
    /// [`Envelope::id`] of the device's previous proof of any kind, zeros for its first.
    pub previous: Hash,
    /// When the device measured: milliseconds since 1970-01-01 UTC.
    pub captured_at_ms: u64,
    /// The challenge that this proof answers; zeros for kinds that answer none.
    pub challenge: Hash,
    /// Borsh encoding of the kind's body.
    pub body: Vec<u8>,
    /// Over [`Envelope::signed_message`]; 64 bytes in either scheme.
    pub signature: [u8; 64],
}

impl Envelope {
    /// Decodes one envelope; bytes left over are an error, a declared length beyond the input
    /// never allocates.
    ///
    /// # Errors
    /// When the bytes are not exactly one envelope.
    pub fn decode(bytes: &[u8]) -> Result<Self, borsh::io::Error> {
        borsh::from_slice(bytes)
    }

    /// Encodes the envelope.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.body.len().saturating_add(256));
        // Writing to memory fails only for a body over 4 GiB, which no decoder here produces;
        // the result would then not decode.
        if self.serialize(&mut out).is_err() {
            out.clear();
        }
        out
    }

    /// The bytes that the device signs, for a network's address.
    pub fn signed_message(&self, network: &[u8; 32]) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.body.len().saturating_add(256));
        out.extend_from_slice(DOMAIN);
        out.extend_from_slice(network);
        out.extend_from_slice(&self.encode());
        out.truncate(out.len().saturating_sub(self.signature.len()));
        out
    }

    /// SHA-256 of the signed message: what the device's next proof names as `previous`.
    pub fn id(&self, network: &[u8; 32]) -> Hash {
        sha256(&[&self.signed_message(network)])
    }

    /// The typed body, `None` for a kind that this build does not know.
    ///
    /// # Errors
    /// See [`Body::decode`].
    pub fn decode_body(&self) -> Result<Option<Body>, borsh::io::Error> {
        Kind::from_code(self.kind).map(|kind| Body::decode(kind, &self.body)).transpose()
    }
}

/// A position on the WGS 84 ellipsoid.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Position {
    /// Latitude in 10⁻⁷ degrees, −900,000,000 to 900,000,000, north positive.
    pub latitude_e7: i32,
    /// Longitude in 10⁻⁷ degrees, −1,800,000,000 to 1,800,000,000, east positive.
    pub longitude_e7: i32,
}

impl Position {
    /// Whether both coordinates are in their range.
    pub fn is_valid(&self) -> bool {
        (-900_000_000..=900_000_000).contains(&self.latitude_e7)
            && (-1_800_000_000..=1_800_000_000).contains(&self.longitude_e7)
    }
}

/// A batch of encoded proofs as posted to an oracle: borsh of a list of byte strings, so that one
/// malformed proof does not spoil its neighbours.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Batch {
    /// Each an [`Envelope`] in borsh.
    pub proofs: Vec<Vec<u8>>,
}
