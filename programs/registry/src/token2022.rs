//! Calls to Token-2022 for the mints that this program makes, with accounts and data on the stack.
//! Layouts: <https://www.solana-program.com/docs/token-2022/onchain>; numbers of instructions from
//! `spl-token-2022-interface`, eight-byte ones from the metadata and group interfaces.

use alloc::vec::Vec;
use anchor_lang::{CpiHandle, cpi::InstructionAccount, prelude::*, unchecked_invoke_signed_fixed};

/// Bytes of a mint before its extensions: the base account padded to a token account's length, and
/// the account's type.
pub const MINT_BASE_BYTES: usize = 165 + 1;
/// Bytes of an extension's header: kind and length.
const TLV_BYTES: usize = 4;
/// Bytes of the close authority's extension.
pub const CLOSE_AUTHORITY_BYTES: usize = TLV_BYTES + 32;
/// Bytes of a pointer extension (to metadata, a group or a member).
pub const POINTER_BYTES: usize = TLV_BYTES + 64;
/// Bytes of the group extension: update authority, mint, size, greatest size.
pub const GROUP_BYTES: usize = TLV_BYTES + 32 + 32 + 8 + 8;
/// Bytes of the group member extension: mint, group, number.
pub const MEMBER_BYTES: usize = TLV_BYTES + 32 + 32 + 8;

const INITIALIZE_MINT_2: u8 = 20;
const INITIALIZE_MINT_CLOSE_AUTHORITY: u8 = 25;
const SET_AUTHORITY: u8 = 6;
const MINT_TO: u8 = 7;
const BURN: u8 = 8;
const CLOSE_ACCOUNT: u8 = 9;
const AUTHORITY_MINT_TOKENS: u8 = 0;
const CREATE_IDEMPOTENT: u8 = 1;
/// First 8 bytes of SHA-256 of `spl_token_metadata_interface:initialize_account`.
const INITIALIZE_METADATA: [u8; 8] = [210, 225, 30, 162, 88, 184, 77, 141];
/// First 8 bytes of SHA-256 of `spl_token_metadata_interface:updating_field`.
const UPDATE_FIELD: [u8; 8] = [221, 233, 49, 45, 181, 202, 220, 200];
/// First 8 bytes of SHA-256 of `spl_token_group_interface:initialize_token_group`.
const INITIALIZE_GROUP: [u8; 8] = [121, 113, 108, 39, 54, 51, 0, 4];
/// First 8 bytes of SHA-256 of `spl_token_group_interface:initialize_member`.
const INITIALIZE_MEMBER: [u8; 8] = [152, 32, 222, 176, 223, 237, 116, 134];
/// `Field::Key` of the metadata interface.
const FIELD_KEY: u8 = 3;

/// What a mint points at.
#[derive(Clone, Copy)]
#[repr(u8)]
pub enum Pointer {
    /// Its metadata.
    Metadata = 39,
    /// The group that it is.
    Group = 40,
    /// The group membership that it has.
    Member = 41,
}

/// Bytes that metadata takes in a mint: header, update authority, mint, three strings with their
/// lengths, and a list of further fields.
pub fn metadata_bytes(name: &str, symbol: &str, uri: &str, fields: &[(&str, &str)]) -> usize {
    let text = |text: &str| text.len().saturating_add(4);
    fields.iter().fold(
        (TLV_BYTES + 32 + 32 + 4)
            .saturating_add(text(name))
            .saturating_add(text(symbol))
            .saturating_add(text(uri)),
        |sum, (key, value)| sum.saturating_add(text(key)).saturating_add(text(value)),
    )
}

/// An account of a call and what the call may do with it.
#[derive(Clone, Copy)]
enum Use<'a> {
    Read(&'a AccountView),
    Write(&'a AccountView),
    Sign(&'a AccountView),
    WriteSign(&'a AccountView),
}

#[inline(always)]
fn call<'a, const N: usize>(
    program: &'a Address,
    data: &[u8],
    accounts: [Use<'a>; N],
    seeds: &'a [&'a [&'a [u8]]],
) {
    let handles = accounts.map(|account| match account {
        Use::Read(view) | Use::Write(view) | Use::Sign(view) | Use::WriteSign(view) => {
            CpiHandle::readonly(view)
        }
    });
    let metas = accounts.map(|account| match account {
        Use::Read(view) => InstructionAccount::readonly(view.address()),
        Use::Write(view) => InstructionAccount::writable(view.address()),
        Use::Sign(view) => InstructionAccount::readonly_signer(view.address()),
        Use::WriteSign(view) => InstructionAccount::writable_signer(view.address()),
    });
    // The transaction fails when the called program refuses. What it changes (the mint, a token
    // account, lamports) this program does not hold as typed data.
    unchecked_invoke_signed_fixed(program, data, &metas, &handles, seeds);
}

fn put_text(data: &mut Vec<u8>, text: &str) {
    // Texts are at most 96 bytes.
    let bytes = u32::try_from(text.len()).unwrap_or(u32::MAX);
    data.extend_from_slice(&bytes.to_le_bytes());
    data.extend_from_slice(text.as_bytes());
}

/// A mint whose every authority is the network.
#[derive(Clone, Copy)]
pub struct NetworkMint<'a> {
    /// Token-2022.
    pub program: &'a Address,
    /// The mint.
    pub mint: &'a AccountView,
    /// The network.
    pub network: &'a AccountView,
    /// The network's seeds with its bump.
    pub seeds: &'a [&'a [&'a [u8]]],
}

impl NetworkMint<'_> {
    /// Lets the network close the mint once its supply is zero. Before [`Self::initialize`].
    pub fn close_authority(&self) {
        let mut data = [0; 34];
        let (head, authority) = data.split_at_mut(2);
        head.copy_from_slice(&[INITIALIZE_MINT_CLOSE_AUTHORITY, 1]);
        authority.copy_from_slice(self.network.address().as_ref());
        call(self.program, &data, [Use::Write(self.mint)], &[]);
    }

    /// Points the mint at itself; the network may change it. Before [`Self::initialize`].
    pub fn point(&self, pointer: Pointer) {
        let mut data = [0; 66];
        let (head, addresses) = data.split_at_mut(2);
        head.copy_from_slice(&[pointer as u8, 0]);
        let (authority, target) = addresses.split_at_mut(32);
        authority.copy_from_slice(self.network.address().as_ref());
        target.copy_from_slice(self.mint.address().as_ref());
        call(self.program, &data, [Use::Write(self.mint)], &[]);
    }

    /// Makes it a mint of whole tokens that nobody can freeze.
    pub fn initialize(&self) {
        let mut data = [0; 35];
        let (head, rest) = data.split_at_mut(2);
        head.copy_from_slice(&[INITIALIZE_MINT_2, 0]);
        let (authority, _no_freeze_authority) = rest.split_at_mut(32);
        authority.copy_from_slice(self.network.address().as_ref());
        call(self.program, &data, [Use::Write(self.mint)], &[]);
    }

    /// Writes metadata into the mint, which must have the lamports for it.
    pub fn metadata(&self, name: &str, symbol: &str, uri: &str, fields: &[(&str, &str)]) {
        let mut data = Vec::with_capacity(256);
        data.extend_from_slice(&INITIALIZE_METADATA);
        for text in [name, symbol, uri] {
            put_text(&mut data, text);
        }
        let accounts = [
            Use::Write(self.mint),
            Use::Read(self.network),
            Use::Read(self.mint),
            Use::Sign(self.network),
        ];
        call(self.program, &data, accounts, self.seeds);
        for (key, value) in fields {
            data.clear();
            data.extend_from_slice(&UPDATE_FIELD);
            data.push(FIELD_KEY);
            put_text(&mut data, key);
            put_text(&mut data, value);
            let accounts = [Use::Write(self.mint), Use::Sign(self.network)];
            call(self.program, &data, accounts, self.seeds);
        }
    }

    /// Makes the mint a group without a limit.
    pub fn group(&self) {
        let mut data = [0xff; 48];
        let (head, rest) = data.split_at_mut(8);
        head.copy_from_slice(&INITIALIZE_GROUP);
        let (authority, _max_size) = rest.split_at_mut(32);
        authority.copy_from_slice(self.network.address().as_ref());
        let accounts = [Use::Write(self.mint), Use::Read(self.mint), Use::Sign(self.network)];
        call(self.program, &data, accounts, self.seeds);
    }

    /// Makes the mint a member of the network's group.
    pub fn join(&self, group: &AccountView) {
        let accounts = [
            Use::Write(self.mint),
            Use::Read(self.mint),
            Use::Sign(self.network),
            Use::Write(group),
            Use::Sign(self.network),
        ];
        call(self.program, &INITIALIZE_MEMBER, accounts, self.seeds);
    }

    /// Mints one token, the only one: the right to mint is given up.
    pub fn mint_one(&self, to: &AccountView) {
        let mut data = [0; 9];
        let (head, amount) = data.split_at_mut(1);
        head.copy_from_slice(&[MINT_TO]);
        amount.copy_from_slice(&1u64.to_le_bytes());
        let accounts = [Use::Write(self.mint), Use::Write(to), Use::Sign(self.network)];
        call(self.program, &data, accounts, self.seeds);
        let data = [SET_AUTHORITY, AUTHORITY_MINT_TOKENS, 0];
        let accounts = [Use::Write(self.mint), Use::Sign(self.network)];
        call(self.program, &data, accounts, self.seeds);
    }

    /// Burns the holder's one token and closes its token account; the rent goes to the holder.
    pub fn burn_one(&self, token: &AccountView, holder: &AccountView) {
        let mut data = [0; 9];
        let (head, amount) = data.split_at_mut(1);
        head.copy_from_slice(&[BURN]);
        amount.copy_from_slice(&1u64.to_le_bytes());
        call(
            self.program,
            &data,
            [Use::Write(token), Use::Write(self.mint), Use::Sign(holder)],
            &[],
        );
        call(
            self.program,
            &[CLOSE_ACCOUNT],
            [Use::Write(token), Use::Write(holder), Use::Sign(holder)],
            &[],
        );
    }

    /// Closes the mint, whose supply is zero; the rent goes to `to`.
    pub fn close(&self, to: &AccountView) {
        let accounts = [Use::Write(self.mint), Use::Write(to), Use::Sign(self.network)];
        call(self.program, &[CLOSE_ACCOUNT], accounts, self.seeds);
    }
}

/// Creates the owner's associated token account, unless it is there from an earlier life of the
/// mint.
pub fn create_associated_token<'a>(
    program: &'a Address,
    [payer, token, owner, mint, system, token_program]: [&'a AccountView; 6],
) {
    let accounts = [
        Use::WriteSign(payer),
        Use::Write(token),
        Use::Read(owner),
        Use::Read(mint),
        Use::Read(system),
        Use::Read(token_program),
    ];
    call(program, &[CREATE_IDEMPOTENT], accounts, &[]);
}

/// Creates a mint's account with `bytes` bytes and the lamports for `final_bytes`, because
/// Token-2022 grows the account itself when metadata is added. Also works when somebody sent
/// lamports to the address before, which would make a plain `CreateAccount` fail.
///
/// # Errors
/// Those of the system program.
pub fn create_mint_account(
    payer: &AccountView,
    mint: &AccountView,
    bytes: usize,
    final_bytes: usize,
    token_program: &Address,
    seeds: &[&[u8]],
) -> Result<()> {
    use pinocchio::cpi::{Seed, Signer as CpiSigner};
    use pinocchio_system::instructions::{Allocate, Assign, Transfer};
    let lamports = Rent::get()?.try_minimum_balance(final_bytes)?;
    let missing = lamports.saturating_sub(mint.lamports());
    if missing > 0 {
        Transfer { from: payer, to: mint, lamports: missing }.invoke()?;
    }
    let [a, b, c] = seeds else { return Err(ProgramError::InvalidSeeds) };
    let seeds = [Seed::from(*a), Seed::from(*b), Seed::from(*c)];
    let signer = [CpiSigner::from(&seeds)];
    Allocate { account: mint, space: bytes as u64 }.invoke_signed(&signer)?;
    Assign { account: mint, owner: token_program }.invoke_signed(&signer)
}
