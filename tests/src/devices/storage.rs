//! Storage devices: real files in sealed replicas on disk.

use super::node::Node;
use crate::chain::root;
use anyhow::{Context, Result, bail};
use cairn_device::{
    DeviceSigner,
    storage::{Answering, ReplicaDir, SealedReplica, countersign},
};
use cairn_protocol::{
    hash::Hash,
    proof::{Body, DeviceKey, Receipt},
    sealing::{LEAF_BYTES, Schedule},
};
use cairn_verify::Policy;
use std::{
    collections::BTreeSet,
    fs::File,
    path::{Path, PathBuf},
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

/// The files of this repository that each device keeps. The first two keep one file both: each has to
/// seal it for itself.
pub const KEPT: [&[&str]; 3] = [
    &["testdata/lorawan-frames.ndjson.gz", "docs/programs.md"],
    &["docs/programs.md"],
    &["testdata/vehicle-tracks.csv"],
];

/// Replicas that are being sealed.
pub type Sealing = JoinHandle<Result<Vec<Kept>>>;

/// A file and its replica.
#[derive(Debug)]
pub struct Kept {
    /// Where the content came from.
    pub file: PathBuf,
    /// What the device has of it.
    pub replica: SealedReplica<File>,
}

/// What a customer must know to fetch content.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The device that has it.
    pub device: DeviceKey,
    /// The content.
    pub content_root: Hash,
    /// The file that it was: what a customer holds who stored it.
    pub file: PathBuf,
}

impl Kept {
    /// Roots of the content and of the sealed replica.
    pub fn roots(&self) -> (Hash, Hash) {
        let manifest = self.replica.manifest();
        (manifest.content_root, manifest.replica_root)
    }

    /// What customers are told.
    pub fn listing(&self) -> Listing {
        let manifest = self.replica.manifest();
        Listing {
            device: manifest.device,
            content_root: manifest.content_root,
            file: self.file.clone(),
        }
    }
}

/// What a customer asks of a device.
#[derive(Debug)]
pub enum Request {
    /// Bytes of a content.
    Read {
        /// Which content.
        content_root: Hash,
        /// From where on.
        offset: u64,
        /// How many at most.
        length: usize,
        /// The bytes.
        reply: oneshot::Sender<Vec<u8>>,
    },
    /// To countersign a receipt for what was read.
    Settle {
        /// Of which content.
        content_root: Hash,
        /// The receipt, signed by the customer.
        receipt: Receipt,
        /// Whether the device took it.
        reply: oneshot::Sender<bool>,
    },
}

/// Seals files for a device below `folder`, each as a replica of its own, on other threads.
///
/// # Errors
/// When a file cannot be read, or has too few bytes to take as long as the policy wants.
pub fn seal(device: DeviceKey, files: &[&str], folder: &Path, policy: &Policy) -> Result<Sealing> {
    let mut jobs = Vec::new();
    for (number, name) in (1u32..).zip(files) {
        let file = root().join(name);
        let bytes = std::fs::metadata(&file).with_context(|| format!("reading {name}"))?.len();
        let leaves = bytes.div_ceil(LEAF_BYTES as u64);
        let rounds = policy.storage.least_rounds(leaves);
        let rounds = rounds.with_context(|| format!("{name} is too small to be sealed"))?;
        jobs.push((number, file, ReplicaDir::new(folder.join(number.to_string())), rounds));
    }
    Ok(tokio::task::spawn_blocking(move || {
        jobs.into_iter()
            .map(|(number, file, place, rounds)| {
                let content = File::open(&file)?;
                let replica = place.seal(&device, number, content, rounds, |_, _| ())?;
                Ok(Kept { file, replica })
            })
            .collect()
    }))
}

/// Commits to every replica, unless oracles know them (`commit`), then answers what the chain's seeds
/// ask for, and serves customers. Gives back what goes on with the device.
///
/// # Errors
/// A replica that is damaged.
pub async fn run(
    mut node: Node,
    mut kept: Vec<Kept>,
    mut requests: mpsc::Receiver<Request>,
    commit: bool,
) -> Result<(DeviceSigner, Vec<Kept>)> {
    let clock = node.link.clock;
    clock.sleep_until(clock.from_ms).await;
    let mut first_epoch = 0;
    for one in kept.iter().filter(|_| commit) {
        let commitment = Body::StorageCommitment(one.replica.commitment(u64::MAX));
        // The first epoch after the commitment is the first that asks.
        let Some(signed) = node.send([0; 32], &commitment) else { break };
        first_epoch = signed.epoch + 1;
    }
    let mut answered = BTreeSet::new();
    let mut seeds = node.link.seeds.clone();
    let mut served = 0;
    while clock.now_ms() < clock.until_ms {
        let epoch = clock.epoch_of(clock.now_ms());
        if epoch >= first_epoch {
            for one in &mut kept {
                answer(&mut node, one, epoch, &mut answered)?;
            }
        }
        tokio::select! {
            () = seeds.changed(&clock) => {}
            Some(request) = requests.recv() => serve(&mut node, &mut kept, request, &mut served)?,
        }
    }
    Ok((node.signer, kept))
}

/// Answers what is asked of a replica in an epoch and was not answered yet.
fn answer(
    node: &mut Node,
    kept: &mut Kept,
    epoch: u64,
    answered: &mut BTreeSet<(u32, Hash)>,
) -> Result<()> {
    let clock = node.link.clock;
    let policy = node.link.policy.storage.clone();
    let schedule = Schedule::new(
        clock.starts_at_ms(epoch),
        clock.ends_at_ms(epoch),
        node.window_ms(),
        policy.answer_deadline_ms,
        policy.challenges_per_epoch,
    );
    let answering = Answering {
        leaves_per_challenge: policy.leaves_per_challenge,
        seals_per_epoch: policy.seals_per_epoch,
    };
    let number = kept.replica.manifest().replica;
    let seeds = node.link.seeds.known().into_iter().map(|seed| (seed.from_ms, seed.seed));
    for due in schedule.due(seeds, &node.signer.key(), number) {
        if answered.insert((number, due.seed)) {
            let answer = tokio::task::block_in_place(|| kept.replica.answer(&due, &answering))?;
            node.send(due.seed, &Body::StorageAnswer(answer));
        }
    }
    Ok(())
}

/// Serves a customer; `served` are bytes that no receipt was taken for.
fn serve(node: &mut Node, kept: &mut [Kept], request: Request, served: &mut u64) -> Result<()> {
    match request {
        Request::Read { content_root, offset, length, reply } => {
            let has = |one: &&mut Kept| one.replica.manifest().content_root == content_root;
            let Some(one) = kept.iter_mut().find(has) else { bail!("this is not kept here") };
            let mut bytes = vec![0; length];
            let read =
                tokio::task::block_in_place(|| one.replica.read_content(offset, &mut bytes))?;
            bytes.truncate(read);
            *served += read as u64;
            // A customer that has left pays nothing.
            let _left = reply.send(bytes);
        }
        Request::Settle { content_root, receipt, reply } => {
            let clock = node.link.clock;
            let (network, now_ms) = (node.network(), clock.now_ms());
            let taken = now_ms < clock.until_ms;
            if taken {
                let envelope = countersign(
                    &mut node.signer,
                    &network,
                    clock.epoch_of(now_ms),
                    now_ms,
                    &content_root,
                    *served,
                    receipt,
                )?;
                *served = 0;
                node.post(envelope);
            }
            let _left = reply.send(taken);
        }
    }
    Ok(())
}
