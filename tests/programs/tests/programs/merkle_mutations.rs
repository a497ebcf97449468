//! A hundred thousand proofs that are wrong in every way that we could think of, none of which a
//! claim accepts. Each is sent to the program as it runs on chain.

use cairn_program_tests::{Chain, Network, Pool, operator_leaf};
use cairn_protocol::merkle::{EMPTY, NODE_BYTES, OperatorLeaf, SumTree};
use cairn_sdk::instruction;
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use solana_address::Address;
use solana_signer::Signer;
use std::collections::BTreeMap;

/// How many wrong proofs are sent.
const MUTATIONS: usize = 100_000;
/// Operators in the tree: depth 7, with an incomplete last level.
const OPERATORS: usize = 117;
/// Of these, how many can claim.
const CLAIMANTS: usize = 12;

/// What a claim says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    leaf: OperatorLeaf,
    index: u32,
    proof: Vec<u8>,
}

/// A pool with a tree that is active and one that was.
struct World {
    chain: Chain,
    pool: Pool,
    operators: Vec<(Address, Address)>,
    leaves: Vec<OperatorLeaf>,
    tree: SumTree,
    old_leaves: Vec<OperatorLeaf>,
    old_tree: SumTree,
    other_leaves: Vec<OperatorLeaf>,
    other_tree: SumTree,
}

impl World {
    fn new() -> Self {
        let mut chain = Chain::without_signature_checks();
        let network = Network::create(&mut chain, "n");
        let pool = Pool::create(&mut chain, &network);
        let other_network = Network::create(&mut chain, "other");
        let other = Pool::create(&mut chain, &other_network);
        let wallets: Vec<_> = (0..OPERATORS).map(|_| chain.key().pubkey()).collect();
        let operators = wallets[..CLAIMANTS]
            .iter()
            .map(|wallet| (*wallet, pool.open(&mut chain, wallet)))
            .collect();
        let leaves = |pool: &Pool, epoch: u64| -> Vec<OperatorLeaf> {
            let total = |at: u64| 1_000 * (epoch + 1) + at * (epoch + 3);
            wallets.iter().zip(0..).map(|(it, at)| operator_leaf(pool, it, total(at))).collect()
        };
        let (old_leaves, new_leaves) = (leaves(&pool, 0), leaves(&pool, 1));
        let old_tree = pool.activate(&mut chain, 0, &old_leaves);
        let tree = pool.activate(&mut chain, 1, &new_leaves);
        let other_leaves = leaves(&other, 1);
        let other_tree = other.activate(&mut chain, 1, &other_leaves);
        Self {
            chain,
            pool,
            operators,
            leaves: new_leaves,
            tree,
            old_leaves,
            old_tree,
            other_leaves,
            other_tree,
        }
    }

    fn valid(&self, at: usize) -> Said {
        let index = u32::try_from(at).unwrap();
        Said { leaf: self.leaves[at], index, proof: self.tree.prove(index).unwrap() }
    }

    /// What is said of `at` is changed in one way; the result may be what was said before.
    fn mutate(&self, at: usize, rng: &mut StdRng) -> (&'static str, Said) {
        let mut said = self.valid(at);
        let depth = said.proof.len() / NODE_BYTES;
        let level = rng.random_range(0..depth);
        let step = level * NODE_BYTES..(level + 1) * NODE_BYTES;
        let index = u32::try_from(at).unwrap();
        let kind = rng.random_range(0..18);
        let name = match kind {
            0 => {
                let bit = rng.random_range(0..said.proof.len() * 8);
                said.proof[bit / 8] ^= 1 << (bit % 8);
                "a bit of the proof"
            }
            1 => {
                let bit = rng.random_range(0..256);
                said.leaf.devices_root[bit / 8] ^= 1 << (bit % 8);
                "a bit of the devices' root"
            }
            2 => {
                said.leaf.lifetime_total ^= 1 << rng.random_range(0..64);
                "a bit of the total"
            }
            3 => {
                said.index ^= 1 << rng.random_range(0..32);
                "a bit of the index"
            }
            4 => {
                said.index = rng.next_u32();
                "any index"
            }
            5 => {
                said.proof.truncate(rng.random_range(0..said.proof.len()));
                "a shorter proof"
            }
            6 => {
                said.proof.drain(step);
                said.index = (index >> (level + 1) << level) | (index & ((1 << level) - 1));
                "a level left out"
            }
            7 => {
                let more = rng.random_range(1..=NODE_BYTES * 2);
                said.proof.extend((0..more).map(|_| rng.random::<u8>()));
                "a longer proof"
            }
            8 => {
                said.proof.extend_from_slice(&EMPTY.to_bytes());
                "an empty level on top"
            }
            9 => {
                let other = rng.random_range(0..depth) * NODE_BYTES;
                for byte in 0..NODE_BYTES {
                    said.proof.swap(step.start + byte, other + byte);
                }
                "levels in another order"
            }
            10 => {
                let sum = step.start + 32..step.end;
                let old = u64::from_le_bytes(said.proof[sum.clone()].try_into().unwrap());
                let new = [old.wrapping_add(1), old.wrapping_sub(1), 0, u64::MAX, rng.random()];
                let new = new.choose(rng).unwrap();
                said.proof[sum].copy_from_slice(&new.to_le_bytes());
                "another sum of a sibling"
            }
            11 => {
                // The sum that a sibling gives up goes to the leaf: the root's sum is right.
                let sum = step.start + 32..step.end;
                let old = u64::from_le_bytes(said.proof[sum.clone()].try_into().unwrap());
                let take = rng.random_range(0..=old);
                said.proof[sum].copy_from_slice(&(old - take).to_le_bytes());
                said.leaf.lifetime_total += take;
                "tokens moved from a sibling to the leaf"
            }
            12 => {
                let other = rng.random_range(0..self.leaves.len());
                said.index = u32::try_from(other).unwrap();
                said.proof = self.tree.prove(said.index).unwrap();
                "another operator's proof"
            }
            13 => {
                let other = rng.random_range(0..self.leaves.len());
                said.index = u32::try_from(other).unwrap();
                said.leaf.lifetime_total = self.leaves[other].lifetime_total;
                said.proof = self.tree.prove(said.index).unwrap();
                "another operator's total and proof"
            }
            14 => {
                said.leaf = self.old_leaves[at];
                said.proof = self.old_tree.prove(index).unwrap();
                "the root before"
            }
            15 => {
                said.leaf.lifetime_total = self.other_leaves[at].lifetime_total;
                said.proof = self.other_tree.prove(index).unwrap();
                "another pool's tree"
            }
            16 => {
                // A node's two halves are given as if they were a leaf's fields.
                let node = self.tree.prove(index).unwrap();
                said.leaf.devices_root = node[..32].try_into().unwrap();
                said.leaf.lifetime_total = u64::from_le_bytes(node[32..40].try_into().unwrap());
                said.proof.drain(..NODE_BYTES);
                said.index = index >> 1;
                "a node as a leaf"
            }
            _ => {
                let mut step = said.proof[step.clone()].to_vec();
                rng.fill_bytes(&mut step);
                said.proof[level * NODE_BYTES..(level + 1) * NODE_BYTES].copy_from_slice(&step);
                "any sibling"
            }
        };
        (name, said)
    }

    fn claim(&mut self, at: usize, said: &Said) -> Result<(), String> {
        // The claimant is the operator's, whatever the leaf says.
        let (operator, destination) = self.operators[at];
        let leaf = OperatorLeaf { operator: operator.to_bytes(), ..said.leaf };
        let claim =
            instruction::claim(&self.pool.keys, &leaf, said.index, &said.proof, &[destination]);
        self.chain.try_send(&[claim], &[]).map(|_| ()).map_err(|refused| refused.name)
    }
}

#[test]
fn no_mutated_proof_is_accepted() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(7);
    let mut sent: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut count = 0;
    while count < MUTATIONS {
        let at = rng.random_range(0..CLAIMANTS);
        let (kind, said) = world.mutate(at, &mut rng);
        if said == world.valid(at) {
            continue;
        }
        count += 1;
        let refused = world.claim(at, &said);
        let error = refused.expect_err(&format!("accepted: {kind}: {said:?}"));
        *sent.entry((kind, error)).or_default() += 1;
    }
    for ((kind, error), count) in &sent {
        println!("{count:6} {kind}: {error}");
        // A proof that is right to the bit under the old root is no proof under the new one.
        assert_eq!(error, "rewards::InvalidProof", "{kind}");
    }
    let kinds: std::collections::BTreeSet<_> = sent.keys().map(|(kind, _)| kind).collect();
    assert_eq!(kinds.len(), 18, "every kind was tried");
    // What was mutated is accepted as it is: the refusals were for the mutations alone.
    for at in 0..CLAIMANTS {
        let valid = world.valid(at);
        world.claim(at, &valid).unwrap();
        assert_eq!(world.chain.tokens(&world.operators[at].1), valid.leaf.lifetime_total);
    }
    assert_eq!(world.chain.read::<cairn_sdk::account::Pool>(&world.pool.address).claimed_total, {
        (0..CLAIMANTS).map(|at| world.leaves[at].lifetime_total).sum::<u64>()
    });
}
