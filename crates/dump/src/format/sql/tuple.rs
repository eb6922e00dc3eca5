//! Parses one tuple of an INSERT, from its opening to its closing parenthesis, into cells.
//!
//! Strict about what may follow a value: if a quote was not escaped, letters follow directly after
//! a string, and the tuple counts as broken there instead of swallowing the following ones.

use super::dialect::Backslash;
use super::expression::{Ends, Values};
use super::lexer::{Fault, Lexer};
use super::parts::Parts;
use crate::format::rows::Cell;

/// Maximum cells of a tuple; the widest table of any of these servers has 4,096.
const CELLS: usize = 4_096;

/// Parses the tuple at the lexer's position. `ordinary` says what a backslash means in an ordinary
/// string.
pub(super) fn tuple<'b>(
    lexer: &mut Lexer<'b>,
    ordinary: Backslash,
    cells: &mut Vec<Cell<'b>>,
    parts: &mut Parts,
) -> Result<(), Fault> {
    if !lexer.take(b'(') {
        return Err(if lexer.rest().is_empty() { Fault::Cut } else { Fault::Broken });
    }
    let mut values = Values { lexer, ordinary, ends: Ends::Tuple, parts };
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

/// The same in the dialect; without evidence of one, so that it is as wide as the others. Returns
/// its length.
pub(super) fn tuple_of_width<'b>(
    lexer: Lexer<'b>,
    wanted: Option<usize>,
    cells: &mut Vec<Cell<'b>>,
    parts: &mut Parts,
) -> Result<usize, Fault> {
    let mut read = |backslash, cells: &mut Vec<Cell<'b>>| {
        let mut lexer = lexer;
        cells.clear();
        parts.clear();
        tuple(&mut lexer, backslash, cells, parts).map(|()| lexer.at)
    };
    let usual = lexer.dialect.backslash().unwrap_or(Backslash::Escapes);
    let first = read(usual, cells);
    let end = first.unwrap_or(lexer.bytes.len());
    let fits = |cells: &Vec<Cell<'_>>| wanted.is_none_or(|width| width == cells.len());
    // The dialect is believed unless a tuple of the right width is there the other way.
    let is_known = lexer.dialect.backslash().is_some() && first.is_err();
    if first.is_ok() && fits(cells) || is_known || !is_ambiguous(&lexer.bytes[..end]) {
        return first;
    }
    let other = if usual == Backslash::Escapes { Backslash::IsItself } else { Backslash::Escapes };
    let second = read(other, cells);
    if second.is_ok() && fits(cells) {
        return second;
    }
    if first == Err(Fault::Cut) || second == Err(Fault::Cut) && first.is_err() {
        return Err(Fault::Cut);
    }
    read(usual, cells)
}

/// Whether a quote after a backslash makes the end of a string differ between the two dialects.
fn is_ambiguous(tuple: &[u8]) -> bool {
    memchr::memmem::find(tuple, b"\\'").is_some() || memchr::memmem::find(tuple, b"\\\"").is_some()
}
