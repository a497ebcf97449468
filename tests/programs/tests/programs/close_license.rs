use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{account, event::RegistryEvent, instruction, registry::types::LicenseClosed};
use solana_signer::Signer;

const DAY: i64 = 86_400;
const SETTLE: i64 = Network::SETTLE_SECONDS as i64;

#[test]
fn a_licence_that_is_over_is_closed_and_the_rent_goes_to_who_paid() {
    let mut case = cases::registry::close_license();
    let [network, license, payer] = [0, 1, 2].map(|at| case.tested().accounts[at].pubkey);
    let (before, rent) = (case.chain.lamports(&payer), case.chain.lamports(&license));
    let account: account::Network = case.chain.read(&network);
    let sent = case.send();
    assert!(!case.chain.exists(&license));
    assert_eq!(case.chain.lamports(&payer), before + rent);
    assert_eq!(
        case.chain.read::<account::Network>(&network),
        account::Network { license_count: 0, ..account }
    );
    assert_eq!(sent.events, emitted(RegistryEvent::LicenseClosed(LicenseClosed { license })));
}

#[test]
fn it_stays_while_it_is_in_force_or_oracles_need_it() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let holder = chain.key().pubkey();
    let issuer = network.license_issuer.pubkey();
    let [expiring, revoked] =
        ["FR", "DE"].map(|region| network.license(&mut chain, &holder, region));
    let close = |license| instruction::close_license(&network.address, license, &issuer);
    let over = NOW + 10 * DAY;
    for (now, name) in [
        (NOW, "registry::LicenseInForce"),
        (over - 1, "registry::LicenseInForce"),
        (over, "registry::LicenseSettling"),
        (over + 2 * SETTLE - 1, "registry::LicenseSettling"),
    ] {
        chain.warp_to(now);
        chain.refuse(name, &[close(&expiring)], &[]);
    }
    chain.warp_to(NOW + DAY);
    let revoke = instruction::revoke_license(&issuer, &network.address, &revoked);
    chain.send(&[revoke], &[&network.license_issuer]);
    chain.warp_to(NOW + DAY + 2 * SETTLE - 1);
    chain.refuse("registry::LicenseSettling", &[close(&revoked)], &[]);
    chain.warp_to(NOW + DAY + 2 * SETTLE);
    chain.send(&[close(&revoked)], &[]);
    // It may be issued anew then.
    network.license(&mut chain, &holder, "DE");
}

#[test]
fn the_rent_goes_nowhere_else() {
    let mut case = cases::registry::close_license();
    let close = case.tested().clone();
    let thief = case.chain.wallet().pubkey();
    let other = Network::create(&mut case.chain, "other");
    for (tested, name) in [
        (close.swap(2, &thief), "registry::Custom(2012)"),
        (close.swap(0, &other.address), "registry::WrongLicense"),
        (close.readonly(0), "registry::Custom(2000)"),
        (close.readonly(1), "registry::Custom(2000)"),
        (close.readonly(2), "registry::Custom(2000)"),
    ] {
        assert_eq!(case.try_send(tested).unwrap_err().name, name);
    }
}
