use cairn_program_tests::{Chain, Network, Swap, cases, emitted};
use cairn_sdk::{
    account::{Device, Maker},
    address,
    event::RegistryEvent,
    instruction,
    registry::types::MakerRevoked,
};
use solana_instruction::Instruction;
use solana_signer::Signer;

fn revoke(network: &Network) -> Instruction {
    let (authority, maker) = (network.authority.pubkey(), network.maker.pubkey());
    instruction::revoke_maker(&authority, &network.address, &maker)
}

#[test]
fn a_maker_is_revoked_once() {
    let mut case = cases::registry::revoke_maker();
    let [network, maker] = [1, 2].map(|at| case.tested().accounts[at].pubkey);
    let before: Maker = case.chain.read(&maker);
    let attesting_key = before.attesting_key;
    let sent = case.send();
    assert_eq!(case.chain.read::<Maker>(&maker), Maker { revoked: 1, ..before });
    let event = MakerRevoked { network, attesting_key };
    assert_eq!(sent.events, emitted(RegistryEvent::MakerRevoked(event)));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "registry::MakerRevoked");
}

#[test]
fn it_vouches_for_no_more_devices_and_its_own_stay() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let old = network.onboard(&mut chain);
    chain.send(&[revoke(&network)], &[&network.authority]);
    let mut next = network.onboarding(&mut chain);
    next.sign();
    let onboard = instruction::onboard_device(&next.form);
    chain.refuse("registry::MakerRevoked", &onboard, &[&next.payer]);
    assert_eq!(chain.read::<Device>(&old.address()).status, 0);
}

#[test]
fn only_the_networks_authority_revokes() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let good = revoke(&network);
    chain.refuse("registry::MissingRequiredSignature", &[good.unsigned(0)], &[]);
    let guardian = &network.guardian;
    chain.refuse("registry::NotAuthority", &[good.swap(0, &guardian.pubkey())], &[guardian]);
    let elsewhere = address::maker(&other.address, &other.maker.pubkey());
    chain.refuse("registry::WrongNetwork", &[good.swap(2, &elsewhere)], &[&network.authority]);
}
