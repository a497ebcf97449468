//! The table of what every instruction costs, `programs/compute-units.md`: measured here, committed,
//! and refused when a figure drifts by more than 2 %. `CAIRN_BLESS=1` writes it anew.

use cairn_program_tests::cases;
use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

/// The drift that is let pass, in percent.
const DRIFT_PERCENT: u64 = 2;

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../programs/compute-units.md")
}

/// Compute units and transaction bytes by case.
fn measured() -> Vec<(&'static str, u64, usize)> {
    cases::all()
        .into_iter()
        .map(|(name, build)| {
            let mut case = build();
            let program = case.tested().program_id;
            // The tested instruction is the last of its program in every case.
            let sent = case.send();
            let units = sent.units_of(&program);
            (name, *units.last().expect("it ran"), sent.bytes)
        })
        .collect()
}

fn table(rows: &[(&'static str, u64, usize)]) -> String {
    let mut text = String::from(
        "# Compute units\n\n\
         What each instruction costs on LiteSVM, and how many bytes its transaction has with a fee payer\n\
         that plays no other part, without a lookup table unless the name says so. Written by\n\
         `CAIRN_BLESS=1 cargo test --workspace --test programs compute_units`; the test fails when a\n\
         figure drifts by more than 2 %.\n\n\
         | instruction | compute units | transaction bytes |\n|---|---:|---:|\n",
    );
    for (name, units, bytes) in rows {
        writeln!(text, "| {name} | {units} | {bytes} |").unwrap();
    }
    text
}

/// Name and compute units of every row of a table.
fn rows(text: &str) -> BTreeMap<String, u64> {
    text.lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            Some((cells.next()?.to_owned(), cells.next()?.parse().ok()?))
        })
        .collect()
}

#[test]
fn compute_units_are_those_of_the_table() {
    let measured = measured();
    let actual = table(&measured);
    if std::env::var_os("CAIRN_BLESS").is_some() {
        std::fs::write(path(), &actual).unwrap();
    }
    let committed = rows(&std::fs::read_to_string(path()).unwrap_or_default());
    let mut wrong = Vec::new();
    for (name, units, _) in &measured {
        match committed.get(*name) {
            None => wrong.push(format!("{name}: {units}, not in the table")),
            Some(known) if units.abs_diff(*known) * 100 > known * DRIFT_PERCENT => {
                wrong.push(format!("{name}: {units}, the table says {known}"));
            }
            Some(_) => {}
        }
    }
    let gone = committed.keys().filter(|name| !measured.iter().any(|row| row.0 == **name));
    wrong.extend(gone.map(|name| format!("{name}: in the table, but not a case")));
    assert!(wrong.is_empty(), "write the table anew (CAIRN_BLESS=1):\n{}", wrong.join("\n"));
}
