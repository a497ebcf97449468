//! Dividing amounts by basis points.

/// All of something in basis points.
pub const ALL_BPS: u16 = 10_000;
/// [`ALL_BPS`] as an amount.
const ALL: u64 = 10_000;

/// ⌊amount × bps / 10,000⌋; more than 10,000 counts as 10,000.
///
/// ```
/// assert_eq!(cairn_protocol::split::share(999, 5_000), 499);
/// ```
#[inline(always)]
pub fn share(amount: u64, bps: u16) -> u64 {
    // With amount = q × 10,000 + r this is q × bps + ⌊r × bps / 10,000⌋: exact in 64 bits.
    let bps = u64::from(bps.min(ALL_BPS));
    let whole = amount.wrapping_div(ALL).wrapping_mul(bps);
    let rest = amount.wrapping_rem(ALL).wrapping_mul(bps).wrapping_div(ALL);
    whole.wrapping_add(rest)
}

/// ⌈amount × bps / 10,000⌉: for a limit, which must not be 0 while anything is there.
#[inline(always)]
pub fn share_up(amount: u64, bps: u16) -> u64 {
    let bps = u64::from(bps.min(ALL_BPS));
    let whole = amount.wrapping_div(ALL).wrapping_mul(bps);
    let rest = amount.wrapping_rem(ALL).wrapping_mul(bps).wrapping_add(ALL.wrapping_sub(1));
    whole.wrapping_add(rest.wrapping_div(ALL))
}

/// `amount` in `count` equal parts: one part, and what is left over. Everything is left over
/// when nobody takes part.
pub fn equally(amount: u64, count: u32) -> (u64, u64) {
    let count = u64::from(count);
    let each = amount.checked_div(count).unwrap_or(0);
    (each, amount.saturating_sub(each.saturating_mul(count)))
}

/// How an epoch's emission is divided, in basis points that add up to 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Splits {
    /// To operators, through the root.
    pub operators: u16,
    /// To those who delegate stake.
    pub delegators: u16,
    /// To the oracles that attested.
    pub oracles: u16,
    /// To the treasury.
    pub treasury: u16,
}

/// What others than operators get, in the mint's smallest unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parts {
    /// See [`Splits::delegators`].
    pub delegators: u64,
    /// See [`Splits::oracles`].
    pub oracles: u64,
    /// See [`Splits::treasury`].
    pub treasury: u64,
}

impl Parts {
    /// All parts together; `None` beyond 64 bits.
    pub fn total(&self) -> Option<u64> {
        self.delegators.checked_add(self.oracles)?.checked_add(self.treasury)
    }
}

/// A period of one division: what it emitted, and how that is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Tokens that the period emitted.
    pub emitted: u64,
    /// How they are divided.
    pub splits: Splits,
}

impl Splits {
    /// Whether the parts add up to 10,000 and operators get something: their tokens are what
    /// oracles agree on, everything else is in proportion to them.
    pub fn is_valid(&self) -> bool {
        let Self { operators, delegators, oracles, treasury } = *self;
        let sum = [operators, delegators, oracles, treasury]
            .iter()
            .fold(0u32, |sum, bps| sum.saturating_add(u32::from(*bps)));
        operators > 0 && sum == u32::from(ALL_BPS)
    }

    /// What operators may be given of an epoch's emission: ⌊emitted × operators / 10,000⌋.
    pub fn operators_of(&self, emitted: u64) -> u64 {
        share(emitted, self.operators)
    }
}

/// What the others get when operators got `operators` tokens over `periods`: each
/// ⌊operators × X / O⌋, where X is what the periods' emission meant for it and O what it meant for
/// operators. With one division all along that is ⌊operators × x bps / operators bps⌋.
///
/// Two periods matter when epochs were skipped around a change of the division: by the new one
/// alone, the parts could exceed what was emitted, and no root could ever be finalized. So, as long
/// as operators get no more than O, everything together is no more than what the periods emitted.
///
/// `None` when a part exceeds 64 bits. Nothing when the periods meant nothing for operators.
pub fn parts(operators: u64, periods: &[Period]) -> Option<Parts> {
    if let Some(first) = periods.first()
        && periods.iter().all(|period| period.splits == first.splits)
    {
        // No need to weigh: only the ratio of basis points counts.
        let Splits { operators: all, delegators, oracles, treasury } = first.splits;
        let part = |bps: u16| proportional(operators, u64::from(bps), u64::from(all));
        return Some(Parts {
            delegators: part(delegators)?,
            oracles: part(oracles)?,
            treasury: part(treasury)?,
        });
    }
    // Emission × basis points needs 78 bits a period; scaled to 64, where others are rounded
    // down and operators up, so that no part gets more than its due.
    let weighed = |bps: fn(&Splits) -> u16| {
        periods.iter().fold(0u128, |sum, period| {
            let weight = u128::from(period.emitted).saturating_mul(bps(&period.splits).into());
            sum.saturating_add(weight)
        })
    };
    let all = weighed(|splits| splits.operators);
    if all == 0 {
        return Some(Parts::default());
    }
    let others: [u128; 3] = [
        weighed(|splits| splits.delegators),
        weighed(|splits| splits.oracles),
        weighed(|splits| splits.treasury),
    ];
    let top = others.iter().fold(all, |top, weight| top.max(*weight));
    let beyond = 64u32.saturating_sub(top.leading_zeros());
    // One more bit, because rounding up may carry.
    let shift = if beyond > 0 { beyond.saturating_add(1) } else { 0 };
    let scale = 1u128.checked_shl(shift)?;
    let all = u64::try_from(all.div_ceil(scale)).ok()?;
    let part = |weight: u128| {
        let weight = u64::try_from(weight.checked_div(scale)?).ok()?;
        proportional(operators, weight, all)
    };
    let [delegators, oracles, treasury] = others;
    Some(Parts {
        delegators: part(delegators)?,
        oracles: part(oracles)?,
        treasury: part(treasury)?,
    })
}

/// ⌊amount × part / whole⌋; 0 for a whole of 0, `None` beyond 64 bits.
fn proportional(amount: u64, part: u64, whole: u64) -> Option<u64> {
    if whole == 0 {
        return Some(0);
    }
    u128::from(amount)
        .checked_mul(u128::from(part))?
        .checked_div(u128::from(whole))
        .and_then(|tokens| u64::try_from(tokens).ok())
}
