use cairn_program_tests::{NOW, Network, Pool, Swap, cases::rewards as cases};
use cairn_sdk::{
    account,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_signer::Signer;

#[test]
fn the_closing_is_in_force_after_the_delay() {
    let mut case = cases::request_close();
    let pool = case.tested().accounts[2].pubkey;
    let sent = case.send();
    let at = NOW + i64::from(cases::DELAY_SECONDS);
    assert_eq!(case.chain.read::<account::Pool>(&pool).close_at, at);
    let Event::Rewards(RewardsEvent::CloseRequested(event)) = &sent.events[0] else { panic!() };
    assert_eq!(event.close_at, at);
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "rewards::UpdatePending");
}

#[test]
fn from_then_on_nothing_is_proposed_challenged_or_finalized() {
    let mut world = World::new();
    let proposal = world.attested(&World::content(500_000));
    let (by, source) = world.holder(10_000);
    world.close_for_good();
    let keys = world.pool.keys;
    world.chain.refuse("rewards::PoolClosing", &[instruction::finalize(&keys, &proposal)], &[]);
    let challenge = instruction::challenge(&by.pubkey(), &keys, &proposal, [0; 32], &source);
    world.chain.refuse("rewards::PoolClosing", &[challenge], &[&by]);
    world.chain.warp_to(Pool::epoch_end(1));
    let oracle = &world.pool.oracles[0];
    let propose = instruction::propose(
        &oracle.pubkey(),
        &keys,
        1,
        &World::content(1),
        Some(&keys.token_account(&oracle.pubkey())),
    );
    world.chain.refuse("rewards::PoolClosing", &[propose], &[oracle]);
    // What was open gives back its bond and its rent.
    let proposer = oracle.pubkey();
    let back = instruction::return_bond(&keys, &proposal, &proposer);
    let close = instruction::close_proposal(&keys.pool, &proposal, &proposer);
    world.chain.send(&[back, close], &[]);
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::request_close();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
