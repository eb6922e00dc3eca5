//! The peer: every tag as a key of one FST, in whole bytes, big-endian.

use super::Structure;
use anyhow::{Context as _, Result};
use exposure_index::Sizing;
use exposure_protocol::{Digest, Prefix, Tag};
use fst::{IntoStreamer as _, Streamer as _};
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// A built file.
pub(crate) struct Built {
    path: PathBuf,
    sizing: Sizing,
}

/// An open set. It is in memory, and so has no page faults, unlike ours.
pub(crate) struct Plain {
    set: fst::Set<Vec<u8>>,
    sizing: Sizing,
}

pub(crate) fn build(path: &Path, tags: &[Tag], sizing: Sizing) -> Result<Built> {
    let mut builder = fst::SetBuilder::new(BufWriter::new(File::create(path)?))?;
    tags.iter().try_for_each(|&tag| builder.insert(key(tag, sizing)))?;
    builder.finish()?;
    Ok(Built { path: path.to_owned(), sizing })
}

impl Built {
    pub(crate) fn open(&self) -> Result<Plain> {
        let set = fst::Set::new(fs::read(&self.path)?).context("own file")?;
        Ok(Plain { set, sizing: self.sizing })
    }
}

impl Structure for Plain {
    fn bytes(&self) -> u64 {
        self.set.as_fst().as_bytes().len() as u64
    }

    fn contains(&self, digest: &Digest) -> bool {
        self.set.contains(key(digest.tag(self.sizing.digest_bits), self.sizing))
    }

    fn range(&self, prefix: Prefix) -> Option<usize> {
        let below = self.sizing.digest_bits - prefix.bits();
        let first = key(prefix.value() << below, self.sizing);
        let last = key((prefix.value() << below) | ((1 << below) - 1), self.sizing);
        let mut stream = self.set.range().ge(first).le(last).into_stream();
        let mut count = 0;
        while stream.next().is_some() {
            count += 1;
        }
        Some(count)
    }
}

fn key(tag: Tag, sizing: Sizing) -> Vec<u8> {
    let bytes = usize::from(sizing.digest_bits.div_ceil(8));
    let aligned = tag << (bytes * 8 - usize::from(sizing.digest_bits));
    aligned.to_be_bytes()[8 - bytes..].to_vec()
}
