//! Benchmarks: form, time, one an hour, what a wrong one costs.

use crate::*;

/// A benchmark of 10 hashes a stretch, its seed known a minute before, after `change`.
fn benchmark(change: impl FnOnce(&mut World, &mut u64, &mut Benchmark)) -> Reason {
    let mut world = World::new(1);
    let seed = seed_from(midday());
    let mut at_ms = seed.known_from_ms() + 50_000;
    let mut run = Run::new(&seed.seed, &world.key(0), 10);
    while run.checkpoints() < 256 {
        run.stretch();
    }
    let Body::Benchmark(mut body) = run.finish(50_000) else { panic!("a benchmark") };
    change(&mut world, &mut at_ms, &mut body);
    let given = world.sign(0, at_ms, seed.seed, &Body::Benchmark(body));
    world.judge_alone(std::slice::from_ref(&given)).reason(&given)
}

#[test]
fn a_benchmark_counts_for_an_hour_at_the_rate_that_time_allows() {
    let mut world = World::new(1);
    let seed = seed_from(midday());
    let at_ms = seed.known_from_ms() + 50_000;
    let mut run = Run::new(&seed.seed, &world.key(0), 10_000);
    while run.checkpoints() < 256 {
        run.stretch();
    }
    let given = world.sign(0, at_ms, seed.seed, &run.finish(48_000));
    let judgment = world.judge_alone(std::slice::from_ref(&given)).of(&given).clone();
    assert_eq!(judgment.reason, Reason::Accepted);
    // 2,560,000 hashes in 48 s as stated, in 60 s as counted: 50 s and ten more to arrive.
    assert_eq!(judgment.gross, 53_333);
    assert_eq!((judgment.units, judgment.factors[0].ppm), (42_666, 800_000));
    assert_eq!(judgment.factors[0].name, "elapsed");
    world.policy.compute.max_rate = 21_333;
    let judgment = world.judge_alone(std::slice::from_ref(&given)).of(&given).clone();
    assert_eq!((judgment.units, judgment.factors[1].ppm), (21_333, 500_000));
    assert_eq!(judgment.factors[1].name, "rate_cap");
}

#[test]
fn a_benchmark_is_hashed_from_its_seed_in_a_possible_time() {
    assert_eq!(benchmark(|_, _, _| ()), Reason::Accepted);
    assert_eq!(benchmark(|_, _, body| body.checkpoints.truncate(255)), Reason::CheckpointsWrong);
    assert_eq!(
        benchmark(|world, _, _| world.policy.compute.max_stretch_hashes = 9),
        Reason::CheckpointsWrong
    );
    // The seed was known for 50 s, and a clock may be 5 s behind.
    assert_eq!(benchmark(|_, _, body| body.elapsed_ms = 55_000), Reason::Accepted);
    assert_eq!(benchmark(|_, _, body| body.elapsed_ms = 55_001), Reason::ElapsedImpossible);
    // 2,560 hashes in 3 ms are 853,000 a second.
    let fast = |limit: u64| {
        move |world: &mut World, _: &mut u64, body: &mut Benchmark| {
            body.elapsed_ms = 3;
            world.policy.compute.max_hashes_per_second = limit;
        }
    };
    assert_eq!(benchmark(fast(853_333)), Reason::Accepted);
    assert_eq!(benchmark(fast(853_332)), Reason::RateImpossible);
    assert_eq!(benchmark(|_, _, body| body.checkpoints[0][0] ^= 1), Reason::StretchWrong);
    assert_eq!(benchmark(|_, _, body| body.checkpoints.fill([1; 32])), Reason::StretchWrong);
    assert_eq!(benchmark(|_, at, _| *at = start(EPOCH + 1) - 20_000), Reason::BenchmarkTooLate);
}

#[test]
fn one_benchmark_counts_in_an_hour_also_over_the_end_of_an_epoch() {
    let mut world = World::new(2);
    let mut state = State::default();
    // Hours begin 2,800 s after epochs do.
    let hour = (start(EPOCH) / 3_600_000 + 1) * 3_600_000;
    assert_eq!(hour - start(EPOCH), 2_800_000);
    let give = |world: &mut World, at_ms: u64| world.benchmark(0, at_ms, 1, 500);
    let before = give(&mut world, hour - 100_000);
    let first = give(&mut world, hour + 100_000);
    let again = give(&mut world, hour + 200_000);
    let other = world.benchmark(1, hour + 210_000, 1, 500);
    let verdicts = world.judge(
        EPOCH,
        &mut state,
        &[before.clone(), first.clone(), again.clone(), other.clone()],
    );
    assert_eq!(verdicts.reason(&before), Reason::Accepted);
    assert_eq!(verdicts.reason(&first), Reason::Accepted);
    assert_eq!(verdicts.reason(&again), Reason::BenchmarkRepeated);
    assert_eq!(verdicts.reason(&other), Reason::Accepted);
    let same_hour = give(&mut world, start(EPOCH + 1) + 200_000);
    let next_hour = give(&mut world, hour + 3_700_000);
    let verdicts = world.judge(EPOCH + 1, &mut state, &[same_hour.clone(), next_hour.clone()]);
    assert_eq!(verdicts.reason(&same_hour), Reason::BenchmarkRepeated);
    assert_eq!(verdicts.reason(&next_hour), Reason::Accepted);
}

#[test]
fn a_wrong_benchmark_costs_those_of_a_while() {
    let mut world = World::new(1);
    world.policy.compute.bar_ms = 2 * EPOCH_MS;
    let mut state = State::default();
    let mut reasons = Vec::new();
    for epoch in 0..4 {
        let at_ms = start(epoch) + 1_000_000;
        let mut given = world.benchmark(0, at_ms, 1, 500);
        if epoch == 0 {
            let Ok(Some(Body::Benchmark(mut body))) = given.decode_body() else { panic!() };
            body.checkpoints.fill([1; 32]);
            given = world.sign(0, at_ms, given.challenge, &Body::Benchmark(body));
        }
        reasons.push(world.judge(epoch, &mut state, std::slice::from_ref(&given)).reason(&given));
    }
    use Reason::{Accepted, BenchmarkBarred, StretchWrong};
    assert_eq!(reasons, [StretchWrong, BenchmarkBarred, Accepted, Accepted]);
}

#[test]
fn all_benchmarks_of_an_hour_are_made_at_the_same_time() {
    let hour = (start(EPOCH) / 3_600_000 + 1) * 3_600_000;
    let give = |from_ms: u64, took_ms: u64, run_ms: u64| {
        let mut world = World::new(1);
        world.policy.compute.benchmark_run_ms = run_ms;
        let seed = seed_from(from_ms);
        let mut run = Run::new(&seed.seed, &world.key(0), 1_000);
        while run.checkpoints() < 256 {
            run.stretch();
        }
        let at_ms = seed.known_from_ms() + took_ms;
        let given = world.sign(0, at_ms, seed.seed, &run.finish(u32::try_from(took_ms).unwrap()));
        let judgment = world.judge_alone(std::slice::from_ref(&given)).of(&given).clone();
        (judgment.reason, judgment.units)
    };
    // 256,000 hashes in 40 or 60 s of the device's count as if in the 60 s and 10 s to arrive of all.
    assert_eq!(give(hour, 40_000, 60_000), (Reason::Accepted, 3_657));
    assert_eq!(give(hour, 60_000, 60_000), (Reason::Accepted, 3_656));
    assert_eq!(give(hour, 60_001, 60_000), (Reason::BenchmarkOutOfTime, 0));
    assert_eq!(give(hour + 60_000, 40_000, 60_000), (Reason::BenchmarkOutOfTime, 0));
    assert_eq!(give(hour + 60_000, 40_000, 0).0, Reason::Accepted);
}
