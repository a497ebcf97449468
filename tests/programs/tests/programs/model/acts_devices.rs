//! What happens to devices, at random.

use super::{
    devices::{CLASS_BYTES, Device, Joining, MAKER_BYTES, NETWORK_BYTES, metadata_bytes},
    driver::{CLASS_URI, DEVICES, NETWORK_NAME, SYMBOL, Thing, World},
};
use cairn_program_tests::{CELL, OTHER_CELL};
use cairn_protocol::{hash::sha256, proof::DeviceKey};
use cairn_sdk::{
    address,
    amount::{Lamports, Points, Tokens},
    instruction::{self, ClassTermsSpec, LicenseSpec, LocationSpec, Onboarding},
};
use rand::RngExt;
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// Operators that run devices: few, so that they meet each other's licences.
const OWNERS: usize = 12;

fn license_of(holder: &Address) -> LicenseSpec {
    LicenseSpec { holder: *holder, region: "FR".into(), band_plan: "EU868".into() }
}

impl World {
    pub(super) fn act_devices(&mut self) {
        match self.below(20) {
            0..=5 => self.act_onboard(),
            6..=8 => self.act_location(),
            9 | 10 => self.act_request_retirement(),
            11 if self.once_in(3) => self.act_cancel_retirement(),
            11..=13 => self.act_retire(),
            14 => self.act_class(),
            15 => self.act_quota(),
            _ => self.act_license(),
        }
    }

    fn place(&mut self) -> u64 {
        match self.below(12) {
            0 => 12_345,
            1..=3 => 0,
            4..=7 => CELL,
            _ => OTHER_CELL,
        }
    }

    fn act_onboard(&mut self) {
        let now = self.chain.now();
        if (self.network.paused || self.devices.class.at(now).closed) && !self.once_in(8) {
            return;
        }
        let at = self.below(DEVICES);
        let serial = format!("A-{at}");
        let secret = sha256(&[b"device", &at.to_le_bytes()]);
        let key = Keypair::new_from_array(secret);
        let licensed: Vec<_> = self
            .devices
            .licenses
            .iter()
            .filter(|(_, license)| license.is_valid(now))
            .map(|(holder, _)| *holder)
            .collect();
        let owner = if self.devices.class.at(now).license_required && !self.once_in(8) {
            self.pick(&licensed)
        } else {
            None
        };
        let owner = owner.unwrap_or(self.operators[self.rng.random_range(0..OWNERS)]);
        let payer = if self.once_in(2) { owner } else { self.others[17] };
        let slot = self.chain.remember_slots();
        let holders: Vec<_> = self.devices.licenses.keys().copied().collect();
        let license = if licensed.contains(&owner) && !self.once_in(8) {
            Some(owner)
        } else if self.once_in(12) {
            self.pick(&holders)
        } else {
            None
        };
        let mut form = Onboarding {
            payer,
            owner,
            network: self.network_address,
            treasury: self.devices.treasury,
            class: 0,
            maker_key: self.maker.pubkey(),
            license: license
                .map(|holder| license_of(&holder).address(&self.network_address).unwrap()),
            device_key: DeviceKey::Ed25519(key.pubkey().to_bytes()),
            serial: address::padded(&serial).unwrap(),
            slot,
            slot_hash: self.chain.slot_hash(slot),
            location: self.place(),
            maker_signature: [0; 64],
            device_signature: [0; 64],
        };
        form.maker_signature = *self.maker.sign_message(&form.maker_message()).as_array();
        form.device_signature = *key.sign_message(&form.device_message()).as_array();
        let vouched = !self.once_in(25);
        if !vouched {
            // For a device of another number the signature is good, and of no use.
            let signed = Onboarding { serial: address::padded("B").unwrap(), ..form.clone() };
            form = signed;
            form.maker_signature = *self.maker.sign_message(&form.maker_message()).as_array();
        }
        let device = form.device();
        if self.devices.live.contains_key(&device) && !self.once_in(8) {
            return;
        }
        let hex: String =
            key.pubkey().to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let name = format!("{NETWORK_NAME} {serial}");
        let metadata = metadata_bytes(&[
            &name,
            SYMBOL,
            CLASS_URI,
            "device_key",
            &hex,
            "class",
            "0",
            "serial",
            &serial,
        ]);
        let location = form.location;
        let joining = Joining {
            device: Device {
                owner,
                payer,
                metadata,
                location,
                location_since: if location == 0 { 0 } else { now },
                retiring_since: None,
            },
            license,
            vouched,
        };
        let verdict = self.devices.onboard(&self.network, &mut self.ledger, &device, &joining, now);
        self.known.insert(device, Thing::Device);
        let mut instructions = instruction::onboard_device(&form);
        if !vouched {
            // The instruction says another serial than the maker signed.
            form.serial = address::padded(&serial).unwrap();
            let said = instruction::onboard_device(&form).pop().unwrap();
            *instructions.last_mut().unwrap() = said;
        }
        let what = format!("{device} of {owner}, paid by {payer}");
        self.step("onboard_device", &what, &instructions, verdict);
    }

    fn a_device(&mut self, likely: impl Fn(&Device) -> bool) -> Option<(Address, Device)> {
        let any = self.once_in(6);
        let fit: Vec<_> = self
            .devices
            .live
            .iter()
            .filter(|(_, device)| any || likely(device))
            .map(|(address, _)| *address)
            .collect();
        let address = self.pick(&fit)?;
        Some((address, self.devices.live[&address].clone()))
    }

    fn act_location(&mut self) {
        let now = self.chain.now();
        let Some((device, Device { owner, .. })) = self.a_device(|_| true) else { return };
        let payer = if self.once_in(2) { owner } else { self.others[17] };
        let spec = LocationSpec {
            payer,
            holder: owner,
            network: self.network_address,
            treasury: self.devices.treasury,
            class: 0,
            device,
            location: self.place(),
        };
        let verdict = self.devices.assert_location(
            &self.network,
            &mut self.ledger,
            &payer,
            &device,
            spec.location,
            now,
        );
        let what = format!("{device} at {:x}", spec.location);
        self.step("assert_location", &what, &[instruction::assert_location(&spec)], verdict);
    }

    fn act_request_retirement(&mut self) {
        let found = self.a_device(|device| device.retiring_since.is_none());
        if let Some((device, Device { owner, .. })) = found {
            self.request_retirement(&device, &owner);
        }
    }

    fn request_retirement(&mut self, device: &Address, owner: &Address) {
        let now = self.chain.now();
        let verdict = self.devices.request_retirement(device, now);
        let request = instruction::request_retirement(owner, &self.network_address, device);
        self.step("request_retirement", device, &[request], verdict);
    }

    fn act_cancel_retirement(&mut self) {
        let found = self.a_device(|device| device.retiring_since.is_some());
        let Some((device, Device { owner, .. })) = found else { return };
        let verdict = self.devices.cancel_retirement(&device);
        let cancel = instruction::cancel_retirement(&owner, &self.network_address, &device);
        self.step("cancel_retirement", &device, &[cancel], verdict);
    }

    fn act_retire(&mut self) {
        let found = self.a_device(|device| device.retiring_since.is_some());
        if let Some((device, Device { owner, .. })) = found {
            self.retire(&device, &owner);
        }
    }

    fn retire(&mut self, device: &Address, owner: &Address) {
        let now = self.chain.now();
        let network = self.network_address;
        let maker = address::maker(&network, &self.maker.pubkey());
        let verdict = self.devices.retire(&self.network, &mut self.ledger, device, now);
        let retire = instruction::retire_device(owner, &network, 0, &maker, device);
        self.step("retire_device", device, &[retire], verdict);
    }

    fn act_class(&mut self) {
        let now = self.chain.now();
        let network = self.network_address;
        let signer = self.signer();
        let is_pending = self.devices.class.next.is_some_and(|(_, at)| now < at);
        if (is_pending && self.once_in(2)) || self.once_in(15) {
            let verdict = self.devices.cancel_update(&self.network, &signer, now);
            let cancel = instruction::cancel_class_update(&signer, &network, 0);
            self.step("cancel_class_update", &"", &[cancel], verdict);
            return;
        }
        let terms = ClassTermsSpec {
            bond: Tokens(self.rng.random_range(0..5_000)),
            points_cap: Points(0),
            onboarding_fee: Lamports(self.some(30_000_000)),
            location_fee: Lamports(self.some(9_000_000)),
            location_cooldown_seconds: self.rng.random_range(0..20_000),
            license_required: self.once_in(3),
            closed: self.once_in(8),
        };
        let verdict = self.devices.propose_update(&self.network, &signer, terms, now);
        let propose = instruction::propose_class_update(&signer, &network, 0, &terms);
        self.step("propose_class_update", &format!("{terms:?}"), &[propose], verdict);
    }

    fn act_quota(&mut self) {
        let quota = self.devices.onboarded + u32::try_from(self.below(25)).unwrap();
        let (authority, network) = (self.network.authority, self.network_address);
        self.devices.quota = quota;
        let set = instruction::set_maker_quota(&authority, &network, &self.maker.pubkey(), quota);
        self.step("set_maker_quota", &quota, &[set], Ok(()));
    }

    fn act_license(&mut self) {
        let now = self.chain.now();
        let network = self.network_address;
        let signer = match self.below(14) {
            0 => self.others[2],
            1..=3 => self.network.authority,
            _ => self.devices.license_issuer,
        };
        let holder = self.operators[self.rng.random_range(0..OWNERS)];
        let spec = license_of(&holder);
        let account = spec.address(&network).unwrap();
        let is_there = self.devices.licenses.contains_key(&holder);
        let expires = now + self.rng.random_range(-1_000..90_000);
        if !is_there || self.once_in(12) {
            self.known.insert(account, Thing::License(holder));
            let verdict = self.devices.issue_license(
                &self.network,
                &mut self.ledger,
                &signer,
                &holder,
                expires,
                now,
            );
            let issue = instruction::issue_license(&signer, &network, &spec, expires).unwrap();
            self.step("issue_license", &holder, &[issue], verdict);
            return;
        }
        match self.below(6) {
            0 => {
                let verdict = self.devices.revoke_license(&self.network, &signer, &holder, now);
                let revoke = instruction::revoke_license(&signer, &network, &account);
                self.step("revoke_license", &holder, &[revoke], verdict);
            }
            1 | 2 => {
                let verdict =
                    self.devices.renew_license(&self.network, &signer, &holder, expires, now);
                let renew = instruction::renew_license(&signer, &network, &account, expires);
                self.step("renew_license", &holder, &[renew], verdict);
            }
            _ => self.close_license(&holder),
        }
    }

    fn close_license(&mut self, holder: &Address) {
        let now = self.chain.now();
        let network = self.network_address;
        let account = license_of(holder).address(&network).unwrap();
        let rent_payer = self.devices.licenses[holder].rent_payer;
        let verdict = self.devices.close_license(&self.network, &mut self.ledger, holder, now);
        let close = instruction::close_license(&network, &account, &rent_payer);
        self.step("close_license", holder, &[close], verdict);
    }

    /// Retires every device and closes the network.
    pub(super) fn close_registry(&mut self) {
        for (device, Device { owner, retiring_since, .. }) in self.devices.live.clone() {
            if retiring_since.is_none() {
                self.request_retirement(&device, &owner);
            }
        }
        self.wait(100_000);
        for (device, Device { owner, .. }) in self.devices.live.clone() {
            self.retire(&device, &owner);
        }
        for holder in self.devices.licenses.keys().copied().collect::<Vec<_>>() {
            self.close_license(&holder);
        }
        let (authority, network, maker) =
            (self.network.authority, self.network_address, self.maker.pubkey());
        let close = instruction::close_network(&authority, &network);
        let in_use = Err(vec!["registry::NetworkInUse"]);
        self.step("close_network", &"", std::slice::from_ref(&close), in_use);
        self.ledger.refund(&authority, CLASS_BYTES);
        self.devices.has_class = false;
        let class = instruction::close_class(&authority, &network, 0, &authority);
        assert!(self.step("close_class", &"", &[class], Ok(())));
        let revoke = instruction::revoke_maker(&authority, &network, &maker);
        assert!(self.step("revoke_maker", &"", &[revoke], Ok(())));
        self.ledger.refund(&authority, MAKER_BYTES);
        self.devices.has_maker = false;
        let close_maker = instruction::close_maker(&authority, &network, &maker, &authority);
        assert!(self.step("close_maker", &"", &[close_maker], Ok(())));
        for bytes in [NETWORK_BYTES, self.devices.group_bytes] {
            self.ledger.refund(&authority, bytes);
        }
        self.devices.has_network = false;
        assert!(self.step("close_network", &"", &[close], Ok(())));
    }
}
