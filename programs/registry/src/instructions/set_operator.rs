use crate::{
    error::RegistryError,
    events::OperatorSet,
    holder::require_holder,
    state::{Device, Network},
};
use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenAccount;

/// Accounts expected:
/// 0. `[signer]` holder of the device's NFT
/// 1. `[]` token account of the holder with the NFT
/// 2. `[]` network
/// 3. `[writable]` device
#[derive(Accounts)]
pub struct SetOperator {
    pub holder: Signer,
    pub holder_token: InterfaceAccount<TokenAccount>,
    pub network: Account<Network>,
    #[account(mut)]
    pub device: Account<Device>,
}

impl SetOperator {
    fn validate(&self, operator: &Address) -> Result<()> {
        require_holder(&self.device, &self.holder, &self.holder_token)?;
        self.device.require_network(&self.network)?;
        require!(*operator != self.device.operator, RegistryError::OperatorUnchanged);
        require!(*operator != Address::default(), RegistryError::InvalidKey);
        Ok(())
    }

    /// - the holder of the one NFT signs, the device is the network's
    /// - the operator changes, to somebody
    ///
    /// An epoch's rewards go to the operator at the start of the settlement period in which the
    /// epoch ends.
    #[inline(always)]
    pub fn set_operator(&mut self, operator: Address) -> Result<()> {
        self.validate(&operator)?;
        let old_operator = self.device.operator;
        let now = Clock::get()?.unix_timestamp;
        self.device.record_operator(operator, now, self.network.settle_seconds);
        emit!(OperatorSet { device: *self.device.address(), old_operator, new_operator: operator });
        Ok(())
    }
}
