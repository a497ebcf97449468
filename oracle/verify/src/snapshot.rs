//! What of the registry an epoch was judged and scored by, in a form that is stored, hashed and read
//! back: enough to judge the epoch again.
//!
//! The registry keeps histories so that oracles that read it at different times agree
//! ([`cairn_protocol::settlement`]); a snapshot holds what they agree on: the values for the epoch's
//! end, and of a position also what was asserted before within the epoch. It has the devices that
//! were active at the end, and those that the outcome speaks of.

use crate::device::{
    Address, Bonds, Category, Changed, ClassHistory, ClassTerms, DeviceRecord, License, Registry,
};
use crate::input::EpochInput;
use crate::judgment::Outcome;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::{DeviceKey, Position};
use cairn_protocol::settlement::Settled;
use std::collections::{BTreeMap, HashSet};

const DOMAIN: &[u8; 16] = b"cairn:registry:1";
/// The licence that a licensed device of a snapshot has.
const LICENSED: Address = [1; 32];

/// The registry as an epoch was judged by it.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Snapshot {
    /// The classes by number.
    pub classes: BTreeMap<u16, SnapshotClass>,
    /// The operators' bonds by operator and class, in the stake mint's smallest unit.
    pub bonds: BTreeMap<(Address, u16), u64>,
    /// The devices, ascending by address.
    pub devices: Vec<SnapshotDevice>,
}

/// A class at the epoch's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SnapshotClass {
    /// What it is about.
    pub category: Category,
    /// Stake per device.
    pub bond: u64,
    /// Points that one device can earn per epoch; 0: as many as the policy gives.
    pub points_cap: u64,
    /// Whether devices need a licence.
    pub license_required: bool,
}

/// A device at the epoch's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SnapshotDevice {
    /// Address of the registry's device account.
    pub address: Address,
    /// The key that its proofs are signed with.
    pub key: DeviceKey,
    /// Number of its class.
    pub class: u16,
    /// Wallet that earns.
    pub operator: Address,
    /// Whether it was active.
    pub active: bool,
    /// Whether it needed no licence or had one that was valid; of a device that was not active, true.
    pub licensed: bool,
    /// When it joined, unix seconds.
    pub onboarded_at_s: i64,
    /// Where it was asserted to stand at the epoch's start.
    pub position_before: Option<Position>,
    /// Where it was asserted to stand at the epoch's end.
    pub position: Option<Position>,
    /// When that changed, unix seconds, if it did within the epoch; else 0.
    pub position_since_s: i64,
}

impl Snapshot {
    /// What of the registry an epoch was judged by.
    pub fn new(input: &EpochInput<'_>, outcome: &Outcome) -> Self {
        let ends_at_s = input.ends_at_s();
        let end_s = i64::try_from(ends_at_s).unwrap_or(i64::MAX);
        let start_s = i64::try_from(input.starts_at_ms / 1_000).unwrap_or(i64::MAX);
        let spoken_of: HashSet<&Address> = outcome
            .proofs
            .iter()
            .map(|proof| &proof.device)
            .chain(outcome.factors.keys())
            .collect();
        let mut snapshot = Self::default();
        let registry = input.registry;
        let mut records: Vec<&DeviceRecord> = registry
            .records()
            .filter(|record| record.active_at(ends_at_s) || spoken_of.contains(&record.address))
            .collect();
        // Of a class the terms that a device on chain has: those of one that left are as old as when
        // it did.
        records.sort_unstable_by_key(|record| (record.on_chain, record.address));
        for record in records {
            // Named one by one, so that a new field is thought of here.
            let DeviceRecord {
                address,
                key,
                class,
                category,
                class_terms,
                operator: _,
                status: _,
                settle_seconds: _,
                onboarded_at_s,
                position,
                license: _,
                on_chain: _,
            } = *record;
            let ClassTerms { bond, points_cap, license_required } = class_terms.at(end_s);
            let terms = SnapshotClass { category, bond, points_cap, license_required };
            snapshot.classes.insert(class, terms);
            let active = record.active_at(ends_at_s);
            let operator = record.operator_at(ends_at_s);
            let bonds = registry.bonds();
            if bond > 0
                && let Some(amount) = bonds.amounts.get(&(operator, class))
            {
                // None is what there is of a bond that was opened after the epoch's end, which only
                // oracles see that read the chain later.
                let amount = amount.at(end_s, bonds.settle_seconds);
                if amount > 0 {
                    snapshot.bonds.insert((operator, class), amount);
                }
            }
            let moved = position.since_s > start_s && position.since_s <= end_s;
            snapshot.devices.push(SnapshotDevice {
                address,
                key,
                class,
                operator,
                active,
                licensed: !active || registry.licensed_at(record, ends_at_s),
                onboarded_at_s,
                position_before: position.at(start_s),
                position: position.at(end_s),
                position_since_s: if moved { position.since_s } else { 0 },
            });
        }
        snapshot.devices.sort_unstable_by_key(|device| device.address);
        snapshot
    }

    /// A registry that judges and scores the epoch as the original did.
    pub fn registry(&self) -> Registry {
        let settled = |amount: u64| Settled::new(amount, i64::MIN);
        let bonds = Bonds {
            settle_seconds: 1,
            amounts: self.bonds.iter().map(|(of, amount)| (*of, settled(*amount))).collect(),
        };
        let always =
            License { valid_since_s: i64::MIN, expires_at_s: i64::MAX, ..License::default() };
        let devices = self.devices.iter().filter_map(|device| {
            let class = self.classes.get(&device.class)?;
            let terms = ClassTerms {
                bond: class.bond,
                points_cap: class.points_cap,
                license_required: class.license_required,
            };
            Some(DeviceRecord {
                address: device.address,
                key: device.key,
                class: device.class,
                category: class.category,
                class_terms: ClassHistory::always(terms),
                operator: Settled::new(device.operator, i64::MIN),
                status: Settled::new(u8::from(!device.active), i64::MIN),
                settle_seconds: 1,
                onboarded_at_s: device.onboarded_at_s,
                position: Changed {
                    previous: device.position_before,
                    current: device.position,
                    since_s: device.position_since_s,
                },
                license: Changed::always(device.licensed.then_some(LICENSED)),
                on_chain: true,
            })
        });
        Registry::new(devices).with_licenses([(LICENSED, always)].into()).with_bonds(bonds)
    }

    /// SHA-256 of a domain and the snapshot in borsh.
    pub fn hash(&self) -> Hash {
        // Writing to memory does not fail.
        let bytes = borsh::to_vec(self).unwrap_or_default();
        sha256(&[DOMAIN, &bytes])
    }
}
