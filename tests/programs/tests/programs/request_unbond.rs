use cairn_program_tests::{StakePool, Swap, bump, cases};
use cairn_sdk::{
    account::{Bond, Unbonding},
    address,
    amount::Tokens,
    event::{Event, StakingEvent},
    instruction,
    staking::{
        accounts::UNBONDING_DISCRIMINATOR,
        types::{StoredDilution, UnbondRequested},
    },
};
use solana_signer::Signer;

const BYTES: usize = 8 + 128;

#[test]
fn tokens_leave_the_bond_and_wait() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, _, bond) = pool.bonded(&mut chain, 1_000);
    let payer = chain.wallet();
    let (wallet, rent_payer) = (owner.pubkey(), payer.pubkey());
    let lamports = chain.lamports(&rent_payer);
    let sent = chain.send(
        &[instruction::request_unbond(&wallet, &rent_payer, &pool.address, &bond, 0, Tokens(400))],
        &[&owner, &payer],
    );
    let unbonding = address::unbonding(&bond, 0);
    let withdrawable_at = chain.now() + i64::from(StakePool::COOLDOWN_SECONDS);
    let seeds: &[&[u8]] = &[b"unbonding", bond.as_ref(), &0u64.to_le_bytes()];
    assert_eq!(
        chain.read::<Unbonding>(&unbonding),
        Unbonding {
            discriminator: UNBONDING_DISCRIMINATOR,
            parent: bond,
            rent_payer,
            amount: 400,
            withdrawable_at,
            index: 0,
            entry: StoredDilution { factor: 1 << 63, scale: 0, generation: 0 },
            version: 1,
            bump: bump(seeds, &address::STAKING),
            reserved: [0; 22],
        }
    );
    let read = chain.read::<Bond>(&bond);
    assert_eq!((read.amount, read.unbonding), (600, 400));
    assert_eq!((read.unbonding_count, read.open_unbondings), (1, 1));
    let of_pool = pool.read(&chain);
    assert_eq!((of_pool.bonded_total, of_pool.unbonding_total), (600, 400));
    assert_eq!(chain.tokens(&pool.vault), 1_000);
    assert_eq!(chain.lamports(&rent_payer), lamports - chain.rent(BYTES));
    let event = UnbondRequested {
        bond,
        unbonding,
        amount: 400,
        old_amount: 1_000,
        new_amount: 600,
        withdrawable_at,
    };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::UnbondRequested(event))]);
}

#[test]
fn unbondings_are_numbered_in_order_within_the_bond() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, _, bond) = pool.bonded(&mut chain, 1_000);
    let wallet = owner.pubkey();
    let request = |index, amount| {
        instruction::request_unbond(&wallet, &wallet, &pool.address, &bond, index, amount)
    };
    chain.refuse("staking::InvalidUnbondingIndex", &[request(1, Tokens(10))], &[&owner]);
    chain.refuse("staking::ZeroAmount", &[request(0, Tokens(0))], &[&owner]);
    chain.refuse("staking::InsufficientBond", &[request(0, Tokens(1_001))], &[&owner]);
    chain.send(&[request(0, Tokens(1_000))], &[&owner]);
    chain.refuse("staking::InsufficientBond", &[request(1, Tokens(1))], &[&owner]);
    chain.refuse("system::Custom(0)", &[request(0, Tokens(1))], &[&owner]);
}

#[test]
fn only_the_owner_asks() {
    let mut case = cases::staking::request_unbond();
    let stranger = case.chain.wallet();
    let payer = case.signers[1].insecure_clone();
    let request = case.tested().clone();
    case.chain.refuse("staking::MissingRequiredSignature", &[request.unsigned(0)], &[&payer]);
    let by_stranger = request.swap(0, &stranger.pubkey());
    case.chain.refuse("staking::NotOwner", &[by_stranger], &[&stranger, &payer]);
}
