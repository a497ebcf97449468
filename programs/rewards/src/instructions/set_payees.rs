use crate::{
    checks,
    error::RewardsError,
    events::{PayeeShare, PayeesSet},
    state::{ClaimantAccount, MAX_PAYEES, Payee, Pool},
    version::Current,
};
use alloc::vec::Vec;
use anchor_lang::{AccountRealloc, prelude::*};
use cairn_protocol::split::ALL_BPS;

/// Accounts expected:
/// 0. `[writable, signer]` operator, pays the rent of the payees or gets it back
/// 1. `[]` pool
/// 2. `[writable]` claimant
/// 3. `[]` system program
#[derive(Accounts)]
pub struct SetPayees {
    #[account(mut)]
    pub operator: Signer,
    pub pool: Current<Pool>,
    #[account(
        mut,
        constraint = claimant.pool == *pool.address() @ RewardsError::WrongPool,
        constraint = claimant.operator == *operator.address() @ RewardsError::NotClaimantOwner
    )]
    pub claimant: ClaimantAccount,
    pub system_program: Program<System>,
}

fn validate(payees: &[PayeeShare]) -> Result<()> {
    let distinct = payees.iter().enumerate().all(|(at, payee)| {
        payee.bps > 0
            && payee.wallet != Address::default()
            && !payees.iter().take(at).any(|other| other.wallet == payee.wallet)
    });
    let sum = payees.iter().fold(0u32, |sum, payee| sum.saturating_add(payee.bps.into()));
    require!(
        payees.len() <= MAX_PAYEES && distinct && (payees.is_empty() || sum == u32::from(ALL_BPS)),
        RewardsError::InvalidPayees
    );
    Ok(())
}

impl SetPayees {
    /// - the operator signs
    /// - at most 8 different wallets, none zero, each with a part above 0; the parts add up to all
    ///
    /// Without payees everything goes to the operator again.
    #[inline(always)]
    pub fn set_payees(&mut self, payees: &[PayeeShare]) -> Result<()> {
        validate(payees)?;
        let old: Vec<PayeeShare> = self
            .claimant
            .iter()
            .map(|payee| PayeeShare { wallet: payee.wallet, bps: payee.bps })
            .collect();
        let count = u32::try_from(payees.len()).map_err(|_| RewardsError::InvalidPayees)?;
        self.claimant.clear();
        self.claimant.realloc_account(
            ClaimantAccount::try_space_for(count)?,
            *self.operator.account(),
            true,
        )?;
        for PayeeShare { wallet, bps } in payees {
            let destination = checks::destination_of(&self.pool, wallet);
            self.claimant.try_push(Payee {
                wallet: *wallet,
                destination,
                bps: *bps,
                reserved: [0; 6],
            })?;
        }
        emit!(PayeesSet {
            pool: *self.pool.address(),
            operator: *self.operator.address(),
            old,
            new: payees.to_vec()
        });
        Ok(())
    }
}
