//! The commands that send one instruction or show one account, a module per noun.
//!
//! Each module has its command line and a `run` that loads what the instruction names, builds it
//! with `cairn-sdk`, and leaves sending and printing to [`Session`](crate::session::Session). The
//! wallet signs and pays all of them; what it may do is the programs' decision, so a wrong wallet is
//! refused with their error, such as `registry_not_authority`.

pub mod bond;
pub mod claimant;
pub mod class;
pub mod credits;
pub mod delegation;
pub mod device;
pub mod license;
pub mod maker;
pub mod network;
pub mod oracle;
pub mod penalty;
pub mod policy;
pub mod pool;
pub mod proposal;
pub mod stake_pool;
pub mod table;

use crate::failure::Failure;
use anyhow::{Context, Result};
use cairn_sdk::{account::CairnAccount, rpc::Client};
use clap::Args;
use serde::{Serialize, de::DeserializeOwned};
use solana_address::Address;
use std::path::Path;

/// Which network.
#[derive(Debug, Clone, Copy, Args)]
pub struct NetworkArg {
    /// Address of the network
    #[arg(long, env = "CAIRN_NETWORK")]
    pub network: Address,
}

/// Which reward pool.
#[derive(Debug, Clone, Copy, Args)]
pub struct PoolArgs {
    /// Address of the network
    #[arg(long, env = "CAIRN_NETWORK")]
    pub network: Address,
    /// Address of the reward pool [default: the network's only one]
    #[arg(long)]
    pub pool: Option<Address>,
}

/// An account with its address.
#[derive(Debug, Clone, Serialize)]
pub struct At<T> {
    /// Where it is.
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub address: Address,
    /// What it says.
    #[serde(flatten)]
    pub state: T,
}

/// Reads the account at `address` in its typed form.
async fn typed<A: CairnAccount, T: for<'a> From<&'a A>>(
    client: &Client,
    address: Address,
) -> Result<At<T>> {
    let account: A = client.get(&address).await?;
    Ok(At { address, state: T::from(&account) })
}

/// Reads accounts in their typed form.
fn typed_all<A, T: for<'a> From<&'a A>>(accounts: &[(Address, A)]) -> Vec<At<T>> {
    accounts.iter().map(|(address, state)| At { address: *address, state: state.into() }).collect()
}

/// Reads a JSON document that a flag named.
fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let unreadable = |error: String| {
        Failure::new(
            "file_unreadable",
            format!("cannot use {}: {error}", path.display()),
            "see docs/running-a-network.md for what the file holds",
        )
    };
    let text = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()).into())
}

/// 32 bytes of hex.
fn hash(text: &str) -> Result<[u8; 32], String> {
    let mut hash = [0; 32];
    hex::decode_to_slice(text, &mut hash).map_err(|_| "write 64 hexadecimal digits".to_owned())?;
    Ok(hash)
}

/// When something ends, from the two ways to say it.
#[derive(Debug, Clone, Copy, Args)]
#[group(required = true, multiple = false)]
pub struct Expiry {
    /// When it ends, unix seconds
    #[arg(long, value_name = "UNIX_SECONDS")]
    pub expires_at: Option<i64>,
    /// How many days it lasts from now on
    #[arg(long, value_name = "DAYS")]
    pub for_days: Option<u32>,
}

impl Expiry {
    async fn at(self, client: &Client) -> Result<i64> {
        match (self.expires_at, self.for_days) {
            (Some(at), _) => Ok(at),
            (None, days) => {
                let seconds = i64::from(days.unwrap_or(0)).saturating_mul(86_400);
                let now = client.chain_time().await?;
                now.checked_add(seconds).context("the end is beyond all time")
            }
        }
    }
}
