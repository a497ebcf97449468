//! The log's promises, through its public surface and by damaging its files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use cairn_store::{Log, LogOptions, Record, Recovery, StoreError};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

fn record(number: u64, bytes: usize) -> Record {
    let mut envelope = number.to_le_bytes().to_vec();
    envelope.resize(8 + bytes, number as u8);
    Record { received_at_ms: number, epoch: number / 10, reason: (number % 3) as u16, envelope }
}

fn open(dir: &Path) -> Result<(Log, Recovery, Vec<Record>), StoreError> {
    open_with(dir, LogOptions::default())
}

fn open_with(dir: &Path, options: LogOptions) -> Result<(Log, Recovery, Vec<Record>), StoreError> {
    let mut seen = Vec::new();
    let (log, recovery) = Log::open(dir, options, |record| {
        seen.push(record);
        Ok(())
    })?;
    Ok((log, recovery, seen))
}

fn only_segment(dir: &Path) -> PathBuf {
    dir.join(format!("{:020}.seg", 0))
}

#[test]
fn what_was_appended_is_read_back_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let options = LogOptions { segment_bytes: 2_000, ..LogOptions::default() };
    let mut expected = Vec::new();
    for round in 0..5 {
        let (log, recovery, seen) = open_with(dir.path(), options).unwrap();
        assert_eq!(seen, expected);
        assert_eq!(recovery.cut_bytes, 0);
        for number in round * 20..(round + 1) * 20 {
            let batch = vec![record(number, 30), record(number + 1_000, 0)];
            expected.extend(batch.clone());
            log.append(batch).unwrap();
        }
        assert_eq!(log.size().records, expected.len() as u64);
        log.close().unwrap();
    }
    let (log, recovery, _) = open_with(dir.path(), options).unwrap();
    assert!(recovery.segments > 3, "{recovery:?}");
    assert_eq!(log.size().records, recovery.records);
}

#[test]
fn accepted_proofs_of_one_epoch() {
    let dir = tempfile::tempdir().unwrap();
    let options = LogOptions { segment_bytes: 500, ..LogOptions::default() };
    let (log, ..) = open_with(dir.path(), options).unwrap();
    for number in 0..100 {
        log.append(vec![record(number, 5)]).unwrap();
    }
    let expected: Vec<u64> = (30..40).filter(|n| n % 3 == 0).collect();
    let check = |log: &Log| {
        let mut found = Vec::new();
        log.accepted_in(3, |record| {
            found.push(record.received_at_ms);
            Ok(())
        })
        .unwrap();
        assert_eq!(found, expected);
        assert_eq!(log.accepted_count(3), expected.len() as u64);
        assert_eq!(log.epochs(), (0..10).collect::<BTreeSet<u64>>());
        let refused = log.accepted_in(3, |_| Err("no".to_owned())).unwrap_err();
        assert!(matches!(refused, StoreError::Record { .. }), "{refused}");
    };
    check(&log);
    drop(log);
    check(&open_with(dir.path(), options).unwrap().0);
}

#[test]
fn cut_at_every_byte_of_the_tail_keeps_every_earlier_group() {
    let dir = tempfile::tempdir().unwrap();
    let (log, ..) = open(dir.path()).unwrap();
    let first = vec![record(1, 20), record(2, 0)];
    log.append(first.clone()).unwrap();
    let before = std::fs::metadata(only_segment(dir.path())).unwrap().len();
    log.append(vec![record(3, 40), record(4, 10)]).unwrap();
    log.close().unwrap();
    let whole = std::fs::read(only_segment(dir.path())).unwrap();
    for length in 0..whole.len() {
        let crashed = tempfile::tempdir().unwrap();
        std::fs::write(only_segment(crashed.path()), &whole[..length]).unwrap();
        let (log, recovery, seen) =
            open(crashed.path()).unwrap_or_else(|e| panic!("{length}: {e}"));
        if (length as u64) < before {
            assert!(seen.is_empty(), "{length}");
        } else {
            assert_eq!(seen, first, "{length}");
            assert_eq!(recovery.cut_bytes, length as u64 - before);
        }
        // It goes on from there.
        log.append(vec![record(9, 1)]).unwrap();
        log.close().unwrap();
        let (_, recovery, again) = open(crashed.path()).unwrap();
        assert_eq!(recovery.cut_bytes, 0);
        assert_eq!(again.last(), Some(&record(9, 1)));
        assert_eq!(again.len(), seen.len() + 1);
    }
}

#[test]
fn a_tail_of_garbage_is_cut_like_a_short_one() {
    let dir = tempfile::tempdir().unwrap();
    let (log, ..) = open(dir.path()).unwrap();
    log.append(vec![record(1, 20)]).unwrap();
    log.close().unwrap();
    let good = std::fs::read(only_segment(dir.path())).unwrap();
    for garbage in [vec![0; 4096], vec![0xff; 100], b"CGRP".repeat(50)] {
        let mut torn = good.clone();
        torn.extend(&garbage);
        std::fs::write(only_segment(dir.path()), torn).unwrap();
        let (_, recovery, seen) = open(dir.path()).unwrap();
        assert_eq!(recovery.cut_bytes, garbage.len() as u64);
        assert_eq!(seen, [record(1, 20)]);
    }
}

#[test]
fn a_changed_byte_before_a_later_group_is_damage_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let (log, ..) = open(dir.path()).unwrap();
    log.append(vec![record(1, 20)]).unwrap();
    let second_at = std::fs::metadata(only_segment(dir.path())).unwrap().len();
    log.append(vec![record(2, 20)]).unwrap();
    let third_at = std::fs::metadata(only_segment(dir.path())).unwrap().len();
    log.append(vec![record(3, 20)]).unwrap();
    log.close().unwrap();
    let whole = std::fs::read(only_segment(dir.path())).unwrap();
    for at in 0..third_at {
        let mut damaged = whole.clone();
        damaged[at as usize] ^= 0x40;
        std::fs::write(only_segment(dir.path()), damaged).unwrap();
        let error = open(dir.path()).unwrap_err();
        let StoreError::Damaged { path, offset, .. } = &error else { panic!("{at}: {error}") };
        assert_eq!(path, &only_segment(dir.path()));
        let expected = if at < 40 {
            0
        } else if at < second_at {
            40
        } else {
            second_at
        };
        assert_eq!(*offset, expected, "byte {at}");
        assert_eq!(error.code(), "store_damaged");
    }
}

#[test]
fn a_missing_or_damaged_earlier_segment_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let options = LogOptions { segment_bytes: 100, ..LogOptions::default() };
    let (log, ..) = open_with(dir.path(), options).unwrap();
    for number in 0..10 {
        log.append(vec![record(number, 50)]).unwrap();
    }
    log.close().unwrap();
    let second = dir.path().join(format!("{:020}.seg", 1));
    let bytes = std::fs::read(&second).unwrap();
    // Even its very end: in a segment that was followed by another nothing is a torn tail.
    std::fs::write(&second, &bytes[..bytes.len() - 1]).unwrap();
    assert!(matches!(open(dir.path()).unwrap_err(), StoreError::Damaged { .. }));
    std::fs::write(&second, &bytes[..40]).unwrap();
    assert!(matches!(open(dir.path()).unwrap_err(), StoreError::Damaged { .. }));
    std::fs::remove_file(&second).unwrap();
    assert!(matches!(open(dir.path()).unwrap_err(), StoreError::SegmentMissing { .. }));
    std::fs::write(&second, bytes).unwrap();
    assert!(open(dir.path()).is_ok());
}

#[test]
fn a_segment_whose_creation_was_interrupted_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let (log, ..) = open(dir.path()).unwrap();
    log.append(vec![record(1, 5)]).unwrap();
    log.close().unwrap();
    for partial in [&[][..], b"CAIR", &[0; 40]] {
        std::fs::write(dir.path().join(format!("{:020}.seg", 1)), partial).unwrap();
        let (log, _, seen) = open(dir.path()).unwrap();
        assert_eq!(seen, [record(1, 5)]);
        log.close().unwrap();
    }
    let (log, ..) = open(dir.path()).unwrap();
    log.append(vec![record(2, 5)]).unwrap();
    log.close().unwrap();
    assert_eq!(open(dir.path()).unwrap().2, [record(1, 5), record(2, 5)]);
}

#[test]
fn concurrent_submitters_are_all_served() {
    let dir = tempfile::tempdir().unwrap();
    let options = LogOptions { segment_bytes: 20_000, queue: 4 };
    let log = Arc::new(open_with(dir.path(), options).unwrap().0);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let log = Arc::clone(&log);
            scope.spawn(move || {
                for number in 0..100 {
                    log.append(vec![record(thread * 1_000 + number, 40)]).unwrap();
                }
            });
        }
    });
    drop(log);
    let (_, _, seen) = open(dir.path()).unwrap();
    assert_eq!(seen.len(), 800);
    for thread in 0..8 {
        let own: Vec<u64> =
            seen.iter().map(|r| r.received_at_ms).filter(|n| n / 1_000 == thread).collect();
        assert_eq!(own, (thread * 1_000..thread * 1_000 + 100).collect::<Vec<_>>());
    }
}

#[test]
fn only_one_process_has_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let (log, ..) = open(dir.path()).unwrap();
    assert!(matches!(open(dir.path()).unwrap_err(), StoreError::Locked { .. }));
    drop(log);
    assert!(open(dir.path()).is_ok());
}

#[test]
fn a_group_has_a_limit() {
    let dir = tempfile::tempdir().unwrap();
    let (log, ..) = open(dir.path()).unwrap();
    let error = log.append(vec![record(1, 17 * 1024 * 1024)]).unwrap_err();
    assert!(matches!(error, StoreError::TooLarge { .. }), "{error}");
    log.append(vec![record(1, 1)]).unwrap();
}

#[test]
fn a_reader_can_refuse() {
    let dir = tempfile::tempdir().unwrap();
    let (log, ..) = open(dir.path()).unwrap();
    log.append(vec![record(1, 1), record(2, 1)]).unwrap();
    drop(log);
    let error = Log::open(dir.path(), LogOptions::default(), |record| {
        if record.received_at_ms == 2 { Err("two".to_owned()) } else { Ok(()) }
    })
    .unwrap_err();
    assert!(matches!(error, StoreError::Record { record: 1, .. }), "{error}");
}

/// What a child process of the test below runs; does nothing in an ordinary test run.
#[test]
fn child_that_appends_until_killed() {
    let Ok(dir) = std::env::var("CAIRN_STORE_TEST_DIR") else { return };
    let options = LogOptions { segment_bytes: 30_000, ..LogOptions::default() };
    let log = Arc::new(open_with(Path::new(&dir), options).unwrap().0);
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            let log = Arc::clone(&log);
            scope.spawn(move || {
                for number in 0.. {
                    let number = thread * 1_000_000 + number;
                    log.append(vec![record(number, 60)]).unwrap();
                    let line = format!("acked {number}\n");
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                }
            });
        }
    });
}

#[test]
fn kill_minus_nine_loses_nothing_that_was_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut kept = 0;
    for round in 0..3 {
        let dir = dir.path().join(round.to_string());
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_appends_until_killed", "--nocapture"])
            .env("CAIRN_STORE_TEST_DIR", &dir)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut acked = BTreeSet::new();
        let take = |line: String, acked: &mut BTreeSet<u64>| {
            if let Some(number) = line.strip_prefix("acked ") {
                acked.insert(number.parse().unwrap());
            }
        };
        while acked.len() < 200 + round * 137 {
            take(lines.next().unwrap().unwrap(), &mut acked);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What was in the pipe was acknowledged as well; a last half line was not.
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        for line in rest.iter().take(rest.len().saturating_sub(1)) {
            take(line.clone(), &mut acked);
        }
        let (_, _, seen) = open(&dir).unwrap();
        let stored: BTreeSet<u64> = seen.iter().map(|record| record.received_at_ms).collect();
        assert_eq!(stored.len(), seen.len(), "stored twice");
        assert!(acked.is_subset(&stored), "{:?}", acked.difference(&stored));
        for found in &seen {
            assert_eq!(found, &record(found.received_at_ms, 60));
        }
        kept += stored.len();
    }
    assert!(kept >= 600);
}

proptest::proptest! {
    /// Whatever the bytes of a log file are, opening ends with a log or an error.
    #[test]
    fn any_file_is_answered(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(only_segment(dir.path()), bytes).unwrap();
        let _ = open(dir.path());
    }
}
