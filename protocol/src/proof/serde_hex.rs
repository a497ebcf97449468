//! Byte strings as lower-case hex in JSON, of a fixed or any length, also in lists.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::Serializer;

pub(super) fn serialize<S: Serializer, B: AsRef<[u8]>>(
    bytes: &B,
    to: S,
) -> Result<S::Ok, S::Error> {
    to.serialize_str(&encode(bytes.as_ref()))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>, B: TryFrom<Vec<u8>>>(
    from: D,
) -> Result<B, D::Error> {
    let text = String::deserialize(from)?;
    decode(&text)
        .and_then(|bytes| B::try_from(bytes).ok())
        .ok_or_else(|| D::Error::custom("hex of another length, or no hex"))
}

/// Lists of byte strings.
pub(super) mod list {
    use super::{decode, encode};
    use alloc::string::String;
    use alloc::vec::Vec;
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::{SerializeSeq, Serializer};

    pub(crate) fn serialize<S: Serializer, B: AsRef<[u8]>>(
        items: &[B],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(Some(items.len()))?;
        for item in items {
            list.serialize_element(&encode(item.as_ref()))?;
        }
        list.end()
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>, B: TryFrom<Vec<u8>>>(
        from: D,
    ) -> Result<Vec<B>, D::Error> {
        Vec::<String>::deserialize(from)?
            .iter()
            .map(|text| decode(text).and_then(|bytes| B::try_from(bytes).ok()))
            .collect::<Option<_>>()
            .ok_or_else(|| D::Error::custom("hex of another length, or no hex"))
    }
}

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}
