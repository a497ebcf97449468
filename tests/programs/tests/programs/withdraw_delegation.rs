use cairn_program_tests::{StakePool, Swap, cases};
use cairn_sdk::{
    account::{self, Delegation, DelegationTarget},
    amount::Tokens,
    event::{Event, StakingEvent},
    instruction,
    staking::types::Withdrawn,
};
use solana_signer::Signer;

#[test]
fn tokens_and_rent_come_back_after_the_cooldown() {
    let mut case = cases::staking::withdraw_delegation();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let now = case.chain.now();
    case.chain.warp_to(now - 1);
    let withdraw = case.tested().clone();
    assert_eq!(case.try_send(withdraw).unwrap_err().name, "staking::CooldownActive");
    case.chain.warp_to(now);
    let (rent, lamports) = (case.chain.lamports(&accounts[7]), case.chain.lamports(&accounts[1]));
    let sent = case.send();
    assert_eq!(case.chain.tokens(&accounts[8]), 400);
    assert_eq!(case.chain.tokens(&accounts[3]), 600);
    assert!(!case.chain.exists(&accounts[7]));
    assert_eq!(case.chain.lamports(&accounts[1]), lamports + rent);
    assert_eq!(case.chain.read::<Delegation>(&accounts[6]).open_unbondings, 0);
    assert_eq!(case.chain.read::<DelegationTarget>(&accounts[5]).unbonding, 0);
    assert_eq!(case.chain.read::<account::StakePool>(&accounts[2]).undelegating_total, 0);
    let event =
        Withdrawn { parent: accounts[6], unbonding: accounts[7], old_amount: 400, amount: 400 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::Withdrawn(event))]);
    let again = case.tested().clone();
    assert!(case.try_send(again).is_err(), "nothing is paid twice");
}

#[test]
fn a_penalty_reaches_what_is_on_its_way_out() {
    let (mut chain, pool) = StakePool::bench();
    pool.bonded(&mut chain, 10_000);
    let (operator, _, bond) = pool.bonded(&mut chain, 100);
    let (owner, account, delegation) = pool.delegated(&mut chain, &operator.pubkey(), 1_000, 0);
    let key = owner.pubkey();
    chain.send(
        &[instruction::undelegate(&key, &key, &pool.stake, &delegation, 0, Tokens(600))],
        &[&owner],
    );
    pool.penalize(&mut chain, &bond, 100 + 500);
    let target = chain.read::<DelegationTarget>(&delegation.target);
    assert_eq!((target.delegated, target.unbonding), (200, 300));
    // Who joins later loses nothing of it.
    let (_, _, newcomer) = pool.delegated(&mut chain, &operator.pubkey(), 777, 0);
    pool.wait(&mut chain, StakePool::COOLDOWN_SECONDS);
    let withdraw =
        instruction::withdraw_delegation(&key, &key, &pool.stake, &delegation, 0, &account);
    let penalty = pool.announced(&mut chain, &bond, 1, &key);
    chain.refuse("staking::PenaltyPending", std::slice::from_ref(&withdraw), &[&owner]);
    chain.send(
        &[instruction::veto_penalty(&pool.guardian.pubkey(), &pool.stake, &penalty)],
        &[&pool.guardian],
    );
    chain.send(&[withdraw], &[&owner]);
    assert_eq!(chain.tokens(&account), 300);
    for (delegation, left) in [(delegation, 200), (newcomer, 777)] {
        chain.send(&[instruction::settle_delegation(&pool.stake, &delegation)], &[]);
        assert_eq!(chain.read::<Delegation>(&delegation.address).amount, left);
    }
}

#[test]
fn strangers_and_other_accounts_are_refused() {
    let mut case = cases::staking::withdraw_delegation();
    let stranger = case.chain.wallet();
    let owner = case.signers[0].insecure_clone();
    let withdraw = case.tested().clone();
    let by_stranger = withdraw.swap(0, &stranger.pubkey());
    case.chain.refuse("staking::NotOwner", &[by_stranger], &[&stranger]);
    let rent = withdraw.swap(1, &stranger.pubkey());
    case.chain.refuse("staking::WrongRentPayer", &[rent], &[&owner]);
    let vault = withdraw.accounts[3].pubkey;
    case.chain.refuse("staking::Custom(2040)", &[withdraw.swap(8, &vault)], &[&owner]);
}

/// A bond's unbonding cannot be withdrawn as a delegation's, where another dilution holds.
#[test]
fn a_bonds_unbonding_is_refused() {
    let mut case = cases::staking::withdraw_delegation();
    let stake = instruction::Stake::of(&case.chain.read(&case.tested().accounts[2].pubkey));
    let owner = case.signers[0].insecure_clone();
    let wallet = owner.pubkey();
    case.send();
    let account = stake.stake_account(&wallet);
    let bond = cairn_sdk::address::bond(&stake.address, &wallet, 0, 0);
    case.chain.send(
        &[
            instruction::open_bond(&wallet, &stake.address, &wallet, 0, 0),
            instruction::add_to_bond(&wallet, &account, &stake, &bond, Tokens(400)),
            instruction::request_unbond(&wallet, &wallet, &stake.address, &bond, 0, Tokens(400)),
        ],
        &[&owner],
    );
    let now = case.chain.now();
    case.chain.warp_to(now + i64::from(StakePool::COOLDOWN_SECONDS));
    let of_bond = cairn_sdk::address::unbonding(&bond, 0);
    let withdraw = case.tested().swap(7, &of_bond).swap(1, &wallet);
    case.chain.refuse("staking::WrongDelegation", &[withdraw], &[&owner]);
}
