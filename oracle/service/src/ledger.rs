//! The results of closed epochs, durable, and the chain of totals and states through them.

mod index;
mod workings;

pub use index::{Index, Line};
pub use workings::Reader;

use crate::chain::{ActiveRoot, Outcome, ProposalState, ProposalStatus};
use crate::error::OracleError;
use cairn_epoch::{Closed, Earnings, EpochError, EpochInputs, EpochResult, Totals, text};
use cairn_protocol::hash::Hash;
use cairn_protocol::merkle::Node;
use cairn_protocol::proposal::ProposalContent;
use cairn_store::Documents;
use cairn_verify::{Address, Outcome as Judgments, State};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

const CLOSED: &str = "closed.json";
/// Rejections that are remembered of an epoch: whoever has many contents rejected makes others
/// remember no more.
const MOST_REJECTIONS: usize = 64;

/// A result without its totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Root hash and sum.
    pub root: Node,
    /// Root hash and sum of what customers used.
    pub usage: Node,
    /// Operators with tokens.
    pub leaf_count: u32,
    /// Commits to the inputs.
    pub manifest_hash: Option<Hash>,
    /// Whether the totals are the chain's instead of this oracle's own.
    pub adopted: bool,
    /// What would be proposed.
    pub content: Option<ProposalContent>,
    /// Whether somebody earned tokens in the epoch, by this oracle's computation. Without, its root
    /// is the one before, and there is nothing to propose.
    pub earned: bool,
    /// Tokens that the emission table gives it, by this oracle's computation.
    pub budget: Option<u64>,
    /// Points by this oracle's computation, in millionths.
    pub points: Option<u64>,
    /// Accepted proofs by this oracle's computation.
    pub proofs_accepted: Option<u64>,
    /// Of the policy that this oracle computed it by.
    pub policy_hash: Option<Hash>,
}

impl Summary {
    fn new(result: &EpochResult) -> Self {
        let earnings = result.earnings.as_ref();
        Self {
            root: result.node(),
            usage: result.usage(),
            leaf_count: result.leaf_count,
            manifest_hash: result.manifest_hash,
            adopted: result.adopted,
            content: result.content(),
            earned: result.manifest.is_some_and(|manifest| result.root_sum > manifest.previous_sum),
            budget: earnings.map(|earnings| earnings.budget),
            points: earnings.map(|earnings| earnings.points),
            proofs_accepted: earnings.map(|earnings| earnings.proofs_accepted),
            policy_hash: earnings.map(|earnings| earnings.inputs.policy_hash),
        }
    }
}

/// What the chain last showed of an epoch's proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainView {
    /// Address of the proposal whose content is this oracle's own, or whose root is active.
    #[serde(with = "text::base58")]
    pub proposal: Address,
    /// Its manifest hash.
    #[serde(with = "text::hash")]
    pub manifest_hash: Hash,
    /// Oracles that attested, base58.
    pub attested_by: Vec<String>,
    /// When the threshold was reached, unix seconds.
    pub quorum_at_s: Option<u64>,
    /// Whether its root became active.
    pub finalized: bool,
    /// Whether its root never will.
    #[serde(default)]
    pub rejected: bool,
}

impl ChainView {
    /// What a proposal account shows.
    pub fn new(proposal: &ProposalState) -> Self {
        Self {
            proposal: proposal.address,
            manifest_hash: proposal.content.manifest_hash,
            attested_by: proposal.attested_by.iter().map(text::to_base58).collect(),
            quorum_at_s: proposal.quorum_at_s,
            finalized: proposal.is_finalized(),
            rejected: proposal.status == ProposalStatus::Rejected,
        }
    }
}

/// How a proposal came to be rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejected {
    /// A quorum of oracles rejected it or upheld a challenge.
    Overruled,
    /// A challenge of it was not decided in time, or nobody can tell any more.
    Undecided,
}

/// A proposal that was rejected. Its account is closed before the same content can be proposed
/// again, so this is remembered apart from the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Its address.
    #[serde(with = "text::base58")]
    pub proposal: Address,
    /// Hash of its content.
    #[serde(with = "text::hash")]
    pub content_hash: Hash,
    /// When it was proposed, unix seconds: tells two proposals of the same content apart.
    pub proposed_at_s: u64,
    /// How.
    pub how: Rejected,
    /// Generation of the oracle set that rejected it.
    pub generation: u32,
    /// When this oracle saw it, by its own clock.
    pub seen_at_ms: u64,
}

impl Rejection {
    /// What a proposal account shows; `None` while it is not rejected.
    pub fn new(
        proposal: &ProposalState,
        generation: u32,
        threshold: u8,
        seen_at_ms: u64,
    ) -> Option<Self> {
        if proposal.status != ProposalStatus::Rejected {
            return None;
        }
        let outcome = proposal.challenge.as_ref().and_then(|challenge| challenge.outcome);
        let by_quorum = proposal.rejected_by.len() >= usize::from(threshold);
        let how = if by_quorum || outcome == Some(Outcome::Upheld) {
            Rejected::Overruled
        } else {
            Rejected::Undecided
        };
        Some(Self {
            proposal: proposal.address,
            content_hash: proposal.content.hash(),
            proposed_at_s: proposal.proposed_at_s,
            how,
            generation,
            seen_at_ms,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct ClosedThrough {
    closed_through: u64,
}

/// What everyone earned through the newest result.
#[derive(Debug)]
pub struct Newest {
    /// The result's epoch.
    pub epoch: u64,
    /// The totals.
    pub totals: Totals,
}

/// How far the ledger is; published with every change of it.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// This epoch and all before it are closed.
    pub closed_through: Option<u64>,
    /// The newest result's totals.
    pub newest: Option<Arc<Newest>>,
    /// Raised whenever results that were there are dropped or replaced.
    pub revision: u64,
}

impl Progress {
    /// The newest epoch that is closed: by this oracle's clock, or because the chain has its root.
    pub fn newest_epoch(&self) -> Option<u64> {
        self.closed_through.max(self.newest.as_ref().map(|newest| newest.epoch))
    }
}

/// The results of closed epochs. Its methods block on the disk.
#[derive(Debug)]
pub struct Ledger {
    network: Address,
    pool: Address,
    documents: Documents,
    closed_through: Option<u64>,
    results: BTreeMap<u64, Summary>,
    views: BTreeMap<u64, ChainView>,
    rejections: BTreeMap<u64, Vec<Rejection>>,
    progress: watch::Sender<Progress>,
    /// Held while a result and its index change, and while an index is made from a result.
    indexing: Arc<Mutex<()>>,
}

impl Ledger {
    /// Opens the ledger in `documents`.
    ///
    /// # Errors
    /// When a document cannot be read.
    pub fn open(
        network: Address,
        pool: Address,
        documents: Documents,
    ) -> Result<Self, OracleError> {
        let mut ledger = Self {
            network,
            pool,
            documents,
            closed_through: None,
            results: BTreeMap::new(),
            views: BTreeMap::new(),
            rejections: BTreeMap::new(),
            progress: watch::Sender::default(),
            indexing: Arc::default(),
        };
        let mut newest = None;
        ledger.closed_through =
            ledger.read::<ClosedThrough>(CLOSED)?.map(|closed| closed.closed_through);
        for name in ledger.documents.names()? {
            if let Some(epoch) = epoch_of(&name, ".chain.json") {
                if let Some(view) = ledger.read(&name)? {
                    ledger.views.insert(epoch, view);
                }
            } else if let Some(epoch) = epoch_of(&name, ".rejected.json") {
                if let Some(rejections) = ledger.read(&name)? {
                    ledger.rejections.insert(epoch, rejections);
                }
            } else if let Some(epoch) = epoch_of(&name, ".json")
                && let Some(result) = ledger.load(epoch)?
            {
                ledger.results.insert(epoch, Summary::new(&result));
                // The mark follows the result; a crash between the two left it behind.
                if !result.adopted {
                    ledger.closed_through = ledger.closed_through.max(Some(epoch));
                }
                // Names are in the order of the epochs.
                newest = Some(Arc::new(Newest { epoch, totals: result.totals }));
            }
        }
        ledger.publish(|progress| progress.newest = newest);
        Ok(ledger)
    }

    /// This epoch and all before it are closed.
    pub fn closed_through(&self) -> Option<u64> {
        self.closed_through
    }

    /// Summaries by epoch; an epoch that is closed and not listed had no proof and nothing carried
    /// on, or was settled by the chain before this oracle came to it.
    pub fn results(&self) -> &BTreeMap<u64, Summary> {
        &self.results
    }

    /// What the chain last showed of an epoch.
    pub fn view(&self, epoch: u64) -> Option<&ChainView> {
        self.views.get(&epoch)
    }

    /// The last `most` epochs before `epoch` whose proposal was not seen finalized, ascending.
    pub fn proposed_before(&self, epoch: u64, most: usize) -> Vec<u64> {
        let views = self.views.range(..epoch).rev().take(most);
        let mut open: Vec<u64> =
            views.filter(|(_, view)| !view.finalized).map(|(epoch, _)| *epoch).collect();
        open.reverse();
        open
    }

    /// The whole result of an epoch.
    ///
    /// # Errors
    /// When the document cannot be read.
    pub fn load(&self, epoch: u64) -> Result<Option<EpochResult>, OracleError> {
        self.read(&result_name(epoch))
    }

    /// Remembers what the chain shows of an epoch; returns whether that is new.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn see(&mut self, epoch: u64, view: ChainView) -> Result<bool, OracleError> {
        if self.views.get(&epoch) == Some(&view) {
            return Ok(false);
        }
        self.write(&format!("{epoch:020}.chain.json"), &view)?;
        self.views.insert(epoch, view);
        self.publish(|_| {});
        Ok(true)
    }

    /// The proposals of an epoch that were seen rejected, in the order in which they were.
    pub fn rejections(&self, epoch: u64) -> &[Rejection] {
        self.rejections.get(&epoch).map_or(&[], Vec::as_slice)
    }

    /// Remembers a rejection. Only those of the content that this oracle computed, `own`, are
    /// remembered without limit: it bounds them itself, by proposing again ever more slowly.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn note_rejection(
        &mut self,
        epoch: u64,
        rejection: Rejection,
        own: bool,
    ) -> Result<bool, OracleError> {
        let mut known = self.rejections(epoch).to_vec();
        let same = known.iter().any(|known| {
            (known.proposal, known.proposed_at_s) == (rejection.proposal, rejection.proposed_at_s)
        });
        if same || (!own && known.len() >= MOST_REJECTIONS) {
            return Ok(false);
        }
        known.push(rejection);
        self.write(&format!("{epoch:020}.rejected.json"), &known)?;
        self.rejections.insert(epoch, known);
        Ok(true)
    }

    /// Books the earnings of a closed epoch on the totals before it, and keeps what they were
    /// computed from.
    ///
    /// # Errors
    /// When sums overflow or the disk refuses.
    pub fn book(
        &mut self,
        inputs: &EpochInputs,
        closed: Closed,
        state: &State,
    ) -> Result<Summary, OracleError> {
        let (epoch, earnings) = (inputs.epoch, closed.earnings);
        let own = self.load(epoch)?;
        // A result without its workings would be one that cannot be explained: they come first.
        self.keep_explanation(inputs, &closed.outcome)?;
        if !own.as_ref().is_some_and(|own| own.adopted) {
            // Else the state is the chain's.
            self.keep_state(epoch, state)?;
        }
        let result = match own {
            // Adopted before this oracle's clock closed it: the chain's totals stand, the own
            // earnings are kept beside them.
            Some(adopted) if adopted.adopted => EpochResult { earnings: Some(earnings), ..adopted },
            _ => self.compute(earnings)?,
        };
        self.store_indexed(result, Some(&closed.outcome))
    }

    /// Marks everything through `epoch` as closed.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn mark_closed(&mut self, epoch: u64) -> Result<(), OracleError> {
        if self.closed_through.is_none_or(|closed| closed < epoch) {
            self.write(CLOSED, &ClosedThrough { closed_through: epoch })?;
            self.closed_through = Some(epoch);
            self.publish(|_| {});
        }
        Ok(())
    }

    /// Whether this oracle's result for the active root's epoch is that root.
    pub fn agrees(&self, active: &ActiveRoot) -> bool {
        self.results
            .get(&active.epoch)
            .is_some_and(|own| own.root == active.root && own.usage == active.usage)
    }

    /// Takes the chain's totals for an epoch in place of the own, and the state that the epoch left
    /// if that is known: without it nothing later can be computed. Results of later epochs do not
    /// continue it: they are dropped, and those epochs are to be closed again.
    ///
    /// # Errors
    /// When sums overflow or the disk refuses.
    pub fn adopt(
        &mut self,
        epoch: u64,
        totals: Totals,
        state: Option<&State>,
    ) -> Result<Summary, OracleError> {
        if let Some(next) = epoch.checked_add(1) {
            self.reopen_from(next)?;
        }
        match state {
            Some(state) => self.keep_state(epoch, state)?,
            None => self.drop_state(epoch)?,
        }
        let own = self.load(epoch)?.and_then(|result| result.earnings);
        let result = EpochResult::adopt(self.network, self.pool, epoch, totals, own)
            .map_err(|source| OracleError::Epoch { epoch, source })?;
        let outcome = self.reader().outcome(epoch)?.filter(|_| result.earnings.is_some());
        let summary = self.store_indexed(result, outcome.as_ref())?;
        self.publish(|progress| progress.revision = progress.revision.saturating_add(1));
        Ok(summary)
    }

    /// Drops the results of an epoch and all after it, which are to be closed again.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn reopen_from(&mut self, epoch: u64) -> Result<(), OracleError> {
        if self.closed_through.is_some_and(|closed| closed >= epoch) {
            self.closed_through = epoch.checked_sub(1);
            match self.closed_through {
                Some(closed_through) => self.write(CLOSED, &ClosedThrough { closed_through })?,
                None => self.documents.remove(CLOSED)?,
            }
        }
        // The newest goes first: whatever is left after a crash continues what is before it.
        let later: Vec<u64> = self.results.range(epoch..).map(|(epoch, _)| *epoch).collect();
        let indexing = Arc::clone(&self.indexing);
        let held = indexing.lock().unwrap_or_else(PoisonError::into_inner);
        for later in later.into_iter().rev() {
            // The index before the result: it must not outlive what it says.
            self.reader().remove_index(later)?;
            self.documents.remove(&result_name(later))?;
            self.results.remove(&later);
        }
        drop(held);
        let newest = self.totals_before(epoch)?;
        self.publish(|progress| {
            progress.newest = newest;
            progress.revision = progress.revision.saturating_add(1);
        });
        Ok(())
    }

    fn compute(&self, earnings: Earnings) -> Result<EpochResult, OracleError> {
        let epoch = earnings.epoch;
        let previous = self.totals_before(epoch)?;
        let nothing = Totals::default();
        let totals = previous.as_ref().map_or(&nothing, |previous| &previous.totals);
        EpochResult::compute(self.network, self.pool, totals, earnings)
            .map_err(|source| OracleError::Epoch { epoch, source })
    }

    /// What everyone earned through the last result before an epoch.
    fn totals_before(&self, epoch: u64) -> Result<Option<Arc<Newest>>, OracleError> {
        let Some((&before, _)) = self.results.range(..epoch).next_back() else { return Ok(None) };
        if let Some(known) = &self.progress.borrow().newest
            && known.epoch == before
        {
            return Ok(Some(Arc::clone(known)));
        }
        let result = self.load(before)?.ok_or_else(|| OracleError::Document {
            name: result_name(before),
            message: "it is missing".to_owned(),
        })?;
        Ok(Some(Arc::new(Newest { epoch: before, totals: result.totals })))
    }

    fn store_indexed(
        &mut self,
        result: EpochResult,
        outcome: Option<&Judgments>,
    ) -> Result<Summary, OracleError> {
        let before = self.totals_before(result.epoch)?;
        let before = before.as_ref().map(|before| &before.totals);
        let indexing = Arc::clone(&self.indexing);
        let _held = indexing.lock().unwrap_or_else(PoisonError::into_inner);
        // Before the result: one that is there has its index.
        self.reader().write_index(&result, before, outcome)?;
        self.store(result)
    }

    fn store(&mut self, result: EpochResult) -> Result<Summary, OracleError> {
        let epoch = result.epoch;
        self.write(&result_name(epoch), &result)?;
        let summary = Summary::new(&result);
        self.results.insert(epoch, summary.clone());
        if self.results.range(epoch..).nth(1).is_none() {
            let newest = Arc::new(Newest { epoch, totals: result.totals });
            self.publish(|progress| progress.newest = Some(newest));
        }
        Ok(summary)
    }

    /// Tells everybody how far it is now.
    fn publish(&self, change: impl FnOnce(&mut Progress)) {
        self.progress.send_modify(|progress| {
            progress.closed_through = self.closed_through;
            change(progress);
        });
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, OracleError> {
        read_json(&self.documents, name)
    }

    fn write<T: Serialize>(&self, name: &str, document: &T) -> Result<(), OracleError> {
        let bytes = serde_json::to_vec(document).map_err(|error| OracleError::Document {
            name: name.to_owned(),
            message: error.to_string(),
        })?;
        Ok(self.documents.put(name, &bytes)?)
    }
}

/// Leaves that a peer served, if they lead to the chain's root.
///
/// # Errors
/// When they do not.
pub fn rebuild(
    leaves: cairn_epoch::LeavesDocument,
    pool: &Address,
    active: &ActiveRoot,
) -> Result<Totals, EpochError> {
    leaves.rebuild(pool, &active.root, &active.usage)
}

fn read_json<T: DeserializeOwned>(
    documents: &Documents,
    name: &str,
) -> Result<Option<T>, OracleError> {
    let Some(bytes) = documents.get(name)? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| OracleError::Document {
        name: name.to_owned(),
        message: error.to_string(),
    })
}

fn result_name(epoch: u64) -> String {
    format!("{epoch:020}.json")
}

fn epoch_of(name: &str, suffix: &str) -> Option<u64> {
    let digits = name.strip_suffix(suffix)?;
    (digits.len() == 20).then(|| digits.parse().ok())?
}
