use cairn_program_tests::{Chain, Network, Swap, cases, emitted};
use cairn_sdk::{
    account, address, event::RegistryEvent, instruction, registry::types::MakerClosed,
};
use solana_signer::Signer;

#[test]
fn a_maker_is_closed_and_the_rent_goes_to_who_paid() {
    let mut case = cases::registry::close_maker();
    let [authority, network, maker, payer] =
        [0, 1, 2, 3].map(|at| case.tested().accounts[at].pubkey);
    let lamports = |case: &cases::Case| [authority, payer].map(|at| case.chain.lamports(&at));
    let ([by, to], rent) = (lamports(&case), case.chain.lamports(&maker));
    let attesting_key = case.chain.read::<account::Maker>(&maker).attesting_key;
    let before: account::Network = case.chain.read(&network);
    let sent = case.send();
    assert!(!case.chain.exists(&maker));
    assert_eq!(lamports(&case), [by, to + rent]);
    assert_eq!(
        case.chain.read::<account::Network>(&network),
        account::Network { maker_count: 0, ..before }
    );
    let event = MakerClosed { network, attesting_key };
    assert_eq!(sent.events, emitted(RegistryEvent::MakerClosed(event)));
}

#[test]
fn a_maker_that_vouches_or_has_devices_stays() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    network.onboard(&mut chain);
    let (wallet, key) = (network.authority.pubkey(), &network.authority);
    let maker = network.maker.pubkey();
    let close = instruction::close_maker(&wallet, &network.address, &maker, &wallet);
    chain.refuse("registry::MakerNotRevoked", std::slice::from_ref(&close), &[key]);
    chain.send(&[instruction::revoke_maker(&wallet, &network.address, &maker)], &[key]);
    chain.refuse("registry::MakerInUse", &[close], &[key]);
}

#[test]
fn only_the_networks_authority_closes_and_to_the_payer_alone() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let (wallet, key) = (network.authority.pubkey(), &network.authority);
    let maker = network.maker.pubkey();
    chain.send(&[instruction::revoke_maker(&wallet, &network.address, &maker)], &[key]);
    let close = instruction::close_maker(&wallet, &network.address, &maker, &wallet);
    chain.refuse("registry::MissingRequiredSignature", &[close.unsigned(0)], &[]);
    let stranger = &other.authority;
    chain.refuse("registry::NotAuthority", &[close.swap(0, &stranger.pubkey())], &[stranger]);
    chain.refuse("registry::Custom(2012)", &[close.swap(3, &stranger.pubkey())], &[key]);
    let theirs = address::maker(&other.address, &other.maker.pubkey());
    let elsewhere = close.swap(2, &theirs).swap(3, &stranger.pubkey());
    chain.refuse("registry::WrongNetwork", &[elsewhere], &[key]);
    for index in [1, 2, 3] {
        chain.refuse("registry::Custom(2000)", &[close.readonly(index)], &[key]);
    }
}
