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
