//! What this program reads of the rewards program's accounts: the beginnings of their layouts.
//!
//! They are mirrored and not imported, because two programs without an entry point do not link
//! into a third. `tests/layout.rs` compares every field with its definition.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// The rewards program.
pub const REWARDS_ID: Address =
    anchor_lang::address!("5BuTAvfpVnL8foub1gbCSRHhh3bZh4TikdUnx3f3BBCx");
/// Status of a proposal whose root became active.
pub const STATUS_FINALIZED: u8 = 1;

/// The beginning of the rewards program's `Pool`.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct RewardsPool {
    /// Network that it rewards.
    pub network: Address,
    /// Mint of the rewards.
    pub mint: Address,
    /// Not read.
    pub skipped: [u8; 688],
    /// Length of an epoch.
    pub epoch_seconds: u32,
}

impl Owner for RewardsPool {
    const OWNER: Address = REWARDS_ID;
}

impl Discriminator for RewardsPool {
    /// The first bytes of SHA-256 of `account:Pool`.
    const DISCRIMINATOR: &'static [u8] = &[241, 154, 109, 4, 17, 177, 109, 188];
}

impl IdlAccountType for RewardsPool {}

/// The beginning of the rewards program's `Proposal`.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct FinalProposal {
    /// Pool that the root is for.
    pub pool: Address,
    /// Not read.
    pub skipped: [u8; 96],
    /// Root hash of the tree over the epoch's penalties; zeros for none.
    pub penalties_root: [u8; 32],
    /// Not read.
    pub usage_root: [u8; 32],
    /// Epoch that the root closes.
    pub epoch: u64,
    /// Not read.
    pub root_sum: u64,
    /// All penalties of the epoch together.
    pub penalties_sum: u64,
    /// Not read.
    pub more_skipped: [u8; 40],
    /// When its root became active, unix seconds; 0 before.
    pub finalized_at: i64,
    /// Not read.
    pub counts: [u8; 16],
    /// 0 open, 1 finalized, 2 rejected.
    pub status: u8,
    /// Not read.
    pub rest: [u8; 7],
}

impl Owner for FinalProposal {
    const OWNER: Address = REWARDS_ID;
}

impl Discriminator for FinalProposal {
    /// The first bytes of SHA-256 of `account:Proposal`.
    const DISCRIMINATOR: &'static [u8] = &[26, 94, 189, 187, 116, 136, 53, 33];
}

impl IdlAccountType for FinalProposal {}
