//! Whole Cairn networks on a real chain: programs, three oracle processes, a recording of real
//! radio frames in, tokens out. The demo (`src/bin/demo.rs`) and the end-to-end tests run the
//! same [`scenario`]; they differ in the [`chain`] and in what they do to the oracles meanwhile.
//!
//! Nothing is simulated but time: a recording of years is replayed in minutes, and beside it
//! [`devices`] of the other categories run live.

pub mod chain;
pub mod cli;
pub mod devices;
pub mod founding;
pub mod oracles;
pub mod outcome;
pub mod proving;
pub mod scenario;
pub mod summary;
pub mod world;
