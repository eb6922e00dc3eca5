//! A published index: how long it takes to open, and to answer lookups. It contains the first
//! numbers of [`crate::numbers`], in the `sha256` scheme, so that it is known which lookups must
//! hit.

use crate::index::lookup_many;
use crate::numbers::{other_phone, phone};
use crate::random::Random;
use crate::timing::{nanos_per_item, timed};
use anyhow::{Result, ensure};
use clap::Args as ClapArgs;
use exposure_index::Index;
use exposure_protocol::{Digest, Hasher, Presence};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Index file
    file: PathBuf,
    /// How many numbers it contains
    #[arg(long)]
    count: u64,
    /// How many hits and how many misses to look up
    #[arg(long, default_value_t = 1_000_000)]
    lookups: usize,
}

pub(crate) fn measure(args: &Args) -> Result<()> {
    let mut random = Random::seeded(4);
    let mut digests = |number: fn(u64) -> String| {
        let inputs: Vec<_> = (0..args.lookups).map(|_| format!("phone:{}", number(random.below(args.count)))).collect();
        Hasher::Sha256.digests(&inputs)
    };
    let (hits, misses) = (digests(phone)?, digests(other_phone)?);
    let (_, first_open) = open(&args.file)?;
    let (index, second_open) = open(&args.file)?;
    ensure!(index.header().records == args.count, "the index holds {} records", index.header().records);

    let (found, first_hit) = timed(|| count(&index, &hits))?;
    ensure!(found == hits.len(), "{} of {} numbers were lost", hits.len() - found, hits.len());
    let false_positives = count(&index, &misses)?;
    // A damaged index would have failed above.
    let one_by_one = |digests| nanos_per_item(args.lookups, || count(&index, digests).unwrap_or_default());
    let batched = |digests| nanos_per_item(args.lookups, || lookup_many(&index, digests).unwrap_or_default().len());
    let opens = [first_open, second_open].map(|time| time.as_secs_f64() * 1e3);
    println!(
        "{:#}",
        json!({
            "records": index.header().records,
            "bytes": index.bytes(),
            "digest_bits": index.header().digest_bits,
            "open_ms": opens,
            "lookups": args.lookups,
            "false_positives": false_positives,
            "hit_ns_as_leaves_are_verified": first_hit.as_secs_f64() * 1e9 / args.lookups as f64,
            "hit_ns": one_by_one(&hits),
            "miss_ns": one_by_one(&misses),
            "batched_hit_ns": batched(&hits),
            "batched_miss_ns": batched(&misses),
        })
    );
    Ok(())
}

fn open(path: &Path) -> Result<(Index, Duration)> {
    timed(|| Ok(Index::open(path)?))
}

fn count(index: &Index, digests: &[Digest]) -> Result<usize> {
    let mut found = 0;
    for digest in digests {
        found += usize::from(index.lookup(digest)? != Presence::NotFound);
    }
    Ok(found)
}
