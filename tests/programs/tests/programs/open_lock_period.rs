use cairn_program_tests::{StakePool, bump};
use cairn_sdk::{
    account::LockPeriod,
    address,
    event::{Event, StakingEvent},
    instruction,
    staking::{accounts::LOCK_PERIOD_DISCRIMINATOR, types::LockPeriodOpened},
};
use solana_signer::Signer;

const BYTES: usize = 8 + 144;

#[test]
fn anyone_opens_a_coming_period_once() {
    let (mut chain, pool) = StakePool::bench();
    let payer = chain.wallet();
    let lamports = chain.lamports(&payer.pubkey());
    let open = instruction::open_lock_period(&payer.pubkey(), &pool.address, 3);
    let sent = chain.send(std::slice::from_ref(&open), &[&payer]);
    let lock_period = address::lock_period(&pool.address, 3);
    let seeds: &[&[u8]] = &[b"lock-period", pool.address.as_ref(), &3u32.to_le_bytes()];
    assert_eq!(
        chain.read::<LockPeriod>(&lock_period),
        LockPeriod {
            discriminator: LOCK_PERIOD_DISCRIMINATOR,
            stake_pool: pool.address,
            rent_payer: payer.pubkey(),
            amount: 0,
            sum_a: 0,
            sum_b: 0,
            period: 3,
            delegation_count: 0,
            reached: 0,
            marked: 0,
            version: 1,
            bump: bump(seeds, &address::STAKING),
            reserved: [0; 28],
        }
    );
    let of_pool = pool.read(&chain);
    assert_eq!((of_pool.lock_period_count, of_pool.lock_ring), (1, [0; 4]));
    assert_eq!(chain.lamports(&payer.pubkey()), lamports - chain.rent(BYTES));
    let event = LockPeriodOpened { lock_period, period: 3 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::LockPeriodOpened(event))]);
    chain.refuse("system::Custom(0)", &[open], &[&payer]);
}

#[test]
fn only_periods_that_a_lock_can_end_with() {
    let (mut chain, pool) = StakePool::bench();
    let payer = chain.wallet();
    pool.warp_to_period(&mut chain, 10);
    let open = |period| instruction::open_lock_period(&payer.pubkey(), &pool.address, period);
    for period in [0, 9, 10, 15, u32::MAX] {
        chain.refuse("staking::InvalidLock", &[open(period)], &[&payer]);
    }
    for period in [11, 14] {
        chain.send(&[open(period)], &[&payer]);
    }
}
