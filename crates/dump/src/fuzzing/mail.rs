//! Mail, for its fuzz target.

use super::dripping::Dripping;
use crate::format::mail::MailText;
use crate::limits::Limits;
use std::io::Read;

/// Digits of a number that must not disappear.
const DIGITS: usize = 7;

/// What decodes or removes digits: encodings, markup, and what stands between parts.
const DECODED: [&str; 8] = ["base64", "quoted-printable", "=?", "boundary", "charset", "utf-", "html", "xml"];

/// Any text as mail: the same text in whatever pieces it arrives, and every number of it in there,
/// unless it is encoded.
pub fn mail(text: &str) {
    let (whole, unread) = read(text.as_bytes());
    assert!(whole == read(Dripping(text.as_bytes())).0, "other pieces made another text");
    if unread > 0 {
        // Files are counted, and delivered elsewhere.
        return;
    }
    let lower = text.to_ascii_lowercase();
    let is_decoded = DECODED.iter().any(|sign| lower.contains(sign));
    let is_boundary = |number: &str| lower.contains("content-") && text.contains(&format!("--{number}"));
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= DIGITS);
    assert!(is_decoded || numbers.all(|number| whole.contains(number) || is_boundary(number)), "a number was lost");
}

fn read(mail: impl Read) -> (String, u64) {
    let limits = Limits { record: 8 << 10, depth: 4, ..Limits::default() };
    let mut text = String::new();
    let mut mail = MailText::new(mail, false, &limits);
    mail.read_to_string(&mut text).expect("memory does not fail");
    (text, mail.unread())
}
