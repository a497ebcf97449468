//! Bodies of every kind: the first byte is the kind.
#![no_main]

use cairn_protocol::proof::{Body, Kind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((code, bytes)) = bytes.split_first() else { return };
    let kind = Kind::ALL[usize::from(*code) % Kind::ALL.len()];
    let Ok(body) = Body::decode(kind, bytes) else { return };
    assert_eq!(body.kind(), kind);
    assert_eq!(body.encode(), bytes);
    let json = serde_json::to_vec(&body).unwrap();
    assert_eq!(serde_json::from_slice::<Body>(&json).unwrap(), body);
});
