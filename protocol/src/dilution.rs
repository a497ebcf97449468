//! Taking a part of many stakes at once.
//!
//! A pot of stake that loses `s` of its `T` tokens cannot visit every member. It keeps one factor
//! instead, which each loss multiplies by `(T − s) / T`; a member remembers the factor that held
//! when its amount was last written, and its part now is `amount × now / then`. This is the
//! product of Batog et al., "Scalable Reward Distribution with Changing Stake Sizes", with the
//! factor's scale kept apart (as Liquity's stability pool does), so that it never runs out of
//! bits.
//!
//! Everything rounds down: as long as a pot's total counted the sum of its members' parts before
//! a loss, it counts it after. A member gets less than its exact part by less than one unit, and
//! by less than 2⁻³⁰ of its amount per loss.

/// The factor of a pot that never lost anything.
pub const ONE: u64 = 1 << 63;
/// The factor never stands below this after a loss; its scale is raised instead.
const LOWEST: u64 = 1 << 31;
/// Bits by which a rise of the scale multiplies the factor.
const SCALE_BITS: u32 = 32;

/// What a pot lost so far, or had lost when an amount was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dilution {
    /// What is left of one token, in units of `2⁻⁶³ × 2^(−32 × scale)`.
    pub factor: u64,
    /// How often the factor was multiplied by 2³².
    pub scale: u32,
    /// How often the pot lost everything. Amounts of an earlier generation are gone.
    pub generation: u32,
}

impl Default for Dilution {
    fn default() -> Self {
        Self::NONE
    }
}

impl Dilution {
    /// Of a new pot.
    pub const NONE: Self = Self { factor: ONE, scale: 0, generation: 0 };

    /// After the loss of `loss` from a pot of `total`. A loss of everything, or of more, begins a
    /// new generation; a loss of nothing changes nothing.
    #[must_use]
    pub fn after_loss(&self, total: u64, loss: u64) -> Self {
        if loss == 0 {
            return *self;
        }
        let Some(left) = total.checked_sub(loss).filter(|left| *left > 0) else {
            return Self { factor: ONE, scale: 0, generation: self.generation.wrapping_add(1) };
        };
        let total = u128::from(total);
        // Below 2⁶³ × 2⁶⁴, so it fits; total is above zero because left is.
        let product = u128::from(self.factor).saturating_mul(u128::from(left));
        let mut quotient = product.checked_div(total).unwrap_or(0);
        let mut rest = product.checked_rem(total).unwrap_or(0);
        let mut scale = self.scale;
        // At most twice: the factor is at least 2³¹ before, and total below 2⁶⁴.
        while quotient < u128::from(LOWEST) {
            // rest < total < 2⁶⁴, quotient < 2³¹: nothing is shifted out.
            let shifted = rest << SCALE_BITS;
            quotient =
                (quotient << SCALE_BITS).saturating_add(shifted.checked_div(total).unwrap_or(0));
            rest = shifted.checked_rem(total).unwrap_or(0);
            scale = scale.saturating_add(1);
        }
        // Not above the factor before, or below 2³¹ × 2³²: fits 64 bits.
        let factor = u64::try_from(quotient).unwrap_or(u64::MAX);
        Self { factor, scale, generation: self.generation }
    }

    /// What is left now, at `self`, of an `amount` that was written at `entry`; rounded down.
    pub fn part(&self, amount: u64, entry: &Self) -> u64 {
        if self.generation != entry.generation {
            return 0;
        }
        if self == entry {
            return amount;
        }
        let shift = match self.scale.checked_sub(entry.scale) {
            Some(0) => 0,
            Some(1) => SCALE_BITS,
            Some(2) => SCALE_BITS.saturating_mul(2),
            // Below one unit of the largest amount; nor can a pot gain what it lost.
            _ => return 0,
        };
        let divisor = u128::from(entry.factor) << shift;
        u128::from(amount)
            .saturating_mul(u128::from(self.factor))
            .checked_div(divisor)
            .and_then(|part| u64::try_from(part).ok())
            .map_or(0, |part| part.min(amount))
    }
}
