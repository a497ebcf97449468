//! Events of the program, decoded from the data that it logs. Rendered by client/generate.

use crate::generated::staking::types::*;
use borsh::BorshDeserialize;

pub const BOND_OPENED_DISCRIMINATOR: [u8; 8] = [144, 64, 233, 238, 81, 248, 153, 251];
pub const BONDED_DISCRIMINATOR: [u8; 8] = [72, 106, 31, 121, 93, 125, 84, 0];
pub const STAKE_POOL_CREATED_DISCRIMINATOR: [u8; 8] = [80, 44, 243, 249, 137, 72, 229, 122];
pub const UNBOND_REQUESTED_DISCRIMINATOR: [u8; 8] = [237, 10, 226, 141, 212, 122, 234, 197];
pub const WITHDRAWN_DISCRIMINATOR: [u8; 8] = [20, 89, 223, 198, 194, 124, 219, 13];

/// Any event of the program.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    BondOpened(BondOpened),
    Bonded(Bonded),
    StakePoolCreated(StakePoolCreated),
    UnbondRequested(UnbondRequested),
    Withdrawn(Withdrawn),
}

impl Event {
    /// Decodes logged data. `None` when no event of this program starts like it.
    pub fn from_bytes(data: &[u8]) -> Option<Result<Self, std::io::Error>> {
        if let Some(body) = data.strip_prefix(&BOND_OPENED_DISCRIMINATOR) {
            return Some(BondOpened::try_from_slice(body).map(Self::BondOpened));
        }
        if let Some(body) = data.strip_prefix(&BONDED_DISCRIMINATOR) {
            return Some(Bonded::try_from_slice(body).map(Self::Bonded));
        }
        if let Some(body) = data.strip_prefix(&STAKE_POOL_CREATED_DISCRIMINATOR) {
            return Some(StakePoolCreated::try_from_slice(body).map(Self::StakePoolCreated));
        }
        if let Some(body) = data.strip_prefix(&UNBOND_REQUESTED_DISCRIMINATOR) {
            return Some(UnbondRequested::try_from_slice(body).map(Self::UnbondRequested));
        }
        if let Some(body) = data.strip_prefix(&WITHDRAWN_DISCRIMINATOR) {
            return Some(Withdrawn::try_from_slice(body).map(Self::Withdrawn));
        }
        None
    }
}
