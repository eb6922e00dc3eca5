//! Merges all sections of all ledgers into one stream of distinct entries, each with its kind and
//! source set.

use exposure_index::{Ledger, LedgerError, LedgerRecords, PARTITIONS};
use exposure_protocol::{Digest, Tag};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::ops::Range;

/// What an index is built from.
pub(super) struct Inputs<'l> {
    /// Sorted by slug: the index of a ledger is the number of its source.
    pub(super) ledgers: &'l [Ledger],
    /// The objections, whose digests are left out.
    suppressed: Option<&'l Ledger>,
    /// Names of kinds, sorted: the index of a kind is its number.
    pub(super) kinds: Vec<&'l str>,
}

impl<'l> Inputs<'l> {
    pub(super) fn new(ledgers: &'l [Ledger], suppressed: Option<&'l Ledger>) -> Self {
        let all = ledgers.iter().chain(suppressed).flat_map(Ledger::sections);
        let kinds: BTreeSet<_> = all.map(|section| section.kind.as_str()).collect();
        Self { ledgers, suppressed, kinds: kinds.into_iter().collect() }
    }

    /// Records in all ledgers.
    pub(super) fn records(&self) -> u64 {
        self.ledgers.iter().map(Ledger::len).sum()
    }

    /// The entries whose tags begin with a byte in this range. Seal keys are read only to tell
    /// equal tags apart, or for every entry if `with_keys`.
    pub(super) fn union(&self, partitions: Range<u16>, with_keys: bool) -> Result<Union<'l>, LedgerError> {
        debug_assert!(partitions.end <= PARTITIONS);
        let sources = self.ledgers.iter().zip(0..).map(|(ledger, number)| (ledger, Some(number)));
        let mut streams = Vec::new();
        for (ledger, source) in sources.chain(self.suppressed.map(|ledger| (ledger, None))) {
            for section in ledger.sections() {
                let kind = self.kinds.binary_search(&section.kind.as_str()).expect("every kind is listed");
                streams.push(Stream { source, kind, records: ledger.records(section, partitions.clone())? });
            }
        }
        let heads =
            streams.iter().zip(0..).filter_map(|(stream, number)| Some(Reverse((stream.records.tag()?, number))));
        let heads = heads.collect();
        Ok(Union { streams, heads, front: None, with_keys, tied: Vec::new(), set: Vec::new() })
    }
}

/// One section of one ledger.
struct Stream<'l> {
    /// The number of the source; `None` for the objections.
    source: Option<u32>,
    kind: usize,
    records: LedgerRecords<'l>,
}

/// A merge of sorted sections.
pub(super) struct Union<'l> {
    streams: Vec<Stream<'l>>,
    /// The next tag of each stream except `front`.
    heads: BinaryHeap<Reverse<(Tag, usize)>>,
    /// The stream of the last record. It is not in the heap, which saves work while it stays the
    /// smallest.
    front: Option<usize>,
    with_keys: bool,
    /// Records with one tag from several streams, in descending order.
    tied: Vec<Reverse<(Digest, usize)>>,
    set: Vec<u32>,
}

/// One entry of the union. The set is sorted.
pub(super) struct Entry<'u> {
    /// The leading 64 bits of the digest.
    pub(super) tag: Tag,
    /// The digest, if its seal key was read.
    pub(super) digest: Option<Digest>,
    /// The number of its kind.
    pub(super) kind: usize,
    /// The numbers of its sources; empty if it is suppressed.
    pub(super) set: &'u [u32],
    /// How many ledger records it consists of.
    pub(super) records: u64,
}

impl Union<'_> {
    /// The next entry, in ascending order of digests.
    pub(super) fn next(&mut self) -> Result<Option<Entry<'_>>, LedgerError> {
        if self.tied.is_empty() {
            let Some((tag, number)) = self.first() else { return Ok(None) };
            let is_tied = self.heads.peek().is_some_and(|Reverse((other, _))| *other == tag);
            if !is_tied {
                return self.single(tag, number).map(Some);
            }
            self.gather(tag, number)?;
        }
        Ok(Some(self.next_tied()))
    }

    /// The smallest next tag and its stream, which is removed from the heap.
    fn first(&mut self) -> Option<(Tag, usize)> {
        let front = self.front.take().and_then(|number| Some((self.streams[number].records.tag()?, number)));
        match (front, self.heads.peek().map(|Reverse(head)| *head)) {
            (Some(front), Some(head)) if head < front => {
                self.heads.pop();
                self.heads.push(Reverse(front));
                Some(head)
            }
            (None, Some(head)) => {
                self.heads.pop();
                Some(head)
            }
            (front, _) => front,
        }
    }

    /// The entry of a record whose tag no other stream has. Its seal key is not needed for
    /// comparison.
    fn single(&mut self, tag: Tag, number: usize) -> Result<Entry<'_>, LedgerError> {
        let Stream { source, kind, records } = &mut self.streams[number];
        let digest = if self.with_keys { Some(records.digest()?) } else { None };
        records.advance()?;
        self.front = Some(number);
        self.set.clear();
        self.set.extend(*source);
        Ok(Entry { tag, digest, kind: *kind, set: &self.set, records: u64::from(source.is_some()) })
    }

    /// Moves all records with this tag from their streams to `tied`.
    fn gather(&mut self, tag: Tag, first: usize) -> Result<(), LedgerError> {
        let mut next = Some(first);
        while let Some(number) = next {
            let records = &mut self.streams[number].records;
            while records.tag() == Some(tag) {
                self.tied.push(Reverse((records.digest()?, number)));
                records.advance()?;
            }
            self.heads.extend(records.tag().map(|tag| Reverse((tag, number))));
            next = match self.heads.peek() {
                Some(&Reverse((other, number))) if other == tag => self.heads.pop().map(|_| number),
                _ => None,
            };
        }
        self.tied.sort_unstable();
        Ok(())
    }

    fn next_tied(&mut self) -> Entry<'_> {
        let &Reverse((digest, first)) = self.tied.last().expect("something is tied");
        let (mut records, mut is_suppressed) = (0, false);
        self.set.clear();
        // Equal digests come in the order of their streams, so of their sources: the set is built
        // sorted.
        while let Some(Reverse((_, number))) = self.tied.pop_if(|Reverse((other, _))| *other == digest) {
            let source = self.streams[number].source;
            records += u64::from(source.is_some());
            is_suppressed |= source.is_none();
            self.set.extend(source.filter(|source| self.set.last() != Some(source)));
        }
        if is_suppressed {
            self.set.clear();
        }
        Entry { tag: digest.tag(64), digest: Some(digest), kind: self.streams[first].kind, set: &self.set, records }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use exposure_index::{EncodedPartition, LedgerHeader, Provenance};
    use exposure_protocol::Scheme;
    use std::collections::BTreeMap;
    use std::path::Path;

    const KINDS: [&str; 2] = ["cn.ric", "phone"];

    /// One of few digests, so that tags are equal within and between ledgers, with equal seal keys
    /// or not.
    fn digest(random: u64) -> Digest {
        let tag = ((random % 7) << 61) | ((random >> 8) % 3);
        Digest::from_parts(tag, [(random >> 16) as u8 % 3; 16])
    }

    fn ledger(path: &Path, slug: &str, sections: &[BTreeSet<Digest>; 2]) -> Ledger {
        let header = LedgerHeader { scheme: Scheme::Sha256, epoch: 0, public_key: None, slug: slug.to_owned() };
        let published: Result<(), Box<dyn std::error::Error>> = Ledger::publish(
            path,
            &header,
            |writer| {
                for (kind, digests) in KINDS.iter().zip(sections) {
                    let digests: Vec<_> = digests.iter().copied().collect();
                    for partition in digests.chunk_by(|a, b| a.tag(8) == b.tag(8)) {
                        let encoded = EncodedPartition::new(partition[0].tag(8) as u8, partition).expect("not empty");
                        writer.push(kind, &encoded)?;
                    }
                }
                Ok(Provenance::default())
            },
            |_| Ok(()),
        );
        published.expect("written");
        Ledger::open(path).expect("own ledger")
    }

    #[test]
    fn the_union_is_that_of_sets() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut random = 1_u64;
        let mut next = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            random >> 24
        };
        for round in 0..200 {
            // A digest has one kind, since the kind is hashed, too.
            let kind_of = |digest: &Digest| usize::from(digest.seal_key()[0] == 2);
            let mut sections = || {
                let mut sections = [BTreeSet::new(), BTreeSet::new()];
                for _ in 0..next() % 40 {
                    let digest = digest(next());
                    sections[kind_of(&digest)].insert(digest);
                }
                sections
            };
            let contents: Vec<_> = (0..4).map(|_| sections()).collect();
            let path = |n: usize| dir.path().join(format!("{round}-{n}.ledger"));
            let opened: Vec<_> =
                contents.iter().enumerate().map(|(n, c)| ledger(&path(n), &format!("{n}"), c)).collect();
            // The last one holds the objections.
            let (suppressed, ledgers) = opened.split_last().expect("four");
            let (objections, contents) = contents.split_last().expect("four");

            let mut expected: BTreeMap<Digest, Vec<u32>> = BTreeMap::new();
            for (source, sections) in contents.iter().enumerate() {
                sections.iter().flatten().for_each(|d| expected.entry(*d).or_default().push(source as u32));
            }
            expected.retain(|digest, _| !objections.iter().flatten().any(|objection| objection == digest));

            let inputs = Inputs::new(ledgers, Some(suppressed));
            for with_keys in [false, true] {
                let mut union = inputs.union(0..PARTITIONS, with_keys).expect("opened");
                let (mut found, mut records) = (Vec::new(), 0);
                while let Some(entry) = union.next().expect("sound") {
                    records += entry.records;
                    if !entry.set.is_empty() {
                        assert!(entry.digest.is_some() || !with_keys);
                        found.push((entry.tag, entry.set.to_vec(), inputs.kinds[entry.kind].to_owned()));
                    }
                }
                let model: Vec<_> = expected
                    .iter()
                    .map(|(digest, set)| (digest.tag(64), set.clone(), KINDS[kind_of(digest)].to_owned()))
                    .collect();
                assert_eq!(found, model, "round {round}");
                assert_eq!(records, inputs.records());
            }
        }
    }
}
