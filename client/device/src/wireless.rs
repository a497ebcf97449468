//! What a wireless device signs: a beacon that it sends, what it received of another's, that it is on
//! air, and the traffic that it carried.
//!
//! ```
//! use cairn_device::wireless::{Radio, WirelessDevice};
//! use cairn_device::{DeviceSigner, Epochs};
//!
//! let (network, epochs) = ([1; 32], Epochs::new(1_795_350_000, 3_600)?);
//! let mut sender = DeviceSigner::derive(&[7; 32], "sender");
//! let mut witness = DeviceSigner::derive(&[7; 32], "witness");
//!
//! // The newest seed of the chain, and what only this device knows until it sends.
//! let (seed, entropy) = ([2; 32], [3; 32]);
//! let radio = Radio {
//!     frequency_hz: 868_100_000,
//!     bandwidth_hz: 125_000,
//!     spreading_factor: 12,
//!     eirp_cdbm: 1_600,
//! };
//! let sent = WirelessDevice::new(&mut sender, network, epochs)
//!     .beacon(1_795_350_061_500, seed, entropy, None, &radio)
//!     .ok_or("before the genesis")?;
//!
//! // On air go the 32 bytes of the payload; whoever receives them says how.
//! let received = WirelessDevice::new(&mut witness, network, epochs)
//!     .witness(1_795_350_061_900, sent.payload, -10_900, -1_200, 868_100_000)
//!     .ok_or("before the genesis")?;
//! assert!(cairn_device::is_signed(&received, &network));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::customer::CustomerSigner;
use crate::epochs::Epochs;
use crate::signer::DeviceSigner;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{
    Beacon, Body, Envelope, Heartbeat, Kind, Position, Receipt, UsageReceipt, Witness,
};

/// How a beacon is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Radio {
    /// Carrier frequency in Hz.
    pub frequency_hz: u64,
    /// Bandwidth in Hz.
    pub bandwidth_hz: u32,
    /// LoRa spreading factor; 0 for another modulation.
    pub spreading_factor: u8,
    /// Radiated power (EIRP) in hundredths of a dBm.
    pub eirp_cdbm: i32,
}

/// A beacon: what to send by radio, and the proof to send to oracles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentBeacon {
    /// The bytes to send by radio.
    pub payload: Hash,
    /// The proof.
    pub envelope: Envelope,
}

/// Traffic that a device carried for a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// What the customer pays, in credits.
    pub credits: u64,
    /// Bytes carried.
    pub bytes: u64,
    /// Packets carried.
    pub packets: u32,
    /// When it began, unix milliseconds.
    pub started_at_ms: u64,
    /// When it ended, unix milliseconds.
    pub ended_at_ms: u64,
}

impl Traffic {
    /// The receipt for it under an id that the customer chose, not yet signed.
    pub fn receipt(&self, id: [u8; 16]) -> Receipt {
        Receipt {
            id,
            customer: [0; 32],
            credits: self.credits,
            bytes: self.bytes,
            packets: self.packets,
            started_at_ms: self.started_at_ms,
            ended_at_ms: self.ended_at_ms,
            signature: [0; 64],
        }
    }
}

/// A device's signer with what each of its proofs needs to know. Every method gives `None` for a
/// time before the pool's genesis, which lies in no epoch.
#[derive(Debug)]
pub struct WirelessDevice<'a> {
    signer: &'a mut DeviceSigner,
    network: [u8; 32],
    epochs: Epochs,
}

impl<'a> WirelessDevice<'a> {
    /// A device of a network.
    pub fn new(signer: &'a mut DeviceSigner, network: [u8; 32], epochs: Epochs) -> Self {
        Self { signer, network, epochs }
    }

    /// Makes a beacon of a seed of the chain, which must be final by `at_ms` (unix milliseconds),
    /// and of fresh random bytes. `position` is the device's fix, if it has one.
    pub fn beacon(
        &mut self,
        at_ms: u64,
        seed: Hash,
        entropy: Hash,
        position: Option<Position>,
        radio: &Radio,
    ) -> Option<SentBeacon> {
        let beacon = Beacon {
            entropy,
            position,
            frequency_hz: radio.frequency_hz,
            eirp_cdbm: radio.eirp_cdbm,
            bandwidth_hz: radio.bandwidth_hz,
            spreading_factor: radio.spreading_factor,
        };
        let payload = beacon.payload(&self.network, &seed, &self.signer.key());
        let envelope = self.answer(at_ms, seed, &Body::Beacon(beacon))?;
        Some(SentBeacon { payload, envelope })
    }

    /// Says how a beacon was received: `rssi_cdbm` in hundredths of a dBm, `snr_cdb` in hundredths of
    /// a dB.
    pub fn witness(
        &mut self,
        at_ms: u64,
        payload: Hash,
        rssi_cdbm: i32,
        snr_cdb: i32,
        frequency_hz: u64,
    ) -> Option<Envelope> {
        let witness = Witness { payload, rssi_cdbm, snr_cdb, frequency_hz };
        self.answer(at_ms, [0; 32], &Body::Witness(witness))
    }

    /// Says that the device is on air where `heartbeat` says, in answer to a seed of the chain.
    pub fn heartbeat(&mut self, at_ms: u64, seed: Hash, heartbeat: Heartbeat) -> Option<Envelope> {
        self.answer(at_ms, seed, &Body::Heartbeat(heartbeat))
    }

    /// Says that traffic was carried for a customer who is at hand to sign for it, under an id that
    /// the customer chose.
    pub fn usage(
        &mut self,
        at_ms: u64,
        customer: &CustomerSigner,
        id: [u8; 16],
        traffic: &Traffic,
    ) -> Option<Envelope> {
        let (kind, key) = (Kind::UsageReceipt, self.signer.key());
        let receipt = customer.sign(&self.network, kind, &key, &[0; 32], traffic.receipt(id));
        self.usage_receipt(at_ms, receipt)
    }

    /// Says the same with a receipt that the customer has signed.
    pub fn usage_receipt(&mut self, at_ms: u64, receipt: Receipt) -> Option<Envelope> {
        self.answer(at_ms, [0; 32], &Body::UsageReceipt(UsageReceipt { receipt }))
    }

    fn answer(&mut self, at_ms: u64, challenge: Hash, body: &Body) -> Option<Envelope> {
        let epoch = self.epochs.epoch_of(at_ms)?;
        Some(self.signer.answer(&self.network, epoch, at_ms, challenge, body))
    }
}
