//! Which of several plausible formats a text is of: its head is read in each, and the one wins that
//! explains most of what looks like an identifier.

use super::by_format;
use super::context::{Context, Extractor};
use super::part::Part;
use crate::error::DumpError;
use crate::format::detect::Format;
use crate::report::{ColumnReport, PartReport, ReadAs};

/// Confidence from which a text is of a format, although nothing in its head says more.
const SURE: f64 = 0.9;

/// The format that explains most of the head.
pub(super) fn best(
    context: &Context<'_>,
    mut formats: Vec<(Format, f64)>,
    head: &str,
    is_whole: bool,
    part: &Part,
) -> Result<(Format, f64), DumpError> {
    if formats.len() == 1 {
        return Ok(formats.swap_remove(0));
    }
    // The last line may be incomplete.
    let end = if is_whole { head.len() } else { head.rfind('\n').map_or(head.len(), |at| at + 1) };
    let head = &head[..end];
    let trial = Context { extractor: Extractor::new(context.extractor.order, &(), 0), ..*context };
    let mut best: Option<(usize, Explained)> = None;
    // The likeliest that does not have what was asked for.
    let mut refused = None;
    for (index, (format, _)) in formats.iter().enumerate() {
        if matches!(format, Format::Text) {
            continue;
        }
        let mut scratch = part.scratch();
        match by_format::text(&trial, format.clone(), head, &mut head.as_bytes(), &mut scratch) {
            Ok(()) => {}
            Err(DumpError::Sink) => return Err(DumpError::Sink),
            // What it asks for is not in this reading.
            Err(_) => {
                refused.get_or_insert(index);
                continue;
            }
        }
        if scratch.report.skipped.is_some() && !part.specs.is_empty() {
            refused.get_or_insert(index);
            continue;
        }
        let explained = Explained::by(&scratch.report);
        if best.is_none_or(|(_, other)| explained.is_better_than(&other)) {
            best = Some((index, explained));
        }
    }
    let in_text = if part.specs.is_empty() { searched(head, part) } else { 0 };
    let chosen = match best {
        Some((_, explained)) if explained.is_nothing() => {
            formats.iter().position(|(format, confidence)| match format {
                Format::Delimited(table) => table.is_certain() || (is_whole && table.width > 1 && in_text == 0),
                Format::Text => false,
                Format::Json | Format::Sql | Format::Layout(_) => *confidence >= SURE,
            })
        }
        Some((_, explained)) if explained.cuts_numbers(in_text) => None,
        Some((index, explained)) if !part.specs.is_empty() || explained.is_of_columns() => Some(index),
        // What is missing is said when it is read.
        None => refused,
        _ => None,
    };
    Ok(formats.swap_remove(chosen.unwrap_or(formats.len() - 1)))
}

/// How many identifiers a search of the text finds.
fn searched(text: &str, part: &Part) -> u64 {
    let mut count = 0;
    part.detector.scanner().scan(text, |_| count += 1);
    count
}

/// What a reading of the head explains.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Explained {
    /// Identifiers in columns: read, set aside, or waiting for a decision; less what speaks against
    /// the reading.
    score: f64,
    /// What looks like an identifier in a column of bare values.
    by_columns: u64,
    /// What looks like one outside of rows, or in rows of another width.
    loose: u64,
    /// What looks like one among words.
    among_words: u64,
}

/// Weights of what was seen: an identifier among words is explained less well than one in a column
/// of its own, and what would be left still less. What is rejected speaks against a reading.
const AMONG_WORDS: f64 = 0.5;
const UNDECIDED: f64 = 0.7;
const NOT_READ: f64 = 0.3;
const REJECTED: f64 = -0.25;
const MALFORMED: f64 = -0.5;
const OTHER_WIDTH: f64 = -0.25;

/// How much may be loose for each identifier in a column, before a table is none.
const LOOSE_FOR_EACH: u64 = 4;

impl Explained {
    fn by(report: &PartReport) -> Self {
        let mut all = Self { score: 0.0, by_columns: 0, loose: 0, among_words: 0 };
        for column in &report.columns {
            all.add(column);
        }
        all.score += MALFORMED * report.malformed as f64 + OTHER_WIDTH * report.other_width as f64;
        all
    }

    fn add(&mut self, column: &ColumnReport) {
        for kind in column.kinds.values() {
            let counted = kind.rejected.iter().filter(|(reason, _)| !matches!(reason.as_str(), "empty" | "masked"));
            let rejected: u64 = counted.map(|(_, rejects)| rejects.count).sum();
            if column.reads == ReadAs::Text {
                self.score += AMONG_WORDS * kind.accepted as f64;
                *(if column.is_loose() { &mut self.loose } else { &mut self.among_words }) += kind.accepted;
            } else {
                let weight = if column.reads == ReadAs::Undecided { UNDECIDED } else { 1.0 };
                self.score += weight * kind.accepted as f64 + kind.set_aside.count as f64;
                self.score += NOT_READ * kind.not_read.count as f64;
                self.by_columns += kind.accepted + kind.set_aside.count + kind.not_read.count + rejected;
            }
            self.score += REJECTED * rejected as f64;
        }
    }

    /// Whether columns explain what was seen, so that it is not running text.
    fn is_of_columns(&self) -> bool {
        self.by_columns > 0 && self.by_columns >= self.loose / LOOSE_FOR_EACH
    }

    /// Whether nothing was seen: then it explains nothing.
    fn is_nothing(&self) -> bool {
        self.by_columns + self.loose + self.among_words == 0
    }

    /// Whether it sees less than half of what a search of the text alone does: then its delimiters
    /// cut numbers apart.
    fn cuts_numbers(&self, in_text: u64) -> bool {
        2 * (self.by_columns + self.loose + self.among_words) < in_text
    }

    /// Whether this reading explains more than another one that is as likely or likelier.
    fn is_better_than(&self, other: &Self) -> bool {
        match (self.is_nothing(), other.is_nothing()) {
            (true, _) => false,
            (false, true) => true,
            (false, false) => self.score > other.score + f64::EPSILON,
        }
    }
}
