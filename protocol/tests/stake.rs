//! Properties of dilution and of delegators' rewards, against exact rational arithmetic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use cairn_protocol::{
    dilution::{Dilution, ONE},
    stake::{Accumulator, MAX_REWARD, MIN_UNITS, Ring, Sums, Weights, earned, growth, period_of},
};
use num_bigint::BigUint;
use num_rational::Ratio;
use proptest::prelude::*;

type Exact = Ratio<BigUint>;

fn whole(value: impl Into<BigUint>) -> Exact {
    Exact::from_integer(value.into())
}

/// A member of a pot: what it wrote down, and what is exactly its own.
#[derive(Debug, Clone)]
struct Member {
    amount: u64,
    entry: Dilution,
    exact: Exact,
    losses: u32,
}

#[derive(Debug, Clone, Copy)]
enum PotAct {
    Join(u64),
    Lose(u64, u8),
    LoseAll,
    Leave(usize, u64),
}

/// Small, middling and huge amounts alike.
fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![0u64..20, 0u64..1_000_000_000, Just(u64::MAX / 64), 0u64..u64::MAX / 64]
}

fn pot_act() -> impl Strategy<Value = PotAct> {
    prop_oneof![
        4 => amount().prop_map(PotAct::Join),
        4 => (any::<u64>(), 0u8..60).prop_map(|(part, shift)| PotAct::Lose(part, shift)),
        1 => Just(PotAct::LoseAll),
        3 => (any::<usize>(), any::<u64>()).prop_map(|(who, part)| PotAct::Leave(who, part)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

    /// Whatever a pot goes through: its total covers the sum of its members' parts, and each part
    /// is its exact one less a bounded rounding.
    #[test]
    fn parts_never_exceed_the_pot(acts in prop::collection::vec(pot_act(), 1..40)) {
        let mut dilution = Dilution::NONE;
        let mut total = 0u64;
        let mut members: Vec<Member> = Vec::new();
        for act in acts {
            match act {
                PotAct::Join(amount) => {
                    let Some(sum) = total.checked_add(amount) else { continue };
                    total = sum;
                    members.push(Member { amount, entry: dilution, exact: whole(amount), losses: 0 });
                }
                PotAct::Lose(part, shift) => {
                    // From nearly nothing to nearly everything.
                    let loss = if total == 0 { 0 } else {
                        let part = part % total;
                        if shift % 2 == 0 { part >> (shift / 2) } else { total - 1 - (part >> (shift / 2)) }
                    };
                    dilution = dilution.after_loss(total, loss);
                    prop_assert!(dilution.factor >= 1 << 31);
                    for member in &mut members {
                        if total > 0 && loss > 0 {
                            member.exact *= Exact::new((total - loss).into(), total.into());
                            member.losses += 1;
                        }
                    }
                    total -= loss;
                }
                PotAct::LoseAll => {
                    let generation = dilution.generation;
                    dilution = dilution.after_loss(total, total);
                    prop_assert_eq!(dilution.generation, generation + u32::from(total > 0));
                    total = 0;
                    for member in &mut members {
                        member.exact = whole(0u8);
                        if dilution.generation == generation {
                            member.amount = 0;
                        }
                    }
                }
                PotAct::Leave(who, part) => {
                    if members.is_empty() { continue }
                    let at = who % members.len();
                    let member = &mut members[at];
                    let held = dilution.part(member.amount, &member.entry);
                    let left = held - part % (held.saturating_add(1)).max(1);
                    total -= held - left;
                    *member = Member { amount: left, entry: dilution, exact: whole(left), losses: 0 };
                }
            }
            let mut sum = 0u128;
            for member in &members {
                let part = dilution.part(member.amount, &member.entry);
                prop_assert!(part <= member.amount);
                prop_assert!(whole(part) <= member.exact, "{} > {}", part, member.exact);
                let slack = whole(1u8)
                    + Exact::new(BigUint::from(member.amount) * member.losses, (1u64 << 30).into());
                prop_assert!(whole(part) + slack > member.exact, "{} ≪ {}", part, member.exact);
                sum += u128::from(part);
            }
            prop_assert!(sum <= u128::from(total), "{sum} > {total}");
        }
    }

    #[test]
    fn any_dilution_is_read_without_a_panic(
        factors in any::<[u64; 2]>(), scales in any::<[u32; 2]>(), generations in any::<[u32; 2]>(),
        amount in any::<u64>(), total in any::<u64>(), loss in any::<u64>(),
    ) {
        let [a, b] = [0, 1].map(|i| Dilution {
            factor: factors[i].max(1), scale: scales[i], generation: generations[i],
        });
        prop_assert!(a.part(amount, &b) <= amount);
        prop_assert_eq!(a.part(amount, &a), amount);
        let _ = a.after_loss(total, loss);
    }
}

#[test]
fn a_loss_of_half_halves_everyone() {
    let half = Dilution::NONE.after_loss(1_000, 500);
    assert_eq!(half, Dilution { factor: ONE / 2, scale: 0, generation: 0 });
    assert_eq!(half.part(999, &Dilution::NONE), 499);
    assert_eq!(half.part(1, &Dilution::NONE), 0);
    // Who joins after it is whole.
    assert_eq!(half.part(999, &half), 999);
    let quarter = half.after_loss(500, 250);
    assert_eq!((quarter.part(1_000, &Dilution::NONE), quarter.part(1_000, &half)), (250, 500));
}

#[test]
fn all_but_one_unit_again_and_again_leaves_the_newcomers_whole() {
    let mut dilution = Dilution::NONE;
    for _ in 0..100 {
        let before = dilution;
        dilution = dilution.after_loss(u64::MAX, u64::MAX - 1);
        // Exactly one unit is left, or nothing where the factor was rounded.
        assert!(dilution.part(u64::MAX, &before) <= 1);
        assert_eq!(dilution.generation, 0);
    }
    assert_eq!(dilution.part(u64::MAX, &Dilution::NONE), 0);
    assert_eq!(dilution.part(77, &dilution), 77);
}

/// A delegation as the program keeps it, and what it earned exactly.
#[derive(Debug, Clone)]
struct Delegation {
    amount: u64,
    lock: Option<u32>,
    from: Sums,
    owed: u128,
    exact: Exact,
    settled: u32,
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Join(u64, u8),
    Extend(usize, u8),
    Leave(usize),
    Settle(usize),
    Reward(u64),
    Wait(u32),
}

fn act(most: u64) -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (0..=most, any::<u8>()).prop_map(|(amount, lock)| Act::Join(amount, lock)),
        1 => (any::<usize>(), any::<u8>()).prop_map(|(who, lock)| Act::Extend(who, lock)),
        1 => any::<usize>().prop_map(Act::Leave),
        2 => any::<usize>().prop_map(Act::Settle),
        3 => (0..=most).prop_map(Act::Reward),
        3 => prop_oneof![1u32..4, 1u32..400].prop_map(Act::Wait),
    ]
}

/// A stake pool in miniature: the same steps in the same order as the program.
struct Miniature {
    longest: u8,
    period: u32,
    weights: Weights,
    ring: Ring,
    accumulator: Accumulator,
    boundaries: std::collections::HashMap<u32, Sums>,
    locked: std::collections::HashMap<u32, u64>,
    delegations: Vec<Delegation>,
    fed: u128,
    settlements: u128,
    last_weight: u128,
    carried: u128,
}

impl Miniature {
    fn new(longest: u8) -> Self {
        Self {
            longest,
            period: 0,
            weights: Weights::default(),
            ring: Ring::default(),
            accumulator: Accumulator::default(),
            boundaries: std::collections::HashMap::new(),
            locked: std::collections::HashMap::new(),
            delegations: Vec::new(),
            fed: 0,
            settlements: 0,
            last_weight: 0,
            carried: 0,
        }
    }

    fn wait(&mut self, periods: u32) {
        let now = self.period + periods;
        while let Some(end) = self.ring.first_after(self.period, now) {
            let amount = self.locked.remove(&end).unwrap_or(0);
            self.weights = self.weights.unlock(amount, end).unwrap();
            self.boundaries.insert(end, self.accumulator.sums);
            self.ring.clear(end);
            self.period = end;
        }
        assert!(self.locked.is_empty() || self.locked.keys().all(|end| *end > now));
        self.period = now;
    }

    fn lock(&mut self, amount: u64, lock: Option<u32>) {
        if let Some(end) = lock {
            *self.locked.entry(end).or_default() += amount;
            self.ring.set(end);
        }
    }

    fn settle(&mut self, at: usize) {
        let delegation = &mut self.delegations[at];
        let to = self.accumulator.sums;
        let gain =
            match delegation.lock {
                Some(end) if end <= self.period => {
                    let boundary = self.boundaries[&end];
                    growth(self.longest, Some(end), &delegation.from, &boundary)
                        .wrapping_add(growth(self.longest, None, &boundary, &to))
                }
                lock => growth(self.longest, lock, &delegation.from, &to),
            };
        if delegation.lock.is_some_and(|end| end <= self.period) {
            delegation.lock = None;
        }
        delegation.from = to;
        delegation.owed += u128::from(earned(delegation.amount, gain));
        delegation.settled += 1;
        self.settlements += 1;
    }

    /// The weight by its definition.
    fn weight(&self, delegation: &Delegation) -> BigUint {
        let ahead = delegation.lock.map_or(0, |end| end.saturating_sub(self.period));
        BigUint::from(delegation.amount) * (u32::from(self.longest) + 3 * ahead)
    }

    fn leave(&mut self, at: usize) {
        self.settle(at);
        let amount = self.delegations[at].amount;
        let lock = self.delegations[at].lock;
        self.weights = self.weights.remove(amount, lock).unwrap();
        if let Some(end) = lock {
            *self.locked.get_mut(&end).unwrap() -= amount;
        }
        self.delegations[at].amount = 0;
    }

    fn run(&mut self, act: Act) {
        let lock_of = |this: &Self, lock: u8| {
            (lock % (this.longest.saturating_add(1).max(1))).min(this.longest)
        };
        match act {
            Act::Join(amount, lock) => {
                let lock = lock_of(self, lock);
                let lock = (lock > 0).then(|| self.period + u32::from(lock));
                let Some(weights) = self.weights.add(amount, lock) else { return };
                self.weights = weights;
                self.lock(amount, lock);
                let from = self.accumulator.sums;
                let exact = whole(0u8);
                self.delegations.push(Delegation {
                    amount,
                    lock,
                    from,
                    owed: 0,
                    exact,
                    settled: 0,
                });
            }
            Act::Extend(who, lock) => {
                if self.delegations.is_empty() {
                    return;
                }
                let at = who % self.delegations.len();
                self.settle(at);
                let Delegation { amount, lock: old, .. } = self.delegations[at];
                let end = self.period + u32::from(lock_of(self, lock));
                if end <= old.unwrap_or(self.period) {
                    return;
                }
                if let Some(old) = old {
                    *self.locked.get_mut(&old).unwrap() -= amount;
                }
                self.weights =
                    self.weights.remove(amount, old).unwrap().add(amount, Some(end)).unwrap();
                self.lock(amount, Some(end));
                self.delegations[at].lock = Some(end);
            }
            Act::Leave(who) => {
                if self.delegations.is_empty() {
                    return;
                }
                self.leave(who % self.delegations.len());
            }
            Act::Settle(who) => {
                if self.delegations.is_empty() {
                    return;
                }
                self.settle(who % self.delegations.len());
            }
            Act::Reward(reward) => {
                let total = self.weights.total(self.longest, self.period);
                let weights: Vec<_> = self.delegations.iter().map(|d| self.weight(d)).collect();
                let sum: BigUint = weights.iter().sum();
                assert_eq!(BigUint::from(total), sum, "the total weight is exact");
                let least = u128::from(MIN_UNITS) * u128::from(self.longest);
                let next = self.accumulator.distribute(reward, total, self.longest, self.period);
                assert_eq!(next.is_some(), total >= least && reward <= MAX_REWARD);
                let Some(next) = next else { return };
                self.accumulator = next;
                assert!(next.carry < total);
                self.last_weight = total;
                self.carried += next.carry.div_ceil(1 << 64);
                self.fed += u128::from(reward);
                for (delegation, weight) in self.delegations.iter_mut().zip(weights) {
                    delegation.exact += Exact::new(weight * reward, sum.clone());
                }
            }
            Act::Wait(periods) => self.wait(periods),
        }
    }

    fn check(&mut self) {
        for at in 0..self.delegations.len() {
            self.settle(at);
        }
        let owed: u128 = self.delegations.iter().map(|d| d.owed).sum();
        assert!(owed <= self.fed, "{owed} of {}", self.fed);
        let carry = self.accumulator.carry.div_ceil(1 << 64);
        assert!(carry <= self.last_weight.div_ceil(1 << 64));
        assert!(owed + self.settlements + carry >= self.fed, "{owed} of {}", self.fed);
        for delegation in &self.delegations {
            // A single delegation may be ahead of its exact part by what earlier rewards carried
            // over, and behind by that and one unit per settlement.
            let carried = whole(self.carried);
            assert!(whole(delegation.owed) <= delegation.exact.clone() + &carried);
            assert!(
                whole(delegation.owed) + carried + whole(delegation.settled) >= delegation.exact
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

    /// Random lives of a stake pool with ordinary amounts.
    #[test]
    fn rewards_add_up(longest in 1u8..=255, acts in prop::collection::vec(act(1 << 40), 1..80)) {
        let mut pool = Miniature::new(longest);
        for act in acts {
            pool.run(act);
        }
        pool.check();
    }

    /// The same at the edge of 64 bits: all stake and all rewards together fill it.
    #[test]
    fn rewards_add_up_at_the_edge(longest in 1u8..=255, acts in prop::collection::vec(act(u64::MAX / 80), 1..80)) {
        let mut pool = Miniature::new(longest);
        for act in acts {
            pool.run(act);
        }
        pool.check();
    }

    /// And with next to nothing staked.
    #[test]
    fn rewards_add_up_for_crumbs(longest in 1u8..=255, acts in prop::collection::vec(act(12), 1..80)) {
        let mut pool = Miniature::new(longest);
        for act in acts {
            pool.run(act);
        }
        pool.check();
    }

    /// All of 64 bits in rewards for the least stake there may be: no sum is wrong by a wrap.
    #[test]
    fn the_bounds_hold_where_they_are_tightest(longest in 1u8..=255, lock in 1u8..=255, parts in 1u32..20) {
        let mut pool = Miniature::new(longest);
        let lock = lock.min(longest);
        pool.run(Act::Join(MIN_UNITS - 1, lock));
        pool.run(Act::Join(1, 0));
        let each = u64::MAX / u64::from(parts) / 2;
        for _ in 0..2 * parts {
            pool.run(Act::Reward(each));
            pool.run(Act::Wait(1));
        }
        prop_assert_eq!(pool.fed, u128::from(each) * u128::from(2 * parts));
        pool.check();
    }

    #[test]
    fn the_ring_finds_marks_in_order(after in any::<u32>(), marks in prop::collection::btree_set(1u32..=255, 0..20), through in 0u32..600) {
        let after = after.min(u32::MAX - 1_000);
        let mut ring = Ring::default();
        for mark in &marks {
            ring.set(after + mark);
        }
        let mut at = after;
        let mut found = Vec::new();
        while let Some(next) = ring.first_after(at, after + through) {
            found.push(next - after);
            ring.clear(next);
            at = next;
        }
        let wanted: Vec<_> = marks.iter().copied().filter(|mark| *mark <= through).collect();
        prop_assert_eq!(found, wanted);
        prop_assert!(marks.iter().all(|mark| ring.has(after + mark) == (*mark > through)));
    }

    #[test]
    fn no_input_panics(
        sums in any::<[u128; 4]>(), amount in any::<u64>(), lock in any::<Option<u32>>(),
        longest in any::<u8>(), period in any::<u32>(), total in any::<u128>(), carry in any::<u128>(),
        weights in any::<(u128, u64, u64)>(), now in any::<i64>(), start in any::<i64>(),
    ) {
        let (from, to) = (Sums { a: sums[0], b: sums[1] }, Sums { a: sums[2], b: sums[3] });
        let _ = earned(amount, growth(longest, lock, &from, &to));
        let _ = Accumulator { sums: from, carry }.distribute(amount, total, longest, period);
        let weights = Weights { locked_by_end: weights.0, amount: weights.1, locked: weights.2 };
        let _ = weights.total(longest, period);
        let _ = (weights.add(amount, lock), weights.remove(amount, lock));
        let _ = weights.unlock(amount, period);
        let _ = period_of(now, start, period);
    }
}

#[test]
fn a_lock_weighs_up_to_four_times() {
    let mut pool = Miniature::new(4);
    pool.run(Act::Join(100, 4)); // 4×
    pool.run(Act::Join(100, 2)); // 2.5×
    pool.run(Act::Join(100, 0)); // 1×
    assert_eq!(pool.weights.total(4, 0), 100 * (16 + 10 + 4));
    pool.run(Act::Reward(3_000));
    pool.check();
    assert_eq!(pool.delegations.iter().map(|d| d.owed).collect::<Vec<_>>(), [1_600, 1_000, 400]);
    pool.run(Act::Wait(2));
    assert_eq!(pool.weights.total(4, 2), 100 * (10 + 4 + 4));
    pool.run(Act::Wait(2));
    assert_eq!(pool.weights.total(4, 4), 100 * 3 * 4);
    assert_eq!(pool.weights.locked, 0);
}

#[test]
fn nothing_is_given_out_to_next_to_nothing() {
    let accumulator = Accumulator::default();
    for longest in [1u8, 52, 255] {
        let least = u128::from(MIN_UNITS) * u128::from(longest);
        assert_eq!(accumulator.distribute(1, least - 1, longest, 0), None);
        assert!(accumulator.distribute(1, least, longest, 0).is_some());
        assert!(accumulator.distribute(MAX_REWARD, least, longest, 0).is_some());
        assert_eq!(accumulator.distribute(MAX_REWARD + 1, least, longest, 0), None);
    }
}

#[test]
fn periods_are_counted_from_the_start() {
    for (now, period) in [(99, 0), (100, 0), (109, 0), (110, 1), (129, 2)] {
        assert_eq!(period_of(now, 100, 10), period);
    }
    assert_eq!(period_of(i64::MAX, i64::MIN, 1), u32::MAX);
    assert_eq!(period_of(200, 100, 0), 100);
}
