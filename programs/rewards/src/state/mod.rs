//! Accounts of the rewards program. All are zero-copy: the stored bytes are the `repr(C)` struct
//! after an 8-byte discriminator. Each has a version and reserved bytes for later fields.

mod claimant;
mod oracle_set;
mod pool;
mod proposal;

pub use claimant::*;
pub use oracle_set::*;
pub use pool::*;
pub use proposal::*;

/// Version of every account layout in this program.
pub const VERSION: u8 = 1;
