use crate::{
    error::RegistryError,
    events::NetworkClosed,
    state::{GROUP_SEED, NETWORK_SEED, Network},
    token2022::NetworkMint,
};
use anchor_lang::prelude::*;

/// Accounts expected:
/// 0. `[writable, signer]` authority of the network, gets the rent
/// 1. `[writable]` network, closed here
/// 2. `[writable]` mint that groups the devices' NFTs, closed here
/// 3. `[]` Token-2022 program
#[derive(Accounts)]
pub struct CloseNetwork {
    #[account(mut)]
    pub authority: Signer,
    #[account(mut, close = authority)]
    pub network: Account<Network>,
    /// Made by this program at the address that the seeds derive.
    #[account(mut, seeds = [GROUP_SEED, network.address().as_ref()], bump = network.group_bump)]
    pub group: UncheckedAccount,
    pub token_program: Program<Token2022>,
}

impl CloseNetwork {
    /// - the network's authority signs, and it is the creator: only the creator could use the
    ///   address again, so nobody else can take over what pools and stake pools of this network
    ///   still grant to its authority
    /// - there are no devices, classes, makers and licences
    #[inline(always)]
    pub fn close_network(&mut self) -> Result<()> {
        let network = &self.network;
        network.require_authority(self.authority.address())?;
        require!(network.creator == network.authority, RegistryError::NotCreator);
        require!(
            network.live_device_count == 0
                && network.live_class_count == 0
                && network.maker_count == 0
                && network.license_count == 0,
            RegistryError::NetworkInUse
        );
        let bump = [network.bump];
        let seeds: &[&[u8]] =
            &[NETWORK_SEED, network.creator.as_ref(), network.name.as_ref(), &bump];
        NetworkMint {
            program: self.token_program.address(),
            mint: self.group.account(),
            network: network.account(),
            seeds: &[seeds],
        }
        .close(self.authority.account());
        emit!(NetworkClosed { network: *self.network.address() });
        Ok(())
    }
}
