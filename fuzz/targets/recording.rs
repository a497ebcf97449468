//! Recordings of frames, line by line.
#![no_main]

use cairn_device::replay::FrameReader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for frame in FrameReader::new(bytes) {
        drop(frame);
    }
});
