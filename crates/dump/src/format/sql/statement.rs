//! Reads statements and their tuples, one after another.

use super::copy::recycled;
use super::dialect::{Backslash, EVIDENCE_BYTES, Product};
use super::header::{self, Target};
use super::lexer::{Fault, Lexer};
use super::reader::{Current, Reader};
use super::skip::Resumed;
use super::tuple;
use crate::format::rows::{Cell, Stopped};

impl Reader<'_> {
    /// Reads all statements.
    pub(super) fn all(mut self) -> Result<(), Stopped> {
        while self.statement()? {}
        Ok(self.window.finish()?)
    }

    /// Reads or skips a statement; false at the end.
    fn statement(&mut self) -> Result<bool, Stopped> {
        self.between_statements()?;
        let known = self.table.beginning.len();
        if known > 0 && self.window.peek(known).starts_with(&self.table.beginning) {
            self.window.skip(known);
            self.tuples()?;
            return Ok(true);
        }
        let head = self.window.peek(EVIDENCE_BYTES);
        if head.is_empty() {
            return Ok(false);
        }
        self.dialect.observe(head);
        let word: Vec<u8> =
            head.iter().take_while(|b| b.is_ascii_alphabetic()).take(16).map(u8::to_ascii_uppercase).collect();
        match &word[..] {
            b"INSERT" | b"REPLACE" => self.insert(word.len())?,
            b"CREATE" => self.create()?,
            b"COPY" => self.copy(word.len())?,
            b"GO" => self.window.skip(word.len()),
            // The routines between two of them are skipped statement by statement.
            b"DELIMITER" => self.skip_past(b"\n")?,
            // A command of psql takes the whole line.
            b"" if head[0] == b'\\' => self.skip_past(b"\n")?,
            _ => self.skip_statement()?,
        }
        Ok(true)
    }

    /// Parses the beginning of the view, reading as much as that needs, up to the longest record.
    /// Also returns the number of bytes parsed.
    fn parse<T>(
        &mut self,
        parse: impl Fn(&mut Lexer<'_>) -> Result<T, Fault>,
    ) -> Result<Result<(T, usize), Fault>, Stopped> {
        loop {
            let (bytes, is_all) = (self.window.bytes(), self.window.is_ended());
            let mut lexer = Lexer::new(bytes, self.dialect, is_all);
            match parse(&mut lexer) {
                Err(Fault::Cut) if !is_all && bytes.len() <= self.record => self.window.read_more(),
                parsed => return Ok(parsed.map(|parsed| (parsed, lexer.at))),
            };
        }
    }

    fn insert(&mut self, word: usize) -> Result<(), Stopped> {
        let at = self.window.at();
        let parsed = self.parse(|lexer| {
            lexer.at = word;
            header::insert(lexer)
        })?;
        match parsed {
            Ok((Some(target), length)) => {
                let beginning = self.window.bytes()[..length].to_vec();
                self.begin(&target)?;
                self.table.beginning = beginning;
                self.window.skip(length);
                self.tuples()
            }
            Ok((None, _)) => self.skip_statement(),
            Err(_) => {
                self.rows.malformed(at)?;
                self.window.skip(word);
                self.resume(false).map(|_| ())
            }
        }
    }

    /// The rows that follow belong to this table.
    fn begin(&mut self, target: &Target) -> Result<(), Stopped> {
        if let Some(product) = target.product {
            self.dialect.observe_product(product);
        }
        let columns = self.tables.columns_of(target);
        self.rows.table(&target.table, &columns)?;
        let width = (!columns.is_empty()).then_some(columns.len());
        self.table = Current { beginning: Vec::new(), width, last_width: None };
        Ok(())
    }

    fn create(&mut self) -> Result<(), Stopped> {
        let parsed = self.parse(|lexer| {
            lexer.at = "CREATE".len();
            header::create(lexer)
        })?;
        if let Ok((Some(target), length)) = parsed {
            self.tables.remember(&target);
            // The same statement may refer to other columns now.
            self.table = Current::default();
            self.window.skip(length);
            let options = self.window.peek(EVIDENCE_BYTES);
            let product =
                if memchr::memmem::find(options, b"ENGINE=").is_some() { Some(Product::MySql) } else { target.product };
            if let Some(product) = product {
                self.dialect.observe_product(product);
            }
        }
        self.skip_statement()
    }

    fn copy(&mut self, word: usize) -> Result<(), Stopped> {
        let parsed = self.parse(|lexer| {
            lexer.at = word;
            header::copy(lexer)
        })?;
        let Ok((Some((target, format)), length)) = parsed else { return self.skip_statement() };
        self.begin(&target)?;
        self.window.skip(length);
        self.copied(&format, self.table.width)?;
        self.table = Current::default();
        Ok(())
    }

    /// Reads tuples up to the end of their statement.
    fn tuples(&mut self) -> Result<(), Stopped> {
        let mut cells = Vec::new();
        loop {
            let is_sound;
            (is_sound, cells) = self.tuple(cells)?;
            let next = if is_sound { self.after_tuple()? } else { Next::Broken };
            match next {
                Next::Tuple => {}
                Next::Statement => return Ok(()),
                Next::Clause => return self.skip_statement(),
                Next::Broken => {
                    if self.resume(true)? != Resumed::Tuple {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Reads the tuple at the start of the view, and skips it; false if it is broken, which has
    /// been reported then. `room` is memory for its cells.
    fn tuple(&mut self, room: Vec<Cell<'static>>) -> Result<(bool, Vec<Cell<'static>>), Stopped> {
        let at = self.window.at();
        let mut room = room;
        loop {
            let (bytes, is_all) = (self.window.bytes(), self.window.is_ended());
            let mut cells = recycled(room);
            let lexer = Lexer::new(bytes, self.dialect, is_all);
            let read = read_tuple(lexer, self.table.width.or(self.table.last_width), &mut cells);
            match read {
                Ok(length) => {
                    let is_wide = self.table.width.is_none_or(|width| width == cells.len());
                    if is_wide && length <= self.record {
                        self.table.last_width = Some(cells.len());
                        self.rows.row(at, &cells)?;
                    } else {
                        self.rows.malformed(at)?;
                    }
                    let room = recycled(cells);
                    self.window.skip(length);
                    return Ok((true, room));
                }
                Err(Fault::Cut) if !is_all && bytes.len() <= self.record => {
                    room = recycled(cells);
                    self.window.read_more();
                }
                Err(_) => {
                    self.rows.malformed(at)?;
                    let room = recycled(cells);
                    self.window.skip(1);
                    return Ok((false, room));
                }
            }
        }
    }

    /// Skips what follows a tuple, up to the next one if there is one.
    fn after_tuple(&mut self) -> Result<Next, Stopped> {
        if self.window.bytes().starts_with(b",(") {
            self.window.skip(1);
            return Ok(Next::Tuple);
        }
        let at = self.window.at();
        let parsed = self.parse(|lexer| {
            lexer.blank()?;
            if lexer.rest().is_empty() || lexer.take(b';') {
                return Ok(Next::Statement);
            }
            if lexer.take(b',') {
                lexer.blank()?;
                return if lexer.peek()? == b'(' { Ok(Next::Tuple) } else { Err(Fault::Broken) };
            }
            let mut ahead = *lexer;
            let word = ahead.word()?;
            let is = |known: &str| word.eq_ignore_ascii_case(known.as_bytes());
            match word {
                b"" => Err(Fault::Broken),
                _ if is("ON") || is("AS") || is("RETURNING") => Ok(Next::Clause),
                // SQL Server's scripts have no mark at the end of statements.
                _ => Ok(Next::Statement),
            }
        })?;
        let Ok((next, length)) = parsed else {
            self.rows.malformed(at)?;
            return Ok(Next::Broken);
        };
        self.window.skip(length);
        Ok(next)
    }
}

/// What follows a tuple.
#[derive(Clone, Copy)]
enum Next {
    Tuple,
    Statement,
    /// More of the same statement, without rows.
    Clause,
    Broken,
}

/// Parses a tuple in the dialect; without evidence of one, so that it is as wide as the others.
fn read_tuple<'b>(lexer: Lexer<'b>, wanted: Option<usize>, cells: &mut Vec<Cell<'b>>) -> Result<usize, Fault> {
    let read = |backslash, cells: &mut Vec<Cell<'b>>| {
        let mut lexer = lexer;
        cells.clear();
        tuple::tuple(&mut lexer, backslash, cells).map(|()| lexer.at)
    };
    if let Some(backslash) = lexer.dialect.backslash() {
        return read(backslash, cells);
    }
    let first = read(Backslash::Escapes, cells);
    let end = first.unwrap_or(lexer.bytes.len());
    let fits = |cells: &Vec<Cell<'_>>| wanted.is_none_or(|width| width == cells.len());
    if first.is_ok() && fits(cells) || !tuple::is_ambiguous(&lexer.bytes[..end]) {
        return first;
    }
    let second = read(Backslash::IsItself, cells);
    if second.is_ok() && fits(cells) {
        return second;
    }
    if first == Err(Fault::Cut) || second == Err(Fault::Cut) && first.is_err() {
        return Err(Fault::Cut);
    }
    read(Backslash::Escapes, cells)
}
