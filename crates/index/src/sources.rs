//! The sources section of an index: its sources, kinds and source sets; and the section of
//! canonical versions, which follows the order of the sources.

use crate::error::IndexError;
use crate::format::CANONICAL_VERSION_FIRST;
use crate::header::hash16;
use std::collections::{BTreeMap, BTreeSet};

const DAMAGED: IndexError = IndexError::Damaged("the table of sources does not decode");

/// A source of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexedSource {
    /// Its short name.
    pub slug: String,
    /// The hash of the ledger it was built from.
    pub ledger_hash: [u8; 32],
    /// Distinct identifiers of each kind.
    pub kinds: BTreeMap<String, u64>,
    /// By kind: the canonical version by which its identifiers were made, if it is not 1.
    pub canonical_versions: BTreeMap<String, u16>,
}

/// Sources, kinds and source sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceTable {
    /// By slug.
    pub sources: Vec<IndexedSource>,
    /// Distinct identifiers of each kind over all sources.
    pub kinds: BTreeMap<String, u64>,
    /// By set number: positions in `sources`, ascending. Sets are in lexicographic order of their
    /// slugs.
    pub sets: Vec<Vec<u32>>,
}

impl IndexedSource {
    /// The canonical version by which its identifiers of this kind were made.
    pub fn canonical_version(&self, kind: &str) -> u16 {
        self.canonical_versions.get(kind).copied().unwrap_or(CANONICAL_VERSION_FIRST)
    }
}

impl SourceTable {
    /// The canonical versions by which the identifiers of this kind were made: one, unless sources
    /// of several versions were built into one index; none if no source holds the kind.
    pub fn canonical_versions(&self, kind: &str) -> BTreeSet<u16> {
        let holding = self.sources.iter().filter(|source| source.kinds.contains_key(kind));
        holding.map(|source| source.canonical_version(kind)).collect()
    }

    /// The section of canonical versions: its checksum, since the footer has none for it, then a
    /// number for each kind of each source, in order. `None` if all are 1, which is what an index
    /// without the section says.
    pub(crate) fn encode_versions(&self) -> Option<Vec<u8>> {
        let versions = || self.sources.iter().flat_map(|s| s.kinds.keys().map(|kind| s.canonical_version(kind)));
        let any = versions().any(|version| version != CANONICAL_VERSION_FIRST);
        any.then(|| {
            let numbers: Vec<_> = versions().flat_map(u16::to_le_bytes).collect();
            [&hash16(&numbers)[..], &numbers].concat()
        })
    }

    /// Takes the canonical versions out of their section.
    pub(crate) fn decode_versions(&mut self, bytes: &[u8]) -> Result<(), IndexError> {
        const OTHER: IndexError = IndexError::Damaged("the checksum of the canonical versions does not match");
        let (hash, numbers) = bytes.split_first_chunk().ok_or(OTHER)?;
        if *hash != hash16(numbers) {
            return Err(OTHER);
        }
        let mut rest = Cursor(numbers);
        for source in &mut self.sources {
            for kind in source.kinds.keys() {
                let version = u16::from_le_bytes(rest.take(2)?.try_into().expect("2 bytes"));
                match version {
                    0 => return Err(DAMAGED),
                    CANONICAL_VERSION_FIRST => {}
                    version => drop(source.canonical_versions.insert(kind.clone(), version)),
                }
            }
        }
        if rest.0.is_empty() { Ok(()) } else { Err(DAMAGED) }
    }

    /// The sorted slugs of a set; `None` if there is no such set.
    pub fn slugs(&self, set: u32) -> Option<Vec<&str>> {
        let places = self.sets.get(set as usize)?;
        Some(places.iter().map(|&place| self.sources[place as usize].slug.as_str()).collect())
    }

    /// The encoded source sets, as in the file and in the nonce.
    pub(crate) fn encode_sets(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_u32(&mut bytes, self.sets.len());
        for set in &self.sets {
            put_u32(&mut bytes, set.len());
            for &place in set {
                put_u32(&mut bytes, place as usize);
            }
        }
        bytes
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_u32(&mut bytes, self.sources.len());
        for source in &self.sources {
            put_text(&mut bytes, &source.slug);
            bytes.extend(source.ledger_hash);
            put_kinds(&mut bytes, &source.kinds);
        }
        put_kinds(&mut bytes, &self.kinds);
        bytes.extend(self.encode_sets());
        bytes
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, IndexError> {
        let mut rest = Cursor(bytes);
        let mut table = Self::default();
        for _ in 0..rest.u32()? {
            table.sources.push(IndexedSource {
                slug: rest.text()?,
                ledger_hash: rest.take(32)?.try_into().expect("32 bytes"),
                kinds: rest.kinds()?,
                canonical_versions: BTreeMap::new(),
            });
        }
        table.kinds = rest.kinds()?;
        for _ in 0..rest.u32()? {
            let set = (0..rest.u32()?).map(|_| rest.u32()).collect::<Result<Vec<_>, _>>()?;
            if set.is_empty()
                || !set.is_sorted_by(|a, b| a < b)
                || set.iter().any(|&p| p as usize >= table.sources.len())
            {
                return Err(DAMAGED);
            }
            table.sets.push(set);
        }
        let ordered = table.sources.is_sorted_by(|a, b| a.slug < b.slug) && table.sets.is_sorted_by(|a, b| a < b);
        if !rest.0.is_empty() || !ordered {
            return Err(DAMAGED);
        }
        Ok(table)
    }
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], IndexError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(DAMAGED)?;
        self.0 = rest;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, IndexError> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into().expect("4 bytes")))
    }

    fn text(&mut self) -> Result<String, IndexError> {
        let bytes = self.u32()?;
        String::from_utf8(self.take(bytes as usize)?.to_vec()).map_err(|_| DAMAGED)
    }

    fn kinds(&mut self) -> Result<BTreeMap<String, u64>, IndexError> {
        (0..self.u32()?)
            .map(|_| Ok((self.text()?, u64::from_le_bytes(self.take(8)?.try_into().expect("8 bytes")))))
            .collect()
    }
}

fn put_u32(bytes: &mut Vec<u8>, value: usize) {
    bytes.extend((value as u32).to_le_bytes());
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_u32(bytes, text.len());
    bytes.extend(text.as_bytes());
}

fn put_kinds(bytes: &mut Vec<u8>, kinds: &BTreeMap<String, u64>) {
    put_u32(bytes, kinds.len());
    for (kind, count) in kinds {
        put_text(bytes, kind);
        bytes.extend(count.to_le_bytes());
    }
}
