//! The registry as the oracle knows it: the newest finalized snapshot, and the devices that have
//! left the chain since, so that their proofs are refused for what they are. The registry lets a
//! device leave only when no oracle needs it any more for an epoch in which it was active.

use crate::chain::{Chain, Credits, Label, RegistrySnapshot};
use crate::error::{OracleError, blocking};
use cairn_epoch::text;
use cairn_protocol::proof::{DeviceKey, Position};
use cairn_protocol::settlement::Settled;
use cairn_store::Documents;
use cairn_verify::{Address, Category, Changed, ClassHistory, ClassTerms, DeviceRecord, Registry};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{Mutex, watch};

const DOCUMENT: &str = "registry.json";

/// One state of the registry.
#[derive(Debug, Clone)]
pub struct RegistryView {
    /// The devices, with those that left the chain.
    pub registry: Arc<Registry>,
    /// What the chain says about its devices besides, by account. New whenever this or the registry
    /// changed.
    pub labels: Arc<BTreeMap<Address, Label>>,
    /// What backs the usage of customers.
    pub credits: Arc<Credits>,
    /// Devices on chain.
    pub on_chain: usize,
    /// The finalized slot that it was read at.
    pub slot: u64,
    /// The chain's clock at that slot, unix seconds.
    pub chain_time_s: u64,
}

/// Reads the registry and publishes it.
#[derive(Debug)]
pub struct Devices {
    network: Address,
    documents: Documents,
    known: Mutex<BTreeMap<Address, DeviceRecord>>,
    view: watch::Sender<Option<RegistryView>>,
}

impl Devices {
    /// Starts from what an earlier run knew; that is not published until the chain was read.
    ///
    /// # Errors
    /// When the document cannot be read.
    pub fn open(
        network: Address,
        documents: Documents,
        view: watch::Sender<Option<RegistryView>>,
    ) -> Result<Self, OracleError> {
        let malformed =
            |message: String| OracleError::Document { name: DOCUMENT.to_owned(), message };
        let mut known = BTreeMap::new();
        if let Some(bytes) = documents.get(DOCUMENT)? {
            let stored: Vec<StoredDevice> =
                serde_json::from_slice(&bytes).map_err(|error| malformed(error.to_string()))?;
            for device in stored {
                let record =
                    device.into_record().ok_or_else(|| malformed("a device is invalid".into()))?;
                known.insert(record.address, record);
            }
        }
        Ok(Self { network, documents, known: Mutex::new(known), view })
    }

    /// Reads the registry from the chain, keeps it and publishes it.
    ///
    /// # Errors
    /// When the chain or the disk cannot be used.
    pub async fn refresh<C: Chain>(&self, chain: &C) -> Result<RegistryView, OracleError> {
        // Held over the read, so that two refreshes cannot overtake each other.
        let mut known = self.known.lock().await;
        let snapshot = chain.registry_snapshot(&self.network).await?;
        // An RPC pool may answer from a node that is behind.
        let newest = self.view.borrow().clone();
        if let Some(newest) = newest.filter(|newest| newest.slot > snapshot.slot) {
            return Ok(newest);
        }
        let (slot, chain_time_s, on_chain) =
            (snapshot.slot, snapshot.chain_time_s, snapshot.devices.len());
        let (licenses, bonds) = (snapshot.licenses.clone(), snapshot.bonds.clone());
        let credits = Arc::new(snapshot.credits.clone());
        let labels = snapshot.labels.clone();
        let merged = merge(&known, snapshot);
        if merged != *known {
            tracing::info!(devices = on_chain, known = merged.len(), slot, "the registry changed");
            let stored: Vec<StoredDevice> = merged.values().map(StoredDevice::new).collect();
            let documents = self.documents.clone();
            blocking(move || {
                let bytes = serde_json::to_vec(&stored).map_err(|error| OracleError::Document {
                    name: DOCUMENT.to_owned(),
                    message: error.to_string(),
                })?;
                Ok(documents.put(DOCUMENT, &bytes)?)
            })
            .await?;
            *known = merged;
        }
        let previous = self
            .view
            .borrow()
            .as_ref()
            .map(|view| (Arc::clone(&view.registry), Arc::clone(&view.labels)));
        let (registry, labels) = match previous {
            Some((registry, known_labels))
                if registry.len() == known.len()
                    && *registry.licenses() == licenses
                    && *registry.bonds() == bonds
                    && known.values().all(|record| registry.get(&record.key) == Some(record)) =>
            {
                let labels = if *known_labels == labels { known_labels } else { Arc::new(labels) };
                (registry, labels)
            }
            _ => {
                let registry = Registry::new(known.values().copied());
                let registry = registry.with_licenses(licenses).with_bonds(bonds);
                (Arc::new(registry), Arc::new(labels))
            }
        };
        let view = RegistryView { registry, labels, credits, on_chain, slot, chain_time_s };
        self.view.send_replace(Some(view.clone()));
        Ok(view)
    }
}

/// What is on chain, and marked as such what no longer is.
fn merge(
    known: &BTreeMap<Address, DeviceRecord>,
    snapshot: RegistrySnapshot,
) -> BTreeMap<Address, DeviceRecord> {
    let mut merged: BTreeMap<Address, DeviceRecord> = known
        .iter()
        .map(|(address, record)| (*address, DeviceRecord { on_chain: false, ..*record }))
        .collect();
    merged.extend(snapshot.devices.into_iter().map(|record| (record.address, record)));
    merged
}

/// A value with its history, as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredSettled<T> {
    current: T,
    since_s: i64,
    previous: T,
    previous_since_s: i64,
    earlier: T,
}

impl<T> StoredSettled<T> {
    fn new<U>(value: &Settled<U>, store: impl Fn(&U) -> T) -> Self {
        Self {
            current: store(&value.current),
            since_s: value.since,
            previous: store(&value.previous),
            previous_since_s: value.previous_since,
            earlier: store(&value.earlier),
        }
    }

    fn read<U>(&self, read: impl Fn(&T) -> Option<U>) -> Option<Settled<U>> {
        Some(Settled {
            current: read(&self.current)?,
            since: self.since_s,
            previous: read(&self.previous)?,
            previous_since: self.previous_since_s,
            earlier: read(&self.earlier)?,
        })
    }
}

/// A value with the one before, as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredChanged<T> {
    previous: T,
    current: T,
    since_s: i64,
}

impl<T> StoredChanged<T> {
    fn new<U>(value: &Changed<U>, store: impl Fn(&U) -> T) -> Self {
        Self {
            previous: store(&value.previous),
            current: store(&value.current),
            since_s: value.since_s,
        }
    }

    fn read<U>(&self, read: impl Fn(&T) -> Option<U>) -> Option<Changed<U>> {
        Some(Changed {
            previous: read(&self.previous)?,
            current: read(&self.current)?,
            since_s: self.since_s,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct StoredTerms {
    bond: u64,
    points_cap: u64,
    license_required: bool,
}

impl StoredTerms {
    const fn new(terms: &ClassTerms) -> Self {
        Self {
            bond: terms.bond,
            points_cap: terms.points_cap,
            license_required: terms.license_required,
        }
    }

    const fn read(&self) -> ClassTerms {
        ClassTerms {
            bond: self.bond,
            points_cap: self.points_cap,
            license_required: self.license_required,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct StoredDevice {
    #[serde(with = "text::base58")]
    address: Address,
    scheme: u8,
    key: String,
    class: u16,
    category: String,
    class_terms: StoredChanged<StoredTerms>,
    class_terms_pending: Option<(StoredTerms, i64)>,
    operator: StoredSettled<String>,
    status: StoredSettled<u8>,
    settle_seconds: u32,
    onboarded_at_s: i64,
    position_e7: StoredChanged<Option<(i32, i32)>>,
    license: StoredChanged<Option<String>>,
    on_chain: bool,
}

const CATEGORIES: [Category; 4] =
    [Category::Wireless, Category::Storage, Category::Compute, Category::Sensor];

fn address_of(hex: &str) -> Option<Address> {
    let mut address = [0; 32];
    hex::decode_to_slice(hex, &mut address).ok()?;
    Some(address)
}

impl StoredDevice {
    fn new(record: &DeviceRecord) -> Self {
        Self {
            address: record.address,
            scheme: record.key.scheme() as u8,
            key: hex::encode(record.key.to_registry_bytes()),
            class: record.class,
            category: record.category.name().to_owned(),
            class_terms: StoredChanged::new(&record.class_terms.terms, StoredTerms::new),
            class_terms_pending: record
                .class_terms
                .pending
                .map(|(terms, from_s)| (StoredTerms::new(&terms), from_s)),
            operator: StoredSettled::new(&record.operator, |operator| hex::encode(operator)),
            status: StoredSettled::new(&record.status, |status| *status),
            settle_seconds: record.settle_seconds,
            onboarded_at_s: record.onboarded_at_s,
            position_e7: StoredChanged::new(&record.position, |position| {
                position.map(|at| (at.latitude_e7, at.longitude_e7))
            }),
            license: StoredChanged::new(&record.license, |license| license.map(hex::encode)),
            on_chain: record.on_chain,
        }
    }

    fn into_record(self) -> Option<DeviceRecord> {
        let mut key = [0; 33];
        hex::decode_to_slice(&self.key, &mut key).ok()?;
        Some(DeviceRecord {
            address: self.address,
            key: DeviceKey::from_registry_bytes(self.scheme, &key)?,
            class: self.class,
            category: CATEGORIES.into_iter().find(|known| known.name() == self.category)?,
            class_terms: ClassHistory {
                terms: self.class_terms.read(|terms| Some(terms.read()))?,
                pending: self.class_terms_pending.map(|(terms, from_s)| (terms.read(), from_s)),
            },
            operator: self.operator.read(|hex| address_of(hex))?,
            status: self.status.read(|status| Some(*status))?,
            settle_seconds: self.settle_seconds,
            onboarded_at_s: self.onboarded_at_s,
            position: self.position_e7.read(|place| {
                Some(
                    place.map(|(latitude_e7, longitude_e7)| Position { latitude_e7, longitude_e7 }),
                )
            })?,
            license: self.license.read(|license| {
                Some(match license {
                    Some(hex) => Some(address_of(hex)?),
                    None => None,
                })
            })?,
            on_chain: self.on_chain,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_stored_and_read_back_with_its_whole_history() {
        let place = |n| Position { latitude_e7: n, longitude_e7: -n };
        let terms = |n| ClassTerms { bond: n, points_cap: n + 1, license_required: n % 2 == 0 };
        let plain =
            DeviceRecord::new([1; 32], DeviceKey::P256([2; 33]), 3, Category::Sensor, [4; 32]);
        let rich = DeviceRecord {
            class_terms: ClassHistory {
                terms: Changed { previous: terms(1), current: terms(2), since_s: 3 },
                pending: Some((terms(4), 5)),
            },
            operator: Settled {
                current: [6; 32],
                since: 7,
                previous: [8; 32],
                previous_since: 9,
                earlier: [10; 32],
            },
            status: Settled { current: 1, since: 11, previous: 2, previous_since: 12, earlier: 3 },
            settle_seconds: 13,
            onboarded_at_s: 14,
            position: Changed { previous: None, current: Some(place(15)), since_s: 16 },
            license: Changed { previous: Some([17; 32]), current: None, since_s: 18 },
            on_chain: false,
            ..plain
        };
        for record in [plain, rich] {
            let text = serde_json::to_string(&StoredDevice::new(&record)).unwrap();
            let stored: StoredDevice = serde_json::from_str(&text).unwrap();
            assert_eq!(stored.into_record(), Some(record));
        }
    }
}
