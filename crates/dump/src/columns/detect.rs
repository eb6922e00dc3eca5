//! Detects which columns hold which kind: by request, by header, and by the share of values that
//! pass. A column is detected as a whole, since a single cell does not show whether its plus or its
//! last digits are missing.
//!
//! Works on a sample of rows from the head of a file or table. Owns the rules and the thresholds.
//! Does not split rows (the readers do) or validate values (`exposure-identifier` does).

use crate::columns::bare::{Look, digits, is_number, look};
use crate::columns::column::{Because, Column, ColumnSpec, Treatment};
use crate::columns::label::{self, Label};
use crate::columns::respelled;
use exposure_identifier::{Kind, Rules, Scanner, Tier};
use std::borrow::Cow;
use std::sync::Arc;

/// Values of a column that are sampled.
pub(crate) const SAMPLE: usize = 1_000;

/// Share of values that must pass where no header names their kind. Random digits pass in a few
/// percent of cases.
pub(crate) const SHARE_OF_VALUES: f64 = 0.8;

/// Number of values below which a column is not decided by a sample.
const VALUES_AT_LEAST: usize = 3;

/// Number of digit-only phone numbers below which it may be chance that nearly all are valid behind
/// a plus.
const MANY_VALUES: usize = 50;

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

/// The longest header that is shown as the name of its column, in characters.
const NAME_CHARACTERS: usize = 40;

/// The first rows of a table: the names of its columns, if known, and cells by column.
pub(crate) struct Sample<'s> {
    pub(crate) headers: Option<Vec<Cow<'s, str>>>,
    /// By column, then by row; without empty cells.
    pub(crate) values: Vec<Vec<Cow<'s, str>>>,
}

/// Detects columns for one region.
pub(crate) struct Detector {
    rules: Rules,
    scanner: Arc<Scanner>,
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
        Self {
            rules,
            scanner: Arc::new(scanner(&[country], &rules)),
            international: scanner(&[], &rules),
            kinds_by_values: Kind::all().iter().filter(is_safe).collect(),
            phone: Kind::named("phone").expect("the table has phones"),
        }
    }

    pub(crate) fn rules(&self) -> Rules {
        self.rules
    }

    /// The scanner of running text of the region.
    pub(crate) fn scanner(&self) -> &Arc<Scanner> {
        &self.scanner
    }

    /// All columns of a table: those requested, and the others as they are detected.
    pub(crate) fn columns(&self, asked: &[ColumnSpec], sample: &Sample<'_>) -> Result<Vec<Column>, MissingColumn> {
        let headers = sample.headers.as_deref().unwrap_or_default();
        let mut columns: Vec<Option<Column>> = vec![None; sample.values.len()];
        for spec in asked {
            // A number is an index, whatever the first row holds: in a file without a header that
            // is data.
            let by_header = || headers.iter().position(|header| header.trim() == spec.name.trim());
            // A header may be wider than its rows.
            let index = spec.index().or_else(by_header).filter(|&at| at < sample.values.len());
            let index = index.ok_or_else(|| MissingColumn(spec.name.clone()))?;
            columns[index] = Some(self.requested(spec, &sample.values[index]));
        }
        let detected = |(index, column): (usize, Option<Column>)| {
            column.unwrap_or_else(|| {
                let header = headers.get(index).map(AsRef::as_ref);
                self.by_header_or_values(header, &(index + 1).to_string(), &sample.values[index])
            })
        };
        Ok(columns.into_iter().enumerate().map(detected).collect())
    }

    /// A requested column.
    pub(crate) fn requested(&self, spec: &ColumnSpec, values: &[Cow<'_, str>]) -> Column {
        let rules = Rules { region: spec.region.unwrap_or(self.rules.region), ..self.rules };
        let mut column = self.build(spec.name.trim(), spec.reads.into(), rules, Because::Asked, values);
        if let Some(lacks_plus) = spec.lacks_plus {
            column.lacks_plus = lacks_plus;
            column.rules.lacks_plus = lacks_plus;
        }
        column
    }

    /// A column by its header and its values. It is named by `number` if its header is not known.
    ///
    /// A header votes and never vetoes: values that are nearly all of a kind with a check are read
    /// under any header, and valid phone numbers under any but one of something else.
    pub(crate) fn by_header_or_values(&self, header: Option<&str>, number: &str, values: &[Cow<'_, str>]) -> Column {
        let label = header.and_then(label::of_header);
        let by_values = self.kind_by_values(values);
        let (treatment, because) = match (label, by_values) {
            (Some(Label::Kind(kind)), Some(other))
                if other != kind.hashed_as() && self.share(kind, values) < SHARE_AGAINST_HEADER =>
            {
                (Treatment::Kind(other), Because::Values)
            }
            (Some(Label::Kind(kind)), _) => (Treatment::Kind(kind), Because::Header),
            (Some(Label::Other(why)), None) => (Treatment::SetAside(why), Because::Header),
            (Some(Label::Other(why)), Some(kind)) if kind == self.phone => (Treatment::SetAside(why), Because::Header),
            (_, Some(kind)) => (Treatment::Kind(kind), Because::Values),
            (None, None) => (Treatment::Undecided, Because::Values),
        };
        let name = header.filter(|header| label.is_some() && header.chars().count() <= NAME_CHARACTERS);
        self.build(name.unwrap_or(number).trim(), treatment, self.rules, because, values)
    }

    /// A column of which only the header is known, anywhere.
    pub(crate) fn by_header(&self, kind: &'static Kind) -> Column {
        self.build(&kind.name, Treatment::Kind(kind), self.rules, Because::Header, &[])
    }

    /// The kind that the values alone indicate: four in five of those that say anything.
    fn kind_by_values(&self, values: &[Cow<'_, str>]) -> Option<&'static Kind> {
        let said: Vec<(&str, Look)> = values.iter().map(|value| (value.as_ref(), look(value))).collect();
        let is_most = |passed: usize, of: usize| passed > 0 && passed as f64 >= of as f64 * SHARE_OF_VALUES;
        let saying = said.iter().filter(|(_, look)| *look != Look::Nothing).count();
        let passed = |kind| said.iter().filter(|(value, _)| passes(kind, value, &self.rules)).count();
        if let Some(kind) = self.kinds_by_values.iter().find(|kind| is_most(passed(kind), saying)) {
            return Some(kind);
        }
        // Names and addresses among phone numbers do not speak against them, other numbers do.
        let numbers = || said.iter().filter(|(_, look)| *look == Look::Number);
        let phones = numbers().filter(|(value, _)| self.is_valid_phone(value)).count();
        // IDs have a check; a few phone numbers may be numbers of something else.
        let count = numbers().count();
        (count >= VALUES_AT_LEAST && is_most(phones, count)).then_some(self.phone)
    }

    /// Whether a bare number is a valid phone number, or several, and nothing else.
    fn is_valid_phone(&self, value: &str) -> bool {
        let (value, found) = respelled::search(&self.scanner, value);
        let has_phone = found.iter().any(|found| found.identifier.kind() == self.phone);
        has_phone && is_number(&value) && digits(&value) == respelled::digits_found(&value, &found)
    }

    /// Whether a cell holds an identifier anywhere.
    pub(crate) fn holds_identifier(&self, cell: &str) -> bool {
        self.scanner.may_hold(cell.as_bytes()) && !respelled::search(&self.scanner, cell).1.is_empty()
    }

    fn passed(&self, kind: &'static Kind, values: &[Cow<'_, str>]) -> usize {
        values.iter().filter(|value| passes(kind, value, &self.rules)).count()
    }

    /// The share of values that are of a kind, of those that say anything.
    pub(crate) fn share(&self, kind: &'static Kind, values: &[Cow<'_, str>]) -> f64 {
        let saying = values.iter().filter(|value| look(value) != Look::Nothing).count();
        self.passed(kind, values) as f64 / saying.max(1) as f64
    }

    fn build(
        &self,
        name: &str,
        treatment: Treatment,
        rules: Rules,
        because: Because,
        values: &[Cow<'_, str>],
    ) -> Column {
        let saying = || values.iter().filter(|value| look(value) != Look::Nothing).count();
        let (passed, looked_at) = match treatment {
            Treatment::Kind(kind) => (values.iter().filter(|value| passes(kind, value, &rules)).count(), saying()),
            Treatment::Undecided => {
                let numbers: Vec<_> = values.iter().filter(|value| is_number(value)).collect();
                (numbers.iter().filter(|value| self.holds_identifier(value)).count(), numbers.len())
            }
            Treatment::Text | Treatment::SetAside(_) => (0, saying()),
        };
        let lacks_plus = treatment == Treatment::Kind(self.phone) && self.lacks_plus(values, &rules);
        let rules = Rules { lacks_plus, ..rules };
        let is_rounded = is_rounded(values);
        Column { name: name.to_owned(), treatment, rules, lacks_plus, is_rounded, because, passed, looked_at }
    }

    /// Whether a number with a plus is valid.
    fn is_international(&self, number: &str) -> bool {
        let mut is_valid = false;
        self.international.scan(number, |_| is_valid = true);
        is_valid
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
            with_plus += usize::from(self.is_international(&spelled));
            let national = self.phone.canonicalise(value, rules).accepted;
            let is_same = national.first().is_some_and(|national| national.canonical() == spelled);
            let is_valid_there = || {
                let national = national.first().filter(|_| digits.len() < MANY_VALUES);
                // A spreadsheet may have removed the trunk zero.
                national.is_some_and(|national| self.is_international(national.canonical()))
            };
            in_region += usize::from(!is_same && (self.is_valid_phone(value) || is_valid_there()));
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
pub(crate) fn passes(kind: &'static Kind, value: &str, rules: &Rules) -> bool {
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

fn scanner(countries: &[&str], rules: &Rules) -> Scanner {
    Scanner::new(countries.iter().copied(), rules).expect("a region that is known")
}
