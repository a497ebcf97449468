//! A network from nothing to oracles that wait for proofs.

use crate::{
    chain::Chain,
    devices::{Live, Member, Setting, device_address, node::Clock},
    oracles::{Oracle, OracleSetup, live_policy, recording_policy},
    scenario::{DECIMALS, Laps, PER_EPOCH, Spec, genesis},
};
use anyhow::{Context, Result};
use cairn_cli::{
    failure::Failure,
    network::{self, CreatedNetwork, MintChoice, NetworkSpec},
    onboard::{self, Target},
    oracle::Oracles,
    progress::Phase,
    replay, wallet,
};
use cairn_device::{
    MakerSigner, OperatorSecret,
    replay::{Fleet, FleetSettings},
    sender::SenderSettings,
};
use cairn_protocol::{emission::Step, hash::sha256, onboarding::SignatureScheme};
use cairn_sdk::{
    account::Pool,
    amount::Tokens,
    instruction::{self, ClassSpec, ClassTermsSpec, PoolKeys, PoolSpec},
    rpc::Client,
};
use cairn_verify::{Category, Policy};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;
use std::{collections::BTreeMap, ops::RangeInclusive, sync::Arc, time::Duration};

/// The treasury's name among those who earn.
pub const TREASURY: &str = "treasury";
/// Tokens in the vault at the start.
const FUND: u64 = 1_000_000_000_000;
/// Lamports for each oracle's fees and proposals.
const ORACLE_LAMPORTS: u64 = 10_000_000_000;

/// A network whose devices are onboarded, with oracles that wait for their proofs.
pub struct Founded {
    /// Its addresses.
    pub network: CreatedNetwork,
    /// Its oracles; they end with this value.
    pub oracles: Vec<Oracle>,
    /// How they were started.
    pub setup: OracleSetup,
    /// The same policy as devices know it.
    pub policy: Arc<Policy>,
    /// The oracles, to be asked.
    pub api: Oracles,
    /// The devices of the recording.
    pub fleet: Fleet,
    /// Those that run live.
    pub live: Option<Live>,
    /// The same, without what they run with.
    pub members: Vec<Member>,
    /// How many devices of each category were onboarded.
    pub devices: BTreeMap<&'static str, u64>,
    /// Vouches for devices.
    pub maker: MakerSigner,
    /// The secret of its key.
    pub maker_secret: [u8; 32],
    /// Receives what rounding leaves over.
    pub treasury: Keypair,
}

impl Founded {
    /// What devices need to know to run; an oracle that gives no answer for `give_up` gets no more
    /// proofs.
    pub fn setting(&self, clock: Clock, give_up: Duration) -> Setting {
        let mut settings = SenderSettings::new(self.urls().to_vec());
        settings.give_up = give_up;
        Setting {
            network: self.network.network,
            settings,
            policy: Arc::clone(&self.policy),
            clock,
            for_good: false,
        }
    }

    /// Everybody who earns, but for the treasury.
    pub fn operators(&self) -> Vec<Operator> {
        let network = &self.network.network;
        let mut operators: Vec<Operator> = self
            .fleet
            .operators()
            .iter()
            .map(|operator| {
                let own = operator.devices.iter().filter_map(|at| self.fleet.devices().get(*at));
                let own = own.map(|device| device_address(network, &device.signer)).collect();
                Operator {
                    name: operator.id.clone(),
                    wallet: Address::new_from_array(operator.secret.address()),
                    secret: Some(operator.secret.clone()),
                    devices: BTreeMap::from([(Category::Wireless.name(), own)]),
                }
            })
            .collect();
        for member in &self.members {
            let wallet = member.wallet();
            let known = operators.iter().position(|operator| operator.wallet == wallet);
            let at = known.unwrap_or_else(|| {
                operators.push(Operator {
                    name: member.name.clone(),
                    wallet,
                    secret: Some(member.operator.clone()),
                    devices: BTreeMap::new(),
                });
                operators.len().saturating_sub(1)
            });
            if let Some(operator) = operators.get_mut(at) {
                let of = operator.devices.entry(member.category.name()).or_default();
                of.push(member.address(network));
            }
        }
        operators
    }

    /// The oracles' addresses.
    pub fn urls(&self) -> &[String] {
        self.api.urls()
    }

    /// Ends an oracle as `kill -9` does.
    ///
    /// # Errors
    /// When there is no such oracle, or it does not run.
    pub fn kill_9(&mut self, index: usize) -> Result<()> {
        self.oracles.get_mut(index).context("there is no such oracle")?.kill_9()
    }

    /// Starts an oracle, with its files as it left them.
    ///
    /// # Errors
    /// When there is no such oracle, or it does not start.
    pub fn start(&mut self, index: usize) -> Result<()> {
        let oracle = self.oracles.get_mut(index).context("there is no such oracle")?;
        start(oracle, &self.setup, self.api.urls())
    }

    /// Fails when an oracle has ended by itself.
    ///
    /// # Errors
    /// With the end of its log.
    pub fn check_alive(&mut self) -> Result<()> {
        self.oracles.iter_mut().try_for_each(Oracle::check_alive)
    }
}

/// Somebody who earns.
#[derive(Debug, Clone)]
pub struct Operator {
    /// Its name.
    pub name: String,
    /// Its wallet.
    pub wallet: Address,
    /// The wallet's secret, where it is known here.
    pub secret: Option<OperatorSecret>,
    /// Its devices, by category.
    pub devices: BTreeMap<&'static str, Vec<Address>>,
}

impl Operator {
    /// The treasury, which has no devices.
    pub fn treasury(wallet: &Address) -> Self {
        Self { name: TREASURY.into(), wallet: *wallet, secret: None, devices: BTreeMap::new() }
    }

    /// The key of its wallet.
    pub fn keypair(&self) -> Option<Keypair> {
        self.secret.as_ref().map(|secret| wallet::from_secret(secret.to_bytes()))
    }

    /// What it earned in these epochs, by category: all of it (`earned`) is of one category where it
    /// has devices of one only; else each device is asked about.
    ///
    /// # Errors
    /// When no oracle answers.
    pub async fn earned_by_category(
        &self,
        api: &Oracles,
        earned: u64,
        epochs: RangeInclusive<u64>,
    ) -> Result<BTreeMap<String, u64>> {
        let mut found = BTreeMap::new();
        if let (1, Some(category)) = (self.devices.len(), self.devices.keys().next()) {
            found.insert((*category).to_owned(), earned);
            return Ok(found);
        }
        for (category, devices) in &self.devices {
            let mut sum: u64 = 0;
            for device in devices {
                for epoch in epochs.clone() {
                    sum = sum.saturating_add(share(api, device, epoch).await?);
                }
            }
            found.insert((*category).to_owned(), sum);
        }
        Ok(found)
    }
}

/// What a device earned in an epoch; 0 in one without any proof.
async fn share(api: &Oracles, device: &Address, epoch: u64) -> Result<u64> {
    match api.explain(device, epoch).await {
        Ok(explanation) => Ok(explanation.share),
        Err(error) => match error.downcast_ref::<Failure>() {
            Some(failure) if failure.code == "epoch_not_computed" => Ok(0),
            _ => Err(error),
        },
    }
}

/// Creates a network on `chain`, onboards every device of the recording, and live ones if they are
/// wanted, and starts three oracles of which two must agree.
///
/// # Errors
/// Whatever goes wrong.
pub async fn found(chain: &Chain, spec: &Spec, laps: &mut Laps) -> Result<Founded> {
    let client = chain.client();
    let seed = sha256(&[b"cairn:fleet-seed:v1", b"demo"]);
    let fleet = Fleet::new(
        &spec.frames,
        &FleetSettings { seed, hotspots_per_operator: spec.hotspots_per_operator },
    );
    let maker_secret = sha256(&[b"cairn:demo-maker", &seed]);
    let maker = MakerSigner::new(&maker_secret);
    let treasury = wallet::from_secret(sha256(&[b"cairn:demo-treasury", &seed]));

    let mut oracles = (0..3)
        .map(|index: u8| {
            let keypair = wallet::from_secret(sha256(&[b"cairn:demo-oracle", &seed, &[index]]));
            let port = spec.first_port.map(|first| first.saturating_add(index.into()));
            Oracle::new(keypair, &spec.folder.join(format!("oracle-{index}")), port)
        })
        .collect::<Result<Vec<_>>>()?;
    let grace_ms = u64::try_from(spec.grace.as_millis())?;
    let policy = if spec.live { live_policy(grace_ms) } else { recording_policy(grace_ms) };
    let parsed = Arc::new(Policy::from_toml(&policy)?);
    // Sealing goes on while the network is created.
    let live = match spec.live {
        true => {
            // Operator 0 has the testers.
            let mixed = if spec.mixed { fleet.operators().get(1) } else { None };
            let mixed = mixed.map(|operator| &operator.secret);
            Some(Live::prepare(&seed, &spec.folder.join("devices"), &parsed, mixed)?)
        }
        false => None,
    };
    let network =
        create_network(chain, &client, spec, &maker, &treasury.pubkey(), &oracles).await?;
    if let Some(live) = &live {
        create_categories(chain, &client, &network, live, &oracles).await?;
    }
    laps.lap("create network");

    let mut devices = BTreeMap::new();
    for category in Category::ALL {
        let new = match (category, &live) {
            (Category::Wireless, _) => replay::new_devices(&fleet)?,
            (_, Some(live)) => live.new_devices(category)?,
            (_, None) => continue,
        };
        let target = Target::read(&client, &network.network, category as u16).await?;
        onboard::onboard_all(&client, &chain.payer, &target, &maker, &new).await?;
        devices.insert(category.name(), new.len() as u64);
    }
    chain.catch_up()?;
    laps.lap("onboard devices");

    let setup = OracleSetup {
        rpc_url: chain.rpc_url.clone(),
        ws_url: chain.ws_url.clone(),
        pool: network.pool,
        policy,
    };
    let urls: Vec<String> = oracles.iter().map(|oracle| oracle.url.clone()).collect();
    for oracle in &mut oracles {
        start(oracle, &setup, &urls)?;
    }
    let api = Oracles::new(&urls)?;
    let ready = replay::wait_for_devices(&api, devices.values().sum()).await;
    for oracle in &mut oracles {
        oracle.check_alive()?;
    }
    ready?;
    laps.lap("start oracles");
    let members = live.as_ref().map_or_else(Vec::new, |live| live.members.clone());
    Ok(Founded {
        network,
        oracles,
        setup,
        policy: parsed,
        api,
        fleet,
        live,
        members,
        devices,
        maker,
        maker_secret,
        treasury,
    })
}

/// Starts one of the oracles at `urls`.
pub(crate) fn start(oracle: &mut Oracle, setup: &OracleSetup, urls: &[String]) -> Result<()> {
    let peers: Vec<String> = urls.iter().filter(|url| **url != oracle.url).cloned().collect();
    oracle.start(setup, &peers)
}

async fn create_network(
    chain: &Chain,
    client: &Client,
    spec: &Spec,
    maker: &MakerSigner,
    treasury: &Address,
    oracles: &[Oracle],
) -> Result<CreatedNetwork> {
    let phase = Phase::start("create the network", 0);
    let payer = &chain.payer;
    let fund: Vec<_> = oracles
        .iter()
        .map(|oracle| transfer(&payer.pubkey(), &oracle.address(), ORACLE_LAMPORTS))
        .collect();
    client.send(&fund, payer, &[]).await.context("funding the oracles")?;
    let network = NetworkSpec {
        name: "grenoble".into(),
        symbol: "GRE".into(),
        settle_seconds: spec.epoch_seconds,
        guardian: payer.pubkey(),
        license_issuer: payer.pubkey(),
        fee_treasury: payer.pubkey(),
        change_delay_seconds: 0,
        category: 0,
        uri: "https://example.org/cairn/lorawan-hotspot.json".into(),
        class_terms: ClassTermsSpec::default(),
        makers: vec![(Address::new_from_array(maker.key()), 10_000)],
        mint: MintChoice::New { decimals: DECIMALS },
        pool: PoolSpec::simple(
            genesis()?,
            spec.epoch_seconds,
            1,
            *treasury,
            vec![Step::constant(0, PER_EPOCH)],
        ),
        oracles: oracles.iter().map(Oracle::address).collect(),
        threshold: 2,
        fund: Tokens(FUND),
        // As short as it may be, which is an epoch.
        cooldown_seconds: spec.epoch_seconds,
    };
    let created = network::create(client, payer, &network).await?;
    phase.finish();
    Ok(created)
}

/// Adds a class for each other category, and a credit market in which the customer buys.
async fn create_categories(
    chain: &Chain,
    client: &Client,
    network: &CreatedNetwork,
    live: &Live,
    oracles: &[Oracle],
) -> Result<()> {
    let phase = Phase::start("create classes and the credit market", 0);
    let founder = chain.payer.pubkey();
    for category in Category::ALL.into_iter().skip(1) {
        let class = ClassSpec {
            index: category as u16,
            category: category as u8,
            scheme: SignatureScheme::Ed25519,
            uri: format!("https://example.org/cairn/{}.json", category.name()),
            terms: ClassTermsSpec::default(),
        };
        let create = instruction::create_class(&founder, &network.network, &class)
            .map_err(cairn_sdk::Error::from)?;
        client.send(&[create], &chain.payer, &[]).await.context("creating a class")?;
    }
    let pool: Pool = client.get(&network.pool).await?;
    let keys = PoolKeys::from(&pool);
    let oracles: Vec<_> = oracles.iter().map(|oracle| &oracle.keypair).collect();
    live.customer.buy(client, &chain.payer, &keys, DECIMALS, &oracles).await?;
    phase.finish();
    Ok(())
}
