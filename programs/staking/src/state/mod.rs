//! Accounts of the staking program. All are zero-copy: the stored bytes are the `repr(C)` struct
//! after an 8-byte discriminator. Each has a version and reserved bytes for later fields.

mod bond;
mod stake_pool;
mod unbonding;

pub use bond::*;
pub use stake_pool::*;
pub use unbonding::*;

/// Version of every account layout in this program.
pub const VERSION: u8 = 1;
