//! JSON, for its fuzz target.

use super::conserved::{of_text, stated};
use crate::columns::label::Inherited;
use crate::columns::mapping::Mapping;
use crate::format::json::{Cutter, Layout, Leaves, Reason, Walker, Wanted};
use crate::format::rows::Parts;
use crate::limits::Limits;
use std::sync::LazyLock;

static JSON: LazyLock<Mapping> = LazyLock::new(|| stated("json"));

/// Any text as JSON, once cut at lines and once by its structure alone: both must give the same
/// result.
pub fn json(text: &str) {
    let limits = Limits { depth: 8, ..Limits::default() };
    let rows_are_arrays = text.starts_with("[1");
    let layout = Layout {
        requested: vec![vec!["a".to_owned(), "b".to_owned()]],
        paths: vec![(vec!["b".to_owned()], 1)],
        below: Inherited::below,
        of_label: &|_| Some(2),
        later: 3..8,
        takes_all: vec![true, true, true],
        may_hold: &|text| text.bytes().filter(u8::is_ascii_digit).count() > 1,
        may_be: &|text| text.bytes().filter(u8::is_ascii_digit).count() > 1,
        rows_are_arrays,
    };
    let wanted = Wanted::new(layout);
    let read = |mut cutter: Cutter<&[u8]>| {
        let (mut walker, mut seen) = (Walker::new(&wanted, &limits), Seen::default());
        while let Some(block) = cutter.next().expect("memory") {
            walker.walk(&block, std::str::from_utf8(&block.text).expect("cut between characters"), &mut seen);
        }
        seen.malformed += cutter.skipped().total();
        seen
    };
    let lines = read(Cutter::new(text.as_bytes(), &limits));
    let structure = read(Cutter::with_blocks_of(1, text.as_bytes(), &limits));
    // The number of malformed pieces may differ: the structure notices too much depth earlier.
    assert_eq!(lines.malformed > 0, structure.malformed > 0, "it matters how the text is cut");
    // A row that is cut ends where it is cut, and what is complete of a malformed one is delivered.
    let said = |seen: &Seen| (seen.leaves.clone(), (!rows_are_arrays).then(|| seen.ends.clone()));
    assert!(
        rows_are_arrays && lines.malformed > 0 || said(&lines) == said(&structure),
        "it matters how the text is cut"
    );
    // With little memory, values are delivered in parts; the result is checked by unit tests.
    let small = Limits { record: 32, ..limits };
    read(Cutter::new(text.as_bytes(), &small));
    of_text(text.as_bytes(), &JSON, &limits);
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    leaves: Vec<(usize, String)>,
    ends: Vec<u64>,
    malformed: u64,
}

impl Leaves for Seen {
    fn leaf(&mut self, column: usize, (tag, text): Parts<'_>) {
        self.leaves.push((column, format!("{tag:?} {text}")));
    }

    fn end(&mut self, at: u64) {
        self.ends.push(at);
    }

    fn malformed(&mut self, _: u64, _: Reason) {
        self.malformed += 1;
    }

    fn outside(&mut self, _: u64, _: &str) {}
}
