//! Appending batches of proofs durably, from several submitters at once.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use cairn_store::{Log, LogOptions, Record};
use divan::{Bencher, counter::ItemsCount};

const BATCH: usize = 256;

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 8, 32])]
fn append_and_sync(bencher: Bencher<'_, '_>, submitters: usize) {
    let folder = tempfile::tempdir().unwrap();
    let (log, _) = Log::open(folder.path(), LogOptions::default(), |_| Ok(())).unwrap();
    let record = Record { received_at_ms: 1, epoch: 0, reason: 0, envelope: vec![5; 300] };
    bencher.counter(ItemsCount::new(submitters.saturating_mul(BATCH))).bench(|| {
        std::thread::scope(|scope| {
            for _ in 0..submitters {
                scope.spawn(|| log.append(vec![record.clone(); BATCH]).unwrap());
            }
        });
    });
}
