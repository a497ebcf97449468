//! Accounts of the rewards program. All are zero-copy: the stored bytes are the `repr(C)` struct
//! after an 8-byte discriminator. Each has a version and reserved bytes for later fields.

mod challenge;
mod claimant;
mod credit;
mod oracle_set;
mod pool;
mod proposal;
mod terms;

pub use challenge::*;
pub use claimant::*;
pub use credit::*;
pub use oracle_set::*;
pub use pool::*;
pub use proposal::*;
pub use terms::*;

/// Version of every account layout in this program but [`Pool`]'s, which is [`Pool`]'s
/// [`VERSION`](crate::version::Versioned::VERSION).
pub const VERSION: u8 = 1;
