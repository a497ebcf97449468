//! What one epoch pays to whom.

use crate::error::EpochError;
use crate::tally::Tally;
use crate::text;
use cairn_protocol::allocation::allocate;
use cairn_protocol::hash::{Hash, sha256};
use cairn_verify::{Address, Registry};
use serde::{Deserialize, Serialize};

/// The terms of one epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Address of the network.
    pub network: Address,
    /// Address of the pool.
    pub pool: Address,
    /// Wallet that earns what rounding leaves over.
    pub treasury: Address,
    /// Hash of the policy that the proofs were judged by.
    pub policy_hash: Hash,
    /// The epoch.
    pub epoch: u64,
    /// When it begins, unix seconds.
    pub starts_at_s: u64,
    /// When it ends, unix seconds.
    pub ends_at_s: u64,
    /// Tokens that the emission table gives it.
    pub budget: u64,
}

/// One device's part of an epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Address of the device's registry account.
    #[serde(with = "text::base58")]
    pub device: Address,
    /// Wallet that earns it.
    #[serde(with = "text::base58")]
    pub operator: Address,
    /// Points of the device.
    pub points: u64,
    /// Tokens for them.
    #[serde(with = "text::amount")]
    pub tokens: u64,
}

/// What one epoch pays, and what that was computed from. Depends on nothing before the epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earnings {
    /// The epoch.
    pub epoch: u64,
    /// When it began, unix seconds.
    pub starts_at_s: u64,
    /// When it ended, unix seconds.
    pub ends_at_s: u64,
    /// Tokens that the emission table gives it.
    #[serde(with = "text::amount")]
    pub budget: u64,
    /// Points of all shares.
    pub points: u64,
    /// Accepted proofs.
    pub proofs_accepted: u64,
    /// Points of keys that no device account is known for; they are not paid.
    pub points_unattributed: u64,
    /// Points of devices that were not active at the epoch's end; they are not paid.
    pub points_inactive: u64,
    /// Points of devices of a class that needs a licence which had no valid one at the epoch's end;
    /// they are not paid.
    pub points_unlicensed: u64,
    /// Points of devices that their operator's bond did not cover at the epoch's end; they are not
    /// paid.
    pub points_unbonded: u64,
    /// Points above what a device of its class can earn in an epoch; they are not paid.
    pub points_above_cap: u64,
    /// One per device with points, ascending by device.
    pub shares: Vec<Share>,
    /// What rounding left over; the treasury's. `budget` = Σ shares + dust when there are points.
    #[serde(with = "text::amount")]
    pub dust: u64,
    /// Wallet that earns the dust.
    #[serde(with = "text::base58")]
    pub treasury: Address,
    /// Hash of the policy.
    #[serde(with = "text::hash")]
    pub policy_hash: Hash,
    /// Commits to (device, operator) of each share.
    #[serde(with = "text::hash")]
    pub registry_hash: Hash,
    /// Commits to the accepted proofs.
    #[serde(with = "text::hash")]
    pub proofs_hash: Hash,
}

impl Earnings {
    /// Divides the budget. An epoch without points pays nothing.
    ///
    /// # Errors
    /// When the points together exceed 64 bits.
    pub fn compute(terms: &Terms, tally: &Tally, registry: &Registry) -> Result<Self, EpochError> {
        let mut shares = Vec::new();
        let (mut points, mut points_unattributed) = (0_u64, 0_u64);
        let (mut points_inactive, mut points_above_cap) = (0_u64, 0_u64);
        let (mut points_unlicensed, mut points_unbonded) = (0_u64, 0_u64);
        let unbonded = registry.unbonded_at(terms.ends_at_s);
        let add = |sum: &mut u64, more: u64| {
            *sum = sum.checked_add(more).ok_or(EpochError::Overflow("points of the epoch"))?;
            Ok::<_, EpochError>(())
        };
        for (key, &earned) in tally.points.iter().filter(|(_, points)| **points > 0) {
            let Some(device) = registry.get(key) else {
                add(&mut points_unattributed, earned)?;
                continue;
            };
            if !device.active_at(terms.ends_at_s) {
                add(&mut points_inactive, earned)?;
                continue;
            }
            if !registry.licensed_at(device, terms.ends_at_s) {
                add(&mut points_unlicensed, earned)?;
                continue;
            }
            if unbonded.contains(&device.address) {
                add(&mut points_unbonded, earned)?;
                continue;
            }
            let counted = earned.min(device.points_cap_at(terms.ends_at_s));
            add(&mut points_above_cap, earned.saturating_sub(counted))?;
            add(&mut points, counted)?;
            shares.push(Share {
                device: device.address,
                operator: device.operator_at(terms.ends_at_s),
                points: counted,
                tokens: 0,
            });
        }
        shares.sort_unstable_by_key(|share| share.device);
        let weights: Vec<u64> = shares.iter().map(|share| share.points).collect();
        let allocation = allocate(terms.budget, &weights);
        for (share, tokens) in shares.iter_mut().zip(allocation.shares) {
            share.tokens = tokens;
        }
        let count = (shares.len() as u64).to_le_bytes();
        let mut earners: Vec<&[u8]> = vec![b"cairn:earners:v1", &count];
        for share in &shares {
            earners.push(&share.device);
            earners.push(&share.operator);
        }
        Ok(Self {
            epoch: terms.epoch,
            starts_at_s: terms.starts_at_s,
            ends_at_s: terms.ends_at_s,
            budget: terms.budget,
            points,
            proofs_accepted: tally.proofs(),
            points_unattributed,
            points_inactive,
            points_unlicensed,
            points_unbonded,
            points_above_cap,
            registry_hash: sha256(&earners),
            proofs_hash: tally.hash(),
            shares,
            dust: allocation.dust,
            treasury: terms.treasury,
            policy_hash: terms.policy_hash,
        })
    }

    /// Commits to every input of the epoch's root: SHA-256 over a domain, network, pool, epoch,
    /// policy hash, the previous root with its sum, treasury, budget, the hash of the earning
    /// devices and the hash of the accepted proofs.
    pub fn manifest_hash(
        &self,
        network: &Address,
        pool: &Address,
        previous_root: &Hash,
        previous_sum: u64,
    ) -> Hash {
        sha256(&[
            b"cairn:manifest:1",
            network,
            pool,
            &self.epoch.to_le_bytes(),
            &self.policy_hash,
            previous_root,
            &previous_sum.to_le_bytes(),
            &self.treasury,
            &self.budget.to_le_bytes(),
            &self.registry_hash,
            &self.proofs_hash,
        ])
    }
}
