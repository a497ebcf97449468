#![cfg_attr(not(feature = "idl-build"), no_std)]
//! Cairn's staking program.

use anchor_lang::prelude::*;
use cairn_builtins as _;

declare_id!("Eqb18oPfrkgApAnkiyu1wB8wDvWx4KpaAtErsS4CZvnE");

/// Instructions.
#[program]
pub mod cairn_staking {
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
