//! What the oracle reads from and writes to the chain, behind one small trait.

pub mod solana;
mod types;

pub use types::{
    ActiveRoot, BlockState, Chain, ChainError, ChallengeState, Credits, CustomerCredits, Dues,
    Label, Outcome, Part, PoolState, ProposalState, ProposalStatus, RegistrySnapshot, Sent, Tidy,
};
