use cairn_program_tests::{StakePool, Swap, cases};
use cairn_sdk::{
    account::PenaltyEpoch,
    address,
    event::{Event, StakingEvent},
    instruction,
    staking::types::PenaltyClosed,
};
use solana_signer::Signer;

#[test]
fn the_rent_goes_back_to_who_paid_it() {
    let mut case = cases::staking::close_penalty();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (payer, epoch, penalty) = (accounts[0], accounts[1], accounts[2]);
    let stranger = case.chain.wallet().pubkey();
    let elsewhere = case.tested().swap(0, &stranger);
    assert_eq!(case.try_send(elsewhere).unwrap_err().name, "staking::WrongRentPayer");
    let (rent, lamports) = (case.chain.lamports(&penalty), case.chain.lamports(&payer));
    let sent = case.send();
    assert!(!case.chain.exists(&penalty));
    assert_eq!(case.chain.lamports(&payer), lamports + rent);
    assert_eq!(case.chain.read::<PenaltyEpoch>(&epoch).penalty_count, 0);
    let event = PenaltyClosed { penalty };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::PenaltyClosed(event))]);
}

/// While penalties may be announced, the account keeps the same leaf from being announced again.
#[test]
fn it_stays_until_its_leaf_cannot_be_announced_again_and_all_is_paid() {
    let (mut chain, pool) = StakePool::bench();
    let (owner, _, bond) = pool.bonded(&mut chain, 1_000);
    let challenger = owner.pubkey();
    let penalty = pool.announced(&mut chain, &bond, 100, &challenger);
    let address = penalty.address(&pool.address);
    let payer = chain.read::<cairn_sdk::account::Penalty>(&address).rent_payer;
    let close = instruction::close_penalty(&payer, &pool.address, &penalty);
    let close = std::slice::from_ref(&close);
    let epoch = address::penalty_epoch(&pool.address, penalty.epoch);
    let expires_at = chain.read::<PenaltyEpoch>(&epoch).expires_at;
    chain.warp_to(expires_at);
    chain.refuse("staking::PenaltiesOpen", close, &[]);
    chain.warp_to(expires_at + 1);
    chain.refuse("staking::PenaltyPending", close, &[]);
    // It never lapses: anyone may still execute it, so that nobody waits for ever.
    chain.send(&[instruction::execute_penalty(&pool.stake, &penalty)], &[]);
    chain.refuse("staking::ChallengerUnpaid", close, &[]);
    chain.send(&[instruction::pay_challenger(&pool.stake, &penalty, &challenger)], &[]);
    chain.send(close, &[]);
}
