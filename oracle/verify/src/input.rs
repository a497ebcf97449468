//! Everything that judging an epoch may look at, besides its proofs and the state before it.

use crate::device::{Address, DeviceRecord, Registry};
use crate::policy::Policy;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::{Body, DeviceKey, Kind, Position};
use std::collections::BTreeMap;

const SEED_DOMAIN: &[u8; 16] = b"cairn:seed:v1\0\0\0";

/// A seed of challenges: chain randomness of one window of time.
///
/// Time is divided into windows of equal length from 1970 on. The seed of a window is SHA-256 of
/// `"cairn:seed:v1\0\0\0" ‖ network ‖ window ‖ blockhash` of the first block whose time is not
/// before the window's start, once that block is finalized. So everybody can know it, and nobody
/// before the window begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Seed {
    /// Start of the window, unix milliseconds.
    pub from_ms: u64,
    /// Slot of the block.
    pub slot: u64,
    /// Time of the block, unix seconds.
    pub block_time_s: u64,
    /// Hash of the block.
    pub blockhash: Hash,
    /// The seed.
    pub seed: Hash,
}

impl Seed {
    /// The seed of a window that begins at `from_ms`, of windows of `window_ms`.
    pub fn new(
        network: &Address,
        from_ms: u64,
        window_ms: u64,
        slot: u64,
        block_time_s: u64,
        blockhash: Hash,
    ) -> Self {
        let window = from_ms.checked_div(window_ms).unwrap_or(0);
        let seed = sha256(&[SEED_DOMAIN, network, &window.to_le_bytes(), &blockhash]);
        Self { from_ms, slot, block_time_s, blockhash, seed }
    }

    /// When the seed became known at the earliest, unix milliseconds: the block's time.
    pub const fn known_from_ms(&self) -> u64 {
        self.block_time_s.saturating_mul(1_000)
    }
}

/// The seeds that proofs of an epoch may answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Seeds(BTreeMap<Hash, Seed>);

impl Seeds {
    /// The seeds.
    pub fn new(seeds: impl IntoIterator<Item = Seed>) -> Self {
        Self(seeds.into_iter().map(|seed| (seed.seed, seed)).collect())
    }

    /// The window of a seed that a proof names as its challenge.
    pub fn get(&self, seed: &Hash) -> Option<&Seed> {
        self.0.get(seed)
    }

    /// The newest seed known at a time: of the windows that have begun by then, and whose block was
    /// made by then.
    pub fn known_at(&self, at_ms: u64) -> Option<&Seed> {
        self.iter().filter(|seed| seed.known_from_ms() <= at_ms && seed.from_ms <= at_ms).last()
    }

    /// All of them, by the start of their window.
    pub fn iter(&self) -> impl Iterator<Item = &Seed> {
        let mut seeds: Vec<&Seed> = self.0.values().collect();
        seeds.sort_unstable_by_key(|seed| seed.from_ms);
        seeds.into_iter()
    }

    /// SHA-256 of a domain and the seeds in borsh, in order of their bytes.
    pub fn hash(&self) -> Hash {
        // Writing to memory does not fail.
        let bytes = borsh::to_vec(self).unwrap_or_default();
        sha256(&[b"cairn:seeds:v1\0\0", &bytes])
    }
}

/// A customer's credits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Escrow {
    /// Credits that ever backed the customer's usage and were not withdrawn, as of the epoch's end:
    /// settled ones and those that still are in escrow. What its usage over its life may not exceed.
    pub backing: u64,
}

/// SHA-256 of a domain and the credits in borsh, by wallet, of the customers that have any: an account that
/// was opened after the epoch's end is there for oracles that read the chain later, and has none.
pub fn escrows_hash(escrows: &BTreeMap<Address, Escrow>) -> Hash {
    let backed: BTreeMap<&Address, &Escrow> =
        escrows.iter().filter(|(_, escrow)| escrow.backing > 0).collect();
    // Writing to memory does not fail.
    let bytes = borsh::to_vec(&backed).unwrap_or_default();
    sha256(&[b"cairn:escrows:v1", &bytes])
}

/// What an epoch is judged by.
#[derive(Debug, Clone, Copy)]
pub struct EpochInput<'a> {
    /// Network that proofs are signed for.
    pub network: Address,
    /// The epoch.
    pub epoch: u64,
    /// When it began, unix milliseconds.
    pub starts_at_ms: u64,
    /// When it ended (exclusive), unix milliseconds.
    pub ends_at_ms: u64,
    /// The devices, as the chain had them.
    pub registry: &'a Registry,
    /// The challenges' seeds, from some time before the epoch's start to its end.
    pub seeds: &'a Seeds,
    /// The customers' credits, by wallet.
    pub escrows: &'a BTreeMap<Address, Escrow>,
    /// The policy of the epoch.
    pub policy: &'a Policy,
}

impl EpochInput<'_> {
    /// The epoch's end in unix seconds.
    pub const fn ends_at_s(&self) -> u64 {
        self.ends_at_ms / 1_000
    }
}

/// A proof of a device in the registry, as the rules see it.
#[derive(Debug, Clone)]
pub struct Proof<'a> {
    /// SHA-256 of what was signed.
    pub id: Hash,
    /// Its device.
    pub device: &'a DeviceRecord,
    /// Its kind.
    pub kind: Kind,
    /// Sequence within device and kind.
    pub sequence: u64,
    /// When it was captured, unix milliseconds.
    pub captured_at_ms: u64,
    /// The seed that it answers, zeros where it answers none.
    pub challenge: Hash,
    /// The body, every number in its range.
    pub body: Body,
}

impl Proof<'_> {
    /// The key that signed it.
    pub const fn key(&self) -> &DeviceKey {
        &self.device.key
    }

    /// Where its device was asserted to stand when it was captured.
    pub fn asserted_position(&self) -> Option<Position> {
        let captured_s = i64::try_from(self.captured_at_ms / 1_000).unwrap_or(i64::MAX);
        self.device.position.at(captured_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_without_credits_changes_nothing() {
        let backed = BTreeMap::from([([1; 32], Escrow { backing: 5 })]);
        let mut later = backed.clone();
        later.insert([2; 32], Escrow::default());
        assert_eq!(escrows_hash(&backed), escrows_hash(&later));
        later.insert([2; 32], Escrow { backing: 1 });
        assert_ne!(escrows_hash(&backed), escrows_hash(&later));
    }
}
