//! Columns of fixed width below a rule of dashes and blanks. Programs count characters, columns of
//! a terminal or bytes; the count under which no word reaches over the end of its column is right.

use super::rule::Rule;

/// Blanks that part columns where they are not where the rule says.
const GAP: &str = "  ";

/// A count of positions in a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    Characters,
    /// Chinese characters and the like are two wide.
    Wide,
    Bytes,
}

const MEASURES: [Measure; 3] = [Measure::Wide, Measure::Characters, Measure::Bytes];

impl Measure {
    fn width(self, c: char) -> usize {
        let is_wide = matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd);
        match self {
            Self::Characters => 1,
            Self::Wide => 1 + usize::from(is_wide),
            Self::Bytes => c.len_utf8(),
        }
    }
}

#[derive(Default)]
pub(super) struct Fixed {
    /// For each line of a row, its columns.
    lines: Vec<Line>,
    /// The line of a row that comes next.
    next: usize,
    has_rows: bool,
    /// Whether blank lines came: then only what is certainly a row continues the table.
    is_paused: bool,
}

struct Line {
    spans: Vec<(usize, usize)>,
    /// The whole header, and the names in it.
    header: String,
    headers: Vec<String>,
    /// The measure that fitted last.
    measure: Measure,
}

impl Fixed {
    /// Whether no row has come yet.
    pub(super) fn is_new(&self) -> bool {
        !self.has_rows && !self.is_paused
    }

    /// Whether a rule is the end of the table, and the line before it a row: not where that is the
    /// header again, on another page.
    pub(super) fn is_ended_by(&self, rule: &Rule, before: &str) -> bool {
        let is_same = |line: &Line| line.spans == rule.spans && line.header != before.trim();
        self.has_rows && !self.is_paused && self.lines.iter().any(is_same)
    }

    pub(super) fn pause(&mut self) {
        self.next = 0;
        self.is_paused = self.has_rows;
    }

    pub(super) fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// Adds a line of a row: its header and its rule.
    pub(super) fn add_line(&mut self, header: &str, rule: &Rule) {
        let spans = rule.spans.clone();
        let names = cells(header, &spans, MEASURES[0]).or_else(|| cells(header, &spans, Measure::Characters));
        let names = names.or_else(|| parted(header, spans.len()));
        let headers = names.map_or_else(
            || (1..=spans.len()).map(|number| number.to_string()).collect(),
            |names| names.into_iter().map(str::to_owned).collect(),
        );
        self.lines.push(Line { spans, header: header.trim().to_owned(), headers, measure: MEASURES[0] });
    }

    /// The cells of a row, each with its header; `None` if the line is none.
    pub(super) fn row<'l>(&'l mut self, text: &'l str) -> Option<Vec<(&'l str, &'l str)>> {
        let index = self.next % self.lines.len().max(1);
        let line = self.lines.get_mut(index)?;
        let fitting = |measure: Measure| Some((measure, cells(text, &line.spans, measure)?));
        let found = fitting(line.measure).or_else(|| MEASURES.into_iter().find_map(fitting));
        // A sentence has as many words as some tables have columns.
        let by_words = || (!self.is_paused).then(|| parted(text, line.spans.len())).flatten();
        let (measure, values) = found.or_else(|| Some((line.measure, by_words()?)))?;
        let filled = values.iter().filter(|value| !value.is_empty()).count();
        if self.is_paused && filled < line.spans.len().div_ceil(2) {
            return None;
        }
        line.measure = measure;
        (self.has_rows, self.is_paused, self.next) = (true, false, index + 1);
        let line = &self.lines[index];
        let filled = line.headers.iter().map(String::as_str).zip(values).filter(|(_, value)| !value.is_empty());
        Some(filled.collect())
    }
}

/// The cells of a line by the positions of its columns; `None` if a word reaches over the end of
/// one.
fn cells<'l>(text: &'l str, spans: &[(usize, usize)], measure: Measure) -> Option<Vec<&'l str>> {
    let mut found = vec![""; spans.len()];
    let (mut at, mut column, mut start, mut end) = (0, 0, 0, 0);
    for (offset, c) in text.char_indices() {
        let width = measure.width(c);
        if !c.is_whitespace() {
            // The last column may be as wide as it likes.
            while column + 1 < spans.len() && at >= spans[column].1 {
                found[column] = &text[start..end];
                column += 1;
                (start, end) = (offset, offset);
            }
            if at < spans[column].0 || (column + 1 < spans.len() && at + width > spans[column].1) {
                return None;
            }
            if start == end {
                start = offset;
            }
            end = offset + c.len_utf8();
        }
        at += if c == '\t' { 8 - at % 8 } else { width };
    }
    found[column] = &text[start..end];
    Some(found.into_iter().map(str::trim).collect())
}

/// The cells of a line that stand apart by two blanks or a tab; `None` if they are not as many.
fn parted(text: &str, columns: usize) -> Option<Vec<&str>> {
    let by_gap = || text.split(GAP).flat_map(|part| part.split('\t')).map(str::trim).filter(|part| !part.is_empty());
    if by_gap().count() == columns {
        return Some(by_gap().collect());
    }
    (text.split_whitespace().count() == columns).then(|| text.split_whitespace().collect())
}
