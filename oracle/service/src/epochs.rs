//! The task that closes epochs and brings their roots to the chain.
//!
//! Each round reads the chain and does whatever its state and the oracle's own results call for,
//! so that a crash, a lost transaction or a race with another oracle needs no handling of its own:
//! the next round sees the new state. In a round:
//!
//! 1. **Close**: epochs whose grace time is over by the own clock, from the own log and a registry
//!    snapshot that is not older than the epoch's end.
//! 2. **Reconcile**: when the chain's active root is not the own result, fetch that epoch's leaves
//!    from the peers, take them if they give the chain's root, and close later epochs again on
//!    them. Until then nothing is proposed or attested.
//! 3. **Post** ([`post`]): attest proposals whose content is exactly the own result, propose the
//!    newest result that no one has proposed, finalize what has a quorum and outlasted its challenge
//!    window. Proposing and finalizing are staggered by the oracle's place in the set, rotating
//!    with the epoch; a race costs one refused transaction.
//! 4. **Dispute** ([`dispute`]): vote on challenges and reject wrong proposals, as far as this
//!    oracle can tell; resolve challenges that are decided or expired.
//! 5. **Crank** ([`cranks`]), at its own pace: have the pool pay its parts, debit what customers
//!    used, take back own bonds and rent.

mod close;
mod cranks;
mod dispute;
mod post;

use crate::chain::{ActiveRoot, Chain, PoolState};
use crate::devices::Devices;
use crate::error::OracleError;
use crate::ledger::{ChainView, Ledger, rebuild};
use crate::peers::Peers;
use crate::state::{ActiveClaims, Core, State};
use cairn_verify::{Address, State as Carried};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

/// Own results after the active root that are looked at in one round.
const PENDING_EPOCHS: usize = 16;
/// The longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How the task is paced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Pause between rounds.
    pub poll: Duration,
    /// How much longer each next oracle in line waits before it proposes, finalizes or resolves.
    pub stagger_ms: u64,
    /// Pause between looks at what the pool owes, and at own bonds and rent.
    pub crank: Duration,
    /// How much longer each next oracle in line waits before it has the pool pay others.
    pub crank_stagger_ms: u64,
    /// Pause before a content is proposed again after a challenge of it was not decided; doubles
    /// each time.
    pub repropose_ms: u64,
    /// How long own proposals stay on chain after they are over, for others to see.
    pub close_after: Duration,
    /// The fewest tokens worth a transaction that has the pool pay them, in the mint's smallest
    /// unit.
    pub pay_minimum: u64,
    /// The fewest credits worth a transaction that debits a customer's usage.
    pub settle_minimum: u64,
}

/// The task.
pub struct Epochs<C> {
    /// The chain.
    pub chain: Arc<C>,
    /// What is shared.
    pub state: Arc<State>,
    /// The registry.
    pub devices: Arc<Devices>,
    /// Other oracles.
    pub peers: Peers,
    /// Pace.
    pub pace: Pace,
    /// Told when the oracle must stop.
    pub fatal: mpsc::UnboundedSender<OracleError>,
    /// When this oracle could first have taken a step, by epoch and what it is about.
    pub since_ms: BTreeMap<(u64, Step, Address), u64>,
    /// What was logged once.
    pub said: BTreeSet<String>,
    /// Epochs whose proposals the last round judged by a content of its own.
    pub looked_at: BTreeSet<u64>,
    /// When to crank next.
    pub crank_at: Instant,
    /// When to look next for a state that is missing.
    pub complete_at: Instant,
    /// Whether pending results were compared with the policies that are given now.
    pub compared: bool,
}

/// A transaction that oracles take turns with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Propose.
    Propose,
    /// Finalize.
    Finalize,
    /// Resolve a challenge.
    Resolve,
    /// Have the pool pay delegators.
    PayDelegators,
    /// Have the pool pay the treasury.
    PayTreasury,
    /// Settle what customers used.
    SettleUsage,
}

impl<C: std::fmt::Debug> std::fmt::Debug for Epochs<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Epochs").field("pace", &self.pace).finish_non_exhaustive()
    }
}

impl<C: Chain> Epochs<C> {
    /// Runs until `stop` turns true. A round in progress is finished first.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut failures = 0_u32;
        loop {
            match self.round().await {
                Ok(()) => failures = 0,
                Err(error) if error.is_fatal() => {
                    tracing::error!(code = error.code(), %error, "the oracle cannot go on");
                    // The receiver is gone only when the oracle is stopping already.
                    let _ = self.fatal.send(error);
                    return;
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    tracing::warn!(code = error.code(), %error, failures, "will try again");
                }
            }
            let factor = 1_u32.checked_shl(failures.min(10)).unwrap_or(u32::MAX);
            let pause =
                self.pace.poll.saturating_mul(factor).min(LONGEST_PAUSE.max(self.pace.poll));
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = stop.changed() => return,
            }
        }
    }

    async fn round(&mut self) -> Result<(), OracleError> {
        let pool = Arc::new(self.chain.pool_state().await?);
        self.state.pool.send_replace(Some(Arc::clone(&pool)));
        if !self.compared {
            self.compare_policies(&pool).await?;
            self.compared = true;
        }
        // A registry that cannot be read must not keep finalized roots from being adopted or
        // claims from being served.
        let closed = self.close_due(&pool).await;
        let posted = match self.reconcile(&pool).await {
            Ok(()) => self.post(&pool).await,
            Err(error) => {
                self.looked_at.clear();
                Err(error)
            }
        };
        let cranked = self.crank(&pool).await;
        first_error([posted, cranked, closed])
    }

    fn core(&self) -> Result<&Core, OracleError> {
        self.state.core.get().ok_or(OracleError::GateStopped)
    }

    async fn with_ledger<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Ledger) -> Result<T, OracleError> + Send + 'static,
    ) -> Result<T, OracleError> {
        self.state.with_ledger(work).await?.ok_or(OracleError::GateStopped)
    }

    /// Has epochs closed again that the chain has not settled and that were judged by another policy
    /// than the one that is given for them now.
    async fn compare_policies(&self, pool: &PoolState) -> Result<(), OracleError> {
        let after = pool.active.map(|active| active.epoch);
        let policies = self.state.policies.clone();
        let reopened = self
            .with_ledger(move |ledger| {
                let pending = ledger.results().iter().find(|(epoch, result)| {
                    after.is_none_or(|after| **epoch > after)
                        && result.policy_hash.is_some_and(|of| of != policies.at(**epoch).hash())
                });
                let Some(epoch) = pending.map(|(epoch, _)| *epoch) else { return Ok(None) };
                ledger.reopen_from(epoch)?;
                Ok(Some(epoch))
            })
            .await?;
        if let Some(epoch) = reopened {
            tracing::warn!(epoch, "closed again from here on: the policy given for it changed");
        }
        Ok(())
    }

    // ---- reconcile ----

    /// Done when this oracle has the leaves of the active root, or there is none yet.
    async fn reconcile(&mut self, pool: &PoolState) -> Result<(), OracleError> {
        let Some(active) = pool.active else { return Ok(()) };
        if self.state.active.borrow().as_ref().is_some_and(|known| known.active == active) {
            return self.complete(&active).await;
        }
        if !self.with_ledger(move |ledger| Ok(ledger.agrees(&active))).await? {
            self.state.behind.send_replace(Some(active.epoch));
            self.adopt(pool, &active).await?;
        }
        self.note_finalized(&active).await?;
        let pool_address = pool.address;
        let claims = self
            .with_ledger(move |ledger| {
                let Some(result) = ledger.load(active.epoch)? else { return Ok(None) };
                let failed = |source| OracleError::Epoch { epoch: active.epoch, source };
                let customers = result.totals.usage_tree(&pool_address).map_err(failed)?;
                let operators = result.totals.tree(&pool_address).map_err(failed)?;
                Ok(operators.map(|operators| ActiveClaims { active, operators, customers }))
            })
            .await?;
        if let Some(claims) = claims {
            self.state.active.send_replace(Some(Arc::new(claims)));
        }
        self.state.behind.send_replace(None);
        self.since_ms.retain(|(epoch, _, _), _| *epoch >= active.epoch);
        tracing::info!(epoch = active.epoch, root_sum = active.root.sum, "root is active");
        Ok(())
    }

    /// Asks the peers again for the state of an adopted epoch, as long as none had it: without it
    /// nothing later can be computed.
    async fn complete(&mut self, active: &ActiveRoot) -> Result<(), OracleError> {
        let epoch = active.epoch;
        let lacks = move |ledger: &mut Ledger| {
            let adopted = ledger.results().get(&epoch).is_some_and(|own| own.adopted);
            Ok(adopted && ledger.state(epoch)?.is_none())
        };
        if Instant::now() < self.complete_at || !self.with_ledger(lacks).await? {
            return Ok(());
        }
        self.complete_at = Instant::now().checked_add(self.pace.crank).unwrap_or(self.complete_at);
        if let Some(state) = self.state_of(active).await? {
            self.with_ledger(move |ledger| ledger.keep_state(epoch, &state)).await?;
            tracing::info!(epoch, "has the state of the adopted epoch");
        }
        Ok(())
    }

    async fn adopt(&self, pool: &PoolState, active: &ActiveRoot) -> Result<(), OracleError> {
        let (epoch, pool_address) = (active.epoch, pool.address);
        tracing::warn!(
            epoch,
            root = %hex::encode(active.root.hash),
            root_sum = active.root.sum,
            "the chain finalized a root that this oracle did not compute: it missed proofs or was \
             down; asking its peers for the leaves"
        );
        let mut tried = Vec::new();
        for peer in self.peers.urls() {
            let leaves = match self.peers.leaves(peer, epoch).await {
                Ok(leaves) => leaves,
                Err(error) => {
                    tried.push(format!("{peer}: {error}"));
                    continue;
                }
            };
            match rebuild(leaves, &pool_address, active) {
                Ok(totals) => {
                    let state = self.state_of(active).await?;
                    let known = state.is_some();
                    let book =
                        move |ledger: &mut Ledger| ledger.adopt(epoch, totals, state.as_ref());
                    self.with_ledger(book).await?;
                    tracing::warn!(epoch, %peer, state = known, "adopted the chain's totals");
                    return Ok(());
                }
                Err(error) => tried.push(format!("{peer}: {error}")),
            }
        }
        if tried.is_empty() {
            tried.push("no peer is configured".to_owned());
        }
        Err(OracleError::NoPeer { epoch, tried })
    }

    /// The state that the active root's epoch left, from a peer, by the manifest that oracles
    /// attested; `None` when nobody has it, or its proposal is not on chain any more.
    async fn state_of(&self, active: &ActiveRoot) -> Result<Option<Carried>, OracleError> {
        let ActiveRoot { epoch, root, .. } = *active;
        let proposals = self.chain.proposals(epoch).await?;
        let Some(attested) = proposals.iter().find(|proposal| {
            proposal.is_finalized()
                && proposal.content.root == root.hash
                && proposal.content.root_sum == root.sum
        }) else {
            tracing::warn!(epoch, "its proposal is closed: nothing says which state is right");
            return Ok(None);
        };
        let manifest_hash = attested.content.manifest_hash;
        for peer in self.peers.urls() {
            match self.peers.state(peer, epoch, &manifest_hash).await {
                Ok(state) => return Ok(Some(state)),
                Err(error) => tracing::warn!(epoch, %peer, %error, "no state from a peer"),
            }
        }
        Ok(None)
    }

    /// Remembers which proposal became active, and whether earlier ones did between two rounds.
    async fn note_finalized(&self, active: &ActiveRoot) -> Result<(), OracleError> {
        let ActiveRoot { epoch: newest, root, .. } = *active;
        let mut epochs = self
            .with_ledger(move |ledger| Ok(ledger.proposed_before(newest, PENDING_EPOCHS)))
            .await?;
        epochs.push(newest);
        for epoch in epochs {
            let proposals = self.chain.proposals(epoch).await?;
            let finalized = proposals.iter().find(|proposal| {
                proposal.is_finalized()
                    && (epoch != newest
                        || (proposal.content.root == root.hash
                            && proposal.content.root_sum == root.sum))
            });
            if let Some(proposal) = finalized {
                let view = ChainView::new(proposal);
                self.with_ledger(move |ledger| ledger.see(epoch, view)).await?;
            }
        }
        Ok(())
    }

    // ---- turns ----

    /// Whether the oracles in line before this one have had their time for a transaction that one
    /// of them is enough for. `about` tells apart what the same step is done with in an epoch.
    fn is_turn(&mut self, turn: &Turn<'_>, step: Step, about: Address) -> bool {
        let stagger_ms = match step {
            Step::Propose | Step::Finalize | Step::Resolve => self.pace.stagger_ms,
            Step::PayDelegators | Step::PayTreasury | Step::SettleUsage => {
                self.pace.crank_stagger_ms
            }
        };
        let now_ms = (self.state.now)();
        let since_ms = *self.since_ms.entry((turn.epoch, step, about)).or_insert(now_ms);
        now_ms.saturating_sub(since_ms) >= turn.rank(step).saturating_mul(stagger_ms)
    }

    fn say_once(&mut self, key: &str, message: &str) {
        // Bounded: forgetting only repeats a line.
        if self.said.len() > 1_000 {
            self.said.clear();
        }
        if self.said.insert(key.to_owned()) {
            tracing::warn!("{message}");
        }
    }
}

/// This oracle's place in an epoch.
struct Turn<'a> {
    pool: &'a PoolState,
    index: usize,
    epoch: u64,
    /// Proposals of the epoch that were rejected: each gives the next oracle the first turn.
    attempts: u64,
}

impl Turn<'_> {
    /// The i-th in line is the oracle of index (epoch + i) mod n, further on by one for each
    /// rejected proposal, and for the second and third of what falls due together.
    fn rank(&self, step: Step) -> u64 {
        let n = (self.pool.oracles.len() as u64).max(1);
        let shift = match step {
            Step::Propose => self.attempts % n,
            Step::PayTreasury => 1,
            Step::SettleUsage => 2,
            Step::Finalize | Step::Resolve | Step::PayDelegators => 0,
        };
        let first = (self.epoch % n + shift) % n;
        (self.index as u64 + n - first) % n
    }
}

/// The error that matters most: one that the oracle cannot go on with, else the first.
fn first_error<const N: usize>(outcomes: [Result<(), OracleError>; N]) -> Result<(), OracleError> {
    let mut errors = outcomes.into_iter().filter_map(Result::err).collect::<Vec<_>>();
    errors.sort_by_key(|error| !error.is_fatal());
    errors.into_iter().next().map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oracles_take_turns_by_epoch() {
        let pool = PoolState {
            address: [0; 32],
            network: [0; 32],
            mint: [0; 32],
            treasury: [0; 32],
            next_treasury: None,
            genesis_at_s: 0,
            epoch_seconds: 1,
            steps: Vec::new(),
            splits: cairn_protocol::split::Splits {
                operators: 10_000,
                delegators: 0,
                oracles: 0,
                treasury: 0,
            },
            next_splits: None,
            reminted: BTreeMap::new(),
            paused: false,
            closing: false,
            retention_s: 0,
            active: None,
            oracles: vec![[1; 32], [2; 32], [3; 32]],
            generation: 0,
            threshold: 2,
            finalized_time_s: 0,
            chain_time_s: 0,
        };
        for epoch in [0, 1, 2, 3, 1_000, u64::MAX] {
            for place in 0..3_u64 {
                // The i-th in line is the oracle of index (epoch + i) mod n.
                let index = ((u128::from(epoch) + u128::from(place)) % 3) as usize;
                let turn = Turn { pool: &pool, index, epoch, attempts: 0 };
                assert_eq!(turn.rank(Step::Propose), place);
                assert_eq!(turn.rank(Step::PayDelegators), place);
                // The two payments have different first oracles, so that no one sends both.
                assert_eq!(turn.rank(Step::PayTreasury), (place + 2) % 3);
                assert_eq!(turn.rank(Step::SettleUsage), (place + 1) % 3);
                // A rejected proposal passes the turn on; other steps stay.
                let turn = Turn { attempts: 1, ..turn };
                assert_eq!(turn.rank(Step::Propose), (place + 2) % 3);
                assert_eq!(turn.rank(Step::Finalize), place);
                let turn = Turn { attempts: 3, ..turn };
                assert_eq!(turn.rank(Step::Propose), place);
            }
        }
    }
}
