use crate::{
    checks,
    error::RewardsError,
    events::UsageSettled,
    state::{CreditAccount, CreditMarket, Pool},
    version::Current,
};
use anchor_lang::prelude::*;
use cairn_protocol::{
    credits,
    merkle::{Node, UsageLeaf, verify},
};

/// Accounts expected:
/// 0. `[]` pool
/// 1. `[writable]` the pool's credit market
/// 2. `[writable]` credit account
#[derive(Accounts)]
pub struct SettleUsage {
    pub pool: Current<Pool>,
    #[account(mut)]
    pub market: Account<CreditMarket>,
    #[account(mut, constraint = account.market == *market.address() @ RewardsError::WrongMarket)]
    pub account: Account<CreditAccount>,
}

impl SettleUsage {
    /// - the pool has an active root with usage, and the proof leads from the customer's leaf to it
    /// - something is left to debit, and something backs it
    ///
    /// Debits escrow first, then what is on its way out of it. What exceeds both stays due.
    #[inline(always)]
    pub fn settle_usage(&mut self, lifetime_spent: u64, index: u32, proof: &[u8]) -> Result<()> {
        checks::require_market(&self.pool, &self.market)?;
        require!(self.pool.usage_sum > 0, RewardsError::NoRoot);
        let leaf = UsageLeaf {
            pool: *self.pool.address().as_array(),
            customer: *self.account.customer.as_array(),
            lifetime_spent,
        };
        let root = Node { hash: self.pool.usage_root, sum: self.pool.usage_sum };
        require!(verify(&root, &leaf.node(), index, proof), RewardsError::InvalidProof);
        let account = &mut *self.account;
        let available =
            account.escrowed.checked_add(account.withdrawing).ok_or(RewardsError::Overflow)?;
        let amount = credits::debit(lifetime_spent, account.settled_total, available);
        require!(amount > 0, RewardsError::NothingToSettle);
        let from_escrow = amount.min(account.escrowed);
        account.escrowed = account.escrowed.saturating_sub(from_escrow);
        account.withdrawing =
            account.withdrawing.saturating_sub(amount.saturating_sub(from_escrow));
        if account.withdrawing == 0 {
            account.withdraw_at = 0;
        }
        let old_settled = account.settled_total;
        account.settled_total = old_settled.checked_add(amount).ok_or(RewardsError::Overflow)?;
        self.market.settled_total =
            self.market.settled_total.checked_add(amount).ok_or(RewardsError::Overflow)?;
        emit!(UsageSettled {
            market: *self.market.address(),
            customer: self.account.customer,
            amount,
            old_settled,
            new_settled: self.account.settled_total,
            lifetime_spent
        });
        Ok(())
    }
}
