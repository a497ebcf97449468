//! Compute devices: products of matrices; the first one benchmarks itself too, and all compute a
//! customer's job that the second one posts.

use super::{node::Node, random};
use crate::chain::root;
use anyhow::{Context, Result};
use cairn_device::{
    DeviceSigner,
    compute::{Finished, Product, Run, post, stretch_hashes},
};
use cairn_protocol::{
    compute::{
        duplicates::{Timetable, TimetableTerms, lot},
        hashes,
    },
    hash::{Hash, sha256},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// How many compute devices there are.
pub const SERVERS: usize = 4;
/// Rows of a product.
const SIDE: u16 = 128;
/// Between two products of a device.
const PACE_MS: u64 = 4_000;
/// How long until a commitment can be opened: it settles, the next window begins, its seed is final.
const OPENED_WITHIN_MS: u64 = 17_000;
/// How long a benchmark runs.
const RUN_MS: u64 = 2_000;
/// Hashes that a device measures its speed by.
const TRIAL: u64 = 200_000;
/// The job: which file's words to count.
const JOB_FILE: &str = "docs/proofs.md";
/// The class that computes jobs: that of the compute devices.
const CLASS: u16 = 2;

/// A customer's job as its devices learn of it.
#[derive(Debug, Clone)]
pub struct Posted {
    id: Hash,
    at_ms: u64,
    description: String,
}

/// One compute device.
pub struct Server {
    /// Its place among the compute devices.
    pub place: usize,
    /// The addresses of all compute devices, as the registry lists them.
    pub servers: Arc<[[u8; 32]]>,
    /// Where jobs are announced.
    pub board: watch::Receiver<Option<Posted>>,
    /// Announces a job; of the one device that does.
    pub post: Option<Arc<watch::Sender<Option<Posted>>>>,
}

/// A job that this device was chosen for.
struct Chosen {
    seed: Hash,
    finished: Finished,
    committed: Hash,
    reveal_from_ms: u64,
}

/// A product that waits for its seed.
struct Waiting {
    committed: Hash,
    product: Product,
    from_ms: u64,
}

impl Server {
    /// Computes until it is time to stop; gives the signer back.
    ///
    /// # Errors
    /// When the job's file cannot be read.
    pub async fn run(mut self, mut node: Node) -> Result<DeviceSigner> {
        let clock = node.link.clock;
        clock.sleep_until(clock.from_ms).await;
        if let Some(board) = self.post.take() {
            let description = describe()?;
            let body = post(sha256(&[description.as_bytes()]), CLASS);
            if let Some(signed) = node.send([0; 32], &body) {
                let at_ms = signed.captured_at_ms;
                board.send_replace(Some(Posted { id: signed.id, at_ms, description }));
            }
        }
        let mut seeds = node.link.seeds.clone();
        let mut waiting: Vec<Waiting> = Vec::new();
        let mut chosen: Option<Chosen> = None;
        let mut decided = false;
        let mut benchmarked = BTreeSet::new();
        let mut numbers: BTreeMap<Hash, u16> = BTreeMap::new();
        // One device after the other, so that they do not all compute at once.
        let mut next_ms = clock.from_ms + self.place as u64 * PACE_MS / SERVERS as u64;
        while clock.now_ms() < clock.until_ms {
            open_due(&mut node, &mut waiting);
            if !decided {
                decided = self.look_at_board(&mut node, &mut chosen)?;
            }
            if chosen.as_ref().is_some_and(|chosen| clock.now_ms() >= chosen.reveal_from_ms)
                && let Some(Chosen { seed, finished, committed, .. }) = chosen.take()
            {
                node.send(seed, &finished.reveal(&committed));
            }
            if self.place == 0 {
                benchmark(&mut node, &mut benchmarked);
            }
            let now_ms = clock.now_ms();
            if now_ms >= next_ms && now_ms + OPENED_WITHIN_MS < clock.until_ms {
                waiting.extend(compute(&mut node, &mut numbers));
                next_ms = now_ms + PACE_MS;
            }
            tokio::select! {
                () = seeds.changed(&clock) => {}
                () = tokio::time::sleep(Duration::from_millis(200)) => {}
            }
        }
        Ok(node.signer)
    }

    /// Computes the job on the board and commits to its result, if this device is one of those that
    /// the seed chooses. Returns whether that is decided.
    fn look_at_board(&self, node: &mut Node, chosen: &mut Option<Chosen>) -> Result<bool> {
        let Some(posted) = self.board.borrow().clone() else { return Ok(false) };
        let (window_ms, policy) = (node.window_ms(), Arc::clone(&node.link.policy));
        let from_ms = node.settles_at_ms(posted.at_ms).div_ceil(window_ms) * window_ms;
        let seeds = node.link.seeds.known();
        let Some(seed) = seeds.iter().find(|seed| seed.from_ms == from_ms) else {
            return Ok(false);
        };
        let draw = |address: &[u8; 32]| (lot(&seed.seed, &posted.id, address), *address);
        let mut lots: Vec<_> = self.servers.iter().map(draw).collect();
        lots.sort_unstable();
        lots.truncate(policy.compute.duplicates.into());
        let own = self.servers.get(self.place);
        if !lots.iter().any(|(_, address)| Some(address) == own) {
            return Ok(true);
        }
        let clock = node.link.clock;
        let times = Timetable::new(
            seed.block_time_s * 1_000,
            &TimetableTerms {
                commit_ms: policy.compute.commit_ms,
                reveal_ms: policy.compute.reveal_ms,
                arrival_ms: policy.compute.arrival_ms,
                max_future_ms: policy.ingest.max_future_ms,
                epoch_starts_at_ms: clock.genesis_ms,
                epoch_ms: clock.epoch_ms,
            },
        );
        let result =
            sha256(&[tokio::task::block_in_place(|| solve(&posted.description))?.as_bytes()]);
        let finished = Finished { posted: posted.id, result, salt: random() };
        let body = finished.commitment(&node.signer.key());
        if let Some(signed) = node.send(seed.seed, &body) {
            *chosen = Some(Chosen {
                seed: seed.seed,
                finished,
                committed: signed.id,
                reveal_from_ms: times.reveal_from_ms,
            });
        }
        Ok(true)
    }
}

/// Computes a product for the newest seed and commits to it.
fn compute(node: &mut Node, numbers: &mut BTreeMap<Hash, u16>) -> Option<Waiting> {
    let clock = node.link.clock;
    let seed = node.link.seeds.known().last()?.seed;
    let epoch = clock.epoch_of(clock.now_ms());
    let number = numbers.entry(seed).or_default();
    let key = node.signer.key();
    let product =
        tokio::task::block_in_place(|| Product::compute(&seed, &key, epoch, SIDE, *number));
    // The matrices are those of the epoch: what was finished after its end is for nothing.
    if clock.epoch_of(clock.now_ms()) != epoch {
        return None;
    }
    *number += 1;
    let signed = node.send(seed, &product.commitment())?;
    let from_ms = node.settles_at_ms(signed.captured_at_ms);
    Some(Waiting { committed: signed.id, product, from_ms })
}

/// Opens the products whose seed is known.
fn open_due(node: &mut Node, waiting: &mut Vec<Waiting>) {
    let (window_ms, spot_rows) = (node.window_ms(), node.link.policy.compute.spot_rows);
    let seeds = node.link.seeds.known();
    waiting.retain(|one| {
        let from_ms = one.from_ms.div_ceil(window_ms) * window_ms;
        let Some(seed) = seeds.iter().find(|seed| seed.from_ms == from_ms) else { return true };
        let opened = one.product.open(&one.committed, &seed.seed, spot_rows);
        node.send(seed.seed, &opened);
        false
    });
}

/// One benchmark an epoch, early enough that a later seed of the epoch can choose what is checked.
fn benchmark(node: &mut Node, done: &mut BTreeSet<u64>) {
    let (clock, policy) = (node.link.clock, Arc::clone(&node.link.policy));
    let now_ms = clock.now_ms();
    let epoch = clock.epoch_of(now_ms);
    let begun = |seed: &cairn_sdk::api::SeedView| seed.from_ms >= clock.starts_at_ms(epoch);
    let latest_ms = node.settles_at_ms(now_ms + 2 * RUN_MS) + node.window_ms();
    let Some(seed) = node.link.seeds.known().into_iter().rev().find(begun) else { return };
    if latest_ms >= clock.ends_at_ms(epoch) || !done.insert(epoch) {
        return;
    }
    let key = node.signer.key();
    let body = tokio::task::block_in_place(|| {
        let trial = Instant::now();
        std::hint::black_box(hashes::advance(&seed.seed, TRIAL));
        let in_ms = u64::try_from(trial.elapsed().as_millis()).unwrap_or(1).max(1);
        let (checkpoints, limit) = (policy.compute.checkpoints, policy.compute.max_stretch_hashes);
        let each = stretch_hashes(TRIAL, in_ms, RUN_MS, checkpoints, limit);
        let started = Instant::now();
        let mut run = Run::new(&seed.seed, &key, each);
        while run.checkpoints() < usize::from(checkpoints) {
            run.stretch();
        }
        run.finish(u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX))
    });
    node.send(seed.seed, &body);
}

/// A job that anybody with the file can compute, and nobody can check but by computing it.
fn describe() -> Result<String> {
    let text = std::fs::read(root().join(JOB_FILE)).context(JOB_FILE)?;
    let hash: String = sha256(&[&text]).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("count the words of {JOB_FILE}\nsha256 {hash}\n"))
}

/// The words of the job's file and how often each is there, by word.
fn solve(description: &str) -> Result<String> {
    let file = description.lines().next().and_then(|line| line.strip_prefix("count the words of "));
    let text = std::fs::read_to_string(root().join(file.context("a job of another kind")?))?;
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word).or_default() += 1;
    }
    Ok(counts.into_iter().map(|(word, count)| format!("{word} {count}\n")).collect())
}
