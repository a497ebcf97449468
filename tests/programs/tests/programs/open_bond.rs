use cairn_program_tests::{StakePool, Swap, bump};
use cairn_sdk::{
    account::Bond,
    address,
    event::{Event, StakingEvent},
    instruction,
    staking::{accounts::BOND_DISCRIMINATOR, types::BondOpened, types::StoredDilution},
};
use solana_address::Address;
use solana_signer::Signer;

const BYTES: usize = 8 + 240;

#[test]
fn anyone_may_open_an_owners_bond_for_it() {
    let (mut chain, stake_pool) = StakePool::bench();
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
            rent_payer: payer.pubkey(),
            amount: 0,
            amount_since: chain.now(),
            previous_amount: 0,
            previous_amount_since: chain.now(),
            earlier_amount: 0,
            unbonding: 0,
            unbonding_count: 0,
            unbonding_dilution: StoredDilution { factor: 1 << 63, scale: 0, generation: 0 },
            open_unbondings: 0,
            pending_penalties: 0,
            class: 515,
            role: 0,
            version: 1,
            bump: bump(seeds, &address::STAKING),
            reserved: [0; 59],
        }
    );
    assert_eq!(stake_pool.read(&chain).bond_count, 1);
    assert_eq!(chain.raw(&bond).data.len(), BYTES);
    assert_eq!(chain.lamports(&bond), chain.rent(BYTES));
    assert_eq!(chain.lamports(&payer.pubkey()), before - chain.rent(BYTES));
    let event = BondOpened { bond, owner, role: 0, class: 515 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::BondOpened(event))]);
}

#[test]
fn a_wallet_has_one_bond_per_role_and_class() {
    let (mut chain, stake_pool) = StakePool::bench();
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
    assert_eq!(stake_pool.read(&chain).bond_count, 4);
}

#[test]
fn an_unknown_role_an_oracle_with_a_class_and_nobody_as_owner_are_refused() {
    let (mut chain, stake_pool) = StakePool::bench();
    let owner = chain.wallet();
    let wallet = owner.pubkey();
    for (role, class) in [(2, 0), (255, 0), (1, 1), (1, 256)] {
        let open = instruction::open_bond(&wallet, &stake_pool.address, &wallet, role, class);
        chain.refuse("staking::InvalidRole", &[open], &[&owner]);
    }
    // Zero stands for the stake pool as a target, which must never lose anything.
    let open = instruction::open_bond(&wallet, &stake_pool.address, &Address::default(), 0, 0);
    chain.refuse("staking::InvalidKey", &[open], &[&owner]);
}

#[test]
fn lamports_sent_to_the_address_before_do_not_block_it() {
    let (mut chain, stake_pool) = StakePool::bench();
    let (owner, rent) = (chain.wallet(), chain.rent(0));
    chain.dust(&address::bond(&stake_pool.address, &owner.pubkey(), 0, 0), rent);
    let bond = stake_pool.open(&mut chain, &owner);
    assert_eq!(chain.lamports(&bond), chain.rent(BYTES));
}

#[test]
fn other_accounts_are_refused() {
    let (mut chain, stake_pool) = StakePool::bench();
    let (payer, owner) = (chain.wallet(), chain.key().pubkey());
    let open = instruction::open_bond(&payer.pubkey(), &stake_pool.address, &owner, 0, 0);
    let of_class_1 = address::bond(&stake_pool.address, &owner, 0, 1);
    chain.refuse("staking::MissingRequiredSignature", &[open.unsigned(0)], &[]);
    chain.refuse("staking::InvalidSeeds", &[open.swap(3, &of_class_1)], &[&payer]);
    chain.refuse("staking::InvalidSeeds", &[open.swap(2, &payer.pubkey())], &[&payer]);
}
