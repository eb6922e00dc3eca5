//! An input file: its parts, and sums over them.

use super::part::PartReport;
use crate::container::Walked;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Members of an archive that are listed one by one; the others are summed up.
const LISTED_PARTS: usize = 1_000;

/// One input file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FileReport {
    /// As given.
    pub path: PathBuf,
    /// SHA-256 of it as stored, in lower-case hex.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The texts and tables in it: the file itself, or the members of an archive.
    pub parts: Vec<PartReport>,
    /// Members that are not listed, since there are too many.
    pub unlisted: u64,
    /// Entries of archives in it.
    pub entries: u64,
    /// Of them, those that were not read: neither text nor table, encrypted, links.
    pub skipped: u64,
    /// What is wrong with it, if anything; the rest of it was not read.
    pub damage: Option<String>,
    /// It was read by an attempt that was stopped later.
    pub resumed: bool,
}

impl FileReport {
    /// Lists a part, or sums it up with others that are not listed.
    pub fn push(&mut self, part: PartReport) {
        if self.parts.len() < LISTED_PARTS {
            self.parts.push(part);
            return;
        }
        self.unlisted += 1;
        let rest = self.parts.last_mut().expect("the list is full");
        rest.name = Some("…".to_owned());
        rest.rows = rest.rows.saturating_add(part.rows);
        rest.malformed = rest.malformed.saturating_add(part.malformed);
        rest.unreadable = rest.unreadable.saturating_add(part.unreadable);
        rest.other_width = rest.other_width.saturating_add(part.other_width);
        rest.seen = rest.seen.saturating_add(part.seen);
        rest.damage = rest.damage.take().or(part.damage);
        for column in part.columns {
            let has_room = rest.columns.len() < LISTED_PARTS;
            match rest.columns.iter_mut().find(|known| (&known.name, &known.reads) == (&column.name, &column.reads)) {
                Some(known) => column.kinds.into_iter().for_each(|(name, kind)| {
                    known.kinds.entry(name).or_default().add(kind);
                }),
                None if has_room => rest.columns.push(column),
                // What is not listed is counted all the same.
                None => {
                    let last = rest.columns.last_mut().expect("the list is full");
                    "…".clone_into(&mut last.name);
                    column.kinds.into_iter().for_each(|(name, kind)| last.kinds.entry(name).or_default().add(kind));
                }
            }
        }
    }

    /// Adds what the walk found, except for damage that a part already reports.
    pub fn walked(&mut self, walked: Walked) {
        (self.sha256, self.bytes) = (walked.sha256, walked.bytes);
        (self.entries, self.skipped) = (walked.entries, walked.skipped);
        let said = walked.damage.map(|damage| damage.to_string());
        let is_known = self.parts.iter().any(|part| part.damage == said);
        self.damage = said.filter(|_| !is_known).map(|said| match walked.damaged_member {
            Some(member) => format!("{member}: {said}"),
            None => said,
        });
        let others = walked.damages.saturating_sub(1);
        if others > 0 && self.damage.is_some() {
            self.damage = self.damage.take().map(|said| format!("{said} (and at {others} more positions)"));
        }
    }

    /// Records read in it.
    pub fn rows(&self) -> u64 {
        self.sum(|part| part.rows)
    }

    /// Records that were skipped whole.
    pub fn malformed(&self) -> u64 {
        self.sum(|part| part.malformed)
    }

    /// What looks like an identifier in it, wherever it is.
    pub fn seen(&self) -> u64 {
        self.sum(|part| part.seen)
    }

    /// Of it, what is in columns that are known to hold something else.
    pub fn set_aside(&self) -> u64 {
        self.sum(PartReport::set_aside)
    }

    /// Of it, what was not read.
    pub fn not_read(&self) -> u64 {
        self.sum(PartReport::not_read)
    }

    fn sum(&self, count: impl Fn(&PartReport) -> u64) -> u64 {
        self.parts.iter().map(count).fold(0, u64::saturating_add)
    }

    /// Its formats, each once.
    pub fn format(&self) -> String {
        joined(self.parts.iter().map(|part| part.format.as_str()))
    }

    /// Its compressions, each once.
    pub fn compression(&self) -> String {
        joined(self.parts.iter().map(|part| part.compression.as_str()))
    }

    /// The columns that were read, and the kind of each, each once.
    pub fn columns(&self) -> Vec<(String, String)> {
        let mut columns: Vec<_> = Vec::new();
        for column in self.parts.iter().flat_map(|part| &part.columns).filter(|column| column.is_read()) {
            let pair = (column.name.clone(), column.reads.name().to_owned());
            if !columns.contains(&pair) {
                columns.push(pair);
            }
        }
        columns
    }

    /// What is wrong with it or with any of its parts, each preceded by the part's name.
    pub fn damages(&self) -> Vec<String> {
        let of_parts = self.parts.iter().filter_map(|part| {
            let damage = part.damage.as_ref()?;
            Some(part.name.as_ref().map_or_else(|| damage.clone(), |name| format!("{name}: {damage}")))
        });
        let mut all: Vec<_> = of_parts.chain(self.damage.clone()).collect();
        all.dedup();
        all
    }
}

fn joined<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for name in names.filter(|name| !name.is_empty()) {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen.join("; ")
}
