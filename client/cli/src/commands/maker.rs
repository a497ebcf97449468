//! `cairn maker`: who may vouch for devices.

use super::{NetworkArg, typed, typed_all};
use crate::{session::Session, text::Scale};
use anyhow::Result;
use cairn_sdk::{account::Maker, address, instruction, typed::registry};
use clap::{Args, Subcommand};
use solana_address::Address;

/// `cairn maker`.
#[derive(Debug, Subcommand)]
pub enum MakerCommand {
    /// Add a maker
    Add(QuotaArgs),
    /// Show a maker
    Show(MakerArgs),
    /// List the makers of a network
    List(NetworkArg),
    /// Set how many devices a maker may vouch for over its life
    SetQuota(QuotaArgs),
    /// End a maker's right to vouch, for good; its devices stay
    Revoke(MakerArgs),
    /// Close a revoked maker without devices; its rent goes to who paid it
    Close(MakerArgs),
}

/// Which maker.
#[derive(Debug, Clone, Copy, Args)]
pub struct MakerArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// The maker's attesting key
    #[arg(long)]
    pub maker_key: Address,
}

/// Which maker, and how much it may do.
#[derive(Debug, Clone, Copy, Args)]
pub struct QuotaArgs {
    /// Which maker.
    #[command(flatten)]
    pub maker: MakerArgs,
    /// How many devices it may vouch for over its life
    #[arg(long)]
    pub quota: u32,
}

/// Runs a command.
///
/// # Errors
/// Whatever the registry refuses.
pub async fn run(session: &Session, command: &MakerCommand) -> Result<()> {
    let client = &session.client;
    let account = |at: &MakerArgs| address::maker(&at.network.network, &at.maker_key);
    let instruction = match command {
        MakerCommand::Add(QuotaArgs { maker: MakerArgs { network, maker_key }, quota }) => {
            instruction::add_maker(&session.address()?, &network.network, maker_key, *quota)
        }
        MakerCommand::Show(show) => {
            let maker = typed::<Maker, registry::Maker>(client, account(show)).await?;
            return session.print(&maker, Scale::default());
        }
        MakerCommand::List(list) => {
            let makers: Vec<(_, Maker)> = client.all(&[(0, list.network.as_ref())]).await?;
            return session.print(&typed_all::<_, registry::Maker>(&makers), Scale::default());
        }
        MakerCommand::SetQuota(QuotaArgs { maker: MakerArgs { network, maker_key }, quota }) => {
            instruction::set_maker_quota(&session.address()?, &network.network, maker_key, *quota)
        }
        MakerCommand::Revoke(MakerArgs { network, maker_key }) => {
            instruction::revoke_maker(&session.address()?, &network.network, maker_key)
        }
        MakerCommand::Close(close) => {
            let maker: Maker = client.get(&account(close)).await?;
            let (network, key) = (close.network.network, close.maker_key);
            instruction::close_maker(&session.address()?, &network, &key, &maker.rent_payer)
        }
    };
    session.execute(&[instruction], Scale::default()).await
}
