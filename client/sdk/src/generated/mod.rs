//! Accounts, events and terms with units, per program, rendered from its IDL by scripts/generate.

pub mod registry;
pub mod rewards;
pub mod staking;
