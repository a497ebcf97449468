//! The emission table: how many tokens a pool may pay per epoch.
//!
//! A table is a list of steps. From epoch `first_epoch` on, each epoch emits `per_epoch` tokens,
//! until the next step begins. The first step begins at epoch 0; a step of 0 ends the emission.

/// The most steps that a table may have.
pub const MAX_STEPS: usize = 64;

/// One step of an emission table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The first epoch that this step covers.
    pub first_epoch: u64,
    /// Tokens per epoch, in the mint's smallest unit.
    pub per_epoch: u64,
}

/// Why an emission table is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmissionError {
    /// A table needs at least one step.
    Empty,
    /// A table has at most [`MAX_STEPS`] steps.
    TooManySteps,
    /// The first step must begin at epoch 0.
    FirstStepNotZero,
    /// Each step must begin after the one before.
    NotIncreasing,
    /// The emission up to this epoch exceeds 64 bits.
    Overflow,
}

impl core::fmt::Display for EmissionError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Empty => "an emission table needs at least one step",
            Self::TooManySteps => "an emission table has at most 64 steps",
            Self::FirstStepNotZero => "the first step must begin at epoch 0",
            Self::NotIncreasing => "each step must begin after the one before",
            Self::Overflow => "the emission exceeds 64 bits",
        })
    }
}

impl core::error::Error for EmissionError {}

/// Checks the form of a table.
///
/// # Errors
/// Any [`EmissionError`] but `Overflow`.
pub fn validate(steps: &[Step]) -> Result<(), EmissionError> {
    let first = steps.first().ok_or(EmissionError::Empty)?;
    if steps.len() > MAX_STEPS {
        return Err(EmissionError::TooManySteps);
    }
    if first.first_epoch != 0 {
        return Err(EmissionError::FirstStepNotZero);
    }
    let increasing =
        steps.iter().zip(steps.iter().skip(1)).all(|(a, b)| a.first_epoch < b.first_epoch);
    if increasing { Ok(()) } else { Err(EmissionError::NotIncreasing) }
}

/// Tokens that `epoch` emits.
pub fn emitted_in(steps: &[Step], epoch: u64) -> u64 {
    steps.iter().rev().find(|step| step.first_epoch <= epoch).map_or(0, |step| step.per_epoch)
}

/// Tokens that the epochs 0 to `epoch`, both included, emit together.
///
/// # Errors
/// [`EmissionError::Overflow`] when that exceeds 64 bits.
pub fn emitted_through(steps: &[Step], epoch: u64) -> Result<u64, EmissionError> {
    let mut total: u64 = 0;
    for (at, step) in steps.iter().enumerate() {
        if step.first_epoch > epoch {
            break;
        }
        // The step covers the epochs up to the one before the next step, or `epoch` itself.
        let last = at
            .checked_add(1)
            .and_then(|next| steps.get(next))
            .map_or(epoch, |next| epoch.min(next.first_epoch.saturating_sub(1)));
        let tokens = last
            .checked_sub(step.first_epoch)
            .and_then(|epochs| epochs.checked_add(1))
            .and_then(|epochs| epochs.checked_mul(step.per_epoch))
            .ok_or(EmissionError::Overflow)?;
        total = total.checked_add(tokens).ok_or(EmissionError::Overflow)?;
    }
    Ok(total)
}
