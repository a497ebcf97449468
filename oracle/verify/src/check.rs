//! The checks that need no state: they may run for a whole batch in parallel before the gate
//! takes the results in order.

use crate::device::{DeviceRecord, Registry};
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::{Envelope, Kind, MAX_PROOF_BYTES, VERSION};
use cairn_protocol::reason::Reason;

/// A proof that passed every check that needs no state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The proof.
    pub envelope: Envelope,
    /// Its kind.
    pub kind: Kind,
    /// Its identity: SHA-256 of the signed message.
    pub id: Hash,
    /// The device that signed it, as the registry had it at that moment.
    pub device: DeviceRecord,
}

/// What [`check()`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// For the gate to decide.
    Candidate(Box<Candidate>),
    /// Refused without looking at state.
    Refused {
        /// Why.
        reason: Reason,
        /// Set when a known device really signed this (it is of a class that gives no such proofs, or
        /// a number is out of range), so that the refusal is worth keeping.
        signed: Option<Box<Candidate>>,
    },
}

impl Checked {
    fn refused(reason: Reason) -> Self {
        Self::Refused { reason, signed: None }
    }
}

/// Decodes a proof and checks everything that needs no state, in the order of the crate's
/// documentation.
pub fn check(network: &[u8; 32], registry: &Registry, bytes: &[u8]) -> Checked {
    if bytes.len() > MAX_PROOF_BYTES {
        return Checked::refused(Reason::TooLarge);
    }
    let Ok(envelope) = Envelope::decode(bytes) else {
        return Checked::refused(Reason::Malformed);
    };
    if envelope.version != VERSION {
        return Checked::refused(Reason::VersionUnsupported);
    }
    let Some(kind) = Kind::from_code(envelope.kind) else {
        return Checked::refused(Reason::KindUnsupported);
    };
    if envelope.signature == [0; 64] {
        return Checked::refused(Reason::SignatureMissing);
    }
    let Some(entry) = registry.entry(&envelope.device) else {
        return Checked::refused(Reason::DeviceUnknown);
    };
    let device = entry.record;
    // A device's status is looked at when the epoch is over: oracles see a change at different
    // times, and must agree about it.
    let standing = if !device.category.gives(kind) {
        Err(Reason::KindNotOfClass)
    } else if !matches!(envelope.decode_body(), Ok(Some(_))) {
        Err(Reason::BodyInvalid)
    } else {
        Ok(())
    };
    // Verified even when the standing already refuses it: only a refusal of something that the
    // device really said is kept.
    let message = envelope.signed_message(network);
    let verified = entry.key.verify(&message, &envelope.signature);
    let candidate = || {
        Box::new(Candidate { id: sha256(&[&message]), envelope: envelope.clone(), kind, device })
    };
    match (standing, verified) {
        (Ok(()), Ok(())) => Checked::Candidate(candidate()),
        (Err(reason), Ok(())) => Checked::Refused { reason, signed: Some(candidate()) },
        (Err(reason), Err(_)) | (Ok(()), Err(reason)) => Checked::refused(reason),
    }
}
