use crate::address;
use cairn_generated::rewards::{instructions as rewards, types::EmissionStep};
use cairn_protocol::{emission::Step, merkle::OperatorLeaf, proposal::ProposalContent};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_sdk_ids::system_program;

/// What a reward pool is like.
#[derive(Debug, Clone)]
pub struct PoolSpec {
    /// Start of epoch 0, unix seconds.
    pub genesis_at: i64,
    /// Length of an epoch.
    pub epoch_seconds: u32,
    /// Time between an attested quorum and finalization.
    pub challenge_window_seconds: u32,
    /// Wallet that earns what rounding leaves over.
    pub treasury: Address,
    /// The emission table.
    pub steps: Vec<Step>,
}

/// Creates a network's reward pool for an SPL Token mint.
pub fn create_pool(
    authority: &Address,
    network: &Address,
    mint: &Address,
    spec: &PoolSpec,
) -> Instruction {
    let pool = address::pool(network, mint);
    rewards::CreatePool {
        authority: *authority,
        network: *network,
        mint: *mint,
        pool,
        vault: address::vault(&pool),
        token_program: address::TOKEN_PROGRAM,
        system_program: system_program::ID,
    }
    .instruction(rewards::CreatePoolInstructionArgs {
        genesis_at: spec.genesis_at,
        epoch_seconds: spec.epoch_seconds,
        challenge_window_seconds: spec.challenge_window_seconds,
        treasury: spec.treasury,
        steps: spec
            .steps
            .iter()
            .map(|step| EmissionStep { first_epoch: step.first_epoch, per_epoch: step.per_epoch })
            .collect(),
    })
}

/// Names a pool's oracles.
pub fn create_oracle_set(
    authority: &Address,
    pool: &Address,
    threshold: u8,
    oracles: &[Address],
) -> Instruction {
    rewards::CreateOracleSet {
        authority: *authority,
        pool: *pool,
        oracle_set: address::oracle_set(pool),
        system_program: system_program::ID,
    }
    .instruction(rewards::CreateOracleSetInstructionArgs { threshold, oracles: oracles.to_vec() })
}

/// Proposes an epoch's content.
pub fn propose(
    oracle: &Address,
    pool: &Address,
    epoch: u64,
    content: &ProposalContent,
) -> Instruction {
    let content_hash = content.hash();
    rewards::Propose {
        oracle: *oracle,
        pool: *pool,
        oracle_set: address::oracle_set(pool),
        vault: address::vault(pool),
        proposal: address::proposal(pool, epoch, &content_hash),
        system_program: system_program::ID,
    }
    .instruction(rewards::ProposeInstructionArgs {
        epoch,
        content_hash,
        root: content.root,
        root_sum: content.root_sum,
        leaf_count: content.leaf_count,
        manifest_hash: content.manifest_hash,
        penalties_root: content.penalties_root,
    })
}

/// Attests a proposal.
pub fn attest(oracle: &Address, pool: &Address, proposal: &Address) -> Instruction {
    rewards::Attest {
        oracle: *oracle,
        pool: *pool,
        oracle_set: address::oracle_set(pool),
        proposal: *proposal,
    }
    .instruction()
}

/// Finalizes a proposal.
pub fn finalize(pool: &Address, proposal: &Address) -> Instruction {
    rewards::Finalize {
        pool: *pool,
        oracle_set: address::oracle_set(pool),
        vault: address::vault(pool),
        proposal: *proposal,
    }
    .instruction()
}

/// Opens an operator's claimant account.
pub fn open_claimant(
    payer: &Address,
    pool: &Address,
    mint: &Address,
    operator: &Address,
) -> Instruction {
    rewards::OpenClaimant {
        payer: *payer,
        pool: *pool,
        operator: *operator,
        destination: address::associated_token(operator, mint, &address::TOKEN_PROGRAM),
        claimant: address::claimant(pool, operator),
        system_program: system_program::ID,
    }
    .instruction()
}

/// Claims for the operator of `leaf`, to the destination that its claimant account names.
pub fn claim(leaf: &OperatorLeaf, index: u32, proof: &[u8], destination: &Address) -> Instruction {
    let pool = Address::new_from_array(leaf.pool);
    rewards::Claim {
        pool,
        claimant: address::claimant(&pool, &Address::new_from_array(leaf.operator)),
        vault: address::vault(&pool),
        destination: *destination,
        token_program: address::TOKEN_PROGRAM,
    }
    .instruction(rewards::ClaimInstructionArgs {
        lifetime_total: leaf.lifetime_total,
        devices_root: leaf.devices_root,
        index,
        proof: proof.to_vec(),
    })
}
