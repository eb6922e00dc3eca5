//! The stream of a worker, for its fuzz target.

use crate::stream::{Event, next_event};

/// Reads events up to the first error. No text of a report holds a control character.
pub fn stream(mut bytes: &[u8]) {
    while let Ok(Some(event)) = next_event(&mut bytes) {
        if let Event::Part(part) = event {
            let texts = [&part.compression, &part.encoding, &part.format].into_iter().chain(&part.name);
            assert!(texts.flat_map(|text| text.chars()).all(|c| !c.is_control()), "a control character is left");
        }
    }
}
