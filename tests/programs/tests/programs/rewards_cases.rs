//! Every case of the rewards program goes through, and what each costs.

use cairn_program_tests::cases::rewards;

#[test]
fn every_case_succeeds() {
    for (name, build) in rewards::ALL {
        let mut case = build();
        assert_eq!(case.program, "rewards");
        let sent = case.send();
        println!("{name:<36} {:>6} compute units {:>5} bytes", sent.compute_units[0], sent.bytes);
    }
}
