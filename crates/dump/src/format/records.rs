//! Records of binary formats as lines of JSON, so that the reader of JSON finds their labels: one
//! rule for nested values, wherever they come from.
//!
//! A format appends one record at a time ([`Records`]); [`Lines`] is the text of all of them. Only
//! one record and what its format holds is in memory. What cannot be an identifier (dates, times,
//! object ids) is null.

mod json;
mod numbers;
mod places;

use crate::error::Damage;
use crate::limits::{Limits, RATIO_ASKED_FROM};
pub(crate) use json::{Json, MALFORMED};
pub(crate) use numbers::{decimal_text, single_text};
pub(crate) use places::Places;
use std::io::{self, Read};

/// A reader of records.
pub(crate) trait Records {
    /// Appends the next record. An error ends the reading.
    fn next(&mut self, json: &mut Json) -> io::Result<Next>;

    /// Bytes of the input that were read so far, or are held.
    fn consumed(&self) -> u64;
}

/// What [`Records::next`] met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Record,
    /// A record that cannot be read, though the next one can ([`Json::malformed`]).
    Malformed,
    End,
}

/// Damage, as readers return it.
pub(crate) fn damaged(what: impl Into<String>, offset: u64) -> io::Error {
    io::Error::other(Damage { what: what.into(), offset })
}

/// Bytes that a format has not enough of: truncated, unless the reader itself reported damage.
pub(crate) fn ended(error: io::Error, what: &str, offset: u64) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged(format!("{what} is truncated"), offset),
        _ => error,
    }
}

/// All records as text: JSON, one record a line.
pub(crate) struct Lines<R> {
    records: R,
    json: Json,
    /// How much of the line has been read.
    at: usize,
    produced: u64,
    /// No record begins behind this many bytes.
    most: u64,
    ratio: u64,
    is_ended: bool,
    places: Places,
}

impl<R: Records> Lines<R> {
    pub(crate) fn new(records: R, most: u64, limits: &Limits) -> Self {
        let json = Json::new(limits.depth);
        Self {
            records,
            json,
            at: 0,
            produced: 0,
            most,
            ratio: limits.ratio,
            is_ended: false,
            places: Places::default(),
        }
    }

    /// Which records the positions in the text belong to.
    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    /// Makes the next line; false at the end.
    fn next_line(&mut self) -> io::Result<bool> {
        if self.is_ended || self.produced >= self.most {
            return Ok(false);
        }
        self.json.clear();
        self.at = 0;
        match self.records.next(&mut self.json) {
            Ok(Next::Record) => {}
            Ok(Next::Malformed) if self.json.is_malformed() => {}
            Ok(Next::Malformed) => {
                self.json.clear();
                self.json.malformed(&[]);
            }
            Ok(Next::End) => {
                self.is_ended = true;
                self.json.clear();
                return Ok(false);
            }
            Err(error) => {
                self.is_ended = true;
                self.json.clear();
                return Err(error);
            }
        }
        self.json.raw("\n");
        self.places.push(self.json.text().len());
        self.produced += self.json.text().len() as u64;
        let consumed = self.records.consumed();
        if self.produced > RATIO_ASKED_FROM.max(consumed.saturating_mul(self.ratio)) {
            self.is_ended = true;
            let ratio = self.ratio;
            let what =
                format!("it expands to more than {ratio} times its size; if this is expected, raise --max-ratio");
            return Err(damaged(what, consumed));
        }
        Ok(true)
    }
}

impl<R: Records> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.json.text().len() && !self.next_line()? {
            return Ok(0);
        }
        let rest = &self.json.text().as_bytes()[self.at..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// All lines, and the damage that ended them.
    pub(crate) fn lines(records: impl Records, limits: &Limits) -> (Vec<String>, Option<String>) {
        let mut text = Vec::new();
        let ended = Lines::new(records, u64::MAX, limits).read_to_end(&mut text);
        let text = String::from_utf8(text).expect("JSON is UTF-8");
        (text.lines().map(str::to_owned).collect(), ended.err().map(|error| Damage::of(&error, 0).what))
    }

    /// Two records, and one that cannot be read between them; then nothing for ever.
    struct Counting(u32);

    impl Records for Counting {
        fn next(&mut self, json: &mut Json) -> io::Result<Next> {
            self.0 += 1;
            if self.0 == 2 {
                return Ok(Next::Malformed);
            }
            json.begin_object();
            json.key("n\"");
            json.integer(self.0);
            json.end_object();
            Ok(Next::Record)
        }

        fn consumed(&self) -> u64 {
            10
        }
    }

    #[test]
    fn records_are_lines_and_do_not_expand_without_bound() {
        let limits = Limits { ratio: 1, ..Limits::default() };
        let mut text = String::new();
        Lines::new(Counting(0), 12, &limits).read_to_string(&mut text).expect("short");
        assert_eq!(text, "{\"n\\\"\":1}\n!\n");
        let mut all = io::sink();
        let error = io::copy(&mut Lines::new(Counting(0), u64::MAX, &limits), &mut all).expect_err("a bomb");
        assert!(Damage::of(&error, 0).what.contains("--max-ratio"));
    }
}
