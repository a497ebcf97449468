//! What a scenario did, in numbers that must add up.

use serde::Serialize;
use std::collections::BTreeMap;

/// `target/demo/summary.json`.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// `surfnet` or `solana-test-validator`.
    pub chain: &'static str,
    /// Frames in the recording.
    pub frames_read: u64,
    /// Receptions in the recording.
    pub receptions_read: u64,
    /// What became of the proofs.
    pub proofs: Proofs,
    /// Devices onboarded.
    pub devices: u64,
    /// Operators, the treasury not counted.
    pub operators: u64,
    /// Finalized epochs.
    pub epochs_finalized: u64,
    /// Sum of the last finalized root, in the mint's smallest unit.
    pub root_sum: u64,
    /// Tokens that arrived at operators' wallets.
    pub tokens_claimed: u64,
    /// What the vault held before the claims.
    pub vault_before: u64,
    /// What it held after them.
    pub vault_after: u64,
    /// Compute units of the claim transactions.
    pub claim_compute_units: Spread,
    /// Seconds of wall clock by phase.
    pub wall_seconds: BTreeMap<String, f64>,
    /// What the operators earned, the most first.
    pub earnings: Vec<Earning>,
}

/// What became of the proofs.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Proofs {
    /// Proofs sent.
    pub submitted: u64,
    /// Beacons among them, one per frame.
    pub beacons: u64,
    /// Witnesses among them, one per reception.
    pub witnesses: u64,
    /// Proofs that counted.
    pub accepted: u64,
    /// Proofs that did not.
    pub refused: u64,
    /// The same by reason code.
    pub refused_by_reason: BTreeMap<String, u64>,
    /// Proofs that oracles judged differently.
    pub disagreements: u64,
}

/// Least, middle and most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// The least.
    pub min: u64,
    /// The middle one, of two the lower.
    pub median: u64,
    /// The most.
    pub max: u64,
}

impl Spread {
    /// The spread of `values`; zeros when there are none.
    pub fn of(mut values: Vec<u64>) -> Self {
        values.sort_unstable();
        let middle = values.len().saturating_sub(1) / 2;
        Self {
            min: values.first().copied().unwrap_or(0),
            median: values.get(middle).copied().unwrap_or(0),
            max: values.last().copied().unwrap_or(0),
        }
    }
}

/// What one operator got.
#[derive(Debug, Clone, Serialize)]
pub struct Earning {
    /// Its name in the fleet.
    pub name: String,
    /// Its wallet.
    pub operator: String,
    /// Its devices.
    pub devices: u64,
    /// Lifetime total in the last finalized root.
    pub earned: u64,
    /// What its wallet holds.
    pub wallet: u64,
}

impl Summary {
    /// Every sentence that does not hold; empty when the books balance.
    pub fn imbalances(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut same = |what: &str, left: u64, right: u64| {
            if left != right {
                wrong.push(format!("{what}: {left} is not {right}"));
            }
        };
        let proofs = &self.proofs;
        let by_reason = proofs.refused_by_reason.values().sum();
        same("accepted + refused = submitted", proofs.accepted + proofs.refused, proofs.submitted);
        same("refused = sum by reason", proofs.refused, by_reason);
        same("beacons = frames", proofs.beacons, self.frames_read);
        same("witnesses = receptions", proofs.witnesses, self.receptions_read);
        same(
            "beacons + witnesses = submitted",
            proofs.beacons + proofs.witnesses,
            proofs.submitted,
        );
        same("oracles agree on every proof", proofs.disagreements, 0);
        same("tokens claimed = root sum", self.tokens_claimed, self.root_sum);
        let outflow = self.vault_before.saturating_sub(self.vault_after);
        same("tokens claimed = vault outflow", self.tokens_claimed, outflow);
        let earned = self.earnings.iter().map(|earning| earning.earned).sum();
        same("root sum = sum of earnings", self.root_sum, earned);
        for earning in &self.earnings {
            same(&format!("{} got what it earned", earning.name), earning.wallet, earning.earned);
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_token_is_an_imbalance() {
        let mut summary = Summary {
            chain: "surfnet",
            frames_read: 1,
            receptions_read: 1,
            proofs: Proofs {
                submitted: 2,
                beacons: 1,
                witnesses: 1,
                accepted: 2,
                ..Proofs::default()
            },
            devices: 2,
            operators: 1,
            epochs_finalized: 1,
            root_sum: 10,
            tokens_claimed: 10,
            vault_before: 100,
            vault_after: 90,
            claim_compute_units: Spread::of(vec![3, 1, 2]),
            wall_seconds: BTreeMap::new(),
            earnings: vec![Earning {
                name: "one".into(),
                operator: String::new(),
                devices: 2,
                earned: 10,
                wallet: 10,
            }],
        };
        assert_eq!(summary.imbalances(), Vec::<String>::new());
        assert_eq!(summary.claim_compute_units, Spread { min: 1, median: 2, max: 3 });
        summary.vault_after = 91;
        summary.proofs.accepted = 1;
        assert_eq!(summary.imbalances().len(), 2);
    }
}
