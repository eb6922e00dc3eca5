//! What a dump is to be.

use super::compression::{Archive, Compression};
use super::encoding::Encoding;
use super::headers::HeaderLanguage;
use super::noise::Noise;
use super::shape::Shape;
use crate::population::World;
use std::ops::Range;

/// What a dump is to be.
#[derive(Clone, Debug)]
pub struct DumpSpec {
    /// Where people have their numbers. Running text of [`World::Nobody`] holds the numbers of [`World::NobodyInText`], since
    /// others are not found there.
    pub world: World,
    /// Who is in it.
    pub people: Range<u64>,
    /// How many rows there are; if more than people, some stand in several ([`crate::Profile`]).
    pub rows: u64,
    /// People from here on are in no dump of this population. They stand in rows with damaged numbers only.
    pub strangers_from: u64,
    /// How records are laid out.
    pub shape: Shape,
    /// How its text is encoded, where the shape has one.
    pub encoding: Encoding,
    /// How the file is compressed.
    pub compression: Compression,
    /// What the file is packed in, before it is compressed.
    pub archive: Archive,
    /// The language of headers.
    pub header: HeaderLanguage,
    /// How dirty it is.
    pub noise: Noise,
    /// Other seeds are other noise, and other headers of one language.
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
