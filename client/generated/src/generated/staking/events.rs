//! Events of the program, decoded from the data that it logs. Rendered by client/generate.

use crate::generated::staking::types::*;
use borsh::BorshDeserialize;

pub const BOND_CLOSED_DISCRIMINATOR: [u8; 8] = [227, 55, 88, 183, 234, 17, 203, 66];
pub const BOND_OPENED_DISCRIMINATOR: [u8; 8] = [144, 64, 233, 238, 81, 248, 153, 251];
pub const BONDED_DISCRIMINATOR: [u8; 8] = [72, 106, 31, 121, 93, 125, 84, 0];
pub const CHALLENGER_PAID_DISCRIMINATOR: [u8; 8] = [149, 73, 241, 79, 28, 6, 125, 61];
pub const DELEGATED_DISCRIMINATOR: [u8; 8] = [52, 201, 7, 194, 24, 79, 100, 159];
pub const DELEGATION_CLOSED_DISCRIMINATOR: [u8; 8] = [225, 66, 187, 107, 192, 71, 85, 138];
pub const DELEGATION_REWARDS_CLAIMED_DISCRIMINATOR: [u8; 8] = [146, 107, 148, 13, 5, 226, 73, 85];
pub const DELEGATION_SETTLED_DISCRIMINATOR: [u8; 8] = [118, 156, 81, 237, 111, 131, 217, 120];
pub const LOCK_EXTENDED_DISCRIMINATOR: [u8; 8] = [25, 118, 227, 150, 119, 138, 207, 234];
pub const LOCK_PERIOD_CLOSED_DISCRIMINATOR: [u8; 8] = [153, 66, 128, 158, 35, 28, 118, 156];
pub const LOCK_PERIOD_OPENED_DISCRIMINATOR: [u8; 8] = [46, 180, 52, 210, 99, 232, 123, 207];
pub const PENALTIES_REGISTERED_DISCRIMINATOR: [u8; 8] = [201, 196, 101, 77, 84, 31, 133, 151];
pub const PENALTY_ANNOUNCED_DISCRIMINATOR: [u8; 8] = [124, 231, 97, 139, 247, 242, 220, 183];
pub const PENALTY_CLOSED_DISCRIMINATOR: [u8; 8] = [48, 10, 153, 163, 22, 102, 106, 187];
pub const PENALTY_EPOCH_CLOSED_DISCRIMINATOR: [u8; 8] = [212, 161, 8, 143, 253, 205, 67, 13];
pub const PENALTY_EXECUTED_DISCRIMINATOR: [u8; 8] = [147, 158, 140, 215, 131, 135, 0, 248];
pub const PENALTY_VETOED_DISCRIMINATOR: [u8; 8] = [52, 109, 181, 175, 39, 45, 120, 188];
pub const PERIOD_REACHED_DISCRIMINATOR: [u8; 8] = [240, 152, 225, 169, 152, 129, 101, 250];
pub const REWARDS_SYNCED_DISCRIMINATOR: [u8; 8] = [66, 57, 28, 213, 120, 33, 234, 123];
pub const STAKE_POOL_CLOSED_DISCRIMINATOR: [u8; 8] = [33, 158, 179, 155, 11, 241, 214, 90];
pub const STAKE_POOL_CREATED_DISCRIMINATOR: [u8; 8] = [80, 44, 243, 249, 137, 72, 229, 122];
pub const STAKE_TREASURY_PAID_DISCRIMINATOR: [u8; 8] = [2, 145, 41, 101, 86, 7, 104, 129];
pub const STAKE_UPDATE_CANCELLED_DISCRIMINATOR: [u8; 8] = [140, 23, 238, 105, 243, 113, 154, 205];
pub const STAKE_UPDATE_PROPOSED_DISCRIMINATOR: [u8; 8] = [249, 128, 51, 113, 211, 208, 61, 172];
pub const TARGET_CLOSED_DISCRIMINATOR: [u8; 8] = [82, 71, 163, 211, 132, 32, 187, 84];
pub const TARGET_OPENED_DISCRIMINATOR: [u8; 8] = [182, 107, 175, 230, 255, 219, 155, 227];
pub const UNBOND_REQUESTED_DISCRIMINATOR: [u8; 8] = [237, 10, 226, 141, 212, 122, 234, 197];
pub const UNDELEGATED_DISCRIMINATOR: [u8; 8] = [207, 179, 100, 125, 238, 150, 136, 31];
pub const WITHDRAWN_DISCRIMINATOR: [u8; 8] = [20, 89, 223, 198, 194, 124, 219, 13];

/// Any event of the program.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    BondClosed(BondClosed),
    BondOpened(BondOpened),
    Bonded(Bonded),
    ChallengerPaid(ChallengerPaid),
    Delegated(Delegated),
    DelegationClosed(DelegationClosed),
    DelegationRewardsClaimed(DelegationRewardsClaimed),
    DelegationSettled(DelegationSettled),
    LockExtended(LockExtended),
    LockPeriodClosed(LockPeriodClosed),
    LockPeriodOpened(LockPeriodOpened),
    PenaltiesRegistered(PenaltiesRegistered),
    PenaltyAnnounced(PenaltyAnnounced),
    PenaltyClosed(PenaltyClosed),
    PenaltyEpochClosed(PenaltyEpochClosed),
    PenaltyExecuted(PenaltyExecuted),
    PenaltyVetoed(PenaltyVetoed),
    PeriodReached(PeriodReached),
    RewardsSynced(RewardsSynced),
    StakePoolClosed(StakePoolClosed),
    StakePoolCreated(StakePoolCreated),
    StakeTreasuryPaid(StakeTreasuryPaid),
    StakeUpdateCancelled(StakeUpdateCancelled),
    StakeUpdateProposed(StakeUpdateProposed),
    TargetClosed(TargetClosed),
    TargetOpened(TargetOpened),
    UnbondRequested(UnbondRequested),
    Undelegated(Undelegated),
    Withdrawn(Withdrawn),
}

impl Event {
    /// Decodes logged data. `None` when no event of this program starts like it.
    pub fn from_bytes(data: &[u8]) -> Option<Result<Self, std::io::Error>> {
        if let Some(body) = data.strip_prefix(&BOND_CLOSED_DISCRIMINATOR) {
            return Some(BondClosed::try_from_slice(body).map(Self::BondClosed));
        }
        if let Some(body) = data.strip_prefix(&BOND_OPENED_DISCRIMINATOR) {
            return Some(BondOpened::try_from_slice(body).map(Self::BondOpened));
        }
        if let Some(body) = data.strip_prefix(&BONDED_DISCRIMINATOR) {
            return Some(Bonded::try_from_slice(body).map(Self::Bonded));
        }
        if let Some(body) = data.strip_prefix(&CHALLENGER_PAID_DISCRIMINATOR) {
            return Some(ChallengerPaid::try_from_slice(body).map(Self::ChallengerPaid));
        }
        if let Some(body) = data.strip_prefix(&DELEGATED_DISCRIMINATOR) {
            return Some(Delegated::try_from_slice(body).map(Self::Delegated));
        }
        if let Some(body) = data.strip_prefix(&DELEGATION_CLOSED_DISCRIMINATOR) {
            return Some(DelegationClosed::try_from_slice(body).map(Self::DelegationClosed));
        }
        if let Some(body) = data.strip_prefix(&DELEGATION_REWARDS_CLAIMED_DISCRIMINATOR) {
            return Some(
                DelegationRewardsClaimed::try_from_slice(body).map(Self::DelegationRewardsClaimed),
            );
        }
        if let Some(body) = data.strip_prefix(&DELEGATION_SETTLED_DISCRIMINATOR) {
            return Some(DelegationSettled::try_from_slice(body).map(Self::DelegationSettled));
        }
        if let Some(body) = data.strip_prefix(&LOCK_EXTENDED_DISCRIMINATOR) {
            return Some(LockExtended::try_from_slice(body).map(Self::LockExtended));
        }
        if let Some(body) = data.strip_prefix(&LOCK_PERIOD_CLOSED_DISCRIMINATOR) {
            return Some(LockPeriodClosed::try_from_slice(body).map(Self::LockPeriodClosed));
        }
        if let Some(body) = data.strip_prefix(&LOCK_PERIOD_OPENED_DISCRIMINATOR) {
            return Some(LockPeriodOpened::try_from_slice(body).map(Self::LockPeriodOpened));
        }
        if let Some(body) = data.strip_prefix(&PENALTIES_REGISTERED_DISCRIMINATOR) {
            return Some(PenaltiesRegistered::try_from_slice(body).map(Self::PenaltiesRegistered));
        }
        if let Some(body) = data.strip_prefix(&PENALTY_ANNOUNCED_DISCRIMINATOR) {
            return Some(PenaltyAnnounced::try_from_slice(body).map(Self::PenaltyAnnounced));
        }
        if let Some(body) = data.strip_prefix(&PENALTY_CLOSED_DISCRIMINATOR) {
            return Some(PenaltyClosed::try_from_slice(body).map(Self::PenaltyClosed));
        }
        if let Some(body) = data.strip_prefix(&PENALTY_EPOCH_CLOSED_DISCRIMINATOR) {
            return Some(PenaltyEpochClosed::try_from_slice(body).map(Self::PenaltyEpochClosed));
        }
        if let Some(body) = data.strip_prefix(&PENALTY_EXECUTED_DISCRIMINATOR) {
            return Some(PenaltyExecuted::try_from_slice(body).map(Self::PenaltyExecuted));
        }
        if let Some(body) = data.strip_prefix(&PENALTY_VETOED_DISCRIMINATOR) {
            return Some(PenaltyVetoed::try_from_slice(body).map(Self::PenaltyVetoed));
        }
        if let Some(body) = data.strip_prefix(&PERIOD_REACHED_DISCRIMINATOR) {
            return Some(PeriodReached::try_from_slice(body).map(Self::PeriodReached));
        }
        if let Some(body) = data.strip_prefix(&REWARDS_SYNCED_DISCRIMINATOR) {
            return Some(RewardsSynced::try_from_slice(body).map(Self::RewardsSynced));
        }
        if let Some(body) = data.strip_prefix(&STAKE_POOL_CLOSED_DISCRIMINATOR) {
            return Some(StakePoolClosed::try_from_slice(body).map(Self::StakePoolClosed));
        }
        if let Some(body) = data.strip_prefix(&STAKE_POOL_CREATED_DISCRIMINATOR) {
            return Some(StakePoolCreated::try_from_slice(body).map(Self::StakePoolCreated));
        }
        if let Some(body) = data.strip_prefix(&STAKE_TREASURY_PAID_DISCRIMINATOR) {
            return Some(StakeTreasuryPaid::try_from_slice(body).map(Self::StakeTreasuryPaid));
        }
        if let Some(body) = data.strip_prefix(&STAKE_UPDATE_CANCELLED_DISCRIMINATOR) {
            return Some(
                StakeUpdateCancelled::try_from_slice(body).map(Self::StakeUpdateCancelled),
            );
        }
        if let Some(body) = data.strip_prefix(&STAKE_UPDATE_PROPOSED_DISCRIMINATOR) {
            return Some(StakeUpdateProposed::try_from_slice(body).map(Self::StakeUpdateProposed));
        }
        if let Some(body) = data.strip_prefix(&TARGET_CLOSED_DISCRIMINATOR) {
            return Some(TargetClosed::try_from_slice(body).map(Self::TargetClosed));
        }
        if let Some(body) = data.strip_prefix(&TARGET_OPENED_DISCRIMINATOR) {
            return Some(TargetOpened::try_from_slice(body).map(Self::TargetOpened));
        }
        if let Some(body) = data.strip_prefix(&UNBOND_REQUESTED_DISCRIMINATOR) {
            return Some(UnbondRequested::try_from_slice(body).map(Self::UnbondRequested));
        }
        if let Some(body) = data.strip_prefix(&UNDELEGATED_DISCRIMINATOR) {
            return Some(Undelegated::try_from_slice(body).map(Self::Undelegated));
        }
        if let Some(body) = data.strip_prefix(&WITHDRAWN_DISCRIMINATOR) {
            return Some(Withdrawn::try_from_slice(body).map(Self::Withdrawn));
        }
        None
    }
}
