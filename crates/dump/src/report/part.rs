//! One text or table of an input: what it is, and sums over its columns.

use super::column::{ColumnReport, KindReport};
use crate::encoding::EncodingChange;
use serde::{Deserialize, Serialize};

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

fn is_zero(count: &u64) -> bool {
    *count == 0
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
