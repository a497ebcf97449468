use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{
    account, address, event::RegistryEvent, instruction, registry::types::AuthorityProposed,
};
use solana_address::Address;
use solana_signer::Signer;

#[test]
fn somebody_is_proposed_and_may_accept_after_the_delay() {
    let mut case = cases::registry::propose_authority();
    let address = case.tested().accounts[1].pubkey;
    let before: account::Network = case.chain.read(&address);
    let heir = Address::try_from(&case.tested().data[8..40]).unwrap();
    let sent = case.send();
    let at = NOW + i64::from(Network::DELAY_SECONDS);
    let authority = before.authority;
    let after = account::Network { pending_authority: heir, pending_authority_at: at, ..before };
    assert_eq!(case.chain.read::<account::Network>(&address), after);
    let event = AuthorityProposed {
        network: address,
        authority,
        pending_authority: heir,
        pending_authority_at: at,
    };
    assert_eq!(sent.events, emitted(RegistryEvent::AuthorityProposed(event)));
}

#[test]
fn only_the_authority_proposes_and_one_at_a_time() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let (stranger, heir) = (chain.wallet(), chain.key().pubkey());
    let authority = network.authority.pubkey();
    let propose = instruction::propose_authority(&authority, &network.address, &heir);
    chain.refuse("registry::MissingRequiredSignature", &[propose.unsigned(0)], &[]);
    for other in [&stranger, &network.guardian, &network.license_issuer] {
        chain.refuse("registry::NotAuthority", &[propose.swap(0, &other.pubkey())], &[other]);
    }
    let nobody = instruction::propose_authority(&authority, &network.address, &Address::default());
    chain.refuse("registry::InvalidKey", &[nobody], &[&network.authority]);
    chain.send(std::slice::from_ref(&propose), &[&network.authority]);
    chain.refuse("registry::UpdatePending", std::slice::from_ref(&propose), &[&network.authority]);
    // Also after the delay: who was told so may still accept.
    chain.warp_to(NOW + 10 * i64::from(Network::DELAY_SECONDS));
    chain.refuse("registry::UpdatePending", &[propose], &[&network.authority]);
}

#[test]
fn other_accounts_are_refused() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let other = Network::create(&mut chain, "other");
    let (authority, key) = (network.authority.pubkey(), &network.authority);
    let propose = instruction::propose_authority(&authority, &network.address, &authority);
    let forged = chain.forge(&network.address, &address::REWARDS);
    let kind = chain.other_kind(&network.address);
    chain.refuse("registry::NotAuthority", &[propose.swap(1, &other.address)], &[key]);
    chain.refuse("registry::IllegalOwner", &[propose.swap(1, &forged)], &[key]);
    chain.refuse("registry::InvalidAccountData", &[propose.swap(1, &kind)], &[key]);
    chain.refuse("registry::Custom(2000)", &[propose.readonly(1)], &[key]);
}
