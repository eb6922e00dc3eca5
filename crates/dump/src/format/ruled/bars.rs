//! The state of a table whose columns are between bars.

use super::rule::Rule;

/// A table whose columns are between bars.
pub(super) struct Bars {
    pub(super) rule: Rule,
    /// The names of the columns, if known.
    pub(super) headers: Vec<String>,
    /// The first row below a first rule: names, if another rule follows.
    pub(super) first: Option<(u64, Vec<String>)>,
    /// Whether the first row is still to come.
    pub(super) is_new: bool,
    /// Whether the last line was a rule.
    pub(super) is_after_rule: bool,
    /// A row that has not all of its bars yet: its position, its text, its lines.
    pub(super) partial: Option<(u64, String, usize)>,
}

impl Bars {
    /// A table that begins with this rule.
    pub(super) fn new(rule: Rule, headers: Vec<String>) -> Self {
        let is_new = headers.is_empty();
        Self { rule, headers, first: None, is_new, is_after_rule: true, partial: None }
    }
}
