//! What an epoch was computed from and what every proof was judged as: kept so that it can be
//! explained, computed again, and handed to an oracle that missed something.

use super::{Index, Ledger, Progress, epoch_of, index, read_json, result_name};
use crate::error::OracleError;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_epoch::{EpochInputs, EpochResult, Totals};
use cairn_store::Documents;
use cairn_verify::{Outcome, State};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Results whose states are kept: as many as an oracle may have to go back to.
const KEPT_STATES: usize = 64;

/// Reads documents of epochs without holding up the ledger: each is replaced as a whole.
#[derive(Debug, Clone)]
pub struct Reader {
    pub(super) documents: Documents,
    pub(super) indexing: Arc<Mutex<()>>,
    pub(super) progress: watch::Receiver<Progress>,
}

impl Reader {
    /// The whole result of an epoch.
    ///
    /// # Errors
    /// When the document cannot be read.
    pub fn result(&self, epoch: u64) -> Result<Option<EpochResult>, OracleError> {
        read_json(&self.documents, &result_name(epoch))
    }

    /// What an epoch was computed from; `None` when this oracle did not compute it.
    ///
    /// # Errors
    /// When the document cannot be read.
    pub fn inputs(&self, epoch: u64) -> Result<Option<EpochInputs>, OracleError> {
        self.read_bytes(&name_of(epoch, "inputs"))
    }

    /// The verdicts of an epoch; `None` when this oracle did not compute it.
    ///
    /// # Errors
    /// When the document cannot be read.
    pub fn outcome(&self, epoch: u64) -> Result<Option<Outcome>, OracleError> {
        self.read_bytes(&name_of(epoch, "outcome"))
    }

    /// The state that an epoch left; `None` when this oracle does not have it, or another version of
    /// it wrote one that this version does not understand: then a peer's will do.
    ///
    /// # Errors
    /// When the document cannot be read.
    pub fn state(&self, epoch: u64) -> Result<Option<State>, OracleError> {
        match self.read_bytes(&name_of(epoch, "state")) {
            Err(error @ OracleError::Document { .. }) => {
                tracing::warn!(epoch, %error, "left aside");
                Ok(None)
            }
            read => read,
        }
    }

    /// The same as it is stored.
    ///
    /// # Errors
    /// When the document cannot be read.
    pub fn state_bytes(&self, epoch: u64) -> Result<Option<Vec<u8>>, OracleError> {
        Ok(self.documents.get(&name_of(epoch, "state"))?)
    }

    /// How far the ledger is.
    pub fn progress(&self) -> Progress {
        self.progress.borrow().clone()
    }

    /// Tells when the ledger changes.
    pub fn watch(&self) -> watch::Receiver<Progress> {
        self.progress.clone()
    }

    /// The index of an epoch's paystubs, made now when an earlier version of the oracle did not make
    /// it or somebody removed it; `None` when there is no result.
    ///
    /// # Errors
    /// When a document cannot be read or written, or the index is damaged.
    pub fn index(&self, epoch: u64) -> Result<Option<Index>, OracleError> {
        if self.documents.parts(&result_name(epoch))?.is_none() {
            return Ok(None);
        }
        if let Some(index) = self.open_index(epoch)? {
            return Ok(Some(index));
        }
        let _held = self.indexing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = self.open_index(epoch)? {
            return Ok(Some(index));
        }
        let Some(result) = self.result(epoch)? else { return Ok(None) };
        let outcome = self.outcome(epoch)?;
        let before = if result.adopted { self.totals_before(epoch)? } else { None };
        self.write_index(&result, before.as_ref(), outcome.as_ref())?;
        tracing::info!(epoch, "its paystubs are indexed");
        self.open_index(epoch)
    }

    fn open_index(&self, epoch: u64) -> Result<Option<Index>, OracleError> {
        Index::open(&self.documents, name_of(epoch, "index"), epoch)
    }

    /// What everyone earned through the last result before an epoch, from the disk.
    fn totals_before(&self, epoch: u64) -> Result<Option<Totals>, OracleError> {
        let names = self.documents.names()?;
        let results = names.iter().filter_map(|name| epoch_of(name, ".json"));
        let Some(before) = results.filter(|before| *before < epoch).max() else { return Ok(None) };
        Ok(self.result(before)?.map(|result| result.totals))
    }

    pub(super) fn write_index(
        &self,
        result: &EpochResult,
        before: Option<&Totals>,
        outcome: Option<&Outcome>,
    ) -> Result<(), OracleError> {
        let bytes = index::encode(result.epoch, index::lines(result, before, outcome));
        Ok(self.documents.put(&name_of(result.epoch, "index"), &bytes)?)
    }

    pub(super) fn remove_index(&self, epoch: u64) -> Result<(), OracleError> {
        Ok(self.documents.remove(&name_of(epoch, "index"))?)
    }

    fn read_bytes<T: BorshDeserialize>(&self, name: &str) -> Result<Option<T>, OracleError> {
        let Some(bytes) = self.documents.get(name)? else { return Ok(None) };
        borsh::from_slice(&bytes).map(Some).map_err(|error| OracleError::Document {
            name: name.to_owned(),
            message: error.to_string(),
        })
    }
}

impl Ledger {
    /// What reads the documents of this ledger.
    pub fn reader(&self) -> Reader {
        Reader {
            documents: self.documents.clone(),
            indexing: Arc::clone(&self.indexing),
            progress: self.progress.subscribe(),
        }
    }

    /// The state that an epoch left; `None` when this oracle does not have it.
    ///
    /// # Errors
    /// When the document cannot be read.
    pub fn state(&self, epoch: u64) -> Result<Option<State>, OracleError> {
        self.reader().state(epoch)
    }

    /// The state that the epochs before `epoch` left; `None` when this oracle adopted the last of
    /// them from the chain without its state.
    ///
    /// # Errors
    /// When the document cannot be read.
    pub fn state_before(&self, epoch: u64) -> Result<Option<State>, OracleError> {
        match self.results().range(..epoch).next_back() {
            None => Ok(Some(State::default())),
            Some((&before, _)) => self.state(before),
        }
    }

    pub(super) fn keep_explanation(
        &mut self,
        inputs: &EpochInputs,
        outcome: &Outcome,
    ) -> Result<(), OracleError> {
        let epoch = inputs.epoch;
        self.write_bytes(&name_of(epoch, "inputs"), inputs)?;
        self.write_bytes(&name_of(epoch, "outcome"), outcome)
    }

    /// Keeps the state that an epoch left, and forgets that of one long before.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep_state(&mut self, epoch: u64, state: &State) -> Result<(), OracleError> {
        self.write_bytes(&name_of(epoch, "state"), state)?;
        let old = self.results().range(..epoch).rev().nth(KEPT_STATES).map(|(epoch, _)| *epoch);
        if let Some(old) = old {
            self.documents.remove(&name_of(old, "state"))?;
        }
        Ok(())
    }

    pub(super) fn drop_state(&mut self, epoch: u64) -> Result<(), OracleError> {
        Ok(self.documents.remove(&name_of(epoch, "state"))?)
    }

    fn write_bytes<T: BorshSerialize>(&self, name: &str, document: &T) -> Result<(), OracleError> {
        let bytes = borsh::to_vec(document).map_err(|error| OracleError::Document {
            name: name.to_owned(),
            message: error.to_string(),
        })?;
        Ok(self.documents.put(name, &bytes)?)
    }
}

fn name_of(epoch: u64, what: &str) -> String {
    format!("{epoch:020}.{what}")
}
