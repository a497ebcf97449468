//! The parameters: each matters, and absurd ones are named.

use crate::*;

/// Every parameter changes what is judged, or who gets in.
#[test]
fn no_parameter_is_ignored() {
    let (world, envelopes) = busy();
    let judged = |change: &dyn Fn(&mut ComputePolicy)| {
        let mut policy = world.policy.clone();
        change(&mut policy.compute);
        assert_eq!(policy.validate(), Ok(()));
        let world =
            World { policy, devices: Vec::new(), registry: world.registry.clone(), answers: 0 };
        world.judge(EPOCH, &mut State::default(), &envelopes).all()
    };
    let as_it_is = judged(&|_| ());
    type Change = (&'static str, fn(&mut ComputePolicy));
    let changes: [Change; 24] = [
        ("arrival_ms", |policy| policy.arrival_ms = 100_000),
        ("job_ms", |policy| policy.job_ms = 10),
        ("answer_ms", |policy| policy.answer_ms = 10),
        ("min_side", |policy| policy.min_side = 17),
        ("max_side", |policy| policy.max_side = 16),
        ("spot_rows", |policy| policy.spot_rows = 2),
        ("products_per_epoch", |policy| policy.products_per_epoch = 1),
        ("poster_class", |policy| policy.poster_class = Some(CLASS + 1)),
        ("poster_class none", |policy| policy.poster_class = None),
        ("posted_per_device", |policy| policy.posted_per_device = 1),
        ("posted_per_epoch", |policy| policy.posted_per_epoch = 2),
        ("duplicates", |policy| policy.duplicates = 2),
        ("quorum", |policy| policy.quorum = 3),
        ("commit_ms", |policy| policy.commit_ms = 900),
        ("reveal_ms", |policy| policy.reveal_ms = 0),
        ("job_units", |policy| policy.job_units = 5),
        ("benchmark_ms", |policy| policy.benchmark_ms = 1_800_000),
        ("benchmark_run_ms", |policy| policy.benchmark_run_ms = 60_000),
        ("checkpoints", |policy| policy.checkpoints = 255),
        ("max_stretch_hashes", |policy| policy.max_stretch_hashes = 1),
        ("max_hashes_per_second", |policy| policy.max_hashes_per_second = 1_000),
        ("elapsed_floor_ppm", |policy| policy.elapsed_floor_ppm = 0),
        ("max_rate", |policy| policy.max_rate = 1),
        ("products_per_epoch 0", |policy| policy.products_per_epoch = 0),
    ];
    for (name, change) in changes {
        assert_ne!(judged(&change), as_it_is, "{name} is ignored");
    }
    // `check_image`, `spot_stretches` and `bar_ms` are in `attacks_compute.rs`.
}

#[test]
fn impossible_parameters_are_named() {
    let named = |change: &dyn Fn(&mut ComputePolicy)| -> Vec<String> {
        let mut policy = Policy::default();
        change(&mut policy.compute);
        let errors = policy.validate().err().unwrap_or_default();
        errors.into_iter().map(|error| error.field.into_owned()).collect()
    };
    assert_eq!(named(&|policy| policy.spot_rows = 4), ["compute.spot_rows"]);
    // Rows of smaller matrices are smaller.
    let twelve = |policy: &mut ComputePolicy| (policy.max_side, policy.spot_rows) = (128, 12);
    assert_eq!(named(&twelve), Vec::<String>::new());
    assert_eq!(named(&|policy| policy.max_side = 513)[0], "compute.max_side");
    assert_eq!(named(&|policy| policy.min_side = 513), ["compute.min_side"]);
    assert_eq!(named(&|policy| policy.min_side = 15), ["compute.min_side"]);
    // Two results must not both have a quorum.
    assert_eq!(named(&|policy| policy.duplicates = 4), ["compute.quorum"]);
    assert_eq!(named(&|policy| policy.quorum = 4), ["compute.quorum"]);
    assert_eq!(named(&|policy| policy.checkpoints = 0), ["compute.checkpoints"]);
    assert_eq!(named(&|policy| policy.benchmark_ms = 0), ["compute.benchmark_ms"]);
    assert_eq!(
        named(&|policy| policy.elapsed_floor_ppm = 1_000_001),
        ["compute.elapsed_floor_ppm"]
    );
}

#[test]
fn commitments_and_benchmarks_must_arrive_soon() {
    let mut policy = Policy::default();
    for kind in [Kind::JobCommitment, Kind::Benchmark] {
        assert_eq!(policy.max_age_ms(kind), 10_000);
    }
    assert_eq!(policy.max_age_ms(Kind::JobResult), policy.ingest.max_age_ms);
    policy.compute.arrival_ms = 0;
    assert_eq!(policy.max_age_ms(Kind::JobCommitment), policy.ingest.max_age_ms);
}
