//! A segment of the proof log with anything in it: opened, or refused, never a crash.
#![no_main]

use cairn_store::{Log, LogOptions};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let dir = tempfile::tempdir().unwrap();
    let open = || Log::open(dir.path(), LogOptions::default(), |_| Ok(()));
    drop(open());
    let segment = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_file() && path.metadata().is_ok_and(|data| data.len() > 0));
    let Some(segment) = segment else { return };
    // Behind a valid header, or in place of it.
    let mut data = std::fs::read(&segment).unwrap();
    if bytes.first().is_some_and(|byte| byte % 2 == 0) {
        data.clear();
    }
    data.extend_from_slice(bytes.get(1..).unwrap_or_default());
    std::fs::write(&segment, data).unwrap();
    drop(open());
});
