use cairn_program_tests::{Chain, NOW, Network, Pool, StakePool, Swap, bump, cases, mint_2022};
use cairn_sdk::{
    account,
    address::{self, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    amount::BasisPoints,
    event::{Event, StakingEvent},
    instruction::StakePoolSpec,
    staking::types::StakePoolCreated,
};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;

const BYTES: usize = 8 + 792;

fn prepared() -> (Chain, StakePool) {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let mint = chain.mint();
    let pool = StakePool::prepare(&mut chain, &network, mint, TOKEN_PROGRAM);
    (chain, pool)
}

fn refuse(
    chain: &mut Chain,
    pool: &StakePool,
    name: &str,
    change: impl FnOnce(&mut StakePoolSpec),
) {
    let mut spec = StakePool::spec(pool.treasury);
    change(&mut spec);
    chain.refuse(name, &[pool.creation(&spec)], &[&pool.authority, &pool.payer]);
}

#[test]
fn a_stake_pool_is_created_with_two_empty_vaults() {
    let (mut chain, pool) = prepared();
    let spec = StakePool::spec(pool.treasury);
    let before = chain.lamports(&pool.payer.pubkey());
    let sent = chain.send(&[pool.creation(&spec)], &[&pool.authority, &pool.payer]);
    let account = pool.read(&chain);
    assert_eq!(account.network, pool.stake.network);
    assert_eq!(account.rewards_pool, pool.rewards.address);
    assert_eq!((account.mint, account.token_program), (pool.mint.0, TOKEN_PROGRAM));
    assert_eq!((account.vault, account.reward_vault), (pool.vault, pool.reward_vault));
    assert_eq!(account.reward_mint, pool.reward_mint.0);
    assert_eq!(account.reward_token_program, TOKEN_PROGRAM);
    assert_eq!(account.rent_payer, pool.payer.pubkey());
    assert_eq!(account.terms, spec.terms.into());
    assert_eq!((account.pending_terms_at, account.created_at), (0, NOW));
    assert_eq!(account.settle_seconds, Network::SETTLE_SECONDS);
    assert_eq!(account.least_cooldown_seconds, Pool::EPOCH_SECONDS);
    assert_eq!(account.period_seconds, StakePool::PERIOD_SECONDS);
    assert_eq!(account.max_lock_periods, StakePool::MAX_LOCK_PERIODS);
    let of = |seeds: &[&[u8]]| bump(seeds, &address::STAKING);
    assert_eq!(account.bump, of(&[b"stake-pool", pool.stake.network.as_ref()]));
    assert_eq!(account.vault_bump, of(&[b"stake-vault", pool.address.as_ref()]));
    assert_eq!(account.reward_vault_bump, of(&[b"reward-vault", pool.address.as_ref()]));
    assert_eq!((account.version, account.reserved), (1, [0; 131]));
    assert_eq!(
        (account.bonded_total, account.delegated_total, account.weighted, account.period),
        (0, 0, 0, 0)
    );
    for (vault, mint) in [(pool.vault, pool.mint.0), (pool.reward_vault, pool.reward_mint.0)] {
        let raw = chain.raw(&vault);
        assert_eq!((raw.owner, raw.data.len()), (TOKEN_PROGRAM, 165));
        assert_eq!(raw.data[..32], mint.to_bytes());
        assert_eq!(raw.data[32..64], pool.address.to_bytes());
        assert_eq!(raw.data[72..76], [0; 4], "no delegate");
        assert_eq!(raw.data[129..133], [0; 4], "no close authority");
        assert_eq!(chain.lamports(&vault), chain.rent(165));
    }
    assert_eq!(chain.raw(&pool.address).data.len(), BYTES);
    let rent = chain.rent(BYTES) + 2 * chain.rent(165);
    assert_eq!(chain.lamports(&pool.payer.pubkey()), before - rent);
    let event = StakePoolCreated {
        stake_pool: pool.address,
        network: pool.stake.network,
        rewards_pool: pool.rewards.address,
        mint: pool.mint.0,
        terms: spec.terms.into(),
        period_seconds: spec.period_seconds,
        max_lock_periods: spec.max_lock_periods,
    };
    assert_eq!(sent.events, [Event::Staking(StakingEvent::StakePoolCreated(event))]);
}

#[test]
fn a_token_2022_mint_gets_a_vault_with_room_for_its_fees() {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let pool = StakePool::create_with_fee(&mut chain, &network);
    let raw = chain.raw(&pool.vault);
    assert_eq!(raw.owner, TOKEN_2022_PROGRAM);
    assert!(raw.data.len() > 165);
    assert_eq!(chain.read::<account::StakePool>(&pool.address).token_program, TOKEN_2022_PROGRAM);
}

#[test]
fn only_the_networks_authority_creates_it_and_only_once() {
    let mut case = cases::staking::create_stake_pool();
    let stranger = case.chain.wallet();
    let create = case.tested().clone();
    let signers: Vec<Keypair> = case.signers.iter().map(Keypair::insecure_clone).collect();
    let (authority, payer) = (&signers[0], &signers[1]);
    case.chain.refuse("staking::MissingRequiredSignature", &[create.unsigned(0)], &[payer]);
    let by_stranger = create.swap(0, &stranger.pubkey());
    case.chain.refuse("staking::NotAuthority", &[by_stranger], &[&stranger, payer]);
    case.chain.send(std::slice::from_ref(&create), &[authority, payer]);
    case.chain.refuse("system::Custom(0)", &[create], &[authority, payer]);
}

#[test]
fn terms_and_periods_outside_their_limits_are_refused() {
    let (mut chain, pool) = prepared();
    refuse(&mut chain, &pool, "staking::InvalidPeriod", |spec| spec.period_seconds = 59);
    refuse(&mut chain, &pool, "staking::InvalidPeriod", |spec| spec.max_lock_periods = 0);
    refuse(&mut chain, &pool, "staking::InvalidKey", |spec| {
        spec.terms.treasury = Address::default()
    });
    let name = "staking::InvalidTerms";
    let day = 86_400;
    refuse(&mut chain, &pool, name, |spec| spec.terms.cooldown_seconds = Pool::EPOCH_SECONDS - 1);
    refuse(&mut chain, &pool, name, |spec| spec.terms.cooldown_seconds = 90 * day + 1);
    refuse(&mut chain, &pool, name, |spec| spec.terms.appeal_window_seconds = 90 * day + 1);
    refuse(&mut chain, &pool, name, |spec| spec.terms.penalty_expiry_seconds = 0);
    refuse(&mut chain, &pool, name, |spec| spec.terms.penalty_expiry_seconds = 365 * day + 1);
    refuse(&mut chain, &pool, name, |spec| spec.terms.penalty_cap_bps = BasisPoints(10_001));
    refuse(&mut chain, &pool, name, |spec| spec.terms.burn_bps.0 += 1);
    refuse(&mut chain, &pool, name, |spec| spec.terms.challenger_bps.0 -= 1);
    // What is reserved stands at the end of the terms, which begin after the discriminator.
    let mut reserved = pool.creation(&StakePool::spec(pool.treasury));
    reserved.data[8 + 52 + 11] = 1;
    chain.refuse(name, &[reserved], &[&pool.authority, &pool.payer]);
    let mut edge = StakePool::spec(pool.treasury);
    edge.terms.cooldown_seconds = Pool::EPOCH_SECONDS;
    edge.terms.appeal_window_seconds = 0;
    edge.terms.penalty_cap_bps = BasisPoints(10_000);
    (edge.period_seconds, edge.max_lock_periods) = (60, 255);
    chain.send(&[pool.creation(&edge)], &[&pool.authority, &pool.payer]);
}

#[test]
fn mints_that_could_harm_stakers_are_refused() {
    let key = [7; 32];
    let with_key = |head: &[u8]| [head, &key].concat();
    // Bytes of the extension, and the data of the instruction that initializes it.
    let hostile: [(&str, (usize, Vec<u8>)); 5] = [
        ("close authority", (32, with_key(&[25, 1]))),
        ("non-transferable", (0, vec![32])),
        ("interest", (52, [&[33, 0][..], &key, &[0, 0]].concat())),
        ("permanent delegate", (32, with_key(&[35]))),
        ("transfer hook", (64, [&[36, 0][..], &key, &key].concat())),
    ];
    for (what, extension) in hostile {
        let mut chain = Chain::new();
        let network = Network::create(&mut chain, "n");
        let mint = mint_2022(&mut chain, &[extension]);
        let pool = StakePool::prepare(&mut chain, &network, mint, TOKEN_2022_PROGRAM);
        let create = pool.creation(&StakePool::spec(pool.treasury));
        let refused = chain.try_send(&[create], &[&pool.authority, &pool.payer]);
        assert_eq!(refused.unwrap_err().name, "staking::HostileMint", "{what}");
    }
    // Metadata and group pointers harm nobody.
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let pointer = |number: u8| (64, [&[number, 0][..], &key, &key].concat());
    let mint = mint_2022(&mut chain, &[pointer(39), pointer(40), pointer(41)]);
    let pool = StakePool::prepare(&mut chain, &network, mint, TOKEN_2022_PROGRAM);
    let create = pool.creation(&StakePool::spec(pool.treasury));
    chain.send(&[create], &[&pool.authority, &pool.payer]);
}

#[test]
fn lamports_sent_to_the_addresses_before_do_not_block_them() {
    let (mut chain, pool) = prepared();
    let rent = chain.rent(0);
    for address in [pool.address, pool.vault, pool.reward_vault] {
        chain.dust(&address, rent);
    }
    let create = pool.creation(&StakePool::spec(pool.treasury));
    chain.send(&[create], &[&pool.authority, &pool.payer]);
}

#[test]
fn other_accounts_are_refused() {
    let (mut chain, pool) = prepared();
    let other = Network::create(&mut chain, "other");
    let foreign = Pool::create(&mut chain, &other);
    let create = pool.creation(&StakePool::spec(pool.treasury));
    let forged = chain.forge(&pool.rewards.address, &address::STAKING);
    let kind = chain.other_kind(&pool.rewards.address);
    let cases = [
        ("another network's rewards", create.swap(3, &foreign.address), "WrongNetwork"),
        ("forged rewards pool", create.swap(3, &forged), "IllegalOwner"),
        ("no rewards pool", create.swap(3, &kind), "InvalidAccountData"),
        ("another reward mint", create.swap(5, &pool.mint.0), "WrongMint"),
        ("another address", create.swap(6, &kind), "InvalidSeeds"),
        ("no token program", create.swap(9, &address::REGISTRY), "IncorrectProgramId"),
    ];
    for (what, create, name) in cases {
        let refused = chain.try_send(&[create], &[&pool.authority, &pool.payer]);
        assert_eq!(refused.unwrap_err().name, format!("staking::{name}"), "{what}");
    }
}
