use cairn_program_tests::{Swap, cases::rewards as cases};
use cairn_sdk::{
    account::CreditMarket,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_signer::Signer;

#[test]
fn a_closing_pools_customers_are_closed_by_anyone() {
    let mut case = cases::close_credit_account();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (market, account, payer) = (accounts[2], accounts[3], accounts[4]);
    let (rent, had) = (case.chain.lamports(&account), case.chain.lamports(&payer));
    let sent = case.send();
    assert!(!case.chain.exists(&account));
    assert_eq!(case.chain.lamports(&payer), had + rent);
    assert_eq!(case.chain.read::<CreditMarket>(&market).account_count, 0);
    assert!(matches!(sent.events[0], Event::Rewards(RewardsEvent::CreditAccountClosed(_))));
}

#[test]
fn while_the_pool_is_open_only_an_unused_one_and_by_its_own() {
    let mut world = World::new();
    world.priced_market();
    let (payer, stranger) = (world.chain.wallet(), world.chain.wallet());
    let customer = world.chain.wallet();
    let pool = world.pool.address;
    let (wallet, payers) = (customer.pubkey(), payer.pubkey());
    let open = instruction::open_credit_account(&payers, &pool, &wallet);
    world.chain.send(std::slice::from_ref(&open), &[&payer]);
    let close = |closer: &solana_address::Address| {
        instruction::close_credit_account(closer, &pool, &wallet, &payers)
    };
    let by_stranger = close(&stranger.pubkey());
    world.chain.refuse("rewards::NotCustomer", &[by_stranger], &[&stranger]);
    let stolen = close(&wallet).swap(4, &stranger.pubkey());
    world.chain.refuse("rewards::NotCustomer", &[stolen], &[&customer]);
    world.chain.send(&[close(&wallet)], &[&customer]);
    world.chain.send(&[open], &[&payer]);
    world.chain.send(&[close(&payers)], &[&payer]);
    // With credits it stays.
    let rich = world.customer(1_000);
    let rich_wallet = rich.pubkey();
    let close = instruction::close_credit_account(&rich_wallet, &pool, &rich_wallet, &payers);
    let refused = world.chain.try_send(&[close], &[&rich]).unwrap_err();
    assert_eq!(refused.name, "rewards::NotCustomer");
}
