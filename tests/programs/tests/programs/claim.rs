use cairn_program_tests::{Chain, NOW, Network, Pool, Swap, operator_leaf, tree_of};
use cairn_protocol::{
    emission::Step,
    hash::sha256,
    merkle::{NODE_BYTES, Node, OperatorLeaf},
    proposal::ProposalContent,
};
use cairn_sdk::{
    account::{self, Claimant},
    address::{self, TOKEN_PROGRAM},
    event::{Event, RewardsEvent},
    instruction::{self, PoolSpec},
    rewards::types::Claimed,
};
use proptest::prelude::*;
use serde::Deserialize;
use solana_account::Account;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

/// Where the accounts keep what no instruction changes so.
const CLAIMANT_CLAIMED_AT: usize = 8 + 4 * 32;
const POOL_ROOT_AT: usize = 8 + 7 * 32;
const POOL_ROOT_SUM_AT: usize = 8 + 8 * 32;
const POOL_CLAIMED_AT: usize = POOL_ROOT_SUM_AT + 2 * 8;

/// A pool whose active root holds operators with these lifetime totals, and the operators.
struct Bench {
    chain: Chain,
    pool: Pool,
    leaves: Vec<OperatorLeaf>,
}

impl Bench {
    fn new(totals: &[u64]) -> Self {
        let mut chain = Chain::new();
        let network = Network::create(&mut chain, "n");
        let pool = Pool::create(&mut chain, &network);
        let leaves: Vec<_> = totals
            .iter()
            .map(|total| operator_leaf(&pool, &chain.key().pubkey(), *total))
            .collect();
        pool.activate(&mut chain, 0, &leaves);
        Self { chain, pool, leaves }
    }

    fn operator(&self, index: usize) -> Address {
        Address::new_from_array(self.leaves[index].operator)
    }

    /// Opens the claimant of an operator and returns its token account.
    fn open(&mut self, index: usize) -> Address {
        let operator = self.operator(index);
        self.pool.open(&mut self.chain, &operator)
    }

    fn proof(&self, index: usize) -> Vec<u8> {
        tree_of(&self.leaves).prove(u32::try_from(index).unwrap()).unwrap()
    }

    /// The claim of an operator, as it should be.
    fn claim(&self, index: usize) -> Instruction {
        let destination =
            address::associated_token(&self.operator(index), &self.pool.mint.0, &TOKEN_PROGRAM);
        let proof = self.proof(index);
        let at = u32::try_from(index).unwrap();
        instruction::claim(&self.pool.keys, &self.leaves[index], at, &proof, &[destination])
    }

    /// The claim of an operator with another leaf, index and proof.
    fn claim_with(&self, leaf: &OperatorLeaf, index: u32, proof: &[u8]) -> Instruction {
        let operator = Address::new_from_array(leaf.operator);
        let destination = address::associated_token(&operator, &self.pool.mint.0, &TOKEN_PROGRAM);
        instruction::claim(&self.pool.keys, leaf, index, proof, &[destination])
    }

    fn pool_account(&self) -> account::Pool {
        self.chain.read(&self.pool.address)
    }
}

fn claimed(pool: &Pool, operator: Address, amount: u64, claimed_total: u64) -> [Event; 1] {
    let event = Claimed { pool: pool.address, operator, amount, claimed_total };
    [Event::Rewards(RewardsEvent::Claimed(event))]
}

#[test]
fn an_operator_is_paid_what_its_leaf_says() {
    let mut bench = Bench::new(&[100, 20_000, 3]);
    let destination = bench.open(1);
    let operator = bench.operator(1);
    let claimant = address::claimant(&bench.pool.address, &operator);
    let (pool, account) = (bench.pool_account(), bench.chain.read::<Claimant>(&claimant));
    let (vault, lamports) =
        (bench.chain.tokens(&bench.pool.vault), bench.chain.lamports(&operator));
    let claim = bench.claim(1);
    let sent = bench.chain.send(&[claim], &[]);

    assert_eq!(bench.chain.tokens(&destination), 20_000);
    assert_eq!(bench.chain.tokens(&bench.pool.vault), vault - 20_000);
    assert_eq!(bench.chain.lamports(&operator), lamports);
    let pool = account::Pool { claimed_total: 20_000, ..pool };
    assert_eq!(bench.pool_account(), pool);
    let account = Claimant { claimed_total: 20_000, ..account };
    assert_eq!(bench.chain.read::<Claimant>(&claimant), account);
    assert_eq!(sent.events, claimed(&bench.pool, operator, 20_000, 20_000));
}

#[test]
fn a_second_claim_pays_nothing_until_a_new_root_and_then_the_difference() {
    let mut bench = Bench::new(&[100, 20_000]);
    let destination = bench.open(1);
    let first = bench.claim(1);
    bench.chain.send(std::slice::from_ref(&first), &[]);
    bench.chain.refuse("rewards::NothingToClaim", std::slice::from_ref(&first), &[]);

    bench.leaves[1].lifetime_total = 20_017;
    let leaves = bench.leaves.clone();
    bench.pool.activate(&mut bench.chain, 5, &leaves);
    // The old leaf is in the old root only.
    bench.chain.refuse("rewards::InvalidProof", &[first], &[]);
    let second = bench.claim(1);
    let sent = bench.chain.send(&[second], &[]);
    assert_eq!(sent.events, claimed(&bench.pool, bench.operator(1), 17, 20_017));
    assert_eq!(bench.chain.tokens(&destination), 20_017);
    assert_eq!(bench.pool_account().claimed_total, 20_017);
    let again = bench.claim(1);
    bench.chain.refuse("rewards::NothingToClaim", &[again], &[]);
}

#[test]
fn a_claim_after_many_epochs_pays_them_all_at_once() {
    let mut bench = Bench::new(&[1, 2]);
    for epoch in 1..4u64 {
        bench.leaves[0].lifetime_total += 1_000 * epoch;
        let leaves = bench.leaves.clone();
        bench.pool.activate(&mut bench.chain, epoch * 3, &leaves);
    }
    let destination = bench.open(0);
    let claim = bench.claim(0);
    bench.chain.send(&[claim], &[]);
    assert_eq!(bench.chain.tokens(&destination), 6_001);
}

#[test]
fn an_operator_with_a_total_of_zero_or_less_than_paid_has_nothing_to_claim() {
    let mut bench = Bench::new(&[0, 50]);
    bench.open(0);
    bench.open(1);
    let (zero, fifty) = (bench.claim(0), bench.claim(1));
    bench.chain.refuse("rewards::NothingToClaim", &[zero], &[]);
    // Totals never fall, so no sequence of honest roots leads here.
    let claimant = address::claimant(&bench.pool.address, &bench.operator(1));
    bench.chain.poke(&claimant, CLAIMANT_CLAIMED_AT, &51u64.to_le_bytes());
    assert_eq!(bench.chain.read::<Claimant>(&claimant).claimed_total, 51);
    bench.chain.refuse("rewards::NothingToClaim", &[fifty], &[]);
}

#[test]
fn before_the_first_root_there_is_nothing_to_prove() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let pool = Pool::create(&mut chain, &network);
    let operator = chain.key().pubkey();
    let destination = pool.open(&mut chain, &operator);
    let leaf = operator_leaf(&pool, &operator, 1);
    let claim = instruction::claim(&pool.keys, &leaf, 0, &[], &[destination]);
    chain.refuse("rewards::NoRoot", &[claim], &[]);
}

/// A root over a tree too large to build: the siblings are made up, as they are to an operator
/// that sees its own branch only.
fn deep_root(leaf: &OperatorLeaf, index: u32, depth: u32) -> (Node, Vec<u8>) {
    let (mut node, mut proof) = (leaf.node(), Vec::new());
    for level in 0..depth {
        let sibling = Node { hash: sha256(&[&level.to_le_bytes()]), sum: u64::from(level) * 7 };
        proof.extend_from_slice(&sibling.to_bytes());
        node = if index >> level & 1 == 0 {
            Node::parent(&node, &sibling).unwrap()
        } else {
            Node::parent(&sibling, &node).unwrap()
        };
    }
    (node, proof)
}

fn content_of(root: Node) -> ProposalContent {
    ProposalContent {
        root: root.hash,
        root_sum: root.sum,
        leaf_count: 1,
        manifest_hash: [0; 32],
        penalties_root: [0; 32],
        penalties_sum: 0,
        usage_root: [0; 32],
        usage_sum: 0,
    }
}

#[test]
fn a_claim_works_at_every_depth_and_fits_a_transaction_at_20() {
    for (depth, index) in [(0, 0), (1, 0), (1, 1), (5, 0b10110), (20, 0xabcde), (20, 0xfffff)] {
        let mut chain = Chain::new();
        let network = Network::create(&mut chain, "n");
        let pool = Pool::create(&mut chain, &network);
        let operator = chain.key().pubkey();
        let leaf = operator_leaf(&pool, &operator, 12_345);
        let (root, proof) = deep_root(&leaf, index, depth);
        pool.finalize(&mut chain, 0, &content_of(root));
        let destination = pool.open(&mut chain, &operator);
        let sent = chain
            .send(&[instruction::claim(&pool.keys, &leaf, index, &proof, &[destination])], &[]);
        assert_eq!(chain.tokens(&destination), 12_345);
        assert!(sent.bytes <= 1_232, "{} bytes at depth {depth}", sent.bytes);
        println!(
            "claim at depth {depth:>2}: {:>5} compute units, {:>5} bytes",
            sent.compute_units[0], sent.bytes
        );
        // One step less or more, and an index of the same leaf in a deeper tree.
        for wrong in [
            proof[..proof.len().saturating_sub(NODE_BYTES)].to_vec(),
            [&proof[..], &[0; NODE_BYTES]].concat(),
        ] {
            if wrong == proof {
                continue;
            }
            let claim = instruction::claim(&pool.keys, &leaf, index, &wrong, &[destination]);
            chain.refuse("rewards::InvalidProof", &[claim], &[]);
        }
        let beyond =
            instruction::claim(&pool.keys, &leaf, index | 1 << depth, &proof, &[destination]);
        chain.refuse("rewards::InvalidProof", &[beyond], &[]);
    }
}

#[test]
fn a_wrong_leaf_index_or_proof_is_refused() {
    let mut bench = Bench::new(&[100, 20_000, 3, 7, 9]);
    for index in 0..5 {
        bench.open(index);
    }
    let (leaf, proof) = (bench.leaves[1], bench.proof(1));
    let flipped = |at: usize| {
        let mut wrong = proof.clone();
        wrong[at] ^= 1;
        wrong
    };
    let cases = [
        ("a total of one more", OperatorLeaf { lifetime_total: 20_001, ..leaf }, 1, proof.clone()),
        ("a total of one less", OperatorLeaf { lifetime_total: 19_999, ..leaf }, 1, proof.clone()),
        ("another devices root", OperatorLeaf { devices_root: [0; 32], ..leaf }, 1, proof.clone()),
        (
            "the neighbour's operator",
            OperatorLeaf { operator: bench.leaves[0].operator, ..leaf },
            1,
            proof.clone(),
        ),
        ("the neighbour's index", leaf, 0, proof.clone()),
        ("an index beyond the depth", leaf, 1 + 8, proof.clone()),
        ("the highest index", leaf, u32::MAX, proof.clone()),
        ("the neighbour's proof", leaf, 1, bench.proof(0)),
        ("no proof", leaf, 1, vec![]),
        ("a proof short of a byte", leaf, 1, proof[..proof.len() - 1].to_vec()),
        ("a proof with a byte more", leaf, 1, [&proof[..], &[0]].concat()),
        ("a bit of a hash", leaf, 1, flipped(0)),
        ("a bit of a sum", leaf, 1, flipped(32)),
        ("a bit of the last sum", leaf, 1, flipped(119)),
    ];
    for (what, leaf, index, proof) in cases {
        let claim = bench.claim_with(&leaf, index, &proof);
        let refused = bench.chain.try_send(&[claim], &[]);
        assert_eq!(refused.unwrap_err().name, "rewards::InvalidProof", "{what}");
    }
    // An inner node is not a leaf, nor a leaf an inner node: 33 levels do not help.
    let deep = vec![0; 33 * NODE_BYTES];
    let claim = bench.claim_with(&leaf, 1, &deep);
    assert_eq!(bench.chain.try_send(&[claim], &[]).unwrap_err().name, "rewards::InvalidProof");
    let claim = bench.claim(1);
    bench.chain.send(&[claim], &[]);
}

/// A sibling with a huge sum must not wrap the total around to the root's.
#[test]
fn sums_that_would_wrap_are_refused() {
    let mut bench = Bench::new(&[100, 20_000]);
    bench.open(1);
    let huge = Node { hash: bench.leaves[0].node().hash, sum: u64::MAX - 19_899 };
    assert_eq!(huge.sum.wrapping_add(20_000), 100);
    let claim = bench.claim_with(&bench.leaves[1], 1, &huge.to_bytes());
    bench.chain.refuse("rewards::InvalidProof", &[claim], &[]);
}

#[test]
fn a_leaf_of_another_pool_is_refused() {
    let mut bench = Bench::new(&[100, 20_000]);
    bench.open(1);
    let other_network = Network::create(&mut bench.chain, "other");
    let other = Pool::create(&mut bench.chain, &other_network);
    // The other pool adopts the very same root; its own leaf would name the other pool.
    bench.pool.spec.genesis_at = NOW;
    let content = Pool::content(&tree_of(&bench.leaves));
    other.finalize(&mut bench.chain, 0, &content);
    let operator = bench.operator(1);
    let destination = other.open(&mut bench.chain, &operator);
    let proof = bench.proof(1);
    let there = OperatorLeaf { pool: other.address.to_bytes(), ..bench.leaves[1] };
    let claim = instruction::claim(&other.keys, &there, 1, &proof, &[destination]);
    bench.chain.refuse("rewards::InvalidProof", &[claim], &[]);
}

#[test]
fn other_accounts_are_refused() {
    let mut bench = Bench::new(&[100, 20_000]);
    let neighbours = bench.open(0);
    bench.open(1);
    let other_network = Network::create(&mut bench.chain, "other");
    let other = Pool::create(&mut bench.chain, &other_network);
    let operator = bench.operator(1);
    other.open(&mut bench.chain, &operator);
    let pool = bench.pool.address;
    let claimant = address::claimant(&pool, &operator);
    let chain = &mut bench.chain;
    let forged = [pool, claimant].map(|address| chain.forge(&address, &address::STAKING));
    let kinds = [pool, claimant].map(|address| chain.other_kind(&address));
    let thief = chain.key().pubkey();
    let thiefs = chain.token_account(&thief, &bench.pool.mint.0);
    let claim = bench.claim(1);
    let cases = [
        ("forged pool", claim.swap(0, &forged[0]), "IllegalOwner"),
        ("no pool", claim.swap(0, &kinds[0]), "InvalidAccountData"),
        ("another pool", claim.swap(0, &other.address), "WrongPool"),
        ("read-only pool", claim.readonly(0), "Custom(2000)"),
        ("forged claimant", claim.swap(1, &forged[1]), "IllegalOwner"),
        ("no claimant", claim.swap(1, &kinds[1]), "InvalidAccountData"),
        (
            "another pool's claimant",
            claim.swap(1, &address::claimant(&other.address, &operator)),
            "WrongPool",
        ),
        (
            "the neighbour's claimant",
            claim.swap(1, &address::claimant(&pool, &bench.operator(0))).swap(3, &neighbours),
            "InvalidProof",
        ),
        ("read-only claimant", claim.readonly(1), "Custom(2000)"),
        ("another pool's vault", claim.swap(2, &other.vault), "WrongPool"),
        ("another vault", claim.swap(2, &thiefs), "WrongPool"),
        ("another destination", claim.swap(3, &thiefs), "InvalidDestination"),
        ("the neighbour's destination", claim.swap(3, &neighbours), "InvalidDestination"),
        ("the vault as destination", claim.swap(3, &bench.pool.vault), "Custom(2040)"),
        ("Token-2022", claim.swap(4, &address::TOKEN_2022_PROGRAM), "InvalidMint"),
        ("something else than the mint", claim.swap(5, &thiefs), "InvalidMint"),
        ("a program that pays nothing", claim.swap(4, &address::REGISTRY), "InvalidMint"),
    ];
    for (what, claim, name) in cases {
        let refused = bench.chain.try_send(&[claim], &[]);
        assert_eq!(refused.unwrap_err().name, format!("rewards::{name}"), "{what}");
    }
    // The mint may be given although it is not needed.
    bench.chain.send(&[claim.swap(5, &bench.pool.mint.0)], &[]);
}

#[test]
fn a_claim_without_a_token_account_or_claimant_is_refused_and_nothing_is_noted() {
    let mut bench = Bench::new(&[100, 20_000]);
    let claim = bench.claim(0);
    bench.chain.refuse("rewards::AccountDataTooSmall", std::slice::from_ref(&claim), &[]);
    let payer = bench.chain.wallet();
    let operator = bench.operator(0);
    let pool = &bench.pool;
    let open = instruction::open_claimant(&payer.pubkey(), &pool.keys, &operator);
    bench.chain.send(&[open], &[&payer]);
    bench.chain.refuse("token::InvalidAccountData", std::slice::from_ref(&claim), &[]);
    assert_eq!(bench.pool_account().claimed_total, 0);
    let destination = bench.chain.token_account(&operator, &bench.pool.mint.0);
    bench.chain.send(&[claim], &[]);
    assert_eq!(bench.chain.tokens(&destination), 100);
}

/// An associated token account keeps its address when its owner gives it to another wallet. The
/// claimant names the address, so that is where claims go: only the operator itself can have
/// given it away.
#[test]
fn a_claim_goes_to_the_destinations_address_whoever_owns_it_now() {
    let mut bench = Bench::new(&[100]);
    let destination = bench.open(0);
    let account = bench.chain.raw(&destination);
    let mut data = account.data.clone();
    data[32..64].copy_from_slice(&[9; 32]);
    bench.chain.svm.set_account(destination, Account { data, ..account }).unwrap();
    let claim = bench.claim(0);
    bench.chain.send(&[claim], &[]);
    assert_eq!(bench.chain.tokens(&destination), 100);
}

#[test]
fn a_pool_never_pays_more_than_its_roots_sum() {
    // As if oracles had moved an operator's earnings to another after it was paid: 60 + 60 > 100.
    let mut bench = Bench::new(&[60, 40]);
    bench.open(0);
    bench.open(1);
    let first = bench.claim(0);
    bench.chain.send(&[first], &[]);
    bench.leaves[0].lifetime_total = 40;
    bench.leaves[1].lifetime_total = 60;
    let leaves = bench.leaves.clone();
    bench.pool.activate(&mut bench.chain, 1, &leaves);
    let second = bench.claim(1);
    let vault = bench.chain.tokens(&bench.pool.vault);
    bench.chain.refuse("rewards::InvalidProof", &[second], &[]);
    assert_eq!(bench.chain.tokens(&bench.pool.vault), vault);
    // A counter at its end.
    bench.chain.poke(&bench.pool.address, POOL_CLAIMED_AT, &u64::MAX.to_le_bytes());
    assert_eq!(bench.pool_account().claimed_total, u64::MAX);
    let second = bench.claim(1);
    bench.chain.refuse("rewards::Overflow", &[second], &[]);
}

#[test]
fn an_empty_vault_refuses_in_the_token_program() {
    let mut bench = Bench::new(&[60, 40]);
    bench.open(0);
    bench.chain.poke(&bench.pool.vault, 64, &59u64.to_le_bytes());
    let claim = bench.claim(0);
    bench.chain.refuse("token::Custom(1)", &[claim], &[]);
}

#[derive(Deserialize)]
struct LeafVector {
    pool: String,
    operator: String,
    lifetime_total: String,
    devices_root: String,
}

#[derive(Deserialize)]
struct NodeVector {
    hash: String,
    sum: String,
}

#[derive(Deserialize)]
struct TreeVector {
    leaves: Vec<LeafVector>,
    root: NodeVector,
    proofs: Vec<String>,
}

#[derive(Deserialize)]
struct MerkleVectors {
    trees: Vec<TreeVector>,
}

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).unwrap().try_into().unwrap()
}

/// The trees of `protocol/vectors/merkle.json`, made by an independent implementation. Their pool
/// is not an address that seeds lead to, so the accounts of a real pool and its claimants are
/// moved there, and the vault is signed for by no one: the proof is what is tested. It is right
/// when the program goes on to the transfer, which the token program then refuses.
#[test]
fn the_known_answers_prove_and_their_neighbours_do_not() {
    let path = format!("{}/../../protocol/vectors/merkle.json", env!("CARGO_MANIFEST_DIR"));
    let vectors: MerkleVectors =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(vectors.trees.len(), 6);
    let mut bench = Bench::new(&[1]);
    let destination = bench.open(0);
    let real_pool = bench.chain.raw(&bench.pool.address);
    let claimant = address::claimant(&bench.pool.address, &bench.operator(0));
    let real_claimant = bench.chain.raw(&claimant);
    let mut claims = 0;
    for tree in &vectors.trees {
        let pool = Address::new_from_array(bytes(&tree.leaves[0].pool));
        let mut data = real_pool.data.clone();
        data[POOL_ROOT_AT..POOL_ROOT_AT + 32].copy_from_slice(&bytes::<32>(&tree.root.hash));
        data[POOL_ROOT_SUM_AT..POOL_ROOT_SUM_AT + 8]
            .copy_from_slice(&tree.root.sum.parse::<u64>().unwrap().to_le_bytes());
        bench.chain.svm.set_account(pool, Account { data, ..real_pool.clone() }).unwrap();
        for (index, (vector, proof)) in (0..).zip(tree.leaves.iter().zip(&tree.proofs)) {
            let leaf = OperatorLeaf {
                pool: bytes(&vector.pool),
                operator: bytes(&vector.operator),
                lifetime_total: vector.lifetime_total.parse().unwrap(),
                devices_root: bytes(&vector.devices_root),
            };
            let mut data = real_claimant.data.clone();
            data[8..40].copy_from_slice(pool.as_ref());
            data[40..72].copy_from_slice(&leaf.operator);
            let claimant = bench.chain.key().pubkey();
            let account = Account { data, ..real_claimant.clone() };
            bench.chain.svm.set_account(claimant, account).unwrap();
            let proof = hex::decode(proof).unwrap();
            let send = |chain: &mut Chain, index| {
                let claim =
                    instruction::claim(&bench.pool.keys, &leaf, index, &proof, &[destination])
                        .swap(0, &pool)
                        .swap(1, &claimant)
                        .swap(2, &bench.pool.vault);
                chain.try_send(&[claim], &[]).unwrap_err().name
            };
            let name = send(&mut bench.chain, index);
            if leaf.lifetime_total == 0 {
                assert_eq!(name, "rewards::NothingToClaim");
            } else {
                assert_eq!(name, "rewards::PrivilegeEscalation", "leaf {index}");
            }
            assert_eq!(send(&mut bench.chain, index ^ 1), "rewards::InvalidProof");
            claims += 1;
        }
    }
    assert_eq!(claims, 1 + 2 + 3 + 5 + 8 + 13);
}

/// A pool whose emission and vault take any root sum up to 2^40.
fn wide_pool(chain: &mut Chain) -> Pool {
    let network = Network::create(chain, "n");
    let spec = PoolSpec {
        steps: vec![Step::constant(0, 1 << 40)],
        ..Pool::spec(network.authority.pubkey())
    };
    let pool = Pool::create_with(chain, &network, spec);
    chain.mint_to(&pool.mint, &pool.vault, 1 << 41);
    pool
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() })]

    /// Any two roots in a row, claimed in any order, some after the first root and all after the
    /// second: together they pay the second root's sum, each operator its total.
    #[test]
    fn all_claims_together_pay_the_roots_sum(
        rows in prop::collection::vec((1u64..1 << 30, 0u64..1 << 30, any::<bool>()), 1..9),
        order in any::<u64>(),
    ) {
        let mut chain = Chain::new();
        let pool = wide_pool(&mut chain);
        let funded = chain.tokens(&pool.vault);
        let operators: Vec<_> = rows.iter().map(|_| chain.key().pubkey()).collect();
        let destinations: Vec<_> =
            operators.iter().map(|operator| pool.open(&mut chain, operator)).collect();
        let mut leaves: Vec<_> = operators
            .iter()
            .zip(&rows)
            .map(|(operator, row)| operator_leaf(&pool, operator, row.0))
            .collect();
        let claim = |tree: &cairn_protocol::merkle::SumTree, leaves: &[OperatorLeaf], at: usize| {
            let index = u32::try_from(at).unwrap();
            instruction::claim(
                &pool.keys,
                &leaves[at],
                index,
                &tree.prove(index).unwrap(),
                &destinations[at..=at],
            )
        };
        let first = pool.activate(&mut chain, 0, &leaves);
        for at in (0..rows.len()).filter(|at| rows[*at].2) {
            chain.send(&[claim(&first, &leaves, at)], &[]);
        }
        for (leaf, row) in leaves.iter_mut().zip(&rows) {
            leaf.lifetime_total += row.1;
        }
        let second = pool.activate(&mut chain, 1, &leaves);
        let mut indices: Vec<_> = (0..rows.len()).collect();
        indices.sort_by_key(|at| sha256(&[&order.to_le_bytes(), &at.to_le_bytes()]));
        for at in indices {
            let result = chain.try_send(&[claim(&second, &leaves, at)], &[]);
            // Nothing is left only for who earned nothing since its first claim.
            let nothing_new = rows[at].2 && rows[at].1 == 0;
            let name = result.err().map(|refused| refused.name);
            let expected = nothing_new.then(|| "rewards::NothingToClaim".to_owned());
            prop_assert_eq!(name, expected);
            prop_assert_eq!(chain.tokens(&destinations[at]), leaves[at].lifetime_total);
        }
        let sum: u64 = leaves.iter().map(|leaf| leaf.lifetime_total).sum();
        prop_assert_eq!(second.root().sum, sum);
        prop_assert_eq!(funded - chain.tokens(&pool.vault), sum);
        prop_assert_eq!(chain.read::<account::Pool>(&pool.address).claimed_total, sum);
    }

    /// No change of a byte of the proof, the index, the total or the devices root goes through.
    #[test]
    fn a_mutated_proof_never_pays(
        totals in prop::collection::vec(1u64..1 << 30, 2..20),
        pick in any::<prop::sample::Index>(),
        mutations in prop::collection::vec((any::<prop::sample::Index>(), 1u8..), 24),
    ) {
        let mut chain = Chain::new();
        let pool = wide_pool(&mut chain);
        let leaves: Vec<_> = totals
            .iter()
            .map(|total| operator_leaf(&pool, &chain.key().pubkey(), *total))
            .collect();
        let tree = pool.activate(&mut chain, 0, &leaves);
        let at = pick.index(leaves.len());
        let index = u32::try_from(at).unwrap();
        let operator = Address::new_from_array(leaves[at].operator);
        let destination = pool.open(&mut chain, &operator);
        let genuine =
            instruction::claim(
                &pool.keys,
                &leaves[at],
                index,
                &tree.prove(index).unwrap(),
                &[destination],
            );
        for (place, xor) in mutations {
            // Everything after the 8 bytes that choose the instruction: total, devices root,
            // index, length of the proof, proof.
            let mut mutated = genuine.clone();
            let place = 8 + place.index(mutated.data.len() - 8);
            mutated.data[place] ^= xor;
            let name = chain.try_send(&[mutated], &[]).map(|_| ()).map_err(|refused| refused.name);
            let length = 8 + 8 + 32 + 4..8 + 8 + 32 + 4 + 4;
            let expected = if length.contains(&place) {
                ["rewards::InvalidProof", "rewards::InvalidInstructionData"].as_slice()
            } else {
                ["rewards::InvalidProof"].as_slice()
            };
            prop_assert!(
                name.as_ref().is_err_and(|name| expected.contains(&name.as_str())),
                "byte {place} xor {xor:#x}: {name:?}"
            );
        }
        prop_assert_eq!(chain.tokens(&destination), 0);
        chain.send(&[genuine], &[]);
        prop_assert_eq!(chain.tokens(&destination), leaves[at].lifetime_total);
    }
}

/// Limits, payees and both token programs, on pools with everything on.
mod full {
    use cairn_program_tests::{Chain, Swap, cases::rewards as cases, operator_leaf};
    use cairn_protocol::merkle::{Node, OperatorLeaf};
    use cairn_sdk::{
        account::{self, Claimant, PayeeShare},
        address, instruction,
    };
    use cases::World;
    use solana_address::Address;
    use solana_instruction::Instruction;
    use solana_keypair::Keypair;
    use solana_signer::Signer;

    /// A world whose root pays `totals`, with every claimant open.
    fn paying(mut world: World, totals: &[u64]) -> (World, Vec<OperatorLeaf>, Vec<Instruction>) {
        let leaves: Vec<_> = totals
            .iter()
            .map(|total| {
                let operator = world.chain.key().pubkey();
                world.pool.open(&mut world.chain, &operator);
                operator_leaf(&world.pool, &operator, *total)
            })
            .collect();
        let (tree, _) = world.activate(0, &leaves);
        let claims = (0u32..)
            .zip(&leaves)
            .map(|(at, leaf)| {
                instruction::claim(&world.pool.keys, leaf, at, &tree.prove(at).unwrap(), &[])
            })
            .collect();
        (world, leaves, claims)
    }

    fn paid(world: &World, leaf: &OperatorLeaf) -> u64 {
        let operator = Address::new_from_array(leaf.operator);
        let claimant = address::claimant(&world.pool.address, &operator);
        let claimed = world.chain.read::<Claimant>(&claimant).claimed_total;
        assert_eq!(world.chain.tokens(&world.pool.keys.token_account(&operator)), claimed);
        claimed
    }

    /// 400,000 a day for all, 300,000 an hour for one.
    #[test]
    fn what_exceeds_a_limit_is_paid_later() {
        let (mut world, leaves, claims) = paying(World::new(), &[350_000, 200_000]);
        let claim = |world: &mut World, at: usize| {
            world
                .chain
                .try_send(std::slice::from_ref(&claims[at]), &[])
                .map(|_| ())
                .map_err(|r| r.name)
        };
        let refused = |name: &str| Err(format!("rewards::{name}"));
        let start = world.now();
        assert_eq!(claim(&mut world, 0), Ok(()));
        assert_eq!(paid(&world, &leaves[0]), 300_000);
        assert_eq!(claim(&mut world, 0), refused("OperatorCapReached"));
        assert_eq!(claim(&mut world, 1), Ok(()));
        assert_eq!(paid(&world, &leaves[1]), 100_000);
        assert_eq!(claim(&mut world, 1), refused("BreakerOpen"));
        // Half an hour later 391,667 still count for all (rounded up), 150,000 for the first.
        world.chain.warp_to(start + 1_800);
        assert_eq!(claim(&mut world, 0), Ok(()));
        assert_eq!(paid(&world, &leaves[0]), 308_333);
        let pool: account::Pool = world.chain.read(&world.pool.address);
        assert_eq!((pool.window_outflow, pool.window_at), (400_000, start + 1_800));
        // A day later everything is forgotten, and what is left is paid.
        world.chain.warp_to(start + 1_800 + 86_400);
        assert_eq!(claim(&mut world, 0), Ok(()));
        assert_eq!(claim(&mut world, 1), Ok(()));
        assert_eq!((paid(&world, &leaves[0]), paid(&world, &leaves[1])), (350_000, 200_000));
        assert_eq!(claim(&mut world, 0), refused("NothingToClaim"));
        let pool: account::Pool = world.chain.read(&world.pool.address);
        assert_eq!(pool.claimed_total, pool.root_sum);
    }

    /// A part of the vault's balance is rounded up: the last tokens get out too.
    #[test]
    fn a_part_of_the_balance_limits_too() {
        let (mut world, leaves, claims) = paying(World::new(), &[9]);
        world.chain.poke(&world.pool.vault, 64, &9u64.to_le_bytes());
        let mut now = world.now();
        for expected in [3, 5, 6, 7, 8, 9] {
            world.chain.send(std::slice::from_ref(&claims[0]), &[]);
            assert_eq!(paid(&world, &leaves[0]), expected);
            now += 86_400;
            world.chain.warp_to(now);
        }
        assert_eq!(world.chain.tokens(&world.pool.vault), 0);
    }

    #[test]
    fn claims_go_on_while_the_network_is_paused() {
        let (mut world, leaves, claims) = paying(World::new(), &[100]);
        world.pause(true);
        world.chain.send(std::slice::from_ref(&claims[0]), &[]);
        assert_eq!(paid(&world, &leaves[0]), 100);
    }

    /// The claimant's payees, each with a part, and their token accounts.
    fn share(world: &mut World, operator: &Keypair, parts: &[u16]) -> Vec<Address> {
        let payees: Vec<_> = parts
            .iter()
            .map(|bps| PayeeShare { wallet: world.chain.key().pubkey(), bps: *bps })
            .collect();
        let set = instruction::set_payees(&operator.pubkey(), &world.pool.address, &payees);
        world.chain.send(&[set], &[operator]);
        payees.iter().map(|payee| world.pool.account_of(&mut world.chain, &payee.wallet)).collect()
    }

    /// A leaf at depth 20 with its proof, finalized.
    fn deep(world: &mut World, operator: &Address, total: u64) -> (OperatorLeaf, Vec<u8>) {
        let leaf = operator_leaf(&world.pool, operator, total);
        let (mut root, mut proof) = (leaf.node(), Vec::new());
        for level in 0..20 {
            let sibling = Node { hash: [level; 32], sum: u64::from(level) };
            proof.extend_from_slice(&sibling.to_bytes());
            root = Node::parent(&sibling, &root).unwrap();
        }
        let mut content = World::content(root.sum);
        content.root = root.hash;
        world.finalize(0, &content);
        (leaf, proof)
    }

    const INDEX: u32 = (1 << 20) - 1;

    #[test]
    fn payees_share_to_the_last_unit_at_depth_20() {
        let mut world = World::new();
        let operator = world.chain.wallet().pubkey();
        world.pool.open(&mut world.chain, &operator);
        let (leaf, proof) = deep(&mut world, &operator, 100_003);
        let claim = instruction::claim(&world.pool.keys, &leaf, INDEX, &proof, &[]);
        let sent = world.chain.send(&[claim], &[]);
        println!("claim with limits at depth 20: {} compute units", sent.compute_units[0]);

        let parts: [&[u16]; 4] = [&[10_000], &[3_333, 6_667], &[3_333, 3_333, 3_334], &[1_250; 8]];
        let mut units = Vec::new();
        for parts in parts {
            let mut world = World::new();
            let operator = world.chain.wallet();
            world.pool.open(&mut world.chain, &operator.pubkey());
            let destinations = share(&mut world, &operator, parts);
            let (leaf, proof) = deep(&mut world, &operator.pubkey(), 100_003);
            let keys = world.pool.keys;
            let claim = instruction::claim(&keys, &leaf, INDEX, &proof, &destinations);
            let sent = world.chain.send(&[claim], &[]);
            let got: Vec<_> = destinations.iter().map(|key| world.chain.tokens(key)).collect();
            assert_eq!(got.iter().sum::<u64>(), 100_003);
            for (tokens, bps) in got.iter().zip(parts).skip(1) {
                assert_eq!(*tokens, 100_003 * u64::from(*bps) / 10_000);
            }
            println!(
                "claim with limits at depth 20, {} payees: {} compute units, {} bytes",
                parts.len(),
                sent.compute_units[0],
                sent.bytes
            );
            if parts.len() <= 2 {
                assert!(sent.bytes <= 1_232, "{} payees: {} bytes", parts.len(), sent.bytes);
            }
            units.push((parts.len() as u64, sent.compute_units[0]));
        }
        let (first, last) = (units[0], units[3]);
        assert!((last.1 - first.1) / (last.0 - first.0) <= 1_300, "{units:?}");
    }

    /// From the third payee on a claim at depth 20 needs a lookup table.
    #[test]
    fn three_payees_fit_with_a_lookup_table() {
        let mut world = World::new();
        let operator = world.chain.wallet();
        world.pool.open(&mut world.chain, &operator.pubkey());
        let destinations = share(&mut world, &operator, &[1_250; 8]);
        let (leaf, proof) = deep(&mut world, &operator.pubkey(), 100_003);
        let keys = world.pool.keys;
        let claim = instruction::claim(&keys, &leaf, INDEX, &proof, &destinations);
        let bytes = world.chain.send_with_table(&[claim]);
        assert!(bytes <= 1_232, "{bytes} bytes");
        println!("claim at depth 20 with 8 payees and a lookup table: {bytes} bytes");
        let got: u64 = destinations.iter().map(|key| world.chain.tokens(key)).sum();
        assert_eq!(got, 100_003);
    }

    #[test]
    fn the_destinations_are_the_payees_in_their_order() {
        let mut world = World::new();
        let operator = world.chain.wallet();
        let own = world.pool.open(&mut world.chain, &operator.pubkey());
        let destinations = share(&mut world, &operator, &[5_000, 5_000]);
        let leaf = operator_leaf(&world.pool, &operator.pubkey(), 1_000);
        world.activate(0, &[leaf]);
        let keys = world.pool.keys;
        let [first, second] = [destinations[0], destinations[1]];
        let claim = |to: &[Address]| instruction::claim(&keys, &leaf, 0, &[], to);
        for (to, name) in [
            (vec![second, first], "InvalidDestination"),
            (vec![first, own], "InvalidDestination"),
            (vec![own, second], "InvalidDestination"),
            (vec![first], "MissingAccount"),
            (vec![first, second, own], "StrayAccounts"),
        ] {
            world.chain.refuse(&format!("rewards::{name}"), &[claim(&to)], &[]);
        }
        let readonly = {
            let mut claim = claim(&destinations);
            claim.accounts[6].is_writable = false;
            claim
        };
        assert!(world.chain.try_send(&[readonly], &[]).is_err());
        world.chain.send(&[claim(&destinations)], &[]);
        assert_eq!(destinations.map_tokens(&world.chain), [500, 500]);
        // The operator alone again.
        let set = instruction::set_payees(&operator.pubkey(), &keys.pool, &[] as &[PayeeShare]);
        world.chain.send(&[set], &[&operator]);
        let more = OperatorLeaf { lifetime_total: 1_500, ..leaf };
        world.activate(1, &[more]);
        world.chain.send(&[instruction::claim(&keys, &more, 0, &[], &[])], &[]);
        assert_eq!(world.chain.tokens(&own), 500);
    }

    trait MapTokens {
        fn map_tokens(&self, chain: &Chain) -> Vec<u64>;
    }

    impl MapTokens for Vec<Address> {
        fn map_tokens(&self, chain: &Chain) -> Vec<u64> {
            self.iter().map(|key| chain.tokens(key)).collect()
        }
    }

    /// What leaves the vault is what is booked; the fee is the mint's.
    #[test]
    fn a_fee_of_token_2022_is_taken_on_the_way() {
        let mut case = cases::claim_of_payees();
        let vault = case.tested().accounts[2].pubkey;
        let accounts: Vec<_> = [3, 6, 7].map(|at: usize| case.tested().accounts[at].pubkey).into();
        let held = case.chain.tokens(&vault);
        case.send();
        assert_eq!(case.chain.tokens(&vault), held - 100_003);
        // Half of 100,003 rounded down is 50,001, 50,003 with what is left over, of which 1 % is
        // held back, rounded up.
        assert_eq!(accounts.map_tokens(&case.chain), [50_003 - 501, 30_000 - 300, 20_000 - 200]);
        let tested = case.tested().clone();
        let without = tested.swap(5, &address::REWARDS);
        assert_eq!(case.try_send(without).unwrap_err().name, "rewards::NothingToClaim");
    }

    #[test]
    fn token_2022_wants_the_mint() {
        let mut case = cases::claim_of_payees();
        let tested = case.tested().clone();
        let without = tested.swap(5, &address::REWARDS);
        assert_eq!(case.try_send(without).unwrap_err().name, "rewards::MissingAccount");
        let other = case.chain.mint().0;
        let another = tested.swap(5, &other);
        assert_eq!(case.try_send(another).unwrap_err().name, "rewards::InvalidMint");
    }
}
