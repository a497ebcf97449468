//! One network from creation to claims.

use crate::{
    chain::Chain,
    devices::{LiveReport, customer, node::Clock},
    founding::{Founded, Operator, TREASURY, found},
    outcome::{Judged, proofs},
    proving::{next_epoch, replay_frames},
    summary::{Earning, Spread, Summary, Usage},
};
use anyhow::{Context, Result, bail};
use cairn_cli::{claim, network::CreatedNetwork, oracle::Oracles, progress::Phase};
use cairn_device::replay::Frame;
use cairn_protocol::hash::Hash;
use cairn_sdk::{
    account::{self, Pool, Proposal},
    address,
    rpc::Client,
};
use cairn_verify::Category;
use futures::{StreamExt, TryStreamExt};
use solana_address::Address;
use solana_signature::Signature;
use solana_signer::Signer;
use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    path::PathBuf,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Decimals of the reward mint.
pub const DECIMALS: u8 = 6;
/// Tokens that each epoch emits, in the smallest unit.
pub const PER_EPOCH: u64 = 1_000_000_000;
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
    /// Whether the first live device of each kind belongs to an operator of hotspots, which then has
    /// devices of all categories; else each has an operator of its own.
    pub mixed: bool,
    /// The first of three ports in a row that oracles listen on; any when `None`.
    pub first_port: Option<u16>,
}

/// A network that still runs, for whoever wants to look at it.
pub struct Running {
    /// What happened.
    pub summary: Summary,
    /// The network, with its oracles and devices.
    pub founded: Founded,
    /// Content and sealed replica of everything that storage devices keep.
    pub replicas: Vec<(Hash, Hash)>,
    /// The epochs in which devices gave proofs: the first and the last.
    pub epochs: (u64, u64),
}

/// Times the phases.
pub struct Laps {
    begun: Instant,
    lap: Instant,
    seconds: BTreeMap<String, f64>,
}

impl Laps {
    /// Starts the clock.
    pub fn start() -> Self {
        let now = Instant::now();
        Self { begun: now, lap: now, seconds: BTreeMap::new() }
    }

    /// A phase is over.
    pub fn lap(&mut self, phase: &str) {
        self.seconds.insert(phase.into(), round(self.lap.elapsed()));
        self.lap = Instant::now();
    }

    fn total(&mut self) {
        self.seconds.insert("total".into(), round(self.begun.elapsed()));
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
    let mut laps = Laps::start();
    let client = chain.client();
    let mut founded = found(chain, spec, &mut laps).await?;
    let pool: Pool = client.get(&founded.network.pool).await?;
    let customer = founded.live.as_ref().map(|live| live.customer.address());
    let first_epoch = next_epoch(&pool)?;
    let last_epoch = first_epoch.saturating_add(spec.epochs).saturating_sub(1);
    let clock = Clock::new(&pool, first_epoch, spec.epochs)?;
    let setting = founded.setting(clock, Duration::from_secs(20));
    let live = founded.live.take();
    let run_live = async {
        match live {
            Some(live) => {
                let (live, report) = live.run(&setting).await?;
                anyhow::Ok((Some(live), report))
            }
            None => Ok((None, LiveReport::default())),
        }
    };
    let replayed = replay_frames(spec, &pool, &setting, &mut founded);
    let (report, lived) = tokio::join!(replayed, run_live);
    let report = report?;
    let (live, live_report) = lived.context("running the live devices")?;
    founded.live = live;
    laps.lap("replay");

    let epochs_finalized = wait_for_finality(&client, &mut founded, last_epoch).await?;
    let (api, network) = (&founded.api, &founded.network);
    let usage = match customer {
        Some(customer) => {
            Some(customer::settled(&client, api, &network.pool, &customer, &live_report).await?)
        }
        None => None,
    };
    laps.lap("finalize");

    let vault_before = client.token_balance(&network.vault).await?.0;
    let operators = founded.operators();
    let mut claimants: Vec<_> =
        operators.iter().map(|operator| (operator.name.clone(), operator.wallet)).collect();
    claimants.push((TREASURY.into(), founded.treasury.pubkey()));
    let compute_units = claim_all(chain, &client, api, network, &claimants).await?;
    laps.lap("claim");

    let pool: Pool = client.get(&network.pool).await?;
    let treasury = Operator::treasury(&founded.treasury.pubkey());
    let mut earnings = Vec::new();
    for operator in operators.iter().chain([&treasury]) {
        let account =
            address::associated_token(&operator.wallet, &network.mint, &address::TOKEN_PROGRAM);
        let earned = api.claim(&operator.wallet).await?.map_or(0, |view| view.lifetime_total);
        earnings.push(Earning {
            name: operator.name.clone(),
            operator: operator.wallet.to_string(),
            devices: operator.devices.values().map(|of| of.len() as u64).sum(),
            earned,
            by_category: operator.earned_by_category(api, earned, first_epoch..=last_epoch).await?,
            wallet: client.token_balance(&account).await?.0,
        });
    }
    earnings.sort_by(|a, b| b.earned.cmp(&a.earned).then_with(|| a.name.cmp(&b.name)));
    let mut reports = live_report.sent;
    let (beacons, witnesses) = (report.beacons, report.witnesses);
    reports.insert(Category::Wireless.name(), report);
    let judged = Judged::ask(api, first_epoch, last_epoch).await?;
    let usage = usage.map(|usage| Usage { receipts_accepted: judged.receipts, ..usage });
    let categories = judged.categories(&founded.devices, &reports, &earnings);
    laps.total();
    let summary = Summary {
        chain: chain.name,
        frames_read: spec.frames.len() as u64,
        receptions_read: spec.frames.iter().map(|frame| frame.receptions.len() as u64).sum(),
        proofs: proofs(beacons, witnesses, &reports, &categories),
        categories,
        usage,
        devices: client.devices(&network.network).await?.len() as u64,
        operators: operators.len() as u64,
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
    Ok(Running { summary, founded, replicas: live_report.replicas, epochs })
}

/// Waits until the newest epoch with points is finalized; returns how many epochs are.
async fn wait_for_finality(client: &Client, founded: &mut Founded, last_epoch: u64) -> Result<u64> {
    let phase = Phase::start("wait for finalized epochs", 0);
    let deadline = Instant::now() + Duration::from_secs(180);
    loop {
        founded.check_alive()?;
        let (api, pool) = (&founded.api, &founded.network.pool);
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
    let proposals = client.all::<Proposal>(&[(0, founded.network.pool.as_ref())]).await?;
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
