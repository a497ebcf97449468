use crate::{
    error::RegistryError,
    events::DeviceRetired,
    holder::require_holder,
    state::{Device, DeviceClass, MINT_SEED, Maker, NETWORK_SEED, Network, STATUS_RETIRING},
    token2022::NetworkMint,
};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenAccount;

/// Accounts expected:
/// 0. `[writable, signer]` holder of the device's NFT, gets all rent
/// 1. `[writable]` token account of the holder with the NFT, closed here
/// 2. `[writable]` network
/// 3. `[writable]` class of the device
/// 4. `[writable]` maker of the device
/// 5. `[writable]` device, closed here
/// 6. `[writable]` mint of the NFT, closed here
/// 7. `[]` Token-2022 program
#[derive(Accounts)]
pub struct RetireDevice {
    #[account(mut)]
    pub holder: Signer,
    #[account(mut)]
    pub holder_token: InterfaceAccount<TokenAccount>,
    #[account(mut)]
    pub network: Account<Network>,
    #[account(mut)]
    pub class: Account<DeviceClass>,
    #[account(mut)]
    pub maker: Account<Maker>,
    #[account(mut, close = holder)]
    pub device: Account<Device>,
    /// Made by this program at the address that the seeds derive.
    #[account(mut, seeds = [MINT_SEED, device.address().as_ref()], bump = device.mint_bump)]
    pub mint: UncheckedAccount,
    pub token_program: Program<Token2022>,
}

impl RetireDevice {
    fn validate(&self) -> Result<()> {
        let device = &*self.device;
        require_holder(device, &self.holder, &self.holder_token)?;
        device.require_network(&self.network)?;
        require!(
            self.class.network == device.network && self.class.index == device.class,
            RegistryError::WrongClass
        );
        require!(device.maker == *self.maker.address(), RegistryError::WrongMaker);
        require!(device.has_status(STATUS_RETIRING), RegistryError::NotRetiring);
        require!(
            self.network.is_settled(device.retiring_since, Clock::get()?.unix_timestamp),
            RegistryError::RetirementSettling
        );
        Ok(())
    }

    /// - the holder of the one NFT signs; network, class and maker are the device's
    /// - retirement was requested, and the settlement period after the one of the request is over
    ///
    /// The NFT is burned; every lamport of token account, mint and device goes to the holder. The
    /// device's key may join again.
    #[inline(always)]
    pub fn retire_device(&mut self) -> Result<()> {
        self.validate()?;
        let less = |count: u64| count.checked_sub(1).ok_or(RegistryError::Overflow);
        self.network.live_device_count = less(self.network.live_device_count)?;
        self.class.device_count = less(self.class.device_count)?;
        self.maker.live = self.maker.live.checked_sub(1).ok_or(RegistryError::Overflow)?;
        let bump = [self.network.bump];
        let seeds: &[&[u8]] =
            &[NETWORK_SEED, self.network.creator.as_ref(), self.network.name.as_ref(), &bump];
        let nft = NetworkMint {
            program: self.token_program.address(),
            mint: self.mint.account(),
            network: self.network.account(),
            seeds: &[seeds],
        };
        nft.burn_one(self.holder_token.account(), self.holder.account());
        nft.close(self.holder.account());
        emit!(DeviceRetired {
            network: *self.network.address(),
            device: *self.device.address(),
            holder: *self.holder.address(),
        });
        Ok(())
    }
}
