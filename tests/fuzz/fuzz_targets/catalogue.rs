//! Any text as a catalogue: no panic, and what is accepted has valid slugs and dates, and is
//! accepted again after it has been written.

#![no_main]

use exposure_index::{Catalogue, valid_slug};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(catalogue) = Catalogue::parse(text) else { return };
    assert!(catalogue.sources.keys().all(|slug| valid_slug(slug)), "an invalid slug was accepted");
    for (slug, entry) in &catalogue.sources {
        assert!(catalogue.described(slug) == *entry, "a source is described by another entry");
    }
    let dates = catalogue.sources.values().filter_map(|entry| entry.added.as_deref());
    assert_eq!(catalogue.updated(|_| true), dates.max());
});
