//! What the rewards program tells indexers; borsh after an 8-byte discriminator, in `Program data`
//! logs.

use crate::state::{CreditTerms, EmissionStep, PoolTerms, Splits};
use alloc::vec::Vec;
use anchor_lang::prelude::*;
use core::mem::MaybeUninit;

/// A pool was created.
#[event]
pub struct PoolCreated {
    /// Address of the pool.
    pub pool: Address,
    /// Network that it rewards.
    pub network: Address,
    /// Mint of the rewards.
    pub mint: Address,
    /// Start of epoch 0, unix seconds.
    pub genesis_at: i64,
    /// Length of an epoch.
    pub epoch_seconds: u32,
    /// 0 filled from outside, 1 minted at finalization.
    pub mode: u8,
    /// How an epoch's emission is divided.
    pub splits: Splits,
    /// The terms.
    pub terms: PoolTerms,
}

/// The emission of future epochs changed.
#[event]
pub struct EmissionChanged {
    /// Address of the pool.
    pub pool: Address,
    /// The first epoch that it changed for.
    pub from_epoch: u64,
    /// Steps of the table before.
    pub old_step_count: u8,
    /// Steps of the table now.
    pub new_step_count: u8,
    /// The steps from that epoch on.
    pub steps: Vec<EmissionStep>,
}

/// Another division of future epochs is pending.
#[event]
pub struct SplitsProposed {
    /// Address of the pool.
    pub pool: Address,
    /// The division until then.
    pub old: Splits,
    /// The division from then on.
    pub new: Splits,
    /// The first epoch of the new division.
    pub from_epoch: u64,
}

/// A pending division was withdrawn.
#[event]
pub struct SplitsCancelled {
    /// Address of the pool.
    pub pool: Address,
    /// The division that stays.
    pub kept: Splits,
    /// The division that was withdrawn.
    pub cancelled: Splits,
}

/// Other terms of a pool are pending.
#[event]
pub struct PoolUpdateProposed {
    /// Address of the pool.
    pub pool: Address,
    /// The terms until then.
    pub old: PoolTerms,
    /// The terms from then on.
    pub new: PoolTerms,
    /// When they come into force, unix seconds.
    pub effective_at: i64,
}

/// Pending terms of a pool were withdrawn.
#[event]
pub struct PoolUpdateCancelled {
    /// Address of the pool.
    pub pool: Address,
    /// The terms that stay.
    pub kept: PoolTerms,
    /// The terms that were withdrawn.
    pub cancelled: PoolTerms,
}

/// A pool's oracles were named.
#[event]
pub struct OracleSetCreated {
    /// Address of the pool.
    pub pool: Address,
    /// How many must attest.
    pub threshold: u8,
    /// How many there are.
    pub count: u8,
    /// Who they are.
    pub oracles: Vec<Address>,
}

/// A change of a pool's oracles is pending.
#[event]
pub struct OracleChangeProposed {
    /// Address of the pool.
    pub pool: Address,
    /// Who will be added; zero for nobody.
    pub add: Address,
    /// Who will be removed; zero for nobody.
    pub remove: Address,
    /// The threshold today.
    pub old_threshold: u8,
    /// The threshold from then on.
    pub new_threshold: u8,
    /// From when on it may be applied, unix seconds.
    pub effective_at: i64,
}

/// A pool's oracles changed.
#[event]
pub struct OracleChangeApplied {
    /// Address of the pool.
    pub pool: Address,
    /// Who was added; zero for nobody.
    pub added: Address,
    /// Who was removed; zero for nobody.
    pub removed: Address,
    /// How many must attest from now on.
    pub threshold: u8,
    /// How many oracles there are from now on.
    pub count: u8,
    /// The new generation.
    pub generation: u32,
}

/// A pending change of a pool's oracles was withdrawn.
#[event]
pub struct OracleChangeCancelled {
    /// Address of the pool.
    pub pool: Address,
    /// Who would have been added; zero for nobody.
    pub add: Address,
    /// Who would have been removed; zero for nobody.
    pub remove: Address,
    /// The threshold that it would have set.
    pub threshold: u8,
}

/// An oracle proposed a root.
#[event]
pub struct Proposed {
    /// Address of the pool.
    pub pool: Address,
    /// Address of the proposal.
    pub proposal: Address,
    /// Epoch that the root closes.
    pub epoch: u64,
    /// Oracle that proposed.
    pub oracle: Address,
    /// Root hash.
    pub root: [u8; 32],
    /// Lifetime total of all operators.
    pub root_sum: u64,
    /// Tokens at stake.
    pub bond: u64,
}

/// An oracle attested a proposal.
#[event]
pub struct Attested {
    /// Address of the pool.
    pub pool: Address,
    /// Address of the proposal.
    pub proposal: Address,
    /// Epoch that the root closes.
    pub epoch: u64,
    /// Oracle that attested.
    pub oracle: Address,
    /// Attestations so far, this one included.
    pub attestations: u8,
}

/// An oracle rejected a proposal.
#[event]
pub struct Rejected {
    /// Address of the pool.
    pub pool: Address,
    /// Address of the proposal.
    pub proposal: Address,
    /// Epoch that the root would close.
    pub epoch: u64,
    /// Oracle that rejected.
    pub oracle: Address,
    /// Rejections so far, this one included.
    pub rejections: u8,
    /// Status of the proposal before: 0 open.
    pub old_status: u8,
    /// Status of the proposal now: 0 open, 2 rejected.
    pub new_status: u8,
}

/// Somebody challenged a proposal.
#[event]
pub struct Challenged {
    /// Address of the pool.
    pub pool: Address,
    /// Address of the proposal.
    pub proposal: Address,
    /// Who challenged.
    pub challenger: Address,
    /// Hash of the published evidence.
    pub evidence_hash: [u8; 32],
    /// Tokens at stake.
    pub bond: u64,
    /// Until when oracles may vote, unix seconds.
    pub expires_at: i64,
}

/// An oracle voted on a challenge.
#[event]
pub struct ChallengeVoted {
    /// Address of the proposal.
    pub proposal: Address,
    /// Oracle that voted.
    pub oracle: Address,
    /// Whether it agrees with the challenger.
    pub uphold: bool,
    /// Votes for the challenger so far.
    pub upholding: u8,
    /// Votes against the challenger so far.
    pub dismissing: u8,
}

/// A challenge was resolved.
#[event]
pub struct ChallengeSettled {
    /// Address of the pool.
    pub pool: Address,
    /// Address of the proposal.
    pub proposal: Address,
    /// 1 upheld, 2 dismissed, 3 expired.
    pub outcome: u8,
    /// Status of the proposal before.
    pub old_status: u8,
    /// Status of the proposal now: 0 open, 2 rejected.
    pub new_status: u8,
    /// Tokens that are the proposer's now.
    pub proposer_bond: u64,
    /// Tokens that are the challenger's now.
    pub challenger_bond: u64,
    /// Tokens that were burned.
    pub burned: u64,
}

/// A root became active.
#[event]
pub struct Finalized {
    /// Address of the pool.
    pub pool: Address,
    /// Address of the proposal.
    pub proposal: Address,
    /// Epoch that the root closes.
    pub epoch: u64,
    /// Root hash.
    pub root: [u8; 32],
    /// Lifetime total of all operators before.
    pub old_root_sum: u64,
    /// Lifetime total of all operators now.
    pub new_root_sum: u64,
    /// Tokens that delegators earned with it.
    pub delegators: u64,
    /// Tokens that the attesting oracles earned with it together.
    pub oracles: u64,
    /// Tokens that the treasury earned with it as its part.
    pub treasury: u64,
    /// Tokens minted into the vault.
    pub minted: u64,
}

/// A bond went back to whoever it belongs to.
#[event]
pub struct BondReturned {
    /// Address of the pool.
    pub pool: Address,
    /// Address of the proposal.
    pub proposal: Address,
    /// Who got it.
    pub wallet: Address,
    /// Tokens that left the bond vault.
    pub amount: u64,
}

/// A proposal's account was closed.
#[event]
pub struct ProposalClosed {
    /// Address of the pool.
    pub pool: Address,
    /// Address that the proposal had.
    pub proposal: Address,
    /// Its epoch.
    pub epoch: u64,
    /// Its status: 0 open, 1 finalized, 2 rejected.
    pub status: u8,
}

/// A challenge's account was closed.
#[event]
pub struct ChallengeClosed {
    /// Address of the pool.
    pub pool: Address,
    /// Address of the proposal.
    pub proposal: Address,
    /// Who challenged.
    pub challenger: Address,
    /// Tokens that went to the challenger.
    pub paid: u64,
}

/// An operator may be paid from now on.
#[event]
pub struct ClaimantOpened {
    /// Address of the pool.
    pub pool: Address,
    /// Wallet of the operator.
    pub operator: Address,
    /// Token account that claims go to.
    pub destination: Address,
}

/// A wallet and its part of what an operator earns.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayeeShare {
    /// The wallet.
    pub wallet: Address,
    /// Its part, in basis points.
    pub bps: u16,
}

/// An operator divided what it earns otherwise.
#[event]
pub struct PayeesSet {
    /// Address of the pool.
    pub pool: Address,
    /// Wallet of the operator.
    pub operator: Address,
    /// The payees before; none when everything went to the operator.
    pub old: Vec<PayeeShare>,
    /// The payees now.
    pub new: Vec<PayeeShare>,
}

/// A claimant's account was closed.
#[event]
pub struct ClaimantClosed {
    /// Address of the pool.
    pub pool: Address,
    /// Wallet of the operator.
    pub operator: Address,
    /// Tokens paid over the operator's life.
    pub claimed_total: u64,
}

/// An operator was paid.
#[event(bytemuck)]
pub struct Claimed {
    /// Address of the pool.
    pub pool: Address,
    /// Wallet of the operator.
    pub operator: Address,
    /// Tokens paid now.
    pub amount: u64,
    /// Tokens paid over the operator's life.
    pub claimed_total: u64,
}

/// Delegators, an oracle or the treasury were paid.
#[event]
pub struct PartPaid {
    /// Address of the pool.
    pub pool: Address,
    /// 0 delegators, 1 an oracle, 2 the treasury.
    pub part: u8,
    /// Wallet that it was for; of delegators, the token account.
    pub wallet: Address,
    /// Tokens that left the vault.
    pub amount: u64,
    /// Tokens paid to this part before.
    pub old_paid: u64,
    /// Tokens paid to this part over the pool's life.
    pub new_paid: u64,
}

/// A pool is going to be closed.
#[event]
pub struct CloseRequested {
    /// Address of the pool.
    pub pool: Address,
    /// From when on nothing is finalized any more, unix seconds.
    pub close_at: i64,
}

/// A pool is not going to be closed.
#[event]
pub struct CloseCancelled {
    /// Address of the pool.
    pub pool: Address,
    /// When it would have been closed, unix seconds.
    pub close_at: i64,
}

/// A pool's oracle set was closed.
#[event]
pub struct OracleSetClosed {
    /// Address of the pool.
    pub pool: Address,
}

/// A pool was closed.
#[event]
pub struct PoolClosed {
    /// Address that the pool had.
    pub pool: Address,
    /// Tokens that were left over and went to the treasury.
    pub left_over: u64,
}

/// A credit market was created.
#[event]
pub struct CreditMarketCreated {
    /// Address of the market.
    pub market: Address,
    /// Its pool.
    pub pool: Address,
    /// The terms.
    pub terms: CreditTerms,
}

/// Other terms of a credit market are pending.
#[event]
pub struct CreditUpdateProposed {
    /// Address of the market.
    pub market: Address,
    /// The terms until then.
    pub old: CreditTerms,
    /// The terms from then on.
    pub new: CreditTerms,
    /// When they come into force, unix seconds.
    pub effective_at: i64,
}

/// Pending terms of a credit market were withdrawn.
#[event]
pub struct CreditUpdateCancelled {
    /// Address of the market.
    pub market: Address,
    /// The terms that stay.
    pub kept: CreditTerms,
    /// The terms that were withdrawn.
    pub cancelled: CreditTerms,
}

/// An oracle reported a price.
#[event]
pub struct PriceReported {
    /// Address of the market.
    pub market: Address,
    /// The oracle.
    pub oracle: Address,
    /// What it said before; 0 for nothing.
    pub old_price: u64,
    /// Credits × 10⁹ per smallest unit of the token.
    pub new_price: u64,
}

/// A customer's account was opened.
#[event]
pub struct CreditAccountOpened {
    /// Address of the market.
    pub market: Address,
    /// Wallet of the customer.
    pub customer: Address,
}

/// A customer bought credits.
#[event]
pub struct CreditsBought {
    /// Address of the market.
    pub market: Address,
    /// Wallet of the customer.
    pub customer: Address,
    /// Tokens burned.
    pub burned: u64,
    /// The median price.
    pub price: u64,
    /// Credits bought.
    pub credits: u64,
    /// Credits at the customer's disposal before.
    pub old_balance: u64,
    /// Credits at the customer's disposal now.
    pub new_balance: u64,
}

/// A customer's escrow changed by the customer's will.
#[event]
pub struct EscrowChanged {
    /// Address of the market.
    pub market: Address,
    /// Wallet of the customer.
    pub customer: Address,
    /// Credits in escrow before.
    pub old_escrowed: u64,
    /// Credits in escrow now.
    pub new_escrowed: u64,
    /// Credits on their way out before.
    pub old_withdrawing: u64,
    /// Credits on their way out now.
    pub new_withdrawing: u64,
    /// When the latter may be withdrawn, unix seconds; 0 when there are none.
    pub withdraw_at: i64,
}

/// What a customer used was debited.
#[event]
pub struct UsageSettled {
    /// Address of the market.
    pub market: Address,
    /// Wallet of the customer.
    pub customer: Address,
    /// Credits debited now.
    pub amount: u64,
    /// Credits debited over the account's life before.
    pub old_settled: u64,
    /// Credits debited over the account's life.
    pub new_settled: u64,
    /// Credits that the customer used up to the active root.
    pub lifetime_spent: u64,
}

/// A customer's account was closed.
#[event]
pub struct CreditAccountClosed {
    /// Address of the market.
    pub market: Address,
    /// Wallet of the customer.
    pub customer: Address,
    /// Credits that lapsed with it.
    pub lapsed: u64,
}

/// A credit market was closed.
#[event]
pub struct CreditMarketClosed {
    /// Address that the market had.
    pub market: Address,
}

/// A pool was brought to the program's version.
#[event]
pub struct PoolMigrated {
    /// Address of the pool.
    pub pool: Address,
    /// Version of its layout before.
    pub old_version: u8,
    /// Version of its layout now.
    pub new_version: u8,
}

impl Claimed {
    /// As `emit!`, without the heap and without a copy of the event: claims are what is paid for
    /// most often.
    #[inline(always)]
    pub fn log(pool: &Address, operator: &Address, amount: u64, claimed_total: u64) {
        #[repr(C)]
        struct Data {
            discriminator: [u8; 8],
            event: Claimed,
        }
        const _: () = assert!(size_of::<Data>() == 8 + 2 * 32 + 2 * 8);
        let mut data = MaybeUninit::<Data>::uninit();
        let at = data.as_mut_ptr();
        // SAFETY: every field is written, and no byte lies between them; the discriminator has 8.
        let bytes = unsafe {
            let head = Self::DISCRIMINATOR.as_ptr().cast::<[u8; 8]>();
            (&raw mut (*at).discriminator).write(*head);
            (&raw mut (*at).event.pool).write(*pool);
            (&raw mut (*at).event.operator).write(*operator);
            (&raw mut (*at).event.amount).write(amount);
            (&raw mut (*at).event.claimed_total).write(claimed_total);
            core::slice::from_raw_parts(at.cast::<u8>(), size_of::<Data>())
        };
        sol_log_data(&[bytes]);
    }
}
