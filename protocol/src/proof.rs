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

/// What a proof is about; also the number in [`Envelope::kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// A device sent a radio frame: [`Beacon`].
    Beacon = 1,
    /// A device received another's frame: [`Witness`].
    Witness = 2,
}

impl Kind {
    /// The kind of a number.
    pub fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Beacon),
            2 => Some(Self::Witness),
            _ => None,
        }
    }

    /// The name in JSON, CLI and app.
    pub fn name(self) -> &'static str {
        match self {
            Self::Beacon => "beacon",
            Self::Witness => "witness",
        }
    }
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
    /// When the body's bytes are not exactly one body of the kind.
    pub fn decode_body(&self) -> Result<Option<Body>, borsh::io::Error> {
        Ok(match Kind::from_code(self.kind) {
            Some(Kind::Beacon) => Some(Body::Beacon(borsh::from_slice(&self.body)?)),
            Some(Kind::Witness) => Some(Body::Witness(borsh::from_slice(&self.body)?)),
            None => None,
        })
    }
}

/// A typed body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// See [`Beacon`].
    Beacon(Beacon),
    /// See [`Witness`].
    Witness(Witness),
}

impl Body {
    /// The kind of this body.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Beacon(_) => Kind::Beacon,
            Self::Witness(_) => Kind::Witness,
        }
    }

    /// Borsh encoding for [`Envelope::body`].
    pub fn encode(&self) -> Vec<u8> {
        let encoded = match self {
            Self::Beacon(body) => borsh::to_vec(body),
            Self::Witness(body) => borsh::to_vec(body),
        };
        // Fixed-size fields written to memory: cannot fail.
        encoded.unwrap_or_default()
    }
}

/// A position on the WGS 84 ellipsoid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
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

/// A device sent a radio frame that others may witness.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Beacon {
    /// SHA-256 of the frame as sent on air; unique per beacon, and what a witness refers to.
    pub payload_hash: Hash,
    /// Where the sender was, if it had a fix.
    pub position: Option<Position>,
    /// Carrier frequency in Hz, 1 MHz to 100 GHz.
    pub frequency_hz: u64,
    /// Radiated power (EIRP: transmit power plus antenna gain) in hundredths of a dBm,
    /// −5,000 to 6,000.
    pub eirp_cdbm: i32,
    /// LoRa spreading factor, 5 to 12; 0 for another modulation.
    pub spreading_factor: u8,
}

/// A device received another device's beacon.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Witness {
    /// [`Beacon::payload_hash`] of what was received.
    pub payload_hash: Hash,
    /// Received signal strength in hundredths of a dBm, −20,000 to 3,000.
    pub rssi_cdbm: i32,
    /// Signal-to-noise ratio in hundredths of a dB, −5,000 to 10,000.
    pub snr_cdb: i32,
    /// Frequency that it was received on, in Hz, 1 MHz to 100 GHz.
    pub frequency_hz: u64,
}

/// A batch of encoded proofs as posted to an oracle: borsh of a list of byte strings, so that one
/// malformed proof does not spoil its neighbours.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Batch {
    /// Each an [`Envelope`] in borsh.
    pub proofs: Vec<Vec<u8>>,
}
