use crate::{
    address,
    amount::{Lamports, Tokens},
};
use solana_address::Address;
use solana_instruction::Instruction;

/// Asks for up to `units` compute units for the transaction; at most 1,400,000, and without it
/// 200,000 an instruction.
pub fn compute_limit(units: u32) -> Instruction {
    /// Number of `SetComputeUnitLimit`.
    const SET_COMPUTE_UNIT_LIMIT: u8 = 2;
    let mut data = vec![SET_COMPUTE_UNIT_LIMIT];
    data.extend_from_slice(&units.to_le_bytes());
    Instruction { program_id: solana_sdk_ids::compute_budget::ID, accounts: Vec::new(), data }
}

/// Creates a wallet's associated token account unless it exists.
pub fn create_associated_token(
    payer: &Address,
    wallet: &Address,
    mint: &Address,
    token_program: &Address,
) -> Instruction {
    spl_associated_token_account_interface::instruction::create_associated_token_account_idempotent(
        payer,
        wallet,
        mint,
        token_program,
    )
}

/// Creates an SPL Token mint at `mint`, which signs, with `authority` to mint.
pub fn create_mint(
    payer: &Address,
    mint: &Address,
    authority: &Address,
    decimals: u8,
    rent: Lamports,
) -> [Instruction; 2] {
    use solana_system_interface::instruction::create_account;
    // `InitializeMint2`, no freeze authority.
    let mut data = vec![20, decimals];
    data.extend_from_slice(authority.as_ref());
    data.push(0);
    [
        create_account(payer, mint, rent.0, MINT_BYTES as u64, &address::TOKEN_PROGRAM),
        Instruction {
            program_id: address::TOKEN_PROGRAM,
            accounts: vec![solana_instruction::AccountMeta::new(*mint, false)],
            data,
        },
    ]
}

/// Bytes of an SPL Token mint.
pub const MINT_BYTES: usize = 82;

/// Mints `amount` to a token account.
pub fn mint_to(
    mint: &Address,
    destination: &Address,
    authority: &Address,
    amount: Tokens,
) -> Instruction {
    let mut data = vec![7];
    data.extend_from_slice(&amount.0.to_le_bytes());
    Instruction {
        program_id: address::TOKEN_PROGRAM,
        accounts: vec![
            solana_instruction::AccountMeta::new(*mint, false),
            solana_instruction::AccountMeta::new(*destination, false),
            solana_instruction::AccountMeta::new_readonly(*authority, true),
        ],
        data,
    }
}

/// Hands the right to mint to `new_authority`; of SPL Token and Token-2022 mints.
pub fn set_mint_authority(
    mint: &Address,
    authority: &Address,
    new_authority: &Address,
    token_program: &Address,
) -> Instruction {
    // `SetAuthority`, of minting, to somebody.
    let mut data = vec![6, 0, 1];
    data.extend_from_slice(new_authority.as_ref());
    Instruction {
        program_id: *token_program,
        accounts: vec![
            solana_instruction::AccountMeta::new(*mint, false),
            solana_instruction::AccountMeta::new_readonly(*authority, true),
        ],
        data,
    }
}

/// Transfers `amount` between two SPL Token accounts of the same mint.
pub fn transfer(
    source: &Address,
    destination: &Address,
    owner: &Address,
    amount: Tokens,
) -> Instruction {
    let mut data = vec![3];
    data.extend_from_slice(&amount.0.to_le_bytes());
    Instruction {
        program_id: address::TOKEN_PROGRAM,
        accounts: vec![
            solana_instruction::AccountMeta::new(*source, false),
            solana_instruction::AccountMeta::new(*destination, false),
            solana_instruction::AccountMeta::new_readonly(*owner, true),
        ],
        data,
    }
}
