//! Vehicles: drives of the recording in `testdata/vehicle-tracks.csv`, a minute of it each second, and
//! the cells that they map on their way.

use super::node::Node;
use anyhow::{Context, Result};
use cairn_device::{
    DeviceSigner,
    replay::TrackReader,
    sensor::{CoverageLog, TrackLog},
};
use cairn_protocol::{
    hash::{Hash, sha256},
    proof::{
        Position,
        sensor::{Fix, Observation},
    },
};
use std::{collections::BTreeMap, path::Path};

/// The recorded drives, one for each vehicle: those with the most fixes of four of the recording's
/// devices, in which the vehicle moved all the time; 33 to 116 minutes, so half a minute to two.
pub const TRACKS: [u32; 4] = [37962, 38017, 27, 38001];
/// Milliseconds of the recording in one of the demo's.
const FASTER: u64 = 60;
/// Radius that a phone's fix in a car may be off by; the recording says none.
const ACCURACY_M: u16 = 20;
/// How long turning round takes.
const TURN_MS: u64 = 2_000;
/// Seconds of driving that one proof holds.
const BATCH_MS: u64 = 4_000;

/// A fix of a drive.
#[derive(Debug, Clone, Copy)]
pub struct Passed {
    /// Milliseconds since the drive began, of the demo's.
    after_ms: u64,
    position: Position,
    /// What the vehicle recorded there, as the hash of its line; stands for the image that a mapping
    /// device takes.
    content: Hash,
}

/// The recorded drives.
///
/// # Errors
/// When the recording cannot be read, or a drive is not in it.
pub fn read(recording: &Path) -> Result<Vec<Vec<Passed>>> {
    let mut drives: BTreeMap<u32, Vec<_>> = BTreeMap::new();
    for fix in TrackReader::open(recording)? {
        let fix = fix?;
        drives.entry(fix.track).or_default().push(fix);
    }
    let drive = |track: &u32| {
        let fixes = drives.get(track).with_context(|| format!("no drive {track}"))?;
        let first_ms = fixes.iter().map(|fix| fix.at_ms).min().unwrap_or(0);
        let passed = |fix: &cairn_device::replay::RecordedFix| Passed {
            after_ms: fix.at_ms.saturating_sub(first_ms) / FASTER,
            position: fix.position,
            content: sha256(&[format!("{fix:?}").as_bytes()]),
        };
        let mut way: Vec<Passed> = fixes.iter().map(passed).collect();
        way.sort_by_key(|passed| passed.after_ms);
        Ok(way)
    };
    TRACKS.iter().map(drive).collect()
}

/// Drives a track, or as much of it as there is time for; there and back, over and over, if it
/// `turns` where the way ends. Gives the signer back.
///
/// # Errors
/// When the clock goes backwards.
pub async fn run(mut node: Node, way: Vec<Passed>, turns: bool) -> Result<DeviceSigner> {
    let clock = node.link.clock;
    let network = node.network();
    let epochs = clock.epochs()?;
    let (mut track, mut coverage) = (TrackLog::new(epochs), CoverageLog::new(epochs));
    // Fixes of one recorded minute have one time: proofs end between two of them.
    let mut next_ms = clock.from_ms + BATCH_MS + 500;
    let mut drive = Drive { way, begun_ms: clock.from_ms, turns, passed: 0 };
    while drive.peek().is_some() && next_ms < clock.until_ms {
        clock.sleep_until(next_ms).await;
        while let Some((at_ms, passed)) = drive.next_until(next_ms) {
            let position = passed.position;
            let fix = Fix { at_ms, position, accuracy_m: ACCURACY_M, speed_cm_s: None };
            let seen = Observation { at_ms, position, content_hash: passed.content };
            track.add(fix)?;
            coverage.add(seen)?;
        }
        for proof in track.take().into_iter().chain(coverage.take()) {
            let envelope = proof.sign(&mut node.signer, &network);
            node.post(envelope);
        }
        next_ms += BATCH_MS;
    }
    Ok(node.signer)
}

/// A drive under way.
struct Drive {
    way: Vec<Passed>,
    /// When it began, or turned round last, unix milliseconds.
    begun_ms: u64,
    turns: bool,
    passed: usize,
}

impl Drive {
    /// What is passed next, and when, unix milliseconds.
    fn peek(&self) -> Option<(u64, Passed)> {
        let next = self.way.get(self.passed).copied()?;
        Some((self.begun_ms.saturating_add(next.after_ms), next))
    }

    /// What is passed next, if that is at a time or before.
    fn next_until(&mut self, until_ms: u64) -> Option<(u64, Passed)> {
        let (at_ms, next) = self.peek().filter(|(at_ms, _)| *at_ms <= until_ms)?;
        self.passed = self.passed.saturating_add(1);
        if self.turns && self.passed == self.way.len() {
            self.turn_round(at_ms);
        }
        Some((at_ms, next))
    }

    /// The same way back, from a while after a time on.
    fn turn_round(&mut self, at_ms: u64) {
        let length_ms = self.way.last().map_or(0, |last| last.after_ms);
        self.way.reverse();
        for (place, passed) in (0u64..).zip(&mut self.way) {
            passed.after_ms = length_ms.saturating_sub(passed.after_ms);
            // Another image than on the way there.
            passed.content = sha256(&[&passed.content, &at_ms.to_le_bytes(), &place.to_le_bytes()]);
        }
        self.begun_ms = at_ms.saturating_add(TURN_MS);
        self.passed = 0;
    }
}
