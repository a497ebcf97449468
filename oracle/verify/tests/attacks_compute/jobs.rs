//! Attacks on jobs that several devices compute.

use crate::support::{CLASS, NETWORK, Posted, World, seed_from, start};
use crate::{noise, report};
use cairn_device::compute::{Finished, post};
use cairn_protocol::compute::duplicates::lot;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::compute::Job;
use cairn_protocol::proof::{Body, Envelope, JobCommitment};
use cairn_protocol::reason::Reason;
use cairn_verify::{ONE, State};

const DEVICES: usize = 50;

fn midday() -> u64 {
    start(5) + 1_000_000
}

/// Jobs that an attacker takes part in, each in a network of its own.
const JOBS: u64 = 100;

const TRUE: Hash = [1; 32];
/// Below the right one: without a majority the lower of two would count.
const FALSE: Hash = [0; 32];

/// What one job's proofs earn attackers and others, and what the others should.
#[derive(Default)]
struct Earned {
    theirs: u64,
    others: u64,
    expected: u64,
}

/// A device's commitment and reveal of a result.
fn give(world: &mut World, job: &Posted, device: usize, result: Hash) -> [Envelope; 2] {
    let (done, committed) = world.commit_result(device, job, result);
    let reveal = done.reveal(&committed.id(&NETWORK));
    let revealed = world.sign(device, job.times.reveal_from_ms, job.seed.seed, &reveal);
    [committed, revealed]
}

/// Units over all jobs, when `attackers` devices agree on a false result.
fn colluding(base: &World, quorum: u16, attackers: usize) -> Earned {
    let mut earned = Earned::default();
    for n in 0..JOBS {
        let mut world = base.clone();
        // Without `validate` a judge takes a quorum that is no majority, too.
        world.policy.compute.quorum = quorum;
        let job = world.post(0, midday() + n, noise("job", n));
        let mut all = vec![job.envelope.clone()];
        for device in job.chosen.clone() {
            let result = if device < attackers { FALSE } else { TRUE };
            all.extend(give(&mut world, &job, device, result));
        }
        let verdicts = world.judge(5, &mut State::default(), &all);
        for (device, proofs) in job.chosen.iter().zip(all[1..].chunks(2)) {
            if *device < attackers {
                earned.theirs += verdicts.units(proofs);
            } else {
                earned.others += verdicts.units(proofs);
                earned.expected += ONE;
            }
        }
    }
    earned
}

#[test]
fn a_minority_that_agrees_on_a_false_result_earns_nothing() {
    let base = World::new(DEVICES);
    let off = colluding(&base, 1, 1);
    let on = colluding(&base, 2, 1);
    report("a colluding minority", off.theirs, on.theirs, on.others, on.expected);
    assert!(off.theirs > 0 && on.theirs == 0);
    // Of a tenth of the devices two are among three by chance in 2.8 % of the jobs.
    let off = colluding(&base, 1, DEVICES / 10);
    let on = colluding(&base, 2, DEVICES / 10);
    println!(
        "attack a colluding tenth: off {}, on {}, honest {} ppm of the jobs that it outvotes",
        off.theirs,
        on.theirs,
        (on.expected - on.others) * ONE / on.expected
    );
    assert!(on.theirs * 3 < off.theirs);
}

#[test]
fn a_copied_commitment_cannot_be_opened() {
    let base = World::new(DEVICES);
    let mut earned = Earned::default();
    for n in 0..JOBS {
        let mut world = base.clone();
        let job = world.post(0, midday() + n, noise("copied", n));
        let [victim, second, thief] = job.chosen[..] else { panic!("three devices") };
        let (done, committed) = world.commit_result(victim, &job, TRUE);
        let reveal = done.reveal(&committed.id(&NETWORK));
        let revealed = world.sign(victim, job.times.reveal_from_ms, job.seed.seed, &reveal);
        // The thief sends the same commitment a second later, and then what its victim revealed.
        let copy = done.commitment(&world.key(victim));
        let copied = world.sign(thief, job.seed.known_from_ms() + 2_000, job.seed.seed, &copy);
        let reveal = done.reveal(&copied.id(&NETWORK));
        let stolen = world.sign(thief, job.times.reveal_from_ms + 1_000, job.seed.seed, &reveal);
        let mut all = vec![job.envelope.clone(), committed, revealed.clone(), copied, stolen];
        all.extend(give(&mut world, &job, second, TRUE));
        let verdicts = world.judge(5, &mut State::default(), &all);
        assert_eq!(verdicts.reason(&all[4]), Reason::RevealMismatch);
        earned.theirs += verdicts.of(&all[4]).units;
        earned.others += verdicts.of(&revealed).units + verdicts.of(&all[6]).units;
    }
    // Without the device's key in it the commitment would open.
    report("copied commitments", JOBS * ONE, earned.theirs, earned.others, 2 * JOBS * ONE);
    assert_eq!(earned.theirs, 0);
}

/// What devices earn that compute nothing: they wait until others reveal, and commit to the same
/// with the capture time of a moment when that was still allowed.
fn riding(base: &World, arrival_ms: u64) -> Earned {
    let mut earned = Earned::default();
    for n in 0..JOBS {
        let mut world = base.clone();
        world.policy.compute.arrival_ms = arrival_ms;
        let job = world.post(0, midday() + n, noise("ride", n));
        let [one, two, rider] = job.chosen[..] else { panic!("three devices") };
        let mut all = vec![job.envelope.clone()];
        all.extend(give(&mut world, &job, one, TRUE));
        all.extend(give(&mut world, &job, two, TRUE));
        let done = Finished { posted: job.id, result: TRUE, salt: [9; 32] };
        let body = done.commitment(&world.key(rider));
        let says_ms = job.times.commit_until_ms - 1;
        let committed = world.sign(rider, says_ms, job.seed.seed, &body);
        let now_ms = job.times.reveal_from_ms + 1_000;
        let reveal = done.reveal(&committed.id(&NETWORK));
        let revealed = world.sign(rider, now_ms, job.seed.seed, &reveal);
        if world.arrives(now_ms, &committed) {
            all.push(committed);
        }
        all.push(revealed.clone());
        let verdicts = world.judge(5, &mut State::default(), &all);
        earned.theirs += verdicts.of(&revealed).units;
        earned.others += verdicts.units(&all[1..5]);
        earned.expected += 2 * ONE;
    }
    earned
}

#[test]
fn waiting_for_others_to_reveal_is_too_late() {
    let base = World::new(DEVICES);
    let off = riding(&base, 0);
    let on = riding(&base, base.policy.compute.arrival_ms);
    report("free-riding on reveals", off.theirs, on.theirs, on.others, on.expected);
    assert_eq!((off.theirs, on.theirs), (JOBS * ONE, 0));
}

/// What five of fifty devices earn with a false result, in jobs that one of them posts; and how
/// many descriptions it tries for one. With the seed known it looks for a job whose three chosen
/// devices have two of its own among them.
fn searching(base: &World, arrival_ms: u64, knows_seed: bool) -> (u64, u64) {
    let attackers = DEVICES / 10;
    let (mut earned, mut tries) = (0, 0);
    for n in 0..JOBS {
        let mut world = base.clone();
        world.policy.compute.arrival_ms = arrival_ms;
        let at_ms = midday() + n;
        let seed = world.challenge(at_ms);
        let suits = |description: &Hash| {
            let mut signer = world.devices[0].clone();
            let id =
                signer.answer(&NETWORK, 5, at_ms, [0; 32], &post(*description, CLASS)).id(&NETWORK);
            world.chosen(&seed.seed, &id).iter().filter(|one| **one < attackers).count() > 1
        };
        let mut description = noise("search", n);
        if knows_seed {
            let other = |nonce: u64| noise("search", n << 32 | nonce);
            let found = (0u64..).find(|nonce| suits(&other(*nonce))).unwrap();
            tries += found + 1;
            description = other(found);
        }
        let posted = world.sign(0, at_ms, [0; 32], &post(description, CLASS));
        let now_ms = if knows_seed { seed.known_from_ms() } else { at_ms };
        if !world.arrives(now_ms, &posted) {
            continue;
        }
        let job = world.posted(posted);
        let mut all = vec![job.envelope.clone()];
        for device in job.chosen.clone() {
            let result = if device < attackers { FALSE } else { TRUE };
            all.extend(give(&mut world, &job, device, result));
        }
        let verdicts = world.judge(5, &mut State::default(), &all);
        for (device, proofs) in job.chosen.iter().zip(all[1..].chunks(2)) {
            if *device < attackers {
                earned += verdicts.units(proofs);
            }
        }
    }
    (earned, tries / JOBS)
}

#[test]
fn no_job_can_be_looked_for_that_chooses_ones_own_devices() {
    let base = World::new(DEVICES);
    let arrival_ms = base.policy.compute.arrival_ms;
    let (off, tries) = searching(&base, 0, true);
    let (late, _) = searching(&base, arrival_ms, true);
    let (by_chance, _) = searching(&base, arrival_ms, false);
    report("grinding job ids", off, late.max(by_chance), 1, 1);
    println!("  one in {tries} jobs has two of the attacker's devices among three");
    assert_eq!(late, 0);
    assert!(off >= 2 * JOBS * ONE && by_chance * 5 < off, "{by_chance} of {off}");
}

#[test]
fn no_device_can_be_made_for_a_job() {
    // With the seed known, keys are tried until one has a lower lot than anybody.
    let mut world = World::new(DEVICES);
    let job = world.post(0, midday(), noise("made", 0));
    let lowest = lot(&job.seed.seed, &job.id, &crate::support::address(&world.key(job.chosen[0])));
    let made = (0..)
        .map(|n: u32| cairn_device::DeviceSigner::derive(&[8; 32], &n.to_string()))
        .find(|device| {
            lot(&job.seed.seed, &job.id, &crate::support::address(&device.key())) < lowest
        })
        .unwrap();
    let mut earned = [0, 0];
    for (at, joined_ms) in [(0, start(0)), (1, job.seed.known_from_ms())] {
        let mut record = crate::support::record(&made.key());
        record.onboarded_at_s = i64::try_from(joined_ms / 1_000).unwrap();
        world.registry.insert(record);
        let done = Finished { posted: job.id, result: TRUE, salt: [4; 32] };
        let mut signer = made.clone();
        let body = done.commitment(&made.key());
        let at_ms = job.seed.known_from_ms() + 5_000;
        let committed = signer.answer(&NETWORK, 5, at_ms, job.seed.seed, &body);
        let (other, others) = world.commit_result(job.chosen[0], &job, TRUE);
        let at_ms = job.times.reveal_from_ms;
        let reveal = done.reveal(&committed.id(&NETWORK));
        let revealed = signer.answer(&NETWORK, 5, at_ms, job.seed.seed, &reveal);
        let reveal = other.reveal(&others.id(&NETWORK));
        let other = world.sign(job.chosen[0], at_ms, job.seed.seed, &reveal);
        let all = [job.envelope.clone(), committed, others, revealed.clone(), other];
        let verdicts = world.judge(5, &mut State::default(), &all);
        earned[at] = verdicts.of(&revealed).units;
    }
    report("a device made for a job", earned[0], earned[1], 1, 1);
    assert_eq!(earned, [ONE, 0]);
}

#[test]
fn a_job_that_nobody_posted_is_nobodys() {
    let mut world = World::new(2);
    let seed = seed_from(midday());
    let body = Body::JobCommitment(JobCommitment {
        job: Job::Duplicated { posted: [7; 32] },
        commitment: [1; 32],
    });
    let committed = world.sign(0, seed.known_from_ms(), seed.seed, &body);
    let verdicts = world.judge_alone(std::slice::from_ref(&committed));
    assert_eq!(verdicts.reason(&committed), Reason::JobUnknown);
}

/// Who may post jobs posts such that only devices of its own know how to compute, for a class that
/// has no others: three devices that multiply nothing.
#[test]
fn jobs_for_oneself_earn_nothing_where_no_class_may_post() {
    let own = |poster_class: Option<u16>| {
        let mut world = World::new(3);
        world.policy.compute.poster_class = poster_class;
        let jobs: Vec<Posted> =
            (0..10).map(|n| world.post(0, midday() + n, noise("nothing to compute", n))).collect();
        let mut all: Vec<Envelope> = jobs.iter().map(|job| job.envelope.clone()).collect();
        let mut finished = Vec::new();
        for job in &jobs {
            for device in job.chosen.clone() {
                let (done, committed) = world.commit_result(device, job, TRUE);
                finished.push((job, device, done.reveal(&committed.id(&NETWORK))));
                all.push(committed);
            }
        }
        for (job, device, reveal) in finished {
            all.push(world.sign(device, job.times.reveal_from_ms, job.seed.seed, &reveal));
        }
        world.judge(5, &mut State::default(), &all).units(&all)
    };
    let off = own(Some(CLASS));
    let on = own(cairn_verify::Policy::default().compute.poster_class);
    report("jobs for oneself", off, on, 1, 1);
    assert_eq!((off, on), (30 * ONE, 0));
}
