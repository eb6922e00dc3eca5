//! Which of several plausible formats a text is of: its head is read in each, and the one wins that
//! explains most of what looks like an identifier.

use crate::report::{ColumnReport, PartReport, ROWS_OF_OTHER_WIDTH, TEXT_OUTSIDE};

/// What a reading of the head explains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Explained {
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
    pub(super) fn by(report: &PartReport) -> Self {
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
            if column.reads == "text" {
                self.score += AMONG_WORDS * kind.accepted as f64;
                let is_loose = [ROWS_OF_OTHER_WIDTH, TEXT_OUTSIDE].iter().any(|name| column.name.ends_with(name));
                *(if is_loose { &mut self.loose } else { &mut self.among_words }) += kind.accepted;
            } else {
                let weight = if column.reads == "undecided" { UNDECIDED } else { 1.0 };
                self.score += weight * kind.accepted as f64 + kind.set_aside.count as f64;
                self.score += NOT_READ * kind.not_read.count as f64;
                self.by_columns += kind.accepted + kind.set_aside.count + kind.not_read.count + rejected;
            }
            self.score += REJECTED * rejected as f64;
        }
    }

    /// Whether columns explain what was seen, so that it is not running text.
    pub(super) fn is_of_columns(&self) -> bool {
        self.by_columns > 0 && self.by_columns >= self.loose / LOOSE_FOR_EACH
    }

    /// Whether nothing was seen: then it explains nothing.
    pub(super) fn is_nothing(&self) -> bool {
        self.by_columns + self.loose + self.among_words == 0
    }

    /// Whether it sees less than half of what a search of the text alone does: then its delimiters
    /// cut numbers apart.
    pub(super) fn cuts_numbers(&self, in_text: u64) -> bool {
        2 * (self.by_columns + self.loose + self.among_words) < in_text
    }

    /// Whether this reading explains more than another one that is as likely or likelier.
    pub(super) fn is_better_than(&self, other: &Self) -> bool {
        match (self.is_nothing(), other.is_nothing()) {
            (true, _) => false,
            (false, true) => true,
            (false, false) => self.score > other.score + f64::EPSILON,
        }
    }
}
