//! Stations: sensors that measure what a program can measure on any Linux machine, its load and its
//! available memory, every second. Several of them, of several operators, must agree.

use super::node::Node;
use anyhow::{Context, Result};
use cairn_device::{DeviceSigner, sensor::ReadingLog};

/// How many stations there are: each has enough neighbours to be compared with.
pub const STATIONS: usize = 5;
/// Numbers of the quantities in the policy.
const LOAD: u16 = 1;
const MEMORY_AVAILABLE: u16 = 2;
/// Seconds whose readings one proof holds.
const BATCH_SECONDS: u64 = 4;

/// Measures until it is time to stop; gives the signer back.
///
/// # Errors
/// Where there is no `/proc`.
pub async fn run(mut node: Node) -> Result<DeviceSigner> {
    let clock = node.link.clock;
    let network = node.network();
    let mut log = ReadingLog::new(clock.epochs()?);
    // In the middle of each second, so that no batch ends on an epoch's border.
    let mut at_ms = clock.from_ms + 500;
    while at_ms < clock.until_ms {
        clock.sleep_until(at_ms).await;
        let now_ms = clock.now_ms();
        log.add(LOAD, now_ms, load()?)?;
        log.add(MEMORY_AVAILABLE, now_ms, memory_available()?)?;
        at_ms += 1_000;
        let last = at_ms >= clock.until_ms;
        if last || (at_ms / 1_000).is_multiple_of(BATCH_SECONDS) {
            for proof in log.take() {
                let envelope = proof.sign(&mut node.signer, &network);
                node.post(envelope);
            }
        }
    }
    Ok(node.signer)
}

/// Mean of processes that run or wait to, in the last minute, in hundredths.
fn load() -> Result<i64> {
    let text = std::fs::read_to_string("/proc/loadavg").context("measuring the load")?;
    let field = text.split_whitespace().next().context("/proc/loadavg is empty")?;
    let (whole, part) = field.split_once('.').context("/proc/loadavg has no number")?;
    Ok(whole.parse::<i64>()? * 100 + part.parse::<i64>()?)
}

/// Memory that programs can have, in MiB.
fn memory_available() -> Result<i64> {
    let text = std::fs::read_to_string("/proc/meminfo").context("measuring the memory")?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).context("no MemAvailable")?;
    Ok(kib.trim().parse::<i64>()? / 1_024)
}
