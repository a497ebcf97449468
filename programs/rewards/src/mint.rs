//! Which mints a pool trusts.

use crate::error::RewardsError;
use anchor_lang::{
    Id,
    accounts::UncheckedAccount,
    prelude::*,
    programs::{Token, Token2022},
};
use cairn_protocol::mint::{Mint, MintError};

/// A mint that a pool can trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustedMint {
    /// Program that the mint belongs to.
    pub token_program: Address,
    /// Whether that is Token-2022.
    pub token_2022: bool,
    /// What the mint says.
    pub mint: Mint,
}

/// Reads a mint:
/// - it belongs to SPL Token or Token-2022 and is initialized
/// - it has no extension but those that cannot harm, and is no native one
///
/// # Errors
/// [`RewardsError::InvalidMint`] or [`RewardsError::HostileMint`].
pub fn inspect(mint: &UncheckedAccount) -> Result<TrustedMint> {
    let view = mint.account();
    let token_2022 = view.owned_by(&Token2022::id());
    require!(token_2022 || view.owned_by(&Token::id()), RewardsError::InvalidMint);
    let data = view.try_borrow().map_err(|_| RewardsError::InvalidMint)?;
    let mint =
        Mint::read(view.address().as_array(), &data, token_2022).map_err(|error| match error {
            MintError::Invalid => RewardsError::InvalidMint,
            MintError::Hostile => RewardsError::HostileMint,
        })?;
    let token_program = if token_2022 { Token2022::id() } else { Token::id() };
    Ok(TrustedMint { token_program, token_2022, mint })
}
