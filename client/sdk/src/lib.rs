//! Typed access to Cairn's programs, over the clients that Codama renders from their IDLs.
//!
//! Goals: every address, instruction and error that a founder, operator or oracle needs, with
//! types that are hard to confuse and errors that say what to do. Non-goals: signing devices'
//! proofs (`cairn-device`), judging them (`cairn-verify`), keys at rest.
//!
//! [`address`] derives addresses, [`instruction`] builds instructions, [`account`] decodes
//! accounts, [`event`] reads logs, [`typed`] gives both their units ([`amount`]), [`rpc`] sends and fetches, [`claims`] packs claims into
//! transactions ([`lookup_table`] where they are long), [`config`] follows the Solana
//! command line's configuration file.
//!
//! ```
//! use cairn_sdk::instruction::{self, NetworkSpec, NetworkTermsSpec};
//! use cairn_sdk::address;
//! use solana_address::Address;
//!
//! let founder = Address::new_from_array([1; 32]);
//! let spec = NetworkSpec {
//!     name: "grenoble".into(),
//!     symbol: "GRE".into(),
//!     settle_seconds: 86_400,
//!     terms: NetworkTermsSpec {
//!         guardian: founder,
//!         license_issuer: founder,
//!         treasury: founder,
//!         change_delay_seconds: 7 * 86_400,
//!     },
//! };
//! let create = instruction::create_network(&founder, &spec)?;
//! assert_eq!(create.accounts[1].pubkey, address::network(&founder, "grenoble")?);
//! # Ok::<(), cairn_sdk::NameError>(())
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod account;
pub mod address;
pub mod amount;
pub mod api;
pub mod blocks;
pub mod claims;
pub mod config;
mod error;
pub mod event;
mod generated;
pub mod instruction;
pub mod lookup_table;
pub mod rpc;
pub mod typed;

pub use cairn_generated::{registry, rewards, staking};
pub use error::{Error, NameError, ProgramErrorText};
