//! The registry's devices, ordered for those who look for some of them.

use crate::chain::Label;
use crate::devices::RegistryView;
use cairn_protocol::proof::DeviceKey;
use cairn_verify::cells::parent_of;
use cairn_verify::{Address, DeviceRecord, Registry};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A device.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// Who earns for it.
    pub operator: Address,
    /// Address of its account.
    pub device: Address,
    /// Its key, under which the registry has it.
    pub key: DeviceKey,
    /// Its asserted H3 cell.
    pub cell: Option<u64>,
    /// Whether it is active and no bond covers it.
    pub unbonded: bool,
    /// Whether the registry has it still.
    pub on_chain: bool,
}

/// All devices as they stand for an epoch.
#[derive(Debug)]
pub struct Roster {
    ends_at_s: u64,
    registry: Arc<Registry>,
    labels: Arc<BTreeMap<Address, Label>>,
    /// By operator, then device.
    members: Vec<Member>,
    /// Places in `members`, by device.
    by_device: Vec<usize>,
    /// Places in `members` of those on chain with a cell, by cell, then device.
    by_cell: Vec<(u64, usize)>,
}

impl Roster {
    pub(super) fn new(view: &RegistryView, ends_at_s: u64) -> Self {
        let unbonded = view.registry.unbonded_at(ends_at_s);
        let mut members: Vec<Member> = view
            .registry
            .records()
            .map(|record| Member {
                operator: record.operator_at(ends_at_s),
                device: record.address,
                key: record.key,
                cell: view.labels.get(&record.address).map(|label| label.cell).filter(|at| *at > 0),
                unbonded: unbonded.contains(&record.address),
                on_chain: record.on_chain,
            })
            .collect();
        members.sort_unstable_by_key(|member| (member.operator, member.device));
        let mut by_device: Vec<(Address, usize)> =
            members.iter().enumerate().map(|(at, member)| (member.device, at)).collect();
        by_device.sort_unstable();
        let mut by_cell: Vec<(u64, Address, usize)> = members
            .iter()
            .enumerate()
            .filter(|(_, member)| member.on_chain)
            .filter_map(|(at, member)| Some((member.cell?, member.device, at)))
            .collect();
        by_cell.sort_unstable();
        Self {
            ends_at_s,
            registry: Arc::clone(&view.registry),
            labels: Arc::clone(&view.labels),
            members,
            by_device: by_device.into_iter().map(|(_, at)| at).collect(),
            by_cell: by_cell.into_iter().map(|(cell, _, at)| (cell, at)).collect(),
        }
    }

    pub(super) fn is_of(&self, view: &RegistryView, ends_at_s: u64) -> bool {
        self.ends_at_s == ends_at_s
            && Arc::ptr_eq(&self.registry, &view.registry)
            && Arc::ptr_eq(&self.labels, &view.labels)
    }

    /// The registry.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The devices on chain that earn for an operator, by address.
    pub fn of_operator(&self, operator: &Address) -> impl Iterator<Item = &Member> {
        let first = self.members.partition_point(|member| member.operator < *operator);
        let rest = self.members.get(first..).unwrap_or_default();
        rest.iter()
            .take_while(move |member| member.operator == *operator)
            .filter(|member| member.on_chain)
    }

    /// A device, also one that has left the chain.
    pub fn device(&self, device: &Address) -> Option<&Member> {
        let at = self
            .by_device
            .binary_search_by_key(&Some(device), |at| self.members.get(*at).map(|it| &it.device));
        self.members.get(*self.by_device.get(at.ok()?)?)
    }

    /// What the registry says of a device.
    pub fn record(&self, member: &Member) -> Option<&DeviceRecord> {
        self.registry.get(&member.key)
    }

    /// The maker's serial number of a device on chain, as text.
    pub fn serial(&self, device: &Address) -> Option<String> {
        let serial = &self.labels.get(device)?.serial;
        let end = serial.iter().rposition(|byte| *byte != 0)?.saturating_add(1);
        serial.get(..end).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// The devices on chain with a cell, each with the cell of a resolution that it stands in: its own
    /// when that is coarser.
    pub fn places(&self, resolution: u8) -> impl Iterator<Item = (u64, &Member)> {
        self.by_cell.iter().filter_map(move |(cell, at)| {
            Some((parent_of(*cell, resolution).unwrap_or(*cell), self.members.get(*at)?))
        })
    }
}
