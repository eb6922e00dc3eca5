//! The automaton that reads national numbers: which of them are valid.
//!
//! One automaton serves all plans, each with its own first state, since most of their tails are the
//! same. Owns the lines of its states; which first state is whose is in `table`.

use std::ops::RangeInclusive;

/// Marks a state in which a number may end.
const END: &str = "!";

/// The longest national number of any plan, in digits (libphonenumber's `MAX_LENGTH_FOR_NSN`).
pub(super) const LONGEST: usize = 17;

/// A state of the automaton.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(u16);

/// All states, by number. The first leads nowhere.
#[derive(Default)]
pub(super) struct Automaton {
    next: Vec<[State; 10]>,
    /// Bit n: a valid number ends after n more digits.
    lengths: Vec<u32>,
}

impl State {
    /// The state that leads nowhere.
    pub(super) const DEAD: Self = Self(0);

    /// The state of this number; the text is from the file.
    pub(super) fn read(text: &str) -> Self {
        Self(text.parse().expect("states have numbers"))
    }

    #[cfg(test)]
    pub(super) fn number(self) -> u16 {
        self.0
    }
}

impl Automaton {
    /// The automaton of these lines.
    pub(super) fn read<'t>(lines: impl Iterator<Item = &'t str>) -> Self {
        let mut read = Self { next: vec![[State::DEAD; 10]], lengths: vec![0] };
        lines.for_each(|line| read.push(line));
        read
    }

    fn push(&mut self, line: &str) {
        let (mut next, mut lengths) = ([State::DEAD; 10], 0);
        for word in line.split_ascii_whitespace() {
            let Some((digits, state)) = word.split_once(':') else {
                assert_eq!(word, END, "an arrow or an end");
                lengths |= 1;
                continue;
            };
            let state = State::read(state);
            for digit in digits.split(',').flat_map(range) {
                next[digit] = state;
            }
            // States are listed behind those that they lead to.
            lengths |= self.lengths[usize::from(state.0)] << 1;
        }
        self.next.push(next);
        self.lengths.push(lengths);
    }

    /// The state after these digits.
    #[inline]
    pub(super) fn after(&self, mut state: State, digits: &[u8]) -> State {
        for digit in digits {
            state = self.next[usize::from(state.0)][usize::from(digit - b'0')];
        }
        state
    }

    /// Whether a valid number ends after so many more digits.
    #[inline]
    pub(super) fn may_end(&self, state: State, digits: usize) -> bool {
        self.lengths[usize::from(state.0)].checked_shr(digits as u32).is_some_and(|bits| bits & 1 == 1)
    }

    /// Whether these digits are a valid number behind this state.
    #[inline]
    pub(super) fn is_valid(&self, first: State, digits: &[u8]) -> bool {
        self.may_end(first, digits.len()) && self.may_end(self.after(first, digits), 0)
    }
}

/// `2-5` or `7`.
fn range(text: &str) -> RangeInclusive<usize> {
    let number = |text: &str| text.parse().expect("digits are numbers");
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    number(low)..=number(high)
}
