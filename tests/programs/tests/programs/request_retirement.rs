use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{account::Device, event::RegistryEvent, instruction, registry::types::StatusSet};
use solana_signer::Signer;

#[test]
fn a_device_begins_to_retire() {
    let mut case = cases::registry::request_retirement();
    let device = case.tested().accounts[3].pubkey;
    let before: Device = case.chain.read(&device);
    case.chain.warp_to(NOW + 100);
    let sent = case.send();
    let after = Device { status: 2, status_since: NOW + 100, retiring_since: NOW + 100, ..before };
    assert_eq!(case.chain.read::<Device>(&device), after);
    let event = StatusSet { device, old_status: 0, new_status: 2 };
    assert_eq!(sent.events, emitted(RegistryEvent::StatusSet(event)));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "registry::StatusUnchanged");
}

#[test]
fn only_the_holder_requests_it() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let (onboard, neighbour) = (network.onboard(&mut chain), network.onboard(&mut chain));
    let (owner, device) = (&onboard.owner, onboard.address());
    let request = instruction::request_retirement(&owner.pubkey(), &network.address, &device);
    chain.refuse("registry::MissingRequiredSignature", &[request.unsigned(0)], &[]);
    for key in [&neighbour.owner, &network.authority] {
        chain.refuse("registry::NotHolder", &[request.swap(0, &key.pubkey())], &[key]);
    }
    let token = neighbour.token_of(&neighbour.owner.pubkey());
    let with_other = request.swap(0, &neighbour.owner.pubkey()).swap(1, &token);
    chain.refuse("registry::NotHolder", &[with_other], &[&neighbour.owner]);
    let elsewhere = request.swap(2, &other.address);
    chain.refuse("registry::WrongNetwork", &[elsewhere], &[owner]);
    chain.refuse("registry::Custom(2000)", &[request.readonly(3)], &[owner]);
}
