//! Policies in TOML: read, or refused with the place of every mistake.
#![no_main]

use cairn_verify::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match Policy::from_toml(text) {
    Ok(policy) => {
        let again = Policy::from_toml(&toml::to_string(&policy).unwrap()).unwrap();
        assert_eq!(again.hash(), policy.hash());
    }
    Err(error) => {
        let lines = text.lines().count().max(1);
        assert!(!error.0.is_empty());
        assert!(error.0.iter().all(|it| it.line.is_none_or(|line| line <= lines + 1)), "{error}");
    }
});
