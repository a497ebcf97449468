use crate::Chain;
use cairn_protocol::onboarding::SignatureScheme;
use cairn_sdk::{
    address,
    instruction::{self, ClassSpec, Onboarding},
};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// A network with one class of wireless devices (index 0) and one maker with a quota of 3.
pub struct Network {
    /// May change the network.
    pub authority: Keypair,
    /// Address of the network.
    pub address: Address,
    /// The maker's attesting key.
    pub maker: Keypair,
}

impl Network {
    /// Creates the network, its class and its maker.
    pub fn create(chain: &mut Chain, name: &str) -> Self {
        let (authority, maker) = (chain.wallet(), chain.key());
        let founder = authority.pubkey();
        let address = address::network(&founder, name).unwrap();
        let create = instruction::create_network(&founder, name, &founder).unwrap();
        let class = instruction::create_class(&founder, &address, &Self::class(0)).unwrap();
        let add_maker = instruction::add_maker(&founder, &address, &maker.pubkey(), 3);
        chain.send(&[create, class, add_maker], &[&authority]);
        Self { authority, address, maker }
    }

    /// A class of wireless devices.
    pub fn class(index: u16) -> ClassSpec {
        ClassSpec {
            index,
            category: 0,
            scheme: SignatureScheme::Ed25519,
            bond: 5_000_000,
            uri: "https://example.org/hotspot.json".into(),
        }
    }

    /// An onboarding that nobody has signed yet.
    pub fn onboarding(&self, chain: &mut Chain) -> Onboard {
        let (payer, owner, device) = (chain.wallet(), chain.wallet(), chain.key());
        let slot = crate::SLOT - 3;
        let form = Onboarding {
            payer: payer.pubkey(),
            owner: owner.pubkey(),
            network: self.address,
            class: 0,
            maker_key: self.maker.pubkey(),
            device_key: device.pubkey().to_bytes(),
            serial: address::padded("A1-0001").unwrap(),
            slot,
            slot_hash: chain.slot_hash(slot),
            location: 0x0891_e805_28cb_ffff,
            maker_signature: [0; 64],
            device_signature: [0; 64],
        };
        Onboard { form, payer, owner, device, maker: self.maker.insecure_clone() }
    }

    /// Onboards a new device.
    pub fn onboard(&self, chain: &mut Chain) -> Onboard {
        let mut onboard = self.onboarding(chain);
        onboard.sign();
        chain.send(&instruction::onboard_device(&onboard.form), &[&onboard.payer]);
        onboard
    }
}

/// An onboarding and the keys that take part in it.
pub struct Onboard {
    /// What is sent.
    pub form: Onboarding,
    /// Pays.
    pub payer: Keypair,
    /// Gets the NFT.
    pub owner: Keypair,
    /// The device's key.
    pub device: Keypair,
    /// The maker's key.
    pub maker: Keypair,
}

impl Onboard {
    /// Maker and device sign what the form says.
    pub fn sign(&mut self) {
        self.form.maker_signature =
            self.maker.sign_message(&self.form.maker_message()).as_array().to_owned();
        self.form.device_signature =
            self.device.sign_message(&self.form.device_message()).as_array().to_owned();
    }

    /// Address of the device.
    pub fn address(&self) -> Address {
        self.form.device()
    }
}
