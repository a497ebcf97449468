//! Every instruction of every program: what it does, and what it refuses by which error. One file
//! per instruction, in one binary so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod accept_authority;
mod account_matrix;
mod add_maker;
mod add_to_delegation;
mod announce_penalty;
mod assert_location;
mod attest;
mod bond;
mod cancel_authority;
mod cancel_class_update;
mod cancel_network_update;
mod cancel_retirement;
mod cancel_stake_update;
mod claim;
mod claim_delegation_rewards;
mod close_bond;
mod close_class;
mod close_delegation;
mod close_license;
mod close_lock_period;
mod close_maker;
mod close_network;
mod close_penalty;
mod close_penalty_epoch;
mod close_stake_pool;
mod close_target;
mod compute_units;
mod create_class;
mod create_network;
mod create_oracle_set;
mod create_pool;
mod create_stake_pool;
mod delegate;
mod execute_penalty;
mod extend_lock;
mod finalize;
mod issue_license;
mod known_answers;
mod merkle_mutations;
mod onboard_device;
mod open_bond;
mod open_claimant;
mod open_lock_period;
mod open_target;
mod pause_network;
mod pay_challenger;
mod pay_stake_treasury;
mod propose;
mod propose_authority;
mod propose_class_update;
mod propose_network_update;
mod propose_stake_update;
mod reach_period;
mod register_penalties;
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
mod settle_delegation;
mod staking_cases;
mod suspend_device;
mod sync_rewards;
mod undelegate;
mod unpause_network;
mod veto_penalty;
mod whole_path;
mod withdraw;
mod withdraw_delegation;
