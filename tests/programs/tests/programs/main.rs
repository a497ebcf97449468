//! Every instruction of every program: what it does, and what it refuses by which error. One file
//! per instruction, in one binary so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod accept_authority;
mod add_maker;
mod assert_location;
mod attest;
mod bond;
mod cancel_authority;
mod cancel_class_update;
mod cancel_network_update;
mod cancel_retirement;
mod claim;
mod close_class;
mod close_license;
mod close_maker;
mod close_network;
mod compute_units;
mod create_class;
mod create_network;
mod create_oracle_set;
mod create_pool;
mod create_stake_pool;
mod finalize;
mod issue_license;
mod merkle_mutations;
mod model;
mod onboard_device;
mod open_bond;
mod open_claimant;
mod pause_network;
mod propose;
mod propose_authority;
mod propose_class_update;
mod propose_network_update;
mod reinstate_device;
mod renew_license;
mod request_retirement;
mod request_unbond;
mod retire_device;
mod revoke_license;
mod revoke_maker;
mod set_license;
mod set_maker_quota;
mod set_operator;
mod staking_cases;
mod suspend_device;
mod unpause_network;
mod whole_path;
mod withdraw;
