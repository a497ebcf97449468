//! The devices and operators behind a recording.

use crate::replay::frames::Frame;
use crate::signer::{DeviceSigner, OperatorSecret};
use cairn_protocol::onboarding::SERIAL_BYTES;
use cairn_protocol::proof::Position;
use std::collections::HashMap;
use std::num::NonZeroUsize;

/// The id of the operator to whom all testers belong.
pub const FIELD_TESTERS: &str = "field-testers";

/// How to make a fleet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FleetSettings {
    /// Every key of the fleet derives from it.
    pub seed: [u8; 32],
    /// How many hotspots, in order of their first appearance, share an operator.
    pub hotspots_per_operator: NonZeroUsize,
}

impl FleetSettings {
    /// Each hotspot has an operator of its own.
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed, hotspots_per_operator: NonZeroUsize::MIN }
    }
}

/// What a device does in the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Sends frames.
    Tester,
    /// Receives them.
    Hotspot,
}

/// One device of a fleet.
#[derive(Debug, Clone)]
pub struct FleetDevice {
    /// A tester's DevEUI or a hotspot's address.
    pub id: String,
    /// Tester or hotspot.
    pub role: Role,
    /// The last 16 characters of the id (all of a DevEUI), zero-padded.
    pub serial: [u8; SERIAL_BYTES],
    /// Where a hotspot said it stood when first seen; `None` for testers, which move.
    pub position: Option<Position>,
    /// Index of its operator in [`Fleet::operators`].
    pub operator: usize,
    /// Its key, and where its proofs stand.
    pub signer: DeviceSigner,
}

/// One operator of a fleet.
#[derive(Debug, Clone)]
pub struct FleetOperator {
    /// [`FIELD_TESTERS`], or `operator-001` and on.
    pub id: String,
    /// The key of its wallet.
    pub secret: OperatorSecret,
    /// Indexes of its devices in [`Fleet::devices`].
    pub devices: Vec<usize>,
}

/// Every device and operator of a recording.
#[derive(Debug, Clone)]
pub struct Fleet {
    devices: Vec<FleetDevice>,
    operators: Vec<FleetOperator>,
    by_id: HashMap<String, usize>,
}

impl Fleet {
    /// Finds the testers and hotspots in `frames`. Testers come first; both in order of their
    /// first appearance.
    pub fn new(frames: &[Frame], settings: &FleetSettings) -> Self {
        let mut fleet = Self { devices: Vec::new(), operators: Vec::new(), by_id: HashMap::new() };
        fleet.add_operator(settings, FIELD_TESTERS.to_owned());
        for frame in frames {
            if !fleet.by_id.contains_key(&frame.dev_eui) {
                fleet.add_device(settings, &frame.dev_eui, Role::Tester, None);
            }
        }
        let mut hotspots: usize = 0;
        for reception in frames.iter().flat_map(|frame| &frame.receptions) {
            if fleet.by_id.contains_key(&reception.hotspot) {
                continue;
            }
            if hotspots.is_multiple_of(settings.hotspots_per_operator.get()) {
                let id = format!("operator-{:03}", fleet.operators.len());
                fleet.add_operator(settings, id);
            }
            fleet.add_device(settings, &reception.hotspot, Role::Hotspot, reception.position);
            hotspots += 1;
        }
        fleet
    }

    /// Every device: testers, then hotspots.
    pub fn devices(&self) -> &[FleetDevice] {
        &self.devices
    }

    /// The same, to restore what signers remembered.
    pub fn devices_mut(&mut self) -> &mut [FleetDevice] {
        &mut self.devices
    }

    /// Every operator: the field testers', then the hotspots'.
    pub fn operators(&self) -> &[FleetOperator] {
        &self.operators
    }

    /// Index of the device with this id in [`Fleet::devices`].
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    fn add_operator(&mut self, settings: &FleetSettings, id: String) {
        let secret = OperatorSecret::derive(&settings.seed, &id);
        self.operators.push(FleetOperator { id, secret, devices: Vec::new() });
    }

    /// Adds a device to the operator that was added last.
    fn add_device(
        &mut self,
        settings: &FleetSettings,
        id: &str,
        role: Role,
        position: Option<Position>,
    ) {
        let index = self.devices.len();
        let operator = self.operators.len().saturating_sub(1);
        if let Some(operator) = self.operators.last_mut() {
            operator.devices.push(index);
        }
        self.by_id.insert(id.to_owned(), index);
        self.devices.push(FleetDevice {
            id: id.to_owned(),
            role,
            serial: serial(id),
            position,
            operator,
            signer: DeviceSigner::derive(&settings.seed, id),
        });
    }
}

/// The last 16 bytes of an id, zero-padded. Ids are ASCII.
fn serial(id: &str) -> [u8; SERIAL_BYTES] {
    let skipped = id.len().saturating_sub(SERIAL_BYTES);
    let mut serial = [0; SERIAL_BYTES];
    for (to, from) in serial.iter_mut().zip(id.bytes().skip(skipped)) {
        *to = from;
    }
    serial
}
