//! Today's program has nothing to migrate, so what migrates here is its next version; the test
//! `upgrade` of the scenarios does the same on a validator.

use cairn_program_tests::{
    NOW, Refused, Swap,
    cases::{Case, rewards as cases},
};
use cairn_sdk::{
    account::{CairnAccount, POOL_VERSION_AT, Pool},
    address,
    event::{Event, RewardsEvent},
    instruction::{self, PoolKeys},
    rewards::types::PoolMigrated,
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_signer::Signer;

/// Bytes of a pool in today's version, and in the next.
const BYTES: usize = 8 + 3_840;
const NEXT_BYTES: usize = BYTES + 16;

fn pool_of(case: &Case) -> Address {
    case.tested().accounts[1].pubkey
}

/// How the pool's account refuses to be migrated with other bytes in it.
fn refusal_with(case: &mut Case, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let address = pool_of(case);
    let before = case.chain.raw(&address);
    let mut changed = before.clone();
    change(&mut changed.data);
    case.chain.svm.set_account(address, changed).unwrap();
    let result: Result<_, Refused> = case.try_send(case.tested().clone());
    case.chain.svm.set_account(address, before).unwrap();
    result.unwrap_err().name
}

#[test]
fn anyone_brings_a_pool_to_the_programs_version_and_pays_for_what_it_grows_by() {
    let mut case = cases::migrate_pool();
    let (payer, address) = (case.signers[0].pubkey(), pool_of(&case));
    let (before, wallet) = (case.chain.raw(&address), case.chain.lamports(&payer));
    assert_eq!((before.data.len(), before.data[POOL_VERSION_AT]), (BYTES, 1));
    let now = case.chain.now();
    assert!(now > NOW);
    let sent = case.send();

    let after = case.chain.raw(&address);
    let mut expected = before.data.clone();
    expected[POOL_VERSION_AT] = 2;
    expected.extend_from_slice(&0u64.to_le_bytes());
    expected.extend_from_slice(&now.to_le_bytes());
    assert_eq!(after.data, expected);
    assert_eq!(after.data.len(), NEXT_BYTES);
    let rent = case.chain.rent(NEXT_BYTES) - case.chain.rent(BYTES);
    assert_eq!(after.lamports, before.lamports + rent);
    assert_eq!(case.chain.lamports(&payer), wallet - rent);
    let event = PoolMigrated { pool: address, old_version: 1, new_version: 2 };
    assert_eq!(sent.events, [Event::Rewards(RewardsEvent::PoolMigrated(event))]);

    // Once.
    let again = case.try_send(case.tested().clone());
    assert_eq!(again.unwrap_err().name, "rewards::NothingToMigrate");
}

#[test]
fn lamports_that_the_pool_has_already_are_not_asked_for() {
    let mut case = cases::migrate_pool();
    let (payer, address) = (case.signers[0].pubkey(), pool_of(&case));
    let rent = case.chain.rent(NEXT_BYTES);
    case.chain.svm.airdrop(&address, rent).unwrap();
    let before = (case.chain.lamports(&payer), case.chain.lamports(&address));
    case.send();
    assert_eq!((case.chain.lamports(&payer), case.chain.lamports(&address)), before);
}

#[test]
fn a_pool_of_the_programs_version_has_nothing_to_migrate() {
    let mut case = cases::migrate_pool();
    case.chain.downgrade_rewards();
    let before = case.chain.raw(&pool_of(&case));
    let refused = case.try_send(case.tested().clone());
    assert_eq!(refused.unwrap_err().name, "rewards::NothingToMigrate");
    assert_eq!(case.chain.raw(&pool_of(&case)), before);
}

#[test]
fn what_is_no_pool_of_an_older_version_is_refused() {
    let mut case = cases::migrate_pool();
    for (version, name) in
        [(0, "UnsupportedVersion"), (2, "NothingToMigrate"), (3, "UnsupportedVersion")]
    {
        let refusal = refusal_with(&mut case, |data| data[POOL_VERSION_AT] = version);
        assert_eq!(refusal, format!("rewards::{name}"), "version {version}");
    }
    for length in [BYTES - 1, POOL_VERSION_AT, 8] {
        let refusal = refusal_with(&mut case, |data| data.truncate(length));
        assert_eq!(refusal, "rewards::AccountDataTooSmall", "{length} bytes");
    }
    for length in [0, 7] {
        let refusal = refusal_with(&mut case, |data| data.truncate(length));
        assert_eq!(refusal, "rewards::InvalidAccountData", "{length} bytes");
    }
    // Network, mint and bump, by which the address is known.
    for at in [8, 8 + 32, POOL_VERSION_AT + 1] {
        let refusal = refusal_with(&mut case, |data| data[at] ^= 1);
        assert!(refusal.starts_with("rewards::InvalidSeeds"), "{at}: {refusal}");
    }
    let address = pool_of(&case);
    let (forged, kind) =
        (case.chain.forge(&address, &address::STAKING), case.chain.other_kind(&address));
    let copy = case.chain.forge(&address, &address::REWARDS);
    for (account, name) in
        [(forged, "IllegalOwner"), (kind, "InvalidAccountData"), (copy, "InvalidSeeds")]
    {
        let refused = case.try_send(case.tested().swap(1, &account));
        assert_eq!(refused.unwrap_err().name, format!("rewards::{name}"));
    }
}

/// Every instruction that reads a pool, from the cases: the pool is found by its kind.
#[test]
fn every_instruction_refuses_a_pool_of_another_version() {
    let mut count = 0;
    for (name, build) in cases::ALL {
        let mut case = build();
        if case.instruction == "migrate_pool" {
            continue;
        }
        let is_pool = |address: &Address| {
            case.chain.svm.get_account(address).is_some_and(|account| {
                account.owner == address::REWARDS && account.data.starts_with(&Pool::DISCRIMINATOR)
            })
        };
        let pools = case.tested().accounts.iter().map(|meta| meta.pubkey).filter(is_pool);
        let Some(pool) = pools.into_iter().next() else { continue };
        let whole = case.chain.raw(&pool);
        for version in [0, 2] {
            // Later layouts are longer, and those before shorter, than what the program reads.
            for length in [BYTES - 8, BYTES, BYTES + 8] {
                let mut other = whole.clone();
                other.data.resize(length, 0);
                other.data[POOL_VERSION_AT] = version;
                case.chain.svm.set_account(pool, other).unwrap();
                let refused = case.try_send(case.tested().clone()).map(|_| ()).unwrap_err().name;
                assert_eq!(refused, "rewards::UnsupportedVersion", "{name}, {length} bytes");
            }
        }
        count += 1;
    }
    println!("{count} cases with a pool");
    assert!(count > 30);
}

#[test]
fn claims_wait_for_the_migration_and_pay_after_it() {
    let mut case = cases::claim();
    let claim: Instruction = case.tested().clone();
    case.chain.upgrade_rewards();
    case.chain.refuse("rewards::UnsupportedVersion", std::slice::from_ref(&claim), &[]);

    let pool = claim.accounts[0].pubkey;
    let payer = case.chain.wallet();
    let migrate = instruction::migrate_pool(&payer.pubkey(), &pool);
    case.chain.send(&[migrate], &[&payer]);
    let before: Pool = case.chain.read(&pool);
    let tokens = case.chain.tokens(&PoolKeys::from(&before).vault());
    case.chain.send(&[claim], &[]);
    let after: Pool = case.chain.read(&pool);
    let paid = after.claimed_total - before.claimed_total;
    assert!(paid > 0);
    assert_eq!(case.chain.tokens(&PoolKeys::from(&after).vault()), tokens - paid);
    let count = case.chain.raw(&pool).data[BYTES..BYTES + 8].to_vec();
    assert_eq!(count, 1u64.to_le_bytes());

    // Back to a program that does not know this layout: it leaves the pool alone.
    case.chain.downgrade_rewards();
    let refused = case.try_send(case.tested().clone());
    assert_eq!(refused.unwrap_err().name, "rewards::UnsupportedVersion");
}
