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
}
