//! One function per instruction of each program, plus the few of other programs that go with them.

mod registry;
mod rewards;
mod staking;
mod token;

pub use registry::*;
pub use rewards::*;
pub use staking::*;
pub use token::*;
