//! `cairn license`: who may run devices where.

use super::{Expiry, NetworkArg, typed, typed_all};
use crate::{session::Session, text::Scale};
use anyhow::Result;
use cairn_sdk::{
    Error,
    account::License,
    instruction::{self, LicenseSpec},
    typed::registry,
};
use clap::{Args, Subcommand};
use solana_address::Address;

/// `cairn license`.
#[derive(Debug, Subcommand)]
pub enum LicenseCommand {
    /// Issue a licence (licence issuer or authority)
    Issue(IssueArgs),
    /// Show a licence
    Show(LicenseArg),
    /// List the licences of a network
    List(NetworkArg),
    /// Extend a licence, or revive one that has lapsed (licence issuer or authority)
    Renew(RenewArgs),
    /// End a licence at once (licence issuer or authority)
    Revoke(LicenseArg),
    /// Close a licence that is over; its rent goes to who paid it
    Close(LicenseArg),
}

/// Which licence.
#[derive(Debug, Clone, Copy, Args)]
pub struct LicenseArg {
    /// Address of the licence
    #[arg(long)]
    pub license: Address,
}

/// Flags of `cairn license issue`.
#[derive(Debug, Args)]
pub struct IssueArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// Wallet that may run devices
    #[arg(long)]
    pub holder: Address,
    /// ISO 3166-1 alpha-2 such as DE, or ISO 3166-2 such as US-CA
    #[arg(long)]
    pub region: String,
    /// Name of a band plan such as EU868, at most 16 bytes
    #[arg(long)]
    pub band_plan: String,
    /// When it ends.
    #[command(flatten)]
    pub expiry: Expiry,
}

/// Flags of `cairn license renew`.
#[derive(Debug, Args)]
pub struct RenewArgs {
    /// Which licence.
    #[command(flatten)]
    pub license: LicenseArg,
    /// When it ends.
    #[command(flatten)]
    pub expiry: Expiry,
}

/// Runs a command.
///
/// # Errors
/// Whatever the registry refuses.
pub async fn run(session: &Session, command: &LicenseCommand) -> Result<()> {
    let client = &session.client;
    let wallet = || session.address();
    let instruction = match command {
        LicenseCommand::Issue(issue) => {
            let IssueArgs { network, holder, region, band_plan, expiry } = issue;
            let (region, band_plan) = (region.clone(), band_plan.clone());
            let spec = LicenseSpec { holder: *holder, region, band_plan };
            let until = expiry.at(client).await?;
            instruction::issue_license(&wallet()?, &network.network, &spec, until)
                .map_err(Error::from)?
        }
        LicenseCommand::Show(show) => {
            let license = typed::<License, registry::License>(client, show.license).await?;
            return session.print(&license, Scale::default());
        }
        LicenseCommand::List(list) => {
            let all: Vec<(_, License)> = client.all(&[(0, list.network.as_ref())]).await?;
            return session.print(&typed_all::<_, registry::License>(&all), Scale::default());
        }
        LicenseCommand::Renew(renew) => {
            let license: License = client.get(&renew.license.license).await?;
            let until = renew.expiry.at(client).await?;
            let address = renew.license.license;
            instruction::renew_license(&wallet()?, &license.network, &address, until)
        }
        LicenseCommand::Revoke(LicenseArg { license }) => {
            let state: License = client.get(license).await?;
            instruction::revoke_license(&wallet()?, &state.network, license)
        }
        LicenseCommand::Close(LicenseArg { license }) => {
            let state: License = client.get(license).await?;
            instruction::close_license(&state.network, license, &state.rent_payer)
        }
    };
    session.execute(&[instruction], Scale::default()).await
}
