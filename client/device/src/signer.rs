//! Keys and signatures: of a device, of its maker, and the secrets of operators.

use alloc::collections::BTreeMap;
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::onboarding::{MESSAGE_BYTES, SERIAL_BYTES, device_message, maker_message};
use cairn_protocol::proof::{Body, DeviceKey, Envelope, Kind, VERSION};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use p256::ecdsa::signature::Verifier;

const DEVICE_KEY_DOMAIN: &[u8] = b"cairn:device-key:v1";
const MAKER_KEY_DOMAIN: &[u8] = b"cairn:maker-key:v1";
const OPERATOR_KEY_DOMAIN: &[u8] = b"cairn:operator-key:v1";

/// An onboarding message and its signature, as the precompiles take them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedMessage {
    /// The signer's public key.
    pub key: DeviceKey,
    /// What is signed.
    pub message: [u8; MESSAGE_BYTES],
    /// The signature over `message`.
    pub signature: [u8; 64],
}

/// What a device must not forget over a restart: reused sequences are refused as duplicates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignerState {
    /// The last sequence used for each kind.
    pub last_sequence: BTreeMap<Kind, u64>,
    /// [`Envelope::id`] of the last proof, zeros before the first.
    pub previous: Hash,
}

/// A secret key of either scheme.
#[derive(Clone)]
enum SecretKey {
    Ed25519(SigningKey),
    P256(p256::ecdsa::SigningKey),
}

impl SecretKey {
    fn public(&self) -> DeviceKey {
        match self {
            Self::Ed25519(key) => DeviceKey::Ed25519(key.verifying_key().to_bytes()),
            Self::P256(key) => {
                let mut bytes = [0; 33];
                let point = key.verifying_key().to_sec1_point(true);
                for (to, from) in bytes.iter_mut().zip(point.as_bytes()) {
                    *to = *from;
                }
                DeviceKey::P256(bytes)
            }
        }
    }

    /// ECDSA is deterministic (RFC 6979) and has its `S` in the lower half, which oracles and the
    /// chain's precompile want.
    fn sign(&self, message: &[u8]) -> [u8; 64] {
        match self {
            Self::Ed25519(key) => key.sign(message).to_bytes(),
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.normalize_s().to_bytes().into()
            }
        }
    }
}

/// A device's key, with the sequence and the chain of its proofs.
#[derive(Clone)]
pub struct DeviceSigner {
    key: SecretKey,
    state: SignerState,
}

impl DeviceSigner {
    /// A device with an Ed25519 key of its own, before its first proof.
    pub fn new(secret: &[u8; 32]) -> Self {
        let key = SecretKey::Ed25519(SigningKey::from_bytes(secret));
        Self { key, state: SignerState::default() }
    }

    /// A device with a P-256 key of its own, before its first proof; `None` for the few secrets
    /// that are no scalar of the curve (zero, or not below its order).
    pub fn new_p256(secret: &[u8; 32]) -> Option<Self> {
        let key = p256::ecdsa::SigningKey::from_slice(secret).ok()?;
        Some(Self { key: SecretKey::P256(key), state: SignerState::default() })
    }

    /// The P-256 device whose secret is `sha256("cairn:device-key:v1" ‖ seed ‖ id)`, hashed again
    /// while that is no scalar of the curve. A stand-in, see [`DeviceSigner::derive`].
    pub fn derive_p256(seed: &[u8; 32], id: &str) -> Self {
        let mut secret = sha256(&[DEVICE_KEY_DOMAIN, seed, id.as_bytes()]);
        loop {
            if let Some(device) = Self::new_p256(&secret) {
                return device;
            }
            secret = sha256(&[&secret]);
        }
    }

    /// The device whose secret is `sha256("cairn:device-key:v1" ‖ seed ‖ id)`. A stand-in for the
    /// key that a real device makes in its secure element: whoever knows the seed can sign.
    pub fn derive(seed: &[u8; 32], id: &str) -> Self {
        Self::new(&sha256(&[DEVICE_KEY_DOMAIN, seed, id.as_bytes()]))
    }

    /// Continues from what [`DeviceSigner::state`] gave before a restart.
    #[must_use]
    pub fn with_state(mut self, state: SignerState) -> Self {
        self.state = state;
        self
    }

    /// What to keep over a restart.
    pub fn state(&self) -> &SignerState {
        &self.state
    }

    /// The device's public key.
    pub fn key(&self) -> DeviceKey {
        self.key.public()
    }

    /// Signs the device's next proof, of a kind that answers no challenge; see
    /// [`DeviceSigner::answer`].
    pub fn sign(
        &mut self,
        network: &[u8; 32],
        epoch: u64,
        captured_at_ms: u64,
        body: &Body,
    ) -> Envelope {
        self.answer(network, epoch, captured_at_ms, [0; 32], body)
    }

    /// Signs the device's next proof, which answers a challenge. Sequences begin at 1 and rise by 1 for each kind; the proof
    /// names the one before it, of any kind, as `previous`.
    ///
    /// A device that has used up all 2⁶⁴ sequences repeats the last one, which oracles refuse.
    pub fn answer(
        &mut self,
        network: &[u8; 32],
        epoch: u64,
        captured_at_ms: u64,
        challenge: Hash,
        body: &Body,
    ) -> Envelope {
        let kind = body.kind();
        let last = self.state.last_sequence.entry(kind).or_insert(0);
        *last = last.saturating_add(1);
        let sequence = *last;
        let mut envelope = Envelope {
            version: VERSION,
            kind: kind as u8,
            device: self.key(),
            epoch,
            sequence,
            previous: self.state.previous,
            captured_at_ms,
            challenge,
            body: body.encode(),
            signature: [0; 64],
        };
        let message = envelope.signed_message(network);
        envelope.signature = self.key.sign(&message);
        self.state.previous = sha256(&[&message]);
        envelope
    }

    /// Accepts `owner` when the device is onboarded; `slot` and `slot_hash` prove that it does so
    /// now.
    pub fn sign_onboarding(
        &self,
        network: &[u8; 32],
        owner: &[u8; 32],
        slot: u64,
        slot_hash: &[u8; 32],
    ) -> SignedMessage {
        let message = device_message(network, owner, slot, slot_hash);
        SignedMessage { key: self.key.public(), message, signature: self.key.sign(&message) }
    }
}

impl core::fmt::Debug for DeviceSigner {
    /// Shows the public key and the state, never the secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DeviceSigner")
            .field("key", &self.key())
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// A maker's attesting key.
#[derive(Clone)]
pub struct MakerSigner {
    key: SigningKey,
}

impl MakerSigner {
    /// The maker of this secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self { key: SigningKey::from_bytes(secret) }
    }

    /// The maker whose secret is `sha256("cairn:maker-key:v1" ‖ seed ‖ name)`.
    pub fn derive(seed: &[u8; 32], name: &str) -> Self {
        Self::new(&sha256(&[MAKER_KEY_DOMAIN, seed, name.as_bytes()]))
    }

    /// The maker's public key.
    pub fn key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// Vouches for a device of its making.
    pub fn sign_device(
        &self,
        network: &[u8; 32],
        device: &DeviceKey,
        class: u16,
        serial: &[u8; SERIAL_BYTES],
    ) -> SignedMessage {
        let key = device.to_registry_bytes();
        signed(&self.key, maker_message(network, device.scheme(), &key, class, serial))
    }
}

impl core::fmt::Debug for MakerSigner {
    /// Shows the public key, never the secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("MakerSigner").field("key", &self.key()).finish_non_exhaustive()
    }
}

/// The 32 secret bytes of an operator's wallet, for the caller to make a keypair of.
#[derive(Clone, PartialEq, Eq)]
pub struct OperatorSecret([u8; 32]);

impl OperatorSecret {
    /// `sha256("cairn:operator-key:v1" ‖ seed ‖ id)`.
    pub fn derive(seed: &[u8; 32], id: &str) -> Self {
        Self(sha256(&[OPERATOR_KEY_DOMAIN, seed, id.as_bytes()]))
    }

    /// The Ed25519 secret.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0
    }

    /// The wallet's address.
    pub fn address(&self) -> [u8; 32] {
        SigningKey::from_bytes(&self.0).verifying_key().to_bytes()
    }
}

impl core::fmt::Debug for OperatorSecret {
    /// Shows the address, never the secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OperatorSecret").field("address", &self.address()).finish_non_exhaustive()
    }
}

/// Whether a proof carries its device's signature for this network; for a device's self test.
/// Oracles judge by `cairn-verify`, which knows every other rule.
pub fn is_signed(envelope: &Envelope, network: &[u8; 32]) -> bool {
    let message = envelope.signed_message(network);
    match &envelope.device {
        DeviceKey::Ed25519(key) => {
            let signature = Signature::from_bytes(&envelope.signature);
            VerifyingKey::from_bytes(key)
                .is_ok_and(|key| key.verify_strict(&message, &signature).is_ok())
        }
        DeviceKey::P256(key) => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key);
            let signature = p256::ecdsa::Signature::from_slice(&envelope.signature);
            key.is_ok_and(|key| {
                signature.is_ok_and(|signature| key.verify(&message, &signature).is_ok())
            })
        }
    }
}

fn signed(key: &SigningKey, message: [u8; MESSAGE_BYTES]) -> SignedMessage {
    SignedMessage {
        key: DeviceKey::Ed25519(key.verifying_key().to_bytes()),
        message,
        signature: key.sign(&message).to_bytes(),
    }
}
