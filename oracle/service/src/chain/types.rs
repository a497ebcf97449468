//! The chain as the oracle sees it.

use cairn_epoch::UsageProof;
use cairn_protocol::credits::{Quote, price_at};
use cairn_protocol::emission::{Step, emitted_in};
use cairn_protocol::hash::Hash;
use cairn_protocol::merkle::Node;
use cairn_protocol::proposal::ProposalContent;
use cairn_protocol::settlement::Settled;
use cairn_protocol::split::Splits;
use cairn_verify::{Address, Bonds, DeviceRecord, License};
use std::collections::BTreeMap;
use std::future::Future;
use thiserror::Error;

/// A root that the chain finalized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActiveRoot {
    /// The epoch that it closes.
    pub epoch: u64,
    /// Its hash and sum.
    pub root: Node,
    /// Hash and sum of what customers used; zeros when nobody did yet.
    pub usage: Node,
}

/// A pool with its oracle set, at `finalized` commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolState {
    /// Address of the pool.
    pub address: Address,
    /// Network that it rewards.
    pub network: Address,
    /// Mint of the rewards.
    pub mint: Address,
    /// Wallet that earns what rounding leaves over.
    pub treasury: Address,
    /// Another wallet that does so from a time on, unix seconds.
    pub next_treasury: Option<(u64, Address)>,
    /// Start of epoch 0, unix seconds.
    pub genesis_at_s: u64,
    /// Length of an epoch.
    pub epoch_seconds: u64,
    /// The emission table.
    pub steps: Vec<Step>,
    /// How an epoch's emission is divided.
    pub splits: Splits,
    /// Another division from an epoch on.
    pub next_splits: Option<(u64, Splits)>,
    /// Tokens that may be minted again because customers burned them, by epoch; where the vault is
    /// filled from outside there are none.
    pub reminted: BTreeMap<u64, u64>,
    /// Whether proposals are stopped.
    pub paused: bool,
    /// Whether they are stopped for good, because the pool is closing.
    pub closing: bool,
    /// How long a finalized proposal with penalties is kept after that.
    pub retention_s: u64,
    /// The active root, if one was ever finalized.
    pub active: Option<ActiveRoot>,
    /// The oracles' keys in the order of the set.
    pub oracles: Vec<Address>,
    /// Raised by every change of the set.
    pub generation: u32,
    /// How many must attest the identical content.
    pub threshold: u8,
    /// The chain's finalized clock, unix seconds, before everything but `chain_time_s` was read.
    pub finalized_time_s: u64,
    /// The chain's clock, unix seconds.
    pub chain_time_s: u64,
}

impl PoolState {
    /// The treasury at a time, unix seconds.
    pub fn treasury_at(&self, time_s: u64) -> Address {
        match self.next_treasury {
            Some((from, treasury)) if time_s >= from => treasury,
            _ => self.treasury,
        }
    }

    /// Tokens of an epoch that are the operators': of its emission, and of what may be minted again
    /// because it was burned in it.
    pub fn budget(&self, epoch: u64) -> u64 {
        let splits = match self.next_splits {
            Some((from, splits)) if epoch >= from => splits,
            _ => self.splits,
        };
        let reminted = self.reminted.get(&epoch).copied().unwrap_or(0);
        splits.operators_of(emitted_in(&self.steps, epoch).saturating_add(reminted))
    }
}

/// What a registry says about a device that proofs are not judged by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Label {
    /// The maker's serial number, UTF-8, zero-padded.
    pub serial: [u8; 16],
    /// Its asserted H3 cell; 0 when there is none.
    pub cell: u64,
}

/// The network's devices at one finalized slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrySnapshot {
    /// Every device, in no order.
    pub devices: Vec<DeviceRecord>,
    /// What else it says about them, by account.
    pub labels: BTreeMap<Address, Label>,
    /// Every licence, by account.
    pub licenses: BTreeMap<Address, License>,
    /// The operators' bonds; none without a stake pool.
    pub bonds: Bonds,
    /// The customers' credits; none without a credit market.
    pub credits: Credits,
    /// The slot.
    pub slot: u64,
    /// The chain's clock at that slot, unix seconds.
    pub chain_time_s: u64,
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalStatus {
    /// It may be attested, challenged, rejected or finalized.
    Open,
    /// Its root became active.
    Finalized {
        /// When, unix seconds.
        at_s: u64,
    },
    /// Its root never will.
    Rejected,
}

/// How a challenge ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The challenger was right.
    Upheld,
    /// The challenger was wrong.
    Dismissed,
    /// The oracles did not decide in time; the proposal is rejected and nobody loses a bond.
    Expired,
}

/// A challenge's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChallengeState {
    /// Who challenged.
    pub challenger: Address,
    /// Tokens that are the challenger's once it is resolved.
    pub bond: u64,
    /// From when on it counts as undecided, unix seconds.
    pub expires_at_s: u64,
    /// Oracles that voted to uphold it, in the order of the set.
    pub upheld_by: Vec<Address>,
    /// Oracles that voted to dismiss it, in the order of the set.
    pub dismissed_by: Vec<Address>,
    /// How it ended; `None` while oracles vote.
    pub outcome: Option<Outcome>,
}

/// A proposal account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalState {
    /// Its address.
    pub address: Address,
    /// The epoch that it closes.
    pub epoch: u64,
    /// What is proposed.
    pub content: ProposalContent,
    /// Oracle that proposed.
    pub proposer: Address,
    /// Tokens in the bond vault that go back to the proposer.
    pub bond: u64,
    /// When it was proposed, unix seconds.
    pub proposed_at_s: u64,
    /// Oracles that attested, in the order of the set.
    pub attested_by: Vec<Address>,
    /// Oracles that rejected, in the order of the set.
    pub rejected_by: Vec<Address>,
    /// When the threshold was reached, unix seconds.
    pub quorum_at_s: Option<u64>,
    /// From when on it may be finalized, unix seconds; `None` below the threshold.
    pub finalizable_at_s: Option<u64>,
    /// Where it stands.
    pub status: ProposalStatus,
    /// Its challenge, until that account is closed.
    pub challenge: Option<ChallengeState>,
}

impl ProposalState {
    /// Whether its root became active.
    pub fn is_finalized(&self) -> bool {
        matches!(self.status, ProposalStatus::Finalized { .. })
    }

    /// The challenge that oracles are to vote on.
    pub fn open_challenge(&self) -> Option<&ChallengeState> {
        self.challenge.as_ref().filter(|challenge| challenge.outcome.is_none())
    }
}

/// What the pool owes the others, and anyone may have it send; in the mint's smallest unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dues {
    /// To delegators; 0 while the pool names no account for them.
    pub delegators: u64,
    /// To this oracle.
    pub oracle: u64,
    /// To the treasury.
    pub treasury: u64,
}

/// Whom a payment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Delegators.
    Delegators,
    /// This oracle.
    Oracle,
    /// The treasury.
    Treasury,
}

/// What is taken back from a proposal that is over, in one transaction and in this order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tidy {
    /// Close the challenge's account and pay the challenger.
    pub close_challenge: bool,
    /// Give the proposer its bond back.
    pub return_bond: bool,
    /// Close the proposal's account.
    pub close_proposal: bool,
}

/// What became of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It changed the chain.
    Done,
    /// The chain was in that state already: another oracle, or this one before a restart, was
    /// there first.
    AlreadyDone,
}

/// Why the chain could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChainError {
    /// No answer, or not in time; worth another try.
    #[error("the RPC node cannot be reached: {0}")]
    Unreachable(String),
    /// The node has dropped blocks that are asked for.
    #[error(
        "the RPC node no longer has the blocks of {time_s} (unix seconds): give one with more history"
    )]
    BlockGone {
        /// When they were made, unix seconds.
        time_s: u64,
    },
    /// An account that must exist does not.
    #[error("{what} {address} is not on chain")]
    Missing {
        /// What it should be.
        what: &'static str,
        /// Where, base58.
        address: String,
    },
    /// An account does not hold what it should.
    #[error("{what} {address} does not read as one: {message}")]
    Malformed {
        /// What it should be.
        what: &'static str,
        /// Where, base58.
        address: String,
        /// What is wrong.
        message: String,
    },
    /// The program or the runtime refused the transaction.
    #[error("the chain refused to {action}: {message}")]
    Refused {
        /// What was tried.
        action: &'static str,
        /// The program's error, in its words.
        message: String,
    },
}

impl ChainError {
    /// A stable name for logs and interfaces.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "chain_unreachable",
            Self::BlockGone { .. } => "chain_block_gone",
            Self::Missing { .. } => "chain_account_missing",
            Self::Malformed { .. } => "chain_account_malformed",
            Self::Refused { .. } => "chain_refused",
        }
    }
}

/// Places of an oracle set.
const MAX_ORACLES: usize = 32;

/// What one customer has on chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomerCredits {
    /// Credits that ever backed usage and were not withdrawn, with their history.
    pub backing: Settled<u64>,
    /// Credits that were debited for usage so far.
    pub settled: u64,
    /// Credits that usage can still be debited from.
    pub available: u64,
}

/// What backs the usage of customers, and what that is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credits {
    /// Length of the market's settlement period, in seconds.
    pub settle_seconds: u32,
    /// The customers, by wallet.
    pub customers: BTreeMap<Address, CustomerCredits>,
    /// What oracles say that the token is worth, with its history.
    pub quotes: [Settled<Quote>; MAX_ORACLES],
    /// How many of them must have said it lately.
    pub threshold: u8,
}

impl Default for Credits {
    fn default() -> Self {
        Self {
            settle_seconds: 1,
            customers: BTreeMap::new(),
            quotes: [Settled::new(Quote { price: 0, fresh_until: 0 }, 0); MAX_ORACLES],
            threshold: 1,
        }
    }
}

impl Credits {
    /// What backed each customer with something for an epoch that ends at a time, unix seconds.
    pub fn at(&self, ends_at_s: u64) -> BTreeMap<Address, u64> {
        let time_s = i64::try_from(ends_at_s).unwrap_or(i64::MAX);
        let at = |credits: &CustomerCredits| credits.backing.at(time_s, self.settle_seconds);
        // Anyone may open an account, or close an empty one, when some oracles have read already.
        let backed = self.customers.iter().map(|(customer, credits)| (*customer, at(credits)));
        backed.filter(|(_, backing)| *backing > 0).collect()
    }

    /// What can be debited from a customer that used `lifetime_spent` credits in all.
    pub fn due(&self, customer: &Address, lifetime_spent: u64) -> u64 {
        self.customers.get(customer).map_or(0, |credits| {
            cairn_protocol::credits::debit(lifetime_spent, credits.settled, credits.available)
        })
    }

    /// The market's price for an epoch that ends at a time, unix seconds: credits × 10⁹ per smallest
    /// unit of the token; `None` where oracles do not say one.
    pub fn price_at(&self, ends_at_s: u64) -> Option<u64> {
        let time_s = i64::try_from(ends_at_s).unwrap_or(i64::MAX);
        price_at(&self.quotes, self.threshold, time_s, self.settle_seconds)
    }
}

/// A finalized block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockState {
    /// Its slot.
    pub slot: u64,
    /// Its time, unix seconds.
    pub time_s: u64,
    /// Its hash.
    pub hash: Hash,
}

/// The chain. Every call may fail at any time and is safe to repeat.
pub trait Chain: Send + Sync + 'static {
    /// This oracle's key, which signs what it proposes, attests, rejects and votes.
    fn identity(&self) -> Address;

    /// The pool that this oracle works for, finalized.
    fn pool_state(&self) -> impl Future<Output = Result<PoolState, ChainError>> + Send;

    /// All devices of a network, finalized.
    fn registry_snapshot(
        &self,
        network: &Address,
    ) -> impl Future<Output = Result<RegistrySnapshot, ChainError>> + Send;

    /// For each of `times_s`, unix seconds, ascending, the first finalized block whose time is not
    /// before it; `None` while there is none.
    fn first_blocks_at(
        &self,
        times_s: &[u64],
    ) -> impl Future<Output = Result<Vec<Option<BlockState>>, ChainError>> + Send;

    /// Every proposal for an epoch, whatever its content, rejected ones too.
    fn proposals(
        &self,
        epoch: u64,
    ) -> impl Future<Output = Result<Vec<ProposalState>, ChainError>> + Send;

    /// Every proposal account of the pool.
    fn all_proposals(&self) -> impl Future<Output = Result<Vec<ProposalState>, ChainError>> + Send;

    /// What the pool owes the others.
    fn dues(&self) -> impl Future<Output = Result<Dues, ChainError>> + Send;

    /// Proposes; counts as this oracle's attestation. `AlreadyDone` when the content is proposed.
    fn propose(
        &self,
        epoch: u64,
        content: &ProposalContent,
    ) -> impl Future<Output = Result<Sent, ChainError>> + Send;

    /// Attests a proposal. `AlreadyDone` when this oracle has.
    fn attest(
        &self,
        proposal: &ProposalState,
    ) -> impl Future<Output = Result<Sent, ChainError>> + Send;

    /// Makes a proposal's root the active one. `AlreadyDone` when it or a later one is.
    fn finalize(
        &self,
        proposal: &ProposalState,
    ) -> impl Future<Output = Result<Sent, ChainError>> + Send;

    /// Rejects a proposal. `AlreadyDone` when this oracle has, or it is over.
    fn reject(
        &self,
        proposal: &ProposalState,
    ) -> impl Future<Output = Result<Sent, ChainError>> + Send;

    /// Votes on the challenge of a proposal. `AlreadyDone` when this oracle has, or it is resolved.
    fn vote(
        &self,
        proposal: &ProposalState,
        uphold: bool,
    ) -> impl Future<Output = Result<Sent, ChainError>> + Send;

    /// Resolves the challenge of a proposal. `AlreadyDone` when it is.
    fn resolve(
        &self,
        proposal: &ProposalState,
    ) -> impl Future<Output = Result<Sent, ChainError>> + Send;

    /// Has the pool pay a part. `AlreadyDone` when nothing is owed.
    fn pay(&self, part: Part) -> impl Future<Output = Result<Sent, ChainError>> + Send;

    /// Debits what a customer used by the active root. `AlreadyDone` when nothing is left to debit,
    /// or a newer root is active.
    fn settle_usage(
        &self,
        usage: &UsageProof,
    ) -> impl Future<Output = Result<Sent, ChainError>> + Send;

    /// Takes back what a proposal that is over still holds. `AlreadyDone` when somebody did since.
    fn tidy(
        &self,
        proposal: &ProposalState,
        tidy: Tidy,
    ) -> impl Future<Output = Result<Sent, ChainError>> + Send;
}
