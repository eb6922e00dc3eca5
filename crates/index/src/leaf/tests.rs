//! Leaves as a whole: what is encoded is found, and damage is an error. Tests only.

use super::{Leaf, LeafShape, Matches};
use crate::map::prefetch;
use exposure_protocol::range_text::Entry;

fn shape(low_bits: u8, seal_bits: u8) -> LeafShape {
    LeafShape { suffix_bits: low_bits + 6, low_bits, seal_bits, nonce: [7; 16] }
}

fn entries(count: usize, shape: &LeafShape) -> Vec<Entry> {
    let mut random = 1_u64;
    let mut next = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        random >> 11
    };
    let mut entries: Vec<Entry> = (0..count)
        .map(|_| Entry { suffix: next() % (1 << shape.suffix_bits), seal: (next() % (1 << shape.seal_bits)) as u32 })
        .collect();
    entries.sort_unstable();
    entries
}

fn look(leaf: &Leaf<'_>, suffix: u64) -> Matches {
    prefetch(leaf.on_the_way(suffix));
    let start = leaf.bucket_start(suffix);
    start.map_or(Matches::None, |start| {
        prefetch(leaf.low_at(suffix, start));
        leaf.matches(suffix, start)
    })
}

#[test]
fn entries_come_back_and_are_found() {
    for (low_bits, seal_bits) in [(8, 0), (8, 4), (13, 8), (30, 12), (45, 4)] {
        let shape = shape(low_bits, seal_bits);
        for count in [0, 1, 2, 63, 64, 65, 500] {
            let expected = entries(count, &shape);
            let bytes = shape.encode(9, &expected);
            assert_eq!(bytes.len(), shape.bytes(count));
            assert_eq!(shape.count(bytes.len()), Some(count));
            let leaf = Leaf::new(&shape, &bytes).expect("own bytes");
            leaf.verify(9).expect("own checksum");
            assert!(leaf.verify(8).is_err(), "a leaf in another's place");
            let mut entries = Vec::new();
            leaf.visit(|entry| entries.push(entry)).expect("own entries");
            assert!(entries == expected);
            let everywhere =
                expected.iter().map(|e| e.suffix).chain((0..200).map(|n| n * 37 % (1 << shape.suffix_bits)));
            for suffix in everywhere {
                let seals: Vec<_> = expected.iter().filter(|e| e.suffix == suffix).map(|e| e.seal).collect();
                let matches = match seals[..] {
                    [] => Matches::None,
                    [seal] => Matches::One(seal),
                    _ => Matches::Several,
                };
                assert_eq!(look(&leaf, suffix), matches, "low {low_bits}, count {count}");
            }
        }
    }
}

#[test]
fn every_flipped_bit_fails() {
    let shape = shape(13, 4);
    let bytes = shape.encode(3, &entries(70, &shape));
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let refused = Leaf::new(&shape, &damaged).and_then(|leaf| leaf.verify(3));
        assert!(refused.is_err(), "bit {bit}");
    }
}

#[test]
fn bytes_with_a_true_checksum_and_false_content_do_not_panic() {
    let shape = shape(8, 4);
    let honest = shape.encode(0, &entries(40, &shape));
    // A leaf of 41 entries ends each field with bits that stand for nothing.
    let shaped = LeafShape::new(15, 9, 4, [7; 16]);
    let odd = shaped.encode(0, &entries(41, &shaped));
    let parts = shaped.parts(41);
    for field_end in [parts.high, parts.high + parts.low, parts.high + parts.low + parts.seals] {
        let mut untidy = odd.clone();
        untidy[8 + field_end as usize - 1] |= 0x80;
        assert!(Leaf::new(&shaped, &untidy).expect("a whole leaf").visit(drop).is_err());
    }
    for fill in [0x00, 0xff, 0x55] {
        let mut hostile = honest.clone();
        hostile[8..].fill(fill);
        let leaf = Leaf::new(&shape, &hostile).expect("a whole leaf");
        assert!(leaf.visit(drop).is_err());
        for suffix in 0..1 << 14 {
            look(&leaf, suffix);
        }
    }
}
