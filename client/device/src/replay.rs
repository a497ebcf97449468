//! Recorded LoRaWAN traffic as the proofs that its devices would have sent, and recorded drives
//! ([`tracks`]).
//!
//! [`frames`] reads a recording, a line at a time. [`fleet`] gives every tester and every hotspot
//! in it a device with a key of its own, and groups hotspots under operators. [`plan()`] turns each
//! frame into a beacon signed by its tester and each reception into a witness signed by its
//! hotspot, shifts their times to now, compresses them, and yields the signed proofs in order.
//!
//! ```
//! use cairn_device::Epochs;
//! use cairn_device::replay::{Fleet, FleetSettings, FrameReader, PlanSettings, Schedule, plan};
//!
//! let recording = br#"{"dev_eui":"0018B20000020CBC","devaddr":"D2010048","fcnt":1,"port":1,
//!   "payload_size":15,"reported_at":1630589706147,"decoded":{"payload":null},"hotspots":[
//!     {"id":"111KEcyjmMxhvUK85fP3dTCNLvfzNqmjVaTVMejhQQyEdSHVbU2","lat":45.195,"long":5.718,
//!      "rssi":-109,"snr":-20,"frequency":867.9,"spreading":"SF11BW125",
//!      "reported_at":1630589706147}]}"#;
//! let one_line = recording.iter().filter(|byte| **byte != b'\n').copied().collect::<Vec<_>>();
//! let frames = FrameReader::new(one_line.as_slice()).collect::<Result<Vec<_>, _>>()?;
//!
//! let mut fleet = Fleet::new(&frames, &FleetSettings::new([7; 32]));
//! let settings = PlanSettings::new(
//!     [1; 32],
//!     Schedule { start_ms: 1_795_350_000_000, span_ms: 60_000 },
//!     Epochs::new(1_795_350_000, 20)?,
//! );
//! let proofs: Vec<_> = plan(&frames, &mut fleet, &settings, Box::new(|_| [9; 32]))?.collect();
//! assert_eq!(proofs.len(), 2); // a beacon and its witness
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod fleet;
pub mod frames;
pub mod plan;
pub mod tracks;

pub use fleet::{Fleet, FleetDevice, FleetOperator, FleetSettings, Role};
pub use frames::{Frame, FrameReader, ReadError, Reception};
pub use plan::{
    Plan, PlanError, PlanSettings, PlannedProof, Schedule, SeedAt, Source, frame_hash, plan,
};
pub use tracks::{RecordedFix, TrackReadError, TrackReader, drives};
