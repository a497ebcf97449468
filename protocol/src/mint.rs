//! Which mints a network may pay and stake in, read from the raw account, so that an extension that
//! this build does not know is seen too.

/// Bytes of a mint without extensions.
const MINT_BYTES: usize = 82;
/// Bytes of a token account without extensions; a mint with extensions is padded to it.
pub const TOKEN_ACCOUNT_BYTES: usize = 165;
/// `AccountType::Mint` of Token-2022, the byte after the padding.
const ACCOUNT_TYPE_MINT: u8 = 1;
/// Bytes of an extension's type and length.
const TLV_HEAD_BYTES: usize = 4;
/// `ExtensionType::TransferFeeConfig`.
const TRANSFER_FEE_CONFIG: u16 = 1;

/// Extension types of the Token-2022 program that cannot harm who is owed tokens
/// (<https://github.com/solana-program/token-2022>, `interface/src/extension/mod.rs`).
///
/// Left out on purpose: close authority 3, confidential transfers 4, 16 and 24, default state 6,
/// non-transferable 9, interest 10, permanent delegate 12, transfer hook 14, scaled amount 25,
/// pausable 26, and every number that is not known here.
pub const HARMLESS_EXTENSIONS: [u16; 7] = [
    TRANSFER_FEE_CONFIG,
    18, // MetadataPointer
    19, // TokenMetadata
    20, // GroupPointer
    21, // TokenGroup
    22, // GroupMemberPointer
    23, // TokenGroupMember
];

/// The native mints of SPL Token and of Token-2022
/// (So11111111111111111111111111111111111111112 and 9pan9bMn5HatX4EJdBwg9VgCa7Uz5HL8N1m5D3NdXej9):
/// their tokens, wrapped lamports, cannot be burned, so a forfeited bond would be stuck.
pub const NATIVE_MINTS: [[u8; 32]; 2] = [
    [
        6, 155, 136, 87, 254, 171, 129, 132, 251, 104, 127, 99, 70, 24, 192, 53, 218, 196, 57, 220,
        26, 235, 59, 85, 152, 160, 240, 0, 0, 0, 0, 1,
    ],
    [
        131, 13, 252, 159, 222, 95, 230, 184, 170, 124, 4, 164, 118, 233, 30, 138, 198, 187, 38,
        74, 173, 144, 250, 25, 201, 223, 73, 216, 92, 62, 91, 80,
    ],
];

/// What is to be known of a mint that can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mint {
    /// Number of decimals.
    pub decimals: u8,
    /// Who may mint, if anyone.
    pub mint_authority: Option<[u8; 32]>,
    /// Whether transfers may cost a fee, so that token accounts need room for what is withheld.
    pub has_fee: bool,
}

/// Why a mint is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MintError {
    /// It is no initialized mint of its token program.
    Invalid,
    /// It has an extension that could take, block or dilute tokens, or its tokens cannot be burned.
    Hostile,
}

impl core::fmt::Display for MintError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Invalid => "the account is no initialized mint",
            Self::Hostile => "the mint could take, block or dilute tokens, or is the native one",
        })
    }
}

impl core::error::Error for MintError {}

impl Mint {
    /// Reads the account `data` at `address` of a token program, which is Token-2022 or SPL Token.
    ///
    /// A mint's extensions are chosen before it is initialized, but for metadata and groups, so
    /// what is read here stays true.
    ///
    /// # Errors
    /// [`MintError::Invalid`] or [`MintError::Hostile`].
    pub fn read(address: &[u8; 32], data: &[u8], token_2022: bool) -> Result<Self, MintError> {
        let byte = |at: usize| data.get(at).copied();
        // mint_authority: tag u32, key; supply u64; decimals u8; is_initialized u8.
        let authority = data.get(4..36).and_then(|key| key.try_into().ok());
        let (Some(authority), Some(decimals), Some(1)) = (authority, byte(44), byte(45)) else {
            return Err(MintError::Invalid);
        };
        if NATIVE_MINTS.contains(address) {
            return Err(MintError::Hostile);
        }
        let mut has_fee = false;
        if data.len() != MINT_BYTES {
            let extensions = data.split_at_checked(TOKEN_ACCOUNT_BYTES);
            let Some((_, [ACCOUNT_TYPE_MINT, rest @ ..])) = extensions.filter(|_| token_2022)
            else {
                return Err(MintError::Invalid);
            };
            let mut rest = rest;
            while let Some((head, tail)) = rest.split_first_chunk::<TLV_HEAD_BYTES>() {
                let [type_low, type_high, length_low, length_high] = *head;
                let kind = u16::from_le_bytes([type_low, type_high]);
                if kind == 0 {
                    break; // the rest is free
                }
                if !HARMLESS_EXTENSIONS.contains(&kind) {
                    return Err(MintError::Hostile);
                }
                has_fee |= kind == TRANSFER_FEE_CONFIG;
                let length = usize::from(u16::from_le_bytes([length_low, length_high]));
                rest = tail.get(length..).ok_or(MintError::Hostile)?;
            }
        }
        let mint_authority = (byte(0) == Some(1)).then_some(authority);
        Ok(Self { decimals, mint_authority, has_fee })
    }

    /// Bytes of a token account for this mint.
    pub const fn token_account_bytes(&self) -> usize {
        // The type of account, and the head and 8 bytes of the fees withheld.
        if self.has_fee {
            TOKEN_ACCOUNT_BYTES + 1 + TLV_HEAD_BYTES + 8
        } else {
            TOKEN_ACCOUNT_BYTES
        }
    }
}
