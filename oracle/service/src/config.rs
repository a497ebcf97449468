//! Flags, environment and the configuration file.

use crate::Now;
use crate::epochs::Pace;
use crate::public::Public;
use crate::server::Options;
use anyhow::{Context, bail};
use cairn_app::App;
use cairn_epoch::text;
use cairn_verify::{Policies, Policy};
use clap::Parser;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Verifies a Cairn network's proofs and attests its rewards.
///
/// Every flag may also stand in the configuration file (see oracle.example.toml); a flag or its
/// environment variable wins. Logs go to stderr (CAIRN_LOG or RUST_LOG sets what is logged); one
/// line of JSON on stdout tells the address once it listens.
#[derive(Debug, Clone, Default, Parser)]
#[command(name = "cairn-oracle", version)]
pub struct Args {
    /// Configuration file (TOML).
    #[arg(long, env = "CAIRN_ORACLE_CONFIG")]
    pub config: Option<PathBuf>,
    /// Address of the HTTP API; port 0 takes a free one.
    #[arg(long, env = "CAIRN_ORACLE_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// Directory of the proof log and the results.
    #[arg(long, env = "CAIRN_ORACLE_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// RPC endpoint, or a cluster's name.
    #[arg(long, short = 'u', env = "CAIRN_ORACLE_RPC_URL")]
    pub rpc_url: Option<String>,
    /// File of the oracle's keypair.
    #[arg(long, short = 'k', env = "CAIRN_ORACLE_KEYPAIR")]
    pub keypair: Option<PathBuf>,
    /// Address of the pool.
    #[arg(long, env = "CAIRN_ORACLE_POOL")]
    pub pool: Option<String>,
    /// URL of another oracle of the pool; may be given several times.
    #[arg(long = "peer", env = "CAIRN_ORACLE_PEERS", value_delimiter = ',')]
    pub peers: Vec<String>,
    /// RPC endpoint that browsers are told; it is public, so give none that holds a key.
    #[arg(long, env = "CAIRN_ORACLE_PUBLIC_RPC_URL")]
    pub public_rpc_url: Option<String>,
    /// WebSocket endpoint of the same.
    #[arg(long, env = "CAIRN_ORACLE_PUBLIC_WS_URL")]
    pub public_ws_url: Option<String>,
    /// URL of another oracle as browsers reach it; may be given several times. Without, the peers'.
    #[arg(long = "public-peer", env = "CAIRN_ORACLE_PUBLIC_PEERS", value_delimiter = ',')]
    pub public_peers: Vec<String>,
    /// File of a policy of the network (TOML); given several times, each holds from its
    /// `from_epoch` on.
    #[arg(long, env = "CAIRN_ORACLE_POLICY", value_delimiter = ',')]
    pub policy: Vec<PathBuf>,
}

/// The configuration file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    listen: Option<SocketAddr>,
    data_dir: Option<PathBuf>,
    rpc_url: Option<String>,
    keypair: Option<PathBuf>,
    pool: Option<String>,
    peers: Option<Vec<String>>,
    public_rpc_url: Option<String>,
    public_ws_url: Option<String>,
    public_peers: Option<Vec<String>>,
    policy: Option<OneOrMany>,
    poll_ms: Option<u64>,
    registry_poll_ms: Option<u64>,
    propose_stagger_ms: Option<u64>,
    repropose_ms: Option<u64>,
    crank_ms: Option<u64>,
    crank_stagger_ms: Option<u64>,
    close_after_ms: Option<u64>,
    pay_minimum: Option<u64>,
    settle_minimum: Option<u64>,
    max_in_flight_bytes: Option<usize>,
    max_queued_batches: Option<usize>,
    max_listeners: Option<usize>,
    log_segment_bytes: Option<u64>,
    peer_timeout_ms: Option<u64>,
    peer_max_bytes: Option<usize>,
}

/// A file, or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(PathBuf),
    Many(Vec<PathBuf>),
}

/// What the binary runs with.
#[derive(Debug)]
pub struct Config {
    /// RPC endpoint.
    pub rpc_url: String,
    /// File of the keypair.
    pub keypair: PathBuf,
    /// Everything else.
    pub options: Options,
}

impl Config {
    /// Joins flags, environment and file. Relative paths in the file are relative to it.
    ///
    /// # Errors
    /// When something is missing or invalid; the message says what to do.
    pub fn load(args: Args, now: Now) -> anyhow::Result<Self> {
        let (file, base) = match &args.config {
            None => (File::default(), PathBuf::new()),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                let file = toml::from_str(&text)
                    .with_context(|| format!("{} is not a configuration", path.display()))?;
                (file, path.parent().map(Path::to_owned).unwrap_or_default())
            }
        };
        let in_file = |path: PathBuf| base.join(home(path));
        let files = match file.policy {
            _ if !args.policy.is_empty() => args.policy,
            None => Vec::new(),
            Some(OneOrMany::One(path)) => vec![in_file(path)],
            Some(OneOrMany::Many(paths)) => paths.into_iter().map(in_file).collect(),
        };
        let policies = read_policies(&files)?;
        let pool = required(args.pool.or(file.pool), "pool")?;
        let Some(pool_address) = text::from_base58(&pool) else {
            bail!("`{pool}` is not the address of a pool: 32 bytes in base58");
        };
        let peers = if args.peers.is_empty() { file.peers.unwrap_or_default() } else { args.peers };
        let public_peers = if args.public_peers.is_empty() {
            file.public_peers.unwrap_or_else(|| peers.clone())
        } else {
            args.public_peers
        };
        if let Some(peer) = peers.iter().chain(&public_peers).find(|peer| !peer.starts_with("http"))
        {
            bail!("peer `{peer}` is not a URL: begin it with http:// or https://");
        }
        let rpc_url = required(args.rpc_url.or(file.rpc_url), "rpc-url")?;
        let rpc_url = cairn_sdk::config::endpoint(&rpc_url);
        let public_rpc_url = args.public_rpc_url.or(file.public_rpc_url);
        let public_rpc_url = public_rpc_url.map(|url| cairn_sdk::config::endpoint(&url));
        let public_ws_url = args.public_ws_url.or(file.public_ws_url);
        for (what, url, scheme) in
            [("public_rpc_url", &public_rpc_url, "http"), ("public_ws_url", &public_ws_url, "ws")]
        {
            if let Some(url) = url.as_ref().filter(|url| !url.starts_with(scheme)) {
                bail!("{what} `{url}` is not a URL: begin it with {scheme}:// or {scheme}s://");
            }
        }
        let public = Public::new(public_rpc_url, public_ws_url, public_peers, &rpc_url);
        let ms = |value: Option<u64>, default: u64| Duration::from_millis(value.unwrap_or(default));
        let max_in_flight_bytes = file.max_in_flight_bytes.unwrap_or(256 * 1024 * 1024);
        if max_in_flight_bytes < 32 * 1024 * 1024 {
            bail!(
                "max_in_flight_bytes is {max_in_flight_bytes}: it must be at least 32 MiB, one JSON batch may take 16"
            );
        }
        Ok(Self {
            rpc_url,
            keypair: required(
                args.keypair.map(home).or_else(|| file.keypair.map(in_file)),
                "keypair",
            )?,
            options: Options {
                listen: args
                    .listen
                    .or(file.listen)
                    .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
                data_dir: required(
                    args.data_dir.or_else(|| file.data_dir.map(in_file)),
                    "data-dir",
                )?,
                pool: pool_address,
                policies,
                peers,
                peer_timeout: ms(file.peer_timeout_ms, 30_000),
                peer_most_bytes: file.peer_max_bytes.unwrap_or(256 * 1024 * 1024),
                pace: Pace {
                    poll: ms(file.poll_ms, 1_000),
                    stagger_ms: file.propose_stagger_ms.unwrap_or(2_000),
                    repropose_ms: file.repropose_ms.unwrap_or(60_000),
                    crank: ms(file.crank_ms, 30_000),
                    crank_stagger_ms: file.crank_stagger_ms.unwrap_or(60_000),
                    close_after: ms(file.close_after_ms, 600_000),
                    pay_minimum: file.pay_minimum.unwrap_or(1_000_000),
                    settle_minimum: file.settle_minimum.unwrap_or(1_000),
                },
                registry_poll: ms(file.registry_poll_ms, 5_000),
                max_in_flight_bytes,
                queue: file.max_queued_batches.unwrap_or(1_024),
                max_listeners: file.max_listeners.unwrap_or(1_024),
                segment_bytes: file.log_segment_bytes.unwrap_or(64 * 1024 * 1024),
                now,
                public,
                app: App::embedded(),
            },
        })
    }
}

/// The policies in files; the default one when there are none.
///
/// # Errors
/// When a file cannot be read or is no policy, or they do not make a history.
pub fn read_policies(files: &[PathBuf]) -> anyhow::Result<Policies> {
    if files.is_empty() {
        return Ok(Policies::default());
    }
    let policies = files
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            Policy::from_toml(&text).with_context(|| format!("{} is not a policy", path.display()))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    Policies::new(policies).context("the policies cannot be used")
}

fn required<T>(value: Option<T>, flag: &str) -> anyhow::Result<T> {
    value.with_context(|| {
        format!(
            "give --{flag}, CAIRN_ORACLE_{}, or {} in the configuration file",
            flag.to_uppercase().replace('-', "_"),
            flag.replace('-', "_")
        )
    })
}

/// `~/` is the home directory.
fn home(path: PathBuf) -> PathBuf {
    match path.strip_prefix("~") {
        Ok(rest) => std::env::home_dir().unwrap_or_default().join(rest),
        Err(_) => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn load(text: &str, args: &[&str]) -> anyhow::Result<Config> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("oracle.toml");
        std::fs::write(&path, text).unwrap();
        std::fs::write(dir.path().join("policy.toml"), Policy::default_toml()).unwrap();
        let mut all = vec!["cairn-oracle", "--config", path.to_str().unwrap()];
        all.extend(args);
        Config::load(Args::try_parse_from(all).unwrap(), Arc::new(|| 0))
    }

    #[test]
    fn the_examples_are_valid_and_state_the_defaults() {
        let config = load(include_str!("../oracle.example.toml"), &[]).unwrap();
        assert_eq!(config.options.policies, Policies::default());
        let bare = load(
            "pool='11111111111111111111111111111111'\nrpc_url='l'\nkeypair='k'\ndata_dir='d'",
            &[],
        )
        .unwrap();
        assert_eq!(bare.rpc_url, "http://127.0.0.1:8899");
        let (example, bare) = (config.options, bare.options);
        assert_eq!(example.pace, bare.pace);
        assert_eq!(example.registry_poll, bare.registry_poll);
        assert_eq!(example.max_in_flight_bytes, bare.max_in_flight_bytes);
        assert_eq!(example.queue, bare.queue);
        assert_eq!(example.max_listeners, bare.max_listeners);
        assert_eq!(example.segment_bytes, bare.segment_bytes);
        assert_eq!(example.public, bare.public);
        assert_eq!(example.peer_timeout, bare.peer_timeout);
        assert_eq!(example.peer_most_bytes, bare.peer_most_bytes);
        assert_eq!(example.listen, bare.listen);
    }

    #[test]
    fn flags_win_over_the_file() {
        let config = load(
            include_str!("../oracle.example.toml"),
            &["--listen", "127.0.0.1:0", "--peer", "http://a", "--peer", "http://b", "-u", "d"],
        )
        .unwrap();
        assert_eq!(config.options.listen.port(), 0);
        assert_eq!(config.options.peers, ["http://a", "http://b"]);
        assert_eq!(config.rpc_url, "https://api.devnet.solana.com");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let message = |text: &str| format!("{:#}", load(text, &[]).unwrap_err());
        assert!(message("").contains("--pool"));
        assert!(message("pool='x'").contains("`x` is not the address"));
        assert!(message("pol='x'").contains("unknown field `pol`"));
    }
}
