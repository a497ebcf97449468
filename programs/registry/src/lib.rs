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
mod holder;
#[allow(unused_variables, reason = "derive(Accounts) binds every #[instruction] argument")]
pub mod instructions;
pub mod precompile;
mod slot_hashes;
pub mod state;
mod token2022;

use instructions::*;
use state::{ClassTerms, NetworkTerms};

declare_id!("GPfXfJLBY5WiwmvreE5QsHn95Droy16Qn5G7He7J3trG");

#[program]
pub mod cairn_registry {
    use super::*;

    /// Creates a network, whose address derives from its creator and name, and the mint that groups
    /// its devices. The creator becomes its authority.
    pub fn create_network(
        ctx: &mut Context<CreateNetwork>,
        params: CreateNetworkParams,
    ) -> Result<()> {
        ctx.accounts.create_network(&params, &ctx.bumps)
    }

    /// Proposes another authority, which may accept after the delay. Signed by the authority.
    pub fn propose_authority(
        ctx: &mut Context<ProposeAuthority>,
        new_authority: Address,
    ) -> Result<()> {
        ctx.accounts.propose_authority(new_authority)
    }

    /// Makes the proposed authority the authority. Signed by the proposed one.
    pub fn accept_authority(ctx: &mut Context<AcceptAuthority>) -> Result<()> {
        ctx.accounts.accept_authority()
    }

    /// Takes the proposal of another authority back. Signed by the authority.
    pub fn cancel_authority(ctx: &mut Context<CancelAuthority>) -> Result<()> {
        ctx.accounts.cancel_authority()
    }

    /// Pauses the network: no onboarding and no finalization of rewards; claims go on. Signed by the
    /// guardian or the authority.
    pub fn pause_network(ctx: &mut Context<PauseNetwork>) -> Result<()> {
        ctx.accounts.pause_network()
    }

    /// Ends the pause. Signed by the authority.
    pub fn unpause_network(ctx: &mut Context<UnpauseNetwork>) -> Result<()> {
        ctx.accounts.unpause_network()
    }

    /// Proposes other terms of the network, which come into force after the present terms' delay.
    /// Signed by the authority.
    pub fn propose_network_update(
        ctx: &mut Context<ProposeNetworkUpdate>,
        terms: NetworkTerms,
    ) -> Result<()> {
        ctx.accounts.propose_network_update(&terms)
    }

    /// Takes proposed terms back while they are not in force. Signed by the authority.
    pub fn cancel_network_update(ctx: &mut Context<CancelNetworkUpdate>) -> Result<()> {
        ctx.accounts.cancel_network_update()
    }

    /// Closes an empty network and its group mint. Signed by the authority, which must be the
    /// creator and gets the rent.
    pub fn close_network(ctx: &mut Context<CloseNetwork>) -> Result<()> {
        ctx.accounts.close_network()
    }

    /// Adds a device class. Signed by the network's authority.
    pub fn create_class(ctx: &mut Context<CreateClass>, params: CreateClassParams) -> Result<()> {
        ctx.accounts.create_class(&params, ctx.bumps.class)
    }

    /// Proposes other terms of a class, which come into force after the network's delay. Signed by the
    /// network's authority.
    pub fn propose_class_update(
        ctx: &mut Context<ProposeClassUpdate>,
        terms: ClassTerms,
    ) -> Result<()> {
        ctx.accounts.propose_class_update(&terms)
    }

    /// Takes proposed terms of a class back while they are not in force. Signed by the network's
    /// authority.
    pub fn cancel_class_update(ctx: &mut Context<CancelClassUpdate>) -> Result<()> {
        ctx.accounts.cancel_class_update()
    }

    /// Closes a class without devices; its number is not used again. Signed by the network's
    /// authority; the rent goes to who paid it.
    pub fn close_class(ctx: &mut Context<CloseClass>) -> Result<()> {
        ctx.accounts.close_class()
    }

    /// Lets a maker vouch for up to `quota` devices. Signed by the network's authority.
    pub fn add_maker(
        ctx: &mut Context<AddMaker>,
        attesting_key: Address,
        quota: u32,
    ) -> Result<()> {
        ctx.accounts.add_maker(attesting_key, quota, ctx.bumps.maker)
    }

    /// Sets how many devices a maker may vouch for over its life. Signed by the network's authority.
    pub fn set_maker_quota(ctx: &mut Context<SetMakerQuota>, quota: u32) -> Result<()> {
        ctx.accounts.set_maker_quota(quota)
    }

    /// Ends a maker's right to vouch, for good. Signed by the network's authority.
    pub fn revoke_maker(ctx: &mut Context<RevokeMaker>) -> Result<()> {
        ctx.accounts.revoke_maker()
    }

    /// Closes a revoked maker without devices. Signed by the network's authority; the rent goes to who
    /// paid it.
    pub fn close_maker(ctx: &mut Context<CloseMaker>) -> Result<()> {
        ctx.accounts.close_maker()
    }

    /// Issues a licence to a wallet. Signed by the network's licence issuer or authority.
    pub fn issue_license(
        ctx: &mut Context<IssueLicense>,
        params: IssueLicenseParams,
    ) -> Result<()> {
        ctx.accounts.issue_license(&params, ctx.bumps.license)
    }

    /// Extends a licence, or revives one that has lapsed. Signed by the network's licence issuer or
    /// authority.
    pub fn renew_license(ctx: &mut Context<RenewLicense>, expires_at: i64) -> Result<()> {
        ctx.accounts.renew_license(expires_at)
    }

    /// Ends a licence at once. Signed by the network's licence issuer or authority.
    pub fn revoke_license(ctx: &mut Context<RevokeLicense>) -> Result<()> {
        ctx.accounts.revoke_license()
    }

    /// Closes a licence that is over. Anyone may send it; the rent goes to who paid it.
    pub fn close_license(ctx: &mut Context<CloseLicense>) -> Result<()> {
        ctx.accounts.close_license()
    }

    /// Onboards a device: checks the maker's and the device's signatures through the precompile
    /// instructions right before this one, creates the device's account and NFT, and gives the NFT
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

    /// Says where a device stands, for a fee. Signed by the holder of the device's NFT and the payer.
    pub fn assert_location(ctx: &mut Context<AssertLocation>, location: u64) -> Result<()> {
        ctx.accounts.assert_location(location)
    }

    /// Puts a device under another licence of its holder. Signed by the holder of the device's NFT.
    pub fn set_license(ctx: &mut Context<SetLicense>) -> Result<()> {
        ctx.accounts.set_license()
    }

    /// Suspends a device: it earns nothing. Signed by the network's guardian or authority.
    pub fn suspend_device(ctx: &mut Context<SuspendDevice>) -> Result<()> {
        ctx.accounts.suspend_device()
    }

    /// Lets a suspended device earn again. Signed by the network's authority.
    pub fn reinstate_device(ctx: &mut Context<ReinstateDevice>) -> Result<()> {
        ctx.accounts.reinstate_device()
    }

    /// Begins a device's retirement: it earns nothing any more. Signed by the holder of its NFT.
    pub fn request_retirement(ctx: &mut Context<RequestRetirement>) -> Result<()> {
        ctx.accounts.request_retirement()
    }

    /// Takes the request for retirement back. Signed by the holder of the device's NFT.
    pub fn cancel_retirement(ctx: &mut Context<CancelRetirement>) -> Result<()> {
        ctx.accounts.cancel_retirement()
    }

    /// Ends a device: burns the NFT and closes all its accounts. Signed by the holder of its NFT, who
    /// gets the rent.
    pub fn retire_device(ctx: &mut Context<RetireDevice>) -> Result<()> {
        ctx.accounts.retire_device()
    }
}
