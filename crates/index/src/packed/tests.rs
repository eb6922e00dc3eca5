//! Packed ranges say what the index says, are equally long, and are refused after any change.

use super::*;
use crate::bits::BitWriter;
use crate::leaf::{Leaf, LeafShape};
use crate::reader::Index;
use crate::reader::tests::fixture;
use exposure_protocol::Prefix;
use std::sync::Arc;

/// Of the leaves of a range.
type Change<'c> = &'c dyn Fn(&mut [u8]);

fn layout(index: &Index, bits: u8) -> PackedLayout {
    let header = index.header();
    PackedLayout {
        index: index.id().to_owned(),
        nonce: header.nonce,
        digest_bits: header.digest_bits,
        seal_bits: header.seal_bits,
        prefix_bits: header.prefix_bits,
        entries: index.range_entries()[&bits],
        bytes: index.packed_bytes()[&bits],
    }
}

fn opened(count: u64) -> (tempfile::TempDir, Arc<Index>) {
    let (dir, path, _) = fixture(count);
    (dir, Arc::new(Index::open(&path).expect("own index")))
}

fn refusal(layout: &PackedLayout, prefix: Prefix, body: &[u8]) -> PackedError {
    layout.decode(prefix, body).map(drop).expect_err("not as announced")
}

/// A range with its leaves' checksums made right again after a change, so that what else is checked
/// can be seen.
pub(super) fn with_true_checksums(
    index: &Index,
    prefix: Prefix,
    mut body: Vec<u8>,
    change: impl Fn(&mut [u8]),
) -> Vec<u8> {
    let shape = LeafShape::of(index.header());
    let mut at = PACKED_HEADER_BYTES;
    change(&mut body[at..]);
    let below = index.header().depth - prefix.bits();
    for place in prefix.value() << below..(prefix.value() + 1) << below {
        let Some(length) = Leaf::split(&shape, &body[at..]).map(|(leaf, _)| shape.bytes(leaf.count())) else { break };
        let crc = shape.checksum(place, &body[at + 4..at + length]);
        body[at..at + 4].copy_from_slice(&crc.to_le_bytes());
        at += length;
    }
    body
}

#[test]
fn every_packed_range_says_what_the_index_says_and_all_are_equally_long() {
    // 70,000 entries lie in leaves of eight bits, and are served by four, too: sixteen leaves a
    // range.
    for count in [0, 1, 1_000, 70_000] {
        let (_dir, index) = opened(count);
        for bits in index.header().served() {
            let layout = layout(&index, bits);
            let mut padded = 0;
            for value in 0..1 << bits {
                let prefix = Prefix::new(bits, value);
                let range = index.packed(prefix).expect("sound");
                let (body, padding) = (range.to_vec(), range.padding);
                assert_eq!(body.len() as u64, layout.bytes);
                let entries = layout.decode(prefix, &body).expect("own body");
                assert!(entries == index.range(prefix).expect("sound"), "prefix {value} of {bits} bits");
                padded += u64::from(padding > 0);
            }
            assert!(padded < 1 << bits, "the longest has no padding");
        }
    }
}

#[test]
fn the_leaves_are_a_slice_of_the_file() {
    let (_dir, index) = opened(70_000);
    let range = index.packed(Prefix::new(4, 7)).expect("sound");
    let (file, leaves) = (index.file().as_ptr_range(), range.leaves.as_ref().as_ptr_range());
    assert!(file.start < leaves.start && leaves.end < file.end);
    let held = Arc::downgrade(&index);
    drop(index);
    assert!(held.upgrade().is_some(), "a range being sent keeps its index");
    drop(range);
    assert!(held.upgrade().is_none());
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let (_dir, index) = opened(300);
    let layout = layout(&index, 4);
    let body = |value| index.packed(Prefix::new(4, value)).expect("sound");
    // One with padding: a bit of that counts as well.
    let value = (0..16).find(|&value| body(value).padding > 0).expect("not all are equally full");
    let (prefix, sound) = (Prefix::new(4, value), body(value).to_vec());
    for bit in 0..sound.len() * 8 {
        let mut damaged = sound.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(layout.decode(prefix, &damaged).is_err(), "bit {bit}");
    }
    for length in 0..sound.len() {
        assert!(matches!(layout.decode(prefix, &sound[..length]), Err(PackedError::Length { .. })));
    }
    assert!(matches!(layout.decode(prefix, &[&sound[..], &[0]].concat()), Err(PackedError::Length { .. })));
}

#[test]
fn each_mistake_has_its_name() {
    let (_dir, index) = opened(70_000);
    let (layout, prefix) = (layout(&index, 4), Prefix::new(4, 3));
    let sound = index.packed(prefix).expect("sound").to_vec();
    let with = |at: usize, byte: u8| {
        let mut body = sound.clone();
        body[at] = byte;
        refusal(&layout, prefix, &body)
    };
    assert_eq!(with(0, b'X'), PackedError::NotPacked);
    assert_eq!(with(8, 2), PackedError::Version(2));
    for (at, byte) in [(11, 12), (11, 0), (11, 60), (12, 44), (13, 8), (14, 0), (14, 60), (15, 1)] {
        assert_eq!(with(at, byte), PackedError::Widths, "byte {at}");
    }
    assert_eq!(with(10, 8), PackedError::Other);
    assert_eq!(with(31, !sound[31]), PackedError::Other);
    assert_eq!(with(32, 4), PackedError::Other);
    assert_eq!(with(45, 1), PackedError::Leaves);
    assert_eq!(with(PACKED_HEADER_BYTES, !sound[PACKED_HEADER_BYTES]), PackedError::Leaf(0));
    assert_eq!(with(PACKED_HEADER_BYTES + 7, 0xff), PackedError::Leaf(0));
    let other = index.packed(Prefix::new(4, 4)).expect("sound").to_vec();
    assert_eq!(refusal(&layout, prefix, &other), PackedError::Other);
    let mut moved = other;
    moved[32] = 3;
    assert!(layout.decode(prefix, &moved).is_err(), "leaves in the place of others");
    let fewer = PackedLayout { entries: layout.entries / 2, ..layout.clone() };
    assert_eq!(refusal(&fewer, prefix, &sound), PackedError::Leaves);
    let elsewhere = PackedLayout { nonce: [9; 16], ..layout };
    assert_eq!(refusal(&elsewhere, prefix, &sound), PackedError::Leaf(0));
}

#[test]
fn true_checksums_do_not_make_false_leaves_right() {
    let (_dir, index) = opened(1_000);
    let (layout, prefix) = (layout(&index, 4), Prefix::new(4, 3));
    let sound = index.packed(prefix).expect("sound").to_vec();
    let shape = LeafShape::of(index.header());
    let (leaf, _) = Leaf::split(&shape, &sound[PACKED_HEADER_BYTES..]).expect("a leaf");
    let (parts, count) = (shape.parts(leaf.count()), leaf.count());
    assert!(count > 2);
    let high_end = 8 + parts.high as usize;
    let changes: [(&str, Change<'_>); 4] = [
        ("no ones", &|leaf| leaf[8..high_end].fill(0)),
        ("only ones", &|leaf| leaf[8..high_end].fill(0xff)),
        ("a one behind the buckets", &|leaf| leaf[high_end - 1] |= 0x80),
        ("a count of none", &|leaf| leaf[4..8].fill(0)),
    ];
    let untouched = with_true_checksums(&index, prefix, sound.clone(), |_| {});
    assert!(layout.decode(prefix, &untouched).is_ok());
    for (what, change) in changes {
        let body = with_true_checksums(&index, prefix, sound.clone(), change);
        assert!(layout.decode(prefix, &body).is_err(), "{what}");
    }
    // Two entries of one bucket change places: their high bits are the same.
    let (mut entries, low_bits) = (index.range(prefix).expect("sound"), index.header().low_bits);
    let at = entries.windows(2).position(|pair| pair[0].suffix >> low_bits == pair[1].suffix >> low_bits);
    let at = at.expect("a thousand entries share buckets");
    entries.swap(at, at + 1);
    let mut low = BitWriter::default();
    entries.iter().for_each(|entry| low.push(entry.suffix & ((1 << low_bits) - 1), low_bits));
    let low = low.finish();
    let body = with_true_checksums(&index, prefix, sound, |leaf| leaf[high_end..][..low.len()].copy_from_slice(&low));
    assert_eq!(refusal(&layout, prefix, &body), PackedError::Leaf(0), "out of order");
}

#[test]
fn a_damaged_leaf_is_never_packed() {
    let (dir, path, _) = fixture(1_000);
    let index = Arc::new(Index::open(&path).expect("own index"));
    let at = index.leaves_at(5, 1).start + 20;
    let mut bytes = std::fs::read(&path).expect("readable");
    bytes[at] ^= 1;
    let damaged = dir.path().join("damaged.index");
    std::fs::write(&damaged, bytes).expect("writable");
    let damaged = Arc::new(Index::open(&damaged).expect("leaves are not read at open"));
    for value in 0..16 {
        // Twice: it is not believed because it was read before.
        for _ in 0..2 {
            assert_eq!(damaged.packed(Prefix::new(4, value)).is_err(), value == 5);
        }
    }
}

#[test]
fn debug_shows_no_place() {
    let (_dir, index) = opened(10);
    let range = index.packed(Prefix::new(4, 3)).expect("sound");
    assert!(!format!("{:?}", range.leaves).contains(&range.leaves.at.start.to_string()));
}
