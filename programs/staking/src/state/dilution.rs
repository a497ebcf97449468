use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use cairn_protocol::dilution::Dilution;

/// See `cairn_protocol::dilution`. 16 bytes.
#[derive(
    AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Pod, Zeroable, Debug, PartialEq, Eq,
)]
#[repr(C)]
pub struct StoredDilution {
    /// What is left of one token, in units of `2⁻⁶³ × 2^(−32 × scale)`.
    pub factor: u64,
    /// How often the factor was multiplied by 2³².
    pub scale: u32,
    /// How often the pot lost everything.
    pub generation: u32,
}

const _: () = assert!(size_of::<StoredDilution>() == 8 + 2 * 4);

impl StoredDilution {
    /// Of a new pot.
    pub const NONE: Self = {
        let Dilution { factor, scale, generation } = Dilution::NONE;
        Self { factor, scale, generation }
    };

    /// For the maths.
    #[inline(always)]
    pub fn load(&self) -> Dilution {
        Dilution { factor: self.factor, scale: self.scale, generation: self.generation }
    }

    /// After the loss of `loss` from a pot of `total`.
    #[inline(always)]
    #[must_use]
    pub fn after_loss(&self, total: u64, loss: u64) -> Self {
        let Dilution { factor, scale, generation } = self.load().after_loss(total, loss);
        Self { factor, scale, generation }
    }

    /// What is left at `self` of an amount that was written at `entry`.
    #[inline(always)]
    pub fn part(&self, amount: u64, entry: &Self) -> u64 {
        self.load().part(amount, &entry.load())
    }
}
