//! Data that was not sealed.

use super::*;

#[test]
fn unsealed_data() {
    // Ten replicas of nothing but zeros, which take no space at all.
    let attack = |world: &mut World| {
        let mut liar = world.device("liar");
        let zeros = Forged::plain(&[0; CONTENT_BYTES], 1);
        run(world, 21, |world, epoch, _| {
            let mut proofs = Vec::new();
            for number in 1..=10 {
                if has(world, &liar, number) {
                    proofs.extend(world.forged_answers(&mut liar, &zeros, epoch, number));
                } else {
                    proofs.push(zeros.commit(&mut liar, epoch, number));
                }
            }
            in_order(&mut liar, proofs)
        })
    };
    let off = attack(&mut world(|policy| policy.seals_per_epoch = 0));
    let on = attack(&mut world(|_| ()));
    report("ten replicas of zeros, never sealed", off, on);
    assert_eq!((off.0, on.0), (whole() * 200, 0));
}

#[test]
fn partly_unsealed_data() {
    // A third of the leaves is left as it was, so that it need not be kept twice. Whenever that is
    // found out it commits again, under a new number, and is given the sealing for nothing.
    let attack = |world: &mut World, share: u64| {
        let mut liar = world.device("liar");
        let key = liar.key();
        let partly = move |number| {
            Forged::seal(&key, number, &content(1), 1, |leaf| {
                leaf as u64 * 7 % LEAVES as u64 >= share
            })
        };
        let (mut number, mut replica) = (1, partly(1));
        run(world, 301, |world, epoch, _| {
            let proofs = if has(world, &liar, number) {
                world.forged_answers(&mut liar, &replica, epoch, number)
            } else {
                number += 1;
                replica = partly(number);
                vec![replica.commit(&mut liar, epoch, number)]
            };
            (proofs, liar.address())
        })
    };
    for share in [4, 12, 25] {
        let off = attack(&mut world(|policy| policy.seals_per_epoch = 0), share);
        let on = attack(&mut world(|_| ()), share);
        report(&format!("{share} of {LEAVES} leaves left unsealed"), off, on);
        // It loses more than the space that it saved.
        let kept = whole() * 300 * (LEAVES as u64 - share) / LEAVES as u64;
        assert!(on.0 < kept, "{} {kept}", on.0);
    }
}

/// Sealed right in one pass, made up in the other, and silent whenever the wrong one is asked for:
/// a missed answer costs less than a wrong seal. Nothing of `share` leaves is kept.
#[test]
fn one_pass_made_up() {
    const EPOCHS: u64 = 1_201;
    let attack = |world: &mut World, share: usize| {
        let mut liar = world.device("liar");
        let (key, bytes) = (liar.key(), content(1));
        let forged = Forged::one_pass(&key, &bytes, share);
        run(world, EPOCHS, |world, epoch, _| {
            if !has(world, &liar, 1) {
                return (vec![forged.commit(&mut liar, epoch, 1)], liar.address());
            }
            let mut answers = world.forged_answers(&mut liar, &forged, epoch, 1);
            answers.retain(|answer| {
                let Some(shown) = answer_of(answer).seal else { return true };
                let pass = if shown.after.is_some() { Pass::Forward } else { Pass::Backward };
                let (mut leaf, index) = (shown.before.leaf, shown.before.index);
                let seal = Seal::new(&key, 1, &forged.content_root(), LEAVES as u64, 1);
                let parents: Vec<Leaf> = shown.parents.iter().map(|parent| parent.leaf).collect();
                leaf = seal.apply(pass, index, &parents, &leaf);
                leaf == shown.after.map_or(forged.sealed[index as usize], |after| after.leaf)
            });
            (answers, liar.address())
        })
    };
    for share in [4, 12, 25, LEAVES] {
        let off = attack(
            &mut world(|policy| (policy.seals_per_epoch, policy.proving_epochs) = (1, 0)),
            share,
        );
        let on = attack(&mut world(|policy| policy.proving_epochs = 3), share);
        report(&format!("one pass of {share} of {LEAVES} leaves made up"), off, on);
        // It loses more than the space that it saved; with nothing kept, everything.
        let kept = whole() * (EPOCHS - 1) * (LEAVES - share) as u64 / LEAVES as u64;
        assert!(on.0 <= kept, "{} {kept}", on.0);
    }
}
