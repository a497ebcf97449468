//! `cairn pool`: a reward pool's terms, emission, splits, payments and end.

use super::{NetworkArg, PoolArgs, typed};
use crate::{
    failure::Failure,
    network, run,
    session::{Done, LoadedPool, Session, percent},
    text::Scale,
};
use anyhow::Result;
use cairn_sdk::{
    account::{self, CreditMarket, OracleSet, Pool},
    address,
    amount::{BasisPoints, Epoch},
    instruction::{self, PoolSpec},
    typed::rewards::{self, Limit, PoolTerms, Splits},
};
use clap::{Args, Subcommand};
use serde::Serialize;
use solana_address::Address;

/// `cairn pool`.
#[derive(Debug, Subcommand)]
pub enum PoolCommand {
    /// Show a pool: terms, splits, emission, active root, what was paid
    Show(PoolArgs),
    /// Create a reward pool with its oracles: for another mint, or one that mints what it pays
    Create(Box<CreateArgs>),
    /// Propose other terms, in force after the network's delay
    ProposeUpdate(Box<UpdateArgs>),
    /// Take proposed terms back
    CancelUpdate(PoolArgs),
    /// Change the emission from a future epoch on; earlier epochs keep theirs
    ChangeEmission(EmissionArgs),
    /// Propose another division of the emission from a future epoch on
    ProposeSplits(SplitsArgs),
    /// Take a proposed division back
    CancelSplits(PoolArgs),
    /// Pay delegators what they are owed, to the account that the terms name (anyone)
    PayDelegators(PoolArgs),
    /// Pay the treasury what it is owed (anyone)
    PayTreasury(PoolArgs),
    /// Ask for the pool's end: after the network's delay nothing is proposed any more
    RequestClose(PoolArgs),
    /// Take the request for the end back
    CancelClose(PoolArgs),
    /// Close a pool that has paid everything, with its oracle set: what is left goes to the treasury
    Close(PoolArgs),
}

/// Flags of `cairn pool create`. Bonds, challenges and limits are off; see `propose-update`.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// Mint of the rewards, of SPL Token or Token-2022
    #[arg(long)]
    pub mint: Address,
    /// Mint what each epoch earns instead of paying from a vault that is filled: hands the wallet's
    /// right to mint to the pool, for good
    #[arg(long)]
    pub mints: bool,
    /// A step of the emission table; see `cairn network create`
    #[arg(long = "emission", value_name = "EPOCH:TOKENS", required = true)]
    pub emission: Vec<String>,
    /// Length of an epoch in seconds
    #[arg(long, default_value_t = 86_400)]
    pub epoch_seconds: u32,
    /// When epoch 0 begins, unix seconds [default: now]
    #[arg(long)]
    pub genesis_at: Option<i64>,
    /// Seconds between an attested quorum and finalization
    #[arg(long, default_value_t = 3_600)]
    pub challenge_window_seconds: u32,
    /// Wallet that earns the treasury's part and what rounding leaves over [default: the wallet]
    #[arg(long)]
    pub treasury: Option<Address>,
    /// How the emission is divided.
    #[command(flatten)]
    pub parts: Parts,
    /// An oracle's key
    #[arg(long = "oracle-key", value_name = "KEY", required = true)]
    pub oracle_keys: Vec<Address>,
    /// How many oracles must agree; more than half [default: the smallest such number]
    #[arg(long)]
    pub threshold: Option<u8>,
}

/// A division of the emission: percentages that add up to 100.
#[derive(Debug, Args)]
pub struct Parts {
    /// Operators' part in percent
    #[arg(long, value_name = "PERCENT", default_value = "100")]
    pub operators: String,
    /// Delegators' part in percent
    #[arg(long, value_name = "PERCENT", default_value = "0")]
    pub delegators: String,
    /// Oracles' part in percent
    #[arg(long, value_name = "PERCENT", default_value = "0")]
    pub oracles: String,
    /// Treasury's part in percent
    #[arg(long, value_name = "PERCENT", default_value = "0")]
    pub treasury_part: String,
}

impl Parts {
    fn splits(&self) -> Result<Splits> {
        Ok(Splits {
            operators: percent(&self.operators)?,
            delegators: percent(&self.delegators)?,
            oracles: percent(&self.oracles)?,
            treasury: percent(&self.treasury_part)?,
        })
    }
}

/// A pool that was created.
#[derive(Debug, Serialize)]
struct Created {
    #[serde(with = "cairn_sdk::api::address_base58")]
    pool: Address,
    /// Where tokens go that the pool is to pay, unless it mints.
    #[serde(with = "cairn_sdk::api::address_base58")]
    vault: Address,
    transactions: Vec<Done>,
}

/// Flags of `cairn pool propose-update`; what is not named stays as it is.
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// What changes.
    #[command(flatten)]
    pub changes: Changes,
}

/// New terms of a pool.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct Changes {
    /// Wallet that earns the treasury's part and what rounding leaves over
    #[arg(long)]
    pub treasury: Option<Address>,
    /// Token account that the delegators' part is paid to, such as the stake pool's reward vault
    #[arg(long)]
    pub delegator_vault: Option<Address>,
    /// What proposing costs until the proposal is decided, in whole tokens
    #[arg(long, value_name = "TOKENS")]
    pub proposal_bond: Option<String>,
    /// What challenging costs until the challenge is decided, in whole tokens; 0: no challenges
    #[arg(long, value_name = "TOKENS")]
    pub challenge_bond: Option<String>,
    /// Part of the loser's bond that is burned, in percent
    #[arg(long, value_name = "PERCENT")]
    pub challenge_burn: Option<String>,
    /// Seconds between an attested quorum and finalization
    #[arg(long)]
    pub challenge_window_seconds: Option<u32>,
    /// Seconds that oracles have to vote on a challenge
    #[arg(long)]
    pub resolution_window_seconds: Option<u32>,
    /// Seconds that a finalized proposal with penalties stays
    #[arg(long)]
    pub retention_seconds: Option<u32>,
    /// Length of the breaker's window in seconds
    #[arg(long)]
    pub breaker_window_seconds: Option<u32>,
    /// What all claims may take per window, in percent of the vault; 0: no such limit
    #[arg(long, value_name = "PERCENT")]
    pub breaker_percent: Option<String>,
    /// What all claims may take per window, in whole tokens; 0: no such limit
    #[arg(long, value_name = "TOKENS")]
    pub breaker_amount: Option<String>,
    /// Length of the operators' window in seconds
    #[arg(long)]
    pub operator_window_seconds: Option<u32>,
    /// What one operator's claims may take per window, in whole tokens; 0: no such limit
    #[arg(long, value_name = "TOKENS")]
    pub operator_amount: Option<String>,
}

/// Flags of `cairn pool change-emission`.
#[derive(Debug, Args)]
pub struct EmissionArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// The first epoch that changes: later than the current one and than the network's delay
    #[arg(long)]
    pub from_epoch: Epoch,
    /// A step from that epoch on: so many tokens per epoch; with `:KEEP_PERCENT:EVERY_EPOCHS:TIMES`
    /// it decays
    #[arg(long = "emission", value_name = "EPOCH:TOKENS", required = true)]
    pub emission: Vec<String>,
}

/// Flags of `cairn pool propose-splits`.
#[derive(Debug, Args)]
pub struct SplitsArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// The first epoch with the new division
    #[arg(long)]
    pub from_epoch: Epoch,
    /// The new division.
    #[command(flatten)]
    pub parts: Parts,
}

impl Changes {
    fn apply(&self, pool: &LoadedPool) -> Result<PoolTerms> {
        let old = PoolTerms::from(account::pool_terms_at(&pool.state, pool.now));
        let amount = |text: &Option<String>, old| match text {
            Some(text) => pool.amount(text),
            None => Ok(old),
        };
        let part = |text: &Option<String>, old: BasisPoints| match text {
            Some(text) => percent(text),
            None => Ok(old),
        };
        Ok(PoolTerms {
            treasury: self.treasury.unwrap_or(old.treasury),
            delegator_vault: self.delegator_vault.unwrap_or(old.delegator_vault),
            proposal_bond: amount(&self.proposal_bond, old.proposal_bond)?,
            challenge_bond: amount(&self.challenge_bond, old.challenge_bond)?,
            breaker: Limit {
                max_amount: amount(&self.breaker_amount, old.breaker.max_amount)?,
                window_seconds: self.breaker_window_seconds.unwrap_or(old.breaker.window_seconds),
                max_bps: part(&self.breaker_percent, old.breaker.max_bps)?,
            },
            operator_cap: Limit {
                max_amount: amount(&self.operator_amount, old.operator_cap.max_amount)?,
                window_seconds: self
                    .operator_window_seconds
                    .unwrap_or(old.operator_cap.window_seconds),
                ..old.operator_cap
            },
            challenge_window_seconds: self
                .challenge_window_seconds
                .unwrap_or(old.challenge_window_seconds),
            resolution_window_seconds: self
                .resolution_window_seconds
                .unwrap_or(old.resolution_window_seconds),
            retention_seconds: self.retention_seconds.unwrap_or(old.retention_seconds),
            challenge_burn_bps: part(&self.challenge_burn, old.challenge_burn_bps)?,
        })
    }
}

async fn create(session: &Session, args: &CreateArgs) -> Result<()> {
    let (client, wallet) = (&session.client, session.address()?);
    let (token_program, decimals) = client.mint_program_and_decimals(&args.mint).await?;
    let steps = args.emission.iter().map(|text| run::step(text, decimals));
    let steps = steps.collect::<Result<Vec<_>>>()?;
    let majority = u8::try_from(args.oracle_keys.len() / 2 + 1).unwrap_or(u8::MAX);
    let threshold = args.threshold.unwrap_or(majority);
    network::validate(&steps, &args.oracle_keys, threshold)?;
    let genesis_at = match args.genesis_at {
        Some(at) => at,
        None => client.chain_time().await?,
    };
    let treasury = args.treasury.unwrap_or(wallet);
    let spec = PoolSpec {
        genesis_at,
        epoch_seconds: args.epoch_seconds,
        mints: args.mints,
        token_program,
        splits: args.parts.splits()?,
        terms: instruction::plain_terms(treasury, args.challenge_window_seconds),
        steps,
    };
    let (network, mint) = (&args.network.network, &args.mint);
    let pool = address::pool(network, mint);
    let mut create = Vec::new();
    if args.mints {
        create.push(instruction::set_mint_authority(mint, &wallet, &pool, &token_program));
    }
    create.push(instruction::create_pool(&wallet, network, mint, &spec));
    let keys = &args.oracle_keys;
    let oracles = instruction::create_oracle_set(&wallet, network, &pool, threshold, keys);
    let transactions = vec![session.send(&create).await?, session.send(&[oracles]).await?];
    let created = Created { pool, vault: address::vault(&pool), transactions };
    session.print(&created, Scale::of(decimals))
}

/// Refuses an epoch that has begun before a transaction is sent for it.
fn future(pool: &LoadedPool, epoch: Epoch) -> Result<Epoch> {
    let current = pool.current_epoch();
    if epoch.0 > current {
        return Ok(epoch);
    }
    Err(Failure::new(
        "epoch_not_future",
        format!("epoch {epoch} is not after the current one, {current}"),
        "what an epoch emits is fixed when it begins: name a later one with --from-epoch",
    )
    .into())
}

/// Runs a command.
///
/// # Errors
/// Whatever the rewards program refuses.
pub async fn run(session: &Session, command: &PoolCommand) -> Result<()> {
    let client = &session.client;
    let wallet = || session.address();
    let load = |at: &PoolArgs| {
        let PoolArgs { network, pool } = *at;
        async move { session.pool(&network, pool).await }
    };
    let (pool, instructions) = match command {
        PoolCommand::Create(args) => return create(session, args).await,
        PoolCommand::Show(at) => {
            let pool = load(at).await?;
            let state = typed::<Pool, rewards::Pool>(client, pool.keys.pool).await?;
            return session.print(&state, pool.scale());
        }
        PoolCommand::ProposeUpdate(update) => {
            let pool = load(&update.pool).await?;
            let (terms, keys) = (update.changes.apply(&pool)?, pool.keys);
            let propose =
                instruction::propose_pool_update(&wallet()?, &keys.network, &keys.pool, &terms);
            (pool, vec![propose])
        }
        PoolCommand::CancelUpdate(at) => {
            let pool = load(at).await?;
            let keys = pool.keys;
            let cancel = instruction::cancel_pool_update(&wallet()?, &keys.network, &keys.pool);
            (pool, vec![cancel])
        }
        PoolCommand::ChangeEmission(change) => {
            let pool = load(&change.pool).await?;
            let from = future(&pool, change.from_epoch)?;
            let steps = change.emission.iter().map(|text| run::step(text, pool.state.decimals));
            let steps = steps.collect::<Result<Vec<_>>>()?;
            if steps.first().is_none_or(|step| step.first_epoch != from.0) {
                return Err(Failure::new(
                    "invalid_emission",
                    format!("the first step does not begin at epoch {from}"),
                    "the first --emission begins at --from-epoch",
                )
                .into());
            }
            let keys = pool.keys;
            let change =
                instruction::change_emission(&wallet()?, &keys.network, &keys.pool, from, &steps);
            (pool, vec![change])
        }
        PoolCommand::ProposeSplits(propose) => {
            let pool = load(&propose.pool).await?;
            let from = future(&pool, propose.from_epoch)?;
            let splits = propose.parts.splits()?;
            let keys = pool.keys;
            let propose =
                instruction::propose_splits(&wallet()?, &keys.network, &keys.pool, &splits, from);
            (pool, vec![propose])
        }
        PoolCommand::CancelSplits(at) => {
            let pool = load(at).await?;
            let keys = pool.keys;
            let cancel = instruction::cancel_splits(&wallet()?, &keys.network, &keys.pool);
            (pool, vec![cancel])
        }
        PoolCommand::PayDelegators(at) => {
            let pool = load(at).await?;
            let vault = account::pool_terms_at(&pool.state, pool.now).delegator_vault;
            if vault == Address::default() {
                return Err(Failure::new(
                    "no_delegator_vault",
                    format!("the terms of pool {} name no account for delegators", pool.keys.pool),
                    "`cairn pool propose-update --delegator-vault` names one",
                )
                .into());
            }
            let pay = instruction::pay_delegators(&pool.keys, &vault);
            (pool, vec![pay])
        }
        PoolCommand::PayTreasury(at) => {
            let pool = load(at).await?;
            let treasury = account::pool_terms_at(&pool.state, pool.now).treasury;
            let keys = pool.keys;
            let create = instruction::create_associated_token(
                &wallet()?,
                &treasury,
                &keys.mint,
                &keys.token_program,
            );
            (pool, vec![create, instruction::pay_treasury(&keys, &treasury)])
        }
        PoolCommand::RequestClose(at) => {
            let pool = load(at).await?;
            let keys = pool.keys;
            let request = instruction::request_close(&wallet()?, &keys.network, &keys.pool);
            (pool, vec![request])
        }
        PoolCommand::CancelClose(at) => {
            let pool = load(at).await?;
            let keys = pool.keys;
            let cancel = instruction::cancel_close(&wallet()?, &keys.network, &keys.pool);
            (pool, vec![cancel])
        }
        PoolCommand::Close(at) => {
            let pool = load(at).await?;
            let (keys, authority) = (pool.keys, wallet()?);
            let mut close = Vec::new();
            let market = address::credit_market(&keys.pool);
            if let Some(market) = client.find::<CreditMarket>(&market).await? {
                let payer = market.rent_payer;
                let (network, pool) = (&keys.network, &keys.pool);
                close.push(instruction::close_credit_market(&authority, network, pool, &payer));
            }
            if let Some(set) = client.find::<OracleSet>(&address::oracle_set(&keys.pool)).await? {
                let payer = set.rent_payer;
                let (network, pool) = (&keys.network, &keys.pool);
                close.push(instruction::close_oracle_set(&authority, network, pool, &payer));
            }
            let treasury = account::pool_terms_at(&pool.state, pool.now).treasury;
            close.push(instruction::create_associated_token(
                &authority,
                &treasury,
                &keys.mint,
                &keys.token_program,
            ));
            if keys.token_program == address::TOKEN_2022_PROGRAM {
                // A vault with withheld fees does not close.
                let vaults = [keys.vault(), keys.bond_vault()];
                close.push(instruction::harvest_withheld(&keys.mint, &vaults));
            }
            let payer = pool.state.rent_payer;
            close.push(instruction::close_pool(&authority, &keys, &treasury, &payer));
            (pool, close)
        }
    };
    session.execute(&instructions, pool.scale()).await
}
