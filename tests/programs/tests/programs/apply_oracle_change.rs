use cairn_program_tests::{Pool, cases::rewards as cases};
use cairn_sdk::{
    account::{self, OracleSet},
    address,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_address::Address;
use solana_signer::Signer;

/// Proposes a change and applies it at once, or after the delay.
fn change(world: &mut World, add: Option<Address>, remove: Option<Address>, threshold: u8) {
    let propose = instruction::propose_oracle_change(
        &world.authority(),
        &world.network.address,
        &world.pool.address,
        add,
        remove,
        threshold,
    );
    world.govern(propose);
    let now = world.now();
    world.chain.warp_to(now + i64::from(cases::DELAY_SECONDS));
    world.chain.send(&[instruction::apply_oracle_change(&world.pool.address)], &[]);
}

fn set(world: &World) -> OracleSet {
    world.chain.read(&address::oracle_set(&world.pool.address))
}

#[test]
fn a_due_change_is_applied_by_anyone_and_raises_the_generation() {
    let mut case = cases::apply_oracle_change();
    let address = case.tested().accounts[0].pubkey;
    let before: OracleSet = case.chain.read(&address);
    let sent = case.send();
    let after: OracleSet = case.chain.read(&address);
    // The removed oracle was owed nothing: the new one has its place.
    assert_eq!(after.oracles[0], before.pending_add);
    assert_eq!(after.oracles[1..], before.oracles[1..]);
    assert_eq!((after.active, after.count, after.threshold, after.generation), (0b111, 3, 3, 1));
    assert_eq!((after.pending_at, after.pending_threshold), (0, 0));
    let Event::Rewards(RewardsEvent::OracleChangeApplied(event)) = &sent.events[0] else {
        panic!()
    };
    assert_eq!((event.added, event.removed), (before.pending_add, before.pending_remove));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "rewards::NoUpdatePending");
}

#[test]
fn a_removed_oracle_keeps_its_place_until_it_is_paid() {
    let mut world = World::new();
    world.finalize(0, &World::content(500_000));
    let (first, new, newer) =
        (world.pool.oracles[0].pubkey(), world.chain.key().pubkey(), world.chain.key().pubkey());
    change(&mut world, Some(new), Some(first), 2);
    let after = set(&world);
    assert_eq!((after.oracles[0], after.oracles[3], after.active), (first, new, 0b1110));
    assert_eq!(account::oracles(&after).len(), 3);
    // It may not sign any more, but what it earned is its own.
    world.chain.warp_to(Pool::epoch_end(1));
    let source = world.pool.keys.token_account(&first);
    let content = World::content(600_000);
    let keys = world.pool.keys;
    let propose = instruction::propose(&first, &keys, 1, &content, Some(&source));
    let oracle = world.pool.oracles[0].insecure_clone();
    world.chain.refuse("rewards::NotOracle", &[propose], &[&oracle]);
    let tokens = world.chain.tokens(&source);
    world.chain.send(&[instruction::pay_oracle(&keys, 0, &first)], &[]);
    assert_eq!(world.chain.tokens(&source), tokens + 62_500);
    // Now the place is free.
    change(&mut world, Some(newer), None, 3);
    assert_eq!(set(&world).oracles[0], newer);
    // An oracle that comes back finds its old place.
    change(&mut world, None, Some(new), 2);
    change(&mut world, Some(new), None, 3);
    let last = set(&world);
    assert_eq!((last.oracles[3], last.active, last.generation), (new, 0b1111, 4));
}

/// 32 places, all of them with somebody who is owed something.
#[test]
fn without_a_free_place_a_new_oracle_waits() {
    let mut world = World::new();
    let address = address::oracle_set(&world.pool.address);
    // No short way leads here: fill the places that were never used.
    const ORACLES_AT: usize = 8 + 4 * 32;
    const EARNED_AT: usize = ORACLES_AT + 32 * 32;
    for place in 0..32 {
        if place >= 3 {
            world.chain.poke(&address, ORACLES_AT + 32 * place, &[place as u8 + 1; 32]);
        }
        world.chain.poke(&address, EARNED_AT + 8 * place, &1u64.to_le_bytes());
    }
    let new = world.chain.key().pubkey();
    let propose = instruction::propose_oracle_change(
        &world.authority(),
        &world.network.address,
        &world.pool.address,
        Some(new),
        None,
        3,
    );
    world.govern(propose);
    let apply = [instruction::apply_oracle_change(&world.pool.address)];
    world.chain.refuse("rewards::OracleSlotsFull", &apply, &[]);
    world.chain.poke(&address, EARNED_AT + 8 * 17, &0u64.to_le_bytes());
    world.chain.send(&apply, &[]);
    assert_eq!(set(&world).oracles[17], new);
}
