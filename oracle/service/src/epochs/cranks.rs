//! What anyone may send, and nobody has to: payments of the pool's parts, challenges of epochs that
//! are over, own bonds and rent.

use super::post::EPOCH;
use super::{Epochs, Step, Turn, first_error};
use crate::chain::{Chain, Part, PoolState, ProposalState, ProposalStatus, Tidy};
use crate::error::OracleError;
use cairn_verify::Address;
use std::collections::{BTreeMap, BTreeSet};
use tokio::time::Instant;

impl<C: Chain> Epochs<C> {
    /// Cranks when it is time to. What fails here waits for the next time and does not slow down
    /// posting.
    pub(super) async fn crank(&mut self, pool: &PoolState) -> Result<(), OracleError> {
        if Instant::now() < self.crank_at {
            return Ok(());
        }
        let index = pool.oracles.iter().position(|key| *key == self.state.identity);
        let settled = self.settle(pool, index).await;
        let paid = self.pay(pool, index).await;
        self.crank_at = Instant::now().checked_add(self.pace.crank).unwrap_or(self.crank_at);
        match first_error([settled, paid]) {
            Err(error) if !error.is_fatal() => {
                tracing::warn!(code = error.code(), %error, "not cranked");
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// Sees challenges of epochs to their end that are not pending any more, or that this oracle
    /// has nothing to say about, and takes back what is its own.
    async fn settle(&mut self, pool: &PoolState, index: Option<usize>) -> Result<(), OracleError> {
        let all = self.chain.all_proposals().await?;
        let mut failed = Ok(());
        let mut epochs: BTreeMap<u64, Vec<ProposalState>> = BTreeMap::new();
        for proposal in all.iter().filter(|it| !self.looked_at.contains(&it.epoch)) {
            epochs.entry(proposal.epoch).or_default().push(proposal.clone());
        }
        epochs.retain(|_, proposals| proposals.iter().any(|it| it.open_challenge().is_some()));
        let attended: BTreeSet<u64> = epochs.keys().copied().collect();
        let looked_at = self.looked_at.clone();
        self.state.disputes.send_modify(|disputes| {
            disputes.retain(|it| attended.contains(&it.epoch) || looked_at.contains(&it.epoch));
        });
        for (epoch, proposals) in epochs {
            let Some(index) = index else { break };
            let (own, finalized, attempts) = self
                .with_ledger(move |ledger| {
                    let own = ledger.results().get(&epoch).and_then(|result| result.content);
                    let finalized = ledger.view(epoch).is_some_and(|view| {
                        view.finalized
                            && own.is_some_and(|own| own.manifest_hash == view.manifest_hash)
                    });
                    Ok((own, finalized, ledger.rejections(epoch).len() as u64))
                })
                .await?;
            let turn = Turn { pool, index, epoch, attempts };
            let attended = self.attend(&turn, own.as_ref(), finalized, &proposals).await;
            failed = first_error([failed, attended]);
        }
        let close_after_s = self.pace.close_after.as_secs();
        for proposal in &all {
            let Some(tidy) = takings(proposal, pool, &self.state.identity, close_after_s) else {
                continue;
            };
            let done = match self.chain.tidy(proposal, tidy).await {
                Ok(sent) => {
                    self.count("take_back", sent);
                    tracing::info!(epoch = proposal.epoch, ?tidy, ?sent, "took back bond or rent");
                    Ok(())
                }
                Err(error) => Err(error.into()),
            };
            failed = first_error([failed, done]);
        }
        failed
    }

    /// Has the pool pay what it owes: this oracle its own part, the others' by turns.
    async fn pay(&mut self, pool: &PoolState, index: Option<usize>) -> Result<(), OracleError> {
        let minimum = self.pace.pay_minimum.max(1);
        let dues = self.chain.dues().await?;
        let mut failed = Ok(());
        for (part, owed, step, action) in [
            (Part::Oracle, dues.oracle, None, "pay_oracle"),
            (Part::Delegators, dues.delegators, Some(Step::PayDelegators), "pay_delegators"),
            (Part::Treasury, dues.treasury, Some(Step::PayTreasury), "pay_treasury"),
        ] {
            let epoch = pool.active.map_or(0, |active| active.epoch);
            if owed < minimum {
                if let Some(step) = step {
                    self.since_ms.remove(&(epoch, step, EPOCH));
                }
                continue;
            }
            if let Some(step) = step {
                let Some(index) = index else { continue };
                let turn = Turn { pool, index, epoch, attempts: 0 };
                if !self.is_turn(&turn, step, EPOCH) {
                    continue;
                }
            }
            let done = match self.chain.pay(part).await {
                Ok(sent) => {
                    self.count(action, sent);
                    tracing::info!(?part, owed, ?sent, "paid");
                    Ok(())
                }
                Err(error) => Err(error.into()),
            };
            failed = first_error([failed, done]);
        }
        failed
    }
}

/// What `me` can take back from a proposal now; `None` for nothing.
fn takings(
    proposal: &ProposalState,
    pool: &PoolState,
    me: &Address,
    close_after_s: u64,
) -> Option<Tidy> {
    if proposal.open_challenge().is_some() {
        return None;
    }
    let root_epoch = pool.active.map(|active| active.epoch);
    let superseded = root_epoch.is_some_and(|root| proposal.epoch <= root) || pool.closing;
    let waited = |since_s: u64, pause_s: u64| {
        pool.chain_time_s >= since_s.saturating_add(pause_s.max(close_after_s))
    };
    let over = match proposal.status {
        ProposalStatus::Open => superseded && waited(proposal.proposed_at_s, 0),
        ProposalStatus::Rejected => waited(proposal.proposed_at_s, 0),
        ProposalStatus::Finalized { at_s } => {
            let kept_s = if proposal.content.penalties_sum > 0 { pool.retention_s } else { 0 };
            (pool.closing || root_epoch.is_some_and(|root| proposal.epoch < root))
                && waited(at_s, kept_s)
        }
    };
    let own = proposal.proposer == *me;
    let challenger = proposal.challenge.as_ref().map(|challenge| challenge.challenger);
    let close_proposal = own && over;
    let tidy = Tidy {
        close_challenge: challenger.is_some_and(|wallet| close_proposal || wallet == *me),
        return_bond: own
            && proposal.bond > 0
            && (superseded || proposal.status != ProposalStatus::Open),
        close_proposal,
    };
    (tidy != Tidy::default()).then_some(tidy)
}
