//! One walk through all instructions, which prints what each costs.

use cairn_program_tests::{Chain, Network, Pool, operator_leaf, tree_of};
use cairn_protocol::{merkle::Node, proposal::ProposalContent};
use cairn_sdk::{
    account::Device,
    address,
    instruction::{self, PoolKeys},
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// Sends one instruction at a time and notes what each cost.
struct Meter {
    chain: Chain,
    rows: Vec<(&'static str, u64, usize)>,
}

impl Meter {
    fn send(&mut self, name: &'static str, instructions: &[Instruction], signers: &[&Keypair]) {
        let sent = self.chain.send(instructions, signers);
        let units = *sent.compute_units.last().expect("the last instruction ran a program");
        self.rows.push((name, units, sent.bytes));
    }
}

/// One more epoch, whose root has a million leaves, as far as the proof tells.
fn claim_at_depth_20(meter: &mut Meter, pool: &Pool, operator: &Address) {
    let leaf = operator_leaf(pool, operator, 2 * Pool::PER_EPOCH);
    let (mut root, mut proof) = (leaf.node(), Vec::new());
    for level in 0..20 {
        let sibling = Node { hash: [level; 32], sum: 0 };
        proof.extend_from_slice(&sibling.to_bytes());
        root = Node::parent(&sibling, &root).unwrap();
    }
    let content = ProposalContent {
        root: root.hash,
        root_sum: root.sum,
        leaf_count: 1 << 20,
        manifest_hash: [0; 32],
        penalties_root: [0; 32],
        penalties_sum: 0,
        usage_root: [0; 32],
        usage_sum: 0,
    };
    pool.finalize(&mut meter.chain, 1, &content);
    let destination = address::associated_token(operator, &pool.mint.0, &address::TOKEN_PROGRAM);
    let claim = instruction::claim(&pool.keys, &leaf, (1 << 20) - 1, &proof, &[destination]);
    meter.send("claim (depth 20)", &[claim], &[]);
    assert_eq!(meter.chain.tokens(&destination), 2 * Pool::PER_EPOCH);
}

#[test]
fn a_network_runs_from_its_creation_to_a_paid_claim_and_a_withdrawn_bond() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "first light");
    let founder = network.authority.insecure_clone();
    let authority = founder.pubkey();
    let mut meter = Meter { chain, rows: Vec::new() };
    let mut onboard = network.onboarding(&mut meter.chain);
    onboard.sign();
    meter.send("onboard_device", &instruction::onboard_device(&onboard.form), &[&onboard.payer]);

    let operator = meter.chain.wallet();
    meter.send(
        "set_operator",
        &[instruction::set_operator(
            &onboard.owner.pubkey(),
            &network.address,
            &onboard.address(),
            &operator.pubkey(),
        )],
        &[&onboard.owner],
    );
    assert_eq!(meter.chain.read::<Device>(&onboard.address()).operator, operator.pubkey());

    let mint = meter.chain.mint();
    let spec = Pool::spec(authority);
    meter.send(
        "create_pool",
        &[instruction::create_pool(&authority, &network.address, &mint.0, &spec)],
        &[&founder],
    );
    let pool = address::pool(&network.address, &mint.0);
    let oracles = [meter.chain.wallet(), meter.chain.wallet(), meter.chain.wallet()];
    let keys: Vec<_> = oracles.iter().map(Signer::pubkey).collect();
    meter.send(
        "create_oracle_set",
        &[instruction::create_oracle_set(&authority, &network.address, &pool, 2, &keys)],
        &[&founder],
    );
    let vault = address::vault(&pool);
    meter.chain.mint_to(&mint, &vault, 10 * Pool::PER_EPOCH);
    let pool = Pool {
        address: pool,
        keys: PoolKeys::new(&network.address, &mint.0, &address::TOKEN_PROGRAM, false),
        mint,
        vault,
        authority: founder,
        oracles: oracles.into(),
        spec,
    };

    let leaf = operator_leaf(&pool, &operator.pubkey(), Pool::PER_EPOCH);
    let content = Pool::content(&tree_of(&[leaf]));
    let proposal = pool.proposal(0, &content);
    meter.chain.warp_to(Pool::epoch_end(0));
    meter.send(
        "propose",
        &[instruction::propose(&keys[0], &pool.keys, 0, &content, None)],
        &[&pool.oracles[0]],
    );
    meter.send(
        "attest",
        &[instruction::attest(&keys[1], &pool.address, &proposal)],
        &[&pool.oracles[1]],
    );
    meter.chain.warp_to(Pool::epoch_end(0) + 60);
    meter.send("finalize", &[instruction::finalize(&pool.keys, &proposal)], &[]);
    let destination = meter.chain.token_account(&operator.pubkey(), &pool.mint.0);
    meter.send(
        "open_claimant",
        &[instruction::open_claimant(&operator.pubkey(), &pool.keys, &operator.pubkey())],
        &[&operator],
    );
    meter.send(
        "claim (depth 0)",
        &[instruction::claim(&pool.keys, &leaf, 0, &[], &[destination])],
        &[],
    );
    assert_eq!(meter.chain.tokens(&destination), Pool::PER_EPOCH);

    claim_at_depth_20(&mut meter, &pool, &operator.pubkey());

    println!("{:<20} {:>13} {:>18}", "instruction", "compute units", "transaction bytes");
    for (name, units, bytes) in &meter.rows {
        println!("{name:<20} {units:>13} {bytes:>18}");
    }
}
