use cairn_program_tests::{Chain, Network, Swap, cases, emitted};
use cairn_sdk::{
    account, address, event::RegistryEvent, instruction, registry::types::ClassClosed,
};
use solana_signer::Signer;

#[test]
fn a_class_is_closed_and_the_rent_goes_to_who_paid() {
    let mut case = cases::registry::close_class();
    let [authority, network, class, payer] =
        [0, 1, 2, 3].map(|at| case.tested().accounts[at].pubkey);
    let lamports = |case: &cases::Case| [authority, payer].map(|at| case.chain.lamports(&at));
    let ([by, to], rent) = (lamports(&case), case.chain.lamports(&class));
    let before: account::Network = case.chain.read(&network);
    let sent = case.send();
    assert!(!case.chain.exists(&class));
    assert_eq!(lamports(&case), [by, to + rent]);
    assert_eq!(
        case.chain.read::<account::Network>(&network),
        account::Network { live_class_count: 0, ..before }
    );
    let event = ClassClosed { network, index: 0 };
    assert_eq!(sent.events, emitted(RegistryEvent::ClassClosed(event)));
}

#[test]
fn a_class_with_devices_stays() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    network.onboard(&mut chain);
    let wallet = network.authority.pubkey();
    let close = instruction::close_class(&wallet, &network.address, 0, &wallet);
    chain.refuse("registry::ClassInUse", &[close], &[&network.authority]);
}

#[test]
fn only_the_networks_authority_closes_and_to_the_payer_alone() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let (wallet, key) = (network.authority.pubkey(), &network.authority);
    let close = instruction::close_class(&wallet, &network.address, 0, &wallet);
    chain.refuse("registry::MissingRequiredSignature", &[close.unsigned(0)], &[]);
    let stranger = &other.authority;
    chain.refuse("registry::NotAuthority", &[close.swap(0, &stranger.pubkey())], &[stranger]);
    chain.refuse("registry::Custom(2012)", &[close.swap(3, &stranger.pubkey())], &[key]);
    let class = address::class(&other.address, 0);
    let elsewhere = close.swap(2, &class).swap(3, &stranger.pubkey());
    chain.refuse("registry::WrongNetwork", &[elsewhere], &[key]);
    for index in [1, 2, 3] {
        chain.refuse("registry::Custom(2000)", &[close.readonly(index)], &[key]);
    }
    chain.send(&[close], &[key]);
}
