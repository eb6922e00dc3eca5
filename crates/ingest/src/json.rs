//! NDJSON: a JSON object a line, identifiers at dotted paths.
//!
//! Arrays on the way are walked through: `contacts.mobile` finds the mobile of every contact.

use crate::columns::{CellSink, ColumnSpec};
use crate::lines::{Line, Lines};
use crate::{FileReport, IngestError};
use exposure_identifier::Kind;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// Keys whose kinds are remembered. Objects that use data as keys would otherwise fill the memory with it.
const REMEMBERED_KEYS: usize = 4_096;

/// Reads NDJSON, and hands each value that is wanted to `cell`.
pub(crate) fn read(
    text: &mut Lines<impl Read>,
    specs: &[ColumnSpec],
    path: &Path,
    report: &mut FileReport,
    cell: &mut CellSink<'_>,
) -> Result<(), IngestError> {
    let mut wanted = Wanted::new(specs);
    loop {
        let line = match text.next().map_err(|error| IngestError::Input { path: path.to_owned(), error })? {
            Line::End => break,
            Line::Read(line) if line.trim_ascii().is_empty() => continue,
            // What is no JSON, as a line that was too long.
            Line::Skipped => b"",
            Line::Read(line) => line,
        };
        report.rows += 1;
        match serde_json::from_slice(line) {
            Ok(object @ Value::Object(_)) => wanted.walk(&object, cell)?,
            _ => report.malformed += 1,
        }
    }
    wanted.settle(path, report)
}

/// The paths to look for: as asked for, or whatever has a key that is known as a header.
enum Wanted {
    Asked(Vec<Asked>),
    /// Each key seen so far, and the kind that it announces.
    Known(BTreeMap<String, Option<&'static Kind>>),
}

struct Asked {
    name: String,
    keys: Vec<String>,
    kind: &'static Kind,
    seen: bool,
}

impl Wanted {
    fn new(specs: &[ColumnSpec]) -> Self {
        let asked = specs.iter().map(|spec| Asked {
            name: spec.name.clone(),
            keys: spec.name.split('.').map(str::to_owned).collect(),
            kind: spec.kind,
            seen: false,
        });
        if specs.is_empty() { Self::Known(BTreeMap::new()) } else { Self::Asked(asked.collect()) }
    }

    fn walk(&mut self, object: &Value, cell: &mut CellSink<'_>) -> Result<(), IngestError> {
        match self {
            Self::Asked(asked) => asked.iter_mut().try_for_each(|wanted| {
                let Asked { keys, kind, seen, .. } = wanted;
                at_path(object, keys, &mut |value| {
                    *seen = true;
                    leaves(value, &mut |text| cell(kind, text))
                })
            }),
            Self::Known(keys) => by_header(object, keys, cell),
        }
    }

    /// At the end of a file, a path that no record had is a mistake, not an empty column.
    fn settle(self, path: &Path, report: &mut FileReport) -> Result<(), IngestError> {
        match self {
            Self::Asked(asked) => {
                for Asked { name, kind, seen, .. } in asked {
                    if !seen && report.rows > report.malformed {
                        return Err(IngestError::NoSuchColumn {
                            path: path.to_owned(),
                            column: name,
                            found: "no record has a value at this path".to_owned(),
                        });
                    }
                    report.columns.push((name, kind.name.clone()));
                }
            }
            Self::Known(keys) => {
                let known = keys.into_iter().filter_map(|(key, kind)| Some((key, kind?.name.clone())));
                report.columns.extend(known);
                if report.columns.is_empty() && report.rows > report.malformed {
                    return Err(IngestError::NoKnownColumn {
                        path: path.to_owned(),
                        found: "no key of its objects is a known header; a path such as --column a.b=phone also serves"
                            .to_owned(),
                    });
                }
            }
        }
        Ok(())
    }
}

/// Calls `found` with the value at a path, several times where arrays stand on the way.
fn at_path(
    value: &Value,
    keys: &[String],
    found: &mut impl FnMut(&Value) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    match (value, keys) {
        (_, []) => found(value),
        (Value::Array(items), _) => items.iter().try_for_each(|item| at_path(item, keys, found)),
        (Value::Object(fields), [key, rest @ ..]) => match fields.get(key) {
            Some(value) => at_path(value, rest, found),
            // A key may itself hold dots, as flattened exports have them.
            None => fields.get(&keys.join(".")).map_or(Ok(()), found),
        },
        _ => Ok(()),
    }
}

fn by_header(
    value: &Value,
    keys: &mut BTreeMap<String, Option<&'static Kind>>,
    cell: &mut CellSink<'_>,
) -> Result<(), IngestError> {
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| by_header(item, keys, cell)),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            let kind = match keys.get(key) {
                Some(kind) => *kind,
                None if keys.len() < REMEMBERED_KEYS => *keys.entry(key.clone()).or_insert(Kind::of_header(key)),
                None => Kind::of_header(key),
            };
            match kind {
                Some(kind) if !value.is_object() => leaves(value, &mut |text| cell(kind, text)),
                _ => by_header(value, keys, cell),
            }
        }),
        _ => Ok(()),
    }
}

/// Text, numbers as they are written, null as nothing, and each element of an array.
fn leaves(value: &Value, cell: &mut impl FnMut(&str) -> Result<(), IngestError>) -> Result<(), IngestError> {
    match value {
        Value::String(text) => cell(text),
        Value::Number(number) => cell(&number.to_string()),
        Value::Null => cell(""),
        Value::Array(items) => items.iter().try_for_each(|item| leaves(item, cell)),
        Value::Bool(_) | Value::Object(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str, specs: &[&str]) -> Result<(Vec<String>, FileReport), IngestError> {
        let specs: Vec<ColumnSpec> = specs.iter().map(|spec| spec.parse().expect("a spec")).collect();
        let mut report = FileReport::default();
        let mut found = Vec::new();
        let mut take = |kind: &'static Kind, value: &str| {
            found.push(format!("{} {value}", kind.name));
            Ok(())
        };
        read(&mut Lines::new(text.as_bytes()), &specs, Path::new("dump.ndjson"), &mut report, &mut take)?;
        Ok((found, report))
    }

    #[test]
    fn paths_reach_through_objects_and_arrays() {
        let text = r#"{"_source":{"contacts":[{"m":"1"},{"m":2},{}]}}
            {"_source.contacts.m":"3"}
            {"_source":{"contacts":{"m":["4",null]}}}"#;
        let (found, _) = cells(text, &["_source.contacts.m=phone"]).expect("read");
        assert_eq!(found, ["phone 1", "phone 2", "phone 3", "phone 4", "phone "]);
    }

    #[test]
    fn keys_are_known_as_headers_at_any_depth() {
        let (found, report) = cells(r#"{"a":{"sfzh":"1","x":"2"},"手机号":["3"]}"#, &[]).expect("read");
        assert_eq!(found, ["cn.ric 1", "phone 3"]);
        assert_eq!(
            report.columns,
            [("sfzh".to_owned(), "cn.ric".to_owned()), ("手机号".to_owned(), "phone".to_owned())]
        );
    }

    #[test]
    fn malformed_lines_are_counted_and_passed() {
        let (found, report) = cells("{\"mobile\":\"1\"}\n{\"mobile\":\n[]\n\n{\"mobile\":\"2\"}\n", &[]).expect("read");
        assert_eq!((found.len(), report.rows, report.malformed), (2, 4, 2));
    }

    #[test]
    fn a_path_that_no_record_has_is_a_mistake() {
        assert!(matches!(cells("{\"a\":1}", &["b=phone"]), Err(IngestError::NoSuchColumn { .. })));
        assert!(matches!(cells("{\"a\":1}", &[]), Err(IngestError::NoKnownColumn { .. })));
    }
}
