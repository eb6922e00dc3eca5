//! The peer without a library: sorted tags one after another, big-endian, each in as few whole
//! bytes as possible, read into memory.
//!
//! Searched by bisection, or by interpolation, which relies on evenly distributed tags and guesses
//! the position.

use super::Structure;
use anyhow::Result;
use exposure_index::Sizing;
use exposure_protocol::{Digest, Prefix, Tag};
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// Zeros after the last tag, so that each can be read as eight bytes.
const PADDING: [u8; 8] = [0; 8];

/// Corrections of the first guess, whose error is the square root of the count. Each correction
/// takes the square root of the error, and after these it is a few steps.
const GUESSES: usize = 2;

/// A built file.
pub(crate) struct Built {
    path: PathBuf,
    sizing: Sizing,
}

/// How a tag is searched.
#[derive(Clone, Copy)]
pub(crate) enum Search {
    Binary,
    Interpolation,
}

/// An open file. It is in memory, and so has no page faults, unlike ours.
pub(crate) struct Flat {
    bytes: Vec<u8>,
    width: usize,
    digest_bits: u8,
    search: Search,
}

pub(crate) fn build(path: &Path, tags: &[Tag], sizing: Sizing) -> Result<Built> {
    let width = usize::from(sizing.digest_bits.div_ceil(8));
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    tags.iter().try_for_each(|tag| out.write_all(&tag.to_be_bytes()[8 - width..]))?;
    out.write_all(&PADDING)?;
    out.flush()?;
    Ok(Built { path: path.to_owned(), sizing })
}

impl Built {
    pub(crate) fn open(&self) -> Result<Flat> {
        let digest_bits = self.sizing.digest_bits;
        let (bytes, width) = (fs::read(&self.path)?, usize::from(digest_bits.div_ceil(8)));
        Ok(Flat { bytes, width, digest_bits, search: Search::Binary })
    }
}

impl Flat {
    /// The same file, searched in another way.
    pub(crate) fn searched_by(self, search: Search) -> Self {
        Self { search, ..self }
    }

    fn len(&self) -> usize {
        (self.bytes.len() - PADDING.len()) / self.width
    }

    fn tag(&self, place: usize) -> Tag {
        let first = self.bytes[place * self.width..].first_chunk().expect("padded by eight bytes");
        u64::from_be_bytes(*first) >> (64 - 8 * self.width)
    }

    /// The first position whose tag is not below this one.
    fn lower_bound(&self, tag: Tag) -> usize {
        match self.search {
            Search::Binary => self.halved(tag),
            Search::Interpolation => self.guessed(tag),
        }
    }

    fn halved(&self, tag: Tag) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.tag(middle) < tag { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// The position if all tags were equally spaced, corrected by the tags found there.
    fn guessed(&self, tag: Tag) -> usize {
        let places = |tags: i128| (tags * self.len() as i128) >> self.digest_bits;
        let last = self.len() as i128 - 1;
        let mut place = places(i128::from(tag)).min(last);
        for _ in 0..GUESSES {
            let there = self.tag(place as usize);
            place = (place + places(i128::from(tag) - i128::from(there))).clamp(0, last);
        }
        let mut place = place as usize;
        while place < self.len() && self.tag(place) < tag {
            place += 1;
        }
        while place > 0 && self.tag(place - 1) >= tag {
            place -= 1;
        }
        place
    }
}

impl Structure for Flat {
    fn bytes(&self) -> u64 {
        (self.bytes.len() - PADDING.len()) as u64
    }

    fn contains(&self, digest: &Digest) -> bool {
        let tag = digest.tag(self.digest_bits);
        let place = self.lower_bound(tag);
        place < self.len() && self.tag(place) == tag
    }

    /// A slice of which each tag is read as a number, as in ours.
    fn range(&self, prefix: Prefix) -> Option<usize> {
        let below = self.digest_bits - prefix.bits();
        let first = prefix.value() << below;
        let is_last = prefix.value() + 1 == 1 << prefix.bits();
        let end = if is_last { self.len() } else { self.lower_bound(first + (1 << below)) };
        let tags: Vec<Tag> = (self.lower_bound(first)..end).map(|place| self.tag(place) - first).collect();
        Some(tags.len())
    }
}
