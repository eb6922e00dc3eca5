//! Which record a position in the lines belongs to: of the records themselves there are no
//! positions that anyone could look up.

/// Maximum memory: enough for millions of records, and what is first of its kind is seldom later.
const BYTES: usize = 8 << 20;

/// The lengths of the lines from the first one on, seven bits a byte.
#[derive(Default)]
pub(crate) struct Places {
    lengths: Vec<u8>,
    is_full: bool,
}

impl Places {
    /// Another line of this many bytes.
    pub(super) fn push(&mut self, mut length: usize) {
        self.is_full |= self.lengths.len() >= BYTES;
        if self.is_full {
            return;
        }
        while length >= 0x80 {
            self.lengths.push(length as u8 | 0x80);
            length >>= 7;
        }
        self.lengths.push(length as u8);
    }

    /// Replaces positions by the numbers of their records, from 1. Those that are not known are
    /// left out.
    pub(crate) fn number(&self, positions: &mut Vec<u64>) {
        let (mut end, mut record, mut bytes) = (0, 0, self.lengths.iter());
        positions.sort_unstable();
        positions.retain_mut(|position| {
            while end <= *position {
                let (mut length, mut shift) = (0, 0);
                loop {
                    let Some(&byte) = bytes.next() else { return false };
                    length |= u64::from(byte & 0x7f) << shift;
                    shift += 7;
                    if byte < 0x80 {
                        break;
                    }
                }
                end += length;
                record += 1;
            }
            *position = record;
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_become_numbers_of_records() {
        let mut places = Places::default();
        [3, 1_000, 1, 20_000].into_iter().for_each(|length| places.push(length));
        let mut positions = vec![1_003, 0, 2, 3, 1_002, 1_004, 21_003, 21_004, u64::MAX];
        places.number(&mut positions);
        assert_eq!(positions, [1, 1, 2, 2, 3, 4, 4]);
    }

    #[test]
    fn memory_is_bounded() {
        let mut places = Places::default();
        (0..BYTES + 10).for_each(|_| places.push(1));
        assert!(places.lengths.len() <= BYTES);
        let mut positions = vec![BYTES as u64 - 1, BYTES as u64];
        places.number(&mut positions);
        assert_eq!(positions, [BYTES as u64]);
    }
}
