//! Proposals that are challenged, or that say something else than this oracle computed.
//!
//! # When an oracle is sure
//!
//! That another content is not the own one does not make it wrong: this oracle may have missed
//! proofs that the others have. It knows that a proposal is wrong when
//!
//! - it names the very inputs (its manifest hash is the own one) and another result, or
//! - a quorum of today's oracles signed the content that this oracle computed itself, on chain.
//!
//! Either takes nothing on trust from a peer. Little is lost by asking for as much: a vote or a
//! rejection changes something only when a quorum agrees, and oracles that agree on what is right
//! sign it first. An oracle that is not sure says so, and leaves the decision to those that are.

use super::{Epochs, Step, Turn, first_error};
use crate::chain::{Chain, ChallengeState, ProposalState, ProposalStatus, Sent};
use crate::error::OracleError;
use crate::state::Dispute;
use cairn_epoch::text;
use cairn_protocol::proposal::ProposalContent;
use cairn_sdk::api::DisputeState;
use std::cmp::Reverse;

/// Proposals of an epoch that an oracle rejects although they have no quorum: a faulty oracle that
/// proposes many must not make all others pay for each.
const MOST_REJECTED: usize = 8;

/// What this oracle knows of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judgement {
    /// It is what this oracle computed.
    Identical,
    /// It is wrong, and why.
    Wrong(&'static str),
    /// This oracle cannot tell, and why.
    Unknown(&'static str),
}

/// Judges a proposal by the content that this oracle computed for the epoch, if it did, and by
/// whether a quorum signed that.
pub(super) fn judge(
    own: Option<&ProposalContent>,
    own_signed: bool,
    content: &ProposalContent,
) -> Judgement {
    match own {
        None => Judgement::Unknown("this oracle computed no content for the epoch"),
        Some(own) if own == content => Judgement::Identical,
        Some(own) if own.manifest_hash == content.manifest_hash => {
            Judgement::Wrong("it names the inputs that this oracle has, and they give another root")
        }
        Some(_) if own_signed => Judgement::Wrong(
            "a quorum of oracles signed another content, which this oracle computed too",
        ),
        Some(_) => Judgement::Unknown(
            "no quorum signed what this oracle computed, so that it may have missed proofs",
        ),
    }
}

impl<C: Chain> Epochs<C> {
    /// Votes, rejects and resolves where it is called for, and publishes what is in dispute.
    /// `finalized` says that the own content became active, though its proposal may be closed.
    pub(super) async fn attend(
        &mut self,
        turn: &Turn<'_>,
        own: Option<&ProposalContent>,
        finalized: bool,
        proposals: &[ProposalState],
    ) -> Result<(), OracleError> {
        let threshold = usize::from(turn.pool.threshold);
        let signed = finalized
            || proposals.iter().filter(|proposal| Some(&proposal.content) == own).any(|own| {
                own.is_finalized()
                    || (own.status == ProposalStatus::Open && own.attested_by.len() >= threshold)
            });
        let me = self.state.identity;
        let mut rejected = proposals.iter().filter(|it| it.rejected_by.contains(&me)).count();
        // Those that are nearest to becoming active first.
        let mut ordered: Vec<&ProposalState> = proposals.iter().collect();
        ordered.sort_by_key(|proposal| Reverse(proposal.attested_by.len()));
        let (mut disputes, mut failed) = (Vec::new(), Ok(()));
        for proposal in ordered {
            let judgement = judge(own, signed, &proposal.content);
            let challenge = proposal.open_challenge();
            let over = proposal.status != ProposalStatus::Open || is_superseded(turn, proposal);
            if challenge.is_none() && (over || judgement == Judgement::Identical) {
                continue;
            }
            disputes.push(self.dispute(proposal, judgement));
            let done = if let Some(challenge) = challenge {
                self.attend_challenge(turn, proposal, challenge, judgement).await
            } else if matches!(judgement, Judgement::Wrong(_))
                && !proposal.rejected_by.contains(&me)
                && (rejected < MOST_REJECTED || proposal.attested_by.len() >= threshold)
            {
                rejected = rejected.saturating_add(1);
                self.reject(proposal).await
            } else {
                Ok(())
            };
            if let Err(error) = done {
                tracing::warn!(epoch = turn.epoch, code = error.code(), %error, "not judged");
                failed = first_error([failed, Err(error)]);
            }
        }
        disputes.extend(self.overruled(turn, own).await?);
        let epoch = turn.epoch;
        self.state.disputes.send_modify(|all| {
            all.retain(|known| known.epoch != epoch);
            all.extend(disputes);
        });
        failed
    }

    async fn attend_challenge(
        &mut self,
        turn: &Turn<'_>,
        proposal: &ProposalState,
        challenge: &ChallengeState,
        judgement: Judgement,
    ) -> Result<(), OracleError> {
        let epoch = turn.epoch;
        let threshold = usize::from(turn.pool.threshold);
        let decided =
            challenge.upheld_by.len() >= threshold || challenge.dismissed_by.len() >= threshold;
        let expired = turn.pool.chain_time_s >= challenge.expires_at_s;
        if decided || expired {
            if self.is_turn(turn, Step::Resolve, proposal.address) {
                let sent = self.chain.resolve(proposal).await?;
                self.count("resolve_challenge", sent);
                tracing::info!(epoch, decided, expired, ?sent, "challenge resolved");
            }
            return Ok(());
        }
        let me = self.state.identity;
        if challenge.upheld_by.contains(&me) || challenge.dismissed_by.contains(&me) {
            return Ok(());
        }
        let (uphold, action) = match judgement {
            Judgement::Identical => (false, "vote_dismiss"),
            Judgement::Wrong(_) => (true, "vote_uphold"),
            // It may become sure before the challenge expires.
            Judgement::Unknown(_) => return Ok(()),
        };
        let sent = self.chain.vote(proposal, uphold).await?;
        self.count(action, sent);
        tracing::info!(epoch, uphold, ?sent, "voted on a challenge");
        Ok(())
    }

    async fn reject(&mut self, proposal: &ProposalState) -> Result<(), OracleError> {
        let sent: Sent = self.chain.reject(proposal).await?;
        self.count("reject_proposal", sent);
        tracing::info!(
            epoch = proposal.epoch,
            proposal = text::to_base58(&proposal.address),
            ?sent,
            "rejected a proposal"
        );
        Ok(())
    }

    /// What `/v1/status` says of a proposal; logged when it is new.
    fn dispute(&mut self, proposal: &ProposalState, judgement: Judgement) -> Dispute {
        let challenged = proposal.open_challenge().is_some();
        let (state, detail) = match judgement {
            Judgement::Identical => (DisputeState::Identical, "this oracle computed the same"),
            Judgement::Wrong(why) => (DisputeState::Wrong, why),
            Judgement::Unknown(why) => (DisputeState::Undecided, why),
        };
        let address = text::to_base58(&proposal.address);
        self.say_once(
            &format!("{address} {challenged} {state:?}"),
            &format!(
                "epoch {}: proposal {address} by {} (root {}, sum {}){}: {detail}{}",
                proposal.epoch,
                text::to_base58(&proposal.proposer),
                hex::encode(proposal.content.root),
                proposal.content.root_sum,
                if challenged { ", which is challenged" } else { "" },
                match state {
                    DisputeState::Undecided => "; neither attested nor rejected, and no vote",
                    _ => "",
                },
            ),
        );
        Dispute {
            epoch: proposal.epoch,
            proposal: proposal.address,
            proposer: proposal.proposer,
            challenged,
            state,
            detail,
        }
    }

    /// The own content of a pending epoch, when a quorum rejected it.
    async fn overruled(
        &mut self,
        turn: &Turn<'_>,
        own: Option<&ProposalContent>,
    ) -> Result<Option<Dispute>, OracleError> {
        let Some(own) = own.filter(|_| turn.is_pending()) else { return Ok(None) };
        if self.may_propose(turn, own).await? != super::post::Again::Never {
            return Ok(None);
        }
        let (epoch, hash) = (turn.epoch, own.hash());
        let rejected = self
            .with_ledger(move |ledger| {
                let mut known = ledger.rejections(epoch).iter();
                Ok(known.find(|known| known.content_hash == hash).map(|known| known.proposal))
            })
            .await?;
        let detail = "a quorum of oracles rejected what this oracle computed: it does not propose \
                      it again, and adopts what they finalize";
        self.say_once(&format!("overruled {epoch}"), &format!("epoch {epoch}: {detail}"));
        Ok(rejected.map(|proposal| Dispute {
            epoch,
            proposal,
            proposer: self.state.identity,
            challenged: false,
            state: DisputeState::Overruled,
            detail,
        }))
    }
}

impl Turn<'_> {
    /// Whether its epoch comes after the active root's.
    fn is_pending(&self) -> bool {
        self.pool.active.is_none_or(|active| self.epoch > active.epoch)
    }
}

/// Whether the active root is of the proposal's epoch or of a later one.
fn is_superseded(turn: &Turn<'_>, proposal: &ProposalState) -> bool {
    turn.pool.active.is_some_and(|active| proposal.epoch <= active.epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_oracle_is_sure_of_what_it_can_prove() {
        let own = ProposalContent {
            root: [1; 32],
            root_sum: 1_000,
            leaf_count: 3,
            manifest_hash: [2; 32],
            penalties_root: [0; 32],
            penalties_sum: 0,
            usage_root: [0; 32],
            usage_sum: 0,
        };
        let other = ProposalContent { root: [3; 32], manifest_hash: [4; 32], ..own };
        let same_inputs = ProposalContent { root_sum: 2_000, ..own };
        for signed in [false, true] {
            assert_eq!(judge(Some(&own), signed, &own), Judgement::Identical);
            assert!(matches!(judge(Some(&own), signed, &same_inputs), Judgement::Wrong(_)));
            assert!(matches!(judge(None, signed, &other), Judgement::Unknown(_)));
        }
        assert!(matches!(judge(Some(&own), false, &other), Judgement::Unknown(_)));
        assert!(matches!(judge(Some(&own), true, &other), Judgement::Wrong(_)));
    }
}
