//! One file per instruction.

mod attest;
mod claim;
mod create_oracle_set;
mod create_pool;
mod finalize;
mod open_claimant;
mod propose;

pub use attest::*;
pub use claim::*;
pub use create_oracle_set::*;
pub use create_pool::*;
pub use finalize::*;
pub use open_claimant::*;
pub use propose::*;

pub use crate::{events::PayeeShare, state::{CreditTerms, EmissionStep, PoolTerms, ProposalContent, Splits}};
