//! Batches as they are posted, in borsh and in JSON.
#![no_main]

use cairn_protocol::proof::Envelope;
use cairn_verify::wire::{Submitted, envelope_from_json, envelope_to_json, from_borsh, from_json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for batch in [from_borsh(bytes), from_json(bytes)].into_iter().flatten() {
        for proof in batch {
            let Submitted::Proof(proof) = proof else { continue };
            let Ok(envelope) = Envelope::decode(&proof) else { continue };
            let json = envelope_to_json(&envelope).unwrap();
            assert_eq!(envelope_from_json(json), Ok(envelope));
        }
    }
});
