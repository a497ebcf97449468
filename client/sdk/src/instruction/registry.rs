use crate::{NameError, address};
use cairn_generated::registry::instructions as registry;
use cairn_protocol::onboarding::{self, DEVICE_KEY_BYTES, SERIAL_BYTES, SignatureScheme};
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
