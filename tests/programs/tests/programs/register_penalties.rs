use cairn_program_tests::{NOW, Network, Pool, StakePool, Swap, bump, cases, operator_leaf};
use cairn_sdk::{
    account::{self, PenaltyEpoch},
    address,
    event::{Event, StakingEvent},
    instruction,
    staking::{accounts::PENALTY_EPOCH_DISCRIMINATOR, types::PenaltiesRegistered},
};
use solana_signer::Signer;

const BYTES: usize = 8 + 208;

#[test]
fn the_epochs_root_is_taken_over_with_its_cap() {
    let mut case = cases::staking::register_penalties();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (payer, pool, proposal, epoch) = (accounts[0], accounts[1], accounts[2], accounts[3]);
    let finalized_at = NOW + i64::from(Pool::EPOCH_SECONDS) + i64::from(Pool::WINDOW_SECONDS);
    let expires_at = finalized_at + i64::from(StakePool::EXPIRY_SECONDS);
    let lamports = case.chain.lamports(&payer);
    let root = case.chain.read::<account::Proposal>(&proposal).penalties_root;
    let sent = case.send();
    let seeds: &[&[u8]] = &[b"penalties", pool.as_ref(), &0u64.to_le_bytes()];
    assert_eq!(
        case.chain.read::<PenaltyEpoch>(&epoch),
        PenaltyEpoch {
            discriminator: PENALTY_EPOCH_DISCRIMINATOR,
            stake_pool: pool,
            proposal,
            rent_payer: payer,
            root,
            root_sum: 100,
            epoch: 0,
            finalized_at,
            expires_at,
            cap: 500,
            executed: 0,
            penalty_count: 0,
            version: 1,
            bump: bump(seeds, &address::STAKING),
            reserved: [0; 26],
        }
    );
    assert_eq!(case.chain.read::<account::StakePool>(&pool).penalty_epoch_count, 1);
    assert_eq!(case.chain.lamports(&payer), lamports - case.chain.rent(BYTES));
    let event = PenaltiesRegistered {
        penalty_epoch: epoch,
        epoch: 0,
        proposal,
        root_sum: 100,
        cap: 500,
        expires_at,
    };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::PenaltiesRegistered(event))]);
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "system::Custom(0)");
}

#[test]
fn only_finalized_proposals_with_penalties_of_the_own_rewards_pool() {
    let (mut chain, pool) = StakePool::bench();
    let payer = chain.wallet();
    let key = payer.pubkey();
    let leaves = [operator_leaf(&pool.rewards, &key, 5)];
    // Without penalties.
    let content = Pool::content(&cairn_program_tests::tree_of(&leaves));
    let empty = pool.rewards.finalize(&mut chain, 0, &content);
    let register =
        |proposal, epoch| instruction::register_penalties(&key, &pool.address, proposal, epoch);
    chain.refuse("staking::NoPenalties", &[register(&empty, 0)], &[&payer]);
    // Not finalized, or another epoch than it says.
    let (_, _, bond) = pool.bonded(&mut chain, 1_000);
    let tree =
        cairn_protocol::merkle::SumTree::build(vec![pool.penalty(1, &bond, 9).node()]).unwrap();
    let content = cairn_protocol::proposal::ProposalContent {
        penalties_root: tree.root().hash,
        penalties_sum: 9,
        ..content
    };
    chain.warp_to(Pool::epoch_end(1));
    let proposal = pool.rewards.propose(&mut chain, 1, &content);
    chain.refuse("staking::ProposalNotFinalized", &[register(&proposal, 1)], &[&payer]);
    pool.rewards.attest(&mut chain, 1, &proposal);
    pool.wait(&mut chain, Pool::WINDOW_SECONDS);
    chain.send(&[instruction::finalize(&pool.rewards.keys, &proposal)], &[]);
    chain.refuse("staking::ProposalNotFinalized", &[register(&proposal, 2)], &[&payer]);
    let forged = chain.forge(&proposal, &address::STAKING);
    chain.refuse("staking::IllegalOwner", &[register(&forged, 1)], &[&payer]);
    let kind = chain.other_kind(&proposal);
    chain.refuse("staking::InvalidAccountData", &[register(&kind, 1)], &[&payer]);
    let network = Network::create(&mut chain, "other");
    let other = StakePool::create(&mut chain, &network);
    let elsewhere = instruction::register_penalties(&key, &other.address, &proposal, 1);
    chain.refuse("staking::WrongRewardsPool", &[elsewhere], &[&payer]);
    let seeds = register(&proposal, 1).swap(3, &address::penalty_epoch(&pool.address, 2));
    chain.refuse("staking::InvalidSeeds", &[seeds], &[&payer]);
    chain.send(&[register(&proposal, 1)], &[&payer]);
}

#[test]
fn expired_ones_and_those_that_were_closed_are_refused() {
    let mut case = cases::staking::register_penalties();
    let register = case.tested().clone();
    let (payer, pool) = (register.accounts[0].pubkey, register.accounts[1].pubkey);
    let finalized = case.chain.now();
    let expires_at = finalized + i64::from(StakePool::EXPIRY_SECONDS);
    case.chain.warp_to(expires_at + 1);
    assert_eq!(case.try_send(register.clone()).unwrap_err().name, "staking::PenaltiesExpired");
    case.chain.warp_to(expires_at);
    case.send();
    case.chain.warp_to(expires_at + 1);
    case.chain.send(&[instruction::close_penalty_epoch(&payer, &pool, 0)], &[]);
    // Even if the terms gave it more time again, or the clock went back.
    case.chain.warp_to(expires_at);
    assert_eq!(case.try_send(register).unwrap_err().name, "staking::PenaltiesClosed");
}

/// Else a stake pool that was closed and created again would punish for the same fault twice.
#[test]
fn penalties_from_before_the_stake_pool_are_refused() {
    let (mut chain, pool) = StakePool::bench();
    let leaf = pool.penalty(0, &pool.address, 100);
    let (_, proposal) = pool.finalize_penalties(&mut chain, 0, &[leaf]);
    pool.wait(&mut chain, 10);
    let close = instruction::close_stake_pool(
        &pool.authority.pubkey(),
        &pool.payer.pubkey(),
        &pool.stake,
        &pool.treasury,
    );
    let create = pool.creation(&StakePool::spec(pool.treasury));
    chain.send(&[close], &[&pool.authority]);
    chain.send(&[create], &[&pool.authority, &pool.payer]);
    let payer = chain.wallet();
    let register = instruction::register_penalties(&payer.pubkey(), &pool.address, &proposal, 0);
    chain.refuse("staking::PenaltiesClosed", &[register], &[&payer]);
}
