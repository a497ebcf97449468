//! Which devices may earn, as the chain says: active, licensed and bonded when the epoch ends.
//!
//! What others than the device itself get by its word (that it was heard, what it heard, that a cell
//! is crowded) must not come from devices that cost nothing: a device without a bond earns nothing
//! itself, and would earn for others.

use crate::device::{Address, DeviceRecord, Registry};
use cairn_protocol::reason::Reason;
use std::collections::HashSet;

/// The devices that may earn for an epoch.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    standing: HashSet<Address>,
    unbonded: HashSet<Address>,
}

impl Standing {
    /// The devices that may earn for an epoch that ends at `ends_at_s`, unix seconds.
    pub fn new(registry: &Registry, ends_at_s: u64) -> Self {
        let unbonded = registry.unbonded_at(ends_at_s);
        let stands = |device: &&DeviceRecord| {
            device.active_at(ends_at_s)
                && registry.licensed_at(device, ends_at_s)
                && !unbonded.contains(&device.address)
        };
        let standing = registry.records().filter(stands).map(|device| device.address).collect();
        Self { standing, unbonded }
    }

    /// Whether a device may earn.
    pub fn stands(&self, device: &Address) -> bool {
        self.standing.contains(device)
    }

    /// Whether no bond covers an active device.
    pub fn is_unbonded(&self, device: &Address) -> bool {
        self.unbonded.contains(device)
    }

    /// The same as a rule.
    pub(crate) fn entitled(&self, device: &Address) -> Result<(), Reason> {
        if self.stands(device) { Ok(()) } else { Err(Reason::DeviceNotEntitled) }
    }
}
