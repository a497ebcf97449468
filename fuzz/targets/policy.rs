//! Policies in TOML.
#![no_main]

use cairn_verify::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(policy) = toml::from_str::<Policy>(text) else { return };
    if policy.validate().is_ok() {
        let again: Policy = toml::from_str(&toml::to_string(&policy).unwrap()).unwrap();
        assert_eq!(again.hash(), policy.hash());
    }
});
