//! Which mints a pool trusts. Everything is read from the raw account, so that an extension that
//! this build does not know is seen too.

use crate::error::RewardsError;
use anchor_lang::{
    Id,
    accounts::UncheckedAccount,
    prelude::*,
    programs::{Token, Token2022},
};

/// Bytes of a mint without extensions.
const MINT_BYTES: usize = 82;
/// Bytes of a token account without extensions; a mint with extensions is padded to it.
const TOKEN_ACCOUNT_BYTES: usize = 165;
/// The kind of account, after the padding.
const KIND_MINT: u8 = 1;
/// Bytes of an extension's type and length.
const TLV_HEAD: usize = 4;

/// Extension types of the Token-2022 program that cannot harm who is owed rewards
/// (<https://github.com/solana-program/token-2022>, `interface/src/extension/mod.rs`).
///
/// Left out on purpose: close authority 3, confidential transfers 4, 16 and 24, default state 6,
/// non-transferable 9, interest 10, permanent delegate 12, transfer hook 14, scaled amount 25,
/// pausable 26, and every number that is not known here.
const ALLOWED: [u16; 7] = [
    TRANSFER_FEE_CONFIG,
    18, // MetadataPointer
    19, // TokenMetadata
    20, // GroupPointer
    21, // TokenGroup
    22, // GroupMemberPointer
    23, // TokenGroupMember
];
const TRANSFER_FEE_CONFIG: u16 = 1;

/// What a pool needs to know of a mint that it trusts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustedMint {
    /// Program that the mint belongs to.
    pub token_program: Address,
    /// Whether that is Token-2022.
    pub token_2022: bool,
    /// Decimals.
    pub decimals: u8,
    /// Who may mint, if anyone.
    pub mint_authority: Option<Address>,
    /// Whether transfers may cost a fee, so that token accounts need room for it.
    pub has_fee: bool,
}

impl TrustedMint {
    /// Bytes of a token account for this mint.
    pub fn token_account_bytes(&self) -> usize {
        // The kind of account, and the head and 8 bytes of the fees withheld.
        if self.has_fee { TOKEN_ACCOUNT_BYTES + 1 + TLV_HEAD + 8 } else { TOKEN_ACCOUNT_BYTES }
    }
}

/// Reads a mint:
/// - it belongs to SPL Token or Token-2022 and is initialized
/// - it has no extension but those that cannot harm
///
/// A mint's extensions are chosen before it is initialized, but for metadata and groups, so that
/// what is read here stays true.
///
/// # Errors
/// [`RewardsError::InvalidMint`] or [`RewardsError::HostileMint`].
pub fn inspect(mint: &UncheckedAccount) -> Result<TrustedMint> {
    let view = mint.account();
    let token_2022 = view.owned_by(&Token2022::id());
    require!(token_2022 || view.owned_by(&Token::id()), RewardsError::InvalidMint);
    let data = view.try_borrow().map_err(|_| RewardsError::InvalidMint)?;
    let at = |offset: usize| data.get(offset).copied();
    // mint_authority: tag u32, key; supply u64; decimals u8; is_initialized u8.
    let authority: [u8; 32] =
        data.get(4..36).and_then(|key| key.try_into().ok()).ok_or(RewardsError::InvalidMint)?;
    let decimals = at(44).ok_or(RewardsError::InvalidMint)?;
    require!(at(45) == Some(1), RewardsError::InvalidMint);
    let mut has_fee = false;
    if data.len() != MINT_BYTES {
        require!(
            token_2022 && at(TOKEN_ACCOUNT_BYTES) == Some(KIND_MINT),
            RewardsError::InvalidMint
        );
        let mut rest = data.get(TOKEN_ACCOUNT_BYTES + 1..).ok_or(RewardsError::InvalidMint)?;
        while let Some((head, tail)) = rest.split_first_chunk::<TLV_HEAD>() {
            let [type_low, type_high, length_low, length_high] = *head;
            let kind = u16::from_le_bytes([type_low, type_high]);
            if kind == 0 {
                break; // the rest is free
            }
            require!(ALLOWED.contains(&kind), RewardsError::HostileMint);
            has_fee |= kind == TRANSFER_FEE_CONFIG;
            let length = usize::from(u16::from_le_bytes([length_low, length_high]));
            rest = tail.get(length..).ok_or(RewardsError::HostileMint)?;
        }
    }
    Ok(TrustedMint {
        token_program: if token_2022 { Token2022::id() } else { Token::id() },
        token_2022,
        decimals,
        mint_authority: (at(0) == Some(1)).then(|| Address::new_from_array(authority)),
        has_fee,
    })
}
