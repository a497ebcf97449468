use cairn_program_tests::{Swap, cases::rewards as cases};
use cairn_sdk::{
    account,
    event::{Event, RewardsEvent},
};
use solana_signer::Signer;

#[test]
fn the_treasury_gets_its_part() {
    let mut case = cases::pay_treasury();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (pool, vault, destination) = (accounts[0], accounts[1], accounts[2]);
    let held = case.chain.tokens(&vault);
    let sent = case.send();
    assert_eq!(case.chain.tokens(&vault), held - 41_666);
    assert_eq!(case.chain.tokens(&destination), 41_666);
    let state: account::Pool = case.chain.read(&pool);
    assert_eq!((state.treasury_total, state.treasury_paid), (41_666, 41_666));
    let Event::Rewards(RewardsEvent::PartPaid(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.part, event.amount), (2, 41_666));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "rewards::NothingToPay");
}

#[test]
fn nobody_else_gets_it() {
    let mut case = cases::pay_treasury();
    let wallet = case.chain.wallet().pubkey();
    let tested = case.tested().clone();
    let account = case.chain.token_account(&wallet, &tested.accounts[3].pubkey);
    for (index, address, name) in
        [(1, account, "WrongPool"), (2, account, "InvalidDestination"), (3, wallet, "InvalidMint")]
    {
        let refused = case.try_send(tested.swap(index, &address)).unwrap_err();
        assert_eq!(refused.name, format!("rewards::{name}"));
    }
}
