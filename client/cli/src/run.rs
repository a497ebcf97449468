//! From arguments to actions.

use crate::{
    args::{
        Args, ClaimArgs, Command, CreateNetworkArgs, EpochCommand, MakeFinalArgs, MigrateArgs,
        OnboardArgs, ProgramCommand, ReplayArgs, RewardsCommand,
    },
    claim, commands,
    deploy::{self, Build, Deployed},
    epoch,
    failure::Failure,
    migrate::{self, Migration, Outcome},
    network::{self, MintChoice, NetworkSpec},
    onboard::{self, NewDevice, Target},
    oracle::Oracles,
    output::print,
    replay, rewards,
    session::{Session, tokens},
    wallet,
};
use anyhow::{Context, Result};
use cairn_device::{
    DeviceSigner, MakerSigner, SignerState,
    replay::{Fleet, FleetSettings, Schedule},
    sender::SenderSettings,
};
use cairn_protocol::{emission::Step, proof::Position};
use cairn_sdk::{
    account::Pool,
    address,
    amount::{Lamports, Points, Tokens},
    instruction::{ClassTermsSpec, PoolSpec},
};
use serde::{Deserialize, Serialize};
use solana_address::Address;
use solana_signer::Signer;
use std::{
    collections::BTreeMap,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

/// Runs a command.
///
/// # Errors
/// Every error has a code and a hint; see [`crate::failure::describe`].
pub async fn run(args: &Args) -> Result<()> {
    let session = Session::open(&args.global)?;
    let session = &session;
    match &args.command {
        Command::Network(command) => commands::network::run(session, command).await,
        Command::Program(command) => program(session, command).await,
        Command::Class(command) => commands::class::run(session, command).await,
        Command::Maker(command) => commands::maker::run(session, command).await,
        Command::License(command) => commands::license::run(session, command).await,
        Command::Device(command) => commands::device::run(session, command).await,
        Command::Pool(command) => commands::pool::run(session, command).await,
        Command::Oracle(command) => commands::oracle::run(session, command).await,
        Command::Policy(command) => commands::policy::run(session, command),
        Command::Proposal(command) => commands::proposal::run(session, command).await,
        Command::Claimant(command) => commands::claimant::run(session, command).await,
        Command::Payees(command) => commands::claimant::run_payees(session, command).await,
        Command::Table(command) => commands::table::run(session, command).await,
        Command::StakePool(command) => commands::stake_pool::run(session, command).await,
        Command::Bond(command) => commands::bond::run(session, command).await,
        Command::Delegation(command) => commands::delegation::run(session, command).await,
        Command::Penalty(command) => commands::penalty::run(session, command).await,
        Command::Credits(command) => commands::credits::run(session, command).await,
        Command::Epoch(EpochCommand::List(list)) => {
            let epochs = Oracles::new(&list.oracles)?.epochs().await?;
            print(session.format, &epochs, |epochs| epoch::list(epochs, list.decimals))
        }
        Command::Epoch(EpochCommand::Show(show)) => {
            let view = Oracles::new(&show.list.oracles)?.epoch(show.epoch).await?;
            print(session.format, &view, |view| epoch::show(view, show.list.decimals))
        }
        Command::Rewards(RewardsCommand::Show(show)) => {
            let pool = session.pool(&show.pool.network, show.pool.pool).await?;
            let operator = show.operator.map_or_else(|| session.address(), Ok)?;
            let oracles = Oracles::new(&show.oracles)?;
            let address = pool.keys.pool;
            let rewards = rewards::show(&session.client, &oracles, &address, &operator).await?;
            session.print(&rewards, pool.scale())
        }
        Command::Claim(claim) => run_claim(session, claim).await,
    }
}

async fn run_claim(session: &Session, args: &ClaimArgs) -> Result<()> {
    let payer = session.wallet()?;
    let pool = session.pool(&args.pool.network, args.pool.pool).await?;
    let (oracles, wallet) = (Oracles::new(&args.oracles)?, [payer.pubkey()]);
    let operators = if args.operators.is_empty() { &wallet[..] } else { &args.operators };
    let client = &session.client;
    let claimed = claim::claim_all(client, &oracles, &payer, &pool.keys.pool, operators).await?;
    let decimals = pool.state.decimals;
    print(session.format, &claimed, |claimed| {
        let lines = claimed.iter().map(|claimed| describe_claim(claimed, decimals, args.payees));
        lines.collect()
    })
}

fn describe_claim(claimed: &claim::Claimed, decimals: u8, payees: bool) -> String {
    let operator = claimed.operator;
    let Some(signature) = &claimed.signature else {
        return format!("nothing left to claim for {operator}\n");
    };
    let amount = claimed.amount.display(decimals);
    let mut lines = format!("claimed {amount} for {operator}\ntransaction {signature}\n");
    if let Some(table) = &claimed.table {
        lines.push_str(&format!("lookup table {table}: `cairn table close` returns its rent\n"));
    }
    if payees {
        for payee in &claimed.payees {
            let (amount, bps) = (payee.amount.display(decimals), payee.bps);
            lines.push_str(&format!("  {amount} ({bps}) for {}\n", payee.wallet));
        }
    }
    lines
}

pub(crate) fn describe_replay(report: &cairn_device::sender::Report) -> String {
    let mut lines = format!(
        "submitted  {}\naccepted   {}\nrefused    {}\n",
        report.submitted,
        report.accepted,
        report.refused_in_all()
    );
    for (reason, count) in &report.refused {
        lines.push_str(&format!("  {reason:<24}{count}\n"));
    }
    lines
}

async fn program(session: &Session, command: &ProgramCommand) -> Result<()> {
    match command {
        ProgramCommand::Show => {
            let mut all = Vec::new();
            for program in deploy::PROGRAMS {
                all.extend(deploy::deployed(&session.client, program).await?);
            }
            print(session.format, &all, |all| {
                let lines: Vec<_> = all.iter().map(describe_program).collect();
                if lines.is_empty() { "no program is deployed".into() } else { lines.join("\n") }
            })
        }
        ProgramCommand::Migrate(args) => {
            let outcomes = migrate_cluster(session, args).await?;
            print(session.format, &outcomes, |outcomes| describe_outcomes(outcomes, args.list))
        }
        ProgramCommand::MakeFinal(args) => {
            let program = deploy::program(&args.program)?;
            let MakeFinalArgs { confirm, .. } = args;
            if *confirm != program.address {
                return Err(Failure::new(
                    "not_confirmed",
                    format!("{confirm} is not the {} program", program.name),
                    format!("it is {}; what you confirm cannot be undone", program.address),
                )
                .into());
            }
            deploy::make_final(&session.client, &session.wallet()?, program).await?;
            let deployed = deploy::deployed(&session.client, program).await?;
            print(session.format, &deployed, |deployed| {
                deployed.as_ref().map_or_else(String::new, describe_program)
            })
        }
    }
}

fn describe_program(program: &Deployed) -> String {
    format!(
        "{:<9} {}\n  sha256     {}\n  bytes      {} of {}\n  authority  {}",
        program.name,
        program.program,
        program.sha256,
        program.bytes,
        program.room,
        program.authority.as_deref().unwrap_or("none: final")
    )
}

async fn migrate_cluster(session: &Session, args: &MigrateArgs) -> Result<Vec<Outcome>> {
    let steps = migrate::steps(&args.migrations)?;
    let (payer, build) = (session.wallet()?, Build::new(&args.programs));
    let migration = Migration { client: &session.client, payer: &payer, build: &build };
    if args.list { migration.list(&steps).await } else { migration.run(&steps).await }
}

fn describe_outcomes(outcomes: &[Outcome], listed: bool) -> String {
    let mut lines = Vec::new();
    for outcome in outcomes {
        let state = match (outcome.work.is_empty(), listed) {
            (true, _) => "nothing to do",
            (false, true) => "to do",
            (false, false) => "done",
        };
        lines.push(format!("{}: {state}\n  {}", outcome.step, outcome.about));
        lines.extend(outcome.work.iter().map(|work| format!("  - {work}")));
    }
    lines.join("\n")
}

fn now_ms() -> Result<u64> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("this machine's clock stands before 1970")?;
    u64::try_from(now.as_millis()).context("this machine's clock is beyond all range")
}

/// `FIRST_EPOCH:TOKENS_PER_EPOCH[:KEEP_PERCENT:EVERY_EPOCHS:TIMES]`.
pub(crate) fn step(text: &str, decimals: u8) -> Result<Step> {
    let invalid = || {
        Failure::new(
            "invalid_emission",
            format!("`{text}` is not a step of an emission table"),
            "write FIRST_EPOCH:TOKENS_PER_EPOCH, such as 0:1000, or with a decay \
             FIRST_EPOCH:TOKENS_PER_EPOCH:KEEP_PERCENT:EVERY_EPOCHS:TIMES, such as 0:1000:50:365:10",
        )
    };
    let fields: Vec<_> = text.split(':').collect();
    let (first_epoch, per_epoch, decay) = match fields.as_slice() {
        [first_epoch, per_epoch] => (first_epoch, per_epoch, None),
        [first_epoch, per_epoch, keep, every, times] => {
            (first_epoch, per_epoch, Some((keep, every, times)))
        }
        _ => return Err(invalid().into()),
    };
    let step =
        Step::constant(first_epoch.parse().map_err(|_| invalid())?, tokens(per_epoch, decimals)?.0);
    let Some((keep_percent, every, times)) = decay else { return Ok(step) };
    // A percent with up to seven decimals is a whole number of 10⁻⁹.
    let keep = Tokens::parse(keep_percent, 7).map_err(|_| invalid())?;
    Ok(Step {
        keep_ppb: u32::try_from(keep.0).map_err(|_| invalid())?,
        every_epochs: every.parse().map_err(|_| invalid())?,
        times: times.parse().map_err(|_| invalid())?,
        ..step
    })
}

pub(crate) async fn create_network(
    session: &Session,
    args: &CreateNetworkArgs,
) -> Result<network::CreatedNetwork> {
    let payer = session.wallet()?;
    let wallet = payer.pubkey();
    let (mint, decimals) = match args.mint {
        Some(mint) => (MintChoice::Existing(mint), session.client.mint_decimals(&mint).await?),
        None => (MintChoice::New { decimals: args.decimals }, args.decimals),
    };
    let steps = args.emission.iter().map(|text| step(text, decimals)).collect::<Result<_>>()?;
    let majority = u8::try_from(args.oracle_keys.len() / 2 + 1).unwrap_or(u8::MAX);
    let now = i64::try_from(now_ms()? / 1_000).context("this machine's clock")?;
    let spec = NetworkSpec {
        name: args.name.clone(),
        symbol: args.symbol.clone(),
        settle_seconds: args.settle_seconds.unwrap_or(args.epoch_seconds),
        guardian: args.guardian.unwrap_or(wallet),
        license_issuer: args.license_issuer.unwrap_or(wallet),
        fee_treasury: args.fee_treasury.or(args.treasury).unwrap_or(wallet),
        change_delay_seconds: args.change_delay_seconds,
        category: args.category as u8,
        uri: args.uri.clone(),
        class_terms: ClassTermsSpec {
            points_cap: Points(args.points_cap),
            onboarding_fee: Lamports(args.onboarding_fee_lamports),
            location_fee: Lamports(args.location_fee_lamports),
            location_cooldown_seconds: args.location_cooldown_seconds,
            license_required: args.license_required,
            ..ClassTermsSpec::default()
        },
        makers: args.makers.clone(),
        mint,
        pool: PoolSpec::simple(
            args.genesis_at.unwrap_or(now),
            args.epoch_seconds,
            args.challenge_window_seconds,
            args.treasury.unwrap_or(wallet),
            steps,
        ),
        oracles: args.oracle_keys.clone(),
        threshold: args.threshold.unwrap_or(majority),
        fund: tokens(&args.fund, decimals)?,
        cooldown_seconds: args.cooldown_seconds,
    };
    network::create(&session.client, &payer, &spec).await
}

/// A device that was onboarded.
#[derive(Debug, Serialize)]
pub(crate) struct Onboarded {
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub(crate) device: Address,
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub(crate) mint: Address,
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub(crate) owner: Address,
}

fn maker(path: &Path) -> Result<MakerSigner> {
    Ok(MakerSigner::new(wallet::read(path)?.secret_bytes()))
}

/// `LATITUDE,LONGITUDE` in degrees.
pub(crate) fn position(text: &str) -> Result<Position> {
    let invalid = || {
        Failure::new(
            "invalid_position",
            format!("`{text}` is not a position"),
            "write LATITUDE,LONGITUDE in degrees, such as 45.19,5.72",
        )
    };
    let degrees_e7 = |part: &str| {
        let degrees: f64 = part.trim().parse().map_err(|_| invalid())?;
        if !(-180.0..=180.0).contains(&degrees) {
            return Err(invalid());
        }
        // In range, so the conversion cannot saturate.
        Ok((degrees * 1e7).round() as i32)
    };
    let (latitude, longitude) = text.split_once(',').ok_or_else(invalid)?;
    let position =
        Position { latitude_e7: degrees_e7(latitude)?, longitude_e7: degrees_e7(longitude)? };
    if position.is_valid() { Ok(position) } else { Err(invalid().into()) }
}

pub(crate) async fn onboard_device(session: &Session, args: &OnboardArgs) -> Result<Onboarded> {
    let payer = session.wallet()?;
    let owner = args.owner.unwrap_or_else(|| payer.pubkey());
    let device = NewDevice {
        signer: DeviceSigner::new(wallet::read(&args.device_keypair)?.secret_bytes()),
        serial: address::padded(&args.serial).map_err(cairn_sdk::Error::from)?,
        owner,
        location: match &args.location {
            Some(text) => onboard::cell(&position(text)?)?,
            None => 0,
        },
        license: args.license,
    };
    let target = Target::read(&session.client, &args.network, args.class).await?;
    let maker = maker(&args.maker_keypair)?;
    let device = onboard::onboard(&session.client, &payer, &target, &maker, &device).await?;
    Ok(Onboarded { device, mint: address::device_mint(&device), owner })
}

/// What devices must remember between replays: by device id, its last sequence per kind and its
/// last proof.
#[derive(Debug, Default, Serialize, Deserialize)]
struct FleetState {
    devices: BTreeMap<String, StoredSigner>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredSigner {
    last_sequence: BTreeMap<u8, u64>,
    #[serde(with = "cairn_sdk::api::hash_hex")]
    previous: [u8; 32],
}

impl FleetState {
    fn read(path: &Path) -> Result<Self> {
        match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                Failure::new(
                    "state_invalid",
                    format!("{} does not read as device state: {error}", path.display()),
                    "restore the file, or name another with --state and use another --seed",
                )
                .into()
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }

    fn restore(&self, fleet: &mut Fleet) {
        for device in fleet.devices_mut() {
            let Some(stored) = self.devices.get(&device.id) else { continue };
            let last_sequence = stored
                .last_sequence
                .iter()
                .filter_map(|(kind, last)| {
                    Some((cairn_protocol::proof::Kind::from_code(*kind)?, *last))
                })
                .collect();
            let state = SignerState { last_sequence, previous: stored.previous };
            device.signer = device.signer.clone().with_state(state);
        }
    }

    fn of(fleet: &Fleet) -> Self {
        let devices = fleet
            .devices()
            .iter()
            .map(|device| {
                let state = device.signer.state();
                let last_sequence =
                    state.last_sequence.iter().map(|(kind, last)| (*kind as u8, *last)).collect();
                (device.id.clone(), StoredSigner { last_sequence, previous: state.previous })
            })
            .collect();
        Self { devices }
    }

    /// Replaces the file in one step.
    fn write(&self, path: &Path) -> Result<()> {
        let folder = path.parent().context("the state file has no folder")?;
        std::fs::create_dir_all(folder)
            .with_context(|| format!("creating {}", folder.display()))?;
        let temporary = path.with_extension("json.new");
        std::fs::write(&temporary, serde_json::to_vec_pretty(self)?)
            .and_then(|()| std::fs::rename(&temporary, path))
            .with_context(|| format!("writing {}", path.display()))
    }
}

pub(crate) async fn replay_file(
    session: &Session,
    args: &ReplayArgs,
) -> Result<cairn_device::sender::Report> {
    let mut frames = replay::read(&args.file)?;
    if let Some(limit) = args.limit {
        frames.truncate(limit);
    }
    let seed = cairn_protocol::hash::sha256(&[b"cairn:fleet-seed:v1", args.seed.as_bytes()]);
    let mut fleet = Fleet::new(
        &frames,
        &FleetSettings { seed, hotspots_per_operator: args.hotspots_per_operator },
    );
    let state_path = args.state.clone().unwrap_or_else(|| {
        let home = std::env::home_dir().unwrap_or_default();
        home.join(".config/cairn/devices").join(format!("{}.json", args.network))
    });
    FleetState::read(&state_path)?.restore(&mut fleet);

    let pool_address = match args.pool {
        Some(pool) => pool,
        None => network::pool_of(&session.client, &args.network).await?,
    };
    let pool: Pool = session.client.get(&pool_address).await?;
    if let Some(path) = &args.maker_keypair {
        let payer = session.wallet()?;
        let devices = replay::new_devices(&fleet)?;
        let target = Target::read(&session.client, &args.network, args.class).await?;
        onboard::onboard_all(&session.client, &payer, &target, &maker(path)?, &devices).await?;
        let oracles = Oracles::new(&args.oracles)?;
        replay::wait_for_devices(&oracles, devices.len() as u64).await?;
    }
    let epochs = replay::epochs(&pool)?;
    let start_ms = now_ms()?.max(epochs.genesis_ms());
    let schedule = Schedule { start_ms, span_ms: args.span_seconds.saturating_mul(1_000) };
    let settings = SenderSettings::new(args.oracles.clone());
    let report =
        replay::replay(&frames, &mut fleet, &args.network, epochs, schedule, &settings).await;
    // Also after a failure: sequences that were sent must not be used again.
    FleetState::of(&fleet).write(&state_path)?;
    report
}
