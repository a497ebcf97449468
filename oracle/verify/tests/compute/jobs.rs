//! Duplicated jobs: posting, choice, commitment, reveal, quorum.

use crate::*;

#[test]
fn the_result_that_a_quorum_finds_counts() {
    let reasons = |results| {
        let mut world = World::new(9);
        let (_, envelopes) = computed(&mut world, midday(), results);
        let verdicts = world.judge_alone(&envelopes);
        assert!(envelopes[..4].iter().all(|one| verdicts.reason(one).is_accepted()));
        assert_eq!(verdicts.units(&envelopes[..4]), 0);
        let reveals = envelopes[4..].iter();
        reveals.map(|one| (verdicts.reason(one), verdicts.of(one).units)).collect::<Vec<_>>()
    };
    let (right, wrong) = ((Reason::Accepted, ONE), (Reason::ResultInMinority, 0));
    assert_eq!(reasons([[1; 32]; 3]), [right; 3]);
    assert_eq!(reasons([[1; 32], [2; 32], [1; 32]]), [right, wrong, right]);
    assert_eq!(reasons([[2; 32], [1; 32], [1; 32]]), [wrong, right, right]);
    assert_eq!(reasons([[1; 32], [2; 32], [3; 32]]), [(Reason::NoQuorum, 0); 3]);
}

#[test]
fn a_job_may_run_over_the_end_of_an_epoch() {
    for before_end in [10_000, 60_000, 200_000, 350_000, 420_000] {
        let mut world = World::new(9);
        let at_ms = start(EPOCH + 1) - before_end;
        let (job, envelopes) = computed(&mut world, at_ms, [[1; 32]; 3]);
        let mut state = State::default();
        let mut counted = 0;
        for epoch in [EPOCH, EPOCH + 1] {
            let verdicts = world.judge(epoch, &mut state, &envelopes);
            assert!(verdicts.all().iter().all(|(reason, _)| reason.is_accepted()));
            counted += verdicts.all().iter().map(|(_, units)| units).sum::<u64>();
        }
        assert!(job.times.reveal_from_ms >= start(EPOCH + 1), "{before_end}");
        assert_eq!(counted, 3 * ONE, "posted {before_end} ms before the end");
        assert_eq!(state.compute, State::default().compute);
    }
}

/// A job with a commitment of the first chosen device after `change`, judged.
fn job_commitment(
    change: impl FnOnce(&mut World, &mut Posted, &mut usize, &mut u64, &mut Hash),
) -> Reason {
    let mut world = World::new(9);
    let mut job = world.post(0, midday(), [3; 32]);
    let (mut device, mut at_ms, mut challenge) =
        (job.chosen[0], job.seed.known_from_ms(), job.seed.seed);
    change(&mut world, &mut job, &mut device, &mut at_ms, &mut challenge);
    let done = Finished { posted: job.id, result: [1; 32], salt: [2; 32] };
    let body = done.commitment(&world.key(device));
    let committed = world.sign(device, at_ms, challenge, &body);
    world.judge_alone(&[job.envelope, committed.clone()]).reason(&committed)
}

#[test]
fn chosen_devices_commit_to_a_known_job_in_time() {
    assert_eq!(job_commitment(|_, _, _, _, _| ()), Reason::Accepted);
    assert_eq!(job_commitment(|_, job, _, _, _| job.id = [1; 32]), Reason::JobUnknown);
    let next = |at_ms| seed_from(at_ms + 60_000).seed;
    assert_eq!(
        job_commitment(|_, job, _, _, challenge| *challenge = next(job.seed.from_ms)),
        Reason::ChallengeWrong
    );
    assert_eq!(
        job_commitment(|_, job, device, _, _| {
            *device = (0..9).find(|device| !job.chosen.contains(device)).unwrap();
        }),
        Reason::NotChosen
    );
    assert_eq!(
        job_commitment(|_, job, _, at, _| *at = job.times.commit_until_ms - 1),
        Reason::Accepted
    );
    assert_eq!(
        job_commitment(|_, job, _, at, _| *at = job.times.commit_until_ms),
        Reason::CommitmentLate
    );
}

#[test]
fn a_device_commits_to_a_job_once() {
    let mut world = World::new(9);
    let job = world.post(0, midday(), [3; 32]);
    let (_, first) = world.commit_result(job.chosen[0], &job, [1; 32]);
    let body = Finished { posted: job.id, result: [2; 32], salt: [2; 32] };
    let body = body.commitment(&world.key(job.chosen[0]));
    let again = world.sign(job.chosen[0], job.seed.known_from_ms() + 2_000, job.seed.seed, &body);
    let verdicts = world.judge_alone(&[job.envelope, first.clone(), again.clone()]);
    assert_eq!(verdicts.reason(&first), Reason::Accepted);
    assert_eq!(verdicts.reason(&again), Reason::CommitmentRepeated);
}

#[test]
fn suspended_devices_and_devices_made_for_a_job_are_not_chosen() {
    let mut world = World::new(9);
    let job = world.post(0, midday(), [3; 32]);
    let posted_s = i64::try_from(midday() / 1_000).unwrap();
    for joined_late in [true, false] {
        let device = job.chosen[0];
        let mut record = record(&world.key(device));
        if joined_late {
            record.onboarded_at_s = posted_s;
        } else {
            record.status = cairn_protocol::settlement::Settled::new(1, 0);
        }
        world.registry.insert(record);
        let (_, committed) = world.commit_result(device, &job, [1; 32]);
        let fourth = {
            let mut more = World::new(9);
            more.policy.compute.duplicates = 4;
            more.chosen(&job.seed.seed, &job.id)[3]
        };
        let (_, in_its_place) = world.commit_result(fourth, &job, [1; 32]);
        let verdicts =
            world.judge_alone(&[job.envelope.clone(), committed.clone(), in_its_place.clone()]);
        assert_eq!(verdicts.reason(&committed), Reason::NotChosen);
        assert_eq!(verdicts.reason(&in_its_place), Reason::Accepted);
    }
}

/// A job of three honest devices, the last of which reveals after `change`.
fn revealed(
    change: impl FnOnce(&Posted, &mut usize, &mut u64, &mut Hash, &mut JobResult),
) -> Reason {
    let mut world = World::new(9);
    let (job, mut envelopes) = computed(&mut world, midday(), [[1; 32]; 3]);
    let last = envelopes.pop().unwrap();
    let Ok(Some(Body::JobResult(mut body))) = last.decode_body() else { panic!("a result") };
    let (mut device, mut at_ms, mut challenge) =
        (job.chosen[2], job.times.reveal_from_ms, job.seed.seed);
    change(&job, &mut device, &mut at_ms, &mut challenge, &mut body);
    let reveal = world.sign(device, at_ms, challenge, &Body::JobResult(body));
    envelopes.push(reveal.clone());
    world.judge_alone(&envelopes).reason(&reveal)
}

#[test]
fn a_result_is_revealed_in_its_time_and_as_it_was_committed_to() {
    assert_eq!(revealed(|_, _, _, _, _| ()), Reason::Accepted);
    assert_eq!(revealed(|job, device, _, _, _| *device = job.chosen[1]), Reason::CommitmentUnknown);
    let other = seed(0).seed;
    assert_eq!(revealed(|_, _, _, challenge, _| *challenge = other), Reason::ChallengeWrong);
    assert_eq!(revealed(|_, _, at, _, _| *at -= 1), Reason::RevealEarly);
    assert_eq!(revealed(|job, _, at, _, _| *at = job.times.reveal_until_ms - 1), Reason::Accepted);
    assert_eq!(revealed(|job, _, at, _, _| *at = job.times.reveal_until_ms), Reason::RevealLate);
    let product = Answer::MatrixProduct { image: [0; 32], rows: Vec::new() };
    assert_eq!(revealed(|_, _, _, _, body| body.answer = product), Reason::AnswerOtherKind);
    let opening = |result: u8, salt: &Answer| match salt {
        Answer::Duplicated { salt, .. } => Answer::Duplicated { result: [result; 32], salt: *salt },
        Answer::MatrixProduct { .. } => panic!("a duplicated job"),
    };
    assert_eq!(
        revealed(|_, _, _, _, body| body.answer = opening(2, &body.answer)),
        Reason::RevealMismatch
    );
    let other = Answer::Duplicated { result: [1; 32], salt: [0; 32] };
    assert_eq!(revealed(|_, _, _, _, body| body.answer = other), Reason::RevealMismatch);
}

#[test]
fn a_result_is_revealed_once() {
    let mut world = World::new(9);
    let (job, mut envelopes) = computed(&mut world, midday(), [[1; 32]; 3]);
    let Ok(Some(body)) = envelopes[6].decode_body() else { panic!("a result") };
    let again = world.sign(job.chosen[2], job.times.reveal_from_ms + 1, job.seed.seed, &body);
    envelopes.push(again.clone());
    assert_eq!(world.judge_alone(&envelopes).reason(&again), Reason::ResultRepeated);
}

#[test]
fn jobs_are_posted_by_the_class_that_may_and_only_so_many() {
    let mut world = World::new(3);
    world.policy.compute.posted_per_device = 2;
    world.policy.compute.posted_per_epoch = 3;
    let at = midday();
    let envelopes: Vec<Envelope> = [(0, 0), (0, 1), (0, 2), (1, 3), (2, 4)]
        .into_iter()
        .map(|(device, later)| world.sign(device, at + later, [0; 32], &post([1; 32], CLASS)))
        .collect();
    let reasons: Vec<Reason> =
        world.judge_alone(&envelopes).all().into_iter().map(|(reason, _)| reason).collect();
    use Reason::{Accepted, PosterNotAllowed, PostingLimit};
    assert_eq!(reasons, [Accepted, Accepted, PostingLimit, Accepted, PostingLimit]);
    world.policy.compute.poster_class = Some(CLASS + 1);
    assert_eq!(world.judge_alone(&envelopes).all()[0].0, PosterNotAllowed);
    world.policy.compute.poster_class = Some(CLASS);
    assert_eq!(world.judge_alone(&envelopes).all()[0].0, Accepted);
    // By default nobody may.
    world.policy.compute.poster_class = Policy::default().compute.poster_class;
    assert_eq!(world.judge_alone(&envelopes).all()[0].0, PosterNotAllowed);
}

/// A policy that asks for other numbers holds for the jobs whose devices are chosen from then on:
/// two of five would be no majority.
#[test]
fn a_job_keeps_the_numbers_that_it_was_chosen_with() {
    let mut world = World::new(9);
    (world.policy.compute.duplicates, world.policy.compute.quorum) = (5, 3);
    let mut state = State::default();
    // Committed to in this epoch, revealed in the next.
    let job = world.post(0, start(EPOCH + 1) - 400_000, [7; 32]);
    assert_eq!((job.chosen.len(), job.times.reveal_from_ms), (5, start(EPOCH + 1)));
    let mut committed = vec![job.envelope.clone()];
    let mut revealed = Vec::new();
    let results = [[2; 32], [2; 32], [2; 32], [1; 32], [1; 32]];
    for (device, result) in job.chosen.clone().into_iter().zip(results) {
        let (done, envelope) = world.commit_result(device, &job, result);
        let reveal = done.reveal(&envelope.id(&NETWORK));
        committed.push(envelope);
        revealed.push(world.sign(device, job.times.reveal_from_ms, job.seed.seed, &reveal));
    }
    world.judge(EPOCH, &mut state, &committed);
    (world.policy.compute.duplicates, world.policy.compute.quorum) = (3, 2);
    let verdicts = world.judge(EPOCH + 1, &mut state, &revealed);
    let reasons: Vec<Reason> = revealed.iter().map(|one| verdicts.reason(one)).collect();
    use Reason::{Accepted, ResultInMinority};
    assert_eq!(reasons, [Accepted, Accepted, Accepted, ResultInMinority, ResultInMinority]);
}
