//! JSON, for its fuzz target.

use crate::format::json::{Cutter, Leaves, Walker, Wanted, Why};
use crate::format::rows::Cell;
use crate::limits::Limits;

/// Any text as JSON, once cut at lines and once by its structure alone: both must come to the same.
pub fn json(text: &str) {
    let limits = Limits { depth: 8, ..Limits::default() };
    let by_key = |key: &str| (key.len() == 1).then_some(0);
    let wanted = Wanted::new(&[vec!["a".to_owned(), "b".to_owned()]], Some(&by_key));
    let read = |mut cutter: Cutter<&[u8]>| {
        let (mut walker, mut seen) = (Walker::new(&wanted, &limits), Seen::default());
        while let Some(block) = cutter.next().expect("memory") {
            walker.walk(&block, std::str::from_utf8(&block.text).expect("cut between characters"), &mut seen);
        }
        seen.malformed += cutter.passed().total();
        seen
    };
    let lines = read(Cutter::new(text.as_bytes(), &limits));
    let structure = read(Cutter::with_blocks_of(1, text.as_bytes(), &limits));
    // In how many pieces broken text is counted may differ: how deep it is shows sooner to one than to the other.
    let said = |seen: &Seen| (seen.leaves.clone(), seen.ends.clone(), seen.malformed > 0);
    assert_eq!(said(&lines), said(&structure), "it matters how the text is cut");
    // With room for little, values are opened; what comes of it is the tests' matter.
    let small = Limits { record: 32, ..limits };
    read(Cutter::new(text.as_bytes(), &small));
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    leaves: Vec<(usize, String)>,
    ends: Vec<u64>,
    malformed: u64,
}

impl Leaves for Seen {
    fn leaf(&mut self, column: usize, cell: Cell<'_>) {
        self.leaves.push((column, format!("{cell:?}")));
    }

    fn end(&mut self, at: u64) {
        self.ends.push(at);
    }

    fn malformed(&mut self, _: u64, _: Why) {
        self.malformed += 1;
    }
}
