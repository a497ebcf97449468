//! The rules of commitments.

use super::state::{Device, Replica};
use crate::policy::StoragePolicy;
use cairn_protocol::proof::{DeviceKey, StorageCommitment};
use cairn_protocol::reason::Reason;
use cairn_protocol::sealing::Seal;

/// Takes a device's commitment, captured in `epoch`, among its replicas.
pub(super) fn commit(
    policy: &StoragePolicy,
    epoch: u64,
    key: &DeviceKey,
    device: &mut Device,
    commitment: &StorageCommitment,
) -> Result<(), Reason> {
    if device.replicas.contains_key(&commitment.replica) {
        return Err(Reason::ReplicaTaken);
    }
    if commitment.until_epoch <= epoch {
        return Err(Reason::TermOver);
    }
    if !(policy.min_rounds..=policy.max_rounds).contains(&commitment.rounds) {
        return Err(Reason::RoundsOutOfRange);
    }
    if u128::from(Seal::of(key, commitment).work()) < policy.least_work() {
        return Err(Reason::SealTooQuick);
    }
    let count = |replicas: usize| u32::try_from(replicas).unwrap_or(u32::MAX);
    if count(device.replicas.len()) >= policy.max_replicas {
        return Err(Reason::ReplicaLimit);
    }
    let same = |replica: &&Replica| replica.commitment.content_root == commitment.content_root;
    if count(device.replicas.values().filter(same).count()) >= policy.replicas_per_content {
        return Err(Reason::ContentLimit);
    }
    let replica = Replica::new(commitment.clone(), epoch.saturating_add(1));
    device.replicas.insert(commitment.replica, replica);
    Ok(())
}
