use cairn_program_tests::{Chain, Network, Pool, Swap, bump};
use cairn_sdk::{
    account::{self, OracleSet},
    address,
    event::{Event, RewardsEvent},
    instruction,
    rewards::{accounts::ORACLE_SET_DISCRIMINATOR, types::OracleSetCreated},
};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;

const BYTES: usize = 8 + 1_472;

/// A pool without an oracle set, and its authority.
fn bare_pool(chain: &mut Chain) -> (Address, Keypair, Address) {
    let network = Network::create(chain, "n");
    let (mint, treasury) = (chain.mint(), chain.key().pubkey());
    let authority = network.authority.pubkey();
    let create =
        instruction::create_pool(&authority, &network.address, &mint.0, &Pool::spec(treasury));
    chain.send(&[create], &[&network.authority]);
    (address::pool(&network.address, &mint.0), network.authority, network.address)
}

fn keys(chain: &mut Chain, count: usize) -> Vec<Address> {
    (0..count).map(|_| chain.key().pubkey()).collect()
}

#[test]
fn oracles_are_named_with_their_threshold() {
    let mut chain = Chain::new();
    let (pool, authority, network) = bare_pool(&mut chain);
    let oracles = keys(&mut chain, 3);
    let wallet = authority.pubkey();
    let before = chain.lamports(&wallet);
    let sent = chain.send(
        &[instruction::create_oracle_set(&wallet, &network, &pool, 2, &oracles)],
        &[&authority],
    );

    let set = address::oracle_set(&pool);
    let mut places = [Address::default(); 32];
    places[..3].copy_from_slice(&oracles);
    let account = chain.read::<OracleSet>(&set);
    assert_eq!(
        account,
        OracleSet {
            discriminator: ORACLE_SET_DISCRIMINATOR,
            pool,
            rent_payer: wallet,
            pending_add: Address::default(),
            pending_remove: Address::default(),
            oracles: places,
            earned: [0; 32],
            pending_at: 0,
            generation: 0,
            active: 0b111,
            pending_threshold: 0,
            count: 3,
            threshold: 2,
            version: 1,
            bump: bump(&[b"oracles", pool.as_ref()], &address::REWARDS),
            reserved: [0; 43],
        }
    );
    assert_eq!(account::oracles(&account), oracles);
    assert_eq!(chain.read::<account::Pool>(&pool).has_oracle_set, 1);
    assert_eq!(chain.raw(&set).data.len(), BYTES);
    assert_eq!(chain.lamports(&set), chain.rent(BYTES));
    assert_eq!(chain.lamports(&wallet), before - chain.rent(BYTES));
    let event = OracleSetCreated { pool, threshold: 2, count: 3, oracles };
    assert_eq!(sent.events, [Event::Rewards(RewardsEvent::OracleSetCreated(event))]);
}

#[test]
fn a_threshold_is_more_than_half_and_at_most_all() {
    for (count, threshold, accepted) in [
        (0, 0, false),
        (0, 1, false),
        (1, 0, false),
        (1, 1, true),
        (1, 2, false),
        (2, 1, false),
        (2, 2, true),
        (3, 1, false),
        (3, 2, true),
        (3, 4, false),
        (4, 2, false),
        (4, 3, true),
        (5, 3, true),
        (28, 14, false),
        (28, 15, true),
    ] {
        let mut chain = Chain::new();
        let (pool, authority, network) = bare_pool(&mut chain);
        let oracles = keys(&mut chain, count);
        let create = instruction::create_oracle_set(
            &authority.pubkey(),
            &network,
            &pool,
            threshold,
            &oracles,
        );
        let result = chain.try_send(&[create], &[&authority]);
        let name = result.err().map(|refused| refused.name);
        let expected = (!accepted).then(|| "rewards::InvalidOracleSet".to_owned());
        assert_eq!(name, expected, "{threshold} of {count}");
    }
}

#[test]
fn more_than_32_oracles_are_refused() {
    let mut chain = Chain::new();
    let (pool, authority, network) = bare_pool(&mut chain);
    // LiteSVM, unlike a cluster, takes a transaction of this size: what is tested is the program.
    for (count, accepted) in [(33, false), (32, true)] {
        let oracles = keys(&mut chain, count);
        let create =
            instruction::create_oracle_set(&authority.pubkey(), &network, &pool, 20, &oracles);
        let result = chain.try_send(&[create], &[&authority]);
        let name = result.err().map(|refused| refused.name);
        let expected = (!accepted).then(|| "rewards::InvalidOracleSet".to_owned());
        assert_eq!(name, expected, "{count}");
    }
}

#[test]
fn oracles_are_different_and_have_keys() {
    let mut chain = Chain::new();
    let (pool, authority, network) = bare_pool(&mut chain);
    let twice = {
        let mut oracles = keys(&mut chain, 3);
        oracles[2] = oracles[0];
        oracles
    };
    let zero = {
        let mut oracles = keys(&mut chain, 3);
        oracles[1] = Address::default();
        oracles
    };
    for oracles in [twice, zero] {
        let create =
            instruction::create_oracle_set(&authority.pubkey(), &network, &pool, 2, &oracles);
        chain.refuse("rewards::InvalidOracleSet", &[create], &[&authority]);
    }
}

#[test]
fn only_the_pools_authority_names_oracles_and_only_once() {
    let mut chain = Chain::new();
    let (pool, authority, network) = bare_pool(&mut chain);
    let (stranger, oracles) = (chain.wallet(), keys(&mut chain, 1));
    let create = instruction::create_oracle_set(&authority.pubkey(), &network, &pool, 1, &oracles);
    chain.refuse("rewards::MissingRequiredSignature", &[create.unsigned(0)], &[]);
    chain.refuse("rewards::NotAuthority", &[create.swap(0, &stranger.pubkey())], &[&stranger]);
    chain.send(std::slice::from_ref(&create), &[&authority]);
    chain.refuse("system::Custom(0)", &[create], &[&authority]);
}

#[test]
fn other_accounts_are_refused() {
    let mut chain = Chain::new();
    let (pool, authority, network) = bare_pool(&mut chain);
    let oracles = keys(&mut chain, 1);
    let create = instruction::create_oracle_set(&authority.pubkey(), &network, &pool, 1, &oracles);
    let (forged, kind) = (chain.forge(&pool, &address::STAKING), chain.other_kind(&pool));
    let elsewhere = chain.key().pubkey();
    let at = |pool: &Address| create.swap(2, pool).swap(3, &address::oracle_set(pool));
    chain.refuse("rewards::IllegalOwner", &[at(&forged)], &[&authority]);
    chain.refuse("rewards::InvalidAccountData", &[at(&kind)], &[&authority]);
    chain.refuse("rewards::InvalidSeeds", &[create.swap(3, &elsewhere)], &[&authority]);
}
