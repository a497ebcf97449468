//! `cairn oracle`: who attests a pool's rewards.

use super::{PoolArgs, typed};
use crate::{failure::Failure, session::Session};
use anyhow::Result;
use cairn_sdk::{
    account::{self, OracleSet},
    address, instruction,
    typed::rewards,
};
use clap::{Args, Subcommand};
use solana_address::Address;

/// `cairn oracle`.
#[derive(Debug, Subcommand)]
pub enum OracleCommand {
    /// Show a pool's oracles, what they are owed, and a pending change
    Show(PoolArgs),
    /// Propose to add an oracle, to remove one, or to change the threshold
    ProposeChange(ChangeArgs),
    /// Apply a pending change whose delay is over (anyone)
    ApplyChange(PoolArgs),
    /// Take a pending change back
    CancelChange(PoolArgs),
    /// Pay an oracle what it earned (anyone)
    Pay(PayArgs),
}

/// Flags of `cairn oracle propose-change`.
#[derive(Debug, Args)]
pub struct ChangeArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// Key of an oracle that joins
    #[arg(long)]
    pub add: Option<Address>,
    /// Key of an oracle that leaves
    #[arg(long)]
    pub remove: Option<Address>,
    /// How many must agree afterwards; more than half [default: the smallest such number]
    #[arg(long)]
    pub threshold: Option<u8>,
}

/// Flags of `cairn oracle pay`.
#[derive(Debug, Args)]
pub struct PayArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// Key of the oracle [default: the wallet]
    #[arg(long)]
    pub oracle_key: Option<Address>,
}

/// Runs a command.
///
/// # Errors
/// Whatever the rewards program refuses.
pub async fn run(session: &Session, command: &OracleCommand) -> Result<()> {
    let client = &session.client;
    let at = match command {
        OracleCommand::Show(at)
        | OracleCommand::ApplyChange(at)
        | OracleCommand::CancelChange(at) => at,
        OracleCommand::ProposeChange(change) => &change.pool,
        OracleCommand::Pay(pay) => &pay.pool,
    };
    let pool = session.pool(&at.network, at.pool).await?;
    let keys = pool.keys;
    let address = address::oracle_set(&keys.pool);
    let set: OracleSet = client.get(&address).await?;
    let instructions = match command {
        OracleCommand::Show(_) => {
            let set = typed::<OracleSet, rewards::OracleSet>(client, address).await?;
            return session.print(&set, pool.scale());
        }
        OracleCommand::ProposeChange(ChangeArgs { add, remove, threshold, .. }) => {
            let after = usize::from(set.count)
                .saturating_add(add.iter().count())
                .saturating_sub(remove.iter().count());
            let majority = u8::try_from(after / 2 + 1).unwrap_or(u8::MAX);
            let threshold = threshold.unwrap_or(majority);
            if usize::from(threshold) <= after / 2 || usize::from(threshold) > after {
                return Err(Failure::new(
                    "invalid_oracle_set",
                    format!("{threshold} of {after} oracles"),
                    "give a threshold of more than half of the oracles after the change",
                )
                .into());
            }
            vec![instruction::propose_oracle_change(
                &session.address()?,
                &keys.network,
                &keys.pool,
                *add,
                *remove,
                threshold,
            )]
        }
        OracleCommand::ApplyChange(_) => vec![instruction::apply_oracle_change(&keys.pool)],
        OracleCommand::CancelChange(_) => {
            let wallet = session.address()?;
            vec![instruction::cancel_oracle_change(&wallet, &keys.network, &keys.pool)]
        }
        OracleCommand::Pay(pay) => {
            let wallet = session.address()?;
            let oracle = pay.oracle_key.unwrap_or(wallet);
            // One that was removed keeps its place until it is paid.
            let place = (0u8..).zip(set.oracles.iter()).find(|(_, key)| **key == oracle);
            let Some((place, _)) = place else {
                return Err(Failure::new(
                    "no_such_oracle",
                    format!("{oracle} is no oracle of pool {}", keys.pool),
                    format!(
                        "its oracles are {}",
                        account::oracles(&set)
                            .iter()
                            .map(ToString::to_string)
                            .collect::<Vec<_>>()
                            .join(", ")
                    ),
                )
                .into());
            };
            vec![
                instruction::create_associated_token(
                    &wallet,
                    &oracle,
                    &keys.mint,
                    &keys.token_program,
                ),
                instruction::pay_oracle(&keys, place, &oracle),
            ]
        }
    };
    session.execute(&instructions, pool.scale()).await
}
