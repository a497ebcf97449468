use crate::{
    error::RegistryError,
    events::NetworkCreated,
    state::{
        GROUP_SEED, MAX_DELAY_SECONDS, NETWORK_SEED, Network, NetworkTerms, VERSION,
        is_padded_name, padded_text,
    },
    token2022::{
        CLOSE_AUTHORITY_BYTES, GROUP_BYTES, MINT_BASE_BYTES, NetworkMint, POINTER_BYTES, Pointer,
        create_mint_account, metadata_bytes,
    },
};
use anchor_lang::prelude::*;

/// Bytes of the group mint as created; metadata and group are added to it.
const GROUP_MINT_BYTES: usize = MINT_BASE_BYTES + CLOSE_AUTHORITY_BYTES + 2 * POINTER_BYTES;

/// Data of `create_network`.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy)]
pub struct CreateNetworkParams {
    /// UTF-8, zero-padded, not empty; part of the address.
    pub name: [u8; 32],
    /// Symbol of the devices' NFTs, UTF-8, zero-padded, not empty.
    pub symbol: [u8; 8],
    /// Length of the settlement period, 1 second to 30 days, fixed for life; the epoch's length.
    pub settle_seconds: u32,
    /// What the authority may change later.
    pub terms: NetworkTerms,
}

/// Accounts expected:
/// 0. `[writable, signer]` creator, pays the rent and becomes the authority
/// 1. `[writable]` network, created here
/// 2. `[writable]` mint that groups the devices' NFTs, created here
/// 3. `[]` Token-2022 program
/// 4. `[]` system program
#[derive(Accounts)]
#[instruction(params: CreateNetworkParams)]
pub struct CreateNetwork {
    #[account(mut)]
    pub creator: Signer,
    #[account(
        init,
        payer = creator,
        seeds = [NETWORK_SEED, creator.address().as_ref(), params.name.as_ref()],
        bump
    )]
    pub network: Account<Network>,
    /// Created by this instruction at the address that the seeds derive.
    #[account(mut, seeds = [GROUP_SEED, network.address().as_ref()], bump)]
    pub group: UncheckedAccount,
    pub token_program: Program<Token2022>,
    pub system_program: Program<System>,
}

impl CreateNetwork {
    fn validate(params: &CreateNetworkParams) -> Result<()> {
        require!(is_padded_name(&params.name), RegistryError::InvalidName);
        require!(is_padded_name(&params.symbol), RegistryError::InvalidName);
        require!(
            (1..=MAX_DELAY_SECONDS).contains(&params.settle_seconds),
            RegistryError::InvalidDelay
        );
        params.terms.validate()
    }

    /// - name and symbol are readable text
    /// - the settlement period and the delay of changes are within their limits
    /// - the treasury is somebody's
    #[inline(always)]
    pub fn create_network(
        &mut self,
        params: &CreateNetworkParams,
        bumps: &CreateNetworkBumps,
    ) -> Result<()> {
        Self::validate(params)?;
        let creator = *self.creator.address();
        let network = *self.network.address();
        let account = &mut *self.network;
        // Everything else is zero in a fresh account.
        account.authority = creator;
        account.creator = creator;
        account.name = params.name;
        account.symbol = params.symbol;
        account.terms = params.terms;
        account.settle_seconds = params.settle_seconds;
        account.version = VERSION;
        account.bump = bumps.network;
        account.group_bump = bumps.group;
        self.create_group(params)?;
        emit!(NetworkCreated {
            network,
            authority: creator,
            group: *self.group.address(),
            name: params.name,
            settle_seconds: params.settle_seconds,
            terms: params.terms,
        });
        Ok(())
    }

    /// Creates the mint that wallets show as the collection of the network's devices. Nobody ever
    /// mints from it.
    fn create_group(&self, params: &CreateNetworkParams) -> Result<()> {
        let (name, symbol) = (padded_text(&params.name), padded_text(&params.symbol));
        let network = *self.network.address();
        let bump = [self.network.group_bump];
        let final_bytes =
            (GROUP_MINT_BYTES + GROUP_BYTES).saturating_add(metadata_bytes(name, symbol, "", &[]));
        create_mint_account(
            self.creator.account(),
            self.group.account(),
            GROUP_MINT_BYTES,
            final_bytes,
            self.token_program.address(),
            &[GROUP_SEED, network.as_ref(), &bump],
        )?;
        let bump = [self.network.bump];
        let creator = self.creator.address();
        let seeds: &[&[u8]] = &[NETWORK_SEED, creator.as_ref(), &params.name, &bump];
        let mint = NetworkMint {
            program: self.token_program.address(),
            mint: self.group.account(),
            network: self.network.account(),
            seeds: &[seeds],
        };
        mint.close_authority();
        mint.point(Pointer::Metadata);
        mint.point(Pointer::Group);
        mint.initialize();
        mint.metadata(name, symbol, "", &[]);
        mint.group();
        Ok(())
    }
}
