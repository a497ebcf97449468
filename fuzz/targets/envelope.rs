//! Proofs in borsh: what decodes encodes to the same bytes, and the same bytes are signed.
#![no_main]

use cairn_protocol::proof::Envelope;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(envelope) = Envelope::decode(bytes) else { return };
    assert_eq!(envelope.encode(), bytes);
    let message = envelope.signed_message(&[7; 32]);
    assert!(message.ends_with(&bytes[..bytes.len() - 64]));
    if let Ok(Some(body)) = envelope.decode_body() {
        assert_eq!(body.encode(), envelope.body);
    }
});
