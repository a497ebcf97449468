use cairn_program_tests::cases::rewards as cases;
use cairn_sdk::{
    account::{CreditAccount, CreditMarket},
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_signer::Signer;

#[test]
fn anyone_opens_it_for_a_customer() {
    let mut case = cases::open_credit_account();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (payer, market, customer, account) = (accounts[0], accounts[2], accounts[3], accounts[4]);
    let had = case.chain.lamports(&payer);
    let sent = case.send();
    let state: CreditAccount = case.chain.read(&account);
    assert_eq!((state.market, state.customer, state.rent_payer), (market, customer, payer));
    assert_eq!((state.balance, state.settled_total, state.version), (0, 0, 1));
    assert_eq!(case.chain.lamports(&payer), had - case.chain.rent(8 + 256));
    assert_eq!(case.chain.read::<CreditMarket>(&market).account_count, 1);
    assert!(matches!(sent.events[0], Event::Rewards(RewardsEvent::CreditAccountOpened(_))));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "system::Custom(0)");
}

#[test]
fn a_closing_pool_takes_no_customers() {
    let mut world = World::new();
    world.market();
    world.close_for_good();
    let customer = world.chain.wallet();
    let (wallet, pool) = (customer.pubkey(), world.pool.address);
    let open = instruction::open_credit_account(&wallet, &pool, &wallet);
    world.chain.refuse("rewards::PoolClosing", &[open], &[&customer]);
}
