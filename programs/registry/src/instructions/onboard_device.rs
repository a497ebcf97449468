use crate::{
    error::RegistryError,
    events::DeviceOnboarded,
    precompile::{ED25519_PROGRAM, verified_signature},
    state::{
        CLASS_SEED, DEVICE_SEED, Device, DeviceClass, MAKER_SEED, MINT_SEED, Maker, NETWORK_SEED,
        Network, STATUS_ACTIVE, VERSION, is_h3_cell, is_padded_name,
    },
};
use alloc::string::{String, ToString};
use anchor_lang::{CpiContext, prelude::*, programs::AssociatedToken};
use anchor_spl::{associated_token, token, token_interface};
use cairn_protocol::onboarding::{
    DEVICE_KEY_BYTES, SERIAL_BYTES, SignatureScheme, device_message, maker_message,
};
use pinocchio::sysvars::slot_hashes::{SLOTHASHES_ID, SlotHashes};

/// Symbol of every device's NFT.
const SYMBOL: &str = "CAIRN";

/// Bytes of a mint with a close authority and a metadata pointer: the base account padded to 165,
/// its type, and per extension 4 bytes of header (<https://spl.solana.com/token-2022/extensions>).
const MINT_BYTES: usize = 165 + 1 + (4 + 32) + (4 + 64);

/// Bytes that metadata adds: header, update authority, mint, three strings with their lengths,
/// and an empty list of further fields.
fn metadata_bytes(name: &str, uri: &str) -> usize {
    // Strings of at most 16, 5 and 96 bytes: cannot overflow.
    (4 + 32 + 32 + 4 + 4 + 4 + 4usize)
        .saturating_add(name.len())
        .saturating_add(SYMBOL.len())
        .saturating_add(uri.len())
}

/// Data of `onboard_device`.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy)]
pub struct OnboardDeviceParams {
    /// The device's public key; an Ed25519 key is followed by a zero.
    pub key: [u8; DEVICE_KEY_BYTES],
    /// The maker's serial number, UTF-8, zero-padded, not empty.
    pub serial: [u8; SERIAL_BYTES],
    /// Slot whose hash the device signed.
    pub slot: u64,
    /// H3 cell (resolution 8 to 15) where the device stands; 0 when it moves or says nothing.
    pub location: u64,
}

/// Accounts expected:
///  0. `[writable, signer]` payer of all rent
///  1. `[]` owner, receives the NFT and becomes the operator
///  2. `[writable]` network
///  3. `[]` class
///  4. `[writable]` maker
///  5. `[writable]` device, created here
///  6. `[writable]` mint of the NFT, created here
///  7. `[writable]` the owner's associated token account for the mint, created here
///  8. `[]` instructions sysvar
///  9. `[]` slot hashes sysvar
/// 10. `[]` Token-2022 program
/// 11. `[]` associated token program
/// 12. `[]` system program
#[derive(Accounts)]
#[instruction(params: OnboardDeviceParams)]
pub struct OnboardDevice {
    // May be the owner too: it only signs and pays, nobody reads its data.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// Any address can own an NFT; the device signed this one.
    pub owner: UncheckedAccount,
    #[account(
        mut,
        seeds = [NETWORK_SEED, network.creator.as_ref(), network.name.as_ref()],
        bump = network.bump
    )]
    pub network: Account<Network>,
    #[account(
        seeds = [CLASS_SEED, network.address().as_ref(), bytemuck::bytes_of(&class.index)],
        bump = class.bump
    )]
    pub class: Account<DeviceClass>,
    #[account(
        mut,
        seeds = [MAKER_SEED, network.address().as_ref(), maker.attesting_key.as_ref()],
        bump = maker.bump
    )]
    pub maker: Account<Maker>,
    #[account(
        init,
        payer = payer,
        seeds = [
            DEVICE_SEED,
            network.address().as_ref(),
            params.key[..32].as_ref(),
            params.key[32..].as_ref(),
            bytemuck::bytes_of(&class.scheme)
        ],
        bump
    )]
    pub device: Account<Device>,
    /// Created by this instruction at the address that the seeds derive.
    #[account(mut, seeds = [MINT_SEED, device.address().as_ref()], bump)]
    pub mint: UncheckedAccount,
    /// Created by the associated token program, which derives and checks its address.
    #[account(mut)]
    pub owner_token: UncheckedAccount,
    pub instructions: Sysvar<SysvarInstructions>,
    /// Read in place; its address is checked.
    #[account(address = SLOTHASHES_ID)]
    pub slot_hashes: UncheckedAccount,
    pub token_program: Program<Token2022>,
    pub associated_token_program: Program<AssociatedToken>,
    pub system_program: Program<System>,
}

impl OnboardDevice {
    /// - the network is not paused; class and maker are the network's (by their addresses)
    /// - the maker is not revoked and has quota left
    /// - the serial is readable text, the location a cell of resolution 8 or finer, or none
    /// - the instruction before this one is the Ed25519 precompile, and verified
    ///   1. the maker's signature over network, device key, class and serial,
    ///   2. the device's signature over network, owner and a recent slot's hash
    fn validate(&self, params: &OnboardDeviceParams) -> Result<()> {
        require!(self.network.paused == 0, RegistryError::NetworkPaused);
        require!(self.maker.revoked == 0, RegistryError::MakerRevoked);
        require!(self.maker.onboarded < self.maker.quota, RegistryError::MakerQuotaExhausted);
        require!(is_padded_name(&params.serial), RegistryError::InvalidName);
        require!(
            params.location == 0 || is_h3_cell(params.location),
            RegistryError::InvalidLocation
        );
        require!(
            self.class.scheme == SignatureScheme::Ed25519 as u8,
            RegistryError::UnsupportedScheme
        );
        require!(params.key[32] == 0, RegistryError::InvalidKey);
        self.validate_signatures(params)
    }

    fn validate_signatures(&self, params: &OnboardDeviceParams) -> Result<()> {
        let precompile = self
            .instructions
            .get_instruction_relative(-1)
            .map_err(|_| RegistryError::MissingSignatures)?;
        require!(*precompile.get_program_id() == ED25519_PROGRAM, RegistryError::MissingSignatures);
        let data = precompile.get_instruction_data();
        let network = self.network.address().as_array();

        let maker = verified_signature(data, 0).ok_or(RegistryError::MissingSignatures)?;
        let maker_signed = maker_message(
            network,
            SignatureScheme::Ed25519,
            &params.key,
            self.class.index,
            &params.serial,
        );
        require!(
            maker.key == self.maker.attesting_key.as_ref() && maker.message == maker_signed,
            RegistryError::MakerSignatureMismatch
        );

        let slot_hashes = SlotHashes::from_account_view(self.slot_hashes.account())?;
        let slot_hash = slot_hashes.get_hash(params.slot).ok_or(RegistryError::SlotHashUnknown)?;
        let device = verified_signature(data, 1).ok_or(RegistryError::MissingSignatures)?;
        let device_signed =
            device_message(network, self.owner.address().as_array(), params.slot, slot_hash);
        require!(
            device.key == &params.key[..32] && device.message == device_signed,
            RegistryError::DeviceSignatureMismatch
        );
        Ok(())
    }

    #[inline(always)]
    pub fn onboard_device(
        &mut self,
        params: &OnboardDeviceParams,
        bumps: &OnboardDeviceBumps,
    ) -> Result<()> {
        self.validate(params)?;
        let now = Clock::get()?.unix_timestamp;
        let (network, owner) = (*self.network.address(), *self.owner.address());
        let (device, mint) = (*self.device.address(), *self.mint.address());
        *self.device = Device {
            network,
            mint,
            maker: *self.maker.address(),
            operator: owner,
            previous_operator: owner,
            earlier_operator: owner,
            license: Address::default(),
            previous_license: Address::default(),
            operator_since: now,
            previous_operator_since: now,
            license_since: 0,
            onboarded_at: now,
            location: params.location,
            previous_location: params.location,
            location_since: now,
            status_since: now,
            previous_status_since: now,
            retiring_since: 0,
            class: self.class.index,
            scheme: self.class.scheme,
            status: STATUS_ACTIVE,
            previous_status: STATUS_ACTIVE,
            earlier_status: STATUS_ACTIVE,
            version: VERSION,
            bump: bumps.device,
            mint_bump: bumps.mint,
            key: params.key,
            serial: params.serial,
            reserved: [0; 46],
        };
        self.maker.onboarded =
            self.maker.onboarded.checked_add(1).ok_or(RegistryError::Overflow)?;
        self.network.device_count =
            self.network.device_count.checked_add(1).ok_or(RegistryError::Overflow)?;
        self.create_nft(params, bumps.mint)?;
        emit!(DeviceOnboarded { network, device, mint, owner, class: self.class.index });
        Ok(())
    }

    /// Mints the one token that controls the device and gives up the right to mint more.
    fn create_nft(&mut self, params: &OnboardDeviceParams, mint_bump: u8) -> Result<()> {
        let name = text(&params.serial);
        let uri = text(&self.class.uri);
        let token_program = *self.token_program.address();
        let device = *self.device.address();

        let lamports = Rent::get()?
            .try_minimum_balance(MINT_BYTES.saturating_add(metadata_bytes(&name, &uri)))?;
        let bump = [mint_bump];
        let mint_seeds: &[&[u8]] = &[MINT_SEED, device.as_ref(), &bump];
        create_mint_account(
            self.payer.account(),
            self.mint.account(),
            lamports,
            &token_program,
            mint_seeds,
        )?;

        let network = *self.network.address();
        let network_bump = [self.network.bump];
        let (creator, network_name) = (self.network.creator, self.network.name);
        let network_seeds: &[&[u8]] =
            &[NETWORK_SEED, creator.as_ref(), &network_name, &network_bump];
        let signer: &[&[&[u8]]] = &[network_seeds];

        token_interface::mint_close_authority_initialize(
            CpiContext::new(
                &token_program,
                token_interface::MintCloseAuthorityInitialize { mint: self.mint.cpi_handle_mut() },
            ),
            Some(&network),
        )?;
        let mint_address = *self.mint.address();
        token_interface::metadata_pointer_initialize(
            CpiContext::new(
                &token_program,
                token_interface::MetadataPointerInitialize { mint: self.mint.cpi_handle_mut() },
            ),
            Some(&network),
            Some(&mint_address),
        )?;
        token::initialize_mint2(
            CpiContext::new(
                &token_program,
                token::InitializeMint2 { mint: self.mint.cpi_handle_mut() },
            ),
            0,
            &network,
            None,
        )?;
        {
            // The metadata lives in the mint itself, so the mint stands in two roles.
            let mint_view = *self.mint.account();
            token_interface::token_metadata_initialize(
                CpiContext::new_with_signer(
                    &token_program,
                    token_interface::TokenMetadataInitialize {
                        metadata: self.mint.cpi_handle_mut(),
                        update_authority: self.network.cpi_handle(),
                        mint: CpiHandle::readonly(&mint_view),
                        mint_authority: self.network.cpi_handle(),
                    },
                    signer,
                ),
                name,
                SYMBOL.to_string(),
                uri,
            )?;
        }
        let associated_token_program = *self.associated_token_program.address();
        associated_token::create(CpiContext::new(
            &associated_token_program,
            associated_token::Create {
                payer: self.payer.cpi_handle_mut(),
                associated_token: self.owner_token.cpi_handle_mut(),
                authority: self.owner.cpi_handle(),
                mint: self.mint.cpi_handle(),
                system_program: self.system_program.cpi_handle(),
                token_program: self.token_program.cpi_handle(),
            },
        ))?;
        token::mint_to(
            CpiContext::new_with_signer(
                &token_program,
                token::MintTo {
                    mint: self.mint.cpi_handle_mut(),
                    to: self.owner_token.cpi_handle_mut(),
                    authority: self.network.cpi_handle(),
                },
                signer,
            ),
            1,
        )?;
        // No freeze authority was ever set; without a mint authority the supply stays one.
        token::set_authority(
            CpiContext::new_with_signer(
                &token_program,
                token::SetAuthority {
                    current_authority: self.network.cpi_handle(),
                    account_or_mint: self.mint.cpi_handle_mut(),
                },
                signer,
            ),
            token::spl_token::instruction::AuthorityType::MintTokens,
            None,
        )
    }
}

/// The text before the zero padding; `validate` has checked that it is UTF-8.
fn text(padded: &[u8]) -> String {
    let end = padded.iter().position(|b| *b == 0).unwrap_or(padded.len());
    String::from_utf8_lossy(padded.split_at(end).0).into_owned()
}

/// Creates the mint's account with `MINT_BYTES` bytes and `lamports`, more than those bytes need,
/// because Token-2022 grows the account itself when metadata is added. Also works when somebody
/// sent lamports to the address before, which would make a plain `CreateAccount` fail.
fn create_mint_account(
    payer: &AccountView,
    mint: &AccountView,
    lamports: u64,
    token_program: &Address,
    seeds: &[&[u8]],
) -> Result<()> {
    use pinocchio::cpi::{Seed, Signer as CpiSigner};
    use pinocchio_system::instructions::{Allocate, Assign, Transfer};
    let missing = lamports.saturating_sub(mint.lamports());
    if missing > 0 {
        Transfer { from: payer, to: mint, lamports: missing }.invoke()?;
    }
    let [a, b, c] = seeds else { return Err(ProgramError::InvalidSeeds) };
    let seeds = [Seed::from(*a), Seed::from(*b), Seed::from(*c)];
    let signer = [CpiSigner::from(&seeds)];
    Allocate { account: mint, space: MINT_BYTES as u64 }.invoke_signed(&signer)?;
    Assign { account: mint, owner: token_program }.invoke_signed(&signer)
}
