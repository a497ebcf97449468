use cairn_program_tests::{CELL, Chain, NOW, Network, OTHER_CELL, Onboard, Swap, cases, emitted};
use cairn_sdk::{
    account::{self, Device},
    address,
    event::RegistryEvent,
    instruction::{self, ClassSpec, ClassTermsSpec, LocationSpec},
    registry::types::LocationAsserted,
};
use solana_signer::Signer;

const SETTLE: i64 = Network::SETTLE_SECONDS as i64;

fn device() -> (Chain, Network, Onboard) {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = network.onboard(&mut chain);
    (chain, network, onboard)
}

#[test]
fn a_device_moves_for_a_fee() {
    let mut case = cases::registry::assert_location();
    let accounts: Vec<_> = case.tested().accounts.iter().map(|account| account.pubkey).collect();
    let [payer, holder, _, _, _, device, treasury, _] = accounts[..] else { unreachable!() };
    let wallets = [payer, holder, treasury];
    let before = wallets.map(|wallet| case.chain.lamports(&wallet));
    let account: Device = case.chain.read(&device);
    let sent = case.send();
    let now = case.chain.now();
    let after =
        Device { location: OTHER_CELL, previous_location: CELL, location_since: now, ..account };
    assert_eq!(case.chain.read::<Device>(&device), after);
    assert_eq!(account::location_at(&after, now - 1), CELL);
    assert_eq!(account::location_at(&after, now), OTHER_CELL);
    let fee = 3_000_000;
    let [from, same, to] = before;
    assert_eq!(wallets.map(|wallet| case.chain.lamports(&wallet)), [from - fee, same, to + fee]);
    let event = LocationAsserted { device, old_location: CELL, new_location: OTHER_CELL };
    assert_eq!(sent.events, emitted(RegistryEvent::LocationAsserted(event)));
}

#[test]
fn it_waits_for_the_settlement_period_after_the_last() {
    let (mut chain, _, onboard) = device();
    let (payer, owner) = (&onboard.payer, &onboard.owner);
    let there = instruction::assert_location(&onboard.location(OTHER_CELL));
    for now in [NOW, NOW + 2 * SETTLE - 1] {
        chain.warp_to(now);
        let tested = std::slice::from_ref(&there);
        chain.refuse("registry::LocationCooldown", tested, &[payer, owner]);
    }
    chain.warp_to(NOW + 2 * SETTLE);
    chain.send(&[there], &[payer, owner]);
    let back = instruction::assert_location(&onboard.location(CELL));
    chain.warp_to(NOW + 4 * SETTLE - 1);
    chain.refuse("registry::LocationCooldown", std::slice::from_ref(&back), &[payer, owner]);
    chain.warp_to(NOW + 4 * SETTLE);
    chain.send(&[back], &[payer, owner]);
}

#[test]
fn it_waits_for_the_classs_cooldown() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let location_cooldown_seconds = 1_000_000;
    let terms = ClassTermsSpec { location_cooldown_seconds, ..ClassTermsSpec::default() };
    network.add_class(&mut chain, &ClassSpec { terms, ..Network::class(1) });
    let mut onboard = network.onboarding(&mut chain);
    onboard.form.class = 1;
    onboard.sign();
    chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
    let there = instruction::assert_location(&onboard.location(OTHER_CELL));
    let signers = [&onboard.payer, &onboard.owner];
    chain.warp_to(NOW + 999_999);
    chain.refuse("registry::LocationCooldown", std::slice::from_ref(&there), &signers);
    chain.warp_to(NOW + 1_000_000);
    chain.send(&[there], &signers);
}

#[test]
fn a_device_without_a_location_gets_one_at_once() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let mut onboard = network.onboarding(&mut chain);
    onboard.form.location = 0;
    onboard.sign();
    chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
    let signers = [&onboard.payer, &onboard.owner];
    chain.send(&[instruction::assert_location(&onboard.location(CELL))], &signers);
    let device: Device = chain.read(&onboard.address());
    assert_eq!((device.location, device.previous_location), (CELL, 0));
    // And may lose it again, later.
    chain.warp_to(NOW + 2 * SETTLE);
    chain.send(&[instruction::assert_location(&onboard.location(0))], &signers);
}

#[test]
fn the_cell_is_fine_valid_and_another_one() {
    let (mut chain, _, onboard) = device();
    chain.warp_to(NOW + 2 * SETTLE);
    let signers = [&onboard.payer, &onboard.owner];
    for (location, name) in [
        (CELL, "registry::LocationUnchanged"),
        (1, "registry::InvalidLocation"),
        (CELL & !(0xf << 52) | 7 << 52, "registry::InvalidLocation"),
        (u64::MAX, "registry::InvalidLocation"),
    ] {
        let assert = instruction::assert_location(&onboard.location(location));
        chain.refuse(name, &[assert], &signers);
    }
}

#[test]
fn only_the_holder_moves_it_and_only_with_its_own_accounts() {
    let (mut chain, network, onboard) = device();
    let other = Network::create(&mut chain, "other");
    network.add_class(&mut chain, &Network::class(1));
    let neighbour = network.onboard(&mut chain);
    chain.warp_to(NOW + 2 * SETTLE);
    let (payer, owner, stranger) = (&onboard.payer, &onboard.owner, chain.wallet());
    let good = instruction::assert_location(&onboard.location(OTHER_CELL));
    let own_class = address::class(&network.address, 1);
    let their_class = address::class(&other.address, 0);
    for (index, account, name) in [
        (2, neighbour.token_of(&neighbour.owner.pubkey()), "registry::NotHolder"),
        (3, other.address, "registry::WrongNetwork"),
        (4, own_class, "registry::WrongClass"),
        (4, their_class, "registry::WrongClass"),
        (5, neighbour.address(), "registry::NotHolder"),
        (6, stranger.pubkey(), "registry::WrongTreasury"),
        (7, address::TOKEN_PROGRAM, "registry::IncorrectProgramId"),
    ] {
        chain.refuse(name, &[good.swap(index, &account)], &[payer, owner]);
    }
    let by_stranger = good.swap(1, &stranger.pubkey());
    chain.refuse("registry::NotHolder", &[by_stranger], &[payer, &stranger]);
    chain.refuse("registry::MissingRequiredSignature", &[good.unsigned(1)], &[payer]);
    chain.refuse("registry::MissingRequiredSignature", &[good.unsigned(0)], &[owner]);
    // The holder may pay itself.
    let own = LocationSpec { payer: owner.pubkey(), ..onboard.location(OTHER_CELL) };
    chain.send(&[instruction::assert_location(&own)], &[owner]);
}
