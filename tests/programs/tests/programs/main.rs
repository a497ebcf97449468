//! Every instruction of every program: what it does, and what it refuses by which error. One file
//! per instruction, in one binary so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod whole_path;
