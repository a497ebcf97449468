//! Closing epochs: judging what was admitted, once the chain has said everything about the time.

use super::Epochs;
use crate::chain::{Chain, ChainError, PoolState};
use crate::error::{OracleError, blocking};
use cairn_epoch::{EpochInputs, Terms, close};
use cairn_protocol::proof::Envelope;
use cairn_store::Log;
use cairn_verify::{EpochInput, Escrow, State};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl<C: Chain> Epochs<C> {
    /// Closes the epochs whose grace time is over by the own clock.
    pub(super) async fn close_due(&mut self, pool: &PoolState) -> Result<(), OracleError> {
        let now_ms = (self.state.now)();
        let Some(due) = self.state.policies.last_closed(&self.core()?.clock, now_ms) else {
            return Ok(());
        };
        let done = self.with_ledger(|ledger| Ok(ledger.closed_through())).await?;
        if done.is_some_and(|done| done >= due) {
            return Ok(());
        }
        self.core()?.ingest.close(due).await?;
        let mut first = done.map_or(0, |done| done.saturating_add(1));
        let with_proofs: BTreeSet<u64> =
            self.core()?.log.epochs().range(first..=due).copied().collect();
        loop {
            let state = self.with_ledger(move |ledger| ledger.state_before(first)).await?;
            let carried = state.as_ref().is_some_and(|state| !state.is_fresh());
            let settled = pool.active.map(|active| active.epoch);
            let next = next_to_close(&with_proofs, first, due, carried, settled);
            let Some(epoch) = next else { break };
            // An adopted epoch may lie between.
            let state = if epoch == first {
                state
            } else {
                self.with_ledger(move |ledger| ledger.state_before(epoch)).await?
            };
            let Some(state) = state else {
                if settled.is_some_and(|settled| epoch <= settled) {
                    // Nothing is left to say about it.
                    self.with_ledger(move |ledger| ledger.mark_closed(epoch)).await?;
                    first = epoch.saturating_add(1);
                    continue;
                }
                self.say_once(
                    &format!("no state before {epoch}"),
                    &format!(
                        "epoch {epoch} waits for the state that the epochs before left: they were \
                         adopted from the chain without it, or it cannot be read; peers are asked \
                         for it"
                    ),
                );
                return Ok(());
            };
            match self.close(pool, epoch, state).await {
                Ok(true) => self.core()?.seeds.forget_before(epoch),
                Ok(false) => return Ok(()),
                // What it would find changes nothing any more.
                Err(OracleError::Chain(ChainError::BlockGone { time_s }))
                    if settled.is_some_and(|settled| epoch <= settled) =>
                {
                    tracing::warn!(
                        epoch,
                        time_s,
                        "not computed: the RPC node has dropped blocks of it, and the chain has \
                         settled it without this oracle"
                    );
                    self.with_ledger(move |ledger| ledger.mark_closed(epoch)).await?;
                }
                Err(error) => return Err(error),
            }
            first = epoch.saturating_add(1);
        }
        self.with_ledger(move |ledger| ledger.mark_closed(due)).await
    }

    /// Closes an epoch on the state that the epochs before left. Returns false while
    /// the chain's finalized clock has not passed the end of the epoch, or not every seed of it is
    /// final: what was set just before its end must be in the snapshot.
    async fn close(
        &self,
        pool: &PoolState,
        epoch: u64,
        mut state: State,
    ) -> Result<bool, OracleError> {
        let core = self.core()?;
        let (starts_at_ms, ends_at_ms) =
            (core.clock.starts_at_ms(epoch), core.clock.ends_at_ms(epoch));
        let ends_at_s = ends_at_ms / 1_000;
        // What was burned just before the epoch's end is part of its budget.
        if pool.finalized_time_s < ends_at_s {
            tracing::debug!(epoch, "waiting for the pool as of its end");
            return Ok(false);
        }
        let mut view = self.state.registry.borrow().clone();
        if view.as_ref().is_none_or(|view| view.chain_time_s < ends_at_s) {
            view = Some(self.devices.refresh(&*self.chain).await?);
        }
        let Some(view) = view.filter(|view| view.chain_time_s >= ends_at_s) else {
            tracing::debug!(epoch, "waiting for the chain's finalized clock to pass its end");
            return Ok(false);
        };
        let seeds = core.seeds.read(&*self.chain, epoch, u64::MAX).await?;
        if !core.seeds.is_complete(epoch) {
            tracing::debug!(epoch, "waiting for the last of its seeds to be final");
            return Ok(false);
        }
        let terms = Terms {
            treasury: pool.treasury_at(ends_at_s),
            budget: pool.budget(epoch),
            credit_price: view.credits.price_at(ends_at_s),
        };
        let (log, network) = (Arc::clone(&core.log), core.network);
        let policy = Arc::clone(self.state.policies.at(epoch));
        let (inputs, closed, state) = blocking(move || {
            let escrows: BTreeMap<_, _> = view
                .credits
                .at(ends_at_s)
                .into_iter()
                .map(|(customer, backing)| (customer, Escrow { backing }))
                .collect();
            let input = EpochInput {
                network,
                epoch,
                starts_at_ms,
                ends_at_ms,
                registry: &view.registry,
                seeds: &seeds,
                escrows: &escrows,
                policy: &policy,
            };
            let closed = close(&input, &terms, &mut state, admitted(&log, epoch)?)
                .map_err(|source| OracleError::Epoch { epoch, source })?;
            Ok((EpochInputs::new(&input, &terms, &closed), closed, state))
        })
        .await?;
        let earnings = &closed.earnings;
        let (accepted, refused) = (earnings.proofs_accepted, earnings.proofs_refused);
        let (points, budget) = (earnings.points, earnings.budget);
        let summary = self
            .with_ledger(move |ledger| {
                let summary = ledger.book(&inputs, closed, &state)?;
                ledger.mark_closed(epoch)?;
                Ok(summary)
            })
            .await?;
        tracing::info!(
            epoch,
            accepted,
            refused,
            points_millionths = points,
            budget,
            root = %hex::encode(summary.root.hash),
            root_sum = summary.root.sum,
            "closed"
        );
        Ok(true)
    }
}

/// The next epoch to close, from `first` to `due`. One without an admitted proof is judged like any
/// other, for what it does to a state that is carried; not before an epoch that the chain has
/// settled already, of which this oracle has nothing to say then.
fn next_to_close(
    with_proofs: &BTreeSet<u64>,
    first: u64,
    due: u64,
    carried: bool,
    settled: Option<u64>,
) -> Option<u64> {
    if first > due {
        return None;
    }
    let with_proof = with_proofs.range(first..=due).next().copied();
    let without = settled.map_or(Some(first), |settled| Some(first.max(settled.checked_add(1)?)));
    let without = without.filter(|epoch| carried && *epoch <= due);
    with_proof.into_iter().chain(without).min()
}

/// The proofs that were admitted for an epoch.
fn admitted(log: &Log, epoch: u64) -> Result<Vec<Envelope>, OracleError> {
    let mut envelopes = Vec::new();
    log.accepted_in(epoch, |record| {
        let envelope = Envelope::decode(&record.envelope).map_err(|error| error.to_string())?;
        envelopes.push(envelope);
        Ok(())
    })?;
    Ok(envelopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_without_proofs_is_judged_while_a_state_is_carried() {
        let proofs = BTreeSet::from([3, 7]);
        let next = |first, carried, settled| next_to_close(&proofs, first, 9, carried, settled);
        // A fresh state stays what it is.
        assert_eq!(next(0, false, None), Some(3));
        assert_eq!(next(8, false, None), None);
        assert_eq!(next(4, true, None), Some(4));
        assert_eq!(next(9, true, None), Some(9));
        assert_eq!(next(10, true, None), None);
        // What the chain has settled is passed over, but not own proofs.
        assert_eq!(next(4, true, Some(4)), Some(5));
        assert_eq!(next(4, true, Some(8)), Some(7));
        assert_eq!(next(8, true, Some(8)), Some(9));
        assert_eq!(next(8, true, Some(9)), None);
        assert_eq!(next(8, true, Some(u64::MAX)), None);
    }
}
