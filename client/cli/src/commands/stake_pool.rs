//! `cairn stake-pool`: a network's stake pool and what keeps it going.

use super::{NetworkArg, PoolArgs, typed};
use crate::{
    network,
    session::{LoadedStake, Session, percent},
    text::Scale,
};
use anyhow::Result;
use cairn_sdk::{
    account::{self, LockPeriod, StakePool},
    address,
    amount::BasisPoints,
    instruction::{self, Stake, StakePoolSpec},
    typed::staking::{self, StakeTerms},
};
use clap::{Args, Subcommand};
use solana_address::Address;
use solana_instruction::Instruction;

/// `cairn stake-pool`.
#[derive(Debug, Subcommand)]
pub enum StakePoolCommand {
    /// Show a network's stake pool: terms, what is bonded and delegated, rewards
    Show(NetworkArg),
    /// Create a network's stake pool; what is not named has the defaults of `network create`
    Create(CreateArgs),
    /// Propose other terms, in force after the network's delay
    ProposeUpdate(UpdateArgs),
    /// Take proposed terms back
    CancelUpdate(NetworkArg),
    /// Share out rewards that have arrived, and end the weight of locks that are over (anyone)
    Sync(NetworkArg),
    /// Pay the treasury what waits for it (anyone)
    PayTreasury(NetworkArg),
    /// Close the account of a lock period that no delegation needs (anyone)
    ClosePeriod(PeriodArgs),
    /// Close a stake pool that nobody uses any more
    Close(NetworkArg),
}

/// Flags of `cairn stake-pool create`.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// The pool whose delegators' part it gets.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// Mint of the stake [default: the rewards']
    #[arg(long)]
    pub mint: Option<Address>,
    /// Length of a lock period in seconds, at least a minute
    #[arg(long, default_value_t = 604_800)]
    pub period_seconds: u32,
    /// The longest lock in periods, 1 to 255
    #[arg(long, default_value_t = 104)]
    pub max_lock_periods: u8,
    /// Its terms.
    #[command(flatten)]
    pub terms: Changes,
}

/// Flags of `cairn stake-pool propose-update`; what is not named stays as it is.
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// What changes.
    #[command(flatten)]
    pub changes: Changes,
}

/// New terms of a stake pool. The three parts of a penalty add up to 100.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct Changes {
    /// Wallet that receives the treasury's part of penalties, and rewards that nobody shares
    #[arg(long)]
    pub treasury: Option<Address>,
    /// Seconds between asking for stake back and getting it; at least an epoch
    #[arg(long)]
    pub cooldown_seconds: Option<u32>,
    /// Seconds between a penalty's announcement and its execution
    #[arg(long)]
    pub appeal_window_seconds: Option<u32>,
    /// Seconds after finalization in which an epoch's penalties can be announced
    #[arg(long)]
    pub penalty_expiry_seconds: Option<u32>,
    /// What an epoch's penalties can take at most, in percent of all stake
    #[arg(long, value_name = "PERCENT")]
    pub penalty_cap: Option<String>,
    /// Part of a penalty that is burned, in percent
    #[arg(long, value_name = "PERCENT")]
    pub burn: Option<String>,
    /// Part of a penalty that is the treasury's, in percent
    #[arg(long, value_name = "PERCENT")]
    pub treasury_part: Option<String>,
    /// Part of a penalty that is the challenger's, in percent
    #[arg(long, value_name = "PERCENT")]
    pub challenger_part: Option<String>,
}

/// Flags of `cairn stake-pool close-period`.
#[derive(Debug, Args)]
pub struct PeriodArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// Number of the lock period
    #[arg(long)]
    pub period: u32,
}

impl Changes {
    fn apply(&self, old: StakeTerms) -> Result<StakeTerms> {
        let part = |text: &Option<String>, old: BasisPoints| match text {
            Some(text) => percent(text),
            None => Ok(old),
        };
        Ok(StakeTerms {
            treasury: self.treasury.unwrap_or(old.treasury),
            cooldown_seconds: self.cooldown_seconds.unwrap_or(old.cooldown_seconds),
            appeal_window_seconds: self.appeal_window_seconds.unwrap_or(old.appeal_window_seconds),
            penalty_expiry_seconds: self
                .penalty_expiry_seconds
                .unwrap_or(old.penalty_expiry_seconds),
            penalty_cap_bps: part(&self.penalty_cap, old.penalty_cap_bps)?,
            burn_bps: part(&self.burn, old.burn_bps)?,
            treasury_bps: part(&self.treasury_part, old.treasury_bps)?,
            challenger_bps: part(&self.challenger_part, old.challenger_bps)?,
        })
    }
}

/// The terms in force.
fn terms(stake: &LoadedStake) -> StakeTerms {
    let state = &stake.state;
    let pending = state.pending_terms_at != 0 && stake.now >= state.pending_terms_at;
    StakeTerms::from(if pending { &state.pending_terms } else { &state.terms })
}

async fn create(session: &Session, args: &CreateArgs) -> Result<()> {
    let (client, wallet) = (&session.client, session.address()?);
    let pool = session.pool(&args.pool.network, args.pool.pool).await?;
    let mint = args.mint.unwrap_or(pool.keys.mint);
    let (token_program, decimals) = client.mint_program_and_decimals(&mint).await?;
    let stake = Stake {
        address: address::stake_pool(&pool.keys.network),
        network: pool.keys.network,
        mint,
        token_program,
        reward_mint: pool.keys.mint,
        reward_token_program: pool.keys.token_program,
    };
    let spec = StakePoolSpec {
        terms: args.terms.apply(network::default_stake_terms(wallet))?,
        period_seconds: args.period_seconds,
        max_lock_periods: args.max_lock_periods,
    };
    let create = instruction::create_stake_pool(&wallet, &wallet, &stake, &pool.keys.pool, &spec);
    let scale = Scale { tokens: Some(decimals), rewards: Some(pool.state.decimals) };
    session.execute(&[create], scale).await
}

/// Creates the token accounts for stake and rewards of a wallet unless they exist.
pub(super) fn token_accounts(
    payer: &Address,
    wallet: &Address,
    stake: &LoadedStake,
) -> Vec<Instruction> {
    let stake = &stake.stake;
    let create = |mint, program| instruction::create_associated_token(payer, wallet, mint, program);
    let mut create_all = vec![create(&stake.mint, &stake.token_program)];
    if stake.reward_mint != stake.mint {
        create_all.push(create(&stake.reward_mint, &stake.reward_token_program));
    }
    create_all
}

/// Ends the weight of locks that are over: nothing about delegations moves before. At most so many
/// periods as fit beside another instruction; `cairn stake-pool sync` can be run again.
pub(super) fn catch_up(stake: &LoadedStake) -> Vec<Instruction> {
    account::due_periods(&stake.state, stake.now)
        .into_iter()
        .take(8)
        .map(|period| instruction::reach_period(&stake.stake.address, period))
        .collect()
}

/// Runs a command.
///
/// # Errors
/// Whatever the staking program refuses.
pub async fn run(session: &Session, command: &StakePoolCommand) -> Result<()> {
    use StakePoolCommand as Command;
    let wallet = || session.address();
    let at = match command {
        Command::Create(args) => return create(session, args).await,
        Command::Show(at)
        | Command::CancelUpdate(at)
        | Command::Sync(at)
        | Command::PayTreasury(at)
        | Command::Close(at) => at,
        Command::ProposeUpdate(update) => &update.network,
        Command::ClosePeriod(close) => &close.network,
    };
    let loaded = session.stake(&at.network).await?;
    let stake = loaded.stake;
    let instructions = match command {
        Command::Create(_) => Vec::new(),
        Command::Show(_) => {
            let pool =
                typed::<StakePool, staking::StakePool>(&session.client, stake.address).await?;
            return session.print(&pool, loaded.scale());
        }
        Command::ProposeUpdate(update) => {
            let terms = update.changes.apply(terms(&loaded))?;
            vec![instruction::propose_stake_update(&wallet()?, &stake, &terms)]
        }
        Command::CancelUpdate(_) => vec![instruction::cancel_stake_update(&wallet()?, &stake)],
        Command::Sync(_) => {
            let mut sync = catch_up(&loaded);
            sync.push(instruction::sync_rewards(&stake.address));
            sync
        }
        Command::PayTreasury(_) => {
            let treasury = terms(&loaded).treasury;
            let mut pay = token_accounts(&wallet()?, &treasury, &loaded);
            pay.push(instruction::pay_stake_treasury(&stake, &treasury));
            pay
        }
        Command::ClosePeriod(PeriodArgs { period, .. }) => {
            let address = address::lock_period(&stake.address, *period);
            let payer = session.client.get::<LockPeriod>(&address).await?.rent_payer;
            vec![instruction::close_lock_period(&payer, &stake.address, *period)]
        }
        Command::Close(_) => {
            let (authority, treasury) = (wallet()?, terms(&loaded).treasury);
            let mut close = token_accounts(&authority, &treasury, &loaded);
            for (mint, program, vault) in [
                (&stake.mint, &stake.token_program, stake.vault()),
                (&stake.reward_mint, &stake.reward_token_program, stake.reward_vault()),
            ] {
                // A vault with withheld fees does not close.
                if *program == address::TOKEN_2022_PROGRAM {
                    close.push(instruction::harvest_withheld(mint, &[vault]));
                }
            }
            let payer = loaded.state.rent_payer;
            close.push(instruction::close_stake_pool(&authority, &payer, &stake, &treasury));
            close
        }
    };
    session.execute(&instructions, loaded.scale()).await
}
