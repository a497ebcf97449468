use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{
    account,
    event::RegistryEvent,
    instruction::{self, NetworkTermsSpec},
    registry::types::NetworkPaused,
};
use solana_address::Address;
use solana_signer::Signer;

#[test]
fn the_guardian_pauses() {
    let mut case = cases::registry::pause_network();
    let [signer, network] = [0, 1].map(|index| case.tested().accounts[index].pubkey);
    let before: account::Network = case.chain.read(&network);
    let sent = case.send();
    assert_eq!(
        case.chain.read::<account::Network>(&network),
        account::Network { paused: 1, ..before }
    );
    let event = NetworkPaused { network, signer };
    assert_eq!(sent.events, emitted(RegistryEvent::NetworkPaused(event)));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "registry::PauseUnchanged");
}

#[test]
fn the_authority_pauses_and_nobody_else() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let stranger = chain.wallet();
    let pause = instruction::pause_network(&network.authority.pubkey(), &network.address);
    chain.refuse("registry::MissingRequiredSignature", &[pause.unsigned(0)], &[]);
    for other in [&stranger, &network.license_issuer] {
        chain.refuse("registry::NotGuardian", &[pause.swap(0, &other.pubkey())], &[other]);
    }
    chain.send(&[pause], &[&network.authority]);
}

#[test]
fn the_guardian_of_the_terms_in_force_pauses() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let next = chain.wallet();
    let terms = NetworkTermsSpec { guardian: next.pubkey(), ..network.terms() };
    let authority = network.authority.pubkey();
    let propose = instruction::propose_network_update(&authority, &network.address, &terms);
    chain.send(&[propose], &[&network.authority]);
    let by = |key: &Address| instruction::pause_network(key, &network.address);
    let in_force = NOW + i64::from(Network::DELAY_SECONDS);
    chain.warp_to(in_force - 1);
    chain.refuse("registry::NotGuardian", &[by(&next.pubkey())], &[&next]);
    chain.warp_to(in_force);
    let old = &network.guardian;
    chain.refuse("registry::NotGuardian", &[by(&old.pubkey())], &[old]);
    chain.send(&[by(&next.pubkey())], &[&next]);
}
