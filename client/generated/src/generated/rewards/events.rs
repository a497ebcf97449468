//! Events of the program, decoded from the data that it logs. Rendered by client/generate.

use crate::generated::rewards::types::*;
use borsh::BorshDeserialize;

pub const ATTESTED_DISCRIMINATOR: [u8; 8] = [184, 102, 113, 199, 220, 197, 96, 50];
pub const CLAIMANT_OPENED_DISCRIMINATOR: [u8; 8] = [1, 121, 214, 209, 6, 80, 74, 42];
pub const CLAIMED_DISCRIMINATOR: [u8; 8] = [217, 192, 123, 72, 108, 150, 248, 33];
pub const FINALIZED_DISCRIMINATOR: [u8; 8] = [4, 77, 242, 80, 20, 152, 247, 252];
pub const ORACLE_SET_CREATED_DISCRIMINATOR: [u8; 8] = [220, 133, 235, 111, 207, 241, 17, 27];
pub const POOL_CREATED_DISCRIMINATOR: [u8; 8] = [202, 44, 41, 88, 104, 220, 157, 82];
pub const PROPOSED_DISCRIMINATOR: [u8; 8] = [216, 37, 138, 141, 130, 208, 180, 153];

/// Any event of the program.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    Attested(Attested),
    ClaimantOpened(ClaimantOpened),
    Claimed(Claimed),
    Finalized(Finalized),
    OracleSetCreated(OracleSetCreated),
    PoolCreated(PoolCreated),
    Proposed(Proposed),
}

impl Event {
    /// Decodes logged data. `None` when no event of this program starts like it.
    pub fn from_bytes(data: &[u8]) -> Option<Result<Self, std::io::Error>> {
        if let Some(body) = data.strip_prefix(&ATTESTED_DISCRIMINATOR) {
            return Some(Attested::try_from_slice(body).map(Self::Attested));
        }
        if let Some(body) = data.strip_prefix(&CLAIMANT_OPENED_DISCRIMINATOR) {
            return Some(ClaimantOpened::try_from_slice(body).map(Self::ClaimantOpened));
        }
        if let Some(body) = data.strip_prefix(&CLAIMED_DISCRIMINATOR) {
            return Some(Claimed::try_from_slice(body).map(Self::Claimed));
        }
        if let Some(body) = data.strip_prefix(&FINALIZED_DISCRIMINATOR) {
            return Some(Finalized::try_from_slice(body).map(Self::Finalized));
        }
        if let Some(body) = data.strip_prefix(&ORACLE_SET_CREATED_DISCRIMINATOR) {
            return Some(OracleSetCreated::try_from_slice(body).map(Self::OracleSetCreated));
        }
        if let Some(body) = data.strip_prefix(&POOL_CREATED_DISCRIMINATOR) {
            return Some(PoolCreated::try_from_slice(body).map(Self::PoolCreated));
        }
        if let Some(body) = data.strip_prefix(&PROPOSED_DISCRIMINATOR) {
            return Some(Proposed::try_from_slice(body).map(Self::Proposed));
        }
        None
    }
}
