//! What became of the items of one proof.

use super::share;
use crate::judgment::{Factor, Judgment};
use cairn_protocol::reason::Reason;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Counts the items of a proof by what became of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Items {
    total: u64,
    passed: u64,
    refused: BTreeMap<Reason, u64>,
}

impl Items {
    /// Counts verdicts: `None` for an item that passed.
    pub(super) fn of(verdicts: impl IntoIterator<Item = Option<Reason>>) -> Self {
        let mut items = Self::default();
        for verdict in verdicts {
            items.total = items.total.saturating_add(1);
            match verdict {
                None => items.passed = items.passed.saturating_add(1),
                Some(reason) => {
                    let count = items.refused.entry(reason).or_default();
                    *count = count.saturating_add(1);
                }
            }
        }
        items
    }

    pub(super) const fn passed(&self) -> u64 {
        self.passed
    }

    /// The factor of how much of the items' worth passed: `part` of `whole`, with the number of items
    /// under `name`, of those that passed, and of each reason.
    pub(super) fn factor(&self, name: &'static str, part: u64, whole: u64) -> Factor {
        let cut = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let mut inputs =
            vec![(Cow::Borrowed(name), cut(self.total)), ("passed".into(), cut(self.passed))];
        inputs
            .extend(self.refused.iter().map(|(reason, count)| (reason.name().into(), cut(*count))));
        Factor { name: name.into(), ppm: share(part, whole), inputs }
    }

    /// The judgment of a proof: for `gross` millionths times the factors, or a refusal for what most of
    /// its items failed by (of several the one with the lower code) that keeps the first factor, which
    /// says what became of them.
    pub(super) fn judgment(&self, gross: u64, factors: Vec<Factor>) -> Judgment {
        if self.passed > 0 {
            return Judgment::counts(gross, factors);
        }
        let most = self
            .refused
            .iter()
            .max_by_key(|(reason, count)| (**count, std::cmp::Reverse(reason.code())));
        let reason = most.map_or(Reason::BodyInvalid, |(reason, _)| *reason);
        Judgment {
            gross,
            factors: factors.into_iter().take(1).collect(),
            ..Judgment::refused(reason)
        }
    }
}
