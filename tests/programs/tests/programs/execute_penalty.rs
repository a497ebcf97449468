use cairn_program_tests::{Chain, Network, StakePool, Swap, cases};
use cairn_protocol::merkle::PenaltyLeaf;
use cairn_sdk::{
    account::{self, Bond, Delegation, DelegationTarget, Penalty, PenaltyEpoch},
    amount::Tokens,
    event::{Event, StakingEvent},
    instruction,
    staking::types::PenaltyExecuted,
};
use solana_address::Address;
use solana_signer::Signer;

#[test]
fn it_takes_from_the_bond_its_unbondings_and_the_delegators_in_that_order() {
    let mut case = cases::staking::execute_penalty();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let (pool, vault, mint) = (accounts[0], accounts[1], accounts[2]);
    let (epoch, penalty, bond, target) = (accounts[3], accounts[4], accounts[5], accounts[6]);
    let (in_vault, supply) = (case.chain.tokens(&vault), case.chain.supply(&mint));
    let sent = case.send();
    // 1,500 of a bond of 600 with 400 on their way out, and delegators with 1,000.
    let read: Bond = case.chain.read(&bond);
    assert_eq!((read.amount, read.unbonding, read.pending_penalties), (0, 0, 0));
    let of_target: DelegationTarget = case.chain.read(&target);
    assert_eq!((of_target.delegated, of_target.pending_penalties), (500, 0));
    let read: Penalty = case.chain.read(&penalty);
    assert_eq!((read.status, read.taken, read.challenger_due), (2, 1_500, 300));
    assert_eq!(case.chain.read::<PenaltyEpoch>(&epoch).executed, 1_500);
    let of_pool: account::StakePool = case.chain.read(&pool);
    assert_eq!((of_pool.bonded_total, of_pool.unbonding_total), (10_000, 0));
    assert_eq!((of_pool.delegated_total, of_pool.undelegating_total), (500, 0));
    assert_eq!((of_pool.treasury_stake_due, of_pool.challenger_due), (450, 300));
    assert_eq!(case.chain.tokens(&vault), in_vault - 750);
    assert_eq!(case.chain.supply(&mint), supply - 750);
    assert_eq!(case.chain.tokens(&vault), 10_000 + 500 + 450 + 300);
    let event = PenaltyExecuted {
        penalty,
        bond,
        old_amount: 600,
        new_amount: 0,
        from_unbonding: 400,
        from_delegators: 500,
        burned: 750,
        for_treasury: 450,
        for_challenger: 300,
    };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::PenaltyExecuted(event))]);
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "staking::PenaltyDecided");
}

#[test]
fn not_before_the_appeal_window_is_over() {
    let mut case = cases::staking::execute_penalty();
    let now = case.chain.now();
    case.chain.warp_to(now - 1);
    let execute = case.tested().clone();
    assert_eq!(case.try_send(execute).unwrap_err().name, "staking::AppealWindowOpen");
}

/// The operator cannot save its delegators' stake by leaving their account out or changing it.
#[test]
fn the_delegators_may_not_be_left_out() {
    let mut case = cases::staking::execute_penalty();
    let nothing = case.chain.key().pubkey();
    let execute = case.tested().swap(6, &nothing);
    assert_eq!(case.try_send(execute).unwrap_err().name, "staking::WrongTarget");
    let bond = case.tested().accounts[5].pubkey;
    let forged = case.chain.forge(&bond, &cairn_sdk::address::STAKING);
    let execute = case.tested().swap(5, &forged);
    assert_eq!(case.try_send(execute).unwrap_err().name, "staking::WrongBond");
}

/// Delegators who come between announcement and execution share the loss, and the count of
/// pending penalties stays right.
#[test]
fn a_target_that_is_opened_after_the_announcement_is_reached() {
    let (mut chain, pool) = StakePool::bench();
    pool.bonded(&mut chain, 10_000);
    let (operator, _, bond) = pool.bonded(&mut chain, 100);
    let penalty = pool.announced(&mut chain, &bond, 600, &Address::default());
    let (_, _, delegation) = pool.delegated(&mut chain, &operator.pubkey(), 1_000, 0);
    pool.wait(&mut chain, StakePool::APPEAL_SECONDS);
    chain.send(&[instruction::execute_penalty(&pool.stake, &penalty)], &[]);
    let target = chain.read::<DelegationTarget>(&delegation.target);
    assert_eq!((target.delegated, target.pending_penalties), (500, 0));
}

#[test]
fn all_penalties_of_an_epoch_take_no_more_than_the_cap() {
    let (mut chain, pool) = StakePool::bench();
    let bonds = [(); 3].map(|()| pool.bonded(&mut chain, 1_000).2);
    let leaves = bonds.map(|bond| pool.penalty(0, &bond, 900));
    let tree = pool.register(&mut chain, 0, &leaves);
    let mut penalties = Vec::new();
    for (index, leaf) in leaves.iter().enumerate() {
        penalties.push(pool.announce(&mut chain, &tree, leaf, u32::try_from(index).unwrap()));
    }
    pool.wait(&mut chain, StakePool::APPEAL_SECONDS);
    for penalty in &penalties {
        chain.send(&[instruction::execute_penalty(&pool.stake, penalty)], &[]);
    }
    // Half of 3,000, by the stake when the penalties were registered.
    let left = bonds.map(|bond| chain.read::<Bond>(&bond).amount);
    assert_eq!(left, [100, 400, 1_000]);
    let bond = chain.read::<Bond>(&bonds[2]);
    assert_eq!(bond.pending_penalties, 0);
    let of_pool = pool.read(&chain);
    assert_eq!(chain.tokens(&pool.vault), 1_500 + of_pool.treasury_stake_due);
}

/// A pot that is wiped out: its members have nothing, newcomers are whole, and nothing overdraws.
#[test]
fn a_pot_that_is_wiped_out_takes_newcomers_afresh() {
    let (mut chain, pool) = StakePool::bench();
    pool.bonded(&mut chain, 100_000);
    let (operator, _, bond) = pool.bonded(&mut chain, 100);
    let key = operator.pubkey();
    let (owner, account, old) = pool.delegated(&mut chain, &key, 1_000, 4);
    pool.penalize(&mut chain, &bond, 5_000);
    let target = chain.read::<DelegationTarget>(&old.target);
    assert_eq!((target.delegated, target.dilution.generation), (0, 1));
    let (_, _, new) = pool.delegated(&mut chain, &key, 500, 0);
    for (delegation, left) in [(old, 0), (new, 500)] {
        chain.send(&[instruction::settle_delegation(&pool.stake, &delegation)], &[]);
        assert_eq!(chain.read::<Delegation>(&delegation.address).amount, left);
    }
    // The wiped one can be filled again.
    pool.mint_stake(&mut chain, &account, 70);
    let add =
        instruction::add_to_delegation(&owner.pubkey(), &account, &pool.stake, &old, Tokens(70));
    chain.send(&[add], &[&owner]);
    assert_eq!(chain.read::<Delegation>(&old.address).amount, 70);
    let of_pool = pool.read(&chain);
    assert_eq!((of_pool.weighted, of_pool.delegated_total), (570, 570));
    assert_eq!((of_pool.locked, of_pool.locked_by_end), (70, 280));
}

#[test]
fn without_a_challenger_its_part_is_the_treasurys_and_rounding_too() {
    let (mut chain, pool) = StakePool::bench();
    let (_, _, bond) = pool.bonded(&mut chain, 1_000);
    let sent = pool.penalize(&mut chain, &bond, 33);
    let Some(Event::Staking(StakingEvent::PenaltyExecuted(event))) = sent.events.first() else {
        panic!("{:?}", sent.events)
    };
    assert_eq!((event.burned, event.for_treasury, event.for_challenger), (16, 17, 0));
}

#[test]
fn the_bonds_history_shows_the_loss_from_the_next_settlement_period_on() {
    let (mut chain, pool) = StakePool::bench();
    let (_, _, bond) = pool.bonded(&mut chain, 1_000);
    let bonded_at = chain.now();
    pool.penalize(&mut chain, &bond, 400);
    let read = chain.read::<Bond>(&bond);
    assert_eq!((read.amount, read.amount_since), (600, chain.now()));
    assert_eq!((read.previous_amount, read.previous_amount_since), (1_000, bonded_at));
}

#[test]
fn a_token_2022_stake_is_burned_from_the_vault() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let pool = StakePool::create_with_fee(&mut chain, &network);
    let (_, _, bond) = pool.bonded(&mut chain, 10_000);
    pool.penalize(&mut chain, &bond, 1_000);
    assert_eq!(chain.tokens(&pool.vault), 9_900 - 500);
    assert_eq!(pool.read(&chain).treasury_stake_due, 500);
}

#[test]
fn an_oracles_penalty_stops_at_its_own_stake() {
    let (mut chain, pool) = StakePool::bench();
    pool.bonded(&mut chain, 100_000);
    let (owner, account) = pool.staker(&mut chain, 1_000);
    let wallet = owner.pubkey();
    let bond = pool.open_role(&mut chain, &owner, 1);
    chain.send(
        &[instruction::add_to_bond(&wallet, &account, &pool.stake, &bond, Tokens(1_000))],
        &[&owner],
    );
    let (_, _, delegation) = pool.delegated(&mut chain, &wallet, 1_000, 0);
    pool.penalize(&mut chain, &bond, 5_000);
    assert_eq!(chain.read::<Bond>(&bond).amount, 0);
    assert_eq!(chain.read::<DelegationTarget>(&delegation.target).delegated, 1_000);
}

#[test]
fn another_epochs_penalties_are_refused() {
    let (mut chain, pool) = StakePool::bench();
    let (_, _, bond) = pool.bonded(&mut chain, 1_000);
    let first = pool.announced(&mut chain, &bond, 100, &Address::default());
    let epoch = pool.epoch(&chain);
    let leaf = PenaltyLeaf { amount: 7, ..pool.penalty(epoch, &bond, 7) };
    pool.register(&mut chain, epoch, &[leaf]);
    pool.wait(&mut chain, StakePool::APPEAL_SECONDS);
    let wrong = cairn_sdk::address::penalty_epoch(&pool.address, epoch);
    let execute = instruction::execute_penalty(&pool.stake, &first).swap(3, &wrong);
    chain.refuse("staking::WrongPenalties", &[execute], &[]);
}
