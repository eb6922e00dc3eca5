//! The pattern language: a set of characters for each position of a number.
//!
//! A subset of regular expressions, so that the TypeScript client can use its own engine; of fixed
//! length and without alternatives, so that matching is one test per character.

use serde::Deserialize;
use std::ops::RangeInclusive;

/// A set of Latin-1 characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Characters([u64; 4]);

/// A pattern of fixed width.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Pattern(Box<[Characters]>);

/// How many letters and digits a match of a pattern has, and how many of them are letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) alphanumerics: RangeInclusive<usize>,
    pub(crate) letters: RangeInclusive<usize>,
}

impl Shape {
    /// The shape with this prefix.
    pub(crate) fn behind(&self, prefix: &str) -> Self {
        let longer = |range: &RangeInclusive<usize>, by: usize| range.start() + by..=range.end() + by;
        let letters = prefix.bytes().filter(u8::is_ascii_alphabetic).count();
        let alphanumerics = prefix.bytes().filter(u8::is_ascii_alphanumeric).count();
        Self { alphanumerics: longer(&self.alphanumerics, alphanumerics), letters: longer(&self.letters, letters) }
    }
}

impl Pattern {
    /// The shape of matches.
    pub(crate) fn shape(&self) -> Shape {
        let places = |is_such: fn(u8) -> bool| {
            let always = self.0.iter().filter(|allowed| allowed.all().all(is_such)).count();
            let sometimes = self.0.iter().filter(|allowed| allowed.all().any(is_such)).count();
            always..=sometimes
        };
        Shape { alphanumerics: places(|c| c.is_ascii_alphanumeric()), letters: places(|c| c.is_ascii_alphabetic()) }
    }

    /// The number of characters of a match.
    pub(crate) fn width(&self) -> usize {
        self.0.len()
    }

    /// Whether a number of this width matches.
    pub(crate) fn fits(&self, number: &[u8]) -> bool {
        number.iter().zip(&self.0).all(|(&c, allowed)| allowed.has(c))
    }

    /// Whether a match may have this pair of characters at this place.
    pub(crate) fn may_have(&self, at: usize, pair: [u8; 2]) -> bool {
        pair.iter().zip(self.0.get(at..).unwrap_or_default()).all(|(&c, allowed)| allowed.has(c))
    }

    /// Whether the body and one more character could match.
    pub(crate) fn begins(&self, body: &[u8]) -> bool {
        body.len() + 1 == self.width() && self.fits(body)
    }

    /// All characters that may occur.
    pub(crate) fn characters(&self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).filter(|&c| self.0.iter().any(|allowed| allowed.has(c)))
    }
}

impl Characters {
    fn has(self, c: u8) -> bool {
        self.0[usize::from(c >> 6)] >> (c & 63) & 1 == 1
    }

    fn all(self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).filter(move |&c| self.has(c))
    }

    fn add(&mut self, from: u8, to: u8) {
        for c in from..=to {
            self.0[usize::from(c >> 6)] |= 1 << (c & 63);
        }
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = |why: &str| format!("pattern {text}: {why}");
        let mut places: Vec<Characters> = Vec::new();
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            if c == '{' {
                let count: String = rest.by_ref().take_while(|&c| c != '}').collect();
                let count: usize = count.parse().map_err(|_| wrong("a count is a number in braces"))?;
                let last = *places.last().ok_or_else(|| wrong("a count stands behind what it counts"))?;
                places.extend(std::iter::repeat_n(last, count.saturating_sub(1)));
                continue;
            }
            let mut allowed = Characters::default();
            match c {
                '\\' => match rest.next() {
                    Some('d') => allowed.add(b'0', b'9'),
                    Some(c) if c.is_ascii_punctuation() => allowed.add(c as u8, c as u8),
                    _ => return Err(wrong("only \\d and escaped punctuation are known")),
                },
                '[' => {
                    let class: Vec<char> = rest.by_ref().take_while(|&c| c != ']').collect();
                    read_class(&class, &mut allowed).ok_or_else(|| wrong("a class holds characters and ranges"))?;
                }
                c if c.is_alphanumeric() || c == '&' => {
                    let c = latin1(c).ok_or_else(|| wrong("only Latin-1 characters"))?;
                    allowed.add(c, c);
                }
                _ => return Err(wrong("not in the subset that both languages read")),
            }
            places.push(allowed);
        }
        Ok(Self(places.into()))
    }
}

fn read_class(mut class: &[char], allowed: &mut Characters) -> Option<()> {
    while let &[from, ref rest @ ..] = class {
        let (to, rest) = match rest {
            ['-', to, rest @ ..] => (*to, rest),
            _ => (from, rest),
        };
        if "\\^[".contains(from) || from > to {
            return None;
        }
        allowed.add(latin1(from)?, latin1(to)?);
        class = rest;
    }
    Some(())
}

/// The byte of a Latin-1 character.
pub(crate) fn latin1(c: char) -> Option<u8> {
    u8::try_from(u32::from(c)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, number: &str) -> bool {
        let pattern = Pattern::try_from(pattern.to_owned()).expect("a pattern");
        let number: Vec<u8> = number.chars().filter_map(latin1).collect();
        pattern.width() == number.len() && pattern.fits(&number)
    }

    #[test]
    fn digits_classes_counts_and_letters() {
        assert!(fits(r"[XYZ]\d{7}[A-Z]", "X0000000T"));
        assert!(!fits(r"[XYZ]\d{7}[A-Z]", "A0000000T"));
        assert!(fits(r"\d{6}[-+A-F]\d{3}[0-9A-FHJ-NPR-Y]", "010190-002R"));
        assert!(fits(r"\d{2}\+1", "12+1"));
        assert!(fits("[A-Z&Ñ]{4}", "AÑ&Z"));
    }

    #[test]
    fn what_the_other_language_would_read_otherwise_is_refused() {
        for pattern in ["a|b", "a*", "(a)", "[^a]", ".", "{3}", r"\w", "[z-a]", r"\d{x}"] {
            assert!(Pattern::try_from(pattern.to_owned()).is_err(), "{pattern}");
        }
    }
}
