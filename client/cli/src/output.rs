//! Results on standard output, as text or JSON.

use serde::Serialize;

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Display,
    /// For programs: one JSON document.
    Json,
}

/// Writes `value` as JSON, or what `display` makes of it.
///
/// # Errors
/// When the value does not serialise.
pub fn print<T: Serialize>(
    format: Format,
    value: &T,
    display: impl FnOnce(&T) -> String,
) -> anyhow::Result<()> {
    match format {
        Format::Display => println!("{}", display(value).trim_end()),
        Format::Json => println!("{}", serde_json::to_string_pretty(value)?),
    }
    Ok(())
}

/// Writes a document, which is JSON for people too.
///
/// # Errors
/// When it does not serialise.
pub fn print_json<T: Serialize>(document: &T) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(document)?);
    Ok(())
}

/// A table with left-aligned text and right-aligned numbers; `numeric` says which columns are.
pub fn table(header: &[&str], numeric: &[bool], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut out = String::new();
        for ((cell, width), right) in cells.zip(&widths).zip(numeric) {
            let cell = if *right { format!("{cell:>width$}") } else { format!("{cell:<width$}") };
            out.push_str(&cell);
            out.push_str("  ");
        }
        format!("{}\n", out.trim_end())
    };
    let mut out = line(&mut header.iter().copied());
    for row in rows {
        out.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    out
}
