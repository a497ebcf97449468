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
mod known_answers;
mod merkle_mutations;
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
mod apply_oracle_change;
mod buy_credits;
mod cancel_close;
mod cancel_credit_update;
mod cancel_oracle_change;
mod cancel_pool_update;
mod cancel_splits;
mod challenge;
mod change_emission;
mod close_challenge;
mod close_claimant;
mod close_credit_account;
mod close_credit_market;
mod close_oracle_set;
mod close_pool;
mod close_proposal;
mod create_credit_market;
mod escrow_credits;
mod open_credit_account;
mod pay_delegators;
mod pay_oracle;
mod pay_treasury;
mod propose_credit_update;
mod propose_oracle_change;
mod propose_pool_update;
mod propose_splits;
mod reject_proposal;
mod report_price;
mod request_close;
mod request_escrow_withdrawal;
mod resolve_challenge;
mod return_bond;
mod set_payees;
mod settle_usage;
mod vote_challenge;
mod withdraw_escrow;
