//! Records of lines and tables of markup, for their fuzz target.

use super::conserved::{of_text, stated};
use super::dripping::Dripping;
use crate::columns::mapping::Mapping;
use crate::format::layout::Layout;
use crate::format::rows::{Cell, Outside, Rows, Stopped};
use crate::halt::Halt;
use crate::limits::Limits;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Read;
use std::sync::LazyLock;

/// Digits of a number that must not disappear.
const DIGITS: usize = 7;

/// One for each layout.
static MAPPINGS: LazyLock<[Mapping; 6]> =
    LazyLock::new(|| ["vcard", "ldif", "records", "drawn", "html", "xml"].map(stated));

/// Any text in each of the formats: the same rows in whatever pieces it arrives, and every number
/// of it in a row or in the text beside, unless it is encoded.
pub fn layouts(text: &str) {
    for layout in Layout::ALL {
        // Its result is nobody's; it must end.
        let _ = layout.looks_like(text);
        let whole = seen(layout, &mut text.as_bytes());
        assert!(whole == seen(layout, &mut Dripping(text.as_bytes())), "{layout:?}: other pieces made other rows");
        let is_encoded = match layout {
            Layout::Cards => text.contains(['=', '%']),
            Layout::Directory => text.contains("::"),
            // A floating-point number has other digits than it is written with.
            Layout::Html | Layout::Xml => ["&#", "x:num", "sdval", "Number"].iter().any(|sign| text.contains(sign)),
            Layout::Ruled | Layout::Vertical => false,
        };
        let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= DIGITS);
        assert!(is_encoded || numbers.all(|number| whole.contains(number)), "{layout:?} lost a number");
    }
    // One of them, since this takes most of the time.
    let limits = Limits { record: 8 << 10, depth: 8, ..Limits::default() };
    of_text(text.as_bytes(), &MAPPINGS[text.len() % MAPPINGS.len()], &limits);
}

fn seen(layout: Layout, text: &mut dyn Read) -> String {
    let mut seen = Seen::default();
    let limits = Limits { record: 8 << 10, depth: 8, ..Limits::default() };
    match layout.read(text, &limits, &mut seen) {
        Ok(()) => seen.0,
        Err(Stopped::Run(error)) => panic!("nobody failed: {error:?}"),
        Err(stopped) => panic!("memory does not fail: {stopped:?}"),
    }
}

/// All that a reader delivers.
#[derive(Default)]
struct Seen(String);

impl Rows for Seen {
    fn table(&mut self, name: &str, columns: &[Cow<'_, str>]) -> Result<(), Halt> {
        writeln!(self.0, "table {}({})", name.len(), columns.len()).expect("a string takes all");
        Ok(())
    }

    fn row(&mut self, at: u64, cells: &[Cell<'_>]) -> Result<(), Halt> {
        writeln!(self.0, "row at {at:x}").expect("a string takes all");
        for cell in cells {
            self.0 += cell.parts().1;
            self.0.push('\n');
        }
        Ok(())
    }

    fn malformed(&mut self, at: u64) -> Result<(), Halt> {
        writeln!(self.0, "malformed at {at:x}").expect("a string takes all");
        Ok(())
    }

    fn outside(&mut self, at: u64, text: &[u8], _: Outside) -> Result<(), Halt> {
        writeln!(self.0, "outside at {at:x}: {}", String::from_utf8_lossy(text)).expect("a string takes all");
        Ok(())
    }
}
