//! Builds the index of a data directory from its ledgers:
//! `cargo run -p exposure-ingest --example build -- exposure-data`.

use exposure_index::{DataDir, read_key};
use exposure_ingest::{BuildOptions, build};
use std::error::Error;

#[allow(clippy::print_stdout, reason = "an example prints what it did")]
fn main() -> Result<(), Box<dyn Error>> {
    let data = DataDir::new(std::env::args().nth(1).unwrap_or_else(|| "exposure-data".to_owned()));
    let key = read_key(&data.key())?;
    let options = BuildOptions {
        data: &data,
        key: Some(&key),
        false_positive_rate: 1e-6,
        include_sensitive: false,
        allow_unkeyed: false,
        allow_other_forms: false,
    };
    let built = build(&options, &())?;
    println!("index {}: {} records of {}", built.id, built.records, built.sources.join(", "));
    Ok(())
}
