//! What must hold after every instruction, of the model and with it of the chain.

use super::{driver::World, ledger::Purse, staking::Stake};

impl World {
    /// Of both pools: paid ≤ funded, claimed ≤ root's sum ≤ emission to date, and the vault holds
    /// the difference.
    pub(super) fn check_pools(&mut self) {
        for pool in &mut self.pools {
            let id = pool.id;
            if pool.closed {
                continue;
            }
            assert!(pool.paid_out() <= pool.funded, "pool {id} paid more than it was given");
            let vault = self.ledger.amount(Purse::Vault(id));
            assert_eq!(vault, pool.funded - pool.paid_out(), "vault of pool {id}");
            assert!(pool.claimed <= pool.root_sum(), "more is claimed than the root's sum");
            let Some(root) = &pool.root else { continue };
            let (epoch, sum) = (root.epoch, root.computed.content.root_sum);
            assert!(pool.paid.delegators <= pool.promised.delegators);
            assert!(pool.paid.oracles <= pool.promised.oracles);
            assert!(pool.paid.treasury <= pool.promised.treasury);
            let promised = sum + pool.promised.total();
            assert!(promised <= pool.funded, "pool {id} promised more than it was given");
            assert!(promised <= pool.emitted(epoch), "pool {id} promised more than its emission");
            let earned: u64 =
                pool.oracle_set.iter().flat_map(|set| &set.places).map(|place| place.earned).sum();
            assert_eq!(earned, pool.promised.oracles - pool.paid.oracles, "oracles' part");
            // Bonds are all that is in the bond vault, but for what somebody sent there.
            let bonds: u64 = pool
                .proposals
                .values()
                .map(|proposal| {
                    proposal.bond + proposal.challenge.as_ref().map_or(0, |other| other.bond)
                })
                .sum();
            let strays = self.ledger.strays(Purse::BondVault(id));
            let bond_vault = self.ledger.amount(Purse::BondVault(id));
            assert_eq!(bond_vault, bonds + strays, "bonds of pool {id}");
        }
    }

    /// Of the stake pool: every vault holds what is somebody's, and no reward is shared out twice.
    pub(super) fn check_stake(&mut self) {
        let stake = &self.stake;
        if stake.closed {
            return;
        }
        let all: u64 = stake.totals().iter().sum();
        let vault = self.ledger.amount(Purse::StakeVault);
        let strays = self.ledger.strays(Purse::StakeVault);
        let owed = all + stake.treasury_stake + stake.challengers;
        assert_eq!(vault, owed + strays, "stake vault");
        let rewards = self.ledger.amount(Purse::RewardVault);
        assert!(stake.booked <= rewards, "more rewards are booked than there are");
        let open: u64 = stake
            .delegations
            .values()
            .map(|delegation| delegation.owed + Stake::earned(delegation))
            .sum();
        let given = open + stake.paid;
        assert!(given <= stake.shared, "delegators got more than was shared out");
        // Less than one unit per settlement, one for each that is to come, and the carry.
        let dust = stake.shared - given;
        let most = stake.settlements + stake.delegations.len() as u64 + 1;
        assert!(dust <= most, "{dust} units of {} are lost in {most} roundings", stake.shared);
        assert_eq!(stake.booked, stake.shared - stake.paid + stake.treasury_rewards);
    }

    /// Of every mint: all tokens are in somebody's account, or are fees that nobody collected.
    fn check_supply(&self) {
        let mut sums = vec![0; self.mints.len()];
        for (_, mint, amount) in self.ledger.purses() {
            sums[mint] += amount;
        }
        for (mint, sum) in sums.into_iter().enumerate() {
            let all = sum + self.ledger.uncollected(mint);
            assert_eq!(all, self.ledger.supply(mint), "all tokens of mint {mint}");
        }
    }

    /// What needs a look at everybody: no token came from nowhere, nobody was paid twice.
    pub(super) fn check_everybody(&mut self) {
        self.check_supply();
        for pool in &self.pools {
            if pool.closed {
                continue;
            }
            let claimed: u64 = pool.claimants.values().map(|claimant| claimant.claimed).sum();
            if !pool.claimants.is_empty() {
                assert!(claimed <= pool.claimed);
            }
            if pool.close_at.is_none() {
                assert_eq!(claimed, pool.claimed, "Σ claimed of pool {}", pool.id);
            }
            for (operator, claimant) in &pool.claimants {
                let best = pool.best.get(operator).copied().unwrap_or(0);
                assert!(claimant.claimed <= best, "{operator} was paid more than it earned");
            }
        }
    }
}
