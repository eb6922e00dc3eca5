//! The fields of one record, in one buffer that is wiped.

use crate::format::rows::{Cell, Tag};
use crate::wiped::WipedText;

/// The fields of one record, in one buffer.
#[derive(Default)]
pub(crate) struct Record {
    text: WipedText,
    fields: Vec<Field>,
}

struct Field {
    at: u64,
    key_end: usize,
    value_end: usize,
    tag: Tag,
}

impl Record {
    /// Adds a field. Its position is that of the row if the key repeats.
    pub(crate) fn push(&mut self, at: u64, key: &str, value: &Cell<'_>) {
        let (tag, value) = value.parts();
        self.text.push_str(key);
        let key_end = self.text.len();
        self.text.push_str(value);
        self.fields.push(Field { at, key_end, value_end: self.text.len(), tag });
    }

    pub(crate) fn push_text(&mut self, at: u64, key: &str, value: &str) {
        self.push(at, key, &Cell::Text(value.into()));
    }

    /// The key of the first and of the last field.
    pub(crate) fn first_key(&self) -> Option<&str> {
        self.fields().next().map(|(_, key, _)| key)
    }

    pub(crate) fn last_key(&self) -> Option<&str> {
        let start = self.fields.len().checked_sub(2).map_or(0, |previous| self.fields[previous].value_end);
        self.fields.last().map(|field| &self.text[start..field.key_end])
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Memory that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len() + self.fields.len() * size_of::<Field>()
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.fields.clear();
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = (u64, &str, Cell<'_>)> {
        self.fields.iter().scan(0, |start, field| {
            let key = &self.text[*start..field.key_end];
            *start = field.value_end;
            Some((field.at, key, field.tag.cell(&self.text[field.key_end..field.value_end])))
        })
    }
}
