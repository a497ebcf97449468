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
    /// The same by category, and what it earned.
    pub categories: Vec<CategoryLine>,
    /// What a customer used and was charged, where one did.
    pub usage: Option<Usage>,
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
    /// Proofs sent, of all categories.
    pub submitted: u64,
    /// Beacons among them, one per frame.
    pub beacons: u64,
    /// Witnesses among them, one per reception.
    pub witnesses: u64,
    /// Proofs that counted when their epoch was judged.
    pub accepted: u64,
    /// Proofs that did not, or were not even taken.
    pub refused: u64,
    /// The same by reason.
    pub refused_by_reason: BTreeMap<String, u64>,
    /// Those of them that were refused on arrival.
    pub refused_on_arrival: u64,
    /// Proofs that oracles answered differently on arrival.
    pub disagreements: u64,
}

/// What became of one category.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CategoryLine {
    /// Its name.
    pub name: String,
    /// Devices onboarded.
    pub devices: u64,
    /// Proofs sent.
    pub submitted: u64,
    /// Proofs that counted.
    pub accepted: u64,
    /// Proofs that did not, by reason, on arrival or when their epoch was judged.
    pub refused_by_reason: BTreeMap<String, u64>,
    /// Tokens that the operators of its devices earned, in the mint's smallest unit.
    pub earned: u64,
}

impl CategoryLine {
    /// Proofs that did not count.
    pub fn refused(&self) -> u64 {
        self.refused_by_reason.values().sum()
    }
}

/// What a customer used.
#[derive(Debug, Clone, Serialize)]
pub struct Usage {
    /// Its wallet.
    pub customer: String,
    /// Credits that it bought.
    pub bought: u64,
    /// Receipts that it signed and a device countersigned.
    pub receipts: u64,
    /// Credits of them.
    pub receipt_credits: u64,
    /// Receipts that counted.
    pub receipts_accepted: u64,
    /// Credits that it was charged by the last finalized usage root.
    pub charged: u64,
    /// Hash of that root, in hex.
    pub usage_root: String,
    /// Its sum: of all customers.
    pub usage_sum: u64,
    /// Credits that oracles debited from its escrow on chain.
    pub settled: u64,
    /// Credits that are left in its escrow.
    pub escrow_left: u64,
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
    /// The same by the category of its devices; empty for the treasury.
    pub by_category: BTreeMap<String, u64>,
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
        let line = |name: &str| self.categories.iter().find(|line| line.name == name);
        let wireless = line("wireless").map_or(0, |line| line.submitted);
        same("beacons + witnesses = wireless", proofs.beacons + proofs.witnesses, wireless);
        let sum = |of: fn(&CategoryLine) -> u64| self.categories.iter().map(of).sum::<u64>();
        same("submitted = sum of categories", proofs.submitted, sum(|line| line.submitted));
        same("accepted = sum of categories", proofs.accepted, sum(|line| line.accepted));
        same("refused = sum of categories", proofs.refused, sum(CategoryLine::refused));
        same("devices = sum of categories", self.devices, sum(|line| line.devices));
        for line in &self.categories {
            same(
                &format!("{}: accepted + refused = submitted", line.name),
                line.accepted + line.refused(),
                line.submitted,
            );
        }
        let dust = self.earnings.iter().filter(|one| one.by_category.is_empty());
        let dust: u64 = dust.map(|earning| earning.earned).sum();
        same("root sum = sum of categories + dust", self.root_sum, sum(|line| line.earned) + dust);
        if let Some(usage) = &self.usage {
            same("charged = sum of the usage root", usage.charged, usage.usage_sum);
            same("charged = settled on chain", usage.charged, usage.settled);
            same("bought = settled + left", usage.bought, usage.settled + usage.escrow_left);
            if usage.receipts == usage.receipts_accepted {
                same("charged = credits of the receipts", usage.charged, usage.receipt_credits);
            }
        }
        same("oracles agree on every proof", proofs.disagreements, 0);
        same("tokens claimed = root sum", self.tokens_claimed, self.root_sum);
        let outflow = self.vault_before.saturating_sub(self.vault_after);
        same("tokens claimed = vault outflow", self.tokens_claimed, outflow);
        let earned = self.earnings.iter().map(|earning| earning.earned).sum();
        same("root sum = sum of earnings", self.root_sum, earned);
        for earning in self.earnings.iter().filter(|one| !one.by_category.is_empty()) {
            let sum = earning.by_category.values().sum();
            same(&format!("{}: earned = sum of categories", earning.name), earning.earned, sum);
        }
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
            categories: vec![CategoryLine {
                name: "wireless".into(),
                devices: 2,
                submitted: 2,
                accepted: 2,
                refused_by_reason: BTreeMap::new(),
                earned: 10,
            }],
            usage: Some(Usage {
                customer: String::new(),
                bought: 100,
                receipts: 1,
                receipt_credits: 7,
                receipts_accepted: 1,
                charged: 7,
                usage_root: String::new(),
                usage_sum: 7,
                settled: 7,
                escrow_left: 93,
            }),
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
                by_category: BTreeMap::from([("wireless".into(), 10)]),
                wallet: 10,
            }],
        };
        assert_eq!(summary.imbalances(), Vec::<String>::new());
        assert_eq!(summary.claim_compute_units, Spread { min: 1, median: 2, max: 3 });
        summary.vault_after = 91;
        summary.proofs.accepted = 1;
        // Of all, and of the categories.
        assert_eq!(summary.imbalances().len(), 3);
        let mut unsettled = summary.clone();
        if let Some(usage) = &mut unsettled.usage {
            usage.settled = 6;
        }
        assert_eq!(unsettled.imbalances().len(), 5);
    }
}
