use cairn_program_tests::{Pool, Swap, cases::rewards as cases};
use cairn_sdk::{
    account::Proposal,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

fn reject(world: &World, oracle: usize, proposal: &Address) -> Instruction {
    let oracle = world.pool.oracles[oracle].pubkey();
    instruction::reject_proposal(&oracle, &world.pool.address, proposal)
}

#[test]
fn one_rejection_decides_nothing() {
    let mut case = cases::reject_proposal();
    let proposal = case.tested().accounts[3].pubkey;
    let before: Proposal = case.chain.read(&proposal);
    let sent = case.send();
    let after: Proposal = case.chain.read(&proposal);
    assert_eq!(after, Proposal { rejections: 0b100, ..before });
    let Event::Rewards(RewardsEvent::Rejected(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.rejections, event.old_status, event.new_status), (1, 0, 0));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "rewards::AlreadyRejected");
}

#[test]
fn a_majority_rejects_for_good_and_the_bond_goes_back() {
    let mut world = World::new();
    let proposal = world.attested(&World::content(500_000));
    // One of them attested before: it may change its mind.
    for oracle in [1, 2] {
        let reject = reject(&world, oracle, &proposal);
        world.chain.send(&[reject], &[&world.pool.oracles[oracle]]);
    }
    let state: Proposal = world.chain.read(&proposal);
    assert_eq!((state.status, state.bond), (2, Pool::PROPOSAL_BOND));
    let attest =
        instruction::attest(&world.pool.oracles[2].pubkey(), &world.pool.address, &proposal);
    world.chain.refuse("rewards::ProposalRejected", &[attest], &[&world.pool.oracles[2]]);
    let late = reject(&world, 0, &proposal);
    world.chain.refuse("rewards::ProposalRejected", &[late], &[&world.pool.oracles[0]]);
    world.chain.warp_to(Pool::epoch_end(5));
    let finalize = instruction::finalize(&world.pool.keys, &proposal);
    world.chain.refuse("rewards::ProposalRejected", &[finalize], &[]);
    let proposer = world.pool.oracles[0].pubkey();
    let account = world.pool.keys.token_account(&proposer);
    let before = world.chain.tokens(&account);
    let back = instruction::return_bond(&world.pool.keys, &proposal, &proposer);
    world.chain.send(&[back], &[]);
    assert_eq!(world.chain.tokens(&account), before + Pool::PROPOSAL_BOND);
    // Closed, the same content may be proposed again.
    let close = instruction::close_proposal(&world.pool.address, &proposal, &proposer);
    world.chain.send(&[close], &[]);
    world.pool.propose(&mut world.chain, 0, &World::content(500_000));
}

#[test]
fn only_an_oracle_rejects_and_only_what_is_open() {
    let mut case = cases::reject_proposal();
    let stranger = case.chain.wallet();
    let tested = case.tested().clone();
    case.chain.refuse("rewards::MissingRequiredSignature", &[tested.unsigned(0)], &[]);
    case.chain.refuse("rewards::NotOracle", &[tested.swap(0, &stranger.pubkey())], &[&stranger]);
    let mut world = World::new();
    let proposal = world.finalize(0, &World::content(10));
    let reject = reject(&world, 2, &proposal);
    world.chain.refuse("rewards::ProposalFinalized", &[reject], &[&world.pool.oracles[2]]);
}
