//! Point lookups in an open index: whether a digest is in it, one at a time or many.
//!
//! A lookup takes three steps, of which each needs memory that the one before has named: the leaf's high bits, the low bits
//! of a bucket, a seal. Alone, a lookup waits for each; many go through the steps side by side and wait together.

use crate::leaf::{Leaf, Matches};
use crate::map::prefetch;
use crate::{Index, IndexError};
use exposure_protocol::range_text::suffix;
use exposure_protocol::{Digest, Presence, Tag};

/// Lookups that go through the steps together. Processors have one to three dozen loads from memory under way at a time,
/// and a lookup asks for a few lines a step.
const BLOCK: usize = 16;

/// A lookup that knows where to look.
#[derive(Clone, Copy)]
struct Probe<'a> {
    /// Of the digest, in the order asked.
    number: usize,
    /// The leaf's.
    place: u64,
    suffix: u64,
    leaf: Leaf<'a>,
    /// Where the bucket begins, once that is known.
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

    /// What [`Index::lookup`] says of each of these digests, in the order asked; or the first error met, in no order.
    ///
    /// They are looked up in the order of their tags, so that neighbours share what is loaded, and several at once, so that
    /// they wait for memory together.
    pub fn lookup_many(&self, digests: &[Digest]) -> Result<Vec<Presence>, IndexError> {
        let digest_bits = self.header().digest_bits;
        let mut order: Vec<(Tag, usize)> =
            digests.iter().enumerate().map(|(number, digest)| (digest.tag(digest_bits), number)).collect();
        order.sort_unstable();
        let mut answers = vec![Presence::Absent; digests.len()];
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
            Matches::None => Ok(Presence::Absent),
            Matches::Several => Ok(Presence::Undetermined),
            Matches::One(seal) => self
                .sealer()
                .presence(digest, &[seal], self.table().sets.len())
                .map_err(|_| IndexError::Damaged("a seal opens to a source set that does not exist")),
        }
    }
}
