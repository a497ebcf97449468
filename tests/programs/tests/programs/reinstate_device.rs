use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{
    account::{Device, statuses},
    event::RegistryEvent,
    instruction,
    registry::types::StatusSet,
};
use solana_signer::Signer;

const SETTLE: u32 = Network::SETTLE_SECONDS;

#[test]
fn a_suspended_device_earns_again() {
    let mut case = cases::registry::reinstate_device();
    let device = case.tested().accounts[2].pubkey;
    let before: Device = case.chain.read(&device);
    let now = NOW + 3 * i64::from(SETTLE);
    case.chain.warp_to(now);
    let sent = case.send();
    let after = Device {
        status: 0,
        status_since: now,
        previous_status: 1,
        previous_status_since: NOW,
        earlier_status: 0,
        ..before
    };
    assert_eq!(case.chain.read::<Device>(&device), after);
    let next = now + i64::from(SETTLE);
    let at = |time| statuses(&after).at(time, SETTLE);
    assert_eq!([NOW, NOW + i64::from(SETTLE), next - 1, next].map(at), [0, 1, 1, 0]);
    let event = StatusSet { device, old_status: 1, new_status: 0 };
    assert_eq!(sent.events, emitted(RegistryEvent::StatusSet(event)));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "registry::StatusUnchanged");
}

#[test]
fn only_the_authority_reinstates_and_only_its_own() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let onboard = network.onboard(&mut chain);
    let theirs = other.onboard(&mut chain);
    let (authority, guardian) = (&network.authority, &network.guardian);
    let device = onboard.address();
    let suspend = instruction::suspend_device(&guardian.pubkey(), &network.address, &device);
    chain.send(&[suspend], &[guardian]);
    let reinstate = instruction::reinstate_device(&authority.pubkey(), &network.address, &device);
    chain.refuse("registry::MissingRequiredSignature", &[reinstate.unsigned(0)], &[]);
    for key in [guardian, &onboard.owner] {
        chain.refuse("registry::NotAuthority", &[reinstate.swap(0, &key.pubkey())], &[key]);
    }
    let elsewhere = reinstate.swap(2, &theirs.address());
    chain.refuse("registry::WrongNetwork", &[elsewhere], &[authority]);
    chain.send(&[reinstate], &[authority]);
}
