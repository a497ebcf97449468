use cairn_program_tests::{NOW, Network, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::OracleSet,
    address,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

fn propose(
    world: &World,
    add: Option<Address>,
    remove: Option<Address>,
    threshold: u8,
) -> Instruction {
    instruction::propose_oracle_change(
        &world.authority(),
        &world.network.address,
        &world.pool.address,
        add,
        remove,
        threshold,
    )
}

#[test]
fn before_the_first_root_a_change_needs_no_delay() {
    let mut case = cases::propose_oracle_change();
    let set = case.tested().accounts[3].pubkey;
    let before: OracleSet = case.chain.read(&set);
    let sent = case.send();
    let after: OracleSet = case.chain.read(&set);
    assert_eq!((after.pending_at, after.pending_threshold), (NOW, 3));
    assert_eq!(after.pending_remove, before.oracles[0]);
    assert_eq!((after.generation, after.active), (before.generation, before.active));
    let Event::Rewards(RewardsEvent::OracleChangeProposed(event)) = &sent.events[0] else {
        panic!()
    };
    assert_eq!((event.old_threshold, event.new_threshold, event.add), (2, 3, after.pending_add));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "rewards::UpdatePending");
}

#[test]
fn after_the_first_root_it_waits_for_the_networks_delay() {
    let mut world = World::new();
    world.finalize(0, &World::content(1_000));
    let now = world.now();
    let propose = propose(&world, None, None, 3);
    world.govern(propose);
    let set: OracleSet = world.chain.read(&address::oracle_set(&world.pool.address));
    assert_eq!(set.pending_at, now + i64::from(cases::DELAY_SECONDS));
    let apply = [instruction::apply_oracle_change(&world.pool.address)];
    world.chain.refuse("rewards::TooSoon", &apply, &[]);
    world.chain.warp_to(now + i64::from(cases::DELAY_SECONDS));
    world.chain.send(&apply, &[]);
}

#[test]
fn a_change_leads_to_a_set_that_works() {
    let mut world = World::new();
    let oracles: Vec<_> = world.pool.oracles.iter().map(Signer::pubkey).collect();
    let new = world.chain.key().pubkey();
    let cases = [
        ("nothing changes", None, None, 2),
        ("an oracle already", Some(oracles[1]), None, 3),
        ("nobody", Some(Address::default()), None, 3),
        ("not an oracle", None, Some(new), 2),
        ("half of four", Some(new), None, 2),
        ("more than all", Some(new), None, 5),
        ("half of two", None, Some(oracles[0]), 1),
        ("the one that is removed", Some(oracles[0]), Some(oracles[0]), 2),
    ];
    for (what, add, remove, threshold) in cases {
        let propose = propose(&world, add, remove, threshold);
        let refused = world.chain.try_send(&[propose], &[&world.network.authority]).unwrap_err();
        assert_eq!(refused.name, "rewards::InvalidOracleSet", "{what}");
    }
}

#[test]
fn only_the_authority_signs() {
    let mut case = cases::propose_oracle_change();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotAuthority", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let other = Network::create(&mut case.chain, "other");
    let elsewhere = tested.swap(1, &other.address).swap(0, &other.authority.pubkey());
    case.chain.refuse("rewards::WrongNetwork", &[elsewhere], &[&other.authority]);
}
