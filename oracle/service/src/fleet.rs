//! The network's devices by operator, address and place, with what they earned lately: what the API
//! answers operators from. Made when somebody asks, and kept until the registry or the ledger changes.

mod recent;
mod roster;

pub use recent::{Lately, RECENT_EPOCHS, Recent};
pub use roster::{Member, Roster};

use crate::devices::RegistryView;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;

/// Requests that read indexes at a time: they must not keep the disk and the processor from proofs.
const LOOKUPS: usize = 4;

/// What is kept between requests. Its methods take long for a million devices: off the async threads.
#[derive(Debug)]
pub struct Fleet {
    roster: Mutex<Option<Arc<Roster>>>,
    recent: Mutex<Recent>,
    /// One is taken by each request that reads indexes.
    pub lookups: Semaphore,
}

impl Default for Fleet {
    fn default() -> Self {
        Self {
            roster: Mutex::default(),
            recent: Mutex::default(),
            lookups: Semaphore::new(LOOKUPS),
        }
    }
}

impl Fleet {
    /// The devices of a registry as they stand for an epoch that ends at `ends_at_s`, unix seconds.
    pub fn roster(&self, view: &RegistryView, ends_at_s: u64) -> Arc<Roster> {
        // It is replaced as a whole.
        let mut known = self.roster.lock().unwrap_or_else(PoisonError::into_inner);
        match known.as_ref().filter(|roster| roster.is_of(view, ends_at_s)) {
            Some(roster) => Arc::clone(roster),
            None => Arc::clone(known.insert(Arc::new(Roster::new(view, ends_at_s)))),
        }
    }

    /// What every device earned lately, to be brought up to date with [`Recent::update`].
    pub fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(|poisoned| {
            // A panic may have left half an epoch in it.
            let mut recent = poisoned.into_inner();
            *recent = Recent::default();
            recent
        })
    }
}
