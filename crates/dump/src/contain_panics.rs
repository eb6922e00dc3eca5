//! Libraries that may panic on hostile files: their panics are damage of the file.
//!
//! Theirs only: what is caught is said to be damage, so nothing of this crate may panic in there. The program's panic hook
//! asks [`is_contained`] before it says anything.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread would be caught, and is no mistake of the program.
pub fn is_contained() -> bool {
    GUARDED.get()
}

/// Calls, and catches a panic.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Option<T> {
    let before = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(call)).ok();
    GUARDED.set(before);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_and_known_to_be() {
        assert_eq!(caught(is_contained), Some(true));
        assert_eq!(caught(|| -> u8 { panic!("as libraries do") }), None);
        assert!(!is_contained());
    }
}
