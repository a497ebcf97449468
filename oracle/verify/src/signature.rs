//! The one policy for signatures. No other place in the workspace decides whether a proof's
//! signature is valid.
//!
//! Ed25519 is checked by `verify_strict` of `ed25519-dalek`: RFC 8032 with the cofactorless
//! equation, `S` canonical, and neither the key nor `R` of small order. It is applied to each
//! signature by itself. A batch equation would be faster but is not the same predicate (it
//! multiplies by the cofactor, so it passes mixed-order signatures that this refuses), and two
//! oracles with different predicates would disagree about an epoch.
//!
//! P-256 keys can be onboarded, but their proofs are refused as unsupported until a verifier is
//! chosen.

use cairn_protocol::proof::{DeviceKey, Envelope};
use cairn_protocol::reason::Reason;
use ed25519_dalek::{Signature, VerifyingKey};

/// A device key made ready for verifying.
#[derive(Debug, Clone)]
pub enum KnownKey {
    /// An Ed25519 key, decompressed.
    Ed25519(Box<VerifyingKey>),
    /// Bytes that are no Ed25519 key, or one of small order: no signature verifies under it.
    Unusable,
    /// A scheme that is not supported.
    Unsupported,
}

impl KnownKey {
    /// Prepares a key.
    pub fn new(key: &DeviceKey) -> Self {
        match key {
            DeviceKey::Ed25519(bytes) => match VerifyingKey::from_bytes(bytes) {
                Ok(key) if !key.is_weak() => Self::Ed25519(Box::new(key)),
                _ => Self::Unusable,
            },
            DeviceKey::P256(_) => Self::Unsupported,
        }
    }

    /// Checks `signature` over `message`.
    ///
    /// # Errors
    /// [`Reason::SignatureInvalid`] or [`Reason::SchemeUnsupported`].
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), Reason> {
        match self {
            Self::Ed25519(key) => key
                .verify_strict(message, &Signature::from_bytes(signature))
                .map_err(|_| Reason::SignatureInvalid),
            Self::Unusable => Err(Reason::SignatureInvalid),
            Self::Unsupported => Err(Reason::SchemeUnsupported),
        }
    }
}

/// Checks an envelope's signature for a network, whoever the device is. For tools that have no
/// registry; an oracle goes through [`crate::check()`].
///
/// # Errors
/// [`Reason::SignatureInvalid`] or [`Reason::SchemeUnsupported`].
pub fn verify_envelope(network: &[u8; 32], envelope: &Envelope) -> Result<(), Reason> {
    KnownKey::new(&envelope.device).verify(&envelope.signed_message(network), &envelope.signature)
}
