//! Keys, signatures and chains, against the vectors that `protocol/vectors/make.py` made.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use cairn_device::{DeviceSigner, Epochs, MakerSigner, OperatorSecret, SignedMessage, is_signed};
use cairn_protocol::onboarding::{device_message, maker_message};
use cairn_protocol::proof::{Beacon, Body, DeviceKey, Envelope, Kind, Witness};
use ed25519_dalek::{Signature, VerifyingKey};
use p256::ecdsa::signature::Verifier;
use serde_json::Value;

const NETWORK: [u8; 32] = [4; 32];

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../protocol/vectors/messages.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn bytes<const N: usize>(value: &Value) -> [u8; N] {
    hex::decode(value.as_str().unwrap()).unwrap().try_into().unwrap()
}

fn number(value: &Value) -> u64 {
    value.as_str().unwrap().parse().unwrap()
}

fn witness() -> Body {
    Body::Witness(Witness {
        payload: [1; 32],
        rssi_cdbm: -10_000,
        snr_cdb: 500,
        frequency_hz: 868_100_000,
    })
}

fn beacon() -> Body {
    Body::Beacon(Beacon {
        entropy: [1; 32],
        position: None,
        frequency_hz: 868_100_000,
        eirp_cdbm: 1_600,
        bandwidth_hz: 125_000,
        spreading_factor: 12,
    })
}

/// By other code than what signs: strictly, as the chain's precompiles check.
fn verifies(key: &DeviceKey, message: &[u8], signature: &[u8; 64]) -> bool {
    match key {
        DeviceKey::Ed25519(key) => VerifyingKey::from_bytes(key)
            .is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()),
        DeviceKey::P256(key) => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key).unwrap();
            let signature = p256::ecdsa::Signature::from_slice(signature).unwrap();
            signature.normalize_s() == signature && key.verify(message, &signature).is_ok()
        }
    }
}

fn is_valid(signed: &SignedMessage) -> bool {
    verifies(&signed.key, &signed.message, &signed.signature)
}

#[test]
fn device_keys_derive_as_in_the_vectors() {
    let vectors = vectors();
    let keys = vectors["device_keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    for key in keys {
        let signer = DeviceSigner::derive(&bytes(&key["seed"]), key["id"].as_str().unwrap());
        assert_eq!(signer.key(), DeviceKey::Ed25519(bytes(&key["public_key"])));
        assert_eq!(signer.key(), DeviceSigner::new(&bytes(&key["secret"])).key());
    }
}

#[test]
fn proofs_are_signed_as_in_the_vectors() {
    let vectors = vectors();
    let proofs = vectors["proofs"].as_array().unwrap();
    let mut signed = 0;
    for proof in proofs.iter().filter(|proof| !proof["secret"].is_null()) {
        let network = bytes(&proof["network"]);
        let expected =
            Envelope::decode(&hex::decode(proof["encoded"].as_str().unwrap()).unwrap()).unwrap();
        assert!(is_signed(&expected, &network));
        // The vectors name numbers that a signer reaches only later.
        if number(&proof["sequence"]) == u64::MAX {
            continue;
        }
        let mut signer = DeviceSigner::new(&bytes(&proof["secret"]));
        let mut state = signer.state().clone();
        let body = expected.decode_body().unwrap().unwrap();
        state.last_sequence.insert(body.kind(), expected.sequence - 1);
        state.previous = expected.previous;
        signer = signer.with_state(state);
        let (epoch, at_ms) = (expected.epoch, expected.captured_at_ms);
        let envelope = signer.answer(&network, epoch, at_ms, expected.challenge, &body);
        assert_eq!(envelope, expected);
        assert_eq!(hex::encode(signer.state().previous), proof["id"].as_str().unwrap());
        signed += 1;
    }
    assert_eq!(signed, 3);
}

#[test]
fn each_kind_counts_on_its_own_and_all_proofs_form_one_chain() {
    let mut signer = DeviceSigner::derive(&[0; 32], "a");
    let bodies = [witness(), beacon(), witness(), witness(), beacon()];
    let mut previous = [0; 32];
    let mut sequences = Vec::new();
    for (at, body) in (0..).zip(&bodies) {
        let envelope = signer.sign(&NETWORK, 3, 1_000 + at, body);
        assert_eq!(envelope.previous, previous);
        assert!(is_signed(&envelope, &NETWORK));
        assert!(!is_signed(&envelope, &[5; 32]), "for one network alone");
        previous = envelope.id(&NETWORK);
        sequences.push(envelope.sequence);
    }
    assert_eq!(sequences, [1, 1, 2, 3, 2]);
}

#[test]
fn a_restarted_device_continues_its_chain() {
    let mut unbroken = DeviceSigner::derive(&[0; 32], "a");
    let mut before = unbroken.clone();
    unbroken.sign(&NETWORK, 0, 1, &witness());
    before.sign(&NETWORK, 0, 1, &witness());
    let state = before.state().clone();
    let mut after = DeviceSigner::derive(&[0; 32], "a").with_state(state);
    assert_eq!(after.state().last_sequence.get(&Kind::Witness), Some(&1));
    assert_eq!(after.sign(&NETWORK, 0, 2, &witness()), unbroken.sign(&NETWORK, 0, 2, &witness()));
}

#[test]
fn a_changed_proof_is_not_signed() {
    let envelope = DeviceSigner::derive(&[0; 32], "a").sign(&NETWORK, 3, 1_000, &witness());
    let encoded = envelope.encode();
    for bit in 0..encoded.len() * 8 {
        let mut changed = encoded.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        if let Ok(changed) = Envelope::decode(&changed) {
            assert!(!is_signed(&changed, &NETWORK), "bit {bit}");
        }
    }
}

#[test]
fn onboarding_messages_carry_the_signatures_of_device_and_maker() {
    let device = DeviceSigner::derive(&[0; 32], "a");
    let maker = MakerSigner::derive(&[0; 32], "Abeeway");
    let by_device = device.sign_onboarding(&NETWORK, &[2; 32], 77, &[3; 32]);
    assert_eq!(by_device.message, device_message(&NETWORK, &[2; 32], 77, &[3; 32]));
    assert_eq!(by_device.key, device.key());
    assert!(is_valid(&by_device));

    let serial = *b"0018B20000020CBC";
    let by_maker = maker.sign_device(&NETWORK, &device.key(), 9, &serial);
    let key = device.key().to_registry_bytes();
    let expected = maker_message(&NETWORK, device.key().scheme(), &key, 9, &serial);
    assert_eq!(by_maker.message, expected);
    assert_eq!(by_maker.key, DeviceKey::Ed25519(maker.key()));
    assert!(is_valid(&by_maker));
}

#[test]
fn a_p256_device_signs_proofs_and_its_onboarding() {
    let mut device = DeviceSigner::derive_p256(&[0; 32], "a");
    let DeviceKey::P256(point) = device.key() else { panic!("a P-256 key") };
    assert!(matches!(point[0], 2 | 3), "compressed");
    assert_eq!(device.key(), DeviceSigner::derive_p256(&[0; 32], "a").key());
    assert_ne!(device.key(), DeviceSigner::derive_p256(&[0; 32], "b").key());
    let onboarding = device.sign_onboarding(&NETWORK, &[2; 32], 77, &[3; 32]);
    assert_eq!(onboarding.key, device.key());
    assert!(is_valid(&onboarding));

    // Many, because a signature whose S is not made low is so by chance every other time.
    for at in 0..32 {
        let envelope = device.sign(&NETWORK, 3, 1_000 + at, &witness());
        assert!(is_signed(&envelope, &NETWORK) && !is_signed(&envelope, &[5; 32]));
        let message = envelope.signed_message(&NETWORK);
        assert!(verifies(&envelope.device, &message, &envelope.signature));
        assert_eq!((envelope.sequence, envelope.version), (at + 1, 1));
    }
    let mut changed = device.sign(&NETWORK, 3, 2_000, &witness());
    changed.captured_at_ms += 1;
    assert!(!is_signed(&changed, &NETWORK));

    // Neither zero nor the curve's order is a secret.
    let order = hex::decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    assert!(DeviceSigner::new_p256(&[0; 32]).is_none());
    assert!(DeviceSigner::new_p256(&order.unwrap().try_into().unwrap()).is_none());
}

/// The key pair of RFC 6979, appendix A.2.5.
#[test]
fn a_p256_secret_gives_the_key_of_the_standard() {
    let secret = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
    let device = DeviceSigner::new_p256(&hex::decode(secret).unwrap().try_into().unwrap()).unwrap();
    let x = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
    let DeviceKey::P256(point) = device.key() else { panic!("a P-256 key") };
    // Its y ends in 9, which is odd.
    assert_eq!(hex::encode(point), format!("03{x}"));
}

#[test]
fn keys_of_different_uses_differ_and_no_secret_is_printed() {
    let (seed, id) = ([9; 32], "same");
    let device = DeviceSigner::derive(&seed, id);
    let maker = MakerSigner::derive(&seed, id);
    let operator = OperatorSecret::derive(&seed, id);
    assert_ne!(device.key(), DeviceKey::Ed25519(maker.key()));
    assert_ne!(device.key(), DeviceKey::Ed25519(operator.address()));
    assert_ne!(maker.key(), operator.address());
    let secret = format!("{:?}", operator.to_bytes());
    let printed = format!("{operator:?} {device:?} {maker:?}");
    assert!(!printed.contains(secret.trim_matches(['[', ']'])));
    assert!(printed.contains("address") && printed.contains("key"));
}

#[test]
fn an_epoch_begins_on_its_second() {
    let epochs = Epochs::new(1_000, 60).unwrap();
    assert_eq!(epochs.genesis_ms(), 1_000_000);
    assert_eq!(epochs.epoch_of(999_999), None);
    assert_eq!(epochs.epoch_of(1_000_000), Some(0));
    assert_eq!(epochs.epoch_of(1_059_999), Some(0));
    assert_eq!(epochs.epoch_of(1_060_000), Some(1));
    assert_eq!(epochs.epoch_of(u64::MAX), Some((u64::MAX / 1_000 - 1_000) / 60));
    assert!(Epochs::new(1_000, 0).is_err());
}
