//! Cards of contacts: vCard 2.1, 3.0 and 4.0, and what else is made of such properties between
//! `BEGIN:` and `END:` (calendars, messages of old phones).
//!
//! A card is a record; its properties are the fields, by their names without group and parameters
//! (`item1.TEL;type=CELL:` is TEL). A parameter that holds digits is a field of its own. Pictures,
//! sounds and keys are passed over. What is no property is text outside of records.
//!
//! Lines are folded in three ways: by a blank at the start of the next line; by `=` at the end of a
//! quoted-printable one, whatever follows; and, in base64 of old phones, by nothing at all.

mod property;

#[cfg(test)]
mod tests;

use crate::format::keyed::{Keyed, Record};
use crate::format::lines::Lines;
use crate::format::rows::{Outside, Rows, Stopped};
use crate::halt::Halt;
use crate::limits::Limits;
use crate::wiped::WipedText;
use property::{Encoding, Property};
use std::io::Read;

/// What is passed over.
const PICTURES: Outside = Outside::PassedOver("pictures, sounds and keys");

/// Maximum share of lines outside of cards below which the text is certainly one of cards.
const SHARE_OUTSIDE: f64 = 0.5;

/// How certainly a text is one of cards, between 0 and 1, from its head.
pub(crate) fn looks_like(head: &str) -> Option<f64> {
    let (mut inside, mut all, mut depth) = (0, 0, 0_usize);
    let mut is_card = false;
    for line in head.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()) {
        all += 1;
        match component(line) {
            Some((true, name)) => {
                depth += 1;
                is_card |= name.eq_ignore_ascii_case("VCARD");
                inside += 1;
            }
            Some((false, _)) => {
                depth = depth.saturating_sub(1);
                inside += 1;
            }
            None => inside += usize::from(depth > 0),
        }
    }
    let share = inside as f64 / f64::from(all.max(1));
    is_card.then_some(if share >= SHARE_OUTSIDE { 0.5 + share / 2.0 } else { share })
}

/// Reads the text, and delivers each card to `rows`.
pub(crate) fn read(text: &mut dyn Read, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    let mut lines = Lines::new(text, limits.record);
    let mut cards = Cards {
        keyed: Keyed::new(rows),
        record: limits.record,
        depth: limits.depth,
        open: Vec::new(),
        property: WipedText::default(),
        at: 0,
        state: State::Nothing,
        is_soft: false,
        indent: 0,
        is_old: false,
    };
    while let Some(line) = lines.next() {
        cards.line(line.at, &line.text, line.is_whole)?;
    }
    cards.end_of_property()?;
    while let Some(component) = cards.open.pop() {
        component.deliver(&mut cards.keyed)?;
    }
    cards.keyed.finish()?;
    lines.finish()?;
    Ok(())
}

/// `BEGIN:NAME` (true) or `END:NAME` (false).
fn component(line: &str) -> Option<(bool, &str)> {
    let (word, name) = line.split_once(':')?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let word = word.trim();
    if !is_name {
        None
    } else if word.eq_ignore_ascii_case("BEGIN") {
        Some((true, name))
    } else if word.eq_ignore_ascii_case("END") {
        Some((false, name))
    } else {
        None
    }
}

struct Cards<'r> {
    keyed: Keyed<'r>,
    record: usize,
    depth: usize,
    /// The components that are open, innermost last.
    open: Vec<Component>,
    /// The property that is being read, unfolded, and its position.
    property: WipedText,
    at: u64,
    state: State,
    /// Whether its last line said that the next one belongs to it.
    is_soft: bool,
    /// Blanks before the innermost `BEGIN:`, and so before each of its lines.
    indent: usize,
    /// Of version 2.1, in which a blank at a fold belongs to the text.
    is_old: bool,
}

struct Component {
    /// In capitals; empty for a card.
    name: String,
    at: u64,
    record: Record,
}

impl Component {
    fn deliver(self, keyed: &mut Keyed<'_>) -> Result<(), Halt> {
        keyed.record(&self.name, self.at, &self.record)
    }
}

/// What the open property is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// None is open.
    Nothing,
    /// It is kept.
    Kept(Encoding),
    /// It is a picture or the like.
    Passed(Encoding),
    /// It exceeds the limit.
    TooLong,
}

impl Cards<'_> {
    fn line(&mut self, at: u64, text: &str, is_whole: bool) -> Result<(), Halt> {
        if !is_whole {
            return self.too_long(at, text);
        }
        let blanks = text.bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
        if let Some((is_begin, name)) = component(text) {
            self.end_of_property()?;
            self.keyed.name(at, name)?;
            let name = name.to_ascii_uppercase();
            let name = if name == "VCARD" { String::new() } else { name };
            return if is_begin { self.begin(at, name, blanks) } else { self.end(&name) };
        }
        if self.open.is_empty() {
            return self.keyed.outside(at, text, Outside::Malformed);
        }
        let bare = &text[blanks.min(self.indent)..];
        if bare.trim().is_empty() {
            return self.end_of_property();
        }
        if let Some(more) = self.continued(bare) {
            return self.more(at, more);
        }
        self.end_of_property()?;
        self.start(at, bare)
    }

    /// What a line adds to the open property; `None` if it begins another one.
    fn continued<'t>(&self, bare: &'t str) -> Option<&'t str> {
        let encoding = match self.state {
            State::Nothing => return None,
            State::TooLong => Encoding::None,
            State::Kept(encoding) | State::Passed(encoding) => encoding,
        };
        let behind_blank = bare.strip_prefix([' ', '\t']);
        match encoding {
            Encoding::QuotedPrintable if self.is_soft => Some(behind_blank.unwrap_or(bare)),
            Encoding::Base64 if !bare.contains(':') => Some(bare.trim()),
            Encoding::None if self.is_old => behind_blank.map(|_| bare),
            _ => behind_blank,
        }
    }

    fn more(&mut self, at: u64, more: &str) -> Result<(), Halt> {
        match self.state {
            State::TooLong => return self.keyed.outside(at, more, Outside::Malformed),
            State::Passed(_) => return self.keyed.outside(at, more, PICTURES),
            _ => {}
        }
        self.push(more);
        if self.property.len() > self.record {
            self.keyed.malformed(self.at)?;
            self.keyed.outside(self.at, &self.property, Outside::Malformed)?;
            self.property.clear();
            self.state = State::TooLong;
        }
        Ok(())
    }

    /// Adds a line to the property, without the sign that the next one belongs to it.
    fn push(&mut self, line: &str) {
        let soft = line.strip_suffix('=').filter(|_| self.state == State::Kept(Encoding::QuotedPrintable));
        self.is_soft = soft.is_some();
        self.property.push_str(soft.unwrap_or(line));
    }

    fn too_long(&mut self, at: u64, text: &str) -> Result<(), Halt> {
        if self.state != State::TooLong {
            let is_of_picture = matches!(self.state, State::Passed(_)) && text.starts_with([' ', '\t']);
            if is_of_picture {
                return self.keyed.outside(at, text, PICTURES);
            }
            self.end_of_property()?;
            self.keyed.malformed(at)?;
            self.state = State::TooLong;
        }
        self.keyed.outside(at, text, Outside::Malformed)
    }

    fn start(&mut self, at: u64, line: &str) -> Result<(), Halt> {
        let Some(property) = Property::parse(line) else {
            return self.keyed.outside(at, line, Outside::Malformed);
        };
        let encoding = property.encoding();
        self.is_old |= property.name.eq_ignore_ascii_case("VERSION") && property.value.trim().starts_with('2');
        self.state = if property.is_picture() {
            self.keyed.outside(at, property.value, PICTURES)?;
            State::Passed(encoding)
        } else {
            State::Kept(encoding)
        };
        self.is_soft = false;
        if matches!(self.state, State::Kept(_)) {
            self.push(line);
        }
        self.at = at;
        Ok(())
    }

    fn end_of_property(&mut self) -> Result<(), Halt> {
        let state = std::mem::replace(&mut self.state, State::Nothing);
        let (State::Kept(_), Some(component)) = (state, self.open.last_mut()) else {
            self.property.clear();
            return Ok(());
        };
        let text = std::mem::take(&mut self.property);
        let Some(property) = Property::parse(&text) else { return Ok(()) };
        let name = property.name.to_ascii_uppercase();
        self.keyed.name(self.at, property.before)?;
        for (parameter, value) in property.parameters_with_digits() {
            component.record.push_text(self.at, &format!("{name} {}", parameter.to_ascii_uppercase()), value);
        }
        match property.text() {
            Some(value) => component.record.push_text(self.at, &name, value.trim()),
            None => self.keyed.outside(self.at, property.value, PICTURES)?,
        }
        if component.record.bytes() > self.record {
            self.keyed.record(&component.name, component.at, &component.record)?;
            component.record.clear();
        }
        self.property = text;
        self.property.clear();
        Ok(())
    }

    fn begin(&mut self, at: u64, name: String, blanks: usize) -> Result<(), Halt> {
        // A card in a card is an agent's in version 2.1, or the end of the one before is missing.
        let is_missing = name.is_empty()
            && self.open.last().is_some_and(|open| open.name.is_empty() && open.record.last_key() != Some("AGENT"));
        if is_missing || self.open.len() >= self.depth {
            self.end("")?;
        }
        if self.open.is_empty() {
            self.is_old = false;
        }
        self.indent = blanks;
        self.open.push(Component { name, at, record: Record::default() });
        Ok(())
    }

    /// Closes the innermost component of this name, and those in it.
    fn end(&mut self, name: &str) -> Result<(), Halt> {
        let from = self.open.iter().rposition(|open| open.name == name).unwrap_or(match self.open.len() {
            0 => return Ok(()),
            depth => depth - 1,
        });
        self.open.drain(from..).rev().try_for_each(|component| component.deliver(&mut self.keyed))
    }
}
