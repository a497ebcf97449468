use crate::{
    NameError, address,
    amount::{Lamports, Points, Tokens},
};
use cairn_generated::registry::{
    instructions as registry,
    types::{ClassTerms, NetworkTerms},
};
use cairn_protocol::onboarding::{self, DEVICE_KEY_BYTES, SERIAL_BYTES};
use cairn_protocol::{onboarding::SignatureScheme, proof::DeviceKey};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_sdk_ids::{ed25519_program, secp256r1_program, system_program, sysvar};

/// What a network's authority may change later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkTermsSpec {
    /// May pause the network and suspend devices at once; zero: nobody but the authority.
    pub guardian: Address,
    /// May issue, renew and revoke licences; zero: nobody but the authority.
    pub license_issuer: Address,
    /// Receives the fees of onboarding and of locations.
    pub treasury: Address,
    /// Time between the proposal of a change and its coming into force, at most 30 days.
    pub change_delay_seconds: u32,
}

impl From<NetworkTermsSpec> for NetworkTerms {
    fn from(spec: NetworkTermsSpec) -> Self {
        let NetworkTermsSpec { guardian, license_issuer, treasury, change_delay_seconds } = spec;
        Self { guardian, license_issuer, treasury, change_delay_seconds, reserved: [0; 28] }
    }
}

impl From<&NetworkTerms> for NetworkTermsSpec {
    fn from(terms: &NetworkTerms) -> Self {
        let NetworkTerms { guardian, license_issuer, treasury, change_delay_seconds, .. } = *terms;
        Self { guardian, license_issuer, treasury, change_delay_seconds }
    }
}

/// What a network is like.
#[derive(Debug, Clone)]
pub struct NetworkSpec {
    /// At most 32 bytes; with the creator it decides the address.
    pub name: String,
    /// Symbol of the devices' NFTs, at most 8 bytes.
    pub symbol: String,
    /// Length of the settlement period, 1 second to 30 days, fixed for life; the epoch's length.
    pub settle_seconds: u32,
    /// What the authority may change later.
    pub terms: NetworkTermsSpec,
}

/// Creates a network.
///
/// # Errors
/// When a name does not fit.
pub fn create_network(creator: &Address, spec: &NetworkSpec) -> Result<Instruction, NameError> {
    let network = address::network(creator, &spec.name)?;
    Ok(registry::CreateNetwork {
        creator: *creator,
        network,
        group: address::group(&network),
        token_program: address::TOKEN_2022_PROGRAM,
        system_program: system_program::ID,
    }
    .instruction(registry::CreateNetworkInstructionArgs {
        name: address::padded(&spec.name)?,
        symbol: address::padded(&spec.symbol)?,
        settle_seconds: spec.settle_seconds,
        terms: spec.terms.into(),
    }))
}

/// Proposes another authority of a network.
pub fn propose_authority(
    authority: &Address,
    network: &Address,
    new_authority: &Address,
) -> Instruction {
    registry::ProposeAuthority { authority: *authority, network: *network }
        .instruction(registry::ProposeAuthorityInstructionArgs { new_authority: *new_authority })
}

/// Accepts a network's authority; the proposed one signs.
pub fn accept_authority(new_authority: &Address, network: &Address) -> Instruction {
    registry::AcceptAuthority { new_authority: *new_authority, network: *network }.instruction()
}

/// Takes the proposal of another authority back.
pub fn cancel_authority(authority: &Address, network: &Address) -> Instruction {
    registry::CancelAuthority { authority: *authority, network: *network }.instruction()
}

/// Pauses a network; its guardian or authority signs.
pub fn pause_network(guardian: &Address, network: &Address) -> Instruction {
    registry::PauseNetwork { guardian: *guardian, network: *network }.instruction()
}

/// Ends a network's pause.
pub fn unpause_network(authority: &Address, network: &Address) -> Instruction {
    registry::UnpauseNetwork { authority: *authority, network: *network }.instruction()
}

/// Proposes other terms of a network.
pub fn propose_network_update(
    authority: &Address,
    network: &Address,
    terms: &NetworkTermsSpec,
) -> Instruction {
    registry::ProposeNetworkUpdate { authority: *authority, network: *network }
        .instruction(registry::ProposeNetworkUpdateInstructionArgs { terms: (*terms).into() })
}

/// Takes proposed terms of a network back.
pub fn cancel_network_update(authority: &Address, network: &Address) -> Instruction {
    registry::CancelNetworkUpdate { authority: *authority, network: *network }.instruction()
}

/// Closes an empty network; its authority, which must be its creator, gets the rent.
pub fn close_network(authority: &Address, network: &Address) -> Instruction {
    registry::CloseNetwork {
        authority: *authority,
        network: *network,
        group: address::group(network),
        token_program: address::TOKEN_2022_PROGRAM,
    }
    .instruction()
}

/// What the authority may change about a class later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClassTermsSpec {
    /// Stake per device.
    pub bond: Tokens,
    /// Points that one device can earn per epoch; 0: as many as the policy gives.
    pub points_cap: Points,
    /// What onboarding costs.
    pub onboarding_fee: Lamports,
    /// What a later location costs.
    pub location_fee: Lamports,
    /// Time between two locations of one device.
    pub location_cooldown_seconds: u32,
    /// Whether devices need a valid licence of their owner.
    pub license_required: bool,
    /// Whether no device joins any more.
    pub closed: bool,
}

impl From<ClassTermsSpec> for ClassTerms {
    fn from(spec: ClassTermsSpec) -> Self {
        Self {
            bond: spec.bond.0,
            points_cap: spec.points_cap.0,
            onboarding_fee_lamports: spec.onboarding_fee.0,
            location_fee_lamports: spec.location_fee.0,
            location_cooldown_seconds: spec.location_cooldown_seconds,
            license_required: spec.license_required.into(),
            closed: spec.closed.into(),
            reserved: [0; 26],
        }
    }
}

impl From<&ClassTerms> for ClassTermsSpec {
    fn from(terms: &ClassTerms) -> Self {
        Self {
            bond: Tokens(terms.bond),
            points_cap: Points(terms.points_cap),
            onboarding_fee: Lamports(terms.onboarding_fee_lamports),
            location_fee: Lamports(terms.location_fee_lamports),
            location_cooldown_seconds: terms.location_cooldown_seconds,
            license_required: terms.license_required != 0,
            closed: terms.closed != 0,
        }
    }
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
    /// Link to a description, at most 96 bytes.
    pub uri: String,
    /// What the authority may change later.
    pub terms: ClassTermsSpec,
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
        uri: address::padded(&spec.uri)?,
        terms: spec.terms.into(),
    }))
}

/// Proposes other terms of a class.
pub fn propose_class_update(
    authority: &Address,
    network: &Address,
    class: u16,
    terms: &ClassTermsSpec,
) -> Instruction {
    registry::ProposeClassUpdate {
        authority: *authority,
        network: *network,
        class: address::class(network, class),
    }
    .instruction(registry::ProposeClassUpdateInstructionArgs { terms: (*terms).into() })
}

/// Takes proposed terms of a class back.
pub fn cancel_class_update(authority: &Address, network: &Address, class: u16) -> Instruction {
    registry::CancelClassUpdate {
        authority: *authority,
        network: *network,
        class: address::class(network, class),
    }
    .instruction()
}

/// Closes a class without devices; `rent_payer` is in its account.
pub fn close_class(
    authority: &Address,
    network: &Address,
    class: u16,
    rent_payer: &Address,
) -> Instruction {
    registry::CloseClass {
        authority: *authority,
        network: *network,
        class: address::class(network, class),
        rent_payer: *rent_payer,
    }
    .instruction()
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

/// Sets how many devices a maker may vouch for over its life.
pub fn set_maker_quota(
    authority: &Address,
    network: &Address,
    attesting_key: &Address,
    quota: u32,
) -> Instruction {
    registry::SetMakerQuota {
        authority: *authority,
        network: *network,
        maker: address::maker(network, attesting_key),
    }
    .instruction(registry::SetMakerQuotaInstructionArgs { quota })
}

/// Ends a maker's right to vouch.
pub fn revoke_maker(
    authority: &Address,
    network: &Address,
    attesting_key: &Address,
) -> Instruction {
    registry::RevokeMaker {
        authority: *authority,
        network: *network,
        maker: address::maker(network, attesting_key),
    }
    .instruction()
}

/// Closes a revoked maker without devices; `rent_payer` is in its account.
pub fn close_maker(
    authority: &Address,
    network: &Address,
    attesting_key: &Address,
    rent_payer: &Address,
) -> Instruction {
    registry::CloseMaker {
        authority: *authority,
        network: *network,
        maker: address::maker(network, attesting_key),
        rent_payer: *rent_payer,
    }
    .instruction()
}

/// Which licence.
#[derive(Debug, Clone)]
pub struct LicenseSpec {
    /// Wallet that may run devices.
    pub holder: Address,
    /// ISO 3166-1 alpha-2 such as `DE`, or ISO 3166-2 such as `US-CA`.
    pub region: String,
    /// Name of a band plan such as `EU868`, at most 16 bytes.
    pub band_plan: String,
}

impl LicenseSpec {
    /// Address of the licence.
    ///
    /// # Errors
    /// When a name does not fit.
    pub fn address(&self, network: &Address) -> Result<Address, NameError> {
        Ok(address::license(
            network,
            &self.holder,
            &address::padded(&self.region)?,
            &address::padded(&self.band_plan)?,
        ))
    }
}

/// Issues a licence until before `expires_at`, unix seconds; the network's licence issuer or
/// authority signs and pays.
///
/// # Errors
/// When a name does not fit.
pub fn issue_license(
    issuer: &Address,
    network: &Address,
    spec: &LicenseSpec,
    expires_at: i64,
) -> Result<Instruction, NameError> {
    Ok(registry::IssueLicense {
        issuer: *issuer,
        network: *network,
        license: spec.address(network)?,
        system_program: system_program::ID,
    }
    .instruction(registry::IssueLicenseInstructionArgs {
        holder: spec.holder,
        region: address::padded(&spec.region)?,
        band_plan: address::padded(&spec.band_plan)?,
        expires_at,
    }))
}

/// Extends a licence, or revives one that has lapsed.
pub fn renew_license(
    issuer: &Address,
    network: &Address,
    license: &Address,
    expires_at: i64,
) -> Instruction {
    registry::RenewLicense { issuer: *issuer, network: *network, license: *license }
        .instruction(registry::RenewLicenseInstructionArgs { expires_at })
}

/// Ends a licence at once.
pub fn revoke_license(issuer: &Address, network: &Address, license: &Address) -> Instruction {
    registry::RevokeLicense { issuer: *issuer, network: *network, license: *license }.instruction()
}

/// Closes a licence that is over; `rent_payer` is in its account. Anyone may send it.
pub fn close_license(network: &Address, license: &Address, rent_payer: &Address) -> Instruction {
    registry::CloseLicense { network: *network, license: *license, rent_payer: *rent_payer }
        .instruction()
}

/// A signature over an onboarding message.
pub type Signature = [u8; 64];

/// Everything that onboarding a device takes.
#[derive(Debug, Clone)]
pub struct Onboarding {
    /// Pays all rent and the fee.
    pub payer: Address,
    /// Receives the NFT and becomes the operator.
    pub owner: Address,
    /// Network to join.
    pub network: Address,
    /// The network's treasury; see [`crate::account::network_terms_at`].
    pub treasury: Address,
    /// Number of the class.
    pub class: u16,
    /// Key of the maker that vouches.
    pub maker_key: Address,
    /// Licence of the owner, where the class requires one.
    pub license: Option<Address>,
    /// The device's key.
    pub device_key: DeviceKey,
    /// The maker's serial number.
    pub serial: [u8; SERIAL_BYTES],
    /// Slot whose hash the device signed.
    pub slot: u64,
    /// Hash of that slot.
    pub slot_hash: [u8; 32],
    /// H3 cell (resolution 8 to 15), or 0.
    pub location: u64,
    /// The maker's Ed25519 signature over [`Onboarding::maker_message`].
    pub maker_signature: Signature,
    /// The device's signature over [`Onboarding::device_message`]; of P-256 with a low S.
    pub device_signature: Signature,
}

impl Onboarding {
    /// The device's key as the registry stores it.
    pub fn registry_key(&self) -> [u8; DEVICE_KEY_BYTES] {
        self.device_key.to_registry_bytes()
    }

    /// What the maker signs.
    pub fn maker_message(&self) -> Vec<u8> {
        onboarding::maker_message(
            self.network.as_array(),
            self.device_key.scheme(),
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
        address::device(&self.network, &self.registry_key(), self.device_key.scheme() as u8)
    }
}

/// Onboards a device: the precompiles' instructions (one for an Ed25519 device, two for P-256)
/// and, directly after them, the registry's. All belong into one transaction, in this order.
pub fn onboard_device(onboarding: &Onboarding) -> Vec<Instruction> {
    let device = onboarding.device();
    let mint = address::device_mint(&device);
    let maker = SignedMessage {
        key: onboarding.maker_key.to_bytes(),
        signature: onboarding.maker_signature,
        message: onboarding.maker_message(),
    };
    let message = onboarding.device_message();
    let mut instructions = match onboarding.device_key {
        DeviceKey::Ed25519(key) => {
            let signature = onboarding.device_signature;
            vec![verify_ed25519(&[maker, SignedMessage { key, signature, message }])]
        }
        DeviceKey::P256(key) => vec![
            verify_ed25519(&[maker]),
            verify_secp256r1(&key, &onboarding.device_signature, &message),
        ],
    };
    let onboard = registry::OnboardDevice {
        payer: onboarding.payer,
        owner: onboarding.owner,
        network: onboarding.network,
        class: address::class(&onboarding.network, onboarding.class),
        maker: address::maker(&onboarding.network, &onboarding.maker_key),
        license: onboarding.license,
        device,
        mint,
        group: address::group(&onboarding.network),
        owner_token: address::associated_token(
            &onboarding.owner,
            &mint,
            &address::TOKEN_2022_PROGRAM,
        ),
        treasury: onboarding.treasury,
        instructions: sysvar::instructions::ID,
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
    instructions.push(onboard);
    instructions
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
    let signed: Vec<_> = signed
        .iter()
        .map(|SignedMessage { key, signature, message }| (&key[..], signature, &message[..]))
        .collect();
    Instruction {
        program_id: ed25519_program::ID,
        accounts: Vec::new(),
        data: precompile_data(&signed),
    }
}

/// An instruction of the secp256r1 precompile (SIMD-0075) that verifies a signature of a
/// compressed P-256 key. The precompile refuses a signature with a high S.
pub fn verify_secp256r1(key: &[u8; 33], signature: &Signature, message: &[u8]) -> Instruction {
    Instruction {
        program_id: secp256r1_program::ID,
        accounts: Vec::new(),
        data: precompile_data(&[(&key[..], signature, message)]),
    }
}

/// Count, offsets, and what they refer to, in the layout that both precompiles share.
fn precompile_data(signed: &[(&[u8], &Signature, &[u8])]) -> Vec<u8> {
    /// The data that an offset refers to is this instruction's own.
    const THIS_INSTRUCTION: [u8; 2] = u16::MAX.to_le_bytes();
    let count = u8::try_from(signed.len()).unwrap_or(u8::MAX);
    let header = 2usize.saturating_add(usize::from(count).saturating_mul(14));
    let (mut offsets, mut payload) = (vec![count, 0], Vec::new());
    for (key, signature, message) in signed.iter().take(usize::from(count)) {
        // A transaction has 1,232 bytes, so whatever can be sent fits 16 bits.
        let mut place = |bytes: &[u8]| {
            let at = header.saturating_add(payload.len());
            payload.extend_from_slice(bytes);
            u16::try_from(at).unwrap_or(u16::MAX).to_le_bytes()
        };
        let (signature_at, key_at, message_at) =
            (place(&signature[..]), place(key), place(message));
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
    offsets
}

/// The holder's associated token account with a device's NFT.
fn holder_token(holder: &Address, device: &Address) -> Address {
    address::associated_token(holder, &address::device_mint(device), &address::TOKEN_2022_PROGRAM)
}

/// Sets the operator that a device earns for. `holder` owns the associated token account with the
/// NFT, here and below.
pub fn set_operator(
    holder: &Address,
    network: &Address,
    device: &Address,
    operator: &Address,
) -> Instruction {
    registry::SetOperator {
        holder: *holder,
        holder_token: holder_token(holder, device),
        network: *network,
        device: *device,
    }
    .instruction(registry::SetOperatorInstructionArgs { operator: *operator })
}

/// What a new location of a device takes.
#[derive(Debug, Clone, Copy)]
pub struct LocationSpec {
    /// Pays the fee.
    pub payer: Address,
    /// Holder of the device's NFT.
    pub holder: Address,
    /// The device's network.
    pub network: Address,
    /// The network's treasury; see [`crate::account::network_terms_at`].
    pub treasury: Address,
    /// Number of the device's class.
    pub class: u16,
    /// The device.
    pub device: Address,
    /// H3 cell (resolution 8 to 15), or 0.
    pub location: u64,
}

/// Says where a device stands. Payer and holder sign.
pub fn assert_location(spec: &LocationSpec) -> Instruction {
    registry::AssertLocation {
        payer: spec.payer,
        holder: spec.holder,
        holder_token: holder_token(&spec.holder, &spec.device),
        network: spec.network,
        class: address::class(&spec.network, spec.class),
        device: spec.device,
        treasury: spec.treasury,
        system_program: system_program::ID,
    }
    .instruction(registry::AssertLocationInstructionArgs { location: spec.location })
}

/// Puts a device under another licence of its holder.
pub fn set_license(
    holder: &Address,
    network: &Address,
    device: &Address,
    license: &Address,
) -> Instruction {
    registry::SetLicense {
        holder: *holder,
        holder_token: holder_token(holder, device),
        network: *network,
        license: *license,
        device: *device,
    }
    .instruction()
}

/// Suspends a device; the network's guardian or authority signs.
pub fn suspend_device(guardian: &Address, network: &Address, device: &Address) -> Instruction {
    registry::SuspendDevice { guardian: *guardian, network: *network, device: *device }
        .instruction()
}

/// Lets a suspended device earn again.
pub fn reinstate_device(authority: &Address, network: &Address, device: &Address) -> Instruction {
    registry::ReinstateDevice { authority: *authority, network: *network, device: *device }
        .instruction()
}

/// Begins a device's retirement.
pub fn request_retirement(holder: &Address, network: &Address, device: &Address) -> Instruction {
    registry::RequestRetirement {
        holder: *holder,
        holder_token: holder_token(holder, device),
        network: *network,
        device: *device,
    }
    .instruction()
}

/// Takes the request for retirement back.
pub fn cancel_retirement(holder: &Address, network: &Address, device: &Address) -> Instruction {
    registry::CancelRetirement {
        holder: *holder,
        holder_token: holder_token(holder, device),
        network: *network,
        device: *device,
    }
    .instruction()
}

/// Ends a device whose retirement was requested. `class` and `maker` are in its account; `maker`
/// is the maker's account.
pub fn retire_device(
    holder: &Address,
    network: &Address,
    class: u16,
    maker: &Address,
    device: &Address,
) -> Instruction {
    registry::RetireDevice {
        holder: *holder,
        holder_token: holder_token(holder, device),
        network: *network,
        class: address::class(network, class),
        maker: *maker,
        device: *device,
        mint: address::device_mint(device),
        token_program: address::TOKEN_2022_PROGRAM,
    }
    .instruction()
}
