//! Evidence of UTF-8, where it begins and where it ends. Its sequences are hardly ever valid by
//! accident.

/// Bytes of lines that are examined together.
const PART_BYTES: usize = 2 << 10;

/// Bytes as UTF-8.
#[derive(Default)]
pub(super) struct Utf8 {
    /// Valid sequences; of them, those of three or four bytes, and those of two bytes that are rare
    /// in every language.
    pub(super) valid: usize,
    pub(super) long: usize,
    odd: usize,
    pub(super) invalid: usize,
    /// Valid and long sequences before the first invalid one.
    first: (usize, usize),
}

impl Utf8 {
    pub(super) fn count(window: &[u8], is_whole: bool) -> Self {
        let mut utf8 = Self::default();
        let mut chunks = window.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            for c in chunk.valid().chars().filter(|c| !c.is_ascii()) {
                utf8.valid += 1;
                utf8.long += usize::from(c.len_utf8() > 2);
                // Phonetic letters, modifiers, combining marks without their letters.
                utf8.odd += usize::from(matches!(c, '\u{250}'..='\u{36f}'));
            }
            if utf8.invalid == 0 {
                utf8.first = (utf8.valid, utf8.long);
            }
            let is_cut = !is_whole && chunks.peek().is_none() && chunk.invalid().len() < 4;
            utf8.invalid += usize::from(!chunk.invalid().is_empty() && !is_cut);
        }
        utf8
    }

    /// Valid, but implausible as text: a few characters of GBK that happen to be valid.
    pub(super) fn is_strange(&self) -> bool {
        self.long == 0 && self.odd * 2 > self.valid
    }

    /// Whether it is UTF-8 at first, whatever follows.
    pub(super) fn is_first(&self) -> bool {
        let (valid, long) = self.first;
        long >= 3 || (valid >= 8 && !self.is_strange())
    }
}

/// Whether text that was UTF-8 goes on in another encoding: most sequences of this window are
/// invalid.
pub(crate) fn utf8_ends(window: &[u8], is_whole: bool) -> bool {
    let utf8 = Utf8::count(window, is_whole);
    utf8.invalid > utf8.valid && (utf8.invalid >= 8 || (is_whole && utf8.invalid >= 2))
}

/// Where UTF-8 begins in lines of another encoding. `is_last`: nothing follows them.
pub(crate) fn utf8_begins(bytes: &[u8], is_last: bool) -> Option<usize> {
    // Behind the last line that is not UTF-8.
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        let from = bytes.len().min(at + PART_BYTES);
        let end = memchr::memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |end| from + end + 1);
        let part = &bytes[at..end];
        let (part_start, is_whole) = (at, end == bytes.len());
        at = end;
        if simdutf8::basic::from_utf8(part).is_err() {
            start = behind_invalid(bytes, part_start, end);
            // UTF-8 may begin within the part and end with the text.
            if !is_whole {
                continue;
            }
        }
        let utf8 = Utf8::count(&bytes[start.max(part_start)..end], true);
        let least = if is_last && is_whole { 3 } else { 6 };
        if utf8.invalid == 0 && !utf8.is_strange() && utf8.valid >= least {
            return Some(start);
        }
    }
    None
}

/// The end of the last line of a part that is not UTF-8. Mostly it is the very last one.
fn behind_invalid(bytes: &[u8], start: usize, end: usize) -> usize {
    let mut last = end;
    while last > start {
        let line = memchr::memrchr(b'\n', &bytes[start..last - 1]).map_or(start, |found| start + found + 1);
        if str::from_utf8(&bytes[line..last]).is_err() {
            return last;
        }
        last = line;
    }
    start
}
