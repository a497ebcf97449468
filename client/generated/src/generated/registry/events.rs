//! Events of the program, decoded from the data that it logs. Rendered by client/generate.

use crate::generated::registry::types::*;
use borsh::BorshDeserialize;

pub const CLASS_CREATED_DISCRIMINATOR: [u8; 8] = [176, 154, 249, 25, 63, 40, 221, 230];
pub const DEVICE_ONBOARDED_DISCRIMINATOR: [u8; 8] = [33, 105, 159, 122, 191, 6, 24, 219];
pub const MAKER_ADDED_DISCRIMINATOR: [u8; 8] = [172, 171, 63, 255, 63, 159, 52, 55];
pub const NETWORK_CREATED_DISCRIMINATOR: [u8; 8] = [164, 212, 129, 27, 28, 58, 190, 118];
pub const OPERATOR_SET_DISCRIMINATOR: [u8; 8] = [187, 242, 164, 221, 208, 246, 180, 178];

/// Any event of the program.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    ClassCreated(ClassCreated),
    DeviceOnboarded(DeviceOnboarded),
    MakerAdded(MakerAdded),
    NetworkCreated(NetworkCreated),
    OperatorSet(OperatorSet),
}

impl Event {
    /// Decodes logged data. `None` when no event of this program starts like it.
    pub fn from_bytes(data: &[u8]) -> Option<Result<Self, std::io::Error>> {
        if let Some(body) = data.strip_prefix(&CLASS_CREATED_DISCRIMINATOR) {
            return Some(ClassCreated::try_from_slice(body).map(Self::ClassCreated));
        }
        if let Some(body) = data.strip_prefix(&DEVICE_ONBOARDED_DISCRIMINATOR) {
            return Some(DeviceOnboarded::try_from_slice(body).map(Self::DeviceOnboarded));
        }
        if let Some(body) = data.strip_prefix(&MAKER_ADDED_DISCRIMINATOR) {
            return Some(MakerAdded::try_from_slice(body).map(Self::MakerAdded));
        }
        if let Some(body) = data.strip_prefix(&NETWORK_CREATED_DISCRIMINATOR) {
            return Some(NetworkCreated::try_from_slice(body).map(Self::NetworkCreated));
        }
        if let Some(body) = data.strip_prefix(&OPERATOR_SET_DISCRIMINATOR) {
            return Some(OperatorSet::try_from_slice(body).map(Self::OperatorSet));
        }
        None
    }
}
