use cairn_program_tests::{Pool, cases::rewards as cases};
use cairn_sdk::{
    account::{CreditAccount, CreditMarket},
    address,
    amount::Credits,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::{World, activate_usage, usage_leaf};
use solana_signer::Signer;

#[test]
fn what_was_used_is_debited_from_escrow() {
    let mut case = cases::settle_usage();
    let (market, account) = (case.tested().accounts[1].pubkey, case.tested().accounts[2].pubkey);
    let sent = case.send();
    let state: CreditAccount = case.chain.read(&account);
    assert_eq!((state.balance, state.escrowed, state.settled_total), (400, 150, 450));
    assert_eq!(case.chain.read::<CreditMarket>(&market).settled_total, 450);
    let Event::Rewards(RewardsEvent::UsageSettled(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.amount, event.old_settled, event.new_settled), (450, 0, 450));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "rewards::NothingToSettle");
}

/// What is on its way out of escrow still backs what was used; what exceeds both stays due.
#[test]
fn a_withdrawal_does_not_run_from_a_debt() {
    let mut world = World::new();
    world.priced_market();
    let customer = world.customer(1_000);
    let (wallet, pool) = (customer.pubkey(), world.pool.address);
    world.escrow(&customer, 600);
    let request = instruction::request_escrow_withdrawal(&wallet, &pool, Credits(500));
    world.chain.send(&[request], &[&customer]);
    let leaf = usage_leaf(&world.pool, &wallet, 700);
    activate_usage(&mut world, 0, 1_000, &[leaf]);
    let settle = [instruction::settle_usage(&leaf, 0, &[])];
    world.chain.send(&settle, &[]);
    let account = address::credit_account(&address::credit_market(&pool), &wallet);
    let state: CreditAccount = world.chain.read(&account);
    assert_eq!((state.escrowed, state.withdrawing, state.withdraw_at), (0, 0, 0));
    assert_eq!((state.settled_total, state.balance), (600, 400));
    world.chain.refuse("rewards::NothingToSettle", &settle, &[]);
    // The rest is debited as soon as something backs it.
    world.escrow(&customer, 300);
    world.chain.send(&settle, &[]);
    let state: CreditAccount = world.chain.read(&account);
    assert_eq!((state.escrowed, state.settled_total), (200, 700));
}

#[test]
fn only_with_a_proof_to_the_active_root() {
    let mut world = World::new();
    world.priced_market();
    let customer = world.customer(1_000);
    world.escrow(&customer, 600);
    let wallet = customer.pubkey();
    let leaf = usage_leaf(&world.pool, &wallet, 450);
    let settle = instruction::settle_usage(&leaf, 0, &[]);
    world.chain.refuse("rewards::NoRoot", std::slice::from_ref(&settle), &[]);
    let other = usage_leaf(&world.pool, &world.chain.wallet().pubkey(), 50);
    let tree = activate_usage(&mut world, 0, 1_000, &[leaf, other]);
    world.chain.refuse("rewards::InvalidProof", &[settle], &[]);
    let proof = tree.prove(0).unwrap();
    let more = usage_leaf(&world.pool, &wallet, 451);
    for wrong in [
        instruction::settle_usage(&more, 0, &proof),
        instruction::settle_usage(&leaf, 1, &proof),
        instruction::settle_usage(&leaf, 0, &tree.prove(1).unwrap()),
    ] {
        world.chain.refuse("rewards::InvalidProof", &[wrong], &[]);
    }
    world.chain.send(&[instruction::settle_usage(&leaf, 0, &proof)], &[]);
    // Usage never falls either.
    let less = cairn_protocol::proposal::ProposalContent {
        usage_root: [3; 32],
        usage_sum: 499,
        ..World::content(2_000)
    };
    world.chain.warp_to(Pool::epoch_end(1));
    let oracle = &world.pool.oracles[0];
    let source = world.pool.keys.token_account(&oracle.pubkey());
    let propose = instruction::propose(&oracle.pubkey(), &world.pool.keys, 1, &less, Some(&source));
    world.chain.refuse("rewards::UsageBelowActive", &[propose], &[oracle]);
}
