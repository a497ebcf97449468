use cairn_program_tests::{Chain, Network, Pool, Swap, operator_leaf};
use cairn_protocol::proposal::ProposalContent;
use cairn_sdk::{
    account::{self, Proposal},
    address,
    event::{Event, RewardsEvent},
    instruction,
    rewards::types::Finalized,
};
use solana_address::Address;
use solana_signer::Signer;

fn content(root: u8, root_sum: u64) -> ProposalContent {
    ProposalContent {
        root: [root; 32],
        root_sum,
        leaf_count: 9,
        manifest_hash: [0xbb; 32],
        penalties_root: [0; 32],
        penalties_sum: 0,
        usage_root: [0; 32],
        usage_sum: 0,
    }
}

/// A pool and a proposal with a quorum since the end of epoch 0.
fn attested() -> (Chain, Pool, Address) {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let pool = Pool::create(&mut chain, &network);
    chain.warp_to(Pool::epoch_end(0));
    let proposal = pool.propose(&mut chain, 0, &content(1, 1_000));
    pool.attest(&mut chain, 1, &proposal);
    (chain, pool, proposal)
}

/// The end of the challenge window of a quorum at the end of `epoch`.
fn window_end(epoch: u64) -> i64 {
    Pool::epoch_end(epoch) + i64::from(Pool::WINDOW_SECONDS)
}

#[test]
fn an_attested_root_becomes_active_when_the_challenge_window_is_over() {
    let (mut chain, pool, proposal) = attested();
    let (before, proposed) =
        (chain.read::<account::Pool>(&pool.address), chain.read::<Proposal>(&proposal));
    let finalize = instruction::finalize(&pool.keys, &proposal);
    chain.warp_to(window_end(0) - 1);
    chain.refuse("rewards::ChallengeWindowOpen", std::slice::from_ref(&finalize), &[]);
    chain.warp_to(window_end(0));
    let sent = chain.send(&[finalize], &[]);

    let after = account::Pool {
        root: [1; 32],
        root_sum: 1_000,
        root_epoch: 0,
        leaf_count: 9,
        proposal_count: 1,
        ..before
    };
    assert_eq!(chain.read::<account::Pool>(&pool.address), after);
    assert_eq!(
        chain.read::<Proposal>(&proposal),
        Proposal { status: 1, finalized_at: window_end(0), ..proposed }
    );
    let event = Finalized {
        pool: pool.address,
        proposal,
        epoch: 0,
        root: [1; 32],
        old_root_sum: 0,
        new_root_sum: 1_000,
        delegators: 0,
        oracles: 0,
        treasury: 0,
        minted: 0,
    };
    assert_eq!(sent.events, [Event::Rewards(RewardsEvent::Finalized(event))]);

    // The next one replaces it, over three skipped epochs.
    let next = pool.finalize(&mut chain, 4, &content(2, 2_500));
    assert_eq!(
        chain.read::<account::Pool>(&pool.address),
        account::Pool { root: [2; 32], root_sum: 2_500, root_epoch: 4, proposal_count: 2, ..after }
    );
    assert_eq!(chain.read::<Proposal>(&next).status, 1);
}

#[test]
fn without_a_quorum_it_is_refused_however_long_it_stands() {
    let (mut chain, pool, _) = attested();
    let lonely = pool.propose(&mut chain, 0, &content(2, 900));
    chain.warp_to(Pool::epoch_end(50));
    chain.refuse("rewards::NoQuorum", &[instruction::finalize(&pool.keys, &lonely)], &[]);
}

#[test]
fn of_two_proposals_for_an_epoch_the_attested_one_wins_for_good() {
    let (mut chain, pool, attested) = attested();
    // A faulty oracle got there with more; even a full set of attestations comes too late.
    let faulty = pool.propose(&mut chain, 0, &content(2, 5_000));
    pool.attest(&mut chain, 1, &faulty);
    pool.attest(&mut chain, 2, &faulty);
    chain.warp_to(window_end(0));
    chain.send(&[instruction::finalize(&pool.keys, &attested)], &[]);
    for (proposal, name) in
        [(attested, "rewards::ProposalFinalized"), (faulty, "rewards::EpochFinalized")]
    {
        chain.refuse(name, &[instruction::finalize(&pool.keys, &proposal)], &[]);
    }
    assert_eq!(chain.read::<account::Pool>(&pool.address).root_sum, 1_000);
}

#[test]
fn an_earlier_epochs_proposal_is_void_after_a_later_one() {
    let (mut chain, pool, first) = attested();
    chain.warp_to(Pool::epoch_end(2));
    let later = pool.propose(&mut chain, 2, &content(3, 2_000));
    pool.attest(&mut chain, 2, &later);
    chain.warp_to(window_end(2));
    chain.send(&[instruction::finalize(&pool.keys, &later)], &[]);
    chain.refuse("rewards::EpochFinalized", &[instruction::finalize(&pool.keys, &first)], &[]);
}

#[test]
fn a_sum_that_the_active_root_has_overtaken_is_refused() {
    let (mut chain, pool, first) = attested();
    // Proposed while nothing was active, so that its smaller sum was in order then.
    chain.warp_to(Pool::epoch_end(1));
    let smaller = pool.propose(&mut chain, 1, &content(3, 999));
    pool.attest(&mut chain, 2, &smaller);
    chain.warp_to(window_end(1));
    chain.send(&[instruction::finalize(&pool.keys, &first)], &[]);
    chain.refuse("rewards::SumBelowActive", &[instruction::finalize(&pool.keys, &smaller)], &[]);
}

#[test]
fn the_funding_is_checked_again_and_what_was_paid_counts() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let spec = Pool::spec(network.authority.pubkey());
    let pool = Pool::create_with(&mut chain, &network, spec);
    chain.mint_to(&pool.mint, &pool.vault, 1_000);
    let operator = chain.key().pubkey();
    let leaf = operator_leaf(&pool, &operator, 600);
    pool.activate(&mut chain, 0, &[leaf]);
    let destination = pool.open(&mut chain, &operator);
    chain.send(&[instruction::claim(&pool.keys, &leaf, 0, &[], &[destination])], &[]);
    assert_eq!(chain.tokens(&pool.vault), 400);

    // 400 in the vault and 600 paid: a lifetime sum of 1,000 is funded.
    chain.warp_to(Pool::epoch_end(1));
    let proposal = pool.propose(&mut chain, 1, &content(4, 1_000));
    pool.attest(&mut chain, 1, &proposal);
    chain.warp_to(window_end(1));
    // No instruction takes tokens out of a vault but a claim; a mint with a permanent delegate
    // or an authority that can seize would.
    chain.poke(&pool.vault, 64, &399u64.to_le_bytes());
    let finalize = instruction::finalize(&pool.keys, &proposal);
    chain.refuse("rewards::SumAboveFunding", std::slice::from_ref(&finalize), &[]);
    chain.poke(&pool.vault, 64, &400u64.to_le_bytes());
    chain.send(&[finalize], &[]);
}

#[test]
fn other_accounts_are_refused() {
    let (mut chain, pool, proposal) = attested();
    let other_network = Network::create(&mut chain, "other");
    let other = Pool::create(&mut chain, &other_network);
    let others = other.propose(&mut chain, 0, &content(1, 1_000));
    other.attest(&mut chain, 1, &others);
    chain.warp_to(window_end(0));
    let set = address::oracle_set(&pool.address);
    let other_set = address::oracle_set(&other.address);
    let forged = [pool.address, set, pool.vault, proposal]
        .map(|address| chain.forge(&address, &address::STAKING));
    let kind = chain.other_kind(&proposal);
    let finalize = instruction::finalize(&pool.keys, &proposal);
    let cases = [
        ("forged pool", finalize.swap(1, &forged[0]), "IllegalOwner"),
        ("another pool", finalize.swap(1, &other.address), "WrongPool"),
        ("another network", finalize.swap(0, &other_network.address), "WrongNetwork"),
        ("read-only pool", finalize.readonly(1), "Custom(2000)"),
        ("forged oracles", finalize.swap(2, &forged[1]), "IllegalOwner"),
        ("another pool's oracles", finalize.swap(2, &other_set), "WrongPool"),
        ("forged vault", finalize.swap(3, &forged[2]), "WrongPool"),
        ("another pool's vault", finalize.swap(3, &other.vault), "WrongPool"),
        ("forged proposal", finalize.swap(4, &forged[3]), "IllegalOwner"),
        ("another pool's proposal", finalize.swap(4, &others), "WrongPool"),
        ("no proposal", finalize.swap(4, &kind), "InvalidAccountData"),
    ];
    for (what, finalize, name) in cases {
        let refused = chain.try_send(&[finalize], &[]);
        assert_eq!(refused.unwrap_err().name, format!("rewards::{name}"), "{what}");
    }
    chain.send(&[finalize], &[]);
}

mod full {
    use cairn_program_tests::{Pool, Swap, cases::rewards as cases};
    use cairn_sdk::{
        account::{self, OracleSet, Proposal},
        address,
        event::{Event, RewardsEvent},
        instruction,
    };
    use cases::World;
    use solana_signer::Signer;

    #[test]
    fn a_pool_that_mints_mints_all_that_is_promised() {
        let mut case = cases::finalize();
        let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
        let (pool, set, vault, mint) = (accounts[1], accounts[2], accounts[3], accounts[5]);
        assert_eq!((case.chain.tokens(&vault), case.chain.supply(&mint)), (0, 0));
        let without = case.tested().swap(5, &address::REWARDS).swap(6, &address::REWARDS);
        assert_eq!(case.try_send(without).unwrap_err().name, "rewards::MissingAccount");
        let sent = case.send();
        // 60, 20, 15 and 5 % of what 500,000 are 60 % of, rounded down each.
        let minted = 500_000 + 166_666 + 125_000 + 41_666;
        assert_eq!(case.chain.tokens(&vault), minted);
        assert_eq!(case.chain.supply(&mint), minted);
        let state: account::Pool = case.chain.read(&pool);
        assert_eq!(
            (state.delegators_total, state.oracles_total, state.treasury_total),
            (166_666, 125_000, 41_666)
        );
        assert_eq!(case.chain.read::<OracleSet>(&set).earned[..3], [62_500, 62_500, 0]);
        let Event::Rewards(RewardsEvent::Finalized(event)) = &sent.events[0] else { panic!() };
        assert_eq!((event.minted, event.oracles, event.treasury), (minted, 125_000, 41_666));
    }

    #[test]
    fn what_does_not_divide_among_oracles_is_the_treasurys() {
        let mut world = World::new();
        let proposal = world.attested(&World::content(500_006));
        world.pool.attest(&mut world.chain, 2, &proposal);
        world.chain.warp_to(Pool::epoch_end(0) + 60);
        world.chain.send(&[instruction::finalize(&world.pool.keys, &proposal)], &[]);
        // 125,001 among three is 41,667 each; 41,667 of the treasury's own.
        let set: OracleSet = world.chain.read(&address::oracle_set(&world.pool.address));
        assert_eq!(set.earned[..4], [41_667, 41_667, 41_667, 0]);
        let pool: account::Pool = world.chain.read(&world.pool.address);
        assert_eq!((pool.oracles_total, pool.treasury_total), (125_001, 41_667));
    }

    #[test]
    fn a_paused_network_proposes_and_finalizes_nothing() {
        let mut world = World::new();
        let proposal = world.attested(&World::content(500_000));
        world.chain.warp_to(Pool::epoch_end(1));
        world.pause(true);
        let finalize = [instruction::finalize(&world.pool.keys, &proposal)];
        world.chain.refuse("rewards::NetworkPaused", &finalize, &[]);
        let oracle = world.pool.oracles[0].insecure_clone();
        let source = world.pool.keys.token_account(&oracle.pubkey());
        let content = World::content(600_000);
        let keys = world.pool.keys;
        let propose = instruction::propose(&oracle.pubkey(), &keys, 1, &content, Some(&source));
        world.chain.refuse("rewards::NetworkPaused", &[propose], &[&oracle]);
        world.pause(false);
        world.chain.send(&finalize, &[]);
    }

    /// A changed set attests anew: what a removed oracle said counts no more.
    #[test]
    fn attestations_of_an_older_set_count_no_more() {
        let mut world = World::new();
        let proposal = world.attested(&World::content(500_000));
        let (authority, network) = (world.authority(), world.network.address);
        let keys = world.pool.keys;
        let removed = world.pool.oracles[1].pubkey();
        let change = instruction::propose_oracle_change(
            &authority,
            &network,
            &keys.pool,
            None,
            Some(removed),
            2,
        );
        world.govern(change);
        world.chain.send(&[instruction::apply_oracle_change(&keys.pool)], &[]);
        world.chain.warp_to(Pool::epoch_end(0) + 60);
        let finalize = [instruction::finalize(&keys, &proposal)];
        world.chain.refuse("rewards::StaleOracleSet", &finalize, &[]);
        let gone = instruction::attest(&removed, &keys.pool, &proposal);
        world.chain.refuse("rewards::NotOracle", &[gone], &[&world.pool.oracles[1]]);
        world.pool.attest(&mut world.chain, 2, &proposal);
        let state: Proposal = world.chain.read(&proposal);
        assert_eq!((state.attestations, state.generation, state.quorum_at), (0b100, 1, 0));
        world.chain.refuse("rewards::NoQuorum", &finalize, &[]);
        // The first oracle attested before; with the new set it does so again, and the window
        // starts anew.
        world.pool.attest(&mut world.chain, 0, &proposal);
        world.chain.refuse("rewards::ChallengeWindowOpen", &finalize, &[]);
        world.chain.warp_to(Pool::epoch_end(0) + 120);
        world.chain.send(&finalize, &[]);
        // Only those of today's set are paid.
        let set: OracleSet = world.chain.read(&address::oracle_set(&keys.pool));
        assert_eq!(set.earned[..3], [62_500, 0, 62_500]);
    }
}
