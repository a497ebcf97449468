//! One network from creation to claims.

use crate::{
    chain::Chain,
    devices::{Live, LiveReport, Member, Setting, customer, node::Clock},
    oracles::{Oracle, OracleSetup, live_policy, recording_policy},
    outcome::{Judged, proofs},
    summary::{Earning, Spread, Summary, Usage},
};
use anyhow::{Context, Result, bail};
use cairn_cli::{
    claim,
    network::{self, CreatedNetwork, MintChoice, NetworkSpec},
    onboard::{self, Target},
    oracle::Oracles,
    progress::Phase,
    replay, wallet,
};
use cairn_device::{
    MakerSigner,
    replay::{Fleet, FleetSettings, Frame, Schedule},
    sender::{Report, SenderSettings},
};
use cairn_protocol::{
    emission::Step,
    hash::{Hash, sha256},
    onboarding::SignatureScheme,
};
use cairn_sdk::{
    account::{self, Pool, Proposal},
    address,
    amount::Tokens,
    instruction::{self, ClassSpec, ClassTermsSpec, PoolKeys, PoolSpec},
    rpc::Client,
};
use cairn_verify::{Category, Policy};
use futures::{StreamExt, TryStreamExt};
use solana_address::Address;
use solana_signature::Signature;
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;
use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Decimals of the reward mint.
pub const DECIMALS: u8 = 6;
/// Tokens that each epoch emits, in the smallest unit.
pub const PER_EPOCH: u64 = 1_000_000_000;
/// Tokens in the vault at the start.
const FUND: u64 = 1_000_000_000_000;
/// Lamports for each oracle's fees and proposals.
const ORACLE_LAMPORTS: u64 = 10_000_000_000;
/// When after the genesis the first seeds are final and known: a block of solana-test-validator is
/// final after 13 seconds.
const FIRST_SEEDS_MS: u64 = 20_000;
/// Transactions under way at once.
const CONCURRENCY: usize = 16;

/// What happens to an oracle while the proofs flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kill {
    /// Which one, from 0.
    pub oracle: usize,
    /// How long after the first proof.
    pub after: Duration,
    /// How long until it is started again; `None` leaves it dead.
    pub restart_after: Option<Duration>,
}

/// What to run.
#[derive(Debug, Clone)]
pub struct Spec {
    /// The recording.
    pub frames: Vec<Frame>,
    /// Where oracles keep their files.
    pub folder: PathBuf,
    /// How many hotspots share an operator.
    pub hotspots_per_operator: NonZeroUsize,
    /// Length of an epoch.
    pub epoch_seconds: u32,
    /// How many epochs the recording is spread over.
    pub epochs: u64,
    /// How long after an epoch's end proofs for it are taken.
    pub grace: Duration,
    /// An oracle to kill.
    pub kill: Option<Kill>,
    /// Whether devices of the other categories run live beside the recording; the policy for them
    /// (`testdata/policy-live.toml`) wants epochs of 30 seconds, and finality within some seconds.
    pub live: bool,
}

/// A network that still runs, for whoever wants to look at it.
pub struct Running {
    /// What happened.
    pub summary: Summary,
    /// Its addresses.
    pub network: CreatedNetwork,
    /// Its oracles; they end with this value.
    pub oracles: Vec<Oracle>,
    /// The devices that ran live.
    pub live: Vec<Member>,
    /// Content and sealed replica of everything that storage devices keep.
    pub replicas: Vec<(Hash, Hash)>,
    /// The epochs in which devices gave proofs: the first and the last.
    pub epochs: (u64, u64),
}

/// Times the phases.
struct Laps {
    started: Instant,
    seconds: BTreeMap<String, f64>,
}

impl Laps {
    fn lap(&mut self, phase: &str) {
        self.seconds.insert(phase.into(), round(self.started.elapsed()));
        self.started = Instant::now();
    }
}

/// Seconds to three decimals.
fn round(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000.0).round() / 1_000.0
}

/// The genesis of a pool that is created now on a chain that began a moment ago, unix seconds: what
/// begins in the chain's first second has no block before it, so that nobody can say which block is
/// the first one after.
///
/// # Errors
/// Before 1970.
pub fn genesis() -> Result<i64> {
    Ok(i64::try_from(now_ms()? / 1_000)?.saturating_add(3))
}

/// Now, unix milliseconds.
///
/// # Errors
/// Before 1970.
pub fn now_ms() -> Result<u64> {
    Ok(u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}

/// Creates a network on `chain`, onboards every device of the recording, and live ones if they are
/// wanted, starts three oracles of which two must agree, replays the recording while the others run,
/// waits until every epoch that earned something is finalized and what customers used is settled, and
/// claims for everybody.
///
/// # Errors
/// Whatever goes wrong; also when fewer tokens arrive than were earned.
pub async fn run(chain: &Chain, spec: &Spec) -> Result<Running> {
    let started = Instant::now();
    let mut laps = Laps { started, seconds: BTreeMap::new() };
    let client = chain.client();
    let seed = sha256(&[b"cairn:fleet-seed:v1", b"demo"]);
    let mut fleet = Fleet::new(
        &spec.frames,
        &FleetSettings { seed, hotspots_per_operator: spec.hotspots_per_operator },
    );
    let maker = MakerSigner::derive(&seed, "demo maker");
    let treasury = wallet::from_secret(sha256(&[b"cairn:demo-treasury", &seed]));

    let mut oracles = (0..3)
        .map(|index: u8| {
            let keypair = wallet::from_secret(sha256(&[b"cairn:demo-oracle", &seed, &[index]]));
            Oracle::new(keypair, &spec.folder.join(format!("oracle-{index}")))
        })
        .collect::<Result<Vec<_>>>()?;
    let grace_ms = u64::try_from(spec.grace.as_millis())?;
    let policy = if spec.live { live_policy(grace_ms) } else { recording_policy(grace_ms) };
    let parsed = Arc::new(Policy::from_toml(&policy)?);
    // Sealing goes on while the network is created.
    let live = match spec.live {
        true => Some(Live::prepare(&seed, &spec.folder.join("devices"), &parsed)?),
        false => None,
    };
    let network =
        create_network(chain, &client, spec, &maker, &treasury.pubkey(), &oracles).await?;
    if let Some(live) = &live {
        create_categories(chain, &client, &network, live, &oracles).await?;
    }
    laps.lap("create network");

    let mut devices = BTreeMap::new();
    for category in Category::ALL {
        let new = match (category, &live) {
            (Category::Wireless, _) => replay::new_devices(&fleet)?,
            (_, Some(live)) => live.new_devices(category)?,
            (_, None) => continue,
        };
        let target = Target::read(&client, &network.network, category as u16).await?;
        onboard::onboard_all(&client, &chain.payer, &target, &maker, &new).await?;
        devices.insert(category.name(), new.len() as u64);
    }
    chain.catch_up()?;
    laps.lap("onboard devices");

    let setup = OracleSetup { rpc_url: chain.rpc_url.clone(), pool: network.pool, policy };
    let urls: Vec<String> = oracles.iter().map(|oracle| oracle.url.clone()).collect();
    for oracle in &mut oracles {
        start(oracle, &setup, &urls)?;
    }
    let api = Oracles::new(&urls)?;
    let ready = replay::wait_for_devices(&api, devices.values().sum()).await;
    for oracle in &mut oracles {
        oracle.check_alive()?;
    }
    ready?;
    laps.lap("start oracles");

    let pool: Pool = client.get(&network.pool).await?;
    let members = live.as_ref().map_or_else(Vec::new, |live| live.members.clone());
    let customer = live.as_ref().map(|live| live.customer.address());
    let first_epoch = next_epoch(&pool)?;
    let last_epoch = first_epoch.saturating_add(spec.epochs).saturating_sub(1);
    let mut settings = SenderSettings::new(urls.clone());
    settings.give_up = Duration::from_secs(20);
    let setting = Setting {
        network: network.network,
        settings,
        policy: parsed,
        clock: Clock::new(&pool, first_epoch, spec.epochs)?,
    };
    let run_live = async {
        match live {
            Some(live) => live.run(&setting).await,
            None => Ok(LiveReport::default()),
        }
    };
    let replayed = replay_frames(spec, &pool, &setting, &mut fleet, &mut oracles, &setup, &urls);
    let (report, live_report) = tokio::join!(replayed, run_live);
    let (report, live_report) = (report?, live_report.context("running the live devices")?);
    laps.lap("replay");

    let epochs_finalized =
        wait_for_finality(&client, &api, &network.pool, last_epoch, &mut oracles).await?;
    let usage = match customer {
        Some(customer) => {
            Some(customer::settled(&client, &api, &network.pool, &customer, &live_report).await?)
        }
        None => None,
    };
    laps.lap("finalize");

    let vault_before = client.token_balance(&network.vault).await?.0;
    let mut wallets: Vec<(String, &str, Address, u64)> = fleet
        .operators()
        .iter()
        .map(|operator| {
            let address = Address::new_from_array(operator.secret.address());
            let devices = operator.devices.len() as u64;
            (operator.id.clone(), Category::Wireless.name(), address, devices)
        })
        .collect();
    wallets.extend(
        members
            .iter()
            .map(|member| (member.name.clone(), member.category.name(), member.wallet(), 1)),
    );
    let operators = wallets.len() as u64;
    wallets.push(("treasury".into(), "", treasury.pubkey(), 0));
    let claimants: Vec<_> =
        wallets.iter().map(|(name, _, wallet, _)| (name.clone(), *wallet)).collect();
    let compute_units = claim_all(chain, &client, &api, &network, &claimants).await?;
    laps.lap("claim");

    let pool: Pool = client.get(&network.pool).await?;
    let mut earnings = Vec::new();
    for (name, category, operator, devices) in wallets {
        let account = address::associated_token(&operator, &network.mint, &address::TOKEN_PROGRAM);
        earnings.push(Earning {
            name,
            category: category.into(),
            operator: operator.to_string(),
            devices,
            earned: api.claim(&operator).await?.map_or(0, |view| view.lifetime_total),
            wallet: client.token_balance(&account).await?.0,
        });
    }
    earnings.sort_by(|a, b| b.earned.cmp(&a.earned).then_with(|| a.name.cmp(&b.name)));
    let mut reports = live_report.sent;
    let (beacons, witnesses) = (report.beacons, report.witnesses);
    reports.insert(Category::Wireless.name(), report);
    let judged = Judged::ask(&api, first_epoch, last_epoch).await?;
    let usage = usage.map(|usage| Usage { receipts_accepted: judged.receipts, ..usage });
    let categories = judged.categories(&devices, &reports, &earnings);
    laps.seconds.insert("total".into(), round(started.elapsed()));
    let summary = Summary {
        chain: chain.name,
        frames_read: spec.frames.len() as u64,
        receptions_read: spec.frames.iter().map(|frame| frame.receptions.len() as u64).sum(),
        proofs: proofs(beacons, witnesses, &reports, &categories),
        categories,
        usage,
        devices: client.devices(&network.network).await?.len() as u64,
        operators,
        epochs_finalized,
        root_sum: pool.root_sum,
        tokens_claimed: earnings.iter().map(|earning| earning.wallet).sum(),
        vault_before,
        vault_after: client.token_balance(&network.vault).await?.0,
        claim_compute_units: Spread::of(compute_units),
        wall_seconds: laps.seconds,
        earnings,
    };
    let epochs = (first_epoch, last_epoch);
    let replicas = live_report.replicas;
    Ok(Running { summary, network, oracles, live: members, replicas, epochs })
}

fn start(oracle: &mut Oracle, setup: &OracleSetup, urls: &[String]) -> Result<()> {
    let peers: Vec<String> = urls.iter().filter(|url| **url != oracle.url).cloned().collect();
    oracle.start(setup, &peers)
}

async fn create_network(
    chain: &Chain,
    client: &Client,
    spec: &Spec,
    maker: &MakerSigner,
    treasury: &Address,
    oracles: &[Oracle],
) -> Result<CreatedNetwork> {
    let phase = Phase::start("create the network", 0);
    let payer = &chain.payer;
    let fund: Vec<_> = oracles
        .iter()
        .map(|oracle| transfer(&payer.pubkey(), &oracle.address(), ORACLE_LAMPORTS))
        .collect();
    client.send(&fund, payer, &[]).await.context("funding the oracles")?;
    let network = NetworkSpec {
        name: "grenoble".into(),
        symbol: "GRE".into(),
        settle_seconds: spec.epoch_seconds,
        guardian: payer.pubkey(),
        license_issuer: payer.pubkey(),
        fee_treasury: payer.pubkey(),
        change_delay_seconds: 0,
        category: 0,
        uri: "https://example.org/cairn/lorawan-hotspot.json".into(),
        class_terms: ClassTermsSpec::default(),
        makers: vec![(Address::new_from_array(maker.key()), 10_000)],
        mint: MintChoice::New { decimals: DECIMALS },
        pool: PoolSpec::simple(
            genesis()?,
            spec.epoch_seconds,
            1,
            *treasury,
            vec![Step::constant(0, PER_EPOCH)],
        ),
        oracles: oracles.iter().map(Oracle::address).collect(),
        threshold: 2,
        fund: Tokens(FUND),
        cooldown_seconds: 60,
    };
    let created = network::create(client, payer, &network).await?;
    phase.finish();
    Ok(created)
}

/// Adds a class for each other category, and a credit market in which the customer buys.
async fn create_categories(
    chain: &Chain,
    client: &Client,
    network: &CreatedNetwork,
    live: &Live,
    oracles: &[Oracle],
) -> Result<()> {
    let phase = Phase::start("create classes and the credit market", 0);
    let founder = chain.payer.pubkey();
    for category in Category::ALL.into_iter().skip(1) {
        let class = ClassSpec {
            index: category as u16,
            category: category as u8,
            scheme: SignatureScheme::Ed25519,
            uri: format!("https://example.org/cairn/{}.json", category.name()),
            terms: ClassTermsSpec::default(),
        };
        let create = instruction::create_class(&founder, &network.network, &class)
            .map_err(cairn_sdk::Error::from)?;
        client.send(&[create], &chain.payer, &[]).await.context("creating a class")?;
    }
    let pool: Pool = client.get(&network.pool).await?;
    let keys = PoolKeys::from(&pool);
    let oracles: Vec<_> = oracles.iter().map(|oracle| &oracle.keypair).collect();
    live.customer.buy(client, &chain.payer, &keys, DECIMALS, &oracles).await?;
    phase.finish();
    Ok(())
}

/// The next epoch that begins: proofs begin with its start, so that which proof falls into which
/// epoch does not depend on when the scenario began. No seed is from before the genesis: proofs
/// begin when some are final.
fn next_epoch(pool: &Pool) -> Result<u64> {
    let epochs = replay::epochs(pool)?;
    let seeds_ms = epochs.genesis_ms().saturating_add(FIRST_SEEDS_MS);
    let soon_ms = now_ms()?.saturating_add(1_000).max(seeds_ms);
    let begun = epochs.epoch_of(soon_ms);
    Ok(begun.map_or(0, |epoch| epoch.saturating_add(1)))
}

/// Replays the recording while the live devices run.
async fn replay_frames(
    spec: &Spec,
    pool: &Pool,
    setting: &Setting,
    fleet: &mut Fleet,
    oracles: &mut [Oracle],
    setup: &OracleSetup,
    urls: &[String],
) -> Result<Report> {
    let epochs = replay::epochs(pool)?;
    let start_ms = setting.clock.from_ms;
    // The last proof lies half a second before the end of the last epoch.
    let span_ms = spec.epochs.saturating_mul(setting.clock.epoch_ms).saturating_sub(500);
    let schedule = Schedule { start_ms, span_ms };
    let settings = &setting.settings;

    let send = async {
        // The first proof is signed when the replay begins: it should not answer a seed that is too
        // old by the time it is sent.
        setting.clock.sleep_until(start_ms.saturating_sub(3_000)).await;
        replay::replay(&spec.frames, fleet, &setting.network, epochs, schedule, settings).await
    };
    let disturb = async {
        let Some(kill) = spec.kill else { return Ok(()) };
        let oracle = oracles.get_mut(kill.oracle).context("there is no such oracle to kill")?;
        let wait_ms = start_ms.saturating_sub(now_ms()?);
        tokio::time::sleep(Duration::from_millis(wait_ms).saturating_add(kill.after)).await;
        oracle.kill_9()?;
        eprintln!("    kill -9 oracle {}", kill.oracle);
        if let Some(wait) = kill.restart_after {
            tokio::time::sleep(wait).await;
            start(oracle, setup, urls)?;
            eprintln!("    started oracle {} again", kill.oracle);
        }
        anyhow::Ok(())
    };
    let (report, disturbed) = tokio::join!(send, disturb);
    disturbed?;
    report
}

/// Waits until the newest epoch with points is finalized; returns how many epochs are.
async fn wait_for_finality(
    client: &Client,
    api: &Oracles,
    pool: &Address,
    last_epoch: u64,
    oracles: &mut [Oracle],
) -> Result<u64> {
    let phase = Phase::start("wait for finalized epochs", 0);
    let deadline = Instant::now() + Duration::from_secs(180);
    loop {
        for oracle in oracles.iter_mut() {
            oracle.check_alive()?;
        }
        let state = match api.epochs().await {
            Ok(epochs) => {
                // Computed means closed for good: its points are known, be they 0.
                let computed =
                    epochs.iter().any(|epoch| epoch.epoch == last_epoch && epoch.points.is_some());
                let newest = epochs
                    .iter()
                    .filter(|epoch| epoch.epoch <= last_epoch)
                    .filter(|epoch| epoch.points.is_some_and(|points| points > 0))
                    .map(|epoch| epoch.epoch)
                    .max();
                let on_chain: Pool = client.get(pool).await?;
                // The oracle that answers must also serve that root: it reads the chain later.
                let finalized = on_chain.leaf_count > 0
                    && newest.is_some_and(|newest| on_chain.root_epoch >= newest);
                if computed && finalized && api.serves(on_chain.root_epoch).await? {
                    break;
                }
                format!(
                    "newest epoch with points {newest:?}, finalized {} (leaves {})",
                    on_chain.root_epoch, on_chain.leaf_count
                )
            }
            Err(error) => format!("{error:#}"),
        };
        if Instant::now() > deadline {
            bail!("the last epoch was not finalized within 180 s: {state}");
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let proposals = client.all::<Proposal>(&[(0, pool.as_ref())]).await?;
    let finalized =
        proposals.iter().filter(|(_, proposal)| account::is_finalized(proposal)).count();
    phase.finish();
    Ok(finalized as u64)
}

/// Claims for everybody who earned something; returns the compute units of each claim.
///
/// # Errors
/// What a claim fails with.
pub async fn claim_all(
    chain: &Chain,
    client: &Client,
    api: &Oracles,
    network: &CreatedNetwork,
    wallets: &[(String, Address)],
) -> Result<Vec<u64>> {
    let mut phase = Phase::start("claim", wallets.len() as u64);
    let claims = wallets.iter().map(|(name, operator)| async move {
        if api.claim(operator).await?.is_none() {
            return Ok(None);
        }
        let claimed = claim::claim(client, api, &chain.payer, &network.pool, operator)
            .await
            .with_context(|| format!("claiming for {name}"))?;
        anyhow::Ok(claimed.signature)
    });
    let signatures: Vec<Signature> = futures::stream::iter(claims)
        .buffer_unordered(CONCURRENCY)
        .inspect(|_| phase.advance(1))
        .try_filter_map(|signature| std::future::ready(Ok(signature)))
        .try_collect()
        .await?;
    phase.finish();
    let units = signatures.iter().map(|signature| async move {
        client.compute_units(signature).await?.context("the node does not say compute units")
    });
    futures::stream::iter(units).buffer_unordered(CONCURRENCY).try_collect().await
}
