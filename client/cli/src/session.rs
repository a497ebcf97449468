//! The chain and the wallet that a command works with, and how it sends and says what it did.

use crate::{
    args::Global,
    failure::Failure,
    network,
    output::{Format, print},
    text::{self, Scale},
    wallet,
};
use anyhow::{Context, Result};
use cairn_sdk::{
    account::{Pool, StakePool},
    address,
    amount::{BasisPoints, Credits, Lamports, ParseAmountError, Tokens},
    config::{Config, endpoint},
    instruction::{PoolKeys, Stake},
    rpc::{Client, Receipt},
    typed,
};
use serde::Serialize;
use solana_address::Address;
use solana_commitment_config::CommitmentConfig;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;
use std::path::PathBuf;

/// Connection, wallet and output of one command.
#[derive(Debug)]
pub struct Session {
    /// The chain.
    pub client: Client,
    /// How results are written.
    pub format: Format,
    keypair_path: PathBuf,
}

impl Session {
    /// Follows the flags and the configuration file. The wallet is read when it is first needed.
    ///
    /// # Errors
    /// `config_invalid`.
    pub fn open(global: &Global) -> Result<Self> {
        let config = Config::load(global.config.as_deref()).map_err(|error| {
            Failure::new("config_invalid", error.to_string(), "correct the file, or pass --config")
        })?;
        let url = endpoint(global.url.as_deref().unwrap_or(&config.json_rpc_url));
        let commitment = match config.commitment.as_str() {
            "processed" => CommitmentConfig::processed(),
            "finalized" => CommitmentConfig::finalized(),
            "confirmed" => CommitmentConfig::confirmed(),
            other => {
                return Err(Failure::new(
                    "config_invalid",
                    format!("`{other}` is not a commitment"),
                    "write processed, confirmed or finalized in the configuration file",
                )
                .into());
            }
        };
        let keypair_path = global.keypair.clone().unwrap_or(config.keypair_path);
        Ok(Self { client: Client::new(&url, commitment), format: global.output, keypair_path })
    }

    /// The keypair that signs and pays.
    ///
    /// # Errors
    /// `keypair_unreadable`.
    pub fn wallet(&self) -> Result<Keypair> {
        wallet::read(&self.keypair_path)
    }

    /// The address of the wallet.
    ///
    /// # Errors
    /// `keypair_unreadable`.
    pub fn address(&self) -> Result<Address> {
        Ok(self.wallet()?.pubkey())
    }

    /// Sends `instructions` as one transaction that the wallet signs and pays, and prints what it
    /// did: its events, and whose lamports it changed.
    ///
    /// # Errors
    /// Whatever the programs refuse.
    pub async fn execute(&self, instructions: &[Instruction], scale: Scale) -> Result<()> {
        let done = self.send(instructions).await?;
        self.print(&done, scale)
    }

    /// As [`Session::execute`], without printing.
    ///
    /// # Errors
    /// Whatever the programs refuse.
    pub async fn send(&self, instructions: &[Instruction]) -> Result<Done> {
        let signature = self.client.send(instructions, &self.wallet()?, &[]).await?;
        Ok(Done::from(self.client.receipt(&signature).await?))
    }

    /// Prints a result.
    ///
    /// # Errors
    /// When it does not serialise.
    pub fn print<T: Serialize>(&self, value: &T, scale: Scale) -> Result<()> {
        let text = text::render(value, scale).context("writing the result as text")?;
        print(self.format, value, |_| text)
    }

    /// A reward pool with everything that its commands need; the network's only one when none is
    /// named.
    ///
    /// # Errors
    /// `no_pool`, `several_pools`, `account_missing`.
    pub async fn pool(&self, network: &Address, pool: Option<Address>) -> Result<LoadedPool> {
        let address = match pool {
            Some(pool) => pool,
            None => network::pool_of(&self.client, network).await?,
        };
        let state: Pool = self.client.get(&address).await?;
        if state.network != *network {
            return Err(Failure::new(
                "wrong_network",
                format!("pool {address} is of network {}", state.network),
                "name that network with --network, or leave --pool out",
            )
            .into());
        }
        Ok(LoadedPool { keys: PoolKeys::from(&state), state, now: self.client.chain_time().await? })
    }

    /// A network's stake pool with everything that its commands need.
    ///
    /// # Errors
    /// `account_missing`.
    pub async fn stake(&self, network: &Address) -> Result<LoadedStake> {
        let state: StakePool = self.client.get(&address::stake_pool(network)).await?;
        let stake = Stake::of(&state);
        let tokens = self.client.mint_decimals(&stake.mint).await?;
        let rewards = self.client.mint_decimals(&stake.reward_mint).await?;
        let now = self.client.chain_time().await?;
        Ok(LoadedStake { stake, state, decimals: tokens, reward_decimals: rewards, now })
    }
}

/// A reward pool as it was read.
#[derive(Debug)]
pub struct LoadedPool {
    /// Where its accounts are.
    pub keys: PoolKeys,
    /// Its account.
    pub state: Pool,
    /// The chain's time when it was read, unix seconds.
    pub now: i64,
}

impl LoadedPool {
    /// For showing its amounts.
    pub fn scale(&self) -> Scale {
        Scale::of(self.state.decimals)
    }

    /// Reads an amount of its tokens.
    ///
    /// # Errors
    /// `invalid_amount`.
    pub fn amount(&self, text: &str) -> Result<Tokens> {
        tokens(text, self.state.decimals)
    }

    /// The epoch that the chain's time lies in; 0 before the genesis.
    pub fn current_epoch(&self) -> u64 {
        let since = self.now.saturating_sub(self.state.genesis_at);
        let epoch = since.checked_div(self.state.epoch_seconds.into()).unwrap_or(0);
        u64::try_from(epoch).unwrap_or(0)
    }
}

/// A stake pool as it was read.
#[derive(Debug)]
pub struct LoadedStake {
    /// Where its accounts are.
    pub stake: Stake,
    /// Its account.
    pub state: StakePool,
    /// Decimals of the stake's mint.
    pub decimals: u8,
    /// Decimals of the rewards' mint.
    pub reward_decimals: u8,
    /// The chain's time when it was read, unix seconds.
    pub now: i64,
}

impl LoadedStake {
    /// For showing its amounts.
    pub fn scale(&self) -> Scale {
        Scale { tokens: Some(self.decimals), rewards: Some(self.reward_decimals) }
    }

    /// Reads an amount of stake.
    ///
    /// # Errors
    /// `invalid_amount`.
    pub fn amount(&self, text: &str) -> Result<Tokens> {
        tokens(text, self.decimals)
    }
}

/// Reads an amount of tokens.
///
/// # Errors
/// `invalid_amount`.
pub fn tokens(text: &str, decimals: u8) -> Result<Tokens> {
    Tokens::parse(text, decimals).map_err(|error| invalid(&error, "write tokens such as 12.5"))
}

/// Reads a number of credits.
///
/// # Errors
/// `invalid_amount`.
pub fn credits(text: &str) -> Result<Credits> {
    Credits::parse(text).map_err(|error| invalid(&error, "write a whole number of credits"))
}

/// Reads a percentage.
///
/// # Errors
/// `invalid_amount`.
pub fn percent(text: &str) -> Result<BasisPoints> {
    BasisPoints::parse(text)
        .map_err(|error| invalid(&error, "write a percentage of 0 to 100, such as 12.5"))
}

/// `invalid_amount` with what to write instead.
pub fn invalid(error: &ParseAmountError, hint: &str) -> anyhow::Error {
    Failure::new("invalid_amount", error.to_string(), hint).into()
}

/// What a transaction did.
#[derive(Debug, Clone, Serialize)]
pub struct Done {
    /// The transaction.
    pub signature: String,
    /// What it cost.
    pub fee: Lamports,
    /// Events of Cairn's programs.
    pub events: Vec<typed::Event>,
    /// Accounts whose lamports changed: what was paid as rent or came back.
    pub accounts: Vec<Change>,
}

/// Lamports of one account.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// The account.
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub address: Address,
    /// Before; 0 where it did not exist.
    pub before: Lamports,
    /// After; 0 where it was closed.
    pub after: Lamports,
}

impl From<Receipt> for Done {
    fn from(receipt: Receipt) -> Self {
        let Receipt { signature, fee, events, changes } = receipt;
        let accounts = changes
            .into_iter()
            .map(|change| Change {
                address: change.address,
                before: change.before,
                after: change.after,
            })
            .collect();
        Self { signature: signature.to_string(), fee, events, accounts }
    }
}
