//! Every instruction of every program: what it does, and what it refuses by which error. One file
//! per instruction, in one binary so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod add_maker;
mod attest;
mod bond;
mod claim;
mod compute_units;
mod create_class;
mod create_network;
mod create_oracle_set;
mod create_pool;
mod create_stake_pool;
mod finalize;
mod merkle_mutations;
mod onboard_device;
mod open_bond;
mod open_claimant;
mod propose;
mod request_unbond;
mod set_operator;
mod whole_path;
mod withdraw;
