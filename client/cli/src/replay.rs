//! Replaying a recording of LoRaWAN frames through a fleet of devices.

use crate::{failure::Failure, onboard::NewDevice, oracle::Oracles, progress::Phase};
use anyhow::{Context, Result};
use cairn_device::{
    Epochs,
    replay::{Fleet, Frame, FrameReader, PlanSettings, Schedule, SeedAt, plan},
    sender::{Event, Report, SenderSettings, send},
};
use cairn_sdk::{account::Pool, api::SeedView};
use solana_address::Address;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Reads a whole recording.
///
/// # Errors
/// `recording_unreadable`, with the line.
pub fn read(path: &Path) -> Result<Vec<Frame>> {
    let frames = FrameReader::open(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    frames.map_err(|error| {
        Failure::new(
            "recording_unreadable",
            format!("{}: {error}", path.display()),
            "the file must have one JSON object a line, as testdata/README.md describes",
        )
        .into()
    })
}

/// The devices of a fleet, as they are onboarded: each owned by its operator.
///
/// # Errors
/// When a position is out of range.
pub fn new_devices(fleet: &Fleet) -> Result<Vec<NewDevice>> {
    let operators = fleet.operators();
    fleet
        .devices()
        .iter()
        .map(|device| {
            let operator = operators
                .get(device.operator)
                .with_context(|| format!("device {} has no operator", device.id))?;
            Ok(NewDevice {
                signer: device.signer.clone(),
                serial: device.serial,
                owner: Address::new_from_array(operator.secret.address()),
                location: device.position.map_or(Ok(0), |at| crate::onboard::cell(&at))?,
                license: None,
            })
        })
        .collect()
}

/// The epochs of a pool.
///
/// # Errors
/// When the pool's genesis lies before 1970.
pub fn epochs(pool: &Pool) -> Result<Epochs> {
    let genesis = u64::try_from(pool.genesis_at).context("the pool's genesis is before 1970")?;
    Epochs::new(genesis, u64::from(pool.epoch_seconds)).map_err(Into::into)
}

/// Signs and sends every frame and reception to every oracle, each at its compressed time.
///
/// # Errors
/// When the frames cannot be planned or no oracle takes them.
pub async fn replay(
    frames: &[Frame],
    fleet: &mut Fleet,
    network: &Address,
    epochs: Epochs,
    schedule: Schedule,
    settings: &SenderSettings,
) -> Result<Report> {
    let receptions: usize = frames.iter().map(|frame| frame.receptions.len()).sum();
    let proofs = frames.len().saturating_add(receptions) as u64;
    let seeds = SeedFeed::start(Oracles::new(&settings.oracles)?).await?;
    let plan_settings = PlanSettings::new(network.to_bytes(), schedule, epochs);
    let planned = plan(frames, fleet, &plan_settings, seeds.provider())?;
    let mut phase = Phase::start("replay proofs", proofs);
    let report = send(settings, planned, |event| match event {
        Event::Queued { proofs } => phase.advance(*proofs),
        Event::Retrying { oracle, attempt, pause, error }
            if *attempt == 1 || attempt.is_multiple_of(10) =>
        {
            phase.note(&format!(
                "oracle {oracle} does not answer (attempt {attempt}, next in {:.1} s): {error}",
                pause.as_secs_f64()
            ));
        }
        Event::Stopped { oracle, stop } => phase.note(&format!("oracle {oracle} stopped: {stop}")),
        _ => {}
    })
    .await?;
    phase.finish();
    Ok(report)
}

/// The chain's seeds as an oracle tells them, kept fresh until it is dropped.
#[derive(Debug)]
pub struct SeedFeed {
    newest_first: Arc<Mutex<Vec<SeedView>>>,
    task: tokio::task::JoinHandle<()>,
}

impl SeedFeed {
    /// Waits for the first seed and goes on asking every second.
    ///
    /// # Errors
    /// `no_seed` when no oracle has one within a minute.
    pub async fn start(oracles: Oracles) -> Result<Self> {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
        let first = loop {
            match oracles.seeds().await {
                Ok(list) if !list.seeds.is_empty() => break list.seeds,
                Ok(_) | Err(_) if tokio::time::Instant::now() < deadline => {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                Ok(_) => {
                    return Err(Failure::new(
                        "no_seed",
                        "no oracle has a seed of the chain yet",
                        "check that the oracles reach an RPC node that serves blocks",
                    )
                    .into());
                }
                Err(error) => return Err(error),
            }
        };
        let newest_first = Arc::new(Mutex::new(first));
        let shared = Arc::clone(&newest_first);
        let task = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                // An oracle that is down is asked again; until then older seeds do.
                if let Ok(list) = oracles.seeds().await
                    && !list.seeds.is_empty()
                {
                    *shared.lock().unwrap_or_else(PoisonError::into_inner) = list.seeds;
                }
            }
        });
        Ok(Self { newest_first, task })
    }

    /// The newest seed that was known at a time, unix milliseconds; zeros when none was.
    pub fn provider<'a>(&self) -> SeedAt<'a> {
        let seeds = Arc::clone(&self.newest_first);
        Box::new(move |at_ms| {
            let seeds = seeds.lock().unwrap_or_else(PoisonError::into_inner);
            let known = |seed: &&SeedView| {
                seed.from_ms <= at_ms && seed.block_time_s.saturating_mul(1_000) <= at_ms
            };
            seeds.iter().find(known).map_or([0; 32], |seed| seed.seed)
        })
    }
}

impl Drop for SeedFeed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Waits until every oracle knows at least `devices` devices: they read the registry at
/// `finalized`, which takes a while after onboarding.
///
/// # Errors
/// `oracle_behind` after two minutes.
pub async fn wait_for_devices(oracles: &Oracles, devices: u64) -> Result<()> {
    let phase = Phase::start("wait for the oracles to know the devices", 0);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(120);
    for url in oracles.urls() {
        loop {
            let seen = match oracles.ready(url).await {
                Ok(view) if view.ready && view.devices >= devices => break,
                Ok(view) if view.ready => format!("knows {} of {devices} devices", view.devices),
                Ok(view) => format!("is not ready: {}", view.missing.join(", ")),
                Err(error) => format!("does not answer: {error:#}"),
            };
            if tokio::time::Instant::now() > deadline {
                return Err(Failure::new(
                    "oracle_behind",
                    format!("oracle {url} {seen}"),
                    "check that it runs for this network and reaches its RPC node",
                )
                .into());
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
    phase.finish();
    Ok(())
}
