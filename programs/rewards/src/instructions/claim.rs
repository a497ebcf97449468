use crate::{
    error::RewardsError,
    events::Claimed,
    state::{Claimant, POOL_SEED, Pool},
};
use anchor_lang::{cpi::InstructionAccount, prelude::*, unchecked_invoke_signed_fixed};
use cairn_protocol::merkle::{Node, OperatorLeaf, verify};

/// Number of `Transfer` in the SPL Token program's interface.
const TOKEN_TRANSFER: u8 = 3;

/// Accounts expected:
/// 0. `[writable]` pool
/// 1. `[writable]` claimant
/// 2. `[writable]` the pool's vault
/// 3. `[writable]` the claimant's destination
/// 4. `[]` token program
#[derive(Accounts)]
pub struct Claim {
    #[account(mut)]
    pub pool: Account<Pool>,
    #[account(mut, constraint = claimant.pool == *pool.address() @ RewardsError::WrongPool)]
    pub claimant: Account<Claimant>,
    /// The token program reads it; its address is the pool's.
    #[account(mut, address = pool.vault @ RewardsError::WrongPool)]
    pub vault: UncheckedAccount,
    /// The token program reads it; its address is the claimant's.
    #[account(mut, address = claimant.destination @ RewardsError::InvalidDestination)]
    pub destination: UncheckedAccount,
    pub token_program: Program<Token>,
}

impl Claim {
    /// - the pool has an active root, and the proof leads from the operator's leaf to it
    /// - something is left to pay: the lifetime total less what was paid before
    ///
    /// No signature is asked for: the tokens go to the operator's destination whoever sends this.
    #[inline(always)]
    pub fn claim(
        &mut self,
        lifetime_total: u64,
        devices_root: [u8; 32],
        index: u32,
        proof: &[u8],
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
        let amount = lifetime_total.saturating_sub(self.claimant.claimed_total);
        require!(amount > 0, RewardsError::NothingToClaim);

        self.claimant.claimed_total = lifetime_total;
        self.pool.claimed_total =
            self.pool.claimed_total.checked_add(amount).ok_or(RewardsError::Overflow)?;
        // Defence in depth: whatever oracles agree on, a pool pays no more than its root's sum.
        require!(self.pool.claimed_total <= self.pool.root_sum, RewardsError::InvalidProof);
        self.pay(amount);
        emit!(Claimed {
            pool: *self.pool.address(),
            operator: self.claimant.operator,
            amount,
            claimed_total: lifetime_total
        });
        Ok(())
    }

    /// Transfers from the vault; the transaction fails when the token program refuses.
    #[inline(always)]
    fn pay(&mut self, amount: u64) {
        let (network, mint, bump) = (self.pool.network, self.pool.mint, [self.pool.bump]);
        let seeds: &[&[u8]] = &[POOL_SEED, network.as_ref(), mint.as_ref(), &bump];
        let mut data = [0u8; 9];
        let (tag, units) = data.split_at_mut(1);
        tag.fill(TOKEN_TRANSFER);
        units.copy_from_slice(&amount.to_le_bytes());
        let program = *self.token_program.address();
        let (vault, destination) =
            (self.vault.cpi_handle_mut().into(), self.destination.cpi_handle_mut().into());
        let pool: CpiHandle<'_> = self.pool.cpi_handle();
        let handles: [CpiHandle<'_>; 3] = [vault, destination, pool];
        let [from, to, authority] = handles;
        unchecked_invoke_signed_fixed(
            &program,
            &data,
            &[
                InstructionAccount::writable(from.address()),
                InstructionAccount::writable(to.address()),
                InstructionAccount::readonly_signer(authority.address()),
            ],
            &handles,
            &[seeds],
        );
    }
}
