use cairn_program_tests::{Network, Swap, cases::rewards as cases};
use cairn_sdk::{
    account,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_signer::Signer;

#[test]
fn the_rent_goes_to_who_paid_it() {
    let mut case = cases::close_oracle_set();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (pool, set, payer) = (accounts[2], accounts[3], accounts[4]);
    let (rent, had) = (case.chain.lamports(&set), case.chain.lamports(&payer));
    let sent = case.send();
    assert!(!case.chain.exists(&set));
    assert_eq!(case.chain.lamports(&payer), had + rent);
    assert_eq!(case.chain.read::<account::Pool>(&pool).has_oracle_set, 0);
    assert!(matches!(sent.events[0], Event::Rewards(RewardsEvent::OracleSetClosed(_))));
}

#[test]
fn not_before_the_pool_closes_nobody_is_owed_and_no_proposal_is_left() {
    let mut world = World::new();
    let (authority, network, keys) = (world.authority(), world.network.address, world.pool.keys);
    let close = instruction::close_oracle_set(&authority, &network, &keys.pool, &authority);
    let key = world.network.authority.insecure_clone();
    world.chain.refuse("rewards::PoolNotClosing", std::slice::from_ref(&close), &[&key]);
    let proposal = world.finalize(0, &World::content(500_000));
    world.close_for_good();
    world.chain.refuse("rewards::HasChildren", std::slice::from_ref(&close), &[&key]);
    let [first, second] = [0, 1].map(|n: usize| world.pool.oracles[n].pubkey());
    world.chain.send(&[instruction::close_proposal(&keys.pool, &proposal, &first)], &[]);
    world.chain.refuse("rewards::NotSettled", std::slice::from_ref(&close), &[&key]);
    world.chain.send(&[instruction::pay_oracle(&keys, 0, &first)], &[]);
    world.chain.send(&[instruction::pay_oracle(&keys, 1, &second)], &[]);
    let thief = world.chain.wallet().pubkey();
    world.chain.refuse("rewards::InvalidKey", &[close.swap(4, &thief)], &[&key]);
    world.chain.send(&[close], &[&key]);
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::close_oracle_set();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
