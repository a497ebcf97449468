//! Products: commitment, answer, and what is carried over the end of an epoch.

use crate::*;

#[test]
fn real_products_of_all_sizes_count() {
    let mut world = World::new(4);
    for (device, side) in [(0, 16), (1, 17), (2, 128), (3, 256), (0, MAX_SIDE)] {
        let began = Instant::now();
        let (product, committed) = world.commit_product(device, midday(), side, side);
        let computed = began.elapsed();
        let opened = world.open(device, &product, &committed);
        let began = Instant::now();
        let verdicts = world.judge_alone(&[committed.clone(), opened.clone()]);
        println!(
            "product of side {side}: device {computed:?}, oracle {:?}, {} bytes",
            began.elapsed(),
            opened.encode().len(),
        );
        assert_eq!(verdicts.reason(&opened), Reason::Accepted);
        assert_eq!(verdicts.of(&opened).units, u64::from(side).pow(3) / 1_000);
        // The commitment says why it earns nothing by itself.
        let judgment = verdicts.of(&committed);
        assert_eq!((judgment.reason, judgment.units), (Reason::Accepted, 0));
        assert_eq!(judgment.factors[0].name, "paid_with_result");
        assert_eq!(judgment.gross, verdicts.of(&opened).units);
    }
}

/// The reason for a commitment after `change`, and for its right answer.
fn committed(change: impl FnOnce(&mut u64, &mut Hash, &mut u16)) -> Reason {
    let mut world = World::new(1);
    let (mut at_ms, mut side) = (midday(), 16);
    let mut challenge = seed_at(at_ms).seed;
    change(&mut at_ms, &mut challenge, &mut side);
    let product = Product::compute(&challenge, &world.key(0), EPOCH, side, 0);
    let committed = world.sign(0, at_ms, challenge, &product.commitment());
    let opened = world.open(0, &product, &committed);
    let verdicts = world.judge_alone(&[committed.clone(), opened.clone()]);
    let reason = verdicts.reason(&committed);
    let expected = if reason.is_accepted() { Reason::Accepted } else { Reason::CommitmentUnknown };
    assert_eq!(verdicts.reason(&opened), expected);
    reason
}

#[test]
fn a_product_is_committed_to_for_a_known_seed_that_is_not_old() {
    assert_eq!(committed(|_, _, _| ()), Reason::Accepted);
    assert_eq!(committed(|_, challenge, _| *challenge = [1; 32]), Reason::JobSeedUnknown);
    let first_of = |at_ms| seed_from(at_ms);
    // A device's clock may be five seconds behind.
    assert_eq!(
        committed(|at, challenge, _| {
            *challenge = first_of(*at).seed;
            *at = first_of(*at).from_ms - 5_000;
        }),
        Reason::Accepted
    );
    assert_eq!(
        committed(|at, challenge, _| {
            *challenge = first_of(*at).seed;
            *at = first_of(*at).from_ms - 5_001;
        }),
        Reason::JobSeedNotBegun
    );
    let old = |at_ms: u64, by: u64| {
        move |at: &mut u64, challenge: &mut Hash, _: &mut u16| {
            *challenge = first_of(at_ms).seed;
            *at = first_of(at_ms).known_from_ms() + by;
        }
    };
    assert_eq!(committed(old(midday(), 600_000)), Reason::Accepted);
    assert_eq!(committed(old(midday(), 600_001)), Reason::JobSeedOld);
}

#[test]
fn a_device_commits_to_each_job_once_and_to_so_many() {
    let mut world = World::new(2);
    world.policy.compute.products_per_epoch = 2;
    let at = midday();
    let mut all = Vec::new();
    // The same job, another number, a third, another device's.
    for (device, at_ms, number) in
        [(0, at, 0), (0, at + 1, 0), (0, at + 2, 1), (0, at + 3, 2), (1, at + 4, 0)]
    {
        let (product, committed) = world.commit_product(device, at_ms, 16, number);
        all.push((device, product, committed));
    }
    let mut envelopes: Vec<Envelope> =
        all.iter().map(|(_, _, envelope)| envelope.clone()).collect();
    for (device, product, committed) in &all {
        envelopes.push(world.open(*device, product, committed));
    }
    let verdicts = world.judge_alone(&envelopes);
    let reasons: Vec<Reason> = envelopes.iter().map(|envelope| verdicts.reason(envelope)).collect();
    use Reason::{Accepted, CommitmentUnknown, JobLimit, JobRepeated};
    assert_eq!(reasons[..5], [Accepted, JobRepeated, Accepted, JobLimit, Accepted]);
    assert_eq!(reasons[5..], [Accepted, CommitmentUnknown, Accepted, CommitmentUnknown, Accepted]);
}

/// The reason for an answer after `change` to when and to which seed it is given, and what it opens.
fn answered(change: impl FnOnce(&World, &mut u64, &mut Hash, &mut JobResult)) -> Reason {
    let mut world = World::new(2);
    let (product, committed) = world.commit_product(0, midday(), 20, 0);
    let seed = world.challenge(midday());
    let Body::JobResult(mut body) = product.open(&committed.id(&NETWORK), &seed.seed, 3) else {
        panic!("a result");
    };
    let (mut at_ms, mut challenge) = (seed.known_from_ms(), seed.seed);
    change(&world, &mut at_ms, &mut challenge, &mut body);
    let opened = world.sign(0, at_ms, challenge, &Body::JobResult(body));
    world.judge_alone(&[committed, opened.clone()]).reason(&opened)
}

fn rows(body: &mut JobResult) -> &mut Vec<cairn_protocol::proof::compute::Row> {
    let Answer::MatrixProduct { rows, .. } = &mut body.answer else { panic!("a product") };
    rows
}

#[test]
fn an_answer_opens_what_the_right_seed_asks_for_in_time() {
    assert_eq!(answered(|_, _, _, _| ()), Reason::Accepted);
    assert_eq!(answered(|_, _, _, body| body.commitment = [1; 32]), Reason::CommitmentUnknown);
    let duplicated = Answer::Duplicated { result: [1; 32], salt: [2; 32] };
    assert_eq!(answered(|_, _, _, body| body.answer = duplicated), Reason::AnswerOtherKind);
    assert_eq!(answered(|_, at, _, _| *at += 120_000), Reason::Accepted);
    assert_eq!(answered(|_, at, _, _| *at += 120_001), Reason::ResultLate);
    // The next seed, and the one before.
    for at_ms in [midday() + 120_000, midday() - 60_000] {
        let wrong = seed_from(at_ms).seed;
        assert_eq!(answered(|_, _, challenge, _| *challenge = wrong), Reason::ChallengeWrong);
    }
    assert_eq!(answered(|_, _, _, body| rows(body).truncate(2)), Reason::RowsWrong);
    assert_eq!(answered(|_, _, _, body| rows(body).swap(0, 1)), Reason::RowsWrong);
    assert_eq!(answered(|_, _, _, body| rows(body)[1].index ^= 1), Reason::RowsWrong);
    assert_eq!(answered(|_, _, _, body| rows(body)[1].elements.truncate(19)), Reason::RowsWrong);
    assert_eq!(answered(|_, _, _, body| rows(body)[1].path.truncate(4)), Reason::RowsWrong);
    assert_eq!(answered(|_, _, _, body| rows(body)[2].elements[3] ^= 1), Reason::RowNotCommitted);
    assert_eq!(answered(|_, _, _, body| rows(body)[2].path[0][0] ^= 1), Reason::RowNotCommitted);
    let wrong_image = |body: &mut JobResult| {
        let Answer::MatrixProduct { image, .. } = &mut body.answer else { panic!("a product") };
        image[0] ^= 1;
    };
    assert_eq!(answered(|_, _, _, body| wrong_image(body)), Reason::ImageWrong);
}

#[test]
fn a_commitment_is_answered_once_and_by_its_device() {
    let mut world = World::new(2);
    let (product, committed) = world.commit_product(0, midday(), 16, 0);
    let seed = world.challenge(midday());
    let body = product.open(&committed.id(&NETWORK), &seed.seed, 3);
    let at = seed.known_from_ms();
    let other = world.sign(1, at, seed.seed, &body);
    let first = world.sign(0, at + 1, seed.seed, &body);
    let again = world.sign(0, at + 2, seed.seed, &body);
    let verdicts = world.judge_alone(&[committed, other.clone(), first.clone(), again.clone()]);
    assert_eq!(verdicts.reason(&other), Reason::CommitmentUnknown);
    assert_eq!(verdicts.reason(&first), Reason::Accepted);
    assert_eq!(verdicts.reason(&again), Reason::ResultRepeated);
}

#[test]
fn a_product_is_answered_in_the_next_epoch_where_its_seed_is() {
    let mut world = World::new(1);
    let end = start(EPOCH + 1);
    let mut state = State::default();
    // The seed that the last one must answer begins after the epoch's end.
    let (early, committed_early) = world.commit_product(0, end - 100_000, 16, 0);
    let (late, committed_late) = world.commit_product(0, end - 1_000, 16, 1);
    let judged = world.judge(EPOCH, &mut state, &[committed_early.clone(), committed_late.clone()]);
    assert_eq!(judged.reason(&committed_late), Reason::Accepted);
    assert_ne!(state, State::default());
    let (first, second) =
        (world.challenge(end - 100_000).known_from_ms(), world.challenge(end - 1_000));
    assert!(first < end && second.from_ms >= end);
    // Both are answered in the next epoch: the first one is due by then, and two minutes are over.
    let opened = world.open(0, &late, &committed_late);
    let body = early.open(&committed_early.id(&NETWORK), &world.challenge(end - 100_000).seed, 3);
    let overdue = world.sign(0, end + 200_000, world.challenge(end - 100_000).seed, &body);
    let judged = world.judge(EPOCH + 1, &mut state, &[opened.clone(), overdue.clone()]);
    assert_eq!(judged.reason(&opened), Reason::Accepted);
    assert_eq!(judged.reason(&overdue), Reason::ResultLate);
    // Nothing is left to remember.
    assert_eq!(state.compute, State::default().compute);
}

#[test]
fn nobody_gets_a_second_challenge_when_an_epoch_was_not_judged() {
    // The whole network was silent in the epoch in which the commitment was to be answered.
    let mut world = World::new(1);
    let mut state = State::default();
    let (product, committed) = world.commit_product(0, start(EPOCH + 1) - 1_000, 16, 0);
    world.judge(EPOCH, &mut state, std::slice::from_ref(&committed));
    let first_of_later = seed_from(start(EPOCH + 2) - 600_000);
    let body = product.open(&committed.id(&NETWORK), &first_of_later.seed, 3);
    let opened = world.sign(0, start(EPOCH + 2) + 1_000, first_of_later.seed, &body);
    let judged = world.judge(EPOCH + 2, &mut state, std::slice::from_ref(&opened));
    assert_eq!(judged.reason(&opened), Reason::ChallengeWrong);
    assert_eq!(state.compute, State::default().compute);
}

#[test]
fn an_empty_row_list_is_only_right_when_none_is_asked() {
    let mut world = World::new(1);
    world.policy.compute.spot_rows = 0;
    let (product, committed) = world.commit_product(0, midday(), 16, 0);
    let opened = world.open(0, &product, &committed);
    assert_eq!(world.judge_alone(&[committed, opened.clone()]).reason(&opened), Reason::Accepted);
}
