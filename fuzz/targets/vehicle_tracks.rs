//! Recordings of drives, with the right header or without.
#![no_main]

use cairn_device::replay::{TrackReader, drives, tracks::HEADER};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let headed = [HEADER.as_bytes(), b"\n", bytes].concat();
    for text in [bytes, &headed] {
        let fixes: Vec<_> = TrackReader::new(text).filter_map(Result::ok).collect();
        assert!(fixes.iter().all(|fix| fix.position.is_valid()));
        drop(drives(&fixes, 5));
    }
});
