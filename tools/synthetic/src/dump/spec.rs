//! The properties of a dump.

use super::compression::{Archive, Compression};
use super::encoding::Encoding;
use super::headers::HeaderLanguage;
use super::noise::Noise;
use super::shape::Shape;
use crate::population::World;
use std::ops::Range;

/// The properties of a dump.
#[derive(Clone, Debug)]
pub struct DumpSpec {
    /// The ranges of people's numbers. Running text of [`World::Nobody`] uses the numbers of
    /// [`World::NobodyInText`], since the scanner does not find others.
    pub world: World,
    /// The people in it.
    pub people: Range<u64>,
    /// Number of rows; if there are more rows than people, some people are in several
    /// ([`crate::Profile`]).
    pub rows: u64,
    /// People from this one on are in no dump of this population. They are only in rows with
    /// damaged numbers.
    pub strangers_from: u64,
    /// The format of records.
    pub shape: Shape,
    /// The encoding of text, if the format is text.
    pub encoding: Encoding,
    /// The compression of the file.
    pub compression: Compression,
    /// The archive that contains the file, inside the compression.
    pub archive: Archive,
    /// The language of headers.
    pub header: HeaderLanguage,
    /// The rates of noise.
    pub noise: Noise,
    /// Another seed gives other noise, and other headers of the same language.
    pub seed: u64,
}

impl DumpSpec {
    /// A clean CSV of these people, who are the whole population.
    pub fn of(people: Range<u64>) -> Self {
        Self {
            world: World::default(),
            rows: people.end - people.start,
            strangers_from: people.end,
            people,
            shape: Shape::Csv,
            encoding: Encoding::Utf8,
            compression: Compression::None,
            archive: Archive::None,
            header: HeaderLanguage::English,
            noise: Noise::NONE,
            seed: 0,
        }
    }
}
