//! Oracle processes: the real binary, one process and one data folder each.

use anyhow::{Context, Result, bail};
use solana_address::Address;
use solana_keypair::{Keypair, write_keypair_file};
use solana_signer::Signer;
use std::{
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// How oracles of one pool are set up.
#[derive(Debug, Clone)]
pub struct OracleSetup {
    /// JSON-RPC endpoint of the chain.
    pub rpc_url: String,
    /// WebSocket endpoint of the chain, for browsers.
    pub ws_url: String,
    /// Pool that they attest for.
    pub pool: Address,
    /// The policy that they judge by (TOML): [`recording_policy`] or [`live_policy`].
    pub policy: String,
}

/// One oracle.
pub struct Oracle {
    /// Its key.
    pub keypair: Keypair,
    /// Where it listens.
    pub url: String,
    folder: PathBuf,
    process: Option<Child>,
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // Errors mean that it has ended already.
        if let Some(process) = &mut self.process {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// The oracle's binary, built beside this one.
///
/// # Errors
/// When it is not built.
pub fn binary() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CAIRN_ORACLE_BIN") {
        return Ok(path.into());
    }
    let this = std::env::current_exe()?;
    // Tests lie one folder deeper, in `deps`.
    let found = this
        .ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join("cairn-oracle"))
        .find(|file| file.is_file());
    found.with_context(|| {
        format!(
            "cairn-oracle is not built beside {}: run `cargo build -p cairn-oracle`",
            this.display()
        )
    })
}

/// How long before an epoch the seeds begin that its proofs may answer: a block of
/// solana-test-validator is final after 13 seconds, the first proof is signed some before it is sent,
/// and the clock of the embedded chain falls behind on a busy machine.
const LOOKBACK_SECONDS: u32 = 60;

/// The policy that the recording is judged by, where months pass in seconds: grace and seeds follow
/// the short epochs, and what a device does in a day or an hour of them does not limit it. Proofs for
/// an epoch are taken until `grace_ms` after its end.
///
/// A tester that flew from Frankfurt to Tromsø does so in less than a millisecond of the replay.
///
/// Which of more witnesses than count are chosen depends on the chain's seeds, so all count: what
/// runs on several chains must give the same totals on each.
pub fn recording_policy(grace_ms: u64) -> String {
    policy_of(grace_ms, "")
}

/// [`recording_policy`] with what devices of the other categories that run live are judged by, and
/// the categories' parts of the budget. A device's clock is the oracles': a proof that would come
/// from the future is refused from a second on, so that commitments settle soon.
pub fn live_policy(grace_ms: u64) -> String {
    let live = include_str!("../../testdata/policy-live.toml");
    format!("{}\n{live}", policy_of(grace_ms, "max_future_ms = 1000\n"))
}

fn policy_of(grace_ms: u64, ingest: &str) -> String {
    let recording = include_str!("../../testdata/policy-lorawan.toml");
    let hurried = recording
        .replace("mobile_max_speed_m_per_s = 300\n", "mobile_max_speed_m_per_s = 300000000\n")
        .replace("[wireless]\n", "[wireless]\nmax_witnesses = 10000\n");
    format!(
        "[ingest]\ngrace_ms = {grace_ms}\n{ingest}\n[challenges]\nwindow_seconds = 2\nlookback_seconds = {LOOKBACK_SECONDS}\n\n{hurried}"
    )
}

/// A port that nobody listens on, below those that systems give to outgoing connections: the oracle
/// listens on it only when the devices are onboarded, and again after it was killed.
fn free_port() -> Result<u16> {
    for _ in 0..100 {
        let [low, high, ..] = *Keypair::new().secret_bytes();
        let port = 20_000 + u16::from_le_bytes([low, high]) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port from 20000 to 31999")
}

impl Oracle {
    /// An oracle that is not started yet, with its files below `folder`, which will listen on `port`
    /// or any.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn new(keypair: Keypair, folder: &Path, port: Option<u16>) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        write_keypair_file(&keypair, folder.join("keypair.json"))
            .map_err(|error| anyhow::anyhow!("writing the oracle's keypair: {error}"))?;
        let port = port.map_or_else(free_port, Ok)?;
        Ok(Self {
            keypair,
            url: format!("http://127.0.0.1:{port}"),
            folder: folder.to_owned(),
            process: None,
        })
    }

    /// Its address on chain.
    pub fn address(&self) -> Address {
        self.keypair.pubkey()
    }

    /// Where its log goes.
    pub fn log_file(&self) -> PathBuf {
        self.folder.join("oracle.log")
    }

    /// Where it keeps proofs and results.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Starts the process; `peers` are the other oracles' addresses.
    ///
    /// # Errors
    /// When the binary is missing or does not start.
    pub fn start(&mut self, setup: &OracleSetup, peers: &[String]) -> Result<()> {
        let listen = self.url.trim_start_matches("http://").to_owned();
        let policy = self.folder.join("policy.toml");
        std::fs::write(&policy, &setup.policy)?;
        // Epochs of seconds want quicker looks at the chain than epochs of a day.
        let config = self.folder.join("oracle.toml");
        std::fs::write(
            &config,
            "poll_ms = 250\nregistry_poll_ms = 1000\npropose_stagger_ms = 500\n\
             crank_ms = 1000\ncrank_stagger_ms = 3000\nsettle_minimum = 1\n",
        )?;
        let log = File::options().create(true).append(true).open(self.log_file())?;
        let mut command = Command::new(binary()?);
        command
            .args(["--listen", &listen, "--rpc-url", &setup.rpc_url])
            .args(["--public-rpc-url", &setup.rpc_url, "--public-ws-url", &setup.ws_url])
            .args(["--pool", &setup.pool.to_string()])
            .arg("--keypair")
            .arg(self.folder.join("keypair.json"))
            .arg("--data-dir")
            .arg(self.data_dir())
            .arg("--policy")
            .arg(policy)
            .arg("--config")
            .arg(config)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        for peer in peers {
            command.args(["--peer", peer]);
        }
        self.process = Some(command.spawn().context("starting cairn-oracle")?);
        Ok(())
    }

    /// Ends the process as `kill -9` does, at once and without warning.
    ///
    /// # Errors
    /// When it is not running.
    pub fn kill_9(&mut self) -> Result<()> {
        let mut process = self.process.take().context("the oracle is not running")?;
        process.kill()?;
        process.wait()?;
        Ok(())
    }

    /// Fails when the process has ended by itself.
    ///
    /// # Errors
    /// With the end of its log.
    pub fn check_alive(&mut self) -> Result<()> {
        let Some(process) = &mut self.process else { return Ok(()) };
        if let Some(status) = process.try_wait()? {
            let log = std::fs::read_to_string(self.log_file()).unwrap_or_default();
            let tail: Vec<&str> = log.lines().rev().take(20).collect();
            let tail: Vec<&str> = tail.into_iter().rev().collect();
            bail!("oracle {} ended ({status}):\n{}", self.url, tail.join("\n"));
        }
        Ok(())
    }
}
