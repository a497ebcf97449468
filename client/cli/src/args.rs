//! The command line.

use crate::commands::policy::PolicyCommand;
use crate::{
    commands::{
        PoolArgs,
        bond::BondCommand,
        claimant::{ClaimantCommand, PayeesCommand},
        class::ClassCommand,
        credits::CreditsCommand,
        delegation::DelegationCommand,
        device::DeviceCommand,
        license::LicenseCommand,
        maker::MakerCommand,
        network::NetworkCommand,
        oracle::OracleCommand,
        penalty::PenaltyCommand,
        pool::PoolCommand,
        proposal::ProposalCommand,
        stake_pool::StakePoolCommand,
        table::TableCommand,
    },
    output::Format,
};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use solana_address::Address;
use std::path::PathBuf;

/// Run and use networks of rewarded hardware on Solana.
#[derive(Debug, Parser)]
#[command(name = "cairn", version, about, propagate_version = true, subcommand_required = true)]
pub struct Args {
    /// Flags of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Configuration file of the Solana command line [default: ~/.config/solana/cli/config.yml]
    #[arg(short = 'C', long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// RPC endpoint, or mainnet-beta, devnet, testnet, localhost (or their initials)
    #[arg(short, long, global = true, value_name = "URL_OR_MONIKER")]
    pub url: Option<String>,
    /// Keypair file of the wallet that signs and pays
    #[arg(short, long, global = true, value_name = "FILE")]
    pub keypair: Option<PathBuf>,
    /// How results are written
    #[arg(long, global = true, value_enum, default_value_t)]
    pub output: Format,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create, govern and close networks
    #[command(subcommand)]
    Network(NetworkCommand),
    /// Deploy, upgrade and look at the programs
    #[command(subcommand)]
    Program(ProgramCommand),
    /// Device classes of a network
    #[command(subcommand)]
    Class(ClassCommand),
    /// Makers, who vouch for devices
    #[command(subcommand)]
    Maker(MakerCommand),
    /// Licences to run devices
    #[command(subcommand)]
    License(LicenseCommand),
    /// Onboard devices, look after them, replay recordings
    #[command(subcommand)]
    Device(DeviceCommand),
    /// A reward pool's terms, emission, splits and payments
    #[command(subcommand)]
    Pool(PoolCommand),
    /// The oracles of a pool and what they earn
    #[command(subcommand)]
    Oracle(OracleCommand),
    /// The parameters by which proofs are judged and paid
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Proposals and challenges by hand
    #[command(subcommand)]
    Proposal(ProposalCommand),
    /// Look at epochs
    #[command(subcommand)]
    Epoch(EpochCommand),
    /// Look at rewards
    #[command(subcommand)]
    Rewards(RewardsCommand),
    /// Claim everything that operators earned, in as few transactions as possible
    Claim(ClaimArgs),
    /// Operators' accounts in a pool
    #[command(subcommand)]
    Claimant(ClaimantCommand),
    /// Who shares an operator's claims
    #[command(subcommand)]
    Payees(PayeesCommand),
    /// Lookup tables that claims with many payees use, and their rent
    #[command(subcommand)]
    Table(TableCommand),
    /// A network's stake pool
    #[command(subcommand)]
    StakePool(StakePoolCommand),
    /// Stake that operators and oracles answer with
    #[command(subcommand)]
    Bond(BondCommand),
    /// Stake behind an operator or the whole stake pool
    #[command(subcommand)]
    Delegation(DelegationCommand),
    /// Penalties: announce, appeal, execute
    #[command(subcommand)]
    Penalty(PenaltyCommand),
    /// Usage credits: market, prices, escrow, settlement
    #[command(subcommand)]
    Credits(CreditsCommand),
}

/// `cairn program`.
#[derive(Debug, Subcommand)]
pub enum ProgramCommand {
    /// Show the programs on the chain: code, room to grow, who may upgrade them
    Show,
    /// Bring the cluster to this release: deploy or upgrade the programs, migrate the pools
    Migrate(MigrateArgs),
    /// Give up the right to upgrade a program, for good
    MakeFinal(MakeFinalArgs),
}

/// Flags of `cairn program migrate`.
#[derive(Debug, ClapArgs)]
pub struct MigrateArgs {
    /// Folder with the numbered steps
    #[arg(long, value_name = "FOLDER", default_value = "migrations")]
    pub migrations: PathBuf,
    /// Folder with the built programs and, for the first deployment, their keypairs
    #[arg(long, value_name = "FOLDER", default_value = "target/deploy")]
    pub programs: PathBuf,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub list: bool,
}

/// Flags of `cairn program make-final`.
#[derive(Debug, ClapArgs)]
pub struct MakeFinalArgs {
    /// registry, rewards or staking
    pub program: String,
    /// The program's address, to make sure: this cannot be undone
    #[arg(long, value_name = "ADDRESS")]
    pub confirm: Address,
}

/// What devices of a class do.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Category {
    /// Radio coverage
    Wireless,
    /// Keeping data
    Storage,
    /// Computing
    Compute,
    /// Measuring
    Sensor,
}

/// Flags of `cairn network create`.
#[derive(Debug, ClapArgs)]
pub struct CreateNetworkArgs {
    /// Name, at most 32 bytes
    #[arg(long)]
    pub name: String,
    /// Symbol of the devices' NFTs, at most 8 bytes
    #[arg(long, default_value = "CAIRN")]
    pub symbol: String,
    /// Key that may pause the network and suspend devices [default: the wallet]
    #[arg(long)]
    pub guardian: Option<Address>,
    /// Key that may issue licences [default: the wallet]
    #[arg(long)]
    pub license_issuer: Option<Address>,
    /// Wallet that receives the fees of onboarding and of locations [default: the treasury]
    #[arg(long)]
    pub fee_treasury: Option<Address>,
    /// Seconds between the proposal of a change and its coming into force, at most 30 days
    #[arg(long, default_value_t = 604_800)]
    pub change_delay_seconds: u32,
    /// Length of the settlement period in seconds, fixed for life [default: an epoch's length]
    #[arg(long)]
    pub settle_seconds: Option<u32>,
    /// Points that one device of the class can earn per epoch; 0: as many as the policy gives
    #[arg(long, default_value_t = 0)]
    pub points_cap: u64,
    /// What onboarding a device costs, in lamports
    #[arg(long, default_value_t = 0)]
    pub onboarding_fee_lamports: u64,
    /// What another location of a device costs, in lamports
    #[arg(long, default_value_t = 0)]
    pub location_fee_lamports: u64,
    /// Seconds between two locations of a device
    #[arg(long, default_value_t = 0)]
    pub location_cooldown_seconds: u32,
    /// Devices of the class need a licence of their owner
    #[arg(long)]
    pub license_required: bool,
    /// What its devices do
    #[arg(long, value_enum, default_value = "wireless")]
    pub category: Category,
    /// Link to a description of the device class, shown by wallets
    #[arg(long, default_value = "https://example.org/cairn/class.json")]
    pub uri: String,
    /// A maker's attesting key and its quota of devices
    #[arg(long = "maker", value_name = "KEY:QUOTA", required = true, value_parser = parse_maker)]
    pub makers: Vec<(Address, u32)>,
    /// Mint of the rewards [default: a new one]
    #[arg(long)]
    pub mint: Option<Address>,
    /// Decimals of a new mint
    #[arg(long, default_value_t = 6, conflicts_with = "mint")]
    pub decimals: u8,
    /// Tokens to put into the vault: minted when the mint is new, else from the wallet
    #[arg(long, value_name = "TOKENS", default_value = "0")]
    pub fund: String,
    /// A step of the emission table: from this epoch on, so many tokens per epoch; with
    /// `:KEEP_PERCENT:EVERY_EPOCHS:TIMES` it decays, such as `0:1000:50:365:10` for ten halvings
    #[arg(long = "emission", value_name = "EPOCH:TOKENS", required = true)]
    pub emission: Vec<String>,
    /// Length of an epoch in seconds
    #[arg(long, default_value_t = 86_400)]
    pub epoch_seconds: u32,
    /// When epoch 0 begins, unix seconds [default: now]
    #[arg(long)]
    pub genesis_at: Option<i64>,
    /// Seconds between an attested quorum and finalization
    #[arg(long, default_value_t = 3_600)]
    pub challenge_window_seconds: u32,
    /// An oracle's key
    #[arg(long = "oracle-key", value_name = "KEY", required = true)]
    pub oracle_keys: Vec<Address>,
    /// How many oracles must agree; more than half [default: the smallest such number]
    #[arg(long)]
    pub threshold: Option<u8>,
    /// Wallet that earns what rounding leaves over [default: the wallet]
    #[arg(long)]
    pub treasury: Option<Address>,
    /// Cooldown of the stake pool in seconds
    #[arg(long, default_value_t = 1_209_600)]
    pub cooldown_seconds: u32,
}

fn parse_maker(text: &str) -> Result<(Address, u32), String> {
    let (key, quota) = text.split_once(':').ok_or("write it as KEY:QUOTA")?;
    Ok((
        key.parse().map_err(|_| format!("`{key}` is not a key"))?,
        quota.parse().map_err(|_| format!("`{quota}` is not a number of devices"))?,
    ))
}

/// Flags of `cairn device onboard`.
#[derive(Debug, ClapArgs)]
pub struct OnboardArgs {
    /// Address of the network
    #[arg(long, env = "CAIRN_NETWORK")]
    pub network: Address,
    /// Number of the device class
    #[arg(long, default_value_t = 0)]
    pub class: u16,
    /// Keypair file of the maker
    #[arg(long, value_name = "FILE")]
    pub maker_keypair: PathBuf,
    /// Keypair file of the device
    #[arg(long, value_name = "FILE")]
    pub device_keypair: PathBuf,
    /// The maker's serial number, at most 16 bytes
    #[arg(long)]
    pub serial: String,
    /// Wallet that receives the NFT and earns [default: the wallet]
    #[arg(long)]
    pub owner: Option<Address>,
    /// Where the device stands, in degrees
    #[arg(long, value_name = "LATITUDE,LONGITUDE", allow_hyphen_values = true)]
    pub location: Option<String>,
    /// Address of a licence of the owner, where the class requires one
    #[arg(long)]
    pub license: Option<Address>,
}

/// Flags of `cairn device replay`.
#[derive(Debug, ClapArgs)]
pub struct ReplayArgs {
    /// The recording, plain or gzipped
    pub file: PathBuf,
    /// Address of the network
    #[arg(long, env = "CAIRN_NETWORK")]
    pub network: Address,
    /// Address of the reward pool [default: the network's only one]
    #[arg(long)]
    pub pool: Option<Address>,
    /// Number of the device class
    #[arg(long, default_value_t = 0)]
    pub class: u16,
    /// Address of an oracle; every proof goes to each
    #[arg(long = "oracle", env = "CAIRN_ORACLES", value_delimiter = ',', required = true)]
    pub oracles: Vec<String>,
    /// Seed that the keys of devices and operators derive from; whoever knows it owns them
    #[arg(long)]
    pub seed: String,
    /// Keypair file of the maker: onboards the devices that the network lacks first
    #[arg(long, value_name = "FILE")]
    pub maker_keypair: Option<PathBuf>,
    /// How many hotspots share an operator
    #[arg(long, default_value = "1")]
    pub hotspots_per_operator: std::num::NonZeroUsize,
    /// Only the first so many frames
    #[arg(long)]
    pub limit: Option<usize>,
    /// Length of the replay in seconds
    #[arg(long, default_value_t = 90)]
    pub span_seconds: u64,
    /// File that keeps the devices' sequences between replays
    /// [default: ~/.config/cairn/devices/NETWORK.json]
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
}

/// `cairn epoch`.
#[derive(Debug, Subcommand)]
pub enum EpochCommand {
    /// List epochs, newest first
    List(EpochListArgs),
    /// Show one epoch
    Show(EpochShowArgs),
}

/// Flags of `cairn epoch list`.
#[derive(Debug, ClapArgs)]
pub struct EpochListArgs {
    /// Address of an oracle; several may be named, the first that answers is used
    #[arg(long = "oracle", env = "CAIRN_ORACLES", value_delimiter = ',', required = true)]
    pub oracles: Vec<String>,
    /// Decimals of the reward mint
    #[arg(long, default_value_t = 6)]
    pub decimals: u8,
}

/// Flags of `cairn epoch show`.
#[derive(Debug, ClapArgs)]
pub struct EpochShowArgs {
    /// Number of the epoch
    pub epoch: u64,
    /// Where to ask.
    #[command(flatten)]
    pub list: EpochListArgs,
}

/// `cairn rewards`.
#[derive(Debug, Subcommand)]
pub enum RewardsCommand {
    /// Show what an operator earned, claimed and may claim
    Show(RewardsArgs),
}

/// Flags of `cairn rewards show`.
#[derive(Debug, ClapArgs)]
pub struct RewardsArgs {
    /// Wallet of the operator [default: the wallet]
    #[arg(long)]
    pub operator: Option<Address>,
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// Address of an oracle; several may be named, the first that answers is used
    #[arg(long = "oracle", env = "CAIRN_ORACLES", value_delimiter = ',', required = true)]
    pub oracles: Vec<String>,
}

/// Flags of `cairn claim`.
#[derive(Debug, ClapArgs)]
pub struct ClaimArgs {
    /// Wallet of an operator; several may be named [default: the wallet]
    #[arg(long = "operator")]
    pub operators: Vec<Address>,
    /// Show what each payee got
    #[arg(long)]
    pub payees: bool,
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// Address of an oracle; several may be named, the first that answers is used
    #[arg(long = "oracle", env = "CAIRN_ORACLES", value_delimiter = ',', required = true)]
    pub oracles: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_maker_needs_a_key_and_a_quota() {
        let key = Address::new_from_array([7; 32]);
        assert_eq!(parse_maker(&format!("{key}:5")), Ok((key, 5)));
        assert!(parse_maker(&key.to_string()).is_err());
        assert!(parse_maker(&format!("{key}:-1")).is_err());
        assert!(parse_maker("nonsense:5").is_err());
    }
}
