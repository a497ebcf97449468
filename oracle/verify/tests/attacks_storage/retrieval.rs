//! Service that nobody got.

use super::*;

#[test]
fn fake_retrieval() {
    let attack = |world: &mut World, bytes: u64, stores: bool| {
        // It says that every service lasted for the whole epoch.
        world.policy.usage.clock_tolerance_ms = 240_000;
        let mut faker = world.device("fake");
        faker.seal(1, &content(1), 1);
        let root = faker.replicas[&1].manifest().content_root;
        let mut counted = 0;
        let (_, loss) = run(world, 11, |world, epoch, last| {
            counted += last.map_or(0, |outcome| {
                let served =
                    outcome.proofs.iter().filter(|proof| proof.kind == Kind::RetrievalReceipt);
                served.map(|proof| proof.judgment.units / ONE).sum::<u64>()
            });
            let mut proofs: Vec<Envelope> = (0..8u8)
                .map(|id| {
                    let number = epoch as u8 * 8 + id;
                    let receipt = receipt(&faker.key(), &root, epoch, number, |receipt| {
                        (receipt.bytes, receipt.packets) = (bytes, u32::MAX);
                        receipt.started_at_ms = starts_at_ms(epoch);
                        receipt.ended_at_ms = starts_at_ms(epoch + 1) - 1;
                    });
                    let at_ms = starts_at_ms(epoch) + 11_000 + u64::from(id);
                    countersign(&mut faker.signer, &NETWORK, epoch, at_ms, &root, bytes, receipt)
                        .unwrap()
                })
                .collect();
            if stores && epoch == 0 {
                proofs.push(faker.commit(0, 1));
            } else if stores {
                proofs.extend(world.answers(&mut faker, epoch, 1));
            }
            (proofs, faker.address())
        });
        (counted, loss)
    };
    let small = CONTENT_BYTES as u64;
    let off = attack(&mut world(|policy| policy.retrieval_needs_replica = false), small, false);
    let on = attack(&mut world(|_| ()), small, false);
    report("retrieval of content that is not kept (credits)", off, on);
    assert_eq!((off.0, on.0), (8_000, 0));

    // It keeps the content, and claims 256 GiB for each receipt: in all seven times what its link
    // carries in an epoch.
    let huge = 256 << 30;
    let mut fast = world(|_| ());
    fast.policy.usage.max_bytes_per_second = 1_000_000_000_000;
    let off = attack(&mut fast, huge, true);
    let on = attack(&mut world(|_| ()), huge, true);
    report("retrieval of more than a link carries (credits)", off, on);
    assert!(on.0 * 5 < off.0);
}
