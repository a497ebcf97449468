use crate::{
    error::StakingError,
    events::BondOpened,
    state::{
        BOND_SEED, Bond, ROLE_OPERATOR, ROLE_ORACLE, StakePool, StoredDilution, VERSION, one_more,
    },
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` payer of the rent
/// 1. `[writable]` stake pool
/// 2. `[]` owner of the bond
/// 3. `[writable]` bond, created here
/// 4. `[]` system program
#[derive(Accounts)]
#[instruction(role: u8, class: u16)]
pub struct OpenBond {
    // May be the owner too: it only signs and pays, nobody reads its data.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    #[account(mut)]
    pub stake_pool: Account<StakePool>,
    /// Any wallet may own a bond.
    pub owner: UncheckedAccount,
    #[account(
        init,
        payer = payer,
        seeds = [
            BOND_SEED,
            stake_pool.address().as_ref(),
            owner.address().as_ref(),
            bytemuck::bytes_of(&role),
            bytemuck::bytes_of(&class)
        ],
        bump
    )]
    pub bond: Account<Bond>,
    pub system_program: Program<System>,
}

impl OpenBond {
    /// - the role is known, and an oracle's bond backs no class
    /// - the owner is not zero, which stands for the stake pool
    #[inline(always)]
    pub fn open_bond(&mut self, role: u8, class: u16, bump: u8) -> Result<()> {
        require!(
            role == ROLE_OPERATOR || (role == ROLE_ORACLE && class == 0),
            StakingError::InvalidRole
        );
        let owner = *self.owner.address();
        require!(owner != Address::default(), StakingError::InvalidKey);
        let now = Clock::get()?.unix_timestamp;
        let (stake_pool, rent_payer) = (*self.stake_pool.address(), *self.payer.address());
        self.stake_pool.bond_count = one_more(self.stake_pool.bond_count)?;
        let bond = &mut *self.bond;
        // Everything else is zero in a fresh account.
        bond.stake_pool = stake_pool;
        bond.owner = owner;
        bond.rent_payer = rent_payer;
        bond.amount_since = now;
        bond.previous_amount_since = now;
        bond.unbonding_dilution = StoredDilution::NONE;
        bond.class = class;
        bond.role = role;
        bond.version = VERSION;
        bond.bump = bump;
        emit!(BondOpened { bond: *self.bond.address(), owner, role, class });
        Ok(())
    }
}
