//! A network that lives on, for the app's tests and for whoever works on the app: chain, programs,
//! three oracles, the recording over and over again, and live devices of the other categories.
//!
//! When the first epochs are final it prints one line of JSON with its addresses and wallets, then
//! it obeys lines of JSON on standard input and answers each with a line:
//!
//! | line | what it does |
//! |---|---|
//! | `{"kill":1}` | ends that oracle as `kill -9` does |
//! | `{"start":1}` | starts it again |
//! | `{"stop":true}` | ends everything, as does the end of standard input |
//!
//! The answer is `{"ok":true}`, or `{"error":"…"}`.

use anyhow::{Context, Result, bail};
use cairn_cli::{oracle::Oracles, replay};
use cairn_scenarios::{
    chain::{Chain, root},
    founding::{Founded, Operator, found},
    proving::Proving,
    scenario::{DECIMALS, Laps, Spec},
};
use cairn_sdk::account::Pool;
use clap::Parser;
use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_signer::Signer;
use std::{collections::BTreeMap, io::Write, num::NonZeroUsize, path::PathBuf, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    signal::unix::{SignalKind, signal},
    time::Instant,
};

/// How long the first epochs may take to become final.
const FIRST_EPOCHS: Duration = Duration::from_secs(600);

/// A network that lives on.
#[derive(Debug, Parser)]
struct Args {
    /// Where oracles and devices keep their files; emptied first.
    #[arg(long)]
    folder: PathBuf,
    /// The first of three ports in a row for the oracles; any when not given.
    #[arg(long)]
    first_port: Option<u16>,
    /// Length of an epoch. Live devices want 30 seconds.
    #[arg(long, default_value_t = 30)]
    epoch_seconds: u32,
    /// Epochs that the recording lasts before it begins again.
    #[arg(long, default_value_t = 4)]
    round_epochs: u64,
    /// Of so many frames of the recording one is used.
    #[arg(long, default_value_t = NonZeroUsize::new(50).unwrap_or(NonZeroUsize::MIN))]
    every: NonZeroUsize,
    /// Finalized epochs to wait for.
    #[arg(long, default_value_t = 1)]
    ready_after: u64,
    /// Wireless devices only.
    #[arg(long)]
    wireless_only: bool,
}

/// A line on standard input.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Order {
    Kill(usize),
    Start(usize),
    Stop(IgnoredAny),
}

/// A wallet with its secret, base58 of 64 bytes.
#[derive(Debug, Serialize)]
struct Wallet {
    address: String,
    secret: String,
}

impl Wallet {
    fn new(keypair: &Keypair) -> Self {
        Self { address: keypair.pubkey().to_string(), secret: keypair.to_base58_string() }
    }
}

/// An operator with its devices by category.
#[derive(Debug, Serialize)]
struct OperatorLine {
    name: String,
    #[serde(flatten)]
    wallet: Wallet,
    devices: BTreeMap<&'static str, Vec<String>>,
    /// Whether it was given SOL.
    funded: bool,
}

#[tokio::main]
async fn main() {
    let code = match stack(Args::parse()).await {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("error: {error:#}");
            1
        }
    };
    // Not by returning: the runtime would wait for the next line on standard input.
    std::process::exit(code);
}

async fn stack(args: Args) -> Result<()> {
    if args.folder.exists() {
        std::fs::remove_dir_all(&args.folder).context("emptying the folder")?;
    }
    std::fs::create_dir_all(&args.folder)?;
    let recording = root().join("testdata/lorawan-frames.ndjson.gz");
    let frames = replay::read(&recording)?.into_iter().step_by(args.every.get()).collect();
    let spec = Spec {
        frames,
        folder: args.folder.clone(),
        hotspots_per_operator: NonZeroUsize::new(3).unwrap_or(NonZeroUsize::MIN),
        epoch_seconds: args.epoch_seconds,
        epochs: 0,
        grace: Duration::from_secs(6),
        kill: None,
        live: !args.wireless_only,
        mixed: true,
        first_port: args.first_port,
    };
    let chain = Chain::surfnet().await?;
    let mut founded = found(&chain, &spec, &mut Laps::start()).await?;
    let pool: Pool = chain.client().get(&founded.network.pool).await?;
    let proving = Proving::new(&mut founded, &pool, spec.frames, args.round_epochs)?;
    let mut terminated = signal(SignalKind::terminate())?;
    let obeying = async {
        let operators = fund(&chain, &founded).await?;
        wait_for_epochs(&founded.api, args.ready_after).await?;
        say(&info(&chain, &founded, operators, &pool))?;
        obey(&mut founded).await
    };
    tokio::select! {
        never = proving.run() => match never? {},
        never = chain.keep_time() => match never {},
        ended = obeying => ended,
        // The oracles end with this process.
        _ = terminated.recv() => Ok(()),
    }
}

/// Writes a line of JSON.
fn say(line: &Value) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// Gives SOL to every second operator, and to those with several categories: the app has something to
/// say to who has none.
async fn fund(chain: &Chain, founded: &Founded) -> Result<Vec<OperatorLine>> {
    let mut lines = Vec::new();
    let mut funded = Vec::new();
    for (place, operator) in founded.operators().iter().enumerate() {
        let gets = place.is_multiple_of(2) || operator.devices.len() > 1;
        if gets {
            funded.push(operator.wallet);
        }
        lines.push(operator_line(operator, gets)?);
    }
    chain.fund(&funded).await?;
    Ok(lines)
}

fn operator_line(operator: &Operator, funded: bool) -> Result<OperatorLine> {
    let keypair = operator.keypair().context("an operator whose secret is known")?;
    let texts = |of: &Vec<_>| of.iter().map(ToString::to_string).collect();
    let devices = operator.devices.iter().map(|(category, of)| (*category, texts(of))).collect();
    Ok(OperatorLine { name: operator.name.clone(), wallet: Wallet::new(&keypair), devices, funded })
}

/// Waits until so many epochs are final.
async fn wait_for_epochs(api: &Oracles, wanted: u64) -> Result<()> {
    let deadline = Instant::now() + FIRST_EPOCHS;
    loop {
        let epochs = api.epochs().await?;
        let finalized =
            epochs.iter().filter(|epoch| epoch.state == cairn_sdk::api::EpochState::Finalized);
        if finalized.count() as u64 >= wanted {
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!("no epoch became final: {epochs:?}");
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

/// Everything that whoever uses the network has to know.
fn info(chain: &Chain, founded: &Founded, operators: Vec<OperatorLine>, pool: &Pool) -> Value {
    let oracles: Vec<_> = founded
        .oracles
        .iter()
        .map(|oracle| json!({"url": oracle.url, "identity": oracle.address().to_string(), "log": oracle.log_file()}))
        .collect();
    let maker = Keypair::new_from_array(founded.maker_secret);
    json!({
        "app": founded.urls().first(),
        "oracles": oracles,
        "rpc_url": chain.rpc_url,
        "ws_url": chain.ws_url,
        "network": founded.network,
        "decimals": DECIMALS,
        "epoch_seconds": pool.epoch_seconds,
        "genesis_at_s": pool.genesis_at,
        "payer": Wallet::new(&chain.payer),
        "maker": Wallet::new(&maker),
        "treasury": Wallet::new(&founded.treasury),
        "operators": operators,
    })
}

/// Does what the lines on standard input say, until they end.
async fn obey(founded: &mut Founded) -> Result<()> {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let done = match serde_json::from_str(&line).context("no order that is known") {
            Ok(Order::Stop(_)) => return Ok(()),
            Ok(Order::Kill(index)) => founded.kill_9(index),
            Ok(Order::Start(index)) => founded.start(index),
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => say(&json!({"ok": true}))?,
            Err(error) => say(&json!({"error": format!("{error:#}")}))?,
        }
    }
    Ok(())
}
