//! The chain as the oracle sees it.

use cairn_protocol::emission::{Step, emitted_in};
use cairn_protocol::merkle::Node;
use cairn_protocol::proposal::ProposalContent;
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
    /// Time between quorum and finalization.
    pub challenge_window_s: u64,
    /// The active root, if one was ever finalized.
    pub active: Option<ActiveRoot>,
    /// The oracles' keys in the order of the set.
    pub oracles: Vec<Address>,
    /// How many must attest the identical content.
    pub threshold: u8,
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

/// The network's devices at one finalized slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrySnapshot {
    /// Every device, in no order.
    pub devices: Vec<DeviceRecord>,
    /// Every licence, by account.
    pub licenses: BTreeMap<Address, License>,
    /// The operators' bonds; none without a stake pool.
    pub bonds: Bonds,
    /// The slot.
    pub slot: u64,
    /// The chain's clock at that slot, unix seconds.
    pub chain_time_s: u64,
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
    /// Oracles that attested, in the order of the set.
    pub attested_by: Vec<Address>,
    /// When the threshold was reached, unix seconds.
    pub quorum_at_s: Option<u64>,
    /// Whether its root became active.
    pub finalized: bool,
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
            Self::Missing { .. } => "chain_account_missing",
            Self::Malformed { .. } => "chain_account_malformed",
            Self::Refused { .. } => "chain_refused",
        }
    }
}

/// The chain. Every call may fail at any time and is safe to repeat.
pub trait Chain: Send + Sync + 'static {
    /// This oracle's key, which signs its proposals and attestations.
    fn identity(&self) -> Address;

    /// The pool that this oracle works for, finalized.
    fn pool_state(&self) -> impl Future<Output = Result<PoolState, ChainError>> + Send;

    /// All devices of a network, finalized.
    fn registry_snapshot(
        &self,
        network: &Address,
    ) -> impl Future<Output = Result<RegistrySnapshot, ChainError>> + Send;

    /// Every proposal for an epoch, whatever its content.
    fn proposals(
        &self,
        epoch: u64,
    ) -> impl Future<Output = Result<Vec<ProposalState>, ChainError>> + Send;

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
}
