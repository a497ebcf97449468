//! Chains to run on: Surfnet in this process, or solana-test-validator beside it.

use anyhow::{Context, Result, bail};
use cairn_cli::progress::Phase;
use cairn_sdk::{address, rpc::Client};
use futures::{StreamExt, TryStreamExt};
use solana_address::Address;
use solana_commitment_config::CommitmentConfig;
use solana_keypair::Keypair;
use solana_loader_v3_interface::{
    get_program_data_address, instruction as loader, state::UpgradeableLoaderState,
};
use solana_signer::Signer;
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use surfpool_sdk::{BlockProductionMode, Surfnet, cheatcodes::builders::DeployProgram};

/// Lamports that the payer starts with: enough for the rent of a million accounts.
const PAYER_LAMPORTS: u64 = 10_000_000_000_000;
/// Bytes of a program in one transaction of its deployment.
const CHUNK: usize = 960;

/// Name, address and keypair file of each program.
pub const PROGRAMS: [(&str, Address); 3] =
    [("registry", address::REGISTRY), ("rewards", address::REWARDS), ("staking", address::STAKING)];

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
    node: Node,
}

enum Node {
    // Both end their chain when dropped.
    Surfnet(Box<Surfnet>),
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

/// The built program of this name.
///
/// # Errors
/// When it is not built.
fn program_file(name: &str) -> Result<PathBuf> {
    let file = root().join(format!("target/deploy/cairn_{name}.so"));
    if !file.exists() {
        bail!("{} is missing: run `make programs`", file.display());
    }
    Ok(file)
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
            .slot_time_ms(100)
            .airdrop_sol(PAYER_LAMPORTS)
            .payer(payer.insecure_clone())
            .start()
            .await
            .context("starting Surfnet")?;
        let chain = Self {
            name: "surfnet",
            rpc_url: surfnet.rpc_url().to_owned(),
            ws_url: surfnet.ws_url().to_owned(),
            payer,
            node: Node::Surfnet(Box::new(surfnet)),
        };
        chain.deploy().await?;
        Ok(chain)
    }

    /// Starts solana-test-validator and deploys the programs through the upgradeable loader.
    ///
    /// # Errors
    /// When it does not start, or a program is not built.
    pub async fn validator(binary: &Path) -> Result<Self> {
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
            node: Node::Validator(Validator { process, ledger }),
        };
        chain.wait_for_validator().await?;
        chain.deploy().await?;
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

    /// A connection at `confirmed`.
    pub fn client(&self) -> Client {
        Client::new(&self.rpc_url, CommitmentConfig::confirmed())
    }

    async fn deploy(&self) -> Result<()> {
        let mut phase = Phase::start(format!("deploy programs to {}", self.name), 0);
        for (name, id) in PROGRAMS {
            let file = program_file(name)?;
            match &self.node {
                Node::Surfnet(surfnet) => {
                    surfnet
                        .cheatcodes()
                        .deploy(DeployProgram::new(id).so_path(&file))
                        .with_context(|| format!("deploying {name}"))?;
                }
                Node::Validator(_) => {
                    self.deploy_upgradeable(name, &file)
                        .await
                        .with_context(|| format!("deploying {name}"))?;
                }
            }
            phase.advance(1);
        }
        phase.finish();
        Ok(())
    }

    /// Writes the program into a buffer and deploys it, as `anchor deploy` does.
    async fn deploy_upgradeable(&self, name: &str, file: &Path) -> Result<()> {
        let client = self.client();
        let payer = &self.payer;
        let keypair = root().join(format!("programs/keys/{name}-keypair.json"));
        let program = cairn_cli::wallet::read(&keypair)?;
        let code = std::fs::read(file)?;
        let rent = |bytes: usize| async move {
            self.client().rpc().get_minimum_balance_for_rent_exemption(bytes).await
        };
        let buffer = Keypair::new();
        let create = loader::create_buffer(
            &payer.pubkey(),
            &buffer.pubkey(),
            &payer.pubkey(),
            rent(UpgradeableLoaderState::size_of_buffer(code.len())).await?,
            code.len(),
        )?;
        client.send(&create, payer, &[&buffer]).await?;

        let writes = code.chunks(CHUNK).enumerate().map(|(at, bytes)| {
            let offset = u32::try_from(at.saturating_mul(CHUNK)).unwrap_or(u32::MAX);
            let write = loader::write(&buffer.pubkey(), &payer.pubkey(), offset, bytes.to_vec());
            let client = &client;
            async move { client.send(&[write], payer, &[]).await }
        });
        futures::stream::iter(writes).buffer_unordered(32).try_collect::<Vec<_>>().await?;

        let program_bytes = UpgradeableLoaderState::size_of_program();
        let deploy = loader::deploy_with_max_program_len(
            &payer.pubkey(),
            &program.pubkey(),
            &buffer.pubkey(),
            &payer.pubkey(),
            rent(program_bytes).await?,
            code.len(),
            true,
        )?;
        client.send(&deploy, payer, &[&program]).await?;
        // A program can be called from the slot after its deployment.
        let data = get_program_data_address(&program.pubkey());
        let slot = client.rpc().get_slot().await?;
        while client.rpc().get_slot().await? <= slot.saturating_add(1) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        if client.account(&data).await?.is_none() {
            bail!("the loader left no program data at {data}");
        }
        Ok(())
    }
}
