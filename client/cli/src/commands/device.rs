//! `cairn device`: what becomes of a device after it joined.

use super::{NetworkArg, typed};
use crate::{
    args::{OnboardArgs, ReplayArgs},
    failure::Failure,
    onboard::{self, Target},
    onboarding::{self, Request, Response},
    oracle::Oracles,
    output::{print, print_json},
    run,
    session::Session,
    text::Scale,
    wallet,
};
use anyhow::Result;
use cairn_device::DeviceSigner;
use cairn_epoch::{Explanation, explain::LeafPath};
use cairn_protocol::merkle::{DeviceLeaf, Node, OperatorLeaf, verify};
use cairn_sdk::{
    account::{self, Device, Pool},
    address,
    instruction::{self, LocationSpec},
    rpc::Client,
    typed::registry,
};
use clap::{Args, Subcommand};
use serde::Serialize;
use solana_address::Address;
use std::{
    fmt::{self, Display, Formatter},
    path::PathBuf,
};

/// `cairn device`.
#[derive(Debug, Subcommand)]
pub enum DeviceCommand {
    /// Onboard one device
    Onboard(OnboardArgs),
    /// Ask a device to accept a wallet as its owner: prints a request, which holds for 512 slots
    Request(RequestArgs),
    /// Accept an owner, on the device: prints the response to a request; needs no chain
    Accept(AcceptArgs),
    /// Onboard a device by its response
    Join(JoinArgs),
    /// Replay a recording of LoRaWAN frames through a fleet of derived devices
    Replay(ReplayArgs),
    /// Show a device
    Show(DeviceArg),
    /// List the devices of a network
    List(ListArgs),
    /// Say why a device got what it did in an epoch: each proof, each factor, the share and the way
    /// to the root on chain
    Explain(ExplainArgs),
    /// Set the wallet that a device earns for (holder of its NFT)
    SetOperator(SetOperatorArgs),
    /// Say where a device stands; the network may ask a fee (holder of its NFT)
    AssertLocation(AssertLocationArgs),
    /// Put a device under another licence of its holder (holder of its NFT)
    SetLicense(SetLicenseArgs),
    /// Stop a device from earning (guardian or authority)
    Suspend(DeviceArg),
    /// Let a suspended device earn again (authority)
    Reinstate(DeviceArg),
    /// Begin a device's end: it can be retired a settlement period later (holder of its NFT)
    RequestRetirement(DeviceArg),
    /// Take the request for retirement back (holder of its NFT)
    CancelRetirement(DeviceArg),
    /// End a device whose retirement was requested: burns the NFT, returns all rent to its holder
    Retire(DeviceArg),
}

/// Which device.
#[derive(Debug, Clone, Copy, Args)]
pub struct DeviceArg {
    /// Address of the device's account
    #[arg(long)]
    pub device: Address,
}

/// Flags of `cairn device request`.
#[derive(Debug, Args)]
pub struct RequestArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// Number of the device class
    #[arg(long, default_value_t = 0)]
    pub class: u16,
    /// Wallet that is to receive the NFT and earn [default: the wallet]
    #[arg(long)]
    pub owner: Option<Address>,
}

/// Flags of `cairn device accept`.
#[derive(Debug, Args)]
pub struct AcceptArgs {
    /// The request, or - for standard input
    #[arg(long, value_name = "FILE")]
    pub request: PathBuf,
    /// The maker's certificate
    #[arg(long, value_name = "FILE")]
    pub certificate: PathBuf,
    /// Keypair file of the device
    #[arg(long, value_name = "FILE")]
    pub device_keypair: PathBuf,
}

/// Flags of `cairn device join`.
#[derive(Debug, Args)]
pub struct JoinArgs {
    /// The device's response, or - for standard input
    #[arg(long, value_name = "FILE")]
    pub response: PathBuf,
    /// Where the device stands, in degrees
    #[arg(long, value_name = "LATITUDE,LONGITUDE", allow_hyphen_values = true)]
    pub location: Option<String>,
    /// Address of a licence of the owner, where the class requires one
    #[arg(long)]
    pub license: Option<Address>,
}

/// Flags of `cairn device list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// Only devices that earn for this wallet
    #[arg(long)]
    pub operator: Option<Address>,
}

/// Flags of `cairn device explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Which device.
    #[command(flatten)]
    pub device: DeviceArg,
    /// Number of the epoch
    #[arg(long)]
    pub epoch: u64,
    /// Address of an oracle; several may be named, the first that answers is used
    #[arg(long = "oracle", env = "CAIRN_ORACLES", value_delimiter = ',', required = true)]
    pub oracles: Vec<String>,
}

/// Flags of `cairn device set-operator`.
#[derive(Debug, Args)]
pub struct SetOperatorArgs {
    /// Which device.
    #[command(flatten)]
    pub device: DeviceArg,
    /// The wallet that it is to earn for
    #[arg(long)]
    pub operator: Address,
}

/// Flags of `cairn device assert-location`.
#[derive(Debug, Args)]
pub struct AssertLocationArgs {
    /// Which device.
    #[command(flatten)]
    pub device: DeviceArg,
    /// Where it stands, in degrees
    #[arg(long, value_name = "LATITUDE,LONGITUDE", allow_hyphen_values = true)]
    pub location: String,
}

/// Flags of `cairn device set-license`.
#[derive(Debug, Args)]
pub struct SetLicenseArgs {
    /// Which device.
    #[command(flatten)]
    pub device: DeviceArg,
    /// Address of a valid licence of the holder
    #[arg(long)]
    pub license: Address,
}

/// A device's end.
#[derive(Debug, Serialize)]
struct Retired {
    /// What the holder got back, the fee not deducted.
    rent_returned: cairn_sdk::amount::Lamports,
    #[serde(flatten)]
    done: crate::session::Done,
}

/// Runs a command.
///
/// # Errors
/// Whatever the registry refuses.
pub async fn run(session: &Session, command: &DeviceCommand) -> Result<()> {
    let client = &session.client;
    let wallet = || session.address();
    let load = async |at: &DeviceArg| {
        let state: Device = client.get(&at.device).await?;
        anyhow::Ok((at.device, state.network, state))
    };
    let held = async |at: &DeviceArg| {
        let (device, network, state) = load(at).await?;
        require_holder(session, &device, &state).await?;
        anyhow::Ok((device, network, state))
    };
    let instruction = match command {
        DeviceCommand::Onboard(onboard) => {
            let onboarded = run::onboard_device(session, onboard).await?;
            return session.print(&onboarded, Scale::default());
        }
        DeviceCommand::Request(request) => {
            let owner = request.owner.map_or_else(wallet, Ok)?;
            let (slot, hash) = client.recent_slot_hash().await?;
            let network = request.network.network;
            return print_json(&Request::new(network, owner, request.class, slot, hash));
        }
        DeviceCommand::Accept(accept) => {
            let device = DeviceSigner::new(wallet::read(&accept.device_keypair)?.secret_bytes());
            let (request, certificate): (Request, _) =
                (onboarding::read(&accept.request)?, onboarding::read(&accept.certificate)?);
            return print_json(&Response::new(&device, &request, certificate)?);
        }
        DeviceCommand::Join(join) => {
            let response: Response = onboarding::read(&join.response)?;
            let location = match &join.location {
                Some(text) => onboard::cell(&run::position(text)?)?,
                None => 0,
            };
            let payer = session.wallet()?;
            let owner = response.owner;
            let device = onboard::join(client, &payer, &response, location, join.license).await?;
            let mint = address::device_mint(&device);
            return session.print(&run::Onboarded { device, mint, owner }, Scale::default());
        }
        DeviceCommand::Replay(replay) => {
            let report = run::replay_file(session, replay).await?;
            for stop in report.stops() {
                eprintln!("warning: {stop}");
            }
            return print(session.format, &report, run::describe_replay);
        }
        DeviceCommand::Show(at) => {
            let device = typed::<Device, registry::Device>(client, at.device).await?;
            return session.print(&device, Scale::default());
        }
        DeviceCommand::Explain(args) => return explain(session, args).await,
        DeviceCommand::List(list) => {
            let mut devices = client.devices(&list.network.network).await?;
            if let Some(operator) = list.operator {
                devices.retain(|(_, device)| device.operator == operator);
            }
            devices.sort_by_key(|(_, device)| (device.onboarded_at, device.serial));
            let devices = super::typed_all::<_, registry::Device>(&devices);
            return session.print(&devices, Scale::default());
        }
        DeviceCommand::SetOperator(set) => {
            let (device, network, _) = held(&set.device).await?;
            instruction::set_operator(&wallet()?, &network, &device, &set.operator)
        }
        DeviceCommand::AssertLocation(location) => {
            let position = run::position(&location.location)?;
            let (device, network, state) = held(&location.device).await?;
            let holder = wallet()?;
            instruction::assert_location(&LocationSpec {
                payer: holder,
                holder,
                network,
                treasury: Target::read(client, &network, state.class).await?.treasury,
                class: state.class,
                device,
                location: onboard::cell(&position)?,
            })
        }
        DeviceCommand::SetLicense(set) => {
            let (device, network, _) = held(&set.device).await?;
            instruction::set_license(&wallet()?, &network, &device, &set.license)
        }
        DeviceCommand::Suspend(at) => {
            let (device, network, _) = load(at).await?;
            instruction::suspend_device(&wallet()?, &network, &device)
        }
        DeviceCommand::Reinstate(at) => {
            let (device, network, _) = load(at).await?;
            instruction::reinstate_device(&wallet()?, &network, &device)
        }
        DeviceCommand::RequestRetirement(at) => {
            let (device, network, _) = held(at).await?;
            instruction::request_retirement(&wallet()?, &network, &device)
        }
        DeviceCommand::CancelRetirement(at) => {
            let (device, network, _) = held(at).await?;
            instruction::cancel_retirement(&wallet()?, &network, &device)
        }
        DeviceCommand::Retire(at) => {
            let (device, network, state) = held(at).await?;
            let holder = wallet()?;
            let class = state.class;
            let maker = state.maker;
            let retire = instruction::retire_device(&holder, &network, class, &maker, &device);
            let done = session.send(&[retire]).await?;
            let change = done.accounts.iter().find(|change| change.address == holder);
            let after = change.map_or(done.fee, |change| change.after);
            let before = change.map_or(done.fee, |change| change.before);
            let returned = after.checked_add(done.fee).unwrap_or(after).saturating_sub(before);
            return session.print(&Retired { rent_returned: returned, done }, Scale::default());
        }
    };
    session.execute(&[instruction], Scale::default()).await
}

/// Says who does not hold the device's NFT before a transaction fails for want of an account.
async fn require_holder(session: &Session, device: &Address, state: &Device) -> Result<()> {
    let wallet = session.address()?;
    let nft = address::associated_token(&wallet, &state.mint, &address::TOKEN_2022_PROGRAM);
    if session.client.token_balance(&nft).await?.is_zero() {
        return Err(Failure::new(
            "not_holder",
            format!("{wallet} does not hold the NFT of device {device}, {}", state.mint),
            "name the keypair of the wallet that holds it with --keypair",
        )
        .into());
    }
    Ok(())
}

/// An explanation, and what the chain says to it.
#[derive(Debug, Serialize)]
pub struct Explained {
    /// What the oracle says.
    #[serde(flatten)]
    pub explanation: Explanation,
    /// Whether the way leads from the device's leaf to the root that it names.
    pub path_verifies: Option<bool>,
    /// Whether that is the root that is active on chain now.
    pub root_is_active: Option<bool>,
    /// Whether it is, or was: a proposal with it that was finalized is still on chain.
    pub root_is_finalized: Option<bool>,
}

impl Explained {
    /// Asks why a device got what it did, and checks the way to the root against the chain.
    ///
    /// # Errors
    /// When no oracle answers, the epoch was not computed, or the chain cannot be asked.
    pub async fn ask(
        client: &Client,
        oracles: &Oracles,
        device: &Address,
        epoch: u64,
    ) -> Result<Self> {
        let explanation = oracles.explain(device, epoch).await?;
        let at = Address::new_from_array(explanation.pool);
        let pool: Pool = client.get(&at).await?;
        let path = explanation.path.as_ref();
        let active = path.map(|path| (path.root, path.root_sum) == (pool.root, pool.root_sum));
        let finalized = match path {
            Some(path) if active == Some(false) => {
                let proposals = client.proposals(&at, epoch).await?;
                let content = (path.root, path.root_sum);
                Some(proposals.iter().any(|(_, proposal)| {
                    account::is_finalized(proposal) && (proposal.root, proposal.root_sum) == content
                }))
            }
            _ => active,
        };
        Ok(Self {
            path_verifies: path.map(|path| verifies(&explanation, path)),
            root_is_active: active,
            root_is_finalized: finalized,
            explanation,
        })
    }
}

impl Display for Explained {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let on_chain = match (self.path_verifies, self.root_is_active, self.root_is_finalized) {
            (None, ..) | (_, None, _) => return self.explanation.fmt(f),
            (Some(false), ..) => "the way does NOT lead to the root: do not trust this oracle",
            (Some(true), Some(true), _) => {
                "checked here: the way leads to the root, which is active on chain"
            }
            (Some(true), _, Some(true)) => {
                "checked here: the way leads to the root, which was finalized on chain; a later one \
                 is active by now"
            }
            (Some(true), ..) => {
                "checked here: the way leads to the root, which the chain does not show: its proposal \
                 is not final yet, or closed since; a later epoch's root has its tokens too"
            }
        };
        write!(f, "{}\n{on_chain}", self.explanation)
    }
}

async fn explain(session: &Session, args: &ExplainArgs) -> Result<()> {
    let oracles = Oracles::new(&args.oracles)?;
    let explained =
        Explained::ask(&session.client, &oracles, &args.device.device, args.epoch).await?;
    print(session.format, &explained, Explained::to_string)
}

/// Folds both proofs.
fn verifies(explanation: &Explanation, path: &LeafPath) -> bool {
    let operator = explanation.operator.as_deref().and_then(|text| text.parse::<Address>().ok());
    let (Some(operator), Ok(to_device), Ok(to_operator)) =
        (operator, hex::decode(&path.device_proof), hex::decode(&path.operator_proof))
    else {
        return false;
    };
    let device = DeviceLeaf {
        operator: operator.to_bytes(),
        device: explanation.device,
        lifetime_total: path.device_total,
    };
    let devices = Node { hash: path.devices_root, sum: path.operator_total };
    let leaf = OperatorLeaf {
        pool: explanation.pool,
        operator: operator.to_bytes(),
        lifetime_total: path.operator_total,
        devices_root: path.devices_root,
    };
    let root = Node { hash: path.root, sum: path.root_sum };
    verify(&devices, &device.node(), path.device_index, &to_device)
        && verify(&root, &leaf.node(), path.operator_index, &to_operator)
}
