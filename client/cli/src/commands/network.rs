//! `cairn network`: what becomes of a network after its creation.

use super::{At, NetworkArg, typed};
use crate::{args::CreateNetworkArgs, run, session::Session, text::Scale};
use anyhow::Result;
use cairn_sdk::{
    account::{self, Network},
    instruction::{self, NetworkTermsSpec},
    typed::registry,
};
use clap::{Args, Subcommand};
use solana_address::Address;

/// `cairn network`.
#[derive(Debug, Subcommand)]
pub enum NetworkCommand {
    /// Create a network with its first device class, makers, reward pool, oracles and stake pool
    Create(Box<CreateNetworkArgs>),
    /// Show a network: its terms, what changes are pending, what it counts
    Show(NetworkArg),
    /// Propose other terms, in force after the network's delay
    ProposeUpdate(UpdateArgs),
    /// Take proposed terms back
    CancelUpdate(NetworkArg),
    /// Propose another authority, who accepts after the network's delay
    ProposeAuthority(ProposeAuthorityArgs),
    /// Accept the authority that was proposed for the wallet
    AcceptAuthority(NetworkArg),
    /// Take the proposal of another authority back
    CancelAuthority(NetworkArg),
    /// Stop onboarding, proposals and finalization; claims go on (guardian or authority)
    Pause(NetworkArg),
    /// End the pause (authority)
    Unpause(NetworkArg),
    /// Close an empty network and get its rent back (its creator, while authority)
    Close(NetworkArg),
}

/// Flags of `cairn network propose-update`; what is not named stays as it is.
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// What changes.
    #[command(flatten)]
    pub changes: Changes,
}

/// New terms of a network.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct Changes {
    /// Key that may pause the network and suspend devices
    #[arg(long)]
    pub guardian: Option<Address>,
    /// Key that may issue licences
    #[arg(long)]
    pub license_issuer: Option<Address>,
    /// Wallet that receives the fees of onboarding and of locations
    #[arg(long)]
    pub fee_treasury: Option<Address>,
    /// Seconds between the proposal of a change and its coming into force, at most 30 days
    #[arg(long)]
    pub change_delay_seconds: Option<u32>,
}

/// Flags of `cairn network propose-authority`.
#[derive(Debug, Args)]
pub struct ProposeAuthorityArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// The wallet that is to become the authority
    #[arg(long)]
    pub new_authority: Address,
}

/// Runs a command.
///
/// # Errors
/// Whatever the registry refuses.
pub async fn run(session: &Session, command: &NetworkCommand) -> Result<()> {
    let wallet = || session.address();
    let instruction = match command {
        NetworkCommand::Create(create) => {
            let created = run::create_network(session, create).await?;
            return session.print(&created, Scale::default());
        }
        NetworkCommand::Show(show) => {
            let network: At<registry::Network> =
                typed::<Network, _>(&session.client, show.network).await?;
            return session.print(&network, Scale::default());
        }
        NetworkCommand::ProposeUpdate(update) => {
            let network = update.network.network;
            let state: Network = session.client.get(&network).await?;
            let now = session.client.chain_time().await?;
            let old = NetworkTermsSpec::from(account::network_terms_at(&state, now));
            let Changes { guardian, license_issuer, fee_treasury, change_delay_seconds } =
                update.changes;
            let terms = NetworkTermsSpec {
                guardian: guardian.unwrap_or(old.guardian),
                license_issuer: license_issuer.unwrap_or(old.license_issuer),
                treasury: fee_treasury.unwrap_or(old.treasury),
                change_delay_seconds: change_delay_seconds.unwrap_or(old.change_delay_seconds),
            };
            instruction::propose_network_update(&wallet()?, &network, &terms)
        }
        NetworkCommand::CancelUpdate(at) => {
            instruction::cancel_network_update(&wallet()?, &at.network)
        }
        NetworkCommand::ProposeAuthority(propose) => {
            let network = propose.network.network;
            instruction::propose_authority(&wallet()?, &network, &propose.new_authority)
        }
        NetworkCommand::AcceptAuthority(at) => {
            instruction::accept_authority(&wallet()?, &at.network)
        }
        NetworkCommand::CancelAuthority(at) => {
            instruction::cancel_authority(&wallet()?, &at.network)
        }
        NetworkCommand::Pause(at) => instruction::pause_network(&wallet()?, &at.network),
        NetworkCommand::Unpause(at) => instruction::unpause_network(&wallet()?, &at.network),
        NetworkCommand::Close(at) => instruction::close_network(&wallet()?, &at.network),
    };
    session.execute(&[instruction], Scale::default()).await
}
