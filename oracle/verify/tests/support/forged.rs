//! Replicas that are not what they are passed for.

use super::{Keeper, starts_at_ms};
use cairn_device::storage::Answering;
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::storage::{Opening, SealOpening};
use cairn_protocol::proof::{Body, DeviceKey, Envelope, StorageAnswer, StorageCommitment};
use cairn_protocol::sealing::tree::{TreeBuilder, depth, leaf_hash, path_within};
use cairn_protocol::sealing::{Due, LEAF_BYTES, Leaf, Pass, Seal};

/// What an attacker passes for a replica: leaves of any origin, which it can open as it likes.
pub(crate) struct Forged {
    pub(crate) content: Vec<Leaf>,
    pub(crate) middle: Vec<Leaf>,
    pub(crate) sealed: Vec<Leaf>,
    pub(crate) rounds: u32,
}

impl Forged {
    /// Seals content for a device, but leaves out what `sealed` says not to seal: such a leaf goes
    /// through both passes as it is.
    pub(crate) fn seal(
        device: &DeviceKey,
        number: u32,
        bytes: &[u8],
        rounds: u32,
        sealed: impl Fn(usize) -> bool,
    ) -> Self {
        let content: Vec<Leaf> = bytes
            .chunks(LEAF_BYTES)
            .map(|chunk| {
                let mut leaf = [0; LEAF_BYTES];
                leaf[..chunk.len()].copy_from_slice(chunk);
                leaf
            })
            .collect();
        let count = content.len();
        let seal = Seal::new(device, number, &root(&content), count as u64, rounds);
        let pass = |pass, before: &[Leaf], order: Vec<usize>| {
            let mut after = before.to_vec();
            for index in order.into_iter().filter(|index| sealed(*index)) {
                let parents = seal.parents(pass, index as u64);
                let parents: Vec<Leaf> =
                    parents.iter().flatten().map(|parent| after[*parent as usize]).collect();
                after[index] = seal.apply(pass, index as u64, &parents, &before[index]);
            }
            after
        };
        let middle = pass(Pass::Forward, &content, (0..count).collect());
        let sealed = pass(Pass::Backward, &middle, (0..count).rev().collect());
        Self { content, middle, sealed, rounds }
    }

    /// Keeps nothing of `share` of the leaves: what stands in their place follows from a hash. For
    /// all leaves, the middle is what unsealing makes of that, so that the backward pass is right
    /// everywhere and the forward pass nowhere. For fewer, the forward pass is right everywhere, and
    /// the backward pass everywhere else. Either way one of the two passes shows nothing.
    pub(crate) fn one_pass(device: &DeviceKey, bytes: &[u8], share: usize) -> Self {
        let mut forged = Self::plain(bytes, 1);
        let count = forged.content.len();
        let seal = Seal::new(device, 1, &root(&forged.content), count as u64, 1);
        let made_up = |index: usize| {
            let hash = sha256(&[b"made up", &index.to_le_bytes()]);
            std::array::from_fn(|at| hash[at % 32])
        };
        let parents_of = |pass, index: usize, after: &[Leaf]| -> Vec<Leaf> {
            let parents = seal.parents(pass, index as u64);
            parents.iter().flatten().map(|parent| after[*parent as usize]).collect()
        };
        if share == count {
            forged.sealed = (0..count).map(made_up).collect();
            for index in 0..count {
                let parents = parents_of(Pass::Backward, index, &forged.sealed);
                let leaf = &forged.sealed[index];
                forged.middle[index] = seal.apply(Pass::Backward, index as u64, &parents, leaf);
            }
            return forged;
        }
        for index in 0..count {
            let parents = parents_of(Pass::Forward, index, &forged.middle);
            let leaf = &forged.content[index];
            forged.middle[index] = seal.apply(Pass::Forward, index as u64, &parents, leaf);
        }
        for index in (0..count).rev() {
            let parents = parents_of(Pass::Backward, index, &forged.sealed);
            let leaf = &forged.middle[index];
            forged.sealed[index] = if index * 7 % count < share {
                made_up(index)
            } else {
                seal.apply(Pass::Backward, index as u64, &parents, leaf)
            };
        }
        forged
    }

    /// A replica that was sealed for somebody else, or under another number.
    pub(crate) fn copy_of(device: &DeviceKey, number: u32, bytes: &[u8], rounds: u32) -> Self {
        Self::seal(device, number, bytes, rounds, |_| true)
    }

    /// Content that was never sealed.
    pub(crate) fn plain(bytes: &[u8], rounds: u32) -> Self {
        Self::seal(&DeviceKey::Ed25519([0; 32]), 0, bytes, rounds, |_| false)
    }

    pub(crate) fn content_root(&self) -> Hash {
        root(&self.content)
    }

    pub(crate) fn commit(&self, keeper: &mut Keeper, epoch: u64, number: u32) -> Envelope {
        let commitment = StorageCommitment {
            replica: number,
            content_root: self.content_root(),
            middle_root: root(&self.middle),
            replica_root: root(&self.sealed),
            leaf_count: self.content.len() as u64,
            rounds: self.rounds,
            until_epoch: u64::MAX,
        };
        let at_ms = starts_at_ms(epoch) + 1 + u64::from(number);
        keeper.sign(epoch, at_ms, &Body::StorageCommitment(commitment))
    }

    pub(crate) fn answer(
        &self,
        device: &DeviceKey,
        number: u32,
        due: &Due,
        answering: &Answering,
    ) -> StorageAnswer {
        let count = self.content.len() as u64;
        let asked = due.asked(count, answering.leaves_per_challenge);
        let openings: Vec<Opening> =
            asked.leaves.iter().map(|index| opening(&self.sealed, *index)).collect();
        let index = asked.leaves[asked.seal];
        // The parents that the oracle will look for.
        let seal = Seal::new(device, number, &root(&self.content), count, self.rounds);
        let (before, after) = match asked.pass {
            Pass::Forward => (&self.content, &self.middle),
            Pass::Backward => (&self.middle, &self.sealed),
        };
        let parents = seal.parents(asked.pass, index);
        let shown = SealOpening {
            before: opening(before, index),
            after: (asked.pass == Pass::Forward).then(|| opening(after, index)),
            parents: parents.iter().flatten().map(|parent| opening(after, *parent)).collect(),
        };
        let wanted = due.slot < answering.seals_per_epoch.into();
        StorageAnswer { replica: number, openings, seal: wanted.then(|| Box::new(shown)) }
    }
}

fn root(leaves: &[Leaf]) -> Hash {
    let mut tree = TreeBuilder::new();
    leaves.iter().for_each(|leaf| tree.push(leaf, |_, _, _| ()));
    tree.finish(|_, _, _| ()).unwrap()
}

fn opening(leaves: &[Leaf], index: u64) -> Opening {
    let hashes: Vec<Hash> = leaves.iter().map(leaf_hash).collect();
    let path = path_within(&hashes, index as usize, depth(leaves.len() as u64));
    Opening { index, leaf: leaves[index as usize], path }
}
