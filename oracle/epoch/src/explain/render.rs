//! An explanation in plain words.

use super::zero::inputs;
use super::{Explanation, ProofLine};
use crate::text;
use cairn_verify::ONE;
use cairn_verify::receipt::is_receipt;
use std::fmt::{self, Display, Formatter};

impl Display for Explanation {
    /// Several lines, the last one without a line break. Amounts are in the smallest unit.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "device {} in epoch {}", text::to_base58(&self.device), self.epoch)?;
        if let (Some(operator), Some(class)) = (&self.operator, self.class) {
            writeln!(f, "  class {class}, earns for {operator}")?;
        }
        if self.adopted {
            writeln!(f, "  the chain finalized other totals than this oracle computed")?;
        }
        writeln!(f, "proofs: {}", self.proofs.len())?;
        for proof in &self.proofs {
            writeln!(f, "  {proof}")?;
        }
        if !self.kinds.is_empty() {
            writeln!(f, "points by kind:")?;
        }
        for line in &self.kinds {
            writeln!(
                f,
                "  {}: {} accepted, {} refused, {}, {}",
                line.kind.name(),
                line.accepted,
                line.refused,
                text::counted(line.units, "unit"),
                text::counted(line.points, "point")
            )?;
        }
        if !self.factors.is_empty() {
            writeln!(f, "factors of the device:")?;
        }
        for factor in &self.factors {
            writeln!(f, "  × {} {}{}", text::decimal(factor.ppm), factor.name, inputs(factor))?;
        }
        self.tokens(f)?;
        if let Some(zero) = &self.zero {
            writeln!(f, "nothing, because {zero}")?;
        }
        if let Some(zero) = &self.zero_part {
            writeln!(f, "{zero}")?;
        }
        match &self.path {
            None => write!(f, "no leaf: the device never earned anything for its operator"),
            Some(path) => write!(
                f,
                "leaf: earned {} for its operator so far (device {} of its tree, proof of {}), who \
                 earned {} (leaf {}, proof of {}) of {} under root {}",
                path.device_total,
                path.device_index,
                path.device_proof.len() / 80,
                path.operator_total,
                path.operator_index,
                path.operator_proof.len() / 80,
                path.root_sum,
                hex::encode(path.root)
            ),
        }
    }
}

impl Explanation {
    fn tokens(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some(budget) = &self.class_budget else { return Ok(()) };
        let whose = match budget.class {
            Some(class) => format!("class {class}"),
            None => "all classes together".to_owned(),
        };
        if self.points > 0 {
            writeln!(
                f,
                "share of points: {} of {} of {whose}, × {} = {}",
                text::decimal(self.points),
                text::decimal(budget.points),
                budget.points_budget,
                self.share.saturating_sub(self.usage_tokens)
            )?;
        }
        if self.kinds.iter().any(|line| is_receipt(line.kind)) {
            writeln!(
                f,
                "share of receipts: {} of {} usage points of {whose}, × {}, and no more than the \
                 credits' worth allows{} = {}",
                text::decimal(self.usage_points),
                text::decimal(budget.usage_points),
                budget.usage_budget,
                match self.credit_price {
                    Some(price) => format!(" at a price of {price}"),
                    None => " (there is no price)".to_owned(),
                },
                self.usage_tokens
            )?;
        }
        writeln!(f, "tokens: {} of a budget of {}", self.share, budget.budget)
    }
}

impl Display for ProofLine {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let id: String = hex::encode(self.id).chars().take(12).collect();
        write!(f, "{id} {} at {}: ", self.kind.name(), self.captured_at_ms)?;
        if self.code != 0 {
            write!(f, "refused, {} {}: {}", self.code, self.reason, self.hint)?;
            // Why it is no fault.
            return self
                .factors
                .iter()
                .try_for_each(|why| write!(f, "; {}{}", why.name, inputs(why)));
        }
        write!(f, "accepted, {}", text::counted(self.units, "unit"))?;
        if !self.factors.is_empty() {
            write!(f, " = {}", text::decimal(self.gross))?;
        }
        for factor in self.factors.iter().filter(|factor| factor.ppm != ONE) {
            write!(f, " × {} {}{}", text::decimal(factor.ppm), factor.name, inputs(factor))?;
        }
        if let Some(zero) = &self.zero {
            write!(f, "; earns nothing, because {zero}")?;
        }
        Ok(())
    }
}
