//! What peers serve: leaves in JSON, states, outcomes and an epoch's inputs in borsh.
#![no_main]

use cairn_epoch::{EpochInputs, LeavesDocument};
use cairn_protocol::merkle::Node;
use cairn_verify::{Outcome, State};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(leaves) = serde_json::from_slice::<LeavesDocument>(bytes) {
        let trusted = Node { hash: [2; 32], sum: 3 };
        let _ = leaves.rebuild(&[1; 32], &trusted, &trusted);
    }
    if let Ok(state) = borsh::from_slice::<State>(bytes) {
        let again: State = borsh::from_slice(&borsh::to_vec(&state).unwrap()).unwrap();
        assert_eq!(again.hash(), state.hash());
    }
    if let Ok(outcome) = borsh::from_slice::<Outcome>(bytes) {
        let again: Outcome = borsh::from_slice(&borsh::to_vec(&outcome).unwrap()).unwrap();
        assert_eq!(again, outcome);
    }
    if let Ok(inputs) = borsh::from_slice::<EpochInputs>(bytes) {
        let again: EpochInputs = borsh::from_slice(&borsh::to_vec(&inputs).unwrap()).unwrap();
        assert_eq!(again, inputs);
        let _ = inputs.snapshot.registry();
    }
});
