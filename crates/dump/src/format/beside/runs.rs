//! Texts in bytes of an unknown layout: runs of characters, in one byte each or in UTF-16 of either
//! alignment, that have enough digits to be of interest.
//!
//! Only digits and what stands between them belongs to a run: numbers are what is searched, and a
//! length in front of a text must not look like a letter of it.

/// Digits from which a run is of interest.
const DIGITS: usize = 6;

/// Bytes from which a run is delivered before its end.
const LONG: usize = 64 << 10;

#[derive(Default)]
pub(super) struct Runs {
    narrow: String,
    /// By the alignment of their first byte.
    wide: [String; 2],
    previous: Option<u8>,
    is_odd: bool,
}

impl Runs {
    /// Takes bytes that follow the ones before.
    pub(super) fn bytes(&mut self, bytes: &[u8], take: &mut dyn FnMut(&str)) {
        for &byte in bytes {
            if matches!(byte, b' '..=b'~') {
                push(&mut self.narrow, byte.into(), take);
            } else {
                end(&mut self.narrow, take);
            }
            if let Some(previous) = self.previous.replace(byte) {
                let run = &mut self.wide[usize::from(self.is_odd)];
                let unit = u32::from(u16::from_le_bytes([previous, byte]));
                match char::from_u32(unit).filter(|&c| is_of_run(c)) {
                    Some(c) => push(run, c, take),
                    None => end(run, take),
                }
                self.is_odd = !self.is_odd;
            }
        }
    }

    /// What follows belongs to something else.
    pub(super) fn end(&mut self, take: &mut dyn FnMut(&str)) {
        end(&mut self.narrow, take);
        self.wide.iter_mut().for_each(|run| end(run, take));
        (self.previous, self.is_odd) = (None, false);
    }
}

fn push(run: &mut String, c: char, take: &mut dyn FnMut(&str)) {
    if run.len() > LONG && !c.is_numeric() {
        end(run, take);
    }
    run.push(c);
}

fn end(run: &mut String, take: &mut dyn FnMut(&str)) {
    if run.chars().filter(|c| c.is_numeric()).count() >= DIGITS {
        take(run);
    }
    run.clear();
}

/// Digits of any script, ASCII, dashes, and the same in full width.
fn is_of_run(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}' | '\u{2010}'..='\u{2015}' | '\u{3000}' | '\u{ff01}'..='\u{ff5e}') || c.is_numeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(bytes: &[u8]) -> Vec<String> {
        let (mut runs, mut found) = (Runs::default(), Vec::new());
        let mut take = |run: &str| found.push(run.to_owned());
        bytes.iter().for_each(|byte| runs.bytes(&[*byte], &mut take));
        runs.end(&mut take);
        found
    }

    #[test]
    fn texts_are_found_at_any_place() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let note = [&[14, 0, 0, 0][..], &wide("电话：1５400001234，"), b"\x01\x02"].concat();
        assert_eq!(runs(&note), ["：1５400001234，"]);
        assert_eq!(runs(&[&[7][..], &note].concat()), ["：1５400001234，"]);
        // A length and a mark in front, as in workbooks of Excel 97.
        assert_eq!(
            runs(&[&[11, 0, 1][..], &wide("15400001234"), &[11, 0, 0], b"15400001235"].concat()),
            ["15400001234", "15400001235"]
        );
        assert_eq!(runs(b"\x0512345\0no digits at all\0"), [""; 0]);
    }
}
