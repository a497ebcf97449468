//! A policy as a document: read from TOML with the line of every mistake, its schema, and the
//! commented default file, both derived from the types, so that neither can be out of date.

use super::sensor::VALUE;
use super::{Policy, PolicyError};
use cairn_protocol::proof::compute::MIN_SIDE;
use schemars::schema_for;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use thiserror::Error;
use toml::de::{DeTable, DeValue};

/// A mistake with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The line in the file, from 1 on; `None` when what is wrong stands nowhere in it.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// Why a file is no policy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct PolicyFileError(pub Vec<Located>);

impl Policy {
    /// Reads a policy; what the file does not say has its default.
    ///
    /// # Errors
    /// When it is no TOML, has a field that no policy has, one of another type, or a parameter out
    /// of its range: everything that is out of range, with its line.
    pub fn from_toml(text: &str) -> Result<Self, PolicyFileError> {
        let policy: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| line_of(text, &span));
            PolicyFileError(vec![Located { line, message: error.message().to_owned() }])
        })?;
        policy.validate().map_err(|errors| {
            // It parsed before.
            let document = DeTable::parse(text).ok();
            let locate = |error: PolicyError| {
                let root = document.as_ref().map(toml::Spanned::get_ref);
                let span = root.and_then(|root| span_of(root, &error.field));
                Located { line: span.map(|span| line_of(text, &span)), message: error.to_string() }
            };
            PolicyFileError(errors.into_iter().map(locate).collect())
        })?;
        Ok(policy)
    }

    /// The JSON schema of a policy file: every field with its meaning, range and default.
    pub fn schema() -> Value {
        let mut schema = Value::from(schema_for!(Self));
        let mut ranges: BTreeMap<_, (i128, i128)> = BTreeMap::new();
        let found = Self::examples().map(|it| it.checked().ranges).into_iter().flatten();
        // A list's entries are alike; what depends on the entry before is not in the first.
        for (field, (from, to)) in found.filter(|it| !it.0.contains('[') || it.0.contains("[0]")) {
            let range = ranges.entry(field).or_insert((from, to));
            *range = (range.0.min(from), range.1.max(to));
        }
        for (field, (from, to)) in ranges {
            if let Some(Value::Object(place)) = place_of(&mut schema, &field) {
                let [least, most] = match place.get("type").and_then(Value::as_str) {
                    Some("array") => ["minItems", "maxItems"],
                    Some("string") => ["minLength", "maxLength"],
                    _ => ["minimum", "maximum"],
                };
                place.insert(least.to_owned(), number(from));
                place.insert(most.to_owned(), number(to));
            }
        }
        schema
    }

    /// The default policy as a file with a comment on every field.
    pub fn default_toml() -> String {
        let mut text = String::from(
            "# The policy of a network: every parameter with its default. A file may leave out \
             what it does\n# not change. All oracles of a network must have the same policies; \
             a change is a new file with a\n# `from_epoch` that has not begun.\n#\n# Derived \
             from the code: `CAIRN_BLESS=1 cargo test -p cairn-verify --test policy`.\n",
        );
        text.push_str(&Self::default().commented());
        text
    }

    /// The policy as a file, with a comment on every field where it stands first.
    fn commented(&self) -> String {
        let schema = Self::schema();
        let mut text = String::new();
        // A policy serializes.
        let values = toml::to_string(self).unwrap_or_default();
        let (mut section, mut said) = (String::new(), BTreeSet::new());
        for line in values.lines().filter(|line| !line.is_empty()) {
            let header = line.trim_matches(['[', ']']);
            let path = if line.starts_with("[[") {
                // What follows are fields of an entry.
                section = format!("{header}[0]");
                header.to_owned()
            } else if line.starts_with('[') {
                header.clone_into(&mut section);
                section.clone()
            } else {
                let key = line.split(' ').next().unwrap_or_default();
                if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") }
            };
            let mut described = schema.clone();
            if said.insert(path.clone()) {
                text.push('\n');
                if let Some(Value::Object(place)) = place_of(&mut described, &path) {
                    comment(&mut text, "", place);
                }
                if line.ends_with("= []") {
                    entries(&mut text, &schema, &path);
                }
            } else if line.starts_with('[') {
                text.push('\n');
            }
            text.push_str(line);
            text.push('\n');
            if line.starts_with('[') && !line.starts_with("[[") {
                absent(&mut text, &schema, &path);
            }
        }
        text
    }

    /// Policies with an entry in every list, to learn ranges from. Where a range depends on another
    /// parameter, they have that one at its ends: a schema cannot say how, and states the widest.
    fn examples() -> [Self; 2] {
        let mut wide = Self::default();
        wide.scoring.classes.push(super::ClassPolicy {
            class: 0,
            weight: 1,
            idle: super::Idle::Share,
            uptime_parts: Some(1),
        });
        wide.scoring.bootstrap.ends_at_epoch = u64::MAX;
        wide.wireless.bands.push(super::Band { from_hz: 0, to_hz: 0, max_eirp_cdbm: 0 });
        wide.wireless.usage_max_packet_bytes = u32::MAX;
        wide.storage.min_rounds = 1;
        wide.compute.duplicates = 64;
        wide.sensor.coverage.full_after_s = 1;
        for quantity in &mut wide.sensor.quantities {
            quantity.least = i64::try_from(*VALUE.start()).unwrap_or(i64::MIN);
        }
        let mut narrow = wide.clone();
        narrow.compute.max_side = MIN_SIDE;
        narrow.compute.duplicates = 2;
        [wide, narrow]
    }
}

fn number(value: i128) -> Value {
    let whole = i64::try_from(value).map(Value::from);
    whole.or_else(|_| u64::try_from(value).map(Value::from)).unwrap_or(Value::Null)
}

/// The fields of a section that say nothing by default.
fn absent(text: &mut String, schema: &Value, path: &str) {
    let pointer = path.split('.').fold(String::new(), |pointer, name| {
        resolved(schema, &format!("{pointer}/properties/{name}")).to_owned()
    });
    let Some(Value::Object(of_type)) = schema.pointer(&pointer) else { return };
    let Some(Value::Object(fields)) = of_type.get("properties") else { return };
    for (name, field) in fields {
        if let Value::Object(field) = field
            && field.get("default").is_some_and(Value::is_null)
        {
            text.push('\n');
            comment(text, &format!("{name}:"), field);
        }
    }
}

/// What an entry of a list that is empty by default looks like.
fn entries(text: &mut String, schema: &Value, path: &str) {
    let mut described = schema.clone();
    let Some(Value::Object(place)) = place_of(&mut described, &format!("{path}[0]")) else {
        return;
    };
    // An entry's description may stand with its type.
    let pointer = place.get("$ref").and_then(Value::as_str).map(|to| to.trim_start_matches('#'));
    let Some(Value::Object(of_type)) = pointer.and_then(|to| schema.pointer(to)) else { return };
    let Some(Value::Object(fields)) = of_type.get("properties") else { return };
    text.push_str(&format!("# An entry, in place of the empty list:\n# [[{path}]]\n"));
    for (name, field) in fields {
        if let Value::Object(field) = field {
            comment(text, &format!("{name}:"), field);
        }
    }
}

/// A field's description and range as comment lines of at most 100 characters.
fn comment(text: &mut String, start: &str, place: &Map<String, Value>) {
    let described = place.get("description").and_then(Value::as_str).unwrap_or_default();
    let mut words = described.split_whitespace().collect::<Vec<_>>().join(" ");
    let bound = |name: &str| place.get(name).filter(|value| !value.is_null());
    if let (Some(from), Some(to)) = (bound("minimum"), bound("maximum"))
        && place.get("type").is_some_and(|kind| kind.to_string().contains("integer"))
    {
        let range = format!("{} to {}", grouped(from), grouped(to));
        if !words.contains(&range) {
            words.push_str(&format!(" Range {range}."));
        }
    }
    let mut line = start.to_owned();
    for word in words.split(' ') {
        if !line.is_empty() && line.chars().count() + word.chars().count() + 3 > 100 {
            text.push_str(&format!("# {line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        text.push_str(&format!("# {line}\n"));
    }
}

/// A number with a comma before every three digits.
fn grouped(value: &Value) -> String {
    let text = value.to_string();
    let digits = text.trim_start_matches('-');
    let mut out = text.get(..text.len() - digits.len()).unwrap_or_default().to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Where a schema describes a field such as `scoring.classes[0].weight`.
fn place_of<'a>(schema: &'a mut Value, field: &str) -> Option<&'a mut Value> {
    let mut pointer = String::new();
    for step in field.split('.') {
        let (name, entry) = match step.split_once('[') {
            Some((name, _)) => (name, true),
            None => (step, false),
        };
        pointer = format!("{}/properties/{name}", resolved(schema, &pointer));
        if entry {
            pointer = format!("{}/items", resolved(schema, &pointer));
        }
    }
    // What is said about the field in its place stands beside a reference to its type.
    schema.pointer_mut(&pointer)
}

/// Follows a reference to a type's definition.
fn resolved(schema: &Value, pointer: &str) -> String {
    let reference = schema.pointer(&format!("{pointer}/$ref")).and_then(Value::as_str);
    reference.and_then(|to| to.strip_prefix('#')).unwrap_or(pointer).to_owned()
}

/// Where a field stands, or else the innermost table that it would stand in.
fn span_of(root: &DeTable<'_>, field: &str) -> Option<Range<usize>> {
    let mut table = Some(root);
    let mut span = None;
    for step in field.split('.') {
        let (name, index) = match step.split_once('[') {
            Some((name, rest)) => (name, rest.trim_end_matches(']').parse::<usize>().ok()),
            None => (step, None),
        };
        let Some((key, mut value)) = table.and_then(|table| table.get_key_value(name)) else {
            break;
        };
        span = Some(key.span());
        if let (Some(index), DeValue::Array(entries)) = (index, value.get_ref())
            && let Some(entry) = entries.get(index)
        {
            value = entry;
            span = Some(entry.span());
        }
        table = match value.get_ref() {
            DeValue::Table(inner) => Some(inner),
            _ => None,
        };
    }
    span
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    let before = text.as_bytes().get(..span.start).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{ClassPolicy, Idle};

    #[test]
    fn entries_of_lists_are_explained_once() {
        let mut policy = Policy::default();
        policy.scoring.classes = (0..2)
            .map(|class| ClassPolicy { class, weight: 7, idle: Idle::Share, uptime_parts: None })
            .collect();
        let text = policy.commented();
        assert_eq!(Policy::from_toml(&text), Ok(policy));
        assert_eq!(text.matches("[[scoring.classes]]").count(), 2);
        assert_eq!(text.matches("# Number of the class in the registry.").count(), 1);
        assert_eq!(text.matches("# The classes' parts of an epoch's budget.").count(), 1);
        let classes = text.split("[[scoring.classes]]").nth(1);
        assert_eq!(classes.map(|text| text.matches(" 1 to 1,000,000.").count()), Some(1));
    }
}
