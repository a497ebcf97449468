//! One file per instruction.

mod add_maker;
mod create_class;
mod create_network;
mod onboard_device;
mod set_operator;

pub use add_maker::*;
pub use create_class::*;
pub use create_network::*;
pub use onboard_device::*;
pub use set_operator::*;
