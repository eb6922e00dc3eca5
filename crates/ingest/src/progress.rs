//! Progress of a long run. Never contains a value of a dump.

/// Receives the progress of a run.
pub trait Progress: Sync {
    /// A step begins. `total` is in the unit of the step (bytes, identifiers, records), if it is
    /// known.
    fn begin(&self, step: Step, total: Option<u64>);
    /// So many more units of the step are done.
    fn advance(&self, by: u64);
    /// The number of identifiers found so far.
    fn found(&self, identifiers: u64);
    /// A warning for the operator, in one sentence. Given once in a run.
    fn warn(&self, sentence: &str);
}

/// The steps of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Reading the dump, in bytes of the files on disk.
    Reading,
    /// Evaluating distinct identifiers, in identifiers.
    Evaluating,
    /// Sorting digests and writing the ledger, in records.
    Sorting,
    /// Comparing the new ledger with the others.
    Comparing,
    /// The first pass over the ledgers, in records.
    Counting,
    /// The second pass over the ledgers, which writes the index, in records.
    Writing,
    /// Verifying the new index before it is published.
    Verifying,
}

/// Ignores the progress.
impl Progress for () {
    fn begin(&self, _: Step, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn found(&self, _: u64) {}
    fn warn(&self, _: &str) {}
}
