use crate::{
    account::StakePool,
    address,
    amount::{Epoch, Tokens},
    typed,
};
use cairn_generated::staking::instructions as staking;
use cairn_protocol::merkle::PenaltyLeaf;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_sdk_ids::system_program;

pub use cairn_generated::staking::types::StakeTerms;

/// A stake pool with everything that its instructions name besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stake {
    /// Address of the stake pool.
    pub address: Address,
    /// Network that it serves.
    pub network: Address,
    /// Mint of the stake.
    pub mint: Address,
    /// Token program of that mint.
    pub token_program: Address,
    /// Mint of the rewards.
    pub reward_mint: Address,
    /// Token program of that mint.
    pub reward_token_program: Address,
}

impl Stake {
    /// Of an account that was read from the chain.
    pub fn of(account: &StakePool) -> Self {
        Self {
            address: address::stake_pool(&account.network),
            network: account.network,
            mint: account.mint,
            token_program: account.token_program,
            reward_mint: account.reward_mint,
            reward_token_program: account.reward_token_program,
        }
    }

    /// The token account that holds all stake.
    pub fn vault(&self) -> Address {
        address::stake_vault(&self.address)
    }

    /// The token account that rewards arrive at.
    pub fn reward_vault(&self) -> Address {
        address::reward_vault(&self.address)
    }

    /// A wallet's associated token account for the stake's mint.
    pub fn stake_account(&self, wallet: &Address) -> Address {
        address::associated_token(wallet, &self.mint, &self.token_program)
    }

    /// A wallet's associated token account for the rewards' mint.
    pub fn reward_account(&self, wallet: &Address) -> Address {
        address::associated_token(wallet, &self.reward_mint, &self.reward_token_program)
    }

    /// The lock period that a lock ends with; none for 0.
    fn lock_period(&self, end: u32) -> Option<Address> {
        (end != 0).then(|| address::lock_period(&self.address, end))
    }
}

/// What a stake pool is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StakePoolSpec {
    /// In force from the creation on.
    pub terms: typed::staking::StakeTerms,
    /// Length of a lock period, at least a minute.
    pub period_seconds: u32,
    /// The longest lock in periods, 1 to 255.
    pub max_lock_periods: u8,
}

/// Creates a network's stake pool: `stake.address` must be the network's, `rewards_pool` the pool
/// of the rewards program whose mint is `stake.reward_mint`.
pub fn create_stake_pool(
    authority: &Address,
    payer: &Address,
    stake: &Stake,
    rewards_pool: &Address,
    spec: &StakePoolSpec,
) -> Instruction {
    staking::CreateStakePool {
        authority: *authority,
        payer: *payer,
        network: stake.network,
        rewards_pool: *rewards_pool,
        mint: stake.mint,
        reward_mint: stake.reward_mint,
        stake_pool: stake.address,
        vault: stake.vault(),
        reward_vault: stake.reward_vault(),
        token_program: stake.token_program,
        reward_token_program: stake.reward_token_program,
        system_program: system_program::ID,
    }
    .instruction(staking::CreateStakePoolInstructionArgs {
        terms: spec.terms.into(),
        period_seconds: spec.period_seconds,
        max_lock_periods: spec.max_lock_periods,
    })
}

/// Proposes other terms, in force after the network's delay.
pub fn propose_stake_update(
    authority: &Address,
    stake: &Stake,
    terms: &(impl Clone + Into<StakeTerms>),
) -> Instruction {
    staking::ProposeStakeUpdate {
        authority: *authority,
        network: stake.network,
        stake_pool: stake.address,
    }
    .instruction(staking::ProposeStakeUpdateInstructionArgs { terms: terms.clone().into() })
}

/// Takes back a proposed change that is not in force.
pub fn cancel_stake_update(authority: &Address, stake: &Stake) -> Instruction {
    staking::CancelStakeUpdate {
        authority: *authority,
        network: stake.network,
        stake_pool: stake.address,
    }
    .instruction()
}

/// Closes a stake pool that nobody uses any more; what is left goes to the treasury's associated
/// token accounts, the rent to who paid it.
pub fn close_stake_pool(
    authority: &Address,
    rent_payer: &Address,
    stake: &Stake,
    treasury: &Address,
) -> Instruction {
    staking::CloseStakePool {
        authority: *authority,
        network: stake.network,
        rent_payer: *rent_payer,
        stake_pool: stake.address,
        vault: stake.vault(),
        mint: stake.mint,
        stake_destination: stake.stake_account(treasury),
        token_program: stake.token_program,
        reward_vault: stake.reward_vault(),
        reward_mint: stake.reward_mint,
        reward_destination: stake.reward_account(treasury),
        reward_token_program: stake.reward_token_program,
    }
    .instruction()
}

/// Opens an empty bond: role 0 operator (with a class), 1 oracle (class 0).
pub fn open_bond(
    payer: &Address,
    stake_pool: &Address,
    owner: &Address,
    role: u8,
    class: u16,
) -> Instruction {
    staking::OpenBond {
        payer: *payer,
        stake_pool: *stake_pool,
        owner: *owner,
        bond: address::bond(stake_pool, owner, role, class),
        system_program: system_program::ID,
    }
    .instruction(staking::OpenBondInstructionArgs { role, class })
}

/// Adds `amount` from `source` to a bond.
pub fn add_to_bond(
    source_owner: &Address,
    source: &Address,
    stake: &Stake,
    bond: &Address,
    amount: Tokens,
) -> Instruction {
    staking::AddToBond {
        source_owner: *source_owner,
        source: *source,
        stake_pool: stake.address,
        vault: stake.vault(),
        mint: stake.mint,
        bond: *bond,
        token_program: stake.token_program,
    }
    .instruction(staking::AddToBondInstructionArgs { amount: amount.0 })
}

/// Starts the cooldown of `amount`; `index` is the bond's `unbonding_count`.
pub fn request_unbond(
    owner: &Address,
    payer: &Address,
    stake_pool: &Address,
    bond: &Address,
    index: u64,
    amount: Tokens,
) -> Instruction {
    staking::RequestUnbond {
        owner: *owner,
        payer: *payer,
        stake_pool: *stake_pool,
        bond: *bond,
        unbonding: address::unbonding(bond, index),
        system_program: system_program::ID,
    }
    .instruction(staking::RequestUnbondInstructionArgs { index, amount: amount.0 })
}

/// Withdraws a bond's unbonding to `destination`; `rent_payer` paid for it.
pub fn withdraw(
    owner: &Address,
    rent_payer: &Address,
    stake: &Stake,
    bond: &Address,
    index: u64,
    destination: &Address,
) -> Instruction {
    staking::Withdraw {
        owner: *owner,
        rent_payer: *rent_payer,
        stake_pool: stake.address,
        vault: stake.vault(),
        mint: stake.mint,
        bond: *bond,
        unbonding: address::unbonding(bond, index),
        destination: *destination,
        token_program: stake.token_program,
    }
    .instruction()
}

/// Closes an empty bond; `rent_payer` paid for it.
pub fn close_bond(
    owner: &Address,
    rent_payer: &Address,
    stake_pool: &Address,
    bond: &Address,
) -> Instruction {
    staking::CloseBond {
        owner: *owner,
        rent_payer: *rent_payer,
        stake_pool: *stake_pool,
        bond: *bond,
    }
    .instruction()
}

/// Opens the target of an operator; the zero address stands for the stake pool.
pub fn open_target(payer: &Address, stake_pool: &Address, operator: &Address) -> Instruction {
    staking::OpenTarget {
        payer: *payer,
        stake_pool: *stake_pool,
        target: address::target(stake_pool, operator),
        system_program: system_program::ID,
    }
    .instruction(staking::OpenTargetInstructionArgs { operator: *operator })
}

/// Closes a target that nobody delegates to; `rent_payer` paid for it.
pub fn close_target(rent_payer: &Address, stake_pool: &Address, operator: &Address) -> Instruction {
    staking::CloseTarget {
        rent_payer: *rent_payer,
        stake_pool: *stake_pool,
        target: address::target(stake_pool, operator),
    }
    .instruction()
}

/// Opens the account of a coming period, so that locks can end with it.
pub fn open_lock_period(payer: &Address, stake_pool: &Address, period: u32) -> Instruction {
    staking::OpenLockPeriod {
        payer: *payer,
        stake_pool: *stake_pool,
        lock_period: address::lock_period(stake_pool, period),
        system_program: system_program::ID,
    }
    .instruction(staking::OpenLockPeriodInstructionArgs { period })
}

/// Ends the extra weight of the locks that end with `period`.
pub fn reach_period(stake_pool: &Address, period: u32) -> Instruction {
    staking::ReachPeriod {
        stake_pool: *stake_pool,
        lock_period: address::lock_period(stake_pool, period),
    }
    .instruction()
}

/// Closes a lock period that no delegation needs; `rent_payer` paid for it.
pub fn close_lock_period(rent_payer: &Address, stake_pool: &Address, period: u32) -> Instruction {
    staking::CloseLockPeriod {
        rent_payer: *rent_payer,
        stake_pool: *stake_pool,
        lock_period: address::lock_period(stake_pool, period),
    }
    .instruction()
}

/// A new delegation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DelegationSpec {
    /// Number among the owner's delegations.
    pub index: u16,
    /// Operator that it is for; zero for the stake pool.
    pub operator: Address,
    /// Tokens from `source`.
    pub amount: Tokens,
    /// Whole periods after the present one that it is locked for; 0 for no lock.
    pub lock_periods: u8,
    /// The present period plus `lock_periods`, whose lock period must be open; 0 for no lock.
    pub lock_end: u32,
}

/// Delegates from `source`. The target, and with a lock the lock period, must be open.
pub fn delegate(
    owner: &Address,
    payer: &Address,
    source: &Address,
    stake: &Stake,
    spec: &DelegationSpec,
) -> Instruction {
    staking::Delegate {
        owner: *owner,
        payer: *payer,
        source: *source,
        stake_pool: stake.address,
        vault: stake.vault(),
        mint: stake.mint,
        reward_vault: stake.reward_vault(),
        target: address::target(&stake.address, &spec.operator),
        delegation: address::delegation(&stake.address, owner, spec.index),
        destination: stake.reward_account(owner),
        lock_period: stake.lock_period(spec.lock_end),
        token_program: stake.token_program,
        system_program: system_program::ID,
    }
    .instruction(staking::DelegateInstructionArgs {
        index: spec.index,
        amount: spec.amount.0,
        lock_periods: spec.lock_periods,
    })
}

/// An existing delegation and the accounts that its instructions need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DelegationRef {
    /// Its address.
    pub address: Address,
    /// Its target.
    pub target: Address,
    /// Its `lock_end`, 0 without a lock that still weighs.
    pub lock_end: u32,
}

/// Adds `amount` from `source` to a delegation.
pub fn add_to_delegation(
    source_owner: &Address,
    source: &Address,
    stake: &Stake,
    delegation: &DelegationRef,
    amount: Tokens,
) -> Instruction {
    staking::AddToDelegation {
        source_owner: *source_owner,
        source: *source,
        stake_pool: stake.address,
        vault: stake.vault(),
        mint: stake.mint,
        reward_vault: stake.reward_vault(),
        target: delegation.target,
        delegation: delegation.address,
        lock_period: stake.lock_period(delegation.lock_end),
        token_program: stake.token_program,
    }
    .instruction(staking::AddToDelegationInstructionArgs { amount: amount.0 })
}

/// Locks a delegation for `lock_periods` whole periods after the present one; `new_lock_end` is
/// the present period plus `lock_periods`, whose lock period must be open.
pub fn extend_lock(
    owner: &Address,
    stake: &Stake,
    delegation: &DelegationRef,
    lock_periods: u8,
    new_lock_end: u32,
) -> Instruction {
    staking::ExtendLock {
        owner: *owner,
        stake_pool: stake.address,
        reward_vault: stake.reward_vault(),
        target: delegation.target,
        delegation: delegation.address,
        lock_period: stake.lock_period(delegation.lock_end),
        new_lock_period: address::lock_period(&stake.address, new_lock_end),
    }
    .instruction(staking::ExtendLockInstructionArgs { lock_periods })
}

/// Brings a delegation up to date.
pub fn settle_delegation(stake: &Stake, delegation: &DelegationRef) -> Instruction {
    staking::SettleDelegation {
        stake_pool: stake.address,
        target: delegation.target,
        delegation: delegation.address,
        lock_period: stake.lock_period(delegation.lock_end),
    }
    .instruction()
}

/// Pays a delegation's rewards to its owner's associated token account.
pub fn claim_delegation_rewards(
    stake: &Stake,
    delegation: &DelegationRef,
    owner: &Address,
) -> Instruction {
    staking::ClaimDelegationRewards {
        stake_pool: stake.address,
        reward_vault: stake.reward_vault(),
        reward_mint: stake.reward_mint,
        target: delegation.target,
        delegation: delegation.address,
        lock_period: stake.lock_period(delegation.lock_end),
        destination: stake.reward_account(owner),
        reward_token_program: stake.reward_token_program,
    }
    .instruction()
}

/// Starts the cooldown of `amount`; `index` is the delegation's `unbonding_count`.
pub fn undelegate(
    owner: &Address,
    payer: &Address,
    stake: &Stake,
    delegation: &DelegationRef,
    index: u64,
    amount: Tokens,
) -> Instruction {
    staking::Undelegate {
        owner: *owner,
        payer: *payer,
        stake_pool: stake.address,
        reward_vault: stake.reward_vault(),
        target: delegation.target,
        delegation: delegation.address,
        lock_period: stake.lock_period(delegation.lock_end),
        unbonding: address::unbonding(&delegation.address, index),
        system_program: system_program::ID,
    }
    .instruction(staking::UndelegateInstructionArgs { index, amount: amount.0 })
}

/// Withdraws a delegation's unbonding to `destination`; `rent_payer` paid for it.
pub fn withdraw_delegation(
    owner: &Address,
    rent_payer: &Address,
    stake: &Stake,
    delegation: &DelegationRef,
    index: u64,
    destination: &Address,
) -> Instruction {
    staking::WithdrawDelegation {
        owner: *owner,
        rent_payer: *rent_payer,
        stake_pool: stake.address,
        vault: stake.vault(),
        mint: stake.mint,
        target: delegation.target,
        delegation: delegation.address,
        unbonding: address::unbonding(&delegation.address, index),
        destination: *destination,
        token_program: stake.token_program,
    }
    .instruction()
}

/// Closes an empty delegation; `rent_payer` paid for it.
pub fn close_delegation(
    owner: &Address,
    rent_payer: &Address,
    stake: &Stake,
    delegation: &DelegationRef,
) -> Instruction {
    staking::CloseDelegation {
        owner: *owner,
        rent_payer: *rent_payer,
        stake_pool: stake.address,
        target: delegation.target,
        delegation: delegation.address,
        lock_period: stake.lock_period(delegation.lock_end),
    }
    .instruction()
}

/// Shares out the rewards that have arrived.
pub fn sync_rewards(stake_pool: &Address) -> Instruction {
    staking::SyncRewards {
        stake_pool: *stake_pool,
        reward_vault: address::reward_vault(stake_pool),
    }
    .instruction()
}

/// Pays the treasury what waits for it in either vault.
pub fn pay_stake_treasury(stake: &Stake, treasury: &Address) -> Instruction {
    staking::PayStakeTreasury {
        stake_pool: stake.address,
        vault: stake.vault(),
        mint: stake.mint,
        stake_destination: stake.stake_account(treasury),
        token_program: stake.token_program,
        reward_vault: stake.reward_vault(),
        reward_mint: stake.reward_mint,
        reward_destination: stake.reward_account(treasury),
        reward_token_program: stake.reward_token_program,
    }
    .instruction()
}

/// Takes over the penalties of an epoch from its finalized proposal.
pub fn register_penalties(
    payer: &Address,
    stake_pool: &Address,
    proposal: &Address,
    epoch: impl Into<Epoch>,
) -> Instruction {
    let Epoch(epoch) = epoch.into();
    staking::RegisterPenalties {
        payer: *payer,
        stake_pool: *stake_pool,
        proposal: *proposal,
        penalty_epoch: address::penalty_epoch(stake_pool, epoch),
        system_program: system_program::ID,
    }
    .instruction(staking::RegisterPenaltiesInstructionArgs { epoch })
}

/// Announces the penalty `leaf`, which stands at `index` and against a bond of `owner`.
pub fn announce_penalty(
    payer: &Address,
    stake_pool: &Address,
    owner: &Address,
    leaf: &PenaltyLeaf,
    index: u32,
    proof: &[u8],
) -> Instruction {
    let penalty_epoch = address::penalty_epoch(stake_pool, leaf.epoch);
    staking::AnnouncePenalty {
        payer: *payer,
        stake_pool: *stake_pool,
        penalty_epoch,
        bond: Address::new_from_array(leaf.target),
        target: address::target(stake_pool, owner),
        penalty: address::penalty(&penalty_epoch, index),
        system_program: system_program::ID,
    }
    .instruction(staking::AnnouncePenaltyInstructionArgs {
        index,
        amount: leaf.amount,
        reason: leaf.reason,
        evidence_hash: leaf.evidence_hash,
        challenger: Address::new_from_array(leaf.challenger),
        proof: proof.to_vec(),
    })
}

/// A penalty that was announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PenaltyRef {
    /// Epoch of the rewards pool.
    pub epoch: Epoch,
    /// Index of its leaf.
    pub index: u32,
    /// Bond that it is against.
    pub bond: Address,
    /// The bond's owner.
    pub owner: Address,
}

impl PenaltyRef {
    fn epoch_address(&self, stake_pool: &Address) -> Address {
        address::penalty_epoch(stake_pool, self.epoch.0)
    }

    /// Its address.
    pub fn address(&self, stake_pool: &Address) -> Address {
        address::penalty(&self.epoch_address(stake_pool), self.index)
    }
}

/// Stops a penalty in its appeal window; signed by the network's guardian or authority.
pub fn veto_penalty(guardian: &Address, stake: &Stake, penalty: &PenaltyRef) -> Instruction {
    staking::VetoPenalty {
        guardian: *guardian,
        network: stake.network,
        stake_pool: stake.address,
        bond: penalty.bond,
        target: address::target(&stake.address, &penalty.owner),
        penalty: penalty.address(&stake.address),
    }
    .instruction()
}

/// Executes a penalty whose appeal window is over.
pub fn execute_penalty(stake: &Stake, penalty: &PenaltyRef) -> Instruction {
    staking::ExecutePenalty {
        stake_pool: stake.address,
        vault: stake.vault(),
        mint: stake.mint,
        penalty_epoch: penalty.epoch_address(&stake.address),
        penalty: penalty.address(&stake.address),
        bond: penalty.bond,
        target: address::target(&stake.address, &penalty.owner),
        token_program: stake.token_program,
    }
    .instruction()
}

/// Pays a penalty's challenger at its associated token account.
pub fn pay_challenger(stake: &Stake, penalty: &PenaltyRef, challenger: &Address) -> Instruction {
    staking::PayChallenger {
        stake_pool: stake.address,
        vault: stake.vault(),
        mint: stake.mint,
        penalty_epoch: penalty.epoch_address(&stake.address),
        penalty: penalty.address(&stake.address),
        destination: stake.stake_account(challenger),
        token_program: stake.token_program,
    }
    .instruction()
}

/// Closes a penalty that is decided and whose epoch's penalties expired; `rent_payer` paid for it.
pub fn close_penalty(
    rent_payer: &Address,
    stake_pool: &Address,
    penalty: &PenaltyRef,
) -> Instruction {
    staking::ClosePenalty {
        rent_payer: *rent_payer,
        penalty_epoch: penalty.epoch_address(stake_pool),
        penalty: penalty.address(stake_pool),
    }
    .instruction()
}

/// Closes the expired penalties of an epoch; `rent_payer` paid for them.
pub fn close_penalty_epoch(
    rent_payer: &Address,
    stake_pool: &Address,
    epoch: impl Into<Epoch>,
) -> Instruction {
    staking::ClosePenaltyEpoch {
        rent_payer: *rent_payer,
        stake_pool: *stake_pool,
        penalty_epoch: address::penalty_epoch(stake_pool, epoch.into().0),
    }
    .instruction()
}
