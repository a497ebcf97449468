//! Attacks on benchmarks.

use crate::support::{EPOCH_MS, World, seed_from, start};
use crate::{noise, report, units_with};
use cairn_device::compute::Run;
use cairn_protocol::compute::hashes::{advance, checked};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{Benchmark, Body, Envelope};
use cairn_protocol::reason::Reason;
use cairn_verify::{ONE, State};

fn midday() -> u64 {
    start(5) + 1_000_000
}

/// A right run of a device, of so many hashes a stretch, from the first seed after midday on, that
/// is captured so long after the seed and states a time.
fn run(world: &mut World, device: usize, hashes: u32, took_ms: u64, states_ms: u32) -> Envelope {
    let seed = seed_from(midday());
    let mut run = Run::new(&seed.seed, &world.key(device), hashes);
    while run.checkpoints() < usize::from(world.policy.compute.checkpoints) {
        run.stretch();
    }
    let at_ms = seed.known_from_ms() + took_ms;
    world.sign(device, at_ms, seed.seed, &run.finish(states_ms))
}

#[test]
fn a_faked_time_earns_nothing() {
    // Four devices that hash for a minute, one twice as fast; the last states a tenth of the time.
    let mut world = World::new(4);
    let all: Vec<Envelope> = [(1_000, 60_000), (2_000, 60_000), (1_000, 60_000), (1_000, 6_000)]
        .into_iter()
        .enumerate()
        .map(|(device, (hashes, states))| run(&mut world, device, hashes, 60_000, states))
        .collect();
    let units = |world: &mut World, of: usize| {
        units_with(world, |_| (), &all, std::slice::from_ref(&all[of]))
    };
    let on = units(&mut world, 3);
    let (one, two) = (units(&mut world, 0), units(&mut world, 1));
    let believe = |world: &mut World, of: usize| {
        let of = std::slice::from_ref(&all[of]);
        units_with(world, |policy| policy.compute.elapsed_floor_ppm = 0, &all, of)
    };
    let (off, honest) = (believe(&mut world, 3), believe(&mut world, 0));
    // What the rule takes from honest devices it takes from all alike: it is shares that count.
    let share = |own: u64, other: u64| own * ONE / (own + other);
    let (fair, judged) = (share(1, 2), share(one, two));
    report("a faked time", off, on, judged, fair);
    println!("  honest {honest} as stated, {one} as counted; twice as fast {two}");
    // At most what ten seconds of a minute make, whatever it states.
    assert!(off > 9 * honest && on <= honest, "{off} {on} {honest}");
    // A device that states more speed than any core has is refused.
    let too_fast = run(&mut world, 3, 10_000_000 / 256, 60_000, 1);
    let verdicts = world.judge(5, &mut State::default(), std::slice::from_ref(&too_fast));
    assert_eq!(verdicts.reason(&too_fast), Reason::RateImpossible);
}

#[test]
fn writing_an_earlier_capture_time_gains_nothing() {
    // Hashing goes on for ten seconds after the capture time that the proof states, the most that
    // the gate lets pass; all are charged those.
    let mut world = World::new(2);
    let honest = run(&mut world, 0, 1_200, 60_000, 60_000);
    let fast = run(&mut world, 1, 1_200, 50_000, 50_000);
    let all = [honest.clone(), fast.clone()];
    let seed = seed_from(midday());
    assert!(world.arrives(seed.known_from_ms() + 60_000, &fast));
    assert!(!world.arrives(seed.known_from_ms() + 60_001, &fast));
    let verdicts = world.judge(5, &mut State::default(), &all);
    let (on, true_units) = (verdicts.of(&fast).units, 1_200 * 256 / 60);
    let off = units_with(
        &mut world,
        |policy| policy.compute.elapsed_floor_ppm = 0,
        &all,
        std::slice::from_ref(&fast),
    );
    report("an earlier capture time", off, on, 1, 1);
    assert!(on <= true_units && off > true_units, "{on} {true_units} {off}");
}

#[test]
fn a_run_that_began_before_its_seed_is_found() {
    // Hashes made in advance, from anywhere but the seed; and a run that another device made.
    let mut world = World::new(2);
    let seed = seed_from(midday());
    let advance_run = |first: Hash| {
        let mut hash = first;
        let checkpoints = (0..256)
            .map(|_| {
                hash = advance(&hash, 100);
                hash
            })
            .collect();
        Body::Benchmark(Benchmark { hashes_per_checkpoint: 100, checkpoints, elapsed_ms: 5_000 })
    };
    let mut all = vec![run(&mut world, 1, 100, 5_000, 5_000)];
    let copy = all[0].decode_body().unwrap().unwrap();
    let at_ms = seed.known_from_ms() + 5_000;
    for body in [advance_run(noise("long ago", 0)), copy] {
        let given = world.sign(0, at_ms, seed.seed, &body);
        all.truncate(1);
        all.push(given.clone());
        let verdicts = world.judge(5, &mut State::default(), &all);
        assert_eq!(verdicts.reason(&given), Reason::StretchWrong);
        report(
            "a run made in advance",
            verdicts.of(&all[0]).units,
            verdicts.of(&given).units,
            1,
            1,
        );
    }
}

#[test]
fn stretches_cannot_be_hashed_for_the_seed_that_checks_them() {
    // With the seed known that chooses what is checked, only those stretches are hashed.
    let fake = |arrival_ms: u64| {
        let mut world = World::new(1);
        world.policy.compute.arrival_ms = arrival_ms;
        let seed = seed_from(midday());
        let at_ms = seed.known_from_ms() + 10_000;
        let chooser = world.challenge(at_ms);
        // The first stretch is right; of the others a half, behind made-up checkpoints. Tried until
        // those that are checked are among them.
        let mut checkpoints: Vec<Hash> = (0..256).map(|n| noise("made up", n)).collect();
        let first = cairn_protocol::compute::hashes::first(&seed.seed, &world.key(0));
        checkpoints[0] = advance(&first, 1_000);
        // Every other stretch is hashed from a made-up beginning.
        for at in (8..256).step_by(2) {
            checkpoints[at] = advance(&checkpoints[at - 1].clone(), 1_000);
        }
        let hashed = |stretch: &u16| *stretch == 0 || *stretch >= 8 && stretch.is_multiple_of(2);
        for last in 0u64.. {
            // The last one is never right, and changes the id.
            checkpoints[255] = noise("last", last);
            let body = Body::Benchmark(Benchmark {
                hashes_per_checkpoint: 1_000,
                checkpoints: checkpoints.clone(),
                elapsed_ms: 10_000,
            });
            let mut signer = world.devices[0].clone();
            let given = signer.answer(&crate::support::NETWORK, 5, at_ms, seed.seed, &body);
            let asked = checked(&chooser.seed, &given.id(&crate::support::NETWORK), 4, 256);
            if !asked.iter().all(hashed) {
                continue;
            }
            if !world.arrives(chooser.known_from_ms(), &given) {
                return 0;
            }
            return world.judge_alone(std::slice::from_ref(&given)).of(&given).units;
        }
        0
    };
    let (off, on) = (fake(0), fake(10_000));
    report("stretches hashed for their check", off, on, 1, 1);
    assert!(off > 0 && on == 0);
}

/// Units that a device earns in so many hours by hashing two halves at a time, of which the second
/// begins with a made-up hash; and those of an honest one.
fn halves(hours: u64, change: fn(&mut cairn_verify::Policy)) -> (u64, u64, u64) {
    let mut world = World::new(2);
    change(&mut world.policy);
    let mut state = State::default();
    let (mut earned, mut honest, mut found) = (0, 0, 0);
    for hour in 0..hours {
        let at_ms = start(hour) + 1_000_000;
        let seed = crate::support::seed_at(at_ms - 20_000);
        let mut right = Run::new(&seed.seed, &world.key(0), 20);
        let mut checkpoints = Vec::new();
        let mut hash = cairn_protocol::compute::hashes::first(&seed.seed, &world.key(1));
        for stretch in 0..256 {
            right.stretch();
            if stretch == 128 {
                hash = noise("half", hour);
            }
            hash = advance(&hash, 20);
            checkpoints.push(hash);
        }
        let took_ms = u32::try_from(at_ms - seed.known_from_ms()).unwrap();
        // Twice the hashes in the same time.
        let body = Benchmark { hashes_per_checkpoint: 20, checkpoints, elapsed_ms: took_ms };
        let fair = world.sign(0, at_ms, seed.seed, &right.finish(took_ms));
        let twice = world.sign(1, at_ms, seed.seed, &Body::Benchmark(body));
        let verdicts = world.judge(hour, &mut state, &[fair.clone(), twice.clone()]);
        // The honest one has one core, and makes half as many.
        honest += verdicts.of(&fair).units / 2;
        earned += verdicts.of(&twice).units;
        found += u64::from(verdicts.reason(&twice) == Reason::StretchWrong);
        assert_eq!(verdicts.reason(&fair), Reason::Accepted);
    }
    (earned, honest, found)
}

#[test]
fn two_halves_at_a_time_earn_less_than_one_run() {
    let hours = 2_000;
    let (unchecked, ..) = halves(hours, |policy| policy.compute.spot_stretches = 0);
    let (off, honest, found) = halves(hours, |policy| policy.compute.bar_ms = 0);
    let (on, ..) = halves(hours, |_| ());
    report("two halves at a time", off, on, honest, honest);
    println!(
        "  honest {honest}; {unchecked} when no stretch is checked; found {found} times in {hours}"
    );
    // Four of 255 stretches find it once in 64 hours.
    assert!(found.abs_diff(hours / 64) < 17, "{found}");
    // But for rounding, twice as much.
    assert!(unchecked.abs_diff(2 * honest) <= 2 * hours);
    assert!(off > honest * 19 / 10 && on < honest, "{off} {on} {honest}");
}

#[test]
fn more_benchmarks_an_hour_earn_nothing() {
    let mut world = World::new(1);
    let all: Vec<Envelope> =
        (0..20).map(|n| world.benchmark(0, midday() + 60_000 * n, 100, 10_000)).collect();
    let on = units_with(&mut world, |_| (), &all, &all);
    let off = units_with(
        &mut world,
        // Twenty stretches of a minute, each as if for an hour.
        |policy| policy.compute.benchmark_ms = 60_000,
        &all,
        &all,
    ) * 60;
    report("a benchmark every minute", off, on, 1, 1);
    assert!(on * 10 < off, "{on} {off}");
    assert_eq!(EPOCH_MS, 3_600_000);
}

/// One core hashes for ten devices, one after the other, where honest devices have one each.
#[test]
fn one_core_cannot_hash_for_many_devices() {
    const DEVICES: u64 = 10;
    // The hour begins here.
    let hour = (start(5) / 3_600_000 + 1) * 3_600_000;
    let hashes_per_s = 256 * 2;
    let one = |world: &mut World, device: u64, from_ms: u64, begins_s: u64, ends_s: u64| {
        let seed = seed_from(from_ms);
        let hashes = u32::try_from((ends_s - begins_s) * hashes_per_s / 256).unwrap();
        let device = usize::try_from(device).unwrap();
        let mut run = Run::new(&seed.seed, &world.key(device), hashes);
        while run.checkpoints() < 256 {
            run.stretch();
        }
        let at_ms = seed.known_from_ms() + ends_s * 1_000;
        world.sign(device, at_ms, seed.seed, &run.finish(u32::try_from(ends_s * 1_000).unwrap()))
    };
    let common = cairn_verify::Policy::default().compute.benchmark_run_ms;
    let units = |world: &mut World, run_ms: u64, all: &[Envelope]| {
        world.policy.compute.benchmark_run_ms = run_ms;
        world.judge(5, &mut State::default(), all).units(all)
    };
    let mut world = World::new(DEVICES as usize);
    let honest = vec![one(&mut world, 0, hour, 0, 60)];
    let fair = units(&mut world, common, &honest);
    assert_eq!(fair, 60 * hashes_per_s / 70);

    // Each in a minute of its own.
    let minutes: Vec<Envelope> = (0..DEVICES)
        .map(|device| one(&mut world.clone(), device, hour + device * 60_000, 0, 60))
        .collect();
    let (off, on) = (units(&mut world, 0, &minutes), units(&mut world, common, &minutes));
    report("one core for ten devices, each in a minute of its own", off, on, 1, 1);
    assert_eq!((off, on), (fair * DEVICES, fair), "only the first begins with the first seed");

    // All with the first seed: each ends its run twice as late as the one before.
    let longer: Vec<Envelope> = (0..9u32)
        .map(|n| one(&mut world.clone(), n.into(), hour, 2u64.pow(n), 2u64.pow(n + 1)))
        .collect();
    let (off, on) = (units(&mut world, 0, &longer), units(&mut world, common, &longer));
    report("one core for nine devices, each run twice as long", off, on, 1, 1);
    assert!(off > 3 * fair && on <= fair, "{off} {on} {fair}");
}

/// A device gives nothing but made-up benchmarks: an oracle hashes one stretch of one of them.
#[test]
fn made_up_benchmarks_cost_an_oracle_little() {
    let mut world = World::new(1);
    world.policy.compute.benchmark_ms = 60_000;
    let hashes = 400_000;
    let given: Vec<Envelope> = (0..24)
        .map(|n| {
            let seed = seed_from(midday() + n * 60_000);
            let checkpoints = (0..256).map(|at| noise("made up", n << 8 | at)).collect();
            let body = Benchmark { hashes_per_checkpoint: hashes, checkpoints, elapsed_ms: 30_000 };
            world.sign(0, seed.known_from_ms() + 30_000, seed.seed, &Body::Benchmark(body))
        })
        .collect();
    let timed = |world: &World, given: &[Envelope]| {
        let began = std::time::Instant::now();
        let verdicts = world.judge(5, &mut State::default(), given);
        (began.elapsed(), verdicts.all())
    };
    let began = std::time::Instant::now();
    advance(&[1; 32], hashes.into());
    let stretch = began.elapsed();
    let (all, verdicts) = timed(&world, &given);
    println!("24 made-up benchmarks: {} stretches' time", all.as_nanos() / stretch.as_nanos());
    assert_eq!(verdicts[0].0, Reason::StretchWrong);
    assert!(verdicts[1..].iter().all(|(reason, _)| *reason == Reason::BenchmarkBarred));
    // One stretch, and not 24 times one to five.
    assert!(all < stretch * 8, "{all:?} {stretch:?}");
}
