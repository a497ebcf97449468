use crate::{
    error::StakingError,
    events::BondOpened,
    state::{BOND_SEED, Bond, ROLE_OPERATOR, ROLE_ORACLE, StakePool, VERSION},
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` payer of the rent
/// 1. `[]` stake pool
/// 2. `[]` owner of the bond
/// 3. `[writable]` bond, created here
/// 4. `[]` system program
#[derive(Accounts)]
#[instruction(role: u8, class: u16)]
pub struct OpenBond {
    // May be the owner too: it only signs and pays, nobody reads its data.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
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
    #[inline(always)]
    pub fn open_bond(&mut self, role: u8, class: u16, bump: u8) -> Result<()> {
        require!(
            role == ROLE_OPERATOR || (role == ROLE_ORACLE && class == 0),
            StakingError::InvalidRole
        );
        let owner = *self.owner.address();
        *self.bond = Bond {
            stake_pool: *self.stake_pool.address(),
            owner,
            amount: 0,
            unbonding: 0,
            unbonding_count: 0,
            class,
            role,
            version: VERSION,
            bump,
            reserved: [0; 67],
        };
        emit!(BondOpened { bond: *self.bond.address(), owner, role, class });
        Ok(())
    }
}
