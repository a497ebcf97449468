use cairn_program_tests::{Chain, Network, StakePool, Swap};
use cairn_sdk::{
    account::{self, Bond},
    address,
    event::{Event, StakingEvent},
    instruction,
    staking::types::Bonded,
};
use solana_signer::Signer;

/// Where the accounts keep their totals.
const BOND_AMOUNT_AT: usize = 8 + 2 * 32;
const BONDED_TOTAL_AT: usize = 8 + 4 * 32;

fn bench() -> (Chain, StakePool) {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let stake_pool = StakePool::create(&mut chain, &network);
    (chain, stake_pool)
}

#[test]
fn tokens_go_to_the_vault_and_add_up() {
    let (mut chain, stake_pool) = bench();
    let (owner, source) = stake_pool.staker(&mut chain, 1_000);
    let bond = stake_pool.open(&mut chain, &owner);
    let wallet = owner.pubkey();
    let (of_bond, of_pool) =
        (chain.read::<Bond>(&bond), chain.read::<account::StakePool>(&stake_pool.address));
    let mut paid = 0;
    for amount in [300, 1, 699] {
        let sent = chain.send(
            &[instruction::bond(&wallet, &source, &stake_pool.address, &bond, amount)],
            &[&owner],
        );
        let event = Bonded { bond, amount, old_amount: paid, new_amount: paid + amount };
        assert_eq!(sent.events, [Event::Staking(StakingEvent::Bonded(event))]);
        paid += amount;
        assert_eq!(chain.tokens(&source), 1_000 - paid);
        assert_eq!(chain.tokens(&stake_pool.vault), paid);
        assert_eq!(chain.read::<Bond>(&bond), Bond { amount: paid, ..of_bond.clone() });
        assert_eq!(
            chain.read::<account::StakePool>(&stake_pool.address),
            account::StakePool { bonded_total: paid, ..of_pool.clone() }
        );
    }
}

#[test]
fn anyone_may_add_to_anyones_bond() {
    let (mut chain, stake_pool) = bench();
    let owner = chain.wallet();
    let bond = stake_pool.open(&mut chain, &owner);
    let (friend, source) = stake_pool.staker(&mut chain, 50);
    chain.send(
        &[instruction::bond(&friend.pubkey(), &source, &stake_pool.address, &bond, 50)],
        &[&friend],
    );
    let bond = chain.read::<Bond>(&bond);
    assert_eq!((bond.amount, bond.owner), (50, owner.pubkey()));
}

#[test]
fn nothing_more_than_one_has_and_somebody_elses_tokens_are_refused() {
    let (mut chain, stake_pool) = bench();
    let (owner, source) = stake_pool.staker(&mut chain, 50);
    let (_, foreign) = stake_pool.staker(&mut chain, 50);
    let bond = stake_pool.open(&mut chain, &owner);
    let with =
        |amount| instruction::bond(&owner.pubkey(), &source, &stake_pool.address, &bond, amount);
    chain.refuse("staking::ZeroAmount", &[with(0)], &[&owner]);
    chain.refuse("token::Custom(1)", &[with(51)], &[&owner]);
    chain.refuse("token::Custom(4)", &[with(50).swap(1, &foreign)], &[&owner]);
    chain.refuse("staking::MissingRequiredSignature", &[with(50).unsigned(0)], &[]);
    let other_mint = chain.mint();
    let other = chain.token_account(&owner.pubkey(), &other_mint.0);
    chain.mint_to(&other_mint, &other, 50);
    chain.refuse("token::Custom(3)", &[with(50).swap(1, &other)], &[&owner]);
    assert_eq!(chain.read::<Bond>(&bond).amount, 0);
}

/// The token program, called by somebody who is not the vault's owner, cannot take stake to bond
/// it again.
#[test]
fn the_vault_itself_is_no_source() {
    let (mut chain, stake_pool) = bench();
    let (owner, _, bond) = stake_pool.bonded(&mut chain, 50);
    let from_vault =
        instruction::bond(&owner.pubkey(), &stake_pool.vault, &stake_pool.address, &bond, 50);
    chain.refuse("staking::Custom(2040)", &[from_vault], &[&owner]);
}

#[test]
fn sums_beyond_64_bits_are_refused() {
    let (mut chain, stake_pool) = bench();
    let (owner, source) = stake_pool.staker(&mut chain, 50);
    let bond = stake_pool.open(&mut chain, &owner);
    let add = instruction::bond(&owner.pubkey(), &source, &stake_pool.address, &bond, 50);
    for (address, at) in [(bond, BOND_AMOUNT_AT), (stake_pool.address, BONDED_TOTAL_AT)] {
        chain.poke(&address, at, &(u64::MAX - 49).to_le_bytes());
        chain.refuse("staking::Overflow", std::slice::from_ref(&add), &[&owner]);
        chain.poke(&address, at, &0u64.to_le_bytes());
    }
    chain.send(&[add], &[&owner]);
}

#[test]
fn other_accounts_are_refused() {
    let (mut chain, stake_pool) = bench();
    let network = Network::create(&mut chain, "other");
    let other = StakePool::create(&mut chain, &network);
    let (owner, source) = stake_pool.staker(&mut chain, 50);
    let (bond, others) = (stake_pool.open(&mut chain, &owner), other.open(&mut chain, &owner));
    let own = chain.token_account(&owner.pubkey(), &other.mint.0);
    let forged = [source, stake_pool.address, stake_pool.vault, bond]
        .map(|address| chain.forge(&address, &address::REWARDS));
    let kind = chain.other_kind(&bond);
    let add = instruction::bond(&owner.pubkey(), &source, &stake_pool.address, &bond, 50);
    let cases = [
        ("forged source", add.swap(1, &forged[0]), "IllegalOwner"),
        ("forged stake pool", add.swap(2, &forged[1]), "IllegalOwner"),
        ("another stake pool", add.swap(2, &other.address), "WrongStakePool"),
        ("forged vault", add.swap(3, &forged[2]), "IllegalOwner"),
        ("another vault", add.swap(3, &other.vault), "WrongStakePool"),
        ("one's own account as vault", add.swap(3, &own), "WrongStakePool"),
        ("forged bond", add.swap(4, &forged[3]), "IllegalOwner"),
        ("another stake pool's bond", add.swap(4, &others), "WrongStakePool"),
        ("no bond", add.swap(4, &kind), "InvalidAccountData"),
        ("read-only bond", add.readonly(4), "Custom(2000)"),
        ("a program that moves nothing", add.swap(5, &address::REGISTRY), "IncorrectProgramId"),
    ];
    for (what, add, name) in cases {
        let refused = chain.try_send(&[add], &[&owner]);
        assert_eq!(refused.unwrap_err().name, format!("staking::{name}"), "{what}");
    }
    chain.send(&[add], &[&owner]);
}
