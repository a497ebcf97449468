use cairn_program_tests::{Chain, NOW, Network, StakePool, Swap};
use cairn_protocol::settlement::Settled;
use cairn_sdk::{
    account::Bond,
    event::{Event, StakingEvent},
    instruction,
    staking::types::Bonded,
};
use solana_signer::Signer;

/// Where the accounts keep their totals.
const BOND_AMOUNT_AT: usize = 8 + 3 * 32;

#[test]
fn tokens_go_to_the_vault_and_add_up() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, source) = pool.staker(&mut chain, 1_000);
    let bond = pool.open(&mut chain, &owner);
    let mut paid = 0;
    for amount in [300, 1, 699] {
        let sent = chain.send(
            &[instruction::add_to_bond(&owner.pubkey(), &source, &pool.stake, &bond, amount)],
            &[&owner],
        );
        let event = Bonded { bond, amount, old_amount: paid, new_amount: paid + amount };
        assert_eq!(sent.events, [Event::Staking(StakingEvent::Bonded(event))]);
        paid += amount;
        assert_eq!(chain.tokens(&source), 1_000 - paid);
        assert_eq!(chain.tokens(&pool.vault), paid);
        assert_eq!(chain.read::<Bond>(&bond).amount, paid);
        assert_eq!(pool.read(&chain).bonded_total, paid);
    }
}

#[test]
fn oracles_read_what_was_bonded_when_the_settlement_period_began() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, source) = pool.staker(&mut chain, 1_000);
    let bond = pool.open(&mut chain, &owner);
    let settle = pool.read(&chain).settle_seconds;
    let at = |chain: &Chain, time: i64| {
        let bond = chain.read::<Bond>(&bond);
        Settled {
            current: bond.amount,
            since: bond.amount_since,
            previous: bond.previous_amount,
            previous_since: bond.previous_amount_since,
            earlier: bond.earlier_amount,
        }
        .at(time, settle)
    };
    let start = NOW.div_euclid(settle.into()) * i64::from(settle);
    let period = i64::from(settle);
    let add = |amount| instruction::add_to_bond(&owner.pubkey(), &source, &pool.stake, &bond, amount);
    chain.warp_to(start + period + 10);
    chain.send(&[add(100)], &[&owner]);
    chain.warp_to(start + 2 * period + 10);
    chain.send(&[add(10)], &[&owner]);
    // In the same period again: what the period began with stays.
    chain.warp_to(start + 2 * period + 20);
    chain.send(&[add(1)], &[&owner]);
    assert_eq!(at(&chain, start + period + 5), 0);
    assert_eq!(at(&chain, start + 2 * period + 30), 100);
    assert_eq!(at(&chain, start + 3 * period), 111);
}

#[test]
fn what_arrives_counts_when_the_mint_takes_a_fee() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let pool = StakePool::create_with_fee(&mut chain, &network);
    let (owner, source) = pool.staker(&mut chain, 10_000);
    let bond = pool.open(&mut chain, &owner);
    chain.send(
        &[instruction::add_to_bond(&owner.pubkey(), &source, &pool.stake, &bond, 10_000)],
        &[&owner],
    );
    assert_eq!(chain.read::<Bond>(&bond).amount, 9_900);
    assert_eq!((chain.tokens(&pool.vault), pool.read(&chain).bonded_total), (9_900, 9_900));
    // A single unit is all fee: nothing arrives.
    pool.mint_stake(&mut chain, &source, 1);
    let one = instruction::add_to_bond(&owner.pubkey(), &source, &pool.stake, &bond, 1);
    chain.refuse("staking::ZeroAmount", &[one], &[&owner]);
}

#[test]
fn anyone_may_add_to_anyones_bond() {
    let (mut chain, pool) = StakePool::bench();
    let owner = chain.wallet();
    let bond = pool.open(&mut chain, &owner);
    let (friend, source) = pool.staker(&mut chain, 50);
    chain.send(&[instruction::add_to_bond(&friend.pubkey(), &source, &pool.stake, &bond, 50)], &[&friend]);
    let bond = chain.read::<Bond>(&bond);
    assert_eq!((bond.amount, bond.owner), (50, owner.pubkey()));
}

#[test]
fn nothing_more_than_one_has_and_somebody_elses_tokens_are_refused() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, source) = pool.staker(&mut chain, 50);
    let (_, foreign) = pool.staker(&mut chain, 50);
    let bond = pool.open(&mut chain, &owner);
    let with = |amount| instruction::add_to_bond(&owner.pubkey(), &source, &pool.stake, &bond, amount);
    chain.refuse("staking::ZeroAmount", &[with(0)], &[&owner]);
    chain.refuse("token::Custom(1)", &[with(51)], &[&owner]);
    chain.refuse("token::Custom(4)", &[with(50).swap(1, &foreign)], &[&owner]);
    chain.refuse("staking::MissingRequiredSignature", &[with(50).unsigned(0)], &[]);
    let other = chain.token_account(&owner.pubkey(), &pool.reward_mint.0);
    chain.mint_to(&pool.reward_mint, &other, 50);
    chain.refuse("token::Custom(3)", &[with(50).swap(1, &other)], &[&owner]);
    // The vault itself is no source.
    chain.refuse("staking::Custom(2040)", &[with(50).swap(1, &pool.vault)], &[&owner]);
    assert_eq!(chain.read::<Bond>(&bond).amount, 0);
}

#[test]
fn sums_beyond_64_bits_are_refused() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, source) = pool.staker(&mut chain, 50);
    let bond = pool.open(&mut chain, &owner);
    let add = instruction::add_to_bond(&owner.pubkey(), &source, &pool.stake, &bond, 50);
    chain.poke(&bond, BOND_AMOUNT_AT, &(u64::MAX - 49).to_le_bytes());
    chain.refuse("staking::Overflow", std::slice::from_ref(&add), &[&owner]);
    chain.poke(&bond, BOND_AMOUNT_AT, &0u64.to_le_bytes());
    chain.send(&[add], &[&owner]);
}

#[test]
fn other_accounts_are_refused() {
    let (mut chain, pool) = StakePool::bench();
    let network = Network::create(&mut chain, "other");
    let other = StakePool::create(&mut chain, &network);
    let (owner, source) = pool.staker(&mut chain, 50);
    let (bond, others) = (pool.open(&mut chain, &owner), other.open(&mut chain, &owner));
    let add = instruction::add_to_bond(&owner.pubkey(), &source, &pool.stake, &bond, 50);
    let cases = [
        ("another stake pool", add.swap(2, &other.address), "WrongStakePool"),
        ("another vault", add.swap(3, &other.vault), "WrongStakePool"),
        ("another mint", add.swap(4, &other.mint.0), "WrongMint"),
        ("another stake pool's bond", add.swap(5, &others), "WrongStakePool"),
        (
            "another token program",
            add.swap(6, &cairn_sdk::address::TOKEN_2022_PROGRAM),
            "WrongTokenProgram",
        ),
    ];
    for (what, add, name) in cases {
        let refused = chain.try_send(&[add], &[&owner]);
        assert_eq!(refused.unwrap_err().name, format!("staking::{name}"), "{what}");
    }
    chain.send(&[add], &[&owner]);
}
