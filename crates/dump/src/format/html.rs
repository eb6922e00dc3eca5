//! Tables in HTML, as web pages show them and as programs save them for spreadsheets.
//!
//! A table whose rows begin with one of header cells gives records by those headers; one in which
//! each value stands behind its header (`<th>手机<td>154…`) gives one record; any other gives its
//! rows as they are. Tables in cells are tables of their own. All text elsewhere, and attributes
//! that hold digits, are text outside of records; scripts, styles and comments are passed over.
//!
//! It is read as browsers do: end tags may be missing, nothing is an error.

mod table;

#[cfg(test)]
mod tests;

use crate::format::keyed::{Keyed, has_digits};
use crate::format::lines::between_words;
use crate::format::markup::{Kind, Markup, attributes, name_of, unescaped};
use crate::format::rows::{Outside, Rows, Stopped};
use crate::halt::Halt;
use crate::limits::Limits;
use crate::wiped::WipedText;
use std::io::Read;
use table::{Cell, Table};

const COMMENTS: Outside = Outside::PassedOver("comments");
const SCRIPTS: Outside = Outside::PassedOver("scripts and styles");

/// Bytes of text outside of tables that are handed on at once.
const TEXT_BYTES: usize = 64 << 10;

/// Tables without headers that have a name each. Further ones are named by their width.
const TABLES: usize = 1_000;

/// How certainly a text is HTML, between 0 and 1, from its head.
pub(crate) fn looks_like(head: &str) -> Option<f64> {
    let lower = head.to_ascii_lowercase();
    let is_markup = lower.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    let has = |name: &str| {
        let mut ends = lower.match_indices(name).map(|(at, _)| lower[at + name.len()..].chars().next());
        ends.any(|next| next.is_some_and(|c| c == '>' || c.is_ascii_whitespace()))
    };
    // XML has tables too, but not of such cells.
    let has_table = has("<td") || (has("<tr") && has("<th"));
    let is_page = lower.contains("<html") || lower.contains("<!doctype html");
    match (is_markup, has_table, is_page) {
        (true, true, _) => Some(0.95),
        (true, false, true) => Some(0.6),
        (false, true, _) => Some(0.4),
        _ => None,
    }
}

/// Reads the text, and delivers each row of its tables to `rows`.
pub(crate) fn read(text: &mut dyn Read, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    let mut markup = Markup::new(text, limits.record, true);
    let mut page = Page {
        keyed: Keyed::new(rows),
        record: limits.record,
        depth: limits.depth,
        tables: Vec::new(),
        numbered: 0,
        text: WipedText::default(),
        text_at: 0,
        is_text: false,
    };
    while let Some(piece) = markup.next() {
        match piece.kind {
            Kind::Text => page.text(piece.at, &unescaped(&piece.text))?,
            Kind::Literal if page.is_text => page.text(piece.at, &unescaped(&piece.text))?,
            Kind::Literal => page.keyed.outside(piece.at, &piece.text, SCRIPTS)?,
            Kind::Start => page.start(piece.at, &piece.text)?,
            Kind::End => {
                let name = name_of(&piece.text);
                page.keyed.name(piece.at, &piece.text)?;
                page.end(name)?;
            }
            Kind::Comment => page.keyed.outside(piece.at, &piece.text, COMMENTS)?,
            Kind::Instruction => page.keyed.name(piece.at, &piece.text)?,
            Kind::Broken => page.text(piece.at, &piece.text)?,
        }
    }
    if markup.has_failed() {
        // What it ends with is not whole.
        page.tables.iter_mut().for_each(Table::drop_cell);
    }
    while !page.tables.is_empty() {
        page.end_of_table()?;
    }
    page.flush()?;
    page.keyed.finish()?;
    markup.finish()?;
    Ok(())
}

struct Page<'r> {
    keyed: Keyed<'r>,
    record: usize,
    depth: usize,
    /// The tables that are open, innermost last.
    tables: Vec<Table>,
    /// Tables so far that have a name of their own.
    numbered: usize,
    /// Text that is in no cell, and its position.
    text: WipedText,
    text_at: u64,
    /// Whether what is no markup is text: in a title or a text field.
    is_text: bool,
}

impl Page<'_> {
    fn text(&mut self, at: u64, text: &str) -> Result<(), Halt> {
        match self.tables.last_mut() {
            Some(table) if table.has_cell() => {
                table.add(text);
                if table.bytes() > self.record { table.give_up(&mut self.keyed) } else { Ok(()) }
            }
            _ => {
                if self.text.is_empty() {
                    self.text_at = at;
                }
                self.text.push_str(text);
                if self.text.len() < TEXT_BYTES {
                    return Ok(());
                }
                let text = std::mem::take(&mut self.text);
                let end = between_words(text.as_bytes());
                self.keyed.outside(self.text_at, &text[..end], Outside::Malformed)?;
                self.text.push_str(&text[end..]);
                Ok(())
            }
        }
    }

    /// Hands on the text that is in no cell.
    fn flush(&mut self) -> Result<(), Halt> {
        self.keyed.outside(self.text_at, &self.text, Outside::Malformed)?;
        self.text.clear();
        Ok(())
    }

    /// Between two blocks: words on both sides are not one.
    fn block(&mut self) -> Result<(), Halt> {
        match self.tables.last_mut() {
            Some(table) if table.has_cell() => {
                table.add("\n");
                Ok(())
            }
            _ => self.flush(),
        }
    }

    fn start(&mut self, at: u64, tag: &str) -> Result<(), Halt> {
        let name = name_of(tag).to_ascii_lowercase();
        self.is_text = matches!(&*name, "textarea" | "title");
        match &*name {
            "table" => {
                self.flush()?;
                if self.tables.len() < self.depth {
                    self.tables.push(Table::new());
                }
            }
            "tr" => {
                self.block()?;
                if self.tables.is_empty() {
                    self.tables.push(Table::new());
                }
                self.end_of_row()?;
                self.table().begin_row(at);
            }
            "td" | "th" => {
                self.flush()?;
                if self.tables.is_empty() {
                    self.tables.push(Table::new());
                }
                let mut cell = Cell::new(name == "th");
                attributes(tag, |key, value| cell.attribute(key, &value));
                self.table().begin_cell(at, cell);
            }
            "thead" | "tbody" | "tfoot" if !self.tables.is_empty() => self.end_of_row()?,
            "br" | "p" | "div" | "li" | "ul" | "ol" | "dl" | "dt" | "dd" | "hr" | "option" | "h1" | "h2" | "h3"
            | "h4" | "h5" | "h6" | "pre" | "section" | "article" | "header" | "footer" | "caption" | "form"
            | "label" => {
                self.block()?;
            }
            _ => {}
        }
        self.attributes(at, tag)
    }

    /// Attributes that may hold numbers are text: a link, the value of a field.
    fn attributes(&mut self, at: u64, tag: &str) -> Result<(), Halt> {
        if !has_digits(tag) {
            return Ok(());
        }
        self.keyed.name(at, name_of(tag))?;
        let mut found = Vec::new();
        let are_sound = attributes(tag, |key, value| {
            let key = key.to_ascii_lowercase();
            let is_cell = matches!(&*key, "x:num" | "sdval") && matches!(name_of(tag), "td" | "TD" | "th" | "TH");
            let is_style = matches!(&*key, "style" | "class" | "width" | "height" | "bgcolor" | "color" | "sdnum")
                || value.starts_with("data:");
            let value = value.strip_prefix("tel:").unwrap_or(&value);
            if (has_digits(value) && !is_cell) || has_digits(&key) {
                found.push((format!("{key} {value}"), if is_style { SCRIPTS } else { Outside::Malformed }));
            }
        });
        if !are_sound {
            return self.keyed.outside(at, tag, Outside::Malformed);
        }
        found.into_iter().try_for_each(|(text, what)| self.keyed.outside(at, &text, what))
    }

    fn end(&mut self, name: &str) -> Result<(), Halt> {
        self.is_text = false;
        match &*name.to_ascii_lowercase() {
            "table" if !self.tables.is_empty() => self.end_of_table(),
            "tr" | "thead" | "tbody" | "tfoot" if !self.tables.is_empty() => self.end_of_row(),
            "td" | "th" if !self.tables.is_empty() => {
                self.table().end_cell();
                Ok(())
            }
            "p" | "div" | "li" | "ul" | "ol" | "dl" | "dt" | "dd" | "option" | "h1" | "h2" | "h3" | "h4" | "h5"
            | "h6" | "pre" | "title" | "textarea" | "caption" | "label" => self.block(),
            _ => Ok(()),
        }
    }

    fn table(&mut self) -> &mut Table {
        self.tables.last_mut().expect("one is open")
    }

    fn end_of_row(&mut self) -> Result<(), Halt> {
        let numbered = &mut self.numbered;
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        table.end_row(&mut self.keyed, |width| {
            *numbered += 1;
            if *numbered <= TABLES { format!("table {numbered}") } else { format!("tables of {width} columns") }
        })
    }

    fn end_of_table(&mut self) -> Result<(), Halt> {
        self.end_of_row()?;
        if let Some(table) = self.tables.pop() { table.finish(&mut self.keyed) } else { Ok(()) }
    }
}
