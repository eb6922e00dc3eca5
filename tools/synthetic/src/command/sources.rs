//! `sources`: overlapping dumps of one population, in different formats and encodings.

use super::{world, write};
use anyhow::{Context as _, Result, ensure};
use clap::Args as ClapArgs;
use exposure_synthetic::{
    Archive, Compression, Dump, DumpSpec, Encoding, HeaderLanguage, Noise, Population, Shape, World,
};
use std::fs;
use std::path::PathBuf;

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Directory to create
    dir: PathBuf,
    /// Number of people in all dumps together
    #[arg(long)]
    people: u64,
    /// nobody, nobody-in-text, or realistic, whose numbers may belong to living people and must not
    /// be kept
    #[arg(long, default_value = "nobody", value_parser = world)]
    world: World,
}

/// A source: its name, its properties, and the range of people in it, in hundredths.
type Source = (&'static str, Shape, Encoding, Compression, Archive, HeaderLanguage, [u64; 2]);

const SOURCES: [Source; 9] = {
    use HeaderLanguage::{Chinese, English, Pinyin};
    [
        ("police", Shape::Elasticdump, Encoding::Utf8, Compression::Zst, Archive::None, Pinyin, [0, 70]),
        ("hotel", Shape::Csv, Encoding::Gb18030, Compression::Gz, Archive::None, Chinese, [30, 90]),
        ("parcel", Shape::MysqlInsert, Encoding::Utf8, Compression::TwoMembers, Archive::None, English, [45, 100]),
        ("social", Shape::Dashes, Encoding::Gbk, Compression::None, Archive::Zip, HeaderLanguage::None, [0, 40]),
        ("shop", Shape::Tsv, Encoding::Utf16LeWithMark, Compression::None, Archive::None, English, [60, 80]),
        ("island", Shape::PostgresCopy, Encoding::Big5, Compression::Xz, Archive::None, Pinyin, [10, 20]),
        ("school", Shape::Xlsx, Encoding::Utf8, Compression::None, Archive::None, Chinese, [85, 90]),
        ("chat", Shape::Text, Encoding::Utf8, Compression::Bz2, Archive::None, HeaderLanguage::None, [0, 30]),
        ("bank", Shape::Parquet, Encoding::Utf8, Compression::None, Archive::None, English, [20, 60]),
    ]
};

pub(crate) fn run(args: &Args) -> Result<()> {
    let capacity_in = |shape: Shape| Population::of(shape.world(args.world)).capacity();
    let capacity = SOURCES.map(|source| capacity_in(source.1)).into_iter().min().unwrap_or(0);
    ensure!(args.people < capacity, "this world has numbers for {capacity} people; give fewer --people");
    fs::create_dir_all(&args.dir).with_context(|| format!("cannot create {}", args.dir.display()))?;
    for (seed, (name, shape, encoding, compression, archive, header, [from, to])) in (0..).zip(SOURCES) {
        let people = args.people * from / 100..args.people * to / 100;
        let dump = Dump::new(DumpSpec {
            world: args.world,
            strangers_from: args.people,
            shape,
            encoding,
            compression,
            archive,
            header,
            noise: Noise::REAL,
            seed,
            ..DumpSpec::of(people)
        });
        let file = args.dir.join(dump.file_name().replacen("dump", name, 1));
        write(&dump, &file, Some(&args.dir.join(format!("{name}.truth"))))?;
        println!("{}\t{} rows, {}", file.display(), dump.spec().rows, dump.spec().encoding.name());
    }
    Ok(())
}
