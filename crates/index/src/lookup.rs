//! Point lookups in an open index: whether a digest is in it, one at a time or in batches.
//!
//! A lookup takes three steps, each of which reads memory that the previous one located: the high
//! bits of a leaf, the low bits of a bucket, a seal. A batch takes each step for several lookups at
//! once, so that their memory accesses overlap.

use crate::error::IndexError;
use crate::leaf::{Leaf, Matches};
use crate::map::prefetch;
use crate::reader::Index;
use exposure_protocol::range_text::suffix;
use exposure_protocol::{Digest, Presence, Tag};

/// Lookups that take the steps together. A processor has one to three dozen memory loads in flight,
/// and a step of a lookup needs a few cache lines.
const BLOCK: usize = 16;

/// A lookup whose leaf is located.
#[derive(Clone, Copy)]
struct Probe<'a> {
    /// The position of the digest in the batch.
    number: usize,
    /// The number of the leaf.
    place: u64,
    suffix: u64,
    leaf: Leaf<'a>,
    /// Where the bucket begins, once it is located.
    start: Option<usize>,
}

impl Index {
    /// Whether this digest is in the index, and in which source set.
    pub fn lookup(&self, digest: &Digest) -> Result<Presence, IndexError> {
        let probe = self.probe(0, digest.tag(self.header().digest_bits))?;
        prefetch(probe.leaf.on_the_way(probe.suffix));
        prefetch(probe.leaf.likely_low(probe.suffix));
        self.verify_once(probe.place, probe.leaf)?;
        let matches = match probe.leaf.bucket_start(probe.suffix) {
            Some(start) => probe.leaf.matches(probe.suffix, start),
            None => Matches::None,
        };
        self.presence(digest, matches)
    }

    /// [`Index::lookup`] for each of these digests, in order; or any one of the errors.
    ///
    /// Lookups are done in the order of tags, so that neighbours share cache lines, and several at
    /// once, so that their memory accesses overlap.
    pub fn lookup_many(&self, digests: &[Digest]) -> Result<Vec<Presence>, IndexError> {
        let digest_bits = self.header().digest_bits;
        let mut order: Vec<(Tag, usize)> =
            digests.iter().enumerate().map(|(number, digest)| (digest.tag(digest_bits), number)).collect();
        order.sort_unstable();
        let mut answers = vec![Presence::NotFound; digests.len()];
        let mut probes: Vec<Probe<'_>> = Vec::with_capacity(BLOCK);
        for block in order.chunks(BLOCK) {
            probes.clear();
            for &(tag, number) in block {
                let probe = self.probe(number, tag)?;
                prefetch(probe.leaf.on_the_way(probe.suffix));
                probes.push(probe);
            }
            for probe in &mut probes {
                self.verify_once(probe.place, probe.leaf)?;
                probe.start = probe.leaf.bucket_start(probe.suffix);
                if let Some(start) = probe.start {
                    prefetch(probe.leaf.low_at(probe.suffix, start));
                }
            }
            for Probe { number, suffix, leaf, start, .. } in &probes {
                if let Some(start) = *start {
                    answers[*number] = self.presence(&digests[*number], leaf.matches(*suffix, start))?;
                }
            }
        }
        Ok(answers)
    }

    fn probe(&self, number: usize, tag: Tag) -> Result<Probe<'_>, IndexError> {
        let header = self.header();
        let place = tag >> (header.digest_bits - header.depth);
        let suffix = suffix(tag, header.digest_bits, header.depth);
        Ok(Probe { number, place, suffix, leaf: self.leaf(place)?, start: None })
    }

    fn presence(&self, digest: &Digest, matches: Matches) -> Result<Presence, IndexError> {
        match matches {
            Matches::None => Ok(Presence::NotFound),
            Matches::Several => Ok(Presence::Undetermined),
            Matches::One(seal) => self
                .sealer()
                .presence(digest, &[seal], self.table().sets.len())
                .map_err(|_| IndexError::Damaged("a seal opens to a source set that does not exist")),
        }
    }
}
