//! Publishes a small index straight from digests, for tests that need an index and no dump.

use exposure_index::{Index, IndexError, IndexWriter, IndexedSource, Plan, Sizing, SourceTable, publish};
use exposure_protocol::{Digest, Scheme, Sealer, SecretKey, Tag};
use std::collections::BTreeMap;
use std::path::Path;

/// Publishes an index over these digests in two sources, `a` and `b`: the first is in `a`, the
/// second in both, the third in `b`, and so on in turn. With a key its scheme is `voprf`, without
/// one `sha256`. They are phones in canonical forms of the version `phones`, of which there is one
/// for each source.
pub fn publish_index(
    path: &Path,
    key: Option<&SecretKey>,
    digests: &[Digest],
    phones: [u16; 2],
) -> Result<(), IndexError> {
    let sizing = Sizing::of(digests.len() as u64, exposure_index::DEFAULT_FALSE_POSITIVE_RATE).expect("a small index");
    let mut leaf_counts = vec![0; 1 << sizing.depth];
    digests.iter().for_each(|digest| leaf_counts[digest.tag(sizing.depth) as usize] += 1);
    let scheme = if key.is_some() { Scheme::Voprf } else { Scheme::Sha256 };
    let epoch = key.map_or(0, SecretKey::epoch);
    let plan = Plan::new(scheme, epoch, key.map(SecretKey::public), sizing, table(digests.len(), phones), leaf_counts);
    let sealer = Sealer::new(scheme, plan.header().seal_bits, plan.header().nonce);
    let sealed = |(digest, set): (&Digest, u32)| (digest.tag(sizing.digest_bits), sealer.apply(digest, set));
    let mut entries: Vec<(Tag, u32)> = digests.iter().zip((0..3).cycle()).map(sealed).collect();
    entries.sort_unstable();
    publish(
        path,
        0o444,
        |file| IndexWriter::write(file, plan, entries).map(drop),
        |written| Index::open(written)?.verify(),
    )
}

fn table(records: usize, phones: [u16; 2]) -> SourceTable {
    let kinds = BTreeMap::from([("phone".to_owned(), records as u64), ("cn.ric".to_owned(), 0)]);
    // A different count makes a different ledger hash.
    let ledger_hash = [records as u8; 32];
    let source = |slug: &str, phones: u16| IndexedSource {
        slug: slug.to_owned(),
        ledger_hash,
        kinds: kinds.clone(),
        canonical_versions: [("phone".to_owned(), phones)].into_iter().filter(|(_, version)| *version != 1).collect(),
    };
    SourceTable {
        sources: vec![source("a", phones[0]), source("b", phones[1])],
        kinds: kinds.clone(),
        sets: vec![vec![0], vec![0, 1], vec![1]],
    }
}
