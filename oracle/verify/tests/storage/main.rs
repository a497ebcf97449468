//! Every rule of the storage kinds and every parameter, through the public surface, with real keys,
//! seals and signatures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "../support/storage.rs"]
mod support;

mod answers;
mod commitments;
mod life;
mod properties;
mod reputation;
mod retrieval;

use cairn_device::storage::countersign;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{Body, Envelope, Kind, Receipt, RetrievalReceipt, StorageCommitment};
use cairn_protocol::reason::Reason;
use cairn_protocol::sealing::Pass;
use cairn_verify::policy::StoragePolicy;
use cairn_verify::storage::Health;
use cairn_verify::{DeviceRecord, EpochClock, Gate, ONE, Outcome, Policies, Registry, State};
use proptest::prelude::*;
use support::*;

fn world() -> World {
    World::new(policy())
}

fn world_with(change: impl FnOnce(&mut StoragePolicy)) -> World {
    let mut policy = policy();
    change(&mut policy.storage);
    World::new(policy)
}

fn health(world: &World, keeper: &Keeper) -> Vec<Health> {
    world.state.storage.replicas(&keeper.address()).map(|(_, replica)| replica.health).collect()
}

/// A receipt of [`receipt`], countersigned by the device.
fn served(
    keeper: &mut Keeper,
    epoch: u64,
    id: u8,
    content_root: Hash,
    change: impl FnOnce(&mut Receipt),
) -> Envelope {
    let receipt = receipt(&keeper.key(), &content_root, epoch, id, change);
    let at_ms = starts_at_ms(epoch) + 11_000 + u64::from(id);
    let bytes = receipt.bytes;
    countersign(&mut keeper.signer, &NETWORK, epoch, at_ms, &content_root, bytes, receipt).unwrap()
}
