use cairn_program_tests::{Chain, Network, Swap, cases, emitted};
use cairn_sdk::{account, event::RegistryEvent, instruction, registry::types::NetworkUnpaused};
use solana_signer::Signer;

#[test]
fn the_authority_ends_the_pause() {
    let mut case = cases::registry::unpause_network();
    let network = case.tested().accounts[1].pubkey;
    let before: account::Network = case.chain.read(&network);
    assert_eq!(before.paused, 1);
    let sent = case.send();
    assert_eq!(
        case.chain.read::<account::Network>(&network),
        account::Network { paused: 0, ..before }
    );
    let event = NetworkUnpaused { network };
    assert_eq!(sent.events, emitted(RegistryEvent::NetworkUnpaused(event)));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "registry::PauseUnchanged");
}

#[test]
fn the_guardian_does_not_undo_its_own_pause() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let guardian = &network.guardian;
    let pause = instruction::pause_network(&guardian.pubkey(), &network.address);
    chain.send(&[pause], &[guardian]);
    let unpause = instruction::unpause_network(&network.authority.pubkey(), &network.address);
    chain.refuse("registry::MissingRequiredSignature", &[unpause.unsigned(0)], &[]);
    chain.refuse("registry::NotAuthority", &[unpause.swap(0, &guardian.pubkey())], &[guardian]);
    chain.send(&[unpause], &[&network.authority]);
}
