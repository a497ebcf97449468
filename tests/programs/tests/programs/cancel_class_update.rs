use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{
    account::DeviceClass, address, event::RegistryEvent, instruction,
    registry::types::ClassUpdateCanceled,
};
use solana_signer::Signer;

#[test]
fn proposed_terms_are_taken_back() {
    let mut case = cases::registry::cancel_class_update();
    let [network, class] = [1, 2].map(|at| case.tested().accounts[at].pubkey);
    let before: DeviceClass = case.chain.read(&class);
    let canceled_terms = before.pending_terms.clone();
    let sent = case.send();
    assert_eq!(
        case.chain.read::<DeviceClass>(&class),
        DeviceClass { pending_terms_at: 0, ..before }
    );
    let event = ClassUpdateCanceled { network, index: 0, canceled_terms };
    assert_eq!(sent.events, emitted(RegistryEvent::ClassUpdateCanceled(event)));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "registry::NoUpdatePending");
}

#[test]
fn only_the_networks_authority_cancels_and_only_what_is_not_in_force() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let (authority, key) = (network.authority.pubkey(), &network.authority);
    let terms = Network::class(0).terms;
    let propose = instruction::propose_class_update(&authority, &network.address, 0, &terms);
    chain.send(&[propose], &[key]);
    let cancel = instruction::cancel_class_update(&authority, &network.address, 0);
    chain.refuse("registry::MissingRequiredSignature", &[cancel.unsigned(0)], &[]);
    let guardian = &network.guardian;
    chain.refuse("registry::NotAuthority", &[cancel.swap(0, &guardian.pubkey())], &[guardian]);
    let elsewhere = cancel.swap(2, &address::class(&other.address, 0));
    chain.refuse("registry::WrongNetwork", &[elsewhere], &[key]);
    chain.warp_to(NOW + i64::from(Network::DELAY_SECONDS));
    chain.refuse("registry::NoUpdatePending", &[cancel], &[key]);
}
