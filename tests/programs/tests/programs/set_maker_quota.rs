use cairn_program_tests::{Chain, Network, Swap, cases, emitted};
use cairn_sdk::{
    account::Maker, address, event::RegistryEvent, instruction, registry::types::MakerQuotaSet,
};
use solana_instruction::Instruction;
use solana_signer::Signer;

fn set(network: &Network, quota: u32) -> Instruction {
    let (authority, maker) = (network.authority.pubkey(), network.maker.pubkey());
    instruction::set_maker_quota(&authority, &network.address, &maker, quota)
}

#[test]
fn a_quota_is_raised() {
    let mut case = cases::registry::set_maker_quota();
    let [network, maker] = [1, 2].map(|at| case.tested().accounts[at].pubkey);
    let before: Maker = case.chain.read(&maker);
    let attesting_key = before.attesting_key;
    let sent = case.send();
    assert_eq!(case.chain.read::<Maker>(&maker), Maker { quota: 100, ..before });
    let event = MakerQuotaSet { network, attesting_key, old_quota: 3, new_quota: 100 };
    assert_eq!(sent.events, emitted(RegistryEvent::MakerQuotaSet(event)));
}

#[test]
fn a_quota_below_what_is_used_stops_the_maker() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    network.onboard(&mut chain);
    chain.send(&[set(&network, 0)], &[&network.authority]);
    let mut next = network.onboarding(&mut chain);
    next.sign();
    let onboard = instruction::onboard_device(&next.form);
    chain.refuse("registry::MakerQuotaExhausted", &onboard, &[&next.payer]);
    chain.send(&[set(&network, 2)], &[&network.authority]);
    chain.send(&onboard, &[&next.payer]);
}

#[test]
fn only_the_networks_authority_sets_it_and_not_for_a_revoked_maker() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let (good, key) = (set(&network, 9), &network.authority);
    chain.refuse("registry::MissingRequiredSignature", &[good.unsigned(0)], &[]);
    let stranger = &other.authority;
    chain.refuse("registry::NotAuthority", &[good.swap(0, &stranger.pubkey())], &[stranger]);
    let elsewhere = address::maker(&other.address, &other.maker.pubkey());
    chain.refuse("registry::WrongNetwork", &[good.swap(2, &elsewhere)], &[key]);
    chain.refuse("registry::Custom(2000)", &[good.readonly(2)], &[key]);
    let (authority, maker) = (network.authority.pubkey(), network.maker.pubkey());
    chain.send(&[instruction::revoke_maker(&authority, &network.address, &maker)], &[key]);
    chain.refuse("registry::MakerRevoked", &[good], &[key]);
}
