//! What an oracle knows about the devices of its network.

use crate::signature::KnownKey;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::proof::{DeviceKey, Kind, Position};
use cairn_protocol::settlement::Settled;
use std::collections::{BTreeMap, HashMap, HashSet};

/// An account or wallet on Solana.
pub type Address = [u8; 32];

/// What a device class is about; decides which kinds of proof its devices give.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
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

    /// Every category, in the order in which they are judged.
    pub const ALL: [Self; 4] = [Self::Wireless, Self::Storage, Self::Compute, Self::Sensor];

    /// Whether devices of this category give proofs of `kind`.
    pub const fn gives(self, kind: Kind) -> bool {
        let of = match kind {
            Kind::Beacon | Kind::Witness | Kind::Heartbeat | Kind::UsageReceipt => Self::Wireless,
            Kind::StorageCommitment | Kind::StorageAnswer | Kind::RetrievalReceipt => Self::Storage,
            Kind::JobCommitment | Kind::JobResult | Kind::Benchmark => Self::Compute,
            Kind::ReadingBatch | Kind::Track | Kind::Coverage => Self::Sensor,
        };
        self as u8 == of as u8
    }
}

/// A value of the registry that changes at most once in so long a time that the value before is
/// kept for as long as oracles may ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed<T> {
    /// The value before `since_s`.
    pub previous: T,
    /// The value from `since_s` on.
    pub current: T,
    /// When it changed, unix seconds; 0 when it never did.
    pub since_s: i64,
}

impl<T: Copy> Changed<T> {
    /// A value that never changed.
    pub const fn always(value: T) -> Self {
        Self { previous: value, current: value, since_s: 0 }
    }

    /// The value at a time in unix seconds.
    pub const fn at(&self, time_s: i64) -> T {
        if time_s >= self.since_s { self.current } else { self.previous }
    }
}

/// What a device class demands and allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClassTerms {
    /// Stake that an operator needs per device, in the stake mint's smallest unit.
    pub bond: u64,
    /// Points that one device can earn per epoch; 0: as many as the policy gives.
    pub points_cap: u64,
    /// Whether devices need a valid licence of their holder.
    pub license_required: bool,
}

/// A class's terms with those before and those to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassHistory {
    /// The terms before, and those of today.
    pub terms: Changed<ClassTerms>,
    /// Terms that come into force, and when, unix seconds.
    pub pending: Option<(ClassTerms, i64)>,
}

impl ClassHistory {
    /// Terms that never changed.
    pub const fn always(terms: ClassTerms) -> Self {
        Self { terms: Changed::always(terms), pending: None }
    }

    /// The terms at a time in unix seconds.
    pub const fn at(&self, time_s: i64) -> ClassTerms {
        match self.pending {
            Some((terms, from_s)) if time_s >= from_s => terms,
            _ => self.terms.at(time_s),
        }
    }
}

/// One onboarded device as the registry has it: with as much of its history that every oracle
/// finds the same for the end of an epoch, whenever it reads within the settlement period after
/// the epoch's.
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
    /// Terms of that class.
    pub class_terms: ClassHistory,
    /// Wallet that earns for it.
    pub operator: Settled<Address>,
    /// 0 active; bit 0 suspended, bit 1 retiring.
    pub status: Settled<u8>,
    /// Length of the network's settlement period.
    pub settle_seconds: u32,
    /// When it joined, unix seconds.
    pub onboarded_at_s: i64,
    /// Where it is asserted to stand, if it is.
    pub position: Changed<Option<Position>>,
    /// Its licence's account, if it has one.
    pub license: Changed<Option<Address>>,
    /// Whether the registry has it still. A device leaves the chain only when no oracle needs it
    /// any more for an epoch in which it was active.
    pub on_chain: bool,
}

impl DeviceRecord {
    /// A device without a place, licence and cap, of whom nothing ever changed.
    pub const fn new(
        address: Address,
        key: DeviceKey,
        class: u16,
        category: Category,
        operator: Address,
    ) -> Self {
        let terms = ClassTerms { bond: 0, points_cap: 0, license_required: false };
        Self {
            address,
            key,
            class,
            category,
            class_terms: ClassHistory::always(terms),
            operator: Settled::new(operator, 0),
            status: Settled::new(STATUS_ACTIVE, 0),
            settle_seconds: 1,
            onboarded_at_s: 0,
            position: Changed::always(None),
            license: Changed::always(None),
            on_chain: true,
        }
    }

    /// Who earns for an epoch that ends at `ends_at_s`, unix seconds: the operator at the start of
    /// the settlement period in which it ends, see [`cairn_protocol::settlement`].
    pub fn operator_at(&self, ends_at_s: u64) -> Address {
        self.operator.at(seconds(ends_at_s), self.settle_seconds)
    }

    /// Whether the device earns for an epoch that ends at `ends_at_s`, unix seconds: it has joined
    /// before, and is neither suspended nor retiring at the start of the settlement period in
    /// which the epoch ends.
    pub fn active_at(&self, ends_at_s: u64) -> bool {
        let ends_at_s = seconds(ends_at_s);
        self.on_chain
            && self.onboarded_at_s < ends_at_s
            && self.status.at(ends_at_s, self.settle_seconds) == STATUS_ACTIVE
    }

    /// Points that the device can earn in an epoch that ends at `ends_at_s`, unix seconds.
    pub const fn points_cap_at(&self, ends_at_s: u64) -> u64 {
        match self.class_terms.at(seconds(ends_at_s)).points_cap {
            0 => u64::MAX,
            cap => cap,
        }
    }
}

/// [`DeviceRecord::status`] of a device that may give proofs.
const STATUS_ACTIVE: u8 = 0;

const fn seconds(time_s: u64) -> i64 {
    if time_s > i64::MAX as u64 { i64::MAX } else { time_s.cast_signed() }
}

/// When a licence is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct License {
    /// When it became valid, unix seconds.
    pub valid_since_s: i64,
    /// When it ends, unix seconds.
    pub expires_at_s: i64,
    /// When it became valid before it lapsed and was renewed, unix seconds.
    pub previous_valid_since_s: i64,
    /// When it ended before, unix seconds.
    pub previous_expires_at_s: i64,
    /// When it was revoked, unix seconds; 0 when it was not.
    pub revoked_at_s: i64,
}

impl License {
    /// Whether it is valid at a time in unix seconds.
    pub const fn valid_at(&self, time_s: i64) -> bool {
        (self.revoked_at_s == 0 || time_s < self.revoked_at_s)
            && ((self.valid_since_s <= time_s && time_s < self.expires_at_s)
                || (self.previous_valid_since_s <= time_s && time_s < self.previous_expires_at_s))
    }
}

/// The operators' bonds for their devices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bonds {
    /// Length of the stake pool's settlement period, in seconds.
    pub settle_seconds: u32,
    /// Tokens bonded, with their history, by operator and device class.
    pub amounts: BTreeMap<(Address, u16), Settled<u64>>,
}

/// What the chain says about devices: the devices by key, each with its key ready for verifying,
/// and what decides whether they earn.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    devices: HashMap<DeviceKey, Entry>,
    licenses: BTreeMap<Address, License>,
    bonds: Bonds,
}

/// An operator's active devices of one class.
#[derive(Debug, Default)]
struct Fleet {
    /// What the class asks per device.
    bond: u64,
    /// When each joined, and its address.
    devices: Vec<(i64, Address)>,
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

    /// The same with the network's licences by account.
    #[must_use]
    pub fn with_licenses(mut self, licenses: BTreeMap<Address, License>) -> Self {
        self.licenses = licenses;
        self
    }

    /// The same with the operators' bonds.
    #[must_use]
    pub fn with_bonds(mut self, bonds: Bonds) -> Self {
        self.bonds = bonds;
        self
    }

    /// The network's licences by account.
    pub const fn licenses(&self) -> &BTreeMap<Address, License> {
        &self.licenses
    }

    /// The operators' bonds.
    pub const fn bonds(&self) -> &Bonds {
        &self.bonds
    }

    /// Whether a device may earn as far as licences go, for an epoch that ends at `ends_at_s`,
    /// unix seconds: its class needs none, or its licence is valid then.
    pub fn licensed_at(&self, device: &DeviceRecord, ends_at_s: u64) -> bool {
        let time_s = seconds(ends_at_s);
        if !device.class_terms.at(time_s).license_required {
            return true;
        }
        let license = device.license.at(time_s).and_then(|at| self.licenses.get(&at));
        license.is_some_and(|license| license.valid_at(time_s))
    }

    /// The devices that no bond covers, for an epoch that ends at `ends_at_s`, unix seconds. An
    /// operator's bond for a class covers ⌊bond / what the class asks per device⌋ of its active
    /// devices of the class, those that joined first; of the same time the lower address.
    pub fn unbonded_at(&self, ends_at_s: u64) -> HashSet<Address> {
        let time_s = seconds(ends_at_s);
        // Only devices that are active, thus on chain: of those that left, the terms of their class
        // are as old as when they did.
        let mut fleets: BTreeMap<(Address, u16), Fleet> = BTreeMap::new();
        for device in self.records().filter(|device| device.active_at(ends_at_s)) {
            let bond = device.class_terms.at(time_s).bond;
            if bond > 0 {
                let key = (device.operator_at(ends_at_s), device.class);
                let fleet = fleets.entry(key).or_default();
                fleet.bond = fleet.bond.max(bond);
                fleet.devices.push((device.onboarded_at_s, device.address));
            }
        }
        let mut unbonded = HashSet::new();
        for ((operator, class), mut fleet) in fleets {
            fleet.devices.sort_unstable();
            let amount = self
                .bonds
                .amounts
                .get(&(operator, class))
                .map_or(0, |amount| amount.at(time_s, self.bonds.settle_seconds));
            let covered = amount.checked_div(fleet.bond).unwrap_or(u64::MAX);
            let covered = usize::try_from(covered).unwrap_or(usize::MAX);
            unbonded.extend(fleet.devices.into_iter().skip(covered).map(|(_, address)| address));
        }
        unbonded
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
