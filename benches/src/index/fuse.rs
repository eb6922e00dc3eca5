//! The peer that only answers yes or no: a binary fuse filter of the tags' first 64 bits, with
//! 32-bit fingerprints.
//!
//! It gets the same lookups and can do less: no ranges, so no answer without seeing the whole tag;
//! no source sets; nothing can be withdrawn, merged or verified.

use super::Structure;
use anyhow::{Result, anyhow};
use exposure_protocol::{Digest, Tag};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use xorf::{BinaryFuse32, DmaSerializable as _};

/// Bits per fingerprint: the rate of false positives is 2 to the power of minus this.
pub(crate) const FINGERPRINT_BITS: i32 = 32;

/// A built file.
pub(crate) struct Built {
    path: PathBuf,
    /// Seed and lengths, 20 bytes, included in the size.
    filter: BinaryFuse32,
}

pub(crate) fn build(path: &Path, leading: &[Tag]) -> Result<Built> {
    let filter = BinaryFuse32::try_from(leading).map_err(|error| anyhow!("no filter: {error}"))?;
    let mut descriptor = [0; BinaryFuse32::DESCRIPTOR_LEN];
    filter.dma_copy_descriptor_to(&mut descriptor);
    let mut file = fs::File::create(path)?;
    file.write_all(&descriptor)?;
    file.write_all(filter.dma_fingerprints())?;
    Ok(Built { path: path.to_owned(), filter })
}

impl Built {
    /// Reads the fingerprints again. The crate cannot load its header into a filter that owns its
    /// memory, so the header stays.
    pub(crate) fn open(self) -> Result<BinaryFuse32> {
        let bytes = fs::read(&self.path)?;
        let (words, _) = bytes[BinaryFuse32::DESCRIPTOR_LEN..].as_chunks();
        let fingerprints = words.iter().map(|word| u32::from_ne_bytes(*word)).collect();
        Ok(BinaryFuse32 { fingerprints, ..self.filter })
    }
}

impl Structure for BinaryFuse32 {
    fn bytes(&self) -> u64 {
        (Self::DESCRIPTOR_LEN + self.fingerprints.len() * size_of::<u32>()) as u64
    }

    fn contains(&self, digest: &Digest) -> bool {
        xorf::Filter::contains(self, &digest.tag(64))
    }
}
