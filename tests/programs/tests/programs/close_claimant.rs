use cairn_program_tests::{Swap, cases::rewards as cases, operator_leaf};
use cairn_sdk::{
    account,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_signer::Signer;

#[test]
fn a_settled_pools_claimants_are_closed_by_anyone() {
    let mut case = cases::close_claimant();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (pool, claimant, operator, payer) = (accounts[1], accounts[2], accounts[3], accounts[4]);
    let (bare, whole) = (case.chain.rent(8 + 224 + 4), case.chain.lamports(&claimant));
    let had = (case.chain.lamports(&operator), case.chain.lamports(&payer));
    let sent = case.send();
    assert!(!case.chain.exists(&claimant));
    // The payees' rent was the operator's.
    assert_eq!(case.chain.lamports(&operator), had.0 + whole - bare);
    assert_eq!(case.chain.lamports(&payer), had.1 + bare);
    assert_eq!(case.chain.read::<account::Pool>(&pool).claimant_count, 0);
    let Event::Rewards(RewardsEvent::ClaimantClosed(event)) = &sent.events[0] else { panic!() };
    assert_eq!(event.claimed_total, 100_000);
}

#[test]
fn one_that_was_paid_stays_while_more_may_come() {
    let mut world = World::new();
    let operator = world.chain.wallet();
    let wallet = operator.pubkey();
    let leaf = operator_leaf(&world.pool, &wallet, 1_000);
    world.activate(0, &[leaf]);
    let keys = world.pool.keys;
    world.chain.send(&[instruction::open_claimant(&wallet, &keys, &wallet)], &[&operator]);
    world.pool.account_of(&mut world.chain, &wallet);
    world.chain.send(&[instruction::claim(&keys, &leaf, 0, &[], &[])], &[]);
    let close = instruction::close_claimant(&wallet, &keys.pool, &wallet, &wallet);
    world.chain.refuse("rewards::ClaimantInUse", std::slice::from_ref(&close), &[&operator]);
    let (authority, network) = (world.authority(), world.network.address);
    world.govern(instruction::request_close(&authority, &network, &keys.pool));
    world.chain.refuse("rewards::ClaimantInUse", std::slice::from_ref(&close), &[&operator]);
    let now = world.now();
    world.chain.warp_to(now + i64::from(cases::DELAY_SECONDS));
    world.chain.send(&[close], &[&operator]);
    // Nor is it opened again, which would let it be paid again.
    let open = instruction::open_claimant(&wallet, &keys, &wallet);
    world.chain.refuse("rewards::PoolClosing", &[open], &[&operator]);
}

#[test]
fn one_that_was_never_paid_is_closed_by_its_operator_or_payer_only() {
    let mut world = World::new();
    let (operator, payer, stranger) =
        (world.chain.wallet(), world.chain.wallet(), world.chain.wallet());
    let (keys, wallet) = (world.pool.keys, operator.pubkey());
    let open = instruction::open_claimant(&payer.pubkey(), &keys, &wallet);
    world.chain.send(std::slice::from_ref(&open), &[&payer]);
    let close = |closer: &solana_address::Address| {
        instruction::close_claimant(closer, &keys.pool, &wallet, &payer.pubkey())
    };
    let by_stranger = close(&stranger.pubkey());
    world.chain.refuse("rewards::NotClaimantOwner", &[by_stranger], &[&stranger]);
    let stolen = close(&operator.pubkey()).swap(4, &stranger.pubkey());
    world.chain.refuse("rewards::NotClaimantOwner", &[stolen], &[&operator]);
    for key in [&operator, &payer] {
        let had = world.chain.lamports(&payer.pubkey());
        world.chain.send(&[close(&key.pubkey())], &[key]);
        let rent = world.chain.rent(8 + 224 + 4);
        assert_eq!(world.chain.lamports(&payer.pubkey()), had + rent);
        world.chain.send(std::slice::from_ref(&open), &[&payer]);
    }
}
