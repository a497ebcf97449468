//! What an oracle knows about the devices of its network.

use crate::signature::KnownKey;
use cairn_protocol::proof::{DeviceKey, Kind, Position};
use std::collections::HashMap;

/// An account or wallet on Solana.
pub type Address = [u8; 32];

/// What a device class is about; decides which kinds of proof its devices give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Radio coverage.
    Wireless,
    /// Data kept and served.
    Storage,
    /// Work computed.
    Compute,
    /// Measurements.
    Sensor,
}

impl Category {
    /// The name in JSON, CLI and app.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wireless => "wireless",
            Self::Storage => "storage",
            Self::Compute => "compute",
            Self::Sensor => "sensor",
        }
    }

    /// Whether devices of this category give proofs of `kind`.
    pub const fn gives(self, kind: Kind) -> bool {
        match kind {
            Kind::Beacon | Kind::Witness => matches!(self, Self::Wireless),
        }
    }
}

/// One onboarded device as the registry has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceRecord {
    /// Address of the registry's device account; what a device's share is booked under.
    pub address: Address,
    /// The key that its proofs are signed with.
    pub key: DeviceKey,
    /// Number of its class within the network.
    pub class: u16,
    /// Category of that class.
    pub category: Category,
    /// Wallet that earns for it since `operator_since_s`.
    pub operator: Address,
    /// Wallet that earned for it before.
    pub previous_operator: Address,
    /// When `operator` took over, in unix seconds.
    pub operator_since_s: u64,
    /// Where it is asserted to stand, if it is.
    pub position: Option<Position>,
    /// Neither suspended nor retired.
    pub active: bool,
}

impl DeviceRecord {
    /// Who earns for an epoch that ends at `ends_at_s`: the operator that the device had when the
    /// epoch ended.
    pub const fn operator_at(&self, ends_at_s: u64) -> Address {
        if self.operator_since_s < ends_at_s { self.operator } else { self.previous_operator }
    }
}

/// The onboarded devices by key, each with its key ready for verifying.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    devices: HashMap<DeviceKey, Entry>,
}

/// A device and its decompressed key.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) record: DeviceRecord,
    pub(crate) key: KnownKey,
}

impl Registry {
    /// A registry of `records`. Of two records with one key the later counts (the registry
    /// program does not allow two).
    pub fn new(records: impl IntoIterator<Item = DeviceRecord>) -> Self {
        let mut registry = Self::default();
        for record in records {
            registry.insert(record);
        }
        registry
    }

    /// Adds or replaces a device.
    pub fn insert(&mut self, record: DeviceRecord) {
        let key = match self.devices.get(&record.key) {
            // Decompressing costs as much as a tenth of a verification: keep what is known.
            Some(entry) => entry.key.clone(),
            None => KnownKey::new(&record.key),
        };
        self.devices.insert(record.key, Entry { record, key });
    }

    /// The device of a key.
    pub fn get(&self, key: &DeviceKey) -> Option<&DeviceRecord> {
        self.devices.get(key).map(|entry| &entry.record)
    }

    pub(crate) fn entry(&self, key: &DeviceKey) -> Option<&Entry> {
        self.devices.get(key)
    }

    /// Every device, in no order.
    pub fn records(&self) -> impl Iterator<Item = &DeviceRecord> {
        self.devices.values().map(|entry| &entry.record)
    }

    /// The number of devices.
    pub fn len(&self) -> usize {
        self.devices.len()
    }

    /// Whether no device is onboarded.
    pub fn is_empty(&self) -> bool {
        self.devices.is_empty()
    }
}
