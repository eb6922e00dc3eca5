//! Which columns hold which kind: by what was asked for, by header, and by the share of values that pass. A column is
//! decided as a whole, since a single cell cannot tell whether its plus is missing or its last digits are.
//!
//! Looks at a sample of rows from the head of a file or table. Owns the rules and the thresholds; splitting rows is the
//! readers' matter, and what passes is `exposure-identifier`'s.

use crate::columns::column::{Because, Column, ColumnSpec, Reads};
use exposure_identifier::{Kind, Rules, Scanner, Tier};
use std::borrow::Cow;

/// Values of a column that are looked at.
pub(crate) const SAMPLE: usize = 1_000;

/// Share of values that must pass where no header says what they are. Noise takes a few in a hundred.
const SHARE_OF_VALUES: f64 = 0.8;

/// Values below which a share says nothing.
const VALUES_AT_LEAST: usize = 3;

/// Share of values that pass as another kind than the header's above which the header is not believed, where fewer than
/// the same share of them pass as the header's.
const SHARE_AGAINST_HEADER: f64 = 0.5;

/// Share of digit-only phone numbers that are valid behind a plus, where the plus of a whole column is missing.
const SHARE_WITHOUT_PLUS: f64 = 0.95;

/// Share of 18-digit numbers ending in 000 above which a spreadsheet has been there; in real ones it is 1 in 1,100.
const SHARE_ROUNDED: f64 = 0.02;

/// Digits that a floating-point number keeps.
pub(crate) const FLOAT_DIGITS: usize = 15;

/// Headers of numbers that look like identifiers and are none: their columns are never decided by values.
const NO_IDENTIFIER: [&str; 40] = [
    "id",
    "uid",
    "user id",
    "userid",
    "qq",
    "qq号",
    "wechat",
    "微信",
    "微信号",
    "order",
    "order id",
    "order no",
    "orderid",
    "订单号",
    "订单编号",
    "单号",
    "运单号",
    "快递单号",
    "银行卡",
    "银行卡号",
    "卡号",
    "账号",
    "card",
    "card no",
    "bank card",
    "account",
    "imei",
    "imsi",
    "iccid",
    "timestamp",
    "time",
    "date",
    "时间",
    "日期",
    "统一社会信用代码",
    "信用代码",
    "uscc",
    "credit code",
    "营业执照",
    "税号",
];

/// What the first rows of a table say: names of its columns, if they are known, and cells by column.
pub(crate) struct Sample<'s> {
    pub(crate) headers: Option<Vec<Cow<'s, str>>>,
    /// By column, then by row; empty cells left out.
    pub(crate) values: Vec<Vec<Cow<'s, str>>>,
}

/// Decides columns for one region.
pub(crate) struct Decider {
    rules: Rules,
    scanner: Scanner,
    /// Finds only numbers behind a plus.
    worldwide: Scanner,
    /// Kinds that may be told by values alone.
    told_by_values: Vec<&'static Kind>,
    phone: &'static Kind,
}

/// Why a column that was asked for is not there.
pub(crate) struct NotThere(pub(crate) String);

impl Decider {
    pub(crate) fn new(rules: Rules) -> Self {
        let country = rules.region.code();
        let is_safe = |kind: &&Kind| kind.tier == Tier::A && kind.country.as_deref() == Some(country);
        let scanner =
            |countries: &[&str]| Scanner::new(countries.iter().copied(), &rules).expect("a region that is known");
        Self {
            rules,
            scanner: scanner(&[&country]),
            worldwide: scanner(&[]),
            told_by_values: Kind::all().iter().filter(is_safe).collect(),
            phone: Kind::named("phone").expect("the table has phones"),
        }
    }

    /// The columns to read, each with its place: those that are asked for, or, where none is, those that are told.
    pub(crate) fn columns(&self, asked: &[ColumnSpec], sample: &Sample<'_>) -> Result<Vec<(usize, Column)>, NotThere> {
        if asked.is_empty() {
            return Ok((0..sample.values.len())
                .filter_map(|place| Some((place, self.column(sample, place)?)))
                .collect());
        }
        let headers = sample.headers.as_deref().unwrap_or_default();
        let find = |spec: &ColumnSpec| {
            // A number is a place, whatever stands in the first row: in a file without a header that is data.
            let by_header = || headers.iter().position(|header| header.trim() == spec.name.trim());
            // A header may be wider than its rows.
            let place = spec.place().or_else(by_header).filter(|&at| at < sample.values.len());
            let place = place.ok_or_else(|| NotThere(spec.name.clone()))?;
            Ok((place, self.asked_for(spec, &sample.values[place])))
        };
        asked.iter().map(find).collect()
    }

    /// A column that was asked for.
    pub(crate) fn asked_for(&self, spec: &ColumnSpec, values: &[Cow<'_, str>]) -> Column {
        let rules = Rules { region: spec.region.unwrap_or(self.rules.region), ..self.rules };
        let mut column = self.decided(spec.name.trim(), spec.reads, rules, Because::Asked, values);
        if let Some(lacks_plus) = spec.lacks_plus {
            column.lacks_plus = lacks_plus;
        }
        column
    }

    /// What a column is by its header and its values; none if it is not to be read.
    fn column(&self, sample: &Sample<'_>, place: usize) -> Option<Column> {
        let header = sample.headers.as_ref().and_then(|headers| headers.get(place));
        self.by_header_or_values(header.map(AsRef::as_ref), &(place + 1).to_string(), &sample.values[place])
    }

    /// The same for a column that is told by `number` where its header is not known.
    pub(crate) fn by_header_or_values(
        &self,
        header: Option<&str>,
        number: &str,
        values: &[Cow<'_, str>],
    ) -> Option<Column> {
        let announced = header.and_then(Kind::of_header);
        let told = || self.told(values);
        let (kind, because) = match announced {
            Some(kind) => match told().filter(|told| *told != kind.hashed_as()) {
                Some(told) if self.share(kind, values) < SHARE_AGAINST_HEADER => (told, Because::Values),
                _ => (kind, Because::Header),
            },
            None if header.is_some_and(is_no_identifier) => return None,
            None => (told()?, Because::Values),
        };
        let name = header.filter(|_| announced.is_some()).unwrap_or(number);
        Some(self.decided(name.trim(), Reads::Kind(kind), self.rules, because, values))
    }

    /// A column of which only the header is known, wherever it stands.
    pub(crate) fn by_header(&self, kind: &'static Kind) -> Column {
        self.decided(&kind.name, Reads::Kind(kind), self.rules, Because::Header, &[])
    }

    /// The kind that values alone tell.
    fn told(&self, values: &[Cow<'_, str>]) -> Option<&'static Kind> {
        if values.len() < VALUES_AT_LEAST {
            return None;
        }
        let needed = (values.len() as f64 * SHARE_OF_VALUES).ceil() as usize;
        let by_check = self.told_by_values.iter().copied().find(|kind| self.passed(kind, values) >= needed);
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

    /// Whether a cell holds an identifier and words around it.
    pub(crate) fn stands_among_words(&self, cell: &str) -> bool {
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

    fn decided(&self, name: &str, reads: Reads, rules: Rules, because: Because, values: &[Cow<'_, str>]) -> Column {
        let (passed, lacks_plus) = match reads {
            Reads::Kind(kind) => {
                let passed = values.iter().filter(|value| passes(kind, value, &rules)).count();
                (passed, kind == self.phone && self.lacks_plus(values, &rules))
            }
            Reads::Text => (0, false),
        };
        let is_rounded = is_rounded(values);
        Column { name: name.to_owned(), reads, rules, lacks_plus, is_rounded, because, passed, looked_at: values.len() }
    }

    /// Whether the digits of a column are international numbers without their plus. Some numbers are valid both ways
    /// (`4915112345678` in Germany): only the column tells.
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
            self.worldwide.scan(&spelled, |_| is_valid = true);
            with_plus += usize::from(is_valid);
            let national = self.phone.canonicalise(value, rules).accepted;
            let is_same = national.first().is_some_and(|national| national.canonical() == spelled);
            in_region += usize::from(!is_same && self.is_valid_phone(value));
        }
        let share = |count: usize| count as f64 / digits.len() as f64;
        // Where most are valid as they stand, too, the region's own calling code in front of nearly all decides.
        let code = rules.region.calling_code();
        let has_own_code = |value: &&&str| code.as_ref().is_some_and(|code| value.starts_with(code));
        let own_code = || digits.iter().filter(has_own_code).count();
        share(with_plus) >= SHARE_WITHOUT_PLUS
            && (share(in_region) < SHARE_AGAINST_HEADER || share(own_code()) >= SHARE_WITHOUT_PLUS)
    }
}

/// Whether a value is one identifier or several. A whole row has pieces that are none, whatever else is in it.
fn passes(kind: &'static Kind, value: &str, rules: &Rules) -> bool {
    let found = kind.canonicalise(value, rules);
    !found.accepted.is_empty() && found.accepted.len() >= found.rejected.len()
}

fn is_no_identifier(header: &str) -> bool {
    let spaced = header.trim().to_lowercase().replace(['_', '-', '.'], " ");
    NO_IDENTIFIER.contains(&spaced.as_str())
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

/// Whether a first row is a header: a cell of it is known as one, or a column passes and its first cell does not, being
/// a word.
pub(crate) fn is_header(first: &[Cow<'_, str>], asked: &[ColumnSpec], below: &[(usize, Column)]) -> bool {
    if asked.iter().any(|spec| spec.place().is_none()) {
        return true;
    }
    let holds_identifier = |(place, column): &(usize, Column)| match (column.reads, first.get(*place)) {
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
    read.peek().is_some() && read.all(|(place, _)| first.get(*place).is_some_and(|cell| is_word(cell)))
}
