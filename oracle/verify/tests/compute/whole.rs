//! What holds for all kinds together: order, state, arbitrary proofs.

use crate::*;
use cairn_protocol::proof::compute::Row;
use proptest::prelude::*;

#[test]
fn the_order_of_arrival_does_not_matter() {
    let (world, mut envelopes) = busy();
    let mut state = State::default();
    let expected = world.judge(EPOCH, &mut state, &envelopes).0;
    let reasons: BTreeSet<u16> =
        expected.proofs.iter().map(|judged| judged.judgment.reason.code()).collect();
    assert!(reasons.len() > 3, "{reasons:?}");
    for turn in 0..envelopes.len() {
        envelopes.rotate_left(7);
        if turn % 2 == 0 {
            envelopes.reverse();
        }
        let mut other = State::default();
        assert_eq!(world.judge(EPOCH, &mut other, &envelopes).0, expected);
        assert_eq!(other, state);
    }
}

#[test]
fn the_state_survives_its_encoding() {
    let (mut world, mut envelopes) = busy();
    envelopes.push(world.commit_product(4, start(EPOCH + 1) - 1_000, 16, 9).1);
    envelopes.push(world.post(4, start(EPOCH + 1) - 1_000, [5; 32]).envelope);
    let mut state = State::default();
    world.judge(EPOCH, &mut state, &envelopes);
    let bytes = borsh::to_vec(&state.compute).unwrap();
    let again: cairn_verify::compute::State = borsh::from_slice(&bytes).unwrap();
    assert_eq!(again, state.compute);
    assert_ne!(again, State::default().compute);
}

#[test]
fn what_is_never_answered_is_forgotten() {
    let mut world = World::new(3);
    let mut state = State::default();
    let (_, committed) = world.commit_product(0, start(EPOCH + 1) - 1_000, 16, 0);
    let posted = world.post(1, start(EPOCH + 1) - 1_000, [1; 32]).envelope;
    let benchmark = world.benchmark(2, start(EPOCH) + 1_700_000, 1, 500);
    world.judge(EPOCH, &mut state, &[committed, posted, benchmark]);
    assert_ne!(state.compute, State::default().compute);
    for epoch in EPOCH + 1..EPOCH + 4 {
        world.judge(epoch, &mut state, &[]);
    }
    assert_eq!(state.compute, State::default().compute);
}

fn job(ids: Vec<Hash>) -> impl Strategy<Value = Job> {
    prop_oneof![
        (16u16..20, 0u16..3).prop_map(|(side, number)| Job::MatrixProduct { side, number }),
        (3u16..6).prop_map(|class| Job::Posted { class }),
        prop_oneof![proptest::sample::select(ids), any::<Hash>()]
            .prop_map(|posted| Job::Duplicated { posted }),
    ]
}

fn row() -> impl Strategy<Value = Row> {
    (
        0u16..20,
        proptest::collection::vec(0..(1u64 << 61) - 1, 14..20),
        proptest::collection::vec(any::<Hash>(), 0..9),
    )
        .prop_map(|(index, elements, path)| Row { index, elements, path })
}

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        (any::<Hash>(), proptest::collection::vec(row(), 0..5))
            .prop_map(|(image, rows)| Answer::MatrixProduct { image, rows }),
        any::<(Hash, Hash)>().prop_map(|(result, salt)| Answer::Duplicated { result, salt }),
    ]
}

fn body(ids: Vec<Hash>) -> impl Strategy<Value = Body> {
    let commitment = prop_oneof![proptest::sample::select(ids.clone()), any::<Hash>()];
    prop_oneof![
        (job(ids), any::<Hash>())
            .prop_map(|(job, commitment)| Body::JobCommitment(JobCommitment { job, commitment })),
        (commitment, answer())
            .prop_map(|(commitment, answer)| Body::JobResult(JobResult { commitment, answer })),
        (1u32..1_000_000, proptest::collection::vec(any::<Hash>(), 1..=256), 1u32..).prop_map(
            |(hashes_per_checkpoint, checkpoints, elapsed_ms)| {
                Body::Benchmark(Benchmark { hashes_per_checkpoint, checkpoints, elapsed_ms })
            }
        ),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn arbitrary_proofs_neither_panic_nor_depend_on_their_order(
        (given, order) in {
            let (_, envelopes) = busy();
            let ids: Vec<Hash> = envelopes.iter().map(|one| one.id(&NETWORK)).collect();
            proptest::collection::vec(
                (0usize..9, 0..EPOCH_MS, 0u64..70, body(ids)), 0..40,
            ).prop_flat_map(|given| {
                let order: Vec<usize> = (0..given.len() + 40).collect();
                (Just(given), Just(order).prop_shuffle())
            })
        },
    ) {
        let (mut world, mut envelopes) = busy();
        world.policy.compute.max_stretch_hashes = 1_000;
        for (device, later, window, body) in given {
            let challenge = seed_from(start(EPOCH) + window * 60_000).seed;
            envelopes.push(world.sign(device, start(EPOCH) + later, challenge, &body));
        }
        let shuffled: Vec<Envelope> = order
            .iter()
            .filter_map(|at| envelopes.get(*at).cloned())
            .chain(envelopes.iter().cloned())
            .collect();
        let (mut one, mut other) = (State::default(), State::default());
        let first = world.judge(EPOCH, &mut one, &envelopes).0;
        prop_assert_eq!(world.judge(EPOCH, &mut other, &shuffled).0, first);
        prop_assert_eq!(&one, &other);
        // What they left behind is judged too.
        world.judge(EPOCH + 1, &mut one, &[]);
    }
}
