//! Accounts, events and terms of the registry program with their units.
//! Rendered by client/generate from the program's IDL; `make generate` writes it.

use crate::{
    address::unpadded,
    amount::{Cell, Lamports, Points, Tokens},
};
use cairn_generated::registry::{accounts, events, types};
use serde::Serialize;
use solana_address::Address;

/// The network has another authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AuthorityAccepted {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Who was the authority.
    #[serde(serialize_with = "crate::typed::address")]
    pub old_authority: Address,
    /// Who is the authority from now on.
    #[serde(serialize_with = "crate::typed::address")]
    pub new_authority: Address,
}

impl From<&types::AuthorityAccepted> for AuthorityAccepted {
    fn from(from: &types::AuthorityAccepted) -> Self {
        Self {
            network: from.network,
            old_authority: from.old_authority,
            new_authority: from.new_authority,
        }
    }
}

/// The proposed authority is not proposed any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AuthorityCanceled {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Who was proposed.
    #[serde(serialize_with = "crate::typed::address")]
    pub pending_authority: Address,
}

impl From<&types::AuthorityCanceled> for AuthorityCanceled {
    fn from(from: &types::AuthorityCanceled) -> Self {
        Self { network: from.network, pending_authority: from.pending_authority }
    }
}

/// Somebody was proposed as the network's authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AuthorityProposed {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Who is the authority.
    #[serde(serialize_with = "crate::typed::address")]
    pub authority: Address,
    /// Who may accept.
    #[serde(serialize_with = "crate::typed::address")]
    pub pending_authority: Address,
    /// From when on, unix seconds.
    pub pending_authority_at: i64,
}

impl From<&types::AuthorityProposed> for AuthorityProposed {
    fn from(from: &types::AuthorityProposed) -> Self {
        Self {
            network: from.network,
            authority: from.authority,
            pending_authority: from.pending_authority,
            pending_authority_at: from.pending_authority_at,
        }
    }
}

/// A device class was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClassClosed {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Number of the class within the network.
    pub index: u16,
}

impl From<&types::ClassClosed> for ClassClosed {
    fn from(from: &types::ClassClosed) -> Self {
        Self { network: from.network, index: from.index }
    }
}

/// A device class was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClassCreated {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Number of the class within the network.
    pub index: u16,
    /// 0 wireless, 1 storage, 2 compute, 3 sensor.
    pub category: u8,
    /// How its devices sign: 0 Ed25519, 1 P-256.
    pub scheme: u8,
    /// Terms in force from now on.
    pub terms: ClassTerms,
}

impl From<&types::ClassCreated> for ClassCreated {
    fn from(from: &types::ClassCreated) -> Self {
        Self {
            network: from.network,
            index: from.index,
            category: from.category,
            scheme: from.scheme,
            terms: (&from.terms).into(),
        }
    }
}

/// What the authority may change about a class, after the network's delay. 64 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClassTerms {
    /// Stake that an operator needs per device of this class, in the stake mint's smallest unit.
    pub bond: Tokens,
    /// Points that one device can earn per epoch; 0: as many as the policy gives.
    pub points_cap: Points,
    /// What onboarding costs the payer, to the network's treasury.
    pub onboarding_fee_lamports: Lamports,
    /// What a later location costs the payer, to the network's treasury.
    pub location_fee_lamports: Lamports,
    /// Time between two locations of one device.
    pub location_cooldown_seconds: u32,
    /// 1: devices need a valid licence of their owner to join and to earn.
    pub license_required: bool,
    /// 1: no device joins any more.
    pub closed: bool,
}

impl From<&types::ClassTerms> for ClassTerms {
    fn from(from: &types::ClassTerms) -> Self {
        Self {
            bond: Tokens(from.bond),
            points_cap: Points(from.points_cap),
            onboarding_fee_lamports: Lamports(from.onboarding_fee_lamports),
            location_fee_lamports: Lamports(from.location_fee_lamports),
            location_cooldown_seconds: from.location_cooldown_seconds,
            license_required: from.license_required != 0,
            closed: from.closed != 0,
        }
    }
}

impl From<ClassTerms> for types::ClassTerms {
    fn from(from: ClassTerms) -> Self {
        Self {
            bond: from.bond.0,
            points_cap: from.points_cap.0,
            onboarding_fee_lamports: from.onboarding_fee_lamports.0,
            location_fee_lamports: from.location_fee_lamports.0,
            location_cooldown_seconds: from.location_cooldown_seconds,
            license_required: from.license_required.into(),
            closed: from.closed.into(),
            reserved: [0; 26],
        }
    }
}

/// The change of a class's terms will not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClassUpdateCanceled {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Number of the class within the network.
    pub index: u16,
    /// Terms that will not come into force.
    pub canceled_terms: ClassTerms,
}

impl From<&types::ClassUpdateCanceled> for ClassUpdateCanceled {
    fn from(from: &types::ClassUpdateCanceled) -> Self {
        Self {
            network: from.network,
            index: from.index,
            canceled_terms: (&from.canceled_terms).into(),
        }
    }
}

/// A change of a class's terms was proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClassUpdateProposed {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Number of the class within the network.
    pub index: u16,
    /// Terms until then.
    pub old_terms: ClassTerms,
    /// Terms from then on.
    pub new_terms: ClassTerms,
    /// When the new terms come into force, unix seconds.
    pub effective_at: i64,
}

impl From<&types::ClassUpdateProposed> for ClassUpdateProposed {
    fn from(from: &types::ClassUpdateProposed) -> Self {
        Self {
            network: from.network,
            index: from.index,
            old_terms: (&from.old_terms).into(),
            new_terms: (&from.new_terms).into(),
            effective_at: from.effective_at,
        }
    }
}

/// A piece of hardware and who it earns for. 8 + 440 bytes.
///
/// Oracles read everything as of an epoch's end, a while after it. So operator and status carry
/// their history (`cairn_protocol::settlement`), and location and licence the value before, which
/// stays for a settlement period at least.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Device {
    /// Network that it joined.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Mint of its NFT; whoever holds the one token controls the device.
    #[serde(serialize_with = "crate::typed::address")]
    pub mint: Address,
    /// `Maker` account that vouched for it.
    #[serde(serialize_with = "crate::typed::address")]
    pub maker: Address,
    /// Wallet that it earns for.
    #[serde(serialize_with = "crate::typed::address")]
    pub operator: Address,
    /// Wallet that it earned for before `operator_since`; its own operator when never changed.
    #[serde(serialize_with = "crate::typed::address")]
    pub previous_operator: Address,
    /// Wallet that it earned for before `previous_operator_since`.
    #[serde(serialize_with = "crate::typed::address")]
    pub earlier_operator: Address,
    /// `License` account of its holder; zero for none.
    #[serde(serialize_with = "crate::typed::address")]
    pub license: Address,
    /// `License` account before `license_since`.
    #[serde(serialize_with = "crate::typed::address")]
    pub previous_license: Address,
    /// When `operator` was set, unix seconds.
    pub operator_since: i64,
    /// When `previous_operator` was set, unix seconds.
    pub previous_operator_since: i64,
    /// When `license` was set, unix seconds; 0 when it is the first.
    pub license_since: i64,
    /// When it joined, unix seconds.
    pub onboarded_at: i64,
    /// H3 cell (resolution 8 to 15) where it claims to stand; 0 when it moves or says nothing.
    pub location: Cell,
    /// Cell before `location_since`.
    pub previous_location: Cell,
    /// When `location` was asserted, unix seconds; 0 when it never was.
    pub location_since: i64,
    /// When `status` was set, unix seconds.
    pub status_since: i64,
    /// When `previous_status` was set, unix seconds.
    pub previous_status_since: i64,
    /// When its holder asked for retirement, unix seconds; 0 when not retiring.
    pub retiring_since: i64,
    /// Number of its class.
    pub class: u16,
    /// How it signs: 0 Ed25519, 1 P-256.
    pub scheme: u8,
    /// 0 active; bit 0 suspended, bit 1 retiring. Only active devices earn.
    pub status: u8,
    /// Status before `status_since`.
    pub previous_status: u8,
    /// Status before `previous_status_since`.
    pub earlier_status: u8,
    /// Layout version.
    pub version: u8,
    /// Its public key; an Ed25519 key is followed by a zero.
    #[serde(serialize_with = "crate::typed::hex")]
    pub key: [u8; 33],
    /// The maker's serial number, UTF-8, zero-padded.
    pub serial: String,
}

impl From<&accounts::Device> for Device {
    fn from(from: &accounts::Device) -> Self {
        Self {
            network: from.network,
            mint: from.mint,
            maker: from.maker,
            operator: from.operator,
            previous_operator: from.previous_operator,
            earlier_operator: from.earlier_operator,
            license: from.license,
            previous_license: from.previous_license,
            operator_since: from.operator_since,
            previous_operator_since: from.previous_operator_since,
            license_since: from.license_since,
            onboarded_at: from.onboarded_at,
            location: Cell(from.location),
            previous_location: Cell(from.previous_location),
            location_since: from.location_since,
            status_since: from.status_since,
            previous_status_since: from.previous_status_since,
            retiring_since: from.retiring_since,
            class: from.class,
            scheme: from.scheme,
            status: from.status,
            previous_status: from.previous_status,
            earlier_status: from.earlier_status,
            version: from.version,
            key: from.key,
            serial: unpadded(&from.serial),
        }
    }
}

/// What devices of one sort have in common. 8 + 408 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceClass {
    /// Network that the class belongs to.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Who paid for this account and gets it back.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// Link to a description of the class, shown by wallets as the NFT's URI; UTF-8, zero-padded.
    pub uri: String,
    /// In force from `terms_since` until `pending_terms_at`; read by [`DeviceClass::terms_at`].
    pub terms: ClassTerms,
    /// In force before `terms_since`.
    pub previous_terms: ClassTerms,
    /// In force from `pending_terms_at` on.
    pub pending_terms: ClassTerms,
    /// When `terms` came into force, unix seconds.
    pub terms_since: i64,
    /// When `pending_terms` come into force, unix seconds; 0 when there are none.
    pub pending_terms_at: i64,
    /// Devices of this class that did not retire.
    pub device_count: u64,
    /// Number of the class within the network.
    pub index: u16,
    /// 0 wireless, 1 storage, 2 compute, 3 sensor.
    pub category: u8,
    /// How its devices sign: 0 Ed25519, 1 P-256.
    pub scheme: u8,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::DeviceClass> for DeviceClass {
    fn from(from: &accounts::DeviceClass) -> Self {
        Self {
            network: from.network,
            rent_payer: from.rent_payer,
            uri: unpadded(&from.uri),
            terms: (&from.terms).into(),
            previous_terms: (&from.previous_terms).into(),
            pending_terms: (&from.pending_terms).into(),
            terms_since: from.terms_since,
            pending_terms_at: from.pending_terms_at,
            device_count: from.device_count,
            index: from.index,
            category: from.category,
            scheme: from.scheme,
            version: from.version,
        }
    }
}

/// A device joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DeviceOnboarded {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Address of the device's account.
    #[serde(serialize_with = "crate::typed::address")]
    pub device: Address,
    /// The NFT's mint.
    #[serde(serialize_with = "crate::typed::address")]
    pub mint: Address,
    /// `Maker` account that vouched for it.
    #[serde(serialize_with = "crate::typed::address")]
    pub maker: Address,
    /// Who received the NFT and is the first operator.
    #[serde(serialize_with = "crate::typed::address")]
    pub owner: Address,
    /// `License` account of the owner; zero for none.
    #[serde(serialize_with = "crate::typed::address")]
    pub license: Address,
    /// H3 cell; 0 for none.
    pub location: Cell,
    /// Number of the device's class.
    pub class: u16,
    /// How it signs: 0 Ed25519, 1 P-256.
    pub scheme: u8,
    /// Its public key; an Ed25519 key is followed by a zero.
    #[serde(serialize_with = "crate::typed::hex")]
    pub key: [u8; 33],
}

impl From<&types::DeviceOnboarded> for DeviceOnboarded {
    fn from(from: &types::DeviceOnboarded) -> Self {
        Self {
            network: from.network,
            device: from.device,
            mint: from.mint,
            maker: from.maker,
            owner: from.owner,
            license: from.license,
            location: Cell(from.location),
            class: from.class,
            scheme: from.scheme,
            key: from.key,
        }
    }
}

/// A device left the network; its NFT is burned and its accounts are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DeviceRetired {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Address that the device's account had.
    #[serde(serialize_with = "crate::typed::address")]
    pub device: Address,
    /// Who got the lamports.
    #[serde(serialize_with = "crate::typed::address")]
    pub holder: Address,
}

impl From<&types::DeviceRetired> for DeviceRetired {
    fn from(from: &types::DeviceRetired) -> Self {
        Self { network: from.network, device: from.device, holder: from.holder }
    }
}

/// Permission of a wallet to run devices in a region. 8 + 232 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct License {
    /// Network that it is good for.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Wallet that may run devices.
    #[serde(serialize_with = "crate::typed::address")]
    pub holder: Address,
    /// Who issued it, or renewed it last.
    #[serde(serialize_with = "crate::typed::address")]
    pub issuer: Address,
    /// Who paid for this account and gets it back.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// Valid from here, unix seconds.
    pub valid_since: i64,
    /// Valid until before here, unix seconds.
    pub expires_at: i64,
    /// Start of the time before, when it had lapsed and was renewed; else 0.
    pub previous_valid_since: i64,
    /// End of the time before; else 0.
    pub previous_expires_at: i64,
    /// Not valid from here on, unix seconds; 0 when not revoked.
    pub revoked_at: i64,
    /// ISO 3166-1 alpha-2 such as `DE`, or ISO 3166-2 such as `US-CA`; upper case, zero-padded.
    pub region: String,
    /// Name of a band plan such as `EU868`; UTF-8, zero-padded.
    pub band_plan: String,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::License> for License {
    fn from(from: &accounts::License) -> Self {
        Self {
            network: from.network,
            holder: from.holder,
            issuer: from.issuer,
            rent_payer: from.rent_payer,
            valid_since: from.valid_since,
            expires_at: from.expires_at,
            previous_valid_since: from.previous_valid_since,
            previous_expires_at: from.previous_expires_at,
            revoked_at: from.revoked_at,
            region: unpadded(&from.region),
            band_plan: unpadded(&from.band_plan),
            version: from.version,
        }
    }
}

/// A licence's account was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LicenseClosed {
    /// Address of the licence.
    #[serde(serialize_with = "crate::typed::address")]
    pub license: Address,
}

impl From<&types::LicenseClosed> for LicenseClosed {
    fn from(from: &types::LicenseClosed) -> Self {
        Self { license: from.license }
    }
}

/// A licence was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LicenseIssued {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Address of the licence.
    #[serde(serialize_with = "crate::typed::address")]
    pub license: Address,
    /// Wallet that may run devices.
    #[serde(serialize_with = "crate::typed::address")]
    pub holder: Address,
    /// Who issued it.
    #[serde(serialize_with = "crate::typed::address")]
    pub issuer: Address,
    /// ISO 3166-1 alpha-2 or ISO 3166-2, zero-padded.
    pub region: String,
    /// Name of a band plan, UTF-8, zero-padded.
    pub band_plan: String,
    /// Valid until before here, unix seconds.
    pub expires_at: i64,
}

impl From<&types::LicenseIssued> for LicenseIssued {
    fn from(from: &types::LicenseIssued) -> Self {
        Self {
            network: from.network,
            license: from.license,
            holder: from.holder,
            issuer: from.issuer,
            region: unpadded(&from.region),
            band_plan: unpadded(&from.band_plan),
            expires_at: from.expires_at,
        }
    }
}

/// A licence is valid for longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LicenseRenewed {
    /// Address of the licence.
    #[serde(serialize_with = "crate::typed::address")]
    pub license: Address,
    /// Who renewed it.
    #[serde(serialize_with = "crate::typed::address")]
    pub issuer: Address,
    /// Expiry before, unix seconds.
    pub old_expires_at: i64,
    /// Expiry from now on, unix seconds.
    pub new_expires_at: i64,
}

impl From<&types::LicenseRenewed> for LicenseRenewed {
    fn from(from: &types::LicenseRenewed) -> Self {
        Self {
            license: from.license,
            issuer: from.issuer,
            old_expires_at: from.old_expires_at,
            new_expires_at: from.new_expires_at,
        }
    }
}

/// A licence is not valid any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LicenseRevoked {
    /// Address of the licence.
    #[serde(serialize_with = "crate::typed::address")]
    pub license: Address,
    /// Who revoked it.
    #[serde(serialize_with = "crate::typed::address")]
    pub signer: Address,
}

impl From<&types::LicenseRevoked> for LicenseRevoked {
    fn from(from: &types::LicenseRevoked) -> Self {
        Self { license: from.license, signer: from.signer }
    }
}

/// A device runs under another licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LicenseSet {
    /// Address of the device's account.
    #[serde(serialize_with = "crate::typed::address")]
    pub device: Address,
    /// `License` account before; zero for none.
    #[serde(serialize_with = "crate::typed::address")]
    pub old_license: Address,
    /// `License` account from now on.
    #[serde(serialize_with = "crate::typed::address")]
    pub new_license: Address,
}

impl From<&types::LicenseSet> for LicenseSet {
    fn from(from: &types::LicenseSet) -> Self {
        Self { device: from.device, old_license: from.old_license, new_license: from.new_license }
    }
}

/// A device stands somewhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LocationAsserted {
    /// Address of the device's account.
    #[serde(serialize_with = "crate::typed::address")]
    pub device: Address,
    /// H3 cell before; 0 for none.
    pub old_location: Cell,
    /// H3 cell from now on; 0 for none.
    pub new_location: Cell,
}

impl From<&types::LocationAsserted> for LocationAsserted {
    fn from(from: &types::LocationAsserted) -> Self {
        Self {
            device: from.device,
            old_location: Cell(from.old_location),
            new_location: Cell(from.new_location),
        }
    }
}

/// A manufacturer that vouches for device keys. 8 + 128 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Maker {
    /// Network that the maker builds for.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Ed25519 key that signs for each device.
    #[serde(serialize_with = "crate::typed::address")]
    pub attesting_key: Address,
    /// Who paid for this account and gets it back.
    #[serde(serialize_with = "crate::typed::address")]
    pub rent_payer: Address,
    /// Devices that it may vouch for, counted over its life.
    pub quota: u32,
    /// Devices that it vouched for.
    pub onboarded: u32,
    /// Devices that it vouched for and that did not retire.
    pub live: u32,
    /// 1 when it may vouch for no more; for good.
    pub revoked: bool,
    /// Layout version.
    pub version: u8,
}

impl From<&accounts::Maker> for Maker {
    fn from(from: &accounts::Maker) -> Self {
        Self {
            network: from.network,
            attesting_key: from.attesting_key,
            rent_payer: from.rent_payer,
            quota: from.quota,
            onboarded: from.onboarded,
            live: from.live,
            revoked: from.revoked != 0,
            version: from.version,
        }
    }
}

/// A maker was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MakerAdded {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Key that signs for the maker's devices.
    #[serde(serialize_with = "crate::typed::address")]
    pub attesting_key: Address,
    /// Devices that it may vouch for.
    pub quota: u32,
}

impl From<&types::MakerAdded> for MakerAdded {
    fn from(from: &types::MakerAdded) -> Self {
        Self { network: from.network, attesting_key: from.attesting_key, quota: from.quota }
    }
}

/// A maker's account was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MakerClosed {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Key that signed for the maker's devices.
    #[serde(serialize_with = "crate::typed::address")]
    pub attesting_key: Address,
}

impl From<&types::MakerClosed> for MakerClosed {
    fn from(from: &types::MakerClosed) -> Self {
        Self { network: from.network, attesting_key: from.attesting_key }
    }
}

/// A maker may vouch for more devices, or fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MakerQuotaSet {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Key that signs for the maker's devices.
    #[serde(serialize_with = "crate::typed::address")]
    pub attesting_key: Address,
    /// Quota before.
    pub old_quota: u32,
    /// Quota from now on.
    pub new_quota: u32,
}

impl From<&types::MakerQuotaSet> for MakerQuotaSet {
    fn from(from: &types::MakerQuotaSet) -> Self {
        Self {
            network: from.network,
            attesting_key: from.attesting_key,
            old_quota: from.old_quota,
            new_quota: from.new_quota,
        }
    }
}

/// A maker vouches for no device any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MakerRevoked {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Key that signed for the maker's devices.
    #[serde(serialize_with = "crate::typed::address")]
    pub attesting_key: Address,
}

impl From<&types::MakerRevoked> for MakerRevoked {
    fn from(from: &types::MakerRevoked) -> Self {
        Self { network: from.network, attesting_key: from.attesting_key }
    }
}

/// A founder's deployment. 8 + 528 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Network {
    /// Classes, makers and parameters change with this signature only.
    #[serde(serialize_with = "crate::typed::address")]
    pub authority: Address,
    /// Who becomes the authority by accepting it; zero when nobody is proposed.
    #[serde(serialize_with = "crate::typed::address")]
    pub pending_authority: Address,
    /// Who created the network; part of its address.
    #[serde(serialize_with = "crate::typed::address")]
    pub creator: Address,
    /// UTF-8, zero-padded; part of its address.
    pub name: String,
    /// Symbol of the devices' NFTs, UTF-8, zero-padded.
    pub symbol: String,
    /// In force until `pending_terms_at`; read them by [`Network::terms_at`].
    pub terms: NetworkTerms,
    /// In force from `pending_terms_at` on.
    pub pending_terms: NetworkTerms,
    /// When the pending authority may accept, unix seconds; 0 when nobody is proposed.
    pub pending_authority_at: i64,
    /// When `pending_terms` come into force, unix seconds; 0 when there are none.
    pub pending_terms_at: i64,
    /// Devices onboarded so far.
    pub device_count: u64,
    /// Devices that did not retire.
    pub live_device_count: u64,
    /// Makers that are not closed.
    pub maker_count: u32,
    /// Licences that are not closed.
    pub license_count: u32,
    /// Length of the settlement period, 1 to [`MAX_DELAY_SECONDS`], fixed for life: what oracles
    /// read about an epoch's end stays the same until the settlement period after it is over. A
    /// founder sets it to the epoch's length.
    pub settle_seconds: u32,
    /// Classes created so far; the next class gets this index.
    pub class_count: u16,
    /// Classes that are not closed.
    pub live_class_count: u16,
    /// Layout version.
    pub version: u8,
    /// 1 while the network is paused.
    pub paused: bool,
}

impl From<&accounts::Network> for Network {
    fn from(from: &accounts::Network) -> Self {
        Self {
            authority: from.authority,
            pending_authority: from.pending_authority,
            creator: from.creator,
            name: unpadded(&from.name),
            symbol: unpadded(&from.symbol),
            terms: (&from.terms).into(),
            pending_terms: (&from.pending_terms).into(),
            pending_authority_at: from.pending_authority_at,
            pending_terms_at: from.pending_terms_at,
            device_count: from.device_count,
            live_device_count: from.live_device_count,
            maker_count: from.maker_count,
            license_count: from.license_count,
            settle_seconds: from.settle_seconds,
            class_count: from.class_count,
            live_class_count: from.live_class_count,
            version: from.version,
            paused: from.paused != 0,
        }
    }
}

/// A network was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NetworkClosed {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
}

impl From<&types::NetworkClosed> for NetworkClosed {
    fn from(from: &types::NetworkClosed) -> Self {
        Self { network: from.network }
    }
}

/// A network was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NetworkCreated {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Who may change it.
    #[serde(serialize_with = "crate::typed::address")]
    pub authority: Address,
    /// Mint that groups the devices' NFTs.
    #[serde(serialize_with = "crate::typed::address")]
    pub group: Address,
    /// UTF-8, zero-padded.
    pub name: String,
    /// Length of the settlement period.
    pub settle_seconds: u32,
    /// Terms in force from now on.
    pub terms: NetworkTerms,
}

impl From<&types::NetworkCreated> for NetworkCreated {
    fn from(from: &types::NetworkCreated) -> Self {
        Self {
            network: from.network,
            authority: from.authority,
            group: from.group,
            name: unpadded(&from.name),
            settle_seconds: from.settle_seconds,
            terms: (&from.terms).into(),
        }
    }
}

/// The network was paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NetworkPaused {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Who paused it.
    #[serde(serialize_with = "crate::typed::address")]
    pub signer: Address,
}

impl From<&types::NetworkPaused> for NetworkPaused {
    fn from(from: &types::NetworkPaused) -> Self {
        Self { network: from.network, signer: from.signer }
    }
}

/// What a network's authority may change, after the delay that is in here too. 128 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NetworkTerms {
    /// May pause the network and suspend devices at once; zero: nobody but the authority.
    #[serde(serialize_with = "crate::typed::address")]
    pub guardian: Address,
    /// May issue, renew and revoke licences; zero: nobody but the authority.
    #[serde(serialize_with = "crate::typed::address")]
    pub license_issuer: Address,
    /// Receives the fees of onboarding and of locations, in lamports. It must hold what an empty
    /// account needs, or the runtime refuses smaller fees to it.
    #[serde(serialize_with = "crate::typed::address")]
    pub treasury: Address,
    /// Time between the proposal of a change and its coming into force, at most
    /// [`MAX_DELAY_SECONDS`].
    pub change_delay_seconds: u32,
}

impl From<&types::NetworkTerms> for NetworkTerms {
    fn from(from: &types::NetworkTerms) -> Self {
        Self {
            guardian: from.guardian,
            license_issuer: from.license_issuer,
            treasury: from.treasury,
            change_delay_seconds: from.change_delay_seconds,
        }
    }
}

impl From<NetworkTerms> for types::NetworkTerms {
    fn from(from: NetworkTerms) -> Self {
        Self {
            guardian: from.guardian,
            license_issuer: from.license_issuer,
            treasury: from.treasury,
            change_delay_seconds: from.change_delay_seconds,
            reserved: [0; 28],
        }
    }
}

/// The network goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NetworkUnpaused {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
}

impl From<&types::NetworkUnpaused> for NetworkUnpaused {
    fn from(from: &types::NetworkUnpaused) -> Self {
        Self { network: from.network }
    }
}

/// The change of the network's terms will not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NetworkUpdateCanceled {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Terms that will not come into force.
    pub canceled_terms: NetworkTerms,
}

impl From<&types::NetworkUpdateCanceled> for NetworkUpdateCanceled {
    fn from(from: &types::NetworkUpdateCanceled) -> Self {
        Self { network: from.network, canceled_terms: (&from.canceled_terms).into() }
    }
}

/// A change of the network's terms was proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NetworkUpdateProposed {
    /// Address of the network.
    #[serde(serialize_with = "crate::typed::address")]
    pub network: Address,
    /// Terms until then.
    pub old_terms: NetworkTerms,
    /// Terms from then on.
    pub new_terms: NetworkTerms,
    /// When the new terms come into force, unix seconds.
    pub effective_at: i64,
}

impl From<&types::NetworkUpdateProposed> for NetworkUpdateProposed {
    fn from(from: &types::NetworkUpdateProposed) -> Self {
        Self {
            network: from.network,
            old_terms: (&from.old_terms).into(),
            new_terms: (&from.new_terms).into(),
            effective_at: from.effective_at,
        }
    }
}

/// A device earns for another operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OperatorSet {
    /// Address of the device's account.
    #[serde(serialize_with = "crate::typed::address")]
    pub device: Address,
    /// Who was the operator.
    #[serde(serialize_with = "crate::typed::address")]
    pub old_operator: Address,
    /// Who is the operator.
    #[serde(serialize_with = "crate::typed::address")]
    pub new_operator: Address,
}

impl From<&types::OperatorSet> for OperatorSet {
    fn from(from: &types::OperatorSet) -> Self {
        Self {
            device: from.device,
            old_operator: from.old_operator,
            new_operator: from.new_operator,
        }
    }
}

/// A device was suspended or reinstated, or is retiring or not any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StatusSet {
    /// Address of the device's account.
    #[serde(serialize_with = "crate::typed::address")]
    pub device: Address,
    /// Status before: bit 0 suspended, bit 1 retiring.
    pub old_status: u8,
    /// Status from now on.
    pub new_status: u8,
}

impl From<&types::StatusSet> for StatusSet {
    fn from(from: &types::StatusSet) -> Self {
        Self { device: from.device, old_status: from.old_status, new_status: from.new_status }
    }
}

/// Any event of the program. In JSON its name stands beside its fields, as `event`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "events are few and short-lived")]
pub enum Event {
    /// The network has another authority.
    AuthorityAccepted(AuthorityAccepted),
    /// The proposed authority is not proposed any more.
    AuthorityCanceled(AuthorityCanceled),
    /// Somebody was proposed as the network's authority.
    AuthorityProposed(AuthorityProposed),
    /// A device class was closed.
    ClassClosed(ClassClosed),
    /// A device class was created.
    ClassCreated(ClassCreated),
    /// The change of a class's terms will not come.
    ClassUpdateCanceled(ClassUpdateCanceled),
    /// A change of a class's terms was proposed.
    ClassUpdateProposed(ClassUpdateProposed),
    /// A device joined.
    DeviceOnboarded(DeviceOnboarded),
    /// A device left the network; its NFT is burned and its accounts are closed.
    DeviceRetired(DeviceRetired),
    /// A licence's account was closed.
    LicenseClosed(LicenseClosed),
    /// A licence was issued.
    LicenseIssued(LicenseIssued),
    /// A licence is valid for longer.
    LicenseRenewed(LicenseRenewed),
    /// A licence is not valid any more.
    LicenseRevoked(LicenseRevoked),
    /// A device runs under another licence.
    LicenseSet(LicenseSet),
    /// A device stands somewhere else.
    LocationAsserted(LocationAsserted),
    /// A maker was added.
    MakerAdded(MakerAdded),
    /// A maker's account was closed.
    MakerClosed(MakerClosed),
    /// A maker may vouch for more devices, or fewer.
    MakerQuotaSet(MakerQuotaSet),
    /// A maker vouches for no device any more.
    MakerRevoked(MakerRevoked),
    /// A network was closed.
    NetworkClosed(NetworkClosed),
    /// A network was created.
    NetworkCreated(NetworkCreated),
    /// The network was paused.
    NetworkPaused(NetworkPaused),
    /// The network goes on.
    NetworkUnpaused(NetworkUnpaused),
    /// The change of the network's terms will not come.
    NetworkUpdateCanceled(NetworkUpdateCanceled),
    /// A change of the network's terms was proposed.
    NetworkUpdateProposed(NetworkUpdateProposed),
    /// A device earns for another operator.
    OperatorSet(OperatorSet),
    /// A device was suspended or reinstated, or is retiring or not any more.
    StatusSet(StatusSet),
}

impl From<&events::Event> for Event {
    fn from(from: &events::Event) -> Self {
        match from {
            events::Event::AuthorityAccepted(event) => Self::AuthorityAccepted(event.into()),
            events::Event::AuthorityCanceled(event) => Self::AuthorityCanceled(event.into()),
            events::Event::AuthorityProposed(event) => Self::AuthorityProposed(event.into()),
            events::Event::ClassClosed(event) => Self::ClassClosed(event.into()),
            events::Event::ClassCreated(event) => Self::ClassCreated(event.into()),
            events::Event::ClassUpdateCanceled(event) => Self::ClassUpdateCanceled(event.into()),
            events::Event::ClassUpdateProposed(event) => Self::ClassUpdateProposed(event.into()),
            events::Event::DeviceOnboarded(event) => Self::DeviceOnboarded(event.into()),
            events::Event::DeviceRetired(event) => Self::DeviceRetired(event.into()),
            events::Event::LicenseClosed(event) => Self::LicenseClosed(event.into()),
            events::Event::LicenseIssued(event) => Self::LicenseIssued(event.into()),
            events::Event::LicenseRenewed(event) => Self::LicenseRenewed(event.into()),
            events::Event::LicenseRevoked(event) => Self::LicenseRevoked(event.into()),
            events::Event::LicenseSet(event) => Self::LicenseSet(event.into()),
            events::Event::LocationAsserted(event) => Self::LocationAsserted(event.into()),
            events::Event::MakerAdded(event) => Self::MakerAdded(event.into()),
            events::Event::MakerClosed(event) => Self::MakerClosed(event.into()),
            events::Event::MakerQuotaSet(event) => Self::MakerQuotaSet(event.into()),
            events::Event::MakerRevoked(event) => Self::MakerRevoked(event.into()),
            events::Event::NetworkClosed(event) => Self::NetworkClosed(event.into()),
            events::Event::NetworkCreated(event) => Self::NetworkCreated(event.into()),
            events::Event::NetworkPaused(event) => Self::NetworkPaused(event.into()),
            events::Event::NetworkUnpaused(event) => Self::NetworkUnpaused(event.into()),
            events::Event::NetworkUpdateCanceled(event) => {
                Self::NetworkUpdateCanceled(event.into())
            }
            events::Event::NetworkUpdateProposed(event) => {
                Self::NetworkUpdateProposed(event.into())
            }
            events::Event::OperatorSet(event) => Self::OperatorSet(event.into()),
            events::Event::StatusSet(event) => Self::StatusSet(event.into()),
        }
    }
}
