//! Who holds which tokens, and who paid rent for what.

use super::{
    fees::Fees,
    rules::{Rules, Verdict},
};
use solana_address::Address;
use std::collections::BTreeMap;

/// The token program refuses because an account holds too little.
pub(super) const TOO_LITTLE: &str = "token::InsufficientFunds";
/// The token program refuses because there is no such token account.
pub(super) const NO_ACCOUNT: &str = "token::NoAccount";
/// The token program refuses to close an account that still holds fees back.
pub(super) const WITHHELD: &str = "token-2022::Custom(35)";
/// Bytes of a token account without extensions.
const TOKEN_BYTES: u64 = 165;
/// Bytes that a mint with a fee adds: the kind of account, and the extension with its head.
const FEE_BYTES: u64 = 1 + 4 + 8;

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
    /// The fees of those mints that have any.
    pub(super) fees: BTreeMap<usize, Fees>,
    /// Fees that token accounts hold back.
    withheld: BTreeMap<Purse, u64>,
    /// What somebody sent to where it is nobody's.
    strays: BTreeMap<Purse, u64>,
    /// Epoch of the chain, by which fees change.
    pub(super) chain_epoch: u64,
    rent: BTreeMap<Address, u64>,
    /// Lamports that wallets gave to each other.
    gifts: BTreeMap<Address, i128>,
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
        assert_eq!(self.withheld(purse), 0, "{purse:?} is closed with fees");
        self.strays.remove(&purse);
    }

    /// Whether the token program closes an account once it is empty.
    pub(super) fn closable(&self, purse: Purse) -> Verdict {
        Rules::new().need(self.withheld(purse) == 0, WITHHELD).verdict()
    }

    /// Bytes of a program's token account for a mint.
    pub(super) fn token_bytes(&self, mint: usize) -> u64 {
        if self.fees.contains_key(&mint) { TOKEN_BYTES + FEE_BYTES } else { TOKEN_BYTES }
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

    /// What of a transfer of `amount` arrives.
    pub(super) fn arriving(&self, from: Purse, amount: u64) -> u64 {
        let fees = self.tokens.get(&from).and_then(|(mint, _)| self.fees.get(mint));
        amount - fees.map_or(0, |fees| fees.at(self.chain_epoch).of(amount))
    }

    /// Moves tokens and returns what arrived; the rest is a fee, held back where it went.
    pub(super) fn transfer(&mut self, from: Purse, to: Purse, amount: u64) -> u64 {
        if amount == 0 {
            return 0;
        }
        let held = self.amount(from);
        assert!(held >= amount, "{from:?} holds {held} and is to pay {amount}");
        let arrived = self.arriving(from, amount);
        let slot = self.slot(from);
        slot.1 -= amount;
        let mint = slot.0;
        let to_slot = self.slot(to);
        assert_eq!(to_slot.0, mint, "{from:?} and {to:?} hold one mint");
        to_slot.1 += arrived;
        if arrived < amount {
            *self.withheld.entry(to).or_default() += amount - arrived;
        }
        self.saw_fee(mint, amount, arrived);
        arrived
    }

    fn saw_fee(&mut self, mint: usize, amount: u64, arrived: u64) {
        let Some(fees) = self.fees.get(&mint).copied() else { return };
        let fee = fees.at(self.chain_epoch);
        if arrived == 0 {
            self.saw("fee of everything");
        }
        if fee.most > 0 && fee.of(amount) < fee.uncapped(amount) {
            self.saw("fee at its maximum");
        }
        if arrived < amount && fee == fees.newer && fee != fees.older {
            self.saw("fee after a change");
        }
        if fee != fees.newer && fees.newer.of(amount) != fee.of(amount) {
            self.saw("fee before a change");
        }
    }

    /// Fees that a token account holds back.
    pub(super) fn withheld(&self, purse: Purse) -> u64 {
        self.withheld.get(&purse).copied().unwrap_or(0)
    }

    /// Moves the fees that an account holds back to its mint.
    pub(super) fn harvest(&mut self, purse: Purse) {
        let fees = self.withheld.remove(&purse).unwrap_or(0);
        let mint = self.slot(purse).0;
        self.fees.get_mut(&mint).expect("the mint has fees").harvested += fees;
    }

    /// Pays the fees that an account holds back to whom they belong.
    pub(super) fn collect(&mut self, purse: Purse, to: Purse) {
        let fees = self.withheld.remove(&purse).unwrap_or(0);
        self.slot(to).1 += fees;
    }

    /// Pays what was harvested to whom it belongs.
    pub(super) fn collect_harvested(&mut self, mint: usize, to: Purse) {
        let fees = self.fees.get_mut(&mint).expect("the mint has fees");
        let fees = std::mem::take(&mut fees.harvested);
        self.slot(to).1 += fees;
    }

    /// All fees of a mint that nobody collected.
    pub(super) fn uncollected(&self, mint: usize) -> u64 {
        let withheld = self.withheld.iter().filter(|(purse, _)| self.tokens[purse].0 == mint);
        let withheld: u64 = withheld.map(|(_, fees)| fees).sum();
        withheld + self.fees.get(&mint).map_or(0, |fees| fees.harvested)
    }

    /// Somebody sent `amount` to where it is nobody's.
    pub(super) fn stray(&mut self, purse: Purse, amount: u64) {
        *self.strays.entry(purse).or_default() += amount;
    }

    /// What an account holds that is nobody's.
    pub(super) fn strays(&self, purse: Purse) -> u64 {
        self.strays.get(&purse).copied().unwrap_or(0)
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

    /// A wallet gives lamports to another.
    pub(super) fn give(&mut self, from: &Address, to: &Address, lamports: u64) {
        *self.gifts.entry(*from).or_default() -= i128::from(lamports);
        *self.gifts.entry(*to).or_default() += i128::from(lamports);
    }

    /// What a wallet that began with `lamports` has now, apart from what is in accounts.
    pub(super) fn lamports(&self, wallet: &Address, lamports: u64) -> u64 {
        let gifts = self.gifts.get(wallet).copied().unwrap_or(0);
        u64::try_from(i128::from(lamports) + gifts - i128::from(self.rent(wallet))).unwrap()
    }

    /// Lamports that a wallet has in accounts.
    pub(super) fn rent(&self, wallet: &Address) -> u64 {
        self.rent.get(wallet).copied().unwrap_or(0)
    }
}
