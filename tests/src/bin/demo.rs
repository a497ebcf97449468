//! The demo: a network of real hotspots on an embedded chain, from radio frames to claims.
//!
//! `DEMO_ONCE=1` ends after the summary; otherwise chain and oracles stay up until Ctrl-C.

use anyhow::{Context, Result, bail};
use cairn_cli::{output::table, replay};
use cairn_scenarios::{
    chain::{Chain, root},
    scenario::{DECIMALS, Kill, Running, Spec, run},
    summary::Summary,
};
use cairn_sdk::amount::Tokens;
use std::{num::NonZeroUsize, process::ExitCode, time::Duration};

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
        epoch_seconds: 15,
        epochs: 6,
        // Generous, so that a slow machine judges every proof before its epoch closes.
        grace: Duration::from_secs(10),
        kill: kill_from_environment()?,
    };
    let chain = Chain::surfnet().await?;
    let running = run(&chain, &spec).await?;
    let file = folder.join("summary.json");
    std::fs::write(&file, serde_json::to_vec_pretty(&running.summary)?)?;
    show(&running.summary, &file);
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
    stay(&chain, &running).await
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

fn show(summary: &Summary, file: &std::path::Path) {
    let rows: Vec<Vec<String>> = summary
        .earnings
        .iter()
        .map(|earning| {
            vec![
                earning.name.clone(),
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
            &["name", "operator", "devices", "earned", "in wallet"],
            &[false, false, true, true, true],
            &rows
        )
    );
    let proofs = &summary.proofs;
    println!("frames {}, receptions {}", summary.frames_read, summary.receptions_read);
    println!(
        "proofs: {} submitted, {} accepted, {} refused",
        proofs.submitted, proofs.accepted, proofs.refused
    );
    for (reason, count) in &proofs.refused_by_reason {
        println!("  {reason:<24}{count:>8}");
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

async fn stay(chain: &Chain, running: &Running) -> Result<()> {
    println!("\nThe network stays up until Ctrl-C.");
    println!("  RPC        {}", chain.rpc_url);
    println!("  WebSocket  {}", chain.ws_url);
    for (index, oracle) in running.oracles.iter().enumerate() {
        println!(
            "  oracle {index}   {}/v1/epochs   (log: {})",
            oracle.url,
            oracle.log_file().display()
        );
    }
    let urls: Vec<&str> = running.oracles.iter().map(|oracle| oracle.url.as_str()).collect();
    println!("\nTry, in another terminal:");
    println!("  export CAIRN_NETWORK={} CAIRN_ORACLES={}", running.network.network, urls.join(","));
    println!("  alias cairn={}", std::env::current_exe()?.with_file_name("cairn").display());
    println!("  cairn epoch list");
    if let Some(best) = running.summary.earnings.first() {
        println!("  cairn --url {} rewards show --operator {}", chain.rpc_url, best.operator);
    }
    tokio::signal::ctrl_c().await.context("waiting for Ctrl-C")?;
    Ok(())
}
