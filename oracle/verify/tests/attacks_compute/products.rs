//! Attacks on products of matrices.

use crate::support::{NETWORK, World, seed_at, seed_from, start};
use crate::{noise, report, units_with};
use cairn_device::compute::Product;
use cairn_protocol::compute::field::{MODULUS, add};
use cairn_protocol::compute::product::{Challenge, Matrices, Scratch, image_hash};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::compute::Answer;
use cairn_protocol::proof::{Body, Envelope, JobResult};
use cairn_protocol::reason::Reason;
use cairn_verify::{Policy, State};

const SIDE: u16 = 32;
const UNITS: u64 = 32 * 32 * 32 / 1_000;
/// Products that an attacker gives.
const TRIALS: u16 = 600;

/// Neither rows nor image are checked.
fn unchecked(policy: &mut Policy) {
    policy.compute.spot_rows = 0;
    policy.compute.check_image = false;
}

fn world() -> World {
    let mut world = World::new(2);
    world.policy.compute.products_per_epoch = 100_000;
    world
}

fn midday() -> u64 {
    start(5) + 1_000_000
}

/// The true image under a challenge, in O(side²), without the product.
fn true_image(world: &World, device: usize, number: u16, challenge: &Challenge) -> Hash {
    let seed = seed_at(midday()).seed;
    let matrices = Matrices::new(&seed, &world.key(device), 5, SIDE, number);
    let mut scratch = Scratch::default();
    image_hash(scratch.image(&matrices, &challenge.vector))
}

/// Products of a device of which `spoiled` rows are wrong: what is committed to, and the answer to
/// `rows` asked rows with the true image.
fn spoiled_products(world: &mut World, spoiled: u16, trials: u16, rows: u16) -> Vec<Envelope> {
    let mut envelopes = Vec::new();
    for number in 0..trials {
        let at_ms = midday() + u64::from(number);
        let seed = seed_at(at_ms).seed;
        let right = Product::compute(&seed, &world.key(0), 5, SIDE, number);
        let mut elements = right.elements().to_vec();
        // Which rows are left out makes no difference, as the seed chooses later.
        for row in elements.chunks_mut(SIDE.into()).take(spoiled.into()) {
            row[3] = add(row[3], 1);
        }
        let product = Product::of_elements(SIDE, number, elements);
        let committed = world.sign(0, at_ms, seed, &product.commitment());
        let later = world.challenge(at_ms);
        let id = committed.id(&NETWORK);
        let Body::JobResult(mut body) = product.open(&id, &later.seed, rows) else { panic!() };
        let challenge = Challenge::new(&later.seed, &id, SIDE, rows);
        if let Answer::MatrixProduct { image, .. } = &mut body.answer {
            *image = true_image(world, 0, number, &challenge);
        }
        let answered = later.known_from_ms() + u64::from(number);
        envelopes.push(committed);
        envelopes.push(world.sign(0, answered, later.seed, &Body::JobResult(body)));
    }
    envelopes
}

/// The part of products that pass with so many wrong rows, in millionths, as the theory has it:
/// none of three rows asked for without replacement is wrong.
fn passing(spoiled: u64, rows: u64) -> u64 {
    let side = u64::from(SIDE);
    (0..rows).fold(1_000_000, |ppm, row| ppm * (side - spoiled).saturating_sub(row) / (side - row))
}

#[test]
fn rows_left_out_are_found_as_often_as_the_theory_says() {
    // One element is one row; a quarter; a half; all.
    for (spoiled, name) in [
        (1, "one wrong element"),
        (8, "a quarter of the rows left out"),
        (16, "half of the rows left out"),
        (SIDE, "all rows left out"),
    ] {
        let mut world = world();
        let on = spoiled_products(&mut world, spoiled, TRIALS, 3);
        let earned = units_with(&mut world, |_| (), &on, &on) / UNITS;
        let mut free = self::world();
        let off = spoiled_products(&mut free, spoiled, TRIALS, 0);
        let unchecked_units =
            units_with(&mut free, |policy| policy.compute.spot_rows = 0, &off, &off);
        assert_eq!(unchecked_units, UNITS * u64::from(TRIALS));

        let mut fair = self::world();
        let honest = spoiled_products(&mut fair, 0, 50, 3);
        let honest = units_with(&mut fair, |_| (), &honest, &honest);
        report(name, unchecked_units, earned * UNITS, honest, 50 * UNITS);

        let expected = u64::from(TRIALS) * passing(spoiled.into(), 3) / 1_000_000;
        let part = passing(spoiled.into(), 3);
        // Four standard deviations.
        let deviation =
            (u64::from(TRIALS) * part * (1_000_000 - part) / 1_000_000_000_000).isqrt() * 4 + 4;
        println!("  of {TRIALS} products {earned} passed, {expected} ± {deviation} expected");
        assert!(earned.abs_diff(expected) <= deviation);
        // Leaving out loses more than it saves.
        let work = u64::from(TRIALS) * u64::from(SIDE - spoiled) / u64::from(SIDE);
        assert!(earned < work || spoiled == SIDE && earned == 0, "{earned} of {work}");
    }
}

#[test]
fn a_faulty_element_of_an_honest_device_is_always_found() {
    // A processor that is wrong once: the device's own image shows it.
    let mut world = world();
    let (mut all, mut spoiled) = (Vec::new(), 0);
    for number in 0..100 {
        let at_ms = midday() + u64::from(number);
        let seed = seed_at(at_ms).seed;
        let mut elements =
            Product::compute(&seed, &world.key(0), 5, SIDE, number).elements().to_vec();
        let at = usize::from(number) * 7 % elements.len();
        elements[at] = (elements[at] + 1 + u64::from(number)) % MODULUS;
        let product = Product::of_elements(SIDE, number, elements);
        let committed = world.sign(0, at_ms, seed, &product.commitment());
        all.push(world.open(0, &product, &committed));
        all.push(committed);
        spoiled += 1;
    }
    let verdicts = world.judge(5, &mut State::default(), &all);
    let found = verdicts.all().iter().filter(|(reason, _)| *reason == Reason::ImageWrong).count();
    assert_eq!(found, spoiled);
    // Without the image only the three rows are looked at.
    let off = units_with(&mut world, |policy| policy.compute.check_image = false, &all, &all);
    let on = verdicts.units(&all);
    report("a faulty processor", off, on, 1, 1);
    assert!(off > 80 * UNITS && on == 0);
}

#[test]
fn an_image_without_a_product_earns_nothing() {
    // A (B r) takes O(side²): no product is computed, rows of zeros are committed to.
    let mut world = world();
    let give = |world: &mut World, rows: u16| -> Vec<Envelope> {
        let mut all = Vec::new();
        for number in 0..200 {
            let at_ms = midday() + u64::from(number);
            let product = Product::of_elements(SIDE, number, vec![0; usize::from(SIDE).pow(2)]);
            let committed = world.sign(0, at_ms, seed_at(at_ms).seed, &product.commitment());
            let (id, later) = (committed.id(&NETWORK), world.challenge(at_ms));
            let challenge = Challenge::new(&later.seed, &id, SIDE, rows);
            let Body::JobResult(mut body) = product.open(&id, &later.seed, rows) else { panic!() };
            if let Answer::MatrixProduct { image, .. } = &mut body.answer {
                *image = true_image(world, 0, number, &challenge);
            }
            let answered = later.known_from_ms() + u64::from(number);
            all.push(committed);
            all.push(world.sign(0, answered, later.seed, &Body::JobResult(body)));
        }
        all
    };
    let all = give(&mut world, 0);
    let off = units_with(&mut world, |policy| policy.compute.spot_rows = 0, &all, &all);
    let mut world = self::world();
    let all = give(&mut world, 3);
    let on = units_with(&mut world, |_| (), &all, &all);
    report("an image without a product", off, on, 1, 1);
    assert_eq!((off, on), (200 * UNITS, 0));
}

#[test]
fn results_of_other_devices_and_epochs_earn_nothing() {
    let mut world = world();
    let at_ms = start(5) + 30_000;
    // A seed of the epoch before, which both epochs may answer.
    let seed = seed_from(start(5) - 120_000).seed;
    let (mut own, mut stolen, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..100 {
        let at_ms = at_ms + u64::from(number);
        // The victim's, which the attacker sees before it commits.
        let product = Product::compute(&seed, &world.key(0), 5, SIDE, number);
        let committed = world.sign(0, at_ms, seed, &product.commitment());
        own.push(world.open(0, &product, &committed));
        all.push(committed);
        let committed = world.sign(1, at_ms + 1_000, seed, &product.commitment());
        stolen.push(world.open(1, &product, &committed));
        all.push(committed);
        // Its own of the epoch before, once more.
        let old = Product::compute(&seed, &world.key(1), 4, SIDE, 1_000 + number);
        let committed = world.sign(1, at_ms + 2_000, seed, &old.commitment());
        stolen.push(world.open(1, &old, &committed));
        all.push(committed);
    }
    all.extend(own.iter().chain(&stolen).cloned());
    let on = units_with(&mut world, |_| (), &all, &stolen);
    let honest = units_with(&mut world, |_| (), &all, &own);
    let mut world = self::world();
    // The same without any check: no answer opens rows.
    let mut all = Vec::new();
    let mut answers = Vec::new();
    world.policy.compute.spot_rows = 0;
    for number in 0..200 {
        let at_ms = at_ms + u64::from(number);
        let product = Product::compute(&seed, &world.key(0), 5, SIDE, number);
        let committed = world.sign(1, at_ms, seed, &product.commitment());
        answers.push(world.open(1, &product, &committed));
        all.push(committed);
    }
    all.extend(answers.iter().cloned());
    let off = units_with(&mut world, unchecked, &all, &answers);
    report("copied results", off, on, honest, 100 * UNITS);
    assert_eq!((off, on), (200 * UNITS, 0));
}

#[test]
fn there_is_no_choice_among_seeds() {
    // Half of the rows are computed; one of the next twenty seeds may ask for those alone.
    let mut world = world();
    let (mut all, mut lucky) = (Vec::new(), 0);
    for number in 0..200u16 {
        let at_ms = midday() + u64::from(number);
        let seed = seed_at(at_ms).seed;
        let mut elements =
            Product::compute(&seed, &world.key(0), 5, SIDE, number).elements().to_vec();
        for row in elements.chunks_mut(SIDE.into()).take(usize::from(SIDE / 2)) {
            row[0] = add(row[0], 1);
        }
        let product = Product::of_elements(SIDE, number, elements);
        let committed = world.sign(0, at_ms, seed, &product.commitment());
        let id = committed.id(&NETWORK);
        let asks_for_computed = |later: &u64| {
            let seed = seed_from(at_ms + 30_000 + later * 60_000).seed;
            let rows = Challenge::new(&seed, &id, SIDE, 3).rows;
            rows.iter().all(|row| *row >= SIDE / 2)
        };
        all.push(committed);
        let Some(later) = (0..20).find(asks_for_computed) else { continue };
        lucky += 1;
        let later = seed_from(at_ms + 30_000 + later * 60_000);
        let Body::JobResult(mut body) = product.open(&id, &later.seed, 3) else { panic!() };
        if let Answer::MatrixProduct { image, .. } = &mut body.answer {
            *image = true_image(&world, 0, number, &Challenge::new(&later.seed, &id, SIDE, 3));
        }
        let answered = later.known_from_ms() + u64::from(number);
        // Sequences must rise with time.
        all.push(world.sign(0, answered, later.seed, &Body::JobResult(body)));
    }
    let on = units_with(&mut world, |policy| policy.compute.answer_ms = 86_400_000, &all, &all);
    report("choosing among twenty seeds", lucky * UNITS, on, 1, 1);
    // (1 − ½)³ is an eighth: of 200 about 22 can answer the first seed, and nearly all some seed.
    assert!(lucky > 150, "{lucky}");
    assert!(on < lucky * UNITS / 4, "{on}");
}

#[test]
fn a_commitment_cannot_be_made_after_its_challenge() {
    // A quarter of the rows is computed. When the seed is known, the attacker looks for a
    // commitment whose challenge asks for those alone, and writes an earlier capture time into it.
    let world = world();
    let grind = |arrival_ms: u64| -> (u64, u64) {
        let mut world = self::world();
        world.policy.compute.arrival_ms = arrival_ms;
        let (mut taken, mut tried) = (Vec::new(), 0u64);
        for number in 0..50u16 {
            let at_ms = midday() + u64::from(number);
            let seed = seed_at(at_ms).seed;
            let later = world.challenge(at_ms);
            let right = Product::compute(&seed, &world.key(0), 5, SIDE, number);
            for nonce in 0u64.. {
                tried += 1;
                let mut elements = right.elements().to_vec();
                for row in elements.chunks_mut(SIDE.into()).take(usize::from(SIDE / 4 * 3)) {
                    row[0] = nonce;
                }
                let product = Product::of_elements(SIDE, number, elements);
                // Not signed with the others, so that none counts as sent.
                let mut signer = world.devices[0].clone();
                let committed = signer.answer(&NETWORK, 5, at_ms, seed, &product.commitment());
                let id = committed.id(&NETWORK);
                let challenge = Challenge::new(&later.seed, &id, SIDE, 3);
                if challenge.rows.iter().any(|row| *row < SIDE / 4 * 3) {
                    continue;
                }
                world.devices[0] = signer;
                let Body::JobResult(mut body) = product.open(&id, &later.seed, 3) else { panic!() };
                if let Answer::MatrixProduct { image, .. } = &mut body.answer {
                    *image = true_image(&world, 0, number, &challenge);
                }
                let now_ms = later.known_from_ms();
                // What the gate does not take is not judged.
                if world.arrives(now_ms, &committed) {
                    let now_ms = now_ms + u64::from(number);
                    taken.push(committed);
                    taken.push(world.sign(0, now_ms, later.seed, &Body::JobResult(body)));
                }
                break;
            }
        }
        let judged = world.judge(5, &mut State::default(), &taken);
        (judged.units(&taken), tried / 50)
    };
    let (off, tried) = grind(0);
    let (on, _) = grind(world.policy.compute.arrival_ms);
    report("a commitment made after its challenge", off, on, 1, 1);
    println!("  one in {tried} commitments asks for computed rows alone");
    assert_eq!((off, on), (50 * UNITS, 0));
    // And an honest one arrives in time.
    let mut world = self::world();
    let (_, committed) = world.commit_product(0, midday(), SIDE, 0);
    assert!(world.arrives(midday() + 10_000, &committed));
    assert!(!world.arrives(midday() + 10_001, &committed));
}

#[test]
fn wrong_answers_cost_an_oracle_no_more_than_right_ones() {
    // A device that only wants to keep the oracle busy: each commitment is checked once.
    let mut world = World::new(1);
    let (product, committed) = world.commit_product(0, midday(), SIDE, 0);
    let later = world.challenge(midday());
    let body = product.open(&committed.id(&NETWORK), &later.seed, 3);
    let mut all = vec![committed];
    for n in 0..1_000u64 {
        let Body::JobResult(JobResult { commitment, answer }) = body.clone() else { panic!() };
        let Answer::MatrixProduct { rows, .. } = answer else { panic!() };
        let answer = Answer::MatrixProduct { image: noise("image", n), rows };
        let body = Body::JobResult(JobResult { commitment, answer });
        all.push(world.sign(0, later.known_from_ms() + n, later.seed, &body));
    }
    let verdicts = world.judge(5, &mut State::default(), &all).all();
    let of = |reason| verdicts.iter().filter(|(found, _)| *found == reason).count();
    assert_eq!(of(Reason::ImageWrong), 1);
    assert_eq!(of(Reason::ResultRepeated), 999);
}
