//! Recognises BSON, which has no mark of its own: by the structure of the first document, as far
//! as it is seen. Does not read values; `format::bson` does.

/// How an archive of `mongodump` begins.
pub(super) const ARCHIVE_MAGIC: &[u8] = &[0x6d, 0xe2, 0x99, 0x81];

/// Bytes of a document without elements.
const EMPTY_BYTES: usize = 5;

/// Longest document of a database, with some room for what encloses it.
const DOCUMENT_BYTES: usize = 17 << 20;

/// Whether the bytes begin with a document of BSON.
pub(super) fn is_bson(head: &[u8]) -> bool {
    let Some(length) = length(head) else { return false };
    if !(EMPTY_BYTES..=DOCUMENT_BYTES).contains(&length) {
        return false;
    }
    if length == EMPTY_BYTES {
        // Four bytes and a zero prove nothing: another document must follow.
        return head.get(4) == Some(&0) && head.len() > EMPTY_BYTES && is_bson(&head[EMPTY_BYTES..]);
    }
    if head.get(length - 1).is_some_and(|&last| last != 0) {
        return false;
    }
    let document = &head[..length.min(head.len())];
    let (mut at, mut elements) = (4, 0);
    while at < length - 1 {
        match element(document, at) {
            Element::Ends(next) if next < length => at = next,
            Element::IsBeyond => return elements > 0 || document.len() >= 64,
            _ => return false,
        }
        elements += 1;
    }
    at == length - 1 && elements > 0
}

enum Element {
    /// At this position.
    Ends(usize),
    /// It is not seen whole.
    IsBeyond,
    Invalid,
}

fn length(bytes: &[u8]) -> Option<usize> {
    bytes.first_chunk().and_then(|length| usize::try_from(i32::from_le_bytes(*length)).ok())
}

fn element(document: &[u8], at: usize) -> Element {
    let Some(&kind) = document.get(at) else { return Element::IsBeyond };
    if !matches!(kind, 1..=0x13 | 0x7f | 0xff) {
        return Element::Invalid;
    }
    let Some(name) = memchr::memchr(0, &document[at + 1..]) else { return Element::IsBeyond };
    // A name is text without control characters.
    let is_name = |name: &[u8]| std::str::from_utf8(name).is_ok_and(|name| !name.chars().any(char::is_control));
    if !is_name(&document[at + 1..at + 1 + name]) {
        return Element::Invalid;
    }
    let value = at + name + 2;
    let counted = |extra: usize| match document.get(value..).map(length) {
        Some(Some(length)) => value.checked_add(length).and_then(|end| end.checked_add(extra)),
        _ => None,
    };
    let end = match kind {
        1 | 9 | 0x11 | 0x12 => Some(value + 8),
        2 | 0xd | 0xe => counted(4),
        3 | 4 | 0xf => counted(0),
        5 => counted(5),
        7 => Some(value + 12),
        8 => Some(value + 1),
        0xb => {
            let text =
                |from: usize| document.get(from..).and_then(|rest| memchr::memchr(0, rest)).map(|end| from + end + 1);
            text(value).and_then(text)
        }
        0xc => counted(16),
        0x10 => Some(value + 4),
        0x13 => Some(value + 16),
        _ => Some(value),
    };
    match end {
        Some(end) if end > value || matches!(kind, 6 | 0xa | 0x7f | 0xff) => Element::Ends(end),
        Some(_) => Element::Invalid,
        None => Element::IsBeyond,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_decides() {
        let elements = b"\x07_id\0abcdefghijkl\x02m\0\x04\0\0\x00154\0\x08b\0\x01\0";
        let document = [&(elements.len() as u32 + 4).to_le_bytes(), &elements[..]].concat();
        assert!(is_bson(&document));
        assert!(is_bson(&document[..25]), "one element is seen");
        assert!(is_bson(&[&[5, 0, 0, 0, 0], &document[..]].concat()));
        for (at, byte) in [(4, b'a'), (5, 1), (0, 0x30), (3, 2)] {
            let mut other = document.clone();
            other[at] = byte;
            assert!(!is_bson(&[&other[..], &[1; 64]].concat()), "byte {at}");
        }
        for text in ["\u{0}\u{0}", "name,phone\n", "\u{5}\0\0\0\0", "a\0b\0c\0d\0"] {
            assert!(!is_bson(text.as_bytes()), "{text:?}");
        }
        assert!(!is_bson(b"a\0\0\0b\0\0\0"), "UTF-32");
    }
}
