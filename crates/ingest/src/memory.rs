//! The memory bound: the sum of what all buffers hold, counted where they grow.

use std::sync::atomic::{AtomicUsize, Ordering};

/// A bound in bytes that several buffers share.
pub(crate) struct Memory {
    limit: usize,
    held: AtomicUsize,
}

impl Memory {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, held: AtomicUsize::new(0) }
    }

    /// Takes bytes if the sum stays within the limit.
    pub(crate) fn try_take(&self, bytes: usize) -> bool {
        let taken = |held: usize| held.checked_add(bytes).filter(|&sum| sum <= self.limit);
        self.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    /// Whether the sum would stay within the limit.
    pub(crate) fn allows(&self, bytes: usize) -> bool {
        self.held.load(Ordering::Relaxed).saturating_add(bytes) <= self.limit
    }

    /// Takes bytes that a buffer needs in any case.
    pub(crate) fn take(&self, bytes: usize) {
        self.held.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Returns bytes.
    pub(crate) fn give(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// How many pieces of this many bytes may be loaded at once, beside what is held.
    pub(crate) fn room_for(&self, bytes: usize) -> usize {
        self.limit / 4 / bytes.max(1)
    }

    /// Whether each core may load this many bytes at once, beside what is held.
    pub(crate) fn fits(&self, bytes: usize) -> bool {
        self.room_for(bytes) >= rayon::current_num_threads()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_back_can_be_taken_again() {
        let memory = Memory::new(100);
        assert!(memory.try_take(60) && !memory.try_take(41) && memory.try_take(40));
        memory.take(5);
        memory.give(50);
        assert!(!memory.try_take(46) && memory.try_take(45));
        assert!(!memory.try_take(usize::MAX));
    }
}
