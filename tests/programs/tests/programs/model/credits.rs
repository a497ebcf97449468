//! The rules of usage credits.

use super::{
    ledger::Ledger,
    rewards::{Delayed, Network, Pool},
    rules::{Rules, Verdict},
};
use cairn_sdk::account::CreditTerms;
use solana_address::Address;
use std::collections::BTreeMap;

/// Bytes of the accounts, the discriminator included.
pub(super) const MARKET_BYTES: u64 = 8 + 3_360;
pub(super) const CREDIT_ACCOUNT_BYTES: u64 = 8 + 256;
/// Epochs whose burned tokens a pool tells apart.
const BURN_EPOCHS: u64 = 32;

#[derive(Debug, Clone)]
pub(super) struct CreditAccount {
    pub(super) rent_payer: Address,
    pub(super) balance: u64,
    pub(super) escrowed: u64,
    pub(super) withdrawing: u64,
    pub(super) withdraw_at: i64,
    pub(super) bought: u64,
    pub(super) settled: u64,
    /// What backed usage, and from when on, newest last.
    pub(super) backings: Vec<(i64, u64)>,
}

impl CreditAccount {
    fn back(&mut self, now: i64) {
        self.backings.push((now, self.escrowed + self.withdrawing + self.settled));
    }

    /// What backed usage at the start of the settlement period of `time`.
    pub(super) fn backing_at(&self, time: i64, settle_seconds: i64) -> u64 {
        let start = time.div_euclid(settle_seconds) * settle_seconds;
        let before = self.backings.iter().rev().find(|(at, _)| *at < start);
        before.map_or(0, |(_, backing)| *backing)
    }
}

#[derive(Debug, Clone)]
pub(super) struct Report {
    pub(super) oracle: Address,
    pub(super) price: u64,
    pub(super) at: i64,
    /// How old it may be where an epoch's end asks for it.
    pub(super) max_age: i64,
}

#[derive(Debug, Clone)]
pub(super) struct Market {
    pub(super) rent_payer: Address,
    pub(super) terms: Delayed<CreditTerms>,
    /// What was said in each place of the set, newest last.
    pub(super) reports: BTreeMap<usize, Vec<Report>>,
    pub(super) accounts: BTreeMap<Address, CreditAccount>,
    pub(super) burned: u64,
    pub(super) bought: u64,
    pub(super) settled: u64,
}

fn median(prices: &mut [u64], threshold: u8) -> Option<u64> {
    prices.sort_unstable();
    if prices.len() < usize::from(threshold) {
        return None;
    }
    prices.get(prices.len().checked_sub(1)? / 2).copied()
}

impl Pool {
    fn market(&mut self) -> &mut Market {
        self.market.as_mut().expect("the pool has a market")
    }

    pub(super) fn propose_credit_update(
        &mut self,
        network: &Network,
        signer: &Address,
        terms: &CreditTerms,
        now: i64,
    ) -> Verdict {
        let is_free = self.market().terms.next.as_ref().is_none_or(|(_, at)| now >= *at);
        Rules::new()
            .need(*signer == network.authority, "rewards::NotAuthority")
            .need(terms.max_report_age_seconds > 0, "rewards::InvalidTerms")
            .need(is_free, "rewards::UpdatePending")
            .verdict()?;
        self.market().terms.propose(terms.clone(), now, now + network.delay);
        Ok(())
    }

    pub(super) fn cancel_credit_update(
        &mut self,
        network: &Network,
        signer: &Address,
        now: i64,
    ) -> Verdict {
        let is_pending = self.market().terms.next.as_ref().is_some_and(|(_, at)| now < *at);
        Rules::new()
            .need(*signer == network.authority, "rewards::NotAuthority")
            .need(is_pending, "rewards::NoUpdatePending")
            .verdict()?;
        self.market().terms.next = None;
        Ok(())
    }

    pub(super) fn report_price(&mut self, oracle: &Address, price: u64, now: i64) -> Verdict {
        let places = self.oracle_set.as_ref().map(|set| set.places.clone()).unwrap_or_default();
        let place = places.iter().position(|place| place.active && place.oracle == *oracle);
        Rules::new()
            .need(place.is_some(), "rewards::NotOracle")
            .need(price > 0, "rewards::InvalidPrice")
            .verdict()?;
        let market = self.market();
        let max_age = market.terms.at(now).max_report_age_seconds.into();
        let report = Report { oracle: *oracle, price, at: now, max_age };
        market.reports.entry(place.unwrap()).or_default().push(report);
        Ok(())
    }

    /// The lower median of what today's oracles said lately, when enough of them did.
    pub(super) fn price(&self, now: i64) -> Option<u64> {
        let (set, market) = (self.oracle_set.as_ref()?, self.market.as_ref()?);
        let age = i64::from(market.terms.at(now).max_report_age_seconds);
        let mut prices: Vec<u64> = market
            .reports
            .iter()
            .filter_map(|(place, reports)| Some((set.places.get(*place)?, reports.last()?)))
            .filter(|(holder, report)| {
                now - report.at <= age && holder.active && holder.oracle == report.oracle
            })
            .map(|(_, report)| report.price)
            .collect();
        median(&mut prices, set.threshold)
    }

    /// The lower median of what was said, in every place last, before the settlement period of
    /// `time` and was not too old when it began.
    pub(super) fn price_at(&self, time: i64, settle_seconds: i64) -> Option<u64> {
        let (set, market) = (self.oracle_set.as_ref()?, self.market.as_ref()?);
        let start = time.div_euclid(settle_seconds) * settle_seconds;
        let mut prices: Vec<u64> = market
            .reports
            .values()
            .filter_map(|reports| reports.iter().rev().find(|report| report.at < start))
            .filter(|report| start - report.at <= report.max_age)
            .map(|report| report.price)
            .collect();
        median(&mut prices, set.threshold)
    }

    pub(super) fn open_credit_account(
        &mut self,
        ledger: &mut Ledger,
        payer: &Address,
        customer: &Address,
        now: i64,
    ) -> Verdict {
        let is_closing = self.is_closing(now);
        Rules::new()
            .need(!self.market().accounts.contains_key(customer), "system::AlreadyInUse")
            .need(!is_closing, "rewards::PoolClosing")
            .verdict()?;
        ledger.pay_rent(payer, CREDIT_ACCOUNT_BYTES);
        let account = CreditAccount {
            rent_payer: *payer,
            balance: 0,
            escrowed: 0,
            withdrawing: 0,
            withdraw_at: 0,
            bought: 0,
            settled: 0,
            backings: Vec::new(),
        };
        self.market().accounts.insert(*customer, account);
        Ok(())
    }

    pub(super) fn buy_credits(
        &mut self,
        ledger: &mut Ledger,
        owner: &Address,
        customer: &Address,
        amount: u64,
        at_least: u64,
        now: i64,
    ) -> Verdict {
        let price = self.price(now);
        let credits = u128::from(amount) * u128::from(price.unwrap_or(0)) / 1_000_000_000;
        let credits = u64::try_from(credits).unwrap();
        let source = self.wallet(owner);
        Rules::new()
            .need(!self.is_closing(now), "rewards::PoolClosing")
            .need(amount > 0, "rewards::InvalidAmount")
            .need(price.is_some(), "rewards::StalePrice")
            .need(price.is_none() || credits >= at_least.max(1), "rewards::TooFewCredits")
            .and(ledger.movable(source, source, amount))
            .verdict()?;
        ledger.burn(source, amount);
        let cap = self.market().terms.at(now).remint_cap;
        let epoch = self.epoch_at(now);
        // The epoch takes the place of the one of 32 epochs before, or of some before that.
        let old = self
            .burns
            .keys()
            .copied()
            .find(|old| *old != epoch && old % BURN_EPOCHS == epoch % BURN_EPOCHS);
        if let Some(old) = old {
            let (_, remint) = self.burns.remove(&old).unwrap();
            if remint > 0 {
                self.old_burns = (self.old_burns.0 + remint, self.old_burns.1.max(old));
            }
        }
        let (burned, remint) = self.burns.entry(epoch).or_default();
        *burned += amount;
        *remint = (*remint).max((*burned).min(cap));
        self.reminted.insert(epoch, *remint);
        let market = self.market();
        market.burned += amount;
        market.bought += credits;
        let account = market.accounts.get_mut(customer).unwrap();
        account.balance += credits;
        account.bought += credits;
        Ok(())
    }

    fn credit_account(&mut self, customer: &Address) -> &mut CreditAccount {
        self.market().accounts.get_mut(customer).unwrap()
    }

    pub(super) fn escrow_credits(&mut self, customer: &Address, amount: u64, now: i64) -> Verdict {
        let account = self.credit_account(customer);
        Rules::new()
            .need(amount > 0, "rewards::InvalidAmount")
            .need(account.balance >= amount, "rewards::InsufficientCredits")
            .verdict()?;
        account.balance -= amount;
        account.escrowed += amount;
        account.back(now);
        Ok(())
    }

    pub(super) fn request_escrow_withdrawal(
        &mut self,
        customer: &Address,
        amount: u64,
        now: i64,
    ) -> Verdict {
        let delay = i64::from(self.market().terms.at(now).escrow_delay_seconds);
        let account = self.credit_account(customer);
        Rules::new()
            .need(amount > 0, "rewards::InvalidAmount")
            .need(account.escrowed >= amount, "rewards::InsufficientCredits")
            .verdict()?;
        account.escrowed -= amount;
        account.withdrawing += amount;
        account.withdraw_at = now + delay;
        Ok(())
    }

    pub(super) fn withdraw_escrow(&mut self, customer: &Address, now: i64) -> Verdict {
        let account = self.credit_account(customer);
        Rules::new()
            .need(account.withdrawing > 0, "rewards::InsufficientCredits")
            .need(now >= account.withdraw_at, "rewards::EscrowLocked")
            .verdict()?;
        account.balance += std::mem::take(&mut account.withdrawing);
        account.withdraw_at = 0;
        account.back(now);
        Ok(())
    }

    /// `is_proof` says whether what is shown leads to the active root.
    pub(super) fn settle_usage(
        &mut self,
        ledger: &mut Ledger,
        customer: &Address,
        lifetime: u64,
        is_proof: bool,
    ) -> Verdict {
        let has_root = self.usage_sum() > 0;
        let account = self.credit_account(customer);
        let due = lifetime.saturating_sub(account.settled);
        let amount = due.min(account.escrowed + account.withdrawing);
        Rules::new()
            .need(has_root, "rewards::NoRoot")
            .need(is_proof, "rewards::InvalidProof")
            .need(amount > 0, "rewards::NothingToSettle")
            .verdict()?;
        let from_escrow = amount.min(account.escrowed);
        let seen = if amount < due { "usage settled in part" } else { "usage settled" };
        ledger.saw(seen);
        account.escrowed -= from_escrow;
        account.withdrawing -= amount - from_escrow;
        if account.withdrawing == 0 {
            account.withdraw_at = 0;
        }
        account.settled += amount;
        self.market().settled += amount;
        Ok(())
    }

    pub(super) fn close_credit_account(
        &mut self,
        ledger: &mut Ledger,
        closer: &Address,
        customer: &Address,
        now: i64,
    ) -> Verdict {
        let closing = self.is_closing(now);
        let account = self.credit_account(customer);
        let is_unused =
            account.balance + account.escrowed + account.withdrawing == 0 && account.settled == 0;
        let is_owner = closer == customer || *closer == account.rent_payer;
        Rules::new()
            .need(closing || is_unused, "rewards::CreditAccountInUse")
            .need(closing || is_owner, "rewards::NotCustomer")
            .verdict()?;
        ledger.refund(&account.rent_payer, CREDIT_ACCOUNT_BYTES);
        self.market().accounts.remove(customer);
        Ok(())
    }

    pub(super) fn close_credit_market(
        &mut self,
        network: &Network,
        ledger: &mut Ledger,
        signer: &Address,
    ) -> Verdict {
        let is_empty = self.market().accounts.is_empty();
        Rules::new()
            .need(*signer == network.authority, "rewards::NotAuthority")
            .need(is_empty, "rewards::HasChildren")
            .verdict()?;
        let market = self.market.take().unwrap();
        ledger.refund(&market.rent_payer, MARKET_BYTES);
        Ok(())
    }
}
