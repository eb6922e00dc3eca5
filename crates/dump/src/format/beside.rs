//! What the package of a spreadsheet holds beside the cells that its reader delivers: notes,
//! shapes, links, formulas, headers and footers, lists of values, names, caches of pivots and of
//! other files, properties, cells of sheets that are not listed, strings that no cell has. All of
//! it goes to the scanner as running text, by one rule: a part is left out only if it is known to
//! hold nothing that a person wrote.
//!
//! Gets pieces while the package is measured (`package`), and parses no more than one at a time.

mod binary;
mod cells;
mod passed;
mod runs;
mod strings;
#[cfg(test)]
mod tests;
mod texts;

use crate::format::office_xml::{local_name, text_of};
use crate::format::rows::{Outside, Rows, Stopped, search};
use binary::Binary;
use cells::Cells;
pub(super) use passed::Passed;
use std::collections::HashSet;
use std::path::Path;
use strings::Inside;
pub(super) use strings::Strings;
pub(super) use texts::Texts;

/// What the names of parts begin or end with in which nobody wrote anything.
const WITHOUT_TEXT: [&str; 16] = [
    "[content_types].xml",
    "xl/styles.",
    "xl/theme/",
    "xl/calcchain.",
    "xl/printersettings/",
    "xl/media/",
    "docprops/thumbnail.",
    "xl/vbaproject",
    "xl/xmlmaps.xml",
    "mimetype",
    "content.xml",
    "settings.xml",
    "meta-inf/",
    "pictures/",
    "thumbnails/",
    "configurations2/",
];

/// Marks of files that may be embedded.
const EMBEDDED: [&[u8]; 4] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-", b"{\\rtf"];

pub(super) struct Beside<'r> {
    rows: &'r mut dyn Rows,
    /// The paths of the sheets that are delivered, in lower case.
    sheets: HashSet<String>,
    part: Part,
    texts: Texts,
    binary: Binary,
    strings: Strings,
    string: Inside,
    /// Whether the strings are read a second time.
    is_again: bool,
    cells: Cells,
    /// Files that are embedded, and the name of the first.
    embedded: (u64, String),
}

/// What is read of the part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Nothing,
    Text,
    /// A sheet whose cells are delivered.
    Sheet,
    /// The strings that cells share: in a first pass they are counted.
    Strings,
    Binary,
}

impl<'r> Beside<'r> {
    /// `strings_max`: strings that may be told apart.
    pub(super) fn new(rows: &'r mut dyn Rows, sheets: HashSet<String>, strings_max: usize) -> Self {
        Self {
            rows,
            sheets,
            part: Part::default(),
            texts: Texts::default(),
            binary: Binary::default(),
            strings: Strings::new(strings_max),
            string: Inside::default(),
            is_again: false,
            cells: Cells::default(),
            embedded: (0, String::new()),
        }
    }

    /// A part begins: its name, and its first bytes.
    pub(super) fn begin(&mut self, name: &str, head: &[u8]) {
        let path = name.replace('\\', "/").to_lowercase();
        let path = path.trim_start_matches('/');
        let is_without = WITHOUT_TEXT.iter().any(|part| path.starts_with(part));
        self.cells.begin();
        self.part = match path {
            _ if is_without => Part::Nothing,
            path if path.ends_with("/sharedstrings.xml") => Part::Strings,
            path if Path::new(path).extension().is_some_and(|extension| extension == "bin")
                && !path.contains("/embeddings/") =>
            {
                Part::Binary
            }
            path if self.sheets.contains(path) => Part::Sheet,
            _ if EMBEDDED.iter().any(|mark| head.starts_with(mark)) => {
                self.embedded.0 += 1;
                if self.embedded.0 == 1 {
                    self.embedded.1 = name.chars().filter(|c| !c.is_control()).take(100).collect();
                }
                Part::Nothing
            }
            _ => Part::Text,
        };
        if self.part == Part::Binary {
            let is_sheet = self.sheets.contains(path);
            self.binary.begin(is_sheet, path.ends_with("/sharedstrings.bin"));
        }
    }

    /// Whether anything of the part is read.
    pub(super) fn is_read(&self) -> bool {
        self.part != Part::Nothing
    }

    pub(super) fn tag(&mut self, tag: &[u8]) -> Result<(), Stopped> {
        match self.part {
            Part::Text => self.texts.tag(tag),
            Part::Sheet => self.cells.tag(tag, &mut self.texts, &mut self.strings),
            Part::Strings => self.tag_of_strings(tag),
            Part::Binary | Part::Nothing => return Ok(()),
        }
        self.flush(false)
    }

    pub(super) fn text(&mut self, piece: &[u8]) -> Result<(), Stopped> {
        match self.part {
            Part::Text => self.texts.text(piece),
            Part::Strings if self.is_again && self.strings.is_without_cell() => self.texts.text(piece),
            Part::Strings if !self.is_again && self.string.is_more() => self.texts.push(&text_of(piece)),
            Part::Sheet => self.cells.text(piece, &mut self.texts),
            _ => {}
        }
        self.flush(false)
    }

    /// Bytes of a part that is no markup.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Stopped> {
        if self.part == Part::Binary {
            self.binary.bytes(bytes, &mut self.texts, &mut self.strings, self.is_again);
        }
        self.flush(false)
    }

    pub(super) fn end(&mut self) -> Result<(), Stopped> {
        self.flush(true)
    }

    /// Whether there are strings that no cell has. The part of the strings is then read again.
    pub(super) fn has_more_strings(&mut self) -> bool {
        self.is_again = self.strings.has_more();
        self.is_again
    }

    /// A tag of the strings, or of those that no cell has.
    fn tag_of_strings(&mut self, tag: &[u8]) {
        let is_string = local_name(tag) == b"si" && !tag.starts_with(b"</");
        match (is_string, self.is_again) {
            (true, false) => self.strings.count(),
            (true, true) => self.strings.next(),
            (false, _) => {}
        }
        self.string.tag(local_name(tag), tag.starts_with(b"</"));
        if self.is_again && self.strings.is_without_cell() {
            self.texts.tag(tag);
        }
    }

    /// Says what is not read.
    pub(super) fn finish(self) {
        let (count, row) = self.cells.without_result;
        if count > 0 {
            self.rows.not_read(format!(
                "{count} formulas have no stored result (first in row {row}), so that what they show was not read; save \
                 it with results (libreoffice --headless --convert-to xlsx FILE does that)"
            ));
        }
        let (count, first) = self.embedded;
        if count > 0 {
            self.rows.not_read(format!(
                "{count} files that are embedded in it were not read (first {first}); unpack it (7z x FILE does that) \
                 and read them as well"
            ));
        }
    }

    fn flush(&mut self, is_all: bool) -> Result<(), Stopped> {
        match self.texts.take(is_all) {
            Some(text) => Ok(search(self.rows, self.cells.row, &text, Outside::Malformed)?),
            None => Ok(()),
        }
    }
}
