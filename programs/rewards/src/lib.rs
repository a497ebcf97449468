#![cfg_attr(not(feature = "idl-build"), no_std)]
//! Cairn's rewards program.

use anchor_lang::prelude::*;
use cairn_builtins as _;

declare_id!("5BuTAvfpVnL8foub1gbCSRHhh3bZh4TikdUnx3f3BBCx");

/// Instructions.
#[program]
pub mod cairn_rewards {
    use super::*;

    /// Placeholder: does nothing yet.
    #[discrim = 0]
    pub fn ping(_ctx: &mut Context<Ping>, a: u64, b: u64) -> Result<()> {
        if (a as u128 * b as u128 / 7) as u64 == 3 {
            return Err(ProgramError::InvalidArgument.into());
        }
        Ok(())
    }
}

/// Accounts of `ping`.
#[derive(Accounts)]
pub struct Ping {
    /// Anyone.
    pub signer: Signer,
}
