use cairn_program_tests::{StakePool, Swap, cases};
use cairn_sdk::{
    account::{Bond, DelegationTarget, Penalty},
    event::{Event, StakingEvent},
    instruction,
    staking::types::PenaltyVetoed,
};
use solana_signer::Signer;

#[test]
fn the_guardian_stops_a_penalty_for_good() {
    let mut case = cases::staking::veto_penalty();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let before = case.chain.read::<Bond>(&accounts[3]);
    let sent = case.send();
    let after = case.chain.read::<Bond>(&accounts[3]);
    assert_eq!((after.amount, after.unbonding), (before.amount, before.unbonding));
    assert_eq!((before.pending_penalties, after.pending_penalties), (1, 0));
    assert_eq!(case.chain.read::<DelegationTarget>(&accounts[4]).pending_penalties, 0);
    assert_eq!(case.chain.read::<Penalty>(&accounts[5]).status, 1);
    let event = PenaltyVetoed { penalty: accounts[5], bond: accounts[3], by: accounts[0] };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::PenaltyVetoed(event))]);
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "staking::PenaltyDecided");
}

#[test]
fn a_vetoed_penalty_is_never_executed() {
    let (mut chain, pool) = StakePool::bench();
    let (_, _, bond) = pool.bonded(&mut chain, 1_000);
    let penalty = pool.announced(&mut chain, &bond, 100, &pool.treasury);
    let veto = instruction::veto_penalty(&pool.authority.pubkey(), &pool.stake, &penalty);
    chain.send(&[veto], &[&pool.authority]);
    pool.wait(&mut chain, StakePool::APPEAL_SECONDS);
    let execute = instruction::execute_penalty(&pool.stake, &penalty);
    chain.refuse("staking::PenaltyDecided", &[execute], &[]);
}

#[test]
fn strangers_and_late_vetoes_are_refused() {
    let mut case = cases::staking::veto_penalty();
    let stranger = case.chain.wallet();
    let guardian = case.signers[0].insecure_clone();
    let veto = case.tested().clone();
    case.chain.refuse("staking::NotGuardian", &[veto.swap(0, &stranger.pubkey())], &[&stranger]);
    case.chain.refuse("staking::MissingRequiredSignature", &[veto.unsigned(0)], &[]);
    let foreign = case.chain.key().pubkey();
    case.chain.refuse("staking::WrongTarget", &[veto.swap(4, &foreign)], &[&guardian]);
    let penalty: Penalty = case.chain.read(&veto.accounts[5].pubkey);
    case.chain.warp_to(penalty.executable_at);
    case.chain.refuse("staking::AppealWindowOver", std::slice::from_ref(&veto), &[&guardian]);
    case.chain.warp_to(penalty.executable_at - 1);
    case.chain.send(&[veto], &[&guardian]);
}

#[test]
fn another_networks_guardian_is_refused() {
    let mut case = cases::staking::veto_penalty();
    let other = cairn_program_tests::Network::create(&mut case.chain, "other");
    let veto = case.tested().swap(0, &other.guardian.pubkey()).swap(1, &other.address);
    case.chain.refuse("staking::WrongNetwork", &[veto], &[&other.guardian]);
}
