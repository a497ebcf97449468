//! Accounts, events and terms of the rewards program with their units.
//! Rendered by client/generate from the program's IDL; `make generate` writes it.

use crate::amount::{BasisPoints, CreditPrice, Credits, Epoch, Tokens};
use cairn_generated::rewards::{accounts, events, types};
use serde::Serialize;
use solana_address::Address;

/// An oracle attested a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Attested {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Address of the proposal.
    #[serde(serialize_with = "crate::typed::address")]
    pub proposal: Address,
    /// Epoch that the root closes.
    pub epoch: Epoch,
    /// Oracle that attested.
    #[serde(serialize_with = "crate::typed::address")]
    pub oracle: Address,
    /// Attestations so far, this one included.
    pub attestations: u8,
}

impl From<&types::Attested> for Attested {
    fn from(from: &types::Attested) -> Self {
        Self {
            pool: from.pool,
            proposal: from.proposal,
            epoch: Epoch(from.epoch),
            oracle: from.oracle,
            attestations: from.attestations,
        }
    }
}

/// A bond went back to whoever it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BondReturned {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Address of the proposal.
    #[serde(serialize_with = "crate::typed::address")]
    pub proposal: Address,
    /// Who got it.
    #[serde(serialize_with = "crate::typed::address")]
    pub wallet: Address,
    /// Tokens that left the bond vault.
    pub amount: Tokens,
}

impl From<&types::BondReturned> for BondReturned {
    fn from(from: &types::BondReturned) -> Self {
        Self {
            pool: from.pool,
            proposal: from.proposal,
            wallet: from.wallet,
            amount: Tokens(from.amount),
        }
    }
}

/// An objection to a proposal with a quorum. 8 + 192 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Challenge {
    /// The proposal.
    #[serde(serialize_with = "crate::typed::address")]
    pub proposal: Address,
    /// Who challenged and paid the rent.
    #[serde(serialize_with = "crate::typed::address")]
    pub challenger: Address,
    /// SHA-256 of what the challenger published as evidence.
    #[serde(serialize_with = "crate::typed::hex")]
    pub evidence_hash: [u8; 32],
    /// Tokens in the bond vault that go to the challenger once the challenge is resolved.
    pub bond: Tokens,
    /// When it was made, unix seconds.
    pub challenged_at: i64,
    /// From when on it counts as undecided, unix seconds.
    pub expires_at: i64,
    /// Bit i is set when the oracle in place i of the set voted to uphold it.
    pub upholding: u32,
    /// Bit i is set when the oracle in place i of the set voted to dismiss it.
    pub dismissing: u32,
    /// Generation of the oracle set that the votes are of.
    pub generation: u32,
    /// 0 being voted on, 1 upheld, 2 dismissed, 3 expired: [`OUTCOME_NONE`] and the others.
    pub outcome: u8,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::Challenge> for Challenge {
    fn from(from: &accounts::Challenge) -> Self {
        Self {
            proposal: from.proposal,
            challenger: from.challenger,
            evidence_hash: from.evidence_hash,
            bond: Tokens(from.bond),
            challenged_at: from.challenged_at,
            expires_at: from.expires_at,
            upholding: from.upholding,
            dismissing: from.dismissing,
            generation: from.generation,
            outcome: from.outcome,
            version: from.version,
        }
    }
}

/// A challenge's account was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ChallengeClosed {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Address of the proposal.
    #[serde(serialize_with = "crate::typed::address")]
    pub proposal: Address,
    /// Who challenged.
    #[serde(serialize_with = "crate::typed::address")]
    pub challenger: Address,
    /// Tokens that went to the challenger.
    pub paid: Tokens,
}

impl From<&types::ChallengeClosed> for ChallengeClosed {
    fn from(from: &types::ChallengeClosed) -> Self {
        Self {
            pool: from.pool,
            proposal: from.proposal,
            challenger: from.challenger,
            paid: Tokens(from.paid),
        }
    }
}

/// A challenge was resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ChallengeSettled {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Address of the proposal.
    #[serde(serialize_with = "crate::typed::address")]
    pub proposal: Address,
    /// 1 upheld, 2 dismissed, 3 expired.
    pub outcome: u8,
    /// Status of the proposal before.
    pub old_status: u8,
    /// Status of the proposal now: 0 open, 2 rejected.
    pub new_status: u8,
    /// Tokens that are the proposer's now.
    pub proposer_bond: Tokens,
    /// Tokens that are the challenger's now.
    pub challenger_bond: Tokens,
    /// Tokens that were burned.
    pub burned: Tokens,
}

impl From<&types::ChallengeSettled> for ChallengeSettled {
    fn from(from: &types::ChallengeSettled) -> Self {
        Self {
            pool: from.pool,
            proposal: from.proposal,
            outcome: from.outcome,
            old_status: from.old_status,
            new_status: from.new_status,
            proposer_bond: Tokens(from.proposer_bond),
            challenger_bond: Tokens(from.challenger_bond),
            burned: Tokens(from.burned),
        }
    }
}

/// An oracle voted on a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ChallengeVoted {
    /// Address of the proposal.
    #[serde(serialize_with = "crate::typed::address")]
    pub proposal: Address,
    /// Oracle that voted.
    #[serde(serialize_with = "crate::typed::address")]
    pub oracle: Address,
    /// Whether it agrees with the challenger.
    pub uphold: bool,
    /// Votes for the challenger so far.
    pub upholding: u8,
    /// Votes against the challenger so far.
    pub dismissing: u8,
}

impl From<&types::ChallengeVoted> for ChallengeVoted {
    fn from(from: &types::ChallengeVoted) -> Self {
        Self {
            proposal: from.proposal,
            oracle: from.oracle,
            uphold: from.uphold,
            upholding: from.upholding,
            dismissing: from.dismissing,
        }
    }
}

/// Somebody challenged a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Challenged {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Address of the proposal.
    #[serde(serialize_with = "crate::typed::address")]
    pub proposal: Address,
    /// Who challenged.
    #[serde(serialize_with = "crate::typed::address")]
    pub challenger: Address,
    /// Hash of the published evidence.
    #[serde(serialize_with = "crate::typed::hex")]
    pub evidence_hash: [u8; 32],
    /// Tokens at stake.
    pub bond: Tokens,
    /// Until when oracles may vote, unix seconds.
    pub expires_at: i64,
}

impl From<&types::Challenged> for Challenged {
    fn from(from: &types::Challenged) -> Self {
        Self {
            pool: from.pool,
            proposal: from.proposal,
            challenger: from.challenger,
            evidence_hash: from.evidence_hash,
            bond: Tokens(from.bond),
            expires_at: from.expires_at,
        }
    }
}

/// What one operator was paid by one pool. 8 + 224 bytes, and after them the payees: their number
/// as a `u32`, then 0 to 8 [`Payee`]s of 72 bytes.
///
/// Without payees everything goes to `destination`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Claimant {
    /// Pool that pays.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Wallet of the operator.
    #[serde(serialize_with = "crate::typed::address")]
    pub operator: Address,
    /// The operator's associated token account.
    #[serde(serialize_with = "crate::typed::address")]
    pub destination: Address,
    /// Who paid the rent, and gets it back; that of the payees is the operator's.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// Tokens paid over the operator's life.
    pub claimed_total: Tokens,
    /// What still counted of this operator's claims at `window_at`.
    pub window_outflow: Tokens,
    /// When `window_outflow` was counted, unix seconds.
    pub window_at: i64,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::Claimant> for Claimant {
    fn from(from: &accounts::Claimant) -> Self {
        Self {
            pool: from.pool,
            operator: from.operator,
            destination: from.destination,
            rent_payer: from.rent_payer,
            claimed_total: Tokens(from.claimed_total),
            window_outflow: Tokens(from.window_outflow),
            window_at: from.window_at,
            version: from.version,
        }
    }
}

/// A claimant's account was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClaimantClosed {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Wallet of the operator.
    #[serde(serialize_with = "crate::typed::address")]
    pub operator: Address,
    /// Tokens paid over the operator's life.
    pub claimed_total: Tokens,
}

impl From<&types::ClaimantClosed> for ClaimantClosed {
    fn from(from: &types::ClaimantClosed) -> Self {
        Self { pool: from.pool, operator: from.operator, claimed_total: Tokens(from.claimed_total) }
    }
}

/// An operator may be paid from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClaimantOpened {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Wallet of the operator.
    #[serde(serialize_with = "crate::typed::address")]
    pub operator: Address,
    /// Token account that claims go to.
    #[serde(serialize_with = "crate::typed::address")]
    pub destination: Address,
}

impl From<&types::ClaimantOpened> for ClaimantOpened {
    fn from(from: &types::ClaimantOpened) -> Self {
        Self { pool: from.pool, operator: from.operator, destination: from.destination }
    }
}

/// An operator was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Claimed {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Wallet of the operator.
    #[serde(serialize_with = "crate::typed::address")]
    pub operator: Address,
    /// Tokens paid now.
    pub amount: Tokens,
    /// Tokens paid over the operator's life.
    pub claimed_total: Tokens,
}

impl From<&types::Claimed> for Claimed {
    fn from(from: &types::Claimed) -> Self {
        Self {
            pool: from.pool,
            operator: from.operator,
            amount: Tokens(from.amount),
            claimed_total: Tokens(from.claimed_total),
        }
    }
}

/// A pool is not going to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CloseCancelled {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// When it would have been closed, unix seconds.
    pub close_at: i64,
}

impl From<&types::CloseCancelled> for CloseCancelled {
    fn from(from: &types::CloseCancelled) -> Self {
        Self { pool: from.pool, close_at: from.close_at }
    }
}

/// A pool is going to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CloseRequested {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// From when on nothing is finalized any more, unix seconds.
    pub close_at: i64,
}

impl From<&types::CloseRequested> for CloseRequested {
    fn from(from: &types::CloseRequested) -> Self {
        Self { pool: from.pool, close_at: from.close_at }
    }
}

/// One customer's credits. 8 + 256 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CreditAccount {
    /// Market that it belongs to.
    #[serde(serialize_with = "crate::typed::address")]
    pub market: Address,
    /// Wallet of the customer.
    #[serde(serialize_with = "crate::typed::address")]
    pub customer: Address,
    /// Who paid the rent, and gets it back.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// Credits at the customer's disposal.
    pub balance: Credits,
    /// Credits that back what the customer uses.
    pub escrowed: Credits,
    /// Credits on their way out of escrow; they still back what was used.
    pub withdrawing: Credits,
    /// When `withdrawing` may be withdrawn, unix seconds; 0 when there is nothing.
    pub withdraw_at: i64,
    /// Credits bought over the account's life.
    pub bought_total: Credits,
    /// Credits debited over the account's life.
    pub settled_total: Credits,
    /// Everything that ever backed usage and was not withdrawn: `escrowed`, `withdrawing` and
    /// `settled_total` together. What the customer's usage over its life may not exceed.
    pub backing: Credits,
    /// When `backing` last changed, unix seconds.
    pub backing_since: i64,
    /// The backing before the settlement period of `backing_since`.
    pub previous_backing: Credits,
    /// When it changed to `previous_backing`, unix seconds.
    pub previous_backing_since: i64,
    /// The backing before the settlement period of `previous_backing_since`.
    pub earlier_backing: Credits,
    /// The market's.
    pub settle_seconds: u32,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::CreditAccount> for CreditAccount {
    fn from(from: &accounts::CreditAccount) -> Self {
        Self {
            market: from.market,
            customer: from.customer,
            rent_payer: from.rent_payer,
            balance: Credits(from.balance),
            escrowed: Credits(from.escrowed),
            withdrawing: Credits(from.withdrawing),
            withdraw_at: from.withdraw_at,
            bought_total: Credits(from.bought_total),
            settled_total: Credits(from.settled_total),
            backing: Credits(from.backing),
            backing_since: from.backing_since,
            previous_backing: Credits(from.previous_backing),
            previous_backing_since: from.previous_backing_since,
            earlier_backing: Credits(from.earlier_backing),
            settle_seconds: from.settle_seconds,
            version: from.version,
        }
    }
}

/// A customer's account was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CreditAccountClosed {
    /// Address of the market.
    #[serde(serialize_with = "crate::typed::address")]
    pub market: Address,
    /// Wallet of the customer.
    #[serde(serialize_with = "crate::typed::address")]
    pub customer: Address,
    /// Credits that lapsed with it.
    pub lapsed: Credits,
}

impl From<&types::CreditAccountClosed> for CreditAccountClosed {
    fn from(from: &types::CreditAccountClosed) -> Self {
        Self { market: from.market, customer: from.customer, lapsed: Credits(from.lapsed) }
    }
}

/// A customer's account was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CreditAccountOpened {
    /// Address of the market.
    #[serde(serialize_with = "crate::typed::address")]
    pub market: Address,
    /// Wallet of the customer.
    #[serde(serialize_with = "crate::typed::address")]
    pub customer: Address,
}

impl From<&types::CreditAccountOpened> for CreditAccountOpened {
    fn from(from: &types::CreditAccountOpened) -> Self {
        Self { market: from.market, customer: from.customer }
    }
}

/// Where customers buy credits of a pool's token. 8 + 3,360 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CreditMarket {
    /// Pool whose token is burned.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Who gets the rent back.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// In force until `pending_terms_at`; read them by [`CreditMarket::terms_at`].
    pub terms: CreditTerms,
    /// In force from `pending_terms_at` on.
    pub pending_terms: CreditTerms,
    /// When `pending_terms` come into force, unix seconds; 0 when there are none.
    pub pending_terms_at: i64,
    /// Customers whose accounts are not closed.
    pub account_count: u64,
    /// Tokens burned over the market's life.
    pub burned_total: Tokens,
    /// Credits bought over the market's life.
    pub bought_total: Credits,
    /// Credits debited over the market's life.
    pub settled_total: Credits,
    /// Each oracle's reports, in the place that it has in the oracle set.
    pub reports: Vec<PriceReport>,
    /// Length of the network's settlement period.
    pub settle_seconds: u32,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::CreditMarket> for CreditMarket {
    fn from(from: &accounts::CreditMarket) -> Self {
        Self {
            pool: from.pool,
            rent_payer: from.rent_payer,
            terms: (&from.terms).into(),
            pending_terms: (&from.pending_terms).into(),
            pending_terms_at: from.pending_terms_at,
            account_count: from.account_count,
            burned_total: Tokens(from.burned_total),
            bought_total: Credits(from.bought_total),
            settled_total: Credits(from.settled_total),
            reports: from.reports.iter().filter(|report| report.at != 0).map(Into::into).collect(),
            settle_seconds: from.settle_seconds,
            version: from.version,
        }
    }
}

/// A credit market was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CreditMarketClosed {
    /// Address that the market had.
    #[serde(serialize_with = "crate::typed::address")]
    pub market: Address,
}

impl From<&types::CreditMarketClosed> for CreditMarketClosed {
    fn from(from: &types::CreditMarketClosed) -> Self {
        Self { market: from.market }
    }
}

/// A credit market was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CreditMarketCreated {
    /// Address of the market.
    #[serde(serialize_with = "crate::typed::address")]
    pub market: Address,
    /// Its pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// The terms.
    pub terms: CreditTerms,
}

impl From<&types::CreditMarketCreated> for CreditMarketCreated {
    fn from(from: &types::CreditMarketCreated) -> Self {
        Self { market: from.market, pool: from.pool, terms: (&from.terms).into() }
    }
}

/// What a credit market's authority may change, after the network's delay. 48 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CreditTerms {
    /// The most burned tokens of an epoch that may be minted again, in the mint's smallest unit;
    /// 0 for none. Of no effect where the vault is filled from outside.
    pub remint_cap: Tokens,
    /// How old a price report may be when credits are bought, and when the settlement period of an
    /// epoch's end began; for the latter the terms in force when it was reported say it.
    pub max_report_age_seconds: u32,
    /// Time between the request to withdraw escrow and the withdrawal; at least as long as
    /// an epoch takes to be settled, so that what was used can still be debited.
    pub escrow_delay_seconds: u32,
}

impl From<&types::CreditTerms> for CreditTerms {
    fn from(from: &types::CreditTerms) -> Self {
        Self {
            remint_cap: Tokens(from.remint_cap),
            max_report_age_seconds: from.max_report_age_seconds,
            escrow_delay_seconds: from.escrow_delay_seconds,
        }
    }
}

impl From<CreditTerms> for types::CreditTerms {
    fn from(from: CreditTerms) -> Self {
        Self {
            remint_cap: from.remint_cap.0,
            max_report_age_seconds: from.max_report_age_seconds,
            escrow_delay_seconds: from.escrow_delay_seconds,
            reserved: [0; 32],
        }
    }
}

/// Pending terms of a credit market were withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CreditUpdateCancelled {
    /// Address of the market.
    #[serde(serialize_with = "crate::typed::address")]
    pub market: Address,
    /// The terms that stay.
    pub kept: CreditTerms,
    /// The terms that were withdrawn.
    pub cancelled: CreditTerms,
}

impl From<&types::CreditUpdateCancelled> for CreditUpdateCancelled {
    fn from(from: &types::CreditUpdateCancelled) -> Self {
        Self { market: from.market, kept: (&from.kept).into(), cancelled: (&from.cancelled).into() }
    }
}

/// Other terms of a credit market are pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CreditUpdateProposed {
    /// Address of the market.
    #[serde(serialize_with = "crate::typed::address")]
    pub market: Address,
    /// The terms until then.
    pub old: CreditTerms,
    /// The terms from then on.
    pub new: CreditTerms,
    /// When they come into force, unix seconds.
    pub effective_at: i64,
}

impl From<&types::CreditUpdateProposed> for CreditUpdateProposed {
    fn from(from: &types::CreditUpdateProposed) -> Self {
        Self {
            market: from.market,
            old: (&from.old).into(),
            new: (&from.new).into(),
            effective_at: from.effective_at,
        }
    }
}

/// A customer bought credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CreditsBought {
    /// Address of the market.
    #[serde(serialize_with = "crate::typed::address")]
    pub market: Address,
    /// Wallet of the customer.
    #[serde(serialize_with = "crate::typed::address")]
    pub customer: Address,
    /// Tokens burned.
    pub burned: Tokens,
    /// The median price.
    pub price: CreditPrice,
    /// Credits bought.
    pub credits: Credits,
    /// Credits at the customer's disposal before.
    pub old_balance: Credits,
    /// Credits at the customer's disposal now.
    pub new_balance: Credits,
}

impl From<&types::CreditsBought> for CreditsBought {
    fn from(from: &types::CreditsBought) -> Self {
        Self {
            market: from.market,
            customer: from.customer,
            burned: Tokens(from.burned),
            price: CreditPrice(from.price),
            credits: Credits(from.credits),
            old_balance: Credits(from.old_balance),
            new_balance: Credits(from.new_balance),
        }
    }
}

/// The emission of future epochs changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EmissionChanged {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// The first epoch that it changed for.
    pub from_epoch: Epoch,
    /// Steps of the table before.
    pub old_step_count: u8,
    /// Steps of the table now.
    pub new_step_count: u8,
    /// The steps from that epoch on.
    pub steps: Vec<EmissionStep>,
}

impl From<&types::EmissionChanged> for EmissionChanged {
    fn from(from: &types::EmissionChanged) -> Self {
        Self {
            pool: from.pool,
            from_epoch: Epoch(from.from_epoch),
            old_step_count: from.old_step_count,
            new_step_count: from.new_step_count,
            steps: from.steps.iter().map(Into::into).collect(),
        }
    }
}

/// One step of the emission table; see `cairn_protocol::emission`. 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EmissionStep {
    /// The first epoch that this step covers.
    pub first_epoch: Epoch,
    /// Tokens per epoch before the first decay, in the mint's smallest unit.
    pub per_epoch: Tokens,
    /// What is left of an epoch's tokens after a decay, in 10⁻⁹; at most 10⁹.
    pub keep_ppb: u32,
    /// Epochs between decays.
    pub every_epochs: u32,
    /// The number of decays; 0 for a constant emission.
    pub times: u32,
}

impl From<&types::EmissionStep> for EmissionStep {
    fn from(from: &types::EmissionStep) -> Self {
        Self {
            first_epoch: Epoch(from.first_epoch),
            per_epoch: Tokens(from.per_epoch),
            keep_ppb: from.keep_ppb,
            every_epochs: from.every_epochs,
            times: from.times,
        }
    }
}

impl From<EmissionStep> for types::EmissionStep {
    fn from(from: EmissionStep) -> Self {
        Self {
            first_epoch: from.first_epoch.0,
            per_epoch: from.per_epoch.0,
            keep_ppb: from.keep_ppb,
            every_epochs: from.every_epochs,
            times: from.times,
            reserved: 0,
        }
    }
}

/// Tokens that customers burned in one epoch. 24 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EpochBurn {
    /// The epoch.
    pub epoch: Epoch,
    /// Tokens that were burned in it.
    pub burned: Tokens,
    /// How many of them may be minted again.
    pub remint: Tokens,
}

impl From<&types::EpochBurn> for EpochBurn {
    fn from(from: &types::EpochBurn) -> Self {
        Self { epoch: Epoch(from.epoch), burned: Tokens(from.burned), remint: Tokens(from.remint) }
    }
}

/// A customer's escrow changed by the customer's will.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EscrowChanged {
    /// Address of the market.
    #[serde(serialize_with = "crate::typed::address")]
    pub market: Address,
    /// Wallet of the customer.
    #[serde(serialize_with = "crate::typed::address")]
    pub customer: Address,
    /// Credits in escrow before.
    pub old_escrowed: Credits,
    /// Credits in escrow now.
    pub new_escrowed: Credits,
    /// Credits on their way out before.
    pub old_withdrawing: Credits,
    /// Credits on their way out now.
    pub new_withdrawing: Credits,
    /// When the latter may be withdrawn, unix seconds; 0 when there are none.
    pub withdraw_at: i64,
}

impl From<&types::EscrowChanged> for EscrowChanged {
    fn from(from: &types::EscrowChanged) -> Self {
        Self {
            market: from.market,
            customer: from.customer,
            old_escrowed: Credits(from.old_escrowed),
            new_escrowed: Credits(from.new_escrowed),
            old_withdrawing: Credits(from.old_withdrawing),
            new_withdrawing: Credits(from.new_withdrawing),
            withdraw_at: from.withdraw_at,
        }
    }
}

/// A root became active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Finalized {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Address of the proposal.
    #[serde(serialize_with = "crate::typed::address")]
    pub proposal: Address,
    /// Epoch that the root closes.
    pub epoch: Epoch,
    /// Root hash.
    #[serde(serialize_with = "crate::typed::hex")]
    pub root: [u8; 32],
    /// Lifetime total of all operators before.
    pub old_root_sum: Tokens,
    /// Lifetime total of all operators now.
    pub new_root_sum: Tokens,
    /// Tokens that delegators earned with it.
    pub delegators: Tokens,
    /// Tokens that the attesting oracles earned with it together.
    pub oracles: Tokens,
    /// Tokens that the treasury earned with it as its part.
    pub treasury: Tokens,
    /// Tokens minted into the vault.
    pub minted: Tokens,
}

impl From<&types::Finalized> for Finalized {
    fn from(from: &types::Finalized) -> Self {
        Self {
            pool: from.pool,
            proposal: from.proposal,
            epoch: Epoch(from.epoch),
            root: from.root,
            old_root_sum: Tokens(from.old_root_sum),
            new_root_sum: Tokens(from.new_root_sum),
            delegators: Tokens(from.delegators),
            oracles: Tokens(from.oracles),
            treasury: Tokens(from.treasury),
            minted: Tokens(from.minted),
        }
    }
}

/// A bound on what flows out in a window; see `cairn_protocol::breaker`. 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// The most tokens per window, in the mint's smallest unit; 0 for no such limit.
    pub max_amount: Tokens,
    /// Length of the window; at least 1 where there is a limit.
    pub window_seconds: u32,
    /// The most per window in basis points of the vault's balance, rounded up; 0 for no such
    /// limit. Zero in an operator's limit.
    pub max_bps: BasisPoints,
}

impl From<&types::Limit> for Limit {
    fn from(from: &types::Limit) -> Self {
        Self {
            max_amount: Tokens(from.max_amount),
            window_seconds: from.window_seconds,
            max_bps: BasisPoints(from.max_bps),
        }
    }
}

impl From<Limit> for types::Limit {
    fn from(from: Limit) -> Self {
        Self {
            max_amount: from.max_amount.0,
            window_seconds: from.window_seconds,
            max_bps: from.max_bps.0,
            reserved: [0; 2],
        }
    }
}

/// A pool's oracles changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OracleChangeApplied {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Who was added; zero for nobody.
    #[serde(serialize_with = "crate::typed::address")]
    pub added: Address,
    /// Who was removed; zero for nobody.
    #[serde(serialize_with = "crate::typed::address")]
    pub removed: Address,
    /// How many must attest from now on.
    pub threshold: u8,
    /// How many oracles there are from now on.
    pub count: u8,
    /// The new generation.
    pub generation: u32,
}

impl From<&types::OracleChangeApplied> for OracleChangeApplied {
    fn from(from: &types::OracleChangeApplied) -> Self {
        Self {
            pool: from.pool,
            added: from.added,
            removed: from.removed,
            threshold: from.threshold,
            count: from.count,
            generation: from.generation,
        }
    }
}

/// A pending change of a pool's oracles was withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OracleChangeCancelled {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Who would have been added; zero for nobody.
    #[serde(serialize_with = "crate::typed::address")]
    pub add: Address,
    /// Who would have been removed; zero for nobody.
    #[serde(serialize_with = "crate::typed::address")]
    pub remove: Address,
    /// The threshold that it would have set.
    pub threshold: u8,
}

impl From<&types::OracleChangeCancelled> for OracleChangeCancelled {
    fn from(from: &types::OracleChangeCancelled) -> Self {
        Self { pool: from.pool, add: from.add, remove: from.remove, threshold: from.threshold }
    }
}

/// A change of a pool's oracles is pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OracleChangeProposed {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Who will be added; zero for nobody.
    #[serde(serialize_with = "crate::typed::address")]
    pub add: Address,
    /// Who will be removed; zero for nobody.
    #[serde(serialize_with = "crate::typed::address")]
    pub remove: Address,
    /// The threshold today.
    pub old_threshold: u8,
    /// The threshold from then on.
    pub new_threshold: u8,
    /// From when on it may be applied, unix seconds.
    pub effective_at: i64,
}

impl From<&types::OracleChangeProposed> for OracleChangeProposed {
    fn from(from: &types::OracleChangeProposed) -> Self {
        Self {
            pool: from.pool,
            add: from.add,
            remove: from.remove,
            old_threshold: from.old_threshold,
            new_threshold: from.new_threshold,
            effective_at: from.effective_at,
        }
    }
}

/// Who attests a pool's roots. 8 + 1,472 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OracleSet {
    /// Pool that they attest for.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Who paid the rent, and gets it back.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// An oracle to be added by the pending change; zero for none.
    #[serde(serialize_with = "crate::typed::address")]
    pub pending_add: Address,
    /// An oracle to be removed by the pending change; zero for none.
    #[serde(serialize_with = "crate::typed::address")]
    pub pending_remove: Address,
    /// The oracles' keys, each in a place of its own; zero where a place was never used. A removed
    /// oracle stays in its place while it is owed something: see `active`.
    #[serde(serialize_with = "crate::typed::addresses")]
    pub oracles: Vec<Address>,
    /// Tokens that the oracle of a place earned and was not paid yet.
    pub earned: Vec<Tokens>,
    /// When the pending change may be applied, unix seconds; 0 when there is none.
    pub pending_at: i64,
    /// Raised by every change; a proposal's attestations count for one generation only.
    pub generation: u32,
    /// Bit i is set while the oracle in place i may attest.
    pub active: u32,
    /// Oracles that may attest.
    pub count: u8,
    /// How many must attest the identical content; more than half.
    pub threshold: u8,
    /// The threshold after the pending change.
    pub pending_threshold: u8,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::OracleSet> for OracleSet {
    fn from(from: &accounts::OracleSet) -> Self {
        Self {
            pool: from.pool,
            rent_payer: from.rent_payer,
            pending_add: from.pending_add,
            pending_remove: from.pending_remove,
            oracles: from.oracles.to_vec(),
            earned: from.earned.iter().copied().map(Tokens).collect(),
            pending_at: from.pending_at,
            generation: from.generation,
            active: from.active,
            count: from.count,
            threshold: from.threshold,
            pending_threshold: from.pending_threshold,
            version: from.version,
        }
    }
}

/// A pool's oracle set was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OracleSetClosed {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
}

impl From<&types::OracleSetClosed> for OracleSetClosed {
    fn from(from: &types::OracleSetClosed) -> Self {
        Self { pool: from.pool }
    }
}

/// A pool's oracles were named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OracleSetCreated {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// How many must attest.
    pub threshold: u8,
    /// How many there are.
    pub count: u8,
    /// Who they are.
    #[serde(serialize_with = "crate::typed::addresses")]
    pub oracles: Vec<Address>,
}

impl From<&types::OracleSetCreated> for OracleSetCreated {
    fn from(from: &types::OracleSetCreated) -> Self {
        Self {
            pool: from.pool,
            threshold: from.threshold,
            count: from.count,
            oracles: from.oracles.to_vec(),
        }
    }
}

/// Delegators, an oracle or the treasury were paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PartPaid {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// 0 delegators, 1 an oracle, 2 the treasury.
    pub part: u8,
    /// Wallet that it was for; of delegators, the token account.
    #[serde(serialize_with = "crate::typed::address")]
    pub wallet: Address,
    /// Tokens that left the vault.
    pub amount: Tokens,
    /// Tokens paid to this part before.
    pub old_paid: Tokens,
    /// Tokens paid to this part over the pool's life.
    pub new_paid: Tokens,
}

impl From<&types::PartPaid> for PartPaid {
    fn from(from: &types::PartPaid) -> Self {
        Self {
            pool: from.pool,
            part: from.part,
            wallet: from.wallet,
            amount: Tokens(from.amount),
            old_paid: Tokens(from.old_paid),
            new_paid: Tokens(from.new_paid),
        }
    }
}

/// A wallet and its part of what an operator earns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PayeeShare {
    /// The wallet.
    #[serde(serialize_with = "crate::typed::address")]
    pub wallet: Address,
    /// Its part, in basis points.
    pub bps: BasisPoints,
}

impl From<&types::PayeeShare> for PayeeShare {
    fn from(from: &types::PayeeShare) -> Self {
        Self { wallet: from.wallet, bps: BasisPoints(from.bps) }
    }
}

impl From<PayeeShare> for types::PayeeShare {
    fn from(from: PayeeShare) -> Self {
        Self { wallet: from.wallet, bps: from.bps.0 }
    }
}

/// An operator divided what it earns otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PayeesSet {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Wallet of the operator.
    #[serde(serialize_with = "crate::typed::address")]
    pub operator: Address,
    /// The payees before; none when everything went to the operator.
    pub old: Vec<PayeeShare>,
    /// The payees now.
    pub new: Vec<PayeeShare>,
}

impl From<&types::PayeesSet> for PayeesSet {
    fn from(from: &types::PayeesSet) -> Self {
        Self {
            pool: from.pool,
            operator: from.operator,
            old: from.old.iter().map(Into::into).collect(),
            new: from.new.iter().map(Into::into).collect(),
        }
    }
}

/// A network's rewards in one mint. 8 + 3,840 bytes.
///
/// Its authority is the network's. What was ever promised is `root_sum` to operators and the
/// three parts' totals to the others; what was ever paid is `claimed_total` and the three paid
/// totals. All of them only grow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pool {
    /// Network that it rewards.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Mint of the rewards.
    #[serde(serialize_with = "crate::typed::address")]
    pub mint: Address,
    /// Token program of the mint.
    #[serde(serialize_with = "crate::typed::address")]
    pub token_program: Address,
    /// Token account that pays; owned by this pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub vault: Address,
    /// Token account that holds bonds; owned by this pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub bond_vault: Address,
    /// Who gets the rent back when the pool closes.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// Root hash of what every customer used, of the epoch of the active root.
    #[serde(serialize_with = "crate::typed::hex")]
    pub usage_root: [u8; 32],
    /// Root hash of the active root; zeros before the first.
    #[serde(serialize_with = "crate::typed::hex")]
    pub root: [u8; 32],
    /// Lifetime total of all operators in the active root; with the hash before it a Merkle node.
    pub root_sum: Tokens,
    /// Epoch that the active root closes.
    pub root_epoch: Epoch,
    /// Tokens that claims took out of the vault over the pool's life.
    pub claimed_total: Tokens,
    /// What still counted of the claims' outflow at `window_at`.
    pub window_outflow: Tokens,
    /// When `window_outflow` was counted, unix seconds.
    pub window_at: i64,
    /// Credits that all customers used up to the active root.
    pub usage_sum: Credits,
    /// Tokens that delegators earned.
    pub delegators_total: Tokens,
    /// Tokens paid to delegators.
    pub delegators_paid: Tokens,
    /// Tokens that oracles earned.
    pub oracles_total: Tokens,
    /// Tokens paid to oracles.
    pub oracles_paid: Tokens,
    /// Tokens that the treasury earned as its part, besides its leaf in the root.
    pub treasury_total: Tokens,
    /// Tokens paid to the treasury.
    pub treasury_paid: Tokens,
    /// Start of epoch 0, unix seconds.
    pub genesis_at: i64,
    /// When proposals and finalizations end, unix seconds; 0 while the pool is not to be closed.
    pub close_at: i64,
    /// In force until `pending_terms_at`; read them by [`Pool::terms_at`].
    pub terms: PoolTerms,
    /// In force from `pending_terms_at` on.
    pub pending_terms: PoolTerms,
    /// When `pending_terms` come into force, unix seconds; 0 when there are none.
    pub pending_terms_at: i64,
    /// The division of the epochs before `pending_splits_epoch`; see [`Pool::splits_at`].
    pub splits: Splits,
    /// The division from `pending_splits_epoch` on.
    pub pending_splits: Splits,
    /// The first epoch of `pending_splits`; 0 when there are none.
    pub pending_splits_epoch: Epoch,
    /// The epochs before this one are summed up in `folded_emitted`.
    pub folded_epoch: Epoch,
    /// Tokens that the epochs before `folded_epoch` emitted together.
    pub folded_emitted: Tokens,
    /// Tokens that may be minted again because they were burned in epochs up to
    /// `remint_folded_epoch`, which the ring does not tell apart any more.
    pub remint_folded: Tokens,
    /// The last epoch in `remint_folded`.
    pub remint_folded_epoch: Epoch,
    /// Length of an epoch.
    pub epoch_seconds: u32,
    /// Leaves in the active root; 0 before the first.
    pub leaf_count: u32,
    /// Claimants that are not closed.
    pub claimant_count: u32,
    /// Proposals that are not closed.
    pub proposal_count: u32,
    /// 0 filled from outside ([`MODE_FUNDED`]), 1 minted at finalization ([`MODE_MINT`]).
    pub mode: u8,
    /// Decimals of the mint.
    pub decimals: u8,
    /// 1 when the mint belongs to Token-2022, whose transfers name it.
    pub names_mint: bool,
    /// 1 while the pool has an oracle set.
    pub has_oracle_set: bool,
    /// 1 while the pool has a credit market.
    pub has_credit_market: bool,
    /// Steps in use.
    pub step_count: u8,
    /// Layout version.
    pub version: u8,
    /// Tokens burned for credits; the epoch's number modulo 32 is its place.
    pub burns: Vec<EpochBurn>,
    /// The emission table; unused steps are zero.
    pub steps: Vec<EmissionStep>,
}

impl From<&accounts::Pool> for Pool {
    fn from(from: &accounts::Pool) -> Self {
        Self {
            network: from.network,
            mint: from.mint,
            token_program: from.token_program,
            vault: from.vault,
            bond_vault: from.bond_vault,
            rent_payer: from.rent_payer,
            usage_root: from.usage_root,
            root: from.root,
            root_sum: Tokens(from.root_sum),
            root_epoch: Epoch(from.root_epoch),
            claimed_total: Tokens(from.claimed_total),
            window_outflow: Tokens(from.window_outflow),
            window_at: from.window_at,
            usage_sum: Credits(from.usage_sum),
            delegators_total: Tokens(from.delegators_total),
            delegators_paid: Tokens(from.delegators_paid),
            oracles_total: Tokens(from.oracles_total),
            oracles_paid: Tokens(from.oracles_paid),
            treasury_total: Tokens(from.treasury_total),
            treasury_paid: Tokens(from.treasury_paid),
            genesis_at: from.genesis_at,
            close_at: from.close_at,
            terms: (&from.terms).into(),
            pending_terms: (&from.pending_terms).into(),
            pending_terms_at: from.pending_terms_at,
            splits: (&from.splits).into(),
            pending_splits: (&from.pending_splits).into(),
            pending_splits_epoch: Epoch(from.pending_splits_epoch),
            folded_epoch: Epoch(from.folded_epoch),
            folded_emitted: Tokens(from.folded_emitted),
            remint_folded: Tokens(from.remint_folded),
            remint_folded_epoch: Epoch(from.remint_folded_epoch),
            epoch_seconds: from.epoch_seconds,
            leaf_count: from.leaf_count,
            claimant_count: from.claimant_count,
            proposal_count: from.proposal_count,
            mode: from.mode,
            decimals: from.decimals,
            names_mint: from.names_mint != 0,
            has_oracle_set: from.has_oracle_set != 0,
            has_credit_market: from.has_credit_market != 0,
            step_count: from.step_count,
            version: from.version,
            burns: from.burns.iter().filter(|burn| burn.burned != 0).map(Into::into).collect(),
            steps: from.steps.iter().take(usize::from(from.step_count)).map(Into::into).collect(),
        }
    }
}

/// A pool was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PoolClosed {
    /// Address that the pool had.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Tokens that were left over and went to the treasury.
    pub left_over: Tokens,
}

impl From<&types::PoolClosed> for PoolClosed {
    fn from(from: &types::PoolClosed) -> Self {
        Self { pool: from.pool, left_over: Tokens(from.left_over) }
    }
}

/// A pool was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PoolCreated {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Network that it rewards.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Mint of the rewards.
    #[serde(serialize_with = "crate::typed::address")]
    pub mint: Address,
    /// Start of epoch 0, unix seconds.
    pub genesis_at: i64,
    /// Length of an epoch.
    pub epoch_seconds: u32,
    /// 0 filled from outside, 1 minted at finalization.
    pub mode: u8,
    /// How an epoch's emission is divided.
    pub splits: Splits,
    /// The terms.
    pub terms: PoolTerms,
}

impl From<&types::PoolCreated> for PoolCreated {
    fn from(from: &types::PoolCreated) -> Self {
        Self {
            pool: from.pool,
            network: from.network,
            mint: from.mint,
            genesis_at: from.genesis_at,
            epoch_seconds: from.epoch_seconds,
            mode: from.mode,
            splits: (&from.splits).into(),
            terms: (&from.terms).into(),
        }
    }
}

/// A pool was brought to the program's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PoolMigrated {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Version of its layout before.
    pub old_version: u8,
    /// Version of its layout now.
    pub new_version: u8,
}

impl From<&types::PoolMigrated> for PoolMigrated {
    fn from(from: &types::PoolMigrated) -> Self {
        Self { pool: from.pool, old_version: from.old_version, new_version: from.new_version }
    }
}

/// What a pool's authority may change, after the network's delay. 160 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PoolTerms {
    /// Wallet that earns the treasury's part and what rounding leaves over.
    #[serde(serialize_with = "crate::typed::address")]
    pub treasury: Address,
    /// Token account that the delegators' part is paid to, such as a stake pool's reward vault;
    /// zero while there is none.
    #[serde(serialize_with = "crate::typed::address")]
    pub delegator_vault: Address,
    /// What proposing costs until the proposal is finalized or rejected, in the mint's smallest
    /// unit; 0 for nothing.
    pub proposal_bond: Tokens,
    /// What challenging costs until the challenge is resolved; 0 for no challenges.
    pub challenge_bond: Tokens,
    /// Bounds what all claims take out of the vault.
    pub breaker: Limit,
    /// Bounds what one operator's claims take out of the vault.
    pub operator_cap: Limit,
    /// Time between an attested quorum and finalization, in which anyone may challenge.
    pub challenge_window_seconds: u32,
    /// Time that oracles have to vote on a challenge; at least 1 where there are challenges.
    pub resolution_window_seconds: u32,
    /// Time that a finalized proposal with penalties stays, so that they can be executed.
    pub retention_seconds: u32,
    /// Part of the loser's bond that is burned, in basis points; the rest is the winner's.
    pub challenge_burn_bps: BasisPoints,
}

impl From<&types::PoolTerms> for PoolTerms {
    fn from(from: &types::PoolTerms) -> Self {
        Self {
            treasury: from.treasury,
            delegator_vault: from.delegator_vault,
            proposal_bond: Tokens(from.proposal_bond),
            challenge_bond: Tokens(from.challenge_bond),
            breaker: (&from.breaker).into(),
            operator_cap: (&from.operator_cap).into(),
            challenge_window_seconds: from.challenge_window_seconds,
            resolution_window_seconds: from.resolution_window_seconds,
            retention_seconds: from.retention_seconds,
            challenge_burn_bps: BasisPoints(from.challenge_burn_bps),
        }
    }
}

impl From<PoolTerms> for types::PoolTerms {
    fn from(from: PoolTerms) -> Self {
        Self {
            treasury: from.treasury,
            delegator_vault: from.delegator_vault,
            proposal_bond: from.proposal_bond.0,
            challenge_bond: from.challenge_bond.0,
            breaker: from.breaker.into(),
            operator_cap: from.operator_cap.into(),
            challenge_window_seconds: from.challenge_window_seconds,
            resolution_window_seconds: from.resolution_window_seconds,
            retention_seconds: from.retention_seconds,
            challenge_burn_bps: from.challenge_burn_bps.0,
            reserved: [0; 34],
        }
    }
}

/// Pending terms of a pool were withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PoolUpdateCancelled {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// The terms that stay.
    pub kept: PoolTerms,
    /// The terms that were withdrawn.
    pub cancelled: PoolTerms,
}

impl From<&types::PoolUpdateCancelled> for PoolUpdateCancelled {
    fn from(from: &types::PoolUpdateCancelled) -> Self {
        Self { pool: from.pool, kept: (&from.kept).into(), cancelled: (&from.cancelled).into() }
    }
}

/// Other terms of a pool are pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PoolUpdateProposed {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// The terms until then.
    pub old: PoolTerms,
    /// The terms from then on.
    pub new: PoolTerms,
    /// When they come into force, unix seconds.
    pub effective_at: i64,
}

impl From<&types::PoolUpdateProposed> for PoolUpdateProposed {
    fn from(from: &types::PoolUpdateProposed) -> Self {
        Self {
            pool: from.pool,
            old: (&from.old).into(),
            new: (&from.new).into(),
            effective_at: from.effective_at,
        }
    }
}

/// What the oracle in one place of the set says that the token is worth, with as much of what was
/// said in that place before as readers need to agree about an epoch's end. 96 bytes.
///
/// Only an oracle of the set can report, so that each of these was in the set when it was said.
/// Whether it still was when an epoch ended the set does not tell; it counts until it is old.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PriceReport {
    /// Who says it; zero where nothing was said yet.
    #[serde(serialize_with = "crate::typed::address")]
    pub oracle: Address,
    /// Credits × 10⁹ per smallest unit of the token.
    pub price: CreditPrice,
    /// When, unix seconds.
    pub at: i64,
    /// Until when it counts for an epoch's end, unix seconds, by the terms in force at `at`.
    pub fresh_until: i64,
    /// The price before the settlement period of `at`; 0 for none.
    pub previous_price: CreditPrice,
    /// When it was reported, unix seconds.
    pub previous_at: i64,
    /// Until when it counts.
    pub previous_fresh_until: i64,
    /// The price before the settlement period of `previous_at`; 0 for none.
    pub earlier_price: CreditPrice,
    /// Until when it counts.
    pub earlier_fresh_until: i64,
}

impl From<&types::PriceReport> for PriceReport {
    fn from(from: &types::PriceReport) -> Self {
        Self {
            oracle: from.oracle,
            price: CreditPrice(from.price),
            at: from.at,
            fresh_until: from.fresh_until,
            previous_price: CreditPrice(from.previous_price),
            previous_at: from.previous_at,
            previous_fresh_until: from.previous_fresh_until,
            earlier_price: CreditPrice(from.earlier_price),
            earlier_fresh_until: from.earlier_fresh_until,
        }
    }
}

/// An oracle reported a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PriceReported {
    /// Address of the market.
    #[serde(serialize_with = "crate::typed::address")]
    pub market: Address,
    /// The oracle.
    #[serde(serialize_with = "crate::typed::address")]
    pub oracle: Address,
    /// What it said before; 0 for nothing.
    pub old_price: CreditPrice,
    /// Credits × 10⁹ per smallest unit of the token.
    pub new_price: CreditPrice,
}

impl From<&types::PriceReported> for PriceReported {
    fn from(from: &types::PriceReported) -> Self {
        Self {
            market: from.market,
            oracle: from.oracle,
            old_price: CreditPrice(from.old_price),
            new_price: CreditPrice(from.new_price),
        }
    }
}

/// A root that oracles may attest. 8 + 368 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Pool that the root is for.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Oracle that proposed and paid the rent.
    #[serde(serialize_with = "crate::typed::address")]
    pub proposer: Address,
    /// See [`ProposalContent::root`].
    #[serde(serialize_with = "crate::typed::hex")]
    pub root: [u8; 32],
    /// See [`ProposalContent::manifest_hash`].
    #[serde(serialize_with = "crate::typed::hex")]
    pub manifest_hash: [u8; 32],
    /// See [`ProposalContent::penalties_root`].
    #[serde(serialize_with = "crate::typed::hex")]
    pub penalties_root: [u8; 32],
    /// See [`ProposalContent::usage_root`].
    #[serde(serialize_with = "crate::typed::hex")]
    pub usage_root: [u8; 32],
    /// Epoch that the root closes.
    pub epoch: Epoch,
    /// See [`ProposalContent::root_sum`].
    pub root_sum: Tokens,
    /// See [`ProposalContent::penalties_sum`].
    pub penalties_sum: Tokens,
    /// See [`ProposalContent::usage_sum`].
    pub usage_sum: Credits,
    /// Tokens in the bond vault that go back to the proposer.
    pub bond: Tokens,
    /// When it was proposed, unix seconds.
    pub proposed_at: i64,
    /// When the threshold was reached, unix seconds; 0 before.
    pub quorum_at: i64,
    /// From when on it may be finalized and not be challenged any more, unix seconds; 0 before the
    /// threshold is reached.
    pub finalizable_at: i64,
    /// When its root became active, unix seconds; 0 before.
    pub finalized_at: i64,
    /// See [`ProposalContent::leaf_count`].
    pub leaf_count: u32,
    /// Bit i is set when the oracle in place i of the set attested.
    pub attestations: u32,
    /// Bit i is set when the oracle in place i of the set rejected it.
    pub rejections: u32,
    /// Generation of the oracle set that attestations and rejections are of.
    pub generation: u32,
    /// 0 open, 1 finalized, 2 rejected: [`STATUS_OPEN`] and the others.
    pub status: u8,
    /// 0 not challenged, 1 being voted on, 2 resolved: [`CHALLENGE_NONE`] and the others.
    pub challenge: u8,
    /// 1 while the challenge's account is not closed.
    pub has_challenge: bool,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::Proposal> for Proposal {
    fn from(from: &accounts::Proposal) -> Self {
        Self {
            pool: from.pool,
            proposer: from.proposer,
            root: from.root,
            manifest_hash: from.manifest_hash,
            penalties_root: from.penalties_root,
            usage_root: from.usage_root,
            epoch: Epoch(from.epoch),
            root_sum: Tokens(from.root_sum),
            penalties_sum: Tokens(from.penalties_sum),
            usage_sum: Credits(from.usage_sum),
            bond: Tokens(from.bond),
            proposed_at: from.proposed_at,
            quorum_at: from.quorum_at,
            finalizable_at: from.finalizable_at,
            finalized_at: from.finalized_at,
            leaf_count: from.leaf_count,
            attestations: from.attestations,
            rejections: from.rejections,
            generation: from.generation,
            status: from.status,
            challenge: from.challenge,
            has_challenge: from.has_challenge != 0,
            version: from.version,
        }
    }
}

/// A proposal's account was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ProposalClosed {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Address that the proposal had.
    #[serde(serialize_with = "crate::typed::address")]
    pub proposal: Address,
    /// Its epoch.
    pub epoch: Epoch,
    /// Its status: 0 open, 1 finalized, 2 rejected.
    pub status: u8,
}

impl From<&types::ProposalClosed> for ProposalClosed {
    fn from(from: &types::ProposalClosed) -> Self {
        Self {
            pool: from.pool,
            proposal: from.proposal,
            epoch: Epoch(from.epoch),
            status: from.status,
        }
    }
}

/// An oracle proposed a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Proposed {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Address of the proposal.
    #[serde(serialize_with = "crate::typed::address")]
    pub proposal: Address,
    /// Epoch that the root closes.
    pub epoch: Epoch,
    /// Oracle that proposed.
    #[serde(serialize_with = "crate::typed::address")]
    pub oracle: Address,
    /// Root hash.
    #[serde(serialize_with = "crate::typed::hex")]
    pub root: [u8; 32],
    /// Lifetime total of all operators.
    pub root_sum: Tokens,
    /// Tokens at stake.
    pub bond: Tokens,
}

impl From<&types::Proposed> for Proposed {
    fn from(from: &types::Proposed) -> Self {
        Self {
            pool: from.pool,
            proposal: from.proposal,
            epoch: Epoch(from.epoch),
            oracle: from.oracle,
            root: from.root,
            root_sum: Tokens(from.root_sum),
            bond: Tokens(from.bond),
        }
    }
}

/// An oracle rejected a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// Address of the proposal.
    #[serde(serialize_with = "crate::typed::address")]
    pub proposal: Address,
    /// Epoch that the root would close.
    pub epoch: Epoch,
    /// Oracle that rejected.
    #[serde(serialize_with = "crate::typed::address")]
    pub oracle: Address,
    /// Rejections so far, this one included.
    pub rejections: u8,
    /// Status of the proposal before: 0 open.
    pub old_status: u8,
    /// Status of the proposal now: 0 open, 2 rejected.
    pub new_status: u8,
}

impl From<&types::Rejected> for Rejected {
    fn from(from: &types::Rejected) -> Self {
        Self {
            pool: from.pool,
            proposal: from.proposal,
            epoch: Epoch(from.epoch),
            oracle: from.oracle,
            rejections: from.rejections,
            old_status: from.old_status,
            new_status: from.new_status,
        }
    }
}

/// How an epoch's emission is divided, in basis points that add up to 10,000; see
/// `cairn_protocol::split`. 8 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Splits {
    /// To operators, through the root; at least 1.
    pub operators: BasisPoints,
    /// To those who delegate stake.
    pub delegators: BasisPoints,
    /// To the oracles that attested the epoch's root, in equal parts.
    pub oracles: BasisPoints,
    /// To the treasury.
    pub treasury: BasisPoints,
}

impl From<&types::Splits> for Splits {
    fn from(from: &types::Splits) -> Self {
        Self {
            operators: BasisPoints(from.operators),
            delegators: BasisPoints(from.delegators),
            oracles: BasisPoints(from.oracles),
            treasury: BasisPoints(from.treasury),
        }
    }
}

impl From<Splits> for types::Splits {
    fn from(from: Splits) -> Self {
        Self {
            operators: from.operators.0,
            delegators: from.delegators.0,
            oracles: from.oracles.0,
            treasury: from.treasury.0,
        }
    }
}

/// A pending division was withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SplitsCancelled {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// The division that stays.
    pub kept: Splits,
    /// The division that was withdrawn.
    pub cancelled: Splits,
}

impl From<&types::SplitsCancelled> for SplitsCancelled {
    fn from(from: &types::SplitsCancelled) -> Self {
        Self { pool: from.pool, kept: (&from.kept).into(), cancelled: (&from.cancelled).into() }
    }
}

/// Another division of future epochs is pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SplitsProposed {
    /// Address of the pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub pool: Address,
    /// The division until then.
    pub old: Splits,
    /// The division from then on.
    pub new: Splits,
    /// The first epoch of the new division.
    pub from_epoch: Epoch,
}

impl From<&types::SplitsProposed> for SplitsProposed {
    fn from(from: &types::SplitsProposed) -> Self {
        Self {
            pool: from.pool,
            old: (&from.old).into(),
            new: (&from.new).into(),
            from_epoch: Epoch(from.from_epoch),
        }
    }
}

/// What a customer used was debited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UsageSettled {
    /// Address of the market.
    #[serde(serialize_with = "crate::typed::address")]
    pub market: Address,
    /// Wallet of the customer.
    #[serde(serialize_with = "crate::typed::address")]
    pub customer: Address,
    /// Credits debited now.
    pub amount: Credits,
    /// Credits debited over the account's life before.
    pub old_settled: Credits,
    /// Credits debited over the account's life.
    pub new_settled: Credits,
    /// Credits that the customer used up to the active root.
    pub lifetime_spent: Credits,
}

impl From<&types::UsageSettled> for UsageSettled {
    fn from(from: &types::UsageSettled) -> Self {
        Self {
            market: from.market,
            customer: from.customer,
            amount: Credits(from.amount),
            old_settled: Credits(from.old_settled),
            new_settled: Credits(from.new_settled),
            lifetime_spent: Credits(from.lifetime_spent),
        }
    }
}

/// Any event of the program. In JSON its name stands beside its fields, as `event`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "events are few and short-lived")]
pub enum Event {
    /// An oracle attested a proposal.
    Attested(Attested),
    /// A bond went back to whoever it belongs to.
    BondReturned(BondReturned),
    /// A challenge's account was closed.
    ChallengeClosed(ChallengeClosed),
    /// A challenge was resolved.
    ChallengeSettled(ChallengeSettled),
    /// An oracle voted on a challenge.
    ChallengeVoted(ChallengeVoted),
    /// Somebody challenged a proposal.
    Challenged(Challenged),
    /// A claimant's account was closed.
    ClaimantClosed(ClaimantClosed),
    /// An operator may be paid from now on.
    ClaimantOpened(ClaimantOpened),
    /// An operator was paid.
    Claimed(Claimed),
    /// A pool is not going to be closed.
    CloseCancelled(CloseCancelled),
    /// A pool is going to be closed.
    CloseRequested(CloseRequested),
    /// A customer's account was closed.
    CreditAccountClosed(CreditAccountClosed),
    /// A customer's account was opened.
    CreditAccountOpened(CreditAccountOpened),
    /// A credit market was closed.
    CreditMarketClosed(CreditMarketClosed),
    /// A credit market was created.
    CreditMarketCreated(CreditMarketCreated),
    /// Pending terms of a credit market were withdrawn.
    CreditUpdateCancelled(CreditUpdateCancelled),
    /// Other terms of a credit market are pending.
    CreditUpdateProposed(CreditUpdateProposed),
    /// A customer bought credits.
    CreditsBought(CreditsBought),
    /// The emission of future epochs changed.
    EmissionChanged(EmissionChanged),
    /// A customer's escrow changed by the customer's will.
    EscrowChanged(EscrowChanged),
    /// A root became active.
    Finalized(Finalized),
    /// A pool's oracles changed.
    OracleChangeApplied(OracleChangeApplied),
    /// A pending change of a pool's oracles was withdrawn.
    OracleChangeCancelled(OracleChangeCancelled),
    /// A change of a pool's oracles is pending.
    OracleChangeProposed(OracleChangeProposed),
    /// A pool's oracle set was closed.
    OracleSetClosed(OracleSetClosed),
    /// A pool's oracles were named.
    OracleSetCreated(OracleSetCreated),
    /// Delegators, an oracle or the treasury were paid.
    PartPaid(PartPaid),
    /// An operator divided what it earns otherwise.
    PayeesSet(PayeesSet),
    /// A pool was closed.
    PoolClosed(PoolClosed),
    /// A pool was created.
    PoolCreated(PoolCreated),
    /// A pool was brought to the program's version.
    PoolMigrated(PoolMigrated),
    /// Pending terms of a pool were withdrawn.
    PoolUpdateCancelled(PoolUpdateCancelled),
    /// Other terms of a pool are pending.
    PoolUpdateProposed(PoolUpdateProposed),
    /// An oracle reported a price.
    PriceReported(PriceReported),
    /// A proposal's account was closed.
    ProposalClosed(ProposalClosed),
    /// An oracle proposed a root.
    Proposed(Proposed),
    /// An oracle rejected a proposal.
    Rejected(Rejected),
    /// A pending division was withdrawn.
    SplitsCancelled(SplitsCancelled),
    /// Another division of future epochs is pending.
    SplitsProposed(SplitsProposed),
    /// What a customer used was debited.
    UsageSettled(UsageSettled),
}

impl From<&events::Event> for Event {
    fn from(from: &events::Event) -> Self {
        match from {
            events::Event::Attested(event) => Self::Attested(event.into()),
            events::Event::BondReturned(event) => Self::BondReturned(event.into()),
            events::Event::ChallengeClosed(event) => Self::ChallengeClosed(event.into()),
            events::Event::ChallengeSettled(event) => Self::ChallengeSettled(event.into()),
            events::Event::ChallengeVoted(event) => Self::ChallengeVoted(event.into()),
            events::Event::Challenged(event) => Self::Challenged(event.into()),
            events::Event::ClaimantClosed(event) => Self::ClaimantClosed(event.into()),
            events::Event::ClaimantOpened(event) => Self::ClaimantOpened(event.into()),
            events::Event::Claimed(event) => Self::Claimed(event.into()),
            events::Event::CloseCancelled(event) => Self::CloseCancelled(event.into()),
            events::Event::CloseRequested(event) => Self::CloseRequested(event.into()),
            events::Event::CreditAccountClosed(event) => Self::CreditAccountClosed(event.into()),
            events::Event::CreditAccountOpened(event) => Self::CreditAccountOpened(event.into()),
            events::Event::CreditMarketClosed(event) => Self::CreditMarketClosed(event.into()),
            events::Event::CreditMarketCreated(event) => Self::CreditMarketCreated(event.into()),
            events::Event::CreditUpdateCancelled(event) => {
                Self::CreditUpdateCancelled(event.into())
            }
            events::Event::CreditUpdateProposed(event) => Self::CreditUpdateProposed(event.into()),
            events::Event::CreditsBought(event) => Self::CreditsBought(event.into()),
            events::Event::EmissionChanged(event) => Self::EmissionChanged(event.into()),
            events::Event::EscrowChanged(event) => Self::EscrowChanged(event.into()),
            events::Event::Finalized(event) => Self::Finalized(event.into()),
            events::Event::OracleChangeApplied(event) => Self::OracleChangeApplied(event.into()),
            events::Event::OracleChangeCancelled(event) => {
                Self::OracleChangeCancelled(event.into())
            }
            events::Event::OracleChangeProposed(event) => Self::OracleChangeProposed(event.into()),
            events::Event::OracleSetClosed(event) => Self::OracleSetClosed(event.into()),
            events::Event::OracleSetCreated(event) => Self::OracleSetCreated(event.into()),
            events::Event::PartPaid(event) => Self::PartPaid(event.into()),
            events::Event::PayeesSet(event) => Self::PayeesSet(event.into()),
            events::Event::PoolClosed(event) => Self::PoolClosed(event.into()),
            events::Event::PoolCreated(event) => Self::PoolCreated(event.into()),
            events::Event::PoolMigrated(event) => Self::PoolMigrated(event.into()),
            events::Event::PoolUpdateCancelled(event) => Self::PoolUpdateCancelled(event.into()),
            events::Event::PoolUpdateProposed(event) => Self::PoolUpdateProposed(event.into()),
            events::Event::PriceReported(event) => Self::PriceReported(event.into()),
            events::Event::ProposalClosed(event) => Self::ProposalClosed(event.into()),
            events::Event::Proposed(event) => Self::Proposed(event.into()),
            events::Event::Rejected(event) => Self::Rejected(event.into()),
            events::Event::SplitsCancelled(event) => Self::SplitsCancelled(event.into()),
            events::Event::SplitsProposed(event) => Self::SplitsProposed(event.into()),
            events::Event::UsageSettled(event) => Self::UsageSettled(event.into()),
        }
    }
}
