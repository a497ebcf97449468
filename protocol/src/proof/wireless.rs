//! Bodies of the wireless kinds.

use super::receipt::Receipt;
use super::{DeviceKey, Position};
use crate::hash::{Hash, sha256};
use borsh::{BorshDeserialize, BorshSerialize};
use core::ops::RangeInclusive;

const FREQUENCY_HZ: RangeInclusive<u64> = 1_000_000..=100_000_000_000;
const BEACON_DOMAIN: &[u8; 16] = b"cairn:beacon:v1\0";

/// A device sent a radio frame that others may witness. The envelope's challenge is a seed of the
/// chain that was final when the frame was made.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Beacon {
    /// What the device mixed in, so that nobody else could have sent this frame before it did.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub entropy: Hash,
    /// Where the sender was, if it had a fix.
    pub position: Option<Position>,
    /// Carrier frequency in Hz, 1 MHz to 100 GHz.
    pub frequency_hz: u64,
    /// Radiated power (EIRP: transmit power plus antenna gain) in hundredths of a dBm,
    /// −5,000 to 6,000.
    pub eirp_cdbm: i32,
    /// Bandwidth of the signal in Hz, 1 kHz to 1 GHz: 125,000 for most of LoRaWAN. It gives the noise
    /// that heat makes in a receiver.
    pub bandwidth_hz: u32,
    /// LoRa spreading factor, 5 to 12; 0 for another modulation.
    pub spreading_factor: u8,
}

impl Beacon {
    /// What is sent on air, and what witnesses refer to: SHA-256 of
    /// `"cairn:beacon:v1\0" ‖ network ‖ challenge ‖ device key, 33 bytes ‖ entropy`. Whoever knows
    /// the chain and the body can make it again, and nobody could before the chain had the seed.
    pub fn payload(&self, network: &[u8; 32], challenge: &Hash, device: &DeviceKey) -> Hash {
        let key = device.to_registry_bytes();
        sha256(&[BEACON_DOMAIN, network, challenge, &key, &self.entropy])
    }

    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        self.position.is_none_or(|position| position.is_valid())
            && FREQUENCY_HZ.contains(&self.frequency_hz)
            && (-5_000..=6_000).contains(&self.eirp_cdbm)
            && (1_000..=1_000_000_000).contains(&self.bandwidth_hz)
            && matches!(self.spreading_factor, 0 | 5..=12)
    }
}

/// A device received another device's beacon, at the envelope's capture time.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Witness {
    /// [`Beacon::payload`] of what was received.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub payload: Hash,
    /// Received signal strength in hundredths of a dBm, −20,000 to 3,000.
    pub rssi_cdbm: i32,
    /// Signal-to-noise ratio in hundredths of a dB, −5,000 to 10,000.
    pub snr_cdb: i32,
    /// Frequency that it was received on, in Hz, 1 MHz to 100 GHz.
    pub frequency_hz: u64,
}

impl Witness {
    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        (-20_000..=3_000).contains(&self.rssi_cdbm)
            && (-5_000..=10_000).contains(&self.snr_cdb)
            && FREQUENCY_HZ.contains(&self.frequency_hz)
    }
}

/// A device was on air. The envelope's challenge is a seed of the chain that was final by then, so
/// that heartbeats cannot be signed in advance.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Heartbeat {
    /// Where its receiver of a satellite system found it.
    pub position: Position,
    /// Radius that the fix may be off by, in metres.
    pub accuracy_m: u16,
    /// How long it has been on air without a break, in seconds.
    pub on_air_seconds: u32,
}

impl Heartbeat {
    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        self.position.is_valid()
    }
}

/// A customer's traffic went over the device, and the customer agrees to pay for it.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct UsageReceipt {
    /// What was carried, and the customer's signature.
    pub receipt: Receipt,
}

impl UsageReceipt {
    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        self.receipt.is_in_range()
    }
}
