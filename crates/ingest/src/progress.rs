//! How a long run tells of its progress. Never told a value.

/// Told how far a long run has come.
pub trait Progress: Sync {
    /// A new step begins; `total` is in the step's own unit (bytes, identifiers, records), if known.
    fn begin(&self, step: Step, total: Option<u64>);
    /// So much more of the step is done.
    fn advance(&self, by: u64);
    /// So many identifiers have been found so far.
    fn found(&self, identifiers: u64);
    /// Something an operator should know, in one sentence. Said once in a run.
    fn warn(&self, sentence: &str);
}

/// The steps of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Reading the dump; in bytes of the files as they lie.
    Reading,
    /// Evaluating distinct identifiers; in identifiers.
    Evaluating,
    /// Sorting digests and writing the ledger; in records.
    Sorting,
    /// Comparing the new ledger with the others.
    Comparing,
    /// The first reading of the ledgers; in records.
    Counting,
    /// The second reading of the ledgers, writing the index; in records.
    Writing,
    /// Reading the new index once more before it is published.
    Verifying,
}

/// For callers that do not care.
impl Progress for () {
    fn begin(&self, _: Step, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn found(&self, _: u64) {}
    fn warn(&self, _: &str) {}
}
