use cairn_program_tests::{Chain, Network, Swap, bump};
use cairn_sdk::{
    account, address,
    event::{Event, RegistryEvent},
    instruction,
    registry::{
        accounts::NETWORK_DISCRIMINATOR,
        instructions::{CreateNetwork, CreateNetworkInstructionArgs},
        types::NetworkCreated,
    },
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

const BYTES: usize = 8 + 256;

#[test]
fn a_network_is_created_with_its_creator_as_authority() {
    let mut chain = Chain::new();
    let (creator, guardian) = (chain.wallet(), chain.key().pubkey());
    let wallet = creator.pubkey();
    let before = chain.lamports(&wallet);
    let sent = chain
        .send(&[instruction::create_network(&wallet, "Réseau 1", &guardian).unwrap()], &[&creator]);

    let name: [u8; 32] = address::padded("Réseau 1").unwrap();
    let network = address::network(&wallet, "Réseau 1").unwrap();
    assert_eq!(
        chain.read::<account::Network>(&network),
        account::Network {
            discriminator: NETWORK_DISCRIMINATOR,
            authority: wallet,
            guardian,
            creator: wallet,
            name,
            device_count: 0,
            class_count: 0,
            version: 1,
            bump: bump(&[b"network", wallet.as_ref(), &name], &address::REGISTRY),
            paused: 0,
            reserved: [0; 115],
        }
    );
    assert_eq!(chain.raw(&network).data.len(), BYTES);
    assert_eq!(chain.lamports(&network), chain.rent(BYTES));
    assert_eq!(chain.lamports(&wallet), before - chain.rent(BYTES));
    let event = NetworkCreated { network, authority: wallet, name };
    assert_eq!(sent.events, [Event::Registry(RegistryEvent::NetworkCreated(event))]);
}

#[test]
fn lamports_sent_to_the_address_before_do_not_block_it() {
    let mut chain = Chain::new();
    let creator = chain.wallet();
    let wallet = creator.pubkey();
    let network = address::network(&wallet, "target").unwrap();
    let dust = chain.rent(0);
    chain.dust(&network, dust);
    let before = chain.lamports(&wallet);
    chain.send(&[instruction::create_network(&wallet, "target", &wallet).unwrap()], &[&creator]);
    assert_eq!(chain.read::<account::Network>(&network).authority, wallet);
    assert_eq!(chain.lamports(&network), chain.rent(BYTES));
    assert_eq!(chain.lamports(&wallet), before - (chain.rent(BYTES) - dust));
}

#[test]
fn two_creators_may_use_one_name_but_one_creator_only_once() {
    let mut chain = Chain::new();
    let first = Network::create(&mut chain, "twin");
    let second = Network::create(&mut chain, "twin");
    assert_ne!(first.address, second.address);
    let wallet = first.authority.pubkey();
    let again = instruction::create_network(&wallet, "twin", &wallet).unwrap();
    chain.refuse("system::Custom(0)", &[again], &[&first.authority]);
}

#[test]
fn another_signer_or_address_is_refused() {
    let mut chain = Chain::new();
    let (creator, other) = (chain.wallet(), chain.wallet());
    let create = instruction::create_network(&creator.pubkey(), "n", &other.pubkey()).unwrap();
    chain.refuse("registry::MissingRequiredSignature", &[create.unsigned(0)], &[]);
    chain.refuse("registry::InvalidSeeds", &[create.swap(0, &other.pubkey())], &[&other]);
    let elsewhere = address::network(&creator.pubkey(), "m").unwrap();
    chain.refuse("registry::InvalidSeeds", &[create.swap(1, &elsewhere)], &[&creator]);
    chain.refuse(
        "registry::IncorrectProgramId",
        &[create.swap(2, &address::TOKEN_PROGRAM)],
        &[&creator],
    );
}

/// With a name that the SDK would not send.
fn create_raw(creator: &Address, name: [u8; 32]) -> Instruction {
    let network =
        Address::find_program_address(&[b"network", creator.as_ref(), &name], &address::REGISTRY);
    CreateNetwork { creator: *creator, network: network.0, system_program: Address::default() }
        .instruction(CreateNetworkInstructionArgs { name, guardian: *creator })
}

#[test]
fn a_name_that_is_not_readable_text_is_refused() {
    let mut chain = Chain::new();
    let creator = chain.wallet();
    let mut after_padding = [0; 32];
    after_padding[0] = b'a';
    after_padding[2] = b'b';
    let mut control = [0; 32];
    control[..3].copy_from_slice(b"a\nb");
    let mut not_utf8 = [0; 32];
    not_utf8[..2].copy_from_slice(&[0xc3, 0x28]);
    for name in [[0; 32], after_padding, control, not_utf8] {
        chain.refuse("registry::InvalidName", &[create_raw(&creator.pubkey(), name)], &[&creator]);
    }
    chain.send(&[create_raw(&creator.pubkey(), [b'x'; 32])], &[&creator]);
}
