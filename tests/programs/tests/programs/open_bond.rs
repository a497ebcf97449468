use cairn_program_tests::{Chain, Network, StakePool, Swap, bump};
use cairn_sdk::{
    account::Bond,
    address,
    event::{Event, StakingEvent},
    instruction,
    staking::{accounts::BOND_DISCRIMINATOR, types::BondOpened},
};
use solana_signer::Signer;

const BYTES: usize = 8 + 160;

fn bench() -> (Chain, StakePool) {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let stake_pool = StakePool::create(&mut chain, &network);
    (chain, stake_pool)
}

#[test]
fn anyone_may_open_an_owners_bond_for_it() {
    let (mut chain, stake_pool) = bench();
    let (payer, owner) = (chain.wallet(), chain.key().pubkey());
    let before = chain.lamports(&payer.pubkey());
    let open = instruction::open_bond(&payer.pubkey(), &stake_pool.address, &owner, 0, 515);
    let sent = chain.send(&[open], &[&payer]);

    let bond = address::bond(&stake_pool.address, &owner, 0, 515);
    let seeds: &[&[u8]] = &[b"bond", stake_pool.address.as_ref(), owner.as_ref(), &[0], &[3, 2]];
    assert_eq!(
        chain.read::<Bond>(&bond),
        Bond {
            discriminator: BOND_DISCRIMINATOR,
            stake_pool: stake_pool.address,
            owner,
            amount: 0,
            unbonding: 0,
            unbonding_count: 0,
            class: 515,
            role: 0,
            version: 1,
            bump: bump(seeds, &address::STAKING),
            reserved: [0; 67],
        }
    );
    assert_eq!(chain.raw(&bond).data.len(), BYTES);
    assert_eq!(chain.lamports(&bond), chain.rent(BYTES));
    assert_eq!(chain.lamports(&payer.pubkey()), before - chain.rent(BYTES));
    let event = BondOpened { bond, owner, role: 0, class: 515 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::BondOpened(event))]);
}

#[test]
fn a_wallet_has_one_bond_per_role_and_class() {
    let (mut chain, stake_pool) = bench();
    let owner = chain.wallet();
    let wallet = owner.pubkey();
    let open =
        |role, class| instruction::open_bond(&wallet, &stake_pool.address, &wallet, role, class);
    for (role, class) in [(0, 0), (0, 1), (0, u16::MAX), (1, 0)] {
        chain.send(&[open(role, class)], &[&owner]);
        let bond = chain.read::<Bond>(&address::bond(&stake_pool.address, &wallet, role, class));
        assert_eq!((bond.role, bond.class), (role, class));
        chain.refuse("system::Custom(0)", &[open(role, class)], &[&owner]);
    }
}

#[test]
fn an_unknown_role_or_an_oracle_with_a_class_is_refused() {
    let (mut chain, stake_pool) = bench();
    let owner = chain.wallet();
    for (role, class) in [(2, 0), (255, 0), (1, 1), (1, 256)] {
        let open = instruction::open_bond(
            &owner.pubkey(),
            &stake_pool.address,
            &owner.pubkey(),
            role,
            class,
        );
        chain.refuse("staking::InvalidRole", &[open], &[&owner]);
    }
}

#[test]
fn lamports_sent_to_the_address_before_do_not_block_it() {
    let (mut chain, stake_pool) = bench();
    let (owner, rent) = (chain.wallet(), chain.rent(0));
    chain.dust(&address::bond(&stake_pool.address, &owner.pubkey(), 0, 0), rent);
    let bond = stake_pool.open(&mut chain, &owner);
    assert_eq!(chain.lamports(&bond), chain.rent(BYTES));
}

#[test]
fn other_accounts_are_refused() {
    let (mut chain, stake_pool) = bench();
    let (payer, owner) = (chain.wallet(), chain.key().pubkey());
    let open = instruction::open_bond(&payer.pubkey(), &stake_pool.address, &owner, 0, 0);
    let forged = chain.forge(&stake_pool.address, &address::REWARDS);
    let kind = chain.other_kind(&stake_pool.address);
    let at_forged = open.swap(1, &forged).swap(3, &address::bond(&forged, &owner, 0, 0));
    let at_kind = open.swap(1, &kind).swap(3, &address::bond(&kind, &owner, 0, 0));
    let of_class_1 = address::bond(&stake_pool.address, &owner, 0, 1);
    chain.refuse("staking::MissingRequiredSignature", &[open.unsigned(0)], &[]);
    chain.refuse("staking::IllegalOwner", &[at_forged], &[&payer]);
    chain.refuse("staking::InvalidAccountData", &[at_kind], &[&payer]);
    chain.refuse("staking::InvalidSeeds", &[open.swap(3, &of_class_1)], &[&payer]);
    chain.refuse("staking::InvalidSeeds", &[open.swap(2, &payer.pubkey())], &[&payer]);
}
