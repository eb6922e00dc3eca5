//! Records in XML: dumps of databases, exports of spreadsheets, any other elements.
//!
//! An element without elements in it is a field of the one around it; an element with fields is a
//! record, in the table of its name. The key of a field is its name (`<mobile>`), or, where a
//! general element has one, its attribute (`<field name="mobile">`, `<entry key="mobile">`), or the
//! text of a key before it (`<key>mobile</key><string>…`). Attributes are fields too. Workbooks of
//! Excel 2003 give the rows of their sheets (`workbook`).
//!
//! Nothing is an error: end tags may be missing or superfluous. Comments are passed over; text that
//! is in no field is text outside of records.

mod element;
mod workbook;

#[cfg(test)]
mod tests;

use crate::format::keyed::Keyed;
use crate::format::markup::{Kind, Markup, local, name_of, unescaped};
use crate::format::rows::{Outside, Rows, Stopped};
use crate::halt::Halt;
use crate::limits::Limits;
use element::Element;
use std::io::Read;
use workbook::Workbook;

const COMMENTS: Outside = Outside::PassedOver("comments");

/// Share of the record limit that an element keeps before its fields are delivered.
const PARTS: usize = 8;

/// Bytes before a declaration.
const BANNER_BYTES: usize = 1 << 10;

/// How certainly a text is XML, between 0 and 1, from its head.
pub(crate) fn looks_like(head: &str) -> Option<f64> {
    let head = head.trim_start_matches('\u{feff}').trim_start();
    if head.starts_with("<?xml") {
        return Some(0.9);
    }
    if let Some(name) = head.strip_prefix('<') {
        let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '!');
        // An element that ends.
        return (is_name && (head.contains("</") || head.contains("/>"))).then_some(0.7);
    }
    let banner = head.char_indices().map(|(at, _)| at).take_while(|&at| at <= BANNER_BYTES).last().unwrap_or_default();
    head[..banner].contains("<?xml").then_some(0.6)
}

/// Reads the text, and delivers each record to `rows`.
pub(crate) fn read(text: &mut dyn Read, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    let mut markup = Markup::new(text, limits.record, false);
    let mut document = Document {
        keyed: Keyed::new(rows),
        record: limits.record,
        depth: limits.depth,
        open: vec![Element::root()],
        too_deep: 0,
        workbook: None,
    };
    while let Some(piece) = markup.next() {
        match piece.kind {
            Kind::Text => document.text(piece.at, &unescaped(&piece.text))?,
            Kind::Literal => document.text(piece.at, &piece.text)?,
            Kind::Start => document.start(piece.at, &piece.text)?,
            Kind::End => {
                let name = name_of(&piece.text);
                document.keyed.name(piece.at, &piece.text)?;
                document.end(name)?;
            }
            Kind::Comment => document.keyed.outside(piece.at, &piece.text, COMMENTS)?,
            Kind::Instruction => document.keyed.name(piece.at, &piece.text)?,
            Kind::Broken => {
                document.keyed.malformed(piece.at)?;
                document.keyed.outside(piece.at, &piece.text, Outside::Malformed)?;
            }
        }
    }
    if markup.has_failed() {
        // The text that it ends with is not whole.
        document.open.last_mut().expect("the root").drop_text();
    }
    while !document.open.is_empty() {
        document.close()?;
    }
    if let Some(workbook) = document.workbook.take() {
        workbook.finish(&mut document.keyed)?;
    }
    document.keyed.finish()?;
    markup.finish()?;
    Ok(())
}

struct Document<'r> {
    keyed: Keyed<'r>,
    record: usize,
    depth: usize,
    /// The elements that are open, innermost last. The first is around all.
    open: Vec<Element>,
    /// Elements that are open below the maximum depth.
    too_deep: usize,
    /// The workbook, if it is one.
    workbook: Option<Workbook>,
}

impl Document<'_> {
    fn text(&mut self, at: u64, text: &str) -> Result<(), Halt> {
        if let Some(workbook) = &mut self.workbook {
            return workbook.text(at, text, &mut self.keyed);
        }
        let element = self.open.last_mut().expect("the root");
        element.add(at, text);
        if element.text_bytes() > self.record { element.give_up(&mut self.keyed) } else { Ok(()) }
    }

    fn start(&mut self, at: u64, tag: &str) -> Result<(), Halt> {
        self.keyed.name(at, name_of(tag))?;
        if self.workbook.is_none() && self.open.len() == 1 && local(name_of(tag)) == "Workbook" {
            self.workbook = Some(Workbook::new(self.record));
        }
        if let Some(workbook) = &mut self.workbook {
            return workbook.start(at, tag, &mut self.keyed);
        }
        let is_empty = tag.ends_with('/');
        if self.open.len() > self.depth {
            self.too_deep += usize::from(!is_empty);
            return self.keyed.outside(at, tag, Outside::Malformed);
        }
        let parent = self.open.last_mut().expect("the root");
        let element = Element::new(at, tag, parent, &mut self.keyed)?;
        self.open.push(element);
        if is_empty { self.close() } else { Ok(()) }
    }

    fn end(&mut self, name: &str) -> Result<(), Halt> {
        if let Some(workbook) = &mut self.workbook {
            return workbook.end(name, &mut self.keyed);
        }
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return Ok(());
        }
        // Elements in it whose ends are missing end here; an end of none is superfluous.
        let Some(at) = self.open.iter().skip(1).rposition(|open| open.name == name) else { return Ok(()) };
        while self.open.len() > at + 1 {
            self.close()?;
        }
        Ok(())
    }

    /// Closes the innermost element.
    fn close(&mut self) -> Result<(), Halt> {
        let Some(element) = self.open.pop() else { return Ok(()) };
        element.close(self.open.last_mut(), &mut self.keyed)?;
        match self.open.last_mut() {
            Some(parent) if parent.bytes() > self.record / PARTS => parent.deliver(&mut self.keyed),
            _ => Ok(()),
        }
    }
}
