//! Any bytes as a text range: no panic, and a body that is accepted is the one that its entries
//! encode to.
//!
//! The header line is correct and the length as announced: other bodies are rejected without being
//! read.

#![no_main]

use exposure_protocol::Prefix;
use exposure_protocol::range_text::Layout;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: ([u8; 3], u16, u8, &[u8])| {
    let ([prefix_digits, digest_digits, seal_digits], prefix, lines, text) = input;
    let bits = 4 * (1 + prefix_digits % 4);
    let prefix = Prefix::new(bits, u64::from(prefix) & ((1 << bits) - 1));
    let layout = Layout {
        index: "0".repeat(32),
        digest_bits: 32 + 4 * (digest_digits % 9),
        seal_bits: 4 * (seal_digits % 9),
        lines: u64::from(lines),
    };
    let mut body = layout.encode(prefix, std::iter::empty()).into_bytes();
    let header_bytes = body.iter().position(|byte| *byte == b'\n').expect("a header line") + 1;
    for (byte, given) in body[header_bytes..].iter_mut().zip(text) {
        *byte = *given;
    }
    if let Ok(entries) = layout.decode(prefix, &body) {
        assert!(layout.encode(prefix, entries.into_iter()).as_bytes() == body, "two bodies of the same entries");
    }
    // And the given bytes alone.
    if let Ok(entries) = layout.decode(prefix, text) {
        assert!(layout.encode(prefix, entries.into_iter()).as_bytes() == text, "two bodies of the same entries");
    }
});
