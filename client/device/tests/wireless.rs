//! What wireless devices sign, of every kind and in both schemes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use cairn_device::wireless::{Radio, Traffic, WirelessDevice};
use cairn_device::{CustomerSigner, DeviceSigner, Epochs, is_signed};
use cairn_protocol::proof::{Body, Heartbeat, Kind, Position};
use ed25519_dalek::{Signature, VerifyingKey};

const NETWORK: [u8; 32] = [4; 32];
const START_MS: u64 = 1_000_000;
const PLACE: Position = Position { latitude_e7: 451_950_073, longitude_e7: 57_183_838 };
const RADIO: Radio = Radio {
    frequency_hz: 868_100_000,
    bandwidth_hz: 125_000,
    spreading_factor: 12,
    eirp_cdbm: 1_600,
};

#[test]
fn a_device_of_either_scheme_signs_every_kind() {
    let epochs = Epochs::new(1_000, 60).unwrap();
    let customer = CustomerSigner::new(&[5; 32]);
    let traffic = Traffic {
        credits: 7,
        bytes: 4_000,
        packets: 9,
        started_at_ms: START_MS,
        ended_at_ms: START_MS + 800,
    };
    for mut signer in
        [DeviceSigner::derive(&[7; 32], "a"), DeviceSigner::derive_p256(&[7; 32], "a")]
    {
        let key = signer.key();
        let mut device = WirelessDevice::new(&mut signer, NETWORK, epochs);
        let sent = device.beacon(START_MS + 60_500, [1; 32], [2; 32], Some(PLACE), &RADIO).unwrap();
        let Some(Body::Beacon(beacon)) = sent.envelope.decode_body().unwrap() else {
            panic!("a beacon")
        };
        assert_eq!(beacon.payload(&NETWORK, &[1; 32], &key), sent.payload);
        let heartbeat = Heartbeat { position: PLACE, accuracy_m: 5, on_air_seconds: 60 };
        let envelopes = [
            sent.envelope,
            device.witness(START_MS + 61_000, sent.payload, -9_000, 100, 868_100_000).unwrap(),
            device.heartbeat(START_MS + 62_000, [1; 32], heartbeat).unwrap(),
            device.usage(START_MS + 63_000, &customer, [6; 16], &traffic).unwrap(),
        ];
        let kinds = [Kind::Beacon, Kind::Witness, Kind::Heartbeat, Kind::UsageReceipt];
        for (envelope, kind) in envelopes.iter().zip(kinds) {
            assert!(is_signed(envelope, &NETWORK));
            assert_eq!((envelope.device, envelope.kind, envelope.epoch), (key, kind as u8, 1));
            assert_eq!(envelope.decode_body().unwrap().unwrap().kind(), kind);
        }
        let answered = envelopes.each_ref().map(|envelope| envelope.challenge);
        assert_eq!(answered, [[1; 32], [0; 32], [1; 32], [0; 32]]);

        let Some(Body::UsageReceipt(usage)) = envelopes[3].decode_body().unwrap() else {
            panic!("a usage receipt")
        };
        let receipt = usage.receipt;
        assert_eq!((receipt.customer, receipt.bytes), (customer.address(), 4_000));
        let message = receipt.signed_message(&NETWORK, Kind::UsageReceipt, &key, &[0; 32]);
        let wallet = VerifyingKey::from_bytes(&customer.address()).unwrap();
        let signature = Signature::from_bytes(&receipt.signature);
        assert!(wallet.verify_strict(&message, &signature).is_ok());
        let elsewhere = receipt.signed_message(&[5; 32], Kind::UsageReceipt, &key, &[0; 32]);
        assert!(wallet.verify_strict(&elsewhere, &signature).is_err());
    }
}

#[test]
fn nothing_is_signed_before_the_genesis() {
    let mut signer = DeviceSigner::derive(&[7; 32], "a");
    let epochs = Epochs::new(1_000, 60).unwrap();
    let mut device = WirelessDevice::new(&mut signer, NETWORK, epochs);
    assert_eq!(device.beacon(999_999, [1; 32], [2; 32], None, &RADIO), None);
    assert_eq!(device.witness(999_999, [1; 32], 0, 0, 1_000_000), None);
    assert_eq!(signer.state().previous, [0; 32]);
}
