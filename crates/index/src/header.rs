//! The fixed parts of an index file: header with section table, and footer.

use crate::error::IndexError;
use crate::format::FORMAT_VERSION;
use exposure_protocol::{DIGEST_BITS_MAX, DIGEST_BITS_MIN, Nonce, PublicKey, Scheme};
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

pub(crate) const HEADER_BYTES: usize = 288;
pub(crate) const FOOTER_BYTES: usize = 72;
/// The offset in the footer of the index id, which covers everything before it.
pub(crate) const ID_AT: usize = 48;

/// Bytes of a file that are read and hashed at a time.
const HASHED_AT_ONCE: usize = 16 << 20;

const MAGIC: &[u8; 8] = b"EXPINDEX";
const FOOTER_MAGIC: &[u8; 4] = b"EXPF";
const FIXED_BYTES: usize = 96;
const TABLE_ENTRY_BYTES: usize = 24;
/// Entries of the section table. Four are in use; the others are reserved for signed roots and
/// shards.
const TABLE_ENTRIES: usize = 8;

/// Section ids with this bit may be ignored by a reader that does not know them.
const OPTIONAL_SECTION: u32 = 1 << 31;

const DAMAGED: IndexError = IndexError::Damaged("the header is invalid");

/// The header of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The scheme of its digests.
    pub scheme: Scheme,
    /// The key's epoch, from 1; 0 in `sha256`.
    pub epoch: u32,
    /// The key that its tags belong to; none in `sha256`.
    pub public_key: Option<PublicKey>,
    /// Bits of a tag.
    pub digest_bits: u8,
    /// Bits of a leaf's prefix.
    pub depth: u8,
    /// Bits of the longest served prefix.
    pub prefix_bits: u8,
    /// Bits of a seal.
    pub seal_bits: u8,
    /// Low bits of a suffix that a leaf stores verbatim.
    pub low_bits: u8,
    /// Distinct entries.
    pub records: u64,
    /// The nonce of seals and leaf checksums.
    pub nonce: Nonce,
}

/// The byte ranges of the sections in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sections {
    pub(crate) directory: Range<usize>,
    pub(crate) leaves: Range<usize>,
    pub(crate) sources: Range<usize>,
    /// Absent if all canonical versions are 1.
    pub(crate) versions: Option<Range<usize>>,
}

/// The checksums at the end of the file: 16 bytes of BLAKE3 each.
pub(crate) struct Footer {
    pub(crate) header: [u8; 16],
    pub(crate) directory: [u8; 16],
    pub(crate) sources: [u8; 16],
    /// The index id: a hash over everything before it.
    pub(crate) id: [u8; 16],
}

impl Header {
    /// Leaves in the index.
    pub fn leaves(&self) -> u64 {
        1 << self.depth
    }

    /// The prefix lengths that are served, in bits: the longest, and four bits less where that is
    /// at least four.
    pub fn served(&self) -> Vec<u8> {
        let shorter = self.prefix_bits.checked_sub(4).filter(|&bits| bits >= 4);
        shorter.into_iter().chain([self.prefix_bits]).collect()
    }

    pub(crate) fn encode(&self, sections: &Sections) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..10].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        let scheme = match self.scheme {
            Scheme::Sha256 => 0,
            Scheme::Voprf => 1,
        };
        bytes[10..16].copy_from_slice(&[
            scheme,
            self.digest_bits,
            self.depth,
            self.prefix_bits,
            self.seal_bits,
            self.low_bits,
        ]);
        bytes[16..20].copy_from_slice(&self.epoch.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.records.to_le_bytes());
        bytes[32..48].copy_from_slice(&self.nonce);
        if let Some(key) = &self.public_key {
            bytes[48..80].copy_from_slice(key.as_bytes());
        }
        let always = [(1_u32, &sections.directory), (2, &sections.leaves), (3, &sections.sources)];
        let table = always.into_iter().chain(sections.versions.as_ref().map(|range| (4, range)));
        for ((id, range), entry) in table.zip(bytes[FIXED_BYTES..].chunks_exact_mut(TABLE_ENTRY_BYTES)) {
            entry[..4].copy_from_slice(&id.to_le_bytes());
            entry[8..16].copy_from_slice(&(range.start as u64).to_le_bytes());
            entry[16..24].copy_from_slice(&(range.len() as u64).to_le_bytes());
        }
        bytes
    }

    /// Decodes the header of a file of `file_bytes` bytes. The caller verifies its checksum.
    pub(crate) fn decode(bytes: &[u8; HEADER_BYTES], file_bytes: usize) -> Result<(Self, Sections), IndexError> {
        if bytes[..8] != *MAGIC {
            return Err(IndexError::NotAnIndex);
        }
        let version = u16::from_le_bytes([bytes[8], bytes[9]]);
        if version != FORMAT_VERSION {
            return Err(IndexError::Version(version));
        }
        let scheme = match bytes[10] {
            0 => Scheme::Sha256,
            1 => Scheme::Voprf,
            _ => return Err(DAMAGED),
        };
        let key: [u8; 32] = bytes[48..80].try_into().expect("32 bytes");
        let public_key = match scheme {
            Scheme::Voprf => Some(PublicKey::from_bytes(key).map_err(|_| DAMAGED)?),
            Scheme::Sha256 => None,
        };
        let header = Self {
            scheme,
            epoch: u32::from_le_bytes(bytes[16..20].try_into().expect("4 bytes")),
            public_key,
            digest_bits: bytes[11],
            depth: bytes[12],
            prefix_bits: bytes[13],
            seal_bits: bytes[14],
            low_bits: bytes[15],
            records: u64_at(bytes, 24),
            nonce: bytes[32..48].try_into().expect("16 bytes"),
        };
        if !header.is_sound() {
            return Err(DAMAGED);
        }
        Ok((header, Sections::decode(&bytes[FIXED_BYTES..], file_bytes)?))
    }

    fn is_sound(&self) -> bool {
        let suffix_bits = self.digest_bits.checked_sub(self.depth);
        (DIGEST_BITS_MIN..=DIGEST_BITS_MAX).contains(&self.digest_bits)
            && [self.digest_bits, self.depth, self.prefix_bits, self.seal_bits]
                .iter()
                .all(|bits| bits.is_multiple_of(4))
            && self.depth >= 4
            && suffix_bits.is_some_and(|bits| (8..=bits).contains(&self.low_bits) && bits - self.low_bits <= 24)
            && self.prefix_bits == self.depth.min(16)
            && self.seal_bits <= 32
            && (self.epoch > 0) == (self.scheme == Scheme::Voprf)
    }
}

impl Sections {
    fn decode(table: &[u8], file_bytes: usize) -> Result<Self, IndexError> {
        let mut found: [Option<Range<usize>>; 4] = [None, None, None, None];
        let mut end = HEADER_BYTES;
        for entry in table.chunks_exact(TABLE_ENTRY_BYTES).take(TABLE_ENTRIES) {
            let id = u32::from_le_bytes(entry[..4].try_into().expect("4 bytes"));
            if id == 0 {
                continue;
            }
            // Sections follow each other without gaps, in the order of the table.
            let (start, length) = (u64_at(entry, 8) as usize, u64_at(entry, 16) as usize);
            if start != end {
                return Err(DAMAGED);
            }
            end = start.checked_add(length).filter(|&end| end <= file_bytes).ok_or(DAMAGED)?;
            match id {
                1..=4 if found[id as usize - 1].is_none() => found[id as usize - 1] = Some(start..end),
                _ if id & OPTIONAL_SECTION != 0 => {}
                1..=4 => return Err(DAMAGED),
                _ => return Err(IndexError::Section(id)),
            }
        }
        match found {
            [Some(directory), Some(leaves), Some(sources), versions] if end + FOOTER_BYTES == file_bytes => {
                Ok(Self { directory, leaves, sources, versions })
            }
            _ => Err(IndexError::Damaged("the file is shorter or longer than its header says")),
        }
    }
}

impl Footer {
    pub(crate) fn encode(&self) -> [u8; FOOTER_BYTES] {
        let mut bytes = [0; FOOTER_BYTES];
        for (place, hash) in [self.header, self.directory, self.sources, self.id].iter().enumerate() {
            bytes[place * 16..][..16].copy_from_slice(hash);
        }
        let crc = crc32c::crc32c(&bytes[..64]);
        bytes[64..68].copy_from_slice(&crc.to_le_bytes());
        bytes[68..].copy_from_slice(FOOTER_MAGIC);
        bytes
    }

    pub(crate) fn decode(bytes: &[u8; FOOTER_BYTES]) -> Result<Self, IndexError> {
        let crc = u32::from_le_bytes(bytes[64..68].try_into().expect("4 bytes"));
        if bytes[68..] != *FOOTER_MAGIC || crc != crc32c::crc32c(&bytes[..64]) {
            return Err(IndexError::Damaged("the footer's checksum does not match; the file may have been cut"));
        }
        let hash = |place: usize| bytes[place * 16..][..16].try_into().expect("16 bytes");
        Ok(Self { header: hash(0), directory: hash(1), sources: hash(2), id: hash(3) })
    }
}

/// The first 16 bytes of BLAKE3.
pub(crate) fn hash16(bytes: &[u8]) -> [u8; 16] {
    blake3::hash(bytes).as_bytes()[..16].try_into().expect("16 of 32 bytes")
}

/// [`hash16`] of the first `bytes` bytes of a file, on all cores.
pub(crate) fn hash16_of_file(file: &File, bytes: u64) -> io::Result<[u8; 16]> {
    let mut hash = blake3::Hasher::new();
    let mut buffer = vec![0; HASHED_AT_ONCE.min(bytes as usize)];
    for at in (0..bytes).step_by(HASHED_AT_ONCE) {
        let part = &mut buffer[..HASHED_AT_ONCE.min((bytes - at) as usize)];
        file.read_exact_at(part, at)?;
        hash.update_rayon(part);
    }
    Ok(*hash.finalize().as_bytes().first_chunk().expect("16 of 32 bytes"))
}

/// [`hash16`] on all cores, if there are enough bytes: waking threads takes as long as hashing
/// about 100 KiB.
pub(crate) fn hash16_on_all(bytes: &[u8]) -> [u8; 16] {
    const WORTH_WAKING: usize = 1 << 20;
    if bytes.len() < WORTH_WAKING {
        return hash16(bytes);
    }
    let hash = blake3::Hasher::new().update_rayon(bytes).finalize();
    hash.as_bytes()[..16].try_into().expect("16 of 32 bytes")
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"))
}
