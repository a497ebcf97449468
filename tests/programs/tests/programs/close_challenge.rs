use cairn_program_tests::{Pool, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::Proposal,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_signer::Signer;

#[test]
fn the_challenger_gets_its_tokens_and_its_rent() {
    let mut case = cases::close_challenge();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (proposal, challenge, challenger, vault, destination) =
        (accounts[1], accounts[2], accounts[3], accounts[4], accounts[5]);
    let (rent, had) = (case.chain.lamports(&challenge), case.chain.lamports(&challenger));
    let tokens = case.chain.tokens(&destination);
    let sent = case.send();
    let paid = Pool::CHALLENGE_BOND + Pool::PROPOSAL_BOND - Pool::PROPOSAL_BOND / 10;
    assert!(!case.chain.exists(&challenge));
    assert_eq!(case.chain.lamports(&challenger), had + rent);
    assert_eq!(case.chain.tokens(&destination), tokens + paid);
    assert_eq!(case.chain.tokens(&vault), 0);
    assert_eq!(case.chain.read::<Proposal>(&proposal).has_challenge, 0);
    let Event::Rewards(RewardsEvent::ChallengeClosed(event)) = &sent.events[0] else { panic!() };
    assert_eq!(event.paid, paid);
}

#[test]
fn not_before_it_is_resolved_and_to_nobody_else() {
    let mut world = World::new();
    let proposal = world.attested(&World::content(500_000));
    let challenger = world.challenge(&proposal).pubkey();
    let keys = world.pool.keys;
    let close = instruction::close_challenge(&keys, &proposal, &challenger);
    world.chain.refuse("rewards::ChallengeUndecided", std::slice::from_ref(&close), &[]);
    world.vote(&proposal, &[(0, false), (1, false)]);
    world.chain.send(&[instruction::resolve_challenge(&keys, &proposal)], &[]);
    let (thief, account) = world.holder(0);
    for (index, address, name) in [
        (3, thief.pubkey(), "rewards::NotChallenger"),
        (4, account, "rewards::WrongPool"),
        (5, account, "rewards::InvalidDestination"),
    ] {
        world.chain.refuse(name, &[close.swap(index, &address)], &[]);
    }
    // Nothing is paid to who lost.
    world.chain.send(&[close], &[]);
    assert_eq!(world.chain.tokens(&keys.token_account(&challenger)), 10_000 - Pool::CHALLENGE_BOND);
}
