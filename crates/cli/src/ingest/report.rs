//! The report of `ingest`, as text and as JSON.

use crate::output::{self, count, harmless};
use crate::settings::shown;
use anyhow::Result;
use exposure_ingest::{Because, ColumnReport, EncodingChange, FileReport, KindReport, PartReport, ReadAs, Report};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Parts of an input that are shown as text; the JSON lists all.
const SHOWN_PARTS: usize = 20;

/// The same for changes of the encoding of a part.
const SHOWN_CHANGES: usize = 10;

pub(crate) fn print_text(source: &str, report: &Report) -> Result<()> {
    if report.was_published {
        let why = "the interrupted run had already published it, so nothing was left to do";
        return output::line(&format!("The ledger of {source} is written: {why}."));
    }
    for file in &report.files {
        print_file(file)?;
    }
    output::line("")?;
    print_kinds(report)?;
    for hitter in &report.heavy {
        let times = count(hitter.count);
        output::line(&format!("in about {times} rows: {} ({}), possibly a placeholder", hitter.masked, hitter.kind))?;
    }
    for overlap in &report.overlaps {
        let shared: Vec<_> = overlap.shared.iter().map(|(kind, n)| format!("{} {kind}", count(*n))).collect();
        output::line(&format!("also in {}: {}", overlap.source, shared.join(", ")))?;
    }
    let bytes: u64 = report.files.iter().map(|file| file.bytes).sum();
    let seconds = report.took.as_secs_f64();
    let rate = bytes as f64 / 1e6 / seconds.max(0.001);
    output::line(&format!("{} bytes in {seconds:.1} s, {rate:.1} MB/s", count(bytes)))?;
    output::line("")?;
    output::line(&format!("The ledger of {source} is written; `exposure build` adds it to the index."))?;
    Ok(())
}

fn print_file(file: &FileReport) -> Result<()> {
    let resumed = if file.resumed { ", read by the interrupted run" } else { "" };
    for (n, part) in file.parts.iter().enumerate() {
        if n == SHOWN_PARTS {
            output::line(&format!("{}: {} more parts", shown(&file.path), file.parts.len() - n))?;
            break;
        }
        let name = part.name.as_ref().map_or_else(String::new, |name| format!("!{}", harmless(name)));
        output::line(&format!("{}{name}: {}{resumed}", shown(&file.path), understood(part)))?;
        if part.skipped.is_none() {
            let rows = format!("  {} rows, {} malformed", count(part.rows), count(part.malformed));
            output::line(&format!("{rows}{}", places(part, &part.malformed_at)))?;
            if part.other_width > 0 {
                output::line(&format!("  {} rows of another width", count(part.other_width)))?;
            }
        }
        encodings(part).iter().try_for_each(|note| output::line(note))?;
        for column in &part.columns {
            print_rejects(part, column)?;
        }
    }
    if file.entries > 0 {
        let (entries, skipped) = (count(file.entries), count(file.skipped));
        output::line(&format!("{}: {entries} members, {skipped} not read", shown(&file.path)))?;
    }
    file.damages().iter().try_for_each(|damage| output::line(&format!("  {damage}")))
}

/// The detected format, encoding, compression and columns of a part.
pub(crate) fn understood(part: &PartReport) -> String {
    if let Some(why) = &part.skipped {
        return format!("not read, {why}");
    }
    let mut said = vec![part.format.clone()];
    if !part.encoding.is_empty() {
        said.push(format!("{} ({:.0} %)", part.encoding, part.encoding_confidence * 100.0));
    }
    said.push(format!("compression {}", part.compression));
    let is_shown =
        |column: &&ColumnReport| !column.name.is_empty() && column.is_read() && column.reads != ReadAs::Undecided;
    let columns: Vec<_> = part.columns.iter().filter(is_shown).map(column).collect();
    let columns = if columns.is_empty() { String::new() } else { format!("; columns: {}", columns.join(", ")) };
    format!("{}{columns}", said.join(", "))
}

/// Where the encoding of a part changes, and what in it is no text.
pub(crate) fn encodings(part: &PartReport) -> Vec<String> {
    let mut notes: Vec<_> = part.encoding_changes.iter().take(SHOWN_CHANGES).map(change).collect();
    let more = part.encoding_changes.len() - notes.len();
    if more > 0 {
        notes.push(format!("  {more} more changes of its encoding"));
    }
    if part.unreadable > 0 {
        notes.push(format!(
            "  {} sequences of bytes are no characters; what is around them is read",
            count(part.unreadable)
        ));
    }
    notes
}

fn change(change: &EncodingChange) -> String {
    let (at, from, to) = (change.at, harmless(&change.from), harmless(&change.to));
    if from == to {
        return format!("  byte {at}: {to} begins anew, since a byte is missing or too many; what follows is read");
    }
    format!("  byte {at}: the encoding changes from {from} to {to}; what follows is read")
}

fn column(column: &ColumnReport) -> String {
    let mut said = vec![column.reads.name().to_owned()];
    if column.because != Because::Asked {
        said.push(format!("by {} {:.0} %", column.because.name(), column.confidence * 100.0));
    }
    if column.lacks_plus {
        said.push("country code without +".to_owned());
    }
    if column.is_rounded {
        said.push("rounded by a spreadsheet".to_owned());
    }
    format!("{} ({})", harmless(&column.name), said.join(", "))
}

fn print_rejects(part: &PartReport, column: &ColumnReport) -> Result<()> {
    for (kind, counts) in &column.kinds {
        if counts.swapped > 0 {
            let name = harmless(&column.name);
            output::line(&format!("  {name}: {} {kind} moved to their own column", count(counts.swapped)))?;
        }
        for (reason, rejects) in counts.rejected.iter().filter(|(reason, _)| *reason != "empty") {
            let (name, places) = (harmless(&column.name), places(part, &rejects.first));
            output::line(&format!("  {name}: {} rejected as {kind}, {reason}{places}", count(rejects.count)))?;
        }
        left(part, column, kind, counts)?;
    }
    Ok(())
}

/// Prints what looks like an identifier and is not in the ledger, and why.
fn left(part: &PartReport, column: &ColumnReport, kind: &str, counts: &KindReport) -> Result<()> {
    let name = if column.name.is_empty() { "beyond the last column" } else { &column.name };
    let name = harmless(name);
    let KindReport { set_aside, not_read, .. } = counts;
    if set_aside.count > 0 {
        let (instead, places) = (harmless(&column.instead), places(part, &set_aside.first));
        output::line(&format!("  {name}: {} like {kind} set aside: {instead}{places}", count(set_aside.count)))?;
    }
    if not_read.count > 0 {
        let places = places(part, &not_read.first);
        output::line(&format!("  {name}: {} like {kind} seen and not read{places}", count(not_read.count)))?;
    }
    Ok(())
}

fn places(part: &PartReport, places: &[u64]) -> String {
    if places.is_empty() {
        return String::new();
    }
    let unit = if part.places_are_rows { "row" } else { "byte" };
    let places: Vec<_> = places.iter().map(ToString::to_string).collect();
    format!(" (first at {unit} {})", places.join(", "))
}

fn print_kinds(report: &Report) -> Result<()> {
    let mut rows = vec![["KIND", "FOUND", "REPEATED", "DISTINCT IN LEDGER", "REJECTED"].map(str::to_owned).to_vec()];
    let kinds = report.accepted.keys().chain(report.rejected.keys()).chain(report.distinct.keys());
    for kind in kinds.collect::<BTreeSet<_>>() {
        let reasons: Vec<_> =
            report.rejected.get(kind).into_iter().flatten().map(|(r, n)| format!("{r} {}", count(*n))).collect();
        let accepted = report.accepted.get(kind).copied().unwrap_or_default();
        rows.push(vec![
            kind.clone(),
            count(accepted),
            count(accepted.saturating_sub(report.added.get(kind).copied().unwrap_or_default())),
            count(report.distinct.get(kind).copied().unwrap_or_default()),
            if reasons.is_empty() { "0".to_owned() } else { reasons.join(", ") },
        ]);
    }
    output::table(&rows)
}

pub(crate) fn print_json(source: &str, report: &Report) -> Result<()> {
    let files: Vec<_> = report.files.iter().map(file_json).collect();
    let heavy =
        report.heavy.iter().map(|hitter| json!({ "kind": hitter.kind, "masked": hitter.masked, "rows": hitter.count }));
    let overlaps = report.overlaps.iter().map(|overlap| json!({ "source": overlap.source, "shared": overlap.shared }));
    let repeated = |(kind, accepted): (&String, &u64)| {
        let added = report.added.get(kind).copied().unwrap_or_default();
        (kind.clone(), json!(accepted.saturating_sub(added)))
    };
    output::json(&json!({
        "source": source,
        "rows": report.rows(),
        "malformed": report.malformed(),
        "found": report.accepted,
        "distinct": report.distinct,
        "repeated": report.accepted.iter().map(repeated).collect::<serde_json::Map<_, _>>(),
        "rejected": report.rejected,
        "accept_rate": report.accept_rate(),
        "heavy_hitters": heavy.collect::<Vec<_>>(),
        "overlaps": overlaps.collect::<Vec<_>>(),
        "bytes": report.files.iter().map(|file| file.bytes).sum::<u64>(),
        "seconds": report.took.as_secs_f64(),
        "was_published": report.was_published,
        "seen": sum(report, FileReport::seen),
        "set_aside": sum(report, FileReport::set_aside),
        "not_read": sum(report, FileReport::not_read),
        "complete": report.incomplete.is_empty(),
        "incomplete": report.incomplete.iter().map(|(path, cause)| json!({ "path": shown(path), "cause": cause })).collect::<Vec<_>>(),
        "files": files,
    }))
}

fn sum(report: &Report, count: fn(&FileReport) -> u64) -> u64 {
    report.files.iter().map(count).fold(0, u64::saturating_add)
}

fn file_json(file: &FileReport) -> Value {
    let columns = file.columns().into_iter().map(|(name, kind)| json!({ "column": name, "kind": kind }));
    json!({
        "path": shown(&file.path),
        "sha256": file.sha256,
        "bytes": file.bytes,
        "format": file.format(),
        "compression": file.compression(),
        "rows": file.rows(),
        "malformed": file.malformed(),
        "columns": columns.collect::<Vec<_>>(),
        "damage": file.damages(),
        "resumed": file.resumed,
        "parts": file.parts,
        "unlisted_parts": file.unlisted,
        "entries": file.entries,
        "skipped": file.skipped,
    })
}
