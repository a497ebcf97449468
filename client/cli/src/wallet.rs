//! Keypair files in the format of the Solana command line: a JSON array of 64 numbers.

use crate::failure::Failure;
use anyhow::Result;
use solana_keypair::Keypair;
use std::path::Path;

/// Reads a keypair file.
///
/// # Errors
/// `keypair_unreadable`.
pub fn read(path: &Path) -> Result<Keypair> {
    solana_keypair::read_keypair_file(path).map_err(|error| {
        Failure::new(
            "keypair_unreadable",
            format!("cannot read the keypair {}: {error}", path.display()),
            "name a keypair file with --keypair, or make one with `solana-keygen new`",
        )
        .into()
    })
}

/// The keypair of an Ed25519 secret.
pub fn from_secret(secret: [u8; 32]) -> Keypair {
    Keypair::new_from_array(secret)
}
