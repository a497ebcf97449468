//! The cases of the staking program.

use super::Builder;

/// Every case, in the order of the program's instructions.
pub const ALL: &[Builder] = &[];
