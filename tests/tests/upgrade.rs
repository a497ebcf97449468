//! A release after this one, rehearsed: a founder deploys today's programs to a validator by the
//! steps in `migrations/`, operators earn and claim, the founder applies the same steps with the
//! next version's build, and the claims go on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use cairn_cli::{
    claim,
    deploy::{self, Build, PROGRAMS},
    failure,
    migrate::{self, Migration, Outcome, Step},
    network::{self, CreatedNetwork, MintChoice, NetworkSpec},
};
use cairn_protocol::{
    emission,
    merkle::{OperatorLeaf, SumTree},
    proposal::ProposalContent,
};
use cairn_scenarios::chain::{Chain, build, find_validator, root};
use cairn_sdk::{
    Error,
    account::{POOL_VERSION_AT, Pool},
    address,
    amount::Tokens,
    instruction::{self, ClassTermsSpec, PoolKeys, PoolSpec},
    rpc::Client,
};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_loader_v3_interface::instruction as loader;
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Tokens in the vault at the start.
const FUND: u64 = 1_000_000;
/// Tokens that each epoch emits.
const PER_EPOCH: u64 = 1_000;
/// Bytes of a pool's account, today and in the next version.
const BYTES: usize = 8 + 3_840;
const NEXT_BYTES: usize = BYTES + 16;

/// A network with three oracles, and two operators that have earned something.
struct Rehearsal {
    chain: Chain,
    client: Client,
    network: CreatedNetwork,
    keys: PoolKeys,
    oracles: Vec<Keypair>,
    operators: [Address; 2],
}

impl Rehearsal {
    async fn create(chain: Chain) -> Self {
        let (client, payer) = (chain.client(), chain.payer.pubkey());
        let oracles: Vec<_> = (0..3).map(|_| Keypair::new()).collect();
        let fund: Vec<_> = oracles
            .iter()
            .map(|oracle| transfer(&payer, &oracle.pubkey(), 1_000_000_000))
            .collect();
        client.send(&fund, &chain.payer, &[]).await.unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        // Epochs 0 to 9 are over.
        let genesis_at = i64::try_from(now).unwrap() - 600;
        let spec = NetworkSpec {
            name: "rehearsal".into(),
            symbol: "REH".into(),
            settle_seconds: 60,
            guardian: payer,
            license_issuer: payer,
            fee_treasury: payer,
            change_delay_seconds: 0,
            category: 3,
            uri: "https://example.org/cairn/class.json".into(),
            class_terms: ClassTermsSpec::default(),
            makers: vec![(Keypair::new().pubkey(), 10)],
            mint: MintChoice::New { decimals: 6 },
            pool: PoolSpec::simple(
                genesis_at,
                60,
                1,
                payer,
                vec![emission::Step::constant(0, PER_EPOCH)],
            ),
            oracles: oracles.iter().map(Signer::pubkey).collect(),
            threshold: 2,
            fund: Tokens(FUND),
            cooldown_seconds: 60,
        };
        let network = network::create(&client, &chain.payer, &spec).await.unwrap();
        let pool: Pool = client.get(&network.pool).await.unwrap();
        let keys = PoolKeys::from(&pool);
        let operators = [Keypair::new().pubkey(), Keypair::new().pubkey()];
        for operator in &operators {
            claim::open(&client, &chain.payer, &keys, operator).await.unwrap();
        }
        Self { chain, client, network, keys, oracles, operators }
    }

    fn leaves(&self, totals: [u64; 2]) -> Vec<OperatorLeaf> {
        let leaf = |(operator, lifetime_total): (&Address, u64)| OperatorLeaf {
            pool: self.keys.pool.to_bytes(),
            operator: operator.to_bytes(),
            lifetime_total,
            devices_root: [7; 32],
        };
        self.operators.iter().zip(totals).map(leaf).collect()
    }

    fn tree(&self, totals: [u64; 2]) -> SumTree {
        SumTree::build(self.leaves(totals).iter().map(OperatorLeaf::node).collect()).unwrap()
    }

    /// Two of the three oracles agree on the operators' lifetime totals, and somebody finalizes.
    async fn finalize(&self, epoch: u64, totals: [u64; 2]) {
        let root = self.tree(totals).root();
        let content = ProposalContent {
            root: root.hash,
            root_sum: root.sum,
            leaf_count: 2,
            manifest_hash: [1; 32],
            penalties_root: [0; 32],
            penalties_sum: 0,
            usage_root: [0; 32],
            usage_sum: 0,
        };
        let proposal = address::proposal(&self.keys.pool, epoch, &content.hash());
        let [first, second, _] = self.oracles.as_slice() else { panic!("three oracles") };
        let propose = instruction::propose(&first.pubkey(), &self.keys, epoch, &content, None);
        self.client.send(&[propose], first, &[]).await.unwrap();
        let attest = instruction::attest(&second.pubkey(), &self.keys.pool, &proposal);
        self.client.send(&[attest], second, &[]).await.unwrap();
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let finalize = instruction::finalize(&self.keys, &proposal);
            match self.client.send(&[finalize], &self.chain.payer, &[]).await {
                Ok(_) => break,
                Err(error) => {
                    assert_eq!(error.program_error_name(), Some("ChallengeWindowOpen"), "{error}");
                    assert!(Instant::now() < deadline, "the challenge window did not end");
                }
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn claim(&self, operator: usize, totals: [u64; 2]) -> Result<(), Error> {
        let leaf = self.leaves(totals).remove(operator);
        let index = u32::try_from(operator).unwrap();
        let proof = self.tree(totals).prove(index).unwrap();
        let claim = instruction::claim(&self.keys, &leaf, index, &proof, &[]);
        self.client.send(&[claim], &self.chain.payer, &[]).await.map(|_| ())
    }

    /// What the operators have, and that the vault and the pool's books agree with it.
    async fn expect_paid(&self, expected: [u64; 2]) {
        let mut paid = Vec::new();
        for operator in &self.operators {
            let account = self.keys.token_account(operator);
            paid.push(self.client.token_balance(&account).await.unwrap().0);
        }
        assert_eq!(paid, expected);
        let all: u64 = expected.iter().sum();
        let vault = self.client.token_balance(&self.network.vault).await.unwrap().0;
        assert_eq!(vault, FUND - all);
        let pool: Pool = self.client.get(&self.keys.pool).await.unwrap();
        assert_eq!(pool.claimed_total, all);
    }

    /// The pool's bytes.
    async fn pool_data(&self) -> Vec<u8> {
        self.client.account(&self.keys.pool).await.unwrap().unwrap().data
    }
}

/// Today's build with the rewards program's next version in it.
fn next_build(folder: &tempfile::TempDir) -> Build {
    let today = build().folder;
    for program in PROGRAMS {
        let file = format!("cairn_{}.so", program.name);
        std::fs::copy(today.join(&file), folder.path().join(&file)).unwrap();
    }
    let next = today.join("next/cairn_rewards.so");
    std::fs::copy(&next, folder.path().join("cairn_rewards.so")).unwrap_or_else(|error| {
        panic!("{}: {error}; run `scripts/build-programs --next`", next.display())
    });
    Build::new(folder.path())
}

/// How many things each step did.
fn work(outcomes: &[Outcome]) -> Vec<usize> {
    outcomes.iter().map(|outcome| outcome.work.len()).collect()
}

fn code<T: std::fmt::Debug>(result: anyhow::Result<T>) -> String {
    failure::describe(&result.unwrap_err()).code
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_pay_before_and_after_an_upgrade_with_a_migration() {
    let Some(validator) = find_validator() else {
        let required = std::env::var_os("CAIRN_REQUIRE_VALIDATOR").is_some_and(|v| v == "1");
        assert!(!required, "solana-test-validator is required and missing: run `make validator`");
        eprintln!("SKIPPED: the upgrade needs solana-test-validator; `make validator` installs it");
        return;
    };
    let chain = Chain::empty_validator(&validator).await.unwrap();
    let steps = migrate::steps(&root().join("migrations")).unwrap();
    let (client, payer) = (chain.client(), chain.payer.insecure_clone());

    deploy_today(&client, &payer, &steps).await;
    let rehearsal = Rehearsal::create(chain).await;
    let first = [600, 400];
    rehearsal.finalize(0, first).await;
    rehearsal.expect_paid([0, 0]).await;
    rehearsal.claim(0, first).await.unwrap();
    rehearsal.expect_paid([600, 0]).await;

    let folder = tempfile::tempdir().unwrap();
    let next = next_build(&folder);
    upgrade(&rehearsal, &next, &steps).await;

    // What was earned before is paid by the root from before.
    rehearsal.claim(1, first).await.unwrap();
    rehearsal.expect_paid([600, 400]).await;
    let again = rehearsal.claim(0, first).await.unwrap_err();
    assert_eq!(again.program_error_name(), Some("NothingToClaim"), "{again}");
    // And the network goes on.
    let second = [1_100, 900];
    rehearsal.finalize(1, second).await;
    for operator in [0, 1] {
        rehearsal.claim(operator, second).await.unwrap();
    }
    rehearsal.expect_paid(second).await;
    let data = rehearsal.pool_data().await;
    assert_eq!(data[BYTES..BYTES + 8], 3u64.to_le_bytes(), "claims since the migration");

    give_up_upgrading(&client, &payer, &next).await;
    let third = [2_000, 1_000];
    rehearsal.finalize(2, third).await;
    rehearsal.claim(0, third).await.unwrap();
    rehearsal.expect_paid([2_000, 900]).await;
}

/// By the numbered steps, onto a chain that has nothing.
async fn deploy_today(client: &Client, payer: &Keypair, steps: &[Step]) {
    let today = build();
    let migration = Migration { client, payer, build: &today };
    assert_eq!(work(&migration.list(steps).await.unwrap()), [3, 0, 0]);
    assert_eq!(work(&migration.run(steps).await.unwrap()), [3, 0, 0]);
    assert_eq!(work(&migration.run(steps).await.unwrap()), [0, 0, 0], "it was done");
    for program in PROGRAMS {
        let deployed = deploy::deployed(client, program).await.unwrap().unwrap();
        assert_eq!(deployed.authority, Some(payer.pubkey().to_string()));
        let built = today.code(program).unwrap();
        assert_eq!(deployed.sha256, deploy::code_hash(&built));
        assert_eq!(deployed.room, built.len() + (built.len() * 25).div_ceil(100));
    }
}

/// The program first and the pool after it, to look at the chain in between; then the steps, which
/// have done it all.
async fn upgrade(rehearsal: &Rehearsal, next: &Build, steps: &[Step]) {
    let (client, payer) = (&rehearsal.client, &rehearsal.chain.payer);
    let migration = Migration { client, payer, build: next };
    let before = rehearsal.pool_data().await;
    assert_eq!((before.len(), before[POOL_VERSION_AT]), (BYTES, 1));
    assert_eq!(work(&migration.list(steps).await.unwrap()), [0, 1, 0]);

    let stranger = Keypair::new();
    client
        .send(&[transfer(&payer.pubkey(), &stranger.pubkey(), 1_000_000_000)], payer, &[])
        .await
        .unwrap();
    let by_stranger = Migration { payer: &stranger, ..migration };
    assert_eq!(code(by_stranger.run(steps).await), "not_upgrade_authority");

    let [deploy, upgrade, _] = steps else { panic!("three steps") };
    let done = migration.run(&[deploy.clone(), upgrade.clone()]).await.unwrap();
    assert_eq!(work(&done), [0, 1]);
    // The next version's pools are longer: not one instruction takes this pool for one of them.
    let refused = rehearsal.claim(1, [600, 400]).await.unwrap_err();
    assert_eq!(refused.program_error_name(), Some("UnsupportedVersion"), "{refused}");
    rehearsal.expect_paid([600, 0]).await;
    assert_eq!(rehearsal.pool_data().await, before);

    assert_eq!(work(&migration.list(steps).await.unwrap()), [0, 0, 1]);
    // Whoever it is may migrate, and a run that has nothing to upgrade needs no authority.
    assert_eq!(work(&by_stranger.run(steps).await.unwrap()), [0, 0, 1]);
    assert_eq!(work(&migration.run(steps).await.unwrap()), [0, 0, 0]);
    let after = rehearsal.pool_data().await;
    assert_eq!((after.len(), after[POOL_VERSION_AT]), (NEXT_BYTES, 2));
    assert_eq!(after[..POOL_VERSION_AT], before[..POOL_VERSION_AT]);
    assert_eq!(after[POOL_VERSION_AT + 1..BYTES], before[POOL_VERSION_AT + 1..]);
    assert_eq!(client.pool_versions().await.unwrap(), [(rehearsal.keys.pool, 2)]);

    // Today's program again, by mistake: it touches nothing, and the steps say what is wrong.
    let mistake = Migration { build: &build(), ..migration };
    assert_eq!(code(mistake.run(steps).await), "pool_too_new");
    let refused = rehearsal.claim(1, [600, 400]).await.unwrap_err();
    assert_eq!(refused.program_error_name(), Some("UnsupportedVersion"), "{refused}");
    assert_eq!(rehearsal.pool_data().await, after);
    assert_eq!(work(&migration.run(steps).await.unwrap()), [0, 1, 0]);
}

/// The founder gives the right to upgrade away, after an upgrade that needed more room.
async fn give_up_upgrading(client: &Client, payer: &Keypair, next: &Build) {
    let registry = PROGRAMS[0];
    let room = deploy::deployed(client, registry).await.unwrap().unwrap().room;
    let mut long = next.code(registry).unwrap();
    long.resize(room + 100, 0);
    deploy::upgrade(client, payer, registry, &long).await.unwrap();
    let extended = deploy::deployed(client, registry).await.unwrap().unwrap().room;
    assert_eq!(extended, room + 10_240, "the loader extends by no less");

    let rewards = deploy::program("rewards").unwrap();
    deploy::make_final(client, payer, rewards).await.unwrap();
    let deployed = deploy::deployed(client, rewards).await.unwrap().unwrap();
    assert_eq!(deployed.authority, None);
    let today = build().code(rewards).unwrap();
    assert_eq!(code(deploy::upgrade(client, payer, rewards, &today).await), "program_final");
    assert_eq!(code(deploy::make_final(client, payer, rewards).await), "program_final");

    // The loader says the same to whoever asks it directly.
    let (wallet, buffer) = (payer.pubkey(), Keypair::new());
    let rent = client.rpc().get_minimum_balance_for_rent_exemption(1_037).await.unwrap();
    let create = loader::create_buffer(&wallet, &buffer.pubkey(), &wallet, rent, 1_000).unwrap();
    client.send(&create, payer, &[&buffer]).await.unwrap();
    let upgrade = loader::upgrade(&rewards.address, &buffer.pubkey(), &wallet, &wallet, true);
    let refused = client.send(&[upgrade], payer, &[]).await.unwrap_err();
    assert!(refused.to_string().contains("not upgradeable"), "{refused}");
    let after = deploy::deployed(client, rewards).await.unwrap().unwrap();
    assert_eq!((after.sha256, after.slot), (deployed.sha256, deployed.slot));
}
