//! What the rewards program refuses.

use anchor_lang::prelude::*;

/// Error codes; numbers are part of the interface and are never reused.
#[error_code]
pub enum RewardsError {
    /// 6000
    #[msg("only the network's authority may do this")]
    NotAuthority,
    /// 6001
    #[msg(
        "the emission table needs 1 to 64 steps, the first at epoch 0, each after the one before"
    )]
    InvalidEmission,
    /// 6002
    #[msg("an epoch must last at least one second")]
    InvalidEpochLength,
    /// 6003
    #[msg("name 1 to 32 different oracles and a threshold of more than half of them")]
    InvalidOracleSet,
    /// 6004
    #[msg("the signer is not one of the pool's oracles")]
    NotOracle,
    /// 6005
    #[msg("the epoch has not ended")]
    EpochNotEnded,
    /// 6006
    #[msg("this epoch or a later one is finalized")]
    EpochFinalized,
    /// 6007
    #[msg("the content does not hash to the given content hash")]
    ContentMismatch,
    /// 6008
    #[msg("the root's sum is below the active root's: lifetime totals never fall")]
    SumBelowActive,
    /// 6009
    #[msg("the root's sum exceeds what the emission table allows to date")]
    SumAboveEmission,
    /// 6010
    #[msg("the root's sum exceeds what the vault was funded with")]
    SumAboveFunding,
    /// 6011
    #[msg("this oracle has attested this proposal already")]
    AlreadyAttested,
    /// 6012
    #[msg("not enough oracles have attested")]
    NoQuorum,
    /// 6013
    #[msg("the challenge window is still open")]
    ChallengeWindowOpen,
    /// 6014
    #[msg("the pool has no finalized root")]
    NoRoot,
    /// 6015
    #[msg("the proof does not lead from this leaf to the active root")]
    InvalidProof,
    /// 6016
    #[msg("everything up to the active root has been claimed")]
    NothingToClaim,
    /// 6017
    #[msg("the destination is not the operator's associated token account for the pool's mint")]
    InvalidDestination,
    /// 6018
    #[msg("the account belongs to another pool")]
    WrongPool,
    /// 6019
    #[msg("a sum would overflow")]
    Overflow,
    /// 6020
    #[msg("a root needs at least one leaf and a sum above zero")]
    EmptyRoot,
    /// 6021
    #[msg("the proposal is finalized")]
    ProposalFinalized,
    /// 6022
    #[msg("the key is zero or otherwise unusable")]
    InvalidKey,
    /// 6023
    #[msg("the mint has an extension that could take, freeze or distort rewards")]
    HostileMint,
    /// 6024
    #[msg("the account is not an initialized mint of a token program, or not the pool's")]
    InvalidMint,
    /// 6025
    #[msg("to mint at finalization, the pool must be the mint's only authority")]
    NotMintAuthority,
    /// 6026
    #[msg("a pool is funded from outside (0) or mints at finalization (1)")]
    InvalidMode,
    /// 6027
    #[msg("the parts must add up to 10,000 basis points, with at least 1 for operators")]
    InvalidSplits,
    /// 6028
    #[msg(
        "the terms are not valid: a part above all, a limit without a window, a window above a year, or something in what is reserved"
    )]
    InvalidTerms,
    /// 6029
    #[msg("another change is pending, or came into force too recently")]
    UpdatePending,
    /// 6030
    #[msg("no change is pending")]
    NoUpdatePending,
    /// 6031
    #[msg("the change must wait for the network's delay, or begin with a later epoch")]
    TooSoon,
    /// 6032
    #[msg("the usage's sum is below the active root's: lifetime totals never fall")]
    UsageBelowActive,
    /// 6033
    #[msg("a root of zeros goes with a sum of zero, and any other root with a sum above")]
    InconsistentContent,
    /// 6034
    #[msg("the network is paused")]
    NetworkPaused,
    /// 6035
    #[msg("the pool is closing: nothing is proposed or finalized any more")]
    PoolClosing,
    /// 6036
    #[msg("the pool is not closing, or its closing is not in force yet")]
    PoolNotClosing,
    /// 6037
    #[msg("somebody is still owed tokens")]
    NotSettled,
    /// 6038
    #[msg("accounts that belong to this one are still open")]
    HasChildren,
    /// 6039
    #[msg("the oracle set changed since: attest again")]
    StaleOracleSet,
    /// 6040
    #[msg("every place is taken by an oracle that is still owed tokens")]
    OracleSlotsFull,
    /// 6041
    #[msg("the proposal is rejected")]
    ProposalRejected,
    /// 6042
    #[msg("this oracle has rejected this proposal already")]
    AlreadyRejected,
    /// 6043
    #[msg("the proposal was challenged already")]
    AlreadyChallenged,
    /// 6044
    #[msg("the pool's terms ask no bond for challenges, so there are none")]
    ChallengesOff,
    /// 6045
    #[msg("a proposal is challenged after its quorum and before its window ends")]
    ChallengeWindowClosed,
    /// 6046
    #[msg("the proposal is challenged and the oracles have not decided yet")]
    ChallengeOpen,
    /// 6047
    #[msg("the challenge is resolved")]
    ChallengeResolved,
    /// 6048
    #[msg("neither is the threshold reached nor the time for voting over")]
    ChallengeUndecided,
    /// 6049
    #[msg("this oracle has voted on this challenge already")]
    AlreadyVoted,
    /// 6050
    #[msg("an account that is optional is needed here")]
    MissingAccount,
    /// 6051
    #[msg("the bond must be returned first")]
    BondOutstanding,
    /// 6052
    #[msg("there is no bond to return, or it is still at stake")]
    NoBond,
    /// 6053
    #[msg(
        "the proposal is still needed: it is open, active, or its penalties may still be executed"
    )]
    ProposalNeeded,
    /// 6054
    #[msg("as much flowed out of the vault lately as the pool's terms allow; try again later")]
    BreakerOpen,
    /// 6055
    #[msg("this operator was paid as much lately as the pool's terms allow; try again later")]
    OperatorCapReached,
    /// 6056
    #[msg(
        "name at most 8 different wallets whose parts are above 0 and add up to 10,000 basis points"
    )]
    InvalidPayees,
    /// 6057
    #[msg("a claimant that was paid closes only when the pool is closing and everything is paid")]
    ClaimantInUse,
    /// 6058
    #[msg("only the operator or who paid the rent may do this")]
    NotClaimantOwner,
    /// 6059
    #[msg("nothing is owed")]
    NothingToPay,
    /// 6060
    #[msg("the pool's terms name no account for delegators")]
    NoDelegatorVault,
    /// 6061
    #[msg("too few oracles reported a price lately")]
    StalePrice,
    /// 6062
    #[msg("a price must be above zero")]
    InvalidPrice,
    /// 6063
    #[msg("the tokens buy fewer credits than asked for")]
    TooFewCredits,
    /// 6064
    #[msg("the amount must be above zero")]
    InvalidAmount,
    /// 6065
    #[msg("there are not enough credits")]
    InsufficientCredits,
    /// 6066
    #[msg("the escrow cannot be withdrawn yet")]
    EscrowLocked,
    /// 6067
    #[msg("everything that was used up to the active root is settled, or nothing backs it")]
    NothingToSettle,
    /// 6068
    #[msg(
        "an account with credits, or that was ever debited, closes only when the pool is closing"
    )]
    CreditAccountInUse,
    /// 6069
    #[msg("the account belongs to another market")]
    WrongMarket,
    /// 6070
    #[msg("only the customer may do this")]
    NotCustomer,
    /// 6071
    #[msg("the instruction was given accounts that it does not use")]
    StrayAccounts,
    /// 6072
    #[msg("the network is not the pool's")]
    WrongNetwork,
    /// 6073
    #[msg("the account belongs to another proposal")]
    WrongProposal,
    /// 6074
    #[msg("the account is not the challenger's")]
    NotChallenger,
    /// 6075
    #[msg("the pool's layout is of another version: migrate it first")]
    UnsupportedVersion,
    /// 6076
    #[msg("the pool's layout is of the current version already")]
    NothingToMigrate,
}
