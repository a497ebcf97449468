//! The registry as the oracle knows it: the newest finalized snapshot, and the devices that have
//! left the chain since, which still earn for the epoch in which they left.

use crate::chain::{Chain, RegistrySnapshot};
use crate::error::{OracleError, blocking};
use cairn_epoch::text;
use cairn_protocol::proof::{DeviceKey, Position};
use cairn_store::Documents;
use cairn_verify::{Address, Category, DeviceRecord, Registry};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{Mutex, watch};

const DOCUMENT: &str = "registry.json";

/// One state of the registry.
#[derive(Debug, Clone)]
pub struct RegistryView {
    /// The devices, those that left as inactive.
    pub registry: Arc<Registry>,
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
        let previous = self.view.borrow().as_ref().map(|view| Arc::clone(&view.registry));
        let registry = match previous {
            Some(registry)
                if registry.len() == known.len()
                    && known.values().all(|record| registry.get(&record.key) == Some(record)) =>
            {
                registry
            }
            _ => Arc::new(Registry::new(known.values().copied())),
        };
        let view = RegistryView { registry, on_chain, slot, chain_time_s };
        self.view.send_replace(Some(view.clone()));
        Ok(view)
    }
}

/// What is on chain, and as inactive what no longer is.
fn merge(
    known: &BTreeMap<Address, DeviceRecord>,
    snapshot: RegistrySnapshot,
) -> BTreeMap<Address, DeviceRecord> {
    let mut merged: BTreeMap<Address, DeviceRecord> = known
        .iter()
        .map(|(address, record)| (*address, DeviceRecord { active: false, ..*record }))
        .collect();
    merged.extend(snapshot.devices.into_iter().map(|record| (record.address, record)));
    merged
}

#[derive(Serialize, Deserialize)]
struct StoredDevice {
    #[serde(with = "text::base58")]
    address: Address,
    scheme: u8,
    key: String,
    class: u16,
    category: String,
    #[serde(with = "text::base58")]
    operator: Address,
    #[serde(with = "text::base58")]
    previous_operator: Address,
    operator_since_s: u64,
    position_e7: Option<(i32, i32)>,
    active: bool,
}

const CATEGORIES: [Category; 4] =
    [Category::Wireless, Category::Storage, Category::Compute, Category::Sensor];

impl StoredDevice {
    fn new(record: &DeviceRecord) -> Self {
        Self {
            address: record.address,
            scheme: record.key.scheme() as u8,
            key: hex::encode(record.key.to_registry_bytes()),
            class: record.class,
            category: record.category.name().to_owned(),
            operator: record.operator,
            previous_operator: record.previous_operator,
            operator_since_s: record.operator_since_s,
            position_e7: record.position.map(|at| (at.latitude_e7, at.longitude_e7)),
            active: record.active,
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
            operator: self.operator,
            previous_operator: self.previous_operator,
            operator_since_s: self.operator_since_s,
            position: self
                .position_e7
                .map(|(latitude_e7, longitude_e7)| Position { latitude_e7, longitude_e7 }),
            active: self.active,
        })
    }
}
