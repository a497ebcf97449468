//! One function per instruction of each program, plus the few of other programs that go with them.

use crate::{NameError, address};
use cairn_generated::{
    registry::instructions as registry,
    rewards::{instructions as rewards, types::EmissionStep},
    staking::instructions as staking,
};
use cairn_protocol::{
    emission::Step,
    merkle::OperatorLeaf,
    onboarding::{self, DEVICE_KEY_BYTES, SERIAL_BYTES, SignatureScheme},
    proposal::ProposalContent,
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_sdk_ids::{ed25519_program, system_program, sysvar};

/// Creates a network.
///
/// # Errors
/// When the name does not fit into 32 bytes.
pub fn create_network(
    creator: &Address,
    name: &str,
    guardian: &Address,
) -> Result<Instruction, NameError> {
    Ok(registry::CreateNetwork {
        creator: *creator,
        network: address::network(creator, name)?,
        system_program: system_program::ID,
    }
    .instruction(registry::CreateNetworkInstructionArgs {
        name: address::padded(name)?,
        guardian: *guardian,
    }))
}

/// What a device class is like.
#[derive(Debug, Clone)]
pub struct ClassSpec {
    /// The network's `class_count`.
    pub index: u16,
    /// 0 wireless, 1 storage, 2 compute, 3 sensor.
    pub category: u8,
    /// How its devices sign.
    pub scheme: SignatureScheme,
    /// Stake per device, in the stake mint's smallest unit.
    pub bond: u64,
    /// Link to a description, at most 96 bytes.
    pub uri: String,
}

/// Creates a device class.
///
/// # Errors
/// When the link does not fit.
pub fn create_class(
    authority: &Address,
    network: &Address,
    spec: &ClassSpec,
) -> Result<Instruction, NameError> {
    Ok(registry::CreateClass {
        authority: *authority,
        network: *network,
        class: address::class(network, spec.index),
        system_program: system_program::ID,
    }
    .instruction(registry::CreateClassInstructionArgs {
        index: spec.index,
        category: spec.category,
        scheme: spec.scheme as u8,
        bond: spec.bond,
        uri: address::padded(&spec.uri)?,
    }))
}

/// Adds a maker.
pub fn add_maker(
    authority: &Address,
    network: &Address,
    attesting_key: &Address,
    quota: u32,
) -> Instruction {
    registry::AddMaker {
        authority: *authority,
        network: *network,
        maker: address::maker(network, attesting_key),
        system_program: system_program::ID,
    }
    .instruction(registry::AddMakerInstructionArgs { attesting_key: *attesting_key, quota })
}

/// A signature over an onboarding message.
pub type Signature = [u8; 64];

/// Everything that onboarding a device takes.
#[derive(Debug, Clone)]
pub struct Onboarding {
    /// Pays all rent.
    pub payer: Address,
    /// Receives the NFT and becomes the operator.
    pub owner: Address,
    /// Network to join.
    pub network: Address,
    /// Number of the class.
    pub class: u16,
    /// Key of the maker that vouches.
    pub maker_key: Address,
    /// The device's Ed25519 key.
    pub device_key: [u8; 32],
    /// The maker's serial number.
    pub serial: [u8; SERIAL_BYTES],
    /// Slot whose hash the device signed.
    pub slot: u64,
    /// Hash of that slot.
    pub slot_hash: [u8; 32],
    /// H3 cell (resolution 8 to 15), or 0.
    pub location: u64,
    /// The maker's signature over [`Onboarding::maker_message`].
    pub maker_signature: Signature,
    /// The device's signature over [`Onboarding::device_message`].
    pub device_signature: Signature,
}

impl Onboarding {
    /// The device's key as the registry stores it.
    pub fn registry_key(&self) -> [u8; DEVICE_KEY_BYTES] {
        cairn_protocol::proof::DeviceKey::Ed25519(self.device_key).to_registry_bytes()
    }

    /// What the maker signs.
    pub fn maker_message(&self) -> Vec<u8> {
        onboarding::maker_message(
            self.network.as_array(),
            SignatureScheme::Ed25519,
            &self.registry_key(),
            self.class,
            &self.serial,
        )
        .to_vec()
    }

    /// What the device signs.
    pub fn device_message(&self) -> Vec<u8> {
        onboarding::device_message(
            self.network.as_array(),
            self.owner.as_array(),
            self.slot,
            &self.slot_hash,
        )
        .to_vec()
    }

    /// Address of the device's account.
    pub fn device(&self) -> Address {
        address::device(&self.network, &self.registry_key(), SignatureScheme::Ed25519 as u8)
    }
}

/// Onboards a device: the precompile instruction and, directly after it, the registry's. Both
/// belong into one transaction, in this order.
pub fn onboard_device(onboarding: &Onboarding) -> [Instruction; 2] {
    let device = onboarding.device();
    let mint = address::device_mint(&device);
    let precompile = verify_ed25519(&[
        SignedMessage {
            key: onboarding.maker_key.to_bytes(),
            signature: onboarding.maker_signature,
            message: onboarding.maker_message(),
        },
        SignedMessage {
            key: onboarding.device_key,
            signature: onboarding.device_signature,
            message: onboarding.device_message(),
        },
    ]);
    let onboard = registry::OnboardDevice {
        payer: onboarding.payer,
        owner: onboarding.owner,
        network: onboarding.network,
        class: address::class(&onboarding.network, onboarding.class),
        maker: address::maker(&onboarding.network, &onboarding.maker_key),
        device,
        mint,
        owner_token: address::associated_token(
            &onboarding.owner,
            &mint,
            &address::TOKEN_2022_PROGRAM,
        ),
        instructions: sysvar::instructions::ID,
        slot_hashes: sysvar::slot_hashes::ID,
        token_program: address::TOKEN_2022_PROGRAM,
        associated_token_program: address::ASSOCIATED_TOKEN_PROGRAM,
        system_program: system_program::ID,
    }
    .instruction(registry::OnboardDeviceInstructionArgs {
        key: onboarding.registry_key(),
        serial: onboarding.serial,
        slot: onboarding.slot,
        location: onboarding.location,
    });
    [precompile, onboard]
}

/// A message with its signature, for [`verify_ed25519`].
#[derive(Debug, Clone)]
pub struct SignedMessage {
    /// Ed25519 public key.
    pub key: [u8; 32],
    /// Signature over `message`.
    pub signature: Signature,
    /// What was signed.
    pub message: Vec<u8>,
}

/// An instruction of the Ed25519 precompile that verifies all of `signed`
/// (<https://docs.anza.xyz/runtime/programs#ed25519-program>). At most 255, and all their bytes
/// must fit a transaction.
pub fn verify_ed25519(signed: &[SignedMessage]) -> Instruction {
    /// The data that an offset refers to is this instruction's own.
    const THIS_INSTRUCTION: [u8; 2] = u16::MAX.to_le_bytes();
    let count = u8::try_from(signed.len()).unwrap_or(u8::MAX);
    let header = 2usize.saturating_add(usize::from(count).saturating_mul(14));
    let (mut offsets, mut payload) = (vec![count, 0], Vec::new());
    for SignedMessage { key, signature, message } in signed.iter().take(usize::from(count)) {
        // A transaction has 1,232 bytes, so whatever can be sent fits 16 bits.
        let mut place = |bytes: &[u8]| {
            let at = header.saturating_add(payload.len());
            payload.extend_from_slice(bytes);
            u16::try_from(at).unwrap_or(u16::MAX).to_le_bytes()
        };
        let (signature_at, key_at, message_at) = (place(signature), place(key), place(message));
        let size = u16::try_from(message.len()).unwrap_or(u16::MAX).to_le_bytes();
        for word in [
            signature_at,
            THIS_INSTRUCTION,
            key_at,
            THIS_INSTRUCTION,
            message_at,
            size,
            THIS_INSTRUCTION,
        ] {
            offsets.extend_from_slice(&word);
        }
    }
    offsets.extend_from_slice(&payload);
    Instruction { program_id: ed25519_program::ID, accounts: Vec::new(), data: offsets }
}

/// Sets the operator that a device earns for. `holder` owns the associated token account with the
/// NFT.
pub fn set_operator(holder: &Address, device: &Address, operator: &Address) -> Instruction {
    let mint = address::device_mint(device);
    registry::SetOperator {
        holder: *holder,
        holder_token: address::associated_token(holder, &mint, &address::TOKEN_2022_PROGRAM),
        device: *device,
    }
    .instruction(registry::SetOperatorInstructionArgs { operator: *operator })
}

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

/// Creates a wallet's associated token account unless it exists.
pub fn create_associated_token(
    payer: &Address,
    wallet: &Address,
    mint: &Address,
    token_program: &Address,
) -> Instruction {
    spl_associated_token_account_interface::instruction::create_associated_token_account_idempotent(
        payer,
        wallet,
        mint,
        token_program,
    )
}

/// Creates an SPL Token mint at `mint`, which signs, with `authority` to mint.
pub fn create_mint(
    payer: &Address,
    mint: &Address,
    authority: &Address,
    decimals: u8,
    rent_lamports: u64,
) -> [Instruction; 2] {
    use solana_system_interface::instruction::create_account;
    // `InitializeMint2`, no freeze authority.
    let mut data = vec![20, decimals];
    data.extend_from_slice(authority.as_ref());
    data.push(0);
    [
        create_account(payer, mint, rent_lamports, MINT_BYTES as u64, &address::TOKEN_PROGRAM),
        Instruction {
            program_id: address::TOKEN_PROGRAM,
            accounts: vec![solana_instruction::AccountMeta::new(*mint, false)],
            data,
        },
    ]
}

/// Bytes of an SPL Token mint.
pub const MINT_BYTES: usize = 82;

/// Mints `amount` to a token account.
pub fn mint_to(
    mint: &Address,
    destination: &Address,
    authority: &Address,
    amount: u64,
) -> Instruction {
    let mut data = vec![7];
    data.extend_from_slice(&amount.to_le_bytes());
    Instruction {
        program_id: address::TOKEN_PROGRAM,
        accounts: vec![
            solana_instruction::AccountMeta::new(*mint, false),
            solana_instruction::AccountMeta::new(*destination, false),
            solana_instruction::AccountMeta::new_readonly(*authority, true),
        ],
        data,
    }
}

/// Transfers `amount` between two SPL Token accounts of the same mint.
pub fn transfer(
    source: &Address,
    destination: &Address,
    owner: &Address,
    amount: u64,
) -> Instruction {
    let mut data = vec![3];
    data.extend_from_slice(&amount.to_le_bytes());
    Instruction {
        program_id: address::TOKEN_PROGRAM,
        accounts: vec![
            solana_instruction::AccountMeta::new(*source, false),
            solana_instruction::AccountMeta::new(*destination, false),
            solana_instruction::AccountMeta::new_readonly(*owner, true),
        ],
        data,
    }
}
