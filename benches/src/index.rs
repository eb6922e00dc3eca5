//! Size, ranges and lookups of the index, beside the alternatives: an FST of all tags, a sorted
//! file, a binary fuse filter; and beside the information-theoretic limit.

mod flat;
mod fuse;
mod ours;
mod plain;

use crate::random::Random;
use crate::table::Table;
use crate::timing::{nanos_per_item, timed};
use anyhow::Result;
use exposure_index::{DEFAULT_FALSE_POSITIVE_RATE, Sizing, information_limit};
use exposure_protocol::{Digest, Prefix, Tag};
use flat::Search;
pub(crate) use ours::lookup_many;
use std::path::Path;
use std::time::Duration;

/// Lookups per round.
const LOOKUPS: usize = 200_000;
const RANGES: usize = 2_000;

pub(crate) fn measure(tags: u64) -> Result<()> {
    let sizing = Sizing::of(tags, DEFAULT_FALSE_POSITIVE_RATE)?;
    let mut random = Random::seeded(1);
    let mut digests: Vec<Digest> = (0..tags).map(|_| random.digest()).collect();
    digests.sort_unstable();
    digests.dedup_by_key(|digest| digest.tag(sizing.digest_bits));
    let questions = Questions {
        hits: (0..LOOKUPS).map(|_| digests[random.below(digests.len() as u64) as usize]).collect(),
        misses: (0..LOOKUPS).map(|_| random.digest()).collect(),
        prefixes: (0..RANGES).map(|_| Prefix::new(sizing.prefix_bits, random.below(1 << sizing.prefix_bits))).collect(),
    };
    let dir = tempfile::tempdir()?;
    let columns = [
        questions.of_plain(dir.path(), &digests, sizing)?,
        questions.of_flat(dir.path(), &digests, sizing, Search::Binary)?,
        questions.of_flat(dir.path(), &digests, sizing, Search::Interpolation)?,
        questions.of_fuse(dir.path(), &digests)?,
        questions.of_ours(dir.path(), &digests, sizing)?,
    ];
    print_table(&columns, digests.len() as u64, sizing);
    Ok(())
}

/// The same lookups in the same order for all.
struct Questions {
    hits: Vec<Digest>,
    misses: Vec<Digest>,
    prefixes: Vec<Prefix>,
}

/// The operations that all peers are measured by.
pub(crate) trait Structure {
    fn bytes(&self) -> u64;
    fn contains(&self, digest: &Digest) -> bool;

    /// How many of these it contains, looked up in one call, if it supports that.
    fn contains_many(&self, _: &[Digest]) -> Option<usize> {
        None
    }

    /// How many tags have this prefix, after visiting each, if it supports ranges.
    fn range(&self, _: Prefix) -> Option<usize> {
        None
    }
}

struct Measured {
    name: &'static str,
    bytes: u64,
    /// Nanoseconds per item.
    hit: f64,
    miss: f64,
    many: Option<f64>,
    range: Option<f64>,
    build: Duration,
    open: Duration,
}

/// Each peer is dropped before the next is built, so that only one is in memory.
impl Questions {
    fn of_plain(&self, dir: &Path, digests: &[Digest], sizing: Sizing) -> Result<Measured> {
        let tags = tags(digests, sizing.digest_bits);
        let (built, build) = timed(|| plain::build(&dir.join("plain.fst"), &tags, sizing))?;
        let (it, open) = timed(|| built.open())?;
        Ok(self.ask("plain FST", &it, build, open))
    }

    fn of_flat(&self, dir: &Path, digests: &[Digest], sizing: Sizing, search: Search) -> Result<Measured> {
        let tags = tags(digests, sizing.digest_bits);
        let (built, build) = timed(|| flat::build(&dir.join("sorted.tags"), &tags, sizing))?;
        let (it, open) = timed(|| built.open())?;
        let name = match search {
            Search::Binary => "sorted, halved",
            Search::Interpolation => "sorted, guessed",
        };
        Ok(self.ask(name, &it.searched_by(search), build, open))
    }

    fn of_fuse(&self, dir: &Path, digests: &[Digest]) -> Result<Measured> {
        let tags = tags(digests, 64);
        let (built, build) = timed(|| fuse::build(&dir.join("fuse.filter"), &tags))?;
        let (it, open) = timed(|| built.open())?;
        Ok(self.ask("fuse filter", &it, build, open))
    }

    fn of_ours(&self, dir: &Path, digests: &[Digest], sizing: Sizing) -> Result<Measured> {
        let (built, build) = timed(|| ours::build(&dir.join("current.index"), digests, sizing))?;
        let (it, open) = timed(|| built.open())?;
        Ok(self.ask("ours", &it, build, open))
    }

    fn ask(&self, name: &'static str, it: &impl Structure, build: Duration, open: Duration) -> Measured {
        let count = |digests: &[Digest]| digests.iter().filter(|digest| it.contains(digest)).count();
        assert_eq!(count(&self.hits), LOOKUPS, "{name} lost a tag");
        assert!(it.contains_many(&self.hits).is_none_or(|found| found == LOOKUPS), "{name} lost a tag among many");
        let can_many = it.contains_many(&self.hits[..1]).is_some();
        let can_range = it.range(self.prefixes[0]).is_some();
        Measured {
            name,
            bytes: it.bytes(),
            hit: nanos_per_item(LOOKUPS, || count(&self.hits)),
            miss: nanos_per_item(LOOKUPS, || count(&self.misses)),
            many: can_many.then(|| nanos_per_item(LOOKUPS, || it.contains_many(&self.hits).unwrap_or_default())),
            range: can_range
                .then(|| nanos_per_item(RANGES, || self.prefixes.iter().filter_map(|&at| it.range(at)).sum())),
            build,
            open,
        }
    }
}

fn tags(digests: &[Digest], bits: u8) -> Vec<Tag> {
    digests.iter().map(|digest| digest.tag(bits)).collect()
}

fn print_table(columns: &[Measured], tags: u64, sizing: Sizing) {
    let Sizing { digest_bits, prefix_bits, .. } = sizing;
    println!("{tags} random tags of {digest_bits} bits, prefixes of {prefix_bits} bits, one source set, one thread\n");
    let table = Table::begin(columns.iter().map(|it| it.name).collect());
    let row = |name: &str, unit: &str, value: &dyn Fn(&Measured) -> Option<f64>| {
        table.row(name, unit, &columns.iter().map(value).collect::<Vec<_>>());
    };
    row("bytes a tag", "B", &|it| Some(it.bytes as f64 / tags as f64));
    row("lookup, hit", "ns", &|it| Some(it.hit));
    row("lookup, miss", "ns", &|it| Some(it.miss));
    row("batched lookups, hit", "ns", &|it| it.many);
    row("range of one prefix", "µs", &|it| it.range.map(|nanos| nanos / 1e3));
    row("build from sorted tags", "s", &|it| Some(it.build.as_secs_f64()));
    row("open, ready to answer", "ms", &|it| Some(it.open.as_secs_f64() * 1e3));

    let limit = information_limit(tags, digest_bits).expect("as many tags as were built from") / 8.0;
    let ours = columns.last().expect("ours is a column").bytes as f64 / tags as f64;
    let rate = (tags as f64).log2() - f64::from(digest_bits);
    let fuse = -fuse::FINGERPRINT_BITS;
    println!("\ninformation-theoretic limit of such a set: {limit:.3} B a tag; ours is {:.3} × that", ours / limit);
    println!("false positives: 2^{rate:.1} of all others, in all but the fuse filter, which has 2^{fuse}");
    println!(
        "in parentheses: how many times ours. Ours is mapped, and verifies its directory at open and each leaf at its"
    );
    println!("first use; all others are read into memory and verify nothing. All were warm before they were timed.\n");
}
