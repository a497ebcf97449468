use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{
    account::{License, license_valid_at},
    event::RegistryEvent,
    instruction,
    registry::types::LicenseRenewed,
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

const DAY: i64 = 86_400;
const SETTLE: i64 = Network::SETTLE_SECONDS as i64;

/// A network with a licence that is valid until ten days from now.
fn licensed() -> (Chain, Network, Address) {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let holder = chain.key().pubkey();
    let license = network.license(&mut chain, &holder, "FR");
    (chain, network, license)
}

fn renew(network: &Network, license: &Address, expires_at: i64) -> Instruction {
    let issuer = network.license_issuer.pubkey();
    instruction::renew_license(&issuer, &network.address, license, expires_at)
}

#[test]
fn a_licence_in_force_is_extended() {
    let (mut chain, network, license) = licensed();
    let before: License = chain.read(&license);
    let authority = network.authority.pubkey();
    let by_authority = renew(&network, &license, NOW + 20 * DAY).swap(0, &authority);
    let sent = chain.send(&[by_authority], &[&network.authority]);
    let after = License { expires_at: NOW + 20 * DAY, issuer: authority, ..before };
    assert_eq!(chain.read::<License>(&license), after);
    let event = LicenseRenewed {
        license,
        issuer: authority,
        old_expires_at: NOW + 10 * DAY,
        new_expires_at: NOW + 20 * DAY,
    };
    assert_eq!(sent.events, emitted(RegistryEvent::LicenseRenewed(event)));
}

#[test]
fn one_that_lapsed_is_valid_from_now_on_and_not_in_between() {
    let mut case = cases::registry::renew_license();
    let license = case.tested().accounts[2].pubkey;
    let lapsed = NOW + 10 * DAY;
    case.chain.warp_to(lapsed + 100);
    let before: License = case.chain.read(&license);
    case.send();
    let after = License {
        valid_since: lapsed + 100,
        expires_at: NOW + 20 * DAY,
        previous_valid_since: NOW,
        previous_expires_at: lapsed,
        ..before
    };
    assert_eq!(case.chain.read::<License>(&license), after);
    let times = [NOW, lapsed - 1, lapsed, lapsed + 99, lapsed + 100, NOW + 20 * DAY];
    let valid = times.map(|time| license_valid_at(&after, time));
    assert_eq!(valid, [true, true, false, false, true, false]);
}

#[test]
fn a_second_lapse_waits_until_oracles_do_not_need_the_first() {
    let (mut chain, network, license) = licensed();
    let (key, lapsed) = (&network.license_issuer, NOW + 10 * DAY);
    chain.warp_to(lapsed);
    chain.send(&[renew(&network, &license, lapsed + 10)], &[key]);
    for now in [lapsed + 10, lapsed + 2 * SETTLE - 1] {
        chain.warp_to(now);
        let renew = renew(&network, &license, now + DAY);
        chain.refuse("registry::LicenseSettling", &[renew], &[key]);
    }
    chain.warp_to(lapsed + 2 * SETTLE);
    chain.send(&[renew(&network, &license, lapsed + DAY)], &[key]);
}

#[test]
fn it_is_for_longer_and_not_after_a_revocation() {
    let (mut chain, network, license) = licensed();
    let key = &network.license_issuer;
    for expires_at in [NOW, NOW + 10 * DAY] {
        let renew = renew(&network, &license, expires_at);
        chain.refuse("registry::InvalidExpiry", &[renew], &[key]);
    }
    chain.warp_to(NOW + 11 * DAY);
    let past = renew(&network, &license, NOW + 11 * DAY);
    chain.refuse("registry::InvalidExpiry", &[past], &[key]);
    let revoke = instruction::revoke_license(&key.pubkey(), &network.address, &license);
    chain.send(&[revoke], &[key]);
    let renew = renew(&network, &license, NOW + 20 * DAY);
    chain.refuse("registry::LicenseRevoked", &[renew], &[key]);
}

#[test]
fn others_and_other_licences_are_refused() {
    let (mut chain, network, license) = licensed();
    let other = Network::create(&mut chain, "other");
    let (renew, key) = (renew(&network, &license, NOW + 20 * DAY), &network.license_issuer);
    chain.refuse("registry::MissingRequiredSignature", &[renew.unsigned(0)], &[]);
    let guardian = &network.guardian;
    chain.refuse("registry::NotLicenseIssuer", &[renew.swap(0, &guardian.pubkey())], &[guardian]);
    let theirs = other.license(&mut chain, &key.pubkey(), "FR");
    chain.refuse("registry::WrongLicense", &[renew.swap(2, &theirs)], &[key]);
    chain.refuse("registry::Custom(2000)", &[renew.readonly(2)], &[key]);
}
