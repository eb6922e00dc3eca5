//! Mail: messages, and mailboxes of them. Tells whether a text is one, and walks the files that are
//! attached. What a message says is read by `format::mail`, through [`Parts`].

mod headers;
mod parts;
mod transfer;

#[cfg(test)]
mod tests;

use super::visit::Visit;
use super::walk::{Location, Walk};
use crate::halt::Halt;
pub(crate) use headers::{Described, Holds};
pub(crate) use parts::{Parts, Piece};
use std::io::{self, Read};

/// Headers that only mail has, and headers that it shares with other texts.
const OF_MAIL: [&str; 8] = [
    "received",
    "return-path",
    "message-id",
    "mime-version",
    "dkim-signature",
    "delivered-to",
    "x-mozilla-status",
    "x-mailer",
];
const OFTEN: [&str; 6] = ["from", "to", "subject", "date", "cc", "reply-to"];
const OF_PARTS: [&str; 2] = ["content-type", "content-transfer-encoding"];

/// Whether a text begins as a message or a mailbox.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut lines = head.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).peekable();
    // The separator of a mailbox, or the length that Apple's program writes in front.
    let is_mailbox = lines.peek().is_some_and(|line| parts::is_separator(line));
    if is_mailbox || lines.peek().is_some_and(|line| parts::is_length(line)) {
        lines.next();
    }
    let (mut of_mail, mut often, mut of_parts) = (0, 0, 0);
    for line in lines.take_while(|line| !line.is_empty()) {
        if line.starts_with(b" ") || line.starts_with(b"\t") || line.starts_with(b">From ") {
            continue;
        }
        let Some(name) = parts::header_name(line) else { return false };
        let is_in = |names: &[&str]| usize::from(names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes())));
        of_mail += is_in(&OF_MAIL);
        often += is_in(&OFTEN);
        of_parts += is_in(&OF_PARTS);
    }
    let others = often + of_parts;
    (is_mailbox && of_mail + others > 0) || (of_mail > 0 && of_mail + others > 1) || (of_parts > 0 && often > 1)
}

/// Delivers the files that are attached to messages.
pub(super) fn walk_files(
    walk: &Walk<'_>,
    mail: &mut (dyn Read + Send),
    location: &Location,
    visit: &mut dyn Visit,
) -> Result<(), Halt> {
    let mut parts = Parts::new(mail, walk.limits.depth);
    let mut number = 0;
    // Reading the text has met all damage.
    while let Ok(Some(piece)) = parts.next() {
        let Piece::Headers(described) = piece else { continue };
        if !described.is_file {
            continue;
        }
        number += 1;
        let name = described.name.unwrap_or_else(|| format!("attachment {number}"));
        let location = location.entry(name.as_bytes());
        if !walk.enter(&location) {
            return Ok(());
        }
        let mut file = FileReader { parts: &mut parts, bytes: Vec::new(), at: 0, is_ended: false };
        visit.content(&mut file, &location)?;
        io::copy(&mut file, &mut io::sink()).ok();
    }
    Ok(())
}

/// The content of the part whose headers have been read.
struct FileReader<'p, R> {
    parts: &'p mut Parts<R>,
    bytes: Vec<u8>,
    at: usize,
    is_ended: bool,
}

impl<R: Read> Read for FileReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.bytes.len() && !self.is_ended {
            match self.parts.next()? {
                Some(Piece::Content(bytes)) => (self.bytes, self.at) = (bytes, 0),
                // Nothing but content stands in front of the end of a part.
                Some(Piece::End | Piece::Headers(_) | Piece::Between(_)) | None => self.is_ended = true,
            }
        }
        let count = (self.bytes.len() - self.at).min(buffer.len());
        buffer[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
