//! Every instruction of every program: what it does, and what it refuses by which error. One file
//! per instruction, in one binary so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod add_maker;
mod apply_oracle_change;
mod attest;
mod bond;
mod buy_credits;
mod cancel_close;
mod cancel_credit_update;
mod cancel_oracle_change;
mod cancel_pool_update;
mod cancel_splits;
mod challenge;
mod change_emission;
mod claim;
mod close_challenge;
mod close_claimant;
mod close_credit_account;
mod close_credit_market;
mod close_oracle_set;
mod close_pool;
mod close_proposal;
mod create_class;
mod create_credit_market;
mod create_network;
mod create_oracle_set;
mod create_pool;
mod create_stake_pool;
mod escrow_credits;
mod finalize;
mod onboard_device;
mod open_bond;
mod open_claimant;
mod open_credit_account;
mod pay_delegators;
mod pay_oracle;
mod pay_treasury;
mod propose;
mod propose_credit_update;
mod propose_oracle_change;
mod propose_pool_update;
mod propose_splits;
mod reject_proposal;
mod report_price;
mod request_close;
mod request_escrow_withdrawal;
mod request_unbond;
mod resolve_challenge;
mod return_bond;
mod rewards_cases;
mod set_operator;
mod set_payees;
mod settle_usage;
mod vote_challenge;
mod whole_path;
mod withdraw;
mod withdraw_escrow;
