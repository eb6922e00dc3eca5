//! Size, ranges and lookups of the index beside a plain FST of all tags.

mod ours;
mod plain;

use crate::random::Random;
use crate::{per_item, timed};
use anyhow::Result;
use exposure_index::{DEFAULT_FALSE_POSITIVE_RATE, Sizing};
use exposure_protocol::{Digest, Prefix, Tag};
use std::time::Duration;

/// Questions a round.
const LOOKUPS: usize = 200_000;
const RANGES: usize = 2_000;

pub(crate) fn measure(tags: u64) -> Result<()> {
    let sizing = Sizing::of(tags, DEFAULT_FALSE_POSITIVE_RATE)?;
    let mut random = Random::seeded(1);
    let mut digests: Vec<Digest> = (0..tags).map(|_| random.digest()).collect();
    digests.sort_unstable();
    digests.dedup_by_key(|digest| digest.tag(sizing.digest_bits));
    let questions = Questions {
        sizing,
        hits: (0..LOOKUPS).map(|_| digests[random.below(digests.len() as u64) as usize]).collect(),
        misses: (0..LOOKUPS).map(|_| random.digest()).collect(),
        prefixes: (0..RANGES).map(|_| Prefix::new(sizing.prefix_bits, random.below(1 << sizing.prefix_bits))).collect(),
    };
    let dir = tempfile::tempdir()?;

    let tag_list: Vec<Tag> = digests.iter().map(|digest| digest.tag(sizing.digest_bits)).collect();
    let (plain, build) = timed(|| plain::build(&dir.path().join("plain.fst"), &tag_list, sizing))?;
    let (plain, open) = timed(|| plain.open())?;
    let plain = questions.measure("plain fst::Set of all tags", &plain, build, open);
    let (ours, build) = timed(|| ours::build(&dir.path().join("current.index"), &digests, sizing))?;
    let (ours, open) = timed(|| ours.open())?;
    let ours = questions.measure("exposure index", &ours, build, open);

    let limit = information_limit(digests.len() as u64, sizing.digest_bits);
    print_table(&questions, digests.len() as u64, limit, &plain, &ours);
    Ok(())
}

/// What is asked of both: the same questions in the same order.
struct Questions {
    sizing: Sizing,
    hits: Vec<Digest>,
    misses: Vec<Digest>,
    prefixes: Vec<Prefix>,
}

/// What both answer to.
pub(crate) trait Structure {
    fn bytes(&self) -> u64;
    fn contains(&self, digest: &Digest) -> bool;
    /// How many tags have this prefix, after visiting each.
    fn range(&self, prefix: Prefix) -> usize;
}

struct Measured {
    name: &'static str,
    build: Duration,
    open: Duration,
    bytes: u64,
    hit: Duration,
    miss: Duration,
    range: Duration,
}

impl Questions {
    fn measure(&self, name: &'static str, it: &impl Structure, build: Duration, open: Duration) -> Measured {
        assert!(self.hits.iter().all(|digest| it.contains(digest)), "{name} lost a tag");
        let hit = per_item(LOOKUPS, || self.hits.iter().filter(|digest| it.contains(digest)).count());
        let miss = per_item(LOOKUPS, || self.misses.iter().filter(|digest| it.contains(digest)).count());
        let range = per_item(RANGES, || self.prefixes.iter().map(|&prefix| it.range(prefix)).sum());
        Measured { name, build, open, bytes: it.bytes(), hit, miss, range }
    }
}

/// log2 of the number of sets of so many tags, in bytes a tag, by Stirling's approximation.
fn information_limit(tags: u64, digest_bits: u8) -> f64 {
    let (n, log_universe) = (tags as f64, f64::from(digest_bits));
    (log_universe - n.log2() + std::f64::consts::LOG2_E) / 8.0
}

fn print_table(questions: &Questions, tags: u64, limit: f64, plain: &Measured, ours: &Measured) {
    let Sizing { digest_bits, prefix_bits, .. } = questions.sizing;
    println!("{tags} random tags of {digest_bits} bits, prefixes of {prefix_bits} bits, one source set, one thread\n");
    println!("{:<28}{:>14}{:>14}{:>12}", "", "plain FST", "ours", "plain/ours");
    let row = |name: &str, plain: f64, ours: f64, unit: &str| {
        println!("{name:<28}{plain:>11.2} {unit:<2}{ours:>11.2} {unit:<2}{:>11.2}×", plain / ours);
    };
    let bytes_a_tag = |it: &Measured| it.bytes as f64 / tags as f64;
    row("bytes a tag", bytes_a_tag(plain), bytes_a_tag(ours), "B");
    for (name, time) in [
        ("lookup, hit", (|it| it.hit) as fn(&Measured) -> Duration),
        ("lookup, miss", |it| it.miss),
        ("range of one prefix", |it| it.range),
    ] {
        row(name, time(plain).as_nanos() as f64 / 1e3, time(ours).as_nanos() as f64 / 1e3, "µs");
    }
    row("build from sorted tags", plain.build.as_secs_f64(), ours.build.as_secs_f64(), "s");
    row("open, ready to answer", plain.open.as_secs_f64() * 1e3, ours.open.as_secs_f64() * 1e3, "ms");
    println!("\ninformation-theoretic limit: {limit:.3} B a tag; ours is {:.3} × that", bytes_a_tag(ours) / limit);
    println!("rows: {} | {}", plain.name, ours.name);
    println!("ours verifies its directory at open and each leaf at its first use; the plain FST verifies nothing.");
}
