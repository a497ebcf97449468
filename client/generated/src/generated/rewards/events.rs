//! Events of the program, decoded from the data that it logs. Rendered by client/generate.

use crate::generated::rewards::types::*;
use borsh::BorshDeserialize;

pub const ATTESTED_DISCRIMINATOR: [u8; 8] = [184, 102, 113, 199, 220, 197, 96, 50];
pub const BOND_RETURNED_DISCRIMINATOR: [u8; 8] = [41, 85, 150, 247, 210, 150, 160, 118];
pub const CHALLENGE_CLOSED_DISCRIMINATOR: [u8; 8] = [228, 8, 12, 154, 182, 5, 139, 91];
pub const CHALLENGE_SETTLED_DISCRIMINATOR: [u8; 8] = [96, 70, 232, 36, 45, 207, 169, 122];
pub const CHALLENGE_VOTED_DISCRIMINATOR: [u8; 8] = [157, 107, 251, 245, 252, 217, 120, 154];
pub const CHALLENGED_DISCRIMINATOR: [u8; 8] = [208, 48, 104, 229, 231, 85, 175, 193];
pub const CLAIMANT_CLOSED_DISCRIMINATOR: [u8; 8] = [149, 38, 118, 2, 184, 27, 69, 13];
pub const CLAIMANT_OPENED_DISCRIMINATOR: [u8; 8] = [1, 121, 214, 209, 6, 80, 74, 42];
pub const CLAIMED_DISCRIMINATOR: [u8; 8] = [217, 192, 123, 72, 108, 150, 248, 33];
pub const CLOSE_CANCELLED_DISCRIMINATOR: [u8; 8] = [110, 18, 213, 55, 110, 78, 87, 222];
pub const CLOSE_REQUESTED_DISCRIMINATOR: [u8; 8] = [136, 120, 170, 78, 168, 236, 47, 118];
pub const CREDIT_ACCOUNT_CLOSED_DISCRIMINATOR: [u8; 8] = [246, 95, 206, 205, 198, 232, 140, 172];
pub const CREDIT_ACCOUNT_OPENED_DISCRIMINATOR: [u8; 8] = [49, 4, 136, 30, 100, 84, 241, 163];
pub const CREDIT_MARKET_CLOSED_DISCRIMINATOR: [u8; 8] = [232, 110, 152, 139, 14, 77, 99, 116];
pub const CREDIT_MARKET_CREATED_DISCRIMINATOR: [u8; 8] = [24, 87, 116, 58, 48, 17, 179, 142];
pub const CREDIT_UPDATE_CANCELLED_DISCRIMINATOR: [u8; 8] = [115, 116, 140, 234, 163, 94, 62, 52];
pub const CREDIT_UPDATE_PROPOSED_DISCRIMINATOR: [u8; 8] = [10, 77, 121, 108, 240, 185, 188, 143];
pub const CREDITS_BOUGHT_DISCRIMINATOR: [u8; 8] = [176, 237, 13, 63, 123, 84, 185, 118];
pub const EMISSION_CHANGED_DISCRIMINATOR: [u8; 8] = [218, 126, 61, 184, 34, 229, 197, 191];
pub const ESCROW_CHANGED_DISCRIMINATOR: [u8; 8] = [223, 18, 173, 23, 163, 16, 201, 89];
pub const FINALIZED_DISCRIMINATOR: [u8; 8] = [4, 77, 242, 80, 20, 152, 247, 252];
pub const ORACLE_CHANGE_APPLIED_DISCRIMINATOR: [u8; 8] = [31, 101, 77, 32, 179, 136, 154, 115];
pub const ORACLE_CHANGE_CANCELLED_DISCRIMINATOR: [u8; 8] = [200, 44, 104, 43, 174, 109, 128, 213];
pub const ORACLE_CHANGE_PROPOSED_DISCRIMINATOR: [u8; 8] = [157, 226, 113, 87, 201, 38, 180, 183];
pub const ORACLE_SET_CLOSED_DISCRIMINATOR: [u8; 8] = [217, 41, 214, 20, 1, 247, 106, 96];
pub const ORACLE_SET_CREATED_DISCRIMINATOR: [u8; 8] = [220, 133, 235, 111, 207, 241, 17, 27];
pub const PART_PAID_DISCRIMINATOR: [u8; 8] = [35, 44, 144, 168, 22, 218, 218, 139];
pub const PAYEES_SET_DISCRIMINATOR: [u8; 8] = [134, 94, 33, 56, 99, 88, 127, 198];
pub const POOL_CLOSED_DISCRIMINATOR: [u8; 8] = [106, 46, 29, 231, 42, 44, 73, 119];
pub const POOL_CREATED_DISCRIMINATOR: [u8; 8] = [202, 44, 41, 88, 104, 220, 157, 82];
pub const POOL_MIGRATED_DISCRIMINATOR: [u8; 8] = [250, 204, 24, 195, 37, 253, 152, 6];
pub const POOL_UPDATE_CANCELLED_DISCRIMINATOR: [u8; 8] = [224, 53, 188, 137, 241, 254, 179, 86];
pub const POOL_UPDATE_PROPOSED_DISCRIMINATOR: [u8; 8] = [254, 198, 209, 67, 53, 122, 181, 216];
pub const PRICE_REPORTED_DISCRIMINATOR: [u8; 8] = [188, 190, 25, 244, 37, 57, 251, 215];
pub const PROPOSAL_CLOSED_DISCRIMINATOR: [u8; 8] = [57, 90, 47, 164, 105, 55, 97, 27];
pub const PROPOSED_DISCRIMINATOR: [u8; 8] = [216, 37, 138, 141, 130, 208, 180, 153];
pub const REJECTED_DISCRIMINATOR: [u8; 8] = [119, 30, 67, 78, 53, 53, 23, 31];
pub const SPLITS_CANCELLED_DISCRIMINATOR: [u8; 8] = [236, 39, 224, 35, 98, 166, 109, 0];
pub const SPLITS_PROPOSED_DISCRIMINATOR: [u8; 8] = [130, 246, 139, 139, 56, 34, 88, 42];
pub const USAGE_SETTLED_DISCRIMINATOR: [u8; 8] = [34, 78, 6, 42, 206, 77, 112, 167];

/// Any event of the program.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    Attested(Attested),
    BondReturned(BondReturned),
    ChallengeClosed(ChallengeClosed),
    ChallengeSettled(ChallengeSettled),
    ChallengeVoted(ChallengeVoted),
    Challenged(Challenged),
    ClaimantClosed(ClaimantClosed),
    ClaimantOpened(ClaimantOpened),
    Claimed(Claimed),
    CloseCancelled(CloseCancelled),
    CloseRequested(CloseRequested),
    CreditAccountClosed(CreditAccountClosed),
    CreditAccountOpened(CreditAccountOpened),
    CreditMarketClosed(CreditMarketClosed),
    CreditMarketCreated(CreditMarketCreated),
    CreditUpdateCancelled(CreditUpdateCancelled),
    CreditUpdateProposed(CreditUpdateProposed),
    CreditsBought(CreditsBought),
    EmissionChanged(EmissionChanged),
    EscrowChanged(EscrowChanged),
    Finalized(Finalized),
    OracleChangeApplied(OracleChangeApplied),
    OracleChangeCancelled(OracleChangeCancelled),
    OracleChangeProposed(OracleChangeProposed),
    OracleSetClosed(OracleSetClosed),
    OracleSetCreated(OracleSetCreated),
    PartPaid(PartPaid),
    PayeesSet(PayeesSet),
    PoolClosed(PoolClosed),
    PoolCreated(PoolCreated),
    PoolMigrated(PoolMigrated),
    PoolUpdateCancelled(PoolUpdateCancelled),
    PoolUpdateProposed(PoolUpdateProposed),
    PriceReported(PriceReported),
    ProposalClosed(ProposalClosed),
    Proposed(Proposed),
    Rejected(Rejected),
    SplitsCancelled(SplitsCancelled),
    SplitsProposed(SplitsProposed),
    UsageSettled(UsageSettled),
}

impl Event {
    /// Decodes logged data. `None` when no event of this program starts like it.
    pub fn from_bytes(data: &[u8]) -> Option<Result<Self, std::io::Error>> {
        if let Some(body) = data.strip_prefix(&ATTESTED_DISCRIMINATOR) {
            return Some(Attested::try_from_slice(body).map(Self::Attested));
        }
        if let Some(body) = data.strip_prefix(&BOND_RETURNED_DISCRIMINATOR) {
            return Some(BondReturned::try_from_slice(body).map(Self::BondReturned));
        }
        if let Some(body) = data.strip_prefix(&CHALLENGE_CLOSED_DISCRIMINATOR) {
            return Some(ChallengeClosed::try_from_slice(body).map(Self::ChallengeClosed));
        }
        if let Some(body) = data.strip_prefix(&CHALLENGE_SETTLED_DISCRIMINATOR) {
            return Some(ChallengeSettled::try_from_slice(body).map(Self::ChallengeSettled));
        }
        if let Some(body) = data.strip_prefix(&CHALLENGE_VOTED_DISCRIMINATOR) {
            return Some(ChallengeVoted::try_from_slice(body).map(Self::ChallengeVoted));
        }
        if let Some(body) = data.strip_prefix(&CHALLENGED_DISCRIMINATOR) {
            return Some(Challenged::try_from_slice(body).map(Self::Challenged));
        }
        if let Some(body) = data.strip_prefix(&CLAIMANT_CLOSED_DISCRIMINATOR) {
            return Some(ClaimantClosed::try_from_slice(body).map(Self::ClaimantClosed));
        }
        if let Some(body) = data.strip_prefix(&CLAIMANT_OPENED_DISCRIMINATOR) {
            return Some(ClaimantOpened::try_from_slice(body).map(Self::ClaimantOpened));
        }
        if let Some(body) = data.strip_prefix(&CLAIMED_DISCRIMINATOR) {
            return Some(Claimed::try_from_slice(body).map(Self::Claimed));
        }
        if let Some(body) = data.strip_prefix(&CLOSE_CANCELLED_DISCRIMINATOR) {
            return Some(CloseCancelled::try_from_slice(body).map(Self::CloseCancelled));
        }
        if let Some(body) = data.strip_prefix(&CLOSE_REQUESTED_DISCRIMINATOR) {
            return Some(CloseRequested::try_from_slice(body).map(Self::CloseRequested));
        }
        if let Some(body) = data.strip_prefix(&CREDIT_ACCOUNT_CLOSED_DISCRIMINATOR) {
            return Some(CreditAccountClosed::try_from_slice(body).map(Self::CreditAccountClosed));
        }
        if let Some(body) = data.strip_prefix(&CREDIT_ACCOUNT_OPENED_DISCRIMINATOR) {
            return Some(CreditAccountOpened::try_from_slice(body).map(Self::CreditAccountOpened));
        }
        if let Some(body) = data.strip_prefix(&CREDIT_MARKET_CLOSED_DISCRIMINATOR) {
            return Some(CreditMarketClosed::try_from_slice(body).map(Self::CreditMarketClosed));
        }
        if let Some(body) = data.strip_prefix(&CREDIT_MARKET_CREATED_DISCRIMINATOR) {
            return Some(CreditMarketCreated::try_from_slice(body).map(Self::CreditMarketCreated));
        }
        if let Some(body) = data.strip_prefix(&CREDIT_UPDATE_CANCELLED_DISCRIMINATOR) {
            return Some(
                CreditUpdateCancelled::try_from_slice(body).map(Self::CreditUpdateCancelled),
            );
        }
        if let Some(body) = data.strip_prefix(&CREDIT_UPDATE_PROPOSED_DISCRIMINATOR) {
            return Some(
                CreditUpdateProposed::try_from_slice(body).map(Self::CreditUpdateProposed),
            );
        }
        if let Some(body) = data.strip_prefix(&CREDITS_BOUGHT_DISCRIMINATOR) {
            return Some(CreditsBought::try_from_slice(body).map(Self::CreditsBought));
        }
        if let Some(body) = data.strip_prefix(&EMISSION_CHANGED_DISCRIMINATOR) {
            return Some(EmissionChanged::try_from_slice(body).map(Self::EmissionChanged));
        }
        if let Some(body) = data.strip_prefix(&ESCROW_CHANGED_DISCRIMINATOR) {
            return Some(EscrowChanged::try_from_slice(body).map(Self::EscrowChanged));
        }
        if let Some(body) = data.strip_prefix(&FINALIZED_DISCRIMINATOR) {
            return Some(Finalized::try_from_slice(body).map(Self::Finalized));
        }
        if let Some(body) = data.strip_prefix(&ORACLE_CHANGE_APPLIED_DISCRIMINATOR) {
            return Some(OracleChangeApplied::try_from_slice(body).map(Self::OracleChangeApplied));
        }
        if let Some(body) = data.strip_prefix(&ORACLE_CHANGE_CANCELLED_DISCRIMINATOR) {
            return Some(
                OracleChangeCancelled::try_from_slice(body).map(Self::OracleChangeCancelled),
            );
        }
        if let Some(body) = data.strip_prefix(&ORACLE_CHANGE_PROPOSED_DISCRIMINATOR) {
            return Some(
                OracleChangeProposed::try_from_slice(body).map(Self::OracleChangeProposed),
            );
        }
        if let Some(body) = data.strip_prefix(&ORACLE_SET_CLOSED_DISCRIMINATOR) {
            return Some(OracleSetClosed::try_from_slice(body).map(Self::OracleSetClosed));
        }
        if let Some(body) = data.strip_prefix(&ORACLE_SET_CREATED_DISCRIMINATOR) {
            return Some(OracleSetCreated::try_from_slice(body).map(Self::OracleSetCreated));
        }
        if let Some(body) = data.strip_prefix(&PART_PAID_DISCRIMINATOR) {
            return Some(PartPaid::try_from_slice(body).map(Self::PartPaid));
        }
        if let Some(body) = data.strip_prefix(&PAYEES_SET_DISCRIMINATOR) {
            return Some(PayeesSet::try_from_slice(body).map(Self::PayeesSet));
        }
        if let Some(body) = data.strip_prefix(&POOL_CLOSED_DISCRIMINATOR) {
            return Some(PoolClosed::try_from_slice(body).map(Self::PoolClosed));
        }
        if let Some(body) = data.strip_prefix(&POOL_CREATED_DISCRIMINATOR) {
            return Some(PoolCreated::try_from_slice(body).map(Self::PoolCreated));
        }
        if let Some(body) = data.strip_prefix(&POOL_MIGRATED_DISCRIMINATOR) {
            return Some(PoolMigrated::try_from_slice(body).map(Self::PoolMigrated));
        }
        if let Some(body) = data.strip_prefix(&POOL_UPDATE_CANCELLED_DISCRIMINATOR) {
            return Some(PoolUpdateCancelled::try_from_slice(body).map(Self::PoolUpdateCancelled));
        }
        if let Some(body) = data.strip_prefix(&POOL_UPDATE_PROPOSED_DISCRIMINATOR) {
            return Some(PoolUpdateProposed::try_from_slice(body).map(Self::PoolUpdateProposed));
        }
        if let Some(body) = data.strip_prefix(&PRICE_REPORTED_DISCRIMINATOR) {
            return Some(PriceReported::try_from_slice(body).map(Self::PriceReported));
        }
        if let Some(body) = data.strip_prefix(&PROPOSAL_CLOSED_DISCRIMINATOR) {
            return Some(ProposalClosed::try_from_slice(body).map(Self::ProposalClosed));
        }
        if let Some(body) = data.strip_prefix(&PROPOSED_DISCRIMINATOR) {
            return Some(Proposed::try_from_slice(body).map(Self::Proposed));
        }
        if let Some(body) = data.strip_prefix(&REJECTED_DISCRIMINATOR) {
            return Some(Rejected::try_from_slice(body).map(Self::Rejected));
        }
        if let Some(body) = data.strip_prefix(&SPLITS_CANCELLED_DISCRIMINATOR) {
            return Some(SplitsCancelled::try_from_slice(body).map(Self::SplitsCancelled));
        }
        if let Some(body) = data.strip_prefix(&SPLITS_PROPOSED_DISCRIMINATOR) {
            return Some(SplitsProposed::try_from_slice(body).map(Self::SplitsProposed));
        }
        if let Some(body) = data.strip_prefix(&USAGE_SETTLED_DISCRIMINATOR) {
            return Some(UsageSettled::try_from_slice(body).map(Self::UsageSettled));
        }
        None
    }
}
