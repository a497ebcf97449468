//! The customer's side of a receipt: the signature beside the device's.

use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{DeviceKey, Kind, Receipt};
use ed25519_dalek::{Signer, SigningKey};

/// A customer's wallet, as far as receipts go. A device that waits for its customer's signature
/// sends the receipt without one and gets it back signed; both must mean the same numbers.
#[derive(Clone)]
pub struct CustomerSigner {
    key: SigningKey,
}

impl CustomerSigner {
    /// The customer of this secret, which is that of its wallet.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self { key: SigningKey::from_bytes(secret) }
    }

    /// The wallet's address.
    pub fn address(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// Agrees to pay for what `receipt` states, given by `device` in a proof of `kind`:
    /// `content_root` is that of a retrieval receipt, and zeros of a usage receipt. Sets the
    /// receipt's customer and signature. The customer must never sign two receipts of one id: only
    /// one of them counts.
    #[must_use]
    pub fn sign(
        &self,
        network: &[u8; 32],
        kind: Kind,
        device: &DeviceKey,
        content_root: &Hash,
        mut receipt: Receipt,
    ) -> Receipt {
        receipt.customer = self.address();
        let message = receipt.signed_message(network, kind, device, content_root);
        receipt.signature = self.key.sign(&message).to_bytes();
        receipt
    }
}

impl core::fmt::Debug for CustomerSigner {
    /// Shows the address, never the secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CustomerSigner").field("address", &self.address()).finish_non_exhaustive()
    }
}
