//! What the staking program refuses.

use anchor_lang::prelude::*;

/// Error codes; numbers are part of the interface and are never reused.
#[error_code]
pub enum StakingError {
    /// 6000
    #[msg("only the network's authority may do this")]
    NotAuthority,
    /// 6001
    #[msg("only the owner may do this")]
    NotOwner,
    /// 6002
    #[msg("the role must be 0 (operator) or 1 (oracle), and an oracle's class 0")]
    InvalidRole,
    /// 6003
    #[msg("the amount must be above zero")]
    ZeroAmount,
    /// 6004
    #[msg("the bond holds less than this")]
    InsufficientBond,
    /// 6005
    #[msg("the cooldown is not over")]
    CooldownActive,
    /// 6006
    #[msg("unbondings are numbered in order; use the parent's unbonding_count")]
    InvalidUnbondingIndex,
    /// 6007
    #[msg("the account belongs to another stake pool")]
    WrongStakePool,
    /// 6008
    #[msg("a sum would overflow")]
    Overflow,
    /// 6009
    #[msg("the account belongs to another bond")]
    WrongBond,
    /// 6010
    #[msg("the key is zero or otherwise unusable")]
    InvalidKey,
    /// 6011
    #[msg("the terms are not within their limits")]
    InvalidTerms,
    /// 6012
    #[msg("a lock period takes a minute at least, and the longest lock 1 to 255 of them")]
    InvalidPeriod,
    /// 6013
    #[msg("a change is pending; cancel it or wait until it is in force")]
    UpdatePending,
    /// 6014
    #[msg("no change is pending")]
    NoUpdatePending,
    /// 6015
    #[msg("the mint could take or block what is staked: native, or an extension beyond the list")]
    HostileMint,
    /// 6016
    #[msg("the account belongs to another network")]
    WrongNetwork,
    /// 6017
    #[msg("the rewards pool is another one than the stake pool's")]
    WrongRewardsPool,
    /// 6018
    #[msg("the mint is another one than the stake pool's")]
    WrongMint,
    /// 6019
    #[msg("the token program is another one than the mint's")]
    WrongTokenProgram,
    /// 6020
    #[msg("the rent goes back to who paid it")]
    WrongRentPayer,
    /// 6021
    #[msg("the bond still holds stake or has unbondings")]
    BondNotEmpty,
    /// 6022
    #[msg("a penalty is announced; it must be executed or vetoed first")]
    PenaltyPending,
    /// 6023
    #[msg("the account is not the delegation target that this is about")]
    WrongTarget,
    /// 6024
    #[msg("the target still has delegations")]
    TargetNotEmpty,
    /// 6025
    #[msg("the lock must be longer than the present one and within the longest that is allowed")]
    InvalidLock,
    /// 6026
    #[msg("the lock period must be the one that the lock ends with")]
    WrongLockPeriod,
    /// 6027
    #[msg("locks have ended that the stake pool did not reach yet; send reach_period first")]
    PeriodsBehind,
    /// 6028
    #[msg("the period has not begun")]
    PeriodNotBegun,
    /// 6029
    #[msg("an earlier period with locks must be reached first")]
    PeriodOutOfOrder,
    /// 6030
    #[msg("delegations still refer to this lock period")]
    LockPeriodInUse,
    /// 6031
    #[msg("the delegation is locked")]
    StillLocked,
    /// 6032
    #[msg("the delegation holds less than this")]
    InsufficientDelegation,
    /// 6033
    #[msg("there is nothing to claim")]
    NothingToClaim,
    /// 6034
    #[msg("the destination must be the associated token account of who is paid")]
    InvalidDestination,
    /// 6035
    #[msg("the delegation still holds stake, rewards or unbondings")]
    DelegationNotEmpty,
    /// 6036
    #[msg("the account belongs to another delegation")]
    WrongDelegation,
    /// 6037
    #[msg("no new reward has arrived")]
    NothingToSync,
    /// 6038
    #[msg("there is nothing to pay")]
    NothingToPay,
    /// 6039
    #[msg("the proposal is not finalized")]
    ProposalNotFinalized,
    /// 6040
    #[msg("the epoch has no penalties")]
    NoPenalties,
    /// 6041
    #[msg("the epoch's penalties have expired")]
    PenaltiesExpired,
    /// 6042
    #[msg("the epoch's penalties may not be registered again, or are older than the stake pool")]
    PenaltiesClosed,
    /// 6043
    #[msg("the proof does not lead from this penalty to the epoch's penalties root")]
    InvalidProof,
    /// 6044
    #[msg("the appeal window is still open")]
    AppealWindowOpen,
    /// 6045
    #[msg("the appeal window is over")]
    AppealWindowOver,
    /// 6046
    #[msg("the penalty was executed or vetoed before")]
    PenaltyDecided,
    /// 6047
    #[msg("only the network's guardian or authority may do this")]
    NotGuardian,
    /// 6048
    #[msg("the epoch's penalties have not expired, or some are still open")]
    PenaltiesOpen,
    /// 6049
    #[msg("the penalty's challenger was not paid yet")]
    ChallengerUnpaid,
    /// 6050
    #[msg("the stake pool still has bonds, targets, lock periods or penalties")]
    StakePoolInUse,
    /// 6051
    #[msg("the account belongs to other penalties")]
    WrongPenalties,
    /// 6052
    #[msg("oracles may still ask for the bond's amount; wait a settlement period longer")]
    BondUnsettled,
}
