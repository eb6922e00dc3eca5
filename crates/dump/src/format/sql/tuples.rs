//! Reads the tuples of a statement, one after another.

use super::lexer::{Fault, Lexer};
use super::reader::{COMMENTS, PARTS, Reader};
use super::resume::Resumed;
use super::tuple;
use super::word::is_one_of;
use crate::format::rows::{Cell, Outside, Stopped};

/// Words after a tuple that continue its statement.
const CONTINUES: &str = "ON AS RETURNING INTO SELECT WHEN ELSE UNION MATCHING FROM WHERE VALUES";

/// What follows a tuple.
#[derive(Clone, Copy)]
enum Next {
    Tuple,
    /// Another statement, or the end.
    Statement,
    /// More of the same statement.
    Clause,
    Broken,
}

impl Reader<'_> {
    /// Reads tuples up to their end; true if their statement continues there. If they are in
    /// parentheses (`is_inner`), it does.
    pub(super) fn tuples(&mut self, is_inner: bool) -> Result<bool, Stopped> {
        let mut cells = Vec::new();
        loop {
            let is_sound;
            (is_sound, cells) = self.tuple(cells)?;
            let next = if is_sound { self.after_tuple(is_inner)? } else { Next::Broken };
            match next {
                Next::Tuple => {}
                Next::Statement => return Ok(false),
                Next::Clause => return Ok(true),
                Next::Broken => {
                    if self.resume(true)? != Resumed::Tuple {
                        return Ok(false);
                    }
                }
            }
        }
    }

    /// Reads the tuple at the start of the view, and skips it; false if it is broken, which has
    /// been reported then. `room` is memory for its cells.
    fn tuple(&mut self, room: Vec<Cell<'static>>) -> Result<(bool, Vec<Cell<'static>>), Stopped> {
        self.flush()?;
        let at = self.view.at();
        let mut room = room;
        loop {
            let mut cells = recycled(room);
            let (bytes, is_all, can_grow) = self.view.held(self.record);
            let lexer = Lexer::new(bytes, self.dialect, is_all);
            let wanted = self.table.width.or(self.table.last_width);
            match tuple::tuple_of_width(lexer, wanted, &mut cells, &mut self.parts) {
                Ok(length) => {
                    self.table.last_width = Some(cells.len());
                    self.rows.row(at, &cells)?;
                    for (start, part) in self.parts.telling(bytes) {
                        self.rows.outside(at + start as u64, part, PARTS)?;
                    }
                    let room = recycled(cells);
                    self.take(length)?;
                    return Ok((true, room));
                }
                Err(Fault::Cut) if can_grow => {
                    room = recycled(cells);
                    self.view.read_more();
                }
                Err(_) => {
                    self.rows.malformed(at)?;
                    let room = recycled(cells);
                    self.pass(1, Outside::Malformed)?;
                    return Ok((false, room));
                }
            }
        }
    }

    /// Skips what follows a tuple, up to the next one if there is one.
    fn after_tuple(&mut self, is_inner: bool) -> Result<Next, Stopped> {
        if self.view.bytes().starts_with(b",(") {
            self.take(1)?;
            return Ok(Next::Tuple);
        }
        let at = self.view.at();
        let parsed = self.parse(|lexer| {
            lexer.blank()?;
            if lexer.rest().is_empty() || lexer.take(b';') {
                return Ok(Next::Statement);
            }
            let has_comma = lexer.take(b',');
            if has_comma {
                lexer.blank()?;
                // A prompt that asks for more.
                if lexer.rest().starts_with(b"->") {
                    lexer.at += 2;
                    lexer.blank()?;
                }
                lexer.take_any("ROW VALUES")?;
                if lexer.rest().is_empty() {
                    return Ok(Next::Statement);
                }
            }
            let mut ahead = *lexer;
            match lexer.peek()? {
                b'(' => return Ok(Next::Tuple),
                _ if has_comma => return Err(Fault::Broken),
                b')' if is_inner => return Ok(Next::Clause),
                _ => {}
            }
            match ahead.word()? {
                b"" if is_end(lexer)? => Ok(Next::Statement),
                b"" => Err(Fault::Broken),
                word if is_one_of(word, CONTINUES) => Ok(Next::Clause),
                // SQL Server's scripts have no mark at the end of statements.
                _ => Ok(Next::Statement),
            }
        });
        let Ok((next, length)) = parsed else {
            self.rows.malformed(at)?;
            return Ok(Next::Broken);
        };
        self.pass(length, COMMENTS)?;
        Ok(next)
    }
}

/// Whether what follows a tuple ends its statement: another mark than a semicolon, alone on the
/// rest of the line, or anything on another line.
fn is_end(lexer: &Lexer<'_>) -> Result<bool, Fault> {
    const MARK_BYTES: usize = 2;
    let rest = lexer.rest();
    if matches!(rest[0], b')' | b'\'' | b'"' | b'`' | b',') {
        return Ok(false);
    }
    if lexer.bytes[..lexer.at].contains(&b'\n') {
        return Ok(true);
    }
    let mark = rest.iter().take(MARK_BYTES).take_while(|&byte| byte.is_ascii_punctuation()).count();
    match rest.get(mark) {
        None if !lexer.is_all => Err(Fault::Cut),
        None | Some(b'\r' | b'\n') => Ok(mark > 0),
        Some(_) => Ok(rest.starts_with(b"</")),
    }
}

/// Reuses the memory of cells for other bytes.
pub(super) fn recycled<'n>(cells: Vec<Cell<'_>>) -> Vec<Cell<'n>> {
    // The standard library collects in place.
    cells.into_iter().map_while(|_| None).collect()
}
