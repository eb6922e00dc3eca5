//! Synthetic leaks of fictional people, for the demo, tests and benchmarks.
//!
//! Everything follows from a counter: person n has one ID number and one phone number, both from
//! ranges that are assigned to nobody (areas 99xxxx, segment 154), and no two persons share one. So
//! persons beyond the leak are guaranteed negatives. Spellings vary, and some rows are broken, at
//! known rates.
//!
//! This is the small leak of the demo. [`Population`] is a billion people of the same kind, whose
//! numbers lead back to the person, and [`Dump`] writes them in every format, encoding and
//! compression that a leak may have, with the truth about each row.

mod dump;
mod index;
mod people;
mod population;
mod write;

pub use dump::{
    Archive, Compression, Dump, DumpSpec, Encoding, Event, HeaderLanguage, Identifier, IdentifierKind, Judgement,
    Label, Noise, Shape, Standing, Truth,
};
pub use index::publish_index;
pub use people::{Person, person};
pub use population::{MOST_PHONES, Phone, Population, Profile, World};

use exposure_index::Catalogue;
use std::io;
use std::path::{Path, PathBuf};

/// A leak of this many people in two overlapping sources.
#[derive(Clone, Copy, Debug)]
pub struct Leak {
    people: u64,
}

/// A source of the leak, on disk.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its slug in the catalogue.
    pub slug: &'static str,
    /// The dump.
    pub path: PathBuf,
}

/// The police records: ID number and phone of each person.
pub const POLICE: &str = "demo-police";

/// The parcel orders: phone numbers only.
pub const PARCEL: &str = "demo-parcel";

impl Leak {
    /// A leak of people 0 to `people`.
    pub fn of(people: u64) -> Self {
        Self { people }
    }

    /// How many people are in it.
    pub fn people(&self) -> u64 {
        self.people
    }

    /// The sources that person n is in, sorted: the first 70 % are in the police records, the last
    /// 55 % in the parcel orders.
    pub fn sources_of(&self, n: u64) -> Vec<&'static str> {
        let parcel = (n < self.people && n >= self.parcel_from()).then_some(PARCEL);
        let police = (n < self.police_until()).then_some(POLICE);
        parcel.into_iter().chain(police).collect()
    }

    /// Writes both sources into a directory: compressed CSV and compressed NDJSON.
    pub fn write(&self, dir: &Path) -> io::Result<[SourceFile; 2]> {
        let police = SourceFile { slug: POLICE, path: dir.join("police.csv.gz") };
        let parcel = SourceFile { slug: PARCEL, path: dir.join("orders.ndjson.zst") };
        write::police(&police.path, 0..self.police_until(), self.people)?;
        write::parcel(&parcel.path, self.parcel_from()..self.people)?;
        Ok([police, parcel])
    }

    /// The catalogue entries of both.
    pub fn catalogue() -> Catalogue {
        Catalogue::parse(include_str!("../sources.toml")).expect("the catalogue is part of the program and is tested")
    }

    fn police_until(&self) -> u64 {
        self.people * 70 / 100
    }

    fn parcel_from(&self) -> u64 {
        self.people * 45 / 100
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sources_are_described_in_both_languages() {
        let catalogue = Leak::catalogue();
        for slug in [POLICE, PARCEL] {
            let entry = &catalogue.sources[slug];
            let title = entry.title.as_ref().expect("a title");
            assert!(title.en.is_some() && title.zh.is_some() && entry.date.is_some() && !entry.data_classes.is_empty());
        }
    }

    #[test]
    fn sources_overlap_and_end() {
        let leak = Leak::of(100);
        assert_eq!(leak.sources_of(0), [POLICE]);
        assert_eq!(leak.sources_of(50), [PARCEL, POLICE]);
        assert_eq!(leak.sources_of(99), [PARCEL]);
        assert!(leak.sources_of(100).is_empty());
    }
}
