//! How bytes and amounts read in JSON: addresses base58, hashes lower-case hex, token amounts
//! decimal strings (JavaScript numbers hold 53 bits), and so points and units, with up to six
//! decimals.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

/// Text of an address.
pub fn to_base58(bytes: &[u8; 32]) -> String {
    bs58::encode(bytes).into_string()
}

/// Reads an address; `None` when it is not 32 bytes of base58.
pub fn from_base58(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let length = bs58::decode(text).onto(&mut bytes).ok()?;
    (length == bytes.len()).then_some(bytes)
}

/// Reads a hash; `None` when it is not 64 hex digits.
pub fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

/// `#[serde(with = "base58")]` for an address.
pub mod base58 {
    use super::*;

    /// Writes base58.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(bytes: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&to_base58(bytes))
    }

    /// Reads base58.
    ///
    /// # Errors
    /// When the text is not 32 bytes of base58.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(from)?;
        from_base58(&text).ok_or_else(|| D::Error::custom("expected 32 bytes in base58"))
    }
}

/// `#[serde(with = "hash")]` for a hash.
pub mod hash {
    use super::*;

    /// Writes hex.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(bytes: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex::encode(bytes))
    }

    /// Reads hex.
    ///
    /// # Errors
    /// When the text is not 64 hex digits.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(from)?;
        from_hex(&text).ok_or_else(|| D::Error::custom("expected 32 bytes in hex"))
    }
}

/// `#[serde(with = "hash_option")]` for a hash that may be absent (`null`).
pub mod hash_option {
    use super::*;

    /// Writes hex or null.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(bytes: &Option<[u8; 32]>, to: S) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => to.serialize_some(&hex::encode(bytes)),
            None => to.serialize_none(),
        }
    }

    /// Reads hex or null.
    ///
    /// # Errors
    /// When the text is not 64 hex digits.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<[u8; 32]>, D::Error> {
        match Option::<String>::deserialize(from)? {
            None => Ok(None),
            Some(text) => from_hex(&text)
                .map(Some)
                .ok_or_else(|| D::Error::custom("expected 32 bytes in hex")),
        }
    }
}

/// `#[serde(with = "amount")]` for tokens in the mint's smallest unit.
pub mod amount {
    use super::*;

    /// Writes a decimal string.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(amount: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(amount)
    }

    /// Reads a decimal string.
    ///
    /// # Errors
    /// When the text is not a whole number below 2^64.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// Millionths as a decimal number without trailing zeros: 1_500_000 is `1.5`.
pub fn decimal(millionths: u64) -> String {
    let (whole, rest) = (millionths / 1_000_000, millionths % 1_000_000);
    if rest == 0 {
        return whole.to_string();
    }
    let digits = format!("{rest:06}");
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

/// So many of something: `1 unit`, `0.5 units`, `2 units`.
pub(crate) fn counted(millionths: u64, what: &str) -> String {
    let s = if millionths == 1_000_000 { "" } else { "s" };
    format!("{} {what}{s}", decimal(millionths))
}

/// Reads what [`decimal`] wrote; `None` for anything that is no number of at most six decimals in
/// 64 bits of millionths.
pub fn from_decimal(text: &str) -> Option<u64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    if rest.is_empty() || rest.len() > 6 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let rest: u64 = format!("{rest:0<6}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(1_000_000)?.checked_add(rest)
}

/// `#[serde(with = "millionths")]` for units and points.
pub mod millionths {
    use super::*;

    /// Writes a decimal string.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(value: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&decimal(*value))
    }

    /// Reads a decimal string.
    ///
    /// # Errors
    /// When the text is no number of at most six decimals in 64 bits of millionths.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        let text = String::deserialize(from)?;
        from_decimal(&text).ok_or_else(|| D::Error::custom("expected up to six decimals"))
    }
}

/// `#[serde(with = "kind")]` for a kind of proof, by name.
pub mod kind {
    use super::*;
    use cairn_protocol::proof::Kind;

    /// Writes the name.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(kind: &Kind, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(kind.name())
    }

    /// Reads the name.
    ///
    /// # Errors
    /// When no kind has it.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Kind, D::Error> {
        let name = String::deserialize(from)?;
        let known = Kind::ALL.iter().copied().find(|kind| kind.name() == name);
        known.ok_or_else(|| D::Error::custom("no kind has this name"))
    }
}
