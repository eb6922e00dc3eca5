//! Batches of canonical identifiers, encoded for delivery, and the trait that receives them.
//!
//! ```text
//! entry   length of the rest, 1 byte │ rank of the kind, 1 byte │ canonical form, UTF-8
//! ```
//!
//! The rank of a kind is its index among all kinds in the order of their names, from 0.

use crate::wiped::WipedBytes;
use exposure_identifier::{Identifier, Kind};
use std::io;

/// Receives identifiers from any thread.
pub trait Sink: Sync {
    /// Receives a batch. An error ends the run.
    fn take(&self, identifiers: &Identifiers) -> io::Result<()>;
}

/// Drops identifiers: a preview only counts them.
impl Sink for () {
    fn take(&self, _: &Identifiers) -> io::Result<()> {
        Ok(())
    }
}

/// A batch of identifiers, encoded one after another. Wiped when dropped.
#[derive(Default)]
pub struct Identifiers {
    bytes: WipedBytes,
    count: u64,
}

impl Identifiers {
    pub(super) fn push(&mut self, rank: u8, identifier: &Identifier) {
        let canonical = identifier.canonical();
        let length = u8::try_from(canonical.len() + 1).expect("a canonical form is short");
        self.bytes.extend(&[length, rank]);
        self.bytes.extend(canonical.as_bytes());
        self.count += 1;
    }

    /// Adds all of another batch.
    pub(super) fn append(&mut self, other: &Self) {
        self.bytes.extend(&other.bytes);
        self.count += other.count;
    }

    /// The entries, encoded.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }
}

/// Kinds in the order of their names, which is the order of sections in a ledger. The index of a
/// kind is its rank.
#[derive(Debug)]
pub struct KindOrder(Vec<&'static Kind>);

impl Default for KindOrder {
    fn default() -> Self {
        let mut kinds: Vec<_> = Kind::all().iter().collect();
        kinds.sort_by_key(|kind| &kind.name);
        Self(kinds)
    }
}

impl KindOrder {
    /// Every kind with its rank.
    pub fn ranked(&self) -> impl Iterator<Item = (u8, &'static Kind)> {
        (0..).zip(self.0.iter().copied())
    }

    /// The kind of this rank.
    pub fn kind(&self, rank: u8) -> Option<&'static Kind> {
        self.0.get(usize::from(rank)).copied()
    }

    pub(super) fn rank(&self, kind: &Kind) -> u8 {
        let index = self.0.iter().position(|other| std::ptr::eq(*other, kind));
        index.expect("every kind is in the table") as u8
    }
}
