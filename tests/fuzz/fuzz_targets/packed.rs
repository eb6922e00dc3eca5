//! Any bytes as a packed range: no panic, bounded work, and accepted entries are sorted and no more
//! than announced.
//!
//! The header is made to match and checksums are corrected: otherwise nothing else would be
//! reached.

#![no_main]

use exposure_index::{PACKED_HEADER_BYTES, PackedLayout};
use exposure_protocol::Prefix;
use libfuzzer_sys::fuzz_target;

const NONCE: [u8; 16] = [7; 16];
const INDEX: [u8; 16] = [0; 16];

fuzz_target!(|input: ([u8; 5], u8, u16, u64, &[u8])| {
    let ([digits, depth, digest_bits, seal_bits, low_bits], padding, prefix, entries, leaves) = input;
    let bits = 4 * (1 + digits % 4);
    let prefix = Prefix::new(bits, u64::from(prefix) & ((1 << bits) - 1));
    let mut body = header(prefix, [depth, digest_bits, seal_bits, low_bits], leaves.len());
    body.extend(leaves);
    mend(&mut body[PACKED_HEADER_BYTES..], prefix, [depth, digest_bits, seal_bits, low_bits]);
    body.resize(body.len() + usize::from(padding), 0);
    let layout = PackedLayout {
        index: "0".repeat(32),
        nonce: NONCE,
        digest_bits,
        seal_bits,
        prefix_bits: depth.min(16),
        entries,
        bytes: body.len() as u64,
    };
    if let Ok(found) = layout.decode(prefix, &body) {
        assert!(found.is_sorted() && found.len() as u64 <= entries);
        let suffix_bits = digest_bits - bits;
        assert!(found.iter().all(|entry| entry.suffix >> suffix_bits == 0 && u64::from(entry.seal) >> seal_bits == 0));
    }
    // And without corrections.
    assert!(PackedLayout { bytes: leaves.len() as u64, ..layout }.decode(prefix, leaves).is_err());
});

fn header(prefix: Prefix, [depth, digest_bits, seal_bits, low_bits]: [u8; 4], leaf_bytes: usize) -> Vec<u8> {
    let mut header = b"EXPRANGE\x01\0".to_vec();
    header.extend([prefix.bits(), depth, digest_bits, seal_bits, low_bits, 0]);
    header.extend(INDEX);
    header.extend(prefix.value().to_le_bytes());
    header.extend((leaf_bytes as u64).to_le_bytes());
    header
}

/// Corrects the checksum of each whole leaf.
fn mend(mut bytes: &mut [u8], prefix: Prefix, [depth, digest_bits, seal_bits, low_bits]: [u8; 4]) {
    let Some(high_bits) = digest_bits.checked_sub(depth).and_then(|bits| bits.checked_sub(low_bits)) else { return };
    let Some(below) = depth.checked_sub(prefix.bits()) else { return };
    if high_bits > 24 || below > 40 {
        return;
    }
    for leaf in 0..1_u64 << below {
        let Some(count) = bytes.get(4..8) else { return };
        let count = u32::from_le_bytes(count.try_into().expect("4 bytes")) as usize;
        let parts = [count + (1 << high_bits), count * usize::from(low_bits), count * usize::from(seal_bits)];
        let length = 8 + parts.iter().map(|bits| bits.div_ceil(8)).sum::<usize>();
        let Some((own, rest)) = bytes.split_at_mut_checked(length) else { return };
        let place = (prefix.value() << below | leaf).to_le_bytes();
        let crc =
            [&place[..], &own[4..]].iter().fold(crc32c::crc32c(&NONCE), |crc, part| crc32c::crc32c_append(crc, part));
        own[..4].copy_from_slice(&crc.to_le_bytes());
        bytes = rest;
    }
}
