//! The emission table, epoch by epoch.

use cairn_protocol::emission::Step;

/// The most steps that a pool keeps.
const MAX_STEPS: usize = 64;
/// The most decays of all steps that a pool keeps.
const MAX_DECAYS: u64 = 1_024;

/// Every step that was ever in force or will be; the pool may have dropped the first ones.
#[derive(Debug, Clone)]
pub(super) struct Emission {
    steps: Vec<Step>,
    dropped: usize,
    /// Tokens of the epochs before each; as far as it was asked for.
    sums: Vec<u64>,
}

impl Emission {
    /// A new pool's table.
    pub(super) fn new(steps: &[Step]) -> Self {
        Self { steps: steps.to_vec(), dropped: 0, sums: vec![0] }
    }

    /// Tokens that one epoch emits, by walking through its step's decays.
    pub(super) fn of(&self, epoch: u64) -> u64 {
        let Some(step) = self.steps.iter().rev().find(|step| step.first_epoch <= epoch) else {
            return 0;
        };
        let nth = epoch - step.first_epoch;
        let decays = if step.times == 0 {
            0
        } else {
            (nth / u64::from(step.every_epochs)).min(step.times.into())
        };
        (0..decays).fold(step.per_epoch, |tokens, _| {
            u64::try_from(u128::from(tokens) * u128::from(step.keep_ppb) / 1_000_000_000).unwrap()
        })
    }

    /// Tokens of the epochs 0 to `epoch`, both included.
    pub(super) fn through(&mut self, epoch: u64) -> u64 {
        while self.sums.len() as u64 <= epoch + 1 {
            let next = self.sums.len() as u64 - 1;
            self.sums.push(self.sums.last().unwrap() + self.of(next));
        }
        self.sums[usize::try_from(epoch + 1).unwrap()]
    }

    /// The steps that the pool still has.
    pub(super) fn kept(&self) -> &[Step] {
        &self.steps[self.dropped..]
    }

    /// The table with `new` from `from` on, or `None` when it is not one. A full table drops what no
    /// root after `root` needs.
    pub(super) fn changed(&self, from: u64, new: &[Step], root: Option<u64>) -> Option<Self> {
        let ordered = new.windows(2).all(|pair| pair[0].first_epoch < pair[1].first_epoch);
        let decay = |step: &Step| {
            step.keep_ppb <= 1_000_000_000 && (step.times == 0 || step.every_epochs > 0)
        };
        let decays = |steps: &[Step]| steps.iter().map(|step| u64::from(step.times)).sum::<u64>();
        if new.first()?.first_epoch != from
            || new.len() > MAX_STEPS
            || !ordered
            || !new.iter().all(decay)
            || decays(new) > MAX_DECAYS
        {
            return None;
        }
        let mut table = self.clone();
        table.steps.retain(|step| step.first_epoch < from);
        table.steps.extend_from_slice(new);
        table.sums.truncate(usize::try_from(from + 1).unwrap());
        if table.kept().len() > MAX_STEPS
            && let Some(root) = root
        {
            let current = table.steps.iter().rposition(|step| step.first_epoch <= root);
            table.dropped = table.dropped.max(current.unwrap_or(0));
        }
        (table.kept().len() <= MAX_STEPS && decays(table.kept()) <= MAX_DECAYS).then_some(table)
    }
}
