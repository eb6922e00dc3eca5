//! The directory: an FST from the prefix of each leaf to its offset, resolved into a table when an
//! index is opened.
//!
//! Opening visits every key anyway to validate the FST. The offsets are kept, eight bytes a leaf,
//! and lookups do not use the FST. Verifies no checksum.

use crate::error::IndexError;
use crate::header::Header;
use crate::leaf::LeafShape;
use fst::raw::{Fst, Node};
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};

const UNREADABLE: IndexError = IndexError::Damaged("the directory does not decode");
const INCOMPLETE: IndexError = IndexError::Damaged("the directory does not list every leaf in order");

/// The bytes of keys, in order.
const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The offset of each leaf in the leaves section.
pub(crate) struct Directory {
    /// Ascending; one more than there are leaves, since the last leaf ends where the section does.
    offsets: Box<[u64]>,
    shape: LeafShape,
}

impl Directory {
    /// Validates a directory: exactly one key a leaf, in order; offsets that divide the leaves
    /// section into lengths that valid counts give; counts that add up to the header's.
    pub(crate) fn read(fst: &[u8], header: &Header, leaf_bytes: usize) -> Result<Self, IndexError> {
        let shape = LeafShape::of(header);
        // An FST shares equal parts, so a small one can claim far more leaves than the file has
        // bytes.
        if header.leaves() > (leaf_bytes / shape.bytes(0)) as u64 {
            return Err(INCOMPLETE);
        }
        let mut offsets = Vec::with_capacity(header.leaves() as usize + 1);
        // `fst` trusts its input, and panics on some forged bytes. Later lookups do not use it.
        let walk = || -> Result<(), IndexError> {
            let fst = Fst::new(fst).map_err(|_| UNREADABLE)?;
            collect(&fst, fst.root(), header.depth / 4, 0, &mut offsets)
        };
        panic::catch_unwind(AssertUnwindSafe(walk)).map_err(|_| UNREADABLE)??;
        offsets.push(leaf_bytes as u64);
        if offsets[0] != 0 || !offsets.is_sorted() {
            return Err(INCOMPLETE);
        }
        let directory = Self { offsets: offsets.into(), shape };
        let mut records = 0;
        for place in 0..header.leaves() {
            records += shape.count(directory.leaf(place).len()).ok_or(INCOMPLETE)? as u64;
        }
        if records == header.records {
            Ok(directory)
        } else {
            Err(IndexError::Damaged("the leaves do not add up to the header's count"))
        }
    }

    /// The byte range of a leaf in the leaves section.
    pub(crate) fn leaf(&self, place: u64) -> Range<usize> {
        let place = place as usize;
        self.offsets[place] as usize..self.offsets[place + 1] as usize
    }

    /// The largest size in bytes among consecutive groups of `leaves` leaves.
    pub(crate) fn longest(&self, leaves: u64) -> u64 {
        let ends = self.offsets.iter().step_by(leaves as usize);
        let lengths = ends.clone().zip(ends.skip(1)).map(|(start, end)| end - start);
        lengths.max().expect("there is at least one leaf")
    }

    /// The number of entries in each leaf, from its length alone; no leaf is read.
    pub(crate) fn counts(&self) -> impl Iterator<Item = u64> {
        let length = |pair: &[u64]| (pair[1] - pair[0]) as usize;
        self.offsets
            .windows(2)
            .map(move |pair| self.shape.count(length(pair)).expect("validated when the directory was read") as u64)
    }

    /// For each served prefix length in bits, the number of entries in each range.
    pub(crate) fn range_counts(&self, header: &Header) -> BTreeMap<u8, Vec<u64>> {
        let counts: Vec<_> = self.counts().collect();
        let below = |bits| counts.chunks(1_usize << (header.depth - bits)).map(|leaves| leaves.iter().sum()).collect();
        header.served().into_iter().map(|bits| (bits, below(bits))).collect()
    }
}

/// Appends the values of all keys of `digits` digits below a node, in order. Any other key, or a
/// missing one, is an error. The recursion is at most `digits` deep, whatever the bytes are.
fn collect(fst: &Fst<&[u8]>, node: Node<'_>, digits: u8, value: u64, offsets: &mut Vec<u64>) -> Result<(), IndexError> {
    if digits == 0 {
        offsets.push(value.checked_add(node.final_output().value()).ok_or(INCOMPLETE)?);
        return if node.is_final() && node.is_empty() { Ok(()) } else { Err(INCOMPLETE) };
    }
    if node.is_final() || node.len() != DIGITS.len() {
        return Err(INCOMPLETE);
    }
    for (transition, digit) in node.transitions().zip(DIGITS) {
        if transition.inp != *digit {
            return Err(INCOMPLETE);
        }
        let value = value.checked_add(transition.out.value()).ok_or(INCOMPLETE)?;
        collect(fst, fst.node(transition.addr), digits - 1, value, offsets)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use exposure_protocol::Scheme;

    fn header(depth: u8, records: u64) -> Header {
        Header {
            scheme: Scheme::Sha256,
            epoch: 0,
            public_key: None,
            digest_bits: 64,
            depth,
            prefix_bits: depth.min(16),
            seal_bits: 0,
            low_bits: 64 - depth,
            records,
            nonce: [0; 16],
        }
    }

    /// A directory of these keys and values, read as one of sixteen leaves of an entry each.
    fn read(keys: &[(String, u64)]) -> Result<Directory, IndexError> {
        let header = header(4, 16);
        let mut builder = fst::MapBuilder::memory();
        keys.iter().for_each(|(key, value)| builder.insert(key, *value).expect("in order"));
        let length = LeafShape::of(&header).bytes(1);
        Directory::read(&builder.into_inner().expect("memory"), &header, 16 * length)
    }

    fn sound() -> Vec<(String, u64)> {
        let length = LeafShape::of(&header(4, 16)).bytes(1) as u64;
        (0..16).map(|place| (format!("{place:x}"), place * length)).collect()
    }

    #[test]
    fn leaves_lie_where_the_directory_says() {
        let directory = read(&sound()).expect("sound");
        assert_eq!(directory.leaf(0).start, 0);
        assert!((1..16).all(|place| directory.leaf(place).start == directory.leaf(place - 1).end));
        assert!(directory.counts().eq([1; 16]));
        let length = directory.leaf(0).len() as u64;
        assert_eq!(
            (directory.longest(1), directory.longest(4), directory.longest(16)),
            (length, 4 * length, 16 * length)
        );
        assert_eq!(directory.range_counts(&header(4, 16)), BTreeMap::from([(4, vec![1; 16])]));
    }

    #[test]
    fn every_other_list_of_keys_is_refused() {
        type Change = fn(&mut Vec<(String, u64)>);
        let changes: [(&str, Change); 10] = [
            ("the first is missing", |keys| drop(keys.remove(0))),
            ("one is missing", |keys| drop(keys.remove(7))),
            ("the last is missing", |keys| drop(keys.pop())),
            ("one too many", |keys| keys.push(("g".to_owned(), keys[15].1 + 1))),
            ("a longer one", |keys| keys[15].0.push('0')),
            ("a longer one besides", |keys| keys.push(("f0".to_owned(), keys[15].1 + 1))),
            ("an empty one", |keys| keys.insert(0, (String::new(), 0))),
            ("another digit", |keys| keys[15].0 = "x".to_owned()),
            ("a first leaf behind the start", |keys| keys[0].1 = 1),
            ("leaves that overlap", |keys| keys[3].1 = keys[2].1 - 1),
        ];
        for (what, change) in changes {
            let mut keys = sound();
            change(&mut keys);
            assert!(matches!(read(&keys), Err(IndexError::Damaged(_))), "{what}");
        }
        let mut behind = sound();
        behind[15].1 = u64::MAX;
        assert!(matches!(read(&behind), Err(IndexError::Damaged(_))), "a leaf behind the end");
    }

    /// 2^56 keys in a few bytes, as a minimal automaton can hold them, are refused without a visit
    /// to each.
    #[test]
    fn a_directory_of_more_leaves_than_bytes_is_refused() {
        let fst = fst::MapBuilder::memory().into_inner().expect("memory");
        for depth in [8, 24, 56] {
            assert!(matches!(Directory::read(&fst, &header(depth, 0), 1 << 10), Err(IndexError::Damaged(_))));
        }
    }
}
