//! Which of the strings that cells share no cell has, and what of a string its cells do not show.

/// Bits of a word of the set.
const BITS: usize = u64::BITS as usize;

pub(in crate::format) struct Strings {
    max: usize,
    /// How many there are, and which of them a cell has.
    count: usize,
    known: Vec<u64>,
    /// The number of the string after the present one, in the second pass.
    next: usize,
}

impl Strings {
    pub(in crate::format) fn new(max: usize) -> Self {
        Self { max, count: 0, known: Vec::new(), next: 0 }
    }

    /// One more string.
    pub(in crate::format) fn count(&mut self) {
        self.count += 1;
    }

    /// A cell has the string with this number. Returns whether there may be so many.
    pub(in crate::format) fn refer_to(&mut self, number: usize) -> bool {
        if number >= self.max {
            return false;
        }
        let word = number / BITS;
        if self.known.len() <= word {
            self.known.resize(word + 1, 0);
        }
        self.known[word] |= 1 << (number % BITS);
        true
    }

    /// Whether there is one that no cell has.
    pub(in crate::format) fn has_more(&self) -> bool {
        !(0..self.count).all(|number| self.is_known(number))
    }

    pub(in crate::format) fn is_known(&self, number: usize) -> bool {
        self.known.get(number / BITS).is_some_and(|word| word >> (number % BITS) & 1 == 1)
    }

    /// The next string begins.
    pub(in crate::format) fn next(&mut self) {
        self.next += 1;
    }

    /// Whether no cell has the present one.
    pub(in crate::format) fn is_without_cell(&self) -> bool {
        self.next.checked_sub(1).is_some_and(|number| !self.is_known(number))
    }
}

/// The texts of a string. A library takes the first one, and others only as runs.
#[derive(Default)]
pub(super) struct Inside {
    is_run: bool,
    texts: usize,
    is_more: bool,
}

impl Inside {
    /// A tag within the strings, by its name.
    pub(super) fn tag(&mut self, name: &[u8], is_end: bool) {
        match name {
            b"si" => *self = Self::default(),
            b"r" | b"rPh" => self.is_run = !is_end,
            b"t" if !self.is_run => {
                self.texts += usize::from(!is_end);
                self.is_more = !is_end && self.texts > 1;
            }
            _ => {}
        }
    }

    /// Whether what follows is a text that no library takes.
    pub(super) fn is_more(&self) -> bool {
        self.is_more
    }
}
