//! What the storage rules carry from epoch to epoch.

use crate::device::Address;
use crate::judgment::ONE;
use crate::policy::StoragePolicy;
use crate::reputation::Reputation;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::proof::{DeviceKey, StorageCommitment};
use std::collections::BTreeMap;

/// What the storage rules carry from epoch to epoch.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct State {
    pub(super) devices: BTreeMap<Address, Device>,
}

impl State {
    /// The replicas of a device by number.
    pub fn replicas(&self, device: &Address) -> impl Iterator<Item = (u32, &Replica)> {
        let device = self.devices.get(device);
        device
            .into_iter()
            .flat_map(|device| device.replicas.iter())
            .map(|(n, replica)| (*n, replica))
    }

    /// The reputation of a device that the storage rules know.
    pub fn reputation(&self, device: &Address) -> Option<&Reputation> {
        self.devices.get(device).map(|device| &device.reputation)
    }
}

/// What is known of a device.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct Device {
    /// The registry may not have the device any more when its replicas fall due.
    pub(super) key: DeviceKey,
    pub(super) replicas: BTreeMap<u32, Replica>,
    pub(super) reputation: Reputation,
}

/// How a replica stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Health {
    /// It has not answered in as many epochs in a row as it must to be believed.
    Unproven,
    /// It answered whenever it was asked, of late.
    Active,
    /// It did not, and has not recovered.
    Faulty,
}

/// A replica that a device committed to.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Replica {
    /// What the device committed to.
    pub commitment: StorageCommitment,
    /// The first epoch in which it is challenged.
    pub first_epoch: u64,
    /// How it stands.
    pub health: Health,
    /// Epochs with a fault since it last answered all.
    pub faults_in_row: u32,
    /// Epochs in which it answered since its last fault.
    pub answered_in_row: u32,
}

/// What became of a replica's challenges in an epoch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Score {
    /// Challenges.
    pub(super) due: u64,
    /// Of which were answered right.
    pub(super) right: u64,
    /// One showed that the replica was not sealed as committed.
    pub(super) unsealed: bool,
}

impl Score {
    /// Whether every challenge was answered right.
    pub(super) const fn answered(&self) -> bool {
        self.right == self.due
    }

    /// The share that was not, in millionths, rounded down; zero without challenges.
    pub(super) fn missed_ppm(&self) -> u64 {
        let missed = self.due.saturating_sub(self.right);
        missed.saturating_mul(ONE).checked_div(self.due).unwrap_or(0)
    }
}

/// What an epoch's end makes of a replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays.
    Stays {
        /// Whether what it answered in the epoch is paid.
        paid: bool,
    },
    /// It ends.
    Ends,
}

impl Replica {
    pub(super) const fn new(commitment: StorageCommitment, first_epoch: u64) -> Self {
        Self {
            commitment,
            first_epoch,
            health: Health::Unproven,
            faults_in_row: 0,
            answered_in_row: 0,
        }
    }

    /// Moves on by an epoch.
    pub(super) fn close(&mut self, policy: &StoragePolicy, score: &Score) -> Fate {
        if score.unsealed {
            return Fate::Ends;
        }
        let was = self.health;
        if score.due == 0 {
            return Fate::Stays { paid: false };
        }
        if !score.answered() {
            // An unproven replica stays one where recovering would be a short cut.
            if was == Health::Active || policy.proving_epochs <= policy.recovery_epochs {
                self.health = Health::Faulty;
            }
            self.answered_in_row = 0;
            self.faults_in_row = self.faults_in_row.saturating_add(1);
            return if self.faults_in_row >= policy.faults_to_terminate {
                Fate::Ends
            } else {
                Fate::Stays { paid: false }
            };
        }
        self.faults_in_row = 0;
        self.answered_in_row = self.answered_in_row.saturating_add(1);
        let unpaid_epochs = match was {
            Health::Active => 0,
            Health::Unproven => policy.proving_epochs,
            Health::Faulty => policy.recovery_epochs,
        };
        if self.answered_in_row >= unpaid_epochs {
            self.health = Health::Active;
        }
        // Where none is unpaid, the first that it answers is paid.
        Fate::Stays { paid: unpaid_epochs == 0 }
    }
}
