use crate::Chain;
use cairn_protocol::{onboarding::SignatureScheme, proof::DeviceKey};
use cairn_sdk::{
    address::{self, TOKEN_2022_PROGRAM},
    amount::Tokens,
    event::{Event, RegistryEvent},
    instruction::{
        self, ClassSpec, ClassTermsSpec, LicenseSpec, LocationSpec, NetworkSpec, NetworkTermsSpec,
        Onboarding,
    },
};
use openssl::{
    bn::{BigNum, BigNumContext},
    ec::{EcGroup, EcKey, EcPoint, PointConversionForm},
    nid::Nid,
    pkey::Private,
};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// A cell of resolution 9 in France.
pub const CELL: u64 = 0x0891_e805_28cb_ffff;
/// A cell of resolution 12 in San Francisco.
pub const OTHER_CELL: u64 = 0x08c2_8308_2803_01ff;

/// A network with one class of wireless devices (index 0) and one maker with a quota of 3.
pub struct Network {
    /// May change the network.
    pub authority: Keypair,
    /// Address of the network.
    pub address: Address,
    /// The maker's attesting key.
    pub maker: Keypair,
    /// May pause the network.
    pub guardian: Keypair,
    /// May issue licences.
    pub license_issuer: Keypair,
    /// Receives fees; owns as much as an empty account needs.
    pub treasury: Address,
}

impl Network {
    /// Length of the settlement period.
    pub const SETTLE_SECONDS: u32 = 3_600;
    /// Delay of changes.
    pub const DELAY_SECONDS: u32 = 7_200;

    /// Creates the network, its class and its maker.
    pub fn create(chain: &mut Chain, name: &str) -> Self {
        let network = Self::create_bare(chain, name);
        let founder = network.authority.pubkey();
        let class = instruction::create_class(&founder, &network.address, &Self::class(0)).unwrap();
        let add_maker =
            instruction::add_maker(&founder, &network.address, &network.maker.pubkey(), 3);
        chain.send(&[class, add_maker], &[&network.authority]);
        network
    }

    /// Creates the network without anything in it.
    pub fn create_bare(chain: &mut Chain, name: &str) -> Self {
        let (authority, maker) = (chain.wallet(), chain.key());
        let (guardian, license_issuer) = (chain.key(), chain.wallet());
        let address = address::network(&authority.pubkey(), name).unwrap();
        let treasury = chain.key().pubkey();
        let rent = chain.rent(0);
        chain.dust(&treasury, rent);
        let network = Self { authority, address, maker, guardian, license_issuer, treasury };
        let spec = NetworkSpec { name: name.into(), ..network.spec() };
        let create = instruction::create_network(&network.authority.pubkey(), &spec).unwrap();
        chain.send(&[create], &[&network.authority]);
        network
    }

    /// What the network is created with, under the name `n`.
    pub fn spec(&self) -> NetworkSpec {
        NetworkSpec {
            name: "n".into(),
            symbol: "NET".into(),
            settle_seconds: Self::SETTLE_SECONDS,
            terms: self.terms(),
        }
    }

    /// The terms that the network is created with.
    pub fn terms(&self) -> NetworkTermsSpec {
        NetworkTermsSpec {
            guardian: self.guardian.pubkey(),
            license_issuer: self.license_issuer.pubkey(),
            treasury: self.treasury,
            change_delay_seconds: Self::DELAY_SECONDS,
        }
    }

    /// A class of wireless devices.
    pub fn class(index: u16) -> ClassSpec {
        ClassSpec {
            index,
            category: 0,
            scheme: SignatureScheme::Ed25519,
            uri: "https://example.org/hotspot.json".into(),
            terms: ClassTermsSpec { bond: Tokens(5_000_000), ..ClassTermsSpec::default() },
        }
    }

    /// Creates another class.
    pub fn add_class(&self, chain: &mut Chain, spec: &ClassSpec) {
        let create = instruction::create_class(&self.authority.pubkey(), &self.address, spec);
        chain.send(&[create.unwrap()], &[&self.authority]);
    }

    /// Makes somebody else the authority, after the delay.
    pub fn hand_over(&mut self, chain: &mut Chain) {
        let heir = chain.wallet();
        let (old, new) = (self.authority.pubkey(), heir.pubkey());
        let propose = instruction::propose_authority(&old, &self.address, &new);
        chain.send(&[propose], &[&self.authority]);
        chain.warp_to(chain.now() + i64::from(Self::DELAY_SECONDS));
        chain.send(&[instruction::accept_authority(&new, &self.address)], &[&heir]);
        self.authority = heir;
    }

    /// A licence for `holder` that is valid for ten days.
    pub fn license(&self, chain: &mut Chain, holder: &Address, region: &str) -> Address {
        let spec =
            LicenseSpec { holder: *holder, region: region.into(), band_plan: "EU868".into() };
        let issuer = &self.license_issuer;
        let expires_at = chain.now() + 10 * 86_400;
        let issue =
            instruction::issue_license(&issuer.pubkey(), &self.address, &spec, expires_at).unwrap();
        chain.send(&[issue], &[issuer]);
        spec.address(&self.address).unwrap()
    }

    /// An onboarding that nobody has signed yet.
    pub fn onboarding(&self, chain: &mut Chain) -> Onboard {
        let (payer, owner, device) = (chain.wallet(), chain.wallet(), chain.key());
        let slot = crate::SLOT - 3;
        let form = Onboarding {
            payer: payer.pubkey(),
            owner: owner.pubkey(),
            network: self.address,
            treasury: self.treasury,
            class: 0,
            maker_key: self.maker.pubkey(),
            license: None,
            device_key: DeviceKey::Ed25519(device.pubkey().to_bytes()),
            serial: address::padded("A1-0001").unwrap(),
            slot,
            slot_hash: chain.slot_hash(slot),
            location: CELL,
            maker_signature: [0; 64],
            device_signature: [0; 64],
        };
        Onboard { form, payer, owner, device, p256: None, maker: self.maker.insecure_clone() }
    }

    /// An onboarding of a P-256 device into `class` that nobody has signed yet.
    pub fn p256_onboarding(&self, chain: &mut Chain, class: u16) -> Onboard {
        let mut onboard = self.onboarding(chain);
        let p256 = P256Key::new(&onboard.device.pubkey().to_bytes());
        onboard.form.class = class;
        onboard.form.device_key = DeviceKey::P256(p256.public());
        onboard.p256 = Some(p256);
        onboard
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
    /// The device's key in place of `device`, when it is of P-256.
    pub p256: Option<P256Key>,
    /// The maker's key.
    pub maker: Keypair,
}

impl Onboard {
    /// Maker and device sign what the form says.
    pub fn sign(&mut self) {
        self.form.maker_signature =
            self.maker.sign_message(&self.form.maker_message()).as_array().to_owned();
        let message = self.form.device_message();
        self.form.device_signature = match &self.p256 {
            Some(key) => key.sign(&message),
            None => self.device.sign_message(&message).as_array().to_owned(),
        };
    }

    /// Address of the device.
    pub fn address(&self) -> Address {
        self.form.device()
    }

    /// Mint of the device's NFT.
    pub fn mint(&self) -> Address {
        address::device_mint(&self.address())
    }

    /// The wallet's associated token account for the device's NFT.
    pub fn token_of(&self, wallet: &Address) -> Address {
        address::associated_token(wallet, &self.mint(), &TOKEN_2022_PROGRAM)
    }

    /// A new location, paid by the payer.
    pub fn location(&self, location: u64) -> LocationSpec {
        LocationSpec {
            payer: self.payer.pubkey(),
            holder: self.owner.pubkey(),
            network: self.form.network,
            treasury: self.form.treasury,
            class: self.form.class,
            device: self.address(),
            location,
        }
    }
}

/// The events of a transaction that emitted this one alone.
pub fn emitted(event: RegistryEvent) -> [Event; 1] {
    [Event::Registry(event)]
}

/// A P-256 key.
pub struct P256Key(EcKey<Private>);

impl P256Key {
    /// The key of a secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let mut context = BigNumContext::new().unwrap();
        let secret = BigNum::from_slice(secret).unwrap();
        let mut public = EcPoint::new(&group).unwrap();
        public.mul_generator2(&group, &secret, &mut context).unwrap();
        Self(EcKey::from_private_components(&group, &secret, &public).unwrap())
    }

    /// The public key, compressed.
    pub fn public(&self) -> [u8; 33] {
        let mut context = BigNumContext::new().unwrap();
        let form = PointConversionForm::COMPRESSED;
        let bytes = self.0.public_key().to_bytes(self.0.group(), form, &mut context).unwrap();
        bytes.try_into().unwrap()
    }

    /// An ECDSA signature over SHA-256 of `message`, with a low S.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let der = self.0.private_key_to_der().unwrap();
        solana_secp256r1_program::sign_message(message, &der).unwrap()
    }

    /// The other valid signature over the same message by the same key.
    pub fn with_high_s(signature: &[u8; 64]) -> [u8; 64] {
        let (r, s) = signature.split_at(32);
        let order = BigNum::from_slice(&solana_secp256r1_program::SECP256R1_ORDER).unwrap();
        let s = BigNum::from_slice(s).unwrap();
        let high = (&order - &s).to_vec_padded(32).unwrap();
        [r, &high].concat().try_into().unwrap()
    }
}
