//! What every device earned in the last closed epochs, moved on epoch by epoch.

use crate::error::OracleError;
use crate::ledger::{Index, Line, Progress};
use cairn_verify::{Address, ONE};
use std::collections::{BTreeSet, HashMap};

/// Closed epochs that count.
pub const RECENT_EPOCHS: u64 = 30;

/// How a device did lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lately {
    /// Tokens, whoever earned them.
    pub share: u64,
    /// Its newest factor for density, in millionths.
    pub density_ppm: u64,
    /// The newest epoch with a proof of it that counts.
    pub accepted_in: Option<u64>,
    density_of: Option<u64>,
    newest: u64,
}

impl Default for Lately {
    fn default() -> Self {
        Self { share: 0, density_ppm: ONE, accepted_in: None, density_of: None, newest: 0 }
    }
}

/// The same of all devices.
#[derive(Debug, Default)]
pub struct Recent {
    devices: HashMap<Address, Lately>,
    epochs: BTreeSet<u64>,
    revision: u64,
}

impl Recent {
    /// Adds the epochs that were closed since, and takes off those that are too long ago.
    ///
    /// # Errors
    /// When an index cannot be read; nothing is known then.
    pub fn update(
        &mut self,
        progress: &Progress,
        index: impl Fn(u64) -> Result<Option<Index>, OracleError>,
    ) -> Result<(), OracleError> {
        let updated = self.try_update(progress, index);
        if updated.is_err() {
            *self = Self::default();
        }
        updated
    }

    fn try_update(
        &mut self,
        progress: &Progress,
        index: impl Fn(u64) -> Result<Option<Index>, OracleError>,
    ) -> Result<(), OracleError> {
        if self.revision != progress.revision {
            *self = Self { revision: progress.revision, ..Self::default() };
        }
        let Some(newest) = progress.newest_epoch() else { return Ok(()) };
        let first = newest.saturating_sub(RECENT_EPOCHS - 1);
        let wanted: BTreeSet<u64> = (first..=newest).collect();
        if wanted == self.epochs {
            return Ok(());
        }
        for epoch in self.epochs.difference(&wanted) {
            if let Some(index) = index(*epoch)? {
                index.all(|line| self.devices.entry(line.device).or_default().forget(line))?;
            }
        }
        for epoch in wanted.difference(&self.epochs) {
            if let Some(index) = index(*epoch)? {
                index.all(|line| self.devices.entry(line.device).or_default().add(*epoch, line))?;
            }
        }
        self.epochs = wanted;
        self.devices.retain(|_, lately| lately.newest >= first);
        Ok(())
    }

    /// How a device did.
    pub fn of(&self, device: &Address) -> Lately {
        let lately = self.devices.get(device).copied().unwrap_or_default();
        let first = self.epochs.first().copied().unwrap_or(0);
        // What was found in an epoch that is too long ago.
        if lately.density_of.is_some_and(|epoch| epoch < first) {
            return Lately { density_ppm: ONE, ..lately };
        }
        lately
    }
}

impl Lately {
    fn add(&mut self, epoch: u64, line: &Line) {
        self.share = self.share.saturating_add(line.share);
        self.newest = self.newest.max(epoch);
        if line.accepted > 0 {
            self.accepted_in = self.accepted_in.max(Some(epoch));
        }
        if let Some(density_ppm) = line.density_ppm
            && self.density_of.is_none_or(|known| known <= epoch)
        {
            self.density_ppm = density_ppm;
            self.density_of = Some(epoch);
        }
    }

    fn forget(&mut self, line: &Line) {
        self.share = self.share.saturating_sub(line.share);
    }
}
