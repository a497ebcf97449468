//! The one policy for signatures. No other place in the workspace decides whether a proof's
//! signature is valid.
//!
//! Ed25519 is checked by `verify_strict` of `ed25519-dalek`: RFC 8032 with the cofactorless
//! equation, `S` canonical, and neither the key nor `R` of small order. It is applied to each
//! signature by itself. A batch equation would be faster but is not the same predicate (it
//! multiplies by the cofactor, so it passes mixed-order signatures that this refuses), and two
//! oracles with different predicates would disagree about an epoch.
//!
//! P-256 is ECDSA over SHA-256 (FIPS 186-5) by `p256`, with `S` in the lower half, as the chain's
//! secp256r1 precompile wants it (SIMD-0075).

use cairn_protocol::proof::{DeviceKey, Envelope};
use cairn_protocol::reason::Reason;
use ed25519_dalek::{Signature, VerifyingKey};
use p256::ecdsa::signature::Verifier;

/// A device key made ready for verifying.
#[derive(Debug, Clone)]
pub enum KnownKey {
    /// An Ed25519 key, decompressed.
    Ed25519(Box<VerifyingKey>),
    /// A P-256 key, decompressed.
    P256(Box<p256::ecdsa::VerifyingKey>),
    /// Bytes that are no key, or an Ed25519 key of small order: no signature verifies under it.
    Unusable,
}

impl KnownKey {
    /// Prepares a key.
    pub fn new(key: &DeviceKey) -> Self {
        match key {
            DeviceKey::Ed25519(bytes) => match VerifyingKey::from_bytes(bytes) {
                Ok(key) if !key.is_weak() => Self::Ed25519(Box::new(key)),
                _ => Self::Unusable,
            },
            DeviceKey::P256(bytes) => match p256::ecdsa::VerifyingKey::from_sec1_bytes(bytes) {
                Ok(key) => Self::P256(Box::new(key)),
                Err(_) => Self::Unusable,
            },
        }
    }

    /// Checks `signature` over `message`.
    ///
    /// # Errors
    /// [`Reason::SignatureInvalid`].
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), Reason> {
        match self {
            Self::Ed25519(key) => key
                .verify_strict(message, &Signature::from_bytes(signature))
                .map_err(|_| Reason::SignatureInvalid),
            Self::P256(key) => {
                let signature = p256::ecdsa::Signature::from_slice(signature)
                    .map_err(|_| Reason::SignatureInvalid)?;
                if signature.normalize_s() != signature {
                    return Err(Reason::SignatureInvalid);
                }
                key.verify(message, &signature).map_err(|_| Reason::SignatureInvalid)
            }
            Self::Unusable => Err(Reason::SignatureInvalid),
        }
    }
}

/// A customer's wallet made ready for verifying its receipts.
pub fn customer_key(wallet: &[u8; 32]) -> KnownKey {
    KnownKey::new(&DeviceKey::Ed25519(*wallet))
}

/// Checks an envelope's signature for a network, whoever the device is. For tools that have no
/// registry; an oracle goes through [`crate::check()`].
///
/// # Errors
/// [`Reason::SignatureInvalid`].
pub fn verify_envelope(network: &[u8; 32], envelope: &Envelope) -> Result<(), Reason> {
    KnownKey::new(&envelope.device).verify(&envelope.signed_message(network), &envelope.signature)
}
