//! One whole lookup in one process: indexer, service and client, each with what it may know.

#![allow(clippy::print_stdout, reason = "an example prints what happens")]

use exposure_protocol::range_text::{Entry, Layout, suffix};
use exposure_protocol::{BulkEvaluator, Evaluator, Pending, Prefix, Presence, Scheme, Sealer, SecretKey};

const DIGEST_BITS: u8 = 40;
const PREFIX_BITS: u8 = 8;
const SEAL_BITS: u8 = 4;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = SecretKey::generate(1);
    let sealer = Sealer::new(Scheme::Voprf, SEAL_BITS, [7; 16]);
    let layout = Layout { index: "0".repeat(32), digest_bits: DIGEST_BITS, seal_bits: SEAL_BITS, lines: 2 };

    // The indexer holds the key and the identifier: it stores a suffix and the sealed number of a
    // source set.
    let indexed = BulkEvaluator::new(&key).digests(&["phone:+8615400001234"])?.remove(0);
    let tag = indexed.tag(DIGEST_BITS);
    let entry = Entry { suffix: suffix(tag, DIGEST_BITS, PREFIX_BITS), seal: sealer.apply(&indexed, 2) };

    // The client blinds, the service evaluates, the client verifies the proof and finalizes.
    let (pending, blinded) = Pending::blind(vec!["phone:+8615400001234".to_owned()])?;
    let evaluation = Evaluator::new(&key).evaluate(&blinded)?;
    let digest = pending.finalize(&key.public(), &evaluation)?.remove(0);

    // The client shows a prefix, and gets all entries that share it.
    let tag = digest.tag(DIGEST_BITS);
    let prefix = Prefix::of_tag(tag, DIGEST_BITS, PREFIX_BITS);
    let body = layout.encode(prefix, [entry].into_iter());
    println!("the range of prefix {}:\n{body}", prefix.to_hex());

    // Whether the identifier is among them, and in which sources, only the client can tell.
    let own = suffix(tag, DIGEST_BITS, PREFIX_BITS);
    let entries = layout.decode(prefix, body.as_bytes())?;
    let seals: Vec<u32> = entries.iter().filter(|entry| entry.suffix == own).map(|entry| entry.seal).collect();
    let presence = sealer.presence(&digest, &seals, 3)?;
    println!("{presence:?}");
    assert_eq!(presence, Presence::Found(2));
    Ok(())
}
