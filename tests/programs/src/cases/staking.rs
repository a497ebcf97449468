//! The cases of the staking program.

use super::{Builder, Case};
use crate::{Chain, NOW, Network, StakePool};
use cairn_sdk::{
    address,
    amount::{Epoch, Tokens},
    instruction::{self, DelegationRef, DelegationSpec, PenaltyRef},
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// Every case, in the order of the program's instructions.
pub const ALL: &[Builder] = &[
    ("staking::create_stake_pool", create_stake_pool),
    ("staking::propose_stake_update", propose_stake_update),
    ("staking::cancel_stake_update", cancel_stake_update),
    ("staking::close_stake_pool", close_stake_pool),
    ("staking::open_bond", open_bond),
    ("staking::add_to_bond", add_to_bond),
    ("staking::request_unbond", request_unbond),
    ("staking::withdraw", withdraw),
    ("staking::close_bond", close_bond),
    ("staking::open_target", open_target),
    ("staking::close_target", close_target),
    ("staking::open_lock_period", open_lock_period),
    ("staking::reach_period", reach_period),
    ("staking::close_lock_period", close_lock_period),
    ("staking::delegate", delegate),
    ("staking::add_to_delegation", add_to_delegation),
    ("staking::extend_lock", extend_lock),
    ("staking::settle_delegation", settle_delegation),
    ("staking::claim_delegation_rewards", claim_delegation_rewards),
    ("staking::undelegate", undelegate),
    ("staking::withdraw_delegation", withdraw_delegation),
    ("staking::close_delegation", close_delegation),
    ("staking::sync_rewards", sync_rewards),
    ("staking::pay_stake_treasury", pay_stake_treasury),
    ("staking::register_penalties", register_penalties),
    ("staking::announce_penalty", announce_penalty),
    ("staking::veto_penalty", veto_penalty),
    ("staking::execute_penalty", execute_penalty),
    ("staking::pay_challenger", pay_challenger),
    ("staking::close_penalty", close_penalty),
    ("staking::close_penalty_epoch", close_penalty_epoch),
];

/// A case of one instruction.
fn case(
    instruction: &'static str,
    chain: Chain,
    tested: Instruction,
    signers: &[&Keypair],
) -> Case {
    Case {
        program: "staking",
        instruction,
        chain,
        instructions: vec![tested],
        at: 0,
        signers: signers.iter().map(|key| key.insecure_clone()).collect(),
    }
}

/// See the module.
pub fn create_stake_pool() -> Case {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let mint = chain.mint();
    let pool = StakePool::prepare(&mut chain, &network, mint, address::TOKEN_PROGRAM);
    let create = pool.creation(&StakePool::spec(pool.treasury));
    case("create_stake_pool", chain, create, &[&pool.authority, &pool.payer])
}

/// See the module.
pub fn propose_stake_update() -> Case {
    let (chain, pool) = StakePool::bench();
    let terms = StakePool::spec(pool.treasury).terms;
    let propose = instruction::propose_stake_update(&pool.authority.pubkey(), &pool.stake, &terms);
    case("propose_stake_update", chain, propose, &[&pool.authority])
}

/// See the module.
pub fn cancel_stake_update() -> Case {
    let (mut chain, pool) = StakePool::bench();
    let wallet = pool.authority.pubkey();
    let terms = StakePool::spec(pool.treasury).terms;
    chain.send(
        &[instruction::propose_stake_update(&wallet, &pool.stake, &terms)],
        &[&pool.authority],
    );
    let cancel = instruction::cancel_stake_update(&wallet, &pool.stake);
    case("cancel_stake_update", chain, cancel, &[&pool.authority])
}

/// See the module.
pub fn close_stake_pool() -> Case {
    let (mut chain, pool) = StakePool::bench();
    let treasury = pool.treasury;
    pool.stake_account(&mut chain, &treasury);
    pool.reward_account(&mut chain, &treasury);
    pool.mint_stake(&mut chain, &pool.vault, 7);
    pool.reward(&mut chain, 9);
    let close = instruction::close_stake_pool(
        &pool.authority.pubkey(),
        &pool.payer.pubkey(),
        &pool.stake,
        &treasury,
    );
    case("close_stake_pool", chain, close, &[&pool.authority])
}

/// See the module.
pub fn open_bond() -> Case {
    let (mut chain, pool) = StakePool::bench();
    let (payer, owner) = (chain.wallet(), chain.key().pubkey());
    let open = instruction::open_bond(&payer.pubkey(), &pool.address, &owner, 0, 0);
    case("open_bond", chain, open, &[&payer])
}

/// See the module.
pub fn add_to_bond() -> Case {
    let (mut chain, pool) = StakePool::bench();
    let (_, _, bond) = pool.bonded(&mut chain, 500);
    let (sponsor, source) = pool.staker(&mut chain, 1_000);
    let add = instruction::add_to_bond(&sponsor.pubkey(), &source, &pool.stake, &bond, Tokens(300));
    case("add_to_bond", chain, add, &[&sponsor])
}

/// See the module.
pub fn request_unbond() -> Case {
    let (mut chain, pool) = StakePool::bench();
    let (owner, _, bond) = pool.bonded(&mut chain, 1_000);
    let payer = chain.wallet();
    let request = instruction::request_unbond(
        &owner.pubkey(),
        &payer.pubkey(),
        &pool.address,
        &bond,
        0,
        Tokens(400),
    );
    case("request_unbond", chain, request, &[&owner, &payer])
}

/// See the module.
pub fn withdraw() -> Case {
    let (mut chain, pool) = StakePool::bench();
    let (owner, account, bond) = pool.bonded(&mut chain, 1_000);
    let (wallet, payer) = (owner.pubkey(), chain.wallet());
    let payer_key = payer.pubkey();
    chain.send(
        &[instruction::request_unbond(&wallet, &payer_key, &pool.address, &bond, 0, Tokens(400))],
        &[&owner, &payer],
    );
    pool.wait(&mut chain, StakePool::COOLDOWN_SECONDS);
    let withdraw = instruction::withdraw(&wallet, &payer_key, &pool.stake, &bond, 0, &account);
    case("withdraw", chain, withdraw, &[&owner])
}

/// See the module.
pub fn close_bond() -> Case {
    let (mut chain, pool) = StakePool::bench();
    let (payer, owner) = (chain.wallet(), chain.wallet());
    let (rent_payer, wallet) = (payer.pubkey(), owner.pubkey());
    chain.send(&[instruction::open_bond(&rent_payer, &pool.address, &wallet, 0, 0)], &[&payer]);
    let bond = address::bond(&pool.address, &wallet, 0, 0);
    let close = instruction::close_bond(&wallet, &rent_payer, &pool.address, &bond);
    case("close_bond", chain, close, &[&owner])
}

/// See the module.
pub fn open_target() -> Case {
    let (mut chain, pool) = StakePool::bench();
    let (payer, operator) = (chain.wallet(), chain.key().pubkey());
    let open = instruction::open_target(&payer.pubkey(), &pool.address, &operator);
    case("open_target", chain, open, &[&payer])
}

/// See the module.
pub fn close_target() -> Case {
    let mut case = open_target();
    let pool = case.tested().accounts[1].pubkey;
    let operator = Address::new_from_array(case.tested().data[8..40].try_into().unwrap());
    let payer = case.signers.remove(0);
    let open = case.instructions.remove(0);
    case.chain.send(&[open], &[&payer]);
    case.instructions = vec![instruction::close_target(&payer.pubkey(), &pool, &operator)];
    case.instruction = "close_target";
    case
}

/// See the module.
pub fn open_lock_period() -> Case {
    let (mut chain, pool) = StakePool::bench();
    let payer = chain.wallet();
    let open = instruction::open_lock_period(&payer.pubkey(), &pool.address, 3);
    case("open_lock_period", chain, open, &[&payer])
}

/// See the module.
pub fn reach_period() -> Case {
    let (mut chain, pool) = StakePool::bench();
    let operator = chain.key().pubkey();
    pool.delegated(&mut chain, &operator, 1_000, 2);
    pool.share_out(&mut chain, 10_000);
    pool.warp_to_period(&mut chain, 2);
    let reach = instruction::reach_period(&pool.address, 2);
    case("reach_period", chain, reach, &[])
}

/// See the module.
pub fn close_lock_period() -> Case {
    let (mut chain, pool) = StakePool::bench();
    let payer = chain.wallet();
    chain.send(&[instruction::open_lock_period(&payer.pubkey(), &pool.address, 3)], &[&payer]);
    let close = instruction::close_lock_period(&payer.pubkey(), &pool.address, 3);
    case("close_lock_period", chain, close, &[])
}

/// See the module.
pub fn delegate() -> Case {
    let (mut chain, pool) = StakePool::bench();
    let operator = chain.key().pubkey();
    pool.delegated(&mut chain, &operator, 1_000, 0);
    pool.reward(&mut chain, 5_000);
    let (owner, source) = pool.staker(&mut chain, 1_000);
    let payer = chain.wallet();
    pool.lock_period(&mut chain, 3);
    let spec =
        DelegationSpec { index: 7, operator, amount: Tokens(800), lock_periods: 3, lock_end: 3 };
    let delegate =
        instruction::delegate(&owner.pubkey(), &payer.pubkey(), &source, &pool.stake, &spec);
    case("delegate", chain, delegate, &[&owner, &payer])
}

/// A locked delegation of 1,000 to an operator, with rewards that were shared out, and its owner.
fn locked() -> (Chain, StakePool, Keypair, DelegationRef) {
    let (mut chain, pool) = StakePool::bench();
    let operator = chain.key().pubkey();
    let (owner, _, delegation) = pool.delegated(&mut chain, &operator, 1_000, 2);
    pool.reward_account(&mut chain, &owner.pubkey());
    pool.share_out(&mut chain, 10_000);
    (chain, pool, owner, delegation)
}

/// The same, with the lock over and its last period reached.
fn unlocked() -> (Chain, StakePool, Keypair, DelegationRef) {
    let (mut chain, pool, owner, delegation) = locked();
    pool.warp_to_period(&mut chain, 3);
    chain.send(&[instruction::reach_period(&pool.address, 2)], &[]);
    (chain, pool, owner, delegation)
}

/// See the module.
pub fn add_to_delegation() -> Case {
    let (mut chain, pool, _, delegation) = locked();
    let (sponsor, source) = pool.staker(&mut chain, 1_000);
    let add = instruction::add_to_delegation(
        &sponsor.pubkey(),
        &source,
        &pool.stake,
        &delegation,
        Tokens(300),
    );
    case("add_to_delegation", chain, add, &[&sponsor])
}

/// See the module.
pub fn extend_lock() -> Case {
    let (mut chain, pool, owner, delegation) = locked();
    pool.lock_period(&mut chain, 4);
    let extend = instruction::extend_lock(&owner.pubkey(), &pool.stake, &delegation, 4, 4);
    case("extend_lock", chain, extend, &[&owner])
}

/// See the module.
pub fn settle_delegation() -> Case {
    let (chain, pool, _, delegation) = unlocked();
    let settle = instruction::settle_delegation(&pool.stake, &delegation);
    case("settle_delegation", chain, settle, &[])
}

/// See the module.
pub fn claim_delegation_rewards() -> Case {
    let (chain, pool, owner, delegation) = locked();
    let claim = instruction::claim_delegation_rewards(&pool.stake, &delegation, &owner.pubkey());
    case("claim_delegation_rewards", chain, claim, &[])
}

/// See the module.
pub fn undelegate() -> Case {
    let (mut chain, pool, owner, delegation) = unlocked();
    pool.reward(&mut chain, 3_000);
    let payer = chain.wallet();
    let undelegate = instruction::undelegate(
        &owner.pubkey(),
        &payer.pubkey(),
        &pool.stake,
        &delegation,
        0,
        Tokens(400),
    );
    case("undelegate", chain, undelegate, &[&owner, &payer])
}

/// See the module.
pub fn withdraw_delegation() -> Case {
    let mut case = undelegate();
    let (owner, payer) = (case.signers[0].insecure_clone(), case.signers[1].insecure_clone());
    case.send();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|meta| meta.pubkey).collect();
    let stake = instruction::Stake::of(&case.chain.read(&accounts[2]));
    let delegation = DelegationRef { address: accounts[5], target: accounts[4], lock_end: 0 };
    case.chain.warp_to(
        NOW + 3 * i64::from(StakePool::PERIOD_SECONDS) + i64::from(StakePool::COOLDOWN_SECONDS),
    );
    let destination = stake.stake_account(&owner.pubkey());
    case.instructions = vec![instruction::withdraw_delegation(
        &owner.pubkey(),
        &payer.pubkey(),
        &stake,
        &delegation,
        0,
        &destination,
    )];
    case.signers = vec![owner];
    case.instruction = "withdraw_delegation";
    case
}

/// See the module.
pub fn close_delegation() -> Case {
    let (mut chain, pool) = StakePool::bench();
    // A penalty took all of it while it was locked: the only way to close one with its lock.
    let (operator, _, bond) = pool.bonded(&mut chain, 1_000);
    let (owner, source) = pool.staker(&mut chain, 1_000);
    let (payer, wallet) = (chain.wallet(), owner.pubkey());
    pool.target(&mut chain, &operator.pubkey());
    pool.lock_period(&mut chain, 3);
    pool.bonded(&mut chain, 10_000);
    let spec = DelegationSpec {
        index: 0,
        operator: operator.pubkey(),
        amount: Tokens(1_000),
        lock_periods: 3,
        lock_end: 3,
    };
    chain.send(
        &[instruction::delegate(&wallet, &payer.pubkey(), &source, &pool.stake, &spec)],
        &[&owner, &payer],
    );
    pool.penalize(&mut chain, &bond, 2_000);
    let delegation = pool.delegation(&chain, &address::delegation(&pool.address, &wallet, 0));
    let close = instruction::close_delegation(&wallet, &payer.pubkey(), &pool.stake, &delegation);
    case("close_delegation", chain, close, &[&owner])
}

/// See the module.
pub fn sync_rewards() -> Case {
    let (mut chain, pool, _, _) = locked();
    pool.reward(&mut chain, 3_000);
    let sync = instruction::sync_rewards(&pool.address);
    case("sync_rewards", chain, sync, &[])
}

/// See the module.
pub fn pay_stake_treasury() -> Case {
    let (mut chain, pool) = StakePool::bench();
    let treasury = pool.treasury;
    pool.stake_account(&mut chain, &treasury);
    pool.reward_account(&mut chain, &treasury);
    pool.share_out(&mut chain, 5_000);
    let (_, _, bond) = pool.bonded(&mut chain, 1_000);
    pool.penalize(&mut chain, &bond, 100);
    let pay = instruction::pay_stake_treasury(&pool.stake, &treasury);
    case("pay_stake_treasury", chain, pay, &[])
}

/// See the module.
pub fn register_penalties() -> Case {
    let (mut chain, pool) = StakePool::bench();
    let (_, _, bond) = pool.bonded(&mut chain, 1_000);
    let leaf = pool.penalty(0, &bond, 100);
    let (_, proposal) = pool.finalize_penalties(&mut chain, 0, &[leaf]);
    let payer = chain.wallet();
    let register = instruction::register_penalties(&payer.pubkey(), &pool.address, &proposal, 0);
    case("register_penalties", chain, register, &[&payer])
}

/// An operator with a bond of 1,000, 400 of it on its way out, a delegator with 1,000, and the
/// penalties of epoch 0: 1,500 against the operator first, then one against another bond.
fn accused() -> (Chain, StakePool, PenaltyRef, Case) {
    let (mut chain, pool) = StakePool::bench();
    let (operator, _, bond) = pool.bonded(&mut chain, 1_000);
    pool.unbond(&mut chain, &operator, &bond, 400);
    let wallet = operator.pubkey();
    pool.delegated(&mut chain, &wallet, 1_000, 0);
    let (_, _, other) = pool.bonded(&mut chain, 10_000);
    let challenger = chain.key().pubkey();
    pool.stake_account(&mut chain, &challenger);
    let mut first = pool.penalty(0, &bond, 1_500);
    first.challenger = challenger.to_bytes();
    let tree = pool.register(&mut chain, 0, &[first, pool.penalty(0, &other, 10)]);
    let payer = chain.wallet();
    let announce = instruction::announce_penalty(
        &payer.pubkey(),
        &pool.address,
        &wallet,
        &first,
        0,
        &tree.prove(0).unwrap(),
    );
    let penalty = PenaltyRef { epoch: Epoch(0), index: 0, bond, owner: wallet };
    let announce = case("announce_penalty", Chain::new(), announce, &[&payer]);
    (chain, pool, penalty, announce)
}

/// See the module.
pub fn announce_penalty() -> Case {
    let (chain, _, _, announce) = accused();
    Case { chain, ..announce }
}

/// The same, announced; with who paid and who challenged.
fn announced() -> (Chain, StakePool, PenaltyRef, Address, Address) {
    let (mut chain, pool, penalty, announce) = accused();
    let payer = announce.signers[0].insecure_clone();
    chain.send(&announce.instructions, &[&payer]);
    let challenger =
        chain.read::<cairn_sdk::account::Penalty>(&penalty.address(&pool.address)).challenger;
    (chain, pool, penalty, payer.pubkey(), challenger)
}

/// See the module.
pub fn veto_penalty() -> Case {
    let (chain, pool, penalty, _, _) = announced();
    let veto = instruction::veto_penalty(&pool.guardian.pubkey(), &pool.stake, &penalty);
    case("veto_penalty", chain, veto, &[&pool.guardian])
}

/// See the module.
pub fn execute_penalty() -> Case {
    let (mut chain, pool, penalty, _, _) = announced();
    pool.wait(&mut chain, StakePool::APPEAL_SECONDS);
    let execute = instruction::execute_penalty(&pool.stake, &penalty);
    case("execute_penalty", chain, execute, &[])
}

/// See the module.
pub fn pay_challenger() -> Case {
    let (mut chain, pool, penalty, _, challenger) = announced();
    pool.wait(&mut chain, StakePool::APPEAL_SECONDS);
    chain.send(&[instruction::execute_penalty(&pool.stake, &penalty)], &[]);
    let pay = instruction::pay_challenger(&pool.stake, &penalty, &challenger);
    case("pay_challenger", chain, pay, &[])
}

/// See the module.
pub fn close_penalty() -> Case {
    let (mut chain, pool, penalty, rent_payer, challenger) = announced();
    pool.wait(&mut chain, StakePool::APPEAL_SECONDS);
    let pay = instruction::pay_challenger(&pool.stake, &penalty, &challenger);
    chain.send(&[instruction::execute_penalty(&pool.stake, &penalty), pay], &[]);
    pool.wait(&mut chain, StakePool::EXPIRY_SECONDS);
    let close = instruction::close_penalty(&rent_payer, &pool.address, &penalty);
    case("close_penalty", chain, close, &[])
}

/// See the module.
pub fn close_penalty_epoch() -> Case {
    let mut case = register_penalties();
    case.send();
    let payer = case.signers.remove(0).pubkey();
    let pool = case.tested().accounts[1].pubkey;
    let now = case.chain.now();
    case.chain.warp_to(now + i64::from(StakePool::EXPIRY_SECONDS) + 1);
    case.instructions = vec![instruction::close_penalty_epoch(&payer, &pool, 0)];
    case.instruction = "close_penalty_epoch";
    case
}
