use crate::{
    error::RewardsError,
    events::Claimed,
    state::{ClaimantAccount, Limit, Pool},
    token,
    version::Current,
};
use anchor_lang::{address_eq, prelude::*};
use cairn_protocol::{
    breaker,
    merkle::{Node, OperatorLeaf, verify},
    split,
};
use pinocchio::sysvars::{clock::CLOCK_ID, get_sysvar};

/// Where the clock sysvar keeps `unix_timestamp`.
pub(crate) const UNIX_TIMESTAMP_AT: usize = 32;

/// The clock's time alone: cheaper than the whole sysvar.
#[inline(always)]
fn unix_timestamp() -> Result<i64> {
    let mut bytes = [0; 8];
    get_sysvar(&mut bytes, &CLOCK_ID, UNIX_TIMESTAMP_AT)?;
    Ok(i64::from_le_bytes(bytes))
}

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
    pub pool: Current<Pool>,
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

/// A limit's state after an outflow, and how much may flow out.
struct Window {
    used: u64,
    room: u64,
}

impl Window {
    #[inline(always)]
    fn of(limit: &Limit, balance: u64, used: u64, since: i64, now: i64) -> Self {
        let used = breaker::decayed(used, since, now, limit.window_seconds);
        Self { used, room: breaker::room(limit.tokens(balance), used) }
    }
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
        others: &[AccountView],
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

        let claimed_total =
            self.claimant.claimed_total.checked_add(amount).ok_or(RewardsError::Overflow)?;
        self.claimant.claimed_total = claimed_total;
        let all = self.pool.claimed_total.checked_add(amount).ok_or(RewardsError::Overflow)?;
        // Defence in depth: whatever oracles agree on, a pool pays no more than its root's sum.
        require!(all <= self.pool.root_sum, RewardsError::InvalidProof);
        self.pool.claimed_total = all;
        #[cfg(feature = "next-version")]
        {
            self.pool.claim_count =
                self.pool.claim_count.checked_add(1).ok_or(RewardsError::Overflow)?;
        }
        self.pay(amount, others)?;
        Claimed::log(self.pool.address(), &self.claimant.operator, amount, claimed_total);
        Ok(())
    }

    /// What may be paid now of `due`, booked in the windows.
    #[inline(always)]
    fn limit(&mut self, due: u64) -> Result<u64> {
        let pool = &*self.pool;
        if pool.pending_terms_at == 0
            && !pool.terms.breaker.is_on()
            && !pool.terms.operator_cap.is_on()
        {
            return Ok(due);
        }
        let now = unix_timestamp()?;
        let terms = pool.terms_at(now);
        let mut amount = due;
        let mut outflow = None;
        if terms.breaker.is_on() {
            let balance = token::amount(&self.vault)?;
            let (used, since) = (pool.window_outflow, pool.window_at);
            let window = Window::of(&terms.breaker, balance, used, since, now);
            require!(window.room > 0, RewardsError::BreakerOpen);
            amount = amount.min(window.room);
            outflow = Some(window.used);
        }
        if terms.operator_cap.is_on() {
            let (used, since) = (self.claimant.window_outflow, self.claimant.window_at);
            let window = Window::of(&terms.operator_cap, 0, used, since, now);
            require!(window.room > 0, RewardsError::OperatorCapReached);
            amount = amount.min(window.room);
            let claimant = &mut *self.claimant;
            // No more than the limit.
            claimant.window_outflow = window.used.saturating_add(amount);
            claimant.window_at = now;
        }
        if let Some(used) = outflow {
            let pool = &mut *self.pool;
            pool.window_outflow = used.saturating_add(amount);
            pool.window_at = now;
        }
        Ok(amount)
    }

    /// Transfers from the vault, to the operator or to its payees.
    #[inline(always)]
    fn pay(&self, amount: u64, others: &[AccountView]) -> Result<()> {
        let signer = token::PoolSigner::new(&self.pool);
        let payer = token::Payer {
            program: self.token_program.account(),
            vault: self.vault.account(),
            pool: self.pool.account(),
            signer: signer.as_seeds(),
            mint: if self.pool.names_mint == 0 {
                None
            } else {
                let mint = self.mint.as_ref().ok_or(RewardsError::MissingAccount)?;
                Some((mint.account(), self.pool.decimals))
            },
        };
        let first = self.destination.account();
        if self.claimant.is_empty() {
            require!(
                address_eq(first.address(), &self.claimant.destination),
                RewardsError::InvalidDestination
            );
            payer.pay(first, amount);
            return Ok(());
        }
        self.pay_all(&payer, amount, first, others)
    }

    /// Each payee's part rounded down; what is left over is the first one's.
    fn pay_all(
        &self,
        payer: &token::Payer<'_>,
        amount: u64,
        first: &AccountView,
        others: &[AccountView],
    ) -> Result<()> {
        let payees = self.claimant.as_slice();
        let (head, tail) = payees.split_first().ok_or(RewardsError::InvalidDestination)?;
        require!(others.len() >= tail.len(), RewardsError::MissingAccount);
        require!(others.len() == tail.len(), RewardsError::StrayAccounts);
        require!(address_eq(first.address(), &head.destination), RewardsError::InvalidDestination);
        let mut left = amount;
        for (payee, destination) in tail.iter().zip(others) {
            require!(
                address_eq(destination.address(), &payee.destination),
                RewardsError::InvalidDestination
            );
            let part = split::share(amount, payee.bps);
            if part > 0 {
                left = left.saturating_sub(part);
                payer.pay(destination, part);
            }
        }
        if left > 0 {
            payer.pay(first, left);
        }
        Ok(())
    }
}
