//! `cairn delegation`: stake behind an operator or the whole stake pool, and what it earns.

use super::{At, NetworkArg, bond, stake_pool, typed, typed_all};
use crate::{
    failure::Failure,
    session::{LoadedStake, Session},
};
use anyhow::Result;
use cairn_sdk::{
    account::{self, Delegation, DelegationTarget},
    address,
    instruction::{self, DelegationRef, DelegationSpec},
    typed::staking,
};
use clap::{Args, Subcommand};
use serde::Serialize;
use solana_address::Address;
use solana_instruction::Instruction;

/// `cairn delegation`.
#[derive(Debug, Subcommand)]
pub enum DelegationCommand {
    /// Delegate stake from the wallet, opening what that needs
    Create(CreateArgs),
    /// Show a delegation and what of it is on its way back
    Show(DelegationArgs),
    /// List an owner's delegations
    List(ListArgs),
    /// Add stake to a delegation, from the wallet
    Add(AmountArgs),
    /// Lock a delegation for longer: up to four times the weight
    ExtendLock(ExtendArgs),
    /// Pay a delegation's rewards to its owner (anyone)
    Claim(DelegationArgs),
    /// Bring a delegation up to date without paying (anyone)
    Settle(DelegationArgs),
    /// Ask for stake back once its lock is over: withdrawn after the cooldown (owner)
    Undelegate(AmountArgs),
    /// Withdraw what was asked for and whose cooldown is over (owner)
    Withdraw(WithdrawArgs),
    /// Close an empty delegation; its rent goes to who paid it (owner)
    Close(DelegationArgs),
    /// Close the account of an operator that nobody delegates to (anyone)
    CloseTarget(TargetArgs),
}

/// Which delegation.
#[derive(Debug, Clone, Copy, Args)]
pub struct DelegationArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// Number among the owner's delegations
    #[arg(long, default_value_t = 0)]
    pub index: u16,
    /// Wallet that owns it [default: the wallet]
    #[arg(long)]
    pub owner: Option<Address>,
}

/// Flags of `cairn delegation create`.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// Number among the wallet's delegations
    #[arg(long, default_value_t = 0)]
    pub index: u16,
    /// Operator that it stands behind [default: none, the whole stake pool]
    #[arg(long)]
    pub operator: Option<Address>,
    /// How much, in whole tokens
    #[arg(long, value_name = "TOKENS")]
    pub amount: String,
    /// Whole periods of the stake pool that it is locked for; 0: no lock, a quarter of the greatest
    /// weight
    #[arg(long, default_value_t = 0)]
    pub lock_periods: u8,
}

/// Flags of `cairn delegation list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// Wallet that owns them [default: the wallet]
    #[arg(long)]
    pub owner: Option<Address>,
}

/// Which delegation, and how much.
#[derive(Debug, Args)]
pub struct AmountArgs {
    /// Which delegation.
    #[command(flatten)]
    pub delegation: DelegationArgs,
    /// How much, in whole tokens
    #[arg(long, value_name = "TOKENS")]
    pub amount: String,
}

/// Flags of `cairn delegation extend-lock`.
#[derive(Debug, Args)]
pub struct ExtendArgs {
    /// Which delegation.
    #[command(flatten)]
    pub delegation: DelegationArgs,
    /// Whole periods after the present one that it is locked for
    #[arg(long)]
    pub lock_periods: u8,
}

/// Flags of `cairn delegation withdraw`.
#[derive(Debug, Args)]
pub struct WithdrawArgs {
    /// Which delegation.
    #[command(flatten)]
    pub delegation: DelegationArgs,
    /// Number of one unbonding [default: all whose cooldown is over]
    #[arg(long = "unbonding")]
    pub unbonding: Option<u64>,
}

/// Flags of `cairn delegation close-target`.
#[derive(Debug, Args)]
pub struct TargetArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// The operator [default: none, the whole stake pool]
    #[arg(long)]
    pub operator: Option<Address>,
}

/// A delegation with what is on its way back.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    delegation: At<staking::Delegation>,
    unbondings: Vec<At<staking::Unbonding>>,
}

/// Opens the account of a coming period unless it exists.
async fn open_period(
    session: &Session,
    loaded: &LoadedStake,
    payer: &Address,
    period: u32,
) -> Result<Option<Instruction>> {
    let pool = &loaded.stake.address;
    let address = address::lock_period(pool, period);
    let missing = session.client.account(&address).await?.is_none();
    Ok(missing.then(|| instruction::open_lock_period(payer, pool, period)))
}

async fn create(session: &Session, create: &CreateArgs) -> Result<()> {
    let loaded = session.stake(&create.network.network).await?;
    let (stake, wallet) = (loaded.stake, session.address()?);
    let operator = create.operator.unwrap_or_default();
    let amount = loaded.amount(&create.amount)?;
    let address = address::delegation(&stake.address, &wallet, create.index);
    if session.client.account(&address).await?.is_some() {
        return Err(Failure::new(
            "delegation_exists",
            format!("you have a delegation {} at {address}", create.index),
            "add to it with `cairn delegation add`, or choose another --index",
        )
        .into());
    }
    let mut all = stake_pool::catch_up(&loaded);
    all.extend(stake_pool::token_accounts(&wallet, &wallet, &loaded));
    let target = address::target(&stake.address, &operator);
    if session.client.account(&target).await?.is_none() {
        all.push(instruction::open_target(&wallet, &stake.address, &operator));
    }
    let mut lock_end = 0;
    if create.lock_periods > 0 {
        let present = account::period_at(&loaded.state, loaded.now);
        lock_end = present.saturating_add(create.lock_periods.into());
        all.extend(open_period(session, &loaded, &wallet, lock_end).await?);
    }
    let spec = DelegationSpec {
        index: create.index,
        operator,
        amount,
        lock_periods: create.lock_periods,
        lock_end,
    };
    let source = stake.stake_account(&wallet);
    all.push(instruction::delegate(&wallet, &wallet, &source, &stake, &spec));
    session.execute(&all, loaded.scale()).await
}

/// Runs a command.
///
/// # Errors
/// Whatever the staking program refuses.
pub async fn run(session: &Session, command: &DelegationCommand) -> Result<()> {
    use DelegationCommand as Command;
    let client = &session.client;
    let at = match command {
        Command::Create(args) => return create(session, args).await,
        Command::List(list) => {
            let loaded = session.stake(&list.network.network).await?;
            let owner = list.owner.map_or_else(|| session.address(), Ok)?;
            let pool = loaded.stake.address;
            let filters: [(usize, &[u8]); 2] = [(0, pool.as_ref()), (32, owner.as_ref())];
            let mut all: Vec<(_, Delegation)> = client.all(&filters).await?;
            all.sort_by_key(|(_, delegation)| delegation.index);
            return session.print(&typed_all::<_, staking::Delegation>(&all), loaded.scale());
        }
        Command::CloseTarget(close) => {
            let loaded = session.stake(&close.network.network).await?;
            let (pool, operator) = (loaded.stake.address, close.operator.unwrap_or_default());
            let target = address::target(&pool, &operator);
            let payer = client.get::<DelegationTarget>(&target).await?.rent_payer;
            let close = instruction::close_target(&payer, &pool, &operator);
            return session.execute(&[close], loaded.scale()).await;
        }
        Command::Show(at) | Command::Claim(at) | Command::Settle(at) | Command::Close(at) => at,
        Command::Add(AmountArgs { delegation, .. })
        | Command::Undelegate(AmountArgs { delegation, .. })
        | Command::ExtendLock(ExtendArgs { delegation, .. })
        | Command::Withdraw(WithdrawArgs { delegation, .. }) => delegation,
    };
    let loaded = session.stake(&at.network.network).await?;
    let stake = loaded.stake;
    let owner = at.owner.map_or_else(|| session.address(), Ok)?;
    let address = address::delegation(&stake.address, &owner, at.index);
    let state: Delegation = client.get(&address).await?;
    let delegation = DelegationRef { address, target: state.target, lock_end: state.lock_end };
    let wallet = || session.address();
    let mut all = stake_pool::catch_up(&loaded);
    match command {
        Command::Show(_) => {
            let shown = Shown {
                delegation: typed::<Delegation, _>(client, address).await?,
                unbondings: typed_all(&bond::unbondings(session, &address).await?),
            };
            return session.print(&shown, loaded.scale());
        }
        Command::Add(add) => {
            let (wallet, amount) = (wallet()?, loaded.amount(&add.amount)?);
            let source = stake.stake_account(&wallet);
            let add = instruction::add_to_delegation(&wallet, &source, &stake, &delegation, amount);
            all.push(add);
        }
        Command::ExtendLock(extend) => {
            let (wallet, periods) = (wallet()?, extend.lock_periods);
            let present = account::period_at(&loaded.state, loaded.now);
            let end = present.saturating_add(periods.into());
            all.extend(open_period(session, &loaded, &wallet, end).await?);
            all.push(instruction::extend_lock(&wallet, &stake, &delegation, periods, end));
        }
        Command::Claim(_) => {
            all.extend(stake_pool::token_accounts(&wallet()?, &owner, &loaded));
            all.push(instruction::claim_delegation_rewards(&stake, &delegation, &owner));
        }
        Command::Settle(_) => all.push(instruction::settle_delegation(&stake, &delegation)),
        Command::Undelegate(undelegate) => {
            let (wallet, amount) = (wallet()?, loaded.amount(&undelegate.amount)?);
            let (payer, index) = (&wallet, state.unbonding_count);
            let undelegate =
                instruction::undelegate(&wallet, payer, &stake, &delegation, index, amount);
            all.push(undelegate);
        }
        Command::Withdraw(withdraw) => {
            let wallet = wallet()?;
            all.extend(stake_pool::token_accounts(&wallet, &wallet, &loaded));
            let to = stake.stake_account(&wallet);
            for unbonding in bond::ready(session, &loaded, &address, withdraw.unbonding).await? {
                let (payer, index) = (&unbonding.rent_payer, unbonding.index);
                let withdraw = instruction::withdraw_delegation(
                    &wallet,
                    payer,
                    &stake,
                    &delegation,
                    index,
                    &to,
                );
                all.push(withdraw);
            }
        }
        Command::Close(_) => {
            all.push(instruction::close_delegation(
                &wallet()?,
                &state.rent_payer,
                &stake,
                &delegation,
            ));
        }
        Command::Create(_) | Command::List(_) | Command::CloseTarget(_) => {}
    }
    session.execute(&all, loaded.scale()).await
}
