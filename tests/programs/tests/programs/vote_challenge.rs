use cairn_program_tests::{Pool, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::Challenge,
    address,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_signer::Signer;

#[test]
fn an_oracle_votes_once() {
    let mut case = cases::vote_challenge();
    let challenge = case.tested().accounts[4].pubkey;
    let sent = case.send();
    let state: Challenge = case.chain.read(&challenge);
    assert_eq!((state.upholding, state.dismissing), (0b100, 0));
    let Event::Rewards(RewardsEvent::ChallengeVoted(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.uphold, event.upholding, event.dismissing), (true, 1, 0));
    let (oracle, pool, proposal) = {
        let accounts = &case.tested().accounts;
        (accounts[0].pubkey, accounts[1].pubkey, accounts[3].pubkey)
    };
    let other_way = instruction::vote_challenge(&oracle, &pool, &proposal, false);
    assert_eq!(case.try_send(other_way).unwrap_err().name, "rewards::AlreadyVoted");
}

#[test]
fn only_oracles_vote_and_only_in_time() {
    let mut case = cases::vote_challenge();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotOracle", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    case.chain.warp_to(Pool::epoch_end(0) + 600);
    assert_eq!(case.try_send(tested).unwrap_err().name, "rewards::ChallengeResolved");
}

#[test]
fn another_proposals_challenge_is_refused() {
    let mut world = World::new();
    let proposal = world.attested(&World::content(500_000));
    let other = world.pool.propose(&mut world.chain, 0, &World::content(400_000));
    world.challenge(&proposal);
    let oracle = &world.pool.oracles[2];
    let vote = instruction::vote_challenge(&oracle.pubkey(), &world.pool.address, &other, true)
        .swap(4, &address::challenge(&proposal));
    world.chain.refuse("rewards::WrongProposal", &[vote], &[oracle]);
}

/// Votes of a set that has changed count no more.
#[test]
fn a_new_generation_votes_anew() {
    let mut world = World::new();
    let proposal = world.attested(&World::content(500_000));
    world.challenge(&proposal);
    world.vote(&proposal, &[(0, true), (1, true)]);
    let (authority, network) = (world.authority(), world.network.address);
    let (pool, removed) = (world.pool.address, world.pool.oracles[0].pubkey());
    let change =
        instruction::propose_oracle_change(&authority, &network, &pool, None, Some(removed), 2);
    world.govern(change);
    world.chain.send(&[instruction::apply_oracle_change(&pool)], &[]);
    let resolve = [instruction::resolve_challenge(&world.pool.keys, &proposal)];
    world.chain.refuse("rewards::ChallengeUndecided", &resolve, &[]);
    world.vote(&proposal, &[(1, false)]);
    let state: Challenge = world.chain.read(&address::challenge(&proposal));
    assert_eq!((state.upholding, state.dismissing, state.generation), (0, 0b010, 1));
    world.vote(&proposal, &[(2, false)]);
    world.chain.send(&resolve, &[]);
}
