//! Who holds a device's NFT.

use crate::{error::RegistryError, state::Device};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenAccount;

/// Refuses a signer that is not the holder of the device's NFT.
///
/// # Errors
/// [`RegistryError::NotHolder`].
pub fn require_holder(
    device: &Device,
    holder: &Signer,
    holder_token: &InterfaceAccount<TokenAccount>,
) -> Result<()> {
    // The mint is this program's own and has a supply of one, so an account with an amount of one
    // holds the only token.
    require!(
        *holder_token.mint() == device.mint
            && holder_token.amount() == 1
            && holder_token.owner() == holder.address(),
        RegistryError::NotHolder
    );
    Ok(())
}
