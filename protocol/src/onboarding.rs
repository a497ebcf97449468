//! The two messages that are signed when a device joins a network: a domain of 16 bytes and the
//! SHA-256 of what is vouched for. Both are 48 bytes, whatever is in them, because every byte of
//! them is in the onboarding transaction, whose 1,232 bytes are scarce. The registry program
//! compares them with what the Ed25519 or secp256r1 precompile verified, byte for byte.

use crate::hash::sha256;

/// Bytes of a device key: 32 of Ed25519 followed by a zero, or 33 of a compressed P-256 point.
pub const DEVICE_KEY_BYTES: usize = 33;
/// Bytes of a maker's serial number, UTF-8, zero-padded.
pub const SERIAL_BYTES: usize = 16;
/// Bytes of [`maker_message`] and [`device_message`].
pub const MESSAGE_BYTES: usize = 16 + 32;

const MAKER_DOMAIN: &[u8; 16] = b"cairn:maker:v1\0\0";
const DEVICE_DOMAIN: &[u8; 16] = b"cairn:device:v1\0";

/// How a device signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum SignatureScheme {
    /// Ed25519 (RFC 8032).
    Ed25519 = 0,
    /// ECDSA over P-256 with SHA-256 and low S (SIMD-0075).
    P256 = 1,
}

/// What the maker signs to vouch for a device key: `"cairn:maker:v1"` and two zeros, then the hash
/// of `network ‖ scheme ‖ device key ‖ class (u16 LE) ‖ serial`.
pub fn maker_message(
    network: &[u8; 32],
    scheme: SignatureScheme,
    device_key: &[u8; DEVICE_KEY_BYTES],
    class: u16,
    serial: &[u8; SERIAL_BYTES],
) -> [u8; MESSAGE_BYTES] {
    message(MAKER_DOMAIN, &[network, &[scheme as u8], device_key, &class.to_le_bytes(), serial])
}

/// What the device signs to accept its owner: `"cairn:device:v1"` and a zero, then the hash of
/// `network ‖ owner ‖ slot (u64 LE) ‖ slot hash`. A recent slot's hash proves that the device was
/// switched on and willing now, not that someone kept an old signature.
pub fn device_message(
    network: &[u8; 32],
    owner: &[u8; 32],
    slot: u64,
    slot_hash: &[u8; 32],
) -> [u8; MESSAGE_BYTES] {
    message(DEVICE_DOMAIN, &[network, owner, &slot.to_le_bytes(), slot_hash])
}

fn message(domain: &[u8; 16], parts: &[&[u8]]) -> [u8; MESSAGE_BYTES] {
    let mut out = [0; MESSAGE_BYTES];
    let (head, hash) = out.split_at_mut(16);
    head.copy_from_slice(domain);
    hash.copy_from_slice(&sha256(parts));
    out
}
