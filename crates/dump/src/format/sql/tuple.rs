//! Parses one tuple of an INSERT, from its opening to its closing parenthesis, into cells.
//!
//! Strict about what may follow a value: if a quote was not escaped, letters follow directly after
//! a string, and the tuple counts as broken there instead of swallowing the following ones.

use super::dialect::Backslash;
use super::lexer::{Fault, Lexer, is_of_word};
use crate::format::rows::Cell;

/// Maximum nested parentheses. Without a limit, each one that never closes would be searched to the
/// longest record.
const DEPTH: u32 = 32;

/// Maximum cells of a tuple; the widest table of any of these servers has 4,096.
const CELLS: usize = 4_096;

/// Words that may follow a value.
const AFTER_VALUE: [&[u8]; 6] = [b"COLLATE", b"AT", b"AS", b"USING", b"FORMAT", b"IS"];

/// Parses the tuple at the lexer's position. `ordinary` says what a backslash means in an ordinary
/// string.
pub(super) fn tuple<'b>(lexer: &mut Lexer<'b>, ordinary: Backslash, cells: &mut Vec<Cell<'b>>) -> Result<(), Fault> {
    if !lexer.take(b'(') {
        return Err(if lexer.rest().is_empty() { Fault::Cut } else { Fault::Broken });
    }
    let mut values = Values { lexer, ordinary };
    values.blank()?;
    loop {
        if cells.len() == CELLS {
            return Err(Fault::Broken);
        }
        let cell = values.cell()?;
        cells.push(cell);
        match values.lexer.peek()? {
            b',' => values.lexer.at += 1,
            b')' => {
                values.lexer.at += 1;
                return Ok(());
            }
            _ => return Err(Fault::Broken),
        }
        values.blank()?;
    }
}

struct Values<'l, 'b> {
    lexer: &'l mut Lexer<'b>,
    ordinary: Backslash,
}

/// A literal, or another part of an expression.
enum Primary<'b> {
    Literal(Cell<'b>),
    /// A name, or a word that is not a literal: a function, if a parenthesis follows.
    Word,
}

impl<'b> Values<'_, 'b> {
    /// Usually there is none, or one space.
    #[inline]
    fn blank(&mut self) -> Result<(), Fault> {
        match self.lexer.bytes.get(self.lexer.at) {
            Some(b'\'' | b'0'..=b'9' | b',' | b')' | b'N') => Ok(()),
            _ => self.lexer.blank(),
        }
    }

    /// A value up to the comma or parenthesis after it. Of an expression, such as a cast or a call,
    /// its first literal.
    fn cell(&mut self) -> Result<Cell<'b>, Fault> {
        let mut first = None;
        match self.lexer.peek()? {
            b'(' => {}
            _ => match self.primary()? {
                Primary::Literal(cell) => {
                    self.after_literal()?;
                    // Nearly every cell is a literal and nothing else.
                    if matches!(self.lexer.peek()?, b',' | b')') {
                        return Ok(cell);
                    }
                    first = Some(cell);
                }
                Primary::Word => {}
            },
        }
        self.expression(&mut first)?;
        Ok(first.unwrap_or(Cell::Nothing))
    }

    /// The rest of an expression; keeps its first literal.
    fn expression(&mut self, first: &mut Option<Cell<'b>>) -> Result<(), Fault> {
        let mut depth = 0;
        loop {
            self.blank()?;
            match self.lexer.peek()? {
                b',' | b')' if depth == 0 => return Ok(()),
                b'(' if depth == DEPTH => return Err(Fault::Broken),
                b'(' => (depth, self.lexer.at) = (depth + 1, self.lexer.at + 1),
                b')' => (depth, self.lexer.at) = (depth - 1, self.lexer.at + 1),
                b';' => return Err(Fault::Broken),
                byte if byte == b'\'' || byte == b'"' || is_of_word(byte) => {
                    if let Primary::Literal(cell) = self.primary()? {
                        if byte == b'\'' || byte == b'"' {
                            self.after_literal()?;
                        }
                        first.get_or_insert(cell);
                    }
                }
                _ => self.lexer.at += 1,
            }
        }
    }

    /// A literal may be followed by a comma, a parenthesis, an operator, or one of a few words.
    fn after_literal(&mut self) -> Result<(), Fault> {
        let end = self.lexer.at;
        self.blank()?;
        match self.lexer.peek()? {
            b',' | b')' | b':' | b'|' | b'+' | b'-' | b'*' | b'/' | b'=' => Ok(()),
            _ if self.lexer.at > end => {
                let mut ahead = *self.lexer;
                let word = ahead.word()?;
                let is_known = AFTER_VALUE.iter().any(|known| word.eq_ignore_ascii_case(known));
                if is_known { Ok(()) } else { Err(Fault::Broken) }
            }
            _ => Err(Fault::Broken),
        }
    }

    #[inline]
    fn primary(&mut self) -> Result<Primary<'b>, Fault> {
        match self.lexer.peek()? {
            b'\'' => self.string(b'\'', self.ordinary).map(Primary::Literal),
            b'"' => self.string(b'"', self.ordinary).map(Primary::Literal),
            b'0'..=b'9' | b'-' | b'+' | b'.' => self.number(),
            b'`' | b'[' => {
                self.lexer.name()?;
                Ok(Primary::Word)
            }
            byte if is_of_word(byte) => self.word(),
            _ => Err(Fault::Broken),
        }
    }

    /// A word, and the string that it may introduce.
    fn word(&mut self) -> Result<Primary<'b>, Fault> {
        let word = self.lexer.word()?;
        // `U&'…'` of PostgreSQL; Unicode escapes are left as they are.
        if word.eq_ignore_ascii_case(b"U") && self.lexer.rest().starts_with(b"&'") {
            self.lexer.at += 1;
            return self.string(b'\'', Backslash::IsItself).map(Primary::Literal);
        }
        let mut ahead = *self.lexer;
        if word.first() == Some(&b'_') {
            ahead.blank()?;
        }
        let literal = match (word, ahead.bytes.get(ahead.at)) {
            (b"N" | b"n" | b"B" | b"b", Some(b'\'')) => self.string(b'\'', self.ordinary)?,
            (b"E" | b"e", Some(b'\'')) => self.string(b'\'', Backslash::Escapes)?,
            (b"X" | b"x", Some(b'\'')) => match self.string(b'\'', Backslash::IsItself)? {
                Cell::Text(digits) => from_hex(digits.as_bytes()),
                cell => cell,
            },
            ([b'_', ..], Some(b'\'' | b'"' | b'0' | b'x' | b'X')) => {
                *self.lexer = ahead;
                return self.primary();
            }
            (_, None) if !self.lexer.is_all => return Err(Fault::Cut),
            _ => return Ok(constant(word)),
        };
        Ok(Primary::Literal(literal))
    }

    fn number(&mut self) -> Result<Primary<'b>, Fault> {
        let bytes = self.lexer.rest();
        let sign = usize::from(matches!(bytes[0], b'-' | b'+'));
        let digits = sign + bytes[sign..].iter().take_while(|b| b.is_ascii_digit()).count();
        let mut end = digits;
        while let Some(&byte) = bytes.get(end) {
            let is_exponents_sign = matches!(byte, b'-' | b'+') && matches!(bytes[end - 1], b'e' | b'E');
            if !(byte == b'.' || is_of_word(byte) || end > digits && is_exponents_sign) {
                break;
            }
            end += 1;
        }
        if end == bytes.len() && !self.lexer.is_all {
            return Err(Fault::Cut);
        }
        let token = &bytes[..end];
        self.lexer.at += end;
        if end == digits && digits > sign {
            return Ok(Primary::Literal(Cell::Integer(ascii(token)?.into())));
        }
        if let [b'0', b'x' | b'X', hex @ ..] = token {
            return Ok(Primary::Literal(from_hex(hex)));
        }
        if let [b'0', b'b' | b'B', ..] = token {
            return Ok(Primary::Literal(Cell::Nothing));
        }
        let number: f64 = ascii(token)?.parse().map_err(|_| Fault::Broken)?;
        Ok(Primary::Literal(Cell::float(number)))
    }

    /// A string, from its opening quote. Only one with escapes is copied.
    #[inline]
    fn string(&mut self, quote: u8, backslash: Backslash) -> Result<Cell<'b>, Fault> {
        let bytes = self.lexer.bytes;
        let start = self.lexer.at + 1;
        let end = match backslash {
            Backslash::Escapes => memchr::memchr2(quote, b'\\', &bytes[start..]),
            Backslash::IsItself => memchr::memchr(quote, &bytes[start..]),
        };
        let end = start + end.ok_or(Fault::Cut)?;
        if bytes[end] == quote {
            match bytes.get(end + 1) {
                None if !self.lexer.is_all => return Err(Fault::Cut),
                Some(&byte) if byte == quote => {}
                _ => {
                    self.lexer.at = end + 1;
                    let text = std::str::from_utf8(&bytes[start..end]).map_err(|_| Fault::Broken)?;
                    return Ok(Cell::Text(text.into()));
                }
            }
        }
        self.escaped(quote, backslash, start, end)
    }

    /// A string with escapes, the first one at `next`.
    fn escaped(&mut self, quote: u8, backslash: Backslash, start: usize, next: usize) -> Result<Cell<'b>, Fault> {
        let bytes = self.lexer.bytes;
        let mut text = Vec::new();
        let (mut copied, mut next) = (start, next);
        loop {
            text.extend_from_slice(&bytes[copied..next]);
            let following = bytes.get(next + 1).copied();
            if bytes[next] == quote {
                match following {
                    None if !self.lexer.is_all => return Err(Fault::Cut),
                    Some(byte) if byte == quote => text.push(quote),
                    _ => break,
                }
            } else {
                match following.ok_or(Fault::Cut)? {
                    b'n' => text.push(b'\n'),
                    b't' => text.push(b'\t'),
                    b'r' => text.push(b'\r'),
                    b'b' => text.push(8),
                    // The padding of a binary field: a blank, as NULs in text are.
                    b'0' => text.push(b' '),
                    b'Z' => text.push(26),
                    // These two keep their backslash outside patterns.
                    byte @ (b'%' | b'_') => text.extend_from_slice(&[b'\\', byte]),
                    byte => text.push(byte),
                }
            }
            copied = next + 2;
            let rest = bytes.get(copied..).ok_or(Fault::Cut)?;
            next = copied
                + match backslash {
                    Backslash::Escapes => memchr::memchr2(quote, b'\\', rest),
                    Backslash::IsItself => memchr::memchr(quote, rest),
                }
                .ok_or(Fault::Cut)?;
        }
        self.lexer.at = next + 1;
        String::from_utf8(text).map(|text| Cell::Text(text.into())).map_err(|_| Fault::Broken)
    }
}

fn constant(word: &[u8]) -> Primary<'_> {
    let is = |known: &str| word.eq_ignore_ascii_case(known.as_bytes());
    if is("NULL") || is("DEFAULT") {
        Primary::Literal(Cell::Nothing)
    } else if is("TRUE") {
        Primary::Literal(Cell::Text("true".into()))
    } else if is("FALSE") {
        Primary::Literal(Cell::Text("false".into()))
    } else {
        Primary::Word
    }
}

/// Bytes written as hex digits; empty if they are not text.
fn from_hex<'b>(digits: &[u8]) -> Cell<'b> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(digits).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.map_or(Cell::Nothing, |text| Cell::Text(text.into()))
}

fn ascii(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| Fault::Broken)
}

/// Whether a quote after a backslash makes the end of a string differ between the two dialects.
pub(super) fn is_ambiguous(tuple: &[u8]) -> bool {
    memchr::memmem::find(tuple, b"\\'").is_some() || memchr::memmem::find(tuple, b"\\\"").is_some()
}
