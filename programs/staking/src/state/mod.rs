//! Accounts of the staking program. All are zero-copy: the stored bytes are the `repr(C)` struct
//! after an 8-byte discriminator. Each has a version and reserved bytes for later fields.

mod bond;
mod delegation;
mod delegation_target;
mod dilution;
mod lock_period;
mod penalty;
mod penalty_epoch;
mod stake_pool;
mod terms;
mod unbonding;

pub use bond::*;
pub use delegation::*;
pub use delegation_target::*;
pub use dilution::*;
pub use lock_period::*;
pub use penalty::*;
pub use penalty_epoch::*;
pub use stake_pool::*;
pub use terms::*;
pub use unbonding::*;

/// Version of every account layout in this program.
pub const VERSION: u8 = 1;
