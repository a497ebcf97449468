use cairn_program_tests::{Chain, Network, StakePool, Swap, bump, cases};
use cairn_sdk::{
    account::{self, Delegation, DelegationTarget, LockPeriod},
    address,
    amount::Tokens,
    event::{Event, StakingEvent},
    instruction::{self, DelegationSpec},
    staking::{
        accounts::DELEGATION_DISCRIMINATOR,
        types::{Delegated, StoredDilution},
    },
};
use solana_address::Address;
use solana_signer::Signer;

const BYTES: usize = 8 + 280;

#[test]
fn tokens_go_to_the_vault_and_weigh_by_their_lock() {
    let mut case = cases::staking::delegate();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (owner, payer, source, address) = (accounts[0], accounts[1], accounts[2], accounts[8]);
    let before: account::StakePool = case.chain.read(&accounts[3]);
    let lamports = case.chain.lamports(&payer);
    let sent = case.send();
    let after: account::StakePool = case.chain.read(&accounts[3]);
    // The 5,000 that had arrived went to who had delegated before.
    assert_eq!((before.reward_total, after.reward_total), (0, 5_000));
    assert_eq!(after.reward_balance, 5_000);
    assert_eq!(case.chain.tokens(&source), 200);
    assert_eq!(case.chain.tokens(&accounts[4]), 1_800);
    assert_eq!((after.delegated_total, after.weighted), (1_800, 1_800));
    assert_eq!((after.locked, after.locked_by_end), (800, 2_400));
    assert_eq!(after.lock_ring, [1 << 3, 0, 0, 0]);
    let index = 7u16.to_le_bytes();
    let seeds: &[&[u8]] = &[b"delegation", accounts[3].as_ref(), owner.as_ref(), &index];
    assert_eq!(
        case.chain.read::<Delegation>(&address),
        Delegation {
            discriminator: DELEGATION_DISCRIMINATOR,
            stake_pool: accounts[3],
            owner,
            target: accounts[7],
            rent_payer: payer,
            destination: accounts[9],
            amount: 800,
            owed: 0,
            unbonding_count: 0,
            entry: StoredDilution { factor: 1 << 63, scale: 0, generation: 0 },
            sum_a: after.sum_a,
            sum_b: after.sum_b,
            lock_end: 3,
            unlock_period: 4,
            open_unbondings: 0,
            index: 7,
            version: 1,
            bump: bump(seeds, &address::STAKING),
            reserved: [0; 32],
        }
    );
    let target: DelegationTarget = case.chain.read(&accounts[7]);
    assert_eq!((target.delegated, target.delegation_count), (1_800, 2));
    let period: LockPeriod = case.chain.read(&accounts[10]);
    assert_eq!((period.amount, period.delegation_count, period.marked), (800, 1, 1));
    assert_eq!(case.chain.lamports(&payer), lamports - case.chain.rent(BYTES));
    let event = Delegated {
        delegation: address,
        owner,
        operator: target.operator,
        amount: 800,
        old_amount: 0,
        new_amount: 800,
        lock_end: 3,
    };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::Delegated(event))]);
}

/// Rewards that wait in the reward vault belong to those who earned them, not to whoever joins
/// right before they are shared out.
#[test]
fn nobody_snipes_a_reward_that_has_arrived() {
    let (mut chain, pool) = StakePool::bench();
    let (first, _, honest) = pool.delegated(&mut chain, &Address::default(), 1_000, 0);
    pool.reward(&mut chain, 9_000);
    let (second, _, sniper) = pool.delegated(&mut chain, &Address::default(), 1_000_000, 4);
    for (owner, delegation, earned) in [(&first, honest, 9_000), (&second, sniper, 0)] {
        chain.send(&[instruction::settle_delegation(&pool.stake, &delegation)], &[]);
        let read = chain.read::<Delegation>(&delegation.address);
        assert_eq!((read.owed, read.owner), (earned, owner.pubkey()));
    }
}

/// The very first delegator does not get what arrived before.
#[test]
fn what_arrived_while_nobody_delegated_is_the_treasurys() {
    let (mut chain, pool) = StakePool::bench();
    pool.reward(&mut chain, 9_000);
    let (_, _, delegation) = pool.delegated(&mut chain, &Address::default(), 1_000, 0);
    chain.send(&[instruction::settle_delegation(&pool.stake, &delegation)], &[]);
    assert_eq!(chain.read::<Delegation>(&delegation.address).owed, 0);
    assert_eq!(pool.read(&chain).treasury_reward_due, 9_000);
}

#[test]
fn what_arrives_counts_when_the_mint_takes_a_fee() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let pool = StakePool::create_with_fee(&mut chain, &network);
    let (_, _, delegation) = pool.delegated(&mut chain, &Address::default(), 10_000, 2);
    assert_eq!(chain.read::<Delegation>(&delegation.address).amount, 9_900);
    let of_pool = pool.read(&chain);
    assert_eq!((of_pool.delegated_total, of_pool.locked), (9_900, 9_900));
    assert_eq!(chain.tokens(&pool.vault), 9_900);
}

#[test]
fn locks_and_accounts_that_do_not_fit_are_refused() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, source) = pool.staker(&mut chain, 1_000);
    let wallet = owner.pubkey();
    let operator = chain.key().pubkey();
    let spec =
        DelegationSpec { index: 0, operator, amount: Tokens(10), lock_periods: 2, lock_end: 2 };
    let delegate =
        |spec: &DelegationSpec| instruction::delegate(&wallet, &wallet, &source, &pool.stake, spec);
    pool.target(&mut chain, &operator);
    pool.lock_period(&mut chain, 2);
    pool.lock_period(&mut chain, 3);
    let with = |change: fn(&mut DelegationSpec)| {
        let mut spec = spec;
        change(&mut spec);
        delegate(&spec)
    };
    let stranger = chain.key().pubkey();
    let cases = [
        ("too long", with(|spec| spec.lock_periods = 5), "InvalidLock"),
        ("another period", with(|spec| spec.lock_end = 3), "WrongLockPeriod"),
        ("no period", with(|spec| spec.lock_end = 0), "WrongLockPeriod"),
        ("nothing", with(|spec| spec.amount = Tokens(0)), "ZeroAmount"),
        ("somebody else's account", delegate(&spec).swap(9, &stranger), "InvalidDestination"),
        ("another vault", delegate(&spec).swap(4, &stranger), "WrongStakePool"),
        ("another mint", delegate(&spec).swap(5, &pool.reward_mint.0), "WrongMint"),
        ("another reward vault", delegate(&spec).swap(6, &stranger), "WrongStakePool"),
    ];
    for (what, delegate, name) in cases {
        let refused = chain.try_send(&[delegate], &[&owner]);
        assert_eq!(refused.unwrap_err().name, format!("staking::{name}"), "{what}");
    }
    chain.send(&[delegate(&spec)], &[&owner]);
    chain.refuse("system::Custom(0)", &[delegate(&spec)], &[&owner]);
}

#[test]
fn nobody_joins_an_operator_who_is_about_to_be_penalized() {
    let (mut chain, pool) = StakePool::bench();
    let (operator, _, bond) = pool.bonded(&mut chain, 1_000);
    let wallet = operator.pubkey();
    pool.target(&mut chain, &wallet);
    pool.announced(&mut chain, &bond, 10, &wallet);
    let (owner, source) = pool.staker(&mut chain, 1_000);
    let spec = DelegationSpec {
        index: 0,
        operator: wallet,
        amount: Tokens(10),
        lock_periods: 0,
        lock_end: 0,
    };
    let key = owner.pubkey();
    let delegate = instruction::delegate(&key, &key, &source, &pool.stake, &spec);
    chain.refuse("staking::PenaltyPending", &[delegate], &[&owner]);
}

#[test]
fn another_stake_pools_target_is_refused() {
    let mut case = cases::staking::delegate();
    let network = Network::create(&mut case.chain, "other");
    let other = StakePool::create(&mut case.chain, &network);
    let target = other.target(&mut case.chain, &Address::default());
    let delegate = case.tested().swap(7, &target);
    assert_eq!(case.try_send(delegate).unwrap_err().name, "staking::WrongStakePool");
    let period = other.lock_period(&mut case.chain, 3);
    let delegate = case.tested().swap(10, &period);
    assert_eq!(case.try_send(delegate).unwrap_err().name, "staking::WrongStakePool");
}
