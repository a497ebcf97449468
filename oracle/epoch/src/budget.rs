//! From points to tokens: the classes' budgets and what is paid of them.
//!
//! 1. The epoch's budget is divided among the classes by their weights, rounded down. A class in
//!    which nobody has points takes no part (`idle = "share"`), or its part is withheld. What a class
//!    in which receipts alone have points does not pay for them goes the same way: to the classes with
//!    other points by their weights, or it is withheld.
//! 2. Within a class, receipts come first: of at most `class_share` of the budget, a device gets a
//!    part in proportion to its usage points, but never more than `max_reward` of what its credits
//!    are worth at the credit market's price. Both are rounded down.
//! 3. What is left of the class's budget is divided by the other points, rounded down. Without such
//!    points it is withheld.
//!
//! What rounding leaves over is the treasury's. So
//! `budget = Σ shares + dust + withheld`, exactly.

use crate::points::Scored;
use crate::text;
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::allocation::allocate;
use cairn_protocol::credits::PRICE_SCALE;
use cairn_protocol::split;
use cairn_verify::policy::Idle;
use cairn_verify::{ONE, Policy};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a class was given in an epoch, and what became of it.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    BorshSerialize,
    BorshDeserialize,
)]
pub struct ClassBudget {
    /// Number of the class; absent when all classes share one budget.
    pub class: Option<u16>,
    /// Its weight among the classes.
    pub weight: u32,
    /// Tokens that it was given.
    #[serde(with = "text::amount")]
    pub budget: u64,
    /// Points of all its devices other than for receipts, in millionths.
    #[serde(with = "text::millionths")]
    pub points: u64,
    /// Points of all its devices for receipts, in millionths.
    #[serde(with = "text::millionths")]
    pub usage_points: u64,
    /// Tokens that receipts could earn at most.
    #[serde(with = "text::amount")]
    pub usage_budget: u64,
    /// Tokens that receipts earned.
    #[serde(with = "text::amount")]
    pub usage_paid: u64,
    /// Tokens for the other points: what receipts left of the budget.
    #[serde(with = "text::amount")]
    pub points_budget: u64,
    /// Tokens of the budget that nobody gets: nobody has the points for them.
    #[serde(with = "text::amount")]
    pub withheld: u64,
}

/// What a device gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) tokens: u64,
    pub(crate) usage_tokens: u64,
}

/// What everybody gets.
#[derive(Debug)]
pub(crate) struct Division {
    pub(crate) classes: Vec<ClassBudget>,
    /// One per device, in their order.
    pub(crate) shares: Vec<Share>,
    pub(crate) dust: u64,
    pub(crate) withheld: u64,
}

/// The most that a device's receipts may earn: ⌊credits × 10⁹ / price × max_reward⌋ for credits in
/// millionths. Nothing without a price.
pub(crate) fn usage_cap(credits: u64, price: Option<u64>, max_reward_bps: u16) -> u64 {
    let divisor = u128::from(price.unwrap_or(0))
        .saturating_mul(ONE.into())
        .saturating_mul(split::ALL_BPS.into());
    // 2⁶⁴ × 10⁹ × 10⁴ is below 2¹⁰⁸.
    u128::from(credits)
        .saturating_mul(PRICE_SCALE.into())
        .saturating_mul(max_reward_bps.into())
        .checked_div(divisor)
        .map_or(0, |tokens| u64::try_from(tokens).unwrap_or(u64::MAX))
}

/// The devices of one budget.
#[derive(Debug, Default)]
struct Pot {
    members: Vec<usize>,
    points: u128,
    usage_points: u128,
    earns_by_usage: bool,
}

/// Divides an epoch's budget.
pub(crate) fn divide(
    policy: &Policy,
    budget: u64,
    credit_price: Option<u64>,
    devices: &[Scored<'_>],
) -> Division {
    let usage = &policy.usage;
    let classes = &policy.scoring.classes;
    let cap =
        |device: &Scored<'_>| usage_cap(device.usage_credits, credit_price, usage.max_reward_bps);
    let mut pots: BTreeMap<Option<u16>, Pot> = BTreeMap::new();
    if classes.is_empty() {
        pots.entry(None).or_default();
    }
    for class in classes {
        pots.entry(Some(class.class)).or_default();
    }
    for (at, device) in devices.iter().enumerate() {
        let class = (!classes.is_empty()).then_some(device.record.class);
        let Some(pot) = pots.get_mut(&class) else { continue };
        pot.members.push(at);
        pot.points = pot.points.saturating_add(device.points.into());
        pot.usage_points = pot.usage_points.saturating_add(device.usage_points.into());
        pot.earns_by_usage |=
            usage.class_share_bps > 0 && device.usage_points > 0 && cap(device) > 0;
    }
    let said = |class: &Option<u16>| class.and_then(|class| policy.scoring.class(class));
    let weights: Vec<u64> = pots
        .iter()
        .map(|(class, pot)| {
            let weight = said(class).map_or(1, |class| u64::from(class.weight));
            let idle = pot.points == 0 && !pot.earns_by_usage;
            let out = idle && said(class).is_none_or(|class| class.idle == Idle::Share);
            if out { 0 } else { weight }
        })
        .collect();
    let first = allocate(budget, &weights);
    let mut division = Division {
        classes: Vec::with_capacity(pots.len()),
        shares: vec![Share::default(); devices.len()],
        dust: first.dust,
        withheld: 0,
    };
    if weights.iter().all(|weight| *weight == 0) {
        division.withheld = budget;
    }
    let usage_of = |pot: &Pot, given: u64| {
        let usage_budget = split::share(given, usage.class_share_bps);
        let tokens: Vec<u64> = pot
            .members
            .iter()
            .filter_map(|at| devices.get(*at))
            .map(|device| {
                let part = u128::from(usage_budget)
                    .checked_mul(device.usage_points.into())
                    .and_then(|product| product.checked_div(pot.usage_points))
                    .and_then(|part| u64::try_from(part).ok())
                    .unwrap_or(0);
                part.min(cap(device))
            })
            .collect();
        let paid = tokens.iter().fold(0_u64, |sum, tokens| sum.saturating_add(*tokens));
        (usage_budget, tokens, paid)
    };

    // What a class in which receipts alone have points does not pay for them goes to the classes with
    // other points: otherwise one credit a day would take an idle class's whole part from them.
    let with_points: Vec<u64> = pots
        .values()
        .zip(&weights)
        .map(|(pot, weight)| if pot.points > 0 { *weight } else { 0 })
        .collect();
    let anybody = with_points.iter().any(|weight| *weight > 0);
    let gives = |class: &Option<u16>, pot: &Pot| {
        let shares = said(class).is_none_or(|class| class.idle == Idle::Share);
        anybody && shares && pot.points == 0
    };
    let left = pots.iter().zip(&first.shares).fold(0_u64, |left, ((class, pot), given)| {
        let (_, _, paid) =
            if gives(class, pot) { usage_of(pot, *given) } else { (0, vec![], *given) };
        left.saturating_add(given.saturating_sub(paid))
    });
    let second = allocate(left, &with_points);
    division.dust = division.dust.saturating_add(second.dust);

    for (((class, pot), given), more) in pots.iter().zip(first.shares).zip(second.shares) {
        let mut given = given.saturating_add(more);
        let (usage_budget, usage_tokens, paid) = usage_of(pot, given);
        if gives(class, pot) {
            given = paid;
        }
        for (at, tokens) in pot.members.iter().zip(usage_tokens) {
            if let Some(share) = division.shares.get_mut(*at) {
                share.usage_tokens = tokens;
            }
        }
        let points_budget = given.saturating_sub(paid);
        let weights: Vec<u64> = pot
            .members
            .iter()
            .map(|at| devices.get(*at).map_or(0, |device| device.points))
            .collect();
        let others = allocate(points_budget, &weights);
        for (at, tokens) in pot.members.iter().zip(others.shares) {
            if let Some(share) = division.shares.get_mut(*at) {
                share.tokens = share.usage_tokens.saturating_add(tokens);
            }
        }
        division.dust = division.dust.saturating_add(others.dust);
        let withheld = if pot.points == 0 { points_budget } else { 0 };
        division.withheld = division.withheld.saturating_add(withheld);
        division.classes.push(ClassBudget {
            class: *class,
            weight: said(class).map_or(1, |class| class.weight),
            budget: given,
            points: u64::try_from(pot.points).unwrap_or(u64::MAX),
            usage_points: u64::try_from(pot.usage_points).unwrap_or(u64::MAX),
            usage_budget,
            usage_paid: paid,
            points_budget,
            withheld,
        });
    }
    division
}
