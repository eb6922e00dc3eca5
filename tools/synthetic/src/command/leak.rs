//! `leak`: one dump, of any size.

use super::{named, world, write};
use anyhow::{Result, ensure};
use clap::Args as ClapArgs;
use exposure_synthetic::{
    Archive, Compression, Dump, DumpSpec, Encoding, HeaderLanguage, Noise, Population, Profile, Shape, World,
};
use std::path::PathBuf;

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Number of people [default: as many as the profile puts into the rows]
    #[arg(long)]
    people: Option<u64>,
    /// Number of rows [default: one per person]
    #[arg(long)]
    rows: Option<u64>,
    /// Number of the first person
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// distinct: one row per person; shanghai: like a billion rows of 105 million people
    #[arg(long, default_value = "distinct", value_parser = profile)]
    profile: Profile,
    /// Format, such as elasticdump, csv, mysql-insert or text; an unknown one lists all
    #[arg(long, value_parser = |name: &str| named(&Shape::ALL, Shape::name, name))]
    shape: Shape,
    /// Encoding, such as utf-8, gb18030 or utf-16le, if the format is text
    #[arg(long, default_value = "utf-8", value_parser = |name: &str| named(&Encoding::ALL, Encoding::name, name))]
    encoding: Encoding,
    /// none, gz, zst, bz2, xz or two-members
    #[arg(long, default_value = "none", value_parser = |name: &str| named(&Compression::ALL, Compression::name, name))]
    compress: Compression,
    /// none, tar or zip; archives hold the dump in memory
    #[arg(long, default_value = "none", value_parser = |name: &str| named(&Archive::ALL, Archive::name, name))]
    archive: Archive,
    /// nobody, nobody-in-text, or realistic, whose numbers may belong to living people and must not
    /// be kept
    #[arg(long, default_value = "nobody", value_parser = world)]
    world: World,
    /// Language of headers: chinese, english, pinyin or none
    #[arg(long, default_value = "english", value_parser = header)]
    header: HeaderLanguage,
    /// none, or real: the rates of leaks that were examined
    #[arg(long, default_value = "none", value_parser = noise)]
    noise: Noise,
    /// Seed of the noise
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Write the expected identifiers of each row into this file
    #[arg(long)]
    truth: Option<PathBuf>,
    /// Output file; - is standard output
    #[arg(short, long, default_value = "-")]
    output: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let (people, rows) = match (args.people, args.rows) {
        (Some(people), rows) => (people, rows.unwrap_or(people)),
        (None, Some(rows)) => (args.profile.people(rows), rows),
        (None, None) => anyhow::bail!("give --people, --rows, or both"),
    };
    // Otherwise the last people would silently be in no row.
    ensure!(rows >= people, "{people} people do not fit into {rows} rows; give fewer --people or more --rows");
    let capacity = Population::of(args.shape.world(args.world)).capacity();
    let end = args.first.saturating_add(people);
    ensure!(end < capacity, "in this format, this world has numbers for {capacity} people; give fewer --people");
    let dump = Dump::new(DumpSpec {
        world: args.world,
        rows,
        shape: args.shape,
        encoding: args.encoding,
        compression: args.compress,
        archive: args.archive,
        header: args.header,
        noise: args.noise,
        seed: args.seed,
        ..DumpSpec::of(args.first..end)
    });
    write(&dump, &args.output, args.truth.as_deref())
}

fn profile(name: &str) -> Result<Profile, String> {
    let name_of = |profile| if profile == Profile::Distinct { "distinct" } else { "shanghai" };
    named(&[Profile::Distinct, Profile::Shanghai], name_of, name)
}

fn header(name: &str) -> Result<HeaderLanguage, String> {
    let name_of = |header| match header {
        HeaderLanguage::Chinese => "chinese",
        HeaderLanguage::English => "english",
        HeaderLanguage::Pinyin => "pinyin",
        HeaderLanguage::None => "none",
    };
    named(&HeaderLanguage::ALL, name_of, name)
}

fn noise(name: &str) -> Result<Noise, String> {
    let name_of = |noise| if noise == Noise::NONE { "none" } else { "real" };
    named(&[Noise::NONE, Noise::REAL], name_of, name)
}
