//! Gathers canonical identifiers and gives them back sorted and distinct, in bounded memory.
//!
//! One evaluation costs more than reading a hundred repetitions, and dumps repeat themselves: so repetitions leave here,
//! before evaluation.

use crate::IngestError;
use crate::merge::Merge;
use crate::spill::{Cipher, RUNS, RunReader, SpillDir};
use exposure_identifier::{Identifier, Kind};
use rayon::slice::ParallelSliceMut as _;
use std::fs::File;
use std::ops::Range;
use zeroize::Zeroize as _;

/// What an entry takes beside its bytes: its range in the arena.
const ENTRY_OVERHEAD: usize = size_of::<Range<u32>>();

/// Kinds in the order of their names, which is the order of sections in a ledger.
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

    fn rank(&self, kind: &Kind) -> u8 {
        self.0.iter().position(|other| *other == kind).expect("every kind is in the table") as u8
    }
}

/// Takes identifiers in any order.
pub(crate) struct Collector<'s> {
    order: &'s KindOrder,
    spill: &'s SpillDir,
    cipher: &'s Cipher,
    memory: usize,
    /// Entries one behind another: a byte for the kind's rank, then the canonical form.
    arena: Vec<u8>,
    entries: Vec<Range<u32>>,
    /// Each with its number, which is part of its nonces and never used twice.
    runs: Vec<(u32, File)>,
    next_run: u32,
}

/// The distinct identifiers, sorted by kind's name and canonical form.
pub(crate) struct Distinct<'s> {
    merge: Merge<Source<'s>, Vec<u8>>,
    last: Vec<u8>,
}

enum Source<'s> {
    Spilled(RunReader<'s>),
    InMemory { arena: Vec<u8>, entries: std::vec::IntoIter<Range<u32>> },
}

impl<'s> Collector<'s> {
    /// A collector that holds about `memory` bytes before it spills.
    pub(crate) fn new(order: &'s KindOrder, spill: &'s SpillDir, cipher: &'s Cipher, memory: usize) -> Self {
        // Ranges into the arena are 32 bits wide.
        let memory = memory.min(u32::MAX as usize / 2);
        Self { order, spill, cipher, memory, arena: Vec::new(), entries: Vec::new(), runs: Vec::new(), next_run: 0 }
    }

    pub(crate) fn push(&mut self, identifier: &Identifier) -> Result<(), IngestError> {
        let start = self.arena.len() as u32;
        self.arena.push(self.order.rank(identifier.kind()));
        self.arena.extend_from_slice(identifier.canonical().as_bytes());
        self.entries.push(start..self.arena.len() as u32);
        if self.arena.len() + self.entries.len() * ENTRY_OVERHEAD >= self.memory {
            self.compact()?;
        }
        Ok(())
    }

    /// Sorts what is held and drops repetitions; spills it if that did not free half.
    fn compact(&mut self) -> Result<(), IngestError> {
        self.sort();
        let distinct: usize = self.entries.iter().map(|entry| entry.len() + ENTRY_OVERHEAD).sum();
        if distinct < self.memory / 2 {
            let mut arena = Vec::with_capacity(self.arena.len());
            for entry in &mut self.entries {
                let start = arena.len() as u32;
                arena.extend_from_slice(&self.arena[entry.start as usize..entry.end as usize]);
                *entry = start..arena.len() as u32;
            }
            self.arena.zeroize();
            self.arena = arena;
            return Ok(());
        }
        let entries = self.entries.iter().map(|entry| Ok(&self.arena[entry.start as usize..entry.end as usize]));
        let file = self.cipher.write_run(self.next_run, self.spill.file()?, entries)?;
        self.keep(file);
        self.arena.zeroize();
        self.entries.clear();
        if self.runs.len() == RUNS { self.merge_runs() } else { Ok(()) }
    }

    fn keep(&mut self, file: File) {
        self.runs.push((self.next_run, file));
        self.next_run += 1;
    }

    /// Makes one run of all.
    fn merge_runs(&mut self) -> Result<(), IngestError> {
        let readers = open_runs(self.cipher, std::mem::take(&mut self.runs))?;
        let merged = Merge::new(readers)?.map(|entry| Ok(entry?.0));
        let file = self.cipher.write_run(self.next_run, self.spill.file()?, merged)?;
        self.keep(file);
        Ok(())
    }

    fn sort(&mut self) {
        let arena = &self.arena;
        let text = |entry: &Range<u32>| &arena[entry.start as usize..entry.end as usize];
        self.entries.par_sort_unstable_by(|a, b| text(a).cmp(text(b)));
        self.entries.dedup_by(|a, b| text(a) == text(b));
    }

    /// All that was pushed, sorted and distinct.
    pub(crate) fn finish(mut self) -> Result<Distinct<'s>, IngestError> {
        self.sort();
        let mut sources = vec![Source::InMemory { arena: self.arena, entries: self.entries.into_iter() }];
        sources.extend(open_runs(self.cipher, self.runs)?.into_iter().map(Source::Spilled));
        Ok(Distinct { merge: Merge::new(sources)?, last: Vec::new() })
    }
}

fn open_runs(cipher: &Cipher, runs: Vec<(u32, File)>) -> Result<Vec<RunReader<'_>>, IngestError> {
    runs.into_iter().map(|(number, file)| cipher.read_run(number, file)).collect()
}

impl Iterator for Source<'_> {
    type Item = Result<Vec<u8>, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Spilled(run) => run.next(),
            Self::InMemory { arena, entries } => {
                entries.next().map(|entry| Ok(arena[entry.start as usize..entry.end as usize].to_vec()))
            }
        }
    }
}

impl Iterator for Distinct<'_> {
    /// The rank of a kind and a canonical form.
    type Item = Result<(u8, String), IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.merge.next()? {
                Err(error) => return Some(Err(error)),
                Ok((entry, _)) if entry == self.last => {}
                Ok((entry, _)) => {
                    self.last.clone_from(&entry);
                    let canonical = String::from_utf8(entry[1..].to_vec()).map_err(|_| IngestError::Spill);
                    return Some(canonical.map(|canonical| (entry[0], canonical)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use exposure_index::DataDir;
    use zeroize::Zeroizing;

    #[test]
    fn what_is_pushed_comes_back_sorted_and_once_whatever_the_memory() {
        let dir = tempfile::tempdir().expect("a directory");
        let spill = SpillDir::create(&DataDir::new(dir.path())).expect("created");
        let cipher = Cipher::new(&Zeroizing::new([1; 32]));
        let order = KindOrder::new();
        let phone = Kind::named("phone").expect("a kind");
        for (memory, spills) in [(1 << 30, false), (64 << 10, true), (4 << 10, true)] {
            let mut collector = Collector::new(&order, &spill, &cipher, memory);
            for n in 0..20_000_u64 {
                let number = n * 7_919 % 10_000;
                collector.push(&phone.trust_canonical(&format!("+861540000{number:04}"))).expect("pushed");
            }
            assert_eq!(!collector.runs.is_empty(), spills, "memory {memory}");
            let distinct: Result<Vec<_>, _> = collector.finish().expect("merged").collect();
            let expected: Vec<_> = (0..10_000).map(|n| (order.rank(phone), format!("+861540000{n:04}"))).collect();
            assert!(distinct.expect("read") == expected, "memory {memory}");
        }
    }
}
