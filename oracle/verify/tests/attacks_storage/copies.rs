//! One copy that answers for several.

use super::*;

#[test]
fn shared_replica() {
    let attack = |world: &mut World| {
        let (victim, mut thief) = (world.device("victim"), world.device("thief"));
        let copy = Forged::copy_of(&victim.key(), 1, &content(1), 1);
        run(world, 21, |world, epoch, _| {
            let proofs = if has(world, &thief, 1) {
                world.forged_answers(&mut thief, &copy, epoch, 1)
            } else {
                vec![copy.commit(&mut thief, epoch, 1)]
            };
            (proofs, thief.address())
        })
    };
    let off = attack(&mut world(|policy| policy.seals_per_epoch = 0));
    let on = attack(&mut world(|_| ()));
    report("shared replica: another device's copy", off, on);
    assert_eq!((off.0, on.0), (whole() * 20, 0));
}

#[test]
fn one_copy_under_many_numbers() {
    let attack = |world: &mut World| {
        let mut thief = world.device("thief");
        let copy = Forged::copy_of(&thief.key(), 1, &content(1), 1);
        run(world, 21, |world, epoch, _| {
            let mut proofs = Vec::new();
            for number in 1..=5 {
                if has(world, &thief, number) {
                    proofs.extend(world.forged_answers(&mut thief, &copy, epoch, number));
                } else {
                    proofs.push(copy.commit(&mut thief, epoch, number));
                }
            }
            in_order(&mut thief, proofs)
        })
    };
    let off = attack(&mut world(|policy| policy.seals_per_epoch = 0));
    let on = attack(&mut world(|_| ()));
    // What it really keeps may earn, less its reputation.
    report("one copy under five numbers", off, on);
    assert_eq!(off.0, whole() * 20 * 5);
    assert!(on.0 < whole() * 20);
    // And the limit of copies on one device refuses even those that are sealed for themselves.
    let limited = attack(&mut world(|policy| policy.replicas_per_content = 1));
    println!("  with one replica of a content on each device: {}", limited.0);
    assert!(limited.0 <= whole() * 20);
}
