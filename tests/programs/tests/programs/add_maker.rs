use cairn_program_tests::{Chain, Network, Swap, bump, emitted};
use cairn_sdk::{
    account::{self, Maker},
    address,
    event::RegistryEvent,
    instruction,
    registry::{accounts::MAKER_DISCRIMINATOR, types::MakerAdded},
};
use solana_address::Address;
use solana_signer::Signer;

const BYTES: usize = 8 + 128;

#[test]
fn a_maker_is_added_with_its_quota() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let (wallet, attesting_key) = (network.authority.pubkey(), chain.key().pubkey());
    let before = chain.lamports(&wallet);
    let sent = chain.send(
        &[instruction::add_maker(&wallet, &network.address, &attesting_key, 4_000_000_000)],
        &[&network.authority],
    );

    let maker = address::maker(&network.address, &attesting_key);
    let seeds: &[&[u8]] = &[b"maker", network.address.as_ref(), attesting_key.as_ref()];
    assert_eq!(
        chain.read::<Maker>(&maker),
        Maker {
            discriminator: MAKER_DISCRIMINATOR,
            network: network.address,
            attesting_key,
            rent_payer: wallet,
            quota: 4_000_000_000,
            onboarded: 0,
            live: 0,
            revoked: 0,
            version: 1,
            bump: bump(seeds, &address::REGISTRY),
            reserved: [0; 17],
        }
    );
    assert_eq!(chain.raw(&maker).data.len(), BYTES);
    assert_eq!(chain.lamports(&maker), chain.rent(BYTES));
    assert_eq!(chain.lamports(&wallet), before - chain.rent(BYTES));
    assert_eq!(chain.read::<account::Network>(&network.address).maker_count, 2);
    let event = MakerAdded { network: network.address, attesting_key, quota: 4_000_000_000 };
    assert_eq!(sent.events, emitted(RegistryEvent::MakerAdded(event)));
}

#[test]
fn only_the_authority_adds_makers() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let (stranger, key) = (chain.wallet(), chain.key().pubkey());
    let add = instruction::add_maker(&network.authority.pubkey(), &network.address, &key, 1);
    chain.refuse("registry::MissingRequiredSignature", &[add.unsigned(0)], &[]);
    chain.refuse("registry::NotAuthority", &[add.swap(0, &stranger.pubkey())], &[&stranger]);
}

#[test]
fn a_maker_is_added_once_and_has_a_key() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let wallet = network.authority.pubkey();
    let again = instruction::add_maker(&wallet, &network.address, &network.maker.pubkey(), 99);
    chain.refuse("system::Custom(0)", &[again], &[&network.authority]);
    let zero = instruction::add_maker(&wallet, &network.address, &Address::default(), 1);
    chain.refuse("registry::InvalidKey", &[zero], &[&network.authority]);
}

#[test]
fn other_accounts_are_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let key = chain.key().pubkey();
    let add = instruction::add_maker(&network.authority.pubkey(), &network.address, &key, 1);
    let signer = &network.authority;
    let elsewhere = address::maker(&other.address, &key);
    chain.refuse("registry::InvalidSeeds", &[add.swap(2, &elsewhere)], &[signer]);
    let forged = chain.forge(&network.address, &address::REWARDS);
    let at_forged = add.swap(1, &forged).swap(2, &address::maker(&forged, &key));
    chain.refuse("registry::IllegalOwner", &[at_forged], &[signer]);
    let kind = chain.other_kind(&network.address);
    let at_kind = add.swap(1, &kind).swap(2, &address::maker(&kind, &key));
    chain.refuse("registry::InvalidAccountData", &[at_kind], &[signer]);
    chain.refuse("registry::Custom(2000)", &[add.readonly(1)], &[signer]);
}
