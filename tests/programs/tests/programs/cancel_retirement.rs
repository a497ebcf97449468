use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{account::Device, event::RegistryEvent, instruction, registry::types::StatusSet};
use solana_signer::Signer;

#[test]
fn a_device_stays_after_all() {
    let mut case = cases::registry::cancel_retirement();
    let device = case.tested().accounts[3].pubkey;
    let before: Device = case.chain.read(&device);
    case.chain.warp_to(NOW + 100);
    let sent = case.send();
    // Within the settlement period of the request, as if nothing had happened.
    let after = Device { status: 0, status_since: NOW + 100, retiring_since: 0, ..before };
    assert_eq!(case.chain.read::<Device>(&device), after);
    let event = StatusSet { device, old_status: 2, new_status: 0 };
    assert_eq!(sent.events, emitted(RegistryEvent::StatusSet(event)));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "registry::NotRetiring");
}

#[test]
fn only_the_holder_cancels() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let (onboard, neighbour) = (network.onboard(&mut chain), network.onboard(&mut chain));
    let (owner, device) = (&onboard.owner, onboard.address());
    let request = instruction::request_retirement(&owner.pubkey(), &network.address, &device);
    chain.send(&[request], &[owner]);
    let cancel = instruction::cancel_retirement(&owner.pubkey(), &network.address, &device);
    chain.refuse("registry::MissingRequiredSignature", &[cancel.unsigned(0)], &[]);
    let stranger = &neighbour.owner;
    chain.refuse("registry::NotHolder", &[cancel.swap(0, &stranger.pubkey())], &[stranger]);
    chain.refuse("registry::WrongNetwork", &[cancel.swap(2, &other.address)], &[owner]);
    chain.send(&[cancel], &[owner]);
}
