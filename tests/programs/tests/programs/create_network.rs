use cairn_program_tests::{Chain, Network, Swap, bump, emitted};
use cairn_sdk::{
    account::{self, NetworkTerms},
    address::{self, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    event::RegistryEvent,
    instruction::{self, NetworkSpec, NetworkTermsSpec},
    registry::{
        accounts::NETWORK_DISCRIMINATOR,
        instructions::{CreateNetwork, CreateNetworkInstructionArgs},
        types::NetworkCreated,
    },
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;
use spl_token_2022_interface::{
    extension::{
        BaseStateWithExtensions, ExtensionType, StateWithExtensions, group_pointer::GroupPointer,
        metadata_pointer::MetadataPointer, mint_close_authority::MintCloseAuthority,
    },
    state::Mint,
};
use spl_token_group_interface::state::TokenGroup;
use spl_token_metadata_interface::state::TokenMetadata;

const BYTES: usize = 8 + 528;

fn spec(chain: &mut Chain, name: &str) -> NetworkSpec {
    let mut key = || chain.key().pubkey();
    NetworkSpec {
        name: name.into(),
        symbol: "RÉSEAU".into(),
        settle_seconds: 86_400,
        terms: NetworkTermsSpec {
            guardian: key(),
            license_issuer: key(),
            treasury: key(),
            change_delay_seconds: 30 * 86_400,
        },
    }
}

fn create(creator: &Keypair, spec: &NetworkSpec) -> Instruction {
    instruction::create_network(&creator.pubkey(), spec).unwrap()
}

#[test]
fn a_network_is_created_with_its_creator_as_authority() {
    let mut chain = Chain::new();
    let creator = chain.wallet();
    let wallet = creator.pubkey();
    let before = chain.lamports(&wallet);
    let spec = spec(&mut chain, "Réseau 1");
    let sent = chain.send(&[create(&creator, &spec)], &[&creator]);

    let name: [u8; 32] = address::padded("Réseau 1").unwrap();
    let network = address::network(&wallet, "Réseau 1").unwrap();
    let group = address::group(&network);
    let none = NetworkTerms {
        guardian: Address::default(),
        license_issuer: Address::default(),
        treasury: Address::default(),
        change_delay_seconds: 0,
        reserved: [0; 28],
    };
    assert_eq!(
        chain.read::<account::Network>(&network),
        account::Network {
            discriminator: NETWORK_DISCRIMINATOR,
            authority: wallet,
            pending_authority: Address::default(),
            creator: wallet,
            name,
            symbol: address::padded("RÉSEAU").unwrap(),
            terms: spec.terms.into(),
            pending_terms: none,
            pending_authority_at: 0,
            pending_terms_at: 0,
            device_count: 0,
            live_device_count: 0,
            maker_count: 0,
            license_count: 0,
            settle_seconds: 86_400,
            class_count: 0,
            live_class_count: 0,
            version: 1,
            bump: bump(&[b"network", wallet.as_ref(), &name], &address::REGISTRY),
            paused: 0,
            group_bump: bump(&[b"group", network.as_ref()], &address::REGISTRY),
            reserved: [0; 84],
        }
    );
    assert_eq!(chain.raw(&network).data.len(), BYTES);
    assert_eq!(chain.lamports(&network), chain.rent(BYTES));
    // The group mint has its rent and not a lamport more.
    let group_rent = chain.rent(chain.raw(&group).data.len());
    assert_eq!(chain.lamports(&group), group_rent);
    assert_eq!(chain.lamports(&wallet), before - chain.rent(BYTES) - group_rent);
    let event = NetworkCreated {
        network,
        authority: wallet,
        group,
        name,
        settle_seconds: 86_400,
        terms: spec.terms.into(),
    };
    assert_eq!(sent.events, emitted(RegistryEvent::NetworkCreated(event)));
}

#[test]
fn the_group_is_a_mint_without_tokens_that_only_the_network_rules() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "Grenoble");
    let mint = address::group(&network.address);
    let account = chain.raw(&mint);
    assert_eq!(account.owner, TOKEN_2022_PROGRAM);
    let state = StateWithExtensions::<Mint>::unpack(&account.data).unwrap();
    assert_eq!((state.base.supply, state.base.decimals), (0, 0));
    assert_eq!(Option::<Address>::from(state.base.mint_authority), Some(network.address));
    assert!(state.base.freeze_authority.is_none());
    assert_eq!(
        state.get_extension_types().unwrap(),
        [
            ExtensionType::MintCloseAuthority,
            ExtensionType::MetadataPointer,
            ExtensionType::GroupPointer,
            ExtensionType::TokenMetadata,
            ExtensionType::TokenGroup,
        ]
    );
    let close = state.get_extension::<MintCloseAuthority>().unwrap().close_authority;
    assert_eq!(Option::<Address>::from(close), Some(network.address));
    let pointer = state.get_extension::<MetadataPointer>().unwrap();
    assert_eq!(Option::<Address>::from(pointer.metadata_address), Some(mint));
    let pointer = state.get_extension::<GroupPointer>().unwrap();
    assert_eq!(Option::<Address>::from(pointer.authority), Some(network.address));
    assert_eq!(Option::<Address>::from(pointer.group_address), Some(mint));
    let metadata = state.get_variable_len_extension::<TokenMetadata>().unwrap();
    assert_eq!((metadata.name.as_str(), metadata.symbol.as_str()), ("Grenoble", "NET"));
    assert_eq!((metadata.uri.as_str(), metadata.mint), ("", mint));
    assert_eq!(Option::<Address>::from(metadata.update_authority), Some(network.address));
    // Of the group: update authority, mint, size, greatest size.
    let group = state.get_extension_bytes::<TokenGroup>().unwrap();
    assert_eq!(&group[..32], network.address.as_ref());
    assert_eq!(&group[32..64], mint.as_ref());
    assert_eq!(&group[64..72], &0u64.to_le_bytes());
    assert_eq!(&group[72..], &u64::MAX.to_le_bytes());
}

#[test]
fn lamports_sent_to_the_addresses_before_do_not_block_them() {
    let mut chain = Chain::new();
    let creator = chain.wallet();
    let wallet = creator.pubkey();
    let spec = spec(&mut chain, "target");
    let network = address::network(&wallet, "target").unwrap();
    let group = address::group(&network);
    let (dust, much) = (chain.rent(0), 1_000_000_000);
    chain.dust(&network, dust);
    chain.dust(&group, much);
    let before = chain.lamports(&wallet);
    chain.send(&[create(&creator, &spec)], &[&creator]);
    assert_eq!(chain.read::<account::Network>(&network).authority, wallet);
    assert_eq!(chain.lamports(&network), chain.rent(BYTES));
    assert_eq!(chain.lamports(&group), much);
    assert_eq!(chain.lamports(&wallet), before - (chain.rent(BYTES) - dust));
}

#[test]
fn two_creators_may_use_one_name_but_one_creator_only_once() {
    let mut chain = Chain::new();
    let first = Network::create(&mut chain, "twin");
    let second = Network::create(&mut chain, "twin");
    assert_ne!(first.address, second.address);
    let again = NetworkSpec { name: "twin".into(), ..first.spec() };
    chain.refuse("system::Custom(0)", &[create(&first.authority, &again)], &[&first.authority]);
}

#[test]
fn another_signer_or_account_is_refused() {
    let mut chain = Chain::new();
    let (creator, other) = (chain.wallet(), chain.wallet());
    let spec = spec(&mut chain, "n");
    let create = create(&creator, &spec);
    chain.refuse("registry::MissingRequiredSignature", &[create.unsigned(0)], &[]);
    chain.refuse("registry::InvalidSeeds", &[create.swap(0, &other.pubkey())], &[&other]);
    let elsewhere = address::network(&creator.pubkey(), "m").unwrap();
    chain.refuse("registry::InvalidSeeds", &[create.swap(1, &elsewhere)], &[&creator]);
    let group = address::group(&elsewhere);
    chain.refuse("registry::InvalidSeeds", &[create.swap(2, &group)], &[&creator]);
    for index in [3, 4] {
        let swapped = create.swap(index, &TOKEN_PROGRAM);
        chain.refuse("registry::IncorrectProgramId", &[swapped], &[&creator]);
    }
}

/// With texts that the SDK would not send.
fn create_raw(creator: &Address, name: [u8; 32], symbol: [u8; 8]) -> Instruction {
    let network =
        Address::find_program_address(&[b"network", creator.as_ref(), &name], &address::REGISTRY).0;
    CreateNetwork {
        creator: *creator,
        network,
        group: address::group(&network),
        token_program: TOKEN_2022_PROGRAM,
        system_program: Address::default(),
    }
    .instruction(CreateNetworkInstructionArgs {
        name,
        symbol,
        settle_seconds: 1,
        terms: NetworkTerms {
            guardian: *creator,
            license_issuer: *creator,
            treasury: *creator,
            change_delay_seconds: 0,
            reserved: [0; 28],
        },
    })
}

#[test]
fn a_name_or_symbol_that_is_not_readable_text_is_refused() {
    let mut chain = Chain::new();
    let creator = chain.wallet();
    let wallet = creator.pubkey();
    let bad: [&[u8]; 4] = [b"", b"a\0b", b"a\nb", &[0xc3, 0x28]];
    for text in bad {
        let (mut name, mut symbol) = ([0; 32], [0; 8]);
        name[..text.len()].copy_from_slice(text);
        symbol[..text.len()].copy_from_slice(text);
        let bad_name = create_raw(&wallet, name, [b'x'; 8]);
        chain.refuse("registry::InvalidName", &[bad_name], &[&creator]);
        let bad_symbol = create_raw(&wallet, [b'x'; 32], symbol);
        chain.refuse("registry::InvalidName", &[bad_symbol], &[&creator]);
    }
    chain.send(&[create_raw(&wallet, [b'x'; 32], [b'x'; 8])], &[&creator]);
}

#[test]
fn periods_and_treasury_are_within_their_limits() {
    let mut chain = Chain::new();
    let creator = chain.wallet();
    let good = spec(&mut chain, "n");
    for settle_seconds in [0, 30 * 86_400 + 1, u32::MAX] {
        let bad = NetworkSpec { settle_seconds, ..good.clone() };
        chain.refuse("registry::InvalidDelay", &[create(&creator, &bad)], &[&creator]);
    }
    let mut bad = good.clone();
    bad.terms.change_delay_seconds = 30 * 86_400 + 1;
    chain.refuse("registry::InvalidDelay", &[create(&creator, &bad)], &[&creator]);
    bad.terms = NetworkTermsSpec { treasury: Address::default(), ..good.terms };
    chain.refuse("registry::InvalidKey", &[create(&creator, &bad)], &[&creator]);
    // What is reserved is zero, so that it can get a meaning.
    let mut reserved = create(&creator, &good);
    *reserved.data.last_mut().unwrap() = 1;
    chain.refuse("registry::InvalidTerms", &[reserved], &[&creator]);
    // Nobody need be guardian or licence issuer.
    let mut least = NetworkSpec { settle_seconds: 1, ..good };
    least.terms.guardian = Address::default();
    least.terms.license_issuer = Address::default();
    least.terms.change_delay_seconds = 0;
    chain.send(&[create(&creator, &least)], &[&creator]);
}
