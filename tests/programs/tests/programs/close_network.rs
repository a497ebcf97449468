use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{address, event::RegistryEvent, instruction, registry::types::NetworkClosed};
use solana_instruction::Instruction;
use solana_signer::Signer;

fn close(network: &Network) -> Instruction {
    instruction::close_network(&network.authority.pubkey(), &network.address)
}

#[test]
fn an_empty_network_is_closed_and_every_lamport_comes_back() {
    let mut case = cases::registry::close_network();
    let [authority, network, group] = [0, 1, 2].map(|at| case.tested().accounts[at].pubkey);
    let before = case.chain.lamports(&authority);
    let rent = case.chain.lamports(&network) + case.chain.lamports(&group);
    let sent = case.send();
    assert!(!case.chain.exists(&network) && !case.chain.exists(&group));
    assert_eq!(case.chain.lamports(&authority), before + rent);
    let event = NetworkClosed { network };
    assert_eq!(sent.events, emitted(RegistryEvent::NetworkClosed(event)));
}

#[test]
fn the_address_can_be_used_again() {
    let mut chain = Chain::new();
    let network = Network::create_bare(&mut chain, "n");
    chain.send(&[close(&network)], &[&network.authority]);
    let again = instruction::create_network(&network.authority.pubkey(), &network.spec());
    chain.send(&[again.unwrap()], &[&network.authority]);
}

#[test]
fn a_group_that_devices_were_in_is_closed_too() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let onboard = network.onboard(&mut chain);
    let (owner, device) = (onboard.owner.pubkey(), onboard.address());
    let (authority, maker) = (network.authority.pubkey(), network.maker.pubkey());
    let key = &network.authority;
    chain.refuse("registry::NetworkInUse", &[close(&network)], &[key]);
    let request = instruction::request_retirement(&owner, &network.address, &device);
    chain.send(&[request], &[&onboard.owner]);
    chain.warp_to(NOW + 2 * i64::from(Network::SETTLE_SECONDS));
    let account = address::maker(&network.address, &maker);
    let retire = instruction::retire_device(&owner, &network.address, 0, &account, &device);
    chain.send(&[retire], &[&onboard.owner]);
    chain.refuse("registry::NetworkInUse", &[close(&network)], &[key]);
    chain.send(&[instruction::close_class(&authority, &network.address, 0, &authority)], &[key]);
    chain.refuse("registry::NetworkInUse", &[close(&network)], &[key]);
    chain.send(&[instruction::revoke_maker(&authority, &network.address, &maker)], &[key]);
    let close_maker = instruction::close_maker(&authority, &network.address, &maker, &authority);
    chain.send(&[close_maker], &[key]);
    // A licence keeps it open, until it is closed as well.
    let license = network.license(&mut chain, &owner, "FR");
    chain.refuse("registry::NetworkInUse", &[close(&network)], &[key]);
    chain.warp_to(NOW + 20 * 86_400);
    let payer = network.license_issuer.pubkey();
    chain.send(&[instruction::close_license(&network.address, &license, &payer)], &[]);
    chain.send(&[close(&network)], &[key]);
    assert!(!chain.exists(&address::group(&network.address)));
}

#[test]
fn only_a_creator_that_is_the_authority_closes() {
    let mut chain = Chain::new();
    let mut network = Network::create_bare(&mut chain, "n");
    let creator = network.authority.insecure_clone();
    let by_creator = close(&network);
    chain.refuse("registry::MissingRequiredSignature", &[by_creator.unsigned(0)], &[]);
    let other = &network.license_issuer;
    chain.refuse("registry::NotAuthority", &[by_creator.swap(0, &other.pubkey())], &[other]);
    network.hand_over(&mut chain);
    chain.refuse("registry::NotAuthority", &[by_creator], &[&creator]);
    // Else somebody else's network would have an address that only the creator can use again.
    chain.refuse("registry::NotCreator", &[close(&network)], &[&network.authority]);
}

#[test]
fn other_accounts_are_refused() {
    let mut chain = Chain::new();
    let network = Network::create_bare(&mut chain, "n");
    let other = Network::create_bare(&mut chain, "other");
    let (close, key) = (close(&network), &network.authority);
    let group = address::group(&other.address);
    chain.refuse("registry::InvalidSeeds", &[close.swap(2, &group)], &[key]);
    let program = address::TOKEN_PROGRAM;
    chain.refuse("registry::IncorrectProgramId", &[close.swap(3, &program)], &[key]);
    let forged = chain.forge(&network.address, &address::REWARDS);
    let at_forged = close.swap(1, &forged).swap(2, &address::group(&forged));
    chain.refuse("registry::IllegalOwner", &[at_forged], &[key]);
}
