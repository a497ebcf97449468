//! The cases of the registry program.

use super::{Builder, Case};
use crate::{Chain, NOW, Network, OTHER_CELL, Onboard};
use cairn_protocol::onboarding::SignatureScheme;
use cairn_sdk::{
    address,
    amount::{Lamports, Points},
    instruction::{self, ClassSpec, ClassTermsSpec, LicenseSpec, NetworkTermsSpec},
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// Every case, in the order of the program's instructions.
pub const ALL: &[Builder] = &[
    ("registry::create_network", create_network),
    ("registry::propose_authority", propose_authority),
    ("registry::accept_authority", accept_authority),
    ("registry::cancel_authority", cancel_authority),
    ("registry::pause_network", pause_network),
    ("registry::unpause_network", unpause_network),
    ("registry::propose_network_update", propose_network_update),
    ("registry::cancel_network_update", cancel_network_update),
    ("registry::close_network", close_network),
    ("registry::create_class", create_class),
    ("registry::propose_class_update", propose_class_update),
    ("registry::cancel_class_update", cancel_class_update),
    ("registry::close_class", close_class),
    ("registry::add_maker", add_maker),
    ("registry::set_maker_quota", set_maker_quota),
    ("registry::revoke_maker", revoke_maker),
    ("registry::close_maker", close_maker),
    ("registry::issue_license", issue_license),
    ("registry::renew_license", renew_license),
    ("registry::revoke_license", revoke_license),
    ("registry::close_license", close_license),
    ("registry::onboard_device", onboard_device),
    ("registry::onboard_device (P-256)", onboard_p256_device),
    ("registry::set_operator", set_operator),
    ("registry::assert_location", assert_location),
    ("registry::set_license", set_license),
    ("registry::suspend_device", suspend_device),
    ("registry::reinstate_device", reinstate_device),
    ("registry::request_retirement", request_retirement),
    ("registry::cancel_retirement", cancel_retirement),
    ("registry::retire_device", retire_device),
];

/// A case of one instruction.
fn case(
    instruction: &'static str,
    chain: Chain,
    tested: Instruction,
    signers: &[&Keypair],
) -> Case {
    Case {
        program: "registry",
        instruction,
        chain,
        instructions: vec![tested],
        at: 0,
        signers: signers.iter().map(|key| key.insecure_clone()).collect(),
    }
}

/// A network with class and maker.
fn network() -> (Chain, Network) {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    (chain, network)
}

/// A network with a device.
fn device() -> (Chain, Network, Onboard) {
    let (mut chain, network) = network();
    let onboard = network.onboard(&mut chain);
    (chain, network, onboard)
}

/// Other terms than a network is created with.
fn other_terms(network: &Network) -> NetworkTermsSpec {
    NetworkTermsSpec { change_delay_seconds: 60, ..network.terms() }
}

/// Other terms than a class is created with.
fn other_class_terms() -> ClassTermsSpec {
    ClassTermsSpec { points_cap: Points(1_000), ..Network::class(0).terms }
}

/// A network is created.
pub fn create_network() -> Case {
    let (mut chain, network) = network();
    let creator = chain.wallet();
    let create = instruction::create_network(&creator.pubkey(), &network.spec()).unwrap();
    case("create_network", chain, create, &[&creator])
}

/// Somebody is proposed as the authority.
pub fn propose_authority() -> Case {
    let (mut chain, network) = network();
    let heir = chain.key().pubkey();
    let propose =
        instruction::propose_authority(&network.authority.pubkey(), &network.address, &heir);
    case("propose_authority", chain, propose, &[&network.authority])
}

/// The proposed authority accepts, at the end of the delay.
pub fn accept_authority() -> Case {
    let (mut chain, network) = network();
    let heir = chain.key();
    let authority = network.authority.pubkey();
    let propose = instruction::propose_authority(&authority, &network.address, &heir.pubkey());
    chain.send(&[propose], &[&network.authority]);
    chain.warp_to(NOW + i64::from(Network::DELAY_SECONDS));
    let accept = instruction::accept_authority(&heir.pubkey(), &network.address);
    case("accept_authority", chain, accept, &[&heir])
}

/// A proposed authority is dropped.
pub fn cancel_authority() -> Case {
    let Case { mut chain, instructions, signers, .. } = propose_authority();
    let [authority] = signers.as_slice() else { unreachable!() };
    chain.send(&instructions, &[authority]);
    let network = instructions[0].accounts[1].pubkey;
    let cancel = instruction::cancel_authority(&authority.pubkey(), &network);
    case("cancel_authority", chain, cancel, &[authority])
}

/// The guardian pauses.
pub fn pause_network() -> Case {
    let (chain, network) = network();
    let pause = instruction::pause_network(&network.guardian.pubkey(), &network.address);
    case("pause_network", chain, pause, &[&network.guardian])
}

/// The authority ends the pause.
pub fn unpause_network() -> Case {
    let (mut chain, network) = network();
    let pause = instruction::pause_network(&network.guardian.pubkey(), &network.address);
    chain.send(&[pause], &[&network.guardian]);
    let unpause = instruction::unpause_network(&network.authority.pubkey(), &network.address);
    case("unpause_network", chain, unpause, &[&network.authority])
}

/// Other terms are proposed.
pub fn propose_network_update() -> Case {
    let (chain, network) = network();
    let propose = instruction::propose_network_update(
        &network.authority.pubkey(),
        &network.address,
        &other_terms(&network),
    );
    case("propose_network_update", chain, propose, &[&network.authority])
}

/// Proposed terms are dropped.
pub fn cancel_network_update() -> Case {
    let Case { mut chain, instructions, signers, .. } = propose_network_update();
    let [authority] = signers.as_slice() else { unreachable!() };
    chain.send(&instructions, &[authority]);
    let network = instructions[0].accounts[1].pubkey;
    let cancel = instruction::cancel_network_update(&authority.pubkey(), &network);
    case("cancel_network_update", chain, cancel, &[authority])
}

/// An empty network is closed.
pub fn close_network() -> Case {
    let mut chain = Chain::new();
    let network = Network::create_bare(&mut chain, "n");
    let close = instruction::close_network(&network.authority.pubkey(), &network.address);
    case("close_network", chain, close, &[&network.authority])
}

/// A second class is created.
pub fn create_class() -> Case {
    let (chain, network) = network();
    let create = instruction::create_class(
        &network.authority.pubkey(),
        &network.address,
        &Network::class(1),
    );
    case("create_class", chain, create.unwrap(), &[&network.authority])
}

/// Other terms of a class are proposed.
pub fn propose_class_update() -> Case {
    let (chain, network) = network();
    let propose = instruction::propose_class_update(
        &network.authority.pubkey(),
        &network.address,
        0,
        &other_class_terms(),
    );
    case("propose_class_update", chain, propose, &[&network.authority])
}

/// Proposed terms of a class are dropped.
pub fn cancel_class_update() -> Case {
    let Case { mut chain, instructions, signers, .. } = propose_class_update();
    let [authority] = signers.as_slice() else { unreachable!() };
    chain.send(&instructions, &[authority]);
    let network = instructions[0].accounts[1].pubkey;
    let cancel = instruction::cancel_class_update(&authority.pubkey(), &network, 0);
    case("cancel_class_update", chain, cancel, &[authority])
}

/// A class without devices is closed by another authority than the one that paid.
pub fn close_class() -> Case {
    let (mut chain, mut network) = network();
    let founder = network.authority.pubkey();
    network.hand_over(&mut chain);
    let authority = &network.authority;
    let close = instruction::close_class(&authority.pubkey(), &network.address, 0, &founder);
    case("close_class", chain, close, &[authority])
}

/// A maker is added.
pub fn add_maker() -> Case {
    let (mut chain, network) = network();
    let key = chain.key().pubkey();
    let add = instruction::add_maker(&network.authority.pubkey(), &network.address, &key, 10);
    case("add_maker", chain, add, &[&network.authority])
}

/// A maker's quota is raised.
pub fn set_maker_quota() -> Case {
    let (chain, network) = network();
    let (authority, maker) = (network.authority.pubkey(), network.maker.pubkey());
    let set = instruction::set_maker_quota(&authority, &network.address, &maker, 100);
    case("set_maker_quota", chain, set, &[&network.authority])
}

/// A maker is revoked.
pub fn revoke_maker() -> Case {
    let (chain, network) = network();
    let (authority, maker) = (network.authority.pubkey(), network.maker.pubkey());
    let revoke = instruction::revoke_maker(&authority, &network.address, &maker);
    case("revoke_maker", chain, revoke, &[&network.authority])
}

/// A revoked maker is closed by another authority than the one that paid.
pub fn close_maker() -> Case {
    let (mut chain, mut network) = network();
    let (founder, maker) = (network.authority.pubkey(), network.maker.pubkey());
    let revoke = instruction::revoke_maker(&founder, &network.address, &maker);
    chain.send(&[revoke], &[&network.authority]);
    network.hand_over(&mut chain);
    let authority = &network.authority;
    let close = instruction::close_maker(&authority.pubkey(), &network.address, &maker, &founder);
    case("close_maker", chain, close, &[authority])
}

/// A licence is issued.
pub fn issue_license() -> Case {
    let (mut chain, network) = network();
    let spec = LicenseSpec {
        holder: chain.key().pubkey(),
        region: "FR".into(),
        band_plan: "EU868".into(),
    };
    let issuer = &network.license_issuer;
    let issue = instruction::issue_license(&issuer.pubkey(), &network.address, &spec, NOW + 86_400);
    case("issue_license", chain, issue.unwrap(), &[issuer])
}

/// A network with a licence that is valid for ten days.
fn license() -> (Chain, Network, Address) {
    let (mut chain, network) = network();
    let holder = chain.key().pubkey();
    let license = network.license(&mut chain, &holder, "FR");
    (chain, network, license)
}

/// A licence that has lapsed is renewed.
pub fn renew_license() -> Case {
    let (mut chain, network, license) = license();
    chain.warp_to(NOW + 10 * 86_400);
    let issuer = &network.license_issuer;
    let renew =
        instruction::renew_license(&issuer.pubkey(), &network.address, &license, NOW + 20 * 86_400);
    case("renew_license", chain, renew, &[issuer])
}

/// A licence is revoked.
pub fn revoke_license() -> Case {
    let (chain, network, license) = license();
    let issuer = &network.license_issuer;
    let revoke = instruction::revoke_license(&issuer.pubkey(), &network.address, &license);
    case("revoke_license", chain, revoke, &[issuer])
}

/// A licence that expired two settlement periods ago is closed.
pub fn close_license() -> Case {
    let (mut chain, network, license) = license();
    chain.warp_to(NOW + 10 * 86_400 + 2 * i64::from(Network::SETTLE_SECONDS));
    let payer = network.license_issuer.pubkey();
    let close = instruction::close_license(&network.address, &license, &payer);
    case("close_license", chain, close, &[])
}

/// A class that asks for fees and a licence.
fn strict_class(network: &Network, chain: &mut Chain, scheme: SignatureScheme) {
    let terms = ClassTermsSpec {
        onboarding_fee: Lamports(5_000_000),
        location_fee: Lamports(3_000_000),
        license_required: true,
        ..Network::class(1).terms
    };
    network.add_class(chain, &ClassSpec { scheme, terms, ..Network::class(1) });
}

/// A signed onboarding into a class with a fee and a licence.
fn strict_onboarding(scheme: SignatureScheme) -> (Chain, Network, Onboard) {
    let (mut chain, network) = network();
    strict_class(&network, &mut chain, scheme);
    let mut onboard = match scheme {
        SignatureScheme::Ed25519 => network.onboarding(&mut chain),
        SignatureScheme::P256 => network.p256_onboarding(&mut chain, 1),
    };
    onboard.form.class = 1;
    onboard.form.license = Some(network.license(&mut chain, &onboard.form.owner, "FR"));
    onboard.sign();
    (chain, network, onboard)
}

fn onboarding(scheme: SignatureScheme) -> Case {
    let (chain, _, onboard) = strict_onboarding(scheme);
    let instructions = instruction::onboard_device(&onboard.form);
    Case {
        program: "registry",
        instruction: "onboard_device",
        chain,
        at: instructions.len() - 1,
        instructions,
        signers: vec![onboard.payer],
    }
}

/// A device of a class with a fee and a licence joins.
pub fn onboard_device() -> Case {
    onboarding(SignatureScheme::Ed25519)
}

/// The same with a P-256 key.
pub fn onboard_p256_device() -> Case {
    onboarding(SignatureScheme::P256)
}

/// The holder names another operator.
pub fn set_operator() -> Case {
    let (mut chain, network, onboard) = device();
    let operator = chain.key().pubkey();
    let (owner, device) = (onboard.owner.pubkey(), onboard.address());
    let set = instruction::set_operator(&owner, &network.address, &device, &operator);
    case("set_operator", chain, set, &[&onboard.owner])
}

/// The holder moves a device, for a fee that somebody else pays.
pub fn assert_location() -> Case {
    let (mut chain, _, onboard) = strict_onboarding(SignatureScheme::Ed25519);
    chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
    chain.warp_to(NOW + 2 * i64::from(Network::SETTLE_SECONDS));
    let assert = instruction::assert_location(&onboard.location(OTHER_CELL));
    case("assert_location", chain, assert, &[&onboard.payer, &onboard.owner])
}

/// The holder puts a device under a licence.
pub fn set_license() -> Case {
    let (mut chain, network, onboard) = device();
    let owner = onboard.owner.pubkey();
    let license = network.license(&mut chain, &owner, "FR");
    let set = instruction::set_license(&owner, &network.address, &onboard.address(), &license);
    case("set_license", chain, set, &[&onboard.owner])
}

/// The guardian suspends a device.
pub fn suspend_device() -> Case {
    let (chain, network, onboard) = device();
    let guardian = &network.guardian;
    let suspend =
        instruction::suspend_device(&guardian.pubkey(), &network.address, &onboard.address());
    case("suspend_device", chain, suspend, &[guardian])
}

/// The authority reinstates a device.
pub fn reinstate_device() -> Case {
    let (mut chain, network, onboard) = device();
    let (guardian, device) = (&network.guardian, onboard.address());
    let suspend = instruction::suspend_device(&guardian.pubkey(), &network.address, &device);
    chain.send(&[suspend], &[guardian]);
    let authority = &network.authority;
    let reinstate = instruction::reinstate_device(&authority.pubkey(), &network.address, &device);
    case("reinstate_device", chain, reinstate, &[authority])
}

/// The holder begins a retirement.
pub fn request_retirement() -> Case {
    let (chain, network, onboard) = device();
    let request = instruction::request_retirement(
        &onboard.owner.pubkey(),
        &network.address,
        &onboard.address(),
    );
    case("request_retirement", chain, request, &[&onboard.owner])
}

/// The holder takes the request back.
pub fn cancel_retirement() -> Case {
    let Case { mut chain, instructions, signers, .. } = request_retirement();
    let [owner] = signers.as_slice() else { unreachable!() };
    chain.send(&instructions, &[owner]);
    let [.., network, device] = instructions[0].accounts.as_slice() else { unreachable!() };
    let cancel = instruction::cancel_retirement(&owner.pubkey(), &network.pubkey, &device.pubkey);
    case("cancel_retirement", chain, cancel, &[owner])
}

/// The device is taken out.
pub fn retire_device() -> Case {
    let (mut chain, network, onboard) = device();
    let (owner, device) = (onboard.owner.pubkey(), onboard.address());
    let request = instruction::request_retirement(&owner, &network.address, &device);
    chain.send(&[request], &[&onboard.owner]);
    chain.warp_to(NOW + 2 * i64::from(Network::SETTLE_SECONDS));
    let maker = address::maker(&network.address, &network.maker.pubkey());
    let retire = instruction::retire_device(&owner, &network.address, 0, &maker, &device);
    case("retire_device", chain, retire, &[&onboard.owner])
}
