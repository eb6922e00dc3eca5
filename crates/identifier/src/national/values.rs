//! The values of characters in a check, as in the table.

use serde::Deserialize;
use std::collections::HashMap;

/// Characters in the order of their values.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Alphabet {
    characters: Box<[u8]>,
    values: Box<[Option<u8>; 256]>,
}

/// The value of each character.
#[derive(Debug, Deserialize)]
#[serde(from = "ValuesEntry")]
pub(crate) struct Values {
    everywhere: Box<[i16; 256]>,
    /// The values at the first positions, if they differ.
    first: Vec<[i16; 256]>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ValuesEntry {
    Alphabet(String),
    Letters(HashMap<char, i16>),
    First(Vec<HashMap<char, i16>>),
}

impl Values {
    pub(super) fn of(&self, c: u8, place: usize) -> i16 {
        self.first.get(place).unwrap_or(&self.everywhere)[usize::from(c)]
    }
}

impl Alphabet {
    pub(super) fn value(&self, c: u8) -> Option<u32> {
        self.values[usize::from(c)].map(u32::from)
    }

    pub(super) fn character(&self, value: u32) -> Option<u8> {
        self.characters.get(value as usize).copied()
    }
}

impl From<String> for Alphabet {
    fn from(characters: String) -> Self {
        let mut values = Box::new([None; 256]);
        characters.bytes().zip(0..).for_each(|(c, value)| values[usize::from(c)] = Some(value));
        Self { characters: characters.into_bytes().into(), values }
    }
}

impl Default for Values {
    fn default() -> Self {
        Self { everywhere: Box::new(ordinary_values()), first: Vec::new() }
    }
}

impl From<ValuesEntry> for Values {
    fn from(entry: ValuesEntry) -> Self {
        let with = |letters: HashMap<char, i16>| {
            let mut values = ordinary_values();
            letters.into_iter().for_each(|(c, value)| values[c as usize & 255] = value);
            values
        };
        match entry {
            ValuesEntry::Alphabet(alphabet) => {
                Self { everywhere: Box::new(with(alphabet.chars().zip(0..).collect())), first: Vec::new() }
            }
            ValuesEntry::Letters(letters) => Self { everywhere: Box::new(with(letters)), first: Vec::new() },
            ValuesEntry::First(places) => Self { first: places.into_iter().map(with).collect(), ..Self::default() },
        }
    }
}

/// The value of a digit is the digit, that of a letter counts from A = 10.
fn ordinary_values() -> [i16; 256] {
    let mut values = [0; 256];
    (b'0'..=b'9').chain(b'A'..=b'Z').zip(0..).for_each(|(c, value)| values[usize::from(c)] = value);
    values
}
