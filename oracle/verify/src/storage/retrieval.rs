//! The rules of retrieval receipts, for those that passed the rules of all receipts.

use super::state::{Health, State};
use crate::device::Address;
use crate::input::EpochInput;
use crate::judgment::{Factor, Judgment, ONE};
use cairn_protocol::proof::RetrievalReceipt;
use cairn_protocol::reason::Reason;
use cairn_protocol::sealing::LEAF_BYTES;
use std::collections::BTreeMap;

/// What the devices served in an epoch.
#[derive(Debug)]
pub(super) struct Retrievals<'a> {
    input: &'a EpochInput<'a>,
    links: BTreeMap<Address, Link>,
}

/// What a device's link carried.
#[derive(Debug)]
struct Link {
    since_ms: u64,
    bytes: u128,
}

impl<'a> Retrievals<'a> {
    /// `served` are the receipts' devices and starts, all of the epoch.
    pub(super) fn new(
        input: &'a EpochInput<'a>,
        served: impl Iterator<Item = (Address, u64)>,
    ) -> Self {
        let mut links = BTreeMap::new();
        for (device, started_at_ms) in served {
            let link =
                links.entry(device).or_insert(Link { since_ms: input.starts_at_ms, bytes: 0 });
            link.since_ms = link.since_ms.min(started_at_ms);
        }
        Self { input, links }
    }

    /// Judges a receipt. They must come in order of capture time and id, after the epoch's faults
    /// were booked in `state`.
    pub(super) fn judge(
        &mut self,
        state: &State,
        device: Address,
        body: &RetrievalReceipt,
    ) -> Result<Judgment, Reason> {
        let policy = &self.input.policy.storage;
        let receipt = &body.receipt;
        let mine = || {
            state
                .replicas(&device)
                .map(|(_, replica)| replica)
                .filter(|replica| replica.commitment.content_root == body.content_root)
        };
        if policy.retrieval_needs_replica {
            if mine().next().is_none() {
                return Err(Reason::ContentNotStored);
            }
            if !mine().any(|replica| replica.health == Health::Active) {
                return Err(Reason::ContentNotProven);
            }
        }
        // One root stands for one number of leaves.
        if let Some(replica) = mine().next() {
            let whole =
                u128::from(replica.commitment.leaf_count).saturating_mul(LEAF_BYTES as u128);
            if u128::from(receipt.bytes) > whole.saturating_mul(receipt.packets.into()) {
                return Err(Reason::RetrievalTooLarge);
            }
        }
        if let Some(link) = self.links.get_mut(&device) {
            let time_ms = self.input.ends_at_ms.saturating_sub(link.since_ms);
            let most = u128::from(self.input.policy.usage.max_bytes_per_second)
                .saturating_mul(time_ms.into())
                .div_ceil(1_000);
            let served = link.bytes.saturating_add(receipt.bytes.into());
            if served > most {
                return Err(Reason::RetrievalTooMuch);
            }
            link.bytes = served;
        }
        let inputs = [
            ("bytes", i128::from(receipt.bytes)),
            ("requests", i128::from(receipt.packets)),
            ("credits", i128::from(receipt.credits)),
        ];
        let served = Factor::new("served", ONE, inputs);
        Ok(Judgment::counts(receipt.credits.saturating_mul(ONE), vec![served]))
    }
}
