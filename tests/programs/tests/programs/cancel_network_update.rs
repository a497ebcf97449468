use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{
    account, event::RegistryEvent, instruction, registry::types::NetworkUpdateCanceled,
};
use solana_signer::Signer;

#[test]
fn proposed_terms_are_taken_back() {
    let mut case = cases::registry::cancel_network_update();
    let network = case.tested().accounts[1].pubkey;
    let before: account::Network = case.chain.read(&network);
    let canceled_terms = before.pending_terms.clone();
    let sent = case.send();
    assert_eq!(
        case.chain.read::<account::Network>(&network),
        account::Network { pending_terms_at: 0, ..before }
    );
    let event = NetworkUpdateCanceled { network, canceled_terms };
    assert_eq!(sent.events, emitted(RegistryEvent::NetworkUpdateCanceled(event)));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "registry::NoUpdatePending");
}

#[test]
fn only_the_authority_cancels_and_only_what_is_not_in_force() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let authority = network.authority.pubkey();
    let terms = network.terms();
    let propose = instruction::propose_network_update(&authority, &network.address, &terms);
    chain.send(&[propose], &[&network.authority]);
    let cancel = instruction::cancel_network_update(&authority, &network.address);
    chain.refuse("registry::MissingRequiredSignature", &[cancel.unsigned(0)], &[]);
    let guardian = &network.guardian;
    chain.refuse("registry::NotAuthority", &[cancel.swap(0, &guardian.pubkey())], &[guardian]);
    chain.warp_to(NOW + i64::from(Network::DELAY_SECONDS));
    chain.refuse("registry::NoUpdatePending", &[cancel], &[&network.authority]);
}
