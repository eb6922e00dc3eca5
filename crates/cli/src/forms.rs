//! Canonical versions as commands show them: those of an index or a ledger beside this program's.

use crate::output;
use anyhow::Result;
use exposure_identifier::{CanonicalVersion, Kind};
use exposure_index::SourceTable;
use serde_json::{Map, Value, json};

/// The canonical version of a kind in this program; `None` if it does not know the kind.
pub(crate) fn own(kind: &str) -> Option<u16> {
    Kind::asked_as(kind).ok().map(Kind::canonical_version)
}

/// Says which kinds of an index are of other versions than this program's; nothing if none is.
pub(crate) fn note(table: &SourceTable) -> Result<()> {
    for kind in table.kinds.keys() {
        let versions = table.canonical_versions(kind);
        if let Some(own) = own(kind).filter(|own| versions.iter().any(|version| version != own)) {
            let versions: Vec<_> = versions.iter().map(u16::to_string).collect();
            output::line(&format!(
                "Numbers of kind {} are of canonical version {}, and this program knows {own}: a check that finds nothing cannot tell.",
                output::harmless(kind),
                versions.join(" and ")
            ))?;
        }
    }
    Ok(())
}

/// The canonical versions of an index, by kind.
pub(crate) fn document(table: &SourceTable) -> Value {
    let versions = table.kinds.keys().map(|kind| (kind.clone(), json!(table.canonical_versions(kind))));
    Value::Object(versions.collect::<Map<_, _>>())
}

/// What versions changed of the canonical forms of a kind, oldest first.
pub(crate) fn changes(kind: &'static Kind) -> Vec<Value> {
    let name = &kind.hashed_as().name;
    let of_kind = |version: &'static CanonicalVersion| {
        let changes = version.changes.get(name)?;
        Some(json!({ "canonical_version": version.version, "date": version.date, "changes": changes }))
    };
    CanonicalVersion::all().iter().filter_map(of_kind).collect()
}
