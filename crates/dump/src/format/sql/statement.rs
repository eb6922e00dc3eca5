//! Reads statements, one after another, by their first words.

use super::beginnings::{AHEAD_BYTES, Product, Reach, beginning_of, begins_statement};
use super::dialect::EVIDENCE_BYTES;
use super::header::{self, Target};
use super::parts::Parts;
use super::reader::{Current, NAMES, Reader, STATEMENTS};
use super::tuple;
use super::word::first_word;
use crate::format::rows::{Cell, Outside, Stopped};

impl Reader<'_> {
    /// Reads all statements.
    pub(super) fn all(mut self) -> Result<(), Stopped> {
        while self.statement()? {}
        Ok(self.view.finish(self.rows)??)
    }

    /// Reads or skips a statement; false at the end.
    fn statement(&mut self) -> Result<bool, Stopped> {
        self.between_statements()?;
        let known = self.table.beginning.len();
        if known > 0 && self.view.peek(known).starts_with(&self.table.beginning) {
            self.take(known)?;
            self.inserted()?;
            return Ok(true);
        }
        let head = self.view.ahead(EVIDENCE_BYTES);
        let Some(&first) = head.first() else { return Ok(false) };
        self.dialect.observe(head);
        let word = first_word(head);
        let beginning = beginning_of(&head[..head.len().min(AHEAD_BYTES)]);
        let is_sure = beginning.is_some_and(|known| known.is_sure);
        if !is_sure && is_sentence(head) {
            self.pass_foreign()?;
            return Ok(true);
        }
        match &word[..] {
            b"INSERT" | b"REPLACE" | b"UPSERT" | b"INS" => self.insert(word.len(), is_sure)?,
            b"CREATE" => self.create()?,
            b"COPY" => self.copy(word.len())?,
            b"UPDATE" | b"DELETE" | b"MERGE" | b"WITH" | b"SELECT" | b"VALUES" => self.walk(Target::default())?,
            b"CALL" | b"EXEC" | b"EXECUTE" => self.call(word.len())?,
            b"" if first == b'(' => self.stray_tuples()?,
            // A command of a client takes the whole line.
            b"" if first == b'\\' => self.pass_line(STATEMENTS)?,
            _ => match beginning.map(|known| known.reach) {
                Some(Reach::Line) => self.pass_line(STATEMENTS)?,
                Some(_) => self.skip_statement()?,
                None => self.pass_foreign()?,
            },
        }
        Ok(true)
    }

    fn insert(&mut self, word: usize, is_sure: bool) -> Result<(), Stopped> {
        let at = self.view.at();
        let parsed = self.parse(|lexer| {
            lexer.at = word;
            header::insert(lexer)
        });
        match parsed {
            Ok((Some(target), length)) => {
                let beginning = self.view.bytes()[..length].to_vec();
                self.tables.inserted(&target);
                self.begin(target)?;
                self.table.beginning = beginning;
                self.pass(length, NAMES)?;
                self.inserted()
            }
            Ok((None, _)) if is_sure || self.has_values_ahead() => self.walk(Target::default()),
            Err(_) if is_sure => {
                self.rows.malformed(at)?;
                self.pass(word, Outside::Malformed)?;
                self.resume(false).map(|_| ())
            }
            // A message of a client: `INSERT 0 1`.
            Ok(_) | Err(_) => self.pass_foreign(),
        }
    }

    fn has_values_ahead(&mut self) -> bool {
        let head = self.view.ahead(EVIDENCE_BYTES).to_ascii_uppercase();
        [&b"SELECT"[..], b"SET", b"VALUE"].iter().any(|word| memchr::memmem::find(&head, word).is_some())
    }

    /// Reads the tuples of an INSERT, and what follows them in their statement.
    fn inserted(&mut self) -> Result<(), Stopped> {
        if self.tuples(false)? {
            let target = self.table.target.clone();
            self.walk(target)?;
        }
        Ok(())
    }

    fn create(&mut self) -> Result<(), Stopped> {
        let parsed = self.parse(|lexer| {
            lexer.at = "CREATE".len();
            header::create(lexer)
        });
        if let Ok((Some(target), length)) = parsed {
            if target.columns.is_empty() {
                self.pass(length, STATEMENTS)?;
                return self.walk(target);
            }
            self.tables.created(&target);
            // The same statement may refer to other columns now.
            self.table = Current::default();
            self.pass(length, STATEMENTS)?;
            let options = self.view.ahead(EVIDENCE_BYTES);
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
        });
        let Ok((Some((target, format)), length)) = parsed else {
            let is_sure = begins_statement(self.view.ahead(AHEAD_BYTES));
            return if is_sure { self.skip_statement() } else { self.pass_foreign() };
        };
        self.begin(target)?;
        self.pass(length, NAMES)?;
        self.copied(&format, self.table.width)?;
        self.table = Current::default();
        Ok(())
    }

    /// Tuples without a statement: the rest of a dump that was cut into files.
    fn stray_tuples(&mut self) -> Result<(), Stopped> {
        let parsed = self.parse(|lexer| {
            let (mut cells, mut parts) = (Vec::new(), Parts::default());
            lexer.at = tuple::tuple_of_width(*lexer, None, &mut cells, &mut parts)?;
            lexer.blank()?;
            let is_followed = matches!(lexer.rest().first(), None | Some(b',' | b';' | b'('));
            Ok(is_followed && cells.iter().any(|cell| *cell != Cell::Nothing))
        });
        if !matches!(parsed, Ok((true, _))) {
            return self.pass_foreign();
        }
        self.begin(Target::default())?;
        self.tuples(false).map(|_| ())
    }
}

/// Whether this begins like a sentence, not like a statement: one capital, and nothing on the line
/// that statements have.
fn is_sentence(head: &[u8]) -> bool {
    let line = &head[..memchr::memchr(b'\n', head).unwrap_or(head.len())];
    let is_capitalised = line[0].is_ascii_uppercase() && line.get(1).is_some_and(u8::is_ascii_lowercase);
    is_capitalised && !line.iter().any(|byte| matches!(byte, b'=' | b'(' | b';' | b'[' | b'`' | b'*'))
}
