use cairn_program_tests::{StakePool, Swap, cases};
use cairn_sdk::{
    account::{self, PenaltyEpoch},
    address,
    event::{Event, StakingEvent},
    instruction,
    staking::types::PenaltyEpochClosed,
};
use solana_signer::Signer;

#[test]
fn the_rent_goes_back_to_who_paid_it_and_the_epoch_is_over_for_good() {
    let mut case = cases::staking::close_penalty_epoch();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (payer, pool, epoch) = (accounts[0], accounts[1], accounts[2]);
    let stranger = case.chain.wallet().pubkey();
    let elsewhere = case.tested().swap(0, &stranger);
    assert_eq!(case.try_send(elsewhere).unwrap_err().name, "staking::WrongRentPayer");
    let (rent, lamports) = (case.chain.lamports(&epoch), case.chain.lamports(&payer));
    let sent = case.send();
    assert!(!case.chain.exists(&epoch));
    assert_eq!(case.chain.lamports(&payer), lamports + rent);
    let of_pool: account::StakePool = case.chain.read(&pool);
    assert_eq!((of_pool.penalty_epoch_count, of_pool.penalties_from_epoch), (0, 1));
    let event = PenaltyEpochClosed { penalty_epoch: epoch, epoch: 0, executed: 0 };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::PenaltyEpochClosed(event))]);
}

#[test]
fn not_while_penalties_may_be_announced_or_are_open() {
    let (mut chain, pool) = StakePool::bench();
    let (_, _, bond) = pool.bonded(&mut chain, 1_000);
    let penalty = pool.announced(&mut chain, &bond, 100, &solana_address::Address::default());
    let epoch = address::penalty_epoch(&pool.address, penalty.epoch);
    let read: PenaltyEpoch = chain.read(&epoch);
    let close = instruction::close_penalty_epoch(&read.rent_payer, &pool.address, penalty.epoch);
    let close = std::slice::from_ref(&close);
    chain.refuse("staking::PenaltiesOpen", close, &[]);
    chain.warp_to(read.expires_at + 1);
    chain.refuse("staking::PenaltiesOpen", close, &[]);
    let payer = chain.read::<account::Penalty>(&penalty.address(&pool.address)).rent_payer;
    chain.send(
        &[
            instruction::execute_penalty(&pool.stake, &penalty),
            instruction::close_penalty(&payer, &pool.address, &penalty),
        ],
        &[],
    );
    chain.send(close, &[]);
}
