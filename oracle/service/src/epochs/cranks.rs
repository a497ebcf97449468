//! What anyone may send, and nobody has to: payments of the pool's parts, the usage of customers,
//! challenges of epochs that are over, own bonds and rent.

use super::post::EPOCH;
use super::{Epochs, Step, Turn, first_error};
use crate::chain::{Chain, Part, PoolState, ProposalState, ProposalStatus, Tidy};
use crate::error::OracleError;
use cairn_verify::Address;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::time::Instant;

/// Transactions that take something back, in one round: an oracle that has much on chain must not
/// miss the epochs meanwhile.
const MOST_TIDIED: usize = 8;
/// Customers whose usage is settled in one round, for the same reason.
const MOST_SETTLED: usize = 8;

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
        let used = self.settle_usage(pool, index).await;
        self.crank_at = Instant::now().checked_add(self.pace.crank).unwrap_or(self.crank_at);
        match first_error([settled, paid, used]) {
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
        // One may have been rejected since it was posted, and is closed below.
        self.note_rejections(pool, &all).await?;
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
            // Results after a root that this oracle does not have stand on totals of no use.
            let behind = self.state.behind.borrow().is_some();
            let (own, finalized, attempts) = self
                .with_ledger(move |ledger| {
                    let result = ledger.results().get(&epoch).filter(|_| !behind);
                    let own = result.and_then(|result| result.content);
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
        let me = self.state.identity;
        let over = all
            .iter()
            .filter_map(|it| takings(it, pool, &me, close_after_s).map(|tidy| (it, tidy)));
        for (proposal, tidy) in over.take(MOST_TIDIED) {
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

    /// Debits what customers used by the active root, by turns, the most credits first.
    async fn settle_usage(
        &mut self,
        pool: &PoolState,
        index: Option<usize>,
    ) -> Result<(), OracleError> {
        let claims = self.state.active.borrow().clone();
        let credits = self.state.registry.borrow().as_ref().map(|view| Arc::clone(&view.credits));
        let (Some(index), Some(claims), Some(credits)) = (index, claims, credits) else {
            return Ok(());
        };
        let Some(customers) = &claims.customers else { return Ok(()) };
        let minimum = self.pace.settle_minimum.max(1);
        let mut due: Vec<(u64, Address)> = customers
            .leaves()
            .iter()
            .map(|leaf| (credits.due(&leaf.customer, leaf.lifetime_spent), leaf.customer))
            .filter(|(due, _)| *due >= minimum)
            .collect();
        let epoch = claims.active.epoch;
        if due.is_empty() {
            self.since_ms.remove(&(epoch, Step::SettleUsage, EPOCH));
            return Ok(());
        }
        let turn = Turn { pool, index, epoch, attempts: 0 };
        if !self.is_turn(&turn, Step::SettleUsage, EPOCH) {
            return Ok(());
        }
        due.sort_unstable_by(|a, b| b.cmp(a));
        let mut failed = Ok(());
        for (due, customer) in due.into_iter().take(MOST_SETTLED) {
            let Some(usage) = customers.prove(&customer) else { continue };
            let done = match self.chain.settle_usage(&usage).await {
                Ok(sent) => {
                    self.count("settle_usage", sent);
                    let customer = cairn_epoch::text::to_base58(&customer);
                    tracing::info!(epoch, customer, due, ?sent, "settled usage");
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{ActiveRoot, ChallengeState, Outcome};
    use cairn_protocol::merkle::EMPTY;
    use cairn_protocol::proposal::ProposalContent;
    use cairn_protocol::split::Splits;

    const ME: Address = [1; 32];
    const OTHER: Address = [2; 32];
    const CLOSE_AFTER_S: u64 = 100;
    const BOND: Tidy = Tidy { close_challenge: false, return_bond: true, close_proposal: false };
    const ALL: Tidy = Tidy { close_challenge: false, return_bond: true, close_proposal: true };

    fn pool(root_epoch: Option<u64>, chain_time_s: u64) -> PoolState {
        PoolState {
            address: [0; 32],
            network: [0; 32],
            mint: [0; 32],
            treasury: [0; 32],
            next_treasury: None,
            genesis_at_s: 0,
            epoch_seconds: 1,
            steps: Vec::new(),
            splits: Splits { operators: 10_000, delegators: 0, oracles: 0, treasury: 0 },
            next_splits: None,
            reminted: BTreeMap::new(),
            paused: false,
            closing: false,
            retention_s: 500,
            active: root_epoch.map(|epoch| ActiveRoot { epoch, root: EMPTY, usage: EMPTY }),
            oracles: vec![ME, OTHER],
            generation: 0,
            threshold: 2,
            finalized_time_s: chain_time_s,
            chain_time_s,
        }
    }

    /// Of epoch 5, by this oracle, with a bond, proposed at 1,000.
    fn proposal(status: ProposalStatus) -> ProposalState {
        ProposalState {
            address: [3; 32],
            epoch: 5,
            content: ProposalContent {
                root: [4; 32],
                root_sum: 1,
                leaf_count: 1,
                manifest_hash: [5; 32],
                penalties_root: [0; 32],
                penalties_sum: 0,
                usage_root: [0; 32],
                usage_sum: 0,
            },
            proposer: ME,
            bond: 7,
            proposed_at_s: 1_000,
            attested_by: Vec::new(),
            rejected_by: Vec::new(),
            quorum_at_s: None,
            finalizable_at_s: None,
            status,
            challenge: None,
        }
    }

    fn challenge(challenger: Address, outcome: Option<Outcome>) -> Option<ChallengeState> {
        let (upheld_by, dismissed_by) = (Vec::new(), Vec::new());
        let expires_at_s = 0;
        Some(ChallengeState { challenger, bond: 1, expires_at_s, upheld_by, dismissed_by, outcome })
    }

    fn take(proposal: &ProposalState, root_epoch: Option<u64>, at_s: u64) -> Option<Tidy> {
        takings(proposal, &pool(root_epoch, at_s), &ME, CLOSE_AFTER_S)
    }

    #[test]
    fn an_open_proposal_is_kept_until_it_is_superseded() {
        let open = proposal(ProposalStatus::Open);
        assert_eq!(take(&open, None, u64::MAX), None);
        assert_eq!(take(&open, Some(4), u64::MAX), None);
        assert_eq!(take(&open, Some(5), 1_099), Some(BOND));
        assert_eq!(take(&open, Some(5), 1_100), Some(ALL));
        let closing = PoolState { closing: true, ..pool(None, 1_100) };
        assert_eq!(takings(&open, &closing, &ME, CLOSE_AFTER_S), Some(ALL));
    }

    #[test]
    fn a_finalized_proposal_is_kept_while_it_is_needed() {
        let finalized = proposal(ProposalStatus::Finalized { at_s: 2_000 });
        assert_eq!(take(&finalized, Some(5), u64::MAX), Some(BOND));
        assert_eq!(take(&finalized, Some(6), 2_099), Some(BOND));
        assert_eq!(take(&finalized, Some(6), 2_100), Some(ALL));
        // With penalties as long as the pool's terms say.
        let mut with_penalties = finalized;
        with_penalties.content.penalties_sum = 1;
        assert_eq!(take(&with_penalties, Some(6), 2_499), Some(BOND));
        assert_eq!(take(&with_penalties, Some(6), 2_500), Some(ALL));
        with_penalties.bond = 0;
        assert_eq!(take(&with_penalties, Some(6), 2_499), None);
    }

    #[test]
    fn a_challenge_goes_before_its_proposal_and_others_are_left_alone() {
        let rejected = |challenge: Option<ChallengeState>| ProposalState {
            challenge,
            ..proposal(ProposalStatus::Rejected)
        };
        let ended = || challenge(OTHER, Some(Outcome::Expired));
        assert_eq!(take(&rejected(challenge(OTHER, None)), None, u64::MAX), None);
        assert_eq!(take(&rejected(ended()), None, 1_099), Some(BOND));
        let all = Tidy { close_challenge: true, ..ALL };
        assert_eq!(take(&rejected(ended()), None, 1_100), Some(all));
        // Somebody else's: only what this oracle put in as a challenger.
        let others = |challenge| ProposalState { proposer: OTHER, ..rejected(challenge) };
        assert_eq!(take(&others(ended()), None, u64::MAX), None);
        let own = others(challenge(ME, Some(Outcome::Upheld)));
        let only = Tidy { close_challenge: true, ..Tidy::default() };
        assert_eq!(take(&own, None, 0), Some(only));
    }
}
