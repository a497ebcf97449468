//! What happens to pools, at random: mostly what somebody would do, often what must be refused.

use super::{
    driver::{Thing, World},
    ledger::Purse,
    rewards::{Computed, OracleChange, Proposal, Status},
};
use cairn_protocol::{
    emission::Step,
    merkle::{Node, OperatorLeaf, PenaltyLeaf, SumTree, UsageLeaf, verify},
    proposal::ProposalContent,
};
use cairn_sdk::{
    account::{Limit, PayeeShare, PoolTerms, Splits},
    address, instruction,
};
use rand::RngExt;
use solana_address::Address;
use std::{collections::BTreeMap, rc::Rc};

impl World {
    /// Where the delegators' part of a pool goes.
    fn delegator_purse(&self, id: usize) -> Option<Purse> {
        let vault = self.pools[id].terms.at(self.chain.now()).delegator_vault;
        let candidates = [Purse::RewardVault, Purse::Wallet(id, self.others[1])];
        candidates.into_iter().find(|purse| self.address(*purse) == vault)
    }

    pub(super) fn signer(&mut self) -> Address {
        if self.once_in(12) { self.others[2] } else { self.network.authority }
    }

    /// An oracle of the pool, rarely somebody else.
    fn oracle(&mut self, id: usize) -> Address {
        let active: Vec<_> = self.pools[id]
            .oracle_set
            .as_ref()
            .map(|set| set.active().collect())
            .unwrap_or_default();
        if active.is_empty() || self.once_in(15) {
            return self.pick(&self.oracles.clone()).unwrap();
        }
        self.pick(&active).unwrap()
    }

    /// An oracle that is not among those that spoke already, if there is one.
    fn silent_oracle<'a>(
        &mut self,
        id: usize,
        spoke: impl Iterator<Item = &'a Address> + Clone,
    ) -> Address {
        if self.once_in(10) {
            return self.oracle(id);
        }
        let set = self.pools[id].oracle_set.as_ref();
        let silent: Vec<_> = set
            .into_iter()
            .flat_map(|set| set.active())
            .filter(|oracle| !spoke.clone().any(|other| other == oracle))
            .collect();
        self.pick(&silent).unwrap_or_else(|| self.oracle(id))
    }

    fn proposal_of(
        &mut self,
        id: usize,
        likely: impl Fn(&Proposal) -> bool,
    ) -> Option<(Address, Proposal)> {
        let any = self.once_in(12);
        let fit: Vec<_> = self.pools[id]
            .proposals
            .iter()
            .filter(|(_, proposal)| any || likely(proposal))
            .map(|(address, _)| *address)
            .collect();
        let address = self.pick(&fit)?;
        Some((address, self.pools[id].proposals[&address].clone()))
    }

    /// What an oracle might compute for `epoch`.
    pub(super) fn compute(&mut self, id: usize, epoch: u64, honest: bool) -> Rc<Computed> {
        let now = self.chain.now();
        let pool_address = self.keys[id].pool.to_bytes();
        let pool = &mut self.pools[id];
        let old = pool.root.clone();
        let mut totals: BTreeMap<Address, u64> =
            old.iter().flat_map(|root| root.computed.operators.iter().copied()).collect();
        // A leaf that fell below what was paid is right again in the next root.
        for (operator, claimant) in &pool.claimants {
            if claimant.claimed > 0 {
                let total = totals.entry(*operator).or_default();
                *total = (*total).max(claimant.claimed);
            }
        }
        let already = totals.values().sum::<u64>().saturating_sub(pool.root_sum());
        let left = pool.allowed(epoch).saturating_sub(pool.root_sum() + pool.promised.total());
        let funds = self.ledger.amount(Purse::Vault(id)) + pool.paid_out();
        let funds = funds.saturating_sub(pool.root_sum() + pool.promised.total());
        let left = if pool.mints { left } else { left.min(funds) };
        let splits = match &pool.next_splits {
            Some((next, from)) if epoch >= *from && next.operators < pool.splits.operators => next,
            _ => &pool.splits,
        };
        let most = super::rewards::share(left, splits.operators).saturating_sub(already);
        let usage_old: Vec<_> =
            old.iter().flat_map(|root| root.computed.usage.iter().copied()).collect();
        let kind = if honest { 0 } else { self.below(24) };
        let mut budget = match kind {
            1 | 2 => most,
            3 => most.saturating_mul(2) + 1_000,
            4 => most + 1 + self.some(20),
            _ => self.rng.random_range(0..=most),
        };
        let crowd = self.rng.random_range(3..60);
        for _ in 0..crowd {
            let operator = if self.once_in(12) {
                self.treasury
            } else {
                self.pick(&self.operators.clone()).unwrap()
            };
            let part = self.rng.random_range(0..=budget / 2 + 1).min(budget);
            budget -= part;
            *totals.entry(operator).or_default() += part;
        }
        *totals.entry(self.operators[0]).or_default() += budget;
        let all: Vec<_> = totals.keys().copied().collect();
        if let 5 | 6 = kind
            && let (Some(from), Some(to)) = (self.pick(&all), self.pick(&all))
        {
            // Something is taken from one operator, and mostly given to another.
            let taken = totals[&from] / 2;
            *totals.get_mut(&from).unwrap() -= taken;
            if kind == 6 {
                *totals.get_mut(&to).unwrap() += taken;
            } else {
                totals.insert(from, 0);
            }
        }
        let operators: Vec<_> = totals.into_iter().filter(|(_, total)| *total > 0).collect();
        let operators = if operators.is_empty() { vec![(self.operators[0], 1)] } else { operators };
        let nodes = operators
            .iter()
            .map(|(operator, total)| self.leaf(id, operator, *total).node())
            .collect();
        let tree = SumTree::build(nodes).unwrap();

        let mut usage: BTreeMap<Address, u64> = usage_old.into_iter().collect();
        if !self.once_in(4) {
            for _ in 0..4 {
                let customer = self.pick(&self.customers.clone()).unwrap();
                *usage.entry(customer).or_default() += self.rng.random_range(1..40_000);
            }
        }
        if kind == 7
            && let Some(spent) = usage.values_mut().next()
        {
            *spent /= 2;
        }
        let usage: Vec<_> = usage.into_iter().filter(|(_, spent)| *spent > 0).collect();
        let nodes: Vec<Node> = usage
            .iter()
            .map(|(customer, spent)| {
                UsageLeaf {
                    pool: pool_address,
                    customer: customer.to_bytes(),
                    lifetime_spent: *spent,
                }
                .node()
            })
            .collect();
        let usage_tree = (!nodes.is_empty()).then(|| SumTree::build(nodes).unwrap());

        let penalties = if self.once_in(2) { Vec::new() } else { self.faults(id, epoch) };
        let nodes: Vec<Node> = penalties.iter().map(PenaltyLeaf::node).collect();
        let penalties_tree = (!nodes.is_empty()).then(|| SumTree::build(nodes).unwrap());
        let root_of = |tree: &Option<SumTree>| {
            tree.as_ref().map_or(([0; 32], 0), |tree| (tree.root().hash, tree.root().sum))
        };
        let (penalties_root, penalties_sum) = root_of(&penalties_tree);
        let (usage_root, usage_sum) = root_of(&usage_tree);
        let mut manifest_hash = [0; 32];
        manifest_hash[..8].copy_from_slice(&self.rng.random::<u64>().to_le_bytes());
        manifest_hash[8..16].copy_from_slice(&now.to_le_bytes());
        let mut content = ProposalContent {
            root: tree.root().hash,
            root_sum: tree.root().sum,
            leaf_count: u32::try_from(tree.len()).unwrap(),
            manifest_hash,
            penalties_root,
            penalties_sum,
            usage_root,
            usage_sum,
        };
        match kind {
            8 => content.leaf_count = 0,
            9 => content.usage_root = [0; 32],
            10 => content.penalties_sum ^= u64::MAX,
            _ => {}
        }
        Rc::new(Computed { content, operators, tree, usage, usage_tree, penalties, penalties_tree })
    }

    /// Penalties that oracles might find.
    fn faults(&mut self, id: usize, epoch: u64) -> Vec<PenaltyLeaf> {
        // Mostly of operators that somebody delegated to.
        let any = self.once_in(3);
        let is_known = |owner: &Address| {
            self.stake.targets.get(owner).is_some_and(|pot| pot.delegated + pot.unbonding > 0)
        };
        let bonds: Vec<_> = self
            .stake
            .bonds
            .iter()
            .filter(|(_, bond)| any || is_known(&bond.owner))
            .map(|(address, _)| *address)
            .collect();
        let count = self.rng.random_range(1..5);
        (0..count)
            .filter_map(|at| {
                let target = self.pick(&bonds)?;
                let challenger = if self.once_in(3) {
                    [0; 32]
                } else {
                    self.pick(&self.others.clone())?.to_bytes()
                };
                let bond = &self.stake.bonds[&target];
                let delegated = self
                    .stake
                    .targets
                    .get(&bond.owner)
                    .map_or(0, |pot| pot.delegated + pot.unbonding);
                let reach = bond.amount.current + bond.unbonding + delegated;
                Some(PenaltyLeaf {
                    pool: self.keys[id].pool.to_bytes(),
                    epoch,
                    target: target.to_bytes(),
                    amount: match self.below(3) {
                        0 => self.rng.random_range(reach / 2..=reach).max(1),
                        _ => self.rng.random_range(1..=reach.max(1)),
                    },
                    reason: 7,
                    evidence_hash: [at; 32],
                    challenger,
                })
            })
            .collect()
    }

    fn leaf(&self, id: usize, operator: &Address, lifetime_total: u64) -> OperatorLeaf {
        OperatorLeaf {
            pool: self.keys[id].pool.to_bytes(),
            operator: operator.to_bytes(),
            lifetime_total,
            devices_root: [0x22; 32],
        }
    }

    pub(super) fn act_propose(&mut self, id: usize) {
        let now = self.chain.now();
        let hurry = self.once_in(5);
        let pool = &self.pools[id];
        let open =
            pool.proposals.values().filter(|proposal| proposal.status == Status::Open).count();
        if pool.oracle_set.is_none() || (open > 5 && !hurry) {
            return;
        }
        let current = pool.epoch_at(now);
        let first = pool.root.as_ref().map_or(0, |root| root.epoch + 1);
        let epoch = match self.below(14) {
            0 => current,
            1 => first.saturating_sub(1),
            2..=6 => first,
            _ => current.saturating_sub(1).max(first),
        };
        let reused = if self.once_in(20) { self.proposal_of(id, |_| true) } else { None };
        let (epoch, computed) = match reused {
            Some((_, proposal)) => (proposal.epoch, proposal.computed),
            None => {
                let honest = self.once_in(2);
                (epoch, self.compute(id, epoch, honest))
            }
        };
        self.propose(id, epoch, &computed);
    }

    pub(super) fn propose(&mut self, id: usize, epoch: u64, computed: &Rc<Computed>) -> Address {
        let now = self.chain.now();
        let oracle = self.oracle(id);
        let keys = self.keys[id];
        let address = address::proposal(&keys.pool, epoch, &computed.content.hash());
        self.known.insert(address, Thing::Proposal(id));
        let source = self.address(Purse::Wallet(id, oracle));
        let with_bond = !self.once_in(25);
        let verdict = self.pools[id].propose(
            &self.network,
            &mut self.ledger,
            &oracle,
            &address,
            epoch,
            computed,
            with_bond,
            now,
        );
        let instruction = instruction::propose(
            &oracle,
            &keys,
            epoch,
            &computed.content,
            with_bond.then_some(&source),
        );
        let what = format!("{address} in pool {id} for epoch {epoch} by {oracle}");
        self.step("propose", &what, &[instruction], verdict);
        address
    }

    /// One attestation, or several in a row.
    pub(super) fn act_attest(&mut self, id: usize) {
        for _ in 0..1 + 3 * self.below(2) {
            self.attest_something(id);
        }
    }

    fn attest_something(&mut self, id: usize) {
        let root = self.pools[id].root.as_ref().map(|root| root.epoch);
        let Some((address, proposal)) = self.proposal_of(id, |proposal| {
            proposal.status == Status::Open
                && proposal.quorum.is_none()
                && root.is_none_or(|root| proposal.epoch > root)
        }) else {
            return;
        };
        self.attest(id, &address, &proposal);
    }

    pub(super) fn attest(&mut self, id: usize, address: &Address, proposal: &Proposal) {
        let stale = self.pools[id]
            .oracle_set
            .as_ref()
            .is_some_and(|set| set.generation != proposal.generation);
        let spoke: Vec<_> =
            if stale { Vec::new() } else { proposal.attested.iter().copied().collect() };
        let oracle = self.silent_oracle(id, spoke.iter());
        let now = self.chain.now();
        let verdict = self.pools[id].attest(&oracle, address, now);
        let instruction = instruction::attest(&oracle, &self.keys[id].pool, address);
        self.step("attest", &format!("{address} by {oracle}"), &[instruction], verdict);
    }

    pub(super) fn act_reject(&mut self, id: usize) {
        let Some((address, proposal)) =
            self.proposal_of(id, |proposal| proposal.status == Status::Open)
        else {
            return;
        };
        let oracle = self.silent_oracle(id, proposal.rejected.iter());
        let verdict = self.pools[id].reject_proposal(&oracle, &address);
        let instruction = instruction::reject_proposal(&oracle, &self.keys[id].pool, &address);
        self.step("reject_proposal", &format!("{address} by {oracle}"), &[instruction], verdict);
    }

    pub(super) fn act_challenge(&mut self, id: usize) {
        let now = self.chain.now();
        let Some((address, _)) = self.proposal_of(id, |proposal| {
            proposal.quorum.is_some_and(|(_, end)| now < end) && !proposal.was_challenged
        }) else {
            return;
        };
        let challenger = self.pick(&self.others.clone()).unwrap();
        let verdict = self.pools[id].challenge(&mut self.ledger, &challenger, &address, now);
        self.known.insert(address::challenge(&address), Thing::Challenge(id, address));
        let source = self.address(Purse::Wallet(id, challenger));
        let instruction =
            instruction::challenge(&challenger, &self.keys[id], &address, [5; 32], &source);
        let what = format!("{address} by {challenger}");
        if self.step("challenge", &what, &[instruction], verdict) && self.once_in(2) {
            // The oracles look at it at once.
            for _ in 0..self.pools[id].oracle_set.as_ref().map_or(0, |set| set.active().count()) {
                self.vote_on(id, &address);
            }
            self.resolve(id, &address);
        }
    }

    fn challenged(&mut self, id: usize) -> Option<(Address, Proposal)> {
        let (any, late) = (self.once_in(12), self.once_in(4));
        let now = self.chain.now();
        let fit: Vec<_> = self.pools[id]
            .proposals
            .iter()
            .filter(|(_, proposal)| {
                proposal.challenge.as_ref().is_some_and(|other| {
                    any || (other.outcome.is_none() && (late || now < other.expires))
                })
            })
            .map(|(address, _)| *address)
            .collect();
        let address = self.pick(&fit)?;
        Some((address, self.pools[id].proposals[&address].clone()))
    }

    /// One vote, or several in a row.
    pub(super) fn act_vote(&mut self, id: usize) {
        for _ in 0..1 + 4 * self.below(2) {
            self.vote(id);
        }
    }

    fn vote(&mut self, id: usize) {
        if let Some((address, _)) = self.challenged(id) {
            self.vote_on(id, &address);
        }
    }

    fn vote_on(&mut self, id: usize, address: &Address) {
        let now = self.chain.now();
        let proposal = self.pools[id].proposals[address].clone();
        let challenge = proposal.challenge.as_ref().unwrap();
        let oracle =
            self.silent_oracle(id, challenge.upholding.iter().chain(&challenge.dismissing));
        // Mostly of one mind, which the address decides.
        let uphold = address.to_bytes()[0].is_multiple_of(2) != self.once_in(8);
        let verdict = self.pools[id].vote_challenge(&oracle, address, uphold, now);
        let instruction =
            instruction::vote_challenge(&oracle, &self.keys[id].pool, address, uphold);
        let what = format!("{address} by {oracle}: {uphold}");
        self.step("vote_challenge", &what, &[instruction], verdict);
    }

    pub(super) fn act_resolve(&mut self, id: usize) {
        if let Some((address, _)) = self.challenged(id) {
            self.resolve(id, &address);
        }
    }

    fn resolve(&mut self, id: usize, address: &Address) {
        let now = self.chain.now();
        let verdict = self.pools[id].resolve_challenge(&mut self.ledger, address, now);
        let instruction = instruction::resolve_challenge(&self.keys[id], address);
        self.step("resolve_challenge", address, &[instruction], verdict);
    }

    pub(super) fn act_close_challenge(&mut self, id: usize) {
        let fit: Vec<_> = self.pools[id]
            .proposals
            .iter()
            .filter(|(_, proposal)| proposal.challenge.is_some())
            .map(|(address, proposal)| (*address, proposal.challenge.as_ref().unwrap().challenger))
            .collect();
        let Some((address, challenger)) = self.pick(&fit) else { return };
        let verdict = self.pools[id].close_challenge(&mut self.ledger, &address);
        let instruction = instruction::close_challenge(&self.keys[id], &address, &challenger);
        self.step("close_challenge", &address, &[instruction], verdict);
    }

    pub(super) fn act_finalize(&mut self, id: usize) {
        let now = self.chain.now();
        let pool = &self.pools[id];
        let root = pool.root.as_ref().map(|root| root.epoch);
        let generation = pool.oracle_set.as_ref().map(|set| set.generation);
        let in_vain = self.once_in(12);
        let Some((address, _)) = self.proposal_of(id, |proposal| {
            proposal.status == Status::Open
                && proposal.quorum.is_some_and(|(_, end)| now >= end)
                && (in_vain
                    || (Some(proposal.generation) == generation
                        && root.is_none_or(|root| proposal.epoch > root)))
        }) else {
            return;
        };
        self.finalize(id, &address);
    }

    pub(super) fn finalize(&mut self, id: usize, address: &Address) -> bool {
        let now = self.chain.now();
        let verdict = self.pools[id].finalize(&self.network, &mut self.ledger, address, now);
        let instruction = instruction::finalize(&self.keys[id], address);
        self.step("finalize", &format!("{address} in pool {id}"), &[instruction], verdict)
    }

    pub(super) fn act_return_bond(&mut self, id: usize) {
        let root = self.pools[id].root.as_ref().map(|root| root.epoch);
        let Some((address, proposal)) = self.proposal_of(id, |proposal| {
            proposal.bond > 0
                && (proposal.status != Status::Open
                    || root.is_some_and(|root| proposal.epoch <= root))
        }) else {
            return;
        };
        self.return_bond(id, &address, &proposal);
    }

    pub(super) fn return_bond(&mut self, id: usize, address: &Address, proposal: &Proposal) {
        let now = self.chain.now();
        let verdict = self.pools[id].return_bond(&mut self.ledger, address, now);
        let instruction = instruction::return_bond(&self.keys[id], address, &proposal.proposer);
        self.step("return_bond", address, &[instruction], verdict);
    }

    pub(super) fn act_close_proposal(&mut self, id: usize) {
        let root = self.pools[id].root.as_ref().map(|root| root.epoch);
        let Some((address, proposal)) = self.proposal_of(id, |proposal| {
            proposal.bond == 0
                && proposal.challenge.is_none()
                && (proposal.status == Status::Rejected
                    || root.is_some_and(|root| proposal.epoch < root))
        }) else {
            return;
        };
        self.close_proposal(id, &address, &proposal);
    }

    pub(super) fn close_proposal(&mut self, id: usize, address: &Address, proposal: &Proposal) {
        let now = self.chain.now();
        let verdict = self.pools[id].close_proposal(&mut self.ledger, address, now);
        let pool = &self.keys[id].pool;
        let instruction = instruction::close_proposal(pool, address, &proposal.proposer);
        self.step("close_proposal", address, &[instruction], verdict);
    }

    pub(super) fn act_open_claimant(&mut self, id: usize) {
        let now = self.chain.now();
        let operator = if self.once_in(20) {
            self.treasury
        } else {
            self.pick(&self.operators.clone()).unwrap()
        };
        if self.pools[id].claimants.contains_key(&operator) && !self.once_in(20) {
            return;
        }
        let payer = if self.once_in(2) { operator } else { self.others[3] };
        let verdict = self.pools[id].open_claimant(&mut self.ledger, &payer, &operator, now);
        let keys = &self.keys[id];
        self.known.insert(address::claimant(&keys.pool, &operator), Thing::Claimant(id, operator));
        let instruction = instruction::open_claimant(&payer, keys, &operator);
        self.step("open_claimant", &format!("{operator} in {id}"), &[instruction], verdict);
    }

    fn claimant(&mut self, id: usize) -> Option<Address> {
        let all: Vec<_> = self.pools[id].claimants.keys().copied().collect();
        self.pick(&all)
    }

    pub(super) fn act_set_payees(&mut self, id: usize) {
        let Some(operator) = self.claimant(id) else { return };
        let count = self.below(10);
        let mut left = 10_000u16;
        let mut payees = Vec::new();
        for at in 0..count {
            let bps = if at + 1 == count {
                left
            } else {
                self.rng.random_range(1..=left / 2 + 1).min(left)
            };
            left -= bps;
            let wallet =
                if self.once_in(4) { operator } else { self.pick(&self.others.clone()).unwrap() };
            payees.push(PayeeShare { wallet, bps });
        }
        if !self.once_in(6) {
            // Valid: merge the parts of the same wallet.
            let mut merged: Vec<PayeeShare> = Vec::new();
            for payee in payees.into_iter().filter(|payee| payee.bps > 0) {
                match merged.iter_mut().find(|other| other.wallet == payee.wallet) {
                    Some(other) => other.bps += payee.bps,
                    None => merged.push(payee),
                }
            }
            payees = merged;
        }
        let verdict = self.pools[id].set_payees(&mut self.ledger, &operator, &payees);
        let instruction = instruction::set_payees(&operator, &self.keys[id].pool, &payees);
        self.step("set_payees", &format!("{operator}: {payees:?}"), &[instruction], verdict);
    }

    pub(super) fn act_close_claimant(&mut self, id: usize) {
        let Some(operator) = self.claimant(id) else { return };
        let unused = self.pools[id].claimants[&operator].claimed == 0;
        if !unused && !self.once_in(4) {
            return;
        }
        let rent_payer = self.pools[id].claimants[&operator].rent_payer;
        let closers = [operator, rent_payer, self.others[4]];
        let closer = self.pick(&closers).unwrap();
        self.close_claimant(id, &closer, &operator);
    }

    pub(super) fn close_claimant(&mut self, id: usize, closer: &Address, operator: &Address) {
        let now = self.chain.now();
        let rent_payer = self.pools[id].claimants[operator].rent_payer;
        let verdict = self.pools[id].close_claimant(&mut self.ledger, closer, operator, now);
        let pool = &self.keys[id].pool;
        let instruction = instruction::close_claimant(closer, pool, operator, &rent_payer);
        self.step("close_claimant", operator, &[instruction], verdict);
    }

    pub(super) fn act_claim(&mut self, id: usize) {
        let pool = &self.pools[id];
        let Some(root) = pool.root.clone() else { return };
        let any = self.once_in(8);
        let fit: Vec<_> = root
            .computed
            .operators
            .iter()
            .enumerate()
            .filter(|(_, (operator, total))| {
                self.pools[id]
                    .claimants
                    .get(operator)
                    .is_some_and(|claimant| any || claimant.claimed < *total)
            })
            .map(|(at, (operator, total))| (at, *operator, *total))
            .collect();
        let Some((at, operator, total)) = self.pick(&fit) else { return };
        self.claim(id, at, &operator, total, true);
    }

    /// Claims by the leaf at `at` of the active root; sometimes with something wrong.
    pub(super) fn claim(
        &mut self,
        id: usize,
        at: usize,
        operator: &Address,
        total: u64,
        may_fail: bool,
    ) -> bool {
        let now = self.chain.now();
        let computed = self.pools[id].root.clone().unwrap().computed;
        let mut index = u32::try_from(at).unwrap();
        let mut proof = computed.tree.prove(index).unwrap();
        let mut leaf = self.leaf(id, operator, total);
        if may_fail {
            match self.below(40) {
                0 => leaf.lifetime_total += 1,
                1 => index ^= 1,
                2 => {
                    let bit = self.below(proof.len() * 8);
                    if let Some(byte) = proof.get_mut(bit / 8) {
                        *byte ^= 1 << (bit % 8);
                    }
                }
                3 => leaf.devices_root = [9; 32],
                4 => leaf.pool = self.keys[1 - id].pool.to_bytes(),
                _ => {}
            }
        }
        // What the instruction says, as the pool understands it.
        let said = OperatorLeaf { pool: self.keys[id].pool.to_bytes(), ..leaf };
        let is_proof = verify(&computed.tree.root(), &said.node(), index, &proof);
        // Whoever sends a claim may create the accounts that it pays to.
        let wallets = self.pools[id].destinations(operator);
        for wallet in &wallets {
            if self.ledger.get(Purse::Wallet(id, *wallet)).is_none()
                && (!may_fail || self.once_in(3))
            {
                self.open_account(id, wallet);
            }
        }
        let destinations: Vec<_> =
            wallets.iter().map(|wallet| self.address(Purse::Wallet(id, *wallet))).collect();
        let verdict =
            self.pools[id].claim(&mut self.ledger, operator, leaf.lifetime_total, is_proof, now);
        let instruction = instruction::claim(&self.keys[id], &leaf, index, &proof, &destinations);
        let what = format!("{total} for {operator} in pool {id}, {} payees", wallets.len());
        self.step("claim", &what, &[instruction], verdict)
    }

    pub(super) fn act_pay_delegators(&mut self, id: usize) {
        let now = self.chain.now();
        let pool = &self.pools[id];
        if pool.promised.delegators == pool.paid.delegators && !self.once_in(6) {
            return;
        }
        let to = self.delegator_purse(id);
        let verdict = self.pools[id].pay_delegators(&mut self.ledger, to, now);
        let destination = self.address(to.unwrap_or(Purse::Wallet(id, self.others[1])));
        let instruction = instruction::pay_delegators(&self.keys[id], &destination);
        self.step("pay_delegators", &id, &[instruction], verdict);
    }

    pub(super) fn act_pay_oracle(&mut self, id: usize) {
        let closing = self.pools[id].is_closing(self.chain.now());
        let (in_vain, slow) = (self.once_in(10), !closing && !self.once_in(4));
        let Some(set) = self.pools[id].oracle_set.as_ref() else { return };
        if set.places.len() > 30 && slow {
            return;
        }
        let any = set.places.iter().all(|place| place.earned == 0);
        if any && !in_vain {
            return;
        }
        let fit: Vec<_> = set
            .places
            .iter()
            .enumerate()
            .filter(|(_, place)| any || place.earned > 0)
            .map(|(at, place)| (at, place.oracle))
            .collect();
        let Some((at, oracle)) = self.pick(&fit) else { return };
        let verdict = self.pools[id].pay_oracle(&mut self.ledger, at);
        let place = u8::try_from(at).unwrap();
        let instruction = instruction::pay_oracle(&self.keys[id], place, &oracle);
        self.step("pay_oracle", &format!("{oracle} in {id}"), &[instruction], verdict);
    }

    pub(super) fn act_pay_treasury(&mut self, id: usize) {
        let now = self.chain.now();
        let treasury = self.pools[id].terms.at(now).treasury;
        let verdict = self.pools[id].pay_treasury(&mut self.ledger, now);
        let instruction = instruction::pay_treasury(&self.keys[id], &treasury);
        self.step("pay_treasury", &id, &[instruction], verdict);
    }

    pub(super) fn act_fund(&mut self) {
        let amount = self.rng.random_range(1..1_500_000);
        if self.ledger.fees.is_empty() {
            self.put(Purse::Vault(0), amount);
            self.check_pools();
        } else {
            // What arrives is what the pool can promise.
            self.give(Purse::Vault(0), amount);
        }
    }

    pub(super) fn act_oracle_change(&mut self, id: usize) {
        let now = self.chain.now();
        let Some(set) = self.pools[id].oracle_set.clone() else { return };
        let pool = self.keys[id].pool;
        let (signer, network) = (self.signer(), self.network_address);
        let choice = self.below(10);
        if let Some(pending) = &set.pending
            && choice < 8
        {
            if choice == 0 {
                let verdict = self.pools[id].cancel_oracle_change(&self.network, &signer);
                let instruction = instruction::cancel_oracle_change(&signer, &network, &pool);
                self.step("cancel_oracle_change", &id, &[instruction], verdict);
            } else if now >= pending.at || choice == 1 {
                let verdict = self.pools[id].apply_oracle_change(now);
                let instruction = instruction::apply_oracle_change(&pool);
                self.step("apply_oracle_change", &id, &[instruction], verdict);
            }
            return;
        }
        if choice == 9 {
            let verdict = self.pools[id].apply_oracle_change(now);
            let instruction = instruction::apply_oracle_change(&pool);
            self.step("apply_oracle_change", &id, &[instruction], verdict);
            return;
        }
        let active: Vec<_> = set.active().collect();
        let crowded = self.seed.is_multiple_of(5) && id == 0;
        let most = if crowded { 31 } else { 12 };
        let grow = active.len() < 4 || (active.len() < most && self.once_in(2));
        let add = (grow || self.once_in(4)).then(|| self.pick(&self.oracles.clone()).unwrap());
        let remove = if !grow || self.once_in(4) { self.pick(&active) } else { None };
        let count = active.len() + usize::from(add.is_some()) - usize::from(remove.is_some());
        let mut threshold = u8::try_from(count / 2 + 1).unwrap();
        if self.once_in(6) {
            threshold = threshold.saturating_add(self.below(3) as u8);
        }
        if self.once_in(15) {
            threshold /= 2;
        }
        let change = OracleChange { add, remove, threshold, at: 0 };
        let verdict = self.pools[id].propose_oracle_change(&self.network, &signer, &change, now);
        let instruction =
            instruction::propose_oracle_change(&signer, &network, &pool, add, remove, threshold);
        self.step("propose_oracle_change", &format!("{change:?}"), &[instruction], verdict);
    }

    pub(super) fn act_emission(&mut self, id: usize) {
        let now = self.chain.now();
        let current = self.pools[id].epoch_at(now);
        let (signer, network, pool) = (self.signer(), self.network_address, self.keys[id].pool);
        let from = current + self.rng.random_range(0..7);
        let count = match self.below(8) {
            0 => 0,
            1 | 2 => 8,
            other => other / 2,
        };
        let mut first_epoch = from + u64::from(self.once_in(15));
        let steps: Vec<_> = (0..count)
            .map(|_| {
                let step = Step {
                    first_epoch,
                    per_epoch: self.rng.random_range(0..2_000_000),
                    keep_ppb: self.rng.random_range(400_000_000..=1_000_000_000),
                    every_epochs: self.rng.random_range(0..5),
                    times: self.rng.random_range(0..30),
                };
                let least = u64::from(!self.once_in(20));
                first_epoch += self.rng.random_range(least..least + 2);
                if self.once_in(12) {
                    step
                } else {
                    Step { every_epochs: step.every_epochs + 1, ..step }
                }
            })
            .collect();
        let verdict = self.pools[id].change_emission(&self.network, &signer, from, &steps, now);
        let instruction = instruction::change_emission(&signer, &network, &pool, from, &steps);
        let what = format!("pool {id} from {from}, {count} steps");
        self.step("change_emission", &what, &[instruction], verdict);
    }

    pub(super) fn act_splits(&mut self, id: usize) {
        let now = self.chain.now();
        let (signer, network, pool) = (self.signer(), self.network_address, self.keys[id].pool);
        let current = self.pools[id].epoch_at(now);
        let is_pending =
            self.pools[id].next_splits.as_ref().is_some_and(|(_, from)| current < *from);
        if (is_pending && self.once_in(2)) || self.once_in(15) {
            let verdict = self.pools[id].cancel_splits(&self.network, &signer, now);
            let instruction = instruction::cancel_splits(&signer, &network, &pool);
            self.step("cancel_splits", &id, &[instruction], verdict);
            return;
        }
        let from = self.pools[id].epoch_at(now) + self.rng.random_range(1..7);
        let operators = self.rng.random_range(3_000..=10_000u16);
        let delegators = self.rng.random_range(0..=10_000 - operators);
        let oracles = self.rng.random_range(0..=10_000 - operators - delegators);
        let treasury = 10_000 - operators - delegators - oracles + u16::from(self.once_in(15));
        let splits = Splits { operators, delegators, oracles, treasury };
        let verdict = self.pools[id].propose_splits(&self.network, &signer, &splits, from, now);
        let instruction = instruction::propose_splits(&signer, &network, &pool, &splits, from);
        let what = format!("pool {id} from {from}: {splits:?}");
        self.step("propose_splits", &what, &[instruction], verdict);
    }

    pub(super) fn act_terms(&mut self, id: usize) {
        let now = self.chain.now();
        let (signer, network, pool) = (self.signer(), self.network_address, self.keys[id].pool);
        let is_pending = self.pools[id].terms.next.as_ref().is_some_and(|(_, at)| now < *at);
        if (is_pending && self.once_in(2)) || self.once_in(15) {
            let verdict = self.pools[id].cancel_pool_update(&self.network, &signer, now);
            let instruction = instruction::cancel_pool_update(&signer, &network, &pool);
            self.step("cancel_pool_update", &id, &[instruction], verdict);
            return;
        }
        let base = self.pool_terms(id);
        let delegator_vault = if id == self.linked || self.once_in(2) {
            base.delegator_vault
        } else {
            self.address(Purse::Wallet(id, self.others[1]))
        };
        let limit = |max_amount: u64, window_seconds: u32, max_bps: u16| Limit {
            max_amount,
            window_seconds,
            max_bps,
            reserved: [0; 2],
        };
        let off = limit(0, 0, 0);
        let breaker = match self.below(6) {
            0 => off.clone(),
            1 => limit(self.rng.random_range(1..5_000_000), self.rng.random_range(1..20_000), 0),
            2 => limit(1, 0, 0),
            _ => limit(
                self.rng.random_range(100_000..5_000_000),
                self.rng.random_range(60..20_000),
                self.rng.random_range(1..=10_000),
            ),
        };
        let operator_cap = match self.below(5) {
            0 => off,
            1 => limit(5, 60, 10),
            _ => limit(self.rng.random_range(1_000..500_000), self.rng.random_range(1..9_000), 0),
        };
        let terms = PoolTerms {
            delegator_vault,
            proposal_bond: if self.once_in(4) { 0 } else { self.rng.random_range(1..9_999) },
            challenge_bond: if self.once_in(6) { 0 } else { self.rng.random_range(1..9_999) },
            breaker,
            operator_cap,
            challenge_window_seconds: self.rng.random_range(0..2_000),
            resolution_window_seconds: self.rng.random_range(0..4_000),
            retention_seconds: self.rng.random_range(0..60_000),
            challenge_burn_bps: self.rng.random_range(0..=10_100),
            ..base
        };
        let verdict = self.pools[id].propose_pool_update(&self.network, &signer, &terms, now);
        let instruction = instruction::propose_pool_update(&signer, &network, &pool, &terms);
        self.step("propose_pool_update", &id, &[instruction], verdict);
    }

    pub(super) fn act_pause(&mut self) {
        let (authority, guardian, network) =
            (self.network.authority, self.network.guardian, self.network_address);
        if self.network.paused {
            self.network.paused = false;
            let instruction = instruction::unpause_network(&authority, &network);
            self.step("unpause_network", &"", &[instruction], Ok(()));
        } else if self.once_in(6) {
            self.network.paused = true;
            let instruction = instruction::pause_network(&guardian, &network);
            self.step("pause_network", &"", &[instruction], Ok(()));
        }
    }

    pub(super) fn act_close_request(&mut self, id: usize) {
        let now = self.chain.now();
        let (signer, network, pool) = (self.signer(), self.network_address, self.keys[id].pool);
        // Requested and withdrawn before it is in force.
        let verdict = self.pools[id].request_close(&self.network, &signer, now);
        let instruction = instruction::request_close(&signer, &network, &pool);
        self.step("request_close", &id, &[instruction], verdict);
        let signer = self.network.authority;
        let verdict = self.pools[id].cancel_close(&self.network, &signer, now);
        let instruction = instruction::cancel_close(&signer, &network, &pool);
        self.step("cancel_close", &id, &[instruction], verdict);
    }
}
