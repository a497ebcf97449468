//! Which action is next, and how time goes by.

use super::driver::{CHAIN_EPOCH_SECONDS, World};
use cairn_program_tests::NOW;
use rand::RngExt;

impl World {
    /// Moves the clock: mostly a little, sometimes over many epochs, often to a moment at which
    /// something ends, give or take a second.
    fn travel(&mut self) {
        let now = self.chain.now();
        let mut moments = Vec::new();
        for pool in &self.pools {
            moments.push(pool.epoch_start(pool.epoch_at(now) + 1));
            for proposal in pool.proposals.values() {
                moments.extend(proposal.quorum.map(|(_, end)| end));
                moments.extend(proposal.challenge.as_ref().map(|challenge| challenge.expires));
            }
            moments.extend(pool.terms.next.as_ref().map(|(_, at)| *at));
            let pending = pool.oracle_set.as_ref().and_then(|set| set.pending.as_ref());
            moments.extend(pending.map(|change| change.at));
        }
        let stake = &self.stake;
        moments.push(stake.created_at + i64::from(stake.period_at(now) + 1) * stake.period_seconds);
        for bond in stake.bonds.values() {
            moments.extend(bond.unbondings.values().map(|unbonding| unbonding.withdrawable_at));
        }
        for penalties in stake.epochs.values() {
            moments.push(penalties.expires);
            moments.extend(penalties.penalties.values().map(|penalty| penalty.executable_at));
        }
        if !self.ledger.fees.is_empty() {
            let chain_epoch = (now - NOW) / CHAIN_EPOCH_SECONDS;
            moments.push(NOW + (chain_epoch + 1) * CHAIN_EPOCH_SECONDS);
        }
        moments.retain(|moment| *moment > now);
        moments.sort_unstable();
        let to = match self.below(20) {
            0..=8 => now + self.rng.random_range(1..300),
            9..=17 => {
                let at = self.below(moments.len().min(3));
                moments.get(at).map_or(now + 60, |moment| moment + self.rng.random_range(-1..=1))
            }
            18 => now + self.rng.random_range(300..6_000),
            _ if self.once_in(8) => now + self.rng.random_range(8_000..150_000),
            _ => now + self.rng.random_range(3_600..15_000),
        };
        if to > now {
            self.warp_to(to);
        }
    }

    /// Does something.
    pub(super) fn act(&mut self) {
        let id = self.below(2);
        match self.below(300) {
            0..=19 => self.travel(),
            20..=21 => self.act_escrow(id),
            22..=23 => self.act_buy(id),
            24 => self.act_veto(),
            25..=41 => self.act_propose(id),
            42..=66 => self.act_attest(id),
            67..=70 => self.act_execute(),
            71..=74 => self.act_pay_challenger(),
            75..=80 => self.act_announce(),
            81..=84 => self.act_claim_rewards(),
            85..=88 => self.act_delegate(),
            89..=90 => self.act_withdraw_delegation(),
            91..=92 => self.act_settle_usage(id),
            93 => self.act_reject(id),
            94..=97 => self.act_challenge(id),
            98..=106 => self.act_vote(id),
            107..=109 => self.act_resolve(id),
            110..=111 => self.act_close_challenge(id),
            112..=125 => self.act_finalize(id),
            126..=129 => self.act_return_bond(id),
            130..=134 => self.act_close_proposal(id),
            135..=140 => self.act_open_claimant(id),
            141..=144 => self.act_set_payees(id),
            145..=146 => self.act_close_claimant(id),
            147..=171 => self.act_claim(id),
            172..=174 => self.act_pay_delegators(id),
            175..=178 => self.act_pay_oracle(id),
            179 => self.act_pay_treasury(id),
            180..=181 => self.act_fund(),
            182..=185 => self.act_oracle_change(id),
            186..=187 => self.act_emission(id),
            188 => self.act_splits(id),
            189..=190 => self.act_terms(id),
            191..=192 => self.act_pause(),
            193 if self.once_in(4) => self.act_close_request(id),
            193..=200 => self.act_report(id),
            201..=202 => self.act_open_credits(id),
            203..=207 => self.act_buy(id),
            208..=213 => self.act_escrow(id),
            214..=217 => self.act_settle_usage(id),
            218 => self.act_credit_terms(id),
            219 => self.act_close_credits(id),
            220..=223 => self.act_open_bond(),
            224..=229 => self.act_bond(),
            230..=233 => self.act_unbond(),
            234..=236 => self.act_withdraw(),
            237 => self.act_close_bond(),
            238 => self.act_open_target(),
            239 if self.once_in(3) => self.act_close_target(),
            239..=250 => self.act_delegate(),
            251..=254 => self.act_add(),
            255..=258 => self.act_extend(),
            259..=261 => self.act_settle(),
            262..=265 => self.act_claim_rewards(),
            266..=269 => self.act_undelegate(),
            270..=272 => self.act_withdraw_delegation(),
            273..=274 => self.act_close_delegation(),
            275..=278 => self.act_sync(),
            279 => self.act_stake_treasury(),
            280..=282 => self.act_register(),
            283..=286 => self.act_announce(),
            287 => self.act_veto(),
            288..=291 => self.act_execute(),
            292..=293 => self.act_pay_challenger(),
            294..=295 => self.act_close_penalty(),
            296 => self.act_lock_periods(),
            297..=298 => self.act_reach(),
            _ => self.act_stake_terms(),
        }
        // Most instructions of delegators wait until the locks that ended are reached.
        if self.once_in(8)
            && let Some(period) = self.next_to_reach()
        {
            self.reach(period);
        }
        if self.once_in(12) {
            self.act_devices();
        }
        // What changes with a delay is rare above, and taken back more rarely.
        if self.once_in(60) {
            match self.below(3) {
                0 => self.act_splits(id),
                1 => self.act_credit_terms(id),
                _ => self.act_stake_terms(),
            }
        }
        if !self.ledger.fees.is_empty() && self.once_in(10) {
            self.act_outside();
        }
    }
}
