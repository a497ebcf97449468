//! What operators see of their devices.

use super::{EpochState, amount_string};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `GET /v1/operators/{wallet}`: what an operator earned. Everything is 0 for a wallet that never had a
/// device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorView {
    /// The wallet.
    pub operator: String,
    /// Devices that earn for it now, by the registry.
    pub devices: u64,
    /// Tokens through this oracle's newest result.
    #[serde(with = "amount_string")]
    pub lifetime_total: u64,
    /// Tokens of its leaf in the active root, which it can claim up to.
    #[serde(with = "amount_string")]
    pub finalized_total: u64,
    /// What is computed beyond that, and not finalized yet.
    #[serde(with = "amount_string")]
    pub pending: u64,
    /// The newest epoch that is closed.
    pub newest_epoch: Option<u64>,
    /// The last closed epochs, newest first, also those in which it earned nothing.
    pub epochs: Vec<OperatorEpoch>,
}

/// What an operator earned in an epoch, by this oracle's computation; where it took the chain's totals
/// instead, the tokens are what those grew by, also for epochs that the chain passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorEpoch {
    /// Number of the epoch.
    pub epoch: u64,
    /// Its first second.
    pub starts_at_s: i64,
    /// The first second after it.
    pub ends_at_s: i64,
    /// Where it stands.
    pub state: EpochState,
    /// Tokens of the operator's devices.
    #[serde(with = "amount_string")]
    pub share: u64,
    /// The same by category, decimal; categories that earned nothing are left out.
    pub by_category: BTreeMap<String, String>,
    /// Devices that earned, gave a proof, or should have.
    pub devices: u64,
    /// Proofs that count.
    pub accepted: u64,
    /// Proofs that were refused when the epoch was judged.
    pub refused: u64,
}

/// `GET /v1/operators/{wallet}/devices`: the devices that earn for an operator, and those that did
/// within the epochs asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceList {
    /// The wallet.
    pub operator: String,
    /// The newest epoch that is closed.
    pub newest_epoch: Option<u64>,
    /// How many of the last closed epochs the figures are of.
    pub epochs: u64,
    /// The devices by address, in the order of their bytes.
    pub devices: Vec<DeviceRow>,
}

/// What the registry says of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceStatus {
    /// It may earn.
    Active,
    /// The guardian or the authority suspended it, whatever else.
    Suspended,
    /// Its holder asked for retirement, or it has left the registry.
    Retiring,
}

/// A device and how it did in the last epochs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRow {
    /// Address of its account.
    pub device: String,
    /// The maker's serial number.
    pub serial: Option<String>,
    /// Number of its class.
    pub class: u16,
    /// Category of that class.
    pub category: String,
    /// Who earns for it now.
    pub operator: String,
    /// What the registry says.
    pub status: DeviceStatus,
    /// Its asserted H3 cell in lower-case hex.
    pub cell: Option<String>,
    /// Address of its licence.
    pub license: Option<String>,
    /// When that ends, or ended, unix seconds.
    pub license_until_s: Option<i64>,
    /// When the newest proof arrived that was taken, by this oracle's clock; absent when none is known.
    pub last_proof_ms: Option<u64>,
    /// The newest proof that was refused on arrival, since the oracle's start or in an epoch that was
    /// not closed then.
    pub last_refusal: Option<RefusalView>,
    /// Proofs that count.
    pub accepted: u64,
    /// Proofs that were refused when their epoch was judged.
    pub refused: u64,
    /// The most frequent of the reasons that were most frequent in an epoch.
    pub top_refusal: Option<RefusalCount>,
    /// Product of the device's own factors in the newest epoch that judged it.
    pub quality_ppm: Option<u64>,
    /// The one of them for how crowded its place is; 1,000,000 when it is not.
    pub density_ppm: Option<u64>,
    /// Tokens: in an operator's list those for that operator, else those for the present one.
    #[serde(with = "amount_string")]
    pub share: u64,
    /// Tokens ever, for the same operator, through this oracle's newest result.
    #[serde(with = "amount_string")]
    pub lifetime_total: u64,
    /// What its operator should look at.
    pub attention: Vec<Attention>,
}

/// A proof that was refused on arrival.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalView {
    /// Reason code.
    pub code: u16,
    /// Its name.
    pub reason: String,
    /// What can be done about it.
    pub hint: String,
    /// When it arrived, by the oracle's clock.
    pub at_ms: u64,
}

/// A reason and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalCount {
    /// Reason code.
    pub code: u16,
    /// Its name.
    pub reason: String,
    /// What can be done about it.
    pub hint: String,
    /// Proofs.
    pub count: u64,
}

/// Something that keeps, or will keep, a device from earning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// `offline`, `refused`, `under_bonded`, `license_missing`, `license_expired`, `license_expiring`,
    /// `suspended`, `retiring` or `location_missing`.
    pub code: String,
    /// What is the matter.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// `GET /v1/devices/{device}`: a device with its last epochs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceView {
    /// The device.
    pub device: DeviceRow,
    /// Of the last closed epochs those that judged it, newest first.
    pub epochs: Vec<DeviceEpoch>,
}

/// What an epoch says of a device, with tokens as in [`OperatorEpoch`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceEpoch {
    /// Number of the epoch.
    pub epoch: u64,
    /// Its first second.
    pub starts_at_s: i64,
    /// The first second after it.
    pub ends_at_s: i64,
    /// Where it stands.
    pub state: EpochState,
    /// Who earned for it.
    pub operator: String,
    /// Points, in millionths.
    #[serde(with = "amount_string")]
    pub points_millionths: u64,
    /// Tokens.
    #[serde(with = "amount_string")]
    pub share: u64,
    /// Proofs that count.
    pub accepted: u64,
    /// Proofs that were refused when the epoch was judged.
    pub refused: u64,
    /// Product of the device's own factors.
    pub quality_ppm: Option<u64>,
}

/// `GET /v1/map`: devices on chain by their asserted cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapView {
    /// H3 resolution of the cells. A device whose cell is coarser stands in that one.
    pub resolution: u8,
    /// The newest epoch that is closed.
    pub newest_epoch: Option<u64>,
    /// How many of the last closed epochs the shares are of.
    pub epochs: u64,
    /// The cells, ascending.
    pub cells: Vec<MapCell>,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapCell {
    /// Its H3 index in lower-case hex.
    pub cell: String,
    /// Devices.
    pub devices: u64,
    /// Those with a proof that counts in the newest closed epoch, or one that was taken since it began.
    pub active: u64,
    /// Tokens of its devices.
    #[serde(with = "amount_string")]
    pub share: u64,
    /// Mean of the devices' newest factors for density, rounded down.
    pub density_ppm: u64,
    /// Devices by category.
    pub by_category: BTreeMap<String, u64>,
}

/// `GET /v1/map/{cell}`: the devices in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellView {
    /// The cell.
    pub cell: String,
    /// The first thousand devices by address, in the order of their bytes.
    pub devices: Vec<CellDevice>,
    /// How many more there are.
    pub more: u64,
}

/// A device on the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellDevice {
    /// Address of its account.
    pub device: String,
    /// Who earns for it now.
    pub operator: String,
    /// Number of its class.
    pub class: u16,
    /// Category of that class.
    pub category: String,
    /// Tokens over the last closed epochs, whoever earned them.
    #[serde(with = "amount_string")]
    pub share: u64,
    /// Its newest factor for density; 1,000,000 when it has none.
    pub density_ppm: u64,
    /// As in [`MapCell`].
    pub active: bool,
}

/// A message of `GET /v1/live`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveMessage {
    /// The first one.
    Hello {
        /// This oracle's key.
        identity: String,
        /// The epoch that now lies in.
        current_epoch: Option<u64>,
        /// The newest epoch that is closed.
        newest_epoch: Option<u64>,
        /// Epoch of the root that claims are served against.
        finalized_epoch: Option<u64>,
    },
    /// An epoch stands otherwise than before.
    Epoch {
        /// Which.
        epoch: u64,
        /// Where it stands.
        state: EpochState,
    },
    /// Claims are served against another root.
    Root {
        /// Its epoch.
        epoch: u64,
        /// Its sum.
        #[serde(with = "amount_string")]
        root_sum: u64,
    },
    /// Verdicts on arrival in the current epoch so far.
    Proofs {
        /// The current epoch.
        epoch: u64,
        /// Proofs of it that were taken.
        accepted: u64,
        /// Proofs that were refused while it lasted.
        refused: u64,
    },
    /// The newest verdict on a proof of a device of the operator.
    Device {
        /// Address of the device's account.
        device: String,
        /// When the proof arrived.
        at_ms: u64,
        /// Whether it was taken.
        accepted: bool,
        /// Reason code.
        code: u16,
        /// Its name.
        reason: String,
    },
    /// The registry changed.
    Registry {
        /// The slot of the newest state.
        slot: u64,
    },
}
