//! What became of a scenario's proofs, by category: as the oracles judged them, and as they were
//! refused on arrival.

use crate::summary::{CategoryLine, Earning, Proofs};
use anyhow::{Context, Result};
use cairn_cli::{failure::Failure, oracle::Oracles};
use cairn_device::sender::Report;
use cairn_protocol::proof::Kind;
use cairn_verify::Category;
use std::collections::BTreeMap;

/// What oracles judged.
#[derive(Debug, Default)]
pub struct Judged {
    /// By category: proofs that counted, and refusals by reason.
    by_category: BTreeMap<&'static str, (u64, BTreeMap<String, u64>)>,
    /// Receipts of customers that counted.
    pub receipts: u64,
}

impl Judged {
    /// Asks what became of the proofs that were taken into the epochs from `first` to `last`.
    ///
    /// # Errors
    /// When no oracle answers, or one names what is not known here.
    pub async fn ask(api: &Oracles, first: u64, last: u64) -> Result<Self> {
        let mut judged = Self::default();
        for epoch in first..=last {
            let verdicts = match api.verdicts(epoch).await {
                Ok(verdicts) => verdicts,
                // Nobody gave a proof in it.
                Err(error) if code_of(&error) == Some("epoch_not_computed") => continue,
                Err(error) => return Err(error),
            };
            for line in verdicts.kinds {
                let kind = (0..=u8::MAX)
                    .filter_map(Kind::from_code)
                    .find(|kind| kind.name() == line.kind)
                    .with_context(|| format!("an oracle names the kind {}", line.kind))?;
                let category = Category::ALL.into_iter().find(|category| category.gives(kind));
                let name = category.context("a kind of no category")?.name();
                let (accepted, refused) = judged.by_category.entry(name).or_default();
                *accepted += line.accepted;
                if matches!(kind, Kind::RetrievalReceipt | Kind::UsageReceipt) {
                    judged.receipts += line.accepted;
                }
                for (reason, count) in line.refused {
                    *refused.entry(reason).or_default() += count;
                }
            }
        }
        Ok(judged)
    }

    /// The categories that have devices: what was sent for each (`reports`), what became of it, and
    /// what it earned.
    pub fn categories(
        mut self,
        devices: &BTreeMap<&str, u64>,
        reports: &BTreeMap<&'static str, Report>,
        earnings: &[Earning],
    ) -> Vec<CategoryLine> {
        let line = |category: Category| {
            let name = category.name();
            let report = reports.get(name)?;
            let (accepted, mut refused_by_reason) =
                self.by_category.remove(name).unwrap_or_default();
            for (reason, count) in &report.refused {
                *refused_by_reason.entry(reason.clone()).or_default() += count;
            }
            let earned = earnings.iter().filter_map(|earning| earning.by_category.get(name));
            Some(CategoryLine {
                name: name.into(),
                devices: devices.get(name).copied().unwrap_or(0),
                submitted: report.submitted,
                accepted,
                refused_by_reason,
                earned: earned.sum(),
            })
        };
        Category::ALL.into_iter().filter_map(line).collect()
    }
}

fn code_of(error: &anyhow::Error) -> Option<&str> {
    error.downcast_ref::<Failure>().map(|failure| failure.code.as_ref())
}

/// All categories together.
pub fn proofs(
    beacons: u64,
    witnesses: u64,
    reports: &BTreeMap<&'static str, Report>,
    categories: &[CategoryLine],
) -> Proofs {
    let mut refused_by_reason: BTreeMap<String, u64> = BTreeMap::new();
    for (reason, count) in categories.iter().flat_map(|line| &line.refused_by_reason) {
        *refused_by_reason.entry(reason.clone()).or_default() += count;
    }
    Proofs {
        submitted: reports.values().map(|report| report.submitted).sum(),
        beacons,
        witnesses,
        accepted: categories.iter().map(|line| line.accepted).sum(),
        refused: categories.iter().map(CategoryLine::refused).sum(),
        refused_by_reason,
        refused_on_arrival: reports.values().map(Report::refused_in_all).sum(),
        disagreements: reports.values().map(|report| report.disagreements.len() as u64).sum(),
    }
}
