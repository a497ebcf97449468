use cairn_program_tests::{Pool, cases::rewards as cases};
use cairn_sdk::{
    account::{Challenge, Proposal},
    address,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_signer::Signer;

const BURNED_OF_PROPOSER: u64 = Pool::PROPOSAL_BOND / 10;
const BURNED_OF_CHALLENGER: u64 = Pool::CHALLENGE_BOND / 10;

#[test]
fn upheld_the_proposal_is_rejected_and_its_bond_is_the_challengers() {
    let mut case = cases::resolve_challenge();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (proposal, challenge, vault, mint) = (accounts[2], accounts[3], accounts[4], accounts[5]);
    let (held, supply) = (case.chain.tokens(&vault), case.chain.supply(&mint));
    let sent = case.send();
    let (state, of): (Challenge, Proposal) =
        (case.chain.read(&challenge), case.chain.read(&proposal));
    let prize = Pool::PROPOSAL_BOND - BURNED_OF_PROPOSER;
    assert_eq!((state.outcome, state.bond), (1, Pool::CHALLENGE_BOND + prize));
    assert_eq!((of.status, of.challenge, of.bond), (2, 2, 0));
    assert_eq!(case.chain.tokens(&vault), held - BURNED_OF_PROPOSER);
    assert_eq!(case.chain.supply(&mint), supply - BURNED_OF_PROPOSER);
    let Event::Rewards(RewardsEvent::ChallengeSettled(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.outcome, event.burned), (1, BURNED_OF_PROPOSER));
    assert_eq!((event.old_status, event.new_status), (0, 2));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "rewards::ChallengeResolved");
}

#[test]
fn dismissed_the_proposal_goes_on_and_the_challengers_bond_is_the_proposers() {
    let mut world = World::new();
    let proposal = world.attested(&World::content(500_000));
    world.challenge(&proposal);
    let keys = world.pool.keys;
    let resolve = [instruction::resolve_challenge(&keys, &proposal)];
    world.vote(&proposal, &[(0, false), (2, true)]);
    world.chain.refuse("rewards::ChallengeUndecided", &resolve, &[]);
    world.vote(&proposal, &[(1, false)]);
    let supply = world.chain.supply(&world.pool.mint.0);
    world.chain.send(&resolve, &[]);
    assert_eq!(world.chain.supply(&world.pool.mint.0), supply - BURNED_OF_CHALLENGER);
    let prize = Pool::CHALLENGE_BOND - BURNED_OF_CHALLENGER;
    let (state, of): (Challenge, Proposal) =
        (world.chain.read(&address::challenge(&proposal)), world.chain.read(&proposal));
    assert_eq!((state.outcome, state.bond), (2, 0));
    assert_eq!((of.status, of.bond), (0, Pool::PROPOSAL_BOND + prize));
    // Still at stake until it is over.
    let proposer = world.pool.oracles[0].pubkey();
    let back = [instruction::return_bond(&keys, &proposal, &proposer)];
    world.chain.refuse("rewards::NoBond", &back, &[]);
    world.chain.warp_to(Pool::epoch_end(0) + 60);
    world.chain.send(&[instruction::finalize(&keys, &proposal)], &[]);
    let account = keys.token_account(&proposer);
    let before = world.chain.tokens(&account);
    world.chain.send(&back, &[]);
    assert_eq!(world.chain.tokens(&account), before + Pool::PROPOSAL_BOND + prize);
    assert_eq!(world.chain.tokens(&keys.bond_vault()), 0);
}

#[test]
fn undecided_in_time_the_proposal_is_rejected_and_nobody_loses() {
    let mut world = World::new();
    let proposal = world.attested(&World::content(500_000));
    let challenger = world.challenge(&proposal).pubkey();
    world.vote(&proposal, &[(0, true), (1, false)]);
    let keys = world.pool.keys;
    let resolve = [instruction::resolve_challenge(&keys, &proposal)];
    world.chain.warp_to(Pool::epoch_end(0) + 599);
    world.chain.refuse("rewards::ChallengeUndecided", &resolve, &[]);
    world.chain.warp_to(Pool::epoch_end(0) + 600);
    let supply = world.chain.supply(&keys.mint);
    world.chain.send(&resolve, &[]);
    assert_eq!(world.chain.supply(&keys.mint), supply);
    let of: Proposal = world.chain.read(&proposal);
    assert_eq!((of.status, of.bond), (2, Pool::PROPOSAL_BOND));
    let proposer = world.pool.oracles[0].pubkey();
    world.chain.send(
        &[
            instruction::return_bond(&keys, &proposal, &proposer),
            instruction::close_challenge(&keys, &proposal, &challenger),
            instruction::close_proposal(&keys.pool, &proposal, &proposer),
        ],
        &[],
    );
    // No bond is left anywhere, and the content may be proposed again.
    assert_eq!(world.chain.tokens(&keys.bond_vault()), 0);
    assert_eq!(world.chain.tokens(&keys.token_account(&challenger)), 10_000);
    assert_eq!(world.chain.tokens(&keys.token_account(&proposer)), 100_000);
    world.pool.propose(&mut world.chain, 0, &World::content(500_000));
}
