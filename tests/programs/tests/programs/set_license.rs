use cairn_program_tests::{Chain, NOW, Network, Onboard, Swap, cases, emitted};
use cairn_sdk::{
    account::{Device, license_at},
    event::RegistryEvent,
    instruction,
    registry::types::LicenseSet,
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

const SETTLE: i64 = Network::SETTLE_SECONDS as i64;

#[test]
fn a_device_runs_under_a_licence_from_now_on() {
    let mut case = cases::registry::set_license();
    let [license, device] = [3, 4].map(|at| case.tested().accounts[at].pubkey);
    let before: Device = case.chain.read(&device);
    case.chain.warp_to(NOW + 100);
    let sent = case.send();
    let after = Device { license, license_since: NOW + 100, ..before };
    assert_eq!(case.chain.read::<Device>(&device), after);
    assert_eq!(license_at(&after, NOW + 99), Address::default());
    assert_eq!(license_at(&after, NOW + 100), license);
    let event = LicenseSet { device, old_license: Address::default(), new_license: license };
    assert_eq!(sent.events, emitted(RegistryEvent::LicenseSet(event)));
}

fn set(network: &Network, onboard: &Onboard, license: &Address) -> Instruction {
    let (owner, device) = (onboard.owner.pubkey(), onboard.address());
    instruction::set_license(&owner, &network.address, &device, license)
}

#[test]
fn the_next_waits_until_oracles_do_not_need_the_one_before() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = network.onboard(&mut chain);
    let (owner, holder) = (&onboard.owner, onboard.owner.pubkey());
    let [first, second] = ["FR", "DE"].map(|region| network.license(&mut chain, &holder, region));
    chain.send(&[set(&network, &onboard, &first)], &[owner]);
    let (same, next) = (set(&network, &onboard, &first), set(&network, &onboard, &second));
    chain.warp_to(NOW + 2 * SETTLE - 1);
    chain.refuse("registry::LicenseUnchanged", &[same], &[owner]);
    chain.refuse("registry::LicenseSettling", std::slice::from_ref(&next), &[owner]);
    chain.warp_to(NOW + 2 * SETTLE);
    chain.send(&[next], &[owner]);
    let device: Device = chain.read(&onboard.address());
    assert_eq!((device.license, device.previous_license), (second, first));
}

#[test]
fn it_is_the_holders_of_this_network_and_valid() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let onboard = network.onboard(&mut chain);
    let (owner, stranger) = (&onboard.owner, chain.wallet());
    let theirs = network.license(&mut chain, &stranger.pubkey(), "FR");
    let elsewhere = other.license(&mut chain, &owner.pubkey(), "FR");
    for license in [theirs, elsewhere] {
        let set = set(&network, &onboard, &license);
        chain.refuse("registry::WrongLicense", &[set], &[owner]);
    }
    let own = network.license(&mut chain, &owner.pubkey(), "FR");
    let good = set(&network, &onboard, &own);
    chain.refuse("registry::MissingRequiredSignature", &[good.unsigned(0)], &[]);
    let by_stranger = good.swap(0, &stranger.pubkey()).swap(3, &theirs);
    chain.refuse("registry::NotHolder", &[by_stranger], &[&stranger]);
    let there = good.swap(2, &other.address);
    chain.refuse("registry::WrongNetwork", &[there], &[owner]);
    chain.refuse("registry::Custom(2000)", &[good.readonly(4)], &[owner]);
    chain.warp_to(NOW + 10 * 86_400);
    chain.refuse("registry::LicenseNotValid", std::slice::from_ref(&good), &[owner]);
    chain.warp_to(NOW + 10 * 86_400 - 1);
    chain.send(&[good], &[owner]);
}
