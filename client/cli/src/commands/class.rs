//! `cairn class`: device classes.

use super::{NetworkArg, typed, typed_all};
use crate::{args::Category, session::Session, text::Scale};
use anyhow::Result;
use cairn_protocol::onboarding::SignatureScheme;
use cairn_sdk::{
    Error,
    account::{self, DeviceClass, Network},
    address,
    amount::{Lamports, Points},
    instruction::{self, ClassSpec, ClassTermsSpec},
    typed::registry,
};
use clap::{Args, Subcommand, ValueEnum};

/// `cairn class`.
#[derive(Debug, Subcommand)]
pub enum ClassCommand {
    /// Create a device class
    Create(CreateArgs),
    /// Show a class
    Show(ClassArgs),
    /// List the classes of a network
    List(NetworkArg),
    /// Propose other terms of a class, in force after the network's delay
    ProposeUpdate(UpdateArgs),
    /// Take proposed terms of a class back
    CancelUpdate(ClassArgs),
    /// Close a class without devices; its rent goes to who paid it
    Close(ClassArgs),
}

/// How devices of a class sign.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Scheme {
    /// Ed25519
    Ed25519,
    /// ECDSA on P-256, as secure elements have it
    P256,
}

/// Which class.
#[derive(Debug, Clone, Copy, Args)]
pub struct ClassArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// Number of the device class
    #[arg(long)]
    pub class: u16,
}

/// Flags of `cairn class create`.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// What its devices do
    #[arg(long, value_enum)]
    pub category: Category,
    /// How its devices sign
    #[arg(long, value_enum, default_value = "ed25519")]
    pub scheme: Scheme,
    /// Link to a description of the class, at most 96 bytes, shown by wallets
    #[arg(long)]
    pub uri: String,
    /// Its terms.
    #[command(flatten)]
    pub terms: Terms,
}

/// Flags of `cairn class propose-update`; what is not named stays as it is.
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// Which class.
    #[command(flatten)]
    pub class: ClassArgs,
    /// What changes.
    #[command(flatten)]
    pub terms: Terms,
}

/// What the authority may change about a class.
#[derive(Debug, Args)]
pub struct Terms {
    /// Stake that an operator has to bond per device, in whole tokens of the stake pool
    #[arg(long, value_name = "TOKENS")]
    pub bond: Option<String>,
    /// Points that one device can earn per epoch; 0: as many as the policy gives
    #[arg(long)]
    pub points_cap: Option<u64>,
    /// What onboarding a device costs, in lamports
    #[arg(long)]
    pub onboarding_fee_lamports: Option<u64>,
    /// What another location of a device costs, in lamports
    #[arg(long)]
    pub location_fee_lamports: Option<u64>,
    /// Seconds between two locations of a device
    #[arg(long)]
    pub location_cooldown_seconds: Option<u32>,
    /// Whether devices need a licence of their owner
    #[arg(long, value_name = "true|false")]
    pub license_required: Option<bool>,
    /// Whether no device joins any more
    #[arg(long, value_name = "true|false")]
    pub closed: Option<bool>,
}

impl Terms {
    async fn apply(
        &self,
        session: &Session,
        at: NetworkArg,
        old: ClassTermsSpec,
    ) -> Result<ClassTermsSpec> {
        let bond = match &self.bond {
            Some(text) => session.stake(&at.network).await?.amount(text)?,
            None => old.bond,
        };
        Ok(ClassTermsSpec {
            bond,
            points_cap: self.points_cap.map_or(old.points_cap, Points),
            onboarding_fee: self.onboarding_fee_lamports.map_or(old.onboarding_fee, Lamports),
            location_fee: self.location_fee_lamports.map_or(old.location_fee, Lamports),
            location_cooldown_seconds: self
                .location_cooldown_seconds
                .unwrap_or(old.location_cooldown_seconds),
            license_required: self.license_required.unwrap_or(old.license_required),
            closed: self.closed.unwrap_or(old.closed),
        })
    }
}

/// Runs a command.
///
/// # Errors
/// Whatever the registry refuses.
pub async fn run(session: &Session, command: &ClassCommand) -> Result<()> {
    let client = &session.client;
    let class_at = |at: &ClassArgs| address::class(&at.network.network, at.class);
    // Bonds are in the stake pool's tokens; without a stake pool they are shown in smallest units.
    let scale = async |at: &NetworkArg| match session.stake(&at.network).await {
        Ok(stake) => stake.scale(),
        Err(_) => Scale::default(),
    };
    let (at, instruction) = match command {
        ClassCommand::Create(create) => {
            let network: Network = client.get(&create.network.network).await?;
            let old = ClassTermsSpec::default();
            let spec = ClassSpec {
                index: network.class_count,
                category: create.category as u8,
                scheme: match create.scheme {
                    Scheme::Ed25519 => SignatureScheme::Ed25519,
                    Scheme::P256 => SignatureScheme::P256,
                },
                uri: create.uri.clone(),
                terms: create.terms.apply(session, create.network, old).await?,
            };
            let wallet = session.address()?;
            let create_class = instruction::create_class(&wallet, &create.network.network, &spec);
            (create.network, create_class.map_err(Error::from)?)
        }
        ClassCommand::Show(show) => {
            let class = typed::<DeviceClass, registry::DeviceClass>(client, class_at(show)).await?;
            return session.print(&class, scale(&show.network).await);
        }
        ClassCommand::List(list) => {
            let mut classes: Vec<(_, DeviceClass)> =
                client.all(&[(0, list.network.as_ref())]).await?;
            classes.sort_by_key(|(_, class)| class.index);
            let classes = typed_all::<_, registry::DeviceClass>(&classes);
            return session.print(&classes, scale(list).await);
        }
        ClassCommand::ProposeUpdate(update) => {
            let (at, number) = (update.class.network, update.class.class);
            let class: DeviceClass = client.get(&class_at(&update.class)).await?;
            let now = client.chain_time().await?;
            let old = ClassTermsSpec::from(account::class_terms_at(&class, now));
            let terms = update.terms.apply(session, at, old).await?;
            let wallet = session.address()?;
            (at, instruction::propose_class_update(&wallet, &at.network, number, &terms))
        }
        ClassCommand::CancelUpdate(ClassArgs { network, class }) => {
            let wallet = session.address()?;
            (*network, instruction::cancel_class_update(&wallet, &network.network, *class))
        }
        ClassCommand::Close(close) => {
            let class: DeviceClass = client.get(&class_at(close)).await?;
            let ClassArgs { network, class: number } = *close;
            let wallet = session.address()?;
            let close =
                instruction::close_class(&wallet, &network.network, number, &class.rent_payer);
            (network, close)
        }
    };
    session.execute(&[instruction], scale(&at).await).await
}
