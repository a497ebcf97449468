use cairn_program_tests::{Chain, Network, Pool, Swap, bump};
use cairn_protocol::{emission::Step, proposal::ProposalContent};
use cairn_sdk::{
    account::Proposal,
    address,
    event::{Event, RewardsEvent},
    instruction::{self, PoolKeys, PoolSpec},
    rewards::{
        accounts::PROPOSAL_DISCRIMINATOR,
        instructions::{Propose, ProposeInstructionArgs},
        types::Proposed,
    },
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

const BYTES: usize = 8 + 368;

fn content(root_sum: u64) -> ProposalContent {
    ProposalContent {
        root: [0xaa; 32],
        root_sum,
        leaf_count: 9,
        manifest_hash: [0xbb; 32],
        penalties_root: [0xcc; 32],
        penalties_sum: 7,
        usage_root: [0; 32],
        usage_sum: 0,
    }
}

/// A funded pool, one second before epoch 0 ends.
fn before_epoch_end() -> (Chain, Pool) {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let pool = Pool::create(&mut chain, &network);
    chain.warp_to(Pool::epoch_end(0) - 1);
    (chain, pool)
}

fn after_epoch_end() -> (Chain, Pool) {
    let (mut chain, pool) = before_epoch_end();
    chain.warp_to(Pool::epoch_end(0));
    (chain, pool)
}

fn propose(pool: &Pool, epoch: u64, content: &ProposalContent) -> Instruction {
    instruction::propose(&pool.oracles[0].pubkey(), &pool.keys, epoch, content, None)
}

#[test]
fn an_oracle_proposes_an_epoch_that_has_ended() {
    let (mut chain, pool) = after_epoch_end();
    let (key, content) = (&pool.oracles[2], content(1_000_000));
    let oracle = key.pubkey();
    let before = chain.lamports(&oracle);
    let sent = chain.send(&[instruction::propose(&oracle, &pool.keys, 0, &content, None)], &[key]);

    let proposal = pool.proposal(0, &content);
    let seeds: &[&[u8]] = &[b"proposal", pool.address.as_ref(), &[0; 8], &content.hash()];
    assert_eq!(
        chain.read::<Proposal>(&proposal),
        Proposal {
            discriminator: PROPOSAL_DISCRIMINATOR,
            pool: pool.address,
            proposer: oracle,
            root: [0xaa; 32],
            manifest_hash: [0xbb; 32],
            penalties_root: [0xcc; 32],
            usage_root: [0; 32],
            epoch: 0,
            root_sum: 1_000_000,
            penalties_sum: 7,
            usage_sum: 0,
            bond: 0,
            proposed_at: Pool::epoch_end(0),
            quorum_at: 0,
            finalizable_at: 0,
            finalized_at: 0,
            leaf_count: 9,
            attestations: 0b100,
            rejections: 0,
            generation: 0,
            status: 0,
            challenge: 0,
            has_challenge: 0,
            version: 1,
            bump: bump(seeds, &address::REWARDS),
            reserved: [0; 83],
        }
    );
    assert_eq!(chain.raw(&proposal).data.len(), BYTES);
    assert_eq!(chain.lamports(&proposal), chain.rent(BYTES));
    assert_eq!(chain.lamports(&oracle), before - chain.rent(BYTES));
    let event = Proposed {
        pool: pool.address,
        proposal,
        epoch: 0,
        oracle,
        root: [0xaa; 32],
        root_sum: 1_000_000,
        bond: 0,
    };
    assert_eq!(sent.events, [Event::Rewards(RewardsEvent::Proposed(event))]);
}

#[test]
fn a_lone_oracles_proposal_has_its_quorum_at_once() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let (mint, oracle) = (chain.mint(), chain.wallet());
    let spec = Pool::spec(oracle.pubkey());
    let authority = network.authority.pubkey();
    let pool = address::pool(&network.address, &mint.0);
    let keys = PoolKeys::new(&network.address, &mint.0, &address::TOKEN_PROGRAM, false);
    chain.send(
        &[
            instruction::create_pool(&authority, &network.address, &mint.0, &spec),
            instruction::create_oracle_set(
                &authority,
                &network.address,
                &pool,
                1,
                &[oracle.pubkey()],
            ),
        ],
        &[&network.authority],
    );
    chain.mint_to(&mint, &address::vault(&pool), 10);
    chain.warp_to(Pool::epoch_end(0) + 5);
    let content = content(10);
    chain.send(&[instruction::propose(&oracle.pubkey(), &keys, 0, &content, None)], &[&oracle]);
    let proposal = address::proposal(&pool, 0, &content.hash());
    assert_eq!(chain.read::<Proposal>(&proposal).quorum_at, Pool::epoch_end(0) + 5);
}

#[test]
fn only_an_oracle_of_the_pool_proposes() {
    let (mut chain, pool) = after_epoch_end();
    let other_network = Network::create(&mut chain, "other");
    let other = Pool::create(&mut chain, &other_network);
    let propose = propose(&pool, 0, &content(1));
    chain.refuse("rewards::MissingRequiredSignature", &[propose.unsigned(0)], &[]);
    for key in [&pool.authority, &other.oracles[0]] {
        chain.refuse("rewards::NotOracle", &[propose.swap(0, &key.pubkey())], &[key]);
    }
}

#[test]
fn an_epoch_is_proposed_when_it_has_ended_by_the_chains_clock() {
    let (mut chain, pool) = before_epoch_end();
    let (now, next) = (propose(&pool, 0, &content(1)), propose(&pool, 1, &content(1)));
    chain.refuse("rewards::EpochNotEnded", std::slice::from_ref(&now), &[&pool.oracles[0]]);
    chain.warp_to(Pool::epoch_end(0));
    chain.send(&[now], &[&pool.oracles[0]]);
    chain.refuse("rewards::EpochNotEnded", &[next], &[&pool.oracles[0]]);
    for epoch in [u64::MAX, u64::MAX - 1, u64::MAX / 3_600] {
        let never = propose(&pool, epoch, &content(1));
        chain.refuse("rewards::Overflow", &[never], &[&pool.oracles[0]]);
    }
}

#[test]
fn the_content_hash_commits_to_every_field() {
    let (mut chain, pool) = after_epoch_end();
    let said = content(1_000);
    let oracle = pool.oracles[0].pubkey();
    let with = |content: ProposalContent, content_hash: [u8; 32]| {
        Propose {
            oracle,
            pool: pool.address,
            oracle_set: address::oracle_set(&pool.address),
            vault: pool.vault,
            proposal: address::proposal(&pool.address, 0, &content_hash),
            system_program: Address::default(),
            network: pool.keys.network,
            bond_source: None,
            bond_vault: None,
            mint: None,
            token_program: None,
        }
        .instruction(ProposeInstructionArgs {
            epoch: 0,
            content_hash,
            root: content.root,
            root_sum: content.root_sum,
            leaf_count: content.leaf_count,
            manifest_hash: content.manifest_hash,
            penalties_root: content.penalties_root,
            penalties_sum: content.penalties_sum,
            usage_root: content.usage_root,
            usage_sum: content.usage_sum,
        })
    };
    let hash = said.hash();
    for other in [
        ProposalContent { root: [0xab; 32], ..said },
        ProposalContent { root_sum: 1_001, ..said },
        ProposalContent { leaf_count: 10, ..said },
        ProposalContent { manifest_hash: [0; 32], ..said },
        ProposalContent { penalties_root: [0; 32], ..said },
        ProposalContent { penalties_sum: 8, ..said },
        ProposalContent { usage_root: [1; 32], ..said },
        ProposalContent { usage_sum: 1, ..said },
    ] {
        chain.refuse("rewards::ContentMismatch", &[with(other, hash)], &[&pool.oracles[0]]);
    }
    chain.send(&[with(said, hash)], &[&pool.oracles[0]]);
}

#[test]
fn a_root_has_leaves_and_a_sum() {
    let (mut chain, pool) = after_epoch_end();
    for empty in [content(0), ProposalContent { leaf_count: 0, ..content(1) }] {
        let propose = propose(&pool, 0, &empty);
        chain.refuse("rewards::EmptyRoot", &[propose], &[&pool.oracles[0]]);
    }
}

#[test]
fn a_root_stays_within_the_emission_to_date() {
    let (mut chain, pool) = after_epoch_end();
    let key = &pool.oracles[0];
    let over = propose(&pool, 0, &content(1_000_001));
    chain.refuse("rewards::SumAboveEmission", &[over], &[key]);
    // Epochs 0 to 9 emit 1,000,000 each, 10 and 11 half of that; skipped epochs count.
    chain.warp_to(Pool::epoch_end(11));
    let over = propose(&pool, 11, &content(11_000_001));
    chain.refuse("rewards::SumAboveEmission", &[over], &[key]);
    chain.send(&[propose(&pool, 11, &content(11_000_000))], &[key]);
    // What a later epoch may emit does not count for an earlier one.
    let over = propose(&pool, 10, &content(10_500_001));
    chain.refuse("rewards::SumAboveEmission", &[over], &[key]);
    chain.send(&[propose(&pool, 10, &content(10_500_000))], &[key]);
}

#[test]
fn an_emission_beyond_64_bits_bounds_nothing_and_stops_nothing() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let steps = vec![Step::constant(0, u64::MAX)];
    let spec = PoolSpec { steps, ..Pool::spec(network.authority.pubkey()) };
    let pool = Pool::create_with(&mut chain, &network, spec);
    chain.mint_to(&pool.mint, &pool.vault, 100);
    chain.warp_to(Pool::epoch_end(1));
    chain.send(&[propose(&pool, 1, &content(100))], &[&pool.oracles[0]]);
}

#[test]
fn a_root_stays_within_what_the_vault_was_funded_with() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let spec = Pool::spec(network.authority.pubkey());
    let pool = Pool::create_with(&mut chain, &network, spec);
    chain.warp_to(Pool::epoch_end(0));
    let propose = |sum| propose(&pool, 0, &content(sum));
    let key = &pool.oracles[0];
    chain.refuse("rewards::SumAboveFunding", &[propose(1)], &[key]);
    chain.mint_to(&pool.mint, &pool.vault, 700);
    chain.refuse("rewards::SumAboveFunding", &[propose(701)], &[key]);
    chain.send(&[propose(700)], &[key]);
}

#[test]
fn after_a_finalized_epoch_only_later_ones_with_no_smaller_sum_are_proposed() {
    let (mut chain, pool) = after_epoch_end();
    pool.finalize(&mut chain, 3, &content(500));
    chain.warp_to(Pool::epoch_end(4));
    let key = &pool.oracles[0];
    for epoch in [0, 2, 3] {
        let late = propose(&pool, epoch, &content(600));
        chain.refuse("rewards::EpochFinalized", &[late], &[key]);
    }
    let fallen = propose(&pool, 4, &content(499));
    chain.refuse("rewards::SumBelowActive", &[fallen], &[key]);
    chain.send(&[propose(&pool, 4, &content(500))], &[key]);
}

#[test]
fn the_same_content_is_proposed_once_but_another_one_may_stand_beside_it() {
    let (mut chain, pool) = after_epoch_end();
    let first = pool.propose(&mut chain, 0, &content(1));
    let second = &pool.oracles[1];
    let again = instruction::propose(&second.pubkey(), &pool.keys, 0, &content(1), None);
    chain.refuse("system::Custom(0)", &[again], &[second]);
    let other = instruction::propose(&second.pubkey(), &pool.keys, 0, &content(2), None);
    chain.send(&[other], &[second]);
    let other = pool.proposal(0, &content(2));
    assert_ne!(first, other);
    assert_eq!(chain.read::<Proposal>(&first).attestations, 0b001);
    assert_eq!(chain.read::<Proposal>(&other).attestations, 0b010);
    // The same content for another epoch is another proposal.
    chain.warp_to(Pool::epoch_end(1));
    assert_ne!(pool.propose(&mut chain, 1, &content(1)), first);
}

#[test]
fn lamports_sent_to_the_address_before_do_not_block_it() {
    let (mut chain, pool) = after_epoch_end();
    let rent = chain.rent(0);
    chain.dust(&pool.proposal(0, &content(5)), rent);
    let proposal = pool.propose(&mut chain, 0, &content(5));
    assert_eq!(chain.lamports(&proposal), chain.rent(BYTES));
}

#[test]
fn other_accounts_are_refused() {
    let (mut chain, pool) = after_epoch_end();
    let other_network = Network::create(&mut chain, "other");
    let other = Pool::create(&mut chain, &other_network);
    let (set, other_set) =
        (address::oracle_set(&pool.address), address::oracle_set(&other.address));
    let forged_pool = chain.forge(&pool.address, &address::STAKING);
    let forged_set = chain.forge(&set, &address::STAKING);
    let kind = chain.other_kind(&set);
    let forged_vault = chain.forge(&pool.vault, &address::STAKING);
    let wallet = chain.key().pubkey();
    let own_vault = chain.token_account(&wallet, &pool.mint.0);
    let content = content(1);
    let propose = propose(&pool, 0, &content);
    let hash = content.hash();
    let at_forged =
        propose.swap(2, &forged_pool).swap(5, &address::proposal(&forged_pool, 0, &hash));
    let cases = [
        ("forged pool", at_forged, "IllegalOwner"),
        ("another pool", propose.swap(2, &other.address), "InvalidSeeds"),
        ("another pool's oracles", propose.swap(3, &other_set), "WrongPool"),
        ("forged oracles", propose.swap(3, &forged_set), "IllegalOwner"),
        ("no oracles", propose.swap(3, &kind), "InvalidAccountData"),
        ("another pool's vault", propose.swap(4, &other.vault), "WrongPool"),
        ("a fuller account", propose.swap(4, &own_vault), "WrongPool"),
        ("forged vault", propose.swap(4, &forged_vault), "WrongPool"),
        ("another epoch's address", propose.swap(5, &pool.proposal(1, &content)), "InvalidSeeds"),
    ];
    for (what, propose, name) in cases {
        let refused = chain.try_send(&[propose], &[&pool.oracles[0]]);
        assert_eq!(refused.unwrap_err().name, format!("rewards::{name}"), "{what}");
    }
}
