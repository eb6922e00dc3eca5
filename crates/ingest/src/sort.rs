//! Sorts digests in bounded memory.
//!
//! Runs are written in the clear: digests are what the ledger holds, and the spill directory is as closed as the ledger's.

use crate::IngestError;
use crate::merge::Merge;
use crate::spill::{RUNS, SpillDir};
use exposure_index::LedgerRecords;
use exposure_protocol::{Digest, RECORD_BYTES};
use rayon::slice::ParallelSliceMut as _;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};

/// Takes the digests of one kind in any order.
pub(crate) struct Sorter<'s> {
    spill: &'s SpillDir,
    capacity: usize,
    held: Vec<Digest>,
    runs: Vec<File>,
}

enum Source {
    Spilled(BufReader<File>),
    InMemory(std::vec::IntoIter<Digest>),
    Ledger(Box<LedgerRecords>),
}

impl<'s> Sorter<'s> {
    /// A sorter that holds about `memory` bytes before it spills.
    pub(crate) fn new(spill: &'s SpillDir, memory: usize) -> Self {
        Self { spill, capacity: (memory / RECORD_BYTES).max(1), held: Vec::new(), runs: Vec::new() }
    }

    pub(crate) fn push(&mut self, digest: Digest) -> Result<(), IngestError> {
        self.held.push(digest);
        if self.held.len() >= self.capacity {
            self.held.par_sort_unstable();
            let run = write_run(self.spill, self.held.drain(..).map(Ok))?;
            self.runs.push(run);
        }
        if self.runs.len() == RUNS {
            let merged = Merge::new(open_runs(std::mem::take(&mut self.runs))?)?;
            self.runs.push(write_run(self.spill, merged.map(|item| Ok(item?.0)))?);
        }
        Ok(())
    }

    /// All that was pushed and all of an older section, in order, each once.
    pub(crate) fn finish(
        mut self,
        older: Option<LedgerRecords>,
    ) -> Result<impl Iterator<Item = Result<Digest, IngestError>>, IngestError> {
        self.held.par_sort_unstable();
        let mut sources = open_runs(self.runs)?;
        sources.push(Source::InMemory(self.held.into_iter()));
        sources.extend(older.map(|records| Source::Ledger(Box::new(records))));
        let mut last = None;
        let distinct = Merge::new(sources)?.filter_map(move |item| match item {
            Err(error) => Some(Err(error)),
            Ok((digest, _)) if last == Some(digest) => None,
            Ok((digest, _)) => {
                last = Some(digest);
                Some(Ok(digest))
            }
        });
        Ok(distinct)
    }
}

fn write_run(
    spill: &SpillDir,
    digests: impl Iterator<Item = Result<Digest, IngestError>>,
) -> Result<File, IngestError> {
    let mut out = BufWriter::with_capacity(1 << 20, spill.file()?);
    for digest in digests {
        out.write_all(&digest?.to_bytes())?;
    }
    out.into_inner().map_err(|error| IngestError::Data(error.into_error()))
}

fn open_runs(runs: Vec<File>) -> Result<Vec<Source>, IngestError> {
    runs.into_iter()
        .map(|mut file| {
            file.rewind()?;
            Ok(Source::Spilled(BufReader::with_capacity(64 << 10, file)))
        })
        .collect()
}

impl Iterator for Source {
    type Item = Result<Digest, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::InMemory(digests) => digests.next().map(Ok),
            Self::Ledger(records) => records.next().map(|record| Ok(record?)),
            Self::Spilled(file) => {
                let mut record = [0; RECORD_BYTES];
                match file.read(&mut record) {
                    Ok(0) => None,
                    Ok(got) => Some(
                        file.read_exact(&mut record[got..])
                            .map(|()| Digest::from_bytes(record))
                            .map_err(|_| IngestError::Spill),
                    ),
                    Err(error) => Some(Err(error.into())),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use exposure_index::DataDir;

    #[test]
    fn digests_come_back_in_order_whatever_the_memory() {
        let dir = tempfile::tempdir().expect("a directory");
        let spill = SpillDir::create(&DataDir::new(dir.path())).expect("created");
        let digest = |n: u64| Digest::from_output(blake3::hash(&n.to_le_bytes()).as_bytes());
        let mut expected: Vec<_> = (0..5_000).map(digest).collect();
        expected.sort_unstable();
        for memory in [0, 10_000, 1 << 20] {
            // A run a record would need as many open files as there are records.
            let memory = memory.max(1_000);
            let mut sorter = Sorter::new(&spill, memory);
            for n in (0..5_000).chain(0..100) {
                sorter.push(digest(n)).expect("pushed");
            }
            let sorted: Result<Vec<_>, _> = sorter.finish(None).expect("merged").collect();
            assert!(sorted.expect("read") == expected, "memory {memory}");
        }
    }
}
