//! Contains panics of libraries on hostile files: such a panic is damage of the file.
//!
//! Only for libraries: what is caught is reported as damage, so no code of this crate that may
//! panic belongs in there. The program's panic hook calls [`is_contained`] before it prints
//! anything.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread would be caught, so that it is not a bug of the program.
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
    fn a_panic_of_a_library_is_contained() {
        assert_eq!(caught(is_contained), Some(true));
        assert_eq!(caught(|| -> u8 { panic!("as libraries do") }), None);
        assert!(!is_contained());
    }
}
