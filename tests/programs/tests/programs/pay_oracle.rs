use cairn_program_tests::{Swap, cases::rewards as cases};
use cairn_sdk::{
    account::{self, OracleSet},
    event::{Event, RewardsEvent},
    instruction,
};
use solana_signer::Signer;

#[test]
fn an_attesting_oracle_gets_its_part() {
    let mut case = cases::pay_oracle();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (pool, set, vault, destination) = (accounts[0], accounts[1], accounts[2], accounts[3]);
    let before: OracleSet = case.chain.read(&set);
    assert_eq!(before.earned[..3], [62_500, 62_500, 0]);
    let (held, had) = (case.chain.tokens(&vault), case.chain.tokens(&destination));
    let sent = case.send();
    assert_eq!(case.chain.tokens(&vault), held - 62_500);
    assert_eq!(case.chain.tokens(&destination), had + 62_500);
    assert_eq!(case.chain.read::<OracleSet>(&set).earned[..3], [62_500, 0, 0]);
    let state: account::Pool = case.chain.read(&pool);
    assert_eq!((state.oracles_total, state.oracles_paid), (125_000, 62_500));
    let Event::Rewards(RewardsEvent::PartPaid(event)) = &sent.events[0] else { panic!() };
    assert_eq!((event.part, event.wallet, event.amount), (1, before.oracles[1], 62_500));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "rewards::NothingToPay");
}

#[test]
fn who_did_not_attest_gets_nothing_and_nobody_gets_anothers() {
    let mut world = cases::earned();
    let keys = world.pool.keys;
    let [first, second, third] = [0, 1, 2].map(|n: usize| world.pool.oracles[n].pubkey());
    for (place, oracle, name) in [
        (2, third, "NothingToPay"),
        (31, third, "NothingToPay"),
        (32, third, "NotOracle"),
        (0, second, "InvalidDestination"),
        (1, first, "InvalidDestination"),
    ] {
        let pay = instruction::pay_oracle(&keys, place, &oracle);
        world.chain.refuse(&format!("rewards::{name}"), &[pay], &[]);
    }
    let pay = instruction::pay_oracle(&keys, 0, &first);
    let wrong = pay.swap(2, &keys.bond_vault());
    world.chain.refuse("rewards::WrongPool", &[wrong], &[]);
}
