use crate::{
    error::StakingError,
    events::PenaltyAnnounced,
    penalties,
    state::{
        Bond, PENALTY_ANNOUNCED, PENALTY_SEED, Penalty, PenaltyEpoch, StakePool, VERSION, one_more,
    },
};
use anchor_lang::prelude::*;
use cairn_protocol::merkle::{Node, PenaltyLeaf, verify};

/// What a leaf of the penalties tree says, besides pool, epoch and bond.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PenaltyContent {
    /// Stake to lose, in the stake mint's smallest unit.
    pub amount: u64,
    /// Why, see `cairn_protocol::reason`.
    pub reason: u16,
    /// SHA-256 of the evidence.
    pub evidence_hash: [u8; 32],
    /// Wallet that found the fault; zero for none.
    pub challenger: Address,
}

/// Accounts expected:
/// 0. `[writable, signer]` payer of the rent
/// 1. `[]` stake pool
/// 2. `[writable]` the epoch's penalties
/// 3. `[writable]` bond that loses stake
/// 4. `[writable]` address of the delegation target of the bond's owner
/// 5. `[writable]` penalty, created here
/// 6. `[]` system program
#[derive(Accounts)]
#[instruction(index: u32)]
pub struct AnnouncePenalty {
    #[account(mut)]
    pub payer: Signer,
    pub stake_pool: Account<StakePool>,
    #[account(
        mut,
        constraint = penalty_epoch.stake_pool == *stake_pool.address()
            @ StakingError::WrongStakePool
    )]
    pub penalty_epoch: Account<PenaltyEpoch>,
    #[account(
        mut,
        constraint = bond.stake_pool == *stake_pool.address() @ StakingError::WrongStakePool
    )]
    pub bond: Account<Bond>,
    /// Its address is checked; there need not be anything.
    #[account(mut)]
    pub target: UncheckedAccount,
    #[account(
        init,
        payer = payer,
        seeds = [
            PENALTY_SEED,
            penalty_epoch.address().as_ref(),
            bytemuck::bytes_of(&index)
        ],
        bump
    )]
    pub penalty: Account<Penalty>,
    pub system_program: Program<System>,
}

impl AnnouncePenalty {
    /// - the proof leads from the penalty against this bond to the epoch's penalties root
    /// - the epoch's penalties have not expired
    /// - the target is the one of the bond's owner
    ///
    /// Anyone may send this. From now on nothing can be withdrawn from the bond, nor by those who
    /// delegated to its owner, until the penalty is executed or vetoed.
    #[inline(always)]
    pub fn announce_penalty(
        &mut self,
        index: u32,
        content: &PenaltyContent,
        proof: &[u8],
        bump: u8,
    ) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        require!(now <= self.penalty_epoch.expires_at, StakingError::PenaltiesExpired);
        require!(content.amount > 0, StakingError::ZeroAmount);
        let bond = *self.bond.address();
        let leaf = PenaltyLeaf {
            pool: *self.stake_pool.rewards_pool.as_array(),
            epoch: self.penalty_epoch.epoch,
            target: *bond.as_array(),
            amount: content.amount,
            reason: content.reason,
            evidence_hash: content.evidence_hash,
            challenger: *content.challenger.as_array(),
        };
        let root = Node { hash: self.penalty_epoch.root, sum: self.penalty_epoch.root_sum };
        require!(verify(&root, &leaf.node(), index, proof), StakingError::InvalidProof);

        let target = penalties::target_address(self.stake_pool.address(), &self.bond.owner);
        require!(*self.target.address() == target, StakingError::WrongTarget);
        let mut counted_at_target = 0;
        if let Some(mut target) = penalties::target_of(&self.target, &self.bond)? {
            target.pending_penalties = one_more(target.pending_penalties)?;
            counted_at_target = 1;
        }
        self.bond.pending_penalties = one_more(self.bond.pending_penalties)?;
        self.penalty_epoch.penalty_count = one_more(self.penalty_epoch.penalty_count)?;
        let window = i64::from(self.stake_pool.terms_at(now).appeal_window_seconds);
        let executable_at = now.checked_add(window).ok_or(StakingError::Overflow)?;
        let penalty = &mut *self.penalty;
        // Everything else is zero in a fresh account.
        penalty.penalty_epoch = *self.penalty_epoch.address();
        penalty.bond = bond;
        penalty.target = target;
        penalty.challenger = content.challenger;
        penalty.rent_payer = *self.payer.address();
        penalty.evidence_hash = content.evidence_hash;
        penalty.amount = content.amount;
        penalty.executable_at = executable_at;
        penalty.index = index;
        penalty.reason = content.reason;
        penalty.status = PENALTY_ANNOUNCED;
        penalty.counted_at_target = counted_at_target;
        penalty.version = VERSION;
        penalty.bump = bump;
        emit!(PenaltyAnnounced {
            penalty: *self.penalty.address(),
            bond,
            amount: content.amount,
            reason: content.reason,
            evidence_hash: content.evidence_hash,
            challenger: content.challenger,
            executable_at
        });
        Ok(())
    }
}
