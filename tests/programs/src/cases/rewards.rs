//! The cases of the rewards program.

use super::Builder;

/// Every case, in the order of the program's instructions.
pub const ALL: &[Builder] = &[];
