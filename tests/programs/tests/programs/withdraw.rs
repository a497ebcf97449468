use cairn_program_tests::{Chain, NOW, Network, StakePool, Swap};
use cairn_sdk::{
    account::{self, Bond},
    address,
    event::{Event, StakingEvent},
    instruction,
    staking::types::Withdrawn,
};
use proptest::prelude::*;
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;

const UNBONDING_BYTES: usize = 8 + 96;
const COOLDOWN: i64 = StakePool::COOLDOWN_SECONDS as i64;

/// A bond of 1,000 of which 400 are unbonding since [`NOW`].
struct Bench {
    chain: Chain,
    stake_pool: StakePool,
    owner: Keypair,
    account: Address,
    bond: Address,
}

impl Bench {
    fn new() -> Self {
        let mut chain = Chain::new();
        let network = Network::create(&mut chain, "n");
        let stake_pool = StakePool::create(&mut chain, &network);
        let (owner, account, bond) = stake_pool.bonded(&mut chain, 1_000);
        let request =
            instruction::request_unbond(&owner.pubkey(), &stake_pool.address, &bond, 0, 400);
        chain.send(&[request], &[&owner]);
        Self { chain, stake_pool, owner, account, bond }
    }

    fn withdraw(&self) -> solana_instruction::Instruction {
        instruction::withdraw(
            &self.owner.pubkey(),
            &self.stake_pool.address,
            &self.bond,
            0,
            &self.account,
        )
    }
}

#[test]
fn tokens_and_rent_come_back_when_the_cooldown_is_over_to_the_second() {
    let mut bench = Bench::new();
    let withdraw = bench.withdraw();
    bench.chain.warp_to(NOW + COOLDOWN - 1);
    bench.chain.refuse("staking::CooldownActive", std::slice::from_ref(&withdraw), &[&bench.owner]);
    bench.chain.warp_to(NOW + COOLDOWN);
    let Bench { mut chain, stake_pool, owner, account, bond } = bench;
    let of_bond = chain.read::<Bond>(&bond);
    let of_pool = chain.read::<account::StakePool>(&stake_pool.address);
    let lamports = chain.lamports(&owner.pubkey());
    let sent = chain.send(std::slice::from_ref(&withdraw), &[&owner]);

    let unbonding = address::unbonding(&bond, 0);
    assert_eq!(chain.tokens(&account), 400);
    assert_eq!(chain.tokens(&stake_pool.vault), 600);
    assert!(!chain.exists(&unbonding));
    assert_eq!(chain.lamports(&owner.pubkey()), lamports + chain.rent(UNBONDING_BYTES));
    assert_eq!(chain.read::<Bond>(&bond), Bond { unbonding: 0, ..of_bond });
    assert_eq!(
        chain.read::<account::StakePool>(&stake_pool.address),
        account::StakePool { unbonding_total: 0, ..of_pool }
    );
    let event = Withdrawn { bond, unbonding, amount: 400 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::Withdrawn(event))]);

    // The closed account pays nothing more, and its number is not used again.
    chain.refuse("staking::AccountDataTooSmall", &[withdraw], &[&owner]);
    let again = instruction::request_unbond(&owner.pubkey(), &stake_pool.address, &bond, 0, 400);
    chain.refuse("staking::InvalidUnbondingIndex", &[again], &[&owner]);
}

#[test]
fn the_owner_may_send_it_to_another_account() {
    let mut bench = Bench::new();
    let (_, elsewhere) = bench.stake_pool.staker(&mut bench.chain, 5);
    bench.chain.warp_to(NOW + COOLDOWN);
    let withdraw = bench.withdraw().swap(5, &elsewhere);
    bench.chain.send(&[withdraw], &[&bench.owner]);
    assert_eq!(bench.chain.tokens(&elsewhere), 405);
    assert_eq!(bench.chain.tokens(&bench.account), 0);
}

#[test]
fn only_the_bonds_owner_withdraws() {
    let mut bench = Bench::new();
    bench.chain.warp_to(NOW + COOLDOWN);
    let (neighbour, account, _) = bench.stake_pool.bonded(&mut bench.chain, 100);
    let withdraw = bench.withdraw();
    bench.chain.refuse("staking::MissingRequiredSignature", &[withdraw.unsigned(0)], &[]);
    let by_neighbour = withdraw.swap(0, &neighbour.pubkey()).swap(5, &account);
    bench.chain.refuse("staking::NotOwner", &[by_neighbour], &[&neighbour]);
}

#[test]
fn two_withdrawals_of_one_unbonding_in_a_transaction_are_refused() {
    let mut bench = Bench::new();
    bench.chain.warp_to(NOW + COOLDOWN);
    let withdraw = bench.withdraw();
    bench.chain.refuse(
        "staking::AccountDataTooSmall",
        &[withdraw.clone(), withdraw.clone()],
        &[&bench.owner],
    );
    assert_eq!(bench.chain.tokens(&bench.account), 0);
    bench.chain.send(&[withdraw], &[&bench.owner]);
}

#[test]
fn other_accounts_are_refused() {
    let Bench { mut chain, stake_pool, owner, account, bond } = Bench::new();
    let network = Network::create(&mut chain, "other");
    let other = StakePool::create(&mut chain, &network);
    let others = other.open(&mut chain, &owner);
    let wallet = owner.pubkey();
    // The owner's second bond has an unbonding of its own.
    let pool = stake_pool.address;
    let second = address::bond(&pool, &wallet, 0, 1);
    chain.mint_to(&stake_pool.mint, &account, 5);
    chain.send(
        &[
            instruction::open_bond(&wallet, &pool, &wallet, 0, 1),
            instruction::bond(&wallet, &account, &pool, &second, 5),
            instruction::request_unbond(&wallet, &pool, &second, 0, 5),
        ],
        &[&owner],
    );
    let foreign_mint = chain.token_account(&wallet, &other.mint.0);
    let unbonding = address::unbonding(&bond, 0);
    let forged = [pool, stake_pool.vault, bond, unbonding, account]
        .map(|at| chain.forge(&at, &address::REWARDS));
    let kinds = [pool, bond, unbonding].map(|at| chain.other_kind(&at));
    chain.warp_to(NOW + COOLDOWN);
    let withdraw = instruction::withdraw(&wallet, &pool, &bond, 0, &account);
    let cases = [
        ("forged stake pool", withdraw.swap(1, &forged[0]), "staking::IllegalOwner"),
        ("no stake pool", withdraw.swap(1, &kinds[0]), "staking::InvalidAccountData"),
        ("another stake pool", withdraw.swap(1, &other.address), "staking::WrongStakePool"),
        ("forged vault", withdraw.swap(2, &forged[1]), "staking::IllegalOwner"),
        ("another vault", withdraw.swap(2, &other.vault), "staking::WrongStakePool"),
        ("forged bond", withdraw.swap(3, &forged[2]), "staking::IllegalOwner"),
        ("no bond", withdraw.swap(3, &kinds[1]), "staking::InvalidAccountData"),
        ("another stake pool's bond", withdraw.swap(3, &others), "staking::WrongStakePool"),
        ("one's second bond", withdraw.swap(3, &second), "staking::WrongBond"),
        ("forged unbonding", withdraw.swap(4, &forged[3]), "staking::IllegalOwner"),
        ("no unbonding", withdraw.swap(4, &kinds[2]), "staking::InvalidAccountData"),
        (
            "the second bond's unbonding",
            withdraw.swap(4, &address::unbonding(&second, 0)),
            "staking::WrongBond",
        ),
        ("forged destination", withdraw.swap(5, &forged[4]), "staking::IllegalOwner"),
        ("a destination of another mint", withdraw.swap(5, &foreign_mint), "token::Custom(3)"),
        ("the vault as destination", withdraw.swap(5, &stake_pool.vault), "staking::Custom(2040)"),
        (
            "a program that pays nothing",
            withdraw.swap(6, &address::REGISTRY),
            "staking::IncorrectProgramId",
        ),
    ];
    for (what, withdraw, name) in cases {
        let refused = chain.try_send(&[withdraw], &[&owner]);
        assert_eq!(refused.unwrap_err().name, name, "{what}");
    }
    chain.send(&[withdraw], &[&owner]);
}

/// A step of a random life of a stake pool: who, and what with which amount.
#[derive(Debug, Clone, Copy)]
enum Act {
    Bond(u64),
    Request(u64),
    Withdraw,
    Wait(u32),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0u64..200).prop_map(Act::Bond),
        (0u64..200).prop_map(Act::Request),
        Just(Act::Withdraw),
        (0u32..StakePool::COOLDOWN_SECONDS).prop_map(Act::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() })]

    /// Whatever two stakers do, in whatever order: no token is made or lost, the vault holds what
    /// the totals say, and the totals are the sums of the bonds.
    #[test]
    fn no_token_is_made_or_lost(acts in prop::collection::vec((0usize..2, act()), 1..40)) {
        let mut chain = Chain::new();
        let network = Network::create(&mut chain, "n");
        let stake_pool = StakePool::create(&mut chain, &network);
        let pool = stake_pool.address;
        let stakers = [(); 2].map(|()| {
            let (owner, account) = stake_pool.staker(&mut chain, 500);
            let bond = stake_pool.open(&mut chain, &owner);
            (owner, account, bond)
        });
        let (mut now, mut withdrawn) = (NOW, [0u64; 2]);
        for (who, act) in acts {
            let (owner, account, bond) = &stakers[who];
            let wallet = owner.pubkey();
            let before = chain.read::<Bond>(bond);
            let free = chain.tokens(account);
            let (instruction, possible) = match act {
                Act::Bond(amount) => (
                    instruction::bond(&wallet, account, &pool, bond, amount),
                    amount > 0 && amount <= free,
                ),
                Act::Request(amount) => (
                    instruction::request_unbond(
                        &wallet, &pool, bond, before.unbonding_count, amount,
                    ),
                    amount > 0 && amount <= before.amount,
                ),
                Act::Withdraw => {
                    let next = withdrawn[who];
                    let at = address::unbonding(bond, next);
                    let due = chain.exists(&at)
                        && chain.read::<account::Unbonding>(&at).withdrawable_at <= now;
                    (instruction::withdraw(&wallet, &pool, bond, next, account), due)
                }
                Act::Wait(seconds) => {
                    now += i64::from(seconds);
                    chain.warp_to(now);
                    continue;
                }
            };
            let result = chain.try_send(&[instruction], &[owner]);
            prop_assert_eq!(result.is_ok(), possible, "{:?}: {:?}", act, result);
            if possible && matches!(act, Act::Withdraw) {
                withdrawn[who] += 1;
            }

            let of_pool = chain.read::<account::StakePool>(&pool);
            let bonds = stakers.each_ref().map(|(_, _, bond)| chain.read::<Bond>(bond));
            let free: u64 = stakers.iter().map(|(_, account, _)| chain.tokens(account)).sum();
            let vault = chain.tokens(&stake_pool.vault);
            prop_assert_eq!(free + vault, 1_000);
            prop_assert_eq!(of_pool.bonded_total, bonds[0].amount + bonds[1].amount);
            prop_assert_eq!(of_pool.unbonding_total, bonds[0].unbonding + bonds[1].unbonding);
            prop_assert_eq!(vault, of_pool.bonded_total + of_pool.unbonding_total);
        }
    }
}
