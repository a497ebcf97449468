use cairn_program_tests::{Chain, NOW, Network, Onboard, P256Key, SLOT, Swap, bump, cases};
use cairn_protocol::{onboarding::SignatureScheme, proof::DeviceKey};
use cairn_sdk::{
    account::{self, Device, Maker},
    address::{self, TOKEN_2022_PROGRAM},
    amount::Lamports,
    event::{Event, RegistryEvent},
    instruction::{self, ClassSpec, ClassTermsSpec, SignedMessage},
    registry::{
        accounts::DEVICE_DISCRIMINATOR,
        instructions::{OnboardDevice, OnboardDeviceInstructionArgs},
        types::DeviceOnboarded,
    },
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_sdk_ids::sysvar;
use solana_signer::Signer;
use solana_slot_hashes::SlotHashes;
use spl_token_2022_interface::{
    extension::{
        BaseStateWithExtensions, ExtensionType, StateWithExtensions,
        group_member_pointer::GroupMemberPointer, metadata_pointer::MetadataPointer,
        mint_close_authority::MintCloseAuthority,
    },
    state::{Account as TokenAccount, Mint},
};
use spl_token_group_interface::state::TokenGroupMember;
use spl_token_metadata_interface::state::TokenMetadata;

const BYTES: usize = 8 + 440;

/// Sends a signed onboarding and expects this refusal.
#[track_caller]
fn refuse(chain: &mut Chain, name: &str, onboard: &Onboard) {
    chain.refuse(name, &instruction::onboard_device(&onboard.form), &[&onboard.payer]);
}

/// Makers, the class and the network count devices: those of all time and those that live.
fn counts(chain: &Chain, network: &Network) -> [u64; 5] {
    let maker: Maker = chain.read(&address::maker(&network.address, &network.maker.pubkey()));
    let class: account::DeviceClass = chain.read(&address::class(&network.address, 0));
    let network: account::Network = chain.read(&network.address);
    [
        maker.onboarded.into(),
        maker.live.into(),
        class.device_count,
        network.device_count,
        network.live_device_count,
    ]
}

/// The precompile's and the registry's instruction for an Ed25519 device.
fn instructions(onboard: &Onboard) -> [Instruction; 2] {
    instruction::onboard_device(&onboard.form).try_into().unwrap()
}

fn signed(chain: &mut Chain, network: &Network) -> Onboard {
    let mut onboard = network.onboarding(chain);
    onboard.sign();
    onboard
}

#[test]
fn a_device_joins_and_its_owner_becomes_the_operator() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = signed(&mut chain, &network);
    let form = &onboard.form;
    let (payer, owner) = (chain.lamports(&form.payer), chain.lamports(&form.owner));
    let sent = chain.send(&instruction::onboard_device(form), &[&onboard.payer]);

    let device = onboard.address();
    let mint = address::device_mint(&device);
    let key = form.registry_key();
    let device_seeds: &[&[u8]] =
        &[b"device", network.address.as_ref(), &key[..32], &key[32..], &[0]];
    assert_eq!(
        chain.read::<Device>(&device),
        Device {
            discriminator: DEVICE_DISCRIMINATOR,
            network: network.address,
            mint,
            maker: address::maker(&network.address, &network.maker.pubkey()),
            operator: form.owner,
            previous_operator: form.owner,
            earlier_operator: form.owner,
            license: Address::default(),
            previous_license: Address::default(),
            operator_since: NOW,
            previous_operator_since: NOW,
            license_since: 0,
            onboarded_at: NOW,
            location: form.location,
            previous_location: form.location,
            location_since: NOW,
            status_since: NOW,
            previous_status_since: NOW,
            retiring_since: 0,
            class: 0,
            scheme: 0,
            status: 0,
            previous_status: 0,
            earlier_status: 0,
            version: 1,
            bump: bump(device_seeds, &address::REGISTRY),
            mint_bump: bump(&[b"mint", device.as_ref()], &address::REGISTRY),
            key,
            serial: form.serial,
            reserved: [0; 46],
        }
    );
    assert_eq!(chain.raw(&device).data.len(), BYTES);
    let maker = address::maker(&network.address, &network.maker.pubkey());
    assert_eq!(counts(&chain, &network), [1; 5]);
    let event = DeviceOnboarded {
        network: network.address,
        device,
        mint,
        maker,
        owner: form.owner,
        license: Address::default(),
        location: form.location,
        class: 0,
        scheme: 0,
        key,
    };
    assert_eq!(sent.events, [Event::Registry(RegistryEvent::DeviceOnboarded(event))]);

    // Every account has its rent and not a lamport more, all from the payer.
    let token = address::associated_token(&form.owner, &mint, &TOKEN_2022_PROGRAM);
    let mut rent = 0;
    for created in [device, mint, token] {
        let lamports = chain.lamports(&created);
        assert_eq!(lamports, chain.rent(chain.raw(&created).data.len()), "{created}");
        rent += lamports;
    }
    assert_eq!(chain.lamports(&form.payer), payer - rent);
    assert_eq!(chain.lamports(&form.owner), owner);
}

#[test]
fn the_nft_is_one_token_that_nobody_can_add_to() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = network.onboard(&mut chain);
    let mint = address::device_mint(&onboard.address());

    let account = chain.raw(&mint);
    assert_eq!(account.owner, TOKEN_2022_PROGRAM);
    let state = StateWithExtensions::<Mint>::unpack(&account.data).unwrap();
    assert_eq!(state.base.supply, 1);
    assert_eq!(state.base.decimals, 0);
    assert!(state.base.is_initialized);
    assert!(state.base.mint_authority.is_none());
    assert!(state.base.freeze_authority.is_none());
    assert_eq!(
        state.get_extension_types().unwrap(),
        [
            ExtensionType::MintCloseAuthority,
            ExtensionType::MetadataPointer,
            ExtensionType::GroupMemberPointer,
            ExtensionType::TokenMetadata,
            ExtensionType::TokenGroupMember,
        ]
    );
    let close = state.get_extension::<MintCloseAuthority>().unwrap().close_authority;
    assert_eq!(Option::<Address>::from(close), Some(network.address));
    let pointer = state.get_extension::<MetadataPointer>().unwrap();
    assert_eq!(Option::<Address>::from(pointer.authority), Some(network.address));
    assert_eq!(Option::<Address>::from(pointer.metadata_address), Some(mint));
    let pointer = state.get_extension::<GroupMemberPointer>().unwrap();
    assert_eq!(Option::<Address>::from(pointer.authority), Some(network.address));
    assert_eq!(Option::<Address>::from(pointer.member_address), Some(mint));
    // Mint, group and number of the member.
    let member = state.get_extension_bytes::<TokenGroupMember>().unwrap();
    assert_eq!(&member[..32], mint.as_ref());
    assert_eq!(&member[32..64], address::group(&network.address).as_ref());
    assert_eq!(&member[64..], &1u64.to_le_bytes());
    let metadata = state.get_variable_len_extension::<TokenMetadata>().unwrap();
    assert_eq!(metadata.name, "n A1-0001");
    assert_eq!(metadata.symbol, "NET");
    assert_eq!(metadata.uri, "https://example.org/hotspot.json");
    assert_eq!(metadata.mint, mint);
    assert_eq!(Option::<Address>::from(metadata.update_authority), Some(network.address));
    let field = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(
        metadata.additional_metadata,
        [
            field("device_key", &hex::encode(onboard.device.pubkey().to_bytes())),
            field("class", "0"),
            field("serial", "A1-0001"),
        ]
    );

    let owner = onboard.owner.pubkey();
    let token = address::associated_token(&owner, &mint, &TOKEN_2022_PROGRAM);
    let account = chain.raw(&token);
    let state = StateWithExtensions::<TokenAccount>::unpack(&account.data).unwrap();
    assert_eq!((state.base.mint, state.base.owner, state.base.amount), (mint, owner, 1));
}

#[test]
fn names_of_every_length_fit_the_mint() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, &"x".repeat(32));
    let long = instruction::ClassSpec { uri: "u".repeat(96), ..Network::class(1) };
    let create =
        instruction::create_class(&network.authority.pubkey(), &network.address, &long).unwrap();
    chain.send(&[create], &[&network.authority]);
    for (class, serial) in [(0, "x"), (1, "sixteen bytes ab"), (1, "é")] {
        let mut onboard = network.onboarding(&mut chain);
        onboard.form.class = class;
        onboard.form.serial = address::padded(serial).unwrap();
        onboard.sign();
        chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
        let mint = address::device_mint(&onboard.address());
        let account = chain.raw(&mint);
        assert_eq!(account.lamports, chain.rent(account.data.len()));
        let state = StateWithExtensions::<Mint>::unpack(&account.data).unwrap();
        let metadata = state.get_variable_len_extension::<TokenMetadata>().unwrap();
        assert_eq!(metadata.name, format!("{} {serial}", "x".repeat(32)));
        assert_eq!(metadata.additional_metadata[1].1, class.to_string());
        assert_eq!(chain.read::<Device>(&onboard.address()).class, class);
    }
}

#[test]
fn an_owner_may_pay_for_its_own_device() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let mut onboard = network.onboarding(&mut chain);
    onboard.form.payer = onboard.form.owner;
    onboard.sign();
    chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.owner]);
    assert_eq!(chain.read::<Device>(&onboard.address()).operator, onboard.owner.pubkey());
}

#[test]
fn lamports_sent_to_the_addresses_before_do_not_block_them() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = signed(&mut chain, &network);
    let mint = address::device_mint(&onboard.address());
    let token = address::associated_token(&onboard.form.owner, &mint, &TOKEN_2022_PROGRAM);
    let (little, much) = (chain.rent(0), 1_000_000_000);
    for (address, lamports) in [(onboard.address(), little), (mint, much), (token, little)] {
        chain.dust(&address, lamports);
    }
    chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
    assert_eq!(chain.tokens(&token), 1);
    assert_eq!(chain.lamports(&mint), much);
    assert_eq!(chain.lamports(&onboard.address()), chain.rent(BYTES));
}

#[test]
fn without_the_precompile_directly_before_it_is_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = signed(&mut chain, &network);
    let [precompile, onboarding] = instructions(&onboard);
    let between = instruction::add_maker(
        &network.authority.pubkey(),
        &network.address,
        &onboard.form.owner,
        0,
    );
    let payer = &onboard.payer;
    chain.refuse("registry::MissingSignatures", std::slice::from_ref(&onboarding), &[payer]);
    chain.refuse(
        "registry::MissingSignatures",
        &[onboarding.clone(), precompile.clone()],
        &[payer],
    );
    // An instruction in between, so that the transaction's first one verified the signatures.
    chain.refuse(
        "registry::MissingSignatures",
        &[precompile.clone(), between, onboarding.clone()],
        &[payer, &network.authority],
    );
    // The same bytes, but not to the precompile.
    let lookalike = Instruction { program_id: TOKEN_2022_PROGRAM, ..precompile };
    assert!(chain.try_send(&[lookalike, onboarding], &[payer]).is_err());
}

/// The onboarding instruction after a precompile that verified `messages`.
fn after(onboard: &Onboard, messages: &[SignedMessage]) -> [Instruction; 2] {
    let [_, onboarding] = instructions(onboard);
    [instruction::verify_ed25519(messages), onboarding]
}

fn message(key: &Keypair, message: Vec<u8>) -> SignedMessage {
    SignedMessage {
        key: key.pubkey().to_bytes(),
        signature: key.sign_message(&message).as_array().to_owned(),
        message,
    }
}

#[test]
fn both_signatures_in_their_order_are_needed() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = network.onboarding(&mut chain);
    let maker = message(&onboard.maker, onboard.form.maker_message());
    let device = message(&onboard.device, onboard.form.device_message());
    let payer = &onboard.payer;
    chain.refuse(
        "registry::MissingSignatures",
        &after(&onboard, std::slice::from_ref(&maker)),
        &[payer],
    );
    chain.refuse(
        "registry::MakerSignatureMismatch",
        &after(&onboard, std::slice::from_ref(&device)),
        &[payer],
    );
    chain.refuse(
        "registry::MakerSignatureMismatch",
        &after(&onboard, &[device.clone(), maker.clone()]),
        &[payer],
    );
    chain.refuse(
        "registry::DeviceSignatureMismatch",
        &after(&onboard, &[maker.clone(), maker.clone()]),
        &[payer],
    );
    chain.refuse("registry::MissingSignatures", &after(&onboard, &[]), &[payer]);
    chain.send(&after(&onboard, &[maker, device]), &[payer]);
}

#[test]
fn a_signature_that_is_wrong_fails_in_the_precompile() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let mut onboard = signed(&mut chain, &network);
    onboard.form.device_signature[7] ^= 1;
    refuse(&mut chain, "Custom(2)", &onboard);
    onboard.sign();
    onboard.form.maker_signature[63] ^= 0x20;
    refuse(&mut chain, "Custom(2)", &onboard);
}

/// Makes a form say something else; the network is another one.
type Change = fn(&mut Onboard, &Network);

#[test]
fn a_maker_that_signed_something_else_is_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let second = instruction::create_class(
        &network.authority.pubkey(),
        &network.address,
        &Network::class(1),
    );
    chain.send(&[second.unwrap()], &[&network.authority]);
    let other = Network::create(&mut chain, "other");
    let stranger = chain.key();

    let changes: [(&str, Change); 4] = [
        ("serial", |onboard, _| onboard.form.serial[0] ^= 1),
        ("class", |onboard, _| onboard.form.class = 1),
        ("network", |onboard, other| onboard.form.network = other.address),
        ("device", |onboard, _| {
            onboard.form.device_key = DeviceKey::Ed25519(onboard.form.payer.to_bytes());
        }),
    ];
    for (what, change) in changes {
        let onboard = network.onboarding(&mut chain);
        // The maker signs the changed form, the rest stays.
        let mut signed_form = network.onboarding(&mut chain);
        signed_form.form = onboard.form.clone();
        change(&mut signed_form, &other);
        let messages = [
            message(&network.maker, signed_form.form.maker_message()),
            message(&onboard.device, onboard.form.device_message()),
        ];
        let refused = chain.try_send(&after(&onboard, &messages), &[&onboard.payer]);
        assert_eq!(refused.unwrap_err().name, "registry::MakerSignatureMismatch", "{what}");
    }
    // Somebody else's signature over the right message.
    let onboard = network.onboarding(&mut chain);
    let messages = [
        message(&stranger, onboard.form.maker_message()),
        message(&onboard.device, onboard.form.device_message()),
    ];
    chain.refuse(
        "registry::MakerSignatureMismatch",
        &after(&onboard, &messages),
        &[&onboard.payer],
    );
}

#[test]
fn a_device_that_signed_something_else_is_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let changes: [(&str, Change); 4] = [
        ("owner", |onboard, _| onboard.form.owner = onboard.form.payer),
        ("network", |onboard, other| onboard.form.network = other.address),
        ("slot hash", |onboard, _| onboard.form.slot_hash[31] ^= 1),
        ("slot", |onboard, _| onboard.form.slot -= 1),
    ];
    for (what, change) in changes {
        let onboard = network.onboarding(&mut chain);
        let mut signed_form = network.onboarding(&mut chain);
        signed_form.form = onboard.form.clone();
        change(&mut signed_form, &other);
        let messages = [
            message(&network.maker, onboard.form.maker_message()),
            message(&onboard.device, signed_form.form.device_message()),
        ];
        let refused = chain.try_send(&after(&onboard, &messages), &[&onboard.payer]);
        assert_eq!(refused.unwrap_err().name, "registry::DeviceSignatureMismatch", "{what}");
    }
    // Another device's signature over the right message.
    let onboard = network.onboarding(&mut chain);
    let stranger = chain.key();
    let messages = [
        message(&network.maker, onboard.form.maker_message()),
        message(&stranger, onboard.form.device_message()),
    ];
    chain.refuse(
        "registry::DeviceSignatureMismatch",
        &after(&onboard, &messages),
        &[&onboard.payer],
    );
}

#[test]
fn the_oldest_known_slot_works_and_an_older_or_future_one_is_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    for slot in [SLOT - 513, SLOT, 0, u64::MAX] {
        let mut onboard = network.onboarding(&mut chain);
        onboard.form.slot = slot;
        onboard.form.slot_hash = chain.slot_hash(slot);
        onboard.sign();
        refuse(&mut chain, "registry::SlotHashUnknown", &onboard);
    }
    for slot in [SLOT - 512, SLOT - 1] {
        let mut onboard = network.onboarding(&mut chain);
        onboard.form.slot = slot;
        onboard.form.slot_hash = chain.slot_hash(slot);
        onboard.sign();
        chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
    }
}

/// Slots without a block have no hash, and those after them stand nearer to the front of the list.
#[test]
fn slots_are_found_among_skipped_ones() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let (authority, maker) = (network.authority.pubkey(), network.maker.pubkey());
    let quota = instruction::set_maker_quota(&authority, &network.address, &maker, 100);
    chain.send(&[quota], &[&network.authority]);
    // Every third slot was skipped, and a long stretch too.
    let known = |slot: &u64| !slot.is_multiple_of(3) && !(SLOT - 400..SLOT - 100).contains(slot);
    let list = |chain: &Chain, len: usize, newest: u64| {
        let slots = (0..).map(|back| newest - back).filter(known).take(len);
        let entries: Vec<_> = slots.map(|slot| (slot, chain.slot_hash(slot).into())).collect();
        SlotHashes::new(&entries)
    };
    // Surfnet's list begins with the current slot.
    for (len, newest) in [(512, SLOT - 1), (3, SLOT - 1), (1, SLOT - 1), (512, SLOT)] {
        let hashes = list(&chain, len, newest);
        chain.svm.set_sysvar(&hashes);
        let oldest = hashes.last().unwrap().0;
        let wanted = [
            SLOT,
            SLOT - 1,
            SLOT - 2,
            SLOT - 3,
            SLOT - 4,
            SLOT - 99,
            SLOT - 100,
            SLOT - 101,
            SLOT - 400,
            SLOT - 401,
            SLOT - 402,
            oldest,
            oldest - 1,
            oldest + 1,
        ];
        for slot in wanted {
            let mut onboard = network.onboarding(&mut chain);
            onboard.form.slot = slot;
            onboard.form.slot_hash = chain.slot_hash(slot);
            onboard.sign();
            if hashes.iter().any(|(known, _)| *known == slot) {
                chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
            } else {
                refuse(&mut chain, "registry::SlotHashUnknown", &onboard);
            }
        }
    }
}

/// Offsets may point into another instruction's data, and the precompile verifies what is there.
/// This program does not see those bytes: it must not take its own at the same place for them.
#[test]
fn signatures_over_another_instructions_bytes_are_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = signed(&mut chain, &network);
    let [precompile, onboarding] = instructions(&onboard);
    let payer = &onboard.payer;
    // Of each signature's seven words these three name the instruction: of the signature, the
    // key, the message.
    for (signature, word) in [(0, 1), (0, 3), (0, 6), (1, 1), (1, 3), (1, 6)] {
        let mut pointing = precompile.clone();
        let at = 2 + signature * 14 + word * 2;
        // Instruction 0 is an exact copy, so that the precompile is content with either.
        pointing.data[at..at + 2].copy_from_slice(&0u16.to_le_bytes());
        let copied = [precompile.clone(), pointing.clone(), onboarding.clone()];
        chain.refuse("registry::MissingSignatures", &copied, &[payer]);
        // The precompile itself by its number: the same bytes, but only one way to say so.
        chain.refuse("registry::MissingSignatures", &[pointing, onboarding.clone()], &[payer]);
    }
    chain.send(&[precompile.clone(), precompile, onboarding], &[payer]);
}

/// The attack that the rule above is for: the device's signature is over an attacker's message in
/// another instruction, while the bytes at the same offsets of the precompile's own data say what
/// the program wants to see.
#[test]
fn a_message_that_nobody_signed_is_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = network.onboarding(&mut chain);
    let thief = chain.key();
    // A decoy in which the thief's key really signed something, at the same offsets.
    let decoy = |own: &Keypair, text: Vec<u8>| SignedMessage {
        message: text.clone(),
        ..message(own, text)
    };
    let signed = instruction::verify_ed25519(&[
        decoy(&thief, onboard.form.maker_message()),
        decoy(&thief, onboard.form.device_message()),
    ]);
    let mut claimed = instruction::verify_ed25519(&[
        SignedMessage {
            key: onboard.form.maker_key.to_bytes(),
            ..decoy(&thief, onboard.form.maker_message())
        },
        SignedMessage {
            key: onboard.device.pubkey().to_bytes(),
            ..decoy(&thief, onboard.form.device_message())
        },
    ]);
    let [_, onboarding] = instructions(&onboard);
    // As it stands the precompile refuses it; pointed to the decoy's keys it verifies.
    let payer = &onboard.payer;
    chain.refuse("Custom(2)", &[signed.clone(), claimed.clone(), onboarding.clone()], &[payer]);
    for signature in 0..2 {
        let at = 2 + signature * 14 + 6;
        claimed.data[at..at + 2].copy_from_slice(&0u16.to_le_bytes());
    }
    chain.send(&[signed.clone(), claimed.clone()], &[]);
    chain.refuse("registry::MissingSignatures", &[signed, claimed, onboarding], &[payer]);
}

#[test]
fn a_device_key_of_small_order_is_refused_by_the_precompile() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let mut onboard = network.onboarding(&mut chain);
    // The neutral element: with it, R = 0 and s = 0 would "sign" every message.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    onboard.form.device_key = DeviceKey::Ed25519(neutral);
    onboard.sign();
    onboard.form.device_signature = [0; 64];
    onboard.form.device_signature[0] = 1;
    refuse(&mut chain, "Custom(2)", &onboard);
}

#[test]
fn a_maker_signs_for_no_more_devices_than_its_quota() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    for _ in 0..3 {
        network.onboard(&mut chain);
    }
    assert_eq!(counts(&chain, &network), [3; 5]);
    let fourth = signed(&mut chain, &network);
    refuse(&mut chain, "registry::MakerQuotaExhausted", &fourth);
}

#[test]
fn a_revoked_maker_and_a_paused_network_are_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = signed(&mut chain, &network);
    let (authority, key) = (network.authority.pubkey(), &network.authority);
    chain.send(&[instruction::pause_network(&authority, &network.address)], &[key]);
    refuse(&mut chain, "registry::NetworkPaused", &onboard);
    chain.send(&[instruction::unpause_network(&authority, &network.address)], &[key]);
    chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
    let next = signed(&mut chain, &network);
    let maker = network.maker.pubkey();
    chain.send(&[instruction::revoke_maker(&authority, &network.address, &maker)], &[key]);
    refuse(&mut chain, "registry::MakerRevoked", &next);
}

/// A class with these terms, and an unsigned onboarding into it.
fn into_class(chain: &mut Chain, network: &Network, terms: ClassTermsSpec) -> Onboard {
    network.add_class(chain, &ClassSpec { terms, ..Network::class(1) });
    let mut onboard = network.onboarding(chain);
    onboard.form.class = 1;
    onboard
}

#[test]
fn a_closed_class_takes_no_device_from_when_on_it_says() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let authority = network.authority.pubkey();
    let terms = ClassTermsSpec { closed: true, ..Network::class(0).terms };
    let close = instruction::propose_class_update(&authority, &network.address, 0, &terms);
    chain.send(&[close], &[&network.authority]);
    let [last, late] = [(); 2].map(|()| signed(&mut chain, &network));
    let in_force = NOW + i64::from(Network::DELAY_SECONDS);
    chain.warp_to(in_force - 1);
    chain.send(&instruction::onboard_device(&last.form), &[&last.payer]);
    chain.warp_to(in_force);
    refuse(&mut chain, "registry::ClassClosed", &late);
}

#[test]
fn the_payer_pays_the_fee_to_the_treasury() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let terms = ClassTermsSpec { onboarding_fee: Lamports(7_000_000), ..Default::default() };
    let mut onboard = into_class(&mut chain, &network, terms);
    onboard.sign();
    let stranger = chain.wallet().pubkey();
    let mut elsewhere = onboard.form.clone();
    elsewhere.treasury = stranger;
    let elsewhere = instruction::onboard_device(&elsewhere);
    chain.refuse("registry::WrongTreasury", &elsewhere, &[&onboard.payer]);
    let wallets = [onboard.form.payer, network.treasury];
    let [from, to] = wallets.map(|wallet| chain.lamports(&wallet));
    chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
    let token = onboard.token_of(&onboard.form.owner);
    let rent: u64 =
        [onboard.address(), onboard.mint(), token].iter().map(|at| chain.lamports(at)).sum();
    assert_eq!(
        wallets.map(|wallet| chain.lamports(&wallet)),
        [from - rent - 7_000_000, to + 7_000_000]
    );
}

#[test]
fn a_treasury_may_pay_for_devices_of_its_network() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let payer = chain.wallet();
    let terms = instruction::NetworkTermsSpec { treasury: payer.pubkey(), ..network.terms() };
    let authority = network.authority.pubkey();
    let update = instruction::propose_network_update(&authority, &network.address, &terms);
    chain.send(&[update], &[&network.authority]);
    chain.warp_to(NOW + i64::from(Network::DELAY_SECONDS));
    let terms = ClassTermsSpec { onboarding_fee: Lamports(7_000_000), ..Default::default() };
    let mut onboard = into_class(&mut chain, &network, terms);
    // The treasury before the change gets nothing any more.
    onboard.sign();
    refuse(&mut chain, "registry::WrongTreasury", &onboard);
    onboard.form.treasury = payer.pubkey();
    onboard.form.payer = payer.pubkey();
    chain.send(&instruction::onboard_device(&onboard.form), &[&payer]);
}

#[test]
fn a_class_may_require_a_licence_of_the_owner() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let terms = ClassTermsSpec { license_required: true, ..Default::default() };
    let mut onboard = into_class(&mut chain, &network, terms);
    onboard.sign();
    refuse(&mut chain, "registry::LicenseRequired", &onboard);
    let (owner, payer) = (onboard.form.owner, onboard.form.payer);
    let theirs = network.license(&mut chain, &payer, "FR");
    let elsewhere = other.license(&mut chain, &owner, "FR");
    for license in [theirs, elsewhere] {
        onboard.form.license = Some(license);
        refuse(&mut chain, "registry::WrongLicense", &onboard);
    }
    let license = network.license(&mut chain, &owner, "FR");
    onboard.form.license = Some(license);
    chain.warp_to(NOW + 10 * 86_400);
    refuse(&mut chain, "registry::LicenseNotValid", &onboard);
    chain.warp_to(NOW + 10 * 86_400 - 1);
    chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
    let device: Device = chain.read(&onboard.address());
    assert_eq!((device.license, device.previous_license), (license, license));
    assert_eq!(device.license_since, 0);
    // Where none is required, one that is given is kept, and must be good all the same.
    let mut free = network.onboarding(&mut chain);
    free.form.license = Some(theirs);
    free.sign();
    refuse(&mut chain, "registry::WrongLicense", &free);
}

/// A P-256 class (index 1).
fn p256_class(chain: &mut Chain, network: &Network) {
    network.add_class(chain, &ClassSpec { scheme: SignatureScheme::P256, ..Network::class(1) });
}

#[test]
fn a_p256_device_joins() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    p256_class(&mut chain, &network);
    let mut onboard = network.p256_onboarding(&mut chain, 1);
    onboard.sign();
    chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
    let key = onboard.form.registry_key();
    assert!(key[0] == 2 || key[0] == 3, "a compressed point");
    let device: Device = chain.read(&onboard.address());
    assert_eq!((device.scheme, device.class, device.key), (1, 1, key));
    let account = chain.raw(&onboard.mint());
    let state = StateWithExtensions::<Mint>::unpack(&account.data).unwrap();
    let metadata = state.get_variable_len_extension::<TokenMetadata>().unwrap();
    assert_eq!(metadata.additional_metadata[0].1, hex::encode(key));
    assert_eq!(account.lamports, chain.rent(account.data.len()));
    refuse(&mut chain, "system::Custom(0)", &onboard);
}

#[test]
fn a_p256_device_and_its_maker_sign_in_this_order_with_these_keys() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    p256_class(&mut chain, &network);
    let mut onboard = network.p256_onboarding(&mut chain, 1);
    onboard.sign();
    let payer = &onboard.payer;
    let [maker, device, onboarding]: [_; 3] =
        instruction::onboard_device(&onboard.form).try_into().unwrap();
    let between = instruction::add_maker(
        &network.authority.pubkey(),
        &network.address,
        &onboard.form.owner,
        0,
    );
    let orders: [&[&Instruction]; 5] = [
        &[&device, &maker, &onboarding],
        &[&device, &onboarding],
        &[&maker, &onboarding],
        &[&maker, &between, &device, &onboarding],
        &[&maker, &device, &between, &onboarding],
    ];
    for order in orders {
        let order: Vec<Instruction> = order.iter().map(|&one| one.clone()).collect();
        let mut signers = vec![payer];
        if order.contains(&between) {
            signers.push(&network.authority);
        }
        chain.refuse("registry::MissingSignatures", &order, &signers);
    }
    // Another key's signature, and this key's over something else.
    let other = P256Key::new(&[9; 32]);
    let message = onboard.form.device_message();
    let by_other = instruction::verify_secp256r1(&other.public(), &other.sign(&message), &message);
    let own = onboard.p256.as_ref().unwrap();
    let over_other = instruction::verify_secp256r1(&own.public(), &own.sign(b"other"), b"other");
    for wrong in [by_other, over_other] {
        let wrong = [maker.clone(), wrong, onboarding.clone()];
        chain.refuse("registry::DeviceSignatureMismatch", &wrong, &[payer]);
    }
    // The maker of another device.
    let mut another = network.p256_onboarding(&mut chain, 1);
    another.sign();
    let [their_maker, _, _]: [_; 3] =
        instruction::onboard_device(&another.form).try_into().unwrap();
    let wrong = [their_maker, device.clone(), onboarding.clone()];
    chain.refuse("registry::MakerSignatureMismatch", &wrong, &[payer]);
    // The same signatures by their other valid S, which is high: the precompile refuses it.
    let mut high = onboard.form.clone();
    high.device_signature = P256Key::with_high_s(&high.device_signature);
    let refused = chain.try_send(&instruction::onboard_device(&high), &[payer]).unwrap_err();
    assert!(refused.name.starts_with("Custom("), "{}", refused.name);
    // Bytes of another instruction.
    for word in [1, 3, 6] {
        let mut pointing = device.clone();
        let at = 2 + word * 2;
        pointing.data[at..at + 2].copy_from_slice(&1u16.to_le_bytes());
        let pointing = [maker.clone(), pointing, onboarding.clone()];
        chain.refuse("registry::MissingSignatures", &pointing, &[payer]);
    }
    chain.send(&[maker, device, onboarding], &[payer]);
}

/// A class says how its devices sign; the maker's message and the address do too.
#[test]
fn a_key_of_the_other_scheme_is_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    p256_class(&mut chain, &network);
    let mut ed25519 = network.onboarding(&mut chain);
    ed25519.form.class = 1;
    ed25519.sign();
    // The address has the scheme of the key, the program takes the class's.
    refuse(&mut chain, "registry::InvalidSeeds", &ed25519);
    let mut p256 = network.p256_onboarding(&mut chain, 0);
    p256.sign();
    refuse(&mut chain, "registry::InvalidSeeds", &p256);
}

/// Every variant in one legacy transaction without a lookup table, with a fee payer that plays no
/// other part.
#[test]
fn onboarding_fits_a_transaction() {
    for build in [cases::registry::onboard_device, cases::registry::onboard_p256_device] {
        let mut case = build();
        let sent = case.send();
        let units = sent.units_of(&address::REGISTRY)[0];
        println!("onboard_device with a licence: {} bytes, {units} CU", sent.bytes);
        assert!(sent.bytes <= 1_232, "{}", sent.bytes);
    }
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    p256_class(&mut chain, &network);
    for mut onboard in [network.onboarding(&mut chain), network.p256_onboarding(&mut chain, 1)] {
        onboard.sign();
        let sent = chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
        println!("onboard_device without: {} bytes", sent.bytes);
    }
}

#[test]
fn a_place_that_is_no_fine_h3_cell_is_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    const CELL: u64 = 0x0891_e805_28cb_ffff;
    let resolution = |n: u64| CELL & !(0xf << 52) | n << 52;
    let refused = [
        1,
        u64::MAX,
        CELL | 1 << 63,
        CELL ^ 1 << 59,            // not a cell but another mode
        CELL | 1 << 56,            // reserved bits
        resolution(7) | 0x7 << 18, // resolution 7, digits beyond it filled
        resolution(10),            // digit 10 missing
        CELL & !0x7,               // digit 15 in use at resolution 9
        CELL | 0x7f << 45,         // base cell 127
    ];
    for location in refused {
        let mut onboard = network.onboarding(&mut chain);
        onboard.form.location = location;
        onboard.sign();
        refuse(&mut chain, "registry::InvalidLocation", &onboard);
    }
    for location in [0, CELL] {
        let mut onboard = network.onboarding(&mut chain);
        onboard.form.location = location;
        onboard.sign();
        chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
        assert_eq!(chain.read::<Device>(&onboard.address()).location, location);
    }
}

#[test]
fn a_serial_that_is_not_readable_text_is_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let mut after_padding = [0; 16];
    after_padding[0] = b'a';
    after_padding[15] = b'b';
    for serial in [[0; 16], after_padding, [7; 16], [0xff; 16]] {
        let mut onboard = network.onboarding(&mut chain);
        onboard.form.serial = serial;
        onboard.sign();
        refuse(&mut chain, "registry::InvalidName", &onboard);
    }
}

#[test]
fn an_ed25519_key_is_followed_by_a_zero() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = signed(&mut chain, &network);
    let mut key = onboard.form.registry_key();
    key[32] = 1;
    let device = address::device(&network.address, &key, 0);
    let mint = address::device_mint(&device);
    let onboarding = OnboardDevice {
        payer: onboard.form.payer,
        owner: onboard.form.owner,
        network: network.address,
        class: address::class(&network.address, 0),
        maker: address::maker(&network.address, &network.maker.pubkey()),
        license: None,
        device,
        mint,
        group: address::group(&network.address),
        owner_token: address::associated_token(&onboard.form.owner, &mint, &TOKEN_2022_PROGRAM),
        treasury: network.treasury,
        instructions: sysvar::instructions::ID,
        token_program: TOKEN_2022_PROGRAM,
        associated_token_program: address::ASSOCIATED_TOKEN_PROGRAM,
        system_program: Address::default(),
    }
    .instruction(OnboardDeviceInstructionArgs {
        key,
        serial: onboard.form.serial,
        slot: onboard.form.slot,
        location: 0,
    });
    let [precompile, _] = instructions(&onboard);
    chain.refuse("registry::InvalidKey", &[precompile, onboarding], &[&onboard.payer]);
}

#[test]
fn a_device_joins_once() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let mut onboard = network.onboard(&mut chain);
    refuse(&mut chain, "system::Custom(0)", &onboard);
    // Not for another owner either.
    onboard.form.owner = onboard.form.payer;
    onboard.sign();
    refuse(&mut chain, "system::Custom(0)", &onboard);
    // In another network the same key is another device.
    let other = Network::create(&mut chain, "other");
    onboard.form.network = other.address;
    onboard.form.treasury = other.treasury;
    onboard.form.maker_key = other.maker.pubkey();
    onboard.maker = other.maker.insecure_clone();
    onboard.sign();
    chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
}

#[test]
fn other_accounts_are_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let onboard = signed(&mut chain, &network);
    let [precompile, onboarding] = instructions(&onboard);
    let class = address::class(&other.address, 0);
    let maker = address::maker(&other.address, &other.maker.pubkey());
    let forged = [
        chain.forge(&network.address, &address::REWARDS),
        chain.forge(&address::class(&network.address, 0), &address::REWARDS),
        chain.forge(&address::maker(&network.address, &network.maker.pubkey()), &address::REWARDS),
        chain.forge(&sysvar::slot_hashes::ID, &sysvar::ID),
    ];
    let elsewhere = chain.key().pubkey();
    let their_group = address::group(&other.address);
    let cases = [
        ("another network", 2, other.address, "registry::InvalidSeeds"),
        ("forged network", 2, forged[0], "registry::IllegalOwner"),
        ("another network's class", 3, class, "registry::WrongNetwork"),
        ("forged class", 3, forged[1], "registry::IllegalOwner"),
        ("another network's maker", 4, maker, "registry::WrongNetwork"),
        ("forged maker", 4, forged[2], "registry::IllegalOwner"),
        ("no licence", 5, elsewhere, "registry::UninitializedAccount"),
        ("another device address", 6, elsewhere, "registry::InvalidSeeds"),
        ("another mint address", 7, elsewhere, "registry::InvalidSeeds"),
        ("another network's group", 8, their_group, "registry::InvalidSeeds"),
        ("another token account", 9, elsewhere, "associated-token::InvalidSeeds"),
        ("another treasury", 10, elsewhere, "registry::WrongTreasury"),
        ("forged instructions sysvar", 11, forged[3], "registry::InvalidArgument"),
        ("SPL Token", 12, address::TOKEN_PROGRAM, "registry::IncorrectProgramId"),
        ("no associated token program", 13, TOKEN_2022_PROGRAM, "registry::IncorrectProgramId"),
        ("no system program", 14, TOKEN_2022_PROGRAM, "registry::IncorrectProgramId"),
    ];
    for (what, index, address, name) in cases {
        let refused = chain
            .try_send(&[precompile.clone(), onboarding.swap(index, &address)], &[&onboard.payer]);
        assert_eq!(refused.unwrap_err().name, name, "{what}");
    }
    chain.refuse("registry::MissingRequiredSignature", &[precompile, onboarding.unsigned(0)], &[]);
}
