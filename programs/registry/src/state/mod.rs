//! Accounts of the registry. All are zero-copy: the stored bytes are the `repr(C)` struct after an
//! 8-byte discriminator. Each has a version and reserved bytes for later fields.

mod device;
mod device_class;
mod license;
mod maker;
mod network;

pub use device::*;
pub use device_class::*;
pub use license::*;
pub use maker::*;
pub use network::*;

/// Version of every account layout in this program.
pub const VERSION: u8 = 1;
