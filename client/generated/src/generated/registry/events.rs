//! Events of the program, decoded from the data that it logs. Rendered by client/generate.

use crate::generated::registry::types::*;
use borsh::BorshDeserialize;

pub const AUTHORITY_ACCEPTED_DISCRIMINATOR: [u8; 8] = [166, 192, 219, 188, 41, 209, 195, 26];
pub const AUTHORITY_CANCELED_DISCRIMINATOR: [u8; 8] = [114, 185, 164, 120, 85, 209, 57, 128];
pub const AUTHORITY_PROPOSED_DISCRIMINATOR: [u8; 8] = [244, 117, 94, 112, 53, 151, 35, 89];
pub const CLASS_CLOSED_DISCRIMINATOR: [u8; 8] = [87, 165, 79, 86, 114, 233, 22, 108];
pub const CLASS_CREATED_DISCRIMINATOR: [u8; 8] = [176, 154, 249, 25, 63, 40, 221, 230];
pub const CLASS_UPDATE_CANCELED_DISCRIMINATOR: [u8; 8] = [26, 164, 212, 214, 80, 101, 23, 43];
pub const CLASS_UPDATE_PROPOSED_DISCRIMINATOR: [u8; 8] = [250, 206, 143, 234, 229, 38, 84, 143];
pub const DEVICE_ONBOARDED_DISCRIMINATOR: [u8; 8] = [33, 105, 159, 122, 191, 6, 24, 219];
pub const DEVICE_RETIRED_DISCRIMINATOR: [u8; 8] = [229, 188, 76, 145, 243, 163, 230, 156];
pub const LICENSE_CLOSED_DISCRIMINATOR: [u8; 8] = [76, 185, 83, 223, 27, 33, 8, 214];
pub const LICENSE_ISSUED_DISCRIMINATOR: [u8; 8] = [193, 166, 92, 209, 232, 70, 195, 168];
pub const LICENSE_RENEWED_DISCRIMINATOR: [u8; 8] = [149, 149, 125, 167, 158, 247, 82, 74];
pub const LICENSE_REVOKED_DISCRIMINATOR: [u8; 8] = [185, 114, 47, 171, 61, 106, 25, 24];
pub const LICENSE_SET_DISCRIMINATOR: [u8; 8] = [230, 191, 121, 230, 57, 100, 130, 61];
pub const LOCATION_ASSERTED_DISCRIMINATOR: [u8; 8] = [20, 69, 82, 122, 144, 219, 20, 221];
pub const MAKER_ADDED_DISCRIMINATOR: [u8; 8] = [172, 171, 63, 255, 63, 159, 52, 55];
pub const MAKER_CLOSED_DISCRIMINATOR: [u8; 8] = [234, 17, 90, 33, 58, 214, 248, 114];
pub const MAKER_QUOTA_SET_DISCRIMINATOR: [u8; 8] = [240, 150, 125, 78, 12, 216, 88, 150];
pub const MAKER_REVOKED_DISCRIMINATOR: [u8; 8] = [228, 138, 10, 66, 176, 210, 233, 168];
pub const NETWORK_CLOSED_DISCRIMINATOR: [u8; 8] = [99, 104, 127, 67, 10, 15, 44, 91];
pub const NETWORK_CREATED_DISCRIMINATOR: [u8; 8] = [164, 212, 129, 27, 28, 58, 190, 118];
pub const NETWORK_PAUSED_DISCRIMINATOR: [u8; 8] = [54, 230, 232, 8, 2, 45, 215, 211];
pub const NETWORK_UNPAUSED_DISCRIMINATOR: [u8; 8] = [168, 63, 219, 150, 168, 194, 17, 232];
pub const NETWORK_UPDATE_CANCELED_DISCRIMINATOR: [u8; 8] = [254, 122, 166, 11, 223, 253, 32, 206];
pub const NETWORK_UPDATE_PROPOSED_DISCRIMINATOR: [u8; 8] = [127, 57, 127, 172, 131, 184, 20, 222];
pub const OPERATOR_SET_DISCRIMINATOR: [u8; 8] = [187, 242, 164, 221, 208, 246, 180, 178];
pub const STATUS_SET_DISCRIMINATOR: [u8; 8] = [114, 69, 66, 43, 45, 154, 2, 168];

/// Any event of the program.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    AuthorityAccepted(AuthorityAccepted),
    AuthorityCanceled(AuthorityCanceled),
    AuthorityProposed(AuthorityProposed),
    ClassClosed(ClassClosed),
    ClassCreated(ClassCreated),
    ClassUpdateCanceled(ClassUpdateCanceled),
    ClassUpdateProposed(ClassUpdateProposed),
    DeviceOnboarded(DeviceOnboarded),
    DeviceRetired(DeviceRetired),
    LicenseClosed(LicenseClosed),
    LicenseIssued(LicenseIssued),
    LicenseRenewed(LicenseRenewed),
    LicenseRevoked(LicenseRevoked),
    LicenseSet(LicenseSet),
    LocationAsserted(LocationAsserted),
    MakerAdded(MakerAdded),
    MakerClosed(MakerClosed),
    MakerQuotaSet(MakerQuotaSet),
    MakerRevoked(MakerRevoked),
    NetworkClosed(NetworkClosed),
    NetworkCreated(NetworkCreated),
    NetworkPaused(NetworkPaused),
    NetworkUnpaused(NetworkUnpaused),
    NetworkUpdateCanceled(NetworkUpdateCanceled),
    NetworkUpdateProposed(NetworkUpdateProposed),
    OperatorSet(OperatorSet),
    StatusSet(StatusSet),
}

impl Event {
    /// Decodes logged data. `None` when no event of this program starts like it.
    pub fn from_bytes(data: &[u8]) -> Option<Result<Self, std::io::Error>> {
        if let Some(body) = data.strip_prefix(&AUTHORITY_ACCEPTED_DISCRIMINATOR) {
            return Some(AuthorityAccepted::try_from_slice(body).map(Self::AuthorityAccepted));
        }
        if let Some(body) = data.strip_prefix(&AUTHORITY_CANCELED_DISCRIMINATOR) {
            return Some(AuthorityCanceled::try_from_slice(body).map(Self::AuthorityCanceled));
        }
        if let Some(body) = data.strip_prefix(&AUTHORITY_PROPOSED_DISCRIMINATOR) {
            return Some(AuthorityProposed::try_from_slice(body).map(Self::AuthorityProposed));
        }
        if let Some(body) = data.strip_prefix(&CLASS_CLOSED_DISCRIMINATOR) {
            return Some(ClassClosed::try_from_slice(body).map(Self::ClassClosed));
        }
        if let Some(body) = data.strip_prefix(&CLASS_CREATED_DISCRIMINATOR) {
            return Some(ClassCreated::try_from_slice(body).map(Self::ClassCreated));
        }
        if let Some(body) = data.strip_prefix(&CLASS_UPDATE_CANCELED_DISCRIMINATOR) {
            return Some(ClassUpdateCanceled::try_from_slice(body).map(Self::ClassUpdateCanceled));
        }
        if let Some(body) = data.strip_prefix(&CLASS_UPDATE_PROPOSED_DISCRIMINATOR) {
            return Some(ClassUpdateProposed::try_from_slice(body).map(Self::ClassUpdateProposed));
        }
        if let Some(body) = data.strip_prefix(&DEVICE_ONBOARDED_DISCRIMINATOR) {
            return Some(DeviceOnboarded::try_from_slice(body).map(Self::DeviceOnboarded));
        }
        if let Some(body) = data.strip_prefix(&DEVICE_RETIRED_DISCRIMINATOR) {
            return Some(DeviceRetired::try_from_slice(body).map(Self::DeviceRetired));
        }
        if let Some(body) = data.strip_prefix(&LICENSE_CLOSED_DISCRIMINATOR) {
            return Some(LicenseClosed::try_from_slice(body).map(Self::LicenseClosed));
        }
        if let Some(body) = data.strip_prefix(&LICENSE_ISSUED_DISCRIMINATOR) {
            return Some(LicenseIssued::try_from_slice(body).map(Self::LicenseIssued));
        }
        if let Some(body) = data.strip_prefix(&LICENSE_RENEWED_DISCRIMINATOR) {
            return Some(LicenseRenewed::try_from_slice(body).map(Self::LicenseRenewed));
        }
        if let Some(body) = data.strip_prefix(&LICENSE_REVOKED_DISCRIMINATOR) {
            return Some(LicenseRevoked::try_from_slice(body).map(Self::LicenseRevoked));
        }
        if let Some(body) = data.strip_prefix(&LICENSE_SET_DISCRIMINATOR) {
            return Some(LicenseSet::try_from_slice(body).map(Self::LicenseSet));
        }
        if let Some(body) = data.strip_prefix(&LOCATION_ASSERTED_DISCRIMINATOR) {
            return Some(LocationAsserted::try_from_slice(body).map(Self::LocationAsserted));
        }
        if let Some(body) = data.strip_prefix(&MAKER_ADDED_DISCRIMINATOR) {
            return Some(MakerAdded::try_from_slice(body).map(Self::MakerAdded));
        }
        if let Some(body) = data.strip_prefix(&MAKER_CLOSED_DISCRIMINATOR) {
            return Some(MakerClosed::try_from_slice(body).map(Self::MakerClosed));
        }
        if let Some(body) = data.strip_prefix(&MAKER_QUOTA_SET_DISCRIMINATOR) {
            return Some(MakerQuotaSet::try_from_slice(body).map(Self::MakerQuotaSet));
        }
        if let Some(body) = data.strip_prefix(&MAKER_REVOKED_DISCRIMINATOR) {
            return Some(MakerRevoked::try_from_slice(body).map(Self::MakerRevoked));
        }
        if let Some(body) = data.strip_prefix(&NETWORK_CLOSED_DISCRIMINATOR) {
            return Some(NetworkClosed::try_from_slice(body).map(Self::NetworkClosed));
        }
        if let Some(body) = data.strip_prefix(&NETWORK_CREATED_DISCRIMINATOR) {
            return Some(NetworkCreated::try_from_slice(body).map(Self::NetworkCreated));
        }
        if let Some(body) = data.strip_prefix(&NETWORK_PAUSED_DISCRIMINATOR) {
            return Some(NetworkPaused::try_from_slice(body).map(Self::NetworkPaused));
        }
        if let Some(body) = data.strip_prefix(&NETWORK_UNPAUSED_DISCRIMINATOR) {
            return Some(NetworkUnpaused::try_from_slice(body).map(Self::NetworkUnpaused));
        }
        if let Some(body) = data.strip_prefix(&NETWORK_UPDATE_CANCELED_DISCRIMINATOR) {
            return Some(
                NetworkUpdateCanceled::try_from_slice(body).map(Self::NetworkUpdateCanceled),
            );
        }
        if let Some(body) = data.strip_prefix(&NETWORK_UPDATE_PROPOSED_DISCRIMINATOR) {
            return Some(
                NetworkUpdateProposed::try_from_slice(body).map(Self::NetworkUpdateProposed),
            );
        }
        if let Some(body) = data.strip_prefix(&OPERATOR_SET_DISCRIMINATOR) {
            return Some(OperatorSet::try_from_slice(body).map(Self::OperatorSet));
        }
        if let Some(body) = data.strip_prefix(&STATUS_SET_DISCRIMINATOR) {
            return Some(StatusSet::try_from_slice(body).map(Self::StatusSet));
        }
        None
    }
}
