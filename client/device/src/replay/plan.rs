//! From frames to signed proofs, each at its time.

use crate::epochs::Epochs;
use crate::replay::fleet::Fleet;
use crate::replay::frames::{Frame, Reception};
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::{Beacon, Body, Envelope, Witness};
use std::collections::HashMap;

/// Radiated power of a field tester in hundredths of a dBm. The recordings do not state it:
/// testers of the Abeeway class send at 14 dBm, the limit of most EU868 channels, and an antenna
/// of about 2 dBi is assumed.
pub const DEFAULT_EIRP_CDBM: i32 = 1_600;

/// Where recorded time goes: its first moment to `start_ms`, its last to `start_ms + span_ms`, and
/// everything between in proportion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Milliseconds since 1970.
    pub start_ms: u64,
    /// How long the replay lasts.
    pub span_ms: u64,
}

impl Schedule {
    /// Maps `at_ms` of a recording that runs from `first_ms` to `last_ms`; what lies outside goes
    /// to the nearer end. Never reverses the order of two times.
    pub fn map(&self, first_ms: u64, last_ms: u64, at_ms: u64) -> u64 {
        let whole = u128::from(last_ms.saturating_sub(first_ms));
        let since = u128::from(at_ms.saturating_sub(first_ms)).min(whole);
        // At most 2^64 · 2^64, divided by no less than `since`: the quotient is at most the span.
        let moved = (since * u128::from(self.span_ms)).checked_div(whole).unwrap_or(0);
        self.start_ms.saturating_add(u64::try_from(moved).unwrap_or(u64::MAX))
    }
}

/// What [`plan`] needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanSettings {
    /// Address of the network that the proofs are for.
    pub network: [u8; 32],
    /// When to send.
    pub schedule: Schedule,
    /// Which epoch a proof belongs to.
    pub epochs: Epochs,
    /// Radiated power that beacons state, [`DEFAULT_EIRP_CDBM`] unless known better.
    pub eirp_cdbm: i32,
}

impl PlanSettings {
    /// Settings with [`DEFAULT_EIRP_CDBM`].
    pub fn new(network: [u8; 32], schedule: Schedule, epochs: Epochs) -> Self {
        Self { network, schedule, epochs, eirp_cdbm: DEFAULT_EIRP_CDBM }
    }
}

/// Why frames cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// There is nothing to replay.
    #[error("the recording has no frames")]
    NoFrames,
    /// Proofs before the genesis belong to no epoch.
    #[error(
        "the replay would start at {start_ms} ms, before the pool's genesis at {genesis_ms} ms; start it later"
    )]
    BeforeGenesis {
        /// [`Schedule::start_ms`].
        start_ms: u64,
        /// When epoch 0 begins.
        genesis_ms: u64,
    },
    /// The fleet was made from other frames.
    #[error("line {line}: device {id} is not in the fleet; make the fleet from the same frames")]
    DeviceNotInFleet {
        /// The line of the recording, from 1.
        line: u64,
        /// The device.
        id: String,
    },
}

/// What a proof was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The frame at this index of the frames.
    Frame(usize),
    /// One reception of a frame.
    Reception {
        /// Index of the frame.
        frame: usize,
        /// Index in [`Frame::receptions`].
        reception: usize,
    },
}

/// A signed proof, and when to send it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedProof {
    /// When to send it: its `captured_at_ms`.
    pub send_at_ms: u64,
    /// What it was made of.
    pub source: Source,
    /// Index of its device in [`Fleet::devices`].
    pub device: usize,
    /// The proof.
    pub envelope: Envelope,
}

/// Something that a device will sign.
#[derive(Debug, Clone, Copy)]
struct Event<'a> {
    at_ms: u64,
    /// Place among the frames sorted by time.
    rank: usize,
    /// `None` for the frame itself, which sorts first.
    reception: Option<(usize, &'a Reception)>,
    index: usize,
    frame: &'a Frame,
    device: usize,
}

/// The newest seed of the chain that is known when a proof of a time (unix milliseconds) is signed;
/// asked just before that.
pub type SeedAt<'a> = Box<dyn FnMut(u64) -> Hash + Send + 'a>;

/// The proofs of a recording, signed one by one as they are asked for.
pub struct Plan<'a> {
    events: std::vec::IntoIter<Event<'a>>,
    fleet: &'a mut Fleet,
    settings: PlanSettings,
    first_ms: u64,
    last_ms: u64,
    seed_at: SeedAt<'a>,
    /// What each frame's beacon sent, by the frame's index.
    payloads: HashMap<usize, Hash>,
}

impl std::fmt::Debug for Plan<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan").field("left", &self.events.len()).finish_non_exhaustive()
    }
}

/// Plans a beacon for each frame and a witness for each of its receptions, in order of time and a
/// beacon always before its witnesses. A witness carries its hotspot's own time, but none before
/// the beacon's.
///
/// Signing moves the fleet's sequences on, so a second plan over the same fleet continues them.
///
/// # Errors
/// [`PlanError`]; nothing is signed then.
pub fn plan<'a>(
    frames: &'a [Frame],
    fleet: &'a mut Fleet,
    settings: &PlanSettings,
    seed_at: SeedAt<'a>,
) -> Result<Plan<'a>, PlanError> {
    let (start_ms, genesis_ms) = (settings.schedule.start_ms, settings.epochs.genesis_ms());
    if start_ms < genesis_ms {
        return Err(PlanError::BeforeGenesis { start_ms, genesis_ms });
    }
    let known = |line: u64, id: &str| {
        let missing = || PlanError::DeviceNotInFleet { line, id: id.to_owned() };
        fleet.index_of(id).ok_or_else(missing)
    };
    let mut in_time: Vec<(usize, &Frame)> = frames.iter().enumerate().collect();
    in_time.sort_by_key(|(_, frame)| frame.reported_at_ms);
    let mut events = Vec::new();
    for (rank, (index, frame)) in in_time.into_iter().enumerate() {
        let device = known(frame.line, &frame.dev_eui)?;
        let at_ms = frame.reported_at_ms;
        events.push(Event { at_ms, rank, reception: None, index, frame, device });
        for (at, reception) in frame.receptions.iter().enumerate() {
            events.push(Event {
                at_ms: reception.reported_at_ms.max(frame.reported_at_ms),
                reception: Some((at, reception)),
                device: known(frame.line, &reception.hotspot)?,
                ..Event { at_ms, rank, reception: None, index, frame, device }
            });
        }
    }
    events.sort_by_key(|event| {
        (event.at_ms, event.rank, event.reception.map(|(reception, _)| reception))
    });
    let (Some(first), Some(last)) = (events.first(), events.last()) else {
        return Err(PlanError::NoFrames);
    };
    let (first_ms, last_ms) = (first.at_ms, last.at_ms);
    let (events, payloads) = (events.into_iter(), HashMap::new());
    Ok(Plan { events, fleet, settings: *settings, first_ms, last_ms, seed_at, payloads })
}

impl Plan<'_> {
    fn sign(&mut self, event: Event<'_>) -> PlannedProof {
        let PlanSettings { network, schedule, epochs, eirp_cdbm } = self.settings;
        let at_ms = schedule.map(self.first_ms, self.last_ms, event.at_ms);
        // `plan` refused a start before the genesis, and no time maps to before the start.
        let epoch = epochs.epoch_of(at_ms).unwrap_or(0);
        // `plan` took the index from this very fleet and has borrowed it since.
        let signer = &mut self.fleet.devices_mut()[event.device].signer;
        let (source, envelope) = match event.reception {
            None => {
                // The reader gives no frame without a reception; a frame made by hand may have
                // none, and oracles refuse a beacon that names no frequency and bandwidth.
                let heard = event.frame.receptions.first();
                let beacon = Beacon {
                    entropy: frame_hash(event.frame),
                    position: event.frame.fix,
                    frequency_hz: heard.map_or(0, |reception| reception.frequency_hz),
                    eirp_cdbm,
                    bandwidth_hz: heard.map_or(0, |reception| reception.bandwidth_hz),
                    spreading_factor: heard.map_or(0, |reception| reception.spreading_factor),
                };
                let seed = (self.seed_at)(at_ms);
                let payload = beacon.payload(&network, &seed, &signer.key());
                self.payloads.insert(event.index, payload);
                let body = Body::Beacon(beacon);
                (Source::Frame(event.index), signer.answer(&network, epoch, at_ms, seed, &body))
            }
            Some((at, reception)) => {
                let body = Body::Witness(Witness {
                    // A beacon comes before its witnesses.
                    payload: self.payloads.get(&event.index).copied().unwrap_or_default(),
                    rssi_cdbm: reception.rssi_cdbm,
                    snr_cdb: reception.snr_cdb,
                    frequency_hz: reception.frequency_hz,
                });
                let source = Source::Reception { frame: event.index, reception: at };
                (source, signer.sign(&network, epoch, at_ms, &body))
            }
        };
        PlannedProof { send_at_ms: at_ms, source, device: event.device, envelope }
    }
}

impl Iterator for Plan<'_> {
    type Item = PlannedProof;

    fn next(&mut self) -> Option<Self::Item> {
        let event = self.events.next()?;
        Some(self.sign(event))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.events.size_hint()
    }
}

impl ExactSizeIterator for Plan<'_> {}

/// Identifies a frame of a recording: what its beacon mixes in. SHA-256 of
/// `"cairn:lorawan-frame:v1" ‖ DevEUI (16 upper-case hex digits) ‖ devaddr (u32 LE) ‖ fcnt (u32 LE)
/// ‖ port (u8) ‖ payload_size (u16 LE) ‖ reported_at_ms (u64 LE)`.
///
/// Recordings hold neither the payload nor the message integrity code, so these fields stand in
/// for them. `fcnt` alone would not do: it starts over with each session, and a tester whose frame
/// is not acknowledged sends it again after some seconds under the same counter. With the time,
/// all 16,954 lines of the recording in `testdata/` differ. Two lines that agree in every field
/// are the same transmission.
pub fn frame_hash(frame: &Frame) -> Hash {
    sha256(&[
        b"cairn:lorawan-frame:v1",
        frame.dev_eui.as_bytes(),
        &frame.devaddr.to_le_bytes(),
        &frame.fcnt.to_le_bytes(),
        &[frame.port],
        &frame.payload_size.to_le_bytes(),
        &frame.reported_at_ms.to_le_bytes(),
    ])
}
