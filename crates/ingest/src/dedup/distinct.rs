//! Distinct entries in memory: an arena and a hash table of offsets into it. Wiped when they are
//! dropped.

use crate::frames::PAYLOAD_BYTES_MAX;
use crate::partition::Content;
use crate::spill::PartitionHash;
use hashbrown::HashTable;
use zeroize::Zeroize as _;

/// Bytes of a table for one entry: an offset, a control byte, and the share that a table keeps
/// free.
const TABLE_ENTRY_BYTES: usize = 8;

/// Maximum bytes of an arena, whose offsets have 32 bits.
pub(super) const ARENA_BYTES: usize = u32::MAX as usize;

/// What the cipher adds to a payload.
const TAG_BYTES: usize = 16;

/// Maximum plaintext bytes of a payload, which leaves room for the cipher's tag.
const PLAIN_BYTES: usize = PAYLOAD_BYTES_MAX - 1_024;

/// Entries of a payload: no entry is longer than a byte can say.
const PAYLOAD_ENTRIES: usize = PLAIN_BYTES / 256;

/// Entries, each once, encoded as a worker delivers them: a byte of length, then the entry.
#[derive(Default)]
pub(super) struct Distinct {
    bytes: Vec<u8>,
    /// How many of these bytes, from the first on, are in the partition's files, too.
    saved: usize,
    table: HashTable<u32>,
}

/// Makes room for more bytes. A vector that grows by itself would leave an unwiped copy behind.
pub(super) fn make_room(bytes: &mut Vec<u8>, more: usize) {
    if bytes.capacity() - bytes.len() < more {
        let mut larger = Vec::with_capacity((bytes.len() + more).max(bytes.capacity() * 2));
        larger.extend_from_slice(bytes);
        bytes.zeroize();
        *bytes = larger;
    }
}

/// The first entry in these bytes, without its length; `None` if it is cut off.
fn entry(bytes: &[u8]) -> Option<&[u8]> {
    let (&length, rest) = bytes.split_first()?;
    rest.get(..usize::from(length)).filter(|entry| !entry.is_empty())
}

/// The entries of an arena, a payload or a batch. The last one is `None` if it is cut off.
pub(crate) fn entries(mut bytes: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let entry = entry(bytes);
        bytes = entry.map_or(&[], |entry| &bytes[1 + entry.len()..]);
        Some(entry)
    })
}

impl Distinct {
    pub(super) fn contains(&self, hash: u64, wanted: &[u8]) -> bool {
        self.table.find(hash, |&offset| entry(&self.bytes[offset as usize..]) == Some(wanted)).is_some()
    }

    /// Adds an entry unless it is there already.
    pub(super) fn insert(&mut self, hash: u64, new: &[u8], hash_of: PartitionHash) {
        if self.contains(hash, new) {
            return;
        }
        let Self { bytes, table, .. } = self;
        make_room(bytes, 1 + new.len());
        let offset = bytes.len() as u32;
        bytes.push(new.len() as u8);
        bytes.extend_from_slice(new);
        table.insert_unique(hash, offset, |&offset| hash_of.of(entry(&bytes[offset as usize..]).expect("own entry")));
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// All entries, encoded.
    pub(super) fn encoded(&self) -> &[u8] {
        &self.bytes
    }

    /// All entries.
    pub(super) fn entries(&self) -> impl Iterator<Item = &[u8]> {
        entries(&self.bytes).map(|entry| entry.expect("own entry"))
    }

    /// Bytes of memory held.
    pub(super) fn held(&self) -> usize {
        self.bytes.capacity() + self.table.capacity() * TABLE_ENTRY_BYTES
    }

    /// Bytes of memory that adding `count` entries of `bytes` bytes takes, beyond what is held.
    pub(super) fn growth(&self, count: usize, bytes: usize) -> usize {
        let (arena, table) = (self.bytes.capacity(), self.table.capacity());
        let more_arena =
            if self.bytes.len() + bytes > arena { (self.bytes.len() + bytes).max(arena * 2) - arena } else { 0 };
        let more_table =
            if self.table.len() + count > table { (self.table.len() + count).max(table * 2) - table } else { 0 };
        more_arena + more_table * TABLE_ENTRY_BYTES
    }
}

impl Content for Distinct {
    fn take_unsaved(&mut self) -> impl Iterator<Item = (u64, Vec<u8>)> {
        let saved = std::mem::replace(&mut self.saved, self.bytes.len());
        let mut sorted: Vec<&[u8]> = entries(&self.bytes[saved..]).map(|entry| entry.expect("own entry")).collect();
        sorted.sort_unstable();
        (0..sorted.len()).step_by(PAYLOAD_ENTRIES).map(move |at| {
            let group = &sorted[at..sorted.len().min(at + PAYLOAD_ENTRIES)];
            let plain: usize = group.iter().map(|entry| 1 + entry.len()).sum();
            let mut payload = Vec::with_capacity(plain + TAG_BYTES);
            for entry in group {
                payload.push(entry.len() as u8);
                payload.extend_from_slice(entry);
            }
            (Self::count(&payload), payload)
        })
    }

    /// The disk does not say how many entries there are.
    fn count(_: &[u8]) -> u64 {
        0
    }
}

impl Drop for Distinct {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}
