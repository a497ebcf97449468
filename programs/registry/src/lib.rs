//! Cairn's registry: who takes part in a network.
//!
//! A founder creates a [`state::Network`], gives it device classes and makers, and devices join as
//! Token-2022 NFTs once their maker and they themselves have signed. Whoever holds the NFT names
//! the operator that the device earns for. Oracles read all of this at `finalized`; the program
//! moves no rewards itself.
#![cfg_attr(not(feature = "idl-build"), no_std)]

extern crate alloc;

#[cfg(target_arch = "bpf")]
use cairn_builtins as _;

use anchor_lang::prelude::*;

pub mod error;
pub mod events;
#[allow(unused_variables, reason = "derive(Accounts) binds every #[instruction] argument")]
pub mod instructions;
pub mod precompile;
pub mod state;

use instructions::*;

declare_id!("GPfXfJLBY5WiwmvreE5QsHn95Droy16Qn5G7He7J3trG");

#[program]
pub mod cairn_registry {
    use super::*;

    /// Creates a network, whose address derives from its creator and name. The creator becomes
    /// its authority.
    pub fn create_network(
        ctx: &mut Context<CreateNetwork>,
        name: [u8; 32],
        guardian: Address,
    ) -> Result<()> {
        ctx.accounts.create_network(name, guardian, ctx.bumps.network)
    }

    /// Adds a device class. Signed by the network's authority.
    pub fn create_class(ctx: &mut Context<CreateClass>, params: CreateClassParams) -> Result<()> {
        ctx.accounts.create_class(params, ctx.bumps.class)
    }

    /// Lets a maker vouch for up to `quota` devices. Signed by the network's authority.
    pub fn add_maker(
        ctx: &mut Context<AddMaker>,
        attesting_key: Address,
        quota: u32,
    ) -> Result<()> {
        ctx.accounts.add_maker(attesting_key, quota, ctx.bumps.maker)
    }

    /// Onboards a device: checks the maker's and the device's signatures through the precompile
    /// instruction right before this one, creates the device's account and NFT, and gives the NFT
    /// to `owner`, who also becomes the operator.
    pub fn onboard_device(
        ctx: &mut Context<OnboardDevice>,
        params: OnboardDeviceParams,
    ) -> Result<()> {
        ctx.accounts.onboard_device(&params, &ctx.bumps)
    }

    /// Sets the operator that a device earns for. Signed by the holder of the device's NFT.
    pub fn set_operator(ctx: &mut Context<SetOperator>, operator: Address) -> Result<()> {
        ctx.accounts.set_operator(operator)
    }
}
