//! `cairn maker`: who may vouch for devices.

use super::{NetworkArg, typed, typed_all};
use crate::{
    failure::Failure,
    onboarding::{Certificate, Scheme, device_key},
    session::Session,
    text::Scale,
    wallet,
};
use anyhow::Result;
use cairn_device::{DeviceSigner, MakerSigner};
use cairn_sdk::{account::Maker, address, instruction, typed::registry};
use clap::{Args, Subcommand};
use solana_address::Address;
use std::path::PathBuf;

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
    /// Vouch for a device: prints a certificate that the device hands on when it joins; needs no chain
    Vouch(VouchArgs),
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

/// Flags of `cairn maker vouch`.
#[derive(Debug, Args)]
pub struct VouchArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// Number of the device class
    #[arg(long, default_value_t = 0)]
    pub class: u16,
    /// Keypair file of the maker
    #[arg(long, value_name = "FILE")]
    pub maker_keypair: PathBuf,
    /// Keypair file of the device
    #[arg(long, value_name = "FILE", conflicts_with_all = ["device_key", "scheme"])]
    pub device_keypair: Option<PathBuf>,
    /// The device's public key in hex: 32 bytes of Ed25519, 33 of P-256
    #[arg(long, value_name = "HEX", required_unless_present = "device_keypair")]
    pub device_key: Option<String>,
    /// How the device signs
    #[arg(long, default_value = "ed25519")]
    pub scheme: Scheme,
    /// The maker's serial number, at most 16 bytes
    #[arg(long)]
    pub serial: String,
}

fn vouch(args: &VouchArgs) -> Result<Certificate> {
    let key = match (&args.device_keypair, &args.device_key) {
        (Some(file), _) => DeviceSigner::new(wallet::read(file)?.secret_bytes()).key(),
        (None, key) => {
            let text = key.as_deref().unwrap_or_default();
            let mut bytes = [0; 33];
            let length = if args.scheme == Scheme::Ed25519 { 32 } else { 33 };
            let (head, _) = bytes.split_at_mut(length);
            hex::decode_to_slice(text, head).map_err(|_| {
                Failure::new(
                    "invalid_key",
                    format!("`{text}` is not {length} bytes of hex"),
                    "give the device's public key, 32 bytes of Ed25519 or 33 of P-256",
                )
            })?;
            device_key(args.scheme, &bytes)?
        }
    };
    let maker = MakerSigner::new(wallet::read(&args.maker_keypair)?.secret_bytes());
    Certificate::new(&maker, args.network.network, args.class, &key, &args.serial)
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
        MakerCommand::Vouch(args) => {
            return crate::output::print_json(&vouch(args)?);
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
