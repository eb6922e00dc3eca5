//! How a line of a record is written: which character ends its key, what may be a key, and which
//! lines stand between records.

use std::borrow::Cow;
use std::collections::HashSet;

/// Maximum bytes, words and digits of a key: `12:30`, a sentence and an address are none.
const KEY_BYTES: usize = 64;
const KEY_WORDS: usize = 5;
const KEY_DIGITS: usize = 4;

/// What ends a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Colon,
    Equals,
    Bar,
}

/// What a line adds to a record.
pub(super) enum Field<'l> {
    Value {
        key: Cow<'l, str>,
        value: &'l str,
    },
    /// Another value of the field before.
    More(&'l str),
}

impl Style {
    pub(super) const ALL: [Self; 3] = [Self::Colon, Self::Equals, Self::Bar];

    fn ends_key(self, c: char) -> bool {
        match self {
            Self::Colon => matches!(c, ':' | '：'),
            Self::Equals => c == '=',
            Self::Bar => matches!(c, '|' | '│' | '┃'),
        }
    }

    /// A line as a field; `None` if it is none.
    pub(super) fn field(self, line: &str) -> Option<Field<'_>> {
        let is_indented = line.starts_with([' ', '\t', '\u{3000}']);
        let mut trimmed = line.trim();
        if self == Self::Bar {
            // A box around the record.
            if let Some(inner) = trimmed.strip_prefix(|c| self.ends_key(c))
                && trimmed.ends_with(|c| self.ends_key(c))
            {
                trimmed = inner.trim_end_matches(|c| self.ends_key(c)).trim_end();
            }
        }
        let split = trimmed.find(|c| self.ends_key(c)).map(|at| {
            let end = trimmed[at..].chars().next().map_or(1, char::len_utf8);
            (&trimmed[..at], trimmed[at + end..].trim())
        });
        match split {
            // How psql marks a value of several lines.
            Some((key, value)) if self == Self::Bar => {
                let value = value.strip_suffix('+').unwrap_or(value).trim_end();
                if key.trim().is_empty() {
                    return Some(Field::More(value));
                }
                key_of(key).map(|key| Field::Value { key, value })
            }
            Some((key, value)) if !value.starts_with("//") => match key_of(key) {
                Some(key) => Some(Field::Value { key, value: unquoted(value) }),
                None => is_indented.then_some(Field::More(trimmed)),
            },
            _ => is_indented.then_some(Field::More(trimmed)),
        }
    }

    /// A second field in a value: the value before it, its key and what is behind.
    pub(super) fn second<'v>(self, value: &'v str, keys: &HashSet<String>) -> Option<(&'v str, String, &'v str)> {
        if self != Self::Colon {
            return None;
        }
        let is_space = |c: char| c.is_whitespace() || matches!(c, ',' | '，' | ';' | '；' | '|');
        value.match_indices([':', '：']).find_map(|(at, colon)| {
            let before = value[..at].trim_end();
            let start = before.char_indices().rev().find(|&(_, c)| is_space(c)).map(|(at, c)| at + c.len_utf8())?;
            let key = key_of(&before[start..]).filter(|key| keys.contains(&**key))?.into_owned();
            let own = before[..start].trim_end_matches(is_space);
            Some((own, key, value[at + colon.len()..].trim()))
        })
    }
}

/// A key as it names a column: without numbers, bullets, brackets and quotes around it, and, in
/// Chinese, without the blanks that align it. `None` if it is none.
fn key_of(text: &str) -> Option<Cow<'_, str>> {
    let is_mark = |c: char| c.is_whitespace() || "-*•·【】[]()（）\"'`#>".contains(c);
    let mut key = text.trim_matches(is_mark);
    // “1.” and “1、” before it.
    let number = key.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=4).contains(&number)
        && let Some(rest) = key[number..].strip_prefix(['.', '、', ')', '）'])
    {
        key = rest.trim_matches(is_mark);
    }
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    let is_sentence = key.split_whitespace().count() > KEY_WORDS && key.is_ascii();
    let is_other = key.contains(['<', '>', '{', '}', ';', ',', '，', '。', '；', '=', '(']) || key.contains("://");
    if key.len() > KEY_BYTES || digits > KEY_DIGITS || is_sentence || is_other || !key.chars().any(char::is_alphabetic)
    {
        return None;
    }
    if !key.is_ascii() && key.contains(char::is_whitespace) {
        return Some(Cow::Owned(key.chars().filter(|c| !c.is_whitespace()).collect()));
    }
    Some(Cow::Borrowed(key))
}

/// A value without quotes around it, and without the comma behind them.
fn unquoted(value: &str) -> &str {
    let bare = value.strip_suffix(',').unwrap_or(value);
    ['"', '\''].iter().find_map(|&quote| bare.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value)
}

/// Whether a line stands between records: a rule, or the number of a row.
pub(super) fn is_mark(line: &str) -> bool {
    let line = line.trim();
    let is_rule = line.chars().count() >= 3 && line.chars().all(|c| "-=*_#~+─━═—".contains(c));
    let is_section = line.starts_with('[') && line.ends_with(']');
    is_rule || is_section || is_numbered_mark(line)
}

/// Whether a line numbers a record as database clients do.
pub(super) fn is_numbered_mark(line: &str) -> bool {
    let line = line.trim();
    let is_starred = line.starts_with("***") && line.ends_with("***") && line.contains(|c| c != '*');
    let is_psql = line.trim_start_matches(['+', '-', '─', '┌', '├', '╔', '╠', '═']).starts_with("[ ")
        && line.starts_with(['+', '-', '─', '┌', '├', '╔', '╠', '═'])
        && line.contains(']');
    let row = line.strip_prefix("Row ").and_then(|rest| rest.strip_suffix(':'));
    is_starred || is_psql || row.is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
}
