//! Closing epochs: judging what was admitted, once the chain has said everything about the time.

use super::Epochs;
use crate::chain::{Chain, PoolState};
use crate::error::{OracleError, blocking};
use cairn_epoch::{Closed, EpochInputs, Terms, close};
use cairn_protocol::proof::Envelope;
use cairn_store::Log;
use cairn_verify::{EpochInput, Escrow, Policies, State};
use std::collections::BTreeMap;
use std::sync::Arc;

impl<C: Chain> Epochs<C> {
    /// Closes the epochs whose grace time is over by the own clock.
    pub(super) async fn close_due(&self, pool: &PoolState) -> Result<(), OracleError> {
        let core = self.core()?;
        let now_ms = (self.state.now)();
        let Some(due) = self.state.policies.last_closed(&core.clock, now_ms) else {
            return Ok(());
        };
        let done = self.with_ledger(|ledger| Ok(ledger.closed_through())).await?;
        if done.is_some_and(|done| done >= due) {
            return Ok(());
        }
        core.ingest.close(due).await?;
        let first = done.map_or(0, |done| done.saturating_add(1));
        let earning: Vec<u64> = core.log.epochs().range(first..=due).copied().collect();
        for epoch in earning {
            if !self.close(pool, epoch).await? {
                return Ok(());
            }
        }
        // Epochs between without a single admitted proof have nothing to compute, and leave the
        // state as it is.
        self.with_ledger(move |ledger| ledger.mark_closed(due)).await
    }

    /// Returns false while the chain's finalized clock has not passed the end of the epoch, or not
    /// every seed of it is final: what was set just before its end must be in the snapshot.
    async fn close(&self, pool: &PoolState, epoch: u64) -> Result<bool, OracleError> {
        let core = self.core()?;
        let (starts_at_ms, ends_at_ms) =
            (core.clock.starts_at_ms(epoch), core.clock.ends_at_ms(epoch));
        let ends_at_s = ends_at_ms / 1_000;
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
        let Some(mut state) = self.with_ledger(move |ledger| ledger.state_before(epoch)).await?
        else {
            tracing::warn!(
                epoch,
                "not computed: the totals before were adopted from the chain without their state; \
                 a later epoch's state from a peer will do"
            );
            self.with_ledger(move |ledger| ledger.mark_closed(epoch)).await?;
            return Ok(true);
        };
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

/// Closes an epoch again from what was kept of it, on another state.
pub(super) fn again(
    log: &Log,
    policies: &Policies,
    inputs: &EpochInputs,
    state: &mut State,
) -> Result<Closed, OracleError> {
    let epoch = inputs.epoch;
    inputs
        .close(policies.at(epoch), state, admitted(log, epoch)?)
        .map_err(|source| OracleError::Epoch { epoch, source })
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
