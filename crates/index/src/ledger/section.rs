//! The sections of a ledger, one a kind, and their partitions.

/// Partitions of a section: one for each value of a tag's first byte.
pub const PARTITIONS: u16 = 256;

/// The records of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The kind's name.
    pub kind: String,
    /// The canonical version of this kind by which its records were made; the oldest, if there are
    /// several. 1 in a ledger of format version 1.
    pub canonical_version: u16,
    /// Distinct identifiers.
    pub records: u64,
    pub(super) partitions: Vec<Partition>,
}

/// The records of one kind whose tags begin with one byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Partition {
    pub(super) number: u8,
    /// The offset from the start of the file.
    pub(super) at: u64,
    pub(super) records: u64,
    pub(super) bytes: u64,
    /// A hash over the headers of its blocks, which hold hashes of the rest.
    pub(super) hash: [u8; 32],
}

impl Section {
    /// The number of records in the partition of this number.
    pub fn partition_records(&self, number: u8) -> u64 {
        self.partitions.iter().find(|partition| partition.number == number).map_or(0, |partition| partition.records)
    }
}
