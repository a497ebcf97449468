//! The `cairn-oracle` binary: configuration, logging, signals.

use anyhow::Context;
use cairn_epoch::text::to_base58;
use cairn_oracle::chain::solana::SolanaChain;
use cairn_oracle::config::{Args, Config};
use cairn_oracle::{Oracle, system_clock};
use clap::Parser;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Exit code for a configuration that cannot work.
const EXIT_CONFIG: u8 = 2;

fn main() -> ExitCode {
    let args = Args::parse();
    log_to_stderr();
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, error)) => {
            // Not through the log: its filter may hide it.
            let _ = writeln!(std::io::stderr(), "cairn-oracle: {error:#}");
            code
        }
    }
}

fn run(args: Args) -> Result<(), (ExitCode, anyhow::Error)> {
    let config =
        Config::load(args, system_clock()).map_err(|error| (ExitCode::from(EXIT_CONFIG), error))?;
    let keypair = solana_keypair::read_keypair_file(&config.keypair)
        .map_err(|error| {
            anyhow::anyhow!(
                "cannot read the keypair {}: {error}; make one with `solana-keygen new -o {0}`",
                config.keypair.display()
            )
        })
        .map_err(|error| (ExitCode::from(EXIT_CONFIG), error))?;
    let serve = async {
        let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
        let chain = SolanaChain::new(&config.rpc_url, keypair, &config.options.pool);
        let pool = to_base58(&config.options.pool);
        let oracle = Oracle::start(config.options, chain).await?;
        let identity = to_base58(&oracle.identity());
        tracing::info!(address = %oracle.address(), %identity, %pool, rpc = config.rpc_url, "listening");
        let line = serde_json::json!({
            "listening": format!("http://{}", oracle.address()),
            "identity": identity,
            "pool": pool,
        });
        writeln!(std::io::stdout(), "{line}").context("cannot write to stdout")?;
        oracle
            .run_until(async {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
            })
            .await?;
        Ok(())
    };
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")
        .and_then(|runtime| runtime.block_on(serve))
        .map_err(|error| (ExitCode::FAILURE, error))
}

fn log_to_stderr() {
    let filter = EnvFilter::try_from_env("CAIRN_LOG")
        .or_else(|_| EnvFilter::try_from_default_env())
        .unwrap_or_else(|_| EnvFilter::new("info"));
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        .init();
}
