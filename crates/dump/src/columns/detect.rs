//! Detects which columns hold which kind: by request, by header, and by the share of values that
//! pass. A column is detected as a whole, since a single cell does not show whether its plus or its
//! last digits are missing.
//!
//! Works on a sample of rows from the head of a file or table. Owns the rules and the thresholds.
//! Does not split rows (the readers do) or validate values (`exposure-identifier` does).

use crate::columns::column::{Because, Column, ColumnSpec, Reads};
use crate::columns::other_headers::is_other_header;
use exposure_identifier::{Kind, Rules, Scanner, Tier};
use std::borrow::Cow;

/// Values of a column that are sampled.
pub(crate) const SAMPLE: usize = 1_000;

/// Share of values that must pass where no header names their kind. Random digits pass in a few
/// percent of cases.
const SHARE_OF_VALUES: f64 = 0.8;

/// Number of values below which no share is computed.
const VALUES_AT_LEAST: usize = 3;

/// A header is overruled if the values are detected as another kind, and less than this share of
/// them pass as the header's.
const SHARE_AGAINST_HEADER: f64 = 0.5;

/// Share of digit-only phone numbers that must be valid behind a plus for the whole column to count
/// as lacking it.
const SHARE_WITHOUT_PLUS: f64 = 0.95;

/// Share of 18-digit numbers ending in 000 above which a spreadsheet has rounded them. Of real IDs,
/// 1 in 1,100 ends so.
const SHARE_ROUNDED: f64 = 0.02;

/// Digits that a floating-point number preserves.
pub(crate) const FLOAT_DIGITS: usize = 15;

/// The first rows of a table: the names of its columns, if known, and cells by column.
pub(crate) struct Sample<'s> {
    pub(crate) headers: Option<Vec<Cow<'s, str>>>,
    /// By column, then by row; without empty cells.
    pub(crate) values: Vec<Vec<Cow<'s, str>>>,
}

/// Detects columns for one region.
pub(crate) struct Detector {
    rules: Rules,
    scanner: Scanner,
    /// Finds only numbers with a plus.
    international: Scanner,
    /// Kinds that may be detected by values alone.
    kinds_by_values: Vec<&'static Kind>,
    phone: &'static Kind,
}

/// A requested column that does not exist.
pub(crate) struct MissingColumn(pub(crate) String);

impl Detector {
    pub(crate) fn new(rules: Rules) -> Self {
        let country = rules.region.code();
        let is_safe = |kind: &&Kind| kind.tier == Tier::A && kind.country.as_deref() == Some(country);
        let scanner =
            |countries: &[&str]| Scanner::new(countries.iter().copied(), &rules).expect("a region that is known");
        Self {
            rules,
            scanner: scanner(&[country]),
            international: scanner(&[]),
            kinds_by_values: Kind::all().iter().filter(is_safe).collect(),
            phone: Kind::named("phone").expect("the table has phones"),
        }
    }

    /// The columns to read, each with its index: those requested, or, if none are, those detected.
    pub(crate) fn columns(
        &self,
        asked: &[ColumnSpec],
        sample: &Sample<'_>,
    ) -> Result<Vec<(usize, Column)>, MissingColumn> {
        if asked.is_empty() {
            return Ok((0..sample.values.len())
                .filter_map(|index| Some((index, self.column(sample, index)?)))
                .collect());
        }
        let headers = sample.headers.as_deref().unwrap_or_default();
        let find = |spec: &ColumnSpec| {
            // A number is an index, whatever the first row holds: in a file without a header that
            // is data.
            let by_header = || headers.iter().position(|header| header.trim() == spec.name.trim());
            // A header may be wider than its rows.
            let index = spec.index().or_else(by_header).filter(|&at| at < sample.values.len());
            let index = index.ok_or_else(|| MissingColumn(spec.name.clone()))?;
            Ok((index, self.requested(spec, &sample.values[index])))
        };
        asked.iter().map(find).collect()
    }

    /// A requested column.
    pub(crate) fn requested(&self, spec: &ColumnSpec, values: &[Cow<'_, str>]) -> Column {
        let rules = Rules { region: spec.region.unwrap_or(self.rules.region), ..self.rules };
        let mut column = self.build(spec.name.trim(), spec.reads, rules, Because::Asked, values);
        if let Some(lacks_plus) = spec.lacks_plus {
            column.lacks_plus = lacks_plus;
            column.rules.lacks_plus = lacks_plus;
        }
        column
    }

    /// Detects a column by its header and its values; `None` if it is not to be read.
    fn column(&self, sample: &Sample<'_>, index: usize) -> Option<Column> {
        let header = sample.headers.as_ref().and_then(|headers| headers.get(index));
        self.by_header_or_values(header.map(AsRef::as_ref), &(index + 1).to_string(), &sample.values[index])
    }

    /// The same, for a column that is named by `number` if its header is not known.
    pub(crate) fn by_header_or_values(
        &self,
        header: Option<&str>,
        number: &str,
        values: &[Cow<'_, str>],
    ) -> Option<Column> {
        let announced = header.and_then(Kind::of_header);
        let by_values = || self.kind_by_values(values);
        let (kind, because) = match announced {
            Some(kind) => match by_values().filter(|other| *other != kind.hashed_as()) {
                Some(other) if self.share(kind, values) < SHARE_AGAINST_HEADER => (other, Because::Values),
                _ => (kind, Because::Header),
            },
            None if header.is_some_and(is_other_header) => return None,
            None => (by_values()?, Because::Values),
        };
        let name = header.filter(|_| announced.is_some()).unwrap_or(number);
        Some(self.build(name.trim(), Reads::Kind(kind), self.rules, because, values))
    }

    /// A column of which only the header is known, anywhere.
    pub(crate) fn by_header(&self, kind: &'static Kind) -> Column {
        self.build(&kind.name, Reads::Kind(kind), self.rules, Because::Header, &[])
    }

    /// The kind that the values alone indicate.
    fn kind_by_values(&self, values: &[Cow<'_, str>]) -> Option<&'static Kind> {
        if values.len() < VALUES_AT_LEAST {
            return None;
        }
        let needed = (values.len() as f64 * SHARE_OF_VALUES).ceil() as usize;
        let by_check = self.kinds_by_values.iter().copied().find(|kind| self.passed(kind, values) >= needed);
        let is_phone = |value: &&Cow<'_, str>| self.is_valid_phone(value);
        by_check.or_else(|| (values.iter().filter(is_phone).count() >= needed).then_some(self.phone))
    }

    /// Whether a value is a valid phone number and nothing else.
    fn is_valid_phone(&self, value: &str) -> bool {
        let is_part = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-().·".contains(c);
        if !value.chars().all(is_part) {
            return false;
        }
        let mut phones = 0;
        self.scanner.scan(value, |found| phones += usize::from(found.identifier.kind() == self.phone));
        phones > 0
    }

    /// Whether a cell holds an identifier among words.
    pub(crate) fn holds_identifier_among_words(&self, cell: &str) -> bool {
        let mut is_found = false;
        if cell.chars().any(char::is_alphabetic) {
            self.scanner.scan(cell, |found| is_found |= cell.trim().len() > found.identifier.canonical().len() + 4);
        }
        is_found
    }

    fn passed(&self, kind: &'static Kind, values: &[Cow<'_, str>]) -> usize {
        values.iter().filter(|value| passes(kind, value, &self.rules)).count()
    }

    fn share(&self, kind: &'static Kind, values: &[Cow<'_, str>]) -> f64 {
        self.passed(kind, values) as f64 / values.len().max(1) as f64
    }

    fn build(&self, name: &str, reads: Reads, rules: Rules, because: Because, values: &[Cow<'_, str>]) -> Column {
        let (passed, lacks_plus) = match reads {
            Reads::Kind(kind) => {
                let passed = values.iter().filter(|value| passes(kind, value, &rules)).count();
                (passed, kind == self.phone && self.lacks_plus(values, &rules))
            }
            Reads::Text => (0, false),
        };
        let rules = Rules { lacks_plus, ..rules };
        let is_rounded = is_rounded(values);
        Column { name: name.to_owned(), reads, rules, lacks_plus, is_rounded, because, passed, looked_at: values.len() }
    }

    /// Whether digits of a column that may be a number of the region or one behind a plus are the
    /// latter. Some are valid both ways (`4915112345678` in Germany), so only the whole column can
    /// show it.
    fn lacks_plus(&self, values: &[Cow<'_, str>], rules: &Rules) -> bool {
        let digits: Vec<&str> = values
            .iter()
            .map(|value| value.trim())
            .filter(|value| value.len() > 7 && !value.starts_with('0') && value.bytes().all(|b| b.is_ascii_digit()))
            .collect();
        if digits.len() < VALUES_AT_LEAST {
            return false;
        }
        let mut spelled = String::new();
        let mut with_plus = 0;
        let mut in_region = 0;
        for value in &digits {
            spelled.clear();
            spelled.push('+');
            spelled.push_str(value);
            let mut is_valid = false;
            self.international.scan(&spelled, |_| is_valid = true);
            with_plus += usize::from(is_valid);
            let national = self.phone.canonicalise(value, rules).accepted;
            let is_same = national.first().is_some_and(|national| national.canonical() == spelled);
            in_region += usize::from(!is_same && self.is_valid_phone(value));
        }
        let share = |count: usize| count as f64 / digits.len() as f64;
        // If most are also valid as they are, the region's own calling code at the start of nearly
        // all decides.
        let code = rules.region.calling_code();
        let has_own_code = |value: &&&str| code.as_ref().is_some_and(|code| value.starts_with(code));
        let own_code = || digits.iter().filter(has_own_code).count();
        share(with_plus) >= SHARE_WITHOUT_PLUS
            && (share(in_region) < SHARE_AGAINST_HEADER || share(own_code()) >= SHARE_WITHOUT_PLUS)
    }
}

/// Whether a value is one identifier or several. A whole row also has pieces that are not
/// identifiers.
fn passes(kind: &'static Kind, value: &str, rules: &Rules) -> bool {
    let found = kind.canonicalise(value, rules);
    !found.accepted.is_empty() && found.accepted.len() >= found.rejected.len()
}

/// Whether a spreadsheet has turned the last digits of long numbers into zeros.
fn is_rounded(values: &[Cow<'_, str>]) -> bool {
    let long: Vec<_> = values.iter().map(|value| value.trim()).filter(|value| is_long(value)).collect();
    let rounded = long.iter().filter(|value| value.ends_with("000")).count();
    rounded > 1 && rounded as f64 > long.len() as f64 * SHARE_ROUNDED
}

fn is_long(value: &str) -> bool {
    value.len() == FLOAT_DIGITS + 3 && value.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a value of a rounded column has lost its last digits.
pub(crate) fn has_lost_digits(value: &str) -> bool {
    let value = value.trim();
    is_long(value) && value.ends_with("000")
}

/// Whether a first row is a header: one of its cells is a known header, or a column passes and its
/// first cell is a word that does not.
pub(crate) fn is_header(first: &[Cow<'_, str>], asked: &[ColumnSpec], below: &[(usize, Column)]) -> bool {
    if asked.iter().any(|spec| spec.index().is_none()) {
        return true;
    }
    let holds_identifier = |(index, column): &(usize, Column)| match (column.reads, first.get(*index)) {
        (Reads::Kind(kind), Some(cell)) => passes(kind, cell, &column.rules),
        _ => false,
    };
    if below.iter().any(holds_identifier) {
        return false;
    }
    if first.iter().any(|cell| Kind::of_header(cell).is_some()) {
        return true;
    }
    let is_word =
        |cell: &str| cell.chars().any(char::is_alphabetic) && cell.chars().filter(char::is_ascii_digit).count() < 4;
    let mut read = below.iter().filter(|(_, column)| column.passed > 0).peekable();
    read.peek().is_some() && read.all(|(index, _)| first.get(*index).is_some_and(|cell| is_word(cell)))
}
