//! What a customer signs about service that a device gave.

use super::{DeviceKey, Kind};
use crate::hash::Hash;
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};

const DOMAIN: &[u8; 16] = b"cairn:receipt:v1";

/// Service that a customer had from a device and pays for with escrowed credits. The customer signs
/// it with the key of its wallet, the device signs the proof around it.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Receipt {
    /// Chosen by the customer; counts once per customer.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub id: [u8; 16],
    /// The customer's wallet, an Ed25519 key.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub customer: [u8; 32],
    /// Credits that the customer pays; above 0.
    pub credits: u64,
    /// Bytes of the customer's that were carried or served.
    pub bytes: u64,
    /// Packets or requests; at least 1.
    pub packets: u32,
    /// When the service began, unix milliseconds.
    pub started_at_ms: u64,
    /// When it ended, unix milliseconds; not before it began.
    pub ended_at_ms: u64,
    /// Ed25519 signature of [`Receipt::signed_message`] by the customer.
    #[cfg_attr(feature = "serde", serde(with = "super::serde_hex"))]
    pub signature: [u8; 64],
}

impl Receipt {
    /// What the customer signs: `"cairn:receipt:v1" ‖ network ‖ kind of proof, 1 byte ‖ device key,
    /// 33 bytes ‖ content root (zeros where the kind has none) ‖ id ‖ customer ‖ credits ‖ bytes ‖
    /// packets ‖ start ‖ end`, numbers in little endian.
    pub fn signed_message(
        &self,
        network: &[u8; 32],
        kind: Kind,
        device: &DeviceKey,
        content_root: &Hash,
    ) -> Vec<u8> {
        [
            &DOMAIN[..],
            network,
            &[kind as u8],
            &device.to_registry_bytes(),
            content_root,
            &self.id,
            &self.customer,
            &self.credits.to_le_bytes(),
            &self.bytes.to_le_bytes(),
            &self.packets.to_le_bytes(),
            &self.started_at_ms.to_le_bytes(),
            &self.ended_at_ms.to_le_bytes(),
        ]
        .concat()
    }

    /// Whether every number is in its range.
    pub fn is_in_range(&self) -> bool {
        self.credits > 0 && self.packets > 0 && self.started_at_ms <= self.ended_at_ms
    }
}
