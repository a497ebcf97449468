//! Devices that run live beside the replayed recording: storage that keeps real files, compute that
//! multiplies real matrices, sensors that measure the machine they run on, vehicles that drive
//! recorded tracks. Each is a task that does what a firmware would: it follows the clock and the
//! chain's seeds as an oracle serves them, signs with `cairn-device`, and hands its proofs to a
//! gateway that posts them to every oracle.
//!
//! | module | device |
//! |---|---|
//! | [`storage`] | seals files, commits, answers challenges, serves a customer |
//! | [`customer`] | buys and escrows credits, fetches content, signs receipts |
//! | [`compute`] | products of matrices, benchmarks, a job of several devices |
//! | [`station`] | chained readings of load and memory |
//! | [`vehicle`] | a drive and the cells along it |
//! | [`node`] | what all share: clock, seeds, signer, gateway |

pub mod compute;
pub mod customer;
pub mod node;
pub mod station;
pub mod storage;
pub mod vehicle;

use self::{
    customer::Customer,
    node::{Clock, Link, Node, SeedFeed},
};
use crate::chain::root;
use anyhow::{Context, Result};
use cairn_cli::{onboard::NewDevice, oracle::Oracles, wallet};
use cairn_device::{
    DeviceSigner, OperatorSecret,
    sender::{Report, SenderSettings, stream},
};
use cairn_protocol::{
    hash::{Hash, sha256},
    proof::Position,
};
use cairn_sdk::address;
use cairn_verify::{Category, Policy};
use solana_address::Address;
use solana_keypair::Keypair;
use std::{collections::BTreeMap, path::Path, sync::Arc};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

/// Where the stations stand: the machine could be anywhere, and all are in one place.
const HERE: Position = Position { latitude_e7: 451_885_000, longitude_e7: 57_245_000 };

/// A device that joins.
#[derive(Debug, Clone)]
pub struct Member {
    /// Name of the device and of its operator, of which each has its own.
    pub name: String,
    /// What it is.
    pub category: Category,
    /// Its key.
    pub signer: DeviceSigner,
    /// Wallet that it earns for.
    pub operator: OperatorSecret,
    /// Where it stands, if it stands.
    pub place: Option<Position>,
}

/// The address of a device's account in a network.
pub fn device_address(network: &Address, signer: &DeviceSigner) -> Address {
    let key = signer.key();
    address::device(network, &key.to_registry_bytes(), key.scheme() as u8)
}

impl Member {
    /// The address of its account in a network.
    pub fn address(&self, network: &Address) -> Address {
        device_address(network, &self.signer)
    }

    /// Its operator's wallet.
    pub fn wallet(&self) -> Address {
        Address::new_from_array(self.operator.address())
    }
}

/// The live devices of a network, while they do not run.
pub struct Live {
    /// All of them.
    pub members: Vec<Member>,
    /// The one who pays for retrievals.
    pub customer: Customer,
    /// What storage devices keep, by the devices' names.
    stock: BTreeMap<String, Stock>,
    /// The last epoch in which they ran.
    last_epoch: Option<u64>,
}

/// What a storage device keeps.
enum Stock {
    Sealing(storage::Sealing),
    Sealed(Vec<storage::Kept>),
}

/// What is left of a device that has stopped.
struct Stopped {
    name: String,
    signer: DeviceSigner,
    stock: Option<Stock>,
}

/// What a run of live devices came to.
#[derive(Debug, Default)]
pub struct LiveReport {
    /// What the gateway of each category was answered.
    pub sent: BTreeMap<&'static str, Report>,
    /// Receipts that the customer signed and a device countersigned.
    pub receipts: u64,
    /// Credits of them.
    pub credits: u64,
    /// Content and sealed replica of everything that storage devices keep.
    pub replicas: Vec<(Hash, Hash)>,
}

/// What devices need to know to run.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The network.
    pub network: Address,
    /// The oracles.
    pub settings: SenderSettings,
    /// The network's policy.
    pub policy: Arc<Policy>,
    /// Epochs, and from when until when to run.
    pub clock: Clock,
    /// Whether nobody waits for the devices to end: vehicles turn round where their way ends, and a
    /// device that fails is left behind.
    pub for_good: bool,
}

impl Live {
    /// Makes the devices' keys and begins to seal what the storage devices keep, below `folder`: that
    /// takes a while and needs nothing of the network but its policy. The first device of each kind
    /// belongs to `mixed` if that is given, every other one to an operator of its own.
    ///
    /// # Errors
    /// When a file cannot be read, or is too small to be sealed by this policy.
    pub fn prepare(
        seed: &[u8; 32],
        folder: &Path,
        policy: &Policy,
        mixed: Option<&OperatorSecret>,
    ) -> Result<Self> {
        let names = |category: Category, count: usize, name: &'static str| {
            (0..count).map(move |at| (category, format!("{name}-{at}")))
        };
        let members: Vec<Member> = names(Category::Storage, storage::KEPT.len(), "storage")
            .chain(names(Category::Compute, compute::SERVERS, "compute"))
            .chain(names(Category::Sensor, station::STATIONS, "station"))
            .chain(names(Category::Sensor, vehicle::TRACKS.len(), "vehicle"))
            .map(|(category, name)| Member {
                category,
                signer: DeviceSigner::derive(seed, &name),
                operator: mixed
                    .filter(|_| name.ends_with("-0"))
                    .map_or_else(|| OperatorSecret::derive(seed, &name), Clone::clone),
                place: name.starts_with("station").then_some(HERE),
                name,
            })
            .collect();
        let sealing = members
            .iter()
            .filter(|member| member.category == Category::Storage)
            .zip(storage::KEPT)
            .map(|(member, files)| {
                let folder = folder.join(&member.name);
                let sealing = storage::seal(member.signer.key(), files, &folder, policy)?;
                Ok((member.name.clone(), Stock::Sealing(sealing)))
            })
            .collect::<Result<_>>()?;
        let customer = Customer::new(wallet::from_secret(sha256(&[b"cairn:demo-customer", seed])));
        Ok(Self { members, customer, stock: sealing, last_epoch: None })
    }

    /// The devices of a category, as they are onboarded: each owned by its operator.
    ///
    /// # Errors
    /// When a name does not fit a serial number.
    pub fn new_devices(&self, category: Category) -> Result<Vec<NewDevice>> {
        self.members
            .iter()
            .filter(|member| member.category == category)
            .map(|member| {
                Ok(NewDevice {
                    signer: member.signer.clone(),
                    serial: address::padded(&member.name)?,
                    owner: member.wallet(),
                    location: member.place.as_ref().map_or(Ok(0), cairn_cli::onboard::cell)?,
                    license: None,
                })
            })
            .collect()
    }

    /// Runs all devices until the clock's end, and waits until every proof is judged on arrival. What
    /// runs again after a while goes on with the sequences, replicas and credits that it has.
    ///
    /// # Errors
    /// What a device failed by: a bug or a machine that is far too slow, because honest devices have
    /// nothing else to fail by.
    pub async fn run(mut self, setting: &Setting) -> Result<(Self, LiveReport)> {
        let feed = SeedFeed::start(Oracles::new(&setting.settings.oracles)?);
        let mut gateways = BTreeMap::new();
        let mut outboxes = BTreeMap::new();
        for category in [Category::Storage, Category::Compute, Category::Sensor] {
            let (outbox, proofs) = mpsc::unbounded_channel();
            let settings = setting.settings.clone();
            let gateway = async move { stream(&settings, proofs, |_| ()).await };
            gateways.insert(category.name(), tokio::spawn(gateway));
            outboxes.insert(category.name(), outbox);
        }
        let node = |member: &Member| -> Result<Node> {
            let outbox = outboxes.get(member.category.name()).context("a live category")?.clone();
            let link = Link {
                network: setting.network,
                clock: setting.clock,
                policy: Arc::clone(&setting.policy),
                seeds: feed.seeds(),
                outbox,
            };
            Ok(Node::new(member.signer.clone(), link))
        };

        let mut tasks: JoinSet<Result<Stopped>> = JoinSet::new();
        let mut shops = Vec::new();
        let mut replicas_of_all = Vec::new();
        let of = |category| self.members.iter().filter(move |one| one.category == category);
        let commit = self.must_commit(setting);
        for member in of(Category::Storage) {
            let replicas =
                match self.stock.remove(&member.name).context("a device without stock")? {
                    Stock::Sealing(sealing) => sealing.await.context("sealing")??,
                    Stock::Sealed(replicas) => replicas,
                };
            replicas_of_all.extend(replicas.iter().map(storage::Kept::roots));
            let (shop, requests) = mpsc::channel(16);
            shops.push((shop, replicas.first().map(storage::Kept::listing)));
            let node = node(member)?;
            let name = member.name.clone();
            tasks.spawn(async move {
                let run = storage::run(node, replicas, requests, commit).await;
                let (signer, kept) = run.with_context(|| name.clone())?;
                Ok(Stopped { name, signer, stock: Some(Stock::Sealed(kept)) })
            });
        }
        let (board_in, board) = watch::channel(None);
        let board_in = Arc::new(board_in);
        let servers: Arc<[[u8; 32]]> =
            of(Category::Compute).map(|one| one.address(&setting.network).to_bytes()).collect();
        for (place, member) in of(Category::Compute).enumerate() {
            let (node, name) = (node(member)?, member.name.clone());
            let server = compute::Server {
                place,
                servers: Arc::clone(&servers),
                board: board.clone(),
                post: (place == 1).then(|| Arc::clone(&board_in)),
            };
            tasks.spawn(async move {
                let run = server.run(node).await.with_context(|| name.clone());
                run.map(|signer| Stopped { name, signer, stock: None })
            });
        }
        drop(board_in);
        let tracks = vehicle::read(&root().join("testdata/vehicle-tracks.csv"))?;
        let (vehicles, stations): (Vec<_>, Vec<_>) =
            of(Category::Sensor).partition(|member| member.place.is_none());
        for member in stations {
            let (node, name) = (node(member)?, member.name.clone());
            tasks.spawn(async move {
                let run = station::run(node).await.with_context(|| name.clone());
                run.map(|signer| Stopped { name, signer, stock: None })
            });
        }
        for (member, track) in vehicles.into_iter().zip(tracks) {
            let (node, name) = (node(member)?, member.name.clone());
            let turns = setting.for_good;
            tasks.spawn(async move {
                let run = vehicle::run(node, track, turns).await.with_context(|| name.clone());
                run.map(|signer| Stopped { name, signer, stock: None })
            });
        }
        let shopping = {
            let (shop, listing) = shops.swap_remove(0);
            let listing = listing.context("a replica to fetch from")?;
            let (clock, network) = (setting.clock, setting.network.to_bytes());
            tokio::spawn(self.customer.clone().fetch(network, clock, shop, listing))
        };
        // What is left are the devices' own.
        drop(shops);
        drop(outboxes);

        while let Some(ended) = tasks.join_next().await {
            match ended.context("a device broke")? {
                Ok(stopped) => self.put_back(stopped),
                Err(error) if setting.for_good => eprintln!("    a device has stopped: {error:#}"),
                Err(error) => return Err(error),
            }
        }
        let (receipts, credits) = shopping.await.context("the customer broke")??;
        self.customer.spend(credits);
        let clock = &setting.clock;
        self.last_epoch = Some(clock.epoch_of(clock.until_ms));
        let mut report =
            LiveReport { sent: BTreeMap::new(), receipts, credits, replicas: replicas_of_all };
        for (category, gateway) in gateways {
            report.sent.insert(category, gateway.await.context("a gateway broke")??);
        }
        Ok((self, report))
    }

    /// Whether replicas have to be committed to: before the first run, and again when they were
    /// silent for so many epochs that oracles have ended them.
    fn must_commit(&self, setting: &Setting) -> bool {
        let next = setting.clock.epoch_of(setting.clock.from_ms);
        let silent = self.last_epoch.map(|last| next.saturating_sub(last).saturating_sub(1));
        silent.is_none_or(|epochs| epochs >= u64::from(setting.policy.storage.faults_to_terminate))
    }

    /// Takes back what a device needs to go on.
    fn put_back(&mut self, stopped: Stopped) {
        if let Some(member) = self.members.iter_mut().find(|member| member.name == stopped.name) {
            member.signer = stopped.signer;
        }
        self.stock.extend(stopped.stock.map(|stock| (stopped.name, stock)));
    }
}

/// A keypair's 32 secret bytes, which are random: for ids and salts.
fn random() -> [u8; 32] {
    *Keypair::new().secret_bytes()
}
