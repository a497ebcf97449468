//! How much of a replica an attacker can leave out who has the content for nothing: the best that
//! simple attacks find on the graphs that replicas really have. Figures, and bounds that a change of
//! the graph must not worsen.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use cairn_protocol::proof::DeviceKey;
use cairn_protocol::sealing::{Pass, Seal};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The parents of every leaf in a pass.
fn graph(leaf_count: usize, pass: Pass) -> Vec<Vec<usize>> {
    let seal = Seal::new(&DeviceKey::Ed25519([3; 32]), 1, &[4; 32], leaf_count as u64, 1);
    let parents = |index| seal.parents(pass, index as u64).into_iter().flatten();
    (0..leaf_count).map(|index| parents(index).map(|parent| parent as usize).collect()).collect()
}

// --- Leaving leaves out and making them again ------------------------------------------------------

/// A replica of which leaves are left out, and what making one of them again takes.
struct Sparse {
    /// `None` for the imagined replica of a single pass.
    forward: Option<Vec<Vec<usize>>>,
    last: Vec<Vec<usize>>,
    kept: Vec<bool>,
}

/// One making of a leaf.
struct Making<'a> {
    sparse: &'a Sparse,
    budget: usize,
    keys: usize,
    made: HashMap<(bool, usize), bool>,
    busy: HashSet<(bool, usize)>,
    used: BTreeSet<usize>,
}

impl Making<'_> {
    /// Whether the sealed leaf can be had.
    fn sealed(&mut self, leaf: usize) -> bool {
        if self.sparse.kept[leaf] {
            self.used.insert(leaf);
            return true;
        }
        self.once((true, leaf), |making| {
            making.sparse.last[leaf].iter().all(|parent| making.sealed(*parent))
                && (making.sparse.forward.is_none() || making.encode(leaf))
        })
    }

    /// Whether the leaf of the middle can be had: from the sealed one where that and its parents are
    /// kept, otherwise from the content.
    fn middle(&mut self, leaf: usize) -> bool {
        let around = &self.sparse.last[leaf];
        if self.sparse.kept[leaf] && around.iter().all(|parent| self.sparse.kept[*parent]) {
            return self.once((false, leaf), |making| {
                making.used.extend(around);
                making.used.insert(leaf);
                true
            });
        }
        self.encode(leaf)
    }

    fn encode(&mut self, leaf: usize) -> bool {
        self.once((false, leaf), |making| {
            let forward = making.sparse.forward.as_ref().unwrap();
            forward[leaf].iter().all(|parent| making.middle(*parent))
        })
    }

    fn once(&mut self, what: (bool, usize), make: impl FnOnce(&mut Self) -> bool) -> bool {
        if let Some(made) = self.made.get(&what) {
            return *made;
        }
        if self.keys >= self.budget || !self.busy.insert(what) {
            return false;
        }
        let made = make(self);
        self.busy.remove(&what);
        self.keys += 1;
        if self.keys > self.budget {
            return false;
        }
        if made {
            self.made.insert(what, true);
        }
        made
    }
}

impl Sparse {
    fn new(leaf_count: usize, two_passes: bool) -> Self {
        let last = if two_passes { Pass::Backward } else { Pass::Forward };
        Self {
            forward: two_passes.then(|| graph(leaf_count, Pass::Forward)),
            last: graph(leaf_count, last),
            kept: vec![true; leaf_count],
        }
    }

    /// The kept leaves that making a leaf again needs, when it takes no more keys than `budget`.
    fn needs(&self, leaf: usize, budget: usize) -> Option<BTreeSet<usize>> {
        let mut making = Making {
            sparse: self,
            budget,
            keys: 0,
            made: HashMap::new(),
            busy: HashSet::new(),
            used: BTreeSet::new(),
        };
        making.sealed(leaf).then_some(making.used)
    }

    /// Leaves out every leaf, one after the other, that can then still be made again within the
    /// budget without spoiling that of another; gives their share in thousandths.
    fn leave_out(&mut self, order: impl Iterator<Item = usize>, budget: usize) -> usize {
        let mut users: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let mut left_out = 0;
        for leaf in order {
            self.kept[leaf] = false;
            let others: Vec<usize> = users.get(&leaf).into_iter().flatten().copied().collect();
            let needs: Option<Vec<_>> = [leaf]
                .into_iter()
                .chain(others.into_iter().filter(|other| !self.kept[*other]))
                .map(|made| Some((made, self.needs(made, budget)?)))
                .collect();
            let Some(needs) = needs else {
                self.kept[leaf] = true;
                continue;
            };
            left_out += 1;
            for (made, needed) in needs {
                for kept in needed {
                    users.entry(kept).or_default().insert(made);
                }
            }
        }
        left_out * 1_000 / self.kept.len()
    }
}

#[test]
fn two_passes_leave_little_to_leave_out() {
    const LEAVES: usize = 2_048;
    for (budget, most) in [(1, 0), (16, 60), (64, 100), (256, 170)] {
        let one = Sparse::new(LEAVES, false).leave_out(0..LEAVES, budget);
        let up = Sparse::new(LEAVES, true).leave_out(0..LEAVES, budget);
        let down = Sparse::new(LEAVES, true).leave_out((0..LEAVES).rev(), budget);
        let two = up.max(down);
        println!(
            "leaves that can be left out at {budget} keys each, of {}: {}.{} % of one pass, {}.{} % of two",
            2 * LEAVES,
            one / 10,
            one % 10,
            two / 10,
            two % 10
        );
        assert!(two <= most, "{two}");
        assert!(one * 10 > two * 19, "{one} {two}");
    }
}

// --- Keeping some leaves to shorten the way --------------------------------------------------------

/// Keeps leaves of one pass so that the longest way through the others shrinks, by L. Valiant's
/// lemma ("Graph-theoretic arguments in low-level complexity", 1977): of the bits in which the
/// depths of parent and child first differ, the one with the fewest edges, `times` over. Gives the
/// share kept and the longest way left, in thousandths.
fn shortened(parents: &[Vec<usize>], times: usize) -> (usize, usize) {
    let count = parents.len();
    let mut kept = vec![false; count];
    let depths = |kept: &[bool]| {
        let mut depth = vec![0usize; count];
        for leaf in 0..count {
            if !kept[leaf] {
                let above = parents[leaf].iter().map(|parent| depth[*parent]);
                depth[leaf] = above.max().unwrap_or(0) + 1;
            }
        }
        depth
    };
    for _ in 0..times {
        let depth = depths(&kept);
        let mut cut: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
        for leaf in (0..count).filter(|leaf| !kept[*leaf]) {
            for parent in parents[leaf].iter().filter(|parent| !kept[**parent]) {
                let bit = (depth[leaf] ^ depth[*parent]).ilog2();
                cut.entry(bit).or_default().insert(*parent);
            }
        }
        // Cutting the lowest bit keeps every second leaf and shortens nothing much.
        let fewest = cut.range(1..).map(|(_, cut)| cut).min_by_key(|cut| cut.len());
        for leaf in fewest.into_iter().flatten() {
            kept[*leaf] = true;
        }
    }
    let longest = depths(&kept).into_iter().max().unwrap();
    (kept.iter().filter(|kept| **kept).count() * 1_000 / count, longest * 1_000 / count)
}

#[test]
fn shortening_the_way_costs_most_of_the_space() {
    let parents = graph(1 << 14, Pass::Forward);
    for times in 0..6 {
        let (kept, longest) = shortened(&parents, times);
        println!(
            "way of a pass cut to {}.{} % by keeping {}.{} % of its leaves",
            longest / 10,
            longest % 10,
            kept / 10,
            kept % 10
        );
        // Both passes must be shortened: twice as much as is kept of one.
        assert!(longest > 125 || kept * 2 > 800, "{kept} {longest}");
    }
}
