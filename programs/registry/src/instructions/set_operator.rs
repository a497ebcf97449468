use crate::{error::RegistryError, events::OperatorSet, state::Device};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenAccount;

/// Accounts expected:
/// 0. `[signer]` holder of the device's NFT
/// 1. `[]` token account of the holder with the NFT
/// 2. `[writable]` device
#[derive(Accounts)]
pub struct SetOperator {
    pub holder: Signer,
    pub holder_token: InterfaceAccount<TokenAccount>,
    #[account(mut)]
    pub device: Account<Device>,
}

impl SetOperator {
    fn validate(&self, operator: &Address) -> Result<()> {
        // The mint is this program's own and has a supply of one, so an account with an amount of
        // one holds the only token.
        require!(
            *self.holder_token.mint() == self.device.mint
                && self.holder_token.amount() == 1
                && self.holder_token.owner() == self.holder.address(),
            RegistryError::NotHolder
        );
        require!(*operator != self.device.operator, RegistryError::OperatorUnchanged);
        require!(*operator != Address::default(), RegistryError::InvalidKey);
        Ok(())
    }

    /// - the holder of the one NFT signs
    /// - the operator changes
    #[inline(always)]
    pub fn set_operator(&mut self, operator: Address) -> Result<()> {
        self.validate(&operator)?;
        let old_operator = self.device.operator;
        self.device.earlier_operator = self.device.previous_operator;
        self.device.previous_operator_since = self.device.operator_since;
        self.device.previous_operator = old_operator;
        self.device.operator = operator;
        self.device.operator_since = Clock::get()?.unix_timestamp;
        emit!(OperatorSet { device: *self.device.address(), old_operator, new_operator: operator });
        Ok(())
    }
}
