//! What the rewards program tells indexers; borsh after an 8-byte discriminator, in `Program data`
//! logs.

use anchor_lang::prelude::*;

/// A pool was created.
#[event]
pub struct PoolCreated {
    /// Address of the pool.
    pub pool: Address,
    /// Network that it rewards.
    pub network: Address,
    /// Mint of the rewards.
    pub mint: Address,
    /// Start of epoch 0, unix seconds.
    pub genesis_at: i64,
    /// Length of an epoch.
    pub epoch_seconds: u32,
}

/// A pool's oracles were named.
#[event]
pub struct OracleSetCreated {
    /// Address of the pool.
    pub pool: Address,
    /// How many must attest.
    pub threshold: u8,
    /// How many there are.
    pub count: u8,
}

/// An oracle proposed a root.
#[event]
pub struct Proposed {
    /// Address of the pool.
    pub pool: Address,
    /// Address of the proposal.
    pub proposal: Address,
    /// Epoch that the root closes.
    pub epoch: u64,
    /// Oracle that proposed.
    pub oracle: Address,
    /// Root hash.
    pub root: [u8; 32],
    /// Lifetime total of all operators.
    pub root_sum: u64,
}

/// An oracle attested a proposal.
#[event]
pub struct Attested {
    /// Address of the pool.
    pub pool: Address,
    /// Address of the proposal.
    pub proposal: Address,
    /// Epoch that the root closes.
    pub epoch: u64,
    /// Oracle that attested.
    pub oracle: Address,
    /// Attestations so far, this one included.
    pub attestations: u8,
}

/// A root became active.
#[event]
pub struct Finalized {
    /// Address of the pool.
    pub pool: Address,
    /// Address of the proposal.
    pub proposal: Address,
    /// Epoch that the root closes.
    pub epoch: u64,
    /// Root hash.
    pub root: [u8; 32],
    /// Lifetime total of all operators before.
    pub old_root_sum: u64,
    /// Lifetime total of all operators now.
    pub new_root_sum: u64,
}

/// An operator may be paid from now on.
#[event]
pub struct ClaimantOpened {
    /// Address of the pool.
    pub pool: Address,
    /// Wallet of the operator.
    pub operator: Address,
    /// Token account that claims go to.
    pub destination: Address,
}

/// An operator was paid.
#[event(bytemuck)]
pub struct Claimed {
    /// Address of the pool.
    pub pool: Address,
    /// Wallet of the operator.
    pub operator: Address,
    /// Tokens paid now.
    pub amount: u64,
    /// Tokens paid over the operator's life.
    pub claimed_total: u64,
}
