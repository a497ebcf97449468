use cairn_program_tests::{Chain, NOW, Network, Swap, bump, emitted};
use cairn_protocol::onboarding::SignatureScheme;
use cairn_sdk::{
    account::{self, ClassTerms, DeviceClass},
    address,
    amount::{Lamports, Points, Tokens},
    event::RegistryEvent,
    instruction::{self, ClassSpec, ClassTermsSpec},
    registry::{
        accounts::DEVICE_CLASS_DISCRIMINATOR,
        instructions::{CreateClass, CreateClassInstructionArgs},
        types::ClassCreated,
    },
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

const BYTES: usize = 8 + 408;
/// Where a network account keeps its `class_count`.
const CLASS_COUNT_AT: usize = 8 + 4 * 32 + 8 + 2 * 128 + 4 * 8 + 3 * 4;

fn create(network: &Network, spec: &ClassSpec) -> Instruction {
    instruction::create_class(&network.authority.pubkey(), &network.address, spec).unwrap()
}

#[test]
fn a_class_is_created_under_the_next_number() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let wallet = network.authority.pubkey();
    let before = chain.lamports(&wallet);
    let terms = ClassTermsSpec {
        bond: Tokens(u64::MAX),
        points_cap: Points(1),
        onboarding_fee: Lamports(2),
        location_fee: Lamports(3),
        location_cooldown_seconds: 4,
        license_required: true,
        closed: true,
    };
    let scheme = SignatureScheme::P256;
    let spec = ClassSpec { category: 3, scheme, terms, ..Network::class(1) };
    let sent = chain.send(&[create(&network, &spec)], &[&network.authority]);

    let class = address::class(&network.address, 1);
    let terms = ClassTerms::from(terms);
    assert_eq!(
        chain.read::<DeviceClass>(&class),
        DeviceClass {
            discriminator: DEVICE_CLASS_DISCRIMINATOR,
            network: network.address,
            rent_payer: wallet,
            uri: address::padded(&spec.uri).unwrap(),
            terms: terms.clone(),
            previous_terms: terms.clone(),
            pending_terms: ClassTermsSpec::default().into(),
            terms_since: NOW,
            pending_terms_at: 0,
            device_count: 0,
            index: 1,
            category: 3,
            scheme: 1,
            version: 1,
            bump: bump(&[b"class", network.address.as_ref(), &[1, 0]], &address::REGISTRY),
            reserved: [0; 26],
        }
    );
    assert_eq!(chain.raw(&class).data.len(), BYTES);
    assert_eq!(chain.lamports(&class), chain.rent(BYTES));
    assert_eq!(chain.lamports(&wallet), before - chain.rent(BYTES));
    let account: account::Network = chain.read(&network.address);
    assert_eq!((account.class_count, account.live_class_count), (2, 2));
    let event = ClassCreated { network: network.address, index: 1, category: 3, scheme: 1, terms };
    assert_eq!(sent.events, emitted(RegistryEvent::ClassCreated(event)));
}

#[test]
fn only_the_authority_creates_classes() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let create = create(&network, &Network::class(1));
    chain.refuse("registry::MissingRequiredSignature", &[create.unsigned(0)], &[]);
    let stranger = other.authority.pubkey();
    chain.refuse("registry::NotAuthority", &[create.swap(0, &stranger)], &[&other.authority]);
}

#[test]
fn numbers_are_neither_skipped_nor_used_twice() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let (wallet, key) = (network.authority.pubkey(), &network.authority);
    chain.refuse("registry::InvalidClassIndex", &[create(&network, &Network::class(2))], &[key]);
    chain.refuse("system::Custom(0)", &[create(&network, &Network::class(0))], &[key]);
    // Not after the class was closed either: devices' accounts name it by its number.
    chain.send(&[instruction::close_class(&wallet, &network.address, 0, &wallet)], &[key]);
    chain.refuse("registry::InvalidClassIndex", &[create(&network, &Network::class(0))], &[key]);
    // No sequence of instructions is long enough to get here.
    chain.poke(&network.address, CLASS_COUNT_AT, &u16::MAX.to_le_bytes());
    chain.refuse("registry::Overflow", &[create(&network, &Network::class(u16::MAX))], &[key]);
}

#[test]
fn an_unknown_category_or_scheme_or_flag_is_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let key = &network.authority;
    let category = ClassSpec { category: 4, ..Network::class(1) };
    chain.refuse("registry::InvalidCategory", &[create(&network, &category)], &[key]);
    let good = create(&network, &Network::class(1));
    // Discriminator, index, category, scheme; the flags follow four u64 and one u32 of the terms.
    let (scheme, flags) = (8 + 2 + 1, 8 + 4 + 96 + 4 * 8 + 4);
    for (at, value, name) in [
        (scheme, 2, "registry::UnsupportedScheme"),
        (flags, 2, "registry::InvalidTerms"),
        (flags + 1, 2, "registry::InvalidTerms"),
        (flags + 2, 1, "registry::InvalidTerms"),
    ] {
        let mut bad = good.clone();
        bad.data[at] = value;
        chain.refuse(name, &[bad], &[key]);
    }
}

#[test]
fn a_link_that_is_not_readable_text_is_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let mut control = [0; 96];
    control[..3].copy_from_slice(b"a\tb");
    for uri in [[0; 96], control, [0xff; 96]] {
        let create = CreateClass {
            authority: network.authority.pubkey(),
            network: network.address,
            class: address::class(&network.address, 1),
            system_program: Address::default(),
        }
        .instruction(CreateClassInstructionArgs {
            index: 1,
            category: 0,
            scheme: 0,
            uri,
            terms: ClassTermsSpec::default().into(),
        });
        chain.refuse("registry::InvalidName", &[create], &[&network.authority]);
    }
}

#[test]
fn other_accounts_are_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let create = create(&network, &Network::class(1));
    let key = &network.authority;
    // Another network's place for the class.
    let elsewhere = address::class(&other.address, 1);
    chain.refuse("registry::InvalidSeeds", &[create.swap(2, &elsewhere)], &[key]);
    // The bytes of the network, but owned by another program.
    let forged = chain.forge(&network.address, &address::STAKING);
    let at_forged = create.swap(1, &forged).swap(2, &address::class(&forged, 1));
    chain.refuse("registry::IllegalOwner", &[at_forged], &[key]);
    // Another kind of account.
    let kind = chain.other_kind(&network.address);
    let at_kind = create.swap(1, &kind).swap(2, &address::class(&kind, 1));
    chain.refuse("registry::InvalidAccountData", &[at_kind], &[key]);
    let maker = address::maker(&network.address, &network.maker.pubkey());
    let at_maker = create.swap(1, &maker).swap(2, &address::class(&maker, 1));
    chain.refuse("registry::AccountDataTooSmall", &[at_maker], &[key]);
    chain.refuse("registry::Custom(2000)", &[create.readonly(1)], &[key]);
}
