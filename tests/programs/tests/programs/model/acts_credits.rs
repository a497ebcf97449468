//! What happens to credits, at random.

use super::{
    driver::{Thing, World},
    ledger::Purse,
};
use cairn_protocol::merkle::{UsageLeaf, verify};
use cairn_sdk::{
    account::CreditTerms,
    address,
    amount::{CreditPrice, Credits, Tokens},
    instruction,
};
use rand::RngExt;
use solana_address::Address;

impl World {
    fn customer(&mut self, id: usize) -> Option<Address> {
        let market = self.pools[id].market.as_ref()?;
        let all: Vec<_> = market.accounts.keys().copied().collect();
        self.pick(&all)
    }

    /// One report, or a round of them and somebody who buys.
    pub(super) fn act_report(&mut self, id: usize) {
        if self.once_in(8) {
            let oracles = self.pools[id].oracle_set.as_ref().map_or(0, |set| set.active().count());
            for _ in 0..oracles {
                self.report(id);
            }
            self.act_buy(id);
            self.act_buy(id);
        } else {
            self.report(id);
        }
    }

    fn report(&mut self, id: usize) {
        let now = self.chain.now();
        let active: Vec<_> = self.pools[id]
            .oracle_set
            .as_ref()
            .map(|set| set.active().collect())
            .unwrap_or_default();
        let silent: Vec<_> = active
            .iter()
            .filter(|oracle| {
                let reports = self.pools[id].market.as_ref().map(|market| &market.reports);
                !reports.is_some_and(|reports| {
                    let mut last = reports.values().filter_map(|reports| reports.last());
                    last.any(|last| last.oracle == **oracle && now - last.at < 3_000)
                })
            })
            .copied()
            .collect();
        let oracle = if self.once_in(15) {
            self.pick(&self.oracles.clone())
        } else if silent.is_empty() || self.once_in(10) {
            self.pick(&active)
        } else {
            self.pick(&silent)
        };
        let Some(oracle) = oracle else { return };
        let price =
            if self.once_in(30) { 0 } else { self.rng.random_range(20_000_000..90_000_000_000) };
        let verdict = self.pools[id].report_price(&oracle, price, now);
        let instruction =
            instruction::report_price(&oracle, &self.keys[id].pool, CreditPrice(price));
        self.step("report_price", &format!("{price} by {oracle}"), &[instruction], verdict);
    }

    pub(super) fn act_open_credits(&mut self, id: usize) {
        let now = self.chain.now();
        let customer = self.pick(&self.customers.clone()).unwrap();
        let payer = if self.once_in(2) { customer } else { self.others[5] };
        let verdict = self.pools[id].open_credit_account(&mut self.ledger, &payer, &customer, now);
        let pool = &self.keys[id].pool;
        let account = address::credit_account(&address::credit_market(pool), &customer);
        self.known.insert(account, Thing::Credits(id, customer));
        let instruction = instruction::open_credit_account(&payer, pool, &customer);
        self.step("open_credit_account", &customer, &[instruction], verdict);
    }

    pub(super) fn act_buy(&mut self, id: usize) {
        let now = self.chain.now();
        let Some(customer) = self.customer(id) else { return };
        let owner = if self.once_in(3) { self.others[6] } else { customer };
        let source = Purse::Wallet(id, owner);
        let amount =
            if self.once_in(20) { self.ledger.amount(source) + 1 } else { self.some(40_000) };
        let price = self.pools[id].price(now).unwrap_or(0);
        let fair = u64::try_from(u128::from(amount) * u128::from(price) / 1_000_000_000).unwrap();
        let at_least = match self.below(6) {
            0 => fair,
            1 => fair + 1,
            _ => 0,
        };
        let verdict =
            self.pools[id].buy_credits(&mut self.ledger, &owner, &customer, amount, at_least, now);
        let source = self.address(source);
        let instruction = instruction::buy_credits(
            &owner,
            &source,
            &self.keys[id],
            &customer,
            Tokens(amount),
            Credits(at_least),
        );
        self.step("buy_credits", &format!("{amount} by {owner}"), &[instruction], verdict);
    }

    pub(super) fn act_escrow(&mut self, id: usize) {
        let now = self.chain.now();
        let rich = !self.once_in(15);
        let Some(market) = self.pools[id].market.as_ref() else { return };
        let choice = market.accounts.iter().filter(|(_, account)| {
            !rich || account.balance + account.escrowed + account.withdrawing > 0
        });
        let choice: Vec<_> =
            choice.map(|(customer, account)| (*customer, account.clone())).collect();
        let at = self.below(choice.len());
        let Some((customer, account)) = choice.get(at).cloned() else { return };
        let pool = self.keys[id].pool;
        let likely = if account.balance > account.escrowed { 0 } else { 2 };
        let kind = if self.once_in(2) { likely } else { self.below(5) };
        match kind {
            0 | 1 => {
                let amount = self.some(account.balance) + u64::from(self.once_in(15));
                let verdict = self.pools[id].escrow_credits(&customer, amount, now);
                let instruction = instruction::escrow_credits(&customer, &pool, Credits(amount));
                let what = format!("{amount} by {customer}");
                self.step("escrow_credits", &what, &[instruction], verdict);
            }
            2 | 3 => {
                let amount = self.some(account.escrowed) + u64::from(self.once_in(15));
                let verdict = self.pools[id].request_escrow_withdrawal(&customer, amount, now);
                let instruction =
                    instruction::request_escrow_withdrawal(&customer, &pool, Credits(amount));
                let what = format!("{amount} by {customer}");
                self.step("request_escrow_withdrawal", &what, &[instruction], verdict);
            }
            _ => {
                let verdict = self.pools[id].withdraw_escrow(&customer, now);
                let instruction = instruction::withdraw_escrow(&customer, &pool);
                self.step("withdraw_escrow", &customer, &[instruction], verdict);
            }
        }
    }

    pub(super) fn act_settle_usage(&mut self, id: usize) {
        let Some(root) = self.pools[id].root.clone() else { return };
        let Some(tree) = &root.computed.usage_tree else { return };
        let any = self.once_in(10);
        let Some(market) = self.pools[id].market.as_ref() else { return };
        let fit: Vec<_> = root
            .computed
            .usage
            .iter()
            .enumerate()
            .filter(|(_, (customer, spent))| {
                market.accounts.get(customer).is_some_and(|account| {
                    any || (account.settled < *spent && account.escrowed + account.withdrawing > 0)
                })
            })
            .map(|(at, (customer, spent))| (at, *customer, *spent))
            .collect();
        let Some((at, customer, spent)) = self.pick(&fit) else { return };
        let mut index = u32::try_from(at).unwrap();
        let proof = tree.prove(index).unwrap();
        let mut leaf = UsageLeaf {
            pool: self.keys[id].pool.to_bytes(),
            customer: customer.to_bytes(),
            lifetime_spent: spent,
        };
        match self.below(20) {
            0 => leaf.lifetime_spent += 1,
            1 => index += 1,
            _ => {}
        }
        let is_proof = verify(&tree.root(), &leaf.node(), index, &proof);
        let verdict = {
            let pool = &mut self.pools[id];
            pool.settle_usage(&mut self.ledger, &customer, leaf.lifetime_spent, is_proof)
        };
        let instruction = instruction::settle_usage(&leaf, index, &proof);
        self.step("settle_usage", &format!("{spent} of {customer}"), &[instruction], verdict);
    }

    pub(super) fn act_credit_terms(&mut self, id: usize) {
        let now = self.chain.now();
        let signer = if self.once_in(12) { self.others[2] } else { self.network.authority };
        let (network, pool) = (self.network_address, self.keys[id].pool);
        let next = self.pools[id].market.as_ref().and_then(|market| market.terms.next.as_ref());
        let is_pending = next.is_some_and(|(_, at)| now < *at);
        if (is_pending && self.once_in(2)) || self.once_in(15) {
            let verdict = self.pools[id].cancel_credit_update(&self.network, &signer, now);
            let instruction = instruction::cancel_credit_update(&signer, &network, &pool);
            self.step("cancel_credit_update", &id, &[instruction], verdict);
            return;
        }
        let terms = CreditTerms {
            remint_cap: self.rng.random_range(0..40_000),
            max_report_age_seconds: self.rng.random_range(0..30_000),
            escrow_delay_seconds: self.rng.random_range(0..9_000),
            reserved: [0; 32],
        };
        let verdict = self.pools[id].propose_credit_update(&self.network, &signer, &terms, now);
        let instruction = instruction::propose_credit_update(&signer, &network, &pool, &terms);
        self.step("propose_credit_update", &id, &[instruction], verdict);
    }

    pub(super) fn act_close_credits(&mut self, id: usize) {
        let Some(customer) = self.customer(id) else { return };
        let rent_payer = self.pools[id].market.as_ref().unwrap().accounts[&customer].rent_payer;
        let closer = self.pick(&[customer, rent_payer, self.others[7]]).unwrap();
        self.close_credits(id, &closer, &customer);
    }

    pub(super) fn close_credits(&mut self, id: usize, closer: &Address, customer: &Address) {
        let now = self.chain.now();
        let rent_payer = self.pools[id].market.as_ref().unwrap().accounts[customer].rent_payer;
        let verdict = self.pools[id].close_credit_account(&mut self.ledger, closer, customer, now);
        let pool = &self.keys[id].pool;
        let instruction = instruction::close_credit_account(closer, pool, customer, &rent_payer);
        self.step("close_credit_account", customer, &[instruction], verdict);
    }
}
