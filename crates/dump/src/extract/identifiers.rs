//! Canonical identifiers on their way to whoever hashes them, and who takes them.
//!
//! ```text
//! entry   length of the rest, 1 byte │ rank of the kind, 1 byte │ canonical form, UTF-8
//! ```
//!
//! The rank of a kind is its place among all kinds in the order of their names, from 0.

use exposure_identifier::{Identifier, Kind};
use std::io;
use zeroize::Zeroize as _;

/// Takes identifiers from any thread.
pub trait Sink: Sync {
    /// Takes a batch. An error ends the run.
    fn take(&self, identifiers: &Identifiers) -> io::Result<()>;
}

/// Counts only: what a preview does with identifiers.
impl Sink for () {
    fn take(&self, _: &Identifiers) -> io::Result<()> {
        Ok(())
    }
}

/// A batch of identifiers, encoded one after another. Wiped when dropped.
#[derive(Default)]
pub struct Identifiers {
    bytes: Vec<u8>,
    count: u64,
}

impl Identifiers {
    pub(super) fn push(&mut self, rank: u8, identifier: &Identifier) {
        let canonical = identifier.canonical();
        self.make_room(canonical.len() + 2);
        self.bytes.push(u8::try_from(canonical.len() + 1).expect("a canonical form is short"));
        self.bytes.push(rank);
        self.bytes.extend_from_slice(canonical.as_bytes());
        self.count += 1;
    }

    /// A buffer that grows by itself leaves its old copy behind, which nobody wipes.
    fn make_room(&mut self, more: usize) {
        if self.bytes.capacity() - self.bytes.len() < more {
            let mut larger = Vec::with_capacity((self.bytes.len() + more).max(self.bytes.capacity() * 2));
            larger.extend_from_slice(&self.bytes);
            self.bytes.zeroize();
            self.bytes = larger;
        }
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

impl Drop for Identifiers {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

/// Kinds in the order of their names, which is the order of sections in a ledger. The place of a kind is
/// its rank.
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
        let place = self.0.iter().position(|other| std::ptr::eq(*other, kind));
        place.expect("every kind is in the table") as u8
    }
}
