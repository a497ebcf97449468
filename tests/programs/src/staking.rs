use crate::{Chain, Network};
use cairn_sdk::{address, instruction};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// A network's stake pool with a cooldown of a day.
pub struct StakePool {
    /// Address of the stake pool.
    pub address: Address,
    /// Mint of the stake and who may mint.
    pub mint: (Address, Keypair),
    /// Address of the vault.
    pub vault: Address,
}

impl StakePool {
    /// The cooldown.
    pub const COOLDOWN_SECONDS: u32 = 86_400;

    /// Creates the stake pool.
    pub fn create(chain: &mut Chain, network: &Network) -> Self {
        let mint = chain.mint();
        let authority = &network.authority;
        chain.send(
            &[instruction::create_stake_pool(
                &authority.pubkey(),
                &network.address,
                &mint.0,
                Self::COOLDOWN_SECONDS,
            )],
            &[authority],
        );
        let address = address::stake_pool(&network.address);
        Self { address, mint, vault: address::stake_vault(&address) }
    }

    /// A wallet with `amount` of the stake's mint, and its token account.
    pub fn staker(&self, chain: &mut Chain, amount: u64) -> (Keypair, Address) {
        let wallet = chain.wallet();
        let account = chain.token_account(&wallet.pubkey(), &self.mint.0);
        chain.mint_to(&self.mint, &account, amount);
        (wallet, account)
    }

    /// Opens an operator's bond for class 0 and returns its address.
    pub fn open(&self, chain: &mut Chain, owner: &Keypair) -> Address {
        let wallet = owner.pubkey();
        chain.send(&[instruction::open_bond(&wallet, &self.address, &wallet, 0, 0)], &[owner]);
        address::bond(&self.address, &wallet, 0, 0)
    }

    /// An open bond with `amount` in it: owner, its token account, and the bond.
    pub fn bonded(&self, chain: &mut Chain, amount: u64) -> (Keypair, Address, Address) {
        let (owner, account) = self.staker(chain, amount);
        let bond = self.open(chain, &owner);
        chain.send(
            &[instruction::bond(&owner.pubkey(), &account, &self.address, &bond, amount)],
            &[&owner],
        );
        (owner, account, bond)
    }
}
