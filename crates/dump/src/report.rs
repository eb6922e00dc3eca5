//! The report of an input. Counts, names and positions, never values.

use crate::container::Walked;
use crate::encoding::EncodingChange;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Positions that are kept for each reason of rejection, the first ones.
pub(crate) const POSITIONS: usize = 3;

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

/// One text or table: a file, or a member of an archive.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PartReport {
    /// Its path in archives; `None` for a plain file.
    pub name: Option<String>,
    /// How it was compressed and packed, outermost first.
    pub compression: String,
    /// Its encoding; empty for binary formats.
    pub encoding: String,
    /// Between 0 and 1.
    pub encoding_confidence: f64,
    /// Where it goes on in another encoding, the first of these places. What follows is read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub encoding_changes: Vec<EncodingChange>,
    /// The format of its records.
    pub format: String,
    /// Between 0 and 1.
    pub format_confidence: f64,
    /// Records read, without headers.
    pub rows: u64,
    /// Of them, those that were skipped whole: not of the format, or too long.
    pub malformed: u64,
    /// Positions of the first of them.
    pub malformed_at: Vec<u64>,
    /// Limits that were exceeded by what was skipped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<String>,
    /// Byte sequences that are not characters of the encoding.
    pub unreadable: u64,
    /// Rows with more or fewer fields than the others. They are read as far as their fields say
    /// what they are.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub other_width: u64,
    /// What looks like an identifier, wherever it is: the sum of what the columns say of each.
    #[serde(default)]
    pub seen: u64,
    /// The columns that were read, and whatever else held what looks like an identifier.
    pub columns: Vec<ColumnReport>,
    /// Why it was not read, if it was not.
    pub skipped: Option<String>,
    /// What is wrong with it, if anything; the rest of it was not read.
    pub damage: Option<String>,
    /// Whether positions are numbers of rows from 1, not bytes of the decoded text from 0.
    pub places_are_rows: bool,
    /// The first rows, masked, if requested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<Vec<String>>,
}

/// A column: how it was detected, and what it held.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnReport {
    /// Header, number or path; preceded by the table and a full stop, if there are several.
    pub name: String,
    /// The kind that it was read as, `text`, `undecided` or `set aside`.
    pub reads: String,
    /// What it holds instead, if it is set aside.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instead: String,
    /// `asked`, `header` or `values`.
    pub because: String,
    /// Between 0 and 1.
    pub confidence: f64,
    /// Region of its phone numbers.
    pub region: String,
    /// Its phone numbers lack the plus of their calling codes.
    pub lacks_plus: bool,
    /// A spreadsheet has turned its last digits into zeros.
    pub is_rounded: bool,
    /// By kind.
    pub kinds: BTreeMap<String, KindReport>,
}

/// What a column held of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KindReport {
    /// Identifiers, including repeated ones.
    pub accepted: u64,
    /// Of them, those found in another column of their row, whose value was in this one.
    pub swapped: u64,
    /// Cells, or pieces of cells, that were rejected: by reason code.
    pub rejected: BTreeMap<String, Rejects>,
    /// What looks like one, in a column that is known to hold something else.
    #[serde(default, skip_serializing_if = "Rejects::is_none")]
    pub set_aside: Rejects,
    /// What looks like one, and was not read: nothing says what it is.
    #[serde(default, skip_serializing_if = "Rejects::is_none")]
    pub not_read: Rejects,
}

/// Rejections for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejects {
    /// How many.
    pub count: u64,
    /// Positions of the first rows with it.
    pub first: Vec<u64>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Rejects {
    fn is_none(&self) -> bool {
        self.count == 0
    }

    /// Adds rejections and their positions; the first ones are kept.
    pub(crate) fn add(&mut self, count: u64, positions: &[u64]) {
        self.count = self.count.saturating_add(count);
        keep_first(&mut self.first, positions);
    }
}

/// Whether a name of a table or a key looks like part of a schema, and not like a value of the
/// dump.
pub(crate) fn is_schema_name(name: &str) -> bool {
    let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    is_plain && (1..=32).contains(&name.len()) && name.bytes().filter(u8::is_ascii_digit).count() < 5
}

/// What is reported as a column and is none.
pub(crate) const ROWS_OF_OTHER_WIDTH: &str = "rows of another width";
pub(crate) const TEXT_OUTSIDE: &str = "text outside of rows";

/// The names of paths into JSON that are not shown; one is followed by a number.
pub(crate) const LATE_PATH: &str = "a path that came up late";
pub(crate) const NUMBERED_PATH: &str = "path ";

/// Keeps the first few of two lists of positions.
pub(crate) fn keep_first(kept: &mut Vec<u64>, more: &[u64]) {
    kept.extend_from_slice(more);
    kept.sort_unstable();
    kept.dedup();
    kept.truncate(POSITIONS);
}

impl PartReport {
    /// Numbers of values that are identifiers, and of non-empty values that are not.
    pub fn judged(&self) -> (u64, u64) {
        let kinds = self.columns.iter().filter(|column| column.is_of_a_kind()).flat_map(|column| column.kinds.values());
        kinds.fold((0, 0_u64), |(accepted, refused): (u64, u64), kind| {
            let here = kind.rejected.iter().filter(|(reason, _)| *reason != "empty").map(|(_, rejects)| rejects.count);
            let here = here.fold(0, u64::saturating_add);
            (accepted.saturating_add(kind.accepted), refused.saturating_add(here))
        })
    }

    /// Identifiers found in it.
    pub fn accepted(&self) -> u64 {
        self.sum(|kind| kind.accepted)
    }

    /// What looks like an identifier and was not read.
    pub fn not_read(&self) -> u64 {
        self.sum(|kind| kind.not_read.count)
    }

    /// What looks like an identifier, in columns that are known to hold something else.
    pub fn set_aside(&self) -> u64 {
        self.sum(|kind| kind.set_aside.count)
    }

    /// Whether all that was seen is accounted for: read, rejected, set aside or not read.
    pub fn is_accounted_for(&self) -> bool {
        self.seen == self.sum(KindReport::seen)
    }

    fn sum(&self, count: impl Fn(&KindReport) -> u64) -> u64 {
        self.columns.iter().flat_map(|column| column.kinds.values()).map(count).fold(0, u64::saturating_add)
    }
}

impl ColumnReport {
    /// Whether it was read as identifiers of one kind.
    pub fn is_of_a_kind(&self) -> bool {
        !matches!(self.reads.as_str(), "text" | "undecided" | "set aside")
    }

    /// Whether it is no column, but text from which no values are taken.
    pub fn is_passed_over(&self) -> bool {
        self.because == "passed over"
    }

    /// Whether it is a path into JSON that is not shown, since its keys may be data.
    pub fn is_hidden_path(&self) -> bool {
        self.name.ends_with(LATE_PATH) || self.name.starts_with(NUMBERED_PATH)
    }

    /// Whether `--column` cannot name it, since it is no column.
    pub fn is_no_column(&self) -> bool {
        self.is_passed_over() || [ROWS_OF_OTHER_WIDTH, TEXT_OUTSIDE].iter().any(|name| self.name.ends_with(name))
    }

    /// Whether anything of it was read.
    pub fn is_read(&self) -> bool {
        self.is_of_a_kind() || self.reads == "text" || self.kinds.values().any(|kind| kind.accepted > 0)
    }
}

impl KindReport {
    /// All that looks like an identifier of the kind, whatever was done with it.
    pub(crate) fn seen(&self) -> u64 {
        let rejected = self.rejected.iter().filter(|(reason, _)| *reason != "empty").map(|(_, rejects)| rejects.count);
        rejected.chain([self.accepted, self.set_aside.count, self.not_read.count]).fold(0, u64::saturating_add)
    }

    /// Adds the counts of another report, without its positions.
    fn add(&mut self, other: Self) {
        self.accepted = self.accepted.saturating_add(other.accepted);
        self.swapped = self.swapped.saturating_add(other.swapped);
        for (reason, rejects) in other.rejected {
            self.rejected.entry(reason).or_default().add(rejects.count, &[]);
        }
        self.set_aside.add(other.set_aside.count, &[]);
        self.not_read.add(other.not_read.count, &[]);
    }
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
            let pair = (column.name.clone(), column.reads.clone());
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
