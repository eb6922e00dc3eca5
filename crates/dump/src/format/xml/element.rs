//! One element while it is open: what it is called, its attributes, its text, the fields in it; and
//! what it is when it closes.

use crate::columns::label;
use crate::format::keyed::{Keyed, Record};
use crate::format::markup::{attributes, local, name_of};
use crate::format::rows::{Cell, Outside};
use crate::halt::Halt;
use crate::wiped::WipedText;

/// Attributes that name what an element holds.
const NAMES: [&str; 7] = ["name", "key", "field", "column", "col", "k", "n"];

/// Elements that say nothing of what they hold: the element around them does.
const GENERAL: [&str; 22] = [
    "item", "value", "values", "string", "str", "int", "integer", "long", "double", "real", "li", "element", "entry",
    "el", "i", "v", "data", "list", "array", "arr", "dict", "map",
];

/// What an element beside a value is called if it is the key of it, as the end of its name.
const KEYS: [&str; 5] = ["key", "name", "field", "label", "type"];

pub(super) struct Element {
    /// As written, with its prefix.
    pub(super) name: String,
    /// What its content is called.
    label: String,
    at: u64,
    /// Its attributes, without those that name it.
    attributes: Record,
    /// Whether an attribute names it.
    is_named: bool,
    has_elements: bool,
    text: WipedText,
    text_at: u64,
    is_broken: bool,
    /// Its fields.
    record: Record,
    /// The text of a key, which the next element is called by.
    pending: Option<String>,
}

impl Element {
    /// What is around all elements.
    pub(super) fn root() -> Self {
        Self::called(String::new(), String::new(), 0)
    }

    fn called(name: String, label: String, at: u64) -> Self {
        Self {
            name,
            label,
            at,
            attributes: Record::default(),
            is_named: false,
            has_elements: false,
            text: WipedText::default(),
            text_at: at,
            is_broken: false,
            record: Record::default(),
            pending: None,
        }
    }

    pub(super) fn new(at: u64, tag: &str, parent: &mut Self, keyed: &mut Keyed<'_>) -> Result<Self, Halt> {
        parent.has_elements = true;
        let name = name_of(tag);
        let mut element = Self::called(name.to_owned(), local(name).to_owned(), at);
        if GENERAL.contains(&&*element.label) && !parent.label.is_empty() {
            element.label.clone_from(&parent.label);
        }
        if let Some(key) = parent.pending.take_if(|_| element.name != "key") {
            element.label = key;
        }
        let mut names = Vec::new();
        let are_sound = attributes(tag, |key, value| {
            let bare = local(key);
            names.push(key.to_owned());
            if key.starts_with("xmlns") || key.starts_with("xsi:") || key.starts_with("xml:") {
                names.push(value.into_owned());
                return;
            }
            if NAMES.contains(&bare) && !element.is_named && !value.trim().is_empty() {
                element.is_named = true;
                value.trim().clone_into(&mut element.label);
                names.push(value.into_owned());
            } else {
                element.attributes.push(at, bare, &Cell::Text(value));
            }
        });
        if !are_sound {
            keyed.outside(at, tag, Outside::Malformed)?;
        }
        names.iter().try_for_each(|name| keyed.name(at, name))?;
        Ok(element)
    }

    pub(super) fn add(&mut self, at: u64, text: &str) {
        if self.text.is_empty() {
            if text.trim().is_empty() {
                return;
            }
            self.text_at = at;
        }
        self.text.push_str(text);
    }

    pub(super) fn text_bytes(&self) -> usize {
        self.text.len()
    }

    pub(super) fn drop_text(&mut self) {
        self.text.clear();
    }

    /// The text exceeds the limit: it is handed on, and is no field.
    pub(super) fn give_up(&mut self, keyed: &mut Keyed<'_>) -> Result<(), Halt> {
        if !std::mem::replace(&mut self.is_broken, true) {
            keyed.malformed(self.text_at)?;
        }
        keyed.outside(self.text_at, &self.text, Outside::Malformed)?;
        self.text.clear();
        Ok(())
    }

    pub(super) fn bytes(&self) -> usize {
        self.record.bytes()
    }

    /// Delivers the fields so far as a record.
    pub(super) fn deliver(&mut self, keyed: &mut Keyed<'_>) -> Result<(), Halt> {
        keyed.record(&self.label, self.at, &self.record)?;
        self.record.clear();
        Ok(())
    }

    /// What it is once it is whole: a field of its parent, or a record.
    pub(super) fn close(mut self, parent: Option<&mut Self>, keyed: &mut Keyed<'_>) -> Result<(), Halt> {
        if self.is_broken {
            self.give_up(keyed)?;
        }
        let Some(parent) = parent else {
            // The root: text around all elements is in none.
            keyed.outside(self.text_at, &self.text, Outside::Malformed)?;
            return self.deliver(keyed);
        };
        let text = self.text.trim();
        if self.has_elements {
            for (at, key, value) in self.attributes.fields() {
                self.record.push(at, key, &value);
            }
            if !text.is_empty() {
                self.record.push_text(self.text_at, &self.label, text);
            }
            // `<value><string>…</string></value>` is one value.
            if matches!(local(&self.name), "value" | "v")
                && let Some((at, key, value)) = only(&self.record)
                && key == self.label
            {
                parent.record.push(at, key, &value);
                return Ok(());
            }
            return match pair(&self.record, &self.label) {
                Some((at, key, value)) => {
                    keyed.name(at, key)?;
                    parent.record.push(at, key, &value);
                    Ok(())
                }
                None => self.deliver(keyed),
            };
        }
        if self.name == "key" && local(&parent.name) == "dict" {
            keyed.name(self.text_at, text)?;
            parent.pending = Some(text.to_owned());
            return Ok(());
        }
        if text.is_empty() {
            let mut fields = self.attributes.fields();
            return match (fields.next(), fields.next()) {
                (None, _) => Ok(()),
                (Some((at, "value" | "v" | "val", value)), None) if self.is_named => {
                    parent.record.push(at, &self.label, &value);
                    Ok(())
                }
                _ => {
                    drop(fields);
                    let table = if self.is_named { local(&self.name) } else { &self.label };
                    if self.is_named {
                        self.attributes.push_text(self.at, "name", &self.label);
                    }
                    keyed.record(table, self.at, &self.attributes)
                }
            };
        }
        parent.record.push_text(self.text_at, &self.label, text);
        for (at, key, value) in self.attributes.fields() {
            parent.record.push(at, &format!("{} {key}", self.label), &value);
        }
        Ok(())
    }
}

/// The field of a record of one.
fn only(record: &Record) -> Option<(u64, &str, Cell<'_>)> {
    let mut fields = record.fields();
    fields.next().filter(|_| fields.next().is_none())
}

/// The key and the value of a record of nothing else: `<meta_key>…</meta_key><meta_value>…`.
fn pair<'r>(record: &'r Record, label: &str) -> Option<(u64, &'r str, Cell<'r>)> {
    let mut fields = record.fields();
    let (Some(a), Some(b), None) = (fields.next(), fields.next(), fields.next()) else { return None };
    let ends = |key: &str, end: &str| key.len() >= end.len() && key.to_ascii_lowercase().ends_with(end);
    // `<member><name>…</name><value>…`: a general element is called by the one around it, and that
    // may say nothing either.
    let is_general = |key: &str| key == label && label::of_header(label).is_none();
    let is_value = |key: &str| ends(key, "value") || is_general(key);
    let (key, value) = match (is_value(a.1), is_value(b.1)) {
        (false, true) => (a, b),
        (true, false) => (b, a),
        _ => return None,
    };
    let is_key = KEYS.iter().any(|end| ends(key.1, end));
    match key.2 {
        Cell::Text(std::borrow::Cow::Borrowed(name)) if is_key && !name.is_empty() => Some((value.0, name, value.2)),
        _ => None,
    }
}
