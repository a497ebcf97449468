use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{
    account,
    event::RegistryEvent,
    instruction::{self, NetworkTermsSpec},
    registry::types::NetworkUpdateProposed,
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

const DELAY: i64 = Network::DELAY_SECONDS as i64;

fn propose(network: &Network, terms: &NetworkTermsSpec) -> Instruction {
    instruction::propose_network_update(&network.authority.pubkey(), &network.address, terms)
}

#[test]
fn other_terms_come_into_force_after_the_delay() {
    let mut case = cases::registry::propose_network_update();
    let network = case.tested().accounts[1].pubkey;
    let before: account::Network = case.chain.read(&network);
    let sent = case.send();
    let mut new_terms = before.terms.clone();
    new_terms.change_delay_seconds = 60;
    let (old_terms, effective_at) = (before.terms.clone(), NOW + DELAY);
    let after = account::Network {
        pending_terms: new_terms.clone(),
        pending_terms_at: effective_at,
        ..before
    };
    assert_eq!(case.chain.read::<account::Network>(&network), after);
    let event = NetworkUpdateProposed { network, old_terms, new_terms, effective_at };
    assert_eq!(sent.events, emitted(RegistryEvent::NetworkUpdateProposed(event)));
}

#[test]
fn a_second_change_waits_for_the_first_and_builds_on_it() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let first = NetworkTermsSpec { change_delay_seconds: 60, ..network.terms() };
    let second = NetworkTermsSpec { guardian: Address::default(), ..first };
    chain.send(&[propose(&network, &first)], &[&network.authority]);
    chain.warp_to(NOW + DELAY - 1);
    let key = &network.authority;
    chain.refuse("registry::UpdatePending", &[propose(&network, &second)], &[key]);
    chain.warp_to(NOW + DELAY);
    chain.send(&[propose(&network, &second)], &[key]);
    let account: account::Network = chain.read(&network.address);
    assert_eq!(account.terms, first.into());
    assert_eq!(account.pending_terms, second.into());
    // The delay of the terms in force, not of those before.
    assert_eq!(account.pending_terms_at, NOW + DELAY + 60);
}

#[test]
fn only_the_authority_proposes_terms_that_can_be() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let good = propose(&network, &network.terms());
    chain.refuse("registry::MissingRequiredSignature", &[good.unsigned(0)], &[]);
    let guardian = &network.guardian;
    chain.refuse("registry::NotAuthority", &[good.swap(0, &guardian.pubkey())], &[guardian]);
    let late = NetworkTermsSpec { change_delay_seconds: 30 * 86_400 + 1, ..network.terms() };
    let key = &network.authority;
    chain.refuse("registry::InvalidDelay", &[propose(&network, &late)], &[key]);
    let nobody = NetworkTermsSpec { treasury: Address::default(), ..network.terms() };
    chain.refuse("registry::InvalidKey", &[propose(&network, &nobody)], &[key]);
    let mut reserved = good;
    *reserved.data.last_mut().unwrap() = 1;
    chain.refuse("registry::InvalidTerms", &[reserved], &[key]);
}
