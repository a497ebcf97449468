use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{
    account::{License, license_valid_at},
    event::RegistryEvent,
    instruction,
    registry::types::LicenseRevoked,
};
use solana_signer::Signer;

#[test]
fn a_licence_ends_at_once() {
    let mut case = cases::registry::revoke_license();
    let [signer, license] = [0, 2].map(|at| case.tested().accounts[at].pubkey);
    let before: License = case.chain.read(&license);
    case.chain.warp_to(NOW + 100);
    let sent = case.send();
    let after = License { revoked_at: NOW + 100, ..before };
    assert_eq!(case.chain.read::<License>(&license), after);
    assert!(license_valid_at(&after, NOW + 99) && !license_valid_at(&after, NOW + 100));
    let event = LicenseRevoked { license, signer };
    assert_eq!(sent.events, emitted(RegistryEvent::LicenseRevoked(event)));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "registry::LicenseRevoked");
}

#[test]
fn only_the_issuer_and_the_authority_revoke() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let holder = chain.wallet();
    let license = network.license(&mut chain, &holder.pubkey(), "FR");
    let authority = &network.authority;
    let revoke = instruction::revoke_license(&authority.pubkey(), &network.address, &license);
    chain.refuse("registry::MissingRequiredSignature", &[revoke.unsigned(0)], &[]);
    let by_holder = revoke.swap(0, &holder.pubkey());
    chain.refuse("registry::NotLicenseIssuer", &[by_holder], &[&holder]);
    let theirs = other.license(&mut chain, &holder.pubkey(), "FR");
    chain.refuse("registry::WrongLicense", &[revoke.swap(2, &theirs)], &[authority]);
    chain.send(&[revoke], &[authority]);
}
