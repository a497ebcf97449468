//! The demo: a network on an embedded chain whose devices are of all four categories: real hotspots
//! whose recorded frames are replayed, and storage, compute and sensor devices that run live.
//!
//! `DEMO_ONCE=1` ends after the summary; otherwise chain, oracles and devices go on until Ctrl-C, and
//! the operators' app shows what they earn.

use anyhow::{Context, Result, bail};
use cairn_cli::{commands::device::Explained, oracle::Oracles, output::table, replay};
use cairn_device::replay::Frame;
use cairn_protocol::hash::Hash;
use cairn_scenarios::{
    chain::{Chain, root},
    founding::Operator,
    proving::Proving,
    scenario::{DECIMALS, Kill, Running, Spec, run},
    summary::{Earning, Summary},
};
use cairn_sdk::{account::Pool, amount::Tokens};
use std::{collections::BTreeSet, num::NonZeroUsize, process::ExitCode, time::Duration};

/// Epochs that the recording lasts when it is replayed again and again.
const ROUND_EPOCHS: u64 = 40;
/// Hotspots that share an operator.
const HOTSPOTS_PER_OPERATOR: NonZeroUsize = NonZeroUsize::new(3).unwrap();

#[tokio::main]
async fn main() -> ExitCode {
    match demo().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn demo() -> Result<()> {
    let folder = root().join("target/demo");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("clearing target/demo")?;
    }
    std::fs::create_dir_all(&folder)?;
    let recording = root().join("testdata/lorawan-frames.ndjson.gz");
    eprintln!("==> read {}", recording.display());
    let frames = replay::read(&recording)?;
    let spec = Spec {
        frames,
        folder: folder.clone(),
        hotspots_per_operator: HOTSPOTS_PER_OPERATOR,
        epoch_seconds: 30,
        epochs: 4,
        // Generous, so that a slow machine judges every proof before its epoch closes.
        grace: Duration::from_secs(10),
        kill: kill_from_environment()?,
        live: true,
        mixed: true,
        first_port: None,
    };
    let chain = Chain::surfnet().await?;
    let mut running = run(&chain, &spec).await?;
    let file = folder.join("summary.json");
    std::fs::write(&file, serde_json::to_vec_pretty(&running.summary)?)?;
    show(&running.summary, &file);
    show_replicas(&running.replicas);
    explain(&chain, &running).await?;
    let imbalances = running.summary.imbalances();
    if !imbalances.is_empty() {
        bail!("the books do not balance:\n  {}", imbalances.join("\n  "));
    }
    if running.summary.epochs_finalized < 3 {
        bail!("only {} epochs were finalized", running.summary.epochs_finalized);
    }
    if std::env::var_os("DEMO_ONCE").is_some_and(|value| value == "1") {
        return Ok(());
    }
    stay(&chain, &mut running, spec.frames).await
}

/// `DEMO_KILL=0` (or 1, or 2) kills that oracle with `kill -9` in the middle of the replay.
fn kill_from_environment() -> Result<Option<Kill>> {
    let Ok(oracle) = std::env::var("DEMO_KILL") else { return Ok(None) };
    let oracle: usize =
        oracle.parse().context("DEMO_KILL is the number of an oracle: 0, 1 or 2")?;
    if oracle > 2 {
        bail!("DEMO_KILL is the number of an oracle: 0, 1 or 2");
    }
    Ok(Some(Kill { oracle, after: Duration::from_secs(40), restart_after: None }))
}

/// The categories of an operator's devices.
fn categories(earning: &Earning) -> String {
    match earning.by_category.len() {
        0 | 1 => earning.by_category.keys().next().cloned().unwrap_or_default(),
        number => format!("{number} categories"),
    }
}

fn show(summary: &Summary, file: &std::path::Path) {
    let rows: Vec<Vec<String>> = summary
        .earnings
        .iter()
        .map(|earning| {
            vec![
                earning.name.clone(),
                categories(earning),
                earning.operator.clone(),
                earning.devices.to_string(),
                Tokens(earning.earned).display(DECIMALS).to_string(),
                Tokens(earning.wallet).display(DECIMALS).to_string(),
            ]
        })
        .collect();
    println!(
        "{}",
        table(
            &["name", "category", "operator", "devices", "earned", "in wallet"],
            &[false, false, false, true, true, true],
            &rows
        )
    );
    let proofs = &summary.proofs;
    println!("frames {}, receptions {}", summary.frames_read, summary.receptions_read);
    println!(
        "proofs: {} submitted, {} accepted, {} refused ({} of them on arrival)",
        proofs.submitted, proofs.accepted, proofs.refused, proofs.refused_on_arrival
    );
    for line in &summary.categories {
        let earned = Tokens(line.earned).display(DECIMALS);
        println!(
            "{:<10}{:>4} devices, {:>6} proofs, {:>6} accepted, {:>6} refused, earned {earned}",
            line.name,
            line.devices,
            line.submitted,
            line.accepted,
            line.refused()
        );
        for (reason, count) in &line.refused_by_reason {
            println!("  {reason:<26}{count:>8}");
        }
    }
    if let Some(usage) = &summary.usage {
        println!(
            "customer {}: bought {} credits, signed {} receipts over {} credits ({} counted), was \
             charged {} by usage root {}, of which oracles settled {} on chain; {} left in escrow",
            usage.customer,
            usage.bought,
            usage.receipts,
            usage.receipt_credits,
            usage.receipts_accepted,
            usage.charged,
            usage.usage_root,
            usage.settled,
            usage.escrow_left
        );
    }
    let units = summary.claim_compute_units;
    println!(
        "{} devices, {} operators, {} epochs finalized",
        summary.devices, summary.operators, summary.epochs_finalized
    );
    println!(
        "root sum {}, claimed {}, vault {} -> {}",
        Tokens(summary.root_sum).display(DECIMALS),
        Tokens(summary.tokens_claimed).display(DECIMALS),
        Tokens(summary.vault_before).display(DECIMALS),
        Tokens(summary.vault_after).display(DECIMALS)
    );
    println!(
        "claim: {} / {} / {} compute units (min, median, max)",
        units.min, units.median, units.max
    );
    for (phase, seconds) in &summary.wall_seconds {
        println!("  {phase:<24}{seconds:>8.1} s");
    }
    println!("summary: {}", file.display());
}

/// A copy of another device's replica answers for nobody: each of the same content is another.
fn show_replicas(replicas: &[(Hash, Hash)]) {
    let contents: BTreeSet<_> = replicas.iter().map(|(content, _)| content).collect();
    let sealed: BTreeSet<_> = replicas.iter().map(|(_, sealed)| sealed).collect();
    println!(
        "replicas: {} of {} files, {} of them different from all others",
        replicas.len(),
        contents.len(),
        sealed.len()
    );
}

/// Says for one device of each category why it got what it did in the last epoch in which it earned,
/// as `cairn device explain` does; of devices with many proofs, the one with the fewest.
async fn explain(chain: &Chain, running: &Running) -> Result<()> {
    let client = chain.client();
    let urls: Vec<String> =
        running.founded.oracles.iter().map(|oracle| oracle.url.clone()).collect();
    let api = Oracles::new(&urls)?;
    let devices = client.devices(&running.founded.network.network).await?;
    for line in &running.summary.categories {
        // The one that earned least has the shortest story.
        let of = |earning: &&Earning| {
            earning.by_category.len() == 1 && earning.by_category.get(&line.name) > Some(&0)
        };
        let Some(earning) = running.summary.earnings.iter().rfind(of) else {
            bail!("no device of the category {} earned anything", line.name);
        };
        let own = devices.iter().filter(|(_, one)| one.operator.to_string() == earning.operator);
        let mut shown = None;
        for (device, _) in own {
            for epoch in (running.epochs.0..=running.epochs.1).rev() {
                if let Ok(found) = Explained::ask(&client, &api, device, epoch).await
                    && found.explanation.share > 0
                {
                    shown = Some((device, epoch, found));
                    break;
                }
            }
        }
        let (device, epoch, explained) =
            shown.with_context(|| format!("{} earned in no epoch", earning.name))?;
        println!("\n$ cairn device explain --device {device} --epoch {epoch}   # {}", line.name);
        println!("{explained}");
    }
    Ok(())
}

async fn stay(chain: &Chain, running: &mut Running, frames: Vec<Frame>) -> Result<()> {
    println!("\nThe network stays up until Ctrl-C, and its devices go on.");
    println!("  RPC        {}", chain.rpc_url);
    println!("  WebSocket  {}", chain.ws_url);
    for (index, oracle) in running.founded.oracles.iter().enumerate() {
        println!(
            "  oracle {index}   {}/v1/epochs   (log: {})",
            oracle.url,
            oracle.log_file().display()
        );
    }
    let urls = running.founded.urls().join(",");
    let network = &running.founded.network;
    println!("\nTry, in another terminal:");
    println!("  export CAIRN_NETWORK={} CAIRN_ORACLES={urls}", network.network);
    println!("  alias cairn={}", std::env::current_exe()?.with_file_name("cairn").display());
    println!("  cairn epoch list");
    let shown = shown(running).context("nobody has earned anything")?;
    println!("  cairn --url {} rewards show --operator {}", chain.rpc_url, shown.wallet);
    println!("\nopen  {}", page(chain, running, &shown).await?);

    let pool: Pool = chain.client().get(&network.pool).await?;
    let proving = Proving::new(&mut running.founded, &pool, frames, ROUND_EPOCHS)?;
    tokio::select! {
        never = proving.run() => match never? {},
        never = chain.keep_time() => match never {},
        interrupted = tokio::signal::ctrl_c() => interrupted.context("waiting for Ctrl-C"),
    }
}

/// Whose page is most worth a look: who has devices of the most categories, of those the one that
/// earned most.
fn shown(running: &Running) -> Option<Operator> {
    let earned = |operator: &Operator| {
        let wallet = operator.wallet.to_string();
        let earnings = &running.summary.earnings;
        earnings.iter().find(|one| one.operator == wallet).map(|one| one.earned)
    };
    let operators = running.founded.operators().into_iter();
    operators.max_by_key(|operator| (operator.devices.len(), earned(operator)))
}

/// The app, on the page of `operator`, with its wallet as the app's burner wallet, and SOL for fees.
async fn page(chain: &Chain, running: &Running, operator: &Operator) -> Result<String> {
    let keypair = operator.keypair().context("a wallet whose secret is known")?;
    chain.fund(&[operator.wallet]).await?;
    let oracle = running.founded.urls().first().context("an oracle")?;
    Ok(format!("{oracle}/?operator={}#burner={}", operator.wallet, keypair.to_base58_string()))
}
