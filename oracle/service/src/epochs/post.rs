//! Proposing, attesting and finalizing what this oracle computed.

use super::{Epochs, PENDING_EPOCHS, Step, Turn, first_error};
use crate::chain::{Chain, PoolState, ProposalState, ProposalStatus, Sent, Tidy};
use crate::error::OracleError;
use crate::ledger::{ChainView, Rejected, Rejection, Summary};
use cairn_protocol::proposal::ProposalContent;
use std::time::Duration;

/// The longest pause before a content is proposed again.
const LONGEST_REPROPOSE: Duration = Duration::from_secs(60 * 60);
/// What a turn is about when there is one such step per epoch.
pub(super) const EPOCH: [u8; 32] = [0; 32];

/// Whether a content may be proposed, after what became of earlier proposals of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// Now.
    Now,
    /// Not before a time by the own clock.
    From(u64),
    /// A quorum of today's oracles computed another content: proposing it again would only cost
    /// the bond.
    Never,
}

/// `rejections` are those of one content, in the order in which they were seen.
pub(super) fn again<'a>(
    rejections: impl Iterator<Item = &'a Rejection>,
    generation: u32,
    now_ms: u64,
    pause_ms: u64,
) -> Again {
    let (mut count, mut last_ms) = (0_u32, 0);
    for rejection in rejections {
        if rejection.how == Rejected::Overruled && rejection.generation == generation {
            return Again::Never;
        }
        (count, last_ms) = (count.saturating_add(1), rejection.seen_at_ms);
    }
    let Some(doublings) = count.checked_sub(1) else { return Again::Now };
    let longest_ms = u64::try_from(LONGEST_REPROPOSE.as_millis()).unwrap_or(u64::MAX);
    let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
    let from = last_ms.saturating_add(pause_ms.saturating_mul(factor).min(longest_ms));
    if now_ms >= from { Again::Now } else { Again::From(from) }
}

impl<C: Chain> Epochs<C> {
    pub(super) async fn post(&mut self, pool: &PoolState) -> Result<(), OracleError> {
        let Some(index) = pool.oracles.iter().position(|key| *key == self.state.identity) else {
            self.say_once(
                "not in set",
                "this oracle's key is not in the pool's oracle set: it neither proposes nor attests",
            );
            return Ok(());
        };
        let (after, sum) =
            pool.active.map_or((None, 0), |active| (Some(active.epoch), active.root.sum));
        let pending: Vec<(u64, Summary, u64)> = self
            .with_ledger(move |ledger| {
                let results = ledger.results().iter().rev();
                Ok(results
                    .take_while(|(epoch, _)| after.is_none_or(|after| **epoch > after))
                    .filter(|(_, result)| result.earned && result.root.sum > sum)
                    .take(PENDING_EPOCHS)
                    .map(|(epoch, result)| {
                        (*epoch, result.clone(), ledger.rejections(*epoch).len() as u64)
                    })
                    .collect())
            })
            .await?;
        let judged = pending.iter().filter(|(_, result, _)| result.content.is_some());
        self.looked_at = judged.map(|(epoch, ..)| *epoch).collect();
        let newest = pending.first().map(|(epoch, ..)| *epoch);
        let mut failed = Ok(());
        // Oldest first, so that no epoch is passed over that has its quorum.
        for (epoch, result, attempts) in pending.iter().rev() {
            let Some(content) = &result.content else { continue };
            let turn = Turn { pool, index, epoch: *epoch, attempts: *attempts };
            if let Err(error) = self.post_epoch(&turn, content, newest == Some(*epoch)).await {
                tracing::warn!(epoch, code = error.code(), %error, "not posted");
                // What one epoch met must not hold up the others, but slows down the next round.
                failed = first_error([failed, Err(error)]);
            }
        }
        failed
    }

    async fn post_epoch(
        &mut self,
        turn: &Turn<'_>,
        content: &ProposalContent,
        newest: bool,
    ) -> Result<(), OracleError> {
        let proposals = self.chain.proposals(turn.epoch).await?;
        self.note_rejections(turn.pool, &proposals).await?;
        let own = proposals.iter().find(|proposal| proposal.content == *content);
        // Beside a proposal of another content the own one is needed even when a later epoch has
        // closed: the signatures on it tell everybody which content a quorum computed.
        let contested = proposals.iter().any(|other| {
            other.content != *content
                && (other.status == ProposalStatus::Open || other.open_challenge().is_some())
        });
        let posted = self.post_own(turn, content, own, newest || contested).await;
        let attended = self.attend(turn, Some(content), false, &proposals).await;
        first_error([posted, attended])
    }

    /// Remembers which proposals of pending epochs were rejected, before their accounts are closed.
    pub(super) async fn note_rejections(
        &mut self,
        pool: &PoolState,
        proposals: &[ProposalState],
    ) -> Result<(), OracleError> {
        let now_ms = (self.state.now)();
        for proposal in proposals {
            let (epoch, content) = (proposal.epoch, proposal.content);
            let pending = pool.active.is_none_or(|active| epoch > active.epoch);
            let seen = Rejection::new(proposal, pool.generation, pool.threshold, now_ms);
            let Some(rejection) = seen.filter(|_| pending) else { continue };
            let how = rejection.how;
            let (new, own) = self
                .with_ledger(move |ledger| {
                    let result = ledger.results().get(&epoch);
                    let own = result.is_some_and(|result| result.content == Some(content));
                    Ok((ledger.note_rejection(epoch, rejection, own)?, own))
                })
                .await?;
            if new {
                // The next oracle in line has the first turn now.
                self.since_ms.remove(&(epoch, Step::Propose, EPOCH));
                tracing::warn!(
                    epoch,
                    proposal = cairn_epoch::text::to_base58(&proposal.address),
                    own,
                    ?how,
                    "a proposal was rejected"
                );
            }
        }
        Ok(())
    }

    /// Whether the own content of an epoch may be proposed.
    pub(super) async fn may_propose(
        &self,
        turn: &Turn<'_>,
        content: &ProposalContent,
    ) -> Result<Again, OracleError> {
        let (epoch, hash) = (turn.epoch, content.hash());
        let (generation, now_ms) = (turn.pool.generation, (self.state.now)());
        let pause_ms = self.pace.repropose_ms;
        self.with_ledger(move |ledger| {
            let same = ledger.rejections(epoch).iter().filter(|known| known.content_hash == hash);
            Ok(again(same, generation, now_ms, pause_ms))
        })
        .await
    }

    async fn post_own(
        &mut self,
        turn: &Turn<'_>,
        content: &ProposalContent,
        own: Option<&ProposalState>,
        wanted: bool,
    ) -> Result<(), OracleError> {
        let epoch = turn.epoch;
        if let Some(own) = own {
            let view = ChainView::new(own);
            self.with_ledger(move |ledger| ledger.see(epoch, view)).await?;
        }
        match own {
            Some(own) if own.status != ProposalStatus::Rejected => {
                self.attest_or_finalize(turn, own).await
            }
            _ => {
                let ended = self.core()?.clock.ends_at_ms(epoch) / 1_000 <= turn.pool.chain_time_s;
                let judged = own.is_some_and(|own| own.open_challenge().is_some());
                if !wanted
                    || !ended
                    || judged
                    || turn.pool.paused
                    || self.may_propose(turn, content).await? != Again::Now
                    || !self.is_turn(turn, Step::Propose, EPOCH)
                {
                    return Ok(());
                }
                // The address derives from the content: what was rejected there goes first.
                if let Some(rejected) = own {
                    let tidy = Tidy {
                        close_challenge: rejected.challenge.is_some(),
                        return_bond: rejected.bond > 0,
                        close_proposal: true,
                    };
                    let sent = self.chain.tidy(rejected, tidy).await?;
                    self.count("clear_proposal", sent);
                    tracing::info!(epoch, ?sent, "cleared the way to propose again");
                }
                let sent = self.chain.propose(epoch, content).await?;
                self.count("propose", sent);
                tracing::info!(epoch, root_sum = content.root_sum, ?sent, "proposed");
                Ok(())
            }
        }
    }

    async fn attest_or_finalize(
        &mut self,
        turn: &Turn<'_>,
        own: &ProposalState,
    ) -> Result<(), OracleError> {
        let (epoch, root_sum) = (own.epoch, own.content.root_sum);
        if own.is_finalized() {
            return Ok(());
        }
        if !own.attested_by.contains(&self.state.identity) {
            let sent = self.chain.attest(own).await?;
            self.count("attest", sent);
            tracing::info!(epoch, root_sum, ?sent, "attested");
            return Ok(());
        }
        let ready = own.attested_by.len() >= usize::from(turn.pool.threshold)
            && own.finalizable_at_s.is_some_and(|at| turn.pool.chain_time_s >= at)
            && own.open_challenge().is_none()
            && !turn.pool.paused;
        if ready && self.is_turn(turn, Step::Finalize, EPOCH) {
            let sent = self.chain.finalize(own).await?;
            self.count("finalize", sent);
            tracing::info!(epoch, root_sum, ?sent, "finalized");
            if sent == Sent::Done {
                let view = ChainView { finalized: true, ..ChainView::new(own) };
                self.with_ledger(move |ledger| ledger.see(epoch, view)).await?;
            }
        }
        Ok(())
    }

    /// Counts a transaction for `/v1/status`.
    pub(super) fn count(&self, action: &'static str, sent: Sent) {
        if sent == Sent::Done {
            self.state.sent.send_modify(|sent| {
                let count: &mut u64 = sent.entry(action).or_default();
                *count = count.saturating_add(1);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(how: Rejected, generation: u32, seen_at_ms: u64) -> Rejection {
        let (proposal, content_hash) = ([1; 32], [2; 32]);
        Rejection { proposal, content_hash, proposed_at_s: 0, how, generation, seen_at_ms }
    }

    #[test]
    fn an_undecided_content_is_proposed_ever_more_slowly() {
        let mut seen: Vec<Rejection> = Vec::new();
        assert_eq!(again(seen.iter(), 0, 0, 1_000), Again::Now);
        let mut at_ms = 5_000;
        for expected_ms in [1_000, 2_000, 4_000, 8_000] {
            seen.push(rejection(Rejected::Undecided, 0, at_ms));
            let from = at_ms + expected_ms;
            assert_eq!(again(seen.iter(), 0, from - 1, 1_000), Again::From(from));
            assert_eq!(again(seen.iter(), 0, from, 1_000), Again::Now);
            at_ms = from;
        }
        // Never more slowly than once an hour, however often.
        seen.extend((0..100).map(|_| rejection(Rejected::Undecided, 0, at_ms)));
        let hour = at_ms + 3_600_000;
        assert_eq!(again(seen.iter(), 0, hour - 1, 1_000), Again::From(hour));
        assert_eq!(again(seen.iter(), 0, hour, 1_000), Again::Now);
    }

    #[test]
    fn an_overruled_content_waits_for_other_oracles() {
        let seen = [rejection(Rejected::Overruled, 3, 0), rejection(Rejected::Undecided, 3, 0)];
        assert_eq!(again(seen.iter(), 3, u64::MAX, 1), Again::Never);
        assert_eq!(again(seen.iter(), 4, u64::MAX, 1), Again::Now);
    }
}
