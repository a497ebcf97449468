//! What one epoch pays to whom.

use crate::budget::{ClassBudget, divide};
use crate::error::EpochError;
use crate::manifest::Inputs;
use crate::points::{KindLine, score};
use crate::text;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_verify::{Address, EpochInput, Factor, ONE, Outcome};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an epoch is paid by, besides what it was judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Terms {
    /// Wallet that earns what rounding leaves over.
    pub treasury: Address,
    /// Tokens that operators get of the epoch's emission.
    pub budget: u64,
    /// The credit market's price for the epoch, in credits × 10⁹ per smallest unit of the token
    /// ([`cairn_protocol::credits`]); absent where there is none, and receipts earn nothing.
    pub credit_price: Option<u64>,
}

/// One device's statement for an epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Paystub {
    /// Address of the device's registry account.
    #[serde(with = "text::base58")]
    pub device: Address,
    /// Wallet that earns.
    #[serde(with = "text::base58")]
    pub operator: Address,
    /// Number of its class.
    pub class: u16,
    /// What it did, by kind.
    pub kinds: Vec<KindLine>,
    /// The device's factors that are not one, in the order in which they apply. Those of the
    /// outcome come first and hold for all points, `class_budget` too; `bootstrap` and `class_cap`
    /// hold for other points than those of receipts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<Factor>,
    /// Points other than for receipts, after all factors, in millionths.
    #[serde(with = "text::millionths")]
    pub points: u64,
    /// Points for receipts after the factors, in millionths.
    #[serde(with = "text::millionths")]
    pub usage_points: u64,
    /// Tokens for receipts; part of `share`.
    #[serde(with = "text::amount")]
    pub usage_tokens: u64,
    /// All tokens.
    #[serde(with = "text::amount")]
    pub share: u64,
}

/// What a customer spent in an epoch.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
pub struct Spent {
    /// The customer's wallet.
    #[serde(with = "text::base58")]
    pub customer: Address,
    /// Credits.
    #[serde(with = "text::amount")]
    pub credits: u64,
}

/// What one epoch pays, and what that was computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Earnings {
    /// The epoch.
    pub epoch: u64,
    /// When it began, unix seconds.
    pub starts_at_s: u64,
    /// When it ended, unix seconds.
    pub ends_at_s: u64,
    /// Tokens that the emission table gives its operators.
    #[serde(with = "text::amount")]
    pub budget: u64,
    /// Credits × 10⁹ per smallest unit of the token, if there is a price.
    pub credit_price: Option<u64>,
    /// Wallet that earns the dust.
    #[serde(with = "text::base58")]
    pub treasury: Address,
    /// Points of all devices, receipts' included, in millionths.
    #[serde(with = "text::millionths")]
    pub points: u64,
    /// Proofs that count.
    pub proofs_accepted: u64,
    /// Proofs that were admitted and refused when the epoch was judged.
    pub proofs_refused: u64,
    /// The classes' budgets, ascending by class.
    pub classes: Vec<ClassBudget>,
    /// One per device that gave a proof or should have, ascending by device.
    pub paystubs: Vec<Paystub>,
    /// What customers spent, ascending by customer.
    pub spent: Vec<Spent>,
    /// What rounding left over; the treasury's.
    #[serde(with = "text::amount")]
    pub dust: u64,
    /// What nobody had the points for; it is not paid. `budget` = Σ shares + `dust` + `withheld`.
    #[serde(with = "text::amount")]
    pub withheld: u64,
    /// Commits to everything that this was computed from.
    pub inputs: Inputs,
}

impl Earnings {
    /// Turns an outcome into tokens, see the modules [`crate::points`] and [`crate::budget`].
    ///
    /// # Errors
    /// When the outcome speaks of a device that the registry does not have.
    pub fn compute(
        input: &EpochInput<'_>,
        terms: &Terms,
        outcome: &Outcome,
        inputs: Inputs,
    ) -> Result<Self, EpochError> {
        let ends_at_s = input.ends_at_s();
        let devices = score(input, outcome)?;
        let division = divide(input.policy, terms.budget, terms.credit_price, &devices);
        let paystubs: Vec<Paystub> = devices
            .into_iter()
            .zip(division.shares)
            .map(|(device, share)| Paystub {
                device: device.record.address,
                operator: device.record.operator_at(ends_at_s),
                class: device.record.class,
                kinds: device.kinds,
                factors: device.factors.into_iter().filter(|factor| factor.ppm != ONE).collect(),
                points: device.points,
                usage_points: device.usage_points,
                usage_tokens: share.usage_tokens,
                share: share.tokens,
            })
            .collect();
        let mut customers: BTreeMap<Address, u64> = BTreeMap::new();
        for spending in &outcome.spendings {
            let credits = customers.entry(spending.customer).or_default();
            *credits = credits.saturating_add(spending.credits);
        }
        let accepted = outcome.proofs.iter().filter(|proof| proof.judgment.reason.is_accepted());
        let proofs_accepted = accepted.count() as u64;
        Ok(Self {
            epoch: input.epoch,
            starts_at_s: input.starts_at_ms / 1_000,
            ends_at_s,
            budget: terms.budget,
            credit_price: terms.credit_price,
            treasury: terms.treasury,
            points: paystubs.iter().fold(0, |sum: u64, stub| {
                sum.saturating_add(stub.points).saturating_add(stub.usage_points)
            }),
            proofs_accepted,
            proofs_refused: (outcome.proofs.len() as u64).saturating_sub(proofs_accepted),
            classes: division.classes,
            paystubs,
            spent: customers
                .into_iter()
                .map(|(customer, credits)| Spent { customer, credits })
                .collect(),
            dust: division.dust,
            withheld: division.withheld,
            inputs,
        })
    }

    /// A device's statement.
    pub fn paystub(&self, device: &Address) -> Option<&Paystub> {
        let at = self.paystubs.binary_search_by_key(device, |stub| stub.device).ok()?;
        self.paystubs.get(at)
    }

    /// The budget that a class's devices share.
    pub fn class(&self, class: u16) -> Option<&ClassBudget> {
        self.classes.iter().find(|budget| budget.class.is_none_or(|of| of == class))
    }
}
