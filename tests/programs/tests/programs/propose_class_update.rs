use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{
    account::{DeviceClass, class_terms_at},
    address,
    amount::Points,
    event::RegistryEvent,
    instruction::{self, ClassTermsSpec, NetworkTermsSpec},
    registry::types::ClassUpdateProposed,
};
use solana_instruction::Instruction;
use solana_signer::Signer;

const DELAY: i64 = Network::DELAY_SECONDS as i64;
const SETTLE: i64 = Network::SETTLE_SECONDS as i64;

fn propose(network: &Network, points_cap: u64) -> Instruction {
    let terms = ClassTermsSpec { points_cap: Points(points_cap), ..Network::class(0).terms };
    let authority = network.authority.pubkey();
    instruction::propose_class_update(&authority, &network.address, 0, &terms)
}

#[test]
fn other_terms_come_into_force_after_the_delay() {
    let mut case = cases::registry::propose_class_update();
    let class = case.tested().accounts[2].pubkey;
    let before: DeviceClass = case.chain.read(&class);
    let sent = case.send();
    let (old_terms, effective_at) = (before.terms.clone(), NOW + DELAY);
    let mut new_terms = old_terms.clone();
    new_terms.points_cap = 1_000;
    let after =
        DeviceClass { pending_terms: new_terms.clone(), pending_terms_at: effective_at, ..before };
    assert_eq!(case.chain.read::<DeviceClass>(&class), after);
    assert_eq!(class_terms_at(&after, effective_at - 1), &old_terms);
    assert_eq!(class_terms_at(&after, effective_at), &new_terms);
    let event = ClassUpdateProposed {
        network: after.network,
        index: 0,
        old_terms,
        new_terms,
        effective_at,
    };
    assert_eq!(sent.events, emitted(RegistryEvent::ClassUpdateProposed(event)));
}

/// A network whose changes are in force at once.
fn hasty() -> (Chain, Network) {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let authority = network.authority.pubkey();
    let terms = NetworkTermsSpec { change_delay_seconds: 0, ..network.terms() };
    let hasten = instruction::propose_network_update(&authority, &network.address, &terms);
    chain.send(&[hasten], &[&network.authority]);
    chain.warp_to(NOW + DELAY);
    (chain, network)
}

#[test]
fn a_second_change_waits_for_the_first() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let key = &network.authority;
    chain.send(&[propose(&network, 1)], &[key]);
    chain.warp_to(NOW + DELAY - 1);
    chain.refuse("registry::UpdatePending", &[propose(&network, 2)], &[key]);
    chain.warp_to(NOW + DELAY);
    chain.send(&[propose(&network, 2)], &[key]);
    let account: DeviceClass = chain.read(&address::class(&network.address, 0));
    let cap = |time| class_terms_at(&account, time).points_cap;
    let times = [NOW, NOW + DELAY - 1, NOW + DELAY, NOW + 2 * DELAY - 1, NOW + 2 * DELAY];
    assert_eq!(times.map(cap), [0, 0, 1, 1, 2]);
}

/// Whoever asks for the terms of a moment gets those of then, until the settlement period after
/// the moment's own is over.
#[test]
fn what_was_in_force_stays_known_while_oracles_need_it() {
    let (mut chain, network) = hasty();
    let (key, class) = (&network.authority, address::class(&network.address, 0));
    let first = NOW + DELAY;
    chain.send(&[propose(&network, 1)], &[key]);
    chain.warp_to(first + 1);
    chain.send(&[propose(&network, 2)], &[key]);
    let caps = |chain: &Chain, times: [i64; 3]| {
        let account: DeviceClass = chain.read(&class);
        times.map(|time| class_terms_at(&account, time).points_cap)
    };
    assert_eq!(caps(&chain, [first - 1, first, first + 1]), [0, 1, 2]);
    // A third would make the first forgotten.
    for now in [first + 2, first + 2 * SETTLE - 1] {
        chain.warp_to(now);
        chain.refuse("registry::TermsSettling", &[propose(&network, 3)], &[key]);
    }
    let third = first + 2 * SETTLE;
    chain.warp_to(third);
    chain.send(&[propose(&network, 3)], &[key]);
    assert_eq!(caps(&chain, [first, first + 1, third]), [1, 2, 3]);
}

#[test]
fn with_a_delay_of_zero_they_are_in_force_at_once() {
    let (mut chain, network) = hasty();
    chain.send(&[propose(&network, 7)], &[&network.authority]);
    let class: DeviceClass = chain.read(&address::class(&network.address, 0));
    assert_eq!(class_terms_at(&class, chain.now()).points_cap, 7);
}

#[test]
fn only_the_networks_authority_proposes_terms_that_can_be() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let (good, key) = (propose(&network, 1), &network.authority);
    chain.refuse("registry::MissingRequiredSignature", &[good.unsigned(0)], &[]);
    let guardian = &network.guardian;
    chain.refuse("registry::NotAuthority", &[good.swap(0, &guardian.pubkey())], &[guardian]);
    let elsewhere = good.swap(2, &address::class(&other.address, 0));
    chain.refuse("registry::WrongNetwork", &[elsewhere], &[key]);
    let mut reserved = good.clone();
    *reserved.data.last_mut().unwrap() = 1;
    chain.refuse("registry::InvalidTerms", &[reserved], &[key]);
    let forged = chain.forge(&address::class(&network.address, 0), &address::REWARDS);
    chain.refuse("registry::IllegalOwner", &[good.swap(2, &forged)], &[key]);
    chain.refuse("registry::Custom(2000)", &[good.readonly(2)], &[key]);
}
