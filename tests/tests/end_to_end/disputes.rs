//! A network whose third oracle lies: what it proposes is challenged and falls, the others' epochs
//! become final, and every bond and part arrives where the terms say.

use super::{ONE_AT_A_TIME, root};
use cairn_cli::{
    network::{self, CreatedNetwork, MintChoice, NetworkSpec},
    onboard::{self, Target},
    oracle::Oracles,
    replay,
};
use cairn_device::{
    MakerSigner,
    replay::{Fleet, FleetSettings, Frame, Schedule},
    sender::SenderSettings,
};
use cairn_protocol::{emission::Step, hash::sha256, proposal::ProposalContent};
use cairn_scenarios::{
    chain::Chain,
    oracles::{Oracle, OracleSetup, recording_policy},
    scenario::{claim_all, genesis, now_ms},
};
use cairn_sdk::{
    account::{Challenge, Pool, Proposal, Splits},
    address,
    amount::{BasisPoints, Tokens},
    api::StatusView,
    instruction::{self, ClassTermsSpec, PoolKeys, PoolSpec},
    rpc::Client,
    typed,
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;
use std::{
    future::Future,
    num::NonZeroUsize,
    time::{Duration, Instant},
};

const EPOCH_SECONDS: u32 = 10;
const GRACE_MS: u64 = 4_000;
const PER_EPOCH: u64 = 1_000_000_000;
const SPLITS: Splits =
    Splits { operators: 7_000, delegators: 1_500, oracles: 1_000, treasury: 500 };
/// What operators, delegators, the two honest oracles together, and the treasury get of an epoch.
const PARTS: [u64; 4] = [700_000_000, 150_000_000, 100_000_000, 50_000_000];
/// Tokens of each oracle and of the challenger at the start.
const START: u64 = 50_000_000;
const PROPOSAL_BOND: u64 = 10_000_000;
const CHALLENGE_BOND: u64 = 4_000_000;
/// A tenth of a lost bond is burned, the rest is the winner's.
const BURN_BPS: u16 = 1_000;
const UPHELD: [u64; 2] = [9_000_000, 1_000_000];
const DISMISSED: [u64; 2] = [3_600_000, 400_000];

struct World {
    chain: Chain,
    client: Client,
    network: CreatedNetwork,
    keys: PoolKeys,
    fleet: Fleet,
    frames: Vec<Frame>,
    treasury: Keypair,
    challenger: Keypair,
    /// Two that run; the third one's key is used by the test alone.
    oracles: Vec<Oracle>,
    liar: Keypair,
    _folder: tempfile::TempDir,
}

fn pool_spec(network: &Address, treasury: Address) -> PoolSpec {
    let genesis = genesis().unwrap();
    let steps = vec![Step::constant(0, PER_EPOCH)];
    let plain = PoolSpec::simple(genesis, EPOCH_SECONDS, 8, treasury, steps);
    PoolSpec {
        splits: (&SPLITS).into(),
        terms: typed::rewards::PoolTerms {
            delegator_vault: address::reward_vault(&address::stake_pool(network)),
            proposal_bond: Tokens(PROPOSAL_BOND),
            challenge_bond: Tokens(CHALLENGE_BOND),
            challenge_burn_bps: BasisPoints(BURN_BPS),
            resolution_window_seconds: 60,
            ..plain.terms
        },
        ..plain
    }
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let chain = Chain::surfnet().await.unwrap();
        let client = chain.client();
        let seed = sha256(&[b"cairn:disputes"]);
        let all = replay::read(&root().join("testdata/lorawan-frames.ndjson.gz")).unwrap();
        let frames: Vec<Frame> = all.into_iter().step_by(400).collect();
        let hotspots_per_operator = NonZeroUsize::new(3).unwrap();
        let fleet = Fleet::new(&frames, &FleetSettings { seed, hotspots_per_operator });
        let maker = MakerSigner::derive(&seed, "maker");
        let (treasury, challenger, liar) = (Keypair::new(), Keypair::new(), Keypair::new());
        let mut oracles: Vec<Oracle> = (0..2)
            .map(|index| {
                Oracle::new(Keypair::new(), &folder.path().join(format!("oracle-{index}")), None)
                    .unwrap()
            })
            .collect();
        let wallets: Vec<Address> = oracles
            .iter()
            .map(Oracle::address)
            .chain([liar.pubkey(), challenger.pubkey()])
            .collect();
        let payer = &chain.payer;
        let fund: Vec<_> =
            wallets.iter().map(|to| transfer(&payer.pubkey(), to, 10_000_000_000)).collect();
        client.send(&fund, payer, &[]).await.unwrap();
        let name = "liars";
        let spec = NetworkSpec {
            name: name.into(),
            symbol: "LIE".into(),
            settle_seconds: EPOCH_SECONDS,
            guardian: payer.pubkey(),
            license_issuer: payer.pubkey(),
            fee_treasury: payer.pubkey(),
            change_delay_seconds: 0,
            category: 0,
            uri: "https://example.org/cairn/lorawan-hotspot.json".into(),
            class_terms: ClassTermsSpec::default(),
            makers: vec![(Address::new_from_array(maker.key()), 10_000)],
            mint: MintChoice::New { decimals: 6 },
            pool: pool_spec(&address::network(&payer.pubkey(), name).unwrap(), treasury.pubkey()),
            oracles: wallets[..3].to_vec(),
            threshold: 2,
            fund: Tokens(1_000_000_000_000),
            cooldown_seconds: 60,
        };
        let network = network::create(&client, payer, &spec).await.unwrap();
        let keys = PoolKeys::from(&client.get::<Pool>(&network.pool).await.unwrap());
        for wallet in &wallets {
            let tokens = [
                instruction::create_associated_token(
                    &payer.pubkey(),
                    wallet,
                    &keys.mint,
                    &keys.token_program,
                ),
                instruction::mint_to(
                    &keys.mint,
                    &keys.token_account(wallet),
                    &payer.pubkey(),
                    Tokens(START),
                ),
            ];
            client.send(&tokens, payer, &[]).await.unwrap();
        }
        let devices = replay::new_devices(&fleet).unwrap();
        let target = Target::read(&client, &network.network, 0).await.unwrap();
        onboard::onboard_all(&client, payer, &target, &maker, &devices).await.unwrap();
        let setup = OracleSetup {
            rpc_url: chain.rpc_url.clone(),
            ws_url: chain.ws_url.clone(),
            pool: network.pool,
            policy: recording_policy(GRACE_MS),
        };
        let urls: Vec<String> = oracles.iter().map(|oracle| oracle.url.clone()).collect();
        for oracle in &mut oracles {
            let peers: Vec<String> =
                urls.iter().filter(|url| **url != oracle.url).cloned().collect();
            oracle.start(&setup, &peers).unwrap();
        }
        let api = Oracles::new(&urls).unwrap();
        replay::wait_for_devices(&api, devices.len() as u64).await.unwrap();
        Self {
            chain,
            client,
            network,
            keys,
            fleet,
            frames,
            treasury,
            challenger,
            oracles,
            liar,
            _folder: folder,
        }
    }

    async fn send(&self, instructions: &[Instruction], signers: &[&Keypair]) {
        self.client.send(instructions, &self.chain.payer, signers).await.unwrap();
    }

    async fn tokens(&self, wallet: &Address) -> u64 {
        self.client.token_balance(&self.keys.token_account(wallet)).await.unwrap().0
    }

    async fn supply(&self) -> u64 {
        let mint = self.client.account(&self.keys.mint).await.unwrap().unwrap();
        u64::from_le_bytes(mint.data[36..44].try_into().unwrap())
    }

    async fn pool(&self) -> Pool {
        self.client.get(&self.keys.pool).await.unwrap()
    }

    async fn eventually<F: Future<Output = bool>>(
        &self,
        what: &str,
        mut condition: impl FnMut() -> F,
    ) {
        let deadline = Instant::now() + Duration::from_secs(90);
        while !condition().await {
            if Instant::now() > deadline {
                for oracle in &self.oracles {
                    let log = std::fs::read_to_string(oracle.log_file()).unwrap_or_default();
                    let tail: Vec<&str> = log.lines().rev().take(25).collect();
                    eprintln!("{}:", oracle.url);
                    tail.iter().rev().for_each(|line| eprintln!("  {line}"));
                }
                panic!("not within 90 s: {what}");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn wait_for_root(&self, epoch: u64) {
        self.eventually(&format!("root of epoch {epoch}"), || async {
            let pool = self.pool().await;
            pool.leaf_count > 0 && pool.root_epoch == epoch
        })
        .await;
    }

    /// Sends half of the recording in the next epoch; returns that epoch and when it ends.
    async fn replay_half(&mut self, half: usize) -> (u64, u64) {
        let epochs = replay::epochs(&self.pool().await).unwrap();
        let epoch_ms = u64::from(EPOCH_SECONDS) * 1_000;
        let epoch =
            epochs.epoch_of((now_ms().unwrap() + 1_000).max(epochs.genesis_ms())).unwrap() + 1;
        let start_ms = epochs.genesis_ms() + epoch * epoch_ms;
        let urls = self.oracles.iter().map(|oracle| oracle.url.clone()).collect();
        let frames = self.frames.len() / 2;
        let report = replay::replay(
            &self.frames[half * frames..(half + 1) * frames],
            &mut self.fleet,
            &self.network.network,
            epochs,
            Schedule { start_ms, span_ms: epoch_ms - 2_000 },
            &SenderSettings::new(urls),
        )
        .await
        .unwrap();
        assert!(report.accepted > 0, "{report:?}");
        assert_eq!(report.disagreements.len(), 0, "{report:?}");
        (epoch, start_ms + epoch_ms)
    }

    fn challenge(&self, proposal: &Address) -> Instruction {
        let challenger = self.challenger.pubkey();
        let source = self.keys.token_account(&challenger);
        instruction::challenge(&challenger, &self.keys, proposal, [7; 32], &source)
    }

    async fn outcome(&self, proposal: &Address) -> Challenge {
        let at = address::challenge(proposal);
        let resolved = async || {
            let challenge: Challenge = self.client.get(&at).await.unwrap();
            Some(challenge).filter(|challenge| challenge.outcome != 0)
        };
        self.eventually("a decision", || async { resolved().await.is_some() }).await;
        resolved().await.unwrap()
    }

    async fn close_challenge(&self, proposal: &Address) {
        let challenger = self.challenger.pubkey();
        self.send(&[instruction::close_challenge(&self.keys, proposal, &challenger)], &[]).await;
    }

    async fn statuses(&self) -> Vec<StatusView> {
        let http = reqwest::Client::new();
        let mut statuses = Vec::new();
        for oracle in &self.oracles {
            let url = format!("{}/v1/status", oracle.url);
            statuses.push(http.get(url).send().await.unwrap().json().await.unwrap());
        }
        statuses
    }

    /// How often the two oracles did something.
    async fn sent(&self, action: &str) -> u64 {
        let statuses = self.statuses().await;
        statuses.iter().map(|status| status.sent.get(action).copied().unwrap_or(0)).sum()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_liars_root_falls_an_unfounded_challenge_too_and_everybody_is_paid() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let mut world = World::new().await;
    let supply = world.supply().await;

    // The liar proposes everything that was ever emitted for operators to itself, as soon as the
    // epoch is over. Somebody who got hold of another oracle's key attests. The challenger saw it.
    let (first, ends_ms) = world.replay_half(0).await;
    let lie = ProposalContent {
        root: [0x11; 32],
        root_sum: (first + 1) * PARTS[0],
        leaf_count: 1,
        manifest_hash: [0x22; 32],
        penalties_root: [0; 32],
        penalties_sum: 0,
        usage_root: [0; 32],
        usage_sum: 0,
    };
    let (liar, pool) = (world.liar.pubkey(), world.keys.pool);
    let lied = address::proposal(&pool, first, &lie.hash());
    let source = world.keys.token_account(&liar);
    let propose = instruction::propose(&liar, &world.keys, first, &lie, Some(&source));
    let wait_ms = (ends_ms + 300).saturating_sub(now_ms().unwrap());
    tokio::time::sleep(Duration::from_millis(wait_ms)).await;
    world
        .eventually("the epoch's end by the chain's clock", || async {
            world
                .client
                .simulate(std::slice::from_ref(&propose), &world.chain.payer.pubkey())
                .await
                .is_ok()
        })
        .await;
    world.send(&[propose], &[&world.liar]).await;
    let attest = instruction::attest(&world.oracles[1].address(), &pool, &lied);
    let challenge = world.challenge(&lied);
    world.send(&[attest, challenge], &[&world.oracles[1].keypair, &world.challenger]).await;
    assert_eq!(world.tokens(&liar).await, START - PROPOSAL_BOND);
    assert_eq!(world.tokens(&world.challenger.pubkey()).await, START - CHALLENGE_BOND);

    // The oracles compute the epoch, propose what is right, and uphold the challenge.
    let upheld = world.outcome(&lied).await;
    assert_eq!((upheld.outcome, upheld.bond), (1, CHALLENGE_BOND + UPHELD[0]));
    assert_eq!(upheld.upholding.count_ones(), 2);
    let rejected: Proposal = world.client.get(&lied).await.unwrap();
    assert_eq!((rejected.status, rejected.bond), (2, 0));
    assert_eq!(world.supply().await, supply - UPHELD[1]);
    world.close_challenge(&lied).await;
    assert_eq!(world.tokens(&world.challenger.pubkey()).await, START + UPHELD[0]);
    world.wait_for_root(first).await;
    let state = world.pool().await;
    assert_ne!(state.root, lie.root);
    assert_eq!(state.root_sum, PARTS[0], "what one epoch emits for operators, and no more");
    assert_eq!((world.sent("vote_uphold").await, world.sent("vote_dismiss").await), (2, 0));
    assert_eq!(world.sent("reject_proposal").await, 0);

    // Another epoch. Now the challenger is wrong.
    let (second, _) = world.replay_half(1).await;
    let right = async || {
        let found = world.client.proposals(&pool, second).await.unwrap();
        found.into_iter().find(|(_, proposal)| proposal.quorum_at != 0)
    };
    world.eventually("a quorum", || async { right().await.is_some() }).await;
    let (right, proposal) = right().await.unwrap();
    world.send(&[world.challenge(&right)], &[&world.challenger]).await;
    let dismissed = world.outcome(&right).await;
    assert_eq!((dismissed.outcome, dismissed.bond), (2, 0));
    world.wait_for_root(second).await;
    assert_eq!(world.pool().await.root_sum, 2 * PARTS[0]);
    assert_eq!(world.supply().await, supply - UPHELD[1] - DISMISSED[1]);
    assert_eq!(world.sent("vote_dismiss").await, 2);

    // Bonds and parts go where they belong without anybody asking.
    let expected = |oracle: &Address| {
        let prize = if *oracle == proposal.proposer { DISMISSED[0] } else { 0 };
        START + PARTS[2] + prize
    };
    for oracle in &world.oracles {
        let key = oracle.address();
        world
            .eventually("the oracle's tokens", || async {
                world.tokens(&key).await == expected(&key)
            })
            .await;
    }
    let delegators = address::reward_vault(&world.network.stake_pool);
    world
        .eventually("the delegators' part", || async {
            world.client.token_balance(&delegators).await.unwrap() == Tokens(2 * PARTS[1])
        })
        .await;
    let treasury = world.treasury.pubkey();
    world
        .eventually("the treasury's part", || async {
            world.tokens(&treasury).await == 2 * PARTS[3]
        })
        .await;
    let bond_vault = world.client.token_balance(&world.keys.bond_vault()).await.unwrap();
    assert_eq!(bond_vault, Tokens(0));
    assert_eq!(world.tokens(&world.challenger.pubkey()).await, START + UPHELD[0] - CHALLENGE_BOND);
    assert_eq!(world.tokens(&liar).await, START - PROPOSAL_BOND);
    for part in ["pay_delegators", "pay_treasury", "pay_oracle"] {
        assert!((1..=4).contains(&world.sent(part).await), "{part}");
    }

    // And operators claim against the right root.
    let api = Oracles::new(&[world.oracles[0].url.clone()]).unwrap();
    world.eventually("the root is served", || async { api.serves(second).await.unwrap() }).await;
    let mut wallets: Vec<(String, Address)> = world
        .fleet
        .operators()
        .iter()
        .map(|operator| (operator.id.clone(), Address::new_from_array(operator.secret.address())))
        .collect();
    wallets.push(("treasury".into(), treasury));
    claim_all(&world.chain, &world.client, &api, &world.network, &wallets).await.unwrap();
    let mut claimed = 0;
    for (_, operator) in &wallets {
        claimed += world.tokens(operator).await;
    }
    assert_eq!(claimed, 2 * PARTS[0] + 2 * PARTS[3]);
    let vault = world.client.token_balance(&world.network.vault).await.unwrap();
    assert_eq!(vault, Tokens(1_000_000_000_000 - 2 * PER_EPOCH));
    for oracle in &mut world.oracles {
        oracle.check_alive().unwrap();
    }
}
