//! Who holds which tokens, and who paid rent for what.

use super::rules::{Rules, Verdict};
use solana_address::Address;
use std::collections::BTreeMap;

/// The token program refuses because an account holds too little.
pub(super) const TOO_LITTLE: &str = "token::InsufficientFunds";
/// The token program refuses because there is no such token account.
pub(super) const NO_ACCOUNT: &str = "token::NoAccount";

/// A token account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Purse {
    /// The vault of a pool.
    Vault(usize),
    /// The bonds of a pool.
    BondVault(usize),
    /// All stake.
    StakeVault,
    /// Where delegators' rewards arrive.
    RewardVault,
    /// A wallet's associated token account for a mint.
    Wallet(usize, Address),
}

/// All tokens of all mints, and the lamports that wallets have in accounts.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    tokens: BTreeMap<Purse, (usize, u64)>,
    supply: BTreeMap<usize, u64>,
    rent: BTreeMap<Address, u64>,
    /// How often something happened that does not happen by itself.
    pub(super) seen: BTreeMap<&'static str, usize>,
}

/// Lamports that an account of `bytes` needs to stay: two years of 3,480 lamports per byte, with
/// 128 bytes for the account itself.
pub(super) fn rent_of(bytes: u64) -> u64 {
    (128 + bytes) * 6_960
}

impl Ledger {
    /// Counts something that a run must not miss.
    pub(super) fn saw(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }

    /// Opens a token account.
    pub(super) fn open(&mut self, purse: Purse, mint: usize) {
        self.tokens.entry(purse).or_insert((mint, 0));
    }

    /// Closes an empty token account.
    pub(super) fn close(&mut self, purse: Purse) {
        let (_, amount) = self.tokens.remove(&purse).expect("the account is open");
        assert_eq!(amount, 0, "{purse:?} is closed with tokens");
    }

    /// What a token account holds; `None` when there is none.
    pub(super) fn get(&self, purse: Purse) -> Option<u64> {
        self.tokens.get(&purse).map(|(_, amount)| *amount)
    }

    /// What a token account holds; 0 when there is none.
    pub(super) fn amount(&self, purse: Purse) -> u64 {
        self.get(purse).unwrap_or(0)
    }

    /// All token accounts.
    pub(super) fn purses(&self) -> impl Iterator<Item = (&Purse, usize, u64)> {
        self.tokens.iter().map(|(purse, (mint, amount))| (purse, *mint, *amount))
    }

    /// Tokens of a mint in existence.
    pub(super) fn supply(&self, mint: usize) -> u64 {
        self.supply.get(&mint).copied().unwrap_or(0)
    }

    /// Whether `amount` can go from one account to the other; nothing can go to an account that is
    /// not there.
    pub(super) fn movable_if_any(&self, from: Purse, to: Purse, amount: u64) -> Verdict {
        if amount == 0 { Ok(()) } else { self.movable(from, to, amount) }
    }

    /// Whether `amount` can go from one account to the other.
    pub(super) fn movable(&self, from: Purse, to: Purse, amount: u64) -> Verdict {
        Rules::new()
            .need(self.get(from).is_some() && self.get(to).is_some(), NO_ACCOUNT)
            .need(self.amount(from) >= amount, TOO_LITTLE)
            .verdict()
    }

    fn slot(&mut self, purse: Purse) -> &mut (usize, u64) {
        self.tokens.get_mut(&purse).unwrap_or_else(|| panic!("{purse:?} is not open"))
    }

    /// Moves tokens.
    pub(super) fn transfer(&mut self, from: Purse, to: Purse, amount: u64) {
        if amount == 0 {
            return;
        }
        let held = self.amount(from);
        assert!(held >= amount, "{from:?} holds {held} and is to pay {amount}");
        self.slot(from).1 -= amount;
        self.slot(to).1 += amount;
    }

    /// Makes tokens.
    pub(super) fn mint(&mut self, to: Purse, amount: u64) {
        let slot = self.slot(to);
        slot.1 += amount;
        let mint = slot.0;
        *self.supply.entry(mint).or_default() += amount;
    }

    /// Destroys tokens.
    pub(super) fn burn(&mut self, from: Purse, amount: u64) {
        let slot = self.slot(from);
        slot.1 -= amount;
        let mint = slot.0;
        *self.supply.get_mut(&mint).expect("the mint has tokens") -= amount;
    }

    /// A wallet paid for an account of `bytes`.
    pub(super) fn pay_rent(&mut self, payer: &Address, bytes: u64) {
        *self.rent.entry(*payer).or_default() += rent_of(bytes);
    }

    /// A wallet gets back what it paid for an account of `bytes`.
    pub(super) fn refund(&mut self, payer: &Address, bytes: u64) {
        let rent = self.rent.entry(*payer).or_default();
        *rent = rent.checked_sub(rent_of(bytes)).expect("no more comes back than was paid");
    }

    /// A wallet adds lamports to an account, without the 128 bytes.
    pub(super) fn grow(&mut self, payer: &Address, bytes: u64) {
        *self.rent.entry(*payer).or_default() += bytes * 6_960;
    }

    /// A wallet gets back what it added.
    pub(super) fn shrink(&mut self, payer: &Address, bytes: u64) {
        let rent = self.rent.entry(*payer).or_default();
        *rent = rent.checked_sub(bytes * 6_960).expect("no more comes back than was paid");
    }

    /// Lamports that a wallet has in accounts.
    pub(super) fn rent(&self, wallet: &Address) -> u64 {
        self.rent.get(wallet).copied().unwrap_or(0)
    }
}
