//! How ID and phone numbers are spelled in a row, well and badly, and whether each must be found.

use super::column::Value;
use super::decoys::digits;
use super::noise::{Event, SCALE, draw};
use super::row::{Random, Row, Source, passes_check};
use super::shape::Shape;
use super::truth::{IdentifierKind, Standing};
use crate::population::Phone;

/// One in eleven ID numbers ends with an X, so these are spelled with `x` this much more often.
const CHECK_CHARACTERS: u32 = 11;

/// Of a hundred people: born before 2000, and with two phones or more.
const BORN_BEFORE_2000: u32 = 87;
const WITH_TWO_PHONES: u32 = 32;

/// Words for an empty value.
const JUNK: [&str; 7] = ["无", "NULL", "000000000000000000", "0", "123456", "n/a", "test"];

/// The phone number that many rows have.
const HEAVY: &str = "15400000000";

/// Separators of several phones in a cell, and in running text.
const BETWEEN: [&str; 4] = [",", "/", ";", "、"];
const BETWEEN_IN_TEXT: [&str; 2] = ["、", ", "];

impl Source {
    /// The ID number and, if there is one, the first phone number.
    pub(super) fn write_clean(&self, person: u64, row: &mut Row) {
        let id = self.population.id_bytes(person);
        row.id.extend_from_slice(&id);
        row.label(IdentifierKind::Id, Standing::Expected, || text(&id));
        if self.population.count_of_phones(person) > 0 {
            self.write_whole_phone(self.population.phone(person, 0), row);
        } else {
            row.phone_value = Value::Null;
        }
    }

    /// The ID number of a person, with noise.
    pub(super) fn write_id(&self, person: u64, random: &mut Random, row: &mut Row) {
        let id = self.population.id_bytes(person);
        let noise = &self.noise;
        let is_old = &id[6..8] == b"19";
        let lower_case = if id[17] == b'X' { noise.lower_case * CHECK_CHARACTERS } else { 0 };
        let legacy = if is_old && (self.has_labels || self.shape == Shape::Text) {
            noise.legacy * 100 / BORN_BEFORE_2000
        } else {
            0
        };
        let event = draw(
            random.next(),
            &[
                (Event::LowerCase, lower_case),
                (Event::FullWidth, noise.full_width),
                (Event::Legacy, legacy),
                (Event::BadCheck, noise.bad_check),
                (Event::Truncated, noise.truncated),
                (Event::Masked, noise.masked),
                (Event::Junk, noise.junk),
            ],
        );
        event.into_iter().for_each(|event| row.note(event));
        let mut standing = Standing::Negative;
        match event {
            Some(Event::FullWidth) => {
                full_width(&id, &mut row.id);
                standing = Standing::Expected;
            }
            Some(Event::Legacy) => {
                row.id.extend_from_slice(&id[..6]);
                row.id.extend_from_slice(&id[8..17]);
                // In running text fifteen digits could be anything.
                standing = if self.has_labels { Standing::Expected } else { Standing::Negative };
            }
            Some(Event::BadCheck) => wrong_check(&id, &mut row.id),
            Some(Event::Truncated) => self.truncate(&id, random, row),
            Some(Event::Masked) => masked_id(&id, &mut row.id),
            Some(Event::Junk) => row.id.extend_from_slice(random.one_of(&JUNK).as_bytes()),
            _ => {
                row.id.extend_from_slice(&id);
                if event == Some(Event::LowerCase) {
                    row.id.make_ascii_lowercase();
                }
                standing = Standing::Expected;
            }
        }
        row.label(IdentifierKind::Id, standing, || text(&id));
    }

    /// The fifteen digits that a spreadsheet keeps of a number.
    fn truncate(&self, id: &[u8; 18], random: &mut Random, row: &mut Row) {
        if self.shape.has_types() {
            row.id_value = Value::Float;
            row.id.extend_from_slice(&[&id[..1], b".", &id[1..15], b"E17"].concat());
        } else if random.next().is_multiple_of(2) {
            row.id.extend_from_slice(&[&id[..1], b".", &id[1..6], b"E+17"].concat());
        } else {
            row.id.extend_from_slice(&[&id[..15], b"000"].concat());
            if passes_check(&row.id) {
                let passing = text(&row.id);
                row.label(IdentifierKind::Id, Standing::Optional, || passing);
            }
        }
    }

    /// One or several phone numbers of a person, with noise.
    pub(super) fn write_phone(&self, person: u64, random: &mut Random, row: &mut Row) {
        let count = self.population.count_of_phones(person);
        if count == 0 {
            row.phone_value = Value::Null;
            return;
        }
        let phone = self.population.phone(person, random.next() % count);
        let noise = &self.noise;
        let several = if count > 1 { noise.several * 100 / WITH_TWO_PHONES } else { 0 };
        // The heavy hitter belongs to nobody, so it is not valid and not found in running text.
        let heavy = if self.shape == Shape::Text { 0 } else { noise.heavy };
        let event = draw(
            random.next(),
            &[
                (Event::PhoneMasked, noise.masked),
                (Event::PhoneJunk, noise.junk),
                (Event::PhoneFullWidth, noise.full_width),
                (Event::Several, several),
                (Event::Heavy, heavy),
                (Event::Prefixed, noise.prefixed.min(SCALE)),
            ],
        );
        event.into_iter().for_each(|event| row.note(event));
        match event {
            Some(Event::PhoneMasked) => {
                masked_phone(&dialled(phone), &mut row.phone);
                row.label(IdentifierKind::Phone, Standing::Negative, || phone.canonical());
            }
            Some(Event::PhoneJunk) => {
                row.phone.extend_from_slice(random.one_of(&JUNK).as_bytes());
                row.label(IdentifierKind::Phone, Standing::Negative, || phone.canonical());
            }
            Some(Event::PhoneFullWidth) => {
                full_width(&dialled(phone), &mut row.phone);
                row.label(IdentifierKind::Phone, self.standing(phone), || phone.canonical());
            }
            Some(Event::Heavy) => {
                row.phone.extend_from_slice(HEAVY.as_bytes());
                row.label(IdentifierKind::Phone, Standing::Expected, || format!("+86{HEAVY}"));
            }
            Some(Event::Several) => {
                let between = random.one_of(if self.shape == Shape::Text { &BETWEEN_IN_TEXT } else { &BETWEEN[..] });
                for place in 0..count {
                    if place > 0 {
                        row.phone.extend_from_slice(between.as_bytes());
                    }
                    self.write_whole_phone(self.population.phone(person, place), row);
                }
                row.phone_value = Value::Text;
            }
            Some(Event::Prefixed) => {
                prefixed(phone, random, self.shape == Shape::Text, &mut row.phone);
                row.label(IdentifierKind::Phone, self.standing(phone), || phone.canonical());
            }
            _ => {
                self.write_whole_phone(phone, row);
                // A spreadsheet, or a database behind JSON, stores some as numbers.
                if self.shape.has_types() && phone.is_mobile() && random.next().is_multiple_of(8) {
                    row.phone_value = Value::Integer;
                }
            }
        }
    }

    /// Somebody who must not be found.
    pub(super) fn write_damaged(&self, stranger: u64, random: &mut Random, row: &mut Row) {
        let id = self.population.id_bytes(stranger);
        let choice = random.next();
        if choice.is_multiple_of(2) {
            wrong_check(&id, &mut row.id);
        } else {
            masked_id(&id, &mut row.id);
        }
        row.label(IdentifierKind::Id, Standing::Negative, || text(&id));
        let phone = self.population.phone(stranger, 0);
        let whole = dialled(phone);
        // A landline with one digit too few is another landline.
        if phone.is_mobile() && (choice >> 1).is_multiple_of(2) {
            row.phone.extend_from_slice(&whole[..10]);
        } else {
            masked_phone(&whole, &mut row.phone);
        }
        row.label(IdentifierKind::Phone, Standing::Negative, || phone.canonical());
    }

    fn write_whole_phone(&self, phone: Phone, row: &mut Row) {
        write_dialled(phone, &mut row.phone);
        row.label(IdentifierKind::Phone, self.standing(phone), || phone.canonical());
    }

    /// Running text is searched for valid numbers, but finding another is not wrong.
    fn standing(&self, phone: Phone) -> Standing {
        if self.shape != Shape::Text || phone.is_valid() { Standing::Expected } else { Standing::Optional }
    }
}

/// As dialled in China: a landline of ten digits gets a leading zero.
fn write_dialled(phone: Phone, out: &mut Vec<u8>) {
    // Eleven digits, or a zero and ten.
    digits(out, phone.national, 11);
}

fn dialled(phone: Phone) -> Vec<u8> {
    let mut out = Vec::with_capacity(12);
    write_dialled(phone, &mut out);
    out
}

fn prefixed(phone: Phone, random: &mut Random, is_text: bool, out: &mut Vec<u8>) {
    let whole = dialled(phone);
    let is_landline = whole[0] == b'0';
    // A landline after 86 without a plus is ambiguous.
    let choice = match random.next() % 9 {
        choice if is_landline => choice % 4,
        // Running text has no floats.
        8 if is_text => 0,
        choice => choice,
    };
    // After the zero and the two digits of a city, or after a segment.
    let (area, rest) = whole.split_at(3);
    let (middle, end) = rest.split_at(4);
    let city = if is_landline { &area[1..] } else { area };
    let national = if is_landline { &whole[1..] } else { &whole[..] };
    let parts: [&[u8]; 4] = match choice {
        0 => [b"+86", national, b"", b""],
        1 => [b"+86 ", city, b" ", rest],
        2 => [area, b"-", rest, b""],
        3 => [b"0086", national, b"", b""],
        4 => [b"+86 ", national, b"", b""],
        5 => [b"86", national, b"", b""],
        6 => [b"86-", national, b"", b""],
        7 => {
            out.extend_from_slice(area);
            [b"-", middle, b"-", end]
        }
        _ => [national, b".0", b"", b""],
    };
    parts.iter().for_each(|part| out.extend_from_slice(part));
}

fn text(ascii: &[u8]) -> String {
    String::from_utf8_lossy(ascii).into_owned()
}

fn full_width(ascii: &[u8], out: &mut Vec<u8>) {
    for &byte in ascii {
        // U+FF01 to U+FF5E are 0xFEE0 above their ASCII forms; all of them have three bytes.
        let wide = char::from_u32(u32::from(byte) + 0xfee0).unwrap_or('？');
        out.extend_from_slice(wide.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

fn wrong_check(id: &[u8; 18], out: &mut Vec<u8>) {
    out.extend_from_slice(&id[..17]);
    out.push(if id[17] == b'1' { b'2' } else { b'1' });
}

fn masked_id(id: &[u8; 18], out: &mut Vec<u8>) {
    out.extend_from_slice(&id[..6]);
    out.extend_from_slice(b"********");
    out.extend_from_slice(&id[14..]);
}

fn masked_phone(whole: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&whole[..3]);
    out.extend_from_slice(b"****");
    out.extend_from_slice(&whole[7..]);
}
