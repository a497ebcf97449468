//! `cairn claimant` and `cairn payees`: an operator's account in a pool, and who shares its claims.

use super::{At, PoolArgs};
use crate::{
    failure::Failure,
    session::{Session, percent},
};
use anyhow::Result;
use cairn_sdk::{
    account::{self, CairnAccount, Claimant},
    address,
    amount::BasisPoints,
    instruction,
    typed::rewards::{self, PayeeShare},
};
use clap::{Args, Subcommand};
use serde::Serialize;
use solana_address::Address;
use std::collections::BTreeSet;

/// `cairn claimant`.
#[derive(Debug, Subcommand)]
pub enum ClaimantCommand {
    /// Show an operator's account: what it claimed, where claims go, who shares them
    Show(ClaimantArgs),
    /// Open an operator's account, with the token account that claims go to (anyone)
    Open(ClaimantArgs),
    /// Close an account that claimed nothing, or of a pool that is at its end
    Close(ClaimantArgs),
}

/// `cairn payees`.
#[derive(Debug, Subcommand)]
pub enum PayeesCommand {
    /// Show who shares an operator's claims
    Show(ClaimantArgs),
    /// Divide the wallet's future claims among up to eight wallets (operator)
    Set(SetArgs),
    /// Let the operator have everything again; the rent of the payees comes back (operator)
    Clear(PoolArgs),
}

/// Whose account.
#[derive(Debug, Clone, Copy, Args)]
pub struct ClaimantArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// Wallet of the operator [default: the wallet]
    #[arg(long)]
    pub operator: Option<Address>,
}

/// Flags of `cairn payees set`.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// A wallet and its part in percent; all parts add up to 100. The first gets what rounding
    /// leaves over
    #[arg(long = "payee", value_name = "WALLET:PERCENT", required = true)]
    pub payees: Vec<String>,
}

/// An operator's account with its payees.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    claimant: At<rewards::Claimant>,
    payees: Vec<PayeeShare>,
}

/// `WALLET:PERCENT`.
fn payee(text: &str) -> Result<PayeeShare> {
    let invalid = |what: &str| {
        Failure::new(
            "invalid_payee",
            format!("`{text}` is no payee: {what}"),
            "write WALLET:PERCENT, such as 7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV:12.5",
        )
    };
    let (wallet, part) = text.split_once(':').ok_or_else(|| invalid("it has no `:`"))?;
    let wallet = wallet.parse().map_err(|_| invalid("what stands before `:` is no address"))?;
    Ok(PayeeShare { wallet, bps: percent(part)? })
}

fn payees(texts: &[String]) -> Result<Vec<PayeeShare>> {
    let payees = texts.iter().map(|text| payee(text)).collect::<Result<Vec<_>>>()?;
    let sum: u32 = payees.iter().map(|payee| u32::from(payee.bps.0)).sum();
    let wallets: BTreeSet<_> = payees.iter().map(|payee| payee.wallet).collect();
    if wallets.len() < payees.len() {
        return Err(Failure::new(
            "invalid_payees",
            "a wallet is named twice".to_owned(),
            "name each payee once, with all of its part",
        )
        .into());
    }
    if sum != u32::from(BasisPoints::ALL.0) || payees.len() > 8 {
        let parts = BasisPoints(u16::try_from(sum).unwrap_or(u16::MAX));
        return Err(Failure::new(
            "invalid_payees",
            format!("{} payees get {parts} together", payees.len()),
            "name one to eight payees whose parts add up to 100",
        )
        .into());
    }
    Ok(payees)
}

async fn show(session: &Session, at: &ClaimantArgs) -> Result<()> {
    let pool = session.pool(&at.pool.network, at.pool.pool).await?;
    let operator = operator(session, at)?;
    let address = address::claimant(&pool.keys.pool, &operator);
    let missing = cairn_sdk::Error::Missing { what: Claimant::NAME, address };
    let account = session.client.account(&address).await?.ok_or(missing)?;
    let state = rewards::Claimant::from(&Claimant::from_account(&address, &account)?);
    let payees = account::payees(&account.data)
        .into_iter()
        .map(|payee| PayeeShare { wallet: payee.wallet, bps: payee.bps })
        .collect();
    session.print(&Shown { claimant: At { address, state }, payees }, pool.scale())
}

fn operator(session: &Session, at: &ClaimantArgs) -> Result<Address> {
    at.operator.map_or_else(|| session.address(), Ok)
}

/// Runs a command of `cairn claimant`.
///
/// # Errors
/// Whatever the rewards program refuses.
pub async fn run(session: &Session, command: &ClaimantCommand) -> Result<()> {
    let (at, open) = match command {
        ClaimantCommand::Show(at) => return show(session, at).await,
        ClaimantCommand::Open(at) => (at, true),
        ClaimantCommand::Close(at) => (at, false),
    };
    let pool = session.pool(&at.pool.network, at.pool.pool).await?;
    let (keys, wallet, operator) = (pool.keys, session.address()?, operator(session, at)?);
    let instructions = if open {
        let (mint, program) = (&keys.mint, &keys.token_program);
        vec![
            instruction::create_associated_token(&wallet, &operator, mint, program),
            instruction::open_claimant(&wallet, &keys, &operator),
        ]
    } else {
        let address = address::claimant(&keys.pool, &operator);
        let payer = session.client.get::<Claimant>(&address).await?.rent_payer;
        vec![instruction::close_claimant(&wallet, &keys.pool, &operator, &payer)]
    };
    session.execute(&instructions, pool.scale()).await
}

/// Runs a command of `cairn payees`.
///
/// # Errors
/// `invalid_payee`, `invalid_payees`; whatever the rewards program refuses.
pub async fn run_payees(session: &Session, command: &PayeesCommand) -> Result<()> {
    let (at, payees) = match command {
        PayeesCommand::Show(at) => return show(session, at).await,
        PayeesCommand::Set(set) => (&set.pool, payees(&set.payees)?),
        PayeesCommand::Clear(at) => (at, Vec::new()),
    };
    let pool = session.pool(&at.network, at.pool).await?;
    let (keys, operator) = (pool.keys, session.address()?);
    let mut instructions = Vec::new();
    if session.client.account(&address::claimant(&keys.pool, &operator)).await?.is_none() {
        let (mint, program) = (&keys.mint, &keys.token_program);
        instructions
            .push(instruction::create_associated_token(&operator, &operator, mint, program));
        instructions.push(instruction::open_claimant(&operator, &keys, &operator));
    }
    instructions.push(instruction::set_payees(&operator, &keys.pool, &payees));
    session.execute(&instructions, pool.scale()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payees_are_wallets_with_parts_of_a_whole() {
        let wallet = |n| Address::new_from_array([n; 32]);
        let text = |n, part: &str| format!("{}:{part}", wallet(n));
        let good = payees(&[text(1, "66.67"), text(2, "33.33")]).unwrap();
        assert_eq!(good.iter().map(|payee| payee.bps.0).collect::<Vec<_>>(), [6_667, 3_333]);
        assert!(payees(&[text(1, "66.67"), text(2, "33.34")]).is_err());
        assert!(payees(&[text(1, "50"), text(1, "50")]).is_err());
        assert!(payees(&[text(1, "33.333")]).is_err());
        assert!(payees(&["nobody:100".into()]).is_err());
        let nine: Vec<_> = (0..9).map(|n| text(n, if n == 0 { "20" } else { "10" })).collect();
        assert!(payees(&nine).is_err());
    }
}
