//! Proofs as they arrive: a borsh batch, or the same in JSON.
//!
//! Both ways end in the same bytes and go through the same checks. A single proof that cannot be
//! read gets its reason code and its neighbours are judged; only a batch that cannot be divided
//! into proofs is refused as a whole.

use cairn_protocol::proof::{Batch, Body, DeviceKey, Envelope, Kind, MAX_BATCH_PROOFS};
use cairn_protocol::reason::Reason;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

/// One proof of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submitted {
    /// An encoded envelope, to be checked.
    Proof(Vec<u8>),
    /// JSON that says no envelope: refused without a look at state.
    Unreadable(Reason),
}

/// Why a batch is refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BatchError {
    /// Not a batch.
    #[error("the body is not a batch of proofs: {0}")]
    Malformed(String),
    /// More proofs than a batch may have.
    #[error("the batch has {0} proofs, more than {MAX_BATCH_PROOFS}")]
    TooMany(usize),
}

/// Reads a borsh batch.
///
/// # Errors
/// When it is not one, or has too many proofs.
pub fn from_borsh(bytes: &[u8]) -> Result<Vec<Submitted>, BatchError> {
    let batch: Batch =
        borsh::from_slice(bytes).map_err(|error| BatchError::Malformed(error.to_string()))?;
    within_limit(batch.proofs.len())?;
    Ok(batch.proofs.into_iter().map(Submitted::Proof).collect())
}

/// Reads a JSON batch.
///
/// # Errors
/// When it is not one, or has too many proofs.
pub fn from_json(bytes: &[u8]) -> Result<Vec<Submitted>, BatchError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct JsonBatch {
        proofs: Vec<Value>,
    }
    let batch: JsonBatch =
        serde_json::from_slice(bytes).map_err(|error| BatchError::Malformed(error.to_string()))?;
    within_limit(batch.proofs.len())?;
    Ok(batch
        .proofs
        .into_iter()
        .map(|proof| match envelope_from_json(proof) {
            Ok(envelope) => Submitted::Proof(envelope.encode()),
            Err(reason) => Submitted::Unreadable(reason),
        })
        .collect())
}

fn within_limit(proofs: usize) -> Result<(), BatchError> {
    if proofs > MAX_BATCH_PROOFS { Err(BatchError::TooMany(proofs)) } else { Ok(()) }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonProof {
    version: u8,
    kind: JsonKind,
    device: JsonDevice,
    epoch: u64,
    sequence: u64,
    previous: String,
    captured_at_ms: u64,
    challenge: String,
    body: Value,
    /// Base58; absent, null and "" are an unsigned proof.
    #[serde(default)]
    signature: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum JsonKind {
    Name(String),
    Code(u8),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonDevice {
    scheme: String,
    key: String,
}

/// Reads one proof in JSON.
///
/// # Errors
/// `Malformed` when it is not one, `KindUnsupported` for an unknown name of a kind, `BodyInvalid`
/// when the body is not one of its kind.
pub fn envelope_from_json(value: Value) -> Result<Envelope, Reason> {
    let proof: JsonProof = serde_json::from_value(value).map_err(|_| Reason::Malformed)?;
    let kind = match &proof.kind {
        JsonKind::Code(code) => *code,
        JsonKind::Name(name) => Kind::ALL
            .iter()
            .copied()
            .find(|kind| kind.name() == name)
            .ok_or(Reason::KindUnsupported)? as u8,
    };
    Ok(Envelope {
        version: proof.version,
        kind,
        device: device_from_json(&proof.device).ok_or(Reason::Malformed)?,
        epoch: proof.epoch,
        sequence: proof.sequence,
        previous: hash(&proof.previous).ok_or(Reason::Malformed)?,
        captured_at_ms: proof.captured_at_ms,
        challenge: hash(&proof.challenge).ok_or(Reason::Malformed)?,
        body: body_from_json(kind, proof.body)?,
        signature: match proof.signature.as_deref() {
            None | Some("") => [0; 64],
            Some(text) => base58(text).ok_or(Reason::Malformed)?,
        },
    })
}

fn device_from_json(device: &JsonDevice) -> Option<DeviceKey> {
    match device.scheme.as_str() {
        "ed25519" => base58(&device.key).map(DeviceKey::Ed25519),
        "p256" => base58(&device.key).map(DeviceKey::P256),
        _ => None,
    }
}

/// A body is an object of its kind, or a string of hex: its bytes as they are.
fn body_from_json(kind: u8, body: Value) -> Result<Vec<u8>, Reason> {
    if let Value::String(text) = &body {
        return hex::decode(text).map_err(|_| Reason::BodyInvalid);
    }
    // The checks will refuse an unknown kind; there is no way to know what the body means.
    let Some(kind) = Kind::from_code(kind) else { return Ok(Vec::new()) };
    let tagged = Value::Object(std::iter::once((kind.name().to_owned(), body)).collect());
    let body: Body = serde_json::from_value(tagged).map_err(|_| Reason::BodyInvalid)?;
    Ok(body.encode())
}

/// Writes one proof as JSON: what [`envelope_from_json`] reads back to the same bytes.
///
/// # Errors
/// When the JSON writer fails, which it does not for these types.
pub fn envelope_to_json(envelope: &Envelope) -> Result<Value, serde_json::Error> {
    let body = match envelope.decode_body() {
        Ok(Some(body)) => match serde_json::to_value(&body)? {
            // Tagged with its kind, which stands beside it.
            Value::Object(tagged) => {
                tagged.into_iter().next().map_or(Value::Null, |(_, body)| body)
            }
            other => other,
        },
        Ok(None) | Err(_) => Value::String(hex::encode(&envelope.body)),
    };
    let (scheme, key) = match &envelope.device {
        DeviceKey::Ed25519(key) => ("ed25519", bs58::encode(key).into_string()),
        DeviceKey::P256(key) => ("p256", bs58::encode(key).into_string()),
    };
    serde_json::to_value(JsonProof {
        version: envelope.version,
        kind: match Kind::from_code(envelope.kind) {
            Some(kind) => JsonKind::Name(kind.name().to_owned()),
            None => JsonKind::Code(envelope.kind),
        },
        device: JsonDevice { scheme: scheme.to_owned(), key },
        epoch: envelope.epoch,
        sequence: envelope.sequence,
        previous: hex::encode(envelope.previous),
        captured_at_ms: envelope.captured_at_ms,
        challenge: hex::encode(envelope.challenge),
        body,
        signature: (envelope.signature != [0; 64])
            .then(|| bs58::encode(envelope.signature).into_string()),
    })
}

fn hash(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

fn base58<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let length = bs58::decode(text).onto(&mut bytes).ok()?;
    (length == N).then_some(bytes)
}
