//! Epochs as text.

use crate::output::table;
use cairn_sdk::{amount::Tokens, api::EpochView};

/// A line per epoch.
pub fn list(epochs: &[EpochView], decimals: u8) -> String {
    let rows: Vec<Vec<String>> = epochs
        .iter()
        .map(|epoch| {
            vec![
                epoch.epoch.to_string(),
                format!("{:?}", epoch.state).to_lowercase(),
                Tokens(epoch.budget).display(decimals).to_string(),
                epoch.proofs_accepted.to_string(),
                epoch.points.map_or_else(|| "-".into(), |points| points.to_string()),
                epoch.result.as_ref().map_or_else(
                    || "-".into(),
                    |result| Tokens(result.root_sum).display(decimals).to_string(),
                ),
                epoch.attested_by.len().to_string(),
            ]
        })
        .collect();
    table(
        &["epoch", "state", "budget", "proofs", "points", "root sum", "attested"],
        &[true, false, true, true, true, true, true],
        &rows,
    )
}

/// Everything about one epoch.
pub fn show(epoch: &EpochView, decimals: u8) -> String {
    let mut lines = vec![
        ("epoch", epoch.epoch.to_string()),
        ("state", format!("{:?}", epoch.state).to_lowercase()),
        ("starts at (unix s)", epoch.starts_at_s.to_string()),
        ("ends at (unix s)", epoch.ends_at_s.to_string()),
        ("budget", Tokens(epoch.budget).display(decimals).to_string()),
        ("proofs accepted", epoch.proofs_accepted.to_string()),
    ];
    if let Some(points) = epoch.points {
        lines.push(("points", points.to_string()));
    }
    if let Some(result) = &epoch.result {
        lines.push(("root", hex::encode(result.root)));
        lines.push(("root sum", Tokens(result.root_sum).display(decimals).to_string()));
        lines.push(("leaves", result.leaf_count.to_string()));
        lines.push(("manifest hash", hex::encode(result.manifest_hash)));
    }
    if let Some(proposal) = &epoch.proposal {
        lines.push(("proposal", proposal.clone()));
    }
    for oracle in &epoch.attested_by {
        lines.push(("attested by", oracle.clone()));
    }
    lines.iter().map(|(name, value)| format!("{name:<20}{value}\n")).collect()
}
