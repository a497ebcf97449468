//! When devices prove: the recording once, while live devices run, or over and over again.

use crate::{
    devices::{Live, Setting, node::Clock},
    founding::{Founded, start},
    scenario::{Spec, now_ms},
};
use anyhow::{Context, Result, bail};
use cairn_cli::{oracle::Oracles, replay};
use cairn_device::{
    Epochs,
    replay::{Fleet, Frame, PlanSettings, Schedule, plan},
    sender::{Report, SenderSettings, send},
};
use cairn_sdk::account::Pool;
use std::{convert::Infallible, time::Duration};

/// When after the genesis the first seeds are final and known: a block of solana-test-validator is
/// final after 13 seconds.
const FIRST_SEEDS_MS: u64 = 20_000;
/// Epochs that are no end: eleven years of 30 seconds each.
const FOR_GOOD: u64 = 11_500_000;
/// How long an oracle may be away from a network that stays up.
const PATIENCE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The next epoch that begins: proofs begin with its start, so that which proof falls into which
/// epoch does not depend on when the scenario began. No seed is from before the genesis: proofs
/// begin when some are final.
///
/// # Errors
/// When the pool's genesis lies before 1970.
pub fn next_epoch(pool: &Pool) -> Result<u64> {
    let epochs = replay::epochs(pool)?;
    let seeds_ms = epochs.genesis_ms().saturating_add(FIRST_SEEDS_MS);
    let soon_ms = now_ms()?.saturating_add(1_000).max(seeds_ms);
    let begun = epochs.epoch_of(soon_ms);
    Ok(begun.map_or(0, |epoch| epoch.saturating_add(1)))
}

/// Replays the recording once, in the epochs of the scenario.
pub(crate) async fn replay_frames(
    spec: &Spec,
    pool: &Pool,
    setting: &Setting,
    founded: &mut Founded,
) -> Result<Report> {
    let epochs = replay::epochs(pool)?;
    let start_ms = setting.clock.from_ms;
    // The last proof lies half a second before the end of the last epoch.
    let span_ms = spec.epochs.saturating_mul(setting.clock.epoch_ms).saturating_sub(500);
    let schedule = Schedule { start_ms, span_ms };
    let settings = &setting.settings;
    let Founded { fleet, oracles, setup, api, .. } = founded;

    let send = async {
        // The first proof is signed when the replay begins: it should not answer a seed that is too
        // old by the time it is sent.
        setting.clock.sleep_until(start_ms.saturating_sub(3_000)).await;
        replay::replay(&spec.frames, fleet, &setting.network, epochs, schedule, settings).await
    };
    let disturb = async {
        let Some(kill) = spec.kill else { return Ok(()) };
        let oracle = oracles.get_mut(kill.oracle).context("there is no such oracle to kill")?;
        let wait_ms = start_ms.saturating_sub(now_ms()?);
        tokio::time::sleep(Duration::from_millis(wait_ms).saturating_add(kill.after)).await;
        oracle.kill_9()?;
        eprintln!("    kill -9 oracle {}", kill.oracle);
        if let Some(wait) = kill.restart_after {
            tokio::time::sleep(wait).await;
            start(oracle, setup, api.urls())?;
            eprintln!("    started oracle {} again", kill.oracle);
        }
        anyhow::Ok(())
    };
    let (report, disturbed) = tokio::join!(send, disturb);
    disturbed?;
    report
}

/// Devices that prove for as long as they are let.
pub struct Proving {
    frames: Vec<Frame>,
    fleet: Fleet,
    live: Option<Live>,
    epochs: Epochs,
    setting: Setting,
    round_epochs: u64,
}

impl Proving {
    /// All devices of a network, from the next epoch on; a recording lasts `round_epochs` epochs and
    /// then begins again.
    ///
    /// # Errors
    /// When the pool's genesis lies before 1970.
    pub fn new(
        founded: &mut Founded,
        pool: &Pool,
        frames: Vec<Frame>,
        round_epochs: u64,
    ) -> Result<Self> {
        let clock = Clock::new(pool, next_epoch(pool)?, FOR_GOOD)?;
        let setting = Setting { for_good: true, ..founded.setting(clock, PATIENCE) };
        let (fleet, live) = (founded.fleet.clone(), founded.live.take());
        Ok(Self { frames, fleet, live, epochs: replay::epochs(pool)?, setting, round_epochs })
    }

    /// Proves until it is dropped.
    ///
    /// # Errors
    /// When no device of the recording can prove any more, or no live one.
    pub async fn run(mut self) -> Result<Infallible> {
        let live = self.live.take();
        let setting = self.setting.clone();
        let run_live = async {
            let Some(live) = live else { return std::future::pending().await };
            live.run(&setting).await.context("running the live devices")?;
            bail!("the live devices have stopped")
        };
        tokio::select! {
            replayed = self.replay() => replayed,
            ended = run_live => ended,
        }
    }

    async fn replay(&mut self) -> Result<Infallible> {
        let SenderSettings { oracles, .. } = &self.setting.settings;
        self.setting.clock.sleep_until(self.setting.clock.from_ms.saturating_sub(3_000)).await;
        let seeds = replay::SeedFeed::start(Oracles::new(oracles)?).await?;
        let network = self.setting.network.to_bytes();
        let span_ms = self.round_epochs.saturating_mul(self.setting.clock.epoch_ms);
        let mut start_ms = self.setting.clock.from_ms;
        loop {
            // Sequences go on: each proof is another one.
            let schedule = Schedule { start_ms, span_ms };
            let settings = PlanSettings::new(network, schedule, self.epochs);
            let planned = plan(&self.frames, &mut self.fleet, &settings, seeds.provider())?;
            send(&self.setting.settings, planned, |_| ()).await?;
            start_ms = now_ms()?.max(start_ms.saturating_add(span_ms));
        }
    }
}
