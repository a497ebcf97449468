//! Every case of the staking program goes through, and no two of its accounts are the same.

use cairn_program_tests::cases;
use std::collections::HashSet;

#[test]
fn every_case_goes_through() {
    for (name, build) in cases::staking::ALL {
        let mut case = build();
        assert_eq!(*name, format!("{}::{}", case.program, case.instruction));
        let mut seen = HashSet::new();
        for meta in &case.tested().accounts {
            // Both mints of a stake pool have the same token program.
            let repeated = !seen.insert(meta.pubkey);
            assert!(!repeated || meta.pubkey == cairn_sdk::address::TOKEN_PROGRAM, "{name}");
            assert_ne!(meta.pubkey, cairn_sdk::address::STAKING, "{name} leaves an account out");
        }
        let program = case.tested().program_id;
        let sent = case.send();
        println!(
            "{name:<40} {:>7} CU {:>5} bytes",
            sent.units_of(&program).last().unwrap(),
            sent.bytes
        );
        assert_eq!(sent.events.len(), 1, "{name}");
    }
}
