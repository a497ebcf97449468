use crate::address;
use cairn_generated::staking::instructions as staking;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_sdk_ids::system_program;

/// Creates a network's stake pool for an SPL Token mint.
pub fn create_stake_pool(
    authority: &Address,
    network: &Address,
    mint: &Address,
    cooldown_seconds: u32,
) -> Instruction {
    let stake_pool = address::stake_pool(network);
    staking::CreateStakePool {
        authority: *authority,
        network: *network,
        mint: *mint,
        stake_pool,
        vault: address::stake_vault(&stake_pool),
        token_program: address::TOKEN_PROGRAM,
        system_program: system_program::ID,
    }
    .instruction(staking::CreateStakePoolInstructionArgs { cooldown_seconds })
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
pub fn bond(
    source_owner: &Address,
    source: &Address,
    stake_pool: &Address,
    bond: &Address,
    amount: u64,
) -> Instruction {
    staking::Bond {
        source_owner: *source_owner,
        source: *source,
        stake_pool: *stake_pool,
        vault: address::stake_vault(stake_pool),
        bond: *bond,
        token_program: address::TOKEN_PROGRAM,
    }
    .instruction(staking::BondInstructionArgs { amount })
}

/// Starts the cooldown of `amount`; `index` is the bond's `unbonding_count`.
pub fn request_unbond(
    owner: &Address,
    stake_pool: &Address,
    bond: &Address,
    index: u64,
    amount: u64,
) -> Instruction {
    staking::RequestUnbond {
        owner: *owner,
        stake_pool: *stake_pool,
        bond: *bond,
        unbonding: address::unbonding(bond, index),
        system_program: system_program::ID,
    }
    .instruction(staking::RequestUnbondInstructionArgs { index, amount })
}

/// Withdraws an unbonding to `destination`.
pub fn withdraw(
    owner: &Address,
    stake_pool: &Address,
    bond: &Address,
    index: u64,
    destination: &Address,
) -> Instruction {
    staking::Withdraw {
        owner: *owner,
        stake_pool: *stake_pool,
        vault: address::stake_vault(stake_pool),
        bond: *bond,
        unbonding: address::unbonding(bond, index),
        destination: *destination,
        token_program: address::TOKEN_PROGRAM,
    }
    .instruction()
}
