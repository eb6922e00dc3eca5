//! Decodes values that are written as base64, quoted-printable or with percent signs. Lenient: what
//! is not encoded stays as it is.

use data_encoding::BASE64_NOPAD;

/// The bytes of a base64 text, with or without blanks and padding.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if bare.bytes().all(|b| b.is_ascii_digit() || b == b'+') {
        // A number, whatever is said of it.
        return None;
    }
    BASE64_NOPAD.decode(bare.trim_end_matches('=').as_bytes()).ok()
}

/// The bytes of a quoted-printable text without its soft line ends.
pub(crate) fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    let digit = |at: usize| bytes.get(at).and_then(|&b| char::from(b).to_digit(16));
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'=', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    decoded
}

/// A text whose visible characters may be written as `%2B`.
pub(crate) fn percent_decoded(text: &str) -> String {
    let parts = text.split('%').enumerate().map(|(index, part)| {
        let byte = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte.filter(|byte| index > 0 && byte.is_ascii_graphic()) {
            Some(byte) => format!("{}{}", char::from(byte), &part[2..]),
            None if index == 0 => part.to_owned(),
            None => format!("%{part}"),
        }
    });
    parts.collect()
}

/// The text of bytes: in the character set that is stated, else in UTF-8, else in what Chinese
/// phones write. `None` if they are no text.
pub(crate) fn characters(bytes: &[u8], charset: Option<&'static encoding_rs::Encoding>) -> Option<String> {
    if bytes.contains(&0) {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let (text, _, has_errors) = charset.unwrap_or(encoding_rs::GB18030).decode(bytes);
    (charset.is_some() || !has_errors).then(|| text.into_owned())
}
