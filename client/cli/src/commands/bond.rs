//! `cairn bond`: stake that an operator or an oracle answers with.

use super::{At, NetworkArg, typed, typed_all};
use crate::{
    failure::Failure,
    session::{LoadedStake, Session},
    text,
};
use anyhow::Result;
use cairn_sdk::{
    account::{Bond, Unbonding},
    address, instruction,
    typed::staking,
};
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use solana_address::Address;

/// `cairn bond`.
#[derive(Debug, Subcommand)]
pub enum BondCommand {
    /// Show a bond and what of it is on its way back
    Show(BondArgs),
    /// Open an empty bond
    Open(BondArgs),
    /// Add stake to a bond, from the wallet
    Add(AmountArgs),
    /// Ask for stake back: it can be withdrawn after the stake pool's cooldown (owner)
    Unbond(UnbondArgs),
    /// Withdraw what was asked for and whose cooldown is over (owner)
    Withdraw(WithdrawArgs),
    /// Close an empty bond; its rent goes to who paid it (owner)
    Close(BondArgs),
}

/// What a bond stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// An operator's devices of one class
    Operator,
    /// An oracle's work
    Oracle,
}

/// Which bond.
#[derive(Debug, Clone, Copy, Args)]
pub struct BondArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// What the bond stands for
    #[arg(long, value_enum, default_value = "operator")]
    pub role: Role,
    /// Number of the device class; of an oracle's bond 0
    #[arg(long, default_value_t = 0)]
    pub class: u16,
    /// Wallet that owns it [default: the wallet]
    #[arg(long)]
    pub owner: Option<Address>,
}

/// Which bond, and how much.
#[derive(Debug, Args)]
pub struct AmountArgs {
    /// Which bond.
    #[command(flatten)]
    pub bond: BondArgs,
    /// How much, in whole tokens
    #[arg(long, value_name = "TOKENS")]
    pub amount: String,
}

/// Flags of `cairn bond unbond`.
#[derive(Debug, Args)]
pub struct UnbondArgs {
    /// Which bond, and how much.
    #[command(flatten)]
    pub amount: AmountArgs,
}

/// Flags of `cairn bond withdraw`.
#[derive(Debug, Args)]
pub struct WithdrawArgs {
    /// Which bond.
    #[command(flatten)]
    pub bond: BondArgs,
    /// Number of one unbonding [default: all whose cooldown is over]
    #[arg(long)]
    pub index: Option<u64>,
}

/// A bond with what is on its way back.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    bond: At<staking::Bond>,
    unbondings: Vec<At<staking::Unbonding>>,
}

/// The open unbondings of a bond or delegation, in order.
pub(super) async fn unbondings(
    session: &Session,
    parent: &Address,
) -> Result<Vec<(Address, Unbonding)>> {
    let mut all: Vec<(_, Unbonding)> = session.client.all(&[(0, parent.as_ref())]).await?;
    all.sort_by_key(|(_, unbonding)| unbonding.index);
    Ok(all)
}

/// The unbondings to withdraw: the one with `index`, or all whose cooldown is over.
///
/// # Errors
/// `nothing_to_withdraw`.
pub(super) async fn ready(
    session: &Session,
    stake: &LoadedStake,
    parent: &Address,
    index: Option<u64>,
) -> Result<Vec<Unbonding>> {
    let open = unbondings(session, parent).await?;
    let next = open.iter().map(|(_, unbonding)| unbonding.withdrawable_at).min();
    let ready: Vec<_> = open
        .into_iter()
        .map(|(_, unbonding)| unbonding)
        .filter(|unbonding| match index {
            Some(index) => unbonding.index == index,
            None => unbonding.withdrawable_at <= stake.now,
        })
        // What fits one transaction; the command can be run again.
        .take(4)
        .collect();
    if ready.is_empty() {
        let hint = match next {
            Some(at) => format!("the next can be withdrawn from {} on", text::date(at)),
            None => "nothing was asked for; `unbond` or `undelegate` does".into(),
        };
        let message = format!("{parent} has nothing to withdraw now");
        return Err(Failure::new("nothing_to_withdraw", message, hint).into());
    }
    Ok(ready)
}

/// Runs a command.
///
/// # Errors
/// Whatever the staking program refuses.
pub async fn run(session: &Session, command: &BondCommand) -> Result<()> {
    use BondCommand as Command;
    let client = &session.client;
    let at = match command {
        Command::Show(at) | Command::Open(at) | Command::Close(at) => at,
        Command::Add(add) => &add.bond,
        Command::Unbond(unbond) => &unbond.amount.bond,
        Command::Withdraw(withdraw) => &withdraw.bond,
    };
    let loaded = session.stake(&at.network.network).await?;
    let stake = loaded.stake;
    let owner = at.owner.map_or_else(|| session.address(), Ok)?;
    let bond = address::bond(&stake.address, &owner, at.role as u8, at.class);
    let instructions = match command {
        Command::Show(_) => {
            let shown = Shown {
                bond: typed::<Bond, _>(client, bond).await?,
                unbondings: typed_all(&unbondings(session, &bond).await?),
            };
            return session.print(&shown, loaded.scale());
        }
        Command::Open(_) => {
            let payer = session.address()?;
            vec![instruction::open_bond(&payer, &stake.address, &owner, at.role as u8, at.class)]
        }
        Command::Add(add) => {
            let (wallet, amount) = (session.address()?, loaded.amount(&add.amount)?);
            let source = stake.stake_account(&wallet);
            vec![instruction::add_to_bond(&wallet, &source, &stake, &bond, amount)]
        }
        Command::Unbond(unbond) => {
            let (wallet, amount) = (session.address()?, loaded.amount(&unbond.amount.amount)?);
            let index = client.get::<Bond>(&bond).await?.unbonding_count;
            let (pool, payer) = (&stake.address, &wallet);
            vec![instruction::request_unbond(&wallet, payer, pool, &bond, index, amount)]
        }
        Command::Withdraw(withdraw) => {
            let wallet = session.address()?;
            let mut all = super::stake_pool::token_accounts(&wallet, &wallet, &loaded);
            let to = stake.stake_account(&wallet);
            for unbonding in ready(session, &loaded, &bond, withdraw.index).await? {
                let (payer, index) = (&unbonding.rent_payer, unbonding.index);
                all.push(instruction::withdraw(&wallet, payer, &stake, &bond, index, &to));
            }
            all
        }
        Command::Close(_) => {
            let payer = client.get::<Bond>(&bond).await?.rent_payer;
            let wallet = session.address()?;
            vec![instruction::close_bond(&wallet, &payer, &stake.address, &bond)]
        }
    };
    session.execute(&instructions, loaded.scale()).await
}
