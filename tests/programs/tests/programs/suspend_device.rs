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
fn a_device_is_suspended_and_oracles_agree_from_when_on() {
    let mut case = cases::registry::suspend_device();
    let device = case.tested().accounts[2].pubkey;
    let before: Device = case.chain.read(&device);
    let now = NOW + i64::from(SETTLE) + 100;
    case.chain.warp_to(now);
    let sent = case.send();
    let after = Device { status: 1, status_since: now, ..before };
    assert_eq!(case.chain.read::<Device>(&device), after);
    // An epoch that ends before the next settlement period still counts.
    let next = NOW + 2 * i64::from(SETTLE);
    let at = |time| statuses(&after).at(time, SETTLE);
    assert_eq!([NOW, now, next - 1, next].map(at), [0, 0, 0, 1]);
    let event = StatusSet { device, old_status: 0, new_status: 1 };
    assert_eq!(sent.events, emitted(RegistryEvent::StatusSet(event)));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "registry::StatusUnchanged");
}

/// Whatever the holder does, it cannot keep the guardian from suspending.
#[test]
fn a_retiring_device_is_suspended_too() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = network.onboard(&mut chain);
    let (owner, device) = (onboard.owner.pubkey(), onboard.address());
    let request = instruction::request_retirement(&owner, &network.address, &device);
    let cancel = instruction::cancel_retirement(&owner, &network.address, &device);
    let guardian = &network.guardian;
    let suspend = instruction::suspend_device(&guardian.pubkey(), &network.address, &device);
    chain.send(&[request], &[&onboard.owner]);
    chain.send(&[suspend], &[guardian]);
    assert_eq!(chain.read::<Device>(&device).status, 3);
    chain.send(&[cancel], &[&onboard.owner]);
    assert_eq!(chain.read::<Device>(&device).status, 1);
}

#[test]
fn only_the_guardian_and_the_authority_suspend_and_only_their_own() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let onboard = network.onboard(&mut chain);
    let theirs = other.onboard(&mut chain);
    let authority = &network.authority;
    let suspend =
        instruction::suspend_device(&authority.pubkey(), &network.address, &onboard.address());
    chain.refuse("registry::MissingRequiredSignature", &[suspend.unsigned(0)], &[]);
    for key in [&onboard.owner, &network.license_issuer, &other.authority] {
        chain.refuse("registry::NotGuardian", &[suspend.swap(0, &key.pubkey())], &[key]);
    }
    let elsewhere = suspend.swap(2, &theirs.address());
    chain.refuse("registry::WrongNetwork", &[elsewhere], &[authority]);
    chain.refuse("registry::Custom(2000)", &[suspend.readonly(2)], &[authority]);
    chain.send(&[suspend], &[authority]);
}
