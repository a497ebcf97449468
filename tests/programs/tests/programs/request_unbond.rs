use cairn_program_tests::{Chain, NOW, Network, StakePool, Swap, bump};
use cairn_sdk::{
    account::{self, Bond, Unbonding},
    address,
    event::{Event, StakingEvent},
    instruction,
    staking::{accounts::UNBONDING_DISCRIMINATOR, types::UnbondRequested},
};
use solana_signer::Signer;

const BYTES: usize = 8 + 96;
const COOLDOWN: i64 = StakePool::COOLDOWN_SECONDS as i64;

fn bench() -> (Chain, StakePool) {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let stake_pool = StakePool::create(&mut chain, &network);
    (chain, stake_pool)
}

#[test]
fn tokens_leave_the_bond_and_wait_for_their_cooldown() {
    let (mut chain, stake_pool) = bench();
    let (owner, source, bond) = stake_pool.bonded(&mut chain, 1_000);
    let (wallet, pool) = (owner.pubkey(), stake_pool.address);
    let before = chain.read::<Bond>(&bond);
    let of_pool = chain.read::<account::StakePool>(&pool);
    let lamports = chain.lamports(&wallet);
    let mut gone = 0;
    for (index, amount) in [(0u64, 400u64), (1, 1), (2, 599)] {
        let at = NOW + 10 * i64::try_from(index).unwrap();
        chain.warp_to(at);
        let sent = chain
            .send(&[instruction::request_unbond(&wallet, &pool, &bond, index, amount)], &[&owner]);
        gone += amount;
        let unbonding = address::unbonding(&bond, index);
        let seeds: &[&[u8]] = &[b"unbonding", bond.as_ref(), &index.to_le_bytes()];
        assert_eq!(
            chain.read::<Unbonding>(&unbonding),
            Unbonding {
                discriminator: UNBONDING_DISCRIMINATOR,
                bond,
                amount,
                withdrawable_at: at + COOLDOWN,
                index,
                version: 1,
                bump: bump(seeds, &address::STAKING),
                reserved: [0; 38],
            }
        );
        assert_eq!(chain.raw(&unbonding).data.len(), BYTES);
        assert_eq!(chain.lamports(&unbonding), chain.rent(BYTES));
        assert_eq!(chain.lamports(&wallet), lamports - (index + 1) * chain.rent(BYTES));
        let after = Bond {
            amount: 1_000 - gone,
            unbonding: gone,
            unbonding_count: index + 1,
            ..before.clone()
        };
        assert_eq!(chain.read::<Bond>(&bond), after);
        let after = account::StakePool {
            bonded_total: 1_000 - gone,
            unbonding_total: gone,
            ..of_pool.clone()
        };
        assert_eq!(chain.read::<account::StakePool>(&pool), after);
        let event = UnbondRequested { bond, unbonding, amount, withdrawable_at: at + COOLDOWN };
        assert_eq!(sent.events, [Event::Staking(StakingEvent::UnbondRequested(event))]);
    }
    // The tokens are still in the vault.
    assert_eq!((chain.tokens(&stake_pool.vault), chain.tokens(&source)), (1_000, 0));
}

#[test]
fn only_the_bonds_owner_unbonds() {
    let (mut chain, stake_pool) = bench();
    let (owner, _, bond) = stake_pool.bonded(&mut chain, 100);
    let (neighbour, _, _) = stake_pool.bonded(&mut chain, 100);
    let request = instruction::request_unbond(&owner.pubkey(), &stake_pool.address, &bond, 0, 100);
    chain.refuse("staking::MissingRequiredSignature", &[request.unsigned(0)], &[]);
    let by_neighbour = request.swap(0, &neighbour.pubkey());
    chain.refuse("staking::NotOwner", &[by_neighbour], &[&neighbour]);
}

#[test]
fn no_more_than_is_bonded_and_not_nothing() {
    let (mut chain, stake_pool) = bench();
    let (owner, _, bond) = stake_pool.bonded(&mut chain, 100);
    // Others' stake does not count.
    stake_pool.bonded(&mut chain, 1_000);
    let request = |index, amount| {
        instruction::request_unbond(&owner.pubkey(), &stake_pool.address, &bond, index, amount)
    };
    chain.refuse("staking::ZeroAmount", &[request(0, 0)], &[&owner]);
    chain.refuse("staking::InsufficientBond", &[request(0, 101)], &[&owner]);
    chain.refuse("staking::InsufficientBond", &[request(0, u64::MAX)], &[&owner]);
    chain.send(&[request(0, 60)], &[&owner]);
    // What is unbonding is not bonded any more.
    chain.refuse("staking::InsufficientBond", &[request(1, 41)], &[&owner]);
    chain.send(&[request(1, 40)], &[&owner]);
}

#[test]
fn unbondings_are_numbered_without_gaps() {
    let (mut chain, stake_pool) = bench();
    let (owner, _, bond) = stake_pool.bonded(&mut chain, 100);
    let request =
        |index| instruction::request_unbond(&owner.pubkey(), &stake_pool.address, &bond, index, 1);
    for index in [1, u64::MAX] {
        chain.refuse("staking::InvalidUnbondingIndex", &[request(index)], &[&owner]);
    }
    chain.send(&[request(0)], &[&owner]);
    chain.refuse("system::Custom(0)", &[request(0)], &[&owner]);
    chain.send(&[request(1)], &[&owner]);
}

#[test]
fn lamports_sent_to_the_address_before_do_not_block_it() {
    let (mut chain, stake_pool) = bench();
    let (owner, _, bond) = stake_pool.bonded(&mut chain, 100);
    let rent = chain.rent(0);
    chain.dust(&address::unbonding(&bond, 0), rent);
    let request = instruction::request_unbond(&owner.pubkey(), &stake_pool.address, &bond, 0, 1);
    chain.send(&[request], &[&owner]);
}

#[test]
fn other_accounts_are_refused() {
    let (mut chain, stake_pool) = bench();
    let network = Network::create(&mut chain, "other");
    let other = StakePool::create(&mut chain, &network);
    let (owner, _, bond) = stake_pool.bonded(&mut chain, 100);
    let (neighbour, _, neighbours) = stake_pool.bonded(&mut chain, 100);
    let others = other.open(&mut chain, &owner);
    let forged = [stake_pool.address, bond].map(|at| chain.forge(&at, &address::REWARDS));
    let kinds = [stake_pool.address, bond].map(|at| chain.other_kind(&at));
    let request = instruction::request_unbond(&owner.pubkey(), &stake_pool.address, &bond, 0, 100);
    let with_bond = |bond| request.swap(2, &bond).swap(3, &address::unbonding(&bond, 0));
    let cases = [
        ("forged stake pool", request.swap(1, &forged[0]), "IllegalOwner"),
        ("no stake pool", request.swap(1, &kinds[0]), "InvalidAccountData"),
        ("another stake pool", request.swap(1, &other.address), "WrongStakePool"),
        ("forged bond", with_bond(forged[1]), "IllegalOwner"),
        ("no bond", with_bond(kinds[1]), "InvalidAccountData"),
        ("another stake pool's bond", with_bond(others), "WrongStakePool"),
        ("the neighbour's bond", with_bond(neighbours), "NotOwner"),
        ("another place", request.swap(3, &address::unbonding(&neighbours, 0)), "InvalidSeeds"),
    ];
    for (what, request, name) in cases {
        let refused = chain.try_send(&[request], &[&owner]);
        assert_eq!(refused.unwrap_err().name, format!("staking::{name}"), "{what}");
    }
    assert_ne!(neighbour.pubkey(), owner.pubkey());
    chain.send(&[request], &[&owner]);
}
