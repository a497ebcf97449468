use cairn_program_tests::{Pool, Swap, cases::rewards as cases};
use cairn_protocol::proposal::ProposalContent;
use cairn_sdk::{
    account,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

fn close(world: &World, proposal: &Address) -> Instruction {
    instruction::close_proposal(&world.pool.address, proposal, &world.pool.oracles[0].pubkey())
}

#[test]
fn a_superseded_proposal_gives_its_rent_back() {
    let mut case = cases::close_proposal();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (pool, proposal, proposer) = (accounts[0], accounts[1], accounts[2]);
    let (rent, had) = (case.chain.lamports(&proposal), case.chain.lamports(&proposer));
    let sent = case.send();
    assert!(!case.chain.exists(&proposal));
    assert_eq!(case.chain.lamports(&proposer), had + rent);
    assert_eq!(case.chain.read::<account::Pool>(&pool).proposal_count, 1);
    let Event::Rewards(RewardsEvent::ProposalClosed(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.epoch, event.status), (0, 1));
}

#[test]
fn the_active_and_the_open_ones_stay() {
    let mut world = World::new();
    let active = world.finalize(0, &World::content(100));
    world.chain.warp_to(Pool::epoch_end(1));
    let open = world.pool.propose(&mut world.chain, 1, &World::content(200));
    for proposal in [active, open] {
        let close = close(&world, &proposal);
        world.chain.refuse("rewards::ProposalNeeded", &[close], &[]);
    }
    world.finalize(2, &World::content(300));
    let (active, open_close) = (close(&world, &active), close(&world, &open));
    world.chain.send(&[active], &[]);
    world.chain.refuse("rewards::BondOutstanding", std::slice::from_ref(&open_close), &[]);
    let proposer = world.pool.oracles[0].pubkey();
    let back = instruction::return_bond(&world.pool.keys, &open, &proposer);
    world.chain.send(&[back, open_close], &[]);
}

#[test]
fn penalties_are_kept_as_long_as_the_terms_say() {
    let mut world = World::new();
    let content =
        ProposalContent { penalties_root: [1; 32], penalties_sum: 5, ..World::content(100) };
    let proposal = world.finalize(0, &content);
    let until = world.now() + i64::from(world.pool.spec.terms.retention_seconds);
    world.finalize(1, &World::content(200));
    let close = [close(&world, &proposal)];
    world.chain.warp_to(until - 1);
    world.chain.refuse("rewards::ProposalNeeded", &close, &[]);
    world.chain.warp_to(until);
    world.chain.send(&close, &[]);
}

#[test]
fn the_rent_goes_to_the_proposer_and_a_challenge_must_be_closed_before() {
    let mut case = cases::close_proposal();
    let thief = case.chain.wallet().pubkey();
    let stolen = case.tested().swap(2, &thief);
    assert_eq!(case.try_send(stolen).unwrap_err().name, "rewards::NotOracle");
    let mut world = World::new();
    let proposal = world.attested(&World::content(500_000));
    let challenger = world.challenge(&proposal).pubkey();
    world.vote(&proposal, &[(0, true), (1, true)]);
    let keys = world.pool.keys;
    world.chain.send(&[instruction::resolve_challenge(&keys, &proposal)], &[]);
    let close = close(&world, &proposal);
    world.chain.refuse("rewards::HasChildren", std::slice::from_ref(&close), &[]);
    let challenge = instruction::close_challenge(&keys, &proposal, &challenger);
    world.chain.send(&[challenge, close], &[]);
}
