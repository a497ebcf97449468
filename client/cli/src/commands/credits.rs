//! `cairn credits`: what customers pay with for what the devices do.

use super::{At, PoolArgs, read_json, typed};
use crate::session::{LoadedPool, Session, credits, invalid};
use crate::{failure::Failure, oracle::Oracles};
use anyhow::Result;
use cairn_protocol::merkle::{Node, UsageLeaf, verify};
use cairn_sdk::{
    account::{CreditAccount, CreditMarket},
    address,
    amount::{CreditPrice, Tokens},
    api::UsageView,
    instruction,
    typed::rewards::{self, CreditTerms},
};
use clap::{Args, Subcommand};
use serde::Serialize;
use solana_address::Address;
use std::path::PathBuf;

/// `cairn credits`.
#[derive(Debug, Subcommand)]
pub enum CreditsCommand {
    /// Create the pool's credit market (authority)
    CreateMarket(TermsArgs),
    /// Show the market: terms, price reports, what was burned, bought and settled
    ShowMarket(PoolArgs),
    /// Propose other terms, in force after the network's delay (authority)
    ProposeUpdate(TermsArgs),
    /// Take proposed terms back (authority)
    CancelUpdate(PoolArgs),
    /// Report the token's price in credits (oracle)
    ReportPrice(PriceArgs),
    /// Open a customer's account (anyone)
    Open(CustomerArgs),
    /// Show a customer's account
    Show(CustomerArgs),
    /// Burn tokens of the wallet for credits of a customer
    Buy(BuyArgs),
    /// Put credits into escrow, which usage is settled from (customer)
    Escrow(AmountArgs),
    /// Ask for credits out of escrow: they can be withdrawn after the market's delay (customer)
    RequestWithdrawal(AmountArgs),
    /// Withdraw what was asked for, once the delay is over (customer)
    Withdraw(PoolArgs),
    /// Show what a customer used, by the active root, with the proof of it
    Usage(UsageArgs),
    /// Debit what a customer used, with its proof (anyone)
    Settle(SettleArgs),
    /// Close a customer's account that was never used, or of a pool at its end: what is in it lapses
    Close(CustomerArgs),
    /// Close a market without customers (authority)
    CloseMarket(PoolArgs),
}

/// Flags of `cairn credits create-market` and `propose-update`; what is not named stays as it is,
/// or has its default in a new market.
#[derive(Debug, Args)]
pub struct TermsArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// Burned tokens per epoch that may be minted again, in whole tokens [default: 0]
    #[arg(long, value_name = "TOKENS")]
    pub remint_cap: Option<String>,
    /// How old a price report may be, in seconds [default: 3600]
    #[arg(long)]
    pub max_report_age_seconds: Option<u32>,
    /// Seconds between asking for credits out of escrow and getting them [default: 86400]
    #[arg(long)]
    pub escrow_delay_seconds: Option<u32>,
}

/// Flags of `cairn credits report-price`.
#[derive(Debug, Args)]
pub struct PriceArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// Credits per whole token
    #[arg(long, value_name = "CREDITS")]
    pub price: String,
}

/// Whose account.
#[derive(Debug, Clone, Copy, Args)]
pub struct CustomerArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// Wallet of the customer [default: the wallet]
    #[arg(long)]
    pub customer: Option<Address>,
}

/// Flags of `cairn credits buy`.
#[derive(Debug, Args)]
pub struct BuyArgs {
    /// For whom.
    #[command(flatten)]
    pub customer: CustomerArgs,
    /// Tokens to burn, in whole tokens
    #[arg(long, value_name = "TOKENS")]
    pub amount: String,
    /// Refuse a price that gives fewer credits than this
    #[arg(long, value_name = "CREDITS")]
    pub min_credits: String,
}

/// How many credits of the wallet.
#[derive(Debug, Args)]
pub struct AmountArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// How many credits
    #[arg(long, value_name = "CREDITS")]
    pub amount: String,
}

/// Flags of `cairn credits settle`.
#[derive(Debug, Args)]
pub struct SettleArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// Wallet of the customer [default: the wallet]
    #[arg(long)]
    pub customer: Option<Address>,
    /// Address of an oracle, which has the proof; several may be named, the first that answers is
    /// used
    #[arg(
        long = "oracle",
        env = "CAIRN_ORACLES",
        value_delimiter = ',',
        required_unless_present = "usage"
    )]
    pub oracles: Vec<String>,
    /// File with the proof, as `cairn credits usage` prints it
    #[arg(long, value_name = "FILE", conflicts_with = "customer")]
    pub usage: Option<PathBuf>,
}

/// Flags of `cairn credits usage`.
#[derive(Debug, Args)]
pub struct UsageArgs {
    /// Whose usage.
    #[command(flatten)]
    pub customer: CustomerArgs,
    /// Address of an oracle; several may be named, the first that answers is used
    #[arg(long = "oracle", env = "CAIRN_ORACLES", value_delimiter = ',', required = true)]
    pub oracles: Vec<String>,
}

/// A credit market as people read it.
#[derive(Debug, Serialize)]
struct Market {
    #[serde(flatten)]
    market: At<rewards::CreditMarket>,
    /// What each report says, in credits per whole token.
    credits_per_token: Vec<String>,
}

impl TermsArgs {
    fn apply(&self, pool: &LoadedPool, old: CreditTerms) -> Result<CreditTerms> {
        let remint_cap = match &self.remint_cap {
            Some(text) => pool.amount(text)?,
            None => old.remint_cap,
        };
        Ok(CreditTerms {
            remint_cap,
            max_report_age_seconds: self
                .max_report_age_seconds
                .unwrap_or(old.max_report_age_seconds),
            escrow_delay_seconds: self.escrow_delay_seconds.unwrap_or(old.escrow_delay_seconds),
        })
    }
}

/// Runs a command.
///
/// # Errors
/// Whatever the rewards program refuses.
pub async fn run(session: &Session, command: &CreditsCommand) -> Result<()> {
    use CreditsCommand as Command;
    let client = &session.client;
    let (at, customer) = match command {
        Command::CreateMarket(terms) | Command::ProposeUpdate(terms) => (&terms.pool, None),
        Command::ShowMarket(at)
        | Command::CancelUpdate(at)
        | Command::Withdraw(at)
        | Command::CloseMarket(at) => (at, None),
        Command::ReportPrice(price) => (&price.pool, None),
        Command::Open(at) | Command::Show(at) | Command::Close(at) => (&at.pool, at.customer),
        Command::Usage(usage) => (&usage.customer.pool, usage.customer.customer),
        Command::Buy(buy) => (&buy.customer.pool, buy.customer.customer),
        Command::Escrow(amount) | Command::RequestWithdrawal(amount) => (&amount.pool, None),
        Command::Settle(settle) => (&settle.pool, None),
    };
    let pool = session.pool(&at.network, at.pool).await?;
    let keys = pool.keys;
    let (network, address) = (&keys.network, &keys.pool);
    let market = address::credit_market(address);
    let wallet = || session.address();
    let customer = || customer.map_or_else(wallet, Ok);
    let instruction = match command {
        Command::CreateMarket(terms) => {
            let old = CreditTerms {
                remint_cap: Tokens(0),
                max_report_age_seconds: 3_600,
                escrow_delay_seconds: 86_400,
            };
            let terms = terms.apply(&pool, old)?;
            instruction::create_credit_market(&wallet()?, network, address, &terms)
        }
        Command::ShowMarket(_) => {
            let market: At<rewards::CreditMarket> =
                typed::<CreditMarket, _>(client, market).await?;
            let reports = market.state.reports.iter();
            let credits_per_token = reports
                .map(|report| report.price.display(pool.state.decimals).to_string())
                .collect();
            return session.print(&Market { market, credits_per_token }, pool.scale());
        }
        Command::ProposeUpdate(terms) => {
            let state: CreditMarket = client.get(&market).await?;
            let pending = state.pending_terms_at != 0 && pool.now >= state.pending_terms_at;
            let old = if pending { &state.pending_terms } else { &state.terms };
            let terms = terms.apply(&pool, old.into())?;
            instruction::propose_credit_update(&wallet()?, network, address, &terms)
        }
        Command::CancelUpdate(_) => instruction::cancel_credit_update(&wallet()?, network, address),
        Command::ReportPrice(report) => {
            let price = CreditPrice::parse(&report.price, pool.state.decimals)
                .map_err(|error| invalid(&error, "write credits per whole token, such as 2000"))?;
            instruction::report_price(&wallet()?, address, price)
        }
        Command::Open(_) => instruction::open_credit_account(&wallet()?, address, &customer()?),
        Command::Show(_) => {
            let account = address::credit_account(&market, &customer()?);
            let account = typed::<CreditAccount, rewards::CreditAccount>(client, account).await?;
            return session.print(&account, pool.scale());
        }
        Command::Buy(buy) => {
            let (owner, amount) = (wallet()?, pool.amount(&buy.amount)?);
            let least = credits(&buy.min_credits)?;
            let source = keys.token_account(&owner);
            instruction::buy_credits(&owner, &source, &keys, &customer()?, amount, least)
        }
        Command::Escrow(escrow) => {
            let amount = credits(&escrow.amount)?;
            instruction::escrow_credits(&wallet()?, address, amount)
        }
        Command::RequestWithdrawal(request) => {
            let amount = credits(&request.amount)?;
            instruction::request_escrow_withdrawal(&wallet()?, address, amount)
        }
        Command::Withdraw(_) => instruction::withdraw_escrow(&wallet()?, address),
        Command::Usage(args) => {
            let usage = Oracles::new(&args.oracles)?.usage(&customer()?).await?;
            let root = Node { hash: pool.state.usage_root, sum: pool.state.usage_sum };
            if !verify(&root, &usage.leaf().node(), usage.leaf_index, &usage.proof_bytes()) {
                return Err(Failure::new(
                    "usage_unproven",
                    "what the oracle says does not lead to the usage root on chain",
                    "ask again in a few seconds, or another oracle: a new root may just be active",
                )
                .into());
            }
            return session.print(&usage, pool.scale());
        }
        Command::Settle(settle) => {
            let usage: UsageView = match &settle.usage {
                Some(file) => read_json(file)?,
                None => {
                    let customer = settle.customer.map_or_else(wallet, Ok)?;
                    Oracles::new(&settle.oracles)?.usage(&customer).await?
                }
            };
            let leaf = UsageLeaf { pool: address.to_bytes(), ..usage.leaf() };
            instruction::settle_usage(&leaf, usage.leaf_index, &usage.proof_bytes())
        }
        Command::Close(_) => {
            let customer = customer()?;
            let account = address::credit_account(&market, &customer);
            let payer = client.get::<CreditAccount>(&account).await?.rent_payer;
            instruction::close_credit_account(&wallet()?, address, &customer, &payer)
        }
        Command::CloseMarket(_) => {
            let payer = client.get::<CreditMarket>(&market).await?.rent_payer;
            instruction::close_credit_market(&wallet()?, network, address, &payer)
        }
    };
    session.execute(&[instruction], pool.scale()).await
}
