//! One property of a card, unfolded: its name, its parameters, its value as text.

use crate::encoded::{base64, characters, percent_decoded, quoted_printable};
use std::borrow::Cow;

/// Digits from which a parameter may be a number.
const DIGITS: usize = 5;

/// Properties that hold pictures, sounds and keys, unless they refer to them.
const PICTURES: [&str; 4] = ["PHOTO", "LOGO", "SOUND", "KEY"];

/// Schemes before a number.
const SCHEMES: [&str; 5] = ["tel:", "sms:", "callto:", "whatsapp:", "fax:"];

/// How the value is encoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    None,
    QuotedPrintable,
    Base64,
}

pub(super) struct Property<'p> {
    /// Its group and name.
    pub(super) before: &'p str,
    /// Without its group.
    pub(super) name: &'p str,
    parameters: &'p str,
    pub(super) value: &'p str,
}

impl<'p> Property<'p> {
    /// `None` if the line is no property.
    pub(super) fn parse(line: &'p str) -> Option<Self> {
        // A colon in quotes is of a parameter; quotes that are not closed quote nothing.
        let colon = outside_quotes(line, ':').next().or_else(|| line.find(':'))?;
        let (head, value) = (&line[..colon], &line[colon + 1..]);
        let (before, parameters) = head.split_once(';').unwrap_or((head, ""));
        let name = before.rsplit_once('.').map_or(before, |(_, name)| name).trim();
        let is_name = (1..=64).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            && name.bytes().any(|b| b.is_ascii_alphabetic());
        is_name.then_some(Self { before, name, parameters, value })
    }

    /// Each parameter; one without a name is its value, and so is one whose name may be a number.
    fn parameters(&self) -> impl Iterator<Item = (&'p str, &'p str)> {
        let mut start = 0;
        let ends: Vec<usize> = outside_quotes(self.parameters, ';').chain([self.parameters.len()]).collect();
        let parameters = self.parameters;
        ends.into_iter().map(move |end| {
            let parameter = &parameters[start..end];
            start = end + 1;
            let digits = |name: &str| name.bytes().filter(u8::is_ascii_digit).count();
            let named = parameter.split_once('=').filter(|(name, _)| digits(name) < DIGITS);
            let (name, value) = named.unwrap_or(("TYPE", parameter));
            (name.trim(), value.trim().trim_matches('"'))
        })
    }

    pub(super) fn encoding(&self) -> Encoding {
        for (name, value) in self.parameters() {
            if name.eq_ignore_ascii_case("ENCODING") || name.eq_ignore_ascii_case("TYPE") {
                if value.eq_ignore_ascii_case("QUOTED-PRINTABLE") {
                    return Encoding::QuotedPrintable;
                }
                let is_base64 = value.eq_ignore_ascii_case("BASE64");
                if is_base64 || (value.eq_ignore_ascii_case("B") && name.eq_ignore_ascii_case("ENCODING")) {
                    return Encoding::Base64;
                }
            }
        }
        Encoding::None
    }

    /// Whether it holds a picture or the like, and does not only say where it is.
    pub(super) fn is_picture(&self) -> bool {
        let value = self.value.trim_start();
        let is_reference = value.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
        PICTURES.iter().any(|name| self.name.eq_ignore_ascii_case(name)) && !is_reference
    }

    /// Parameters that may be numbers, such as `waid=8613…`.
    pub(super) fn parameters_with_digits(&self) -> impl Iterator<Item = (&'p str, &'p str)> {
        let may_be_number = |(name, value): &(&str, &str)| {
            !name.eq_ignore_ascii_case("CHARSET") && value.bytes().filter(u8::is_ascii_digit).count() >= DIGITS
        };
        self.parameters().filter(may_be_number)
    }

    /// The value, decoded; `None` if that is no text.
    pub(super) fn text(&self) -> Option<Cow<'p, str>> {
        let charset = self.parameters().find(|(name, _)| name.eq_ignore_ascii_case("CHARSET"));
        let charset = charset.and_then(|(_, label)| encoding_rs::Encoding::for_label(label.as_bytes()));
        let decoded = match self.encoding() {
            Encoding::None => Cow::Borrowed(self.value),
            Encoding::QuotedPrintable => Cow::Owned(characters(&quoted_printable(self.value.as_bytes()), charset)?),
            Encoding::Base64 => match base64(self.value) {
                Some(bytes) => Cow::Owned(characters(&bytes, charset)?),
                // Not base64, whatever it says.
                None => Cow::Borrowed(self.value),
            },
        };
        Some(bare_number(unescaped(decoded)))
    }
}

/// The positions of a separator that is not in quotes.
fn outside_quotes(text: &str, separator: char) -> impl Iterator<Item = usize> {
    let mut is_quoted = false;
    text.char_indices().filter_map(move |(at, c)| {
        is_quoted ^= c == '"';
        (c == separator && !is_quoted).then_some(at)
    })
}

/// Without the backslashes before commas, semicolons and the like.
fn unescaped(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains('\\') {
        return text;
    }
    let (mut bare, mut escaped) = (String::with_capacity(text.len()), false);
    for c in text.chars() {
        match (escaped, c) {
            (false, '\\') => escaped = true,
            (true, 'n' | 'N') => {
                bare.push('\n');
                escaped = false;
            }
            _ => {
                bare.push(c);
                escaped = false;
            }
        }
    }
    Cow::Owned(bare)
}

/// A number without `tel:` before it and parameters behind, except an extension.
fn bare_number(text: Cow<'_, str>) -> Cow<'_, str> {
    let trimmed = text.trim();
    let is_scheme =
        |scheme: &&&str| trimmed.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let Some(scheme) = SCHEMES.iter().find(is_scheme) else { return text };
    let decoded = percent_decoded(&trimmed[scheme.len()..]);
    let (number, parameters) = decoded.split_once(';').unwrap_or((&decoded, ""));
    let extension = parameters.split(';').find(|parameter| parameter.starts_with("ext="));
    let may_be_number = parameters.bytes().filter(u8::is_ascii_digit).count() >= DIGITS;
    Cow::Owned(match extension {
        _ if may_be_number => decoded,
        Some(extension) => format!("{number};{extension}"),
        None => number.to_owned(),
    })
}
