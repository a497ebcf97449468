use cairn_program_tests::{Chain, Network, Pool, Swap};
use cairn_protocol::proposal::ProposalContent;
use cairn_sdk::{
    account::Proposal,
    address,
    event::{Event, RewardsEvent},
    instruction,
    rewards::types::Attested,
};
use solana_address::Address;
use solana_signer::Signer;

fn content(root_sum: u64) -> ProposalContent {
    ProposalContent {
        root: [0xaa; 32],
        root_sum,
        leaf_count: 9,
        manifest_hash: [0xbb; 32],
        penalties_root: [0; 32],
        penalties_sum: 0,
        usage_root: [0; 32],
        usage_sum: 0,
    }
}

/// A pool and a proposal of its first oracle.
fn proposed() -> (Chain, Pool, Address) {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let pool = Pool::create(&mut chain, &network);
    chain.warp_to(Pool::epoch_end(0));
    let proposal = pool.propose(&mut chain, 0, &content(5));
    (chain, pool, proposal)
}

#[test]
fn the_threshold_is_reached_by_the_second_of_three_and_its_time_stays() {
    let (mut chain, pool, proposal) = proposed();
    let before = chain.read::<Proposal>(&proposal);
    let (second, third) = (&pool.oracles[1], &pool.oracles[2]);
    let lamports = chain.lamports(&second.pubkey());
    chain.warp_to(Pool::epoch_end(0) + 7);
    let sent =
        chain.send(&[instruction::attest(&second.pubkey(), &pool.address, &proposal)], &[second]);
    let quorum = Proposal {
        attestations: 0b011,
        quorum_at: Pool::epoch_end(0) + 7,
        finalizable_at: Pool::epoch_end(0) + 67,
        ..before.clone()
    };
    assert_eq!(chain.read::<Proposal>(&proposal), quorum);
    assert_eq!(chain.lamports(&second.pubkey()), lamports);
    let event = |oracle, attestations| {
        let attested = Attested { pool: pool.address, proposal, epoch: 0, oracle, attestations };
        [Event::Rewards(RewardsEvent::Attested(attested))]
    };
    assert_eq!(sent.events, event(second.pubkey(), 2));

    chain.warp_to(Pool::epoch_end(0) + 30);
    let sent =
        chain.send(&[instruction::attest(&third.pubkey(), &pool.address, &proposal)], &[third]);
    assert_eq!(chain.read::<Proposal>(&proposal), Proposal { attestations: 0b111, ..quorum });
    assert_eq!(sent.events, event(third.pubkey(), 3));
}

#[test]
fn an_oracle_attests_once() {
    let (mut chain, pool, proposal) = proposed();
    let attest = |oracle: usize| {
        instruction::attest(&pool.oracles[oracle].pubkey(), &pool.address, &proposal)
    };
    chain.refuse("rewards::AlreadyAttested", &[attest(0)], &[&pool.oracles[0]]);
    chain.send(&[attest(2)], &[&pool.oracles[2]]);
    chain.refuse("rewards::AlreadyAttested", &[attest(2)], &[&pool.oracles[2]]);
    assert_eq!(chain.read::<Proposal>(&proposal).attestations, 0b101);
}

#[test]
fn only_an_oracle_of_the_pool_attests() {
    let (mut chain, pool, proposal) = proposed();
    let other_network = Network::create(&mut chain, "other");
    let other = Pool::create(&mut chain, &other_network);
    let attest = instruction::attest(&pool.oracles[1].pubkey(), &pool.address, &proposal);
    chain.refuse("rewards::MissingRequiredSignature", &[attest.unsigned(0)], &[]);
    for key in [&pool.authority, &other.oracles[1]] {
        chain.refuse("rewards::NotOracle", &[attest.swap(0, &key.pubkey())], &[key]);
    }
    // The unused places of the set are zeros; nobody can sign as that, but even so.
    let mut nobody = attest.swap(0, &Address::default());
    nobody.accounts[0].is_signer = false;
    chain.refuse("rewards::MissingRequiredSignature", &[nobody], &[]);
}

#[test]
fn a_finalized_proposal_or_epoch_is_not_attested_any_more() {
    let (mut chain, pool, first) = proposed();
    let competing = pool.propose(&mut chain, 0, &content(6));
    chain.warp_to(Pool::epoch_end(1));
    let later = pool.propose(&mut chain, 1, &content(7));
    pool.attest(&mut chain, 1, &first);
    chain.warp_to(Pool::epoch_end(1) + 60);
    chain.send(&[instruction::finalize(&pool.keys, &first)], &[]);
    let third = &pool.oracles[2];
    let attest = |proposal: &Address| instruction::attest(&third.pubkey(), &pool.address, proposal);
    chain.refuse("rewards::ProposalFinalized", &[attest(&first)], &[third]);
    chain.refuse("rewards::EpochFinalized", &[attest(&competing)], &[third]);
    chain.send(&[attest(&later)], &[third]);
}

#[test]
fn other_accounts_are_refused() {
    let (mut chain, pool, proposal) = proposed();
    let other_network = Network::create(&mut chain, "other");
    let other = Pool::create(&mut chain, &other_network);
    let others = other.propose(&mut chain, 0, &content(5));
    let (set, other_set) =
        (address::oracle_set(&pool.address), address::oracle_set(&other.address));
    let (forged_pool, forged_set, forged_proposal) = (
        chain.forge(&pool.address, &address::STAKING),
        chain.forge(&set, &address::STAKING),
        chain.forge(&proposal, &address::STAKING),
    );
    let kind = chain.other_kind(&proposal);
    let attest = instruction::attest(&pool.oracles[1].pubkey(), &pool.address, &proposal);
    let cases = [
        ("forged pool", attest.swap(1, &forged_pool), "IllegalOwner"),
        ("another pool", attest.swap(1, &other.address), "WrongPool"),
        ("forged oracles", attest.swap(2, &forged_set), "IllegalOwner"),
        ("another pool's oracles", attest.swap(2, &other_set), "WrongPool"),
        ("forged proposal", attest.swap(3, &forged_proposal), "IllegalOwner"),
        ("another pool's proposal", attest.swap(3, &others), "WrongPool"),
        ("no proposal", attest.swap(3, &kind), "InvalidAccountData"),
        ("read-only proposal", attest.readonly(3), "Custom(2000)"),
    ];
    for (what, attest, name) in cases {
        let refused = chain.try_send(&[attest], &[&pool.oracles[1]]);
        assert_eq!(refused.unwrap_err().name, format!("rewards::{name}"), "{what}");
    }
}
