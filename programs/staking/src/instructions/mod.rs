//! One file per instruction.

mod bond;
mod create_stake_pool;
mod open_bond;
mod request_unbond;
mod withdraw;

pub use bond::*;
pub use create_stake_pool::*;
pub use open_bond::*;
pub use request_unbond::*;
pub use withdraw::*;
