use cairn_program_tests::{Chain, Network, Pool, Swap, bump};
use cairn_protocol::emission::Step;
use cairn_sdk::{
    account::{self, EmissionStep, PoolTerms, Splits},
    address,
    event::{Event, RewardsEvent},
    instruction::{self, PoolSpec},
    rewards::{
        accounts::POOL_DISCRIMINATOR,
        types::{EpochBurn, PoolCreated},
    },
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;

const BYTES: usize = 8 + 3_840;

/// A chain with a network and a mint, and an instruction that creates a pool like `spec`.
struct Bench {
    chain: Chain,
    network: Network,
    mint: (Address, Keypair),
    spec: PoolSpec,
}

impl Bench {
    fn new() -> Self {
        let mut chain = Chain::new();
        let network = Network::create(&mut chain, "n");
        let mint = chain.mint();
        let spec = Pool::spec(chain.key().pubkey());
        Self { chain, network, mint, spec }
    }

    fn create(&self, spec: &PoolSpec) -> Instruction {
        let authority = self.network.authority.pubkey();
        instruction::create_pool(&authority, &self.network.address, &self.mint.0, spec)
    }

    #[track_caller]
    fn refuse(&mut self, name: &str, create: Instruction) {
        self.chain.refuse(name, &[create], &[&self.network.authority]);
    }
}

fn step(first_epoch: u64, per_epoch: u64) -> Step {
    Step::constant(first_epoch, per_epoch)
}

#[test]
fn a_pool_is_created_with_an_empty_vault() {
    let mut bench = Bench::new();
    let wallet = bench.network.authority.pubkey();
    let before = bench.chain.lamports(&wallet);
    let create = bench.create(&bench.spec);
    let sent = bench.chain.send(&[create], &[&bench.network.authority]);
    let Bench { chain, network, mint, spec } = bench;

    let pool = address::pool(&network.address, &mint.0);
    let vault = address::vault(&pool);
    let bond_vault = address::bond_vault(&pool);
    let empty = EmissionStep {
        first_epoch: 0,
        per_epoch: 0,
        keep_ppb: 0,
        every_epochs: 0,
        times: 0,
        reserved: 0,
    };
    let mut steps = std::array::from_fn(|_| empty.clone());
    steps[0] = EmissionStep { per_epoch: 1_000_000, keep_ppb: 1_000_000_000, ..empty.clone() };
    steps[1] = EmissionStep { first_epoch: 10, per_epoch: 500_000, ..steps[0].clone() };
    let no_terms = PoolTerms {
        retention_seconds: 0,
        ..instruction::plain_terms(Address::default(), 0).into()
    };
    let no_splits = Splits { operators: 0, delegators: 0, oracles: 0, treasury: 0 };
    assert_eq!(
        chain.read::<account::Pool>(&pool),
        account::Pool {
            discriminator: POOL_DISCRIMINATOR,
            network: network.address,
            mint: mint.0,
            token_program: address::TOKEN_PROGRAM,
            vault,
            bond_vault,
            rent_payer: wallet,
            root: [0; 32],
            usage_root: [0; 32],
            root_sum: 0,
            root_epoch: 0,
            claimed_total: 0,
            window_outflow: 0,
            window_at: 0,
            usage_sum: 0,
            delegators_total: 0,
            delegators_paid: 0,
            oracles_total: 0,
            oracles_paid: 0,
            treasury_total: 0,
            treasury_paid: 0,
            genesis_at: spec.genesis_at,
            close_at: 0,
            terms: spec.terms.into(),
            pending_terms: no_terms,
            pending_terms_at: 0,
            splits: spec.splits.into(),
            pending_splits: no_splits,
            pending_splits_epoch: 0,
            folded_epoch: 0,
            folded_emitted: 0,
            remint_folded: 0,
            remint_folded_epoch: 0,
            epoch_seconds: 3_600,
            leaf_count: 0,
            claimant_count: 0,
            proposal_count: 0,
            mode: 0,
            decimals: 6,
            names_mint: 0,
            has_oracle_set: 0,
            has_credit_market: 0,
            step_count: 2,
            version: 1,
            bump: bump(&[b"pool", network.address.as_ref(), mint.0.as_ref()], &address::REWARDS),
            vault_bump: bump(&[b"vault", pool.as_ref()], &address::REWARDS),
            bond_vault_bump: bump(&[b"bond-vault", pool.as_ref()], &address::REWARDS),
            reserved: [0; 246],
            burns: std::array::from_fn(|_| EpochBurn { epoch: 0, burned: 0, remint: 0 }),
            steps,
        }
    );
    assert_eq!(chain.raw(&pool).data.len(), BYTES);

    let account = chain.raw(&vault);
    assert_eq!(account.owner, address::TOKEN_PROGRAM);
    assert_eq!(account.data.len(), 165);
    assert_eq!(account.data[..32], mint.0.to_bytes());
    assert_eq!(account.data[32..64], pool.to_bytes());
    assert_eq!(chain.tokens(&vault), 0);
    // No delegate, no close authority.
    assert_eq!(account.data[72..76], [0; 4]);
    assert_eq!(account.data[129..133], [0; 4]);

    assert_eq!(chain.lamports(&pool), chain.rent(BYTES));
    assert_eq!(chain.lamports(&vault), chain.rent(165));
    assert_eq!(chain.lamports(&wallet), before - chain.rent(BYTES) - 2 * chain.rent(165));
    let event = PoolCreated {
        pool,
        network: network.address,
        mint: mint.0,
        genesis_at: spec.genesis_at,
        epoch_seconds: 3_600,
        mode: 0,
        splits: spec.splits.into(),
        terms: spec.terms.into(),
    };
    assert_eq!(sent.events, [Event::Rewards(RewardsEvent::PoolCreated(event))]);
}

#[test]
fn an_emission_table_has_up_to_64_steps_in_order() {
    let mut bench = Bench::new();
    let many = |count| (0..count).map(|n| step(n, n)).collect::<Vec<_>>();
    let refused: [Vec<Step>; 5] = [
        many(65),
        vec![],
        vec![step(1, 5)],
        vec![step(0, 5), step(7, 4), step(7, 3)],
        vec![step(0, 5), step(7, 4), step(6, 3)],
    ];
    for steps in refused {
        let create = bench.create(&PoolSpec { steps, ..bench.spec.clone() });
        bench.refuse("rewards::InvalidEmission", create);
    }
    let create = bench.create(&PoolSpec { steps: many(64), ..bench.spec.clone() });
    bench.chain.send(&[create], &[&bench.network.authority]);
    let pool = bench.chain.read(&address::pool(&bench.network.address, &bench.mint.0));
    assert_eq!(account::emission_steps(&pool), many(64));
}

/// LiteSVM takes larger transactions than a cluster; this many steps can really be sent.
#[test]
fn sixteen_steps_fit_a_transaction() {
    let mut bench = Bench::new();
    let steps = (0..16).map(|n| step(n, n)).collect();
    let create = bench.create(&PoolSpec { steps, ..bench.spec.clone() });
    let sent = bench.chain.send(&[create], &[&bench.network.authority]);
    assert!(sent.bytes <= 1_232, "{}", sent.bytes);
}

#[test]
fn an_epoch_has_a_length_and_the_treasury_an_address() {
    let mut bench = Bench::new();
    let create = bench.create(&PoolSpec { epoch_seconds: 0, ..bench.spec.clone() });
    bench.refuse("rewards::InvalidEpochLength", create);
    let create = bench.create(&PoolSpec {
        terms: instruction::plain_terms(Address::default(), 1),
        ..bench.spec.clone()
    });
    bench.refuse("rewards::InvalidKey", create);
}

#[test]
fn only_the_networks_authority_creates_pools() {
    let mut bench = Bench::new();
    let other = Network::create(&mut bench.chain, "other");
    let create = bench.create(&bench.spec);
    bench.chain.refuse("rewards::MissingRequiredSignature", &[create.unsigned(0)], &[]);
    let by_other = create.swap(0, &other.authority.pubkey());
    bench.chain.refuse("rewards::NotAuthority", &[by_other], &[&other.authority]);
}

#[test]
fn a_network_has_one_pool_per_mint() {
    let mut bench = Bench::new();
    let create = bench.create(&bench.spec);
    bench.chain.send(std::slice::from_ref(&create), &[&bench.network.authority]);
    bench.refuse("system::Custom(0)", create);
    let second = bench.chain.mint();
    let create = instruction::create_pool(
        &bench.network.authority.pubkey(),
        &bench.network.address,
        &second.0,
        &bench.spec,
    );
    bench.chain.send(&[create], &[&bench.network.authority]);
}

#[test]
fn lamports_sent_to_the_addresses_before_do_not_block_them() {
    let mut bench = Bench::new();
    let pool = address::pool(&bench.network.address, &bench.mint.0);
    let dust = bench.chain.rent(0);
    bench.chain.dust(&pool, dust);
    bench.chain.dust(&address::vault(&pool), dust);
    let create = bench.create(&bench.spec);
    bench.chain.send(&[create], &[&bench.network.authority]);
    assert_eq!(bench.chain.read::<account::Pool>(&pool).mint, bench.mint.0);
}

#[test]
fn other_accounts_are_refused() {
    let mut bench = Bench::new();
    let create = bench.create(&bench.spec);
    let forged = bench.chain.forge(&bench.network.address, &address::STAKING);
    let kind = bench.chain.other_kind(&bench.network.address);
    let other_mint = bench.chain.mint();
    let forged_mint = bench.chain.forge(&bench.mint.0, &address::STAKING);
    let token_account = bench.chain.token_account(&bench.network.authority.pubkey(), &bench.mint.0);
    let elsewhere = bench.chain.key().pubkey();
    let at = |network: &Address, mint: &Address| {
        let pool = address::pool(network, mint);
        create
            .swap(1, network)
            .swap(2, mint)
            .swap(3, &pool)
            .swap(4, &address::vault(&pool))
            .swap(5, &address::bond_vault(&pool))
    };
    let network = bench.network.address;
    let cases = [
        ("forged network", at(&forged, &bench.mint.0), "IllegalOwner"),
        ("no network", at(&kind, &bench.mint.0), "InvalidAccountData"),
        ("another mint's pool", create.swap(2, &other_mint.0), "InvalidSeeds"),
        ("forged mint", at(&network, &forged_mint), "InvalidMint"),
        ("no mint", at(&network, &token_account), "InvalidMint"),
        ("another pool address", create.swap(3, &elsewhere), "InvalidSeeds"),
        ("another bond vault address", create.swap(5, &elsewhere), "InvalidSeeds"),
        ("another vault address", create.swap(4, &elsewhere), "InvalidSeeds"),
        ("Token-2022", create.swap(6, &address::TOKEN_2022_PROGRAM), "InvalidMint"),
        ("no system program", create.swap(7, &address::STAKING), "IncorrectProgramId"),
    ];
    for (what, create, name) in cases {
        let refused = bench.chain.try_send(&[create], &[&bench.network.authority]);
        assert_eq!(refused.unwrap_err().name, format!("rewards::{name}"), "{what}");
    }
}

/// A mint of Token-2022 with these extensions, as raw bytes: type, then that many zeros.
fn mint_2022(chain: &mut Chain, extensions: &[(u16, u16)]) -> Address {
    let (plain, _) = chain.mint();
    let mut account = chain.raw(&plain);
    account.owner = address::TOKEN_2022_PROGRAM;
    if !extensions.is_empty() {
        account.data.resize(165, 0);
        account.data.push(1);
        for (kind, length) in extensions {
            account.data.extend_from_slice(&kind.to_le_bytes());
            account.data.extend_from_slice(&length.to_le_bytes());
            account.data.resize(account.data.len() + usize::from(*length), 0);
        }
    }
    let mint = chain.key().pubkey();
    chain.svm.set_account(mint, account).unwrap();
    mint
}

/// The name of the refusal of a pool for `mint`, if it is refused.
fn refusal_of(bench: &mut Bench, mint: &Address) -> Option<String> {
    let spec = PoolSpec { token_program: address::TOKEN_2022_PROGRAM, ..bench.spec.clone() };
    let authority = bench.network.authority.pubkey();
    let create = instruction::create_pool(&authority, &bench.network.address, mint, &spec);
    let result = bench.chain.try_send(&[create], &[&bench.network.authority]);
    result.err().map(|refused| refused.name)
}

#[test]
fn a_mint_that_could_take_freeze_or_distort_rewards_is_refused() {
    let mut bench = Bench::new();
    // Metadata, groups and their members harm nobody; everything else that is known and everything
    // that will ever be does, wherever it stands in the list.
    let harmless = [18, 19, 20, 21, 22, 23];
    for kind in (2u16..40).chain([999, u16::MAX]).filter(|kind| !harmless.contains(kind)) {
        for extensions in [vec![(kind, 32)], vec![(18, 64), (kind, 0)]] {
            let mint = mint_2022(&mut bench.chain, &extensions);
            let name = refusal_of(&mut bench, &mint);
            assert_eq!(name.as_deref(), Some("rewards::HostileMint"), "{extensions:?}");
        }
    }
    // An extension that claims more bytes than there are.
    let mint = mint_2022(&mut bench.chain, &[(18, 64)]);
    let cut = bench.chain.raw(&mint);
    let cut = solana_account::Account { data: cut.data[..cut.data.len() - 1].to_vec(), ..cut };
    bench.chain.svm.set_account(mint, cut).unwrap();
    assert_eq!(refusal_of(&mut bench, &mint).as_deref(), Some("rewards::HostileMint"));
}

/// A forfeited bond could not be burned.
#[test]
fn wrapped_lamports_are_refused() {
    let mut bench = Bench::new();
    let account = bench.chain.raw(&bench.mint.0);
    let native = Address::from_str_const("So11111111111111111111111111111111111111112");
    bench.chain.svm.set_account(native, account).unwrap();
    let spec = bench.spec.clone();
    let authority = bench.network.authority.pubkey();
    let create = instruction::create_pool(&authority, &bench.network.address, &native, &spec);
    let refused = bench.chain.try_send(&[create], &[&bench.network.authority]).unwrap_err();
    assert_eq!(refused.name, "rewards::HostileMint");
}

#[test]
fn a_token_account_of_token_2022_is_no_mint() {
    let mut bench = Bench::new();
    let mint = mint_2022(&mut bench.chain, &[(18, 64)]);
    bench.chain.poke(&mint, 165, &[2]);
    assert_eq!(refusal_of(&mut bench, &mint).as_deref(), Some("rewards::InvalidMint"));
    let uninitialized = mint_2022(&mut bench.chain, &[]);
    bench.chain.poke(&uninitialized, 45, &[0]);
    assert_eq!(refusal_of(&mut bench, &uninitialized).as_deref(), Some("rewards::InvalidMint"));
}

#[test]
fn a_mint_of_token_2022_is_taken_with_or_without_fees() {
    let mut bench = Bench::new();
    let plain = mint_2022(&mut bench.chain, &[]);
    assert_eq!(refusal_of(&mut bench, &plain), None);
    let (fee, _) = bench.chain.mint_with_fee(100);
    assert_eq!(refusal_of(&mut bench, &fee), None);
    for (mint, bytes) in [(plain, 165), (fee, 178)] {
        let pool = address::pool(&bench.network.address, &mint);
        let state: account::Pool = bench.chain.read(&pool);
        assert_eq!((state.names_mint, state.token_program), (1, address::TOKEN_2022_PROGRAM));
        for vault in [state.vault, state.bond_vault] {
            assert_eq!(bench.chain.raw(&vault).data.len(), bytes);
            assert_eq!(bench.chain.raw(&vault).data[32..64], pool.to_bytes());
        }
    }
}

#[test]
fn to_mint_the_pool_must_be_the_mints_authority() {
    let mut bench = Bench::new();
    let spec = PoolSpec { mints: true, ..bench.spec.clone() };
    let create = bench.create(&spec);
    bench.refuse("rewards::NotMintAuthority", create.clone());
    let pool = address::pool(&bench.network.address, &bench.mint.0);
    let mint = (bench.mint.0, bench.mint.1.insecure_clone());
    bench.chain.give_mint_authority(&mint, &pool, &address::TOKEN_PROGRAM);
    bench.chain.send(&[create], &[&bench.network.authority]);
    assert_eq!(bench.chain.read::<account::Pool>(&pool).mode, 1);
}

#[test]
fn splits_and_terms_are_checked() {
    let mut bench = Bench::new();
    let splits = Splits { operators: 9_999, ..bench.spec.splits.into() };
    let create = bench.create(&PoolSpec { splits: (&splits).into(), ..bench.spec.clone() });
    bench.refuse("rewards::InvalidSplits", create);
    let terms = PoolTerms { challenge_burn_bps: 10_001, ..bench.spec.terms.into() };
    let create = bench.create(&PoolSpec { terms: (&terms).into(), ..bench.spec.clone() });
    bench.refuse("rewards::InvalidTerms", create);
    let mut create = bench.create(&bench.spec);
    // After genesis and the epoch's length.
    create.data[8 + 8 + 4] = 2;
    bench.refuse("rewards::InvalidMode", create);
}
