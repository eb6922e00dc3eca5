//! An inspection as text: tables, and histograms drawn as bars.

use super::anonymity::{self, Row};
use crate::forms;
use crate::output::{count, harmless, line, table};
use crate::settings::shown;
use anyhow::Result;
use exposure_client::MIN_POSSIBLE;
use exposure_index::{Distribution, FORMAT_VERSION, Index, Inspection, Ranges, SourceTable, TEST_SOURCE};
use std::path::Path;

/// Length of the longest bar, in characters.
const BAR_WIDTH: u64 = 40;

pub(super) fn all(path: &Path, index: &Index, inspection: &Inspection) -> Result<()> {
    identity(path, index)?;
    sizes(index, inspection)?;
    spreads(inspection)?;
    contents(index.table(), inspection)?;
    anonymity(index)
}

fn identity(path: &Path, index: &Index) -> Result<()> {
    let header = index.header();
    let key = header.public_key.map_or_else(|| "none: anybody can test every number".to_owned(), |key| key.to_string());
    let widths = format!(
        "{}-bit tags: {} bits leaf, {} high, {} low; {}-bit seals",
        header.digest_bits,
        header.depth,
        header.digest_bits - header.depth - header.low_bits,
        header.low_bits,
        header.seal_bits
    );
    let rows = [
        ("file", shown(path)),
        ("index", index.id().to_owned()),
        ("format", format!("version {FORMAT_VERSION}")),
        ("scheme", header.scheme.to_string()),
        ("epoch", header.epoch.to_string()),
        ("public key", key),
        ("records", count(header.records)),
        ("widths", widths),
    ];
    table(&rows.map(|(name, value)| vec![name.to_owned(), value]))
}

fn sizes(index: &Index, inspection: &Inspection) -> Result<()> {
    heading("SIZES")?;
    let share = |bytes: u64| format!("{:.2} %", bytes as f64 * 100.0 / index.bytes() as f64);
    let row = |name: &str, bytes: u64| vec![name.to_owned(), count(bytes), share(bytes)];
    let mut rows = vec![row("whole file", index.bytes() as u64)];
    let leaf = inspection.leaf_bytes;
    for (name, bytes) in inspection.sections {
        rows.push(row(&format!("  {name}"), bytes));
        if name == "leaves" {
            for (name, bytes) in [("heads", leaf.heads), ("high bits", leaf.high), ("low bits", leaf.low)] {
                rows.push(row(&format!("    {name}"), bytes));
            }
            rows.push(row("    seals", leaf.seals));
        }
    }
    table(&align(rows))?;
    let Some((bits, limit)) = inspection.tag_bits.zip(inspection.limit_bits) else { return Ok(()) };
    line("")?;
    line(&format!(
        "{bits:.3} bits per tag; the information-theoretic minimum is {limit:.3}. This index takes {:.3} times that.",
        bits / limit
    ))?;
    match inspection.sealed_bits {
        Some(sealed) if sealed > 0.0 => {
            line(&format!("{sealed:.3} more bits per seal, which look random and cannot be compressed."))
        }
        _ => line("There are no seals: an index with at most one source set needs none."),
    }
}

fn spreads(inspection: &Inspection) -> Result<()> {
    let spreads = inspection.ranges.iter().map(|(bits, Ranges { entries, .. })| (format!("{bits}-bit range"), entries));
    let spreads: Vec<_> = [("leaf".to_owned(), &inspection.leaves)].into_iter().chain(spreads).collect();
    heading("ENTRIES")?;
    let mut rows = vec![["", "COUNT", "MIN", "MEDIAN", "P90", "P99", "MAX"].map(str::to_owned).to_vec()];
    for (name, Distribution { count: parts, min, median, p90, p99, max, .. }) in &spreads {
        let numbers = [parts, min, median, p90, p99, max].map(|&number| count(number));
        rows.push([vec![format!("per {name}")], numbers.to_vec()].concat());
    }
    table(&align(rows))?;
    for (bits, Ranges { entries, text_bytes, packed_bytes }) in &inspection.ranges {
        let (lines, bytes, packed) = (count(entries.max), count(*text_bytes), count(*packed_bytes));
        line(&format!(
            "A {bits}-bit range is {packed} bytes packed, or {bytes} bytes of text, padded to {lines} lines."
        ))?;
    }
    for (name, spread) in &spreads {
        heading(&format!("ENTRIES PER {}", name.to_uppercase()))?;
        table(&align(bars(spread)))?;
    }
    Ok(())
}

fn bars(spread: &Distribution) -> Vec<Vec<String>> {
    let longest = spread.bars.iter().map(|bar| bar.count).max().unwrap_or_default().max(1);
    let row = |bar: &exposure_index::Bar| {
        // Rounded up, so that no count above zero has an empty bar.
        let width = (u128::from(bar.count) * u128::from(BAR_WIDTH)).div_ceil(u128::from(longest)) as usize;
        let range =
            if bar.from == bar.to { count(bar.from) } else { format!("{}–{}", count(bar.from), count(bar.to)) };
        vec![range, count(bar.count), "█".repeat(width)]
    };
    spread.bars.iter().map(row).collect()
}

fn contents(sources: &SourceTable, inspection: &Inspection) -> Result<()> {
    heading("SOURCES")?;
    let mut rows = vec![["SOURCE", "KIND", "CANONICAL VERSION", "IDENTIFIERS"].map(str::to_owned).to_vec()];
    for source in &sources.sources {
        let slug = &source.slug;
        let slug = if slug == TEST_SOURCE { "test (the test entry, not a leak)" } else { slug };
        rows.extend(source.kinds.iter().map(|(kind, &number)| {
            let version = source.canonical_version(kind).to_string();
            vec![harmless(slug), harmless(kind), version, count(number)]
        }));
    }
    rows.extend(sources.kinds.iter().map(|(kind, &number)| {
        let versions: Vec<_> = sources.canonical_versions(kind).iter().map(u16::to_string).collect();
        vec!["total distinct".to_owned(), harmless(kind), versions.join(", "), count(number)]
    }));
    table(&rows)?;
    forms::note(sources)?;
    for (size, sets) in &inspection.sets_by_size {
        let (size, sets) = (count(*size as u64), count(*sets));
        line(&format!("Source sets of size {size}: {sets}. How many entries each set has is sealed."))?;
    }
    Ok(())
}

fn anonymity(index: &Index) -> Result<()> {
    let served = index.header().served();
    heading("ANONYMITY: POSSIBLE IDENTIFIERS PER PREFIX")?;
    let lengths = served.iter().map(|bits| format!("{bits} BITS"));
    let head = ["KIND", "EXAMPLE", "POSSIBLE"].map(str::to_owned).into_iter().chain(lengths);
    let mut rows = vec![head.chain(["CLIENT".to_owned()]).collect::<Vec<_>>()];
    rows.extend(anonymity::rows(index.header(), index.table()).iter().map(|row| anonymity_row(row, &served)));
    table(&rows)?;
    line(&format!("* fewer than {}: a client sends no prefix of this length.", count(MIN_POSSIBLE)))
}

fn anonymity_row(row: &Row, served: &[u8]) -> Vec<String> {
    let left = served.iter().map(|bits| match row.left.get(bits) {
        Some(&left) if left < MIN_POSSIBLE => format!("{} *", count(left)),
        Some(&left) => count(left),
        None => "unknown".to_owned(),
    });
    let client = match (row.possible, row.asked_with()) {
        (None, _) => "unknown kind".to_owned(),
        (_, None) => "refuses to check".to_owned(),
        (_, Some(bits)) => format!("sends {bits} bits"),
    };
    let possible = row.possible.map_or_else(|| "unknown".to_owned(), count);
    let first = [harmless(&row.kind), row.example.unwrap_or_default().to_owned(), possible];
    first.into_iter().chain(left).chain([client]).collect()
}

fn heading(text: &str) -> Result<()> {
    line("")?;
    line(text)
}

/// Right-aligns columns of numbers.
fn align(mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    for column in 0..columns {
        let numeric = |cell: &String| cell.ends_with(|c: char| c.is_ascii_digit() || c == '%');
        let cells = || rows.iter().skip(1).filter_map(|row| row.get(column));
        if !cells().all(numeric) {
            continue;
        }
        let width = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
        for cell in rows.iter_mut().filter_map(|row| row.get_mut(column)) {
            *cell = format!("{cell:>width$}", width = width.unwrap_or_default());
        }
    }
    rows
}
