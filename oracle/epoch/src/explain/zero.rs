//! Why something came to nothing.

use super::{Explanation, ProofLine};
use crate::points::KindLine;
use crate::text;
use cairn_verify::judgment::scaled;
use cairn_verify::receipt::is_receipt;
use cairn_verify::{Factor, Judgment};
use std::collections::BTreeMap;

/// The factor that took everything, in words.
fn taken_by(gross: u64, factors: &[Factor]) -> Option<String> {
    let mut left = gross;
    for factor in factors {
        left = scaled(left, factor.ppm);
        if left == 0 {
            return Some(match factor.ppm {
                0 => format!("the factor `{}` is 0{}", factor.name, inputs(factor)),
                ppm => format!(
                    "the factor `{}` of {} left less than a millionth{}",
                    factor.name,
                    text::decimal(ppm),
                    inputs(factor)
                ),
            });
        }
    }
    None
}

/// What a factor was computed from, in brackets.
pub(super) fn inputs(factor: &Factor) -> String {
    if factor.inputs.is_empty() {
        return String::new();
    }
    let inputs: Vec<String> =
        factor.inputs.iter().map(|(name, value)| format!("{name} {value}")).collect();
    format!(" ({})", inputs.join(", "))
}

/// Why a proof counts for nothing; `None` when it counts for something.
pub(super) fn of_proof(judgment: &Judgment) -> Option<String> {
    if judgment.units > 0 {
        return None;
    }
    if !judgment.reason.is_accepted() {
        return Some(format!("refused: {}", judgment.reason.name()));
    }
    if judgment.gross == 0 {
        return Some("proofs of this kind count for nothing by themselves".to_owned());
    }
    let taken = taken_by(judgment.gross, &judgment.factors);
    Some(taken.unwrap_or_else(|| "what it counts for rounds down to nothing".to_owned()))
}

/// Why proofs of a kind earn no points; `None` when they do.
pub(super) fn of_kind(line: &KindLine) -> Option<String> {
    let none = line.units > 0 && line.points == 0;
    none.then(|| format!("by the policy there are no points for {}", line.kind.name()))
}

/// Why receipts, or other points, earned nothing where the other did; `None` when neither is so.
pub(super) fn of_part(found: &Explanation) -> Option<String> {
    let has = |receipts: bool| {
        found.kinds.iter().any(|line| is_receipt(line.kind) == receipts && line.points > 0)
    };
    if found.share == 0 {
        return None;
    }
    if found.usage_tokens == 0 && has(true) {
        return Some(format!("its receipts earned nothing, because {}", without_usage(found)));
    }
    if found.usage_tokens == found.share && has(false) {
        return Some(
            "its other proofs earned nothing, because their share is less than one smallest unit \
             of the token"
                .to_owned(),
        );
    }
    None
}

/// Why a device got nothing; `None` when it got something.
pub(super) fn of_device(found: &Explanation) -> Option<String> {
    if found.share > 0 {
        return None;
    }
    Some(without_points(found).unwrap_or_else(|| without_tokens(found)))
}

fn without_points(found: &Explanation) -> Option<String> {
    if found.points > 0 || found.usage_points > 0 {
        return None;
    }
    if found.proofs.is_empty() {
        return Some("no proof of this device was admitted for this epoch".to_owned());
    }
    if found.proofs.iter().all(|proof| proof.code != 0) {
        return Some(refused(&found.proofs));
    }
    if let Some(why) =
        found.proofs.iter().filter(|proof| proof.code == 0).find_map(|p| p.zero.clone())
        && found.kinds.iter().all(|line| line.units == 0)
    {
        return Some(format!("its accepted proofs count for nothing: {why}"));
    }
    let points = found.kinds.iter().fold(0, |sum: u64, line| sum.saturating_add(line.points));
    if points == 0 {
        let kinds: Vec<&str> =
            found.kinds.iter().filter(|line| line.units > 0).map(|line| line.kind.name()).collect();
        return Some(format!("by the policy there are no points for {}", kinds.join(", ")));
    }
    taken_by(points, &found.factors)
}

/// The reasons of refusals, the most frequent first.
fn refused(proofs: &[ProofLine]) -> String {
    let mut reasons: BTreeMap<&str, (u64, &str)> = BTreeMap::new();
    for proof in proofs {
        let (count, _) = reasons.entry(&proof.reason).or_insert((0, &proof.hint));
        *count = count.saturating_add(1);
    }
    let most = reasons.iter().max_by_key(|(_, (count, _))| *count);
    let (name, hint) = most.map_or(("", ""), |(name, (_, hint))| (*name, *hint));
    let all: Vec<String> =
        reasons.iter().map(|(name, (count, _))| format!("{count} × {name}")).collect();
    format!("all its proofs were refused: {}; about {name}: {hint}", all.join(", "))
}

fn without_tokens(found: &Explanation) -> String {
    let Some(budget) = &found.class_budget else {
        return "its class has no part of the budget".to_owned();
    };
    if budget.budget == 0 && budget.usage_budget == 0 {
        return "the epoch has no budget for its class".to_owned();
    }
    let by_receipts = found.kinds.iter().all(|line| is_receipt(line.kind) || line.points == 0);
    if by_receipts {
        return without_usage(found);
    }
    "its share is less than one smallest unit of the token".to_owned()
}

/// Why receipts with points earned nothing.
fn without_usage(found: &Explanation) -> String {
    if found.credit_price.is_none() {
        return "receipts are paid by the credit market's price, and there is none".to_owned();
    }
    if found.class_budget.is_none_or(|budget| budget.usage_budget == 0) {
        return "by the policy receipts have no part of the budget".to_owned();
    }
    "what they may earn, by their credits' worth and by the part of the budget that receipts have, \
     is less than one smallest unit of the token"
        .to_owned()
}
