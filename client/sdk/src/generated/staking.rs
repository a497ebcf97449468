//! Accounts, events and terms of the staking program with their units.
//! Rendered by client/generate from the program's IDL; `make generate` writes it.

use crate::amount::{BasisPoints, Epoch, Tokens};
use cairn_generated::staking::{accounts, events, types};
use serde::Serialize;
use solana_address::Address;

/// Tokens that an operator or oracle has at risk. 8 + 240 bytes.
///
/// Oracles read the amount of a past moment by `cairn_protocol::settlement`, with the stake pool's
/// `settle_seconds`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bond {
    /// Stake pool that holds the tokens.
    #[serde(serialize_with = "crate::typed::address")]
    pub stake_pool: Address,
    /// Wallet that may take them out.
    #[serde(serialize_with = "crate::typed::address")]
    pub owner: Address,
    /// Who paid for this account.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// Tokens bonded; unbonding ones are not included.
    pub amount: Tokens,
    /// When `amount` last changed, unix seconds.
    pub amount_since: i64,
    /// The amount before the settlement period of `amount_since`.
    pub previous_amount: Tokens,
    /// When it changed to `previous_amount`, unix seconds.
    pub previous_amount_since: i64,
    /// The amount before the settlement period of `previous_amount_since`.
    pub earlier_amount: Tokens,
    /// Tokens on their way out, within reach of penalties until they are withdrawn.
    pub unbonding: Tokens,
    /// Unbondings requested so far; the next one gets this index.
    pub unbonding_count: u64,
    /// What penalties took from `unbonding`.
    pub unbonding_dilution: StoredDilution,
    /// Unbondings that were not withdrawn yet.
    pub open_unbondings: u32,
    /// Penalties that are announced and neither executed nor vetoed.
    pub pending_penalties: u32,
    /// Device class that it backs; 0 for an oracle.
    pub class: u16,
    /// 0 operator, 1 oracle.
    pub role: u8,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::Bond> for Bond {
    fn from(from: &accounts::Bond) -> Self {
        Self {
            stake_pool: from.stake_pool,
            owner: from.owner,
            rent_payer: from.rent_payer,
            amount: Tokens(from.amount),
            amount_since: from.amount_since,
            previous_amount: Tokens(from.previous_amount),
            previous_amount_since: from.previous_amount_since,
            earlier_amount: Tokens(from.earlier_amount),
            unbonding: Tokens(from.unbonding),
            unbonding_count: from.unbonding_count,
            unbonding_dilution: (&from.unbonding_dilution).into(),
            open_unbondings: from.open_unbondings,
            pending_penalties: from.pending_penalties,
            class: from.class,
            role: from.role,
            version: from.version,
        }
    }
}

/// A bond was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BondClosed {
    /// Address of the bond.
    #[serde(serialize_with = "crate::typed::address")]
    pub bond: Address,
    /// Wallet that owned it.
    #[serde(serialize_with = "crate::typed::address")]
    pub owner: Address,
}

impl From<&types::BondClosed> for BondClosed {
    fn from(from: &types::BondClosed) -> Self {
        Self { bond: from.bond, owner: from.owner }
    }
}

/// A bond was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BondOpened {
    /// Address of the bond.
    #[serde(serialize_with = "crate::typed::address")]
    pub bond: Address,
    /// Wallet that owns it.
    #[serde(serialize_with = "crate::typed::address")]
    pub owner: Address,
    /// 0 operator, 1 oracle.
    pub role: u8,
    /// Device class that it backs; 0 for an oracle.
    pub class: u16,
}

impl From<&types::BondOpened> for BondOpened {
    fn from(from: &types::BondOpened) -> Self {
        Self { bond: from.bond, owner: from.owner, role: from.role, class: from.class }
    }
}

/// Tokens were added to a bond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bonded {
    /// Address of the bond.
    #[serde(serialize_with = "crate::typed::address")]
    pub bond: Address,
    /// Tokens that arrived: less than were sent where the mint takes a fee.
    pub amount: Tokens,
    /// Tokens bonded before.
    pub old_amount: Tokens,
    /// Tokens bonded now.
    pub new_amount: Tokens,
}

impl From<&types::Bonded> for Bonded {
    fn from(from: &types::Bonded) -> Self {
        Self {
            bond: from.bond,
            amount: Tokens(from.amount),
            old_amount: Tokens(from.old_amount),
            new_amount: Tokens(from.new_amount),
        }
    }
}

/// A penalty's challenger was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ChallengerPaid {
    /// Address of the penalty.
    #[serde(serialize_with = "crate::typed::address")]
    pub penalty: Address,
    /// Wallet that was paid.
    #[serde(serialize_with = "crate::typed::address")]
    pub challenger: Address,
    /// Tokens paid.
    pub amount: Tokens,
}

impl From<&types::ChallengerPaid> for ChallengerPaid {
    fn from(from: &types::ChallengerPaid) -> Self {
        Self { penalty: from.penalty, challenger: from.challenger, amount: Tokens(from.amount) }
    }
}

/// Tokens were delegated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Delegated {
    /// Address of the delegation.
    #[serde(serialize_with = "crate::typed::address")]
    pub delegation: Address,
    /// Wallet that owns it.
    #[serde(serialize_with = "crate::typed::address")]
    pub owner: Address,
    /// Operator, zero for the stake pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub operator: Address,
    /// Tokens that arrived.
    pub amount: Tokens,
    /// Tokens delegated before.
    pub old_amount: Tokens,
    /// Tokens delegated now.
    pub new_amount: Tokens,
    /// Period that the lock's extra weight ends with; 0 without a lock.
    pub lock_end: u32,
}

impl From<&types::Delegated> for Delegated {
    fn from(from: &types::Delegated) -> Self {
        Self {
            delegation: from.delegation,
            owner: from.owner,
            operator: from.operator,
            amount: Tokens(from.amount),
            old_amount: Tokens(from.old_amount),
            new_amount: Tokens(from.new_amount),
            lock_end: from.lock_end,
        }
    }
}

/// Stake that a wallet delegated to an operator or to the stake pool. 8 + 280 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Delegation {
    /// Stake pool that holds the tokens.
    #[serde(serialize_with = "crate::typed::address")]
    pub stake_pool: Address,
    /// Wallet that may take them out.
    #[serde(serialize_with = "crate::typed::address")]
    pub owner: Address,
    /// Target that they are delegated to.
    #[serde(serialize_with = "crate::typed::address")]
    pub target: Address,
    /// Who paid for this account.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// The owner's associated token account for the rewards.
    #[serde(serialize_with = "crate::typed::address")]
    pub destination: Address,
    /// Tokens delegated, before losses since the last settlement.
    pub amount: Tokens,
    /// Rewards earned up to the last settlement and not paid yet.
    pub owed: Tokens,
    /// Unbondings requested so far; the next one gets this index.
    pub unbonding_count: u64,
    /// What the target had lost at the last settlement.
    pub entry: StoredDilution,
    /// Reward per weight at the last settlement.
    #[serde(serialize_with = "crate::typed::text")]
    pub sum_a: u128,
    /// The same times the period of each reward.
    #[serde(serialize_with = "crate::typed::text")]
    pub sum_b: u128,
    /// Period that the lock's extra weight ends with; 0 without a lock, or once settled past it.
    pub lock_end: u32,
    /// The first period in which the tokens may leave; 0 without a lock.
    pub unlock_period: u32,
    /// Unbondings that were not withdrawn yet.
    pub open_unbondings: u32,
    /// Number among the owner's delegations.
    pub index: u16,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::Delegation> for Delegation {
    fn from(from: &accounts::Delegation) -> Self {
        Self {
            stake_pool: from.stake_pool,
            owner: from.owner,
            target: from.target,
            rent_payer: from.rent_payer,
            destination: from.destination,
            amount: Tokens(from.amount),
            owed: Tokens(from.owed),
            unbonding_count: from.unbonding_count,
            entry: (&from.entry).into(),
            sum_a: from.sum_a,
            sum_b: from.sum_b,
            lock_end: from.lock_end,
            unlock_period: from.unlock_period,
            open_unbondings: from.open_unbondings,
            index: from.index,
            version: from.version,
        }
    }
}

/// A delegation was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DelegationClosed {
    /// Address of the delegation.
    #[serde(serialize_with = "crate::typed::address")]
    pub delegation: Address,
    /// Wallet that owned it.
    #[serde(serialize_with = "crate::typed::address")]
    pub owner: Address,
}

impl From<&types::DelegationClosed> for DelegationClosed {
    fn from(from: &types::DelegationClosed) -> Self {
        Self { delegation: from.delegation, owner: from.owner }
    }
}

/// Rewards were paid to a delegation's owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DelegationRewardsClaimed {
    /// Address of the delegation.
    #[serde(serialize_with = "crate::typed::address")]
    pub delegation: Address,
    /// Wallet that owns it.
    #[serde(serialize_with = "crate::typed::address")]
    pub owner: Address,
    /// Tokens paid.
    pub amount: Tokens,
}

impl From<&types::DelegationRewardsClaimed> for DelegationRewardsClaimed {
    fn from(from: &types::DelegationRewardsClaimed) -> Self {
        Self { delegation: from.delegation, owner: from.owner, amount: Tokens(from.amount) }
    }
}

/// A delegation was brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DelegationSettled {
    /// Address of the delegation.
    #[serde(serialize_with = "crate::typed::address")]
    pub delegation: Address,
    /// Rewards earned since the last settlement.
    pub earned: Tokens,
    /// Rewards owed in all.
    pub owed: Tokens,
    /// Tokens that penalties took since the last settlement.
    pub lost: Tokens,
    /// Tokens delegated now.
    pub amount: Tokens,
}

impl From<&types::DelegationSettled> for DelegationSettled {
    fn from(from: &types::DelegationSettled) -> Self {
        Self {
            delegation: from.delegation,
            earned: Tokens(from.earned),
            owed: Tokens(from.owed),
            lost: Tokens(from.lost),
            amount: Tokens(from.amount),
        }
    }
}

/// All stake delegated to one operator, which shares its penalties. 8 + 168 bytes.
///
/// The operator zero stands for the stake pool as a whole: it has no bond, so nothing is ever
/// taken from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DelegationTarget {
    /// Stake pool that holds the tokens.
    #[serde(serialize_with = "crate::typed::address")]
    pub stake_pool: Address,
    /// Wallet of the operator; zero for the stake pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub operator: Address,
    /// Who paid for this account.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// Tokens delegated, after every loss. What rounding takes from the delegators stays in here.
    pub delegated: Tokens,
    /// Tokens on their way out, after every loss.
    pub unbonding: Tokens,
    /// What penalties took from both.
    pub dilution: StoredDilution,
    /// Delegations that are open.
    pub delegation_count: u32,
    /// Penalties that are announced and neither executed nor vetoed.
    pub pending_penalties: u32,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::DelegationTarget> for DelegationTarget {
    fn from(from: &accounts::DelegationTarget) -> Self {
        Self {
            stake_pool: from.stake_pool,
            operator: from.operator,
            rent_payer: from.rent_payer,
            delegated: Tokens(from.delegated),
            unbonding: Tokens(from.unbonding),
            dilution: (&from.dilution).into(),
            delegation_count: from.delegation_count,
            pending_penalties: from.pending_penalties,
            version: from.version,
        }
    }
}

/// A delegation's lock was extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LockExtended {
    /// Address of the delegation.
    #[serde(serialize_with = "crate::typed::address")]
    pub delegation: Address,
    /// Period that the lock ended with before; 0 without a lock.
    pub old_lock_end: u32,
    /// Period that it ends with now.
    pub new_lock_end: u32,
}

impl From<&types::LockExtended> for LockExtended {
    fn from(from: &types::LockExtended) -> Self {
        Self {
            delegation: from.delegation,
            old_lock_end: from.old_lock_end,
            new_lock_end: from.new_lock_end,
        }
    }
}

/// The locks that end with one period, and once it began the running sums at that boundary.
/// 8 + 144 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LockPeriod {
    /// Stake pool of the locks.
    #[serde(serialize_with = "crate::typed::address")]
    pub stake_pool: Address,
    /// Who paid for this account.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// Σ amounts of delegations that are locked to this period, as they weigh.
    pub amount: Tokens,
    /// Reward per weight when the period began.
    #[serde(serialize_with = "crate::typed::text")]
    pub sum_a: u128,
    /// The same times the period of each reward.
    #[serde(serialize_with = "crate::typed::text")]
    pub sum_b: u128,
    /// The period's number.
    pub period: u32,
    /// Delegations that need this account to settle.
    pub delegation_count: u32,
    /// 1 once the period began and the sums are kept.
    pub reached: bool,
    /// 1 once a lock ended with it, so that the stake pool's ring has its mark until it is
    /// reached.
    pub marked: bool,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::LockPeriod> for LockPeriod {
    fn from(from: &accounts::LockPeriod) -> Self {
        Self {
            stake_pool: from.stake_pool,
            rent_payer: from.rent_payer,
            amount: Tokens(from.amount),
            sum_a: from.sum_a,
            sum_b: from.sum_b,
            period: from.period,
            delegation_count: from.delegation_count,
            reached: from.reached != 0,
            marked: from.marked != 0,
            version: from.version,
        }
    }
}

/// A lock period was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LockPeriodClosed {
    /// Address of the lock period.
    #[serde(serialize_with = "crate::typed::address")]
    pub lock_period: Address,
    /// Its number.
    pub period: u32,
}

impl From<&types::LockPeriodClosed> for LockPeriodClosed {
    fn from(from: &types::LockPeriodClosed) -> Self {
        Self { lock_period: from.lock_period, period: from.period }
    }
}

/// A lock period was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LockPeriodOpened {
    /// Address of the lock period.
    #[serde(serialize_with = "crate::typed::address")]
    pub lock_period: Address,
    /// Its number.
    pub period: u32,
}

impl From<&types::LockPeriodOpened> for LockPeriodOpened {
    fn from(from: &types::LockPeriodOpened) -> Self {
        Self { lock_period: from.lock_period, period: from.period }
    }
}

/// An epoch's penalties were registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PenaltiesRegistered {
    /// Address of the epoch's penalties.
    #[serde(serialize_with = "crate::typed::address")]
    pub penalty_epoch: Address,
    /// Epoch of the rewards pool.
    pub epoch: Epoch,
    /// Finalized proposal that they are from.
    #[serde(serialize_with = "crate::typed::address")]
    pub proposal: Address,
    /// Σ of all penalties.
    pub root_sum: Tokens,
    /// The most that they may take together.
    pub cap: Tokens,
    /// The last moment for announcements, unix seconds.
    pub expires_at: i64,
}

impl From<&types::PenaltiesRegistered> for PenaltiesRegistered {
    fn from(from: &types::PenaltiesRegistered) -> Self {
        Self {
            penalty_epoch: from.penalty_epoch,
            epoch: Epoch(from.epoch),
            proposal: from.proposal,
            root_sum: Tokens(from.root_sum),
            cap: Tokens(from.cap),
            expires_at: from.expires_at,
        }
    }
}

/// One penalty on its way from proof to execution. 8 + 272 bytes.
///
/// It stays until its epoch's penalties expired, so that the same leaf cannot be announced again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Penalty {
    /// The epoch's penalties.
    #[serde(serialize_with = "crate::typed::address")]
    pub penalty_epoch: Address,
    /// Bond that loses stake.
    #[serde(serialize_with = "crate::typed::address")]
    pub bond: Address,
    /// Delegation target of the bond's owner, whether or not there is one.
    #[serde(serialize_with = "crate::typed::address")]
    pub target: Address,
    /// Wallet that found the fault; zero for none.
    #[serde(serialize_with = "crate::typed::address")]
    pub challenger: Address,
    /// Who paid for this account.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// SHA-256 of the evidence.
    #[serde(serialize_with = "crate::typed::hex")]
    pub evidence_hash: [u8; 32],
    /// Stake to lose.
    pub amount: Tokens,
    /// Stake lost in the end: less when the cap or the stake was less.
    pub taken: Tokens,
    /// Tokens that wait for the challenger.
    pub challenger_due: Tokens,
    /// When the appeal window is over, unix seconds.
    pub executable_at: i64,
    /// Index of the leaf.
    pub index: u32,
    /// Why, see `cairn_protocol::reason`.
    pub reason: u16,
    /// 0 announced, 1 vetoed, 2 executed.
    pub status: u8,
    /// 1 when the target existed at the announcement and counts this penalty as pending.
    pub counted_at_target: bool,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::Penalty> for Penalty {
    fn from(from: &accounts::Penalty) -> Self {
        Self {
            penalty_epoch: from.penalty_epoch,
            bond: from.bond,
            target: from.target,
            challenger: from.challenger,
            rent_payer: from.rent_payer,
            evidence_hash: from.evidence_hash,
            amount: Tokens(from.amount),
            taken: Tokens(from.taken),
            challenger_due: Tokens(from.challenger_due),
            executable_at: from.executable_at,
            index: from.index,
            reason: from.reason,
            status: from.status,
            counted_at_target: from.counted_at_target != 0,
            version: from.version,
        }
    }
}

/// A penalty was announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PenaltyAnnounced {
    /// Address of the penalty.
    #[serde(serialize_with = "crate::typed::address")]
    pub penalty: Address,
    /// Bond that it is against.
    #[serde(serialize_with = "crate::typed::address")]
    pub bond: Address,
    /// Stake to lose.
    pub amount: Tokens,
    /// Why, see `cairn_protocol::reason`.
    pub reason: u16,
    /// SHA-256 of the evidence.
    #[serde(serialize_with = "crate::typed::hex")]
    pub evidence_hash: [u8; 32],
    /// Wallet that found the fault; zero for none.
    #[serde(serialize_with = "crate::typed::address")]
    pub challenger: Address,
    /// When the appeal window is over, unix seconds.
    pub executable_at: i64,
}

impl From<&types::PenaltyAnnounced> for PenaltyAnnounced {
    fn from(from: &types::PenaltyAnnounced) -> Self {
        Self {
            penalty: from.penalty,
            bond: from.bond,
            amount: Tokens(from.amount),
            reason: from.reason,
            evidence_hash: from.evidence_hash,
            challenger: from.challenger,
            executable_at: from.executable_at,
        }
    }
}

/// A penalty was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PenaltyClosed {
    /// Address of the penalty.
    #[serde(serialize_with = "crate::typed::address")]
    pub penalty: Address,
}

impl From<&types::PenaltyClosed> for PenaltyClosed {
    fn from(from: &types::PenaltyClosed) -> Self {
        Self { penalty: from.penalty }
    }
}

/// The penalties that oracles finalized for one epoch. 8 + 208 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PenaltyEpoch {
    /// Stake pool that they are for.
    #[serde(serialize_with = "crate::typed::address")]
    pub stake_pool: Address,
    /// Finalized proposal that they are from.
    #[serde(serialize_with = "crate::typed::address")]
    pub proposal: Address,
    /// Who paid for this account.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// Root hash of the tree over the penalties.
    #[serde(serialize_with = "crate::typed::hex")]
    pub root: [u8; 32],
    /// Σ of all penalties in the tree.
    pub root_sum: Tokens,
    /// Epoch of the rewards pool.
    pub epoch: Epoch,
    /// When the proposal was finalized, unix seconds.
    pub finalized_at: i64,
    /// The last moment for announcements, unix seconds.
    pub expires_at: i64,
    /// The most that all penalties of this epoch take together.
    pub cap: Tokens,
    /// Tokens that they took.
    pub executed: Tokens,
    /// Penalties that are open.
    pub penalty_count: u32,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::PenaltyEpoch> for PenaltyEpoch {
    fn from(from: &accounts::PenaltyEpoch) -> Self {
        Self {
            stake_pool: from.stake_pool,
            proposal: from.proposal,
            rent_payer: from.rent_payer,
            root: from.root,
            root_sum: Tokens(from.root_sum),
            epoch: Epoch(from.epoch),
            finalized_at: from.finalized_at,
            expires_at: from.expires_at,
            cap: Tokens(from.cap),
            executed: Tokens(from.executed),
            penalty_count: from.penalty_count,
            version: from.version,
        }
    }
}

/// An epoch's penalties were closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PenaltyEpochClosed {
    /// Address of the epoch's penalties.
    #[serde(serialize_with = "crate::typed::address")]
    pub penalty_epoch: Address,
    /// Epoch of the rewards pool.
    pub epoch: Epoch,
    /// Tokens that they took.
    pub executed: Tokens,
}

impl From<&types::PenaltyEpochClosed> for PenaltyEpochClosed {
    fn from(from: &types::PenaltyEpochClosed) -> Self {
        Self {
            penalty_epoch: from.penalty_epoch,
            epoch: Epoch(from.epoch),
            executed: Tokens(from.executed),
        }
    }
}

/// A penalty was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PenaltyExecuted {
    /// Address of the penalty.
    #[serde(serialize_with = "crate::typed::address")]
    pub penalty: Address,
    /// Bond that it is against.
    #[serde(serialize_with = "crate::typed::address")]
    pub bond: Address,
    /// Tokens bonded before.
    pub old_amount: Tokens,
    /// Tokens bonded now.
    pub new_amount: Tokens,
    /// Tokens taken from the bond's unbondings.
    pub from_unbonding: Tokens,
    /// Tokens taken from the operator's delegators.
    pub from_delegators: Tokens,
    /// Tokens burned.
    pub burned: Tokens,
    /// Tokens for the treasury.
    pub for_treasury: Tokens,
    /// Tokens for the challenger.
    pub for_challenger: Tokens,
}

impl From<&types::PenaltyExecuted> for PenaltyExecuted {
    fn from(from: &types::PenaltyExecuted) -> Self {
        Self {
            penalty: from.penalty,
            bond: from.bond,
            old_amount: Tokens(from.old_amount),
            new_amount: Tokens(from.new_amount),
            from_unbonding: Tokens(from.from_unbonding),
            from_delegators: Tokens(from.from_delegators),
            burned: Tokens(from.burned),
            for_treasury: Tokens(from.for_treasury),
            for_challenger: Tokens(from.for_challenger),
        }
    }
}

/// A penalty was vetoed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PenaltyVetoed {
    /// Address of the penalty.
    #[serde(serialize_with = "crate::typed::address")]
    pub penalty: Address,
    /// Bond that it was against.
    #[serde(serialize_with = "crate::typed::address")]
    pub bond: Address,
    /// Who vetoed it.
    #[serde(serialize_with = "crate::typed::address")]
    pub by: Address,
}

impl From<&types::PenaltyVetoed> for PenaltyVetoed {
    fn from(from: &types::PenaltyVetoed) -> Self {
        Self { penalty: from.penalty, bond: from.bond, by: from.by }
    }
}

/// A period with locks began, and the running sums at its boundary were kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PeriodReached {
    /// Address of the stake pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub stake_pool: Address,
    /// The period reached before.
    pub old_period: u32,
    /// The period reached now.
    pub new_period: u32,
    /// Tokens whose lock lost its extra weight.
    pub amount: Tokens,
}

impl From<&types::PeriodReached> for PeriodReached {
    fn from(from: &types::PeriodReached) -> Self {
        Self {
            stake_pool: from.stake_pool,
            old_period: from.old_period,
            new_period: from.new_period,
            amount: Tokens(from.amount),
        }
    }
}

/// New rewards were shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RewardsSynced {
    /// Address of the stake pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub stake_pool: Address,
    /// Tokens shared out among delegators.
    pub shared: Tokens,
    /// Tokens for the treasury, because next to nothing was delegated.
    pub for_treasury: Tokens,
}

impl From<&types::RewardsSynced> for RewardsSynced {
    fn from(from: &types::RewardsSynced) -> Self {
        Self {
            stake_pool: from.stake_pool,
            shared: Tokens(from.shared),
            for_treasury: Tokens(from.for_treasury),
        }
    }
}

/// A network's stake. 8 + 792 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StakePool {
    /// Network that it serves.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Pool of the rewards program whose finalized penalties it executes and whose delegators'
    /// part it shares out.
    #[serde(serialize_with = "crate::typed::address")]
    pub rewards_pool: Address,
    /// Mint of the stake.
    #[serde(serialize_with = "crate::typed::address")]
    pub mint: Address,
    /// Token program of that mint.
    #[serde(serialize_with = "crate::typed::address")]
    pub token_program: Address,
    /// Token account that holds all stake; owned by this stake pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub vault: Address,
    /// Mint of the rewards.
    #[serde(serialize_with = "crate::typed::address")]
    pub reward_mint: Address,
    /// Token program of that mint.
    #[serde(serialize_with = "crate::typed::address")]
    pub reward_token_program: Address,
    /// Token account that delegators' rewards arrive at; owned by this stake pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub reward_vault: Address,
    /// Who paid for the stake pool and its vaults.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// In force until `pending_terms_at`; read them by [`StakePool::terms_at`].
    pub terms: StakeTerms,
    /// In force from `pending_terms_at` on.
    pub pending_terms: StakeTerms,
    /// When `pending_terms` come into force, unix seconds; 0 when there are none.
    pub pending_terms_at: i64,
    /// When period 0 began, unix seconds.
    pub created_at: i64,
    /// Tokens in all bonds.
    pub bonded_total: Tokens,
    /// Tokens in all unbondings of bonds.
    pub unbonding_total: Tokens,
    /// Tokens in all delegations.
    pub delegated_total: Tokens,
    /// Tokens in all unbondings of delegations.
    pub undelegating_total: Tokens,
    /// Tokens that penalties gave to the treasury and that wait in the vault.
    pub treasury_stake_due: Tokens,
    /// Rewards that arrived while nobody delegated, and wait for the treasury in the reward vault.
    pub treasury_reward_due: Tokens,
    /// Tokens of penalties that wait in the vault for their challengers.
    pub challenger_due: Tokens,
    /// What of the reward vault's balance is accounted for; anything above it is new.
    pub reward_balance: Tokens,
    /// Rewards shared out among delegators so far.
    pub reward_total: Tokens,
    /// Σ amounts of delegations as they weigh, before losses that nobody settled yet.
    pub weighted: Tokens,
    /// The part of `weighted` with a lock whose last period has not begun.
    pub locked: Tokens,
    /// The lowest epoch whose penalties may be registered.
    pub penalties_from_epoch: Epoch,
    /// Bit `p mod 256` is set for each coming period p that ends a lock.
    pub lock_ring: [u64; 4],
    /// Σ amount × lock end over `locked`.
    #[serde(serialize_with = "crate::typed::text")]
    pub locked_by_end: u128,
    /// Reward per weight, see `cairn_protocol::stake`.
    #[serde(serialize_with = "crate::typed::text")]
    pub sum_a: u128,
    /// The same times the period of each reward.
    #[serde(serialize_with = "crate::typed::text")]
    pub sum_b: u128,
    /// What the last division left over, in 2⁻⁶⁴ tokens.
    #[serde(serialize_with = "crate::typed::text")]
    pub carry: u128,
    /// Length of the settlement period of bonds, the network's.
    pub settle_seconds: u32,
    /// Length of a lock period.
    pub period_seconds: u32,
    /// The shortest cooldown that terms may have: the rewards pool's epoch.
    pub least_cooldown_seconds: u32,
    /// The last period that was reached.
    pub period: u32,
    /// Bonds that are open.
    pub bond_count: u32,
    /// Delegation targets that are open.
    pub target_count: u32,
    /// Lock periods that are open.
    pub lock_period_count: u32,
    /// Epochs of penalties that are open.
    pub penalty_epoch_count: u32,
    /// The longest lock, in periods; 1 to 255.
    pub max_lock_periods: u8,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::StakePool> for StakePool {
    fn from(from: &accounts::StakePool) -> Self {
        Self {
            network: from.network,
            rewards_pool: from.rewards_pool,
            mint: from.mint,
            token_program: from.token_program,
            vault: from.vault,
            reward_mint: from.reward_mint,
            reward_token_program: from.reward_token_program,
            reward_vault: from.reward_vault,
            rent_payer: from.rent_payer,
            terms: (&from.terms).into(),
            pending_terms: (&from.pending_terms).into(),
            pending_terms_at: from.pending_terms_at,
            created_at: from.created_at,
            bonded_total: Tokens(from.bonded_total),
            unbonding_total: Tokens(from.unbonding_total),
            delegated_total: Tokens(from.delegated_total),
            undelegating_total: Tokens(from.undelegating_total),
            treasury_stake_due: Tokens(from.treasury_stake_due),
            treasury_reward_due: Tokens(from.treasury_reward_due),
            challenger_due: Tokens(from.challenger_due),
            reward_balance: Tokens(from.reward_balance),
            reward_total: Tokens(from.reward_total),
            weighted: Tokens(from.weighted),
            locked: Tokens(from.locked),
            penalties_from_epoch: Epoch(from.penalties_from_epoch),
            lock_ring: from.lock_ring,
            locked_by_end: from.locked_by_end,
            sum_a: from.sum_a,
            sum_b: from.sum_b,
            carry: from.carry,
            settle_seconds: from.settle_seconds,
            period_seconds: from.period_seconds,
            least_cooldown_seconds: from.least_cooldown_seconds,
            period: from.period,
            bond_count: from.bond_count,
            target_count: from.target_count,
            lock_period_count: from.lock_period_count,
            penalty_epoch_count: from.penalty_epoch_count,
            max_lock_periods: from.max_lock_periods,
            version: from.version,
        }
    }
}

/// A stake pool was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StakePoolClosed {
    /// Address of the stake pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub stake_pool: Address,
    /// Tokens of the stake's mint that were left, for the treasury.
    pub stake: Tokens,
    /// Tokens of the rewards' mint that were left, for the treasury.
    pub rewards: Tokens,
}

impl From<&types::StakePoolClosed> for StakePoolClosed {
    fn from(from: &types::StakePoolClosed) -> Self {
        Self {
            stake_pool: from.stake_pool,
            stake: Tokens(from.stake),
            rewards: Tokens(from.rewards),
        }
    }
}

/// A stake pool was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StakePoolCreated {
    /// Address of the stake pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub stake_pool: Address,
    /// Network that it serves.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Pool of the rewards program that it belongs to.
    #[serde(serialize_with = "crate::typed::address")]
    pub rewards_pool: Address,
    /// Mint of the stake.
    #[serde(serialize_with = "crate::typed::address")]
    pub mint: Address,
    /// Terms in force.
    pub terms: StakeTerms,
    /// Length of a lock period.
    pub period_seconds: u32,
    /// The longest lock, in periods.
    pub max_lock_periods: u8,
}

impl From<&types::StakePoolCreated> for StakePoolCreated {
    fn from(from: &types::StakePoolCreated) -> Self {
        Self {
            stake_pool: from.stake_pool,
            network: from.network,
            rewards_pool: from.rewards_pool,
            mint: from.mint,
            terms: (&from.terms).into(),
            period_seconds: from.period_seconds,
            max_lock_periods: from.max_lock_periods,
        }
    }
}

/// What a network's authority may change in its stake pool, after the network's delay. 64 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StakeTerms {
    /// Wallet whose associated token accounts get the treasury's part of penalties and the
    /// rewards that arrive while nobody delegates.
    #[serde(serialize_with = "crate::typed::address")]
    pub treasury: Address,
    /// Time between a request to unbond and withdrawal, at most [`MAX_WAIT_SECONDS`]; no shorter
    /// than an epoch of the rewards pool, so that joining for a moment to catch a reward never
    /// pays more than staying.
    pub cooldown_seconds: u32,
    /// Time between the announcement of a penalty and its execution, in which it may be vetoed; at
    /// most [`MAX_WAIT_SECONDS`].
    pub appeal_window_seconds: u32,
    /// Time after the finalization of an epoch in which its penalties may be announced, 1 to
    /// [`MAX_EXPIRY_SECONDS`].
    pub penalty_expiry_seconds: u32,
    /// The most that the penalties of one epoch take, in basis points of all stake.
    pub penalty_cap_bps: BasisPoints,
    /// Part of a penalty that is burned, in basis points.
    pub burn_bps: BasisPoints,
    /// Part of a penalty that the treasury gets, in basis points; it also gets what rounding
    /// leaves over, and the challenger's part where there is none.
    pub treasury_bps: BasisPoints,
    /// Part of a penalty that the challenger gets, in basis points. The three add up to 10,000.
    pub challenger_bps: BasisPoints,
}

impl From<&types::StakeTerms> for StakeTerms {
    fn from(from: &types::StakeTerms) -> Self {
        Self {
            treasury: from.treasury,
            cooldown_seconds: from.cooldown_seconds,
            appeal_window_seconds: from.appeal_window_seconds,
            penalty_expiry_seconds: from.penalty_expiry_seconds,
            penalty_cap_bps: BasisPoints(from.penalty_cap_bps),
            burn_bps: BasisPoints(from.burn_bps),
            treasury_bps: BasisPoints(from.treasury_bps),
            challenger_bps: BasisPoints(from.challenger_bps),
        }
    }
}

impl From<StakeTerms> for types::StakeTerms {
    fn from(from: StakeTerms) -> Self {
        Self {
            treasury: from.treasury,
            cooldown_seconds: from.cooldown_seconds,
            appeal_window_seconds: from.appeal_window_seconds,
            penalty_expiry_seconds: from.penalty_expiry_seconds,
            penalty_cap_bps: from.penalty_cap_bps.0,
            burn_bps: from.burn_bps.0,
            treasury_bps: from.treasury_bps.0,
            challenger_bps: from.challenger_bps.0,
            reserved: [0; 12],
        }
    }
}

/// The treasury was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StakeTreasuryPaid {
    /// Address of the stake pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub stake_pool: Address,
    /// Tokens of penalties.
    pub stake: Tokens,
    /// Tokens of rewards.
    pub rewards: Tokens,
}

impl From<&types::StakeTreasuryPaid> for StakeTreasuryPaid {
    fn from(from: &types::StakeTreasuryPaid) -> Self {
        Self {
            stake_pool: from.stake_pool,
            stake: Tokens(from.stake),
            rewards: Tokens(from.rewards),
        }
    }
}

/// A proposed change of the terms was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StakeUpdateCancelled {
    /// Address of the stake pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub stake_pool: Address,
    /// Terms that stay in force.
    pub old_terms: StakeTerms,
    /// Terms that will not come into force.
    pub new_terms: StakeTerms,
}

impl From<&types::StakeUpdateCancelled> for StakeUpdateCancelled {
    fn from(from: &types::StakeUpdateCancelled) -> Self {
        Self {
            stake_pool: from.stake_pool,
            old_terms: (&from.old_terms).into(),
            new_terms: (&from.new_terms).into(),
        }
    }
}

/// A change of the terms was proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StakeUpdateProposed {
    /// Address of the stake pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub stake_pool: Address,
    /// Terms in force now.
    pub old_terms: StakeTerms,
    /// Terms in force later.
    pub new_terms: StakeTerms,
    /// From when on, unix seconds.
    pub effective_at: i64,
}

impl From<&types::StakeUpdateProposed> for StakeUpdateProposed {
    fn from(from: &types::StakeUpdateProposed) -> Self {
        Self {
            stake_pool: from.stake_pool,
            old_terms: (&from.old_terms).into(),
            new_terms: (&from.new_terms).into(),
            effective_at: from.effective_at,
        }
    }
}

/// See `cairn_protocol::dilution`. 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StoredDilution {
    /// What is left of one token, in units of `2⁻⁶³ × 2^(−32 × scale)`.
    #[serde(serialize_with = "crate::typed::text")]
    pub factor: u64,
    /// How often the factor was multiplied by 2³².
    pub scale: u32,
    /// How often the pot lost everything.
    pub generation: u32,
}

impl From<&types::StoredDilution> for StoredDilution {
    fn from(from: &types::StoredDilution) -> Self {
        Self { factor: from.factor, scale: from.scale, generation: from.generation }
    }
}

/// A delegation target was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TargetClosed {
    /// Address of the target.
    #[serde(serialize_with = "crate::typed::address")]
    pub target: Address,
    /// Operator, zero for the stake pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub operator: Address,
    /// Tokens that rounding had left in it; the treasury gets them when the stake pool closes.
    pub dust: Tokens,
}

impl From<&types::TargetClosed> for TargetClosed {
    fn from(from: &types::TargetClosed) -> Self {
        Self { target: from.target, operator: from.operator, dust: Tokens(from.dust) }
    }
}

/// A delegation target was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TargetOpened {
    /// Address of the target.
    #[serde(serialize_with = "crate::typed::address")]
    pub target: Address,
    /// Operator, zero for the stake pool.
    #[serde(serialize_with = "crate::typed::address")]
    pub operator: Address,
}

impl From<&types::TargetOpened> for TargetOpened {
    fn from(from: &types::TargetOpened) -> Self {
        Self { target: from.target, operator: from.operator }
    }
}

/// Tokens began to leave a bond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UnbondRequested {
    /// Address of the bond.
    #[serde(serialize_with = "crate::typed::address")]
    pub bond: Address,
    /// Address of the unbonding.
    #[serde(serialize_with = "crate::typed::address")]
    pub unbonding: Address,
    /// Tokens that leave.
    pub amount: Tokens,
    /// Tokens bonded before.
    pub old_amount: Tokens,
    /// Tokens bonded now.
    pub new_amount: Tokens,
    /// When they may be withdrawn, unix seconds.
    pub withdrawable_at: i64,
}

impl From<&types::UnbondRequested> for UnbondRequested {
    fn from(from: &types::UnbondRequested) -> Self {
        Self {
            bond: from.bond,
            unbonding: from.unbonding,
            amount: Tokens(from.amount),
            old_amount: Tokens(from.old_amount),
            new_amount: Tokens(from.new_amount),
            withdrawable_at: from.withdrawable_at,
        }
    }
}

/// Tokens that leave a bond or a delegation after a cooldown. Penalties reach them until they are
/// withdrawn. 8 + 128 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Unbonding {
    /// Bond or delegation that they leave.
    #[serde(serialize_with = "crate::typed::address")]
    pub parent: Address,
    /// Who paid for this account.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// Tokens that left, before any loss since.
    pub amount: Tokens,
    /// When they may be withdrawn, unix seconds.
    pub withdrawable_at: i64,
    /// Number of this unbonding within its parent.
    pub index: u64,
    /// What the pot had lost when they left.
    pub entry: StoredDilution,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::Unbonding> for Unbonding {
    fn from(from: &accounts::Unbonding) -> Self {
        Self {
            parent: from.parent,
            rent_payer: from.rent_payer,
            amount: Tokens(from.amount),
            withdrawable_at: from.withdrawable_at,
            index: from.index,
            entry: (&from.entry).into(),
            version: from.version,
        }
    }
}

/// Tokens began to leave a delegation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Undelegated {
    /// Address of the delegation.
    #[serde(serialize_with = "crate::typed::address")]
    pub delegation: Address,
    /// Address of the unbonding.
    #[serde(serialize_with = "crate::typed::address")]
    pub unbonding: Address,
    /// Tokens that leave.
    pub amount: Tokens,
    /// Tokens delegated before.
    pub old_amount: Tokens,
    /// Tokens delegated now.
    pub new_amount: Tokens,
    /// When they may be withdrawn, unix seconds.
    pub withdrawable_at: i64,
}

impl From<&types::Undelegated> for Undelegated {
    fn from(from: &types::Undelegated) -> Self {
        Self {
            delegation: from.delegation,
            unbonding: from.unbonding,
            amount: Tokens(from.amount),
            old_amount: Tokens(from.old_amount),
            new_amount: Tokens(from.new_amount),
            withdrawable_at: from.withdrawable_at,
        }
    }
}

/// Tokens were withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Withdrawn {
    /// Bond or delegation that they left.
    #[serde(serialize_with = "crate::typed::address")]
    pub parent: Address,
    /// Address of the closed unbonding.
    #[serde(serialize_with = "crate::typed::address")]
    pub unbonding: Address,
    /// Tokens that left at the request.
    pub old_amount: Tokens,
    /// Tokens paid out: less by what penalties took meanwhile.
    pub amount: Tokens,
}

impl From<&types::Withdrawn> for Withdrawn {
    fn from(from: &types::Withdrawn) -> Self {
        Self {
            parent: from.parent,
            unbonding: from.unbonding,
            old_amount: Tokens(from.old_amount),
            amount: Tokens(from.amount),
        }
    }
}

/// Any event of the program. In JSON its name stands beside its fields, as `event`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "events are few and short-lived")]
pub enum Event {
    /// A bond was closed.
    BondClosed(BondClosed),
    /// A bond was opened.
    BondOpened(BondOpened),
    /// Tokens were added to a bond.
    Bonded(Bonded),
    /// A penalty's challenger was paid.
    ChallengerPaid(ChallengerPaid),
    /// Tokens were delegated.
    Delegated(Delegated),
    /// A delegation was closed.
    DelegationClosed(DelegationClosed),
    /// Rewards were paid to a delegation's owner.
    DelegationRewardsClaimed(DelegationRewardsClaimed),
    /// A delegation was brought up to date.
    DelegationSettled(DelegationSettled),
    /// A delegation's lock was extended.
    LockExtended(LockExtended),
    /// A lock period was closed.
    LockPeriodClosed(LockPeriodClosed),
    /// A lock period was opened.
    LockPeriodOpened(LockPeriodOpened),
    /// An epoch's penalties were registered.
    PenaltiesRegistered(PenaltiesRegistered),
    /// A penalty was announced.
    PenaltyAnnounced(PenaltyAnnounced),
    /// A penalty was closed.
    PenaltyClosed(PenaltyClosed),
    /// An epoch's penalties were closed.
    PenaltyEpochClosed(PenaltyEpochClosed),
    /// A penalty was executed.
    PenaltyExecuted(PenaltyExecuted),
    /// A penalty was vetoed.
    PenaltyVetoed(PenaltyVetoed),
    /// A period with locks began, and the running sums at its boundary were kept.
    PeriodReached(PeriodReached),
    /// New rewards were shared out.
    RewardsSynced(RewardsSynced),
    /// A stake pool was closed.
    StakePoolClosed(StakePoolClosed),
    /// A stake pool was created.
    StakePoolCreated(StakePoolCreated),
    /// The treasury was paid.
    StakeTreasuryPaid(StakeTreasuryPaid),
    /// A proposed change of the terms was cancelled.
    StakeUpdateCancelled(StakeUpdateCancelled),
    /// A change of the terms was proposed.
    StakeUpdateProposed(StakeUpdateProposed),
    /// A delegation target was closed.
    TargetClosed(TargetClosed),
    /// A delegation target was opened.
    TargetOpened(TargetOpened),
    /// Tokens began to leave a bond.
    UnbondRequested(UnbondRequested),
    /// Tokens began to leave a delegation.
    Undelegated(Undelegated),
    /// Tokens were withdrawn.
    Withdrawn(Withdrawn),
}

impl From<&events::Event> for Event {
    fn from(from: &events::Event) -> Self {
        match from {
            events::Event::BondClosed(event) => Self::BondClosed(event.into()),
            events::Event::BondOpened(event) => Self::BondOpened(event.into()),
            events::Event::Bonded(event) => Self::Bonded(event.into()),
            events::Event::ChallengerPaid(event) => Self::ChallengerPaid(event.into()),
            events::Event::Delegated(event) => Self::Delegated(event.into()),
            events::Event::DelegationClosed(event) => Self::DelegationClosed(event.into()),
            events::Event::DelegationRewardsClaimed(event) => {
                Self::DelegationRewardsClaimed(event.into())
            }
            events::Event::DelegationSettled(event) => Self::DelegationSettled(event.into()),
            events::Event::LockExtended(event) => Self::LockExtended(event.into()),
            events::Event::LockPeriodClosed(event) => Self::LockPeriodClosed(event.into()),
            events::Event::LockPeriodOpened(event) => Self::LockPeriodOpened(event.into()),
            events::Event::PenaltiesRegistered(event) => Self::PenaltiesRegistered(event.into()),
            events::Event::PenaltyAnnounced(event) => Self::PenaltyAnnounced(event.into()),
            events::Event::PenaltyClosed(event) => Self::PenaltyClosed(event.into()),
            events::Event::PenaltyEpochClosed(event) => Self::PenaltyEpochClosed(event.into()),
            events::Event::PenaltyExecuted(event) => Self::PenaltyExecuted(event.into()),
            events::Event::PenaltyVetoed(event) => Self::PenaltyVetoed(event.into()),
            events::Event::PeriodReached(event) => Self::PeriodReached(event.into()),
            events::Event::RewardsSynced(event) => Self::RewardsSynced(event.into()),
            events::Event::StakePoolClosed(event) => Self::StakePoolClosed(event.into()),
            events::Event::StakePoolCreated(event) => Self::StakePoolCreated(event.into()),
            events::Event::StakeTreasuryPaid(event) => Self::StakeTreasuryPaid(event.into()),
            events::Event::StakeUpdateCancelled(event) => Self::StakeUpdateCancelled(event.into()),
            events::Event::StakeUpdateProposed(event) => Self::StakeUpdateProposed(event.into()),
            events::Event::TargetClosed(event) => Self::TargetClosed(event.into()),
            events::Event::TargetOpened(event) => Self::TargetOpened(event.into()),
            events::Event::UnbondRequested(event) => Self::UnbondRequested(event.into()),
            events::Event::Undelegated(event) => Self::Undelegated(event.into()),
            events::Event::Withdrawn(event) => Self::Withdrawn(event.into()),
        }
    }
}
