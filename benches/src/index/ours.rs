//! The index, through its public interface, as a builder and a service use it.

use super::Structure;
use anyhow::Result;
use exposure_index::{Index, IndexError, IndexWriter, IndexedSource, Plan, Sizing, SourceTable, publish};
use exposure_protocol::{Digest, Prefix, Presence, Scheme, SecretKey};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// A built file.
pub(crate) struct Built(PathBuf);

pub(crate) fn build(path: &Path, digests: &[Digest], sizing: Sizing) -> Result<Built> {
    let kinds = BTreeMap::from([("phone".to_owned(), digests.len() as u64)]);
    let source = IndexedSource { slug: "bench".to_owned(), kinds: kinds.clone(), ..IndexedSource::default() };
    let table = SourceTable { sources: vec![source], kinds, sets: vec![vec![0]] };
    let mut counts = vec![0; 1 << sizing.depth];
    digests.iter().for_each(|digest| counts[digest.tag(sizing.depth) as usize] += 1);
    let key = SecretKey::derive(&[1; 32], b"bench", 1)?;
    let plan = Plan::new(Scheme::Voprf, 1, Some(key.public()), sizing, table, counts);
    publish(path, 0o444, |file| write(file, plan, digests, sizing), |_| Ok::<(), IndexError>(()))?;
    Ok(Built(path.to_owned()))
}

/// Writes an index with one source.
fn write(file: &mut File, plan: Plan, digests: &[Digest], sizing: Sizing) -> Result<(), IndexError> {
    let entries = digests.iter().map(|digest| (digest.tag(sizing.digest_bits), 0));
    IndexWriter::write(file, plan, entries).map(drop)
}

/// Many lookups in one call.
pub(crate) fn lookup_many(index: &Index, digests: &[Digest]) -> Result<Vec<Presence>, IndexError> {
    index.lookup_many(digests)
}

impl Built {
    pub(crate) fn open(&self) -> Result<Index> {
        Ok(Index::open(&self.0)?)
    }
}

impl Structure for Index {
    fn bytes(&self) -> u64 {
        Index::bytes(self) as u64
    }

    fn contains(&self, digest: &Digest) -> bool {
        self.lookup(digest).is_ok_and(|presence| presence != Presence::NotFound)
    }

    fn contains_many(&self, digests: &[Digest]) -> Option<usize> {
        let found = lookup_many(self, digests).ok()?;
        Some(found.into_iter().filter(|&presence| presence != Presence::NotFound).count())
    }

    fn range(&self, prefix: Prefix) -> Option<usize> {
        Some(Index::range(self, prefix).ok()?.len())
    }
}
