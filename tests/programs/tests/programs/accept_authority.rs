use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{account, event::RegistryEvent, instruction, registry::types::AuthorityAccepted};
use solana_address::Address;
use solana_signer::Signer;

const DELAY: i64 = Network::DELAY_SECONDS as i64;

#[test]
fn the_proposed_one_becomes_the_authority() {
    let mut case = cases::registry::accept_authority();
    let [new, network] = [0, 1].map(|index| case.tested().accounts[index].pubkey);
    let before: account::Network = case.chain.read(&network);
    let old_authority = before.authority;
    let sent = case.send();
    let after = account::Network {
        authority: new,
        pending_authority: Address::default(),
        pending_authority_at: 0,
        ..before
    };
    assert_eq!(case.chain.read::<account::Network>(&network), after);
    let event = AuthorityAccepted { network, old_authority, new_authority: new };
    assert_eq!(sent.events, emitted(RegistryEvent::AuthorityAccepted(event)));
    // Once.
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "registry::NotPendingAuthority");
}

#[test]
fn the_delay_comes_first_and_the_old_authority_rules_until_then() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let (heir, stranger) = (chain.wallet(), chain.wallet());
    let (authority, new) = (network.authority.pubkey(), heir.pubkey());
    let accept = instruction::accept_authority(&new, &network.address);
    chain.refuse("registry::NotPendingAuthority", std::slice::from_ref(&accept), &[&heir]);
    let propose = instruction::propose_authority(&authority, &network.address, &new);
    chain.send(&[propose], &[&network.authority]);
    chain.warp_to(NOW + DELAY - 1);
    chain.refuse("registry::UpdateNotDue", std::slice::from_ref(&accept), &[&heir]);
    let pause = instruction::pause_network(&new, &network.address);
    chain.refuse("registry::NotGuardian", &[pause], &[&heir]);
    chain.warp_to(NOW + DELAY);
    chain.refuse("registry::MissingRequiredSignature", &[accept.unsigned(0)], &[]);
    for other in [&stranger, &network.authority] {
        let by_other = accept.swap(0, &other.pubkey());
        chain.refuse("registry::NotPendingAuthority", &[by_other], &[other]);
    }
    chain.send(&[accept], &[&heir]);
    let pause = |key: &Address| instruction::pause_network(key, &network.address);
    chain.refuse("registry::NotGuardian", &[pause(&authority)], &[&network.authority]);
    chain.send(&[pause(&new)], &[&heir]);
}
