use cairn_program_tests::{Chain, NOW, Network, Swap, cases, emitted};
use cairn_sdk::{account, event::RegistryEvent, instruction, registry::types::AuthorityCanceled};
use solana_address::Address;
use solana_signer::Signer;

#[test]
fn a_proposal_is_taken_back() {
    let mut case = cases::registry::cancel_authority();
    let network = case.tested().accounts[1].pubkey;
    let before: account::Network = case.chain.read(&network);
    let pending_authority = before.pending_authority;
    let sent = case.send();
    let after = account::Network {
        pending_authority: Address::default(),
        pending_authority_at: 0,
        ..before
    };
    assert_eq!(case.chain.read::<account::Network>(&network), after);
    let event = AuthorityCanceled { network, pending_authority };
    assert_eq!(sent.events, emitted(RegistryEvent::AuthorityCanceled(event)));
    let again = case.tested().clone();
    assert_eq!(case.try_send(again).unwrap_err().name, "registry::NoUpdatePending");
}

#[test]
fn only_the_authority_cancels_also_after_the_delay() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let heir = chain.wallet();
    let (authority, new) = (network.authority.pubkey(), heir.pubkey());
    let propose = instruction::propose_authority(&authority, &network.address, &new);
    chain.send(&[propose], &[&network.authority]);
    let cancel = instruction::cancel_authority(&authority, &network.address);
    chain.refuse("registry::MissingRequiredSignature", &[cancel.unsigned(0)], &[]);
    for other in [&heir, &network.guardian] {
        chain.refuse("registry::NotAuthority", &[cancel.swap(0, &other.pubkey())], &[other]);
    }
    chain.warp_to(NOW + 10 * i64::from(Network::DELAY_SECONDS));
    chain.send(&[cancel], &[&network.authority]);
    let accept = instruction::accept_authority(&new, &network.address);
    chain.refuse("registry::NotPendingAuthority", &[accept], &[&heir]);
}
