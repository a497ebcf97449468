use cairn_program_tests::{Swap, cases::rewards as cases};
use cairn_sdk::{
    account, address,
    event::{Event, RewardsEvent},
    instruction,
};
use cases::World;
use solana_address::Address;
use solana_signer::Signer;

#[test]
fn delegators_get_their_part_where_the_terms_say() {
    let mut case = cases::pay_delegators();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (pool, vault, destination) = (accounts[0], accounts[1], accounts[2]);
    let (held, had) = (case.chain.tokens(&vault), case.chain.tokens(&destination));
    let sent = case.send();
    assert_eq!(case.chain.tokens(&vault), held - 166_666);
    assert_eq!(case.chain.tokens(&destination), had + 166_666);
    assert_eq!(case.chain.read::<account::Pool>(&pool).delegators_paid, 166_666);
    let Event::Rewards(RewardsEvent::PartPaid(event)) = &sent.events[0] else { panic!() };
    assert_eq!(
        (event.part, event.amount, event.old_paid, event.new_paid),
        (0, 166_666, 0, 166_666)
    );
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "rewards::NothingToPay");
}

#[test]
fn nowhere_else() {
    let mut case = cases::pay_delegators();
    let wallet = case.chain.wallet().pubkey();
    let tested = case.tested().clone();
    let account = case.chain.token_account(&wallet, &tested.accounts[3].pubkey);
    for (index, address, name) in [
        (1, account, "WrongPool"),
        (2, account, "InvalidDestination"),
        (3, wallet, "InvalidMint"),
        (4, wallet, "InvalidMint"),
    ] {
        let refused = case.try_send(tested.swap(index, &address)).unwrap_err();
        assert_eq!(refused.name, format!("rewards::{name}"));
    }
}

#[test]
fn without_an_account_their_part_waits() {
    let mut world = World::new();
    // As if the terms had named none.
    const DELEGATOR_VAULT_AT: usize = 8 + 8 * 32 + 14 * 8 + 32;
    world.chain.poke(&world.pool.address, DELEGATOR_VAULT_AT, &[0; 32]);
    world.finalize(0, &World::content(500_000));
    let pay = instruction::pay_delegators(&world.pool.keys, &Address::default());
    world.chain.refuse(
        "rewards::NoDelegatorVault",
        &[pay.swap(2, &address::credit_market(&world.pool.address))],
        &[],
    );
}
