//! The emission table: how many tokens a pool may pay per epoch.
//!
//! A table is a list of steps. From epoch `first_epoch` on, each epoch emits `per_epoch` tokens,
//! until the next step begins. A step may decay: every `every_epochs` epochs, at most `times`
//! times, what an epoch emits is multiplied by `keep_ppb` / 10⁹ and rounded down. So one step is a
//! constant emission (`times` 0), a halving schedule (`keep_ppb` 500,000,000) or a geometric decay.
//! A step of 0 ends the emission.
//!
//! A table is changed for future epochs only: [`spliced`] keeps what it said about the past.
//! Steps that lie wholly in the past can be folded into one number, so that a table never grows
//! beyond [`MAX_STEPS`] for good: [`Table::fold`].

use alloc::vec::Vec;

/// The most steps that a table may have.
pub const MAX_STEPS: usize = 64;
/// The most decays of all steps of a table together, which bounds the work of summing it up.
pub const MAX_DECAYS: u32 = 1_024;
/// [`Step::keep_ppb`] is a part of this.
pub const PPB: u32 = 1_000_000_000;

/// One step of an emission table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The first epoch that this step covers.
    pub first_epoch: u64,
    /// Tokens per epoch before the first decay, in the mint's smallest unit.
    pub per_epoch: u64,
    /// What is left of an epoch's tokens after a decay, in 10⁻⁹; at most 10⁹.
    pub keep_ppb: u32,
    /// Epochs between decays; at least 1 when `times` is not 0.
    pub every_epochs: u32,
    /// The number of decays; 0 for a constant emission.
    pub times: u32,
}

/// Why an emission table is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmissionError {
    /// A table needs at least one step.
    Empty,
    /// A table has at most [`MAX_STEPS`] steps.
    TooManySteps,
    /// The first step must begin at the epoch that the table is for (0 for a new one).
    FirstStepNotZero,
    /// Each step must begin after the one before.
    NotIncreasing,
    /// The emission up to this epoch exceeds 64 bits.
    Overflow,
    /// `keep_ppb` is above 10⁹, or `every_epochs` is 0 in a step that decays.
    InvalidDecay,
    /// The steps decay more than [`MAX_DECAYS`] times together.
    TooManyDecays,
    /// The epoch lies before the folded ones.
    Folded,
}

impl core::fmt::Display for EmissionError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Empty => "an emission table needs at least one step",
            Self::TooManySteps => "an emission table has at most 64 steps",
            Self::FirstStepNotZero => {
                "the first step must begin at the first epoch of the table (0 for a new pool)"
            }
            Self::NotIncreasing => "each step must begin after the one before",
            Self::Overflow => "the emission exceeds 64 bits",
            Self::InvalidDecay => {
                "a step that decays needs at least one epoch between decays and keeps at most all"
            }
            Self::TooManyDecays => {
                "the steps of an emission table decay at most 1,024 times together"
            }
            Self::Folded => "the epoch lies before those that the table still tells apart",
        })
    }
}

impl core::error::Error for EmissionError {}

impl Step {
    /// A step without decay.
    pub const fn constant(first_epoch: u64, per_epoch: u64) -> Self {
        Self { first_epoch, per_epoch, keep_ppb: PPB, every_epochs: 0, times: 0 }
    }

    /// What is left of `tokens` after one decay: ⌊tokens × keep_ppb / 10⁹⌋.
    fn decayed(&self, tokens: u64) -> u64 {
        // Split at 10⁹, so that nothing exceeds 64 bits: with tokens = q·10⁹ + r, the result is
        // q·keep + ⌊r·keep / 10⁹⌋ exactly.
        let (ppb, keep) = (u64::from(PPB), u64::from(self.keep_ppb));
        let whole = tokens.checked_div(ppb).unwrap_or(0).saturating_mul(keep);
        let rest = tokens.checked_rem(ppb).unwrap_or(0).saturating_mul(keep);
        whole.saturating_add(rest.checked_div(ppb).unwrap_or(0))
    }

    /// Tokens that the epoch number `nth` of this step emits, counted from 0.
    fn nth(&self, nth: u64) -> u64 {
        let periods = nth.checked_div(u64::from(self.every_epochs)).unwrap_or(0);
        let mut tokens = self.per_epoch;
        for _ in 0..periods.min(u64::from(self.times)) {
            if tokens == 0 {
                break;
            }
            tokens = self.decayed(tokens);
        }
        tokens
    }

    /// Tokens of the first `epochs` (at most 2⁶⁴) epochs of this step.
    fn first(&self, epochs: u128) -> Result<u64, EmissionError> {
        let (mut left, mut tokens, mut total) = (epochs, self.per_epoch, 0u64);
        let mut decays = 0;
        while left > 0 && tokens > 0 {
            let period =
                if decays < self.times { left.min(u128::from(self.every_epochs)) } else { left };
            let part = u64::try_from(period).ok().and_then(|period| tokens.checked_mul(period));
            total = part.and_then(|part| total.checked_add(part)).ok_or(EmissionError::Overflow)?;
            left = left.saturating_sub(period);
            tokens = self.decayed(tokens);
            decays = decays.saturating_add(1);
        }
        Ok(total)
    }
}

/// Checks the form of a table whose first step must begin at `first_epoch`.
///
/// # Errors
/// Any [`EmissionError`] but `Overflow` and `Folded`.
pub fn validate_from(steps: &[Step], first_epoch: u64) -> Result<(), EmissionError> {
    let first = steps.first().ok_or(EmissionError::Empty)?;
    if steps.len() > MAX_STEPS {
        return Err(EmissionError::TooManySteps);
    }
    if first.first_epoch != first_epoch {
        return Err(EmissionError::FirstStepNotZero);
    }
    if !steps.iter().zip(steps.iter().skip(1)).all(|(a, b)| a.first_epoch < b.first_epoch) {
        return Err(EmissionError::NotIncreasing);
    }
    if steps.iter().any(|step| step.keep_ppb > PPB || (step.times > 0 && step.every_epochs == 0)) {
        return Err(EmissionError::InvalidDecay);
    }
    let decays = steps.iter().fold(0u32, |sum, step| sum.saturating_add(step.times));
    if decays > MAX_DECAYS { Err(EmissionError::TooManyDecays) } else { Ok(()) }
}

/// Checks the form of a new pool's table, which begins at epoch 0.
///
/// # Errors
/// Any [`EmissionError`] but `Overflow` and `Folded`.
pub fn validate(steps: &[Step]) -> Result<(), EmissionError> {
    validate_from(steps, 0)
}

/// The table that says what `old` says about the epochs before `from_epoch`, and `new` after.
///
/// # Errors
/// When `new` does not begin at `from_epoch`, or what comes out is not a table.
pub fn spliced(old: &[Step], new: &[Step], from_epoch: u64) -> Result<Vec<Step>, EmissionError> {
    validate_from(new, from_epoch)?;
    let kept = old.iter().filter(|step| step.first_epoch < from_epoch);
    let steps: Vec<Step> = kept.chain(new).copied().collect();
    validate_from(&steps, steps.first().map_or(0, |step| step.first_epoch))?;
    Ok(steps)
}

/// Tokens that `epoch` emits.
pub fn emitted_in(steps: &[Step], epoch: u64) -> u64 {
    steps
        .iter()
        .rev()
        .find(|step| step.first_epoch <= epoch)
        .map_or(0, |step| step.nth(epoch.saturating_sub(step.first_epoch)))
}

/// Tokens that the epochs 0 to `epoch`, both included, emit together.
///
/// # Errors
/// [`EmissionError::Overflow`] when that exceeds 64 bits.
pub fn emitted_through(steps: &[Step], epoch: u64) -> Result<u64, EmissionError> {
    Table { folded_epoch: 0, folded_emitted: 0, steps }.emitted_through(epoch)
}

/// A table whose past may be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table<'a> {
    /// The epochs before this one are folded.
    pub folded_epoch: u64,
    /// Tokens that the folded epochs emitted together.
    pub folded_emitted: u64,
    /// The steps, of which those before the last one that begins at or before `folded_epoch` are
    /// of no use any more.
    pub steps: &'a [Step],
}

impl Table<'_> {
    /// Tokens that the epochs 0 to `epoch`, both included, emit together.
    ///
    /// # Errors
    /// [`EmissionError::Overflow`] when that exceeds 64 bits, [`EmissionError::Folded`] for an
    /// epoch whose successor is folded.
    pub fn emitted_through(&self, epoch: u64) -> Result<u64, EmissionError> {
        // The epochs [folded_epoch, end) are summed up.
        let end = u128::from(epoch).saturating_add(1);
        let folded = u128::from(self.folded_epoch);
        if end < folded {
            return Err(EmissionError::Folded);
        }
        let mut total = self.folded_emitted;
        for (at, step) in self.steps.iter().enumerate() {
            // The step covers the epochs up to the next step's first.
            let next = at.checked_add(1).and_then(|next| self.steps.get(next));
            let last = next.map_or(end, |next| u128::from(next.first_epoch).min(end));
            let first = u128::from(step.first_epoch);
            let from = first.max(folded);
            if from >= last {
                continue;
            }
            let through = step.first(last.saturating_sub(first))?;
            let before = step.first(from.saturating_sub(first))?;
            let tokens = through.checked_sub(before).ok_or(EmissionError::Overflow)?;
            total = total.checked_add(tokens).ok_or(EmissionError::Overflow)?;
        }
        Ok(total)
    }

    /// The same table with the epochs before `epoch` folded and the steps of no further use
    /// dropped.
    ///
    /// # Errors
    /// As [`Table::emitted_through`].
    pub fn fold(&self, epoch: u64) -> Result<Self, EmissionError> {
        if epoch <= self.folded_epoch {
            return Ok(*self);
        }
        let folded_emitted = self.emitted_through(epoch.saturating_sub(1))?;
        let current = self.steps.iter().rposition(|step| step.first_epoch <= epoch).unwrap_or(0);
        let steps = self.steps.get(current..).unwrap_or(self.steps);
        Ok(Self { folded_epoch: epoch, folded_emitted, steps })
    }
}
