//! The rules of devices, as far as lamports move: fees for joining and for a new location, and the
//! rent of devices, NFTs and licences.

use super::{
    ledger::{Ledger, rent_of},
    rewards::Network,
    rules::{Rules, Verdict},
};
use cairn_program_tests::{CELL, OTHER_CELL};
use cairn_sdk::instruction::ClassTermsSpec;
use solana_address::Address;
use std::collections::BTreeMap;

/// Bytes of the accounts, the discriminator included.
pub(super) const NETWORK_BYTES: u64 = 8 + 528;
pub(super) const CLASS_BYTES: u64 = 8 + 408;
pub(super) const MAKER_BYTES: u64 = 8 + 128;
const LICENSE_BYTES: u64 = 8 + 232;
const DEVICE_BYTES: u64 = 8 + 440;
/// A token account without extensions, the kind of account, and the mark of an associated one.
const NFT_ACCOUNT_BYTES: u64 = 165 + 1 + 4;
/// A mint up to the kind of account, a close authority, pointers to metadata and to the group's
/// member, and the member.
const NFT_BYTES: u64 = 166 + (4 + 32) + 2 * (4 + 64) + (4 + 72);

/// Bytes that metadata adds to a mint: two addresses, the texts and their lengths.
pub(super) fn metadata_bytes(texts: &[&str]) -> u64 {
    let texts: usize = texts.iter().map(|text| 4 + text.len()).sum();
    4 + 64 + 4 + texts as u64
}

/// The one class.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) terms: ClassTermsSpec,
    pub(super) since: i64,
    pub(super) previous: ClassTermsSpec,
    pub(super) next: Option<(ClassTermsSpec, i64)>,
}

impl Class {
    pub(super) fn new(terms: ClassTermsSpec, now: i64) -> Self {
        Self { terms, since: now, previous: terms, next: None }
    }

    pub(super) fn at(&self, now: i64) -> ClassTermsSpec {
        self.next.filter(|(_, at)| now >= *at).map_or(self.terms, |(terms, _)| terms)
    }
}

#[derive(Debug, Clone)]
pub(super) struct Device {
    pub(super) owner: Address,
    pub(super) payer: Address,
    pub(super) metadata: u64,
    pub(super) location: u64,
    pub(super) location_since: i64,
    pub(super) retiring_since: Option<i64>,
}

impl Device {
    /// Bytes of its accounts: itself, the NFT's mint, and the holder's token account.
    fn bytes(&self) -> [u64; 3] {
        [DEVICE_BYTES, NFT_BYTES + self.metadata, NFT_ACCOUNT_BYTES]
    }
}

#[derive(Debug, Clone)]
pub(super) struct License {
    pub(super) rent_payer: Address,
    /// From and until when it is valid, and was before it lapsed.
    pub(super) valid: (i64, i64),
    pub(super) before: (i64, i64),
    pub(super) revoked_at: Option<i64>,
}

impl License {
    pub(super) fn is_valid(&self, now: i64) -> bool {
        let (since, until) = self.valid;
        self.revoked_at.is_none() && since <= now && now < until
    }
}

/// What is asked of an onboarding.
#[derive(Debug)]
pub(super) struct Joining {
    pub(super) device: Device,
    /// Whose licence is shown.
    pub(super) license: Option<Address>,
    /// Whether the maker signed for this device.
    pub(super) vouched: bool,
}

/// Devices of a network with one class and one maker.
#[derive(Debug)]
pub(super) struct Devices {
    pub(super) treasury: Address,
    pub(super) license_issuer: Address,
    /// Bytes of the mint of the devices' group.
    pub(super) group_bytes: u64,
    pub(super) has_network: bool,
    pub(super) has_class: bool,
    pub(super) has_maker: bool,
    pub(super) class: Class,
    pub(super) quota: u32,
    /// Ever.
    pub(super) onboarded: u32,
    pub(super) live: BTreeMap<Address, Device>,
    /// By holder.
    pub(super) licenses: BTreeMap<Address, License>,
}

fn is_settled(network: &Network, since: i64, now: i64) -> bool {
    now.div_euclid(network.settle) - since.div_euclid(network.settle) >= 2
}

fn is_place(location: u64) -> bool {
    [0, CELL, OTHER_CELL].contains(&location)
}

impl Devices {
    pub(super) fn onboard(
        &mut self,
        network: &Network,
        ledger: &mut Ledger,
        address: &Address,
        joining: &Joining,
        now: i64,
    ) -> Verdict {
        let Joining { device, license, vouched } = joining;
        let terms = self.class.at(now);
        let shown = license.map(|holder| (holder, &self.licenses[&holder]));
        Rules::new()
            .need(!self.live.contains_key(address), "system::AlreadyInUse")
            .need(!network.paused, "registry::NetworkPaused")
            .need(self.onboarded < self.quota, "registry::MakerQuotaExhausted")
            .need(!terms.closed, "registry::ClassClosed")
            .need(shown.is_none_or(|(who, _)| who == device.owner), "registry::WrongLicense")
            .need(shown.is_none_or(|(_, it)| it.is_valid(now)), "registry::LicenseNotValid")
            .need(shown.is_some() || !terms.license_required, "registry::LicenseRequired")
            .need(is_place(device.location), "registry::InvalidLocation")
            .need(*vouched, "registry::MakerSignatureMismatch")
            .verdict()?;
        for bytes in device.bytes() {
            ledger.pay_rent(&device.payer, bytes);
        }
        ledger.give(&device.payer, &self.treasury, terms.onboarding_fee.0);
        self.onboarded += 1;
        self.live.insert(*address, device.clone());
        Ok(())
    }

    pub(super) fn assert_location(
        &mut self,
        network: &Network,
        ledger: &mut Ledger,
        payer: &Address,
        address: &Address,
        location: u64,
        now: i64,
    ) -> Verdict {
        let terms = self.class.at(now);
        let device = self.live.get_mut(address).unwrap();
        let since = device.location_since;
        let is_rested = now - since >= i64::from(terms.location_cooldown_seconds)
            && is_settled(network, since, now);
        Rules::new()
            .need(is_place(location), "registry::InvalidLocation")
            .need(location != device.location, "registry::LocationUnchanged")
            .need(since == 0 || is_rested, "registry::LocationCooldown")
            .verdict()?;
        device.location = location;
        device.location_since = now;
        ledger.give(payer, &self.treasury, terms.location_fee.0);
        Ok(())
    }

    pub(super) fn request_retirement(&mut self, address: &Address, now: i64) -> Verdict {
        let device = self.live.get_mut(address).unwrap();
        let is_new = device.retiring_since.is_none();
        Rules::new().need(is_new, "registry::StatusUnchanged").verdict()?;
        device.retiring_since = Some(now);
        Ok(())
    }

    pub(super) fn cancel_retirement(&mut self, address: &Address) -> Verdict {
        let device = self.live.get_mut(address).unwrap();
        Rules::new().need(device.retiring_since.is_some(), "registry::NotRetiring").verdict()?;
        device.retiring_since = None;
        Ok(())
    }

    /// Whoever holds the NFT gets what somebody else may have paid for it.
    pub(super) fn retire(
        &mut self,
        network: &Network,
        ledger: &mut Ledger,
        address: &Address,
        now: i64,
    ) -> Verdict {
        let device = &self.live[address];
        let since = device.retiring_since;
        Rules::new()
            .need(since.is_some(), "registry::NotRetiring")
            .need(
                since.is_none_or(|since| is_settled(network, since, now)),
                "registry::RetirementSettling",
            )
            .verdict()?;
        for bytes in device.bytes() {
            ledger.refund(&device.payer, bytes);
            ledger.give(&device.payer, &device.owner, rent_of(bytes));
        }
        self.live.remove(address);
        Ok(())
    }

    pub(super) fn propose_update(
        &mut self,
        network: &Network,
        signer: &Address,
        terms: ClassTermsSpec,
        now: i64,
    ) -> Verdict {
        let class = &mut self.class;
        let is_known = class.previous == class.terms || is_settled(network, class.since, now);
        Rules::new()
            .need(*signer == network.authority, "registry::NotAuthority")
            .need(class.next.is_none_or(|(_, at)| now >= at), "registry::UpdatePending")
            .need(class.next.is_none() || is_known, "registry::TermsSettling")
            .verdict()?;
        if let Some((next, at)) = class.next {
            class.previous = class.terms;
            class.terms = next;
            class.since = at;
        }
        class.next = Some((terms, now + network.delay));
        Ok(())
    }

    pub(super) fn cancel_update(
        &mut self,
        network: &Network,
        signer: &Address,
        now: i64,
    ) -> Verdict {
        let is_pending = self.class.next.is_some_and(|(_, at)| now < at);
        Rules::new()
            .need(*signer == network.authority, "registry::NotAuthority")
            .need(is_pending, "registry::NoUpdatePending")
            .verdict()?;
        self.class.next = None;
        Ok(())
    }

    fn is_issuer(&self, network: &Network, signer: &Address) -> Verdict {
        let is_issuer = [self.license_issuer, network.authority].contains(signer);
        Rules::new().need(is_issuer, "registry::NotLicenseIssuer").verdict()
    }

    pub(super) fn issue_license(
        &mut self,
        network: &Network,
        ledger: &mut Ledger,
        signer: &Address,
        holder: &Address,
        expires: i64,
        now: i64,
    ) -> Verdict {
        Rules::new()
            .need(!self.licenses.contains_key(holder), "system::AlreadyInUse")
            .and(self.is_issuer(network, signer))
            .need(expires > now, "registry::InvalidExpiry")
            .verdict()?;
        ledger.pay_rent(signer, LICENSE_BYTES);
        let valid = (now, expires);
        let license = License { rent_payer: *signer, valid, before: (0, 0), revoked_at: None };
        self.licenses.insert(*holder, license);
        Ok(())
    }

    pub(super) fn renew_license(
        &mut self,
        network: &Network,
        signer: &Address,
        holder: &Address,
        expires: i64,
        now: i64,
    ) -> Verdict {
        let is_issuer = self.is_issuer(network, signer);
        let license = self.licenses.get_mut(holder).unwrap();
        let has_lapsed = now >= license.valid.1;
        let is_known = license.before.1 == 0 || is_settled(network, license.valid.0, now);
        Rules::new()
            .and(is_issuer)
            .need(license.revoked_at.is_none(), "registry::LicenseRevoked")
            .need(expires > now && expires > license.valid.1, "registry::InvalidExpiry")
            .need(!has_lapsed || is_known, "registry::LicenseSettling")
            .verdict()?;
        if has_lapsed {
            license.before = license.valid;
            license.valid.0 = now;
        }
        license.valid.1 = expires;
        Ok(())
    }

    pub(super) fn revoke_license(
        &mut self,
        network: &Network,
        signer: &Address,
        holder: &Address,
        now: i64,
    ) -> Verdict {
        let is_issuer = self.is_issuer(network, signer);
        let license = self.licenses.get_mut(holder).unwrap();
        Rules::new()
            .and(is_issuer)
            .need(license.revoked_at.is_none(), "registry::LicenseRevoked")
            .verdict()?;
        license.revoked_at = Some(now);
        Ok(())
    }

    pub(super) fn close_license(
        &mut self,
        network: &Network,
        ledger: &mut Ledger,
        holder: &Address,
        now: i64,
    ) -> Verdict {
        let license = &self.licenses[holder];
        let ended = license.revoked_at.unwrap_or(i64::MAX).min(license.valid.1);
        Rules::new()
            .need(now >= ended, "registry::LicenseInForce")
            .need(is_settled(network, ended, now), "registry::LicenseSettling")
            .verdict()?;
        ledger.refund(&license.rent_payer, LICENSE_BYTES);
        self.licenses.remove(holder);
        Ok(())
    }
}
