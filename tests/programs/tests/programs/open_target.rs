use cairn_program_tests::{StakePool, bump};
use cairn_sdk::{
    account::DelegationTarget,
    address,
    event::{Event, StakingEvent},
    instruction,
    staking::{
        accounts::DELEGATION_TARGET_DISCRIMINATOR,
        types::{StoredDilution, TargetOpened},
    },
};
use solana_address::Address;
use solana_signer::Signer;

const BYTES: usize = 8 + 168;

#[test]
fn anyone_opens_the_target_of_any_operator_once() {
    let (mut chain, pool) = StakePool::bench();
    let payer = chain.wallet();
    // The zero address is the stake pool itself.
    for operator in [chain.key().pubkey(), Address::default()] {
        let lamports = chain.lamports(&payer.pubkey());
        let open = instruction::open_target(&payer.pubkey(), &pool.address, &operator);
        let sent = chain.send(std::slice::from_ref(&open), &[&payer]);
        let target = address::target(&pool.address, &operator);
        let seeds: &[&[u8]] = &[b"target", pool.address.as_ref(), operator.as_ref()];
        assert_eq!(
            chain.read::<DelegationTarget>(&target),
            DelegationTarget {
                discriminator: DELEGATION_TARGET_DISCRIMINATOR,
                stake_pool: pool.address,
                operator,
                rent_payer: payer.pubkey(),
                delegated: 0,
                unbonding: 0,
                dilution: StoredDilution { factor: 1 << 63, scale: 0, generation: 0 },
                delegation_count: 0,
                pending_penalties: 0,
                version: 1,
                bump: bump(seeds, &address::STAKING),
                reserved: [0; 30],
            }
        );
        assert_eq!(chain.lamports(&payer.pubkey()), lamports - chain.rent(BYTES));
        let event = TargetOpened { target, operator };
        assert_eq!(sent.events, [Event::Staking(StakingEvent::TargetOpened(event))]);
        chain.refuse("system::Custom(0)", &[open], &[&payer]);
    }
    assert_eq!(pool.read(&chain).target_count, 2);
}
