//! Opens an index file, verifies all of it, and prints its sizes.

#![allow(clippy::print_stdout, reason = "an example prints what it reads")]

use exposure_index::Index;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: inspect FILE.index")?;
    let index = Index::open(Path::new(&path))?;
    index.verify()?;
    let inspection = index.inspect();
    println!("index {}, {} records, {} bytes", index.id(), index.header().records, index.bytes());
    for (section, bytes) in inspection.sections {
        println!("{section:>10} {bytes:>12} bytes");
    }
    for source in &index.table().sources {
        println!("{}: {} identifiers", source.slug, source.kinds.values().sum::<u64>());
    }
    for (bits, ranges) in inspection.ranges {
        println!("prefixes of {bits} bits: {} to {} entries a range", ranges.entries.min, ranges.entries.max);
    }
    Ok(())
}
