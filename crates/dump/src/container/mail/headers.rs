//! The headers of a part: what they say as text, and how its content is to be read.

use super::transfer::Transfer;
use crate::contain_panics;
use encoding_rs::Encoding;
use mail_parser::{ContentType, Header, HeaderName, HeaderValue, MessageParser, MimeHeaders as _};

/// Types of parts whose content is a text, besides `text`. Signatures hold nothing that anybody
/// wrote.
const TEXTS: [&str; 6] = [
    "pgp-signature",
    "pkcs7-signature",
    "x-pkcs7-signature",
    "delivery-status",
    "rfc822-headers",
    "disposition-notification",
];

/// What headers say of a part.
#[derive(Default)]
pub(crate) struct Described {
    /// The headers as text, decoded.
    pub(crate) text: String,
    /// What stands between the parts inside.
    pub(super) boundary: Option<Vec<u8>>,
    pub(super) transfer: Transfer,
    /// Whether it is a file of its own; otherwise it is a text.
    pub(crate) is_file: bool,
    pub(crate) content: Holds,
    pub(crate) charset: Option<&'static Encoding>,
    pub(super) name: Option<String>,
}

/// What the content of a part is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Holds {
    #[default]
    Text,
    Markup,
    /// A whole message, with headers of its own.
    Message,
    Other,
}

/// Describes a part by the block of its headers, which ends with an empty line.
pub(super) fn describe(block: &[u8]) -> Described {
    let parser = MessageParser::new()
        .header_content_type(HeaderName::ContentType)
        .header_content_type(HeaderName::ContentDisposition)
        .default_header_text();
    let mut described = Described::default();
    let Some(Some(message)) = contain_panics::caught(|| parser.parse_headers(block)) else {
        described.text = String::from_utf8_lossy(block).into_owned();
        return described;
    };
    message.headers().iter().for_each(|header| write(&mut described.text, header, block));
    let part = message.root_part();
    described.transfer = match part.content_transfer_encoding().map(str::trim) {
        Some(encoding) if encoding.eq_ignore_ascii_case("base64") => Transfer::Base64,
        Some(encoding) if encoding.eq_ignore_ascii_case("quoted-printable") => Transfer::QuotedPrintable,
        _ => Transfer::Plain,
    };
    let is_attached = part.content_disposition().is_some_and(ContentType::is_attachment);
    described.name = part.attachment_name().map(str::to_owned);
    described.is_file = is_attached || described.name.is_some();
    if let Some(kind) = part.content_type() {
        described.add(kind);
    }
    described
}

impl Described {
    fn add(&mut self, kind: &ContentType<'_>) {
        let (main, sub) = (kind.ctype().to_ascii_lowercase(), kind.subtype().unwrap_or_default().to_ascii_lowercase());
        self.charset = kind.attribute("charset").and_then(|label| Encoding::for_label(label.trim().as_bytes()));
        match (&main[..], &sub[..]) {
            ("multipart", _) => {
                self.boundary = kind.attribute("boundary").map(|boundary| boundary.trim_end().as_bytes().to_vec());
                self.is_file = false;
            }
            ("message", "rfc822" | "global") => {
                let is_plain = self.transfer == Transfer::Plain;
                self.content = if is_plain { Holds::Message } else { Holds::Other };
                self.is_file = !is_plain;
            }
            ("text", "html" | "xhtml" | "xml") | ("application", "xhtml+xml") => self.content = Holds::Markup,
            ("text", _) => {}
            (_, sub) if TEXTS.contains(&sub) => self.is_file = false,
            _ => (self.content, self.is_file) = (Holds::Other, true),
        }
    }
}

/// A header as a line. What stands between parts is no text.
fn write(text: &mut String, header: &Header<'_>, block: &[u8]) {
    text.push_str(header.name());
    text.push_str(": ");
    match header.value() {
        HeaderValue::Text(value) => text.push_str(value),
        value => {
            let (start, end) = (header.offset_start() as usize, header.offset_end() as usize);
            let mut raw = String::from_utf8_lossy(block.get(start..end).unwrap_or_default()).into_owned();
            let attributes = value.as_content_type().and_then(ContentType::attributes).unwrap_or_default();
            for attribute in attributes {
                if attribute.name.eq_ignore_ascii_case("boundary") {
                    if attribute.value.bytes().any(|byte| byte.is_ascii_digit()) {
                        raw = raw.replace(&*attribute.value, "");
                    }
                } else if !raw.contains(&*attribute.value) {
                    raw.push_str(&attribute.value);
                    raw.push('\n');
                }
            }
            text.push_str(raw.trim());
        }
    }
    text.push('\n');
}
