//! Properties of judging.

use super::*;

/// Three devices in all sorts of trouble, over two epochs.
fn troubled() -> (World, Vec<Envelope>) {
    let mut world = world();
    let mut proofs = Vec::new();
    for (name, skip) in [("one", 0), ("twoo", 1), ("three", 2)] {
        let mut keeper = world.keeper(name);
        let root = keeper.replicas[&1].manifest().content_root;
        keeper.seal(2, &content(77), 2);
        proofs.push(keeper.commit(1, 2));
        proofs.push(served(&mut keeper, 1, 1, root, |_| ()));
        proofs.push(served(&mut keeper, 1, 2, [1; 32], |_| ()));
        let mut answers = world.answers(&mut keeper, 1, 1);
        let mut wrong = answer_of(&answers[3]);
        wrong.openings[1].leaf[9] ^= u8::from(skip == 2);
        answers[3] = with_body(&mut keeper, &answers[3], Body::StorageAnswer(wrong));
        proofs.extend(answers.into_iter().skip(skip));
    }
    (world, proofs)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn judging_does_not_depend_on_the_order(order in Just((0..21usize).collect::<Vec<_>>()).prop_shuffle()) {
        let (mut world, proofs) = troubled();
        prop_assert_eq!(proofs.len(), 18);
        let before = world.state.clone();
        let expected = (world.judge(1, proofs.clone()), world.state.hash());
        world.state = before;
        let shuffled: Vec<Envelope> = order.iter().filter_map(|at| proofs.get(*at)).cloned().collect();
        // A copy changes nothing either.
        let doubled = [shuffled, vec![proofs[0].clone()]].concat();
        let found = (world.judge(1, doubled), world.state.hash());
        prop_assert_eq!(found, expected);
    }
}

fn opening() -> impl Strategy<Value = cairn_protocol::proof::storage::Opening> {
    (0u64..64, any::<u8>(), prop::collection::vec(any::<[u8; 32]>(), 0..8)).prop_map(
        |(index, fill, path)| cairn_protocol::proof::storage::Opening {
            index,
            leaf: [fill; 256],
            path,
        },
    )
}

fn any_body() -> impl Strategy<Value = Body> {
    use cairn_protocol::proof::StorageAnswer;
    use cairn_protocol::proof::storage::SealOpening;
    let commitment = (0u32..4, any::<[u8; 32]>(), 1u64..=1 << 30, 1u32.., any::<u64>()).prop_map(
        |(replica, root, leaf_count, rounds, until_epoch)| {
            Body::StorageCommitment(StorageCommitment {
                replica,
                content_root: root,
                middle_root: root,
                replica_root: root,
                leaf_count,
                rounds,
                until_epoch,
            })
        },
    );
    let seal = (opening(), prop::option::of(opening()), prop::collection::vec(opening(), 0..7))
        .prop_map(|(before, after, parents)| Box::new(SealOpening { before, after, parents }));
    let answer = (0u32..4, prop::collection::vec(opening(), 1..6), prop::option::of(seal))
        .prop_map(|(replica, openings, seal)| {
            Body::StorageAnswer(StorageAnswer { replica, openings, seal })
        });
    let receipt = (any::<[u8; 32]>(), any::<[u64; 4]>(), 1u32..).prop_map(
        |(root, [credits, bytes, start, end], packets)| {
            Body::RetrievalReceipt(RetrievalReceipt {
                content_root: root,
                receipt: Receipt {
                    id: [0; 16],
                    customer: root,
                    credits: credits.max(1),
                    bytes,
                    packets,
                    started_at_ms: start.min(end),
                    ended_at_ms: start.max(end),
                    signature: [0; 64],
                },
            })
        },
    );
    prop_oneof![commitment, answer, receipt]
}

proptest! {
    /// Whatever devices sign, over several epochs and under any valid policy.
    #[test]
    fn nothing_panics(
        bodies in prop::collection::vec((any_body(), 0u64..3, 0u64..EPOCH_MS, 0usize..40), 0..20),
        numbers in any::<[u32; 6]>(), needs: bool,
    ) {
        let mut world = world_with(|policy| {
            policy.leaves_per_challenge = 1 + numbers[0] % 5;
            policy.challenges_per_epoch = 1 + numbers[1] % 1_440;
            policy.seals_per_epoch = numbers[2] % 1_441;
            policy.faults_to_terminate = 1 + numbers[3] % 5;
            policy.recovery_epochs = numbers[4] % 3;
            policy.max_rounds = 64;
            policy.retrieval_needs_replica = needs;
        });
        let mut keeper = world.keeper("keeper");
        for epoch in 1..4 {
            let mut proofs = Vec::new();
            for (body, of, at, seed) in &bodies {
                if *of + 1 == epoch {
                    let seeds = world.seeds(epoch);
                    let seed = seeds.get(*seed).map_or([0; 32], |seed| seed.seed);
                    proofs.push(keeper.signer.answer(&NETWORK, epoch, starts_at_ms(epoch) + at, seed, body));
                }
            }
            let count = proofs.len();
            let outcome = world.judge(epoch, proofs);
            prop_assert_eq!(outcome.proofs.len(), count);
        }
        let bytes = borsh::to_vec(&world.state).unwrap();
        prop_assert_eq!(borsh::from_slice::<State>(&bytes).unwrap(), world.state);
    }
}
