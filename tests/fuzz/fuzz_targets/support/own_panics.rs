//! Panics of libraries are caught; only a panic of our own code is a finding.

use std::sync::Once;

/// Ends the process at a panic of our own code.
pub(crate) fn only_own_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            if panic.location().is_some_and(|place| place.file().contains("crates/dump")) {
                eprintln!("{panic}");
                std::process::abort();
            }
        }));
    });
}
