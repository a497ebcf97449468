//! Accounts, events and terms as they are meant: amounts in their units, flags as `bool`, fixed
//! fields as text, and all of it writable as JSON in the manner of the HTTP API ([`crate::api`]).
//!
//! The three modules, in `generated/`, are rendered from the programs' IDLs by `client/generate`, where every amount
//! has to name its unit. Each type is read with `From` from the one of the generated client, which
//! has the raw numbers; terms, splits and shares, which instructions take, also go back.
//!
//! ```
//! use cairn_sdk::{amount::Tokens, instruction, typed};
//! # let wallet = solana_address::Address::new_from_array([1; 32]);
//! let mut terms: typed::rewards::PoolTerms = instruction::plain_terms(wallet, 3_600);
//! terms.proposal_bond = Tokens::parse("250", 6)?;
//! let update = instruction::propose_pool_update(&wallet, &wallet, &wallet, &terms);
//! # assert!(!update.data.is_empty());
//! # Ok::<(), cairn_sdk::amount::ParseAmountError>(())
//! ```

pub use crate::generated::{registry, rewards, staking};

use crate::event;
use serde::{Serialize, Serializer};
use solana_address::Address;
use std::fmt::Display;

/// An event of any of Cairn's programs, with units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "program", rename_all = "snake_case")]
pub enum Event {
    /// Of the registry.
    Registry(registry::Event),
    /// Of the rewards program.
    Rewards(rewards::Event),
    /// Of the staking program.
    Staking(staking::Event),
}

impl From<&event::Event> for Event {
    fn from(event: &event::Event) -> Self {
        match event {
            event::Event::Registry(event) => Self::Registry(event.into()),
            event::Event::Rewards(event) => Self::Rewards(event.into()),
            event::Event::Staking(event) => Self::Staking(event.into()),
        }
    }
}

pub(crate) fn address<S: Serializer>(address: &Address, serializer: S) -> Result<S::Ok, S::Error> {
    text(address, serializer)
}

pub(crate) fn addresses<S: Serializer>(
    addresses: &[Address],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(addresses.iter().map(ToString::to_string))
}

/// For numbers that a JavaScript number would lose some of.
pub(crate) fn text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

pub(crate) fn hex<const N: usize, S: Serializer>(
    bytes: &[u8; N],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        account::{Limit, PoolTerms},
        amount::{BasisPoints, Tokens},
        instruction,
    };
    use cairn_generated::rewards::{events::Event as RewardsEvent, types::Claimed};

    #[test]
    fn an_event_says_in_json_what_it_is_and_loses_no_digit() {
        let (pool, operator) = (Address::new_from_array([1; 32]), Address::new_from_array([2; 32]));
        let claimed = Claimed { pool, operator, amount: u64::MAX, claimed_total: 7 };
        let event = event::Event::Rewards(RewardsEvent::Claimed(claimed));
        let json = serde_json::to_value(Event::from(&event)).unwrap();
        let expected = serde_json::json!({
            "program": "rewards",
            "event": "claimed",
            "pool": pool.to_string(),
            "operator": operator.to_string(),
            "amount": u64::MAX.to_string(),
            "claimed_total": "7",
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn terms_come_back_as_they_were() {
        let limit = Limit { max_amount: 5, window_seconds: 60, max_bps: 100, reserved: [0; 2] };
        let terms = PoolTerms {
            proposal_bond: 1,
            challenge_bond: 2,
            breaker: limit,
            challenge_burn_bps: 3,
            ..instruction::plain_terms(Address::new_from_array([1; 32]), 60).into()
        };
        let typed = rewards::PoolTerms::from(&terms);
        assert_eq!((typed.proposal_bond, typed.challenge_bond), (Tokens(1), Tokens(2)));
        assert_eq!(typed.challenge_burn_bps, BasisPoints(3));
        assert_eq!(PoolTerms::from(typed), terms);
    }
}
