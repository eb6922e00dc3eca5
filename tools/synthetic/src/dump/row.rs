//! One row: a person, with the two identifiers and decoys that look like identifiers.

use super::column::{COLUMNS, Column, Value};
use super::decoys::{company, digits, with_luhn};
use super::encoding::Encoding;
use super::headers::HeaderLanguage;
use super::noise::{Event, Noise, draw};
use super::shape::Shape;
use super::spec::DumpSpec;
use super::truth::{Identifier, IdentifierKind, Label, Standing};
use crate::population::{Cast, Population, check, mix};

/// A row as UTF-8, and its truth if wanted. Reused for all rows.
#[derive(Debug)]
pub(super) struct Row {
    /// From 0.
    pub(super) at: u64,
    /// The line is truncated before the identifiers.
    pub(super) is_broken: bool,
    bytes: Vec<u8>,
    ends: [usize; COLUMNS],
    values: [Value; COLUMNS],
    filled: usize,
    /// The two identifiers, before their columns are decided.
    pub(super) id: Vec<u8>,
    pub(super) phone: Vec<u8>,
    pub(super) id_value: Value,
    pub(super) phone_value: Value,
    label: Option<Label>,
}

impl Row {
    pub(super) fn new(wants_label: bool) -> Self {
        Self {
            at: 0,
            is_broken: false,
            bytes: Vec::with_capacity(512),
            ends: [0; COLUMNS],
            values: [Value::Text; COLUMNS],
            filled: 0,
            id: Vec::with_capacity(64),
            phone: Vec::with_capacity(64),
            id_value: Value::Text,
            phone_value: Value::Text,
            label: wants_label.then(Label::default),
        }
    }

    pub(super) fn get(&self, column: Column) -> &[u8] {
        self.cell(column as usize).0
    }

    /// All cells, in order.
    pub(super) fn cells(&self) -> impl Iterator<Item = (&[u8], Value)> {
        (0..COLUMNS).map(|column| self.cell(column))
    }

    pub(super) fn cell(&self, column: usize) -> (&[u8], Value) {
        let start = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        (&self.bytes[start..self.ends[column]], self.values[column])
    }

    /// Takes the truth.
    pub(super) fn take_label(&mut self) -> Option<Label> {
        self.label.as_mut().map(std::mem::take)
    }

    pub(super) fn note(&mut self, event: Event) {
        if let Some(label) = &mut self.label {
            label.events.push(event);
        }
    }

    pub(super) fn label(&mut self, kind: IdentifierKind, standing: Standing, canonical: impl FnOnce() -> String) {
        if let Some(label) = &mut self.label {
            label.identifiers.push((Identifier { kind, canonical: canonical() }, standing));
        }
    }

    /// Sets whether the identifiers of this row must be found, except for damaged ones.
    fn make_all(&mut self, standing: Standing) {
        if let Some(label) = &mut self.label {
            label.identifiers.iter_mut().filter(|of| of.1 != Standing::Negative).for_each(|of| of.1 = standing);
        }
    }

    fn clear(&mut self, at: u64) {
        (self.at, self.is_broken, self.filled) = (at, false, 0);
        self.bytes.clear();
        self.id.clear();
        self.phone.clear();
        (self.id_value, self.phone_value) = (Value::Text, Value::Text);
        if let Some(label) = &mut self.label {
            label.row = at;
        }
    }

    /// Ends the current cell.
    fn end(&mut self, value: Value) {
        self.ends[self.filled] = self.bytes.len();
        self.values[self.filled] = value;
        self.filled += 1;
    }
}

/// Where rows come from.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) population: Population,
    pub(super) noise: Noise,
    pub(super) shape: Shape,
    /// Whether columns have names, so that fifteen digits can be an ID.
    pub(super) has_labels: bool,
    cast: Cast,
    first: u64,
    strangers: std::ops::Range<u64>,
    seed: u64,
    is_clean: bool,
    words: &'static Words,
    has_rare_characters: bool,
}

/// Chinese words, in the characters that the encoding has.
#[derive(Debug)]
struct Words {
    name: &'static str,
    city: &'static str,
    house: &'static str,
    room: &'static str,
}

const SIMPLIFIED: Words = Words { name: "测试", city: "示范市 第", house: "号, ", room: "室" };
const TRADITIONAL: Words = Words { name: "測試", city: "示範市 第", house: "號, ", room: "室" };

/// A name that GBK cannot encode.
const RARE: &str = "𠮷";

impl Source {
    pub(super) fn new(spec: &DumpSpec, population: Population, cast: Cast) -> Self {
        let strangers = spec.strangers_from.max(spec.people.end)..population.capacity();
        Self {
            noise: spec.noise,
            shape: spec.shape,
            has_labels: spec.header != HeaderLanguage::None && spec.shape != Shape::Text,
            cast,
            first: spec.people.start,
            strangers,
            seed: mix(spec.seed),
            is_clean: spec.noise == Noise::NONE,
            words: if spec.encoding == Encoding::Big5 { &TRADITIONAL } else { &SIMPLIFIED },
            has_rare_characters: spec.encoding.has_rare_characters(),
            population,
        }
    }

    /// Fills a row.
    pub(super) fn fill(&self, at: u64, row: &mut Row) {
        row.clear(at);
        let mut random = Random(mix(at ^ self.seed));
        let person = self.first + self.cast.person(at);
        let mut is_awkward = false;
        if self.is_clean {
            self.write_clean(person, row);
        } else {
            let event = self.event_of_row(&mut random);
            self.write_identifiers(event, person, &mut random, row);
            is_awkward = draw(random.next(), &[(Event::Awkward, self.noise.awkward)]).is_some();
            if is_awkward {
                row.note(Event::Awkward);
            }
        }
        self.finish(person, is_awkward, &mut random, row);
    }

    fn event_of_row(&self, random: &mut Random) -> Option<Event> {
        let noise = &self.noise;
        let broken = if self.shape.has_lines() { noise.broken } else { 0 };
        let swapped = if self.shape == Shape::Text { 0 } else { noise.swapped };
        draw(random.next(), &[(Event::Stranger, noise.strangers), (Event::Swapped, swapped), (Event::Broken, broken)])
    }

    fn write_identifiers(&self, event: Option<Event>, person: u64, random: &mut Random, row: &mut Row) {
        event.into_iter().for_each(|event| row.note(event));
        if event == Some(Event::Stranger) {
            let stranger = self.strangers.start + row.at % (self.strangers.end - self.strangers.start);
            return self.write_damaged(stranger, random, row);
        }
        self.write_id(person, random, row);
        self.write_phone(person, random, row);
        if event == Some(Event::Broken) {
            row.is_broken = true;
            row.make_all(Standing::Negative);
        }
        if event == Some(Event::Swapped) {
            std::mem::swap(&mut row.id, &mut row.phone);
            std::mem::swap(&mut row.id_value, &mut row.phone_value);
            row.make_all(Standing::Optional);
        }
    }

    /// Assembles the cells.
    fn finish(&self, person: u64, is_awkward: bool, random: &mut Random, row: &mut Row) {
        let Words { name, city, house, room } = *self.words;
        row.bytes.extend_from_slice(name.as_bytes());
        if is_awkward {
            row.bytes.push(b'\'');
            if self.has_rare_characters {
                row.bytes.extend_from_slice(RARE.as_bytes());
            }
        }
        digits(&mut row.bytes, person % 1_000_000, 6);
        row.end(Value::Text);
        row.bytes.extend_from_slice(&row.id);
        row.end(row.id_value);
        row.bytes.extend_from_slice(&row.phone);
        row.end(row.phone_value);
        row.bytes.extend_from_slice(city.as_bytes());
        digits(&mut row.bytes, person % 97, 2);
        row.bytes.extend_from_slice(house.as_bytes());
        if is_awkward && self.shape.has_line_breaks_in_values() {
            row.bytes.push(b'\n');
        }
        digits(&mut row.bytes, person % 13, 2);
        row.bytes.extend_from_slice(room.as_bytes());
        row.end(Value::Text);
        self.write_decoys(random, row);
    }

    fn write_decoys(&self, random: &mut Random, row: &mut Row) {
        let (a, b) = (random.next(), random.next());
        company(&mut row.bytes, a);
        row.end(Value::Text);
        with_luhn(&mut row.bytes, b"6299", a % 100_000_000_000_000, 14);
        row.end(Value::Text);
        with_luhn(&mut row.bytes, b"3599", b % 10_000_000_000, 10);
        row.end(Value::Text);
        if self.shape == Shape::Text {
            digits(&mut row.bytes, 1_100_000_000 + b % 100_000_000, 10);
        } else {
            digits(&mut row.bytes, 100_000_000 + b % 900_000_000, 9);
        }
        row.end(Value::Integer);
        // Seconds from 2014 to 2023.
        let seconds = 1_400_000_000 + (b >> 32) % 280_000_000;
        row.bytes.extend_from_slice(b"20");
        digits(&mut row.bytes, 14 + row.at % 10, 2);
        digits(&mut row.bytes, 1 + a % 12, 2);
        digits(&mut row.bytes, a >> 16, 14);
        row.end(Value::Text);
        digits(&mut row.bytes, seconds, 10);
        row.end(Value::Integer);
        digits(&mut row.bytes, seconds * 1_000 + b % 1_000, 13);
        row.end(Value::Integer);
    }
}

/// The random numbers of a row.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    pub(super) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[(self.next() % all.len() as u64) as usize]
    }
}

/// Whether eighteen digits have the right check character.
pub(super) fn passes_check(id: &[u8]) -> bool {
    check(&id[..17]) == id[17]
}
