//! The position of the n-th zero of a bit string, without testing bits one by one.
//!
//! Broadword programming after Vigna, "Broadword Implementation of Rank/Select Queries" (WEA 2008):
//! zeros are counted a block of 64 bytes at a time, one cache line, from the nearer end; the word
//! and the bit in it are found with byte-wise sums that one multiplication computes. Plain integer
//! arithmetic, so that no processor-specific build is needed. Knows nothing of leaves.

/// Bits of a block.
const BLOCK_BITS: usize = 512;

/// One in each byte of a word.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The highest bit of each byte of a word.
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The n-th bit (n from 0) in the n-th byte of a word.
const DIAGONAL: u64 = 0x8040_2010_0804_0201;

type Block = [u64; BLOCK_BITS / 64];

/// The position of the zero that has `rank` zeros before it, among the first `bits` bits of these
/// bytes, least significant first; `zeros` is the number of zeros among them. `None` if there are
/// fewer. A wrong `zeros` can only give a wrong answer, no panic.
pub(crate) fn select_zero(bytes: &[u8], bits: usize, zeros: usize, rank: usize) -> Option<usize> {
    let blocks = bits.div_ceil(BLOCK_BITS);
    let (mut number, mut before);
    if rank < zeros / 2 {
        (number, before) = (0, 0);
        while number < blocks {
            let here = zeros_in(&block(bytes, bits, number));
            if before + here > rank {
                break;
            }
            before += here;
            number += 1;
        }
    } else {
        (number, before) = (blocks, zeros);
        while number > 0 && before > rank {
            number -= 1;
            before = before.checked_sub(zeros_in(&block(bytes, bits, number)))?;
        }
    }
    let mut left = rank.checked_sub(before)?;
    for (word, place) in block(bytes, bits, number).into_iter().zip(0..) {
        let here = word.count_zeros() as usize;
        if here > left {
            return Some(number * BLOCK_BITS + place * 64 + select_in_word(!word, left as u64));
        }
        left -= here;
    }
    None
}

/// The block of this number; bits after the last one are ones.
#[inline]
fn block(bytes: &[u8], bits: usize, number: usize) -> Block {
    let whole = (number + 1) * BLOCK_BITS <= bits;
    let chunk = bytes.get(number * BLOCK_BITS / 8..).and_then(<[u8]>::first_chunk);
    chunk.filter(|_| whole).map_or_else(|| last_block(bytes, bits, number), words)
}

#[inline(never)]
fn last_block(bytes: &[u8], bits: usize, number: usize) -> Block {
    let rest = bytes.get(number * BLOCK_BITS / 8..).unwrap_or_default();
    // Usually other bytes follow, so that nothing has to be copied.
    let mut block = rest.first_chunk().map_or_else(
        || {
            let mut padded = [0xff; BLOCK_BITS / 8];
            padded[..rest.len()].copy_from_slice(rest);
            words(&padded)
        },
        words,
    );
    let mut left = bits.saturating_sub(number * BLOCK_BITS);
    for word in &mut block {
        *word |= u64::MAX.checked_shl(left as u32).unwrap_or(0);
        left = left.saturating_sub(64);
    }
    block
}

fn words(bytes: &[u8; BLOCK_BITS / 8]) -> Block {
    std::array::from_fn(|n| u64::from_le_bytes(*bytes[n * 8..].first_chunk().expect("eight of 64 bytes")))
}

fn zeros_in(block: &Block) -> usize {
    block.iter().map(|word| u64::from(word.count_zeros())).sum::<u64>() as usize
}

/// The position of the one that has `rank` ones before it, in a word that has more than `rank`
/// ones.
fn select_in_word(word: u64, rank: u64) -> usize {
    debug_assert!(rank < u64::from(word.count_ones()));
    let pairs = word - ((word >> 1) & 0x5555_5555_5555_5555);
    let nibbles = (pairs & 0x3333_3333_3333_3333) + ((pairs >> 2) & 0x3333_3333_3333_3333);
    // Each byte: the number of ones in it and in the lower bytes.
    let sums = ((nibbles + (nibbles >> 4)) & 0x0f0f_0f0f_0f0f_0f0f).wrapping_mul(ONES);
    let byte = bytes_not_above(sums, rank);
    let rank = rank - (((sums << 8) >> (byte * 8)) & 0xff);
    // The same again, with the eight bits of that byte spread over the bytes of a word.
    let spread = ((word >> (byte * 8)) & 0xff).wrapping_mul(ONES) & DIAGONAL;
    let bits = (((spread | HIGHS) - ONES) | spread) & HIGHS;
    let sums = (bits >> 7).wrapping_mul(ONES);
    (byte * 8 + bytes_not_above(sums, rank)) as usize
}

/// How many of the bytes of `sums`, each below 128 and in ascending order, are at most `bound`.
fn bytes_not_above(sums: u64, bound: u64) -> u64 {
    let not_above = ((bound.wrapping_mul(ONES) | HIGHS) - sums) & HIGHS;
    (not_above >> 7).wrapping_mul(ONES) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bit by bit.
    fn slowly(bytes: &[u8], bits: usize, rank: usize) -> Option<usize> {
        (0..bits).filter(|bit| bytes[bit / 8] >> (bit % 8) & 1 == 0).nth(rank)
    }

    fn zeros(bytes: &[u8], bits: usize) -> usize {
        (0..bits).filter(|bit| bytes[bit / 8] >> (bit % 8) & 1 == 0).count()
    }

    /// Bytes of which about `full` in 256 are all ones, `empty` all zeros, and the others mixed.
    fn bytes(length: usize, full: u64, empty: u64) -> Vec<u8> {
        let mut state = length as u64 + full;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        let mut byte = || match next() % 256 {
            n if n < full => 0xff,
            n if n < full + empty => 0,
            _ => next() as u8,
        };
        (0..length).map(|_| byte()).collect()
    }

    #[test]
    fn every_zero_is_found() {
        for length in [0, 1, 7, 8, 9, 63, 64, 65, 127, 128, 300] {
            for (full, empty) in [(0, 0), (200, 0), (0, 200), (128, 100), (256, 0), (0, 256)] {
                let bytes = bytes(length, full, empty);
                for bits in (0..=length * 8).rev().step_by(37) {
                    let zeros = zeros(&bytes, bits);
                    for rank in 0..=zeros + 1 {
                        let expected = slowly(&bytes, bits, rank);
                        assert_eq!(select_zero(&bytes, bits, zeros, rank), expected, "{bits} bits, zero {rank}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_one_of_a_word_is_found() {
        for word in [1, u64::MAX, 1 << 63, 0x8000_0000_0000_0001, ONES, HIGHS, 0xdead_beef_0bad_cafe] {
            for rank in 0..word.count_ones() {
                let place = select_in_word(word, u64::from(rank));
                assert_eq!((word >> place & 1, (word & ((1 << place) - 1)).count_ones()), (1, rank), "{word:x}");
            }
        }
    }

    #[test]
    fn wrong_counts_do_no_harm() {
        let bytes = bytes(200, 0, 0);
        for bits in [0, 1, 1_599, 1_600, 1_601, 5_000] {
            for zeros in [0, 100, 1_500, 1_600, 1_601, usize::MAX] {
                for rank in [0, 1, 99, 800, 1_599, 1_600, usize::MAX] {
                    let _any = select_zero(&bytes, bits, zeros, rank);
                }
            }
        }
    }
}
