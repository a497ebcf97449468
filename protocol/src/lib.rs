//! What everyone in a Cairn network shares, and nothing else: the bytes that devices sign, the
//! hashes that oracles and programs must agree on, the maths of emission and allocation, and the
//! reason codes that a refusal carries from the oracle's log to the operator's screen.
//!
//! Goals: one definition for firmware, oracle, program and client; identical results on every
//! machine; no panic on any input. Non-goals: I/O, clocks, signature checking (see `cairn-verify`).
//!
//! The crate is `no_std` and uses integers only. Money is counted in the mint's smallest unit.
//!
//! ```
//! use cairn_protocol::merkle::{OperatorLeaf, SumTree, verify};
//!
//! let pool = [7; 32];
//! let leaves: Vec<_> = (1..=3u8)
//!     .map(|n| OperatorLeaf { pool, operator: [n; 32], lifetime_total: n.into(), devices_root: [0; 32] })
//!     .collect();
//! let tree = SumTree::build(leaves.iter().map(OperatorLeaf::node).collect())?;
//! let proof = tree.prove(1)?;
//! assert_eq!(tree.root().sum, 6);
//! assert!(verify(&tree.root(), &leaves[1].node(), 1, &proof));
//! # Ok::<(), cairn_protocol::merkle::MerkleError>(())
//! ```
#![no_std]
#![cfg_attr(target_arch = "bpf", feature(asm_experimental_arch))]

extern crate alloc;

pub mod allocation;
pub mod breaker;
#[cfg(feature = "proofs")]
pub mod compute;
pub mod credits;
pub mod dilution;
pub mod emission;
pub mod hash;
pub mod merkle;
pub mod mint;
pub mod onboarding;
pub mod opaque;
#[cfg(feature = "proofs")]
pub mod proof;
pub mod proposal;
pub mod reason;
#[cfg(feature = "proofs")]
pub mod sealing;
pub mod settlement;
pub mod split;
pub mod stake;
