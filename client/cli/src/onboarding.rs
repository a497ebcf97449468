//! The documents that let a device join without its key, its maker's and its owner's ever being in one
//! place: the maker's *certificate*, made in the factory; the owner's *request*, which holds for 512
//! slots; and the device's *response* to it. They are JSON, for files, pipes and the operators' app.

use crate::failure::Failure;
use anyhow::Result;
use cairn_device::{DeviceSigner, MakerSigner};
use cairn_protocol::{
    onboarding::{DEVICE_KEY_BYTES, SignatureScheme, device_message, maker_message},
    proof::DeviceKey,
};
use cairn_sdk::{
    address,
    api::{address_base58, amount_string, hash_hex},
};
use cairn_verify::signature::KnownKey;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use solana_address::Address;
use std::{io::Read, path::Path};

/// What a document is, and in which version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Document {
    /// [`Certificate`].
    #[serde(rename = "cairn-maker-certificate/1")]
    Certificate,
    /// [`Request`].
    #[serde(rename = "cairn-onboarding-request/1")]
    Request,
    /// [`Response`].
    #[serde(rename = "cairn-onboarding-response/1")]
    Response,
}

/// How a device signs, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// ECDSA over P-256 with SHA-256.
    P256,
}

impl From<SignatureScheme> for Scheme {
    fn from(scheme: SignatureScheme) -> Self {
        match scheme {
            SignatureScheme::Ed25519 => Self::Ed25519,
            SignatureScheme::P256 => Self::P256,
        }
    }
}

impl Scheme {
    /// As the registry numbers it.
    pub fn number(self) -> u8 {
        match self {
            Self::Ed25519 => SignatureScheme::Ed25519 as u8,
            Self::P256 => SignatureScheme::P256 as u8,
        }
    }
}

/// Bytes as lower-case hex, of a fixed length.
mod hex_bytes {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<const N: usize, S: Serializer>(
        bytes: &[u8; N],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&hex::encode(bytes))
    }

    pub(super) fn deserialize<'de, const N: usize, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<[u8; N], D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; N];
        hex::decode_to_slice(&text, &mut bytes)
            .map_err(|_| D::Error::custom(format!("`{text}` is not {N} bytes of hex")))?;
        Ok(bytes)
    }
}

/// The maker vouches for a device of its making.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// [`Document::Certificate`].
    pub document: Document,
    /// Network that it may join.
    #[serde(with = "address_base58")]
    pub network: Address,
    /// Number of its class.
    pub class: u16,
    /// How the device signs.
    pub scheme: Scheme,
    /// The device's key, as the registry stores it.
    #[serde(with = "hex_bytes")]
    pub device_key: [u8; DEVICE_KEY_BYTES],
    /// The maker's serial number, at most 16 bytes.
    pub serial: String,
    /// The maker's attesting key.
    #[serde(with = "address_base58")]
    pub maker_key: Address,
    /// Its Ed25519 signature over [`maker_message`].
    #[serde(with = "hex_bytes")]
    pub maker_signature: [u8; 64],
}

/// A wallet asks a device to accept it as its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// [`Document::Request`].
    pub document: Document,
    /// Network to join.
    #[serde(with = "address_base58")]
    pub network: Address,
    /// Wallet that will hold the device's NFT.
    #[serde(with = "address_base58")]
    pub owner: Address,
    /// Number of the class.
    pub class: u16,
    /// A slot of the last 512.
    #[serde(with = "amount_string")]
    pub slot: u64,
    /// Its hash, which nobody knew before.
    #[serde(with = "hash_hex")]
    pub slot_hash: [u8; 32],
}

/// The device accepts its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// [`Document::Response`].
    pub document: Document,
    /// As requested.
    #[serde(with = "address_base58")]
    pub network: Address,
    /// As requested.
    #[serde(with = "address_base58")]
    pub owner: Address,
    /// As requested.
    pub class: u16,
    /// As requested.
    #[serde(with = "amount_string")]
    pub slot: u64,
    /// As requested.
    #[serde(with = "hash_hex")]
    pub slot_hash: [u8; 32],
    /// How the device signs.
    pub scheme: Scheme,
    /// The device's key, as the registry stores it.
    #[serde(with = "hex_bytes")]
    pub device_key: [u8; DEVICE_KEY_BYTES],
    /// Its signature over [`device_message`].
    #[serde(with = "hex_bytes")]
    pub device_signature: [u8; 64],
    /// What its maker said of it.
    pub certificate: Certificate,
}

fn invalid(message: String) -> Failure {
    Failure::new(
        "document_invalid",
        message,
        "give the document as it was made, whole: `cairn maker vouch`, `cairn device request` and \
         `cairn device accept` make them",
    )
}

fn other(what: &str, found: impl ToString, expected: impl ToString) -> Failure {
    let (found, expected) = (found.to_string(), expected.to_string());
    Failure::new(
        format!("document_other_{what}"),
        format!("the document is for {what} {found}, not {expected}"),
        "make one for this one",
    )
}

/// Reads a document from a file, or from standard input when the path is `-`.
///
/// # Errors
/// `document_unreadable`, `document_invalid`.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let unreadable = |error: std::io::Error| {
        Failure::new(
            "document_unreadable",
            format!("cannot read {}: {error}", path.display()),
            "name a file, or - for standard input",
        )
    };
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map_err(unreadable)?;
    } else {
        text = std::fs::read_to_string(path).map_err(unreadable)?;
    }
    let parsed = serde_json::from_str(&text);
    Ok(parsed.map_err(|error| invalid(format!("{}: {error}", path.display())))?)
}

/// A device's key from its registry bytes.
///
/// # Errors
/// `document_invalid`.
pub fn device_key(scheme: Scheme, bytes: &[u8; DEVICE_KEY_BYTES]) -> Result<DeviceKey> {
    let key = DeviceKey::from_registry_bytes(scheme.number(), bytes);
    Ok(key.ok_or_else(|| invalid(format!("{} is no key", hex::encode(bytes))))?)
}

impl Certificate {
    /// Vouches for a device.
    ///
    /// # Errors
    /// `invalid_name` when the serial number is longer than 16 bytes.
    pub fn new(
        maker: &MakerSigner,
        network: Address,
        class: u16,
        device: &DeviceKey,
        serial: &str,
    ) -> Result<Self> {
        let padded = address::padded(serial).map_err(cairn_sdk::Error::from)?;
        let vouched = maker.sign_device(&network.to_bytes(), device, class, &padded);
        Ok(Self {
            document: Document::Certificate,
            network,
            class,
            scheme: device.scheme().into(),
            device_key: device.to_registry_bytes(),
            serial: serial.to_owned(),
            maker_key: Address::new_from_array(maker.key()),
            maker_signature: vouched.signature,
        })
    }

    /// Whether it is a certificate that its maker signed for this device, network and class.
    ///
    /// # Errors
    /// `document_invalid`, `document_other_network`, `document_other_class`, `document_other_device`,
    /// `signature_invalid`.
    pub fn check(&self, network: &Address, class: u16, device: &DeviceKey) -> Result<()> {
        if self.document != Document::Certificate {
            return Err(invalid("it is not a maker's certificate".into()).into());
        }
        if self.network != *network {
            return Err(other("network", self.network, network).into());
        }
        if self.class != class {
            return Err(other("class", self.class, class).into());
        }
        let key = device_key(self.scheme, &self.device_key)?;
        if key != *device {
            let hex = |key: &DeviceKey| hex::encode(key.to_registry_bytes());
            return Err(other("device", hex(&key), hex(device)).into());
        }
        let serial = address::padded(&self.serial).map_err(cairn_sdk::Error::from)?;
        let message =
            maker_message(network.as_array(), key.scheme(), &self.device_key, class, &serial);
        let maker = DeviceKey::Ed25519(self.maker_key.to_bytes());
        signed_by(&maker, &message, &self.maker_signature, "the maker's")
    }
}

impl Request {
    /// Asks with a slot of now.
    pub fn new(network: Address, owner: Address, class: u16, slot: u64, hash: [u8; 32]) -> Self {
        Self { document: Document::Request, network, owner, class, slot, slot_hash: hash }
    }
}

impl Response {
    /// The device accepts, if the certificate is for it and for what is requested.
    ///
    /// # Errors
    /// `document_invalid` when it is not a request, and those of [`Certificate::check`].
    pub fn new(device: &DeviceSigner, request: &Request, certificate: Certificate) -> Result<Self> {
        let Request { document, network, owner, class, slot, slot_hash } = *request;
        if document != Document::Request {
            return Err(invalid("it is not a request".into()).into());
        }
        let key = device.key();
        certificate.check(&network, class, &key)?;
        let accepted =
            device.sign_onboarding(&network.to_bytes(), &owner.to_bytes(), slot, &slot_hash);
        Ok(Self {
            document: Document::Response,
            network,
            owner,
            class,
            slot,
            slot_hash,
            scheme: key.scheme().into(),
            device_key: key.to_registry_bytes(),
            device_signature: accepted.signature,
            certificate,
        })
    }

    /// Whether it is a response whose signatures are the device's and its maker's; returns the
    /// device's key.
    ///
    /// # Errors
    /// Those of [`Certificate::check`].
    pub fn check(&self) -> Result<DeviceKey> {
        if self.document != Document::Response {
            return Err(invalid("it is not a device's response".into()).into());
        }
        let key = device_key(self.scheme, &self.device_key)?;
        self.certificate.check(&self.network, self.class, &key)?;
        let (network, owner) = (self.network.to_bytes(), self.owner.to_bytes());
        let message = device_message(&network, &owner, self.slot, &self.slot_hash);
        signed_by(&key, &message, &self.device_signature, "the device's")?;
        Ok(key)
    }
}

fn signed_by(key: &DeviceKey, message: &[u8], signature: &[u8; 64], whose: &str) -> Result<()> {
    KnownKey::new(key).verify(message, signature).map_err(|_| {
        Failure::new(
            "signature_invalid",
            format!("{whose} signature is not over what the document says"),
            "it was changed after it was signed, or signed with another key: make it again",
        )
        .into()
    })
}
