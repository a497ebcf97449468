use crate::{
    error::RegistryError,
    events::DeviceOnboarded,
    precompile::{
        ED25519_KEY_BYTES, ED25519_PROGRAM, SECP256R1_KEY_BYTES, SECP256R1_PROGRAM,
        verified_signature,
    },
    slot_hashes::slot_hash,
    state::{
        DEVICE_SEED, Device, DeviceClass, GROUP_SEED, License, MINT_SEED, Maker, NETWORK_SEED,
        Network, VERSION, is_h3_cell, is_padded_name, padded_text,
    },
    token2022::{
        CLOSE_AUTHORITY_BYTES, MEMBER_BYTES, MINT_BASE_BYTES, NetworkMint, POINTER_BYTES, Pointer,
        create_associated_token, create_mint_account, metadata_bytes,
    },
};
use anchor_lang::{prelude::*, programs::AssociatedToken};
use cairn_protocol::onboarding::{
    DEVICE_KEY_BYTES, SERIAL_BYTES, SignatureScheme, device_message, maker_message,
};
use pinocchio_system::instructions::Transfer;

/// Bytes of an NFT's mint as created; metadata and membership are added to it.
const MINT_BYTES: usize = MINT_BASE_BYTES + CLOSE_AUTHORITY_BYTES + 2 * POINTER_BYTES;

/// Bytes of the longest name of an NFT: the network's, a space, the serial.
const NAME_BYTES: usize = 32 + 1 + SERIAL_BYTES;

/// Data of `onboard_device`.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy)]
pub struct OnboardDeviceParams {
    /// The device's public key: Ed25519 followed by a zero, or compressed P-256.
    pub key: [u8; DEVICE_KEY_BYTES],
    /// The maker's serial number, UTF-8, zero-padded, not empty.
    pub serial: [u8; SERIAL_BYTES],
    /// Slot whose hash the device signed.
    pub slot: u64,
    /// H3 cell (resolution 8 to 15) where the device stands; 0 when it moves or says nothing.
    pub location: u64,
}

/// Accounts expected:
///  0. `[writable, signer]` payer of all rent and of the fee
///  1. `[]` owner, receives the NFT and becomes the operator
///  2. `[writable]` network
///  3. `[writable]` class
///  4. `[writable]` maker
///  5. `[]` (optional) licence of the owner
///  6. `[writable]` device, created here
///  7. `[writable]` mint of the NFT, created here
///  8. `[writable]` mint that groups the network's NFTs
///  9. `[writable]` the owner's associated token account for the mint, created here
/// 10. `[writable]` treasury of the network
/// 11. `[]` instructions sysvar
/// 12. `[]` Token-2022 program
/// 13. `[]` associated token program
/// 14. `[]` system program
#[derive(Accounts)]
#[instruction(params: OnboardDeviceParams)]
pub struct OnboardDevice {
    // May be the owner or the treasury too: it only signs and pays.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// Any address can own an NFT; the device signed this one.
    #[account(unsafe(dup))]
    pub owner: UncheckedAccount,
    #[account(mut)]
    pub network: Account<Network>,
    #[account(mut)]
    pub class: Account<DeviceClass>,
    #[account(mut)]
    pub maker: Account<Maker>,
    pub license: Option<Account<License>>,
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
    /// Made by this program at the address that the seeds derive.
    #[account(mut, seeds = [GROUP_SEED, network.address().as_ref()], bump = network.group_bump)]
    pub group: UncheckedAccount,
    /// Created by the associated token program, which derives and checks its address.
    #[account(mut)]
    pub owner_token: UncheckedAccount,
    /// Only receives; its address is in the network's terms.
    #[account(mut, unsafe(dup))]
    pub treasury: UncheckedAccount,
    pub instructions: Sysvar<SysvarInstructions>,
    pub token_program: Program<Token2022>,
    pub associated_token_program: Program<AssociatedToken>,
    pub system_program: Program<System>,
}

impl OnboardDevice {
    fn validate(&self, params: &OnboardDeviceParams, clock: &Clock) -> Result<()> {
        let now = clock.unix_timestamp;
        let network = *self.network.address();
        require!(
            self.class.network == network && self.maker.network == network,
            RegistryError::WrongNetwork
        );
        self.network.require_not_paused()?;
        require!(self.maker.revoked == 0, RegistryError::MakerRevoked);
        require!(self.maker.onboarded < self.maker.quota, RegistryError::MakerQuotaExhausted);
        let terms = self.class.terms_at(now);
        require!(terms.closed == 0, RegistryError::ClassClosed);
        require!(
            *self.treasury.address() == self.network.terms_at(now).treasury,
            RegistryError::WrongTreasury
        );
        match &self.license {
            Some(license) => license.require_valid(&network, self.owner.address(), now)?,
            None => {
                require!(terms.license_required == 0, RegistryError::LicenseRequired);
            }
        }
        require!(is_padded_name(&params.serial), RegistryError::InvalidName);
        require!(
            params.location == 0 || is_h3_cell(params.location),
            RegistryError::InvalidLocation
        );
        self.validate_signatures(params, clock.slot)
    }

    fn validate_signatures(&self, params: &OnboardDeviceParams, current: u64) -> Result<()> {
        let network = self.network.address().as_array();
        let scheme = if self.class.scheme == SignatureScheme::P256 as u8 {
            SignatureScheme::P256
        } else {
            require!(params.key[32] == 0, RegistryError::InvalidKey);
            SignatureScheme::Ed25519
        };
        let before = |index: i64, program: &Address| {
            let instruction = self
                .instructions
                .get_instruction_relative(index)
                .map_err(|_| RegistryError::MissingSignatures)?;
            require!(instruction.get_program_id() == program, RegistryError::MissingSignatures);
            Ok::<_, ProgramError>(instruction)
        };
        // An Ed25519 device's signature is the second one of the maker's instruction.
        let last = before(
            -1,
            match scheme {
                SignatureScheme::Ed25519 => &ED25519_PROGRAM,
                SignatureScheme::P256 => &SECP256R1_PROGRAM,
            },
        )?;
        let device = match scheme {
            SignatureScheme::Ed25519 => {
                verified_signature(last.get_instruction_data(), 1, ED25519_KEY_BYTES)
            }
            SignatureScheme::P256 => {
                verified_signature(last.get_instruction_data(), 0, SECP256R1_KEY_BYTES)
            }
        };
        let first = match scheme {
            SignatureScheme::Ed25519 => last,
            SignatureScheme::P256 => before(-2, &ED25519_PROGRAM)?,
        };
        let maker = verified_signature(first.get_instruction_data(), 0, ED25519_KEY_BYTES)
            .ok_or(RegistryError::MissingSignatures)?;
        let maker_signed =
            maker_message(network, scheme, &params.key, self.class.index, &params.serial);
        require!(
            maker.key == self.maker.attesting_key.as_ref() && maker.message == maker_signed,
            RegistryError::MakerSignatureMismatch
        );

        let slot_hash = slot_hash(params.slot, current).ok_or(RegistryError::SlotHashUnknown)?;
        let device = device.ok_or(RegistryError::MissingSignatures)?;
        let device_signed =
            device_message(network, self.owner.address().as_array(), params.slot, &slot_hash);
        // An Ed25519 key ends before the zero that was checked above.
        require!(
            params.key.starts_with(device.key) && device.message == device_signed,
            RegistryError::DeviceSignatureMismatch
        );
        Ok(())
    }

    /// - the network is not paused; class and maker are the network's; the class takes devices
    /// - the maker is not revoked and has quota left
    /// - a class that requires a licence gets a valid one of the owner; one that is given is valid
    /// - the serial is readable text, the location a cell of resolution 8 or finer, or none
    /// - the maker signed network, device key, class and serial, and the device signed network,
    ///   owner and a recent slot's hash: for an Ed25519 class both in the Ed25519 precompile's
    ///   instruction right before this one, for a P-256 class the maker in that precompile's
    ///   instruction two before and the device in the secp256r1 precompile's right before
    /// - the payer pays the class's fee to the network's treasury
    #[inline(always)]
    pub fn onboard_device(
        &mut self,
        params: &OnboardDeviceParams,
        bumps: &OnboardDeviceBumps,
    ) -> Result<()> {
        let clock = Clock::get()?;
        let now = clock.unix_timestamp;
        self.validate(params, &clock)?;
        let (network, owner) = (*self.network.address(), *self.owner.address());
        let (address, mint, maker) =
            (*self.device.address(), *self.mint.address(), *self.maker.address());
        let license = self.license.as_ref().map(|license| *license.address()).unwrap_or_default();
        let (class, scheme) = (self.class.index, self.class.scheme);

        let device = &mut *self.device;
        // Everything else is zero in a fresh account: status 0 is active.
        device.network = network;
        device.mint = mint;
        device.maker = maker;
        device.operator = owner;
        device.previous_operator = owner;
        device.earlier_operator = owner;
        device.license = license;
        device.previous_license = license;
        device.operator_since = now;
        device.previous_operator_since = now;
        device.onboarded_at = now;
        device.location = params.location;
        device.previous_location = params.location;
        device.location_since = if params.location == 0 { 0 } else { now };
        device.status_since = now;
        device.previous_status_since = now;
        device.class = class;
        device.scheme = scheme;
        device.version = VERSION;
        device.bump = bumps.device;
        device.mint_bump = bumps.mint;
        device.key = params.key;
        device.serial = params.serial;
        self.count()?;

        let fee = self.class.terms_at(now).onboarding_fee_lamports;
        if fee > 0 {
            Transfer { from: self.payer.account(), to: self.treasury.account(), lamports: fee }
                .invoke()?;
        }
        self.create_nft(params, bumps.mint)?;
        emit!(DeviceOnboarded {
            network,
            device: address,
            mint,
            maker,
            owner,
            license,
            location: params.location,
            class,
            scheme,
            key: params.key,
        });
        Ok(())
    }

    fn count(&mut self) -> Result<()> {
        let more = |count: u64| count.checked_add(1).ok_or(RegistryError::Overflow);
        let more32 = |count: u32| count.checked_add(1).ok_or(RegistryError::Overflow);
        self.maker.onboarded = more32(self.maker.onboarded)?;
        self.maker.live = more32(self.maker.live)?;
        self.class.device_count = more(self.class.device_count)?;
        self.network.device_count = more(self.network.device_count)?;
        self.network.live_device_count = more(self.network.live_device_count)?;
        Ok(())
    }

    /// Mints the one token that controls the device and gives up the right to mint more.
    fn create_nft(&self, params: &OnboardDeviceParams, mint_bump: u8) -> Result<()> {
        let network = &*self.network;
        let serial = padded_text(&params.serial);
        let mut name = [0; NAME_BYTES];
        let name = joined(&mut name, &[padded_text(&network.name), " ", serial]);
        let symbol = padded_text(&network.symbol);
        let uri = padded_text(&self.class.uri);
        let mut key = [0; 2 * DEVICE_KEY_BYTES];
        let mut class = [0; 5];
        let fields: &[(&str, &str)] = &[
            ("device_key", hex(&mut key, &params.key, self.class.scheme)),
            ("class", decimal(&mut class, self.class.index)),
            ("serial", serial),
        ];

        let token_program = self.token_program.address();
        let device = self.device.address();
        let bump = [mint_bump];
        let final_bytes =
            (MINT_BYTES + MEMBER_BYTES).saturating_add(metadata_bytes(name, symbol, uri, fields));
        create_mint_account(
            self.payer.account(),
            self.mint.account(),
            MINT_BYTES,
            final_bytes,
            token_program,
            &[MINT_SEED, device.as_ref(), &bump],
        )?;
        let bump = [network.bump];
        let seeds: &[&[u8]] =
            &[NETWORK_SEED, network.creator.as_ref(), network.name.as_ref(), &bump];
        let nft = NetworkMint {
            program: token_program,
            mint: self.mint.account(),
            network: self.network.account(),
            seeds: &[seeds],
        };
        nft.close_authority();
        nft.point(Pointer::Metadata);
        nft.point(Pointer::Member);
        nft.initialize();
        nft.metadata(name, symbol, uri, fields);
        nft.join(self.group.account());
        create_associated_token(
            self.associated_token_program.address(),
            [
                self.payer.account(),
                self.owner_token.account(),
                self.owner.account(),
                self.mint.account(),
                self.system_program.account(),
                self.token_program.account(),
            ],
        );
        nft.mint_one(self.owner_token.account());
        Ok(())
    }
}

/// `parts` one after the other in `buffer`, which holds them all.
fn joined<'a>(buffer: &'a mut [u8], parts: &[&str]) -> &'a str {
    let mut len = 0usize;
    for byte in parts.iter().flat_map(|part| part.bytes()) {
        if let Some(to) = buffer.get_mut(len) {
            *to = byte;
            len = len.saturating_add(1);
        }
    }
    buffer.get(..len).and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default()
}

/// The key in hexadecimal digits, without the zero that follows an Ed25519 key.
fn hex<'a>(
    buffer: &'a mut [u8; 2 * DEVICE_KEY_BYTES],
    key: &[u8; DEVICE_KEY_BYTES],
    scheme: u8,
) -> &'a str {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or_default();
    let (pairs, _) = buffer.as_chunks_mut::<2>();
    for ([high, low], byte) in pairs.iter_mut().zip(key) {
        *high = digit(byte >> 4);
        *low = digit(byte & 0xf);
    }
    let len = if scheme == SignatureScheme::P256 as u8 { 66 } else { 64 };
    buffer.get(..len).and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default()
}

/// The number in decimal digits.
fn decimal(buffer: &mut [u8; 5], mut number: u16) -> &str {
    let mut start = buffer.len();
    for (at, to) in buffer.iter_mut().enumerate().rev() {
        *to = (number % 10) as u8 | b'0';
        number /= 10;
        start = at;
        if number == 0 {
            break;
        }
    }
    buffer.get(start..).and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default()
}
