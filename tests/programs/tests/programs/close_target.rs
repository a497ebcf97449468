use cairn_program_tests::{StakePool, Swap, cases};
use cairn_sdk::{
    account::{self, DelegationTarget},
    amount::Tokens,
    event::{Event, StakingEvent},
    instruction,
    staking::types::TargetClosed,
};
use solana_signer::Signer;

#[test]
fn the_rent_goes_back_to_who_paid_it() {
    let mut case = cases::staking::close_target();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (payer, pool, target) = (accounts[0], accounts[1], accounts[2]);
    let operator = case.chain.read::<DelegationTarget>(&target).operator;
    let (rent, lamports) = (case.chain.lamports(&target), case.chain.lamports(&payer));
    let sent = case.send();
    assert!(!case.chain.exists(&target));
    assert_eq!(case.chain.lamports(&payer), lamports + rent);
    assert_eq!(case.chain.read::<account::StakePool>(&pool).target_count, 0);
    let event = TargetClosed { target, operator, dust: 0 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::TargetClosed(event))]);
}

#[test]
fn a_target_in_use_stays_and_its_dust_is_the_treasurys() {
    let (mut chain, pool) = StakePool::bench();
    pool.bonded(&mut chain, 10_000);
    let (operator, _, bond) = pool.bonded(&mut chain, 100);
    let wallet = operator.pubkey();
    let (owner, account, delegation) = pool.delegated(&mut chain, &wallet, 333, 0);
    let (second, second_account, second_delegation) = pool.delegated(&mut chain, &wallet, 334, 0);
    let rent_payer = chain.read::<DelegationTarget>(&delegation.target).rent_payer;
    let close = instruction::close_target(&rent_payer, &pool.address, &wallet);
    let close = std::slice::from_ref(&close);
    chain.refuse("staking::TargetNotEmpty", close, &[]);
    pool.penalize(&mut chain, &bond, 100 + 100); // leaves 567 to 283.08 and 283.92
    for (owner, account, delegation) in
        [(&owner, &account, &delegation), (&second, &second_account, &second_delegation)]
    {
        let key = owner.pubkey();
        chain.send(&[instruction::settle_delegation(&pool.stake, delegation)], &[]);
        let left = chain.read::<account::Delegation>(&delegation.address).amount;
        assert_eq!(left, 283);
        chain.send(
            &[instruction::undelegate(&key, &key, &pool.stake, delegation, 0, Tokens(left))],
            &[owner],
        );
        pool.wait(&mut chain, StakePool::COOLDOWN_SECONDS);
        chain.send(
            &[
                instruction::withdraw_delegation(&key, &key, &pool.stake, delegation, 0, account),
                instruction::close_delegation(&key, &key, &pool.stake, delegation),
            ],
            &[owner],
        );
        assert_eq!(chain.tokens(account), 283);
    }
    let due = pool.read(&chain).treasury_stake_due;
    let sent = chain.send(close, &[]);
    let event = TargetClosed { target: delegation.target, operator: wallet, dust: 1 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::TargetClosed(event))]);
    let of_pool = pool.read(&chain);
    assert_eq!(of_pool.treasury_stake_due, due + 1);
    assert_eq!((of_pool.delegated_total, of_pool.undelegating_total), (0, 0));
    assert_eq!((of_pool.weighted, of_pool.locked), (0, 0));
    assert_eq!(
        chain.tokens(&pool.vault),
        of_pool.bonded_total + of_pool.treasury_stake_due + of_pool.challenger_due
    );
}

#[test]
fn a_pending_penalty_keeps_it_open() {
    let (mut chain, pool) = StakePool::bench();
    let (operator, _, bond) = pool.bonded(&mut chain, 100);
    let wallet = operator.pubkey();
    let target = pool.target(&mut chain, &wallet);
    let rent_payer = chain.read::<DelegationTarget>(&target).rent_payer;
    let close = instruction::close_target(&rent_payer, &pool.address, &wallet);
    pool.announced(&mut chain, &bond, 10, &wallet);
    chain.refuse("staking::PenaltyPending", std::slice::from_ref(&close), &[]);
    let stranger = chain.wallet().pubkey();
    chain.refuse("staking::WrongRentPayer", &[close.swap(0, &stranger)], &[]);
}
