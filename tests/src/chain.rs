//! Chains to run on: Surfnet in this process, or solana-test-validator beside it.

use anyhow::{Context, Result, bail};
use cairn_cli::{
    deploy::{self, Build, PROGRAMS},
    progress::Phase,
};
use cairn_sdk::rpc::Client;
use solana_address::Address;
use solana_commitment_config::CommitmentConfig;
use solana_keypair::Keypair;
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;
use std::{
    collections::BTreeSet,
    convert::Infallible,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};
use surfpool_sdk::{BlockProductionMode, Surfnet, cheatcodes::builders::DeployProgram};

/// Lamports that the payer starts with: enough for the rent of a million accounts.
const PAYER_LAMPORTS: u64 = 10_000_000_000_000;
/// Length of a slot of Surfnet.
const SLOT_MS: u64 = 100;
/// Slots of Surfnet in a second.
const SLOTS_PER_SECOND: u64 = 1_000 / SLOT_MS;
/// Slots that Surfnet's clock may be late by. It sets its clock in turn with its slots: were it asked for
/// less, slots that it was just going to make could bring it past the one that it is then set to, and its
/// time would fall.
const SLOTS_BEHIND: u64 = 8;
/// How often Surfnet is asked to set its clock: on a busy machine it does not always confirm it in time.
const ATTEMPTS: u32 = 3;
/// Until Surfnet has done what it did not confirm in time.
const SETTLE: Duration = Duration::from_secs(3);
/// How often a clock is set that is to stay right.
const KEEP_TIME: Duration = Duration::from_secs(2);
/// SOL that wallets are given.
const WALLET_LAMPORTS: u64 = 10_000_000_000;

/// A running chain with a wallet that can pay. It ends with this value.
pub struct Chain {
    /// `surfnet` or `solana-test-validator`.
    pub name: &'static str,
    /// JSON-RPC endpoint.
    pub rpc_url: String,
    /// WebSocket endpoint.
    pub ws_url: String,
    /// A funded wallet.
    pub payer: Keypair,
    /// Which slot of each ten begins a second, once it is known.
    second_begins: OnceLock<u64>,
    node: Node,
}

enum Node {
    // Both end their chain when dropped. When Surfnet was at which slot, by the real time.
    Surfnet(Box<Surfnet>, Instant, u64),
    Validator(Validator),
}

struct Validator {
    process: Child,
    ledger: tempfile::TempDir,
}

impl Drop for Validator {
    fn drop(&mut self) {
        // Errors mean that it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The root of the checkout that the working directory lies in. Not where this was compiled:
/// checkouts may share a target directory.
pub fn root() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let root = here.ancestors().find(|folder| folder.join("Anchor.toml").is_file());
    root.unwrap_or(&here).to_owned()
}

/// What `make programs` built.
pub fn build() -> Build {
    Build::new(root().join(deploy::default_build()))
}

/// The validator's binary: on `PATH`, in `$CAIRN_TOOLS`, or in the cache's tools.
pub fn find_validator() -> Option<PathBuf> {
    const NAME: &str = "solana-test-validator";
    let path = std::env::var_os("PATH").unwrap_or_default();
    let cache = std::env::var_os("CAIRN_CACHE").map_or_else(
        || std::env::home_dir().unwrap_or_default().join(".cache/cairn"),
        PathBuf::from,
    );
    std::env::split_paths(&path)
        .chain(std::env::var_os("CAIRN_TOOLS").map(PathBuf::from))
        .chain([cache.join("tools")])
        .map(|folder| folder.join(NAME))
        .find(|file| file.is_file())
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

impl Chain {
    /// Starts Surfnet in this process and deploys the programs.
    ///
    /// # Errors
    /// When it does not start, or a program is not built.
    pub async fn surfnet() -> Result<Self> {
        let payer = Keypair::new();
        let surfnet = Surfnet::builder()
            .offline(true)
            // Blocks by the clock, so that the chain's time passes as real time does.
            .block_production_mode(BlockProductionMode::Clock)
            .slot_time_ms(SLOT_MS)
            .airdrop_sol(PAYER_LAMPORTS)
            .payer(payer.insecure_clone())
            .start()
            .await
            .context("starting Surfnet")?;
        let client = Client::new(surfnet.rpc_url(), CommitmentConfig::processed());
        let (started, slot) = (Instant::now(), client.slot().await?);
        let chain = Self {
            name: "surfnet",
            rpc_url: surfnet.rpc_url().to_owned(),
            ws_url: surfnet.ws_url().to_owned(),
            payer,
            second_begins: OnceLock::new(),
            node: Node::Surfnet(Box::new(surfnet), started, slot),
        };
        chain.deploy().await?;
        Ok(chain)
    }

    /// Starts solana-test-validator and deploys the programs through the upgradeable loader.
    ///
    /// # Errors
    /// When it does not start, or a program is not built.
    pub async fn validator(binary: &Path) -> Result<Self> {
        let chain = Self::empty_validator(binary).await?;
        chain.deploy().await?;
        Ok(chain)
    }

    /// Starts solana-test-validator, without any of Cairn's programs.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn empty_validator(binary: &Path) -> Result<Self> {
        let payer = Keypair::new();
        let ledger = tempfile::tempdir()?;
        let rpc_port = loop {
            // WebSocket takes the next port.
            let port = free_port()?;
            if TcpListener::bind(("127.0.0.1", port.saturating_add(1))).is_ok() {
                break port;
            }
        };
        let log = std::fs::File::create(ledger.path().join("output.log"))?;
        let process = Command::new(binary)
            .args(["--reset", "--quiet", "--bind-address", "127.0.0.1"])
            // Four times the usual pace: finality is 32 slots away.
            .args(["--ticks-per-slot", "16"])
            .arg("--ledger")
            .arg(ledger.path().join("ledger"))
            .args(["--rpc-port", &rpc_port.to_string()])
            .args(["--faucet-port", &free_port()?.to_string()])
            .args(["--gossip-port", &free_port()?.to_string()])
            .args(["--mint", &payer.pubkey().to_string()])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("starting {}", binary.display()))?;
        let mut chain = Self {
            name: "solana-test-validator",
            rpc_url: format!("http://127.0.0.1:{rpc_port}"),
            ws_url: format!("ws://127.0.0.1:{}", rpc_port.saturating_add(1)),
            payer,
            second_begins: OnceLock::new(),
            node: Node::Validator(Validator { process, ledger }),
        };
        chain.wait_for_validator().await?;
        Ok(chain)
    }

    async fn wait_for_validator(&mut self) -> Result<()> {
        let phase = Phase::start("start solana-test-validator", 0);
        let client = self.client();
        let payer = self.payer.pubkey();
        let Node::Validator(validator) = &mut self.node else { return Ok(()) };
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            // In its first slots the node answers, but refuses transactions of the account that
            // its genesis funded.
            if client.rpc().get_balance(&payer).await.is_ok_and(|lamports| lamports > 0)
                && client.rpc().get_slot().await.is_ok_and(|slot| slot > 8)
            {
                phase.finish();
                return Ok(());
            }
            let ended = validator.process.try_wait()?;
            if ended.is_some() || Instant::now() > deadline {
                let log = std::fs::read_to_string(validator.ledger.path().join("output.log"));
                bail!(
                    "solana-test-validator did not come up ({}): {}",
                    ended.map_or("no answer for 120 s".into(), |status| status.to_string()),
                    log.unwrap_or_default()
                );
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Sets Surfnet's clock to the real time, or less than a second behind it; for when no transaction
    /// is under way. It counts its time in slots and sleeps between them: on a busy machine a slot takes
    /// longer than it says, and after a minute the chain is seconds behind. What answers its blocks at
    /// once is late by its clock then.
    ///
    /// # Errors
    /// When Surfnet does not do it.
    pub fn catch_up(&self) -> Result<()> {
        let Node::Surfnet(_, started, slot) = &self.node else { return Ok(()) };
        let passed = u64::try_from(started.elapsed().as_millis())?;
        self.skip_to(slot.saturating_add(passed / SLOT_MS))
    }

    /// Moves Surfnet, which must have run for more than a second, on to the last slot until `due` that
    /// begins a second, unless it is there already, or almost.
    ///
    /// Only there, because Surfnet goes on from a whole second, rounded down, and gives blocks with
    /// transactions their time by it, but empty ones by their slot: after a jump into the middle of a
    /// second, an empty block would be later than one with transactions that follows it, and which
    /// block is the first of a window would depend on who looks how.
    ///
    /// # Errors
    /// When Surfnet does not do it.
    pub fn skip_to(&self, due: u64) -> Result<()> {
        let Node::Surfnet(surfnet, ..) = &self.node else { return Ok(()) };
        let rpc = surfnet.rpc_client();
        let now = || rpc.get_slot_with_commitment(CommitmentConfig::processed());
        let begins = match self.second_begins.get() {
            Some(begins) => *begins,
            None => {
                // The slot that it is in has no block yet.
                let newest = now()?.saturating_sub(1);
                let begins = second_begins(|slot| Ok(rpc.get_block_time(slot)?), newest)?;
                *self.second_begins.get_or_init(|| begins)
            }
        };
        let behind = (due % SLOTS_PER_SECOND + SLOTS_PER_SECOND - begins) % SLOTS_PER_SECOND;
        let due = due.saturating_sub(behind);
        for attempt in 1.. {
            if now().context("asking for Surfnet's slot")?.saturating_add(SLOTS_BEHIND) >= due {
                return Ok(());
            }
            match surfnet.cheatcodes().time_travel_to_slot(due) {
                Ok(_) => return Ok(()),
                Err(error) if attempt == ATTEMPTS => {
                    return Err(error).context("setting Surfnet's clock");
                }
                // It went on meanwhile and does not go back, or it is still busy with something else.
                Err(_) => std::thread::sleep(SETTLE),
            }
        }
        Ok(())
    }

    /// Keeps Surfnet's clock at the real time until it is dropped; see [`Chain::catch_up`]. A step is a
    /// few slots, which a transaction under way outlives. A step that fails is told, and made up for by
    /// the next.
    pub async fn keep_time(&self) -> Infallible {
        loop {
            tokio::time::sleep(KEEP_TIME).await;
            if let Err(error) = tokio::task::block_in_place(|| self.catch_up()) {
                eprintln!("{error:#}");
            }
        }
    }

    /// Gives wallets SOL for fees and rent.
    ///
    /// # Errors
    /// When the chain refuses.
    pub async fn fund(&self, wallets: &[Address]) -> Result<()> {
        for some in wallets.chunks(16) {
            let from = self.payer.pubkey();
            let fund: Vec<_> =
                some.iter().map(|wallet| transfer(&from, wallet, WALLET_LAMPORTS)).collect();
            self.client().send(&fund, &self.payer, &[]).await.context("giving SOL to wallets")?;
        }
        Ok(())
    }

    /// A connection at `confirmed`.
    pub fn client(&self) -> Client {
        Client::new(&self.rpc_url, CommitmentConfig::confirmed())
    }

    async fn deploy(&self) -> Result<()> {
        let mut phase = Phase::start(format!("deploy programs to {}", self.name), 0);
        let build = build();
        for program in PROGRAMS {
            let code = build.code(program)?;
            match &self.node {
                Node::Surfnet(surfnet, ..) => {
                    surfnet
                        .cheatcodes()
                        .deploy(DeployProgram::new(program.address).so_bytes(code))
                        .with_context(|| format!("deploying {}", program.name))?;
                }
                Node::Validator(_) => {
                    deploy::deploy(&self.client(), &self.payer, &build, program, code.len())
                        .await
                        .with_context(|| format!("deploying {}", program.name))?;
                }
            }
            phase.advance(1);
        }
        phase.finish();
        Ok(())
    }
}

/// Which slot of each ten begins a second, by the times of the blocks until `newest`. One with
/// transactions has the time of the slot after it, so that a second can seem to begin a slot early.
fn second_begins(time: impl Fn(u64) -> Result<i64>, newest: u64) -> Result<u64> {
    let mut seen = BTreeSet::new();
    let mut later = time(newest)?;
    let oldest = newest.saturating_sub(20 * SLOTS_PER_SECOND).max(1);
    for slot in (oldest..=newest).rev() {
        // What was before the chain began has no time.
        let Ok(earlier) = time(slot.saturating_sub(1)) else { break };
        if earlier < later {
            seen.insert(slot % SLOTS_PER_SECOND);
        }
        later = earlier;
    }
    let is_late = |at: &u64| !seen.contains(&((at + 1) % SLOTS_PER_SECOND));
    seen.iter().copied().find(is_late).context("no second has begun since the chain did")
}
