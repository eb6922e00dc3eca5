//! Records of lines: a field a line, its key before a colon, an equals sign or a bar. So `mysql
//! -E`,
//! `psql -x` and `sqlite3 -line` print rows, and so people write them down.
//!
//! A record ends at a blank line, at a line that separates records, and where its first key comes
//! again. A line that is indented below a field, or has no key before its bar, is another value of
//! that field. Every other line is text outside of records.

mod style;

#[cfg(test)]
mod tests;

use crate::format::keyed::{Keyed, Record};
use crate::format::lines::Lines;
use crate::format::rows::{Outside, Rows, Stopped};
use crate::halt::Halt;
use crate::limits::Limits;
use std::borrow::Cow;
use std::collections::HashSet;
use std::io::Read;
use style::{Field, Style, is_mark, is_numbered_mark};

/// Bytes by which the style is chosen.
const HEAD_BYTES: usize = 64 << 10;

/// Share of lines that must be fields or marks, fields of a record, and records of the same keys.
const SHARE_OF_FIELDS: f64 = 0.6;
const FIELDS_OF_RECORD: f64 = 1.5;
const RECORDS: usize = 2;

/// Keys that are remembered.
const KEYS: usize = 1_000;

/// How certainly a text is made of such records, between 0 and 1, from its head.
pub(crate) fn looks_like(head: &str) -> Option<f64> {
    let (_, counts) = choose(head)?;
    Some(counts.share())
}

/// Reads the text, and delivers each record to `rows`.
pub(crate) fn read(text: &mut dyn Read, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    let mut lines = Lines::new(text, limits.record);
    let head = lines.peek(HEAD_BYTES);
    let head = String::from_utf8_lossy(&head[..head.len().min(HEAD_BYTES)]);
    let style = choose(&head).map_or(Style::Colon, |(style, _)| style);
    let mut records = Records {
        keyed: Keyed::new(rows),
        style,
        most: limits.record,
        keys: HashSet::new(),
        record: Record::default(),
        at: 0,
        is_field: false,
        is_too_long: false,
    };
    while let Some(line) = lines.next() {
        records.line(line.at, &line.text, line.is_whole)?;
    }
    records.deliver()?;
    records.keyed.finish()?;
    lines.finish()?;
    Ok(())
}

/// What a style makes of a head.
#[derive(Default)]
struct Counts {
    lines: usize,
    fields: usize,
    marks: usize,
    records: usize,
    keys: HashSet<String>,
    has_numbered_mark: bool,
}

impl Counts {
    fn share(&self) -> f64 {
        (self.fields + self.marks) as f64 / self.lines.max(1) as f64
    }

    /// Whether the head is made of records in this style.
    fn is_enough(&self) -> bool {
        let repeats = self.fields >= self.keys.len() * RECORDS;
        self.fields > 0
            && self.share() >= SHARE_OF_FIELDS
            && (self.has_numbered_mark || (repeats && self.records >= RECORDS))
            && self.fields as f64 >= self.records as f64 * FIELDS_OF_RECORD
    }
}

/// The style in which most lines are fields, if they are of records.
fn choose(head: &str) -> Option<(Style, Counts)> {
    let first = head.trim_start().lines().next()?.trim_end();
    // `[user 1]`, and not JSON.
    let is_section = first.starts_with('[') && first.ends_with(']') && !first.contains(['"', '\'', '{', ',']);
    if first.starts_with(['{', '[', '<']) && !is_section {
        return None;
    }
    let counted = Style::ALL.into_iter().map(|style| (style, count(head, style)));
    let fitting = counted.filter(|(_, counts)| counts.is_enough());
    // Of two that make the same of it, the first.
    fitting.reduce(|best, other| if other.1.fields > best.1.fields { other } else { best })
}

fn count(head: &str, style: Style) -> Counts {
    let mut counts = Counts::default();
    let (mut first, mut is_open): (Option<String>, bool) = (None, false);
    for line in head.split(['\n', '\r']) {
        if line.trim().is_empty() {
            is_open = false;
            continue;
        }
        counts.lines += 1;
        if is_mark(line) {
            counts.marks += 1;
            counts.has_numbered_mark |= is_numbered_mark(line);
            is_open = false;
            continue;
        }
        match style.field(line) {
            Some(Field::Value { key, .. }) => {
                counts.fields += 1;
                if !is_open || first.as_deref() == Some(&*key) {
                    counts.records += 1;
                    first = Some(key.to_string());
                }
                is_open = true;
                if counts.keys.len() < KEYS {
                    counts.keys.insert(key.into_owned());
                }
            }
            Some(Field::More(_)) if is_open => counts.fields += 1,
            _ => {}
        }
    }
    counts
}

struct Records<'r> {
    keyed: Keyed<'r>,
    style: Style,
    most: usize,
    /// Keys that began a line, by which a second field on a line is recognised.
    keys: HashSet<String>,
    record: Record,
    at: u64,
    /// Whether the last line was a field, so that the next may continue it.
    is_field: bool,
    is_too_long: bool,
}

impl Records<'_> {
    fn line(&mut self, at: u64, line: &str, is_whole: bool) -> Result<(), Halt> {
        if !is_whole {
            if !std::mem::replace(&mut self.is_too_long, true) {
                self.keyed.malformed(at)?;
            }
            self.is_field = false;
            return self.keyed.outside(at, line, Outside::Malformed);
        }
        self.is_too_long = false;
        if line.trim().is_empty() {
            return self.deliver();
        }
        if is_mark(line) {
            self.deliver()?;
            return self.keyed.name(at, line);
        }
        match self.style.field(line) {
            Some(Field::Value { key, value }) => {
                if self.record.first_key() == Some(&*key) || self.record.bytes() > self.most {
                    self.deliver()?;
                }
                if self.record.is_empty() {
                    self.at = at;
                }
                self.push(at, &key, value);
                self.is_field = true;
                Ok(())
            }
            Some(Field::More(value)) if self.is_field => {
                let key = self.record.last_key().unwrap_or_default().to_owned();
                self.record.push_text(at, &key, value);
                Ok(())
            }
            _ => self.keyed.outside(at, line, Outside::Malformed),
        }
    }

    /// Adds a field, and those behind it on its line: `姓名：a  手机：1`.
    fn push(&mut self, at: u64, key: &str, value: &str) {
        if self.keys.len() < KEYS && !self.keys.contains(key) {
            self.keys.insert(key.to_owned());
        }
        let (mut key, mut value) = (Cow::Borrowed(key), value);
        while let Some((own, next, rest)) = self.style.second(value, &self.keys) {
            self.record.push_text(at, &key, own);
            (key, value) = (Cow::Owned(next), rest);
        }
        self.record.push_text(at, &key, value);
    }

    fn deliver(&mut self) -> Result<(), Halt> {
        self.is_field = false;
        self.keyed.record("", self.at, &self.record)?;
        self.record.clear();
        Ok(())
    }
}
