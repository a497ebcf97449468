use cairn_program_tests::{Pool, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::Proposal,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_signer::Signer;

#[test]
fn a_finalized_proposals_bond_goes_to_its_proposer() {
    let mut case = cases::return_bond();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (proposal, vault, destination) = (accounts[1], accounts[2], accounts[3]);
    let (held, had) = (case.chain.tokens(&vault), case.chain.tokens(&destination));
    let sent = case.send();
    assert_eq!(case.chain.tokens(&vault), held - Pool::PROPOSAL_BOND);
    assert_eq!(case.chain.tokens(&destination), had + Pool::PROPOSAL_BOND);
    assert_eq!(case.chain.read::<Proposal>(&proposal).bond, 0);
    let Event::Rewards(RewardsEvent::BondReturned(event)) = &sent.events[0] else { panic!() };
    assert_eq!(event.amount, Pool::PROPOSAL_BOND);
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "rewards::NoBond");
}

#[test]
fn it_goes_nowhere_else() {
    let mut case = cases::return_bond();
    let thief = case.chain.wallet().pubkey();
    let tested = case.tested().clone();
    let account = case.chain.token_account(&thief, &tested.accounts[4].pubkey);
    for (index, address, name) in [
        (3, account, "rewards::InvalidDestination"),
        (2, account, "rewards::WrongPool"),
        (4, thief, "rewards::InvalidMint"),
        (5, thief, "rewards::InvalidMint"),
    ] {
        assert_eq!(case.try_send(tested.swap(index, &address)).unwrap_err().name, name);
    }
}

#[test]
fn an_open_proposals_bond_is_at_stake_until_it_is_superseded() {
    let mut world = World::new();
    let open = world.attested(&World::content(500_000));
    let proposer = world.pool.oracles[0].pubkey();
    let back = [instruction::return_bond(&world.pool.keys, &open, &proposer)];
    world.chain.refuse("rewards::NoBond", &back, &[]);
    world.finalize(1, &World::content(400_000));
    world.chain.send(&back, &[]);
    assert_eq!(world.chain.tokens(&world.pool.keys.bond_vault()), 0);
}
