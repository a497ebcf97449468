//! A network with devices and customers, for the tests of receipts and of what all devices share.

use cairn_device::DeviceSigner;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{
    Body, DeviceKey, Envelope, Kind, Receipt, RetrievalReceipt, UsageReceipt,
};
use cairn_verify::{
    Address, Category, DeviceRecord, EpochInput, Escrow, Outcome, Policy, Registry, Seeds, State,
    judge,
};
use ed25519_dalek::{Signer, SigningKey};
use std::collections::BTreeMap;

pub const NETWORK: Address = [9; 32];
pub const EPOCH_MS: u64 = 3_600_000;
/// The service of a receipt lasts so long, unless a test says otherwise.
pub const SERVICE_MS: u64 = 60_000;

/// When an epoch begins, unix milliseconds.
pub fn starts_at_ms(epoch: u64) -> u64 {
    1_700_000_000_000 + epoch * EPOCH_MS
}

/// Devices 0 to 9, class 0 wireless and class 1 storage by halves.
pub struct World {
    pub devices: Vec<DeviceSigner>,
    pub registry: Registry,
    pub seeds: Seeds,
    pub escrows: BTreeMap<Address, Escrow>,
    pub policy: Policy,
    pub state: State,
}

pub fn address(device: usize) -> Address {
    [100 + u8::try_from(device).unwrap(); 32]
}

pub fn customer(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number + 1; 32])
}

pub fn wallet(number: u8) -> Address {
    customer(number).verifying_key().to_bytes()
}

pub fn record(device: usize, key: DeviceKey) -> DeviceRecord {
    let (class, category) =
        if device < 5 { (0, Category::Wireless) } else { (1, Category::Storage) };
    DeviceRecord::new(address(device), key, class, category, [1; 32])
}

impl World {
    pub fn new() -> Self {
        let devices: Vec<DeviceSigner> =
            (0..10).map(|n| DeviceSigner::derive(&[7; 32], &format!("device {n}"))).collect();
        let mut policy = Policy::default();
        // Replicas have their own tests.
        policy.storage.retrieval_needs_replica = false;
        let records = devices.iter().enumerate().map(|(at, signer)| record(at, signer.key()));
        Self {
            registry: Registry::new(records),
            devices,
            seeds: Seeds::default(),
            escrows: BTreeMap::new(),
            policy,
            state: State::default(),
        }
    }

    /// Sets the credits that back a customer.
    pub fn escrow(&mut self, number: u8, credits: u64) {
        self.escrows.insert(wallet(number), Escrow { backing: credits });
    }

    pub fn key(&self, device: usize) -> DeviceKey {
        self.devices[device].key()
    }

    /// The proof of a device around a receipt.
    pub fn prove(&mut self, device: usize, epoch: u64, at_ms: u64, receipt: Receipt) -> Envelope {
        let body = if device < 5 {
            Body::UsageReceipt(UsageReceipt { receipt })
        } else {
            Body::RetrievalReceipt(RetrievalReceipt { content_root: CONTENT, receipt })
        };
        self.devices[device].sign(&NETWORK, epoch, at_ms, &body)
    }

    /// Judges an epoch.
    pub fn judge(&mut self, epoch: u64, envelopes: &[Envelope]) -> Outcome {
        let input = EpochInput {
            network: NETWORK,
            epoch,
            starts_at_ms: starts_at_ms(epoch),
            ends_at_ms: starts_at_ms(epoch + 1),
            registry: &self.registry,
            seeds: &self.seeds,
            escrows: &self.escrows,
            policy: &self.policy,
        };
        judge(&input, &mut self.state, envelopes.iter().cloned())
    }
}

/// What retrieval receipts of the tests are about.
pub const CONTENT: Hash = [0xCC; 32];

/// A receipt for a service that ended at `ended_at_ms`, signed by its customer.
pub fn receipt(
    number: u8,
    id: u64,
    credits: u64,
    device: usize,
    key: &DeviceKey,
    ended_at_ms: u64,
) -> Receipt {
    let mut long = [0; 16];
    long[..8].copy_from_slice(&id.to_le_bytes());
    let receipt = Receipt {
        id: long,
        customer: wallet(number),
        credits,
        bytes: 1_000_000,
        packets: 1_000,
        started_at_ms: ended_at_ms - SERVICE_MS,
        ended_at_ms,
        signature: [0; 64],
    };
    signed(number, receipt, device, key)
}

/// The receipt with the customer's signature as it is now.
pub fn signed(number: u8, mut receipt: Receipt, device: usize, key: &DeviceKey) -> Receipt {
    let (kind, content) =
        if device < 5 { (Kind::UsageReceipt, [0; 32]) } else { (Kind::RetrievalReceipt, CONTENT) };
    let message = receipt.signed_message(&NETWORK, kind, key, &content);
    receipt.signature = customer(number).sign(&message).to_bytes();
    receipt
}
