//! From cells of rows to digests or waiting identifiers: what every reader ends in, on all cores.
//!
//! Rows are taken in batches. A batch keeps its own counts, so that nothing is shared while it works, and is added up when
//! it is done. Cells that are swapped within a row are put right here, since only a row tells.

use crate::columns::{Column, Reads};
use crate::decide::{self, FLOAT_DIGITS};
use crate::digests::Sorter;
use crate::heavy::{Heavy, Seen};
use crate::report::{ColumnReport, KindReport, PLACES, keep_first};
use crate::rows::{Cell, Tag};
use crate::waiting::{Entries, Waiting};
use crate::{IngestError, Progress};
use exposure_identifier::{Identifier, Kind, Rejection, Scanner, Tier};
use exposure_protocol::{Digest, sha256};
use smallvec::SmallVec;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Sequences of bytes that are no characters, of which a text may have as many whatever its length.
const UNREADABLE: u64 = 16;

/// Most characters of a masked value.
const SHOWN_CHARACTERS: usize = 24;

/// Kinds in the order of their names, which is the order of sections in a ledger; a kind's place is its rank.
pub(crate) struct KindOrder(Vec<&'static Kind>);

impl KindOrder {
    pub(crate) fn new() -> Self {
        let mut kinds: Vec<_> = Kind::all().iter().collect();
        kinds.sort_by_key(|kind| &kind.name);
        Self(kinds)
    }

    /// Every kind with its rank.
    pub(crate) fn ranked(&self) -> impl Iterator<Item = (u8, &'static Kind)> {
        (0..).zip(self.0.iter().copied())
    }

    /// The kind of this rank.
    pub(crate) fn kind(&self, rank: u8) -> Option<&'static Kind> {
        self.0.get(usize::from(rank)).copied()
    }

    fn rank(&self, kind: &Kind) -> u8 {
        let place = self.0.iter().position(|other| std::ptr::eq(*other, kind));
        place.expect("every kind is in the table") as u8
    }
}

/// Where identifiers go.
pub(crate) enum Sink<'a> {
    /// Hashing is cheap: digests, to the sorter of each kind by rank.
    Digests(&'a [Sorter<'a>]),
    /// Evaluation is dear: each identifier waits until repetitions are gone.
    Waiting(&'a Waiting<'a>),
    /// Nowhere: they are only counted.
    Nowhere,
}

/// What all batches of a run share.
pub(crate) struct Extractor<'a> {
    pub(crate) order: &'a KindOrder,
    pub(crate) sink: Sink<'a>,
    pub(crate) heavy: &'a Heavy,
    /// Identifiers found so far, for those who wait.
    pub(crate) found: AtomicU64,
    pub(crate) progress: &'a dyn Progress,
    /// Rows that are shown masked, of each table.
    pub(crate) shows: usize,
}

/// The columns of a table or file, and what was counted of them.
pub(crate) struct Columns {
    pub(crate) list: Vec<Column>,
    /// For each column of running text.
    scanners: Vec<Option<Scanner>>,
    counted: Mutex<Vec<Counted>>,
    rows: AtomicU64,
    malformed: AtomicU64,
    malformed_at: Mutex<Vec<u64>>,
    unreadable: AtomicU64,
    unreadable_at: AtomicU64,
    /// The first rows, masked, where they are to be shown.
    shown: Mutex<Vec<(u64, Vec<String>)>>,
}

/// What was counted of a column: by kind.
type Counted = SmallVec<[OfKind; 1]>;

struct OfKind {
    kind: &'static Kind,
    accepted: u64,
    swapped: u64,
    rejected: [u64; Rejection::ALL.len()],
    first: SmallVec<[(Rejection, u64); PLACES]>,
}

impl Columns {
    pub(crate) fn new(list: Vec<Column>) -> Self {
        let scanner = |column: &Column| match column.reads {
            Reads::Kind(_) => None,
            Reads::Text => {
                let country = column.rules.region.code();
                Some(Scanner::new([country], &column.rules).expect("a region that is known"))
            }
        };
        Self {
            scanners: list.iter().map(scanner).collect(),
            counted: Mutex::new(list.iter().map(|_| Counted::new()).collect()),
            list,
            rows: AtomicU64::new(0),
            malformed: AtomicU64::new(0),
            malformed_at: Mutex::default(),
            unreadable: AtomicU64::new(0),
            unreadable_at: AtomicU64::new(u64::MAX),
            shown: Mutex::default(),
        }
    }

    /// A batch of rows of these columns.
    pub(crate) fn batch<'b>(&'b self, extractor: &'b Extractor<'b>) -> Batch<'b> {
        Batch {
            extractor,
            columns: self,
            counted: self.list.iter().map(|_| Counted::new()).collect(),
            kinds: Vec::new(),
            waiting: Entries::default(),
            seen: extractor.heavy.batch(),
            rows: 0,
            malformed: Vec::new(),
            spelled: String::new(),
        }
    }

    /// Records that were passed over before any batch saw them.
    pub(crate) fn add_malformed(&self, places: &[u64]) {
        self.add_passed_over(places.len() as u64, places);
    }

    /// The same for so many of them, of which only some places are known.
    pub(crate) fn add_passed_over(&self, count: u64, places: &[u64]) {
        self.rows.fetch_add(count, Ordering::Relaxed);
        self.malformed.fetch_add(count, Ordering::Relaxed);
        keep_first(&mut self.malformed_at.lock().expect("no panic while it is held"), places);
    }

    /// Bytes that are no characters, and where the first of them stand.
    pub(crate) fn add_unreadable(&self, count: u64, at: u64) {
        self.unreadable.fetch_add(count, Ordering::Relaxed);
        self.unreadable_at.fetch_min(at, Ordering::Relaxed);
    }

    /// Where a text that is mostly not UTF-8 ceases to be.
    fn not_utf8_from(&self) -> Option<u64> {
        let unreadable = self.unreadable.load(Ordering::Relaxed);
        let is_much = unreadable > UNREADABLE && unreadable > self.rows.load(Ordering::Relaxed);
        is_much.then(|| self.unreadable_at.load(Ordering::Relaxed))
    }

    /// A cell as it may be shown: an identifier masked as the table of kinds allows, anything else to its ends.
    fn masked(&self, place: usize, cell: &Cell<'_>) -> String {
        let (_, text) = cell.parts();
        let column = &self.list[place];
        let identifiers = match column.reads {
            Reads::Kind(kind) => kind.canonicalise(text, &column.rules).accepted,
            Reads::Text => SmallVec::new(),
        };
        match identifiers.as_slice() {
            [] => masked(text),
            identifiers => identifiers.iter().map(Identifier::masked).collect::<Vec<_>>().join(", "),
        }
    }

    /// Keeps a masked row if it is one of the first.
    fn show(&self, at: u64, row: Vec<String>, rows: usize) {
        let mut shown = self.shown.lock().expect("no panic while it is held");
        shown.push((at, row));
        if shown.len() > rows {
            shown.sort();
            shown.truncate(rows);
        }
    }

    /// Adds what was counted to a report; `table` stands in front of the names of columns.
    pub(crate) fn report(&self, table: &str, part: &mut crate::report::PartReport) {
        part.rows += self.rows.load(Ordering::Relaxed);
        part.malformed += self.malformed.load(Ordering::Relaxed);
        part.unreadable += self.unreadable.load(Ordering::Relaxed);
        keep_first(&mut part.malformed_at, &self.malformed_at.lock().expect("no panic while it is held"));
        if let Some(at) = self.not_utf8_from() {
            part.damage.get_or_insert_with(|| {
                format!("the text is not UTF-8 from byte {at} on; say its encoding in a mapping")
            });
        }
        let mut shown = std::mem::take(&mut *self.shown.lock().expect("no panic while it is held"));
        shown.sort();
        part.shown.extend(shown.into_iter().map(|(_, row)| row));
        let counted = self.counted.lock().expect("no panic while it is held");
        for (column, counted) in self.list.iter().zip(counted.iter()) {
            part.columns.push(ColumnReport {
                name: if table.is_empty() { column.name.clone() } else { format!("{table}.{}", column.name) },
                reads: column.reads.name().to_owned(),
                because: column.because.name().to_owned(),
                confidence: column.confidence(),
                region: column.rules.region.to_string(),
                lacks_plus: column.lacks_plus,
                is_rounded: column.is_rounded,
                kinds: counted.iter().map(|of_kind| (of_kind.kind.name.clone(), of_kind.report())).collect(),
            });
        }
    }
}

impl OfKind {
    fn new(kind: &'static Kind) -> Self {
        Self { kind, accepted: 0, swapped: 0, rejected: [0; Rejection::ALL.len()], first: SmallVec::new() }
    }

    fn reject(&mut self, reason: Rejection, at: u64) {
        self.rejected[reason as usize] += 1;
        // Rows of a batch come in order, so the first ones are the first.
        if self.rejected[reason as usize] <= PLACES as u64 {
            self.first.push((reason, at));
        }
    }

    fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.swapped += other.swapped;
        self.rejected.iter_mut().zip(other.rejected).for_each(|(sum, count)| *sum += count);
        self.first.extend(other.first);
        self.first.sort_unstable();
        let mut kept: SmallVec<[(Rejection, u64); PLACES]> = SmallVec::new();
        for (reason, at) in self.first.drain(..) {
            if kept.iter().filter(|(other, _)| *other == reason).count() < PLACES {
                kept.push((reason, at));
            }
        }
        self.first = kept;
    }

    fn report(&self) -> KindReport {
        let mut report = KindReport { accepted: self.accepted, swapped: self.swapped, ..KindReport::default() };
        for (reason, &count) in Rejection::ALL.iter().zip(&self.rejected).filter(|(_, count)| **count > 0) {
            let places: Vec<_> = self.first.iter().filter(|(other, _)| other == reason).map(|(_, at)| *at).collect();
            report.rejected.entry(reason.code().to_owned()).or_default().add(count, &places);
        }
        report
    }
}

fn of_kind<'c>(counted: &'c mut Counted, kind: &'static Kind) -> &'c mut OfKind {
    let place = counted.iter().position(|of_kind| std::ptr::eq(of_kind.kind, kind)).unwrap_or_else(|| {
        counted.push(OfKind::new(kind));
        counted.len() - 1
    });
    &mut counted[place]
}

/// A value masked to its ends, which are shown where much more is hidden.
fn masked(text: &str) -> String {
    let characters: Vec<char> = text.trim().chars().take(SHOWN_CHARACTERS).collect();
    let ends = usize::from(characters.len() >= 6);
    let hidden = ends..characters.len() - ends;
    characters.iter().enumerate().map(|(n, &c)| if hidden.contains(&n) { '*' } else { c }).collect()
}

/// Rows on their way, and what was counted of them.
pub(crate) struct Batch<'b> {
    extractor: &'b Extractor<'b>,
    columns: &'b Columns,
    counted: Vec<Counted>,
    kinds: Vec<Made>,
    waiting: Entries,
    seen: Seen,
    rows: u64,
    malformed: Vec<u64>,
    /// Room for a number whose plus is put back.
    spelled: String,
}

/// The digests that a batch made of one kind.
struct Made {
    kind: &'static Kind,
    rank: u8,
    digests: Vec<Digest>,
}

impl Batch<'_> {
    /// A record that is not of the format.
    pub(crate) fn malformed(&mut self, at: u64) {
        self.rows += 1;
        self.malformed.push(at);
    }

    /// A row: cells of columns that are read, each with the place of its column among these.
    pub(crate) fn row<'c>(&mut self, at: u64, cells: impl IntoIterator<Item = (usize, Cell<'c>)>) {
        self.rows += 1;
        let mut shown = (self.extractor.shows > 0).then(Vec::new);
        let mut refused: SmallVec<[(usize, Cell<'c>, Rejection); 2]> = SmallVec::new();
        for (column, cell) in cells {
            shown.iter_mut().for_each(|row| row.push(self.columns.masked(column, &cell)));
            match self.columns.list[column].reads {
                Reads::Text => self.text(column, &cell),
                Reads::Kind(kind) => {
                    if let Some(reason) = self.cell(column, kind, &cell, at) {
                        refused.push((column, cell, reason));
                    }
                }
            }
        }
        if !refused.is_empty() {
            self.swap_or_reject(at, &refused);
        }
        shown.into_iter().for_each(|row| self.columns.show(at, row, self.extractor.shows));
    }

    /// Takes the identifiers of a cell. Why it holds none, where it may be another column's.
    fn cell(&mut self, place: usize, kind: &'static Kind, cell: &Cell<'_>, at: u64) -> Option<Rejection> {
        let column = &self.columns.list[place];
        let (tag, text) = cell.parts();
        let is_long_float = || tag == Tag::Float && text.bytes().filter(u8::is_ascii_digit).count() > FLOAT_DIGITS;
        if is_long_float() || (column.is_rounded && decide::has_lost_digits(text)) {
            of_kind(&mut self.counted[place], kind.hashed_as()).reject(Rejection::Float, at);
            return None;
        }
        let found = if column.lacks_plus && text.trim_start().starts_with(|c: char| c.is_ascii_digit() && c != '0') {
            self.spelled.clear();
            self.spelled.push('+');
            self.spelled.push_str(text.trim_start());
            kind.canonicalise(&self.spelled, &column.rules)
        } else {
            kind.canonicalise(text, &column.rules)
        };
        if let ([], [reason]) = (found.accepted.as_slice(), found.rejected.as_slice())
            && !matches!(reason, Rejection::Empty)
        {
            return Some(*reason);
        }
        let counted = of_kind(&mut self.counted[place], kind.hashed_as());
        found.rejected.iter().for_each(|&reason| counted.reject(reason, at));
        counted.accepted += found.accepted.len() as u64;
        found.accepted.iter().for_each(|identifier| self.take(identifier));
        None
    }

    /// Two cells of a row that each hold what belongs into the other's column have been swapped. One of the kinds has a
    /// check, so that this is no accident.
    fn swap_or_reject(&mut self, at: u64, refused: &[(usize, Cell<'_>, Rejection)]) {
        if let [a, b] = refused
            && let (Some(in_a), Some(in_b)) = (self.as_of(b.0, &a.1), self.as_of(a.0, &b.1))
            && [&in_a, &in_b]
                .iter()
                .any(|identifier| identifier.kind().tier == Tier::A && identifier.kind().country.is_some())
        {
            for (place, identifier) in [(a.0, in_a), (b.0, in_b)] {
                let counted = of_kind(&mut self.counted[place], identifier.kind());
                counted.accepted += 1;
                counted.swapped += 1;
                self.take(&identifier);
            }
            return;
        }
        for (place, _, reason) in refused {
            if let Reads::Kind(kind) = self.columns.list[*place].reads {
                of_kind(&mut self.counted[*place], kind.hashed_as()).reject(*reason, at);
            }
        }
    }

    /// The one identifier that a cell would be in another column, if that is of another kind.
    fn as_of(&self, place: usize, cell: &Cell<'_>) -> Option<Identifier> {
        let column = &self.columns.list[place];
        let (Reads::Kind(kind), Cell::Text(text) | Cell::Integer(text)) = (column.reads, cell) else { return None };
        let mut found = kind.canonicalise(text, &column.rules).into_result().ok()?;
        (found.len() == 1).then(|| found.remove(0))
    }

    /// Takes what stands in running text.
    fn text(&mut self, place: usize, cell: &Cell<'_>) {
        let (Cell::Text(text) | Cell::Integer(text)) = cell else { return };
        self.scan(place, text);
    }

    /// Lines of running text, which are rows each.
    pub(crate) fn lines(&mut self, place: usize, text: &str, is_last: bool) {
        let is_unfinished = is_last && !text.ends_with('\n');
        self.rows += memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64 + u64::from(is_unfinished);
        self.scan(place, text);
    }

    fn scan(&mut self, place: usize, text: &str) {
        let columns = self.columns;
        let Some(scanner) = &columns.scanners[place] else { return };
        scanner.scan(text, |found| {
            of_kind(&mut self.counted[place], found.identifier.kind()).accepted += 1;
            self.take(&found.identifier);
        });
    }

    fn take(&mut self, identifier: &Identifier) {
        let kind = identifier.kind();
        self.extractor.heavy.see(&mut self.seen, identifier);
        // A dump has a few kinds.
        let place = self.kinds.iter().position(|known| std::ptr::eq(known.kind, kind)).unwrap_or_else(|| {
            self.kinds.push(Made { kind, rank: self.extractor.order.rank(kind), digests: Vec::new() });
            self.kinds.len() - 1
        });
        let of_kind = &mut self.kinds[place];
        match self.extractor.sink {
            Sink::Digests(_) => of_kind.digests.push(sha256(&[&kind.name, ":", identifier.canonical()])),
            Sink::Waiting(_) => self.waiting.push(of_kind.rank, identifier.canonical()),
            Sink::Nowhere => {}
        }
    }

    /// Hands everything over.
    pub(crate) fn finish(self) -> Result<(), IngestError> {
        let found: u64 = self.counted.iter().flatten().map(|of_kind| of_kind.accepted).sum();
        let before = self.extractor.found.fetch_add(found, Ordering::Relaxed);
        self.extractor.progress.found(before + found);
        self.columns.rows.fetch_add(self.rows - self.malformed.len() as u64, Ordering::Relaxed);
        self.columns.add_malformed(&self.malformed);
        {
            let mut sums = self.columns.counted.lock().expect("no panic while it is held");
            for (sum, counted) in sums.iter_mut().zip(self.counted) {
                counted.into_iter().for_each(|more| of_kind(sum, more.kind).add(more));
            }
        }
        self.extractor.heavy.add(self.seen);
        match &self.extractor.sink {
            Sink::Digests(sorters) => {
                self.kinds.iter().try_for_each(|of_kind| sorters[usize::from(of_kind.rank)].push(&of_kind.digests))
            }
            Sink::Waiting(waiting) => waiting.push(&self.waiting),
            Sink::Nowhere => Ok(()),
        }
    }
}
