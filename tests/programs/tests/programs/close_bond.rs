use cairn_program_tests::{Network, StakePool, Swap, cases};
use cairn_sdk::{
    account,
    amount::Tokens,
    event::{Event, StakingEvent},
    instruction,
    staking::types::BondClosed,
};
use solana_signer::Signer;

#[test]
fn the_rent_goes_back_to_who_paid_it() {
    let mut case = cases::staking::close_bond();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (owner, payer, pool, bond) = (accounts[0], accounts[1], accounts[2], accounts[3]);
    let (rent, lamports) = (case.chain.lamports(&bond), case.chain.lamports(&payer));
    let sent = case.send();
    assert!(!case.chain.exists(&bond));
    assert_eq!(case.chain.lamports(&payer), lamports + rent);
    assert_eq!(case.chain.read::<account::StakePool>(&pool).bond_count, 0);
    let event = BondClosed { bond, owner };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::BondClosed(event))]);
}

#[test]
fn a_bond_that_holds_or_owes_anything_stays() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, account, bond) = pool.bonded(&mut chain, 100);
    let wallet = owner.pubkey();
    let close = instruction::close_bond(&wallet, &wallet, &pool.address, &bond);
    let close = std::slice::from_ref(&close);
    chain.refuse("staking::BondNotEmpty", close, &[&owner]);
    pool.unbond(&mut chain, &owner, &bond, 100);
    chain.refuse("staking::BondNotEmpty", close, &[&owner]);
    pool.wait(&mut chain, StakePool::COOLDOWN_SECONDS);
    chain.send(
        &[instruction::withdraw(&wallet, &wallet, &pool.stake, &bond, 0, &account)],
        &[&owner],
    );
    let penalty = pool.announced(&mut chain, &bond, 5, &wallet);
    chain.refuse("staking::PenaltyPending", close, &[&owner]);
    pool.wait(&mut chain, StakePool::APPEAL_SECONDS);
    chain.send(&[instruction::execute_penalty(&pool.stake, &penalty)], &[]);
    chain.send(close, &[&owner]);
}

#[test]
fn a_bond_whose_history_oracles_may_ask_for_stays() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, account) = pool.staker(&mut chain, 100);
    let wallet = owner.pubkey();
    let bond = pool.open(&mut chain, &owner);
    chain.send(
        &[instruction::add_to_bond(&wallet, &account, &pool.stake, &bond, Tokens(100))],
        &[&owner],
    );
    // Others' stake, so that the epoch's cap lets a penalty take all of this bond, with no cooldown.
    pool.bonded(&mut chain, 10_000);
    let penalty = pool.announced(&mut chain, &bond, 100, &wallet);
    pool.wait(&mut chain, StakePool::APPEAL_SECONDS);
    chain.send(&[instruction::execute_penalty(&pool.stake, &penalty)], &[]);
    assert_eq!(chain.read::<account::Bond>(&bond).amount, 0);
    let close = instruction::close_bond(&wallet, &wallet, &pool.address, &bond);
    chain.refuse("staking::BondUnsettled", std::slice::from_ref(&close), &[&owner]);
    // The settlement period of the change and a whole one after it.
    let changed = chain.read::<account::Bond>(&bond).amount_since;
    let settle = i64::from(Network::SETTLE_SECONDS);
    let settled = (changed.div_euclid(settle) + 2) * settle;
    chain.warp_to(settled - 1);
    chain.refuse("staking::BondUnsettled", std::slice::from_ref(&close), &[&owner]);
    chain.warp_to(settled);
    chain.send(&[close], &[&owner]);
}

#[test]
fn only_the_owner_closes() {
    let mut case = cases::staking::close_bond();
    let stranger = case.chain.wallet();
    let close = case.tested().clone();
    case.chain.refuse("staking::NotOwner", &[close.swap(0, &stranger.pubkey())], &[&stranger]);
    let owner = case.signers[0].insecure_clone();
    let elsewhere = close.swap(1, &stranger.pubkey());
    case.chain.refuse("staking::WrongRentPayer", &[elsewhere], &[&owner]);
}
