//! Countersigning what was served.

use crate::signer::DeviceSigner;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{Body, Envelope, Kind, Receipt, RetrievalReceipt};
use ed25519_dalek::{Signature, VerifyingKey};

/// Why a device does not countersign a receipt: no oracle would take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RetrievalError {
    /// A number is out of range.
    #[error("the receipt pays nothing, counts no request, or ends before it begins")]
    OutOfRange,
    /// The customer did not sign this.
    #[error("the customer's signature does not fit the receipt, this device and this content")]
    NotSigned,
    /// The device did not serve as much.
    #[error("the receipt is for {claimed} bytes, and {served} were served")]
    OtherBytes {
        /// Bytes of the receipt.
        claimed: u64,
        /// Bytes that the device served.
        served: u64,
    },
}

/// Signs a customer's receipt for content that the device served, `served` bytes in all, after
/// checking it.
///
/// # Errors
/// See [`RetrievalError`].
pub fn countersign(
    device: &mut DeviceSigner,
    network: &[u8; 32],
    epoch: u64,
    captured_at_ms: u64,
    content_root: &Hash,
    served: u64,
    receipt: Receipt,
) -> Result<Envelope, RetrievalError> {
    if !receipt.is_in_range() {
        return Err(RetrievalError::OutOfRange);
    }
    let claimed = receipt.bytes;
    if claimed != served {
        return Err(RetrievalError::OtherBytes { claimed, served });
    }
    let message =
        receipt.signed_message(network, Kind::RetrievalReceipt, &device.key(), content_root);
    VerifyingKey::from_bytes(&receipt.customer)
        .and_then(|key| key.verify_strict(&message, &Signature::from_bytes(&receipt.signature)))
        .map_err(|_| RetrievalError::NotSigned)?;
    let body = Body::RetrievalReceipt(RetrievalReceipt { content_root: *content_root, receipt });
    Ok(device.sign(network, epoch, captured_at_ms, &body))
}
